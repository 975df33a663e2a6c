"""The canonical hash of what is exported: equal for isomorphic datasets, wherever they were made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pyoxigraph as ox

from kg.core.terms import GraphName
from kg.export.content import Content


def canonical_hash(content: Content, *, merged: bool = False) -> str:
    """The SHA-256 of the RDFC-1.0 canonical N-Quads, in hexadecimal; `merged` hashes the union of the graphs.

    Only statements with blank nodes go through the algorithm: the others are in their canonical form already.
    All lines are held in memory, since the canonical order goes across graphs.
    """
    lines, anonymous = set[bytes](), ox.Dataset()
    for graph, text in content.texts():
        name = "" if merged or isinstance(graph, ox.DefaultGraph) else f" {graph}"
        for line in text.split(b" .\n")[:-1]:
            if b"_:" in line:
                _add(anonymous, line, ox.DefaultGraph() if merged else graph)
            else:
                lines.add(line + name.encode())
    anonymous.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    lines.update(_as_lines(anonymous))
    digest = hashlib.sha256()
    for line in sorted(line + b" .\n" for line in lines):
        digest.update(line)
    return digest.hexdigest()


def _add(dataset: ox.Dataset, line: bytes, graph: GraphName) -> None:
    for found in ox.parse(line + b" .", ox.RdfFormat.N_TRIPLES):
        dataset.add(ox.Quad(found.subject, found.predicate, found.object, graph))


def _as_lines(dataset: Iterable[ox.Quad]) -> Iterable[bytes]:
    text = ox.serialize(dataset, format=ox.RdfFormat.N_QUADS) or b""
    return text.split(b" .\n")[:-1]
