"""The OWL 2 RL closure by the reference implementation. The adapter around owlrl, which takes minutes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.rdf.in_rdflib import from_rdflib, rdflib_graph

if TYPE_CHECKING:
    import rdflib


def closed(ntriples: bytes) -> ox.Store:
    """All that some triples entail, themselves among it."""
    import owlrl

    graph = rdflib_graph(ntriples)
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics, axiomatic_triples=False, datatype_axioms=False).expand(
        graph
    )
    store = ox.Store()
    store.extend(_quads(graph))
    return store


def _quads(graph: rdflib.Graph) -> Iterator[ox.Quad]:
    """What an RDF store can hold of a closure, whose rules make subjects of literals, too."""
    for found in graph:
        subject, predicate, value = map(from_rdflib, found)
        if not isinstance(subject, ox.Literal) and isinstance(predicate, ox.NamedNode):
            yield ox.Quad(subject, predicate, value)
