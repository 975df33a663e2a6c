"""A byte order mark is read over wherever text comes in."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.project.project import Project
from tests.command import Kg

MARK = b"\xef\xbb\xbf"
SUFFIXES = {".ttl", ".rq", ".csv", ".toml", ".txt", ".jsonld"}


def graph_of(root: Path) -> set[str]:
    return {
        str(quad)
        for quad in KnowledgeGraph.open(Project.load(root), strict=True).snapshot.store
        if "provenance" not in str(quad.graph_name)
    }


def test_a_project_of_files_with_marks_says_the_same(orchards: Path, kg: Kg) -> None:
    before = graph_of(orchards)
    rows = kg("query", "what-grows-where", cwd=orchards).out
    assert rows.count("\n") > 1
    checked = kg("check", cwd=orchards)
    marked = [path for path in orchards.rglob("*") if path.suffix in SUFFIXES and ".kg" not in path.parts]
    for path in marked:
        path.write_bytes(MARK + path.read_bytes())
    assert {path.suffix for path in marked} >= {".ttl", ".rq", ".csv", ".toml", ".txt"}
    assert graph_of(orchards) == before
    assert kg("query", "what-grows-where", cwd=orchards).out == rows
    again = kg("check", cwd=orchards)
    assert (again.status, again.out) == (checked.status, checked.out)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_query_file_with_a_mark(orchards: Path, kg: Kg, encoding: str) -> None:
    (orchards / "q.rq").write_bytes("SELECT ('\u00e9' AS ?x) {}\r\n".encode(encoding))
    assert kg("sparql", "-f", "q.rq", cwd=orchards).out.split() == ["x", "\u00e9"]
    assert kg("sparql", "-", cwd=orchards, stdin=(orchards / "q.rq").read_bytes()).out.split()[1] == "\u00e9"


@pytest.mark.parametrize("suffix", ["ttl", "nt", "nq", "trig", "rdf", "jsonld", "n3"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_both_sides_of_a_diff(tmp_path: Path, kg: Kg, suffix: str, encoding: str) -> None:
    form = ox.RdfFormat.from_extension(suffix)
    assert form is not None
    quad = ox.Quad(ox.NamedNode("http://e/s"), ox.NamedNode("http://e/p"), ox.Literal("\u00e9"))
    plain, marked = tmp_path / f"plain.{suffix}", tmp_path / f"marked.{suffix}"
    said = (
        ox.serialize([quad], format=form)
        if form.supports_datasets
        else ox.serialize([quad.triple], format=form)
    )
    data = said or b""
    plain.write_bytes(data)
    marked.write_bytes(data.decode().replace("UTF-8", encoding.removesuffix("-sig")).encode(encoding))
    ran = kg("diff", str(plain), str(marked), cwd=tmp_path)
    assert ran.status == 0, ran.err
