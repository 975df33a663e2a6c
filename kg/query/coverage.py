"""Which terms of the ontology nobody uses: no data, no shape, no stored query."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.core.graph_names import PARTS, name_of
from kg.core.labels import Labels
from kg.core.nodes import contains, named, subjects_of
from kg.core.terms import OWL, RDF_TYPE, RDFS_LABEL, SKOS, SKOS_PREF_LABEL
from kg.project.project import Project, SourceKind
from kg.query.stored import catalogue
from kg.rdf.turtle_reading import read_turtle
from kg.sparql.tokens import names

_KINDS = {
    OWL("Class"): "class",
    OWL("ObjectProperty"): "property",
    OWL("DatatypeProperty"): "property",
    OWL("AnnotationProperty"): "annotation",
    OWL("NamedIndividual"): "individual",
    SKOS("Concept"): "relation",
}
_ASSERTED = ("entities", "meta", *PARTS)


@dataclass(frozen=True)
class UnusedTerm:
    """A term of the ontology."""

    iri: str
    label: str
    kind: str


def untouched(project: Project, store: ox.Store, labels: Labels) -> list[UnusedTerm]:
    """The terms that no data, shape or stored query touches, by kind and label."""
    used = set(_in_data(store)) | set(_in_shapes(project)) | set(_in_queries(project))
    ontology = ox.NamedNode(project.graph_iri("ontology"))
    found = {
        UnusedTerm(node.value, labels(node), name)
        for kind, name in _KINDS.items()
        for node in named(subjects_of(store, RDF_TYPE, kind, ontology))
        if node.value not in used and _is_named(store, node, ontology)
    }
    return sorted(found, key=lambda term: (term.kind, term.label, term.iri))


def _is_named(store: ox.Store, node: ox.NamedNode, ontology: ox.NamedNode) -> bool:
    """Whether the ontology names a term itself; those of other vocabularies it only uses."""
    return any(contains(store, node, name, None, ontology) for name in (RDFS_LABEL, SKOS_PREF_LABEL))


def _in_data(store: ox.Store) -> Iterator[str]:
    """What is asserted in entities and articles."""
    for graph in store.named_graphs():
        if name_of(graph).rpartition("/")[2] in _ASSERTED:
            for quad in store.quads_for_pattern(None, None, None, graph):
                yield from _iris(quad.triple)


def _in_shapes(project: Project) -> Iterator[str]:
    """What shapes name, in their SPARQL too."""
    for source in project.sources():
        if source.kind is SourceKind.SHAPES:
            for triple in read_turtle(source.path):
                yield from _iris(triple)
                if isinstance(triple.object, ox.Literal) and "{" in triple.object.value:
                    yield from (iri for iri, _ in names(triple.object.value, project.prefixes))


def _in_queries(project: Project) -> Iterator[str]:
    for stored in catalogue(project).values():
        yield from (iri for iri, _ in names(stored.text, project.prefixes))


def _iris(triple: ox.Triple) -> Iterator[str]:
    for term in triple:
        if isinstance(term, ox.NamedNode):
            yield term.value
