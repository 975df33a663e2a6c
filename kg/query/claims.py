"""Claims in the reader's words: who holds what, how surely, where it is written, and what bears on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg.core.labels import Labels
from kg.core.passages import range_of, span_digest
from kg.core.terms import DCTERMS, PASSAGE_MARK, PROPOSITION, RDFS_LABEL, SECPOL, Term
from kg.project.project import Project
from kg.project.texts import read_text

_Content = tuple[tuple[ox.NamedNode | ox.BlankNode | ox.Literal, ...], ...]

_STRENGTH = ("certainty", "polarity", "quantifier", "degree", "trend")
_CONTENT = ("propSubject", "propPredicate", "propObject", "propValue")


@dataclass(frozen=True)
class Passage:
    """Where a claim is found; `quote` is None where the text is not at hand, or is another one."""

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
    """Reads claims and passages from one store."""

    def __init__(self, project: Project, store: ox.Store, labels: Labels) -> None:
        self._store = store
        self._labels = labels
        self._text = cache(lambda slug: read_text(project, slug))
        self._contents_of = cache(self._read_contents)

    def is_claim(self, node: ox.NamedNode) -> bool:
        """Whether a node is a claim: it has a proposition."""
        return bool(self.objects(node, PROPOSITION))

    def view(self, node: ox.NamedNode, *, others: bool = True) -> ClaimView:
        """A claim with all that bears on it; without `others`, but for those of the same content."""
        strength = (value for name in _STRENGTH for value in self._named(node, name))
        return ClaimView(
            iri=node.value,
            gloss=self._gloss(node),
            holders=self._named(node, "heldBy"),
            reporters=self._named(node, "reportedBy"),
            stance=self._first(node, "reporterStance"),
            strength=tuple(strength),
            status=self._first(node, "assertedAs"),
            hedges=self._named(node, "hedge"),
            passages=tuple(
                sorted(map(self.passage, self._nodes(node, SECPOL("evidencedBy"))), key=_by_start)
            ),
            supported_by=self._notes(self.subjects(SECPOL("supports"), node)),
            supports=self._notes(self._nodes(node, SECPOL("supports"))),
            contradicted_by=self._notes(
                {*self._nodes(node, SECPOL("contradicts")), *self.subjects(SECPOL("contradicts"), node)}
            ),
            others=self._notes(self._with_same_content(node) - {node}) if others else (),
        )

    def note(self, node: ox.NamedNode) -> ClaimNote:
        """A claim in one line."""
        return ClaimNote(
            node.value, self._gloss(node), self._named(node, "heldBy"), self._first(node, "polarity")
        )

    def about(
        self,
        subject: ox.NamedNode,
        predicate: ox.NamedNode | None = None,
        value: ox.NamedNode | ox.Literal | None = None,
    ) -> list[ox.NamedNode]:
        """The claims whose proposition has this subject, and this predicate and value where given."""
        found = [
            claim
            for proposition in self.subjects(SECPOL("propSubject"), subject)
            if predicate is None or predicate in self.objects(proposition, SECPOL("propPredicate"))
            if value is None or value in self._values(proposition)
            for claim in self.subjects(PROPOSITION, proposition)
        ]
        return sorted(set(found), key=lambda node: node.value)

    def passage(self, node: ox.NamedNode) -> Passage:
        """A passage; its words only where the text at hand is the one that was annotated."""
        document = node.value.partition(PASSAGE_MARK)[0]
        paragraph = next(iter(self.objects(node, SECPOL("paragraph"))), None)
        url = next(iter(self._nodes(ox.NamedNode(document), DCTERMS("source"))), None)
        return Passage(
            iri=node.value,
            article=self._labels.of_iri(document),
            paragraph=int(paragraph.value) if isinstance(paragraph, ox.Literal) else None,
            quote=self.quote(node),
            url=url.value if url else None,
        )

    def quote(self, node: ox.NamedNode) -> str | None:
        """The words of a passage, or None; a text whose digest differs there is not quoted from."""
        place = range_of(node.value)
        text = self._text(place[0].rpartition("/")[2]) if place else None
        if place is None or text is None:
            return None
        words = text[slice(*place[1])]
        digests = {value.value for value in self.objects(node, SECPOL("spanDigest")) if _is_literal(value)}
        return words if {span_digest(words)} >= digests else None

    def objects(self, node: Term, predicate: ox.NamedNode) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        """The values of a property, sorted, each once."""
        if not isinstance(node, ox.NamedNode | ox.BlankNode):
            return []
        found = {quad.object for quad in self._store.quads_for_pattern(node, predicate, None)}
        return sorted((value for value in found if not isinstance(value, ox.Triple)), key=str)

    def subjects(self, predicate: ox.NamedNode, value: Term) -> list[ox.NamedNode]:
        """What has a value, sorted, each once."""
        found = {quad.subject for quad in self._store.quads_for_pattern(None, predicate, value)}
        return sorted((node for node in found if isinstance(node, ox.NamedNode)), key=str)

    def _with_same_content(self, node: ox.NamedNode) -> set[ox.NamedNode]:
        found: set[ox.NamedNode] = set()
        for proposition in self._nodes(node, PROPOSITION):
            content = self._content(proposition)
            if content is not None:
                found |= self._contents_of(content[0][0])[content]
        return found

    def _read_contents(self, subject: Term) -> dict[_Content, set[ox.NamedNode]]:
        """The claims about a subject by their content: each is read once, however many are compared."""
        found: dict[_Content, set[ox.NamedNode]] = {}
        for proposition in self.subjects(SECPOL("propSubject"), subject):
            content = self._content(proposition)
            if content is not None and content[0][0] == subject:
                found.setdefault(content, set()).update(self.subjects(PROPOSITION, proposition))
        return found

    def _content(self, proposition: ox.NamedNode) -> _Content | None:
        """The parts of a proposition, or None where one is missing."""
        parts = tuple(tuple(self.objects(proposition, SECPOL(name))) for name in _CONTENT)
        return parts if parts[0] and parts[1] and (parts[2] or parts[3]) else None

    def _values(self, proposition: ox.NamedNode) -> list[ox.NamedNode | ox.BlankNode | ox.Literal]:
        return [
            *self.objects(proposition, SECPOL("propObject")),
            *self.objects(proposition, SECPOL("propValue")),
        ]

    def _notes(self, nodes: set[ox.NamedNode] | list[ox.NamedNode]) -> tuple[ClaimNote, ...]:
        return tuple(self.note(node) for node in sorted(nodes, key=lambda node: node.value))

    def _gloss(self, node: ox.NamedNode) -> str:
        return self._labels.words(node, RDFS_LABEL) or ""

    def _named(self, node: ox.NamedNode, local_name: str) -> tuple[str, ...]:
        return tuple(sorted(self._labels(value) for value in self.objects(node, SECPOL(local_name))))

    def _first(self, node: ox.NamedNode, local_name: str) -> str | None:
        return next(iter(self._named(node, local_name)), None)

    def _nodes(self, node: Term, predicate: ox.NamedNode) -> list[ox.NamedNode]:
        return [value for value in self.objects(node, predicate) if isinstance(value, ox.NamedNode)]


def _is_literal(value: Term) -> bool:
    return isinstance(value, ox.Literal)


def _by_start(passage: Passage) -> tuple[str, int]:
    article, span = range_of(passage.iri) or (passage.iri, (0, 0))
    return article, span[0]
