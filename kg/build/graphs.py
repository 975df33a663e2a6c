"""The named graphs of a project in a store: their names, and their triples."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.project import Project

_OF_ARTICLE = ("facts", "claims", "passages", "mentions")


@dataclass(frozen=True)
class Graphs:
    """A store with the graphs of some articles, `slugs`, and of what they stand on."""

    project: Project
    store: ox.Store
    slugs: tuple[str, ...]

    def graph(self, name: str) -> ox.NamedNode:
        """The named graph `name`, such as `ontology`."""
        return ox.NamedNode(self.project.graph_iri(name))

    def article_graphs(self, slug: str) -> list[ox.NamedNode]:
        """The asserted graphs that make one article, its metadata left out (HermiT stops on xsd:date)."""
        return [self.graph(f"article/{slug}/{part}") for part in _OF_ARTICLE]

    def shared_graphs(self) -> list[ox.NamedNode]:
        """The asserted graphs that all articles stand on."""
        return [self.graph("ontology"), self.graph("entities")]

    def shared_data(self, phase: str) -> list[ox.NamedNode]:
        """What all articles stand on, as the shapes of a phase see it."""
        return self.shared_graphs() + [self.graph(f"{part}/shared") for part in _made_by(phase)]

    def article_data(self, slug: str, phase: str) -> list[ox.NamedNode]:
        """One article as the shapes of a phase see it."""
        more = [self.graph(f"article/{slug}/{part}") for part in ("meta", *_made_by(phase))]
        return self.article_graphs(slug) + more

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


def _made_by(phase: str) -> tuple[str, ...]:
    """The graphs that a phase adds: before inference (`asserted`) none."""
    return ("inferred",) if phase == "inferred" else ()
