"""The constants of a query in canonical form: it stays the same query, and finds data by their terms."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kg.core.terms import PREFIXES
from kg.sparql.constants import canonical_constants
from tests.lanes import examples

NUMBERS = ("1.0", "-1.0", "+01", "007", "1.50", "-2.5e0", "1E3", ".5", "0.0")
TYPED = (
    '"2024-01-01T00:00:00+00:00"^^xsd:dateTime',
    "'''1'''^^xsd:boolean",
    '"2024-09-27+00:00"^^<http://www.w3.org/2001/XMLSchema#date>',
    '"P12M"^^xsd:duration',
    '"colour"@en-GB',
    '"1.0"',
    '"1.0"^^<http://e/own>',
)
LITERALS = (*NUMBERS, *TYPED)
PATTERNS = (
    "?s <http://e/p> {one}",
    "?s <http://e/p> {one} , {other}",
    "VALUES ?o {{ {one} {other} }} ?s <http://e/p> ?o",
    "VALUES (?o ?n) {{ ({one} {other}) }} ?s <http://e/p> ?o",
    "BIND({one} AS ?o) ?s <http://e/p> ?o",
    "?s <http://e/p> ?o FILTER(sameTerm(?o, {one}) || sameTerm({other}, ?o))",
    "?s <http://e/p> ?o FILTER(?o IN ({one}, {other}))",
    "?s <http://e/p> ?o FILTER NOT EXISTS {{ ?s <http://e/p> {one} }}",
    "?s <http://e/list> ({one} {other})",
)
SUMS = (
    "SELECT (?o -1.0 AS ?n) {{ ?s <http://e/p> ?o }}",
    "SELECT ?s {{ ?s <http://e/p> ?o FILTER(?o -1.0 = {one}) }}",
)


def data() -> ox.Store:
    store = ox.Store()
    text = f"@prefix xsd: <{PREFIXES['xsd']}> . <http://e/s> <http://e/p> {', '.join(LITERALS)} ."
    lists = "".join(f"<http://e/{n}> <http://e/list> ( {one} -1.0 ) ." for n, one in enumerate(LITERALS))
    store.load((text + lists).encode(), ox.RdfFormat.TURTLE)
    return store


def rows(store: ox.Store, query: str) -> list[list[str]]:
    found = store.query(query, prefixes=dict(PREFIXES))
    assert isinstance(found, ox.QuerySolutions)
    return sorted([str(term) for term in row] for row in found)


literal = st.sampled_from(LITERALS)


@given(st.sampled_from([*(f"SELECT * {{{{ {pattern} }}}}" for pattern in PATTERNS), *SUMS]), literal, literal)
@examples(40)
def test_it_is_the_same_query(form: str, one: str, other: str) -> None:
    query = form.format(one=one, other=other)
    assert rows(data(), canonical_constants(query, PREFIXES)) == rows(data(), query)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("one", LITERALS)
def test_an_engine_that_compares_terms_finds_what_is_in_canonical_form(
    one: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    graph = rdflib.Graph()
    graph.parse(
        data=(data().dump(format=ox.RdfFormat.N_TRIPLES, from_graph=ox.DefaultGraph()) or b"").decode()
    )
    query = canonical_constants(f"ASK {{ <http://e/s> <http://e/p> {one} }}", PREFIXES)
    assert graph.query(query, initNs=dict(PREFIXES)).askAnswer


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s <http://e/p> 7 , 'x' , true } LIMIT 10",
        "# 1.0\nASK { <http://e/1.0> e:v1.0 '1.0' }",
        r"ASK { ?s ?p '\u0031.0'^^xsd:decimal }",
    ],
)
def test_what_is_canonical_or_no_constant_stays(query: str) -> None:
    assert canonical_constants(query, PREFIXES) == query
