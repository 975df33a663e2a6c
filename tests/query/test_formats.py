"""What an answer is written as: the W3C's own tests, and formats for documents and networks."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.errors import UsageError
from kg.core.labels import Labels
from kg.project.project import Project
from kg.query.answer import Answer, Format, Look
from kg.query.engine import run
from kg.query.formats import Format as OfFormats
from kg.query.tables import html, markdown
from kg.rdf.turtle_writing import turtle
from tests.command import Kg
from tests.lanes import examples

W3C = Path(__file__).parents[1] / "data" / "w3c-results"
SUITES = ("csv-tsv-res", "json-res")
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
QT = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#"


@pytest.fixture(scope="module")
def graph(orchards_built: Path) -> KnowledgeGraph:
    return KnowledgeGraph.open(Project.load(orchards_built))


def answer_of(store: ox.Store, text: str, **options: Any) -> Answer:
    return Answer(run(store, text, {}), Labels(store), **options)


def written(answer: Answer, form: Format, look: Look | None = None) -> bytes:
    file = io.BytesIO()
    answer.write(file, form, look)
    return file.getvalue()


def w3c_tests() -> list[tuple[str, Path, Path, Path]]:
    """Name, query, data and expected result of each test in the manifests."""
    found = []
    for manifest in (W3C / suite / "manifest.ttl" for suite in SUITES):
        base = manifest.as_uri()
        graph = Graph().parse(manifest, publicID=base)
        rows = graph.query(
            f"SELECT ?n ?q ?d ?r {{ ?t <{MF}name> ?n ; <{MF}action> [ <{QT}query> ?q ; <{QT}data> ?d ] ;"
            f" <{MF}result> ?r }} ORDER BY ?n"
        )
        for row in rows:
            assert not isinstance(row, bool)
            name, *files = row
            query, data, result = (manifest.parent / str(file).rpartition("/")[2] for file in files)
            found.append((str(name), query, data, result))
    return found


W3C_TESTS = w3c_tests()
# Both ask for literals that the store rewrites, and that no project may have.
KNOWN_FAILURES = {
    "csv03 - CSV Result Format": "1.0E6 comes back as 1000000",
    "tsv03 - TSV Result Format": "xsd:negativeInteger comes back as xsd:integer, 1.0E6 as 1000000",
}


def test_the_w3c_tests_are_all_there() -> None:
    assert len(W3C_TESTS) == 10


@pytest.mark.parametrize(
    ("name", "query", "data", "expected"), W3C_TESTS, ids=[test[0] for test in W3C_TESTS]
)
def test_w3c(name: str, query: Path, data: Path, expected: Path, request: pytest.FixtureRequest) -> None:
    if name in KNOWN_FAILURES:
        request.applymarker(pytest.mark.xfail(reason=KNOWN_FAILURES[name], strict=True))
    store = ox.Store()
    store.load(path=data, format=ox.RdfFormat.TURTLE, base_iri=data.as_uri())
    form = {".csv": Format.CSV, ".tsv": Format.TSV, ".srj": Format.JSON}[expected.suffix]
    found = written(answer_of(store, query.read_text(encoding="utf-8")), form)
    assert comparable(form, found) == comparable(form, expected.read_bytes())


def comparable(form: Format, data: bytes) -> object:
    """Rows in any order, columns by name (`SELECT *` leaves their order open), with blank nodes all alike."""
    if form is Format.CSV:
        found = csv.DictReader(io.StringIO(data.decode(), newline=""))
        cells = (
            ((name, "_:" if cell.startswith("_:") else cell) for name, cell in row.items()) for row in found
        )
        return Counter(tuple(sorted(row)) for row in cells)
    syntax = ox.QueryResultsFormat.TSV if form is Format.TSV else ox.QueryResultsFormat.JSON
    results = ox.parse_query_results(data, syntax)
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    names = [variable.value for variable in results.variables]
    terms = (["_:" if isinstance(term, ox.BlankNode) else str(term) for term in row] for row in results)
    return sorted(names), Counter(tuple(sorted(zip(names, row, strict=True))) for row in terms)


ROWS = """SELECT ?claim ?holder ?passage ?n {
    ?claim secpol:heldBy ?holder ; secpol:evidencedBy ?passage BIND(1 AS ?n)
} ORDER BY ?claim"""


def test_an_iri_with_a_comma_is_one_cell(graph: KnowledgeGraph) -> None:
    rows = list(csv.reader(io.StringIO(written(graph.sparql(ROWS), Format.CSV).decode(), newline="")))
    assert {len(row) for row in rows} == {4}
    assert "#char=" in rows[1][2] and "," in rows[1][2]


def test_labels_stand_beside_iris(graph: KnowledgeGraph) -> None:
    plain = list(csv.DictReader(io.StringIO(written(graph.sparql(ROWS), Format.CSV).decode())))
    wide = list(
        csv.DictReader(io.StringIO(written(graph.sparql(ROWS), Format.CSV, Look(labels=True)).decode()))
    )
    assert list(wide[0]) == ["claim", "claimLabel", "holder", "holderLabel", "passage", "n"]
    assert [{key: row[key] for key in plain[0]} for row in wide] == plain
    assert wide[0]["claimLabel"] == "#S001"
    assert wide[0]["holderLabel"] == "author of the article on the pear harvest"
    assert graph.sparql(ROWS).cells(Look(labels=False))[0][0].startswith("<https://")


def test_quotes_are_the_words_of_the_passage(graph: KnowledgeGraph, orchards: Path) -> None:
    (text,) = (orchards / "texts").iterdir()
    whole = text.read_text(encoding="utf-8")
    rows = json.loads(written(graph.sparql(ROWS), Format.JSON, Look(quotes=True)))["results"]["bindings"]
    assert len(rows) > 5
    for row in rows:
        start, end = map(int, row["passage"]["value"].partition("#char=")[2].split(","))
        assert row["passageQuote"]["value"] == whole[start:end]
    look = Look(quotes=True)
    assert graph.sparql(ROWS).headings(look)[-1] == "quotes"
    assert graph.sparql(ROWS).cells(look)[0][-1] in whole
    text.unlink()
    bare = KnowledgeGraph.open(Project.load(orchards))
    assert bare.sparql(ROWS).cells(look)[0][-1] == ""


@pytest.mark.parametrize("form", [Format.CSV, Format.TSV, Format.JSON, Format.XML])
def test_a_limit_cuts_and_says_so(graph: KnowledgeGraph, form: Format) -> None:
    whole = graph.sparql(ROWS)
    every = list(whole)
    assert not whole.is_cut
    for limit in (1, len(every) - 1, len(every), len(every) + 1):
        answer = graph.asking(limit=limit).sparql(ROWS)
        written(answer, form)
        assert answer.is_cut is (limit < len(every))
    assert [row["claim"] for row in graph.asking(limit=3).sparql(ROWS)] == [row["claim"] for row in every[:3]]


@pytest.mark.parametrize("form", [Format.CSV, Format.TSV, Format.JSON, Format.XML, Format.MARKDOWN])
@pytest.mark.parametrize("limit", [None, 5])
def test_an_empty_answer_is_known_to_be_empty(graph: KnowledgeGraph, form: Format, limit: int | None) -> None:
    for text, empty in (
        ("SELECT ?s { ?s <urn:none> ?o }", True),
        (ROWS, False),
        ("SELECT ?x ?y { {} }", False),
    ):
        answer = graph.asking(limit=limit).sparql(text)
        written(answer, form)
        assert answer.was_empty is empty
    asked = graph.sparql("ASK { ?s <urn:none> ?o }")
    written(asked, form)
    assert not asked.was_empty


SOME = "CONSTRUCT { ?s ?p ?o } { GRAPH <https://example.org/orchards/graph/entities> { ?s ?p ?o } }"


@pytest.mark.parametrize("form", ["turtle", "ntriples", "nquads", "trig", "jsonld", "rdfxml"])
def test_graphs_come_back_as_they_were(graph: KnowledgeGraph, form: str) -> None:
    expected = set(graph.sparql(SOME))
    data = written(graph.sparql(SOME), Format(form))
    syntax = {
        "turtle": ox.RdfFormat.TURTLE,
        "ntriples": ox.RdfFormat.N_TRIPLES,
        "nquads": ox.RdfFormat.N_QUADS,
        "trig": ox.RdfFormat.TRIG,
        "jsonld": ox.RdfFormat.JSON_LD,
        "rdfxml": ox.RdfFormat.RDF_XML,
    }[form]
    assert {quad.triple for quad in ox.parse(data, syntax)} == expected
    assert written(graph.sparql(SOME), Format(form)) == data
    limited = graph.asking(limit=3).sparql(SOME)
    assert len(list(ox.parse(written(limited, Format(form)), syntax))) == 3
    assert limited.is_cut


@pytest.mark.parametrize("form", [Format.TURTLE, Format.TRIG])
def test_turtle_is_canonical(graph: KnowledgeGraph, form: Format) -> None:
    expected = "".join(turtle(graph.sparql(SOME), graph.project.prefixes, used_only=True))
    assert written(graph.sparql(SOME), form).decode() == expected
    assert expected.count("\n\n") > 3


def test_a_graph_that_is_too_big_to_sort_streams(
    graph: KnowledgeGraph, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = set(graph.sparql(SOME))
    for most in (len(whole), len(whole) - 1):
        monkeypatch.setattr("kg.query.answer._SORTED_UP_TO", most)
        found = written(graph.sparql(SOME), Format.TURTLE)
        assert {quad.triple for quad in ox.parse(found, ox.RdfFormat.TURTLE)} == whole
        is_canonical = found.decode() == "".join(turtle(whole, graph.project.prefixes, used_only=True))
        assert is_canonical is (most == len(whole))


def test_turtle_declares_only_the_prefixes_in_use(graph: KnowledgeGraph) -> None:
    text = written(graph.sparql(SOME), Format.TURTLE).decode()
    declared = {line.split()[1] for line in text.splitlines() if line.startswith("@prefix")}
    assert "orch:" in declared and "foaf:" not in declared


IRIS = st.sampled_from(["http://e/a", "http://e/#b", "http://e/x%20y", "urn:z", "http://e/é"]).map(
    ox.NamedNode
)
LITERALS = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=8).map(ox.Literal),
    st.text('abé"\\\n<', max_size=5).map(lambda text: ox.Literal(text, language="en-gb")),
    st.integers().map(ox.Literal),
    st.booleans().map(ox.Literal),
    st.just(ox.Literal("1.0", datatype=ox.NamedNode("http://e/t"))),
)
BLANK = st.sampled_from("xy").map(ox.BlankNode)
TRIPLES = st.builds(ox.Triple, IRIS | BLANK, IRIS, IRIS | BLANK | LITERALS)


@given(st.lists(TRIPLES, max_size=6))
@examples(15)
def test_jsonld_reads_back_as_the_same_graph(triples: list[ox.Triple]) -> None:
    context = {"e": "http://e/", "h": "http://e/#"}
    text = written(Answer(iter(triples), Labels(ox.Store()), context=lambda: context), Format.JSONLD)
    expected, found = Graph(), Graph()
    expected.parse(data="".join(f"{triple} .\n" for triple in triples), format="nt")
    read = "".join(f"{quad.triple} .\n" for quad in ox.parse(text, ox.RdfFormat.JSON_LD))
    found.parse(data=read, format="nt")
    assert isomorphic(found, expected)


def test_an_iri_that_looks_like_a_curie_is_refused(graph: KnowledgeGraph) -> None:
    """Under a context that binds geo: it would be read as a name of GeoSPARQL's."""
    with pytest.raises(UsageError, match="for a CURIE"):
        written(graph.sparql("CONSTRUCT { <geo:52.5,13.4> a geo:Feature } {}"), Format.JSONLD)


HOSTILE = '<script>alert("x")</script> | `*_[]\\ & "q"\nline\x0b\x00'


def test_documents_escape_what_values_hold() -> None:
    store = ox.Store()
    cells = [[(HOSTILE, "javascript:alert(1)"), ("label", 'https://e/"><b>')]]
    shown = "\n".join(html(["<h>"], cells))
    assert "<script" not in shown and "javascript:" not in shown and "<b>" not in shown
    lines = list(markdown(["a|b"], cells))
    assert len(lines) == 3 and lines[0] == r"| a\|b |"
    assert "<script" not in lines[2].replace(r"\<script", "")
    assert written(answer_of(store, "ASK {}"), Format.MARKDOWN) == b"| answer |\n| --- |\n| yes |\n"


@pytest.mark.parametrize("text", [HOSTILE, HOSTILE.rstrip("\x00\x0b")])
def test_graphml_and_dot_survive_any_text(text: str) -> None:
    """GraphML refuses what no XML can hold."""
    store = ox.Store()
    node, other, default = ox.NamedNode("http://e/%22a%22"), ox.BlankNode("b"), ox.DefaultGraph()
    for predicate, value in (
        ("http://www.w3.org/2000/01/rdf-schema#label", ox.Literal(text)),
        ("http://e/%3Cnote%3E", ox.Literal(text)),
        ("http://e/knows", other),
    ):
        store.add(ox.Quad(node, ox.NamedNode(predicate), value, default))
    everything = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"
    drawn = written(answer_of(store, everything), Format.DOT).decode()
    assert drawn.startswith("digraph kg {") and drawn.count("->") == 1
    assert "\n" not in drawn.split("[label=")[1].split("];")[0]
    if text == HOSTILE:
        with pytest.raises(UsageError, match=r"GraphML cannot hold U\+000B"):
            written(answer_of(store, everything), Format.GRAPHML)
        return
    root = ElementTree.fromstring(written(answer_of(store, everything), Format.GRAPHML))
    space = "{http://graphml.graphdrawing.org/xmlns}"
    assert len(list(root.iter(f"{space}node"))) == 2
    assert text in {data.text for data in root.iter(f"{space}data")}
    (edge,) = root.iter(f"{space}edge")
    ids = {found.get("id") for found in root.iter(f"{space}node")}
    assert {edge.get("source"), edge.get("target")} <= ids


def test_graphml_is_what_networkx_expects(graph: KnowledgeGraph) -> None:
    root = ElementTree.fromstring(written(graph.sparql(SOME), Format.GRAPHML))
    space = "{http://graphml.graphdrawing.org/xmlns}"
    keys = {key.get("id") for key in root.iter(f"{space}key")}
    assert {data.get("key") for data in root.iter(f"{space}data")} <= keys
    labels = [data.text for data in root.iter(f"{space}data")]
    assert "Amber Lady" in labels


def test_data_frames(graph: KnowledgeGraph) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    rows = "(tollan:AmberLady 900 true) (UNDEF 2.5 false)"
    text = f"SELECT ?v ?n ?b ?gap {{ VALUES (?v ?n ?b) {{ {rows} }} OPTIONAL {{ ?v <urn:no> ?gap }} }}"
    frame = graph.sparql(text).to_pandas()
    assert list(frame.columns) == ["v", "n", "b", "gap"] and frame["n"].tolist() == [900.0, 2.5]
    assert isinstance(frame, pandas.DataFrame) and frame["b"].tolist() == [True, False]
    table = graph.sparql(text).to_polars()
    assert isinstance(table, polars.DataFrame) and table["v"].to_list()[1] is None
    assert graph.sparql("SELECT ?x { ?x <urn:no> ?y }").to_polars().shape == (0, 1)
    with pytest.raises(UsageError, match="SELECT"):
        graph.sparql("ASK {}").to_pandas()


def test_a_notebook_shows_rows_and_uses_none_up(graph: KnowledgeGraph) -> None:
    answer = graph.sparql(ROWS)
    shown = answer._repr_html_()
    assert shown == answer._repr_html_()
    assert shown.count("<tr>") == len(list(answer)) + 1
    many = graph.sparql("SELECT ?s ?p ?o { ?s ?p ?o }")
    assert many._repr_html_().endswith("<p>and more</p>")
    assert len(list(many)) == len(graph.snapshot.store)
    assert "yes" in graph.sparql("ASK {}")._repr_html_()


def test_the_options_offer_every_format(orchards: Path, kg: Kg) -> None:
    told = kg("sparql", "--help", cwd=orchards).out
    assert set(OfFormats) == set(Format)
    assert all(form in told.replace("\n", "").replace(" ", "") for form in Format)


@pytest.mark.parametrize(
    ("named", "form"),
    [
        ("ttl", Format.TURTLE),
        ("text/turtle;charset=utf-8", Format.TURTLE),
        (".NT", Format.NTRIPLES),
        ("nq", Format.NQUADS),
        ("json-ld", Format.JSONLD),
        ("application/rdf+xml", Format.RDFXML),
        ("md", Format.MARKDOWN),
        ("xml", Format.XML),
        ("application/sparql-results+json", Format.JSON),
    ],
)
def test_a_format_has_its_usual_names(orchards: Path, kg: Kg, named: str, form: Format) -> None:
    assert Format(named) is form
    query = "ASK {}" if form in (Format.MARKDOWN, Format.XML, Format.JSON) else "DESCRIBE tollan:AmberLady"
    ran = kg("sparql", query, "--format", named, cwd=orchards)
    assert (ran.status, ran.out) == (0, kg("sparql", query, "--format", form, cwd=orchards).out)


def test_a_format_that_is_none() -> None:
    with pytest.raises(ValueError, match="docx"):
        Format("docx")


def test_nothing_found_tells_terms_that_the_graph_does_not_know(starter: Path, kg: Kg) -> None:
    path = next(starter.glob("queries/**/who-holds-what.rq"))
    path.write_text(
        path.read_text(encoding="utf-8").replace("secpol:heldBy", "secpol:heldby"), encoding="utf-8"
    )
    ran = kg("query", "who-holds-what", cwd=starter)
    assert ran.status == 0
    assert "there is no secpol:heldby; did you mean heldBy" in ran.err


def test_nothing_found_tells_what_there_is(starter: Path, kg: Kg) -> None:
    (starter / "queries" / "claims" / "held.rq").write_text(
        "#+ summary: What is held?\n#+ params:\n#+   - {name: holder, type: iri}\n"
        "PREFIX secpol: <https://w3id.org/secpol/ontology#>\n"
        "SELECT DISTINCT ?claim { VALUES $holder { UNDEF } ?claim secpol:heldBy ?holder }\n",
        encoding="utf-8",
    )
    graph = KnowledgeGraph.open(starter)
    holders = Counter(row["h"] for row in graph.sparql("SELECT ?h { ?c secpol:heldBy ?h }"))
    nobody = graph.lookup.starting("")[0]
    ran = kg("query", "held", "--holder", nobody, "--format", "csv", cwd=starter)
    assert (ran.status, ran.out.strip()) == (0, "claim")
    assert ran.err.startswith(f"nothing found for --holder {nobody}")
    top, count = max(holders.items(), key=lambda item: item[1])
    assert f"{graph.labels(top)} {count}" in ran.err
    assert kg("query", "held", "--holder", nobody, "-q", cwd=starter).err == ""
    mistyped = kg("query", "held", "--holder", "my:Eller", cwd=starter)
    assert "there is no my:Eller; did you mean Ellery" in mistyped.err


def test_a_wide_table_folds_and_is_never_cut(graph: KnowledgeGraph, orchards: Path, kg: Kg) -> None:
    word = "w" * 400
    ran = kg("sparql", f'SELECT ("{word}" AS ?a) ("{word}" AS ?b) {{}}', "--format", "table", cwd=orchards)
    assert ran.out.count("w") == 800 and "…" not in ran.out
    assert max(map(len, ran.out.splitlines())) <= 110
