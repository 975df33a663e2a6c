"""Proofs: every inferred triple has one, without circles, that derives it again and holds nothing idle."""

from __future__ import annotations

from collections.abc import Iterable

import pyoxigraph as ox
import pytest
import sparq
from hypothesis import assume, given
from hypothesis import strategies as st

from kg.api.knowledge_graph import KnowledgeGraph
from kg.build.reasoning import close
from kg.core.labels import Labels
from kg.core.terms import OWL, RDF, RDF_TYPE, RDFS
from kg.core.terms import quad as quad_in
from kg.project.project import Project
from kg.query.proof import Proof, Prover
from kg.query.why import Why
from kg.query.words import Words
from tests.lanes import examples

SAID, FOLLOWS = ox.NamedNode("http://e/graph/said"), ox.NamedNode("http://e/graph/follows")
LIST = (RDF("first"), RDF("rest"))


def derived_from(triples: Iterable[ox.Triple]) -> frozenset[ox.Triple]:
    return close("".join(f"{triple} .\n" for triple in triples).encode()).entailed


def assert_sound(proof: Proof) -> None:
    """Its leaves alone derive it, and without any one of them they do not.

    The cells of a list belong to the axiom that names the list: without the last, the engine reads it still.
    """
    leaves = sorted(set(proof.leaves()), key=str)
    assert proof.triple in derived_from(leaves)
    for leaf in leaves:
        if leaf.predicate not in LIST:
            assert proof.triple not in derived_from(other for other in leaves if other != leaf), leaf


def assert_no_circle(proof: Proof, above: frozenset[ox.Triple] = frozenset()) -> None:
    assert proof.triple not in above
    for premise in proof.premises:
        assert_no_circle(premise, above | {proof.triple})


def test_every_inferred_triple_has_a_sound_proof(any_graph: KnowledgeGraph) -> None:
    store = any_graph.snapshot.store
    why = Why(any_graph.project, store, any_graph.labels)
    proved = 0
    for graph in store.named_graphs():
        name = graph.value.removeprefix(any_graph.project.graph_iri(""))
        if not (name == "inferred/shared" or name.endswith("/inferred")):
            continue
        article = name.split("/")[1] if name.startswith("article/") else None
        for quad in store.quads_for_pattern(None, None, None, graph):
            proof = why.proof(quad.triple, article)
            assert proof is not None, quad.triple
            assert proof.rule is not None
            assert_no_circle(proof)
            assert_sound(proof)
            proved += 1
    least = 1500 if any_graph.project.root == Project.shipped().root else 20
    assert proved > least


PREFIXES = """
@prefix : <http://e/> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
"""


def world(text: str) -> tuple[Prover, frozenset[ox.Triple]]:
    """A prover over some Turtle and its closure, and what the closure adds."""
    store = ox.Store()
    store.load((PREFIXES + text).encode(), ox.RdfFormat.TURTLE, to_graph=SAID)
    said = frozenset(quad.triple for quad in store)
    added = derived_from(said) - said
    store.extend(ox.Quad(triple.subject, triple.predicate, triple.object, FOLLOWS) for triple in added)
    return Prover(store, [SAID], [FOLLOWS]), added


RULES = {
    "cls-hv1": (":R owl:onProperty :p ; owl:hasValue :b . :a a :R .", ":a :p :b"),
    "cls-hv2": (":R owl:onProperty :p ; owl:hasValue :b . :a :p :b .", ":a a :R"),
    "cls-svf1": (":R owl:onProperty :p ; owl:someValuesFrom :C . :a :p :b . :b a :C .", ":a a :R"),
    "cls-svf2": (":R owl:onProperty :p ; owl:someValuesFrom owl:Thing . :a :p :b .", ":a a :R"),
    "cls-avf": (":R owl:onProperty :p ; owl:allValuesFrom :C . :a :p :b ; a :R .", ":b a :C"),
    "cls-int1": (":C owl:intersectionOf ( :A :B ) . :a a :A , :B .", ":a a :C"),
    "cls-int2": (":C owl:intersectionOf ( :A :B ) . :a a :C .", ":a a :B"),
    "cls-uni": (":C owl:unionOf ( :A :B ) . :a a :B .", ":a a :C"),
    "cls-oo": (":C owl:oneOf ( :a :b ) .", ":b a :C"),
    "cax-sco": (":A rdfs:subClassOf :B . :a a :A .", ":a a :B"),
    "cax-eqc1": (":A owl:equivalentClass :B . :a a :A .", ":a a :B"),
    "cax-eqc2": (":A owl:equivalentClass :B . :a a :B .", ":a a :A"),
    "prp-dom": (":p rdfs:domain :C . :a :p :b .", ":a a :C"),
    "prp-rng": (":p rdfs:range :C . :a :p :b .", ":b a :C"),
    "prp-spo1": (":p rdfs:subPropertyOf :q . :a :p :b .", ":a :q :b"),
    "prp-spo2": (":q owl:propertyChainAxiom ( :p :r ) . :a :p :b . :b :r :c .", ":a :q :c"),
    "prp-eqp1": (":p owl:equivalentProperty :q . :a :p :b .", ":a :q :b"),
    "prp-eqp2": (":q owl:equivalentProperty :p . :a :p :b .", ":a :q :b"),
    "prp-inv1": (":p owl:inverseOf :q . :a :p :b .", ":b :q :a"),
    "prp-inv2": (":p owl:inverseOf :q . :a :q :b .", ":b :p :a"),
    "prp-symp": (":p a owl:SymmetricProperty . :a :p :b .", ":b :p :a"),
    "prp-trp": (":p a owl:TransitiveProperty . :a :p :b . :b :p :c .", ":a :p :c"),
    "prp-fp": (":p a owl:FunctionalProperty . :a :p :b , :c .", ":b owl:sameAs :c"),
    "prp-ifp": (":p a owl:InverseFunctionalProperty . :b :p :a . :c :p :a .", ":b owl:sameAs :c"),
    "prp-key": (
        ":C owl:hasKey ( :p :q ) . :a a :C ; :p :x ; :q :z . :b a :C ; :p :x ; :q :z .",
        ":a owl:sameAs :b",
    ),
    "eq-sym": (":b owl:sameAs :c .", ":c owl:sameAs :b"),
    "eq-rep-s": (":b owl:sameAs :c . :b :p :a .", ":c :p :a"),
    "eq-rep-o": (":b owl:sameAs :c . :a :p :b .", ":a :p :c"),
    "scm-sco": (":A rdfs:subClassOf :B . :B rdfs:subClassOf :C .", ":A rdfs:subClassOf :C"),
    "scm-spo": (":p rdfs:subPropertyOf :q . :q rdfs:subPropertyOf :r .", ":p rdfs:subPropertyOf :r"),
    "scm-int": (":C owl:intersectionOf ( :A :B ) .", ":C rdfs:subClassOf :A"),
    "scm-uni": (":C owl:unionOf ( :A :B ) .", ":A rdfs:subClassOf :C"),
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_proves_what_it_concludes(rule: str) -> None:
    said, concluded = RULES[rule]
    prover, added = world(said)
    goal = next(quad.triple for quad in ox.parse(f"{PREFIXES}{concluded} .", ox.RdfFormat.TURTLE))
    assert goal in added
    proof = prover.prove(goal)
    assert proof is not None and proof.rule == rule
    assert_sound(proof)


def test_a_nameless_class_is_a_step_between() -> None:
    prover, added = world(
        ":C owl:equivalentClass [ owl:intersectionOf ( :A [ owl:onProperty :p ; owl:someValuesFrom :B ] ) ] ."
        ":a a :A ; :p :b . :b a :B ."
    )
    goal = ox.Triple(ox.NamedNode("http://e/a"), RDF_TYPE, ox.NamedNode("http://e/C"))
    assert goal in added
    proof = prover.prove(goal)
    assert proof is not None
    assert_sound(proof)


def test_what_does_not_hold_has_no_proof() -> None:
    prover, _ = world(":A rdfs:subClassOf :B . :a a :B .")
    assert prover.prove(ox.Triple(ox.NamedNode("http://e/a"), RDF_TYPE, ox.NamedNode("http://e/A"))) is None


ILL_FORMED = [":L", "[ rdf:first :A ]", "_:l . _:l rdf:first :A ; rdf:rest _:l"]


@pytest.mark.parametrize("broken", ILL_FORMED)
@pytest.mark.parametrize("axiom", [":C owl:intersectionOf", ":p owl:propertyChainAxiom", ":A owl:hasKey"])
def test_an_ill_formed_list_proves_nothing_and_stops_no_proof(axiom: str, broken: str) -> None:
    said = f"{PREFIXES}{axiom} {broken} . :A rdfs:subClassOf :B . :a a :A . :b a :A ."
    follows = f"{PREFIXES}:a a :B , :C ; :p :b ; owl:sameAs :b ."
    goals = [found.triple for found in ox.parse(follows, ox.RdfFormat.TURTLE)]
    store = ox.Store()
    store.load(said.encode(), ox.RdfFormat.TURTLE, to_graph=SAID)
    store.extend(quad_in(goal, FOLLOWS) for goal in goals)
    prover = Prover(store, [SAID], [FOLLOWS])
    assert [goal for goal in goals if prover.prove(goal) is not None] == goals[:1]


def test_a_chain_of_what_is_no_property_proves_nothing() -> None:
    said = f"{PREFIXES}:q owl:propertyChainAxiom ( :p 'r' ) . :a :p :b ."
    store = ox.Store()
    store.load(said.encode(), ox.RdfFormat.TURTLE, to_graph=SAID)
    goal = ox.Triple(*(ox.NamedNode(f"http://e/{name}") for name in "aqc"))
    store.add(quad_in(goal, FOLLOWS))
    assert Prover(store, [SAID], [FOLLOWS]).prove(goal) is None


@pytest.mark.parametrize("broken", ILL_FORMED)
def test_a_class_by_an_ill_formed_list_is_nameless(broken: str) -> None:
    store = ox.Store()
    store.load(f"{PREFIXES}_:c owl:unionOf {broken} . :a a _:c .".encode(), ox.RdfFormat.TURTLE)
    (typed,) = store.quads_for_pattern(None, RDF_TYPE, None)
    assert Words(store, Labels(store)).sentence(typed.triple).endswith("a thing of a nameless class")


CLASSES, PROPERTIES, THINGS = (
    [ox.NamedNode(f"http://e/{name}") for name in names] for names in ("ABCD", "pqr", "abc")
)
AXIOMS = st.one_of(
    st.builds(ox.Triple, st.sampled_from(CLASSES), st.just(RDFS("subClassOf")), st.sampled_from(CLASSES)),
    st.builds(ox.Triple, st.sampled_from(CLASSES), st.just(OWL("equivalentClass")), st.sampled_from(CLASSES)),
    st.builds(
        ox.Triple,
        st.sampled_from(PROPERTIES),
        st.sampled_from([RDFS("domain"), RDFS("range")]),
        st.sampled_from(CLASSES),
    ),
    st.builds(
        ox.Triple,
        st.sampled_from(PROPERTIES),
        st.sampled_from([RDFS("subPropertyOf"), OWL("inverseOf"), OWL("equivalentProperty")]),
        st.sampled_from(PROPERTIES),
    ),
    st.builds(
        ox.Triple,
        st.sampled_from(PROPERTIES),
        st.just(RDF_TYPE),
        st.sampled_from([OWL("SymmetricProperty"), OWL("TransitiveProperty")]),
    ),
)
FACTS = st.one_of(
    st.builds(ox.Triple, st.sampled_from(THINGS), st.just(RDF_TYPE), st.sampled_from(CLASSES)),
    st.builds(ox.Triple, st.sampled_from(THINGS), st.sampled_from(PROPERTIES), st.sampled_from(THINGS)),
)


def relates_to_itself(text: str) -> bool:
    """Whether a thing comes to have a relation to itself: that is not published."""
    graph = sparq.Graph.load(text, format="ntriples")
    graph.reason("owl")
    return any(f'"http://e/{name}"' in graph.query_json("SELECT ?p { ?s ?p ?s }") for name in "pqr")


@given(st.lists(AXIOMS, max_size=7), st.lists(FACTS, min_size=1, max_size=5))
@examples(15)
def test_proofs_in_random_worlds_are_sound(axioms: list[ox.Triple], facts: list[ox.Triple]) -> None:
    text = "".join(f"{triple} .\n" for triple in axioms + facts)
    assume(not relates_to_itself(text))
    prover, added = world(text)
    for goal in added:
        proof = prover.prove(goal)
        assert proof is not None, goal
        assert_no_circle(proof)
        assert_sound(proof)
