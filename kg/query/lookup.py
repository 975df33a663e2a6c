"""Finding an entity by what a reader types: an IRI, a CURIE, a fragment or a label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

import pyoxigraph as ox

from kg.core.errors import UsageError
from kg.core.graph_names import name_of
from kg.core.labels import Labels
from kg.core.terms import (
    OWL,
    PREFIXES,
    RDF_TYPE,
    RDFS_LABEL,
    SECPOL,
    SKOS,
    SKOS_PREF_LABEL,
    curie,
    nearest,
    several,
)

NAMES = (RDFS_LABEL, SKOS_PREF_LABEL, SKOS("altLabel"), SECPOL("metonym"))

_TERMS = (
    *map(OWL, ("Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")),
    *map(ox.NamedNode, (f"{PREFIXES['rdfs']}Class", f"{PREFIXES['rdf']}Property")),
)
_NAME = re.compile(r"[^\s#<>\"{}|^`\\]+")
_CURIE = re.compile(r"([A-Za-z][\w.-]*:)\S+")
_ABSOLUTE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://|urn:|mailto:)")


Name = tuple[ox.NamedNode, ox.Literal, ox.NamedNode]
"""A property that names, the name, and what bears it."""


class Lookup:
    """Entities of one store by IRI, CURIE, `#fragment` or label."""

    def __init__(self, store: ox.Store, prefixes: Mapping[str, str]) -> None:
        self._store = store
        self._prefixes = prefixes
        self.named = cache(self._by_name)

    def find(self, typed: str, of_class: str | None = None, *, individual: bool = False) -> ox.NamedNode:
        """The one entity meant; raises `UsageError` with the candidates for several and the nearest for none.

        `of_class` (IRI or CURIE) narrows names down to the instances of a class. With `individual` a class or
        property of the ontology is meant only where no individual bears the name.
        """
        if not typed.isprintable() and "\udc80" <= max(typed) <= "\udcff":  # bytes of a command line
            raise UsageError(f"{typed!r} is not UTF-8")
        exact = self._by_iri(typed)
        if exact is not None:
            return exact
        kind = self._by_iri(of_class) if of_class else None
        found = self.named(typed, kind, individual) or [
            node for node in self._of_articles(typed) if kind is None or self._is_a(node, kind)
        ]
        if len(found) == 1:
            return found[0]
        what = f" of the kind {self._label(kind)}" if kind else ""
        if found:
            candidates = several([curie(node.value, self._prefixes) for node in found])
            raise UsageError(f"{typed!r} may be {candidates}; name one of them")
        if "#" in typed:
            return self._by_fragment(typed)
        short_forms = () if kind else self._short_forms()
        near = nearest(typed, {*self.labels(kind), *short_forms})
        if prefix := _CURIE.fullmatch(typed):
            near = f"; there is no prefix {prefix[1]}"
        raise UsageError(f"nothing{what} is called {typed!r}{near}")

    def known(self, typed: str) -> ox.NamedNode:
        """The same for what the graph has to speak of; raises `UsageError` that offers the nearest IRI."""
        node = self.find(typed)
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
        kind = self._by_iri(of_class) or self.find(of_class)
        found = self._by_iri(typed)
        matches = [found] if found else self.named(typed, kind)
        if len(matches) == 1 and self._is_a(matches[0], kind):
            return matches[0]
        values = ", ".join(sorted({name.value for _, name, _ in self._names(kind)}))
        raise UsageError(f"{typed!r} is not one of {values or f'the instances of {self._label(kind)}'}")

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

    def _by_name(
        self, label: str, of_class: ox.NamedNode | None = None, individual: bool = False
    ) -> list[ox.NamedNode]:
        """All that bear a label: as typed, or else in another case; own labels before other names."""
        wanted = label.casefold()
        known = (self._alike(label) if of_class is None else []) or self._names(of_class)
        hits = [
            (individual and self._is_term(node), name.value != label, NAMES.index(predicate), node)
            for predicate, name, node in known
            if name.value.casefold() == wanted
        ]
        best = min((hit[:3] for hit in hits), default=None)
        return sorted({node for *rank, node in hits if tuple(rank) == best}, key=lambda node: node.value)

    def labels(self, of_class: ox.NamedNode | None = None) -> Iterator[str]:
        """Every name that `find` knows."""
        return (name.value for _, name, _ in self._names(of_class))

    def starting(self, typed: str, of_class: str | None = None) -> list[str]:
        """The names that begin as typed, in any case, sorted; for completion."""
        kind = self._by_iri(of_class) if of_class else None
        begun = typed.casefold()
        return sorted({name for name in self.labels(kind) if name.casefold().startswith(begun)})

    def _names(self, of_class: ox.NamedNode | None) -> Iterator[Name]:
        for predicate in NAMES:
            for quad in self._named(predicate, of_class):
                node, name = quad.subject, quad.object
                if isinstance(node, ox.NamedNode) and isinstance(name, ox.Literal):
                    yield predicate, name, node

    def _alike(self, label: str) -> list[Name]:
        """The names that differ from a label in case alone: the engine reads many of them sooner."""
        names = " ".join(map(str, NAMES))
        wanted = ox.Literal(label.lower())
        text = f"SELECT ?p ?l ?n {{ VALUES ?p {{ {names} }} ?n ?p ?l FILTER (LCASE(STR(?l)) = {wanted}) }}"
        found = self._store.query(text, use_default_graph_as_union=True)
        assert isinstance(found, ox.QuerySolutions)
        return [
            (predicate, name, node)
            for predicate, name, node in found
            if isinstance(node, ox.NamedNode) and isinstance(name, ox.Literal)
        ]

    def _named(self, predicate: ox.NamedNode, of_class: ox.NamedNode | None) -> Iterator[ox.Quad]:
        """What gives a name to a node, or to an instance of a class."""
        if of_class is None:
            yield from self._store.quads_for_pattern(None, predicate, None)
            return
        for node in {quad.subject for quad in self._store.quads_for_pattern(None, RDF_TYPE, of_class)}:
            yield from self._store.quads_for_pattern(node, predicate, None)

    def _label(self, node: ox.NamedNode) -> str:
        return Labels(self._store, self._prefixes)(node)

    def _is_a(self, node: ox.NamedNode, kind: ox.NamedNode) -> bool:
        return self._has(node, RDF_TYPE, kind)

    def _is_term(self, node: ox.NamedNode) -> bool:
        """Whether a node is a class or property of an ontology."""
        return any(self._is_a(node, kind) for kind in _TERMS)

    def _has(self, *pattern: ox.NamedNode | None) -> bool:
        return next(iter(self._store.quads_for_pattern(*pattern)), None) is not None

    def _by_iri(self, typed: str) -> ox.NamedNode | None:
        text = typed[1:-1] if typed.startswith("<") and typed.endswith(">") else typed
        prefix, colon, local = text.partition(":")
        if typed.startswith("#"):
            return self._by_fragment(typed)
        if _ABSOLUTE.match(text) or text != typed:
            return self._node(text, typed)
        if colon and prefix in self._prefixes:
            return self._node(self._prefixes[prefix] + local, typed)
        return None

    def _of_articles(self, typed: str) -> list[ox.NamedNode]:
        """Articles by slug, and what belongs to one by its short form: `#S025`, `S025`, `SLUG#S025`."""
        slug, _, name = typed.rpartition("#")
        if not _NAME.fullmatch(name):
            return []
        articles = [(iri, iri.rpartition("/")[2]) for iri in self._articles()]
        found = {ox.NamedNode(iri) for iri, own in articles if own == typed}
        parts = (ox.NamedNode(f"{iri}#{name}") for iri, own in articles if slug in ("", own))
        found.update(part for part in parts if self._has(part, None, None))
        return sorted(found, key=lambda node: node.value)

    def _articles(self) -> Iterator[str]:
        for graph in self._store.named_graphs():
            name = name_of(graph)
            if isinstance(graph, ox.NamedNode) and name.endswith("/meta"):
                yield graph.value.removesuffix(f"graph/{name}") + name.removesuffix("/meta")

    def _short_forms(self) -> set[str]:
        """The short forms of what belongs to one article and bears a name."""
        names = (node.value for _, _, node in self._names(None))
        return {f"#{iri.partition('#')[2]}" for iri in names if "/article/" in iri and "#" in iri}

    def _by_fragment(self, typed: str) -> ox.NamedNode:
        """What belongs to one article, by its short form."""
        found = self._of_articles(typed)
        if len(found) == 1:
            return found[0]
        if found:
            known = [node.value.rpartition("/")[2] for node in found]
            raise UsageError(f"{typed!r} stands in several articles: {several(known)}")
        near = nearest(typed[typed.index("#") :], self._short_forms())
        raise UsageError(f"no article has a {typed}{near}")

    @staticmethod
    def _node(iri: str, typed: str) -> ox.NamedNode:
        try:
            return ox.NamedNode(iri)
        except ValueError as error:
            raise UsageError(f"{typed!r} is not an IRI") from error


def _literal(typed: str) -> ox.Literal:
    try:
        triple = next(ox.parse(f"<urn:s> <urn:p> {typed} .", ox.RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        from kg.rdf.turtle_reading import parser_message

        raise UsageError(f"{typed} is not a literal: {parser_message(error)}") from error
    assert isinstance(triple.object, ox.Literal)
    return triple.object
