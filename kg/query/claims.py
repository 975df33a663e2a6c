"""Claims in the reader's words: who holds what, how surely, where it is written, and what bears on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg.claims.claim import Terms, read_claim, read_proposition
from kg.core.labels import Labels
from kg.core.nodes import contains, named, strings, subjects_of, value_of, values_of
from kg.core.passages import range_of, span_digest
from kg.core.terms import DCTERMS, PASSAGE_MARK, SECPOL, AtomicTerm, Term
from kg.project.project import Project
from kg.project.texts import text_of

_Content = tuple[Terms, Terms, Terms]


@dataclass(frozen=True)
class Passage:
    """Where a claim is found; `quote` is None where it was not asked for, or the text is not at hand."""

    iri: str
    article: str
    paragraph: int | None
    quote: str | None
    url: str | None

    @property
    def span(self) -> str:
        """The range of characters, such as `816-889`."""
        return self.iri.partition(PASSAGE_MARK)[2].replace(",", "-")


@dataclass(frozen=True)
class ClaimNote:
    """A claim in one line: its gloss and who holds it how."""

    iri: str
    gloss: str
    holders: tuple[str, ...]
    polarity: str | None


@dataclass(frozen=True)
class ClaimView:
    """A claim with its holder, its strength, its passages, and the claims that bear on it.

    `strength` has certainty and polarity first, then quantifier, degree and trend where they are given.
    `others` are further claims with the same content, denials among them, where they were asked for.
    """

    iri: str
    gloss: str
    holders: tuple[str, ...]
    reporters: tuple[str, ...]
    stance: str | None
    strength: tuple[str, ...]
    status: str | None
    hedges: tuple[str, ...]
    passages: tuple[Passage, ...]
    supported_by: tuple[ClaimNote, ...]
    supports: tuple[ClaimNote, ...]
    contradicted_by: tuple[ClaimNote, ...]
    others: tuple[ClaimNote, ...] = ()


class Claims:
    """Reads claims and passages from one store, passages with their words where `quotes` are asked for."""

    def __init__(self, project: Project, store: ox.Store, labels: Labels, *, quotes: bool = False) -> None:
        self._with_quotes = quotes
        self._store = store
        self._labels = labels
        self._text = cache(lambda slug: text_of(project, slug))
        self._contents_of = cache(self._read_contents)

    def view(self, node: ox.NamedNode, *, others: bool = True) -> ClaimView:
        """A claim with all that bears on it; without `others`, but for those of the same content."""
        claim = read_claim(self._store, node)
        return ClaimView(
            iri=node.value,
            gloss=claim.gloss,
            holders=self._each(claim.holders),
            reporters=self._each(claim.reporters),
            stance=self._first(claim.stance),
            strength=tuple(
                word
                for terms in (
                    claim.certainty,
                    claim.polarity,
                    claim.quantifier,
                    claim.degree,
                    claim.trend,
                )
                for word in self._labels.each(terms)
            ),
            status=self._first(claim.status),
            hedges=self._each(claim.hedges),
            passages=tuple(sorted(map(self.passage, named(claim.passages)), key=_by_start)),
            supported_by=self._notes(self._subjects("supports", node)),
            supports=self._notes(self._values(node, "supports")),
            contradicted_by=self._notes(
                {*self._values(node, "contradicts"), *self._subjects("contradicts", node)}
            ),
            others=self._notes(self._with_same_content(node) - {node}) if others else (),
        )

    def note(self, node: ox.NamedNode) -> ClaimNote:
        """A claim in one line."""
        claim = read_claim(self._store, node)
        return ClaimNote(node.value, claim.gloss, self._each(claim.holders), self._first(claim.polarity))

    def about(
        self,
        subject: ox.NamedNode,
        predicate: ox.NamedNode | None = None,
        value: ox.NamedNode | ox.Literal | None = None,
    ) -> list[ox.NamedNode]:
        """The claims whose proposition has this subject, and this predicate and value where given."""
        propositions = (
            read_proposition(self._store, node)
            for node in self._subjects("propSubject", subject)
            if predicate is None or contains(self._store, node, SECPOL("propPredicate"), predicate)
        )
        found = {
            claim
            for proposition in propositions
            if value is None or value in proposition.values
            for claim in self._subjects("proposition", proposition.node)
        }
        return sorted(found, key=lambda node: node.value)

    def passage(self, node: ox.NamedNode) -> Passage:
        """A passage; its words only where the text at hand is the one that was annotated."""
        document = node.value.partition(PASSAGE_MARK)[0]
        paragraph = value_of(self._store, node, SECPOL("paragraph"))
        urls = named(values_of(self._store, ox.NamedNode(document), DCTERMS("source")))
        return Passage(
            iri=node.value,
            article=self._labels.of_iri(document),
            paragraph=int(paragraph.value) if isinstance(paragraph, ox.Literal) else None,
            quote=self.quote(node) if self._with_quotes else None,
            url=urls[0].value if urls else None,
        )

    def quote(self, node: ox.NamedNode) -> str | None:
        """The words of a passage, or None; a text whose digest differs there is not quoted from."""
        place = range_of(node.value)
        text = self._text(place[0].rpartition("/")[2]) if place else None
        if place is None or text is None:
            return None
        words = text[slice(*place[1])]
        digests = strings(values_of(self._store, node, SECPOL("spanDigest")))
        return words if {span_digest(words)} >= {*digests} else None

    def _with_same_content(self, node: ox.NamedNode) -> set[ox.NamedNode]:
        found: set[ox.NamedNode] = set()
        for proposition in read_claim(self._store, node).propositions:
            if proposition.content is not None:
                found |= self._contents_of(proposition.subjects[0])[proposition.content]
        return found

    def _read_contents(self, subject: AtomicTerm) -> dict[_Content, set[ox.NamedNode]]:
        """The claims about a subject by their content: each is read once, however many are compared."""
        found: dict[_Content, set[ox.NamedNode]] = {}
        for node in self._subjects("propSubject", subject):
            content = read_proposition(self._store, node).content
            if content is not None and content[0][0] == subject:
                found.setdefault(content, set()).update(self._subjects("proposition", node))
        return found

    def _notes(self, nodes: set[ox.NamedNode] | list[ox.NamedNode]) -> tuple[ClaimNote, ...]:
        return tuple(self.note(node) for node in sorted(nodes, key=lambda node: node.value))

    def _each(self, terms: Terms) -> tuple[str, ...]:
        return tuple(self._labels.each(terms))

    def _first(self, terms: Terms) -> str | None:
        return next(iter(self._labels.each(terms)), None)

    def _values(self, node: ox.NamedNode, local_name: str) -> list[ox.NamedNode]:
        return named(values_of(self._store, node, SECPOL(local_name)))

    def _subjects(self, local_name: str, value: Term) -> list[ox.NamedNode]:
        return named(subjects_of(self._store, SECPOL(local_name), value))


def _by_start(passage: Passage) -> tuple[str, int]:
    article, span = range_of(passage.iri) or (passage.iri, (0, 0))
    return article, span[0]
