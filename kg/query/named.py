"""Nodes of a store by their names: what an index of names finds, in the words of a query's errors."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property, partial
from itertools import islice

import pyoxigraph as ox

from kg.core.errors import UsageError
from kg.core.graph_names import is_inferred, name_of
from kg.core.labels import Labels
from kg.core.likeness import folded, meant, one_off
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
    names_in,
    names_of,
)
from kg.core.terms import RDF_TYPE, curie, several

_CURIE = re.compile(r"([A-Za-z][\w.-]*:)\S+")
_FEW = 12
_MOST = 3
_SHORT = 20  # characters of a fragment that others are offered for
_WHOLE = Wanted(down_to=NameKind.METONYM)
_PROPERTY = Wanted(roles=frozenset({Role.PROPERTY}), individuals_first=False)


class NamedNodes:
    """The nodes of one store by name; without an index their names are read from it when they are needed."""

    def __init__(self, store: ox.Store, prefixes: Mapping[str, str], index: NameIndex | None) -> None:
        self._store = store
        self._prefixes = prefixes
        self._index = index or MemoryIndex(names_in(store, _articles(store)))
        self._finder = Finder(self._index, self._code, self._kind)

    def find(self, typed: str, kind: ox.NamedNode | None, *, individuals_first: bool) -> ox.NamedNode:
        """The node of a name, or the instance of a class; raises `UnknownName` and `AmbiguousName`."""
        wanted = Wanted(individuals_first=individuals_first)
        if kind is not None:
            wanted = replace(wanted, accept=partial(self._is_a, kind=kind), roles=frozenset(Role))
        what = f" of the kind {self._labels(kind)}" if kind else ""
        try:
            return self._find(typed, wanted, what)
        except UnknownName as error:
            if error.nearest:
                raise
            raise UnknownName(f"{error.message}{self._instead(typed, kind)}") from error

    def find_property(self, typed: str) -> ox.NamedNode:
        """The node of a name, which is sought among properties when it is not whole."""
        return self._find(typed, _PROPERTY)

    def coded(self, typed: str, exact: ox.NamedNode | None, kind: ox.NamedNode) -> ox.NamedNode:
        """The instance of a class of coded values, stated or called so; an unknown one lists them all."""
        wanted = Wanted(partial(self._is_a, kind=kind), down_to=NameKind.METONYM)
        found = [exact] if exact else [name.node for name in self._finder.called(typed, wanted)]
        if len(set(found)) == 1 and self._is_a(found[0], kind):
            return found[0]
        values = ", ".join(sorted({name.text for name in self._names_of_class(kind)}))
        raise UsageError(f"{typed!r} is not one of {values or f'the instances of {self._labels(kind)}'}")

    def starting(self, typed: str, kind: ox.NamedNode | None, most: int | None) -> list[str]:
        """The names that begin as typed, in any case, in order, or so many of them."""
        names = self._index.starting(folded(typed))
        found = (name.text for name in names if kind is None or self._is_a(name.node, kind))
        return list(dict.fromkeys(islice(found, most)))

    def member(self, typed: str) -> ox.NamedNode | None:
        """What belongs to an article: `SLUG#Name`, or `#Name` where only one has it; None for a label."""
        if self._finder.called(typed, _WHOLE):
            return None
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
        raise UsageError(f"no article has a {typed}{meant(self._near_members(name, articles))}")

    def _find(self, typed: str, wanted: Wanted, what: str = "") -> ox.NamedNode:
        if (prefix := _CURIE.fullmatch(typed)) and not self._finder.called(typed, wanted):
            raise UsageError(f"nothing{what} is called {typed!r}; there is no prefix {prefix[1]}")
        return self._finder.find(typed, wanted, what)

    def _names_of_class(self, kind: ox.NamedNode) -> Iterator[Name]:
        for quad in self._store.quads_for_pattern(None, RDF_TYPE, kind):
            if isinstance(quad.subject, ox.NamedNode):
                for predicate in NAME_PROPERTIES:
                    yield from names_of(self._store.quads_for_pattern(quad.subject, predicate, None))

    def _instead(self, typed: str, kind: ox.NamedNode | None) -> str:
        """The end of a message where no name is like what was typed: the few names that there are."""
        if kind is None:
            return meant(self._near_members(typed))
        few = sorted({name.text for name in islice(self._names_of_class(kind), _FEW + 1)})
        return f"; there is {', '.join(few)}" if 0 < len(few) <= _FEW else ""

    def _local(self, name: str) -> list[ox.NamedNode]:
        """Articles by slug, and what belongs to one by its name there."""
        called = self._index.called(folded(name))
        return [found.node for found in called if found.kind is NameKind.LOCAL and found.text == name]

    def _near_members(self, name: str, articles: Iterable[ox.NamedNode] = ()) -> list[str]:
        """The names of what belongs to articles, or to some, that differ from a short one in a character."""
        found = {
            local.text
            for key in (one_off(folded(name)) if len(name) <= _SHORT else ())
            for local in islice(self._index.called(key), _FEW)
            if local.kind is NameKind.LOCAL and "#" in local.node.value
        }
        if articles:
            found = {n for n in found for home in articles if self._has(_member(home, n), None, None)}
        return [f"#{near}" for near in sorted(found)[:_MOST]]

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


def _articles(store: ox.Store) -> Iterator[str]:
    """The articles of a store, whatever stands in the base of its project."""
    for graph in store.named_graphs():
        name = name_of(graph)
        if isinstance(graph, ox.NamedNode) and name.endswith("/meta"):
            yield graph.value.removesuffix(f"graph/{name}") + name.removesuffix("/meta")


def _member(article: ox.NamedNode, name: str) -> ox.NamedNode:
    """What belongs to an article, by its name there."""
    try:
        return ox.NamedNode(f"{article.value}#{name}")
    except ValueError as error:
        raise UsageError(f"no article has a #{name}") from error
