"""kg show: one page about one entity."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.errors import UsageError
from kg.project.project import Project
from kg.query.entity_page import MOST, as_json, as_text
from tests.command import Kg


@pytest.fixture(scope="module")
def graph(orchards_built: Path) -> KnowledgeGraph:
    return KnowledgeGraph.open(Project.load(orchards_built))


def test_a_page_has_names_kinds_and_links(graph: KnowledgeGraph) -> None:
    page = graph.show("Tollan Fruit")
    assert (page.label, page.name) == ("Tollan growers' cooperative", "tollan:Cooperative")
    assert page.kinds == ("growers' cooperative",)
    assert "agent" in page.wider_kinds and "growers' cooperative" not in page.wider_kinds
    assert page.names == ("Tollan Fruit",)
    assert graph.show("north orchard").links == ("https://example.org/orchards/map",)


def test_facts_background_and_what_follows_stand_apart(graph: KnowledgeGraph) -> None:
    page = graph.show("tollan:NorthOrchard")
    assert page.background == ("north orchard lies next to south orchard",)
    assert page.facts == ("first harvest of Amber Lady in 2026 harvested in north orchard",)
    assert "Amber Lady grown in north orchard" in page.follows


def test_claims_about_it_are_grouped_by_holder(graph: KnowledgeGraph) -> None:
    page = graph.show("#AprilFrost")
    assert [[view.iri.partition("#")[2] for view in views] for views in page.claims.values()] == [["S005"]]
    assert list(page.claims) == ["growers, unnamed"]
    everything = graph.show("#Harvest").claims
    sizes = [len(views) for views in everything.values()]
    assert sizes == sorted(sizes, reverse=True) and sum(sizes) >= 4


def test_claims_that_it_holds_stand_apart(graph: KnowledgeGraph) -> None:
    holder = next(iter(graph.sparql("SELECT ?h { ?c secpol:heldBy ?h } ORDER BY ?h LIMIT 1")))["h"].value
    page = graph.show(holder)
    assert page.voiced
    assert not {view.iri for view in page.voiced} & {
        view.iri for views in page.claims.values() for view in views
    }


def test_mentions_have_their_words_and_place(any_graph: KnowledgeGraph) -> None:
    row = next(
        iter(
            any_graph.sparql("SELECT ?e ?w { ?m secpol:refersTo ?e ; secpol:surface ?w } ORDER BY ?m LIMIT 1")
        )
    )
    page = any_graph.show(row["e"].value)
    assert row["w"].value in {mention.surface for mention in page.mentions}


def test_a_long_section_says_that_it_is_shortened(graph: KnowledgeGraph) -> None:
    shipped = KnowledgeGraph.open(Project.shipped(), fresh=False)
    page = shipped.show("#authors")
    short, whole = list(as_text(page)), list(as_text(page, everything=True))
    assert len(page.voiced) > MOST
    assert f"  and {len(page.voiced) - MOST} more; --all shows them" in short
    assert not any("more; --all" in line for line in whole)
    assert {line for line in short if "more; --all" not in line} < set(whole)


def test_many_holders_are_shortened_too(graph: KnowledgeGraph) -> None:
    page = graph.show("#Harvest")
    views = next(iter(page.claims.values()))
    many = replace(page, claims={f"holder {number:02}": views for number in range(MOST + 3)})
    short, whole = list(as_text(many)), list(as_text(many, everything=True))
    assert f"and {3 * len(views)} more claims about it by 3 other holders; --all shows them" in short
    assert not any("holder 13" in line for line in short)
    assert any("holder 14" in line for line in whole) and "other holders" not in "\n".join(whole)


def test_json_is_whole(graph: KnowledgeGraph) -> None:
    page = json.loads(as_json(graph.show("#Harvest")))
    assert page["label"] == "first harvest of Amber Lady in 2026"
    assert all(view["passages"] for views in page["claims"].values() for view in views)
    assert not any("others" in view for views in page["claims"].values() for view in views)


def test_what_the_graph_does_not_speak_of_is_an_error(graph: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="does not speak of"):
        graph.show("https://example.org/nothing")


def test_what_an_article_is_called_does_not_make_it_inferred(orchards: Path) -> None:
    before = KnowledgeGraph.open(Project.load(orchards)).show("#Harvest")
    (article,) = (orchards / "articles").iterdir()
    for file in article.glob("*.ttl"):
        text = file.read_text(encoding="utf-8").replace(article.name, "2025-inferred-threats")
        file.write_text(text, encoding="utf-8")
    article.rename(article.with_name("2025-inferred-threats"))
    after = KnowledgeGraph.open(Project.load(orchards), strict=True).show("#Harvest")
    assert before.kinds and (after.kinds, after.wider_kinds) == (before.kinds, before.wider_kinds)


def test_what_is_said_of_an_article_itself_is_no_fact(any_graph: KnowledgeGraph) -> None:
    (row, *_) = any_graph.sparql("SELECT ?a ?l { ?p secpol:passageOf ?a . ?a rdfs:label ?l } LIMIT 1")
    page = any_graph.show(row["a"].value)
    assert page.meta and not page.facts
    assert f"Meta ({len(page.meta)})" in list(as_text(page))


def test_the_command(orchards: Path, kg: Kg) -> None:
    ran = kg("show", "amber lady", cwd=orchards)
    assert ran.status == 0 and ran.out.startswith("Amber Lady  tollan:AmberLady\n")
    assert kg("show", "amber lad", cwd=orchards).status == 2
