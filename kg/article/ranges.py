"""The ranges that an article's files state: passages of claims and mentions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from kg.claims.source import read_source
from kg.core.passages import Span, passage_iri, range_of
from kg.core.terms import RDF_TYPE, SECPOL, short
from kg.project.project import Project

_CITES = SECPOL("evidencedBy")
T = TypeVar("T")


@dataclass(frozen=True, order=True)
class Range:
    """A range of an article's text, with the digest of its words.

    `start` and `end` count code points from 0; the end is the first one after.
    """

    start: int
    end: int
    digest: str

    @property
    def length(self) -> int:
        """How many code points it covers."""
        return self.end - self.start


@dataclass(frozen=True)
class ArticleFiles:
    """The files of one article, parsed: their triples by path."""

    iri: str
    triples: dict[Path, list[ox.Triple]]

    @classmethod
    def read(cls, project: Project, slug: str) -> ArticleFiles:
        """Read the files of an article; raises `InputError` with file and line for what cannot be read."""
        own = [source for source in project.sources() if source.slug == slug]
        return cls(project.article_iri(slug), {source.path: read_source(project, source) for source in own})

    def ranges(self) -> list[Range]:
        """The ranges in their order in the text; one that has no digest on record gets an empty one."""
        triples = [triple for triples in self.triples.values() for triple in triples]
        digests = _literals(triples, SECPOL("spanDigest"))
        nodes = {node for triple in triples for node in (triple.subject, triple.object)}
        found = {span: node for node in nodes if (span := span_of(node, self.iri)) is not None}
        return sorted(
            Range(*span, digests.get(node, "") if isinstance(node, ox.NamedNode) else "")
            for span, node in found.items()
        )

    def cited_by(self) -> dict[tuple[int, int], list[str]]:
        """The short forms of the claims that a range is evidence for."""
        citing: dict[tuple[int, int], list[str]] = {}
        for triples in self.triples.values():
            for triple in triples:
                span = span_of(triple.object, self.iri) if triple.predicate == _CITES else None
                if span is not None and isinstance(triple.subject, ox.NamedNode):
                    citing.setdefault(span, []).append(short(triple.subject.value))
        return citing

    def mentions(self) -> set[tuple[int, int]]:
        """The ranges that are mentions."""
        nodes = {
            triple.subject
            for triples in self.triples.values()
            for triple in triples
            if triple.predicate == RDF_TYPE and triple.object == SECPOL("Mention")
        }
        return {span for node in nodes if (span := span_of(node, self.iri)) is not None}


def span_of(node: object, article: str) -> Span | None:
    """The start and end that a passage's IRI states, or None for what is no passage of the article."""
    found = range_of(node.value) if isinstance(node, ox.NamedNode) else None
    return found[1] if found and found[0] == article else None


def moved(node: T, article: str, moves: Mapping[tuple[int, int], tuple[int, int]]) -> T | ox.NamedNode:
    """The passage of the new range where a passage of the article moved; all else as it is."""
    span = span_of(node, article)
    return node if span is None or span not in moves else ox.NamedNode(passage_iri(article, moves[span]))


def _literals(triples: Iterable[ox.Triple], predicate: ox.NamedNode) -> dict[ox.NamedNode, str]:
    return {
        triple.subject: triple.object.value
        for triple in triples
        if triple.predicate == predicate
        and isinstance(triple.object, ox.Literal)
        and isinstance(triple.subject, ox.NamedNode)
    }
