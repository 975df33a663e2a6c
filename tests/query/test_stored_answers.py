"""The stored queries on the first article: expected answers, and the same in rdflib."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from kg import KnowledgeGraph
from kg.query.answer import Format
from kg.query.parameters import Parameter, bind
from kg.query.stored import StoredQuery
from kg.query.tokens import values_blocks
from tests.console import run as run_command
from tests.console import steps
from tests.query.asked import (
    QUERIES,
    REPOSITORY,
    examples,
    expanded,
    in_oxigraph,
    in_rdflib,
    on,
    rows_in,
    rows_on,
    terms_of,
)

CORE_TOPICS = ("core", "claims", "figures")


pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")


def required(parameter: Parameter) -> bool:
    """Whether it always has a value, its own or a default."""
    return parameter.required or bool(parameter.default)


def each(queries: Iterable[StoredQuery]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("stored", list(queries), ids=lambda stored: stored.name)


every_query = each(QUERIES.values())
every_open_query = each(
    stored for stored in QUERIES.values() if not all(required(p) for p in stored.parameters)
)
every_core_query = each(stored for stored in QUERIES.values() if stored.topic in CORE_TOPICS)

# A value for which there must be nothing, at least one for each topic.
NEGATIVE = [
    ("actors", "office-holders", {"person": "ent:Biden", "office": "ent:PrimeMinisterJapan"}),
    ("actors", "doubts-about", {"state": "ent:Philippines"}),
    ("actors", "who-backs-whom", {"backer": "ent:China"}),
    ("agreements", "arrangement-parties", {"party": "ent:Taiwan"}),
    ("agreements", "are-allied", {"one": "ent:Japan", "other": "ent:Philippines"}),
    ("agreements", "what-replaced", {"old": "ent:LatticeNetwork"}),
    ("capabilities", "dependences", {"dependent": "ent:China"}),
    ("capabilities", "threats", {"threatened": "ent:US"}),
    ("claims", "claims-by-holder", {"holder": "ent:WashingtonCity"}),
    ("claims", "claims-by-holder", {"holder": "ent:Japan"}),
    ("claims", "reported-views", {"stance": "rejects"}),
    ("claims", "denied-yet-a-fact", {}),
    ("core", "timeline", {"to_year": "2011", "participant": "ent:OSA"}),
    ("core", "roles", {"agent": "ent:TrumpAdmin2"}),
    ("events", "did-it-happen", {"kind": "secpol:ArmedConflict"}),
    ("events", "assistance", {"recipient": "ent:Taiwan"}),
    ("events", "responses", {"body": "ent:TrumpAdmin2"}),
    ("figures", "growth", {"of": "#JapanFoodImports"}),
    ("figures", "trends", {"direction": "steady"}),
    ("places", "incursions", {"intruder": "ent:Japan"}),
    ("places", "disputed-places", {"place": "ent:JapaneseAirspaceNearDanjo"}),
    ("policy", "who-rejected", {"proposal": "ent:AllianceRebalanceMeasures"}),
    ("policy", "clashing-lines", {"agenda": "ent:OSA"}),
]


# ---- Every query ----


def test_there_are_enough_of_every_kind() -> None:
    assert len(QUERIES) >= 30
    assert len(list((REPOSITORY / "queries").glob("*/*.rq"))) == len(QUERIES), "a name stands in two topics"
    assert {"table", "boolean", "graph"} == {stored.header("expects") for stored in QUERIES.values()}


@every_query
def test_the_header_says_what_the_query_answers(stored: StoredQuery, graph: KnowledgeGraph) -> None:
    answer = graph.query(stored.name, **examples(stored))
    assert stored.header("expects") == (
        "graph" if answer.is_graph else "table" if answer.variables else "boolean"
    )
    assert stored.summary.endswith("?") or answer.is_graph
    assert str(stored.header("description")).strip().endswith(".")
    assert stored.header("tags")
    for parameter in stored.parameters:
        assert parameter.description.endswith("."), parameter.name
        assert bool(parameter.default) != bool(parameter.example), parameter.name


@every_query
def test_the_file_stands_with_its_defaults_and_examples(stored: StoredQuery, graph: KnowledgeGraph) -> None:
    """What a reader finds in a VALUES block is what the header announces."""
    blocks = {block.name: stored.text[block.start : block.end] for block in values_blocks(stored.text)}
    assert blocks.keys() == {parameter.name for parameter in stored.parameters}
    for parameter in stored.parameters:
        values = parameter.default or (str(parameter.example),)
        announced = [str(parameter.term(value, graph.lookup)) for value in values]
        assert [expanded(term) for term in blocks[parameter.name].split()] == announced, parameter.name


@every_query
def test_the_answer_is_the_expected_one(stored: StoredQuery, graph: KnowledgeGraph) -> None:
    answer = graph.query(stored.name, **examples(stored))
    written = io.BytesIO()
    if answer.is_graph:
        answer.write(written, Format.NTRIPLES)
        found = b"".join(sorted(set(written.getvalue().splitlines(keepends=True))))
        assert found == stored.path.with_suffix(".expected.nt").read_bytes()
        assert found
    else:
        answer.write(written, Format.CSV)
        assert written.getvalue() == stored.path.with_suffix(".expected.csv").read_bytes()
        assert written.getvalue() in (b"true\n", b"false\n") or len(written.getvalue().splitlines()) > 1


def test_no_expected_answer_is_left_over() -> None:
    for path in (REPOSITORY / "queries").glob("*/*.expected.*"):
        assert path.with_name(path.name.partition(".")[0] + ".rq").exists(), path


@every_query
def test_the_file_runs_in_rdflib_as_it_stands(
    stored: StoredQuery, graph: KnowledgeGraph, dataset: rdflib.Dataset
) -> None:
    found = in_oxigraph(graph, stored.text)
    assert in_rdflib(dataset, stored.text) == found
    assert found not in (Counter(), None)


@pytest.mark.full
@every_open_query
def test_any_value_means_the_same_in_rdflib(
    stored: StoredQuery, graph: KnowledgeGraph, dataset: rdflib.Dataset
) -> None:
    text = bind(stored.text, {p.name: () for p in stored.parameters if not required(p)})
    assert in_rdflib(dataset, text) == in_oxigraph(graph, text)


@every_query
def test_the_order_is_total(stored: StoredQuery, graph: KnowledgeGraph) -> None:
    """No two rows tie in ORDER BY, so the answer does not depend on an engine's whim."""
    answer = graph.query(stored.name, **examples(stored))
    if not answer.variables:
        return
    keys = re.findall(r"\?(\w+)", stored.text.rpartition("ORDER BY")[2])
    assert set(keys) <= set(answer.variables)
    seen = Counter(tuple(str(row[key]) for key in keys) for row in answer)
    assert not [key for key, number in seen.items() if number > 1]


@every_query
def test_a_parameter_left_out_means_all(stored: StoredQuery, graph: KnowledgeGraph) -> None:
    """Asking for a value gives exactly the rows with that value of the answer to all (UNDEF)."""
    free = {p.name: () for p in stored.parameters if not required(p)}
    if stored.header("expects") != "table" or not free:
        return
    whole = bind(stored.text, free)
    everything = terms_of(graph, whole)
    for parameter in stored.parameters:
        if parameter.name in free and everything and parameter.name in everything[0]:
            for value in {row[parameter.name] for row in everything}:
                assert value is not None, f"{parameter.name} may be unbound, so UNDEF would not mean all"
                some = terms_of(graph, bind(whole, {parameter.name: (value,)}))
                assert some == [row for row in everything if row[parameter.name] == value], parameter.name


@every_core_query
def test_core_topics_use_the_core_vocabulary_alone(stored: StoredQuery) -> None:
    """A project on the core modules alone gets these topics."""
    declared = "".join(
        (REPOSITORY / "ontology" / f"{module}.ttl").read_text(encoding="utf-8") for module in CORE_TOPICS
    )
    code = re.sub(r"(?m)^#.*|<[^>]*>", "", stored.text)
    assert not re.findall(r"\b(?:ent|rel):\w+", re.sub(r"VALUES \$\w+ \{[^}]*\}", "", code))
    for name in set(re.findall(r"\bsecpol:(\w+)", code)):
        assert re.search(rf"^secpol:{name} a\s+owl:", declared, re.MULTILINE), name


@pytest.mark.parametrize(("topic", "name", "parameters"), NEGATIVE)
def test_where_there_is_nothing_nothing_is_found(
    topic: str, name: str, parameters: dict[str, Any], graph: KnowledgeGraph
) -> None:
    assert QUERIES[name].topic == topic
    answer = graph.query(name, **parameters)
    assert not (list(answer) if answer.variables else answer)


def test_every_topic_has_a_negative_case() -> None:
    assert {topic for topic, _, _ in NEGATIVE} == {stored.topic for stored in QUERIES.values()}


# ---- What the article has no case of ----

SEED = """
@base <https://w3id.org/secpol/article/a> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix secpol: <https://w3id.org/secpol/ontology#> .
<#yes> rdfs:label "It is so"@en ; secpol:proposition <#yesp> ; secpol:polarity secpol:Affirmed ;
    secpol:heldBy <#one> ; secpol:evidencedBy <#char=0,2> .
<b#no> rdfs:label "It is not so"@en ; secpol:proposition <b#nop> ; secpol:polarity secpol:Denied ;
    secpol:heldBy <b#other> ; secpol:evidencedBy <b#char=3,5> .
<#later> a secpol:PredictiveClaim ; rdfs:label "It will be so"@en ; secpol:proposition <#laterp> ;
    secpol:certainty secpol:Certain ; secpol:polarity secpol:Affirmed ; secpol:heldBy <#one> ;
    secpol:evidencedBy <#char=0,2> .
<#yesp> secpol:propSubject <#s> ; secpol:propPredicate secpol:partOf ; secpol:propObject <#o> .
<b#nop> secpol:propSubject <#s> ; secpol:propPredicate secpol:partOf ; secpol:propObject <#o> .
<#laterp> secpol:propSubject <#s> ; secpol:propPredicate secpol:partOf ; secpol:propObject <#o> .
<#char=0,2> secpol:passageOf <> . <b#char=3,5> secpol:passageOf <b> .
"""
FACT = """
@base <https://w3id.org/secpol/article/a> .
@prefix secpol: <https://w3id.org/secpol/ontology#> .
<#s> secpol:partOf <#o> . <#yes> secpol:assertedAs secpol:Fact .
"""


def test_a_view_that_another_denies_is_contested() -> None:
    rows = rows_on(SEED, "contested")
    assert {row["claim"] for row in rows} == {"#yes", "#later"}
    assert {(row["against"], row["how"]) for row in rows} == {("#no", "secpol:Denied")}


@pytest.mark.parametrize(("article", "pairs"), [("a", 2), ("b", 2), ("c", 0)])
def test_either_article_knows_of_a_contested_pair(article: str, pairs: int) -> None:
    node = ox.NamedNode(f"https://w3id.org/secpol/article/{article}")
    assert len(rows_on(SEED, "contested", article=node)) == pairs


@pytest.mark.parametrize(("said", "denied"), [("alliedWith", "alliedWith"), ("hasTenure", "tenureHolder")])
def test_a_pair_is_contested_though_it_is_said_the_other_way_round(said: str, denied: str) -> None:
    content = "secpol:propSubject <#s> ; secpol:propPredicate secpol:{} ; secpol:propObject <#o> ."
    back = "secpol:propSubject <#o> ; secpol:propPredicate secpol:{} ; secpol:propObject <#s> ."
    seed = SEED.replace(f"<b#nop> {content.format('partOf')}", f"<b#nop> {back.format(denied)}")
    seed = seed.replace(content.format("partOf"), content.format(said))
    schema = """
        @prefix owl: <http://www.w3.org/2002/07/owl#> .
        secpol:alliedWith a owl:SymmetricProperty . secpol:hasTenure owl:inverseOf secpol:tenureHolder .
    """
    assert {row["claim"] for row in rows_on(seed + schema, "contested")} == {"#yes", "#later"}
    assert not rows_on(seed, "contested")


def test_a_denied_content_that_is_a_fact_is_found() -> None:
    assert not on(SEED, "denied-yet-a-fact")
    assert on(SEED + FACT, "denied-yet-a-fact")


def test_a_prediction_is_open_until_it_is_a_fact() -> None:
    assert [row["claim"] for row in rows_on(SEED, "predictions")] == ["#later"]
    assert not rows_on(SEED + FACT, "predictions")


def test_a_view_that_gives_a_value_has_holders(graph: KnowledgeGraph) -> None:
    rows = list(graph.query("who-holds", subject="ent:CoreyLeeBell"))
    assert [row["object"].value for row in rows] == ["Dr"]


@pytest.mark.parametrize("step", ["rdfs:subClassOf", "rdfs:subPropertyOf"])
def test_one_step_reaches_everything_above(step: str, graph: KnowledgeGraph) -> None:
    """The narrowest kind or role on record is asked for without a path; Virtuoso reads such paths wrongly."""
    further = f"?low {step}/{step} ?high FILTER NOT EXISTS {{ ?low {step} ?high }}"
    own = "FILTER(STRSTARTS(STR(?low), STR(secpol:)) && STRSTARTS(STR(?high), STR(secpol:)))"
    assert not graph.sparql(f"ASK {{ {further} {own} }}")
    assert graph.sparql(
        f"ASK {{ GRAPH <https://w3id.org/secpol/graph/ontology> {{ ?low {step} ?high }} {own} }}"
    )


@pytest.mark.full
def test_a_triple_in_two_graphs_counts_once(graph: KnowledgeGraph) -> None:
    """Engines differ on whether the union of graphs has it once; the stored queries must not."""
    twice = ox.Store()
    twice.extend(graph.snapshot.store)
    name = ox.NamedNode("https://example.org/again")
    twice.extend(ox.Quad(quad.subject, quad.predicate, quad.object, name) for quad in graph.snapshot.store)
    for stored in QUERIES.values():
        if stored.header("expects") != "graph" and "GRAPH ?" not in stored.text:
            once = rows_in(graph.snapshot.store, stored.text)
            assert rows_in(twice, stored.text) == once, stored.name


# ---- The catalogue ----


def test_the_page_lists_every_query_with_its_parameters() -> None:
    page = (REPOSITORY / "docs" / "queries.md").read_text(encoding="utf-8")
    for stored in QUERIES.values():
        assert "\n".join(catalogue_lines(stored.topic)) in page, stored.topic


def test_the_commands_of_the_page_print_what_it_shows(graph: KnowledgeGraph) -> None:
    shown = list(steps(REPOSITORY / "docs" / "queries.md"))
    assert len(shown) >= 3
    for step in shown:
        assert run_command(step.command, REPOSITORY, {"KG_TEXTS": "", "NO_COLOR": "1"}) == step.shown


def catalogue_lines(topic: str) -> Iterator[str]:
    """A topic's part of the page: one line for each query."""
    yield f"## {topic}"
    yield ""
    yield "| query | what it answers | parameters |"
    yield "|---|---|---|"
    for stored in QUERIES.values():
        if stored.topic == topic:
            parameters = ", ".join(map(parameter_cell, stored.parameters))
            yield f"| `{stored.name}` | {stored.summary} | {parameters} |"


def parameter_cell(parameter: Parameter) -> str:
    marks = [" (needed)" if parameter.required else "", "..." if parameter.is_list else ""]
    default = f" = {' '.join(parameter.default)}" if parameter.default else ""
    return f"`{parameter.option}`{''.join(marks)}{default}"
