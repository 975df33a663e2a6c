from __future__ import annotations

import socket
from pathlib import Path

import pytest
import rdflib

from kg import KgError, KnowledgeGraph, Project
from kg.core.errors import InputError


@pytest.fixture
def graph(orchards_built: Path) -> KnowledgeGraph:
    return KnowledgeGraph.open(orchards_built)


def test_a_graph_is_opened_by_project_path_or_text(orchards_built: Path, graph: KnowledgeGraph) -> None:
    for opened in (Project.load(orchards_built), orchards_built, str(orchards_built)):
        assert KnowledgeGraph.open(opened).snapshot == graph.snapshot


def test_a_changed_source_is_seen_at_the_next_opening(orchards: Path) -> None:
    before = KnowledgeGraph.open(orchards)
    path = orchards / "entities" / "tollan.ttl"
    text = path.read_text(encoding="utf-8").replace("Amber Lady", "Golden Lady")
    path.write_text(text, encoding="utf-8")
    stale = KnowledgeGraph.open(orchards, fresh=False)
    after = KnowledgeGraph.open(orchards)
    assert stale.snapshot == before.snapshot != after.snapshot
    assert after.query("what-grows-where").cells()[0][0] == "Golden Lady"
    assert before.query("what-grows-where").cells()[0][0] == "Amber Lady", "an open graph stays as it is"


def test_without_a_graph_and_without_a_build(orchards: Path) -> None:
    (orchards / ".kg" / "current").unlink()
    with pytest.raises(InputError, match="run kg build"):
        KnowledgeGraph.open(orchards, fresh=False)


def test_broken_sources_answer_from_the_last_good_graph(orchards: Path) -> None:
    (orchards / "entities" / "more.ttl").write_text("oops", encoding="utf-8")
    graph = KnowledgeGraph.open(orchards)
    assert graph.notice is not None
    assert "more.ttl:1" in graph.notice
    assert graph.query("what-grows-where").cells()
    with pytest.raises(KgError):
        KnowledgeGraph.open(orchards, strict=True)


def test_sources_that_a_killed_command_left_halfway_are_told_of(orchards: Path) -> None:
    project = Project.load(orchards)
    project.journal.write_text("[1, [], []]\ndecided\n", encoding="utf-8")  # nobody could finish it
    notice = KnowledgeGraph.open(project).notice
    assert notice is not None
    assert notice.startswith("a command was killed while it wrote the sources")
    assert KnowledgeGraph.open(orchards).notice is None
    assert not project.journal.exists()


@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")
def test_in_rdflib_it_has_every_quad_and_prefix(graph: KnowledgeGraph) -> None:
    dataset = graph.to_rdflib()
    assert isinstance(dataset, rdflib.Dataset)
    assert len(set(dataset.quads())) == len(graph.snapshot.store)
    assert dict(dataset.namespaces())["tollan"] == rdflib.URIRef("https://example.org/orchards/entity/")
    rows = dataset.query("SELECT (COUNT(*) AS ?n) { ?s a secpol:Claim }")
    assert [int(row[0]) for row in rows if isinstance(row, rdflib.query.ResultRow)] == [7]


def test_in_owlready2_it_has_classes_with_labels(graph: KnowledgeGraph) -> None:
    ontology = graph.ontology()
    assert str(ontology.Claim.label.first()) == "claim"
    names = {cls.iri for cls in ontology.world.classes()}
    assert "https://example.org/orchards/vocabulary#Orchard" in names


def test_nothing_is_fetched_to_load_the_ontology(
    starter_built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_network(*arguments: object) -> None:
        pytest.fail(f"a connection was asked for: {arguments}")

    monkeypatch.setattr(socket, "getaddrinfo", no_network)
    monkeypatch.setattr(socket.socket, "connect", no_network)
    assert str(KnowledgeGraph.open(starter_built).ontology().Claim.label.first()) == "claim"


def test_the_ontology_of_one_call_is_not_that_of_another(graph: KnowledgeGraph) -> None:
    assert graph.ontology().world is not graph.ontology().world


def test_an_unknown_public_name_is_an_attribute_error() -> None:
    import kg

    with pytest.raises(AttributeError, match="Nonsense"):
        _ = kg.Nonsense
    assert set(kg.__all__) <= {name for name in kg.__all__ if getattr(kg, name)}
