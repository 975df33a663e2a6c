"""Tools that take more than triples from an export: the OWL API, owlready2, DuckDB, networkx."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import networkx
import owlready2
import pyoxigraph as ox

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.terms import OWL, RDF_TYPE, SECPOL
from tests.export import readers

SAME_COUNTS = "same counts"
REIFIES = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#reifies")
CONTENTS = """SELECT ?g ?claim ?p ?s ?r ?o { GRAPH ?g {
    ?p secpol:propSubject ?s ; secpol:propPredicate ?r ; secpol:propObject|secpol:propValue ?o
    OPTIONAL { ?claim secpol:proposition ?p } } }"""
_PARTS = {SECPOL("propSubject"), SECPOL("propPredicate"), SECPOL("propObject"), SECPOL("propValue")}


def with_triple_terms(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """What `--rdf12` is to write, said once more by a query."""
    store = ox.Store()
    store.extend(quads)
    for quad in store:
        if quad.predicate not in _PARTS:
            yield quad
    rows = store.query(CONTENTS, prefixes={"secpol": SECPOL("").value})
    assert isinstance(rows, ox.QuerySolutions)
    for row in rows:
        term = ox.Triple(row["s"], row["r"], row["o"])
        yield ox.Quad(row["claim"] or row["p"], REIFIES, term, row["g"])


def in_owl_api(graph: KnowledgeGraph, path: Path, robot: str) -> str:
    """The OWL API reads it, in OWL 2 DL, and knows the classes and properties that we know."""
    read = path.with_name(f"{path.stem}{path.suffix}.ofn")
    readers.run_robot(robot, "convert", "--input", path, "--format", "ofn", "--output", read)
    readers.run_robot(
        robot, "validate-profile", "--profile", "DL", "--input", path, "--output", f"{read}.txt"
    )
    text = read.read_text(encoding="utf-8")
    assert "Import(" not in text
    found = {kind: text.count(f"Declaration({kind}(") for kind in ("Class", "ObjectProperty", "DataProperty")}
    ours = Counter(str(_kind(quad)) for quad in _declared(graph))
    assert found["ObjectProperty"] == ours[str(OWL("ObjectProperty"))]
    assert found["DataProperty"] == ours[str(OWL("DatatypeProperty"))]
    assert found["Class"] == ours[str(OWL("Class"))]
    return f"{sum(found.values())} terms, OWL 2 DL"


def in_owlready2(graph: KnowledgeGraph, path: Path) -> str:
    """owlready2 loads it, and HermiT finds it consistent and every class satisfiable."""
    world = owlready2.World()
    ontology = world.get_ontology(f"file://{path}").load()
    assert ontology.base_iri.startswith(graph.project.prefixes["secpol"].rstrip("#"))
    classes = {cls.iri for cls in ontology.classes()}
    ours = {q.subject.value for q in _declared(graph) if _kind(q) == OWL("Class")}  # type: ignore[union-attr]
    assert classes == {iri for iri in ours if not iri.startswith(str(OWL("").value))}
    with ontology:
        owlready2.sync_reasoner_hermit(world, debug=0)
    assert list(world.inconsistent_classes()) == []
    return f"{len(classes)} classes, consistent"


def in_duckdb(graph: KnowledgeGraph, path: Path) -> str:
    """DuckDB counts what the snapshot has."""
    entities, claims, statements = (
        path.with_name(f"{path.stem}.{table}.parquet") for table in ("entities", "claims", "statements")
    )
    assert asked(f"SELECT COUNT(*) FROM '{statements}'") == [(len(graph.snapshot.store),)]
    said = "SELECT DISTINCT ?claim { ?claim secpol:heldBy ?holder }"
    assert asked(f"SELECT COUNT(DISTINCT claim) FROM '{claims}'") == [(len(list(graph.sparql(said))),)]
    assert asked(f"SELECT iri FROM '{entities}' WHERE label IS NULL OR len(types) = 0") == []
    return SAME_COUNTS


def asked(query: str) -> list[tuple[Any, ...]]:
    """The rows of a query to DuckDB."""
    found = duckdb.sql(query)
    assert found is not None
    return found.fetchall()


def in_networkx(graph: KnowledgeGraph, path: Path) -> str:
    """networkx sees the claims that the snapshot has, each with its holder."""
    network = networkx.read_graphml(path) if path.suffix == ".graphml" else from_tables(path)
    claims = {about["claim"] for *_, about in network.edges(data=True) if about["layer"] == "claims"}
    assert claims == {row["claim"].value for row in graph.sparql("SELECT ?claim { ?claim secpol:heldBy ?h }")}
    assert all(about["holder"] for *_, about in network.edges(data=True) if about["layer"] == "claims")
    assert all(about["label"] for _, about in network.nodes(data=True))
    return SAME_COUNTS


def from_tables(path: Path) -> networkx.MultiDiGraph:
    """The node and edge tables as a network."""
    network = networkx.MultiDiGraph()
    for row in rows(path.with_name(f"{path.stem}.nodes.csv")):
        network.add_node(row["Id"], **{name.lower(): cell for name, cell in row.items()})
    for row in rows(path.with_name(f"{path.stem}.edges.csv")):
        assert row["Source"] in network and row["Target"] in network
        network.add_edge(row["Source"], row["Target"], **{name.lower(): cell for name, cell in row.items()})
    return network


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a table by their headings."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _declared(graph: KnowledgeGraph) -> Iterator[ox.Quad]:
    ontology = ox.NamedNode(graph.project.graph_iri("ontology"))
    for quad in graph.snapshot.store.quads_for_pattern(None, RDF_TYPE, None, ontology):
        if isinstance(quad.subject, ox.NamedNode):
            yield quad


def _kind(quad: ox.Quad) -> object:
    return quad.object
