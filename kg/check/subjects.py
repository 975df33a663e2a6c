"""Subjects: what stands in an article's folder describes that article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kg.check.material import ReadSource
from kg.core.errors import shown
from kg.core.findings import Finding, Place, Severity
from kg.core.terms import PASSAGE_MARK, PROPOSITION, short
from kg.project.project import Project, SourceKind

_TWICE = (
    "give one of them another id, or keep one; where they say the same, kg article convert makes one of them"
)


def check_subjects(project: Project, file: ReadSource, slug: str) -> Iterator[Finding]:
    """A finding where a file of an article describes another one, as copied files do, or none at all."""
    article, path = project.article_iri(slug), file.source.path
    lines = {
        file.written.place(iri).line: other
        for iri in file.subjects
        if not iri.startswith(f"{article}#") and (other := project.slug_of(iri)) not in (None, slug)
    }
    if lines:
        first = min(lines, key=lambda line: line or 0)
        bases = (
            (project.slug_of(iri), line) for prefix, iri, line in file.written.declarations if prefix is None
        )
        base = next((line for other, line in bases if other == lines[first]), None)
        yield Finding(
            rule="article.base",
            severity=Severity.VIOLATION,
            message=f"this file describes the article {lines[first]}, but stands in the folder {slug}",
            node=article,
            places=(Place(shown(path), base or first),),
            hint=f"its @base should be <{article}>"
            if base
            else f"move it to the folder articles/{lines[first]}",
        )
    elif file.source.kind is SourceKind.ARTICLE and not _has_article(file, slug):
        yield Finding(
            rule="article.none",
            severity=Severity.VIOLATION,
            message="article.ttl describes no article",
            node=article,
            places=(Place(shown(path), 1),),
            hint=f"describe <{article}> in it: title, creator, publisher, date",
        )


def check_twice(files: Iterable[ReadSource]) -> Iterator[Finding]:
    """A finding for each claim or content that two files of an article describe."""
    first: dict[str, ReadSource] = {}
    for file in files:
        if file.source.kind is not SourceKind.CLAIMS:
            continue
        held = {str(t.object)[1:-1] for t in file.triples if t.predicate == PROPOSITION}
        for iri in sorted(iri for iri in file.subjects - held if PASSAGE_MARK not in iri):
            other = first.setdefault(iri, file)
            if other is not file:
                yield Finding(
                    rule="claims.twice",
                    severity=Severity.VIOLATION,
                    message=f"{short(iri)} stands in {other.source.path.name} and in {file.source.path.name}",
                    node=iri,
                    places=(other.written.place(iri), file.written.place(iri)),
                    hint=_TWICE,
                )


def without_echoes(findings: Sequence[Finding]) -> list[Finding]:
    """The findings less those that may only follow from a claim's being described by two files."""
    twice = {finding.node for finding in findings if finding.rule == "claims.twice"}
    echoing = twice | {f"{iri}p" for iri in twice}
    return [one for one in findings if one.rule == "claims.twice" or one.node not in echoing]


def _has_article(file: ReadSource, slug: str) -> bool:
    """Whether a file describes an article of a slug, be it of this project or of one that it extends."""
    return any(iri.endswith(f"/article/{slug}") for iri in file.subjects)
