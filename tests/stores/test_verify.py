"""Loss is told from another way of writing."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox
import pytest

from kg.stores.source import StoredGraph
from kg.stores.verify import Fingerprint, compared
from tests.stores.material import turtle
from tests.test_docs import DOCS


def graph(name: str, mark: str = "1") -> StoredGraph:
    return StoredGraph(name, 1, mark)


def raw(text: str) -> list[ox.Triple]:
    return turtle(text + " .")


@pytest.mark.parametrize(
    ("here", "there", "missing", "rewritten"),
    [
        (":a :p 2.50", ":a :p 2.5", 0, 1),
        (":a :p 5", ":a :p 5.0", 0, 1),
        (":a :p true", ":a :p '1'^^xsd:boolean", 0, 1),
        (
            ":a :p '2024-01-01T00:00:00+00:00'^^xsd:dateTime",
            ":a :p '2024-01-01T00:00:00.000Z'^^xsd:dateTime",
            0,
            1,
        ),
        (":a :p 'x'@en-GB", ":a :p 'x'@en-gb", 0, 0),
        (":a :p 1e0", ":a :p '1.0'^^xsd:double", 0, 1),
        ("[] :p 2.50 ; :q [ :r 1 ]", "[] :p 2.5 ; :q [ :r 1 ]", 0, 1),
        ("[] :p 1 ; :q [ :r 1 ]", "[] :p 1 . [] :q [ :r 1 ]", 1, 0),
        (":a :p 'x', 'y'", ":a :p 'x'", 1, 0),
        (":a :p 5", ":a :p '5'", 1, 0),
    ],
)
def test_loss_is_told_from_another_way_of_writing(
    here: str, there: str, missing: int, rewritten: int
) -> None:
    noted = Counter[str]()
    found = compared(graph("urn:g"), raw(here), raw(there), noted)
    assert (found is not None) == bool(missing)
    if found is not None:
        assert found.message.startswith(f"{missing} of ")
    assert sum(noted.values()) == rewritten


def test_what_is_missing_is_shown_as_it_was_sent_and_came_back() -> None:
    here = raw(":a :p 1 ; :q true . [] :r 2.50 . :b :p <<( :a :p 3 )>>")
    there = raw(":a :p '01'^^xsd:int ; :q '0'^^xsd:boolean . [] :r 2.5 . :b :p <<( :a :p 3.0 )>>")
    noted = Counter[str]()
    found = compared(graph("urn:g"), here, there, noted)
    assert found is not None and noted.total() == 2
    (missing,), (extra,) = found.missing, found.extra
    assert missing.endswith('q> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .')
    assert extra.endswith('q> "0"^^<http://www.w3.org/2001/XMLSchema#boolean> .')
    lost = compared(graph("urn:g"), here, raw(":a :p 2 . [] :s 01"), noted)
    assert lost is not None
    assert [line.split()[-2].partition("^")[0] for line in lost.missing[:2]] == ['"1"', '"true"']
    assert lost.missing[-1].startswith("_:") and '"2.50"' in lost.missing[-1]
    assert any('"01"^^<http://www.w3.org/2001/XMLSchema#integer>' in line for line in lost.extra)


def ways_of_writing() -> list[tuple[str, str]]:
    """What is sent, and what comes back otherwise, by the table that the servers of the tests wrote."""
    page = (DOCS / "stores.md").read_text(encoding="utf-8").partition("| sent |")[2].partition("<!--")[0]
    rows = [[cell.strip(" `") for cell in line.split("|")[1:-1]] for line in page.splitlines()[2:] if line]
    return [(row[0], cell) for row in rows for cell in sorted({*row[1:]}) if cell != "same"]


@pytest.mark.parametrize(("sent", "came_back"), ways_of_writing())
def test_no_store_s_way_of_writing_is_loss(sent: str, came_back: str) -> None:
    noted = Counter[str]()
    assert compared(graph("urn:g"), raw(f":a :p {sent}"), raw(f":a :p {came_back}"), noted) is None
    assert noted.total() == 1


def test_a_graph_that_came_back_as_it_was_has_the_same_fingerprint() -> None:
    triples = raw(":a :p 1, 'x'@en ; :q [ :r [ :s 2 ] ; :t ( 1 2 ) ] . :b :p <<( :a :p [] )>>")
    other = raw(":b :p <<( :a :p [] )>> . :a :q [ :t ( 1 2 ) ; :r [ :s 2 ] ] ; :p 'x'@en, 1")
    assert Fingerprint.of(triples) == Fingerprint.of(reversed(other))
    for changed in (triples[1:], [*triples, *raw(":a :p 3")], raw(":a :p 1, 'x'@de")):
        assert Fingerprint.of(triples) != Fingerprint.of(changed)
