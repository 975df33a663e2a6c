"""The tokeniser: strings, comments and IRIs hide braces, and VALUES blocks are found where they are."""

import pyoxigraph as ox
import pytest

from kg.query.tokens import values_blocks, with_dataset
from kg.sparql.tokens import names, tokens

HIDING = [
    ('VALUES $x { "}" }', ' "}" '),
    ("VALUES $x { '}' }", " '}' "),
    ('VALUES $x { """a"}"b""" }', ' """a"}"b""" '),
    ("VALUES $x { '''}''' }", " '''}''' "),
    (r'VALUES $x { "\"}" }', r' "\"}" '),
    ("VALUES $x { <http://e/#> }", " <http://e/#> "),
    ("VALUES $x { # }\n1 }", " # }\n1 "),
    (r"VALUES $x { e:a\#b }", r" e:a\#b "),
    ("VALUES $x { 'a'@en 2 true }", " 'a'@en 2 true "),
    ("VALUES $x {}", ""),
    ("values\n$x\n{ 1 }", " 1 "),
]


@pytest.mark.parametrize(("text", "rows"), HIDING)
def test_a_block_ends_at_its_own_brace(text: str, rows: str) -> None:
    query = f"SELECT * {{ {text} ?s ?p $x }}"
    found = [(block.name, query[block.start : block.end]) for block in values_blocks(query)]
    assert found == [("x", rows)]


@pytest.mark.parametrize(
    "text",
    [
        "# VALUES $x { 1 }",
        "?s ?p 'VALUES $x { 1 }'",
        '?s ?p """\nVALUES $x { 1 }"""',
        "?s <http://e/VALUES$x> 1",
        "VALUES ?x { 1 }",
        "VALUES ($x) { (1) }",
        "e:VALUES $x",
    ],
)
def test_what_only_looks_like_a_block_is_none(text: str) -> None:
    assert not list(values_blocks(f"SELECT * {{ {text}\n }}"))


def test_a_parameter_may_stand_in_several_blocks() -> None:
    query = "SELECT * { { VALUES $x { 1 } } UNION { VALUES $x { 2 } } VALUES $y { 3 } }"
    assert [block.name for block in values_blocks(query)] == ["x", "x", "y"]


def test_tokens_keep_their_places() -> None:
    query = "SELECT ?s # why\n{ ?s a e:Thing. FILTER(?s < 3 && ?n>=4) }"
    assert all(query[token.start : token.end] == token.text for token in tokens(query))
    assert [token.text for token in tokens("?s a e:Thing.")] == ["?s", "a", "e:Thing", "."]


def test_a_comparison_is_no_iri() -> None:
    assert [token.kind for token in tokens("?a < ?b && ?c > 3")].count("iri") == 0


def test_a_blank_node_is_one_token() -> None:
    assert [token.text for token in tokens("_:b1 e:p _:b2 .")] == ["_:b1", "e:p", "_:b2", "."]


def test_names_have_lines_and_namespaces_of_declarations_are_none() -> None:
    query = "PREFIX e: <http://e/>\nSELECT * {\n ?s a e:A ; <http://f/p> _:b , 'e:B' # e:C\n}"
    assert list(names(query, {"e": "http://other/"})) == [("http://e/A", 3), ("http://f/p", 3)]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s # { where\n{ ?s ?p ?o }",
        "SELECT (EXISTS { ?a ?b ?c } AS ?x) (COUNT(*) AS ?where) WHERE { ?s ?p ?o } ORDER BY ?x",
        "PREFIX where: <http://e/> SELECT * WHERE { ?s where:p ?o { SELECT ?s { ?s ?p ?o } } }",
        "CONSTRUCT { ?s ?p ?o . ?o ?p 1 } WHERE { ?s ?p ?o }",
        "CONSTRUCT{ ?s ?p ?o }{ ?s ?p ?o }",
        "CONSTRUCT {} { ?s ?p ?o }",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "ASK{ ?s ?p '{' }",
        "DESCRIBE <http://e/where>",
        "DESCRIBE ?s ?o WHERE { ?s ?p ?o } LIMIT 1",
        "DESCRIBE * { ?s ?p ?o } VALUES ?s { <http://e/s> }",
    ],
)
def test_a_dataset_stands_where_the_grammar_has_it(query: str) -> None:
    """Of two graphs only the one that is named answers."""
    store = ox.Store()
    for graph in ("named", "other"):
        store.add(ox.Quad(*(ox.NamedNode(f"http://e/{name}") for name in ("where", "p", graph, graph))))
    asked = store.query(with_dataset(query, ["http://e/named"]))
    store.remove_graph(ox.NamedNode("http://e/other"))
    expected = store.query(query, use_default_graph_as_union=True)
    if isinstance(asked, ox.QueryBoolean):
        assert bool(asked) == bool(expected)
    elif isinstance(asked, ox.QueryTriples):
        assert {str(triple.object) for triple in asked} == {str(triple.object) for triple in expected}  # type: ignore[union-attr]
    else:
        assert len(list(asked)) == len(list(expected)) == 1  # type: ignore[arg-type]
