from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.errors import InputError, UsageError
from kg.project.project import Project
from kg.query.answer import Answer, Format

GAPS = """SELECT ?first ?middle ?last {
    VALUES (?first ?last) { (1 "x, \\"y\\"\\nz") (2 UNDEF) (UNDEF "ü"@de) }
    OPTIONAL { ?first <urn:no-such-property> ?middle }
}"""


@pytest.fixture(scope="module")
def graph(orchards_built: Path) -> KnowledgeGraph:
    return KnowledgeGraph.open(Project.load(orchards_built))


def written(answer: Answer, form: Format) -> bytes:
    file = io.BytesIO()
    answer.write(file, form)
    return file.getvalue()


def test_a_table_keeps_its_columns_where_values_are_unbound(graph: KnowledgeGraph) -> None:
    answer = graph.sparql(GAPS)
    assert answer.headings() == ["first", "middle", "last"]
    assert answer.cells() == [["1", "", 'x, "y"\nz'], ["2", "", ""], ["", "", "ü"]]


def test_csv_keeps_its_columns_where_values_are_unbound(graph: KnowledgeGraph) -> None:
    rows = list(csv.reader(io.StringIO(written(graph.sparql(GAPS), Format.CSV).decode(), newline="")))
    assert rows == [["first", "middle", "last"], ["1", "", 'x, "y"\nz'], ["2", "", ""], ["", "", "ü"]]


def test_tsv_has_terms_in_sparqls_own_words(graph: KnowledgeGraph) -> None:
    lines = written(graph.sparql(GAPS), Format.TSV).decode().splitlines()
    assert lines == ["?first\t?middle\t?last", '1\t\t"x, \\"y\\"\\nz"', "2\t\t", '\t\t"ü"@de']


def test_json_leaves_unbound_values_out(graph: KnowledgeGraph) -> None:
    answer = json.loads(written(graph.sparql(GAPS), Format.JSON))
    assert answer["head"]["vars"] == ["first", "middle", "last"]
    rows = answer["results"]["bindings"]
    assert [sorted(row) for row in rows] == [["first", "last"], ["first"], ["last"]]
    assert rows[2]["last"] == {"type": "literal", "value": "ü", "xml:lang": "de"}


def test_xml_is_well_formed(graph: KnowledgeGraph) -> None:
    root = ElementTree.fromstring(written(graph.sparql(GAPS), Format.XML))
    space = "{http://www.w3.org/2005/sparql-results#}"
    assert [variable.get("name") for variable in root.iter(f"{space}variable")] == ["first", "middle", "last"]
    assert [len(row) for row in root.iter(f"{space}result")] == [2, 1, 1]


@pytest.mark.parametrize("limit", [None, 5])
def test_xml_keeps_a_carriage_return_and_refuses_what_it_cannot_hold(
    graph: KnowledgeGraph, limit: int | None
) -> None:
    asked = graph.asking(limit=limit)
    root = ElementTree.fromstring(written(asked.sparql('SELECT ("a\\r\\nb" AS ?x) {}'), Format.XML))
    assert [found.text for found in root.iter("{http://www.w3.org/2005/sparql-results#}literal")] == [
        "a\r\nb"
    ]
    for character in ("\x1b", "\x07", "\uffff"):
        for text, form in (
            (f'SELECT ("a{character}b" AS ?x) {{}}', Format.XML),
            (f'CONSTRUCT {{ <urn:s> <urn:p> "a{character}b" }} {{}}', Format.RDFXML),
        ):
            with pytest.raises(UsageError, match=f"XML cannot hold U\\+{ord(character):04X}"):
                written(asked.sparql(text), form)


@pytest.mark.parametrize("form", [Format.HTML, Format.MARKDOWN])
def test_a_document_has_no_control_characters(graph: KnowledgeGraph, form: Format) -> None:
    text = written(graph.sparql('SELECT ("a\x1b[1m\x07b" AS ?x) {}'), form).decode()
    assert "\x1b" not in text and "\x07" not in text and text.count("\N{REPLACEMENT CHARACTER}") == 2


@pytest.mark.parametrize(
    ("text", "word", "truth"), [("ASK { ?s ?p ?o }", "yes", True), ("ASK { <urn:x> ?p ?o }", "no", False)]
)
def test_a_yes_or_no(graph: KnowledgeGraph, text: str, word: str, truth: bool) -> None:
    answer = graph.sparql(text)
    assert bool(answer) is truth
    assert (answer.headings(), answer.cells()) == (["answer"], [[word]])
    assert json.loads(written(answer, Format.JSON))["boolean"] is truth
    assert written(answer, Format.CSV).decode().strip() == str(truth).lower()
    with pytest.raises(TypeError, match="bool"):
        list(answer)


@pytest.mark.parametrize("form", [Format.TURTLE, Format.NTRIPLES])
def test_a_graph(graph: KnowledgeGraph, form: Format) -> None:
    answer = graph.sparql("CONSTRUCT { ?o <urn:in> ?v } { ?v orch:grownIn ?o }")
    assert answer.is_graph
    assert answer.default_format(terminal=True) is Format.TURTLE
    syntax = ox.RdfFormat.TURTLE if form is Format.TURTLE else ox.RdfFormat.N_TRIPLES
    (quad,) = ox.parse(written(answer, form), syntax)
    assert quad.subject == ox.NamedNode("https://example.org/orchards/entity/NorthOrchard")


def test_a_graph_as_a_table(graph: KnowledgeGraph) -> None:
    answer = graph.sparql("CONSTRUCT { ?v rdfs:seeAlso ?o } { ?v orch:grownIn ?o }")
    assert answer.headings() == ["subject", "predicate", "object"]
    assert answer.cells() == [["Amber Lady", "rdfs:seeAlso", "north orchard"]]


@pytest.mark.parametrize(
    ("text", "form", "words"),
    [
        ("SELECT * {}", Format.TURTLE, "csv"),
        ("ASK {}", Format.NTRIPLES, "csv"),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", Format.CSV, "turtle"),
        ("DESCRIBE <urn:x>", Format.JSON, "turtle"),
    ],
)
def test_a_format_that_does_not_fit_names_those_that_do(
    graph: KnowledgeGraph, text: str, form: Format, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        written(graph.sparql(text), form)


def test_labels_stand_for_entities_and_short_forms_for_claims(graph: KnowledgeGraph) -> None:
    answer = graph.sparql(
        """SELECT ?claim ?holder ?passage ?mood ?body ?other {
            ?claim secpol:heldBy ?holder ; secpol:evidencedBy ?passage ; secpol:polarity ?mood
            FILTER(STRENDS(STR(?claim), "#S005"))
            BIND(tollan:Cooperative AS ?body) BIND(tollan:Nobody AS ?other)
        }"""
    )
    assert answer.cells() == [
        [
            "#S005",
            "growers, unnamed",
            "#char=152,209",
            "denied",
            "Tollan growers' cooperative",
            "tollan:Nobody",
        ]
    ]


def test_the_default_graph_is_the_union(graph: KnowledgeGraph) -> None:
    counted = graph.sparql("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }").cells()
    quads = list(graph.snapshot.store)
    assert counted == [[str(len(quads))]]
    named = graph.sparql("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").cells()
    assert len(named) == len({quad.graph_name for quad in quads})


def test_a_query_that_names_its_graphs_asks_these(graph: KnowledgeGraph) -> None:
    count, home = "SELECT (COUNT(*) AS ?n) {} {{ {} }}", graph.project.graph_iri("ontology")

    def counted(dataset: str, pattern: str = "?s ?p ?o") -> int:
        return int(next(iter(graph.sparql(count.format(dataset, pattern))))["n"].value)

    ontology = counted("", f"GRAPH <{home}> {{ ?s ?p ?o }}")
    assert 0 < ontology < counted("")
    assert counted(f"FROM <{home}>") == ontology
    assert counted("FROM <urn:none>") == 0
    assert counted(f"FROM NAMED <{home}>", "GRAPH ?g { ?s ?p ?o }") == ontology
    assert counted("# FROM <urn:none>\n", "?s ?p ?o BIND('from' AS ?from)") == counted("")


@pytest.mark.parametrize(
    "form",
    [
        "ASK {{ {o}?s ?p ?o{c} }}|{|}",
        "ASK {{ FILTER({o}1{c}) }}|(|)",
        "ASK {{ FILTER({o}1{c}) }}|IF(true,1,|)",
    ],
)
def test_a_query_that_nests_too_deep_is_refused(graph: KnowledgeGraph, form: str) -> None:
    text, opened, closed = form.split("|")
    assert graph.sparql(text.format(o=opened * 200, c=closed * 200))
    with pytest.raises(InputError, match="nests more than 250 brackets"):
        graph.sparql(text.format(o=opened * 5000, c=closed * 5000))


def test_brackets_in_a_string_do_not_nest(graph: KnowledgeGraph) -> None:
    assert graph.sparql(f"ASK {{ BIND('{'(' * 500}' AS ?x) }}")


def test_the_prefixes_of_the_project_are_declared(graph: KnowledgeGraph) -> None:
    for prefix in graph.project.prefixes:
        assert graph.sparql(f"SELECT * {{ ?s {prefix}:x ?o }}").variables


def test_a_query_may_declare_a_prefix_otherwise(graph: KnowledgeGraph) -> None:
    assert graph.sparql("PREFIX secpol: <urn:x:> SELECT * { BIND(secpol:y AS ?iri) }").cells() == [
        ["<urn:x:y>"]
    ]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("SELECT * {\n ?s ?p }", 2, "not SPARQL"),
        ("SELECT * {\n\n ?s no:prefix ?o }", None, "no"),
        ("", None, "not SPARQL"),
        ("INSERT DATA { <urn:x> <urn:x> <urn:x> }", 1, "not SPARQL"),
        ("SELECT (COUNT(*) AS ?n) ?s { ?s ?p ?o }", None, "beside those that are grouped by"),
        ("SELECT ?x $x {}", 1, "SPARQL: SELECT names ?x twice"),
        ("SELECT ?s ?p {}\nGROUP BY ?s", 2, "beside those that are grouped by"),
        ("SELECT * { ?s ?p ?o } GROUP BY ?s", 1, "SELECT names its variables"),
        ("SELECT (1 AS ?s) { ?s ?p ?o }", 1, "AS gives a second value"),
        ("SELECT * { ?s ?p ?o BIND (1 AS ?s) }", 1, "?s may have a value where BIND gives it one"),
        ("SELECT * { ?s <a b> 1 }", 1, "IRI parsing failed"),
    ],
)
def test_what_is_no_query_is_an_error_with_its_line(
    graph: KnowledgeGraph, text: str, line: int | None, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        graph.sparql(text)
    assert words in caught.value.message
    if line:
        assert caught.value.line == line


def test_a_query_never_changes_the_graph(graph: KnowledgeGraph) -> None:
    before = len(graph.snapshot.store)
    for text in ("INSERT DATA { <urn:x> <urn:x> <urn:x> }", "DROP ALL", "CLEAR DEFAULT"):
        with pytest.raises(InputError):
            graph.sparql(text)
    assert len(graph.snapshot.store) == before
    with pytest.raises((OSError, RuntimeError)):
        graph.snapshot.store.add(ox.Quad(ox.NamedNode("urn:x"), ox.NamedNode("urn:x"), ox.NamedNode("urn:x")))


def test_rows_give_terms_by_name(graph: KnowledgeGraph) -> None:
    (row,) = graph.query("what-grows-where")
    assert isinstance(row, ox.QuerySolution)
    assert row["orchard"] == ox.NamedNode("https://example.org/orchards/entity/NorthOrchard")


def test_an_answer_is_read_once(graph: KnowledgeGraph) -> None:
    answer = graph.sparql("SELECT ?s { ?s a orch:Orchard }")
    assert repr(answer) == "<Answer: rows of s>"
    assert "<table>" in answer._repr_html_()
    assert len(list(answer)) == 2
    assert repr(answer) == "<Answer: rows of s, read already>"
    for again in (lambda: list(answer), answer.cells, answer.to_pandas, lambda: written(answer, Format.CSV)):
        with pytest.raises(UsageError, match="read already; ask again"):
            again()
    assert "read already" in answer._repr_html_()
    whole = graph.sparql("SELECT ?s { ?s a orch:Orchard }")
    assert written(whole, Format.CSV).count(b"\n") == 3
    with pytest.raises(UsageError, match="read already"):
        list(whole)
    assert repr(graph.sparql("ASK {}")) == "<Answer: yes>"
    assert repr(graph.sparql("CONSTRUCT WHERE { ?s ?p ?o }")) == "<Answer: a graph>"


@pytest.mark.parametrize("form", [Format.CSV, Format.TSV, Format.JSON, Format.XML])
@pytest.mark.parametrize(
    "text", ["ASK {}", "SELECT ?s { ?s a orch:Orchard }", "SELECT ?s { ?s a orch:None }"]
)
def test_a_file_ends_with_a_line_end(graph: KnowledgeGraph, text: str, form: Format) -> None:
    assert written(graph.sparql(text), form).endswith(b"\n")
