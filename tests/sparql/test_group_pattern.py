"""Group graph patterns as a tree, held to the variables that the engine finds in scope."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kg.check.reads import UnknownReads, read_group
from kg.sparql.group_pattern import GroupGraphPattern, read_query

STORE = ox.Store()
VARIABLES = st.sampled_from(["?a", "$b", "?c", "?d"])
OBJECTS = st.one_of(
    VARIABLES,
    st.sampled_from(
        [
            "1.",
            "-1.5e3",
            ".5",
            "true",
            '"} {"@en-GB',
            '"x"^^<urn:t>',
            "'''a' }'''^^e:t",
            "<urn:x>",
            "e:x.y",
            "_:b",
            "[]",
            "[ e:p ?a ; e:q ( 1 ?b ) ]",
            "( ?c [ e:p 1 ] )",
            "?b {| e:q ?c |}",
            "?b # } {\n",
        ]
    ),
)
PATHS = st.sampled_from(["a", "e:p", "?d", "e:p/^e:q", "(e:p|e:q)+", "!(e:p|^e:q)", "e:p?/e:q*", "<urn:p>"])
EXPRESSIONS = st.sampled_from(
    [
        "?a > 1",
        "?b IN (1, 2)",
        "EXISTS { ?a e:p ?x }",
        "!EXISTS { ?x e:p ?a FILTER (?x) } && ?b",
        "BOUND(?a) || REGEX(STR(?a), '^}')",
        "e:f(?a) = <urn:f>(?b)",
        "COALESCE(?a-1, -1, 1.5, .5)",
    ]
)
STATEMENTS = st.builds(
    lambda subject, path, value, more: f"{subject} {path} {value}" + "".join(more),
    st.one_of(VARIABLES, st.sampled_from(["e:s", "<urn:s>", "_:s", "[ e:p ?a ]"])),
    PATHS,
    OBJECTS,
    st.lists(
        st.one_of(
            OBJECTS.map(lambda value: f" , {value}"),
            st.tuples(PATHS, OBJECTS).map(lambda pair: f" ; {pair[0]} {pair[1]}"),
            st.just(" ;"),
        ),
        max_size=2,
    ),
)
ELEMENTS = st.one_of(
    STATEMENTS.map(lambda text: f"{text} ."),
    EXPRESSIONS.map(lambda text: f"FILTER ({text})"),
    st.sampled_from(
        [
            "FILTER EXISTS { ?a e:p ?y }",
            "FILTER NOT EXISTS { { ?y e:p ?a } UNION { ?a e:q 1.5 } }",
            "FILTER STRSTARTS(STR(?a), '{')",
            "FILTER e:f(?a, ?b)",
            "VALUES ?a { 1 <urn:x> UNDEF }",
            "VALUES (?a $b) { (1 '}') (UNDEF 2) }",
            "VALUES () { () }",
        ]
    ),
    st.tuples(EXPRESSIONS, st.integers(0, 9)).map(lambda pair: f"BIND ({pair[0]} AS ?n{pair[1]})"),
)


def groups(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Elements that hold groups, with what follows them in the same group."""
    heads = st.sampled_from(["OPTIONAL", "MINUS", "GRAPH ?g", "GRAPH <urn:g>", "SERVICE SILENT <urn:s>", ""])
    selects = st.sampled_from(
        [
            ("SELECT *", ""),
            ("SELECT ?a", "LIMIT 1"),
            ("SELECT ?a (COUNT(DISTINCT *) AS ?m)", "GROUP BY ?a HAVING (COUNT(?b) > 1)"),
            ("SELECT ?a", "ORDER BY DESC(?a) VALUES ?a { 1 }"),
            ("SELECT (MAX(?b) AS ?k)", "GROUP BY ?a"),
        ]
    )
    group = st.lists(inner, max_size=3).map(lambda parts: f"{{ {' '.join(parts)} }}")
    return st.one_of(
        st.tuples(heads, group).map(" ".join),
        st.tuples(group, group).map(" UNION ".join),
        st.tuples(selects, group).map(lambda pair: f"{{ {pair[0][0]} {pair[1]} {pair[0][1]} }}"),
    )


PATTERNS = st.lists(st.recursive(ELEMENTS, groups, max_leaves=6), max_size=5).map(" ".join)
SOUP = st.lists(
    st.sampled_from(
        [
            "SELECT",
            "ASK",
            "CONSTRUCT",
            "DESCRIBE",
            "WHERE",
            "{",
            "}",
            "(",
            ")",
            "[",
            "]",
            ".",
            ";",
            ",",
            "*",
            "?x",
            "$y",
            "1",
            "1.5",
            "'a'",
            '"}"',
            "a",
            "e:p",
            "<urn:x>",
            "_:b",
            "AS",
            "FILTER",
            "EXISTS",
            "NOT",
            "BIND",
            "VALUES",
            "UNION",
            "OPTIONAL",
            "MINUS",
            "GRAPH",
            "SERVICE",
            "LIMIT",
            "HAVING",
            "{|",
            "|}",
            "<<(",
            ")>>",
            "^^",
            "@en",
            "/",
            "|",
            "^",
            "+",
            "-",
            "=",
            "LATERAL",
            "#\n",
        ]
    ),
    max_size=25,
).map(" ".join)


def accepted(text: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """What the engine's parser takes; no other query is looked at."""
    try:
        return STORE.query(text)
    except (SyntaxError, OSError, RuntimeError):
        assume(False)
        raise


@settings(deadline=None)
@given(PATTERNS)
def test_the_variables_in_scope_are_those_that_the_engine_finds(pattern: str) -> None:
    text = f"PREFIX e: <urn:e:> SELECT * WHERE {{ {pattern} }}"
    rows = accepted(text)
    assert isinstance(rows, ox.QuerySolutions)
    group = read_query(text).group
    assert group is not None
    assert group.bound() == {variable.value for variable in rows.variables}
    try:
        read_group(text)
    except UnknownReads:
        return


@settings(deadline=None)
@given(SOUP)
def test_whatever_the_engine_takes_is_gone_through(text: str) -> None:
    query = f"PREFIX e: <urn:e:> {text}"
    whole = read_query(query)
    if whole.group is not None:
        assert all(isinstance(below, GroupGraphPattern) for _, below in whole.group.nested())
    try:
        read_group(query)
    except UnknownReads:
        return
    except ValueError:
        accepted(query)
        raise


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("ASK { ?x <urn:p> 1.5 . ?y <urn:p> 1. ?z a ?c }", "triples triples triples"),
        ("ASK { ?x <urn:p> 1 {| <urn:q> ?y |} OPTIONAL { ?x a ?c } }", "triples optional triples"),
        ("ASK { { SELECT ?x { ?x a ?c } VALUES ?x { 1 } } ?x a ?d }", "select triples triples"),
        (
            "ASK { { ?x a ?c } UNION { ?y a ?c } FILTER (EXISTS { ?x a ?d }) }",
            "union triples triples filter triples",
        ),
        ("ASK { BIND (EXISTS { ?x a ?c } AS ?y) }", "bind triples"),
        ("CONSTRUCT { ?x a ?c } WHERE { VALUES ?x { '{' } }", "values"),
        ("DESCRIBE ?x WHERE { GRAPH ?g { ?x a ?c } SERVICE <urn:s> { } }", "graph triples service"),
    ],
)
def test_the_elements_of_a_group(text: str, kinds: str) -> None:

    def told(group: GroupGraphPattern) -> list[str]:
        return [
            kind
            for element in group.elements
            for kind in [element.kind, *(inner for below in element.groups for inner in told(below))]
        ]

    group = read_query(text).group
    assert group is not None
    assert " ".join(told(group)) == kinds


def test_every_select_is_told_with_its_columns() -> None:
    text = "SELECT ?a (COUNT(?b) AS ?n) { { SELECT * { ?a ?b ?c } } } GROUP BY ?a HAVING (COUNT(?b) > 1)"
    outer, inner = read_query(text).selects
    assert (set(outer.plain), set(outer.made)) == ({"a"}, {"n"})
    assert (outer.everything, inner.everything) == (False, True)
