"""What can be read off the ontology's axioms: OWL 2 RL and DL, labels, modules, foreign terms, mappings."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, VANN, URIRef, namespace
from rdflib.collection import Collection
from rdflib.term import Node

Modules = Mapping[str, rdflib.Graph]
Terms = frozenset[URIRef]

BASE = "https://w3id.org/secpol/"
SECPOL = rdflib.Namespace(f"{BASE}ontology#")
REL = rdflib.Namespace(f"{BASE}relation/")
XSD = rdflib.Namespace("http://www.w3.org/2001/XMLSchema#")
SCHEME = URIRef(f"{BASE}relation/")
CORE = frozenset({"core", "claims", "figures"})

# Vocabularies that rdflib ships a term list of.
KNOWN = {
    str(space): space
    for space in (
        namespace.DCTERMS, namespace.FOAF, namespace.GEO, namespace.ORG, namespace.OWL, namespace.PROV,
        namespace.QB, namespace.RDF, namespace.RDFS, namespace.SDO, namespace.SKOS, namespace.TIME,
        namespace.VANN, namespace.XSD,
    )
}  # fmt: skip

# Vocabularies that rdflib has no list of; of each, the terms that were looked up in its own files.
LOOKED_UP = {
    "http://www.w3.org/ns/oa#": {"SpecificResource", "hasSource", "start", "end"},
    "http://semanticweb.cs.vu.nl/2009/11/sem/": {
        "Actor", "Event", "Place", "Time", "View", "accordingTo", "hasActor", "hasPlace", "hasTime",
        "hasEarliestBeginTimeStamp", "hasLatestBeginTimeStamp",
        "hasEarliestEndTimeStamp", "hasLatestEndTimeStamp",
    },
    "http://www.ontologydesignpatterns.org/ont/dul/DUL.owl#": {"Situation"},
    "http://ies.data.gov.uk/ontology/ies4#": {
        "Event", "Government", "InPost", "Location", "MilitaryOrganisation", "PeriodOfTime",
        "PoliticalEvent", "PossibleWorld", "Post", "Treaty", "War", "WorkOfDocumentation",
    },
    "http://purl.obolibrary.org/obo/SEPIO_": {"0000000", "0000001", "0000167"},
    "https://www.commoncoreontologies.org/": {
        "ont00000176", "ont00000274", "ont00000300", "ont00000408", "ont00000483", "ont00000532",
        "ont00000539", "ont00000626", "ont00000887", "ont00000965", "ont00000974", "ont00001010",
        "ont00001017", "ont00001163", "ont00001180", "ont00001262", "ont00001379",
    },
    "http://www.wikidata.org/entity/": {
        "Q5", "Q165", "Q198", "Q515", "Q7188", "Q7278", "Q7755", "Q23442", "Q131569", "Q245016",
        "Q484652", "Q3624078",
    },
}  # fmt: skip

DATATYPES = {XSD.string, XSD.integer, XSD.decimal, XSD.boolean, XSD.dateTime, RDF.langString, RDFS.Literal}
HEADER = (
    DCTERMS.title, DCTERMS.description, DCTERMS.creator, DCTERMS.publisher, DCTERMS.license, DCTERMS.created,
    DCTERMS.modified, DCTERMS.bibliographicCitation, VANN.preferredNamespacePrefix,
    VANN.preferredNamespaceUri, OWL.versionIRI, OWL.versionInfo,
)  # fmt: skip
AMERICAN = re.compile(
    r"\b(\w{3,}(?:iz(?:e|ed|es|ing|ation)|yze)|defense|center|color|behavior|labor|program)\b"
)
SIMPLE_ONLY = {OWL.FunctionalProperty, OWL.IrreflexiveProperty, OWL.AsymmetricProperty}


def iri(module: str) -> URIRef:
    """The ontology IRI of a file."""
    return URIRef(f"{BASE}ontology") if module == "secpol" else URIRef(f"{BASE}ontology/{module}")


def own(term: object) -> bool:
    """Whether a term is in the namespace of the vocabulary or of the relation scheme."""
    return isinstance(term, URIRef) and str(term).startswith((str(SECPOL), str(REL))) and term != SCHEME


def home(term: Node, vocabulary: rdflib.Graph) -> str:
    """The module that a term says it is defined by."""
    return str(vocabulary.value(term, RDFS.isDefinedBy)).rpartition("/")[2]


def classes(vocabulary: rdflib.Graph) -> set[URIRef]:
    """The vocabulary's own classes."""
    return {c for c in vocabulary.subjects(RDF.type, OWL.Class) if isinstance(c, URIRef) and own(c)}


def properties(vocabulary: rdflib.Graph, kind: URIRef) -> set[URIRef]:
    """The vocabulary's own properties of one kind."""
    return {p for p in vocabulary.subjects(RDF.type, kind) if isinstance(p, URIRef) and own(p)}


def exclusive(vocabulary: rdflib.Graph) -> Iterator[frozenset[URIRef]]:
    """Every pair of classes that an axiom declares disjoint, as often as it does."""
    for one, other in vocabulary.subject_objects(OWL.disjointWith):
        yield frozenset((URIRef(str(one)), URIRef(str(other))))
    for axiom in vocabulary.subjects(RDF.type, OWL.AllDisjointClasses):
        members = vocabulary.value(axiom, OWL.members)
        assert members is not None
        for pair in combinations(Collection(vocabulary, members), 2):
            yield frozenset(URIRef(str(cls)) for cls in pair)


# ---- Labels and definitions ----


def test_every_term_has_one_label_and_one_definition(vocabulary: rdflib.Graph, terms: Terms) -> None:
    assert len(terms) > 250
    for term in terms:
        for predicate in (RDFS.label, SKOS.definition):
            texts = list(vocabulary.objects(term, predicate))
            assert len(texts) == 1, (term, predicate, texts)
            assert isinstance(texts[0], rdflib.Literal)
            assert texts[0].language == "en", term
            assert str(texts[0]) == " ".join(str(texts[0]).split()), term


@pytest.mark.parametrize("predicate", [RDFS.label, SKOS.definition])
def test_no_two_terms_share_a_label_or_a_definition(
    predicate: URIRef, vocabulary: rdflib.Graph, terms: Terms
) -> None:
    texts = Counter(str(vocabulary.value(term, predicate)).lower() for term in terms)
    assert [text for text, count in texts.items() if count > 1] == []


def test_definitions_are_sentences_that_do_not_use_their_own_term(
    vocabulary: rdflib.Graph, terms: Terms
) -> None:
    for term in terms:
        label = str(vocabulary.value(term, RDFS.label)).lower()
        definition = str(vocabulary.value(term, SKOS.definition))
        assert definition[0].isupper(), term
        assert definition.endswith("."), term
        assert not re.search(rf"\b{re.escape(label)}s?\b", definition.lower()), term


def test_spelling_is_british(vocabulary: rdflib.Graph) -> None:
    predicates = (RDFS.label, SKOS.definition, SKOS.scopeNote, SKOS.editorialNote, SKOS.example)
    texts = [str(text) for predicate in predicates for text in vocabulary.objects(None, predicate)]
    assert [text for text in texts if AMERICAN.search(text)] == []
    assert AMERICAN.search("an organization")


def test_names_and_labels_follow_one_convention(vocabulary: rdflib.Graph, terms: Terms) -> None:
    own_classes = classes(vocabulary)
    values = set(vocabulary.subjects(RDF.type, OWL.NamedIndividual))
    for term in terms:
        local = re.split(r"[#/]", term)[-1]
        if term in own_classes or (term in values and term.startswith(SECPOL)):
            assert re.fullmatch(r"([A-Z][a-z]+)+", local), term
        elif term.startswith(SECPOL):
            assert re.fullmatch(r"[a-z]+([A-Z][a-z]+|[A-Z]?[0-9]+)*", local), term
        if term in own_classes:
            label = str(vocabulary.value(term, RDFS.label))
            assert label == label.lower(), term
            assert re.sub("[ -]", "", label) == local.lower()


# ---- The OWL 2 RL and DL profiles ----


def test_domains_and_ranges_are_single_and_named(vocabulary: rdflib.Graph) -> None:
    own_classes = classes(vocabulary)
    for prop in properties(vocabulary, OWL.ObjectProperty) | properties(vocabulary, OWL.DatatypeProperty):
        ends = {end: list(vocabulary.objects(prop, end)) for end in (RDFS.domain, RDFS.range)}
        for end, found in ends.items():
            assert len(found) <= 1, prop
            allowed = DATATYPES if (prop, RDF.type, OWL.DatatypeProperty) in vocabulary else own_classes
            assert set(found) <= (own_classes if end == RDFS.domain else allowed), prop
        is_open = any(not found for found in ends.values())
        assert not is_open or vocabulary.value(prop, SKOS.editorialNote), (
            f"{prop} does not say why it is open"
        )


def test_class_axioms_have_the_forms_of_owl_rl(vocabulary: rdflib.Graph) -> None:
    outside = (
        OWL.unionOf, OWL.intersectionOf, OWL.complementOf, OWL.oneOf, OWL.disjointUnionOf, OWL.hasSelf,
        OWL.minCardinality, OWL.cardinality, OWL.qualifiedCardinality, OWL.minQualifiedCardinality,
        OWL.onDatatype, OWL.withRestrictions, OWL.equivalentClass,
    )  # fmt: skip
    assert {predicate for predicate in outside if (None, predicate, None) in vocabulary} == set()
    for sub, sup in vocabulary.subject_objects(RDFS.subClassOf):
        if not isinstance(sub, URIRef):
            assert (sub, OWL.someValuesFrom, None) in vocabulary
        if isinstance(sup, URIRef):
            assert sup != OWL.Thing
        else:
            assert (sup, OWL.allValuesFrom, None) in vocabulary
    for restriction in vocabulary.subjects(RDF.type, OWL.Restriction):
        for filler in (OWL.someValuesFrom, OWL.allValuesFrom):
            assert all(isinstance(value, URIRef) for value in vocabulary.objects(restriction, filler))


def test_no_reflexive_property_and_no_property_of_two_kinds(vocabulary: rdflib.Graph) -> None:
    assert (None, RDF.type, OWL.ReflexiveProperty) not in vocabulary
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    for one, other in combinations(kinds, 2):
        both = set(vocabulary.subjects(RDF.type, one)) & set(vocabulary.subjects(RDF.type, other))
        assert both == set()


def test_non_simple_properties_stay_out_of_forbidden_places(vocabulary: rdflib.Graph) -> None:
    composite = set(vocabulary.subjects(RDF.type, OWL.TransitiveProperty))
    composite |= set(vocabulary.subjects(OWL.propertyChainAxiom, None))
    assert {SECPOL.partOf, SECPOL.within, SECPOL.everHeldOffice} <= composite
    for prop in list(composite):
        composite.update(sup for sup in vocabulary.transitive_objects(prop, RDFS.subPropertyOf) if sup)
    composite |= {inverse for prop in composite for inverse in vocabulary.objects(prop, OWL.inverseOf)}
    composite |= {inverse for prop in composite for inverse in vocabulary.subjects(OWL.inverseOf, prop)}
    for prop in composite:
        assert not SIMPLE_ONLY & set(vocabulary.objects(prop, RDF.type)), prop
        assert (prop, OWL.propertyDisjointWith, None) not in vocabulary, prop
        assert (None, OWL.propertyDisjointWith, prop) not in vocabulary, prop
        for restriction in vocabulary.subjects(OWL.onProperty, prop):
            assert not {OWL.maxCardinality, OWL.maxQualifiedCardinality} & set(
                vocabulary.predicates(restriction)
            )


def test_functional_object_properties_lead_to_values_that_differ(vocabulary: rdflib.Graph) -> None:
    """Elsewhere OWL would merge the two values instead of reporting them."""
    functional = set(vocabulary.subjects(RDF.type, OWL.FunctionalProperty))
    for prop in functional & properties(vocabulary, OWL.ObjectProperty):
        assert (vocabulary.value(prop, RDFS.range), RDFS.subClassOf, SECPOL.CodedValue) in vocabulary, prop


def test_inverses_are_declared_once_and_not_for_symmetric_properties(vocabulary: rdflib.Graph) -> None:
    for prop, inverse in vocabulary.subject_objects(OWL.inverseOf):
        assert (inverse, OWL.inverseOf, prop) not in vocabulary
        assert (prop, RDF.type, OWL.SymmetricProperty) not in vocabulary
        assert vocabulary.value(prop, RDFS.domain) == vocabulary.value(inverse, RDFS.range)
        assert vocabulary.value(prop, RDFS.range) == vocabulary.value(inverse, RDFS.domain)


def test_literals_are_of_datatypes_that_stores_and_reasoners_keep(root: Path) -> None:
    for path in sorted((root / "ontology").glob("*.ttl")):
        for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE):
            value = quad.object
            if isinstance(value, ox.Literal):
                assert URIRef(value.datatype.value) in DATATYPES, (path.name, value)
                assert value.datatype.value != str(XSD.dateTime) or value.value.endswith("Z"), (
                    path.name,
                    value,
                )
            elif isinstance(value, ox.NamedNode):
                assert value.value not in {str(XSD.date), str(XSD.nonNegativeInteger)}, (path.name, quad)


# ---- Classes that exclude one another, values that differ ----


def test_class_hierarchy_has_no_circle(vocabulary: rdflib.Graph) -> None:
    for cls in classes(vocabulary):
        above = [sup for parent in vocabulary.objects(cls, RDFS.subClassOf) for sup in
                 vocabulary.transitive_objects(parent, RDFS.subClassOf)]  # fmt: skip
        assert cls not in above


def test_top_classes_exclude_one_another(vocabulary: rdflib.Graph) -> None:
    top = {cls for cls in classes(vocabulary) if vocabulary.value(cls, RDFS.subClassOf) is None}
    assert len(top) == 12
    assert {frozenset(pair) for pair in combinations(top, 2)} <= set(exclusive(vocabulary))


def test_no_pair_is_declared_disjoint_twice(vocabulary: rdflib.Graph) -> None:
    """An RL engine would report each inconsistency as often."""
    assert [pair for pair, times in Counter(exclusive(vocabulary)).items() if times > 1] == []


@pytest.mark.parametrize("parent", ["CodedValue", "Figure"])
def test_lists_and_figures_exclude_their_siblings(parent: str, vocabulary: rdflib.Graph) -> None:
    children = set(vocabulary.subjects(RDFS.subClassOf, SECPOL[parent]))
    assert {frozenset(pair) for pair in combinations(children, 2)} <= set(exclusive(vocabulary))


def test_values_of_each_list_differ(vocabulary: rdflib.Graph) -> None:
    lists = set(vocabulary.subjects(RDFS.subClassOf, SECPOL.CodedValue))
    different = [
        frozenset(Collection(vocabulary, members))
        for axiom in vocabulary.subjects(RDF.type, OWL.AllDifferent)
        for members in vocabulary.objects(axiom, OWL.distinctMembers)
    ]
    assert len(different) == len(lists) == 12
    for cls in lists:
        values = frozenset(vocabulary.subjects(RDF.type, cls))
        assert len(values) > 1
        assert values in different


# ---- Modules ----


def test_headers_are_complete(modules: Modules) -> None:
    for name, graph in modules.items():
        assert list(graph.subjects(RDF.type, OWL.Ontology)) == [iri(name)]
        for key in HEADER:
            assert len(list(graph.objects(iri(name), key))) == 1, (name, key)
        version = graph.value(iri(name), OWL.versionInfo)
        assert graph.value(iri(name), OWL.versionIRI) == URIRef(f"{iri(name)}/{version}")


def test_every_term_is_defined_by_the_module_that_declares_it(modules: Modules, terms: Terms) -> None:
    for name, graph in modules.items():
        for term in set(graph.subjects(RDF.type, None)) & terms:
            assert list(graph.objects(term, RDFS.isDefinedBy)) == [iri(name)], term
    assert all(any((term, RDF.type, None) in graph for graph in modules.values()) for term in terms)


def test_every_own_term_used_is_declared(modules: Modules, terms: Terms) -> None:
    for name, graph in modules.items():
        used = {node for triple in graph for node in triple if own(node)}
        assert used <= terms, (name, used - terms)


def test_each_module_uses_terms_of_its_imports_only(modules: Modules, vocabulary: rdflib.Graph) -> None:
    def reach(name: str) -> set[str]:
        direct = {str(found).rpartition("/")[2] for found in modules[name].objects(None, OWL.imports)}
        return {name}.union(*(reach("secpol" if module == "ontology" else module) for module in direct))

    for name, graph in modules.items():
        # A pointer to a related term is for readers and needs no import.
        used = {node for s, p, o in graph for node in (s, p, o) if own(node) and p != RDFS.seeAlso}
        assert {home(term, vocabulary) for term in used} <= reach(name), name
        if name in CORE:
            assert reach(name) <= CORE


def test_secpol_imports_every_module_but_the_alignments(modules: Modules) -> None:
    imported = set(modules["secpol"].objects(iri("secpol"), OWL.imports))
    assert imported == {iri(name) for name in modules} - {iri("secpol"), iri("alignments")}
    assert all(iri("alignments") not in graph.objects(None, OWL.imports) for graph in modules.values())


def test_catalog_names_every_module_and_its_file(modules: Modules, root: Path) -> None:
    catalog = ElementTree.parse(root / "ontology" / "catalog-v001.xml").getroot()
    listed = {entry.attrib["name"]: entry.attrib["uri"] for entry in catalog}
    assert listed == {str(iri(name)): f"{name}.ttl" for name in modules}


# ---- Foreign terms, relations, mappings ----


def test_foreign_terms_exist(modules: Modules) -> None:
    licence = "https://creativecommons.org/licenses/by/4.0/"
    nodes = {node for graph in modules.values() for triple in graph for node in triple}
    foreign = {str(node) for node in nodes if isinstance(node, URIRef) and not node.startswith(BASE)}
    spaces = KNOWN | LOOKED_UP
    listed = {
        node
        for node in foreign
        for space, names in spaces.items()
        if node.startswith(space) and node.removeprefix(space) in names
    }
    assert foreign - listed == {licence}


def test_every_predicate_is_declared(modules: Modules) -> None:
    kinds = (OWL.ObjectProperty, OWL.DatatypeProperty, OWL.AnnotationProperty)
    declared = {
        prop for graph in modules.values() for kind in kinds for prop in graph.subjects(RDF.type, kind)
    }
    used = {predicate for graph in modules.values() for predicate in graph.predicates()}
    built_in = {predicate for predicate in used if str(predicate).startswith((str(OWL), str(RDF), str(RDFS)))}
    assert used - built_in <= declared


def test_relations_form_one_scheme(modules: Modules) -> None:
    relations = modules["relations"]
    concepts = set(relations.subjects(RDF.type, SKOS.Concept))
    tops = set(relations.subjects(SKOS.topConceptOf, SCHEME))
    assert len(concepts) >= 57
    assert set(relations.subjects(SKOS.inScheme, SCHEME)) == concepts
    for concept in concepts:
        assert relations.value(concept, SKOS.prefLabel) == relations.value(concept, RDFS.label)
        broader = set(relations.objects(concept, SKOS.broader))
        assert (concept in tops) != (len(broader) == 1)
        assert broader <= tops
    assert all((None, SKOS.broader, heading) in relations for heading in tops)


def test_comparisons_say_where_the_comparison_stands(modules: Modules) -> None:
    note = str(modules["relations"].value(REL.exceeds, SKOS.scopeNote))
    assert "is compared with" in note
    assert "is compared on" in note


def test_most_classes_of_the_upper_two_levels_are_mapped(modules: Modules, vocabulary: rdflib.Graph) -> None:
    alignments = modules["alignments"]
    mapping = (RDFS.subClassOf, SKOS.closeMatch, SKOS.notation)
    mapped = {cls for predicate in mapping for cls in alignments.subjects(predicate, None)}
    top = {cls for cls in classes(vocabulary) if vocabulary.value(cls, RDFS.subClassOf) is None}
    second = {cls for cls in classes(vocabulary) if vocabulary.value(cls, RDFS.subClassOf) in top}
    assert len(mapped & (top | second)) >= len(top | second) / 2


def test_mappings_make_no_individual_of_a_class(modules: Modules, vocabulary: rdflib.Graph) -> None:
    alignments = modules["alignments"]
    assert list(vocabulary.objects(SKOS.closeMatch, RDF.type)) == [OWL.AnnotationProperty]
    assert not {OWL.sameAs, OWL.equivalentClass, OWL.equivalentProperty} & set(alignments.predicates())
    for sub, sup in [*alignments.subject_objects(RDFS.subClassOf)]:
        assert own(sub)
        assert (sup, RDF.type, OWL.Class) in alignments
    for sub, sup in [*alignments.subject_objects(RDFS.subPropertyOf)]:
        assert own(sub)
        assert (sup, RDF.type, OWL.ObjectProperty) in alignments
