"""Terms in the reader's words, looked up in a graph."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from kg.core.nodes import contains, values_of
from kg.core.telling import told_apart
from kg.core.terms import PREFIXES, PROPOSITION, RDFS_LABEL, SKOS_PREF_LABEL, AtomicTerm, short


class Labels:
    """Labels from a store: `labels(term)` and `labels.of_iri(iri)`."""

    def __init__(self, store: ox.Store, prefixes: Mapping[str, str] = PREFIXES) -> None:
        self._store = store
        self.prefixes = prefixes
        self._known: dict[ox.NamedNode, str] = {}

    def __call__(self, term: object) -> str:
        """The label of an entity, the short form of a claim or passage, the value of a literal."""
        if isinstance(term, ox.Literal):
            return term.value
        if not isinstance(term, ox.NamedNode):
            return str(term)
        if term not in self._known:
            self._known[term] = self._look_up(term)
        return self._known[term]

    def of_iri(self, iri: str) -> str:
        """The same for an IRI as a string."""
        return self(ox.NamedNode(iri))

    def words(self, node: ox.NamedNode, predicate: ox.NamedNode) -> str | None:
        """The one text that a reader is shown of those that a node has by a property."""
        values = values_of(self._store, node, predicate)
        return preferred(value for value in values if isinstance(value, ox.Literal))

    def each(self, terms: Iterable[AtomicTerm]) -> list[str]:
        """The labels of some terms, sorted."""
        return sorted(map(self, terms))

    def of_values(self, subject: ox.NamedNode | ox.BlankNode, predicate: ox.NamedNode) -> list[str]:
        """The labels of what a node has by a property, sorted."""
        return self.each(values_of(self._store, subject, predicate))

    def apart(self, subject: ox.NamedNode | ox.BlankNode, predicate: ox.NamedNode) -> list[str]:
        """The same, those that look alike with what makes them two."""
        values = values_of(self._store, subject, predicate)
        return sorted(told_apart(values, list(map(self, values)), self.prefixes))

    def of_value(self, subject: ox.NamedNode | ox.BlankNode, predicate: ox.NamedNode) -> str | None:
        """The first of these labels; None where a node has nothing by a property."""
        return next(iter(self.of_values(subject, predicate)), None)

    def link_to(self, node: ox.BlankNode) -> tuple[ox.NamedNode, ox.NamedNode] | None:
        """The named node that has a blank node, through other blank ones perhaps, and by what property."""
        seen: set[object] = set()
        while node not in seen:
            seen.add(node)
            for quad in self._store.quads_for_pattern(None, None, node):
                if isinstance(quad.subject, ox.NamedNode):
                    return quad.subject, quad.predicate
                if isinstance(quad.subject, ox.BlankNode):
                    node = quad.subject
        return None

    def _look_up(self, node: ox.NamedNode) -> str:
        """A claim's label is its gloss, a sentence; where it is named, its short form serves better."""
        is_claim = contains(self._store, node, PROPOSITION)
        for predicate in () if is_claim else (RDFS_LABEL, SKOS_PREF_LABEL):
            if (label := self.words(node, predicate)) is not None:
                return label
        return short(node.value, self.prefixes)


def preferred(terms: Iterable[AtomicTerm]) -> str | None:
    """The text to show of several: the English one, else one in no language, else the first in order.

    >>> preferred([ox.Literal("Hafen", language="de"), ox.Literal("port"), ox.Literal("quay", language="en")])
    'quay'
    """
    found = min(terms, key=_rank, default=None)
    return found.value if found is not None else None


def _rank(term: AtomicTerm) -> tuple[bool, bool, str, str]:
    language = term.language or "" if isinstance(term, ox.Literal) else ""
    return language.partition("-")[0] != "en", language != "", term.value, language
