"""What is exported: some named graphs of a snapshot, or what a query constructed, as N-Triples."""

from __future__ import annotations

import io
import os
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import pyoxigraph as ox

from kg.core.terms import GraphName

Rewriting = Callable[[Iterable[ox.Triple]], Iterable[ox.Triple]]
_BLANK = re.compile(r"_:[^\s>]+")
_READERS = min(4, os.cpu_count() or 1)  # reading decodes terms outside of Python's lock


@dataclass(frozen=True)
class Content:
    """Some graphs of a store, in order; `rewriting` says each of them otherwise."""

    store: ox.Store
    graphs: tuple[GraphName, ...]
    rewriting: Rewriting | None = None

    def texts(self) -> Iterator[tuple[GraphName, bytes]]:
        """Each graph with its N-Triples, unsorted; only a few graphs at a time are held in memory."""
        with ThreadPoolExecutor(_READERS) as pool:
            ahead: deque[tuple[GraphName, Future[bytes]]] = deque()
            for graph in self.graphs:
                ahead.append((graph, pool.submit(self._text, graph)))
                if len(ahead) > 2 * _READERS:
                    first, text = ahead.popleft()
                    yield first, text.result()
            for first, text in ahead:
                yield first, text.result()

    def triples(self, graph: GraphName) -> Iterator[ox.Triple]:
        """The statements of one graph."""
        found = (found.triple for found in self.store.quads_for_pattern(None, None, None, graph))
        return iter(found if self.rewriting is None else self.rewriting(found))

    def merged(self) -> set[bytes]:
        """The lines of all graphs together, each once, without line breaks."""
        lines: set[bytes] = set()
        for _, text in self.texts():
            lines.update(text.split(b"\n"))
        return lines - {b""}

    def shared(self, graph: GraphName, text: bytes) -> set[str]:
        """The blank nodes of a graph that stand in another one, too, and so need the same label in both."""
        nodes = blank_nodes(text)
        return {node for node in nodes if any(use in self.graphs for use in self._uses(node) - {graph})}

    def _uses(self, label: str) -> set[object]:
        node = ox.BlankNode(label[2:])
        found = self.store.quads_for_pattern(node, None, None), self.store.quads_for_pattern(None, None, node)
        return {quad.graph_name for quads in found for quad in quads}

    def _text(self, graph: GraphName) -> bytes:
        text = io.BytesIO()
        if self.rewriting is not None:
            ox.serialize(self.triples(graph), text, ox.RdfFormat.N_TRIPLES)
        else:
            self.store.dump(text, ox.RdfFormat.N_TRIPLES, from_graph=graph)
        return text.getvalue()


def blank_nodes(text: bytes) -> set[str]:
    """The labels of blank nodes in N-Triples, and perhaps words in literals that look like them."""
    return set(_BLANK.findall(text.decode())) if b"_:" in text else set()


def constructed(triples: Iterable[ox.Triple]) -> Content:
    """What a query constructed, in the default graph; blank nodes get their RDFC-1.0 names."""
    dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    store = ox.Store()
    store.bulk_extend(dataset)
    return Content(store, (ox.DefaultGraph(),))
