"""SELECT *: its columns stand in the order of the query, and are those that the engine gives."""

from __future__ import annotations

import csv
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.core.errors import StoreError
from kg.query.columns import in_order
from kg.query.engine import run
from kg.query.limited import run_limited
from tests.command import Kg

QUERIES = {
    "SELECT * { ?z ?a ?m }": ["z", "a", "m"],
    "select distinct\n * { $z ?a ?m }": ["z", "a", "m"],
    "# SELECT ?m\nPREFIX a: <urn:a> SELECT REDUCED * { ?z ?a ?m FILTER(?a != a:b) }": ["z", "a", "m"],
    "SELECT * { ?z ?y ?x OPTIONAL { ?x ?w ?v } }": ["z", "y", "x", "w", "v"],
    "SELECT * { ?z ?y ?x FILTER NOT EXISTS { ?z ?y ?b . ?b ?c ?x } }": ["z", "y", "x"],
    "SELECT * { { SELECT ?z (COUNT(?b) AS ?a) { ?z ?c ?b } GROUP BY ?z } ?z ?y ?x }": ["z", "a", "y", "x"],
    "SELECT * { { SELECT * { ?z ?y ?x } } }": ["z", "y", "x"],
    'SELECT * { ?z ?y ?x FILTER(?x != "?a SELECT *") }': ["z", "y", "x"],
}


@pytest.fixture
def store() -> ox.Store:
    made = ox.Store()
    made.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal("o")))
    return made


@pytest.mark.parametrize("text", QUERIES)
def test_columns_stand_in_the_order_of_the_query(store: ox.Store, text: str) -> None:
    found = run(store, text, {})
    assert isinstance(found, ox.QuerySolutions)
    assert [variable.value for variable in found.variables] == QUERIES[text]
    plain = store.query(text, use_default_graph_as_union=True)
    assert isinstance(plain, ox.QuerySolutions)
    names = {variable.value for variable in plain.variables}
    assert names == set(QUERIES[text])
    assert [{name: row[name] for name in names} for row in found] == [
        {name: row[name] for name in names} for row in plain
    ]


@pytest.mark.parametrize("text", ["SELECT ?b ?a { ?a ?b ?c }", "SELECT ?s { ?s <urn:p>* ?o }", "ASK {}"])
def test_a_query_that_orders_its_columns_is_left_alone(text: str) -> None:
    assert in_order(text, ["a", "b"]) is None


def test_the_command_writes_them_so(kg: Kg, orchards: Path) -> None:
    for options in ((), ("--limit", "1"), ("--timeout", "60")):
        ran = kg("sparql", "SELECT * { ?z a ?kind ; rdfs:label ?a } LIMIT 1", *options, cwd=orchards)
        assert next(csv.reader([ran.out.splitlines()[0]])) == ["z", "kind", "a"]


@pytest.mark.parametrize("form", ["csv", "json", "table", "turtle"])
def test_a_service_that_fails_leaves_no_half_answer(kg: Kg, orchards: Path, form: str) -> None:
    head = "CONSTRUCT { ?s ?p ?o }" if form == "turtle" else "SELECT ?s ?x"
    text = f"{head} {{ ?s ?p ?o SERVICE <http://127.0.0.1:9/> {{ ?o ?q ?x }} }}"
    ran = kg("sparql", text, "--format", form, cwd=orchards)
    assert (ran.status, ran.out) == (4, "")
    assert "\nerror: the answer of SERVICE http://127.0.0.1:9/ broke off" in ran.err


def test_a_failure_is_the_same_under_a_time_limit(orchards_built: Path) -> None:
    folder = next((orchards_built / ".kg" / "snapshots").iterdir()) / "store"
    with pytest.raises(StoreError):
        run_limited(folder, "ASK { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }", {}, 60)


def test_a_graph_with_a_service_comes_whole_through_a_time_limit(kg: Kg, orchards: Path) -> None:
    plain = "CONSTRUCT { ?s a ?kind } { ?s a ?kind }"
    asked = plain[:-1] + "SERVICE SILENT <http://127.0.0.1:9/> { ?s a ?other } }"
    limited = kg("sparql", asked, "--timeout", "50", cwd=orchards)
    assert limited.out == kg("sparql", plain, cwd=orchards).out != ""


def test_a_service_is_a_keyword_and_no_word_of_a_string(store: ox.Store) -> None:
    found = run(store, 'CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(STR(?o) != "service") }', {})
    assert isinstance(found, ox.QueryTriples)  # not held in memory until it is whole
