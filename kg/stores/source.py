"""What is to be loaded: the graphs of a snapshot, streamed as N-Triples with bounded memory."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

_CHUNK = 1 << 20
_SPOOL = 1 << 23
_SMALL = 5000


@dataclass(frozen=True)
class StoredGraph:
    """A named graph: how many triples it has, and their canonical hash (RDFC-1.0)."""

    iri: str
    triples: int
    sha256: str

    @property
    def node(self) -> ox.NamedNode:
        """The graph's name as a term."""
        return ox.NamedNode(self.iri)


@dataclass(frozen=True)
class SnapshotGraphs:
    """The graphs of a snapshot; `opened` gives their store, which a load with nothing to send never opens."""

    base: str
    graphs: Mapping[str, StoredGraph]
    opened: Callable[[], ox.Store]

    def chunks(self, graph: StoredGraph) -> Iterator[bytes]:
        """The graph's lines of N-Triples, in pieces of whole lines of about a megabyte."""
        if graph.triples <= _SMALL:
            yield self.opened().dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph.node) or b""
            return
        with tempfile.SpooledTemporaryFile(_SPOOL) as file:
            self.opened().dump(file, ox.RdfFormat.N_TRIPLES, from_graph=graph.node)
            file.seek(0)
            while piece := file.read(_CHUNK):
                yield piece if piece.endswith(b"\n") else piece + file.readline()

    def triples(self, graph: StoredGraph) -> Iterator[ox.Triple]:
        """The graph's triples."""
        for quad in self.opened().quads_for_pattern(None, None, None, graph.node):
            yield quad.triple

    def batches(self, graph: StoredGraph, size: int) -> Iterator[list[bytes]]:
        """The graph's lines in batches of about `size`; those of a smaller graph in one, as they come.

        All lines with blank nodes are in the first one: a blank node keeps its name in one request only.
        """
        if graph.triples <= size:
            yield list(self.chunks(graph))
            return
        batch = list(self._lines(graph, blank=True))
        for line in self._lines(graph, blank=False):
            if len(batch) >= size:
                yield batch
                batch = []
            batch.append(line)
        if batch:
            yield batch

    def _lines(self, graph: StoredGraph, *, blank: bool) -> Iterator[bytes]:
        for chunk in self.chunks(graph):
            if b"_:" not in chunk:
                if not blank:
                    yield from chunk.splitlines(keepends=True)
                continue
            for line in chunk.splitlines(keepends=True):
                if (line.startswith(b"_:") or b" _:" in line) == blank:
                    yield line
