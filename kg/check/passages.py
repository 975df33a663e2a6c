"""Passages and mentions against the text of their article, where there is one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.check.job import Job, Outcome
from kg.check.material import CheckedGraph
from kg.check.told import CopiedWords, check_numbers, title_of
from kg.core.errors import InputError, shown
from kg.core.files import read_text
from kg.core.findings import Finding, Place, Severity
from kg.core.labels import Labels
from kg.core.nodes import named, strings, subjects_of, values_of
from kg.core.passages import range_of, span_digest
from kg.core.terms import RDF_TYPE, SECPOL, several
from kg.project.project import Project, SourceKind
from kg.project.texts import (
    is_within_word,
    paragraph_starts,
    text_digest,
    text_of,
    text_path,
)
from kg.rdf.order import natural


@dataclass(frozen=True)
class QuotedRange:
    """A range of an article's text: of a passage, or of a mention with its surface and what it refers to."""

    node: ox.NamedNode
    start: int
    end: int
    digest: str | None
    surface: str | None
    refers_to: frozenset[ox.NamedNode]


def check_passages(job: Job, outcome: Outcome) -> None:
    """Check the passages of every article, and say for which of them there was no text."""
    project, folder = job.material.project, job.wanted.texts
    verified, total = 0, 0
    missing: list[str] = []
    for slug in job.material.slugs:
        passages = _passages(job.material, slug)
        total += len(passages)
        outcome.findings += _overlaps(job.material, passages)
        path = folder / f"{slug}.txt" if folder else text_path(project, slug)
        if path is None or not path.is_file():
            missing.append(slug)
            continue
        text = read_text(path)
        wrong = list(_record(job.material, slug, path, text))
        outcome.findings += wrong
        if not wrong:
            outcome.findings += _paragraphs(job.material, slug, path, text)
            outcome.findings += _ranges(job.material, passages, text)
            outcome.findings += check_numbers(job.material, slug, text)
            copied = CopiedWords(text, title_of(job.material, slug))
            for file in job.material.files:
                if file.source.slug == slug or file.source.kind == SourceKind.ENTITIES:
                    outcome.findings += copied.check(file)
            verified += len(passages)
    outcome.looked_at.append(f"{total} passages and mentions, {verified} of them in the text")
    if missing:
        where = shown(folder or project.root / "texts")
        outcome.notes.append(
            f"quotes were not verified: {where} has no text of {several(missing)} (see --texts)"
        )


def lost_passages(project: Project, store: ox.Store) -> Iterator[str]:
    """A line for each article of a graph whose text has other words in some passages than were annotated.

    Articles without the text that is on record are passed over.
    """
    for slug in sorted({source.slug for source in project.sources() if source.slug}):
        try:
            text = text_of(project, slug)
        except InputError:
            continue
        record = _value(store, ox.NamedNode(project.article_iri(slug)), SECPOL("textSha256"))
        if text is None or text_digest(text) != record:
            continue
        if lost := sum(_is_lost(quad, text) for quad in _digests(project, store, slug)):
            some, them = ("a passage has", "it") if lost == 1 else (f"{lost} passages have", "them")
            told = f"{slug}: {some} other words in the text than were annotated"
            yield f"{told}; kg check --only passages names {them}"


def _digests(project: Project, store: ox.Store, slug: str) -> Iterator[ox.Quad]:
    for part in ("passages", "mentions"):
        graph = ox.NamedNode(project.graph_iri(f"article/{slug}/{part}"))
        yield from store.quads_for_pattern(None, SECPOL("spanDigest"), None, graph)


def _is_lost(quad: ox.Quad, text: str) -> bool:
    """Whether a text has other words in the range of a passage than its digest says."""
    found = range_of(getattr(quad.subject, "value", ""))
    return found is not None and ox.Literal(span_digest(text[slice(*found[1])])) != quad.object


def _record(material: CheckedGraph, slug: str, path: Path, text: str) -> Iterator[Finding]:
    """Whether a text is the one that was annotated."""
    article = ox.NamedNode(material.project.article_iri(slug))
    actual = {
        "textSha256": text_digest(text),
        "textLength": str(len(text)),
    }
    for name, value in actual.items():
        recorded = _value(material.store, article, SECPOL(name))
        if recorded is not None and recorded != value:
            yield Finding(
                rule="text.other",
                severity=Severity.VIOLATION,
                message=f"{shown(path)} is not the text that was annotated: its {name} is {value}, "
                f"{recorded} is on record",
                node=article.value,
                hint="get the recorded text; its passages were not compared with this one",
            )
            return


def _paragraphs(material: CheckedGraph, slug: str, path: Path, text: str) -> Iterator[Finding]:
    """Whether the paragraphs on record are those of the text."""
    article = ox.NamedNode(material.project.article_iri(slug))
    recorded = {*strings(values_of(material.store, article, SECPOL("paragraphStart")))}
    actual = set(map(str, paragraph_starts(text)))
    if recorded == actual:
        return
    differing = sorted(recorded ^ actual, key=natural)
    yield Finding(
        rule="text.paragraphs",
        severity=Severity.VIOLATION,
        message=f"the paragraphs on record are not those of the text: {several(differing)} "
        f"{'is a start' if len(differing) == 1 else 'are starts'} in one of the two only",
        node=article.value,
        places=material.places(article.value),
        hint=f"kg text add {slug} {shown(path)} writes them into article.ttl",
    )


def _ranges(material: CheckedGraph, passages: list[QuotedRange], text: str) -> Iterator[Finding]:
    for passage in passages:
        span = text[passage.start : passage.end]
        digest = span_digest(span)
        if passage.digest is not None and passage.digest != digest:
            message = f"the digest of this range of the text is {digest}, {passage.digest} is on record"
            yield _finding(material, "text.digest", passage, message, "correct the range, or the digest")
        if passage.surface is not None and passage.surface != span:
            message = f"the text has '{span}' here, not '{passage.surface}'"
            yield _finding(material, "text.surface", passage, message, "correct the range, or the surface")
        for at, edge in ((passage.start, "starts"), (passage.end, "ends")):
            if is_within_word(text, at):
                message = f"the range {edge} inside a word, at {at}"
                hint = "offsets count characters from 0, not bytes; the end is the first one after"
                yield _finding(material, "text.word", passage, message, hint)


def _overlaps(material: CheckedGraph, passages: list[QuotedRange]) -> Iterator[Finding]:
    """Mentions that share characters and yet refer to different things."""
    labels = Labels(material.store, material.project.prefixes)
    open_ones: list[QuotedRange] = []
    for mention in sorted((p for p in passages if p.refers_to), key=lambda p: (p.start, p.end)):
        open_ones = [other for other in open_ones if other.end > mention.start]
        for other in open_ones:
            if other.refers_to != mention.refers_to:
                mine = ", ".join(sorted(map(labels, mention.refers_to)))
                theirs = ", ".join(sorted(map(labels, other.refers_to)))
                message = f"this mention of {mine} overlaps {labels(other.node)}, a mention of {theirs}"
                yield _finding(material, "text.overlap", mention, message, "one of the two is wrong")
        open_ones.append(mention)


def _passages(material: CheckedGraph, slug: str) -> list[QuotedRange]:
    """The passages and mentions of an article, by the ranges that their IRIs state."""
    store = material.store
    nodes = [
        node
        for part, kind in (("passages", "Passage"), ("mentions", "Mention"))
        for node in named(
            subjects_of(store, RDF_TYPE, SECPOL(kind), material.graph(f"article/{slug}/{part}"))
        )
    ]
    found = []
    for node in dict.fromkeys(nodes):
        place = range_of(node.value)
        if place is not None:
            found.append(
                QuotedRange(
                    node,
                    *place[1],
                    _value(store, node, SECPOL("spanDigest")),
                    _value(store, node, SECPOL("surface")),
                    frozenset(named(values_of(store, node, SECPOL("refersTo")))),
                )
            )
    return found


def _finding(material: CheckedGraph, rule: str, passage: QuotedRange, message: str, hint: str) -> Finding:
    node = passage.node.value
    return Finding(
        rule=rule,
        severity=Severity.VIOLATION,
        message=f"{node[node.index('#') :]}: {message}",
        node=node,
        places=material.places(node) or _cited(material, passage.node),
        hint=hint,
    )


def _cited(material: CheckedGraph, passage: ox.NamedNode) -> tuple[Place, ...]:
    """Where a passage is cited that no file describes."""
    claims = named(subjects_of(material.store, SECPOL("evidencedBy"), passage))
    return material.places(claims[0].value, SECPOL("evidencedBy").value, str(passage)) if claims else ()


def _value(store: ox.Store, subject: ox.NamedNode, predicate: ox.NamedNode) -> str | None:
    return next(iter(strings(values_of(store, subject, predicate))), None)
