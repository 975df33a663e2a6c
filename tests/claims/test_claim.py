"""One claim as a graph has it."""

from __future__ import annotations

import pyoxigraph as ox

from kg.claims.claim import claims_in, is_claim, read_claim
from kg.core.passages import Span
from kg.core.terms import SECPOL

ARTICLE = "https://example.org/article/drill"
GRAPH = ox.NamedNode("https://example.org/graph/claims")
OTHER = ox.NamedNode("https://example.org/graph/other")
TEXT = """
PREFIX : <https://example.org/article/drill#>
PREFIX secpol: <https://w3id.org/secpol/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
:S1 a secpol:Claim ; rdfs:label "Der Hafen ist groß"@de , "The port is big"@en ;
    secpol:heldBy :ann , :tom ; secpol:certainty secpol:Certain ; secpol:polarity secpol:Affirmed ;
    secpol:assertedAs secpol:Fact ; secpol:evidencedBy <#char=9,12> , <#char=2,5> , <other#char=1,2> ;
    secpol:proposition :S1p .
:S1p secpol:propSubject :port ; secpol:propPredicate :has ; secpol:propValue "big" ; secpol:propObject :quay ;
    secpol:during :spring .
:S2 secpol:proposition :S2p .
:S2p secpol:propSubject :port .
"""


def store() -> ox.Store:
    made = ox.Store()
    made.load(TEXT.encode(), ox.RdfFormat.TURTLE, base_iri=ARTICLE, to_graph=GRAPH)
    made.add(ox.Quad(node("S1"), SECPOL("heldBy"), node("eve"), OTHER))
    return made


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(f"{ARTICLE}#{name}")


def test_a_claim_has_all_that_its_graph_says() -> None:
    claim, incomplete = claims_in(store(), GRAPH)
    assert claim.gloss == "The port is big"
    assert claim.holders == (node("ann"), node("tom"))
    assert claim.is_fact and not incomplete.is_fact
    (proposition,) = claim.propositions
    assert [*proposition.statements()] == [
        (node("port"), node("has"), node("quay")),
        (node("port"), node("has"), ox.Literal("big")),
    ]
    assert proposition.during == (node("spring"),)
    assert incomplete.propositions[0].content is None


def test_without_a_graph_all_graphs_are_read() -> None:
    assert read_claim(store(), node("S1")).holders == (node("ann"), node("eve"), node("tom"))


def test_its_ranges_are_those_of_the_article_in_the_order_of_the_text() -> None:
    assert read_claim(store(), node("S1")).spans(ARTICLE) == [Span(2, 5), Span(9, 12)]


def test_only_what_has_a_proposition_is_a_claim() -> None:
    assert is_claim(store(), node("S1"))
    assert not is_claim(store(), node("S1p"))
