"""RDF lists: one reading for whoever meets one, which no list leads astray."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.core.terms import quad as quad_in
from kg.rdf.lists import list_cells, list_items

PREFIXES = """@prefix : <http://e/> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
"""


def store_of(text: str) -> ox.Store:
    store = ox.Store()
    store.load((PREFIXES + text).encode(), ox.RdfFormat.TURTLE)
    return store


def head(store: ox.Store) -> ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple:
    (quad,) = store.quads_for_pattern(ox.NamedNode("http://e/a"), ox.NamedNode("http://e/has"), None)
    return quad.object


@pytest.mark.parametrize(("items", "count"), [("()", 0), ("( :b 'c' [] )", 3), ("( :b :b )", 2)])
def test_a_list_has_its_items_and_cells(items: str, count: int) -> None:
    store = store_of(f":a :has {items} .")
    found = list_items(store, head(store))
    assert found is not None and len(found) == count
    assert len(list_cells(store, head(store)) or ()) == 2 * count


def test_a_list_that_two_graphs_have_is_one() -> None:
    store = store_of(":a :has :l . :l rdf:first :b ; rdf:rest () .")
    store.extend([quad_in(quad.triple, ox.NamedNode("urn:g")) for quad in store])
    assert list_items(store, ox.NamedNode("http://e/l")) == [ox.NamedNode("http://e/b")]


ILL_FORMED = {
    "none": ":a :has :b .",
    "a literal": ":a :has 'b' .",
    "no end": ":a :has [ rdf:first :b ] .",
    "two ends": ":a :has [ rdf:first :b ; rdf:rest (), ( :c ) ] .",
    "two items": ":a :has [ rdf:first :b, :c ; rdf:rest () ] .",
    "a circle": ":a :has _:l . _:l rdf:first :b ; rdf:rest _:l .",
}


@pytest.mark.parametrize("text", ILL_FORMED.values(), ids=ILL_FORMED)
def test_an_ill_formed_list_is_none(text: str) -> None:
    store = store_of(text)
    assert list_items(store, head(store)) is None
