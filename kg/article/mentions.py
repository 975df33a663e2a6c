"""Mentions: names in a text that are those of entities, proposed for decision, and written when accepted."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path

import pyoxigraph as ox

from kg.article.document import Document
from kg.article.known import Known
from kg.article.matching import matches
from kg.article.ranges import ArticleFiles, span_of
from kg.core.errors import InputError, UsageError
from kg.core.files import read_text
from kg.core.names import Name, NameKind
from kg.core.passages import passage_iri, span_digest
from kg.core.terms import RDF_TYPE, SECPOL
from kg.core.transaction import write_all
from kg.project.project import Project
from kg.project.texts import require_text
from kg.rdf.turtle_reading import parse_turtle

LONGEST = 60
_SEAT = re.compile(r"[-\u2010\u2011](?:based|headquartered|born)\b")


class ProposalKind(StrEnum):
    """What a proposal is, and so how sure it is."""

    LABEL = "label"
    METONYM = "metonym"
    SEAT = "seat"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, order=True)
class Proposal:
    """A range of the text that may stand for an entity.

    A label is that of one entity only. A metonym is to be decided: the city may be meant. In a seat, such as
    `Tokyo-based`, the city is meant. Ambiguous is what several entities are called; there is one proposal for
    each.
    """

    start: int
    end: int
    iri: str
    surface: str
    mode: str
    kind: ProposalKind


@dataclass(frozen=True)
class Proposals:
    """What may be mentioned in an article, apart from the mentions that are on record."""

    project: Project
    slug: str
    text: str
    found: tuple[Proposal, ...]
    known: Known
    recorded: frozenset[tuple[int, int]]

    def accepted(self, kinds: Collection[ProposalKind]) -> list[Proposal]:
        """Those of some kinds; what is ambiguous is never accepted by its kind."""
        return [
            proposal
            for proposal in self.found
            if proposal.kind in kinds and proposal.kind != ProposalKind.AMBIGUOUS
        ]

    def label(self, proposal: Proposal) -> str:
        """What the entity of a proposal is called."""
        return self.known.label(ox.NamedNode(proposal.iri))

    def code(self, proposal: Proposal) -> str:
        """The entity of a proposal as a CURIE, or `#Name`."""
        return self.known.code(ox.NamedNode(proposal.iri))

    def paragraph(self, proposal: Proposal) -> int:
        """The number of the paragraph, from 0, that a proposal stands in."""
        return bisect_left(self._breaks, proposal.start)

    @cached_property
    def _breaks(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self.text)]

    def context(self, proposal: Proposal, width: int = 30) -> tuple[str, str]:
        """What stands before and after a proposal in its paragraph."""
        before = self.text[max(0, proposal.start - width) : proposal.start].rpartition("\n")[2]
        after = self.text[proposal.end : proposal.end + width].partition("\n")[0]
        return before, after


def propose(project: Project, slug: str) -> Proposals:
    """Propose the mentions of an article: names of entities in its text that no mention on record covers.

    Raises `InputError` without the text that was annotated.
    """
    text = require_text(project, slug)
    known = Known.read(project, slug)
    taken = ArticleFiles.read(project, slug).mentions()
    by_text: dict[str, set[Name]] = {}
    for name in known.names:
        if len(name.text) <= LONGEST:
            by_text.setdefault(name.text, set()).add(name)
    covered = bytearray(len(text) + 1)
    for start, end in taken:
        covered[start:end] = b"\1" * (min(end, len(text)) - start)
    found = [
        proposal
        for match in matches(text, by_text)
        if not any(covered[match.start : match.end])
        for proposal in _of_names(match.start, match.end, by_text[match.name], text)
    ]
    return Proposals(project, slug, text, tuple(sorted(found)), known, frozenset(taken))


def _of_names(start: int, end: int, names: Iterable[Name], text: str) -> Iterable[Proposal]:
    """The proposals of one range: one for each entity that bears the name."""
    is_seat = _SEAT.match(text, end) is not None
    own = {name.node.value for name in names if name.kind != NameKind.METONYM}
    others = {name.node.value for name in names if name.kind == NameKind.METONYM} - own
    if is_seat and own:
        others = set()  # the place itself is known
    kind = (
        ProposalKind.AMBIGUOUS if len(own | others) > 1 else ProposalKind.SEAT if is_seat and others else None
    )
    surface = text[start:end]
    for iri in own:
        yield Proposal(start, end, iri, surface, "Literal", kind or ProposalKind.LABEL)
    for iri in others:
        yield Proposal(start, end, iri, surface, "Metonymy", kind or ProposalKind.METONYM)


def accept(proposals: Proposals, accepted: Iterable[Proposal]) -> int:
    """Write mentions into mentions.ttl, each behind those before it in the text; how many were written.

    What stands in the file stays to the letter. Raises `UsageError` for two entities in one range.
    """
    chosen = sorted(set(accepted))
    for before, after in pairwise(chosen):
        if after.start < before.end:
            raise UsageError(
                f"{before.surface!r} at {before.start} is accepted twice, for "
                f"{proposals.label(before)} and for {proposals.label(after)}"
            )
    if not chosen:
        return 0
    project, article = proposals.project, proposals.project.article_iri(proposals.slug)
    path = project.article_folder(proposals.slug) / "mentions.ttl"
    present = read_text(path) if path.is_file() else ""
    document = Document(present, article, project.prefixes)
    texts = document.texts(triple for proposal in chosen for triple in _triples(proposal, article))
    places = _Places(document, article)
    inserted: dict[int, list[tuple[str, str]]] = {}
    for proposal in chosen:
        inserted.setdefault(places.behind(proposal.start), []).append(
            ("", texts[_node(proposal, article).value])
        )
    written = document.edit({}, (), inserted)
    _prove(path, present, written, article, len(chosen))
    write_all({path: written.encode()}, project.journal)
    return len(chosen)


class _Places:
    """Where new mentions stand: behind the last one that begins before; in front of all, or at the end."""

    def __init__(self, document: Document, article: str) -> None:
        spans = (
            (span_of(ox.NamedNode(s), article), at) for at, s in document.subjects() if s.startswith(article)
        )
        self._starts = sorted((span[0], at) for span, at in spans if span)
        self._furthest = list(accumulate((at for _, at in self._starts), max))
        self._first = min((at for _, at in self._starts), default=document.end + 1) - 1

    def behind(self, start: int) -> int:
        """The place of the block behind which a mention stands."""
        before = bisect_right(self._starts, start, key=lambda pair: pair[0])
        return self._furthest[before - 1] if before else self._first


def _node(proposal: Proposal, article: str) -> ox.NamedNode:
    return ox.NamedNode(passage_iri(article, (proposal.start, proposal.end)))


def _triples(proposal: Proposal, article: str) -> Iterator[ox.Triple]:
    """What describes a mention."""
    said: dict[ox.NamedNode, ox.NamedNode | ox.Literal] = {
        RDF_TYPE: SECPOL("Mention"),
        SECPOL("surface"): ox.Literal(proposal.surface),
        SECPOL("refersTo"): ox.NamedNode(proposal.iri),
        SECPOL("referenceMode"): SECPOL(proposal.mode),
        SECPOL("spanDigest"): ox.Literal(span_digest(proposal.surface)),
    }
    return (ox.Triple(_node(proposal, article), predicate, value) for predicate, value in said.items())


def _prove(path: Path, former: str, written: str, article: str, count: int) -> None:
    """Nothing that was said is gone, and as much as was accepted came in."""

    def triples(text: str) -> list[str]:
        found = parse_turtle(text, article, path=path)
        return [str(t) for t in found if not {type(t.subject), type(t.object)} & {ox.BlankNode}]

    before, after = set(triples(former)), set(triples(written))
    if not before <= after or len(after) - len(before) != 5 * count:
        raise InputError("the file is written in a way that kg cannot add to", path=path)
