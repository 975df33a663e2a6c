from __future__ import annotations

import io
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.terms import OWL, RDF_TYPE
from kg.project.project import Project, shipped_root
from tests.export.readers import run_robot

ROOT = "https://w3id.org/secpol/ontology"


def ontology(graph: KnowledgeGraph, *layers: str) -> set[ox.Triple]:
    file = io.BytesIO()
    graph.export(file, form="turtle", layers=layers or ["ontology"])
    return {quad.triple for quad in ox.parse(file.getvalue(), ox.RdfFormat.TURTLE)}


def headers(triples: set[ox.Triple]) -> set[str]:
    return {t.subject.value for t in triples if (t.predicate, t.object) == (RDF_TYPE, OWL("Ontology"))}  # type: ignore[union-attr]


def test_the_ontology_is_one_with_its_version_and_without_imports(shipped_graph: KnowledgeGraph) -> None:
    triples = ontology(shipped_graph)
    assert headers(triples) == {ROOT}
    about = {triple.predicate for triple in triples if triple.subject == ox.NamedNode(ROOT)}
    assert {OWL("versionInfo"), OWL("versionIRI")} <= about
    assert OWL("imports") not in {triple.predicate for triple in triples}
    assert headers(ontology(shipped_graph, "ontology", "alignments")) == {ROOT}


def test_only_the_headers_of_modules_are_left_out(shipped_graph: KnowledgeGraph) -> None:
    graph = ox.NamedNode(shipped_graph.project.graph_iri("ontology"))
    whole = {quad.triple for quad in shipped_graph.snapshot.store.quads_for_pattern(None, None, None, graph)}
    named = {triple for triple in whole if "_:" not in str(triple)}
    left_out = named - ontology(shipped_graph)
    assert {triple.subject.value.startswith(f"{ROOT}/") for triple in left_out} == {True}  # type: ignore[union-attr]
    assert len(whole) == len(ontology(shipped_graph)) + len(left_out)
    beside = ontology(shipped_graph, "ontology", "entities")
    assert len(headers(beside)) > 5


@pytest.mark.parametrize(
    ("name", "header"), [("orchards", "https://example.org/orchards/vocabulary"), ("starter", ROOT)]
)
def test_a_project_of_ones_own_gives_the_header(
    name: str, header: str, request: pytest.FixtureRequest
) -> None:
    folder: Path = request.getfixturevalue(f"{name}_built")
    triples = ontology(KnowledgeGraph.open(Project.load(folder)))
    assert headers(triples) == {header}


@pytest.mark.parametrize(
    "module", ["<https://example.org/zz> a <http://www.w3.org/2002/07/owl#Ontology> .", "broken"]
)
def test_files_that_are_not_in_the_snapshot_change_nothing(orchards: Path, module: str) -> None:
    def exported() -> bytes:
        file, graph = io.BytesIO(), KnowledgeGraph.open(Project.load(orchards), fresh=False)
        graph.export(file, form="turtle", layers=["ontology"])
        return file.getvalue()

    before = exported()
    (orchards / "ontology" / "orchards.ttl").unlink()
    (orchards / "ontology" / "zz.ttl").write_text(module, encoding="utf-8")
    assert exported() == before


def test_the_modules_open_from_disk_through_the_catalog(robot: str, tmp_path: Path) -> None:
    """As in Protégé: the OWL API follows the imports of secpol.ttl by catalog-v001.xml."""
    folder = shipped_root() / "ontology"
    merged = tmp_path / "merged.ofn"
    run_robot(
        robot,
        *("merge", "--catalog", folder / "catalog-v001.xml", "--input", folder / "secpol.ttl"),
        *("--collapse-import-closure", "true", "--output", merged),
    )
    text = merged.read_text(encoding="utf-8")
    ours = KnowledgeGraph.open(Project.shipped()).sparql(
        "SELECT DISTINCT ?p { GRAPH <https://w3id.org/secpol/graph/ontology> { ?p a owl:ObjectProperty } }"
    )
    assert text.count("Declaration(ObjectProperty(") == len(list(ours)) > 90
