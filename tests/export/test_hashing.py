from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from pyld import jsonld as pyld

from kg.api.knowledge_graph import KnowledgeGraph
from kg.export.content import Content
from kg.rdf.canonical_hash import canonical_dataset_hash
from tests.export.readers import canonical

if TYPE_CHECKING:
    from tests.command import Kg


def by_pyld(path: Path) -> str:
    """The hash by another implementation of RDFC-1.0, from a file that was exported.

    PyLD takes labels that begin as the canonical ones do for done, so they are given others first.
    """
    text = pyld.normalize(
        path.read_text(encoding="utf-8").replace("_:c14n", "_:x"),
        {"algorithm": "URDNA2015", "inputFormat": "application/n-quads", "format": "application/n-quads"},
    )
    return hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("layers", [[], ["ontology"], ["claims", "facts"]])
def test_pyld_comes_to_the_same_hash(
    orchards_graph: KnowledgeGraph, tmp_path: Path, layers: list[str]
) -> None:
    for name, form in (("kg.nq", "nquads"), ("kg.nt", "ntriples")):
        orchards_graph.export(tmp_path / name, layers=layers)
        assert orchards_graph.extract(layers=layers).hash(form) == by_pyld(tmp_path / name)


def test_the_labels_of_blank_nodes_and_the_order_do_not_matter() -> None:
    hashes = set()
    for text in (
        "<urn:g> { _:a <urn:p> _:b . _:b <urn:p> 'x' . <urn:s> <urn:p> 1 . }",
        "<urn:g> { <urn:s> <urn:p> 1 . _:y <urn:p> 'x' . _:x <urn:p> _:y . }",
    ):
        store = ox.Store()
        store.extend(ox.parse(text, ox.RdfFormat.TRIG))
        hashes.add(canonical_dataset_hash(Content(store, (ox.NamedNode("urn:g"),)).texts()))
        lines = sorted(f"{quad} .\n" for quad in canonical(store))
        assert hashlib.sha256("".join(lines).encode()).hexdigest() in hashes
    assert len(hashes) == 1


def test_the_hash_of_a_graph_is_the_one_in_the_manifest(any_graph: KnowledgeGraph) -> None:
    counted = any_graph.snapshot.manifest["graphs"]
    entities = any_graph.project.graph_iri("entities")
    assert any_graph.extract(layers=["entities"]).hash("ntriples") == counted[entities]["sha256"]


def test_the_command_prints_it_with_a_file_or_without(kg: Kg, orchards_built: Path, tmp_path: Path) -> None:
    project = ("--project", orchards_built, "-q")
    alone = kg("export", "--hash", *project, cwd=tmp_path)
    assert (alone.status, alone.err) == (0, "")
    assert len(bytes.fromhex(alone.out.strip())) == 32
    beside = kg("export", "kg.nq", "--hash", *project, cwd=tmp_path)
    assert beside.out == alone.out
    assert by_pyld(tmp_path / "kg.nq") == alone.out.strip()
    assert kg("export", "kg.ttl", "--hash", *project, cwd=tmp_path).out != alone.out
    assert kg("export", "-", "--hash", *project, cwd=tmp_path).status == 2
    assert kg("export", *project, cwd=tmp_path).status == 2
