"""Triples for the engines that work on rdflib's graphs, and terms back from them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.core.terms import AtomicTerm

if TYPE_CHECKING:
    import rdflib


def rdflib_graph(ntriples: bytes) -> rdflib.Graph:
    """N-Triples as an rdflib graph, blank nodes and lexical forms as they stand."""
    import rdflib

    def term(node: AtomicTerm) -> rdflib.term.Node:
        if isinstance(node, ox.NamedNode):
            return rdflib.URIRef(node.value)
        if isinstance(node, ox.BlankNode):
            return rdflib.BNode(node.value)
        datatype = None if node.language else rdflib.URIRef(node.datatype.value)
        if datatype == rdflib.XSD.string:
            datatype = None
        return rdflib.Literal(node.value, lang=node.language, datatype=datatype, normalize=False)

    graph = rdflib.Graph()
    for found in ox.parse(ntriples, ox.RdfFormat.N_TRIPLES):
        graph.add((term(found.subject), term(found.predicate), term(found.object)))
    return graph


def from_rdflib(node: rdflib.term.Node) -> AtomicTerm:
    """A term of an rdflib graph."""
    import rdflib

    if isinstance(node, rdflib.URIRef):
        return ox.NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return ox.BlankNode(str(node))
    assert isinstance(node, rdflib.Literal)
    if node.language:
        return ox.Literal(str(node), language=node.language)
    return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)) if node.datatype else None)
