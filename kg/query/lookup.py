"""The node that a reader typed: by IRI, CURIE, `#Name`, or any of its names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property, partial
from itertools import islice

import pyoxigraph as ox

from kg.core.errors import UsageError
from kg.core.graph_names import is_inferred, name_of
from kg.core.labels import Labels
from kg.core.likeness import closest, folded, one_off
from kg.core.names import (
    NAME_PROPERTIES,
    Finder,
    MemoryIndex,
    Name,
    NameIndex,
    NameKind,
    Role,
    UnknownName,
    Wanted,
    is_stated,
    meant,
    names_of,
    stated,
)
from kg.core.terms import PROPOSITION, RDF_TYPE, curie, local_name, several

_CURIE = re.compile(r"([A-Za-z][\w.-]*:)\S+")
_FEW = 12
_SHORT = 20
_WHOLE = Wanted(down_to=NameKind.METONYM)
_PROPERTIES = Wanted(roles=frozenset({Role.PROPERTY}), individuals_first=False)


class Lookup:
    """The nodes of one store by IRI, CURIE, `#Name` or name; `index` has their names, else they are read."""

    def __init__(self, store: ox.Store, prefixes: Mapping[str, str], index: NameIndex | None = None) -> None:
        self._store = store
        self._prefixes = prefixes
        self._index = index or MemoryIndex(_names_in(store))
        self._finder = Finder(self._index, self._code, self._kind)

    def find(
        self, typed: str, of_class: str | None = None, *, individual: bool = False, is_property: bool = False
    ) -> ox.NamedNode:
        """The one node meant; raises `UsageError` with the candidates for several and the nearest for none.

        `of_class` (IRI or CURIE) narrows names down to the instances of a class. With `individual` a class or
        property of the ontology is meant only where no individual bears the name; with `is_property` what is
        nearest is sought among properties.
        """
        if not typed.isprintable() and "\udc80" <= max(typed) <= "\udcff":  # bytes of a command line
            raise UsageError(f"{typed!r} is not UTF-8")
        exact = self._stated(typed)
        if exact is not None:
            return exact
        kind = self._stated(of_class) if of_class else None
        wanted = Wanted(accept=partial(self._is_a, kind=kind) if kind else None, individuals_first=individual)
        if is_property:
            wanted = _PROPERTIES
        what = f" of the kind {self._labels(kind)}" if kind else ""
        if (prefix := _CURIE.fullmatch(typed)) and not self._finder.called(typed, wanted):
            raise UsageError(f"nothing{what} is called {typed!r}; there is no prefix {prefix[1]}")
        try:
            return self._finder.find(typed, wanted, what)
        except UnknownName as error:
            if error.nearest:
                raise
            raise UnknownName(f"{error.message}{self._instead(typed, kind)}") from error

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
        wanted = Wanted(accept=partial(self._is_a, kind=kind), down_to=NameKind.METONYM)
        exact = self._stated(typed)
        found = [exact] if exact else [name.node for name in self._finder.called(typed, wanted)]
        if len(set(found)) == 1 and self._is_a(found[0], kind):
            return found[0]
        values = ", ".join(sorted({name.text for name in self._names_of_class(kind)}))
        raise UsageError(f"{typed!r} is not one of {values or f'the instances of {self._labels(kind)}'}")

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
        kind = self._stated(of_class) if of_class else None
        names = self._index.starting(folded(typed))
        found = (name.text for name in names if kind is None or self._is_a(name.node, kind))
        return list(dict.fromkeys(islice(found, most)))

    def _names_of_class(self, kind: ox.NamedNode) -> Iterator[Name]:
        for quad in self._store.quads_for_pattern(None, RDF_TYPE, kind):
            if isinstance(quad.subject, ox.NamedNode):
                for predicate in NAME_PROPERTIES:
                    yield from names_of(self._store.quads_for_pattern(quad.subject, predicate, None))

    def _instead(self, typed: str, kind: ox.NamedNode | None) -> str:
        """The end of a message where no name is like what was typed: the few names that there are."""
        if kind is None:
            return meant(self._near_parts(typed))
        few = sorted({name.text for name in islice(self._names_of_class(kind), _FEW + 1)})
        return f"; there is {', '.join(few)}" if 0 < len(few) <= _FEW else ""

    def _stated(self, typed: str) -> ox.NamedNode | None:
        """The node of an IRI, a CURIE, `#Name` or `SLUG#Name`; None for what is a name."""
        node = stated(typed, self._prefixes)
        if node is None and is_stated(typed):
            raise UsageError(f"{typed!r} is not an IRI")
        if node is None and "#" in typed and not self._finder.called(typed, _WHOLE):
            return self._part(typed)
        return node

    def _part(self, typed: str) -> ox.NamedNode:
        """What belongs to an article: `SLUG#Name`, or `#Name` where only one has something called so."""
        slug, _, name = typed.rpartition("#")
        articles = [node for node in self._local(slug) if "#" not in node.value]
        if slug:
            found = [part for article in articles if self._has(part := _member(article, name), None, None)]
        else:
            found = [node for node in self._local(name) if "#" in node.value]
        if len(found) == 1:
            return found[0]
        if found:
            known = sorted(node.value.rpartition("/")[2] for node in found)
            raise UsageError(f"{typed!r} stands in several articles: {several(known)}")
        raise UsageError(f"no article has a {typed}{meant(self._near_parts(name, articles))}")

    def _local(self, name: str) -> list[ox.NamedNode]:
        """Articles by slug, and what belongs to one by its name there."""
        called = self._index.called(folded(name))
        return [found.node for found in called if found.kind is NameKind.LOCAL and found.text == name]

    def _near_parts(self, name: str, articles: Iterable[ox.NamedNode] = ()) -> list[str]:
        """The names of what belongs to articles, or to some, that differ from a short one in a character."""
        found = {
            local.text
            for key in (one_off(folded(name)) if len(name) <= _SHORT else ())
            for local in islice(self._index.called(key), _FEW)
            if local.kind is NameKind.LOCAL and "#" in local.node.value
        }
        if articles:
            found = {n for n in found for home in articles if self._has(_member(home, n), None, None)}
        return closest(f"#{name}", (f"#{near}" for near in found))

    def _kind(self, node: ox.NamedNode) -> str:
        """What a node is, by the label of a class that is not inferred."""
        quads = self._store.quads_for_pattern(node, RDF_TYPE, None)
        kinds = {quad.object for quad in quads if not is_inferred(name_of(quad.graph_name))}
        return min((self._labels(kind) for kind in kinds), default="")

    @cached_property
    def _labels(self) -> Labels:
        return Labels(self._store, self._prefixes)

    def _code(self, node: ox.NamedNode) -> str:
        """A CURIE, or `SLUG#Name`."""
        code = curie(node.value, self._prefixes)
        _, is_member, name = node.value.rpartition("/article/")
        return name if code.startswith("<") and is_member else code

    def _is_a(self, node: ox.NamedNode, kind: ox.NamedNode) -> bool:
        return self._has(node, RDF_TYPE, kind)

    def _has(self, *pattern: ox.NamedNode | None) -> bool:
        return next(iter(self._store.quads_for_pattern(*pattern)), None) is not None


def _names_in(store: ox.Store) -> Iterator[Name]:
    """The names in a store, and those of articles and of what belongs to one."""
    said = (*NAME_PROPERTIES, RDF_TYPE, PROPOSITION)
    yield from names_of(quad for predicate in said for quad in store.quads_for_pattern(None, predicate, None))
    articles = tuple(article for graph in store.named_graphs() if (article := _article(graph)) is not None)
    yield from (Name(local_name(node), node, NameKind.LOCAL) for node in articles)
    homes = tuple(f"{article.value}#" for article in articles)
    for node in {quad.subject for quad in store if isinstance(quad.subject, ox.NamedNode)}:
        if node.value.startswith(homes):
            yield Name(local_name(node), node, NameKind.LOCAL, Role.RECORD)


def _article(graph: ox.NamedNode | ox.BlankNode) -> ox.NamedNode | None:
    """The article whose metadata a graph has."""
    name = name_of(graph)
    if not isinstance(graph, ox.NamedNode) or not name.endswith("/meta"):
        return None
    return ox.NamedNode(graph.value.removesuffix(f"graph/{name}") + name.removesuffix("/meta"))


def _member(article: ox.NamedNode, name: str) -> ox.NamedNode:
    """What belongs to an article, by its name there."""
    try:
        return ox.NamedNode(f"{article.value}#{name}")
    except ValueError as error:
        raise UsageError(f"no article has a #{name}") from error


def _literal(typed: str) -> ox.Literal:
    try:
        triple = next(ox.parse(f"<urn:s> <urn:p> {typed} .", ox.RdfFormat.N_TRIPLES))
    except SyntaxError as error:
        from kg.rdf.turtle_reading import parser_message

        raise UsageError(f"{typed} is not a literal: {parser_message(error)}") from error
    assert isinstance(triple.object, ox.Literal)
    return triple.object
