"""Subjects: what stands in an article's folder describes that article."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

import pyoxigraph as ox

from kg.check.material import ReadSource
from kg.core.errors import shown
from kg.core.findings import Finding, Place, Severity
from kg.core.terms import PASSAGE_MARK, PROPOSITION, RDF_TYPE, RDFS_LABEL, short
from kg.project.project import Project, SourceKind

_BESIDE_VALUES = ("value.", "entity.unsourced")  # these do not say what is wrong with a value itself
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


def check_shared(file: ReadSource, shared: Collection[str]) -> Iterator[Finding]:
    """A finding for each entity of `entities/` that a file of an article describes."""
    for iri in sorted(file.subjects & set(shared)):
        yield Finding(
            rule="article.shared-entity",
            severity=Severity.VIOLATION,
            message=f"{short(iri)} is described here, though articles share it",
            node=iri,
            places=(file.written.place(iri),),
            hint="say it in entities/, with its source, or as a claim of the article",
        )


def check_same_labels(files: Sequence[ReadSource], shared: Collection[object]) -> Iterator[Finding]:
    """A finding for two nodes of an article, claims aside, that have a class and a label in common.

    Those of a class that articles share are compared over all articles, by the shape node.shared-label.
    """
    kinds: dict[object, list[object]] = {}
    claims = {triple.subject for file in files for triple in file.triples if triple.predicate == PROPOSITION}
    for file in files:
        for subject, predicate, kind in file.triples:
            if predicate == RDF_TYPE and subject not in claims and kind not in shared:
                kinds.setdefault(subject, []).append(kind)
    first: dict[tuple[object, object], ox.NamedNode] = {}
    for file in files:
        for subject, predicate, label in file.triples:
            if predicate != RDFS_LABEL or not isinstance(subject, ox.NamedNode):
                continue
            others = {first.setdefault((kind, label), subject) for kind in kinds.get(subject, ())}
            for other in sorted(others - {subject}, key=str)[:1]:
                yield Finding(
                    rule="node.same-label",
                    severity=Severity.WARNING,
                    message=f"{short(subject.value)} has the class and the label of {short(other.value)}",
                    node=subject.value,
                    value=str(label),
                    places=(file.written.place(subject.value, RDFS_LABEL.value, str(label)),),
                    hint="keep one and name it where the other stood, or tell them apart by their labels",
                )


def without_echoes(findings: Sequence[Finding]) -> list[Finding]:
    """The findings less those that may only follow from others.

    They are about a claim that two files describe, or say of a value what a shape says of it, too.
    """
    twice = {finding.node for finding in findings if finding.rule == "claims.twice"}
    echoing = twice | {f"{iri}p" for iri in twice}
    told = {_of_value(one) for one in findings if not one.rule.startswith(_BESIDE_VALUES)}
    return [
        one
        for one in findings
        if one.rule == "claims.twice"
        or (one.node not in echoing and not (one.rule.startswith("value.") and _of_value(one) in told))
    ]


def _of_value(finding: Finding) -> tuple[str | None, str | None, str | None]:
    return finding.node, finding.path, finding.value


def _has_article(file: ReadSource, slug: str) -> bool:
    """Whether a file describes an article of a slug, be it of this project or of one that it extends."""
    return any(iri.endswith(f"/article/{slug}") for iri in file.subjects)
