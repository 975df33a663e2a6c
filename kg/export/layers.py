"""Layers: what a reader exports, as the named graphs that it stands in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph as ox

from kg.core.errors import UsageError
from kg.core.graph_names import article_of, name_of
from kg.core.terms import nearest

ALL = "all"
LAYERS: Mapping[str, tuple[str, ...]] = {
    "ontology": ("ontology",),
    "alignments": ("alignments",),
    "entities": ("entities",),
    "claims": ("article/*/meta", "article/*/passages", "article/*/claims"),
    "mentions": ("article/*/mentions",),
    "descriptions": ("article/*/descriptions",),
    "facts": ("article/*/facts",),
    "inferred": ("inferred/shared", "article/*/inferred"),
    "provenance": ("provenance", "article/*/provenance"),
}


class Graphs:
    """The named graphs of a snapshot, each with the layer and the article that it belongs to."""

    def __init__(self, store: ox.Store) -> None:
        named = (graph for graph in store.named_graphs() if isinstance(graph, ox.NamedNode))
        self.all = tuple(sorted(named, key=lambda graph: graph.value))

    def select(self, layers: Sequence[str] = (), articles: Sequence[str] = ()) -> tuple[ox.NamedNode, ...]:
        """The graphs of some layers, sorted; `articles` keeps those of other articles out.

        Articles without layers are the graphs of these articles alone. Raises `UsageError` for a name that is
        not known, and for articles where no layer asked for has any.
        """
        for name in layers:
            if name != ALL and name not in LAYERS:
                raise UsageError(f"{name!r} is not a layer{nearest(name, [*LAYERS, ALL])}")
        known = {slug for graph in self.all if (slug := self.article(graph))}
        for slug in articles:
            if slug not in known:
                raise UsageError(f"there is no article {slug!r}{nearest(slug, known)}")
        if articles and layers and ALL not in layers and not any(map(_has_articles, layers)):
            shared = " and ".join(layers)
            raise UsageError(f"all articles share the layer {shared}; leave --article out, or name another")
        return tuple(graph for graph in self.all if self._is_wanted(graph, layers, articles))

    def layer(self, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> str:
        """The layer of a graph; `query` for what a query constructed."""
        if not isinstance(graph, ox.NamedNode):
            return "query"
        name = name_of(graph)
        pattern = f"article/*/{name.rpartition('/')[2]}" if article_of(name) else name
        return next((layer for layer, patterns in LAYERS.items() if pattern in patterns), pattern)

    def article(self, graph: ox.NamedNode | ox.BlankNode | ox.DefaultGraph) -> str | None:
        """The article that a graph belongs to."""
        return article_of(name_of(graph))

    def _is_wanted(self, graph: ox.NamedNode, layers: Sequence[str], articles: Iterable[str]) -> bool:
        slug = self.article(graph)
        if articles and (slug not in articles if slug else not layers):
            return False
        return not layers or ALL in layers or self.layer(graph) in layers


def _has_articles(layer: str) -> bool:
    return any(pattern.startswith("article/") for pattern in LAYERS[layer])
