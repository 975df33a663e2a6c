"""A store of named graphs, as the steps of a build see it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.core.graph_names import asserted, seen_in
from kg.project.project import Project


@dataclass(frozen=True)
class GraphStore:
    """A store with the graphs of some articles, `slugs`, and of what they stand on."""

    project: Project
    store: ox.Store
    slugs: tuple[str, ...]

    def graph(self, name: str) -> ox.NamedNode:
        """The named graph `name`, such as `ontology`."""
        return ox.NamedNode(self.project.graph_iri(name))

    def article_graphs(self, slug: str) -> list[ox.NamedNode]:
        """The asserted graphs that make one article, its metadata left out (HermiT stops on xsd:date)."""
        return self._graphs(asserted(slug))

    def shared_graphs(self) -> list[ox.NamedNode]:
        """The asserted graphs that all articles stand on."""
        return self._graphs(asserted(None))

    def seen_in(self, phase: str, *slugs: str | None) -> list[ox.NamedNode]:
        """What the shapes of a phase see of some articles; None is what all articles stand on."""
        return self._graphs(name for slug in slugs for name in seen_in(phase, slug))

    def named(self) -> list[ox.NamedNode]:
        """The graphs that there are, sorted."""
        found = [graph for graph in self.store.named_graphs() if isinstance(graph, ox.NamedNode)]
        return sorted(found, key=lambda graph: graph.value)

    def quads(self, graphs: Iterable[ox.NamedNode]) -> Iterator[ox.Quad]:
        """The quads of some graphs."""
        for graph in graphs:
            yield from self.store.quads_for_pattern(None, None, None, graph)

    def triples(self, graphs: Iterable[ox.NamedNode]) -> set[ox.Triple]:
        """The triples of some graphs together."""
        return {quad.triple for quad in self.quads(graphs)}

    def ntriples(self, graphs: Iterable[ox.NamedNode]) -> bytes:
        """Some graphs together as N-Triples, for the engines that read text."""
        text = io.BytesIO()
        for graph in graphs:
            self.store.dump(text, ox.RdfFormat.N_TRIPLES, from_graph=graph)
        return text.getvalue()

    def _graphs(self, names: Iterable[str]) -> list[ox.NamedNode]:
        return [self.graph(name) for name in names]
