"""Named graphs by name, whatever the base of their project."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.graph_names import article_of, asserted, inferred, is_inferred, name_of, seen_in


@pytest.mark.parametrize("base", ["https://example.org/", "https://example.org/graph/kg/", "urn:kg#"])
@pytest.mark.parametrize("name", [*seen_in("inferred", None), *seen_in("inferred", "a.b-1"), "provenance"])
def test_a_name_is_what_stands_below_the_base(base: str, name: str) -> None:
    assert name_of(ox.NamedNode(f"{base}graph/{name}")) == name


@pytest.mark.parametrize(
    "iri", ["https://e.org/graph/42", "https://e.org/ontology", "https://e.org/graph/load"]
)
def test_a_graph_of_others_keeps_its_iri(iri: str) -> None:
    assert name_of(ox.NamedNode(iri)) == f"<{iri}>"
    assert not is_inferred(name_of(ox.NamedNode(f"{iri}/inferred")))


def test_a_part_of_an_article_says_which() -> None:
    names = [*asserted("inferred"), inferred("inferred")]
    assert {article_of(name) for name in names} == {"inferred"}
    assert [name for name in names if is_inferred(name)] == ["article/inferred/inferred"]
    assert article_of(inferred(None)) is None and is_inferred(inferred(None))


def test_every_graph_of_a_snapshot_has_a_name(any_graph: KnowledgeGraph) -> None:
    names = [name_of(graph) for graph in any_graph.snapshot.store.named_graphs()]
    assert [name for name in names if name.startswith("<")] == []
    assert set(seen_in("inferred", None)) <= set(names)
