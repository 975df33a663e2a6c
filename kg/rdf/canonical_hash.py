"""The canonical form of a graph or dataset (RDFC-1.0) and its hash: the same wherever it stands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pyoxigraph as ox

from kg.core.terms import GraphName

_DEFAULT = ox.DefaultGraph()


def canonical_lines(triples: Iterable[ox.Triple]) -> list[str]:
    """The sorted lines of the canonical N-Triples; blank nodes bear their canonical names."""
    return [line.decode() for line in _canonical((_DEFAULT, str(triple).encode()) for triple in triples)]


def canonical_hash(triples: Iterable[ox.Triple]) -> str:
    """The SHA-256 of the canonical N-Triples, in hexadecimal.

    >>> one, other = (ox.parse(text, ox.RdfFormat.TURTLE) for text in ("[] <a:b> 1 .", "_:x <a:b> 1 ."))
    >>> canonical_hash(quad.triple for quad in one) == canonical_hash(quad.triple for quad in other)
    True
    """
    return _digest(_canonical((_DEFAULT, str(triple).encode()) for triple in triples))


def canonical_dataset_hash(texts: Iterable[tuple[GraphName, bytes]], *, merged: bool = False) -> str:
    """The SHA-256 of the canonical N-Quads of graphs in N-Triples; `merged` hashes their union."""
    return _digest(
        _canonical(
            (_DEFAULT if merged else graph, line)
            for graph, text in texts
            for line in text.split(b" .\n")[:-1]
        )
    )


def _canonical(statements: Iterable[tuple[GraphName, bytes]]) -> list[bytes]:
    """The sorted lines of statements without their dots; all are held in memory, as the order needs them.

    Only statements with blank nodes go through the algorithm: the others are in their canonical form already.
    """
    lines, anonymous = set[bytes](), ox.Dataset()
    for graph, line in statements:
        if b"_:" in line:
            for found in ox.parse(line + b" .", ox.RdfFormat.N_TRIPLES):
                anonymous.add(ox.Quad(found.subject, found.predicate, found.object, graph))
        else:
            name = b"" if isinstance(graph, ox.DefaultGraph) else f" {graph}".encode()
            lines.add(line + name + b" .\n")
    anonymous.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    text = ox.serialize(anonymous, format=ox.RdfFormat.N_QUADS) or b""
    lines.update(line + b" .\n" for line in text.split(b" .\n")[:-1])
    return sorted(lines)


def _digest(lines: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for line in lines:
        digest.update(line)
    return digest.hexdigest()
