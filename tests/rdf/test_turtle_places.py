"""Lines by subject, predicate and object, as the tokens say; compared with what the parser reads."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.core.lines import split_lines
from kg.core.terms import RDF
from kg.rdf.turtle_places import TurtlePlaces
from kg.rdf.turtle_reading import parse_turtle, read_turtle

from .test_turtle_reading import REPOSITORY, SOURCES

HEAD = "@prefix : <urn:> .\n"
A, B, P, Q, R = "urn:a", "urn:b", "urn:p", "urn:q", "urn:r"


@pytest.mark.parametrize(
    ("text", "asked", "line"),
    [
        (":a # :p\n :q 1 ;\n :p 2 .", (A, P), 4),
        ("# :a :p 1 .\n:a :p 1 .", (A, P), 3),
        (':a :q ":p <urn:p>" ;\n :p 2 .', (A, P), 3),
        (":a :q <urn:p> ;\n <urn:p> 2 .", (A, P), 3),
        (":a :q 1 .\n:b :p 1 .\n:a :p 2 .", (A, P), 4),
        (":a :q 1 .\n:b :p 1 .", (A, P), 2),
        (":b :q 1 .", (A, P), None),
        (":a :p 1,\n 2,\n 3 .", (A, P, '"2"^^<http://www.w3.org/2001/XMLSchema#integer>'), 3),
        (":a :p :b,\n :c ;\n :q :b .", (A, Q, "<urn:b>"), 4),
        (":a :p :c ;\n :q :b .", (A, None, "<urn:b>"), 3),
        (":a :p :c ;\n :q :b .", (A, P, "<urn:none>"), 2),
        (":a :p [ :q 1 ;\n :r 2 ] ;\n :r 3 .", (A, R), 4),
        (":a :p [ :q 1 ;\n :r 2 ] .", (A, R), 3),
        (":a :p _:x .\n_:x :q 1 ;\n :r 2 .", (A, R), 4),
        ("_:x :r 1 .\n_:y :p _:x .", (None, R), 2),
        ("_:x :p _:y .\n_:y :p _:x .", (None, P), 2),
        ("[ :q 1 ] :p 1 ;\n :r 2 .", (None, R), 3),
        ("( 1 2 ) :p 1 .\n:a :p 2 .", (A, P), 3),
        (":a :p ( 1\n :b ) .", (A, RDF("first").value, "<urn:b>"), 3),
        (":a :p ( 1\n :b ) ;\n :q 1 .", (A, Q), 4),
        (":a a :b ;\n a :c .", (A, RDF("type").value, "<urn:c>"), 3),
        (':a :p "x"@en ;\n :q "x"^^:d, "y"^^<urn:d>, "z"^^ :d ;\n :r 1 .', (A, R), 4),
        (":a :p 'it\\'s' ;\n :q '''a\n''b''' .", (A, Q, "\"a\\n''b\""), 3),
        (':a :p """say \\"""" ;\n :q """\\"""" .', (A, Q, '"\\""'), 3),
        (':a :p "caf\\u00e9" ;\n :q 1 .', (A, P, '"café"@fr'), 2),
        (":a :p 1.5 ;\n :q .5 ;\n :r 1 .", (A, R), 4),
        (":a :p :b.<urn:b> :p :a.\n:b :q 1.", (B, Q), 3),
        (":a :p <urn:caf\\u00e9> .", (A, P, "<urn:café>"), 2),
        (":a :p :b {| :q 1 ;\n :r 2 |} ;\n :q 3 .", (A, Q), 4),
    ],
)
def test_the_line_of_a_statement(
    tmp_path: Path, text: str, asked: tuple[str | None, str | None, str | None], line: int | None
) -> None:
    parse_turtle(HEAD + text)
    path = tmp_path / "a.ttl"
    path.write_text(HEAD + text, encoding="utf-8")
    assert TurtlePlaces(path).place(*asked).line == line


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("odd", ["\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\x1c", "\x1e"])
def test_only_what_ends_a_line_ends_one(tmp_path: Path, end: str, odd: str) -> None:
    path = tmp_path / "a.ttl"
    lines = ["@prefix : <urn:> .", f'# {odd} :a :p "{odd}"', f':a :q "{odd}" ;', " :p 1 .", ":b :p .", ""]
    path.write_bytes(end.join([*lines[:4], ""]).encode())
    places = TurtlePlaces(path)
    assert [places.place(A).line, places.place(A, P).line] == [3, 4]
    assert places.declarations == [("", "urn:", 1)]
    with pytest.raises(SyntaxError) as refused:
        list(ox.parse(end.join(lines), ox.RdfFormat.TURTLE))
    assert refused.value.lineno == 5, "the parser counts as we do"


def test_further_down_in_a_literal(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(HEAD + ':a :p """x\ny\nz""" ;\n :q "x\\ny\\nz" .', encoding="utf-8")
    places = TurtlePlaces(path)
    assert [places.within(A, P, '"x\\ny\\nz"', n).line for n in (0, 2, 9)] == [2, 4, 4]
    assert places.within(A, Q, '"x\\ny\\nz"', 2).line == 5


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_every_statement_of_our_own_files_has_its_line(path: Path) -> None:
    base = f"https://w3id.org/secpol/article/{path.parent.name}"
    places, lines = TurtlePlaces(path, base), split_lines(path.read_text(encoding="utf-8"))
    for triple in read_turtle(path, base):
        if isinstance(triple.subject, ox.NamedNode) and isinstance(triple.object, ox.NamedNode | ox.Literal):
            line = places.place(triple.subject.value, triple.predicate.value, str(triple.object)).line
            assert line is not None
            end = re.split(r"\W", triple.object.value)[-1][-6:]
            assert end in lines[line - 1] or any(mark in lines[line - 1] for mark in ('"""', "<>")), triple


NAMES = st.sampled_from(["urn:a", "urn:b#c", "urn:d/e.f", "urn:g-h"])
OBJECTS = st.one_of(
    NAMES.map(ox.NamedNode),
    st.builds(ox.Literal, st.text(st.characters(exclude_categories=["Cs"]), max_size=9)),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(NAMES, NAMES, OBJECTS), unique_by=str, min_size=1, max_size=9))
def test_each_statement_on_a_line_of_its_own(
    tmp_path: Path, statements: list[tuple[str, str, ox.NamedNode | ox.Literal]]
) -> None:
    path = tmp_path / "a.ttl"
    text = "".join(f"<{subject}> <{predicate}> {value} .\n" for subject, predicate, value in statements)
    path.write_bytes(text.encode())
    places = TurtlePlaces(path)
    for number, (subject, predicate, value) in enumerate(statements, 1):
        assert places.place(subject, predicate, str(value)).line == number


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.sampled_from(list("<>[]().;,:ab_\"'\\#{|}^@~ \n\r")), max_size=40))
def test_whatever_parses_is_gone_through(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.ttl"
    path.write_bytes(text.encode())
    TurtlePlaces(path).place(None, P)
