"""The reference SHACL engine. The adapter around pyshacl."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pyoxigraph as ox

from kg.check.results import SH, ValidationResult, read_report
from kg.core.errors import InputError
from kg.core.terms import AtomicTerm

if TYPE_CHECKING:
    import rdflib


class ReferenceEngine:
    """Shapes prepared once, run over many graphs."""

    def __init__(self, shapes: bytes) -> None:
        self._shapes = _to_rdflib(shapes)

    def validate(self, data: bytes, entries: list[str] | None) -> Iterator[ValidationResult]:
        """The results for the shapes named (None: all), over N-Triples with data and class hierarchy."""
        import pyshacl
        from pyshacl.errors import ValidationFailure

        try:
            _, report, _text = pyshacl.validate(
                _to_rdflib(data), shacl_graph=self._shapes, use_shapes=entries, inplace=True, advanced=True
            )
        except Exception as error:  # pyshacl lets rdflib's plain exceptions through
            raise InputError(f"the shapes are not valid SHACL: {error}") from error
        if isinstance(report, ValidationFailure):
            raise InputError(f"the shapes are not valid SHACL: {report}")
        return read_report(_to_oxigraph(report))


def _to_rdflib(text: bytes) -> rdflib.Graph:
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
    for found in ox.parse(text, ox.RdfFormat.N_TRIPLES):
        graph.add((term(found.subject), term(found.predicate), term(found.object)))
    return graph


def _to_oxigraph(graph: rdflib.Graph) -> Iterator[tuple[object, str, AtomicTerm]]:
    """The statements of a report as `read_report` takes them."""
    import rdflib

    def term(node: rdflib.term.Node) -> AtomicTerm:
        if isinstance(node, rdflib.URIRef):
            return ox.NamedNode(str(node))
        if isinstance(node, rdflib.BNode):
            return ox.BlankNode(str(node))
        assert isinstance(node, rdflib.Literal)
        if node.language:
            return ox.Literal(str(node), language=node.language)
        return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype)) if node.datatype else None)

    for subject, predicate, value in graph:
        yield term(subject), str(predicate).removeprefix(SH), term(value)
