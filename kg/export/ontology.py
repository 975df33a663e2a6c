"""The ontology as one document: its modules merged under the header of the one that imports the rest."""

from __future__ import annotations

import pyoxigraph as ox

from kg.export.content import Content
from kg.project import Kind, Project
from kg.terms import OWL, RDF_TYPE, quad
from kg.turtle.reading import read_turtle


def main_header(project: Project) -> ox.NamedNode | None:
    """The ontology of the project's own layer, or else of one it extends, that no other module imports."""
    for layer in reversed(project.layers):
        headers, imported = set[ox.NamedNode](), set[object]()
        for source in layer.ontology():
            for triple in read_turtle(source.path) if source.kind is Kind.ONTOLOGY else ():
                is_header = (triple.predicate, triple.object) == (RDF_TYPE, OWL("Ontology"))
                if is_header and isinstance(triple.subject, ox.NamedNode):
                    headers.add(triple.subject)
                elif triple.predicate == OWL("imports"):
                    imported.add(triple.object)
        if headers - imported:
            return min(headers - imported, key=lambda header: header.value)
    return None


def with_one_header(content: Content, project: Project) -> Content:
    """The ontology without the headers of its modules, so that it is one `owl:Ontology`."""
    main, store = main_header(project), ox.Store()
    headers = {found.subject for found in content.store.quads_for_pattern(None, RDF_TYPE, OWL("Ontology"))}
    others = headers - {main} if main in headers else set()
    for graph in content.graphs:
        assert isinstance(graph, ox.NamedNode)
        store.extend(quad(triple, graph) for triple in content.triples(graph) if triple.subject not in others)
    return Content(store, content.graphs)
