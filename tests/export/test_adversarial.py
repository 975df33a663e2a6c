"""Graphs made to break formats: others read what is written as it was meant, or it is refused by name."""

from __future__ import annotations

import csv
import io
import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from xml.parsers import expat

import duckdb
import networkx
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.errors import UsageError
from kg.core.labels import Labels
from kg.core.terms import PREFIXES, SECPOL
from kg.export.content import Content
from kg.export.formats import FORMATS
from kg.export.layers import Graphs
from kg.export.network import Network
from kg.export.parquet import Tables, write_parquet
from kg.export.tables import write_graphml, write_tables
from tests.export import readers
from tests.export.readers import Quads, canonical
from tests.export.test_formats import TEXTS, as_bytes
from tests.lanes import examples

if TYPE_CHECKING:
    from tests.command import Kg

pytestmark = pytest.mark.filterwarnings("ignore:Parsing weird boolean")
logging.getLogger("rdflib").setLevel(logging.CRITICAL)  # it tells of each literal that is no value

RDF, XSD, ENT = PREFIXES["rdf"], PREFIXES["xsd"], PREFIXES["ent"]
ENDS = (
    "A",
    "1",
    "",
    "é",
    "日本",
    "a.b",
    "a-",
    "-a",
    ".a",
    "p%20q",
    "x,y",
    "a'b",
    "a&b",
    "𝄞",
    "e\u0301",
    "a:b",
    "li",
    "_1",
)
SPACES = (
    "http://e.org/",
    "http://e.org/x#",
    "urn:kg:",
    ENT,
    RDF,
    "geo:",
    "ent:",
    "http://e.org/?q=",
    "tag:e.org,2026:",
)
OWN = "http://www.w3.org/XML/1998/namespace"
names = st.builds(
    lambda space, end: ox.NamedNode(space + end), st.sampled_from(SPACES), st.sampled_from(ENDS)
)
properties = st.one_of(
    names, st.sampled_from([f"{RDF}type", f"{RDF}first", f"{RDF}Description", f"{OWN}x"]).map(ox.NamedNode)
)
words = st.text(
    st.sampled_from("a1 \t\n\r\x00\x0b\x85\u2028\ufffe\ufeff\u202e\"'\\<>&;]{}|é\u0301𝄞,=+-@#"), max_size=6
)
literals = st.one_of(
    words.map(ox.Literal),
    st.builds(
        lambda text, tag: ox.Literal(text, language=tag), words, st.sampled_from(["en", "zh-hant", "x-a"])
    ),
    st.builds(
        lambda text, kind: ox.Literal(text, datatype=ox.NamedNode(kind)),
        words,
        st.sampled_from(
            ["http://e.org/own", f"{RDF}XMLLiteral", f"{RDF}HTML", f"{RDF}JSON", f"{XSD}anyURI", "geo:x"]
        ),
    ),
    st.sampled_from(["1", "-0", "1e0", "99999999999999999999", "0.1", "true"]).flatmap(
        lambda text: st.sampled_from(["integer", "double", "boolean", "decimal"]).map(
            lambda kind: ox.Literal(text, datatype=ox.NamedNode(XSD + kind))
        )
    ),
)
blanks = st.sampled_from(["b", "c", "1.a", "2024-12-11-a.c14n0", "_x"]).map(ox.BlankNode)
graph_names = st.sampled_from(["urn:g", "http://e.org/é?a=b&c"]).map(ox.NamedNode)
quads = st.builds(
    ox.Quad, st.one_of(names, blanks), properties, st.one_of(names, literals, blanks), graph_names
)
G = ox.NamedNode("urn:g")
graphs = st.sets(quads, min_size=1, max_size=6)
SUFFIX = {
    "turtle": ".ttl",
    "ntriples": ".nt",
    "nquads": ".nq",
    "trig": ".trig",
    "rdfxml": ".rdf",
    "jsonld": ".jsonld",
}


def content_of(written: set[ox.Quad]) -> Content:
    store = ox.Store()
    store.extend(written)
    return Content(store, tuple(sorted(store.named_graphs(), key=str)))  # type: ignore[arg-type]


def expected(content: Content, name: str) -> Quads:
    whole = FORMATS[name].has_graphs
    return canonical(content.store if whole else [ox.Quad(*quad.triple) for quad in content.store])


def bytes_or_refusal(content: Content, name: str) -> bytes | None:
    """What a format makes of a graph; a refusal names a term that the format has no way to write."""
    try:
        return as_bytes(content, name)
    except UsageError as refused:
        assert name in ("rdfxml", "jsonld"), refused
        assert any(term in refused.message for quad in content.store for term in parts(quad)), refused
        return None


def parts(quad: ox.Quad) -> set[str]:
    """The terms of a statement, and the datatype of its literal."""
    kind = [f"<{quad.object.datatype.value}>"] if isinstance(quad.object, ox.Literal) else []
    return {*map(str, quad.triple), *kind}


def read_by(reader: Callable[[Path], Quads], text: bytes, name: str) -> Quads:
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"kg{SUFFIX[name]}"
        path.write_bytes(text)
        return canonical(reader(path))


@given(graphs, st.sampled_from(TEXTS))
@examples(200)
def test_rdflib_reads_what_was_written(written: set[ox.Quad], name: str) -> None:
    content = content_of(written)
    if (text := bytes_or_refusal(content, name)) is not None:
        assert read_by(readers.in_rdflib, text, name) == expected(content, name)


@given(graphs)
@examples(80)
def test_pyld_reads_the_json_ld(written: set[ox.Quad]) -> None:
    """It writes each double its own way."""
    content = content_of({quad for quad in written if f"{XSD}double" not in str(quad.object)})
    if (text := bytes_or_refusal(content, "jsonld")) is not None:
        assert read_by(readers.in_pyld, text, "jsonld") == expected(content, "jsonld")


@given(graphs)
@examples(100)
def test_a_strict_parser_reads_the_rdf_xml(written: set[ox.Quad]) -> None:
    text = bytes_or_refusal(content_of(written), "rdfxml")
    if text is not None:
        expat.ParserCreate(namespace_separator=" ").Parse(text, True)


@pytest.mark.parametrize(
    ("statement", "named"),
    [
        ("<urn:s> <http://e.org/0000240> 1 .", "<http://e.org/0000240>"),
        ("<urn:s> <http://e.org/p/> 1 .", "<http://e.org/p/>"),
        (f"<urn:s> <{RDF}li> 1 .", f"<{RDF}li>"),
        ("<urn:s> <urn:p> <<( <urn:s> <urn:p> 1 )>> .", "<<("),
        ('<urn:s> <urn:p> "a"@ar--rtl .', '"a"@ar--rtl'),
        (r'<urn:s> <urn:p> "a\u0001" .', r'"a\u0001"'),
        ("<http://e.org/a/../b> <urn:p> 1 .", "<http://e.org/a/../b>"),
    ],
)
def test_rdf_xml_refuses_what_it_has_no_way_to_say(statement: str, named: str) -> None:
    store = ox.Store()
    store.load(statement.encode(), ox.RdfFormat.TURTLE)
    with pytest.raises(UsageError) as refused:
        as_bytes(Content(store, (ox.DefaultGraph(),)), "rdfxml")
    assert named in refused.value.message


def test_rdf_xml_has_dots_behind_a_number_sign_or_question_mark() -> None:
    """A stretch of time with an open end has them, and a reader resolves the path alone."""
    iri = "http://e.org/a#time=2024-XX/.."
    content = content_of({ox.Quad(ox.NamedNode(iri), ox.NamedNode("urn:p"), ox.NamedNode(f"{iri}/?/."), G)})
    assert read_by(readers.in_rdflib, as_bytes(content, "rdfxml"), "rdfxml") == expected(content, "rdfxml")


@pytest.mark.parametrize("kind", ["http://e.org/1", "http://e.org/A/", "urn:uuid:1", f"{RDF}li"])
def test_rdf_xml_has_a_type_of_any_name(kind: str) -> None:
    """It was an element of that name, which is no XML."""
    content = content_of({ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode(f"{RDF}type"), ox.NamedNode(kind), G)})
    assert read_by(readers.in_rdflib, as_bytes(content, "rdfxml"), "rdfxml") == expected(content, "rdfxml")


def test_blank_nodes_have_names_of_xml_and_stay_apart() -> None:
    labels = ["a", "1", "_1", "__1", "é", "c3a9", "_c3a9", "31c3a9", "1é", "a.b"]
    nodes = {ox.Quad(ox.BlankNode(label), ox.NamedNode("urn:p"), ox.Literal(label), G) for label in labels}
    content = content_of(nodes)
    found = read_by(readers.in_rdflib, as_bytes(content, "rdfxml"), "rdfxml")
    assert found == expected(content, "rdfxml")
    assert len({quad.subject for quad in found}) == len(labels)


@pytest.mark.parametrize("form", ["rdfxml", "jsonld", "graphml"])
def test_standard_output_stays_empty_where_something_is_refused(kg: Kg, starter: Path, form: str) -> None:
    """Half of the document was there already."""
    odd = r'<urn:s> <http://e.org/1> <geo:52.5,13.4> ; rdfs:label "\u0001"'
    ran = kg("sparql", f"CONSTRUCT {{ {odd} }} {{}}", "--format", form, cwd=starter)
    assert (ran.status, ran.out) == (2, "")


def network_of(written: set[ox.Quad]) -> Network:
    """The statements as what a query constructed, and each literal as the value of a claim."""
    store = ox.Store()
    store.extend(ox.Quad(*quad.triple) for quad in written)
    for number, quad in enumerate(sorted(written, key=str)):
        claim, said = ox.NamedNode(f"urn:claim:{number}"), ox.BlankNode(f"p{number}")
        about = {"propSubject": quad.subject, "propPredicate": quad.predicate}
        value = {"propValue" if isinstance(quad.object, ox.Literal) else "propObject": quad.object}
        store.add(ox.Quad(claim, SECPOL("proposition"), said))
        for name, term in {**about, **value}.items():
            store.add(ox.Quad(said, SECPOL(name), term))
    return Network(Content(store, (ox.DefaultGraph(),)), Graphs(store), store, Labels(store))


def ends(network: Network) -> list[tuple[str, ...]]:
    return sorted(
        (edge.source.iri, edge.target.iri, edge.relation, edge.relation_iri) for edge in network.edges()
    )


@given(graphs)
@examples(80)
def test_networkx_reads_the_graphml(written: set[ox.Quad]) -> None:
    network, file = network_of(written), io.BytesIO()
    try:
        write_graphml(network, file)
    except UsageError as refused:
        assert any(f"cannot hold U+{ord(mark):04X}" in refused.message for mark in "\x00\x0b\ufffe"), refused
        return
    read = networkx.read_graphml(io.BytesIO(file.getvalue()), force_multigraph=True)
    told = [(a, b, about.get("label", ""), about["relation"]) for a, b, about in read.edges(data=True)]
    assert sorted(told) == ends(network)
    assert {node: about.get("label", "") for node, about in read.nodes(data=True)} == {
        node.iri: node.label for node in network.nodes
    }


@given(graphs)
@examples(80)
def test_duckdb_and_csv_readers_read_the_tables(written: set[ox.Quad]) -> None:
    network = network_of(written)
    with TemporaryDirectory() as folder:
        nodes, edges = Path(folder) / "nodes.csv", Path(folder) / "edges.csv"
        with nodes.open("wb") as first, edges.open("wb") as second:
            write_tables(network, first, second)
        with edges.open(encoding="utf-8", newline="") as file:
            told = sorted(
                (row["Source"], row["Target"], row["Label"], row["Relation"]) for row in csv.DictReader(file)
            )
        assert told == ends(network)
        reading = "read_csv(?, all_varchar=true, nullstr='\x01', strict_mode=true)"
        read = f"SELECT Source, Target, Label, Relation FROM {reading}"
        assert sorted(duckdb.execute(read, [str(edges)]).fetchall()) == ends(network)


@given(graphs)
@examples(80)
def test_duckdb_reads_the_statements_in_parquet(written: set[ox.Quad]) -> None:
    content = content_of(written)
    tables = Tables(content, Graphs(content.store), content.store, Labels(content.store))
    with TemporaryDirectory() as folder:
        path = Path(folder) / "kg.statements.parquet"
        with path.open("wb") as file:
            write_parquet("statements", tables.rows("statements"), file)
        columns = "graph, subject, predicate, object, object_kind, datatype, language"
        rows = duckdb.execute(f"SELECT {columns} FROM read_parquet(?)", [str(path)]).fetchall()
    assert {statement(*row) for row in rows} == set(content.store)


def statement(
    graph: str, subject: str, predicate: str, value: str, kind: str, datatype: str | None, tag: str | None
) -> ox.Quad:
    term: ox.NamedNode | ox.BlankNode | ox.Literal = (
        node(value)
        if kind != "literal"
        else ox.Literal(
            value, datatype=ox.NamedNode(datatype) if datatype and not tag else None, language=tag
        )
    )
    return ox.Quad(node(subject), ox.NamedNode(predicate), term, ox.NamedNode(graph))


def node(text: str) -> ox.NamedNode | ox.BlankNode:
    return ox.BlankNode(text[2:]) if text.startswith("_:") else ox.NamedNode(text)


def test_riot_reads_every_format(jena: str, tmp_path: Path) -> None:
    """In one go, since a Java machine is slow to start: each graph in files of its own."""
    held: dict[Path, Quads] = {}

    @given(graphs)
    @examples(20)
    def write(written: set[ox.Quad]) -> None:
        content = content_of({quad for quad in written if f"{RDF}XMLLiteral" not in str(quad.object)})
        for name in TEXTS if len(content.store) else ():
            if (text := bytes_or_refusal(content, name)) is not None:
                path = tmp_path / f"{len(held)}{SUFFIX[name]}"
                path.write_bytes(text)
                held[path] = expected(content, name)

    write()
    read = readers.in_riot(jena, warned=True)
    for suffix in SUFFIX.values():
        paths = [path for path in held if path.suffix == suffix]
        assert canonical(read(*paths)) == canonical(apart(held[path] for path in paths))


def apart(datasets: Iterable[Quads]) -> Iterator[ox.Quad]:
    """Datasets as one, the blank nodes of each by themselves."""
    for number, quads in enumerate(datasets):
        text = ox.serialize(quads, format=ox.RdfFormat.N_QUADS)
        assert text is not None
        yield from ox.parse(text.replace(b"_:c14n", f"_:d{number}-".encode()), ox.RdfFormat.N_QUADS)
