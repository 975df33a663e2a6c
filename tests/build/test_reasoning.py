"""The engine's closure against the reference implementation, after the same documented filter."""

from __future__ import annotations

from pathlib import Path

import owlrl
import pyoxigraph as ox
import pytest
import rdflib

from kg.build.digest import digest_inputs
from kg.build.facts import apply_rules
from kg.build.reasoning import close, infer
from kg.build.sources import Staging, stage
from kg.core.findings import Finding
from kg.project.project import Project, SourceKind

PREFIXES = """
@prefix : <https://example.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
BUILT_IN = tuple(
    namespace for prefix, namespace in rdflib.Graph().namespaces() if prefix in ("owl", "rdf", "rdfs", "xsd")
)
KEPT = {
    str(term)
    for term in (rdflib.RDF.type, rdflib.RDFS.subClassOf, rdflib.RDFS.subPropertyOf, rdflib.OWL.sameAs)
}


def ruled(folder: Path) -> Staging:
    project = Project.load(folder)
    inputs = digest_inputs(project)
    staging = stage(project, inputs.sources, 2)
    apply_rules(staging, [source for source in inputs.sources if source.kind is SourceKind.RULE])
    return staging


def inconsistencies(staging: Staging) -> list[Finding]:
    return [finding for findings in infer(staging).values() for finding in findings]


def article(folder: Path) -> bytes:
    """Ontology, entities and the one article of a project, its rules applied."""
    staging = ruled(folder)
    (slug,) = staging.slugs
    return staging.ntriples([*staging.shared_graphs(), *staging.article_graphs(slug)])


def reference(ntriples: bytes) -> set[str]:
    """The closure of owlrl without what docs/architecture.md calls trivial, as N-Triples.

    The filter is written a second time here, so that a slip in the package's own does not hide itself.
    """
    graph = rdflib.Graph().parse(data=ntriples.decode(), format="nt")
    semantics = owlrl.OWLRL_Semantics
    owlrl.DeductiveClosure(semantics, axiomatic_triples=False, datatype_axioms=False).expand(graph)
    kept = set()
    for s, p, o in graph:
        if not isinstance(s, rdflib.URIRef) or isinstance(o, rdflib.BNode) or s == o:
            continue
        if str(s).startswith(BUILT_IN) or (isinstance(o, rdflib.URIRef) and str(o).startswith(BUILT_IN)):
            continue
        if str(p).startswith(BUILT_IN) and str(p) not in KEPT:
            continue
        kept.add(f"{s.n3()} {p.n3()} {o.n3() if isinstance(o, rdflib.URIRef) else plain(o)}")
    return kept


def plain(literal: rdflib.term.Node) -> str:
    """A literal as the store writes it; rdflib has `+00:00` for `Z`."""
    assert isinstance(literal, rdflib.Literal)
    if literal.datatype == rdflib.XSD.dateTime:
        return str(ox.Literal(str(literal).replace("+00:00", "Z"), datatype=ox.NamedNode(literal.datatype)))
    return str(
        ox.Literal(str(literal), language=literal.language)
        if literal.language
        else ox.Literal(str(literal), datatype=ox.NamedNode(literal.datatype or str(rdflib.XSD.string)))
    )


def ours(ntriples: bytes) -> set[str]:
    return set(map(str, close(ntriples).entailed))


@pytest.mark.parametrize("project", ["orchards_built", "starter_built"])
def test_the_closure_is_the_reference_closure(project: str, request: pytest.FixtureRequest) -> None:
    text = article(request.getfixturevalue(project))
    assert len(ours(text)) > 400
    assert ours(text) == reference(text)


AXIOMS = {
    "subclass": ":A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :x a :A .",
    "equivalent classes": ":A owl:equivalentClass :B . :x a :A . :y a :B .",
    "subproperty": ":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r . :x :p :y .",
    "equivalent properties": ":p owl:equivalentProperty :q . :x :p :y . :y :q :z .",
    "domain and range": ":p rdfs:domain :A ; rdfs:range :B . :x :p :y .",
    "inverse": ":p owl:inverseOf :q . :x :p :y . :z :q :x .",
    "symmetric": ":p a owl:SymmetricProperty . :x :p :y .",
    "transitive": ":p a owl:TransitiveProperty . :a :p :b . :b :p :c . :c :p :d .",
    "chain": ":r owl:propertyChainAxiom ( :p :q ) . :x :p :y . :y :q :z .",
    "chain of three": ":r owl:propertyChainAxiom ( :p :q :s ) . :x :p :y . :y :q :z . :z :s :w .",
    "some values": "[ owl:onProperty :p ; owl:someValuesFrom :B ] rdfs:subClassOf :A . :x :p :y . :y a :B .",
    "some thing": "[ owl:onProperty :p ; owl:someValuesFrom owl:Thing ] rdfs:subClassOf :A . :x :p :y .",
    "all values": ":A rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom :B ] . :x a :A ; :p :y .",
    "has value": ":A owl:equivalentClass [ owl:onProperty :p ; owl:hasValue :v ] . :x a :A . :y :p :v .",
    "intersection": ":A owl:equivalentClass [ owl:intersectionOf ( :B :C ) ] . :x a :B , :C . :y a :A .",
    "union": ":A owl:equivalentClass [ owl:unionOf ( :B :C ) ] . :x a :B .",
    "functional": ":p a owl:FunctionalProperty . :x :p :y , :z . :y :q :w .",
    "inverse functional": ":p a owl:InverseFunctionalProperty . :x :p :z . :y :p :z . :x :q :w .",
    "key": ":A owl:hasKey ( :p :q ) . :x a :A ; :p :v ; :q :w . :y a :A ; :p :v ; :q :w .",
    "same": ":x owl:sameAs :y . :x :p :z . :w :p :y .",
    "punning": ":c :says :p . :p rdfs:subPropertyOf :q . :x :p :y .",
}


@pytest.mark.parametrize("axioms", AXIOMS.values(), ids=AXIOMS)
def test_each_kind_of_axiom_entails_what_the_reference_says(axioms: str) -> None:
    parsed = ox.parse(PREFIXES + axioms, ox.RdfFormat.TURTLE)
    text = ox.serialize((quad.triple for quad in parsed), format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    asserted = {line.removesuffix(" .") for line in text.decode().splitlines()}
    assert ours(text) == reference(text)
    assert ours(text) - asserted, "the example entails nothing, so it tests nothing"


# What the engine may not entail, by the order of the statements; docs/data-model.md tells it.
MISSED = {
    "key of several values": """:A owl:hasKey _:key . _:key rdf:first :p ; rdf:rest () .
        :x a :A ; :p :v , :w . :y a :A ; :p :v .""",
}


@pytest.mark.parametrize("axioms", MISSED.values(), ids=MISSED)
def test_what_the_engine_misses_is_known(axioms: str) -> None:
    parsed = [found.triple for found in ox.parse(PREFIXES + axioms, ox.RdfFormat.TURTLE)]
    orders = (parsed, list(reversed(parsed)))
    texts = [ox.serialize(order, format=ox.RdfFormat.N_TRIPLES) or b"" for order in orders]
    assert any(ours(text) < reference(text) for text in texts), "take it out of MISSED and of the page"


INCONSISTENCIES = {
    "disjoint classes": ":A owl:disjointWith :B . :x a :A , :B .",
    "one of many disjoint": "[] a owl:AllDisjointClasses ; owl:members ( :A :B :C ) . :x a :A , :C .",
    "disjoint properties": ":p owl:propertyDisjointWith :q . :x :p :y ; :q :y .",
    "irreflexive": ":p a owl:IrreflexiveProperty . :x :p :x .",
    "asymmetric": ":p a owl:AsymmetricProperty . :x :p :y . :y :p :x .",
    "nothing": ":A rdfs:subClassOf [ owl:onProperty :p ; owl:allValuesFrom owl:Nothing ] . :x a :A ; :p :y .",
    "two coded values": """:p a owl:FunctionalProperty . [] a owl:AllDifferent ;
        owl:distinctMembers ( :y :z ) . :x :p :y , :z .""",
    "two numbers": ":p a owl:DatatypeProperty , owl:FunctionalProperty . :x :p 1 , 2 .",
    "same and different": ":x owl:sameAs :y ; owl:differentFrom :y .",
}


@pytest.mark.parametrize("axioms", INCONSISTENCIES.values(), ids=INCONSISTENCIES)
def test_each_kind_of_inconsistency_is_seen(axioms: str) -> None:
    parsed = ox.parse(PREFIXES + axioms, ox.RdfFormat.TURTLE)
    text = ox.serialize((quad.triple for quad in parsed), format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    assert close(text).inconsistencies


@pytest.mark.parametrize("project", ["orchards_built", "starter_built"])
def test_sound_sources_inconsistency_nowhere(project: str, request: pytest.FixtureRequest) -> None:
    assert inconsistencies(ruled(request.getfixturevalue(project))) == []


def test_a_inconsistency_is_told_in_words_with_its_place(orchards: Path) -> None:
    path = orchards / "entities" / "tollan.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("a orch:Variety ;", "a orch:Variety , secpol:Person ;"), encoding="utf-8")
    findings = inconsistencies(ruled(orchards))
    assert findings
    line = text[: text.index("tollan:AmberLady")].count("\n") + 1
    for finding in findings:
        assert finding.rule == "reasoning.inconsistency"
        assert "Amber Lady" in finding.message
        assert "http" not in finding.message, "labels, not IRIs"
        assert [(Path(place.file).name, place.line) for place in finding.places] == [("tollan.ttl", line)]


def test_a_inconsistency_among_shared_sources_is_told_once(orchards: Path) -> None:
    path = orchards / "entities" / "tollan.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("a orch:Variety ;", "a orch:Variety , secpol:Person ;"), encoding="utf-8")
    messages = [finding.message for finding in inconsistencies(ruled(orchards))]
    assert len(messages) == len(set(messages))


def test_facts_hold_within_their_article(orchards: Path) -> None:
    """Two articles may disagree: what one says of a thing and what another says are not inconsistent."""
    old = orchards / "articles" / "2026-09-10-late-frost"
    new = orchards / "articles" / "2026-09-11-other"
    new.mkdir()
    for path in old.glob("*.ttl"):
        text = path.read_text(encoding="utf-8").replace("2026-09-10-late-frost", new.name)
        (new / path.name).write_text(text, encoding="utf-8")
    for folder, kind in ((old, "orch:Orchard"), (new, "secpol:Person")):
        with (folder / "facts.ttl").open("a", encoding="utf-8") as file:
            file.write(f"\n<https://example.org/orchards/entity/Disputed> a {kind} .\n")
    staging = ruled(orchards)
    assert inconsistencies(staging) == []
    graphs = {
        quad.graph_name
        for quad in staging.store.quads_for_pattern(
            ox.NamedNode("https://example.org/orchards/entity/Disputed"), None, None
        )
    }
    home = staging.project.graph_iri("article/")
    assert graphs == {
        ox.NamedNode(f"{home}{folder.name}/{part}")
        for folder in (old, new)
        for part in ("descriptions", "inferred")
    }
