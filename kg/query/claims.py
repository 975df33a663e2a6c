"""Claims in the reader's words: who holds what, how surely, where it is written, and what bears on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg.core.labels import Labels
from kg.core.nodes import contains, named, strings, subjects_of, value_of, values_of
from kg.core.passages import range_of, span_digest
from kg.core.terms import DCTERMS, PASSAGE_MARK, PROPOSITION, RDFS_LABEL, SECPOL, AtomicTerm, Term
from kg.project.project import Project
from kg.project.texts import read_text

_Content = tuple[tuple[AtomicTerm, ...], ...]

_STRENGTH = ("certainty", "polarity", "quantifier", "degree", "trend")
_CONTENT = ("propSubject", "propPredicate", "propObject", "propValue")
_VALUES = (SECPOL("propObject"), SECPOL("propValue"))


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
        return contains(self._store, node, PROPOSITION)

    def view(self, node: ox.NamedNode, *, others: bool = True) -> ClaimView:
        """A claim with all that bears on it; without `others`, but for those of the same content."""
        strength = (value for name in _STRENGTH for value in self._named(node, name))
        return ClaimView(
            iri=node.value,
            gloss=self._gloss(node),
            holders=self._named(node, "heldBy"),
            reporters=self._named(node, "reportedBy"),
            stance=self._labels.of_value(node, SECPOL("reporterStance")),
            strength=tuple(strength),
            status=self._labels.of_value(node, SECPOL("assertedAs")),
            hedges=self._named(node, "hedge"),
            passages=tuple(sorted(map(self.passage, self._values(node, "evidencedBy")), key=_by_start)),
            supported_by=self._notes(self._subjects("supports", node)),
            supports=self._notes(self._values(node, "supports")),
            contradicted_by=self._notes(
                {*self._values(node, "contradicts"), *self._subjects("contradicts", node)}
            ),
            others=self._notes(self._with_same_content(node) - {node}) if others else (),
        )

    def note(self, node: ox.NamedNode) -> ClaimNote:
        """A claim in one line."""
        polarity = self._labels.of_value(node, SECPOL("polarity"))
        return ClaimNote(node.value, self._gloss(node), self._named(node, "heldBy"), polarity)

    def about(
        self,
        subject: ox.NamedNode,
        predicate: ox.NamedNode | None = None,
        value: ox.NamedNode | ox.Literal | None = None,
    ) -> list[ox.NamedNode]:
        """The claims whose proposition has this subject, and this predicate and value where given."""
        found = [
            claim
            for proposition in self._subjects("propSubject", subject)
            if predicate is None or contains(self._store, proposition, SECPOL("propPredicate"), predicate)
            if value is None or any(contains(self._store, proposition, by, value) for by in _VALUES)
            for claim in self._subjects("proposition", proposition)
        ]
        return sorted(set(found), key=lambda node: node.value)

    def passage(self, node: ox.NamedNode) -> Passage:
        """A passage; its words only where the text at hand is the one that was annotated."""
        document = node.value.partition(PASSAGE_MARK)[0]
        paragraph = value_of(self._store, node, SECPOL("paragraph"))
        urls = named(values_of(self._store, ox.NamedNode(document), DCTERMS("source")))
        return Passage(
            iri=node.value,
            article=self._labels.of_iri(document),
            paragraph=int(paragraph.value) if isinstance(paragraph, ox.Literal) else None,
            quote=self.quote(node),
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
        for proposition in self._values(node, "proposition"):
            content = self._content(proposition)
            if content is not None:
                found |= self._contents_of(content[0][0])[content]
        return found

    def _read_contents(self, subject: Term) -> dict[_Content, set[ox.NamedNode]]:
        """The claims about a subject by their content: each is read once, however many are compared."""
        found: dict[_Content, set[ox.NamedNode]] = {}
        for proposition in self._subjects("propSubject", subject):
            content = self._content(proposition)
            if content is not None and content[0][0] == subject:
                found.setdefault(content, set()).update(self._subjects("proposition", proposition))
        return found

    def _content(self, proposition: ox.NamedNode) -> _Content | None:
        """The parts of a proposition, or None where one is missing."""
        parts = tuple(tuple(values_of(self._store, proposition, SECPOL(name))) for name in _CONTENT)
        return parts if parts[0] and parts[1] and (parts[2] or parts[3]) else None

    def _notes(self, nodes: set[ox.NamedNode] | list[ox.NamedNode]) -> tuple[ClaimNote, ...]:
        return tuple(self.note(node) for node in sorted(nodes, key=lambda node: node.value))

    def _gloss(self, node: ox.NamedNode) -> str:
        return self._labels.words(node, RDFS_LABEL) or ""

    def _named(self, node: ox.NamedNode, local_name: str) -> tuple[str, ...]:
        return tuple(self._labels.of_values(node, SECPOL(local_name)))

    def _values(self, node: ox.NamedNode, local_name: str) -> list[ox.NamedNode]:
        return named(values_of(self._store, node, SECPOL(local_name)))

    def _subjects(self, local_name: str, value: Term) -> list[ox.NamedNode]:
        return named(subjects_of(self._store, SECPOL(local_name), value))


def _by_start(passage: Passage) -> tuple[str, int]:
    article, span = range_of(passage.iri) or (passage.iri, (0, 0))
    return article, span[0]
