"""An article with its claims, ready to be shown: who holds what, in which words of the text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from kg.article.ranges import span_of
from kg.article.sentences import sentences
from kg.claims.claim import Claim, Proposition, Terms, claims_in
from kg.core.labels import Labels
from kg.core.nodes import named, strings, subjects_of, values_of
from kg.core.passages import Span
from kg.core.terms import DCTERMS, RDF_TYPE, SECPOL, local_name
from kg.project.project import Project
from kg.project.texts import paragraph_starts, text_digest, text_of

_DIGITS = re.compile(r"(\d+)", re.ASCII)


@dataclass(frozen=True)
class MarkedClaim:
    """A claim in the reader's words; `relation` is subject, relation and object, `spans` where it is written.

    It is the article's own where nobody is named who reports it.
    """

    name: str
    kind: str
    gloss: str
    relation: tuple[str, str, str]
    holders: tuple[str, ...]
    reporters: tuple[str, ...]
    stance: str | None
    certainty: str | None
    polarity: str | None
    status: str | None
    hedges: tuple[str, ...]
    contradicts: tuple[str, ...]
    spans: tuple[Span, ...]
    paragraphs: tuple[int, ...]

    @property
    def is_own(self) -> bool:
        """Whether the article speaks here for itself."""
        return not self.reporters


@dataclass(frozen=True)
class MarkedMention:
    """A name in the text and what it stands for."""

    span: Span
    surface: str
    entity: str
    mode: str


@dataclass(frozen=True)
class Paragraph:
    """A paragraph by its number, from 0, with its range where the text is at hand."""

    number: int
    span: Span | None


@dataclass(frozen=True)
class Coverage:
    """How much of a text claims were drawn from; characters and sentences are None without the text."""

    claims: int
    holders: int
    passages: int
    paragraphs: int
    covered_paragraphs: int
    characters: int | None
    covered_characters: int | None
    sentences: int | None
    covered_sentences: int | None


@dataclass(frozen=True)
class ArticleView:
    """An article as a reader sees it; `text` is None where it is not at hand, and `notice` says why."""

    slug: str
    title: str
    authors: tuple[str, ...]
    publisher: str | None
    issued: str | None
    url: str | None
    language: str
    text: str | None
    notice: str | None
    claims: tuple[MarkedClaim, ...]
    mentions: tuple[MarkedMention, ...]

    @cached_property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """The paragraphs of the text; without it, those that claims are drawn from."""
        if self.text is None:
            numbers = {number for claim in self.claims for number in claim.paragraphs}
            return tuple(Paragraph(number, None) for number in sorted(numbers))
        ends = ((start, f"{self.text}\n".index("\n", start)) for start in paragraph_starts(self.text))
        return tuple(Paragraph(number, Span(*span)) for number, span in enumerate(ends))

    @cached_property
    def covered(self) -> bytearray:
        """For each character of the text whether a claim was drawn from it."""
        marks = bytearray(len(self.text or ""))
        for claim in self.claims:
            for start, end in claim.spans:
                marks[start:end] = b"\1" * (min(end, len(marks)) - min(start, len(marks)))
        return marks

    def sentences(self, paragraph: Paragraph) -> Iterator[tuple[Span, bool]]:
        """The sentences of a paragraph, and whether a claim was drawn from each."""
        if self.text is not None and paragraph.span is not None:
            for start, end in sentences(self.text, *paragraph.span):
                yield Span(start, end), any(self.covered[start:end])

    def claims_in(self, paragraph: Paragraph) -> list[MarkedClaim]:
        """The claims that begin in a paragraph, or without the text those said to stand there."""
        if paragraph.span is None:
            return [claim for claim in self.claims if paragraph.number in claim.paragraphs[:1]]
        start, end = paragraph.span
        return [claim for claim in self.claims if claim.spans and start <= claim.spans[0][0] <= end]

    @cached_property
    def coverage(self) -> Coverage:
        """Coverage in numbers."""
        told = [paragraph for paragraph in self.paragraphs if self.claims_in(paragraph)]
        numbers = (
            [covered for paragraph in self.paragraphs for _, covered in self.sentences(paragraph)]
            if self.text is not None
            else None
        )
        letters = None if self.text is None else [not character.isspace() for character in self.text]
        return Coverage(
            claims=len(self.claims),
            holders=len({holder for claim in self.claims for holder in claim.holders}),
            passages=len({span for claim in self.claims for span in claim.spans}),
            paragraphs=len(self.paragraphs),
            covered_paragraphs=len(told),
            characters=None if letters is None else sum(letters),
            covered_characters=None
            if letters is None
            else sum(
                map(bool, (mark and letter for mark, letter in zip(self.covered, letters, strict=True)))
            ),
            sentences=None if numbers is None else len(numbers),
            covered_sentences=None if numbers is None else sum(numbers),
        )


def view(
    project: Project, store: ox.Store, labels: Labels, slug: str, *, quotes: bool = False
) -> ArticleView:
    """An article of a graph; with `quotes` its text, too, where the one that was annotated is at hand."""
    reader = _Reader(project, store, labels, slug)
    text, notice = _text(project, store, slug) if quotes else (None, None)
    return ArticleView(
        slug=slug,
        title=labels.words(reader.article, DCTERMS("title")) or slug,
        authors=tuple(labels.of_values(reader.article, DCTERMS("creator"))),
        publisher=labels.of_value(reader.article, DCTERMS("publisher")),
        issued=reader.string(reader.article, DCTERMS("issued")),
        url=next((node.value for node in reader.nodes(reader.article, DCTERMS("source"))), None),
        language=reader.string(reader.article, DCTERMS("language")) or "en",
        text=text,
        notice=notice,
        claims=tuple(sorted(reader.claims(), key=_in_order)),
        mentions=tuple(sorted(reader.mentions(), key=lambda mention: mention.span)),
    )


def _text(project: Project, store: ox.Store, slug: str) -> tuple[str | None, str | None]:
    text = text_of(project, slug)
    if text is None:
        return None, f"the text is not here; kg text add {slug} FILE brings it in"
    node = ox.NamedNode(project.article_iri(slug))
    digests = strings(values_of(store, node, SECPOL("textSha256")))
    if digests and digests != [text_digest(text)]:
        return (
            None,
            f"the text at hand is not the one that was annotated; kg text add {slug} FILE compares them",
        )
    return text, None


class _Reader:
    """Reads one article out of a store."""

    def __init__(self, project: Project, store: ox.Store, labels: Labels, slug: str) -> None:
        self._store = store
        self._labels = labels
        self._graphs = {
            part: ox.NamedNode(project.graph_iri(f"article/{slug}/{part}")) for part in ("claims", "mentions")
        }
        self.article = ox.NamedNode(project.article_iri(slug))

    def claims(self) -> Iterator[MarkedClaim]:
        for claim in claims_in(self._store, self._graphs["claims"]):
            if isinstance(claim.node, ox.NamedNode):
                for proposition in claim.propositions:
                    yield self._claim(claim, claim.node, proposition)

    def _claim(self, claim: Claim, node: ox.NamedNode, proposition: Proposition) -> MarkedClaim:
        paragraphs = {self.string(passage, SECPOL("paragraph")) for passage in named(claim.passages)}
        return MarkedClaim(
            name=local_name(node),
            kind=" and ".join(self._labels.each(claim.kinds)) or "claim",
            gloss=claim.gloss,
            relation=self._relation(proposition),
            holders=tuple(self._labels.each(claim.holders)),
            reporters=tuple(self._labels.each(claim.reporters)),
            stance=self._first(claim.stance),
            certainty=self._first(claim.certainty),
            polarity=self._first(claim.polarity),
            status=self._first(claim.status),
            hedges=tuple(self._labels.each(claim.hedges)),
            contradicts=self._against(node),
            spans=tuple(claim.spans(self.article.value)),
            paragraphs=tuple(sorted(int(n) for n in paragraphs if n is not None and n.isdecimal())),
        )

    def mentions(self) -> Iterator[MarkedMention]:
        for node in named(subjects_of(self._store, RDF_TYPE, SECPOL("Mention"), self._graphs["mentions"])):
            span = span_of(node, self.article.value)
            if span is not None:
                yield MarkedMention(
                    span,
                    self.string(node, SECPOL("surface")) or "",
                    " and ".join(self._labels.of_values(node, SECPOL("refersTo"))),
                    self._labels.of_value(node, SECPOL("referenceMode")) or "",
                )

    def nodes(self, node: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.NamedNode]:
        """The nodes that a property leads to, sorted."""
        return named(values_of(self._store, node, predicate))

    def string(self, node: ox.NamedNode, predicate: ox.NamedNode) -> str | None:
        """The text of a literal."""
        return next(iter(strings(values_of(self._store, node, predicate))), None)

    def _first(self, terms: Terms) -> str | None:
        return next(iter(self._labels.each(terms)), None)

    def _relation(self, proposition: Proposition) -> tuple[str, str, str]:
        parts = proposition.subjects, proposition.predicates, proposition.values
        subject, predicate, value = (" and ".join(self._labels.each(terms)) for terms in parts)
        return subject, predicate, value

    def _against(self, node: ox.NamedNode) -> tuple[str, ...]:
        found = {
            *self.nodes(node, SECPOL("contradicts")),
            *subjects_of(self._store, SECPOL("contradicts"), node),
        }
        return tuple(sorted(map(self._short, found)))

    def _short(self, node: object) -> str:
        head, _, name = str(getattr(node, "value", node)).partition("#")
        return f"#{name}" if head == self.article.value else f"{head.rpartition('/')[2]}#{name}"


def _in_order(claim: MarkedClaim) -> tuple[int, list[tuple[int, str]]]:
    """The order of the text: where the claim begins, or its paragraph; then by name, S2 before S10."""
    start = claim.spans[0][0] if claim.spans else claim.paragraphs[0] if claim.paragraphs else 0
    return start, [(int(part), "") if part.isdecimal() else (0, part) for part in _DIGITS.split(claim.name)]
