from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.errors import UsageError
from kg.core.graph_names import name_of
from kg.export.layers import ALL, LAYERS, Graphs


def names(graph: KnowledgeGraph, *layers: str, articles: tuple[str, ...] = ()) -> set[str]:
    """The graphs of a selection, without what all their names begin with."""
    graphs = Graphs(graph.snapshot.store)
    return {name_of(one) for one in graphs.select(layers, articles)}


def slugs(graph: KnowledgeGraph) -> list[str]:
    graphs = Graphs(graph.snapshot.store)
    return sorted({slug for one in graphs.all if (slug := graphs.article(one))})


def test_every_graph_belongs_to_one_layer(any_graph: KnowledgeGraph) -> None:
    graphs = Graphs(any_graph.snapshot.store)
    assert {graphs.layer(graph) for graph in graphs.all} <= set(LAYERS)
    by_layer = [set(graphs.select([layer])) for layer in LAYERS]
    assert sum(map(len, by_layer)) == len(set().union(*by_layer)) == len(graphs.all)
    assert graphs.select() == graphs.select([ALL]) == graphs.all


def test_claims_come_with_their_passages_and_their_article(any_graph: KnowledgeGraph) -> None:
    own = slugs(any_graph)
    assert own
    expected = {f"article/{slug}/{part}" for slug in own for part in ("meta", "passages", "claims")}
    assert names(any_graph, "claims") == expected
    assert names(any_graph, "facts") == {f"article/{slug}/facts" for slug in own}
    assert names(any_graph, "ontology", "entities") == {"ontology", "entities"}
    assert "inferred/shared" in names(any_graph, "inferred")


def test_each_layer_is_exported_with_as_many_quads_as_the_snapshot_counted(any_graph: KnowledgeGraph) -> None:
    counted = any_graph.snapshot.manifest["graphs"]
    for layer in set(LAYERS) - {"ontology", "alignments"}:
        wanted = {any_graph.project.graph_iri(name) for name in names(any_graph, layer)}
        sizes = {iri: about["triples"] for iri, about in counted.items() if iri in wanted}
        exported = list(ox.parse(exported_as_quads(any_graph, layer), ox.RdfFormat.N_QUADS))
        assert len(exported) == sum(sizes.values()) > 0, layer
        assert {quad.graph_name.value for quad in exported} == set(sizes)


def exported_as_quads(graph: KnowledgeGraph, *layers: str, **options: object) -> bytes:
    import io

    file = io.BytesIO()
    graph.export(file, form="nquads", layers=layers, **options)  # type: ignore[arg-type]
    return file.getvalue()


def test_an_article_alone_and_with_what_it_stands_on(any_graph: KnowledgeGraph) -> None:
    slug = slugs(any_graph)[0]
    alone = names(any_graph, articles=(slug,))
    assert alone
    assert all(name.startswith(f"article/{slug}/") for name in alone)
    assert names(any_graph, "all", articles=(slug,)) == alone | {
        name for name in names(any_graph) if not name.startswith("article/")
    }
    assert names(any_graph, "claims", "ontology", articles=(slug,)) == {
        "ontology",
        *(f"article/{slug}/{part}" for part in ("meta", "passages", "claims")),
    }


@pytest.mark.parametrize(
    ("layers", "articles", "words"),
    [
        (["clams"], [], "did you mean claims"),
        (["everything"], [], "is not a layer"),
        ([], ["2026-09-10-late-frst"], "did you mean 2026-09-10-late-frost"),
        (["ontology"], ["2026-09-10-late-frost"], "all articles share"),
    ],
)
def test_unknown_names_are_refused_with_the_nearest(
    orchards_graph: KnowledgeGraph, layers: list[str], articles: list[str], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        names(orchards_graph, *layers, articles=tuple(articles))
