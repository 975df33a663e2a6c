"""Graphs as the bodies of requests: N-Quads, updates, and parts of what is too big for one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.remote.body import Body
from kg.stores.ahead import ahead
from kg.stores.manifest import Manifest
from kg.stores.protocol import Store
from kg.stores.source import SnapshotGraphs, StoredGraph
from kg.stores.updates import INSERT_TAIL, drop, insert, insert_head, insert_lines, request


@dataclass(frozen=True)
class Packer:
    """Makes the bodies that a store takes."""

    store: Store
    source: SnapshotGraphs
    manifest: Manifest

    def quads(self, graphs: list[StoredGraph]) -> Body:
        """Graphs and their entries as N-Quads."""
        body = self.store.body()
        for graph in graphs:
            end = f" {graph.node} .\n".encode()
            for chunk in self.source.chunks(graph):
                body.write(chunk.replace(b" .\n", end))
        body.write(self._entry_quads(graphs))
        return body.finished()

    def updates(self, graphs: list[StoredGraph]) -> Body:
        """The operations that replace graphs, with their entries."""
        body = self.store.body()
        for graph in graphs:
            body.write(f"{drop(graph.node)} ;\n".encode() + insert_head(graph.node))
            for chunk in self.source.chunks(graph):
                body.write(insert_lines(chunk))
            body.write(INSERT_TAIL + b" ;\n")
        entries = insert(self.manifest.graph, self.manifest.remember(graphs))
        body.write(request([self.manifest.forget(graph.node for graph in graphs), entries]))
        return body.finished()

    def quad_batches(self, graph: StoredGraph) -> Iterator[Body]:
        """One graph and its entry as N-Quads in several bodies."""
        end = f" {graph.node} .\n".encode()
        for lines in self.source.batches(graph, self.store.preset.batch):
            body = self.store.body()
            body.write(b"".join(lines).replace(b" .\n", end))
            yield body.finished()
        body = self.store.body()
        body.write(self._entry_quads([graph]))
        yield body.finished()

    def _entry_quads(self, graphs: list[StoredGraph]) -> bytes:
        entries = self.manifest.remember(graphs)
        return "".join(f"{entry} {self.manifest.graph} .\n" for entry in entries).encode()

    def parts(self, graph: StoredGraph, staged: ox.NamedNode) -> Iterator[Body]:
        """What fills a staging graph with the content of a graph."""
        for lines in self.source.batches(graph, self.store.preset.batch):
            body = self.store.body()
            if self.store.preset.graphs is None:
                body.write(insert_head(staged) + insert_lines(b"".join(lines)) + INSERT_TAIL)
            else:
                body.write(b"".join(lines))
            yield body.finished()

    def parts_at_hand(self, graph: StoredGraph, staged: ox.NamedNode) -> Iterable[Body]:
        """The same, made already where it is a single one."""
        parts = self.parts(graph, staged)
        return list(parts) if graph.triples <= self.store.preset.batch else ahead(parts)
