"""The canonical form of a graph's triples (RDFC-1.0) and its hash: the same wherever the graph stands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import pyoxigraph as ox


def canonical_lines(triples: Iterable[ox.Triple]) -> list[str]:
    """The sorted lines of the canonical N-Triples; blank nodes bear their canonical names."""
    found = list(triples)
    if any(isinstance(term, ox.BlankNode) for triple in found for term in (triple.subject, triple.object)):
        dataset = ox.Dataset(ox.Quad(*triple) for triple in found)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        found = [quad.triple for quad in dataset]
    return sorted({f"{triple} .\n" for triple in found})


def canonical_hash(triples: Iterable[ox.Triple]) -> str:
    """The SHA-256 of the canonical N-Triples, in hexadecimal.

    >>> one, other = (ox.parse(text, ox.RdfFormat.TURTLE) for text in ("[] <a:b> 1 .", "_:x <a:b> 1 ."))
    >>> canonical_hash(quad.triple for quad in one) == canonical_hash(quad.triple for quad in other)
    True
    """
    return hashlib.sha256("".join(canonical_lines(triples)).encode()).hexdigest()
