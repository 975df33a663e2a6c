"""Makes ontology/context.jsonld from the ontology: `python -m tests.renew` writes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pyoxigraph as ox

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.terms import OWL, PREFIXES, RDF_TYPE, RDFS, SECPOL

_IN_LANGUAGES = (
    *("rdfs:label", "rdfs:comment", "skos:prefLabel", "skos:altLabel", "skos:definition", "skos:scopeNote"),
    *("skos:example", "skos:editorialNote", "dcterms:title", "dcterms:description"),
)
_NODES = (
    *(
        "rdfs:subClassOf",
        "rdfs:subPropertyOf",
        "rdfs:domain",
        "rdfs:range",
        "rdfs:isDefinedBy",
        "rdfs:seeAlso",
    ),
    *("owl:inverseOf", "owl:disjointWith", "owl:equivalentClass", "owl:versionIRI"),
    *("skos:broader", "skos:inScheme", "skos:topConceptOf", "skos:exactMatch", "skos:closeMatch"),
    *("dcterms:creator", "dcterms:publisher", "dcterms:license", "dcterms:source"),
    "secpol:wouldBe",
    *("prov:used", "prov:wasAssociatedWith", "prov:wasDerivedFrom", "prov:wasGeneratedBy"),
)
_DATES = {"dcterms:issued": "xsd:date", "dcterms:created": "xsd:dateTime", "dcterms:modified": "xsd:dateTime"}
_TYPED = ("dateTime", "date", "decimal", "gYear")


def context_text(graph: KnowledgeGraph) -> str:
    """The context file of the shipped ontology."""
    context: dict[str, Any] = {"@version": 1.1, "@vocab": PREFIXES["secpol"]}
    terms = dict(_terms(graph.snapshot.store, ox.NamedNode(graph.project.graph_iri("ontology"))))
    for name in _IN_LANGUAGES:
        terms[name.partition(":")[2]] = {"@id": name, "@container": "@language"}
    for name in _NODES:
        terms[name.partition(":")[2]] = {"@id": name, "@type": "@id"}
    for name, kind in _DATES.items():
        terms[name.partition(":")[2]] = {"@id": name, "@type": kind}
    usable = {name: iri for name, iri in sorted(PREFIXES.items()) if iri.endswith(("/", "#"))}
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in (context | usable).items()]
    lines += [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in sorted(terms.items())]
    body = ",\n".join(f"    {line}" for line in lines)
    return f'{{\n  "@context": {{\n{body}\n  }}\n}}\n'


def _terms(store: ox.Store, ontology: ox.NamedNode) -> Iterator[tuple[str, dict[str, str]]]:
    """The properties of the ontology that coerce their values."""
    coded = _below(store, SECPOL("CodedValue"))
    for quad in store.quads_for_pattern(None, RDF_TYPE, None, ontology):
        node = quad.subject
        if not isinstance(node, ox.NamedNode) or not node.value.startswith(PREFIXES["secpol"]):
            continue
        name = node.value.removeprefix(PREFIXES["secpol"])
        ranges = {found.object for found in store.quads_for_pattern(node, RDFS("range"), None, ontology)}
        if quad.object == OWL("ObjectProperty"):
            kind = "@vocab" if ranges and ranges <= coded else "@id"
            yield name, {"@id": f"secpol:{name}", "@type": kind}
        elif quad.object == OWL("DatatypeProperty"):
            for found in ranges:
                assert isinstance(found, ox.NamedNode)
                kind = found.value.removeprefix(PREFIXES["xsd"])
                if kind in _TYPED:
                    yield name, {"@id": f"secpol:{name}", "@type": f"xsd:{kind}"}
        elif quad.object == OWL("AnnotationProperty") and not ranges:
            yield name, {"@id": f"secpol:{name}", "@container": "@language"}


def _below(store: ox.Store, top: ox.NamedNode) -> set[object]:
    found: set[object] = {top}
    waiting: list[Any] = [top]
    while waiting:
        for quad in store.quads_for_pattern(None, RDFS("subClassOf"), waiting.pop()):
            if quad.subject not in found:
                found.add(quad.subject)
                waiting.append(quad.subject)
    return found
