"""What holds of every published graph, whatever its project."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.project.project import Project

OWL = "http://www.w3.org/2002/07/owl#"

UNBACKED = """
PREFIX secpol: <https://w3id.org/secpol/ontology#>
SELECT ?subject ?predicate ?object {
    GRAPH ?facts { ?subject ?predicate ?object }
    FILTER(STRENDS(STR(?facts), "/facts"))
    FILTER NOT EXISTS {
        ?content secpol:propSubject ?subject ; secpol:propPredicate ?predicate .
        ?content secpol:propObject|secpol:propValue ?object .
        ?claim secpol:proposition ?content ; secpol:assertedAs secpol:Fact ; secpol:evidencedBy ?passage .
        ?passage secpol:passageOf ?document .
    }
    FILTER NOT EXISTS {
        ?content secpol:propSubject ?subject ; secpol:during ?object .
        ?claim secpol:proposition ?content ; secpol:assertedAs secpol:Fact .
        FILTER(?predicate = secpol:during)
    }
}"""


def by_graph(graph: KnowledgeGraph) -> dict[str, set[ox.Triple]]:
    home = graph.project.graph_iri("")
    found: dict[str, set[ox.Triple]] = {}
    for quad in graph.snapshot.store:
        assert isinstance(quad.graph_name, ox.NamedNode), "nothing stands outside a named graph"
        found.setdefault(quad.graph_name.value.removeprefix(home), set()).add(quad.triple)
    return found


def test_every_fact_has_a_claim_and_a_passage(any_graph: KnowledgeGraph) -> None:
    facts = [triples for name, triples in by_graph(any_graph).items() if name.endswith("/facts")]
    assert sum(map(len, facts)) > 4
    assert list(any_graph.sparql(UNBACKED)) == []


def test_the_query_above_does_find_a_fact_without_a_claim(orchards_built: Path) -> None:
    source = KnowledgeGraph.open(Project.load(orchards_built))
    store = ox.Store()
    store.extend(source.snapshot.store)
    facts = ox.NamedNode(source.project.graph_iri("article/2026-09-10-late-frost/facts"))
    lonely = ox.Quad(ox.NamedNode("urn:x"), ox.NamedNode("urn:p"), ox.NamedNode("urn:y"), facts)
    store.add(lonely)
    rows = store.query(UNBACKED, use_default_graph_as_union=True)
    assert isinstance(rows, ox.QuerySolutions)
    assert [row["subject"] for row in rows] == [lonely.subject]


def test_no_triple_stands_in_two_graphs(any_graph: KnowledgeGraph) -> None:
    quads = list(any_graph.snapshot.store)
    assert len({quad.triple for quad in quads}) == len(quads)


def test_no_inferred_triple_is_trivial(any_graph: KnowledgeGraph) -> None:
    inferred = [
        triple
        for name, triples in by_graph(any_graph).items()
        if name.endswith("/inferred") or name == "inferred/shared"
        for triple in triples
    ]
    assert len(inferred) > 50
    for triple in inferred:
        assert isinstance(triple.subject, ox.NamedNode), triple
        assert not isinstance(triple.object, ox.BlankNode), triple
        assert triple.subject != triple.object, triple
        assert not triple.subject.value.startswith(OWL), triple
        assert not str(triple.object).startswith(f"<{OWL}"), triple


def test_blank_nodes_stand_in_the_ontology_alone(any_graph: KnowledgeGraph) -> None:
    for name, triples in by_graph(any_graph).items():
        if name not in ("ontology", "alignments"):
            assert not any(isinstance(term, ox.BlankNode) for triple in triples for term in triple), name


def test_an_article_can_be_taken_out_by_dropping_its_graphs(orchards: Path) -> None:
    """What two articles both say stands in the graphs of each; within one and its ground, once."""
    old = orchards / "articles" / "2026-09-10-late-frost"
    new = orchards / "articles" / "2026-09-11-other"
    new.mkdir()
    for path in old.glob("*.ttl"):
        text = path.read_text(encoding="utf-8").replace(old.name, new.name)
        text = text.replace(
            "propSubject <#Harvest> ;\n    secpol:propPredicate orch:harvestedIn",
            "propSubject tollan:AmberLady ;\n    secpol:propPredicate orch:grownIn",
        )
        (new / path.name).write_text(text, encoding="utf-8")
    graphs = by_graph(KnowledgeGraph.open(Project.load(orchards), strict=True))
    grown = ox.NamedNode("https://example.org/orchards/vocabulary#grownIn")
    for slug, part in ((old.name, "inferred"), (new.name, "facts")):
        parts = {name: triples for name, triples in graphs.items() if slug in name or "article" not in name}
        assert len(parts) == 12
        assert sum(map(len, parts.values())) == len(set().union(*parts.values()))
        holding = [name for name, triples in parts.items() if any(t.predicate == grown for t in triples)]
        assert holding == [f"article/{slug}/{part}"]


@pytest.mark.parametrize("part", ["provenance", "entities", "ontology"])
def test_the_manifest_counts_every_graph(any_graph: KnowledgeGraph, part: str) -> None:
    graphs = by_graph(any_graph)
    table = any_graph.snapshot.manifest["graphs"]
    home = any_graph.project.graph_iri("")
    assert {
        name.removeprefix(home): entry["triples"] for name, entry in table.items() if entry["triples"]
    } == {name: len(triples) for name, triples in graphs.items()}
    assert part in graphs


def test_provenance_names_every_graph_and_source(any_graph: KnowledgeGraph) -> None:
    graphs = any_graph.sparql(
        """SELECT ?graph { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph
        HAVING NOT EXISTS { ?all void:subset ?graph ; prov:wasGeneratedBy ?build . ?graph void:triples ?n }"""
    )
    unnamed = {row["graph"].value.removeprefix(any_graph.project.graph_iri("")) for row in graphs}
    articles = any_graph.snapshot.manifest["articles"]
    assert unnamed == {"provenance", *(f"article/{slug}/provenance" for slug in articles)}
    counted = any_graph.sparql("SELECT (COUNT(DISTINCT ?source) AS ?n) { ?source a prov:Entity }")
    assert next(iter(counted))["n"].value == str(len(any_graph.snapshot.manifest["inputs"]))


def test_no_clock_time_stands_in_a_graph(any_graph: KnowledgeGraph) -> None:
    built = any_graph.snapshot.manifest["built"]
    assert not any(built[:16] in str(quad.object) for quad in any_graph.snapshot.store)
