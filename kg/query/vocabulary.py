"""What a graph has words for: terms that a query uses and nobody knows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import pyoxigraph as ox

from kg.core.graph_names import SHARED, name_of
from kg.core.nodes import contains
from kg.core.terms import PREFIXES, RDF_TYPE, curie, namespace_of, nearest
from kg.sparql.tokens import Token, declared_prefixes, tokens


class Vocabulary:
    """The terms of a graph by namespace, and all IRIs that it describes."""

    def __init__(self, store: ox.Store) -> None:
        self._store = store

    @cached_property
    def namespaces(self) -> frozenset[str]:
        """The namespaces of what the ontology and the entities describe."""
        return frozenset(map(namespace_of, self._described()))

    def is_own(self, iri: str) -> bool:
        """Whether the graph is the one to know an IRI: it describes others of its namespace."""
        return namespace_of(iri) in self.namespaces

    def knows(self, iri: str) -> bool:
        """Whether the graph describes an IRI."""
        return contains(self._store, ox.NamedNode(iri))

    def has_class(self, kind: ox.NamedNode) -> bool:
        """Whether the graph describes a class or has an instance of it."""
        return contains(self._store, kind) or contains(self._store, None, RDF_TYPE, kind)

    def unknown(self, text: str, prefixes: Mapping[str, str]) -> Iterator[tuple[Token, str]]:
        """Each term of a query that the graph should know and does not, once, with the end of a message.

        `prefixes` hold where the query declares none of the name; namespaces are no terms.
        """
        known = {**prefixes, **declared_prefixes(text)}
        for token, iri in _terms(text, known):
            if self.is_own(iri) and not self.knows(iri):
                yield token, f"there is no {curie(iri, known)}{self.near(iri)}"

    def unused(self, text: str, prefixes: Mapping[str, str]) -> Iterator[str]:
        """The same for terms of outside vocabularies, such as RDFS, that the graph uses, and not the term."""
        known = {**prefixes, **declared_prefixes(text)}
        for _, iri in _terms(text, known):
            namespace = namespace_of(iri)
            used = self._outside.get(namespace)
            if used and iri not in used and not self._is_used(ox.NamedNode(iri)):
                near = nearest(iri.removeprefix(namespace), {other.removeprefix(namespace) for other in used})
                yield f"the graph does not use {curie(iri, known)}{near}"

    @cached_property
    def _outside(self) -> Mapping[str, set[str]]:
        """What the ontology and the entities use of vocabularies that they do not describe, by namespace."""
        found: dict[str, set[str]] = {}
        for quad in self._shared():
            for term in (quad.predicate, quad.object):
                if isinstance(term, ox.NamedNode) and not term.value.startswith(PREFIXES["xsd"]):
                    found.setdefault(namespace_of(term.value), set()).add(term.value)
        return {namespace: used for namespace, used in found.items() if namespace not in self.namespaces}

    def _is_used(self, node: ox.NamedNode) -> bool:
        return any(contains(self._store, *ends) for ends in ((None, node), (None, None, node), (node,)))

    def near(self, iri: str) -> str:
        """The nearest local names of the same namespace."""
        namespace = namespace_of(iri)
        known = {
            other.removeprefix(namespace) for other in self._described() if namespace_of(other) == namespace
        }
        return nearest(iri.removeprefix(namespace), known)

    def _described(self) -> Iterator[str]:
        """The IRIs that the ontology and the entities describe, some more than once."""
        for quad in self._shared():
            if isinstance(quad.subject, ox.NamedNode):
                yield quad.subject.value

    def _shared(self) -> Iterator[ox.Quad]:
        for graph in self._store.named_graphs():
            if name_of(graph) in SHARED:
                yield from self._store.quads_for_pattern(None, None, None, graph)


def _terms(text: str, known: Mapping[str, str]) -> Iterator[tuple[Token, str]]:
    """Each term of a query with its IRI, once; namespaces are no terms."""
    told = set(known.values())
    for token in tokens(text):
        prefix, colon, local = token.text.partition(":")
        iri = known.get(prefix, "") + local.replace("\\", "") if token.kind == "name" else token.text[1:-1]
        if token.kind in ("name", "iri") and colon and iri not in told:
            told.add(iri)
            yield token, iri
