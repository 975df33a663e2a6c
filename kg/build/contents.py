"""What each named graph holds: its size, its kinds of nodes, and its canonical hash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from kg.core.terms import RDF_TYPE
from kg.rdf.canonical_hash import canonical_hash

Contents = Mapping[str, Mapping[str, Any]]
"""By the IRI of a graph: triples, subjects, properties, instances by class, and the canonical hash."""


def contents(store: ox.Store, graphs: Iterable[ox.NamedNode]) -> dict[str, dict[str, Any]]:
    """What some graphs of a store hold, by IRI."""
    return {
        graph.value: _content([quad.triple for quad in store.quads_for_pattern(None, None, None, graph)])
        for graph in graphs
    }


def _content(triples: list[ox.Triple]) -> dict[str, Any]:
    kinds = Counter(
        triple.object.value
        for triple in triples
        if triple.predicate == RDF_TYPE and isinstance(triple.object, ox.NamedNode)
    )
    return {
        "triples": len(triples),
        "sha256": canonical_hash(triples),
        "subjects": len({triple.subject for triple in triples}),
        "properties": len({triple.predicate for triple in triples}),
        "classes": dict(kinds),
    }
