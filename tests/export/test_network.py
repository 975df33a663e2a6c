from __future__ import annotations

from pathlib import Path

import networkx
import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.errors import UsageError
from kg.project.project import Project
from tests.export.tools import from_tables, rows

ARTICLE = "https://w3id.org/secpol/article/2024-12-11-america-needs-japan"


@pytest.fixture(scope="module")
def folder(shipped_graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("networks")
    for name in ("kg.graphml", "kg.csv"):
        shipped_graph.export(folder / name)
    shipped_graph.export(folder / "neo.csv", form="neo4j")
    return folder


@pytest.fixture(params=["kg.graphml", "kg.csv"])
def network(request: pytest.FixtureRequest, folder: Path) -> networkx.MultiDiGraph:
    path = folder / request.param
    return networkx.read_graphml(path) if path.suffix == ".graphml" else from_tables(path)


def test_an_edge_is_one_claim_from_subject_to_object(network: networkx.MultiDiGraph) -> None:
    said = network.get_edge_data(f"{ARTICLE}#USRebuff", "https://w3id.org/secpol/entity/GovUS").values()
    claim, fact = sorted(said, key=lambda about: about["layer"])
    assert (claim["layer"], fact["layer"]) == ("claims", "facts")
    assert claim["claim"] == fact["claim"] == f"{ARTICLE}#S025"
    assert (claim["label"], claim["relation"]) == ("has actor", "https://w3id.org/secpol/ontology#actor")
    assert claim["holder"] == "authors of the article"
    assert (claim["certainty"], claim["polarity"], claim["status"]) == ("certain", "affirmed", "fact")
    assert claim["passage"] == f"{ARTICLE}#char=990,1040"
    assert claim["article"] == "2024-12-11-america-needs-japan"
    assert not fact.get("holder")


def test_every_claim_and_every_fact_between_entities_is_an_edge(
    network: networkx.MultiDiGraph, shipped_graph: KnowledgeGraph
) -> None:
    edges = [about for *_, about in network.edges(data=True)]
    contents = "SELECT ?c ?p ?o { ?c secpol:proposition ?p . ?p secpol:propObject|secpol:propValue ?o }"
    assert sum(about["layer"] == "claims" for about in edges) == len(list(shipped_graph.sparql(contents)))
    facts = """SELECT DISTINCT ?s ?r ?o { GRAPH ?g { ?s ?r ?o } FILTER(STRENDS(STR(?g), "/facts") && ISIRI(?o)
        && ?r NOT IN (rdf:type, rdfs:isDefinedBy, secpol:propSubject, secpol:propPredicate, secpol:propObject)
        && EXISTS { ?o a ?kind } && NOT EXISTS { ?o secpol:proposition ?content }) }"""
    assert sum(about["layer"] == "facts" for about in edges) == len(list(shipped_graph.sparql(facts))) > 100
    made = [about for about in edges if about["layer"] == "facts" and about.get("claim")]
    assert len(made) > 50


def test_nodes_are_labelled_entities_with_their_types(network: networkx.MultiDiGraph) -> None:
    about = network.nodes["https://w3id.org/secpol/entity/GovUS"]
    assert about["label"] == "government of the United States"
    assert about["types"] == "national government"
    assert not [
        iri for iri, about in network.nodes(data=True) if not about.get("label") or not about.get("types")
    ]
    assert not [iri for iri in network if "#char=" in iri]
    values = [iri for iri, about in network.nodes(data=True) if about["types"] == "value"]
    assert any(iri.startswith('"') for iri in values)
    assert all(network.in_degree(iri) and not network.out_degree(iri) for iri in values)


def test_a_proposition_that_is_spoken_of_is_named_by_its_claim(network: networkx.MultiDiGraph) -> None:
    propositions = [about for _, about in network.nodes(data=True) if about["types"] == "proposition"]
    assert propositions
    assert not [about for about in propositions if about["label"].startswith("#")]


def test_the_headings_are_gephis_and_neo4js(folder: Path) -> None:
    gephi, neo4j = (folder / "kg.edges.csv"), (folder / "neo.edges.csv")
    first, rest = gephi.read_text(encoding="utf-8").split("\n", 1)
    assert first.startswith("Source,Target,Type,Label,Relation,Layer,Article,Claim,")
    heading, same = neo4j.read_text(encoding="utf-8").split("\n", 1)
    assert heading.startswith(":START_ID,:END_ID,:IGNORE,:TYPE,relation,layer,article,claim:string[],")
    assert same == rest
    assert (folder / "kg.nodes.csv").read_text(encoding="utf-8").startswith("Id,Label,Types\n")
    assert (folder / "neo.nodes.csv").read_text(encoding="utf-8").startswith("iri:ID,label,:LABEL\n")
    ids = [row["Id"] for row in rows(folder / "kg.nodes.csv")]
    assert len(ids) == len(set(ids)) > 200
    assert all(row["Label"] and row["Type"] == "Directed" for row in rows(gephi))


def test_other_layers_and_queries_make_networks_too(orchards_graph: KnowledgeGraph, tmp_path: Path) -> None:
    orchards_graph.export(tmp_path / "all.graphml", layers=["all"])
    layers = {
        about["layer"] for *_, about in networkx.read_graphml(tmp_path / "all.graphml").edges(data=True)
    }
    assert {"claims", "facts", "ontology", "inferred"} <= layers


def test_a_constructed_graph_is_a_network(shipped_graph: KnowledgeGraph, tmp_path: Path) -> None:
    shipped_graph.export(tmp_path / "q.graphml", query="actor-network")
    network = networkx.read_graphml(tmp_path / "q.graphml")
    assert len(network) > 20
    assert {about["layer"] for *_, about in network.edges(data=True)} == {"query"}


def test_what_xml_cannot_hold_is_refused_by_name(orchards: Path) -> None:
    """It became a mark, and nobody was told."""
    path = next(iter(sorted((orchards / "entities").glob("*.ttl"))))
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('rdfs:label "', 'rdfs:label "a\\u0001&<', 1), encoding="utf-8")
    graph = KnowledgeGraph.open(Project.load(orchards))
    with pytest.raises(UsageError, match=r"GraphML cannot hold U\+0001, which 'a\\x01&<"):
        graph.export(orchards / "kg.graphml", layers=["all"])
    assert not (orchards / "kg.graphml").exists()
