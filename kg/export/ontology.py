"""The ontology as one document: its modules merged under the header of the one that imports the rest."""

from __future__ import annotations

import pyoxigraph as ox

from kg.core.nodes import subjects_of
from kg.core.terms import OWL, RDF_TYPE, quad
from kg.export.content import Content


def with_one_header(content: Content, main: str | None) -> Content:
    """The ontology without the headers of its other modules, so that it is one `owl:Ontology`."""
    store = ox.Store()
    headers = {*subjects_of(content.store, RDF_TYPE, OWL("Ontology"))}
    kept = ox.NamedNode(main) if main else None
    others = headers - {kept} if kept in headers else set()
    for graph in content.graphs:
        assert isinstance(graph, ox.NamedNode)
        store.extend(quad(triple, graph) for triple in content.triples(graph) if triple.subject not in others)
    return Content(store, content.graphs)
