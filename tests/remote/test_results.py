"""Results of a query that stop before their document's own end are errors."""

from __future__ import annotations

import io

import pyoxigraph as ox
import pytest

from kg.core.errors import StoreError
from kg.remote.results import as_rows, parsed

ROWS = '{"bindings":[{"x":{"type":"literal","value":"}]}"}},{"x":{"type":"uri","value":"http://e/"}}]}'
XML = '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#">'
CELL = '<binding name="x"><literal>1</literal></binding>'
DOCUMENTS = {
    "JSON": (ox.QueryResultsFormat.JSON, f'{{"head":{{"vars":["x","y"]}},"results":{ROWS}}}'),
    "JSON, head last": (ox.QueryResultsFormat.JSON, f'{{"results":{ROWS},"head":{{"vars":["x"]}}}}'),
    "JSON, yes": (ox.QueryResultsFormat.JSON, '{"head":{},"boolean":true}'),
    "JSON, QLever": (
        ox.QueryResultsFormat.JSON,
        f'{{"head":{{"vars":["x"]}},"results":{ROWS},"meta":{{"query-time-ms":3}}}}',
    ),
    "XML": (
        ox.QueryResultsFormat.XML,
        f'{XML}<head><variable name="x"/></head><results><result>{CELL}</result></results></sparql>',
    ),
    "XML, yes": (ox.QueryResultsFormat.XML, f"{XML}<head/><boolean>true</boolean></sparql>"),
}


def read(document: bytes, form: ox.QueryResultsFormat) -> object:
    found = parsed(io.BytesIO(document), form)
    return bool(found) if isinstance(found, ox.QueryBoolean) else as_rows(found)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_part_of_a_document_is_refused(name: str) -> None:
    form, text = DOCUMENTS[name]
    whole = text.encode()
    assert read(whole, form) == read(b"\xef\xbb\xbf" + whole + b"\n", form)
    for end in range(len(whole)):
        with pytest.raises((ValueError, SyntaxError, OSError)):
            read(whole[:end], form)


@pytest.mark.parametrize("name", DOCUMENTS)
@pytest.mark.parametrize("more", ["{", "x", "<a>", "</a>", "[]"])
def test_nothing_stands_behind_a_document(name: str, more: str) -> None:
    form, text = DOCUMENTS[name]
    with pytest.raises((ValueError, SyntaxError, OSError)):
        read(f"{text}{more}".encode(), form)


def test_the_last_line_of_tsv_has_an_end() -> None:
    whole = b"?x\t?y\n1\t12.5\n"
    assert len(as_rows(parsed(io.BytesIO(b"\xef\xbb\xbf" + whole), ox.QueryResultsFormat.TSV))) == 1
    for end in (len(whole) - 1, len(whole) - 3):
        with pytest.raises(ValueError, match="no end"):
            parsed(io.BytesIO(whole[:end]), ox.QueryResultsFormat.TSV)


def test_what_is_missing_in_a_row_is_the_stores_failure() -> None:
    (row,) = as_rows(ox.Store().query("SELECT (1 AS ?n) ?graph {}"))
    assert row.number("n") == 1
    for read_it in (lambda: row["graph"], lambda: row.iri("graph"), lambda: row.iri("n")):
        with pytest.raises(StoreError, match="the store answered"):
            read_it()
