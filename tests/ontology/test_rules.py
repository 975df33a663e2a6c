"""The rules on a small graph, in the store's SPARQL and in rdflib's."""

from __future__ import annotations

from collections.abc import Callable

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

PREFIXES = """
@prefix secpol: <https://w3id.org/secpol/ontology#> .
@prefix ent: <https://w3id.org/secpol/entity/> .
@prefix rel: <https://w3id.org/secpol/relation/> .
@base <https://w3id.org/secpol/article/sample> .
"""
ARTICLE = "https://w3id.org/secpol/article/sample"
Lines = set[str]
Run = Callable[[str, str], Lines]


def with_pyoxigraph(query: str, turtle: str) -> Lines:
    """The constructed triples as N-Triples lines."""
    store = ox.Store()
    store.load(f"{PREFIXES}{turtle}".encode(), format=ox.RdfFormat.TURTLE)
    made = store.query(query)
    assert isinstance(made, ox.QueryTriples)
    return {f"{triple} ." for triple in made}


def with_rdflib(query: str, turtle: str) -> Lines:
    """The same, evaluated by rdflib and printed by the store."""
    made = rdflib.Graph().parse(data=f"{PREFIXES}{turtle}").query(query).graph
    assert made is not None
    return stored(made.serialize(format="nt"), ox.RdfFormat.N_TRIPLES)


@pytest.fixture(params=[with_pyoxigraph, with_rdflib], ids=["pyoxigraph", "rdflib"])
def run(request: pytest.FixtureRequest) -> Run:
    chosen: Run = request.param
    return chosen


def parsed(turtle: str) -> Lines:
    """Turtle as the N-Triples lines that the engines are compared by."""
    return stored(f"{PREFIXES}{turtle}", ox.RdfFormat.TURTLE)


def stored(text: str, format: ox.RdfFormat) -> Lines:
    """What a store holds after reading it; it writes each number in one way."""
    store = ox.Store()
    store.load(text.encode(), format=format)
    return {f"{quad.triple} ." for quad in store}


CLAIM = """
<#S1> a secpol:Claim ;
    secpol:assertedAs secpol:{status} ;
    secpol:polarity secpol:{polarity} ;
    secpol:proposition <#S1p> .
<#S1p> a secpol:Proposition ;
    secpol:propSubject <#USRebuff> ;
    secpol:propPredicate secpol:actor ;
    secpol:propObject ent:GovUS .
"""


def test_affirmed_fact_becomes_a_triple(run: Run, rule: Callable[[str], str]) -> None:
    made = run(rule("facts"), CLAIM.format(status="Fact", polarity="Affirmed"))
    assert made == parsed("<#USRebuff> secpol:actor ent:GovUS .")


@pytest.mark.parametrize(
    ("status", "polarity"),
    [("View", "Affirmed"), ("Fact", "Denied"), ("Fact", "Underspecified"), ("View", "Denied")],
)
def test_nothing_else_does(status: str, polarity: str, run: Run, rule: Callable[[str], str]) -> None:
    assert run(rule("facts"), CLAIM.format(status=status, polarity=polarity)) == set()


def test_every_subject_goes_with_every_object_and_values_keep_their_kind(
    run: Run, rule: Callable[[str], str]
) -> None:
    turtle = """
    <#S1> secpol:assertedAs secpol:Fact ; secpol:polarity secpol:Affirmed ; secpol:proposition <#S1p> .
    <#S1p> secpol:propSubject <#Alliance> ; secpol:propPredicate secpol:hasParty ;
        secpol:propObject ent:Japan , ent:US .
    <#S2> secpol:assertedAs secpol:Fact ; secpol:polarity secpol:Affirmed ; secpol:proposition <#S2p> .
    <#S2p> secpol:propSubject <#Count> ; secpol:propPredicate secpol:numericValue ; secpol:propValue 20.0 .
    """
    expected = "<#Alliance> secpol:hasParty ent:Japan , ent:US . <#Count> secpol:numericValue 20.0 ."
    assert run(rule("facts"), turtle) == parsed(expected)


def test_passages_get_what_their_iri_says(run: Run, rule: Callable[[str], str]) -> None:
    turtle = """
    <#S1> secpol:evidencedBy <#char=990,1040> , <#S2> , <#char=12> , <#char=a,b> .
    <#char=711,727> a secpol:Mention .
    <#char=0,19> a secpol:Passage .
    <#char=5,6> a secpol:Quality .
    """
    expected = """
    <#char=990,1040> a secpol:Passage ; secpol:passageOf <> ; secpol:startOffset 990 ; secpol:endOffset 1040 .
    <#char=711,727> a secpol:Passage ; secpol:passageOf <> ; secpol:startOffset 711 ; secpol:endOffset 727 .
    <#char=0,19> a secpol:Passage ; secpol:passageOf <> ; secpol:startOffset 0 ; secpol:endOffset 19 .
    """
    assert run(rule("passages"), turtle) == parsed(expected)


@given(start=st.integers(0, 10**9), end=st.integers(0, 10**9))
def test_offsets_are_those_of_the_iri(start: int, end: int, rule: Callable[[str], str]) -> None:
    passage = f"<#char={start},{end}>"
    made = with_pyoxigraph(rule("passages"), f"<#S1> secpol:evidencedBy {passage} .")
    assert made >= parsed(f"{passage} secpol:startOffset {start} ; secpol:endOffset {end} .")
