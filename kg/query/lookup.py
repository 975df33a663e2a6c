"""The node that a reader typed: by IRI, CURIE, `#Name`, or any of its names."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.core.errors import UsageError
from kg.core.terms import curie, is_stated, stated

if TYPE_CHECKING:
    from kg.core.names import NameIndex
    from kg.query.named import NamedNodes


class Lookup:
    """The nodes of one store by IRI, CURIE, `#Name` or name; without an `index` all names are read."""

    def __init__(
        self,
        store: ox.Store,
        prefixes: Mapping[str, str],
        index: Callable[[], NameIndex | None] = lambda: None,
    ) -> None:
        self._store = store
        self._prefixes = prefixes
        self._index = index

    def find(
        self, typed: str, of_class: str | None = None, *, individual: bool = False, is_property: bool = False
    ) -> ox.NamedNode:
        """The one node meant; raises `UsageError` with the candidates for several and the nearest for none.

        `of_class` (IRI or CURIE) narrows names down to the instances of a class. With `individual` a class or
        property of the ontology is meant only where no individual bears the name; with `is_property` what is
        nearest is sought among properties.
        """
        if any("\ud800" <= character <= "\udfff" for character in typed):  # bytes of a command line
            raise UsageError(f"{typed!r} is not UTF-8")
        exact = self._stated(typed)
        if exact is not None:
            return exact
        if is_property:
            return self._named.find_property(typed)
        kind = self._stated(of_class) if of_class else None
        return self._named.find(typed, kind, individuals_first=individual)

    def known(self, typed: str, *, is_property: bool = False) -> ox.NamedNode:
        """The same for what the graph has to speak of; raises `UsageError` that offers the nearest IRI."""
        node = self.find(typed, is_property=is_property)
        if self.speaks_of(node):
            return node
        from kg.query.vocabulary import Vocabulary

        near = Vocabulary(self._store).near(node.value)
        raise UsageError(f"the graph does not speak of {curie(node.value, self._prefixes)}{near}")

    def speaks_of(self, node: ox.NamedNode) -> bool:
        """Whether anything in the graph is about a node, or says something by it."""
        return any(self._has(*ends) for ends in ((node, None, None), (None, None, node), (None, node, None)))

    def coded(self, typed: str, of_class: str) -> ox.NamedNode:
        """The instance of a class of coded values, by label, CURIE or IRI; an unknown one lists them all."""
        kind = self._stated(of_class) or self.find(of_class)
        return self._named.coded(typed, self._stated(typed), kind)

    def find_value(
        self, typed: str, subject: ox.NamedNode, predicate: ox.NamedNode | None
    ) -> ox.NamedNode | ox.Literal:
        """An entity or a literal: a value that the subject has is found by its bare text, such as `47`.

        Other literals are written as N-Triples writes them, in quotation marks.
        """
        if typed.startswith('"'):
            return _literal(typed)
        for quad in self._store.quads_for_pattern(subject, predicate, None):
            if isinstance(quad.object, ox.Literal) and quad.object.value == typed:
                return quad.object
        return self.known(typed)

    def starting(self, typed: str, of_class: str | None = None, *, most: int | None = None) -> list[str]:
        """The names that begin as typed, in any case, in order, or so many of them; for completion."""
        return self._named.starting(typed, self._stated(of_class) if of_class else None, most)

    @cached_property
    def _named(self) -> NamedNodes:
        from kg.query.named import NamedNodes  # a query that is asked with IRIs does without

        return NamedNodes(self._store, self._prefixes, self._index())

    def _stated(self, typed: str) -> ox.NamedNode | None:
        """The node of an IRI, a CURIE, `#Name` or `SLUG#Name`; None for what is a name."""
        node = stated(typed, self._prefixes)
        if node is None and is_stated(typed):
            raise UsageError(f"{typed!r} is not an IRI")
        return self._named.member(typed) if node is None and "#" in typed else node

    def _has(self, *pattern: ox.NamedNode | None) -> bool:
        return next(iter(self._store.quads_for_pattern(*pattern)), None) is not None


def _literal(typed: str) -> ox.Literal:
    try:
        triple = next(ox.parse(f"<urn:s> <urn:p> {typed} .", ox.RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        from kg.rdf.turtle_reading import parser_message

        raise UsageError(f"{typed} is not a literal: {parser_message(error)}") from error
    assert isinstance(triple.object, ox.Literal)
    return triple.object
