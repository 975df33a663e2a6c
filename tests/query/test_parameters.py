"""Parameters: no value changes a query but for the bound term, and what does not fit is refused."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import BNode, Literal, URIRef
from rdflib.paths import Path as PropertyPath
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue
from rdflib.util import from_n3

from kg.core.errors import InputError, UsageError
from kg.core.terms import GroundTerm
from kg.query.lookup import Lookup
from kg.query.parameters import Parameter, bind, declared, in_order, serialised
from tests.lanes import examples

FORMS = {
    "select": "SELECT * { VALUES $v { 1 } ?s ?p $v }",
    "optional": "SELECT * { ?s a ?t OPTIONAL { VALUES $v { 1 } ?s ?p $v } }",
    "minus": "SELECT * { ?s ?p ?o MINUS { VALUES $v { 1 } ?s ?p $v } }",
    "not exists": "SELECT * { ?s ?p ?o FILTER NOT EXISTS { VALUES $v { 1 } ?s ?p $v } }",
    "sub-select": "SELECT * { ?s a ?t { SELECT ?s { VALUES $v { 1 } ?s ?p $v } LIMIT 3 } }",
    "aggregate": "SELECT ?s (COUNT(?p) AS ?n) { VALUES $v { 1 } ?s ?p $v } GROUP BY ?s HAVING (?n > 1)",
    "union": "SELECT * { { VALUES $v { 1 } ?s ?p $v } UNION { VALUES $v { 1 } $v ?p ?o } }",
    "path": "SELECT * { VALUES $v { 1 } ?s <http://e/p>+/^<http://e/q>? $v }",
    "graph": "SELECT * { GRAPH ?g { VALUES $v { 1 } ?s ?p $v } }",
    "construct": "CONSTRUCT { ?s <http://e/p> $v } WHERE { VALUES $v { 1 } ?s ?p $v }",
    "ask": "ASK { VALUES $v { 1 } ?s ?p $v }",
    "filter": "SELECT * { VALUES $v { 1 } ?s ?p ?o FILTER(CONTAINS(STR(?o), STR($v)) || ?o != '}') } # } $v",
}
EXAMPLE = ox.Literal("the example")
HOSTILE = (
    '"',
    "\\",
    '\\"',
    '"""',
    "'''",
    "} UNION { ?s ?p ?o",
    '" } UNION { ?s ?p ?o } #',
    "# comment",
    "a\nb\r\nc\td",
    "\\u0022 } UNION { ?s ?p ?o } #",
    "\\U00000022",
    "\\\\u0022",
    "\\u007D",
    "\x00\x07\x1bABCD\x7f",
    "\u2028\u202e\ufeff\ufffe\U0001d11e\U0010ffff",
    "$v ?v",
    "VALUES $v { 2 }",
    "{{{ }}}",
    "<http://e/> .",
    "@en",
    "^^<http://e/>",
    "%s %(x)s {0} {v}",
    "",
)


def algebra(text: str) -> object:
    """A query's algebra as plain values."""
    return _plain(prepareQuery(text).algebra, {})


def _plain(part: object, blank: dict[BNode, int]) -> object:
    if isinstance(part, dict):  # a CompValue is one too
        name = part.name if isinstance(part, CompValue) else ""
        entries = [(str(key), _plain(value, blank)) for key, value in part.items() if key != "_vars"]
        return name, sorted(entries, key=repr)
    if isinstance(part, list | tuple):
        return [_plain(item, blank) for item in part]
    if isinstance(part, set):
        return sorted((_plain(item, blank) for item in part), key=repr)
    if isinstance(part, BNode):
        return "blank", blank.setdefault(part, len(blank))
    return str(part) if isinstance(part, PropertyPath) else part


def abstracted(part: object, term: object) -> object:
    """The algebra with one term replaced by a mark."""
    if type(part) is type(term) and part == term:
        return "the bound term"
    if isinstance(part, list | tuple):
        return [abstracted(item, term) for item in part]
    return part


def as_rdflib(term: GroundTerm) -> object:
    """The same term in rdflib; made from its parts, not parsed."""
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if term.datatype.value.endswith("#string"):
        return Literal(term.value)
    return Literal(term.value, datatype=URIRef(term.datatype.value))


def assert_only_the_term_differs(query: str, term: GroundTerm) -> None:
    expected = abstracted(algebra(bind(query, {"v": [EXAMPLE]})), as_rdflib(EXAMPLE))
    found = abstracted(algebra(bind(query, {"v": [term]})), as_rdflib(term))
    assert "the bound term" in repr(expected)
    assert found == expected


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("value", HOSTILE)
def test_a_hostile_string_stays_one_term(form: str, value: str) -> None:
    assert_only_the_term_differs(FORMS[form], ox.Literal(value))


@given(
    form=st.sampled_from(sorted(FORMS)),
    value=st.text() | st.text(alphabet="\\uU0027\"'{}#\n\r\t$?<>^@ D", max_size=30),
)
@examples(40)
def test_no_string_changes_the_algebra(form: str, value: str) -> None:
    assert_only_the_term_differs(FORMS[form], ox.Literal(value))


@given(form=st.sampled_from(sorted(FORMS)), tail=st.text(max_size=20))
@examples(25)
def test_an_iri_stays_one_term_or_is_refused(form: str, tail: str) -> None:
    names = Lookup(ox.Store(), {})
    try:
        term = Parameter("v", "iri").term(f"https://example.org/{tail}", names)
    except UsageError:
        return
    assert_only_the_term_differs(FORMS[form], term)


@given(value=st.text())
@examples(25)
def test_engines_read_back_the_very_term(value: str) -> None:
    query = bind("SELECT $v { VALUES $v { 1 } }", {"v": [ox.Literal(value)]})
    rows = ox.Store().query(query)
    assert isinstance(rows, ox.QuerySolutions)
    assert [row["v"].value for row in rows] == [value]


@given(
    st.one_of(
        st.tuples(st.just("integer"), st.integers(-(1 << 63), (1 << 63) - 1).map(str)),
        st.tuples(st.just("decimal"), st.decimals(allow_nan=False, allow_infinity=False, places=3).map(str)),
        st.tuples(st.just("date"), st.dates().map(str)),
        st.tuples(st.just("dateTime"), st.datetimes().map(lambda moment: moment.isoformat() + "Z")),
        st.tuples(st.just("gYear"), st.integers(1000, 9999).map(str)),
        st.tuples(st.just("boolean"), st.sampled_from(["true", "false", "True"])),
    )
)
@examples(25)
def test_typed_values_become_terms_that_parse(typed: tuple[str, str]) -> None:
    kind, value = typed
    term = Parameter("v", kind).term(value, Lookup(ox.Store(), {}))
    assert isinstance(term, ox.Literal)
    assert term.datatype.value.endswith(f"#{kind}")
    read = from_n3(serialised(term))
    assert isinstance(read, Literal) and read.ill_typed is not True
    assert next(iter(ox.parse(f"<e:s> <e:p> {serialised(term)} .", ox.RdfFormat.TURTLE))).object == term


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("integer", "4.5"),
        ("integer", "1_000"),
        ("integer", "٣"),
        ("integer", ""),
        ("integer", "1 } UNION {"),
        ("integer", "9" * 5000),
        ("integer", "9223372036854775808"),
        ("decimal", "1e999999999"),
        ("decimal", "NaN"),
        ("decimal", "."),
        ("date", "11 December"),
        ("date", "2024-02-30"),
        ("dateTime", "2024-12-11"),
        ("dateTime", "noon"),
        ("dateTime", "0001-01-01T00:00:00+23:00"),
        ("gYear", "24"),
        ("gYear", "2024-12"),
        ("boolean", "yes"),
        ("string", "\ud800"),
    ],
)
def test_what_is_no_value_of_the_type_is_refused(kind: str, value: str) -> None:
    with pytest.raises(UsageError, match=r"^--when "):
        Parameter("when", kind).term(value, Lookup(ox.Store(), {}))


@pytest.mark.parametrize(
    "value",
    [
        "http://e/a b",
        "http://e/>",
        'http://e/"',
        "http://e/{x}",
        "http://e/\\u003E",
        "<http://e/\n>",
        "e:a b",
        "http://e/\ud800",
    ],
)
def test_an_iri_with_odd_characters_is_refused(value: str) -> None:
    with pytest.raises(UsageError):
        Parameter("who", "iri").term(value, Lookup(ox.Store(), {"e": "http://e/"}))


def test_a_decimal_is_written_as_stores_keep_it() -> None:
    names = Lookup(ox.Store(), {})
    typed = ["2.50", "40", "40.0", "-0", "+1.", ".5", "0"]
    assert [Parameter("v", "decimal").term(value, names).value for value in typed] == [
        "2.5", "40", "40", "0", "1", "0.5", "0",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2024-12-11T09:00:00+09:00", "2024-12-11T09:00:00+09:00"),
        ("2024-12-11T09:00:00+00:00", "2024-12-11T09:00:00Z"),
        ("2024-12-11T09:00:00.500Z", "2024-12-11T09:00:00.5Z"),
    ],
)
def test_a_moment_finds_the_data_that_are_written_like_it(typed: str, kept: str) -> None:
    """A moment with a time zone was brought to Z, and met no data with that zone."""
    term = Parameter("v", "dateTime").term(typed, Lookup(ox.Store(), {}))
    assert isinstance(term, ox.Literal) and term.value == kept
    store = ox.Store()
    node = ox.NamedNode("urn:a")
    store.add(ox.Quad(node, node, ox.Literal(typed, datatype=term.datatype)))
    assert store.query(bind("ASK { VALUES $v { 1 } ?s ?p $v }", {"v": [term]}))


@pytest.mark.parametrize("second", ["00Z", "00.500000Z", "00"])
def test_moments_are_compared_as_times(second: str) -> None:
    """As text, 00Z comes after 00.5Z."""
    moment = "2024-12-11T09:00:"
    assert in_order("dateTime", f"{moment}00Z", f"{moment}{second}")
    assert not in_order("dateTime", f"{moment}00.700000Z", f"{moment}{second}")


def test_a_list_is_more_rows_and_nothing_is_undef() -> None:
    one, two = ox.NamedNode("http://e/1"), ox.Literal("2", datatype=ox.NamedNode("http://e/t"))
    query = "SELECT * { VALUES $v { 0 } VALUES $w { 0 } VALUES $x { 0 } }"
    assert bind(query, {"v": [one, two], "w": []}) == (
        'SELECT * { VALUES $v { <http://e/1> "2"^^<http://e/t> } VALUES $w { UNDEF } VALUES $x { 0 } }'
    )


def declare(*entries: object) -> tuple[Parameter, ...]:
    return declared(Path("q.rq"), list(entries))


def test_a_header_declares_parameters() -> None:
    (parameter,) = declare(
        {"name": "on", "type": "date", "default": "2024-12-11", "list": True, "description": "When.\n"}
    )
    assert parameter == Parameter("on", "date", "When.", None, True, ("2024-12-11",))
    assert declared(Path("q.rq"), None) == ()
    assert declare({"name": "x", "type": "boolean", "default": True})[0].default == ("true",)
    assert declare({"name": "x", "list": True, "default": [1, 2]})[0].default == ("1", "2")


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        ({"name": "x", "typ": "iri"}, "did you mean type"),
        ({"name": "x", "type": "intger"}, "did you mean integer"),
        ({"name": "format"}, "format is an option"),
        ({"name": "no_build"}, "no_build is an option"),
        ({"name": "a-b"}, "letters, digits and _"),
        ({"name": "naïve"}, "letters, digits and _"),
        ({"type": "iri"}, "letters, digits and _"),
        ({"name": "x", "type": "enum"}, "name the class"),
        ({"name": "x", "required": "yes"}, "true or false"),
        ({"name": "x", "default": [1, 2]}, "add list: true"),
        ("x", "each with a name"),
    ],
)
def test_a_wrong_header_says_what_is_wrong(entry: object, message: str) -> None:
    with pytest.raises(InputError, match=message):
        declare(entry)


def test_a_parameter_is_declared_once() -> None:
    with pytest.raises(InputError, match="twice"):
        declare({"name": "x"}, {"name": "x"})


def rows_of(query: str, store: ox.Store) -> Iterator[object]:
    found = store.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return iter(found)


def test_undef_means_any_value_at_the_place_of_use() -> None:
    store = ox.Store()
    store.load(b"<http://e/s> <http://e/p> 1 , 2 .", ox.RdfFormat.TURTLE)
    assert len(list(rows_of(bind(FORMS["select"], {"v": []}), store))) == 2
