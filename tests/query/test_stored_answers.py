"""The stored queries on the first article: expected answers, the same in rdflib, and the questions' traps."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from kg import KnowledgeGraph, Project
from kg.query.answer import Format
from kg.query.engine import run
from kg.query.parameters import Parameter, bind
from kg.query.stored import StoredQuery, catalogue
from kg.query.tokens import values_blocks
from kg.terms import PREFIXES, RDF_TYPE, SECPOL
from tests.console import run as run_command
from tests.console import steps

REPOSITORY = Path(__file__).parents[2]
QUERIES = catalogue(Project.load(REPOSITORY))
ARTICLE = "https://w3id.org/secpol/article/2024-12-11-america-needs-japan"
AUTHORS = "#authors"
CORE_TOPICS = ("core", "claims", "figures")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")

Row = dict[str, str]
Ask = Callable[..., list[Row]]
YesOrNo = Callable[..., bool]


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


@pytest.fixture(scope="module")
def graph() -> KnowledgeGraph:
    return KnowledgeGraph.open(Project.load(REPOSITORY), strict=True)


@pytest.fixture(scope="module")
def dataset(graph: KnowledgeGraph) -> rdflib.Dataset:
    return graph.to_rdflib()


@pytest.fixture(scope="module")
def ask(graph: KnowledgeGraph) -> Ask:
    """Asks a stored query; a row has the short forms of its terms, unbound ones left out."""

    def rows(name: str, **parameters: Any) -> list[Row]:
        answer = graph.query(name, **parameters)
        names = answer.variables
        return [{n: short(row[n]) for n in names if row[n] is not None} for row in answer]

    return rows


@pytest.fixture(scope="module")
def yes(graph: KnowledgeGraph) -> YesOrNo:
    return lambda name, **parameters: bool(graph.query(name, **parameters))


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
        assert written.getvalue() in (b"true", b"false") or len(written.getvalue().splitlines()) > 1


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
        assert f"\nsecpol:{name} a owl:" in declared, name


@pytest.mark.parametrize(("topic", "name", "parameters"), NEGATIVE)
def test_where_there_is_nothing_nothing_is_found(
    topic: str, name: str, parameters: dict[str, Any], graph: KnowledgeGraph
) -> None:
    assert QUERIES[name].topic == topic
    answer = graph.query(name, **parameters)
    assert not (list(answer) if answer.variables else answer)


def test_every_topic_has_a_negative_case() -> None:
    assert {topic for topic, _, _ in NEGATIVE} == {stored.topic for stored in QUERIES.values()}


# ---- The traps of the competency questions (the number is the question's) ----


def test_1_two_acts_of_different_kinds_and_no_city(ask: Ask) -> None:
    rows = ask("who-rejected")
    assert [(row["body"], row["kind"]) for row in rows] == [
        ("ent:GovUS", "secpol:RejectionAct"),
        ("ent:IshibaCabinet", "secpol:ShelvingAct"),
    ]
    assert {row["holder"] for row in rows} == {AUTHORS}
    assert all(row["passage"].startswith("#char=") for row in rows)


def test_1_the_acts_have_bounds_and_no_dates(ask: Ask) -> None:
    acts = {row["body"]: row for row in ask("proposal-history") if "body" in row}
    for body in ("ent:GovUS", "ent:IshibaCabinet"):
        assert acts[body]["earliest"].startswith("2024-09-01T")
        assert acts[body]["latest"].startswith("2024-12-11T")


def test_2_a_status_for_each_body_and_no_single_one(ask: Ask) -> None:
    assert {(row["body"], row["status"]) for row in ask("proposal-status")} == {
        ("ent:GovUS", "secpol:Rebuffed"),
        ("ent:IshibaCabinet", "secpol:Shelved"),
    }


def test_4_two_different_predecessors(ask: Ask) -> None:
    rows = ask("predecessors", idea="Asian NATO")
    assert {row["predecessor"] for row in rows} == {"ent:AbeIndoPacificVision", "ent:AbeTaiwanAdvocacy"}
    assert {row["owner"] for row in rows} == {"ent:Abe"}


def test_5_the_first_flaw_is_only_an_apparent_implication(ask: Ask) -> None:
    first, second, third = ask("proposal-flaws")
    assert (first["certainty"], first["polarity"]) == ("secpol:Probable", "secpol:Affirmed")
    assert second["certainty"] == "secpol:UncommittedCertainty"
    assert third["certainty"] == "secpol:Certain"


def test_5_perhaps_the_biggest_ranks_and_is_no_flaw_of_its_own(ask: Ask) -> None:
    rankings = {row["ranking"] for row in ask("proposal-flaws") if "ranking" in row}
    assert len(rankings) == 1
    assert rankings <= {row["claim"] for row in ask("claims-by-certainty", certainty="possible")}


def test_7_two_strengths_and_both_are_predictions(ask: Ask) -> None:
    rows = ask("clashing-lines", agenda="America first")
    assert sorted(row["certainty"] for row in rows) == ["secpol:Possible", "secpol:Probable"]
    assert {row["foreseen"] for row in rows} == {"true"}


def test_8_no_doubt_is_the_authors_own_flat_assertion(ask: Ask) -> None:
    rows = ask("doubts-about", state="United States")
    assert AUTHORS not in {row["holder"] for row in rows}
    assert {"ent:GovJapan", "ent:GovPhilippines"} < {row["holder"] for row in rows}
    assert {row["certainty"] for row in rows if row["holder"] == "ent:GovJapan"} == {"secpol:Possible"}


def test_8_the_elites_doubt_is_a_test_of_resolve(ask: Ask) -> None:
    (row,) = [row for row in ask("doubts-about") if row["holder"] == "ent:JapaneseElites"]
    assert row["relation"] == "rel:testOf"


def test_9_grievances_without_a_holder_are_not_the_governments(ask: Ask) -> None:
    assert len(ask("grievances", holder="government of Japan")) == 1
    assert len(ask("grievances", holder="members of the National Diet")) == 1
    unnamed = {row["holder"] for row in ask("unattributed-views")}
    assert len([row for row in ask("grievances") if row["holder"] in unnamed]) > 3


def test_11_many_elites_are_not_all_elites_and_not_the_government(ask: Ask) -> None:
    rows = ask("claims-by-holder", holder="Japanese elites")
    assert len(rows) == 2
    assert {row["quantifier"] for row in rows} == {"secpol:Many"}
    ours = {row["claim"] for row in ask("claims-by-holder", holder="government of Japan")}
    assert not ours & {row["claim"] for row in rows}


def test_12_neither_the_authors_nor_the_us_hold_that_ambiguity_avoids_conflict(
    ask: Ask, graph: KnowledgeGraph
) -> None:
    (row,) = ask("who-holds", subject="strategic ambiguity", object="#AvoidingConflict")
    assert "secpol:UnspecifiedAgent" in kinds_of(graph, row["holder"])


def test_14_concessions_do_not_surface_as_main_points(ask: Ask) -> None:
    conceded = {row["claim"] for row in ask("concessions")}
    assert len(conceded) == 8
    main = {row["claim"] for row in ask("main-points")}
    assert not conceded & main
    assert main >= {row["main"] for row in ask("concessions")}


def test_15_what_is_denied_does_not_exist_as_an_event(ask: Ask, yes: YesOrNo, graph: KnowledgeGraph) -> None:
    assert len(ask("denied")) == 7
    assert not yes("denied-yet-a-fact")
    for row in ask("denied"):
        assert kinds_of(graph, row["object"])
        assert "secpol:Occurrence" not in kinds_of(graph, row["object"]), row


def test_16_exercise_figures_do_not_support_that_japan_is_indispensable(ask: Ask) -> None:
    rows = ask("grounds", claim="#S123")
    assert {row["holder"] for row in rows} == {"ent:CSIS", "ent:SPF"}
    assert len({row["ground"] for row in rows}) == 1


def test_17_the_grounds_are_attached_to_a_view_of_the_government(ask: Ask) -> None:
    for claim, grounds in (("#S083", 3), ("#S084", 5)):
        rows = ask("grounds", claim=claim)
        assert len({row["ground"] for row in rows}) == grounds
        assert {row["claimHolder"] for row in rows} == {"ent:GovJapan"}
        assert {row["holder"] for row in rows} == {AUTHORS}


def test_19_the_invasion_is_no_event_and_the_findings_are_conditional(
    ask: Ask, yes: YesOrNo, graph: KnowledgeGraph
) -> None:
    rows = ask("wargames")
    assert {(row["organiser"], row["edtf"]) for row in rows} == {
        ("ent:CSIS", "2023-01/2023-04"),
        ("ent:SPF", "2023-01/2023-04"),
    }
    (scenario,) = {row["scenario"] for row in rows}
    assert "secpol:Scenario" in kinds_of(graph, scenario)
    assert "secpol:Occurrence" not in kinds_of(graph, scenario)
    assert not yes("did-it-happen", kind="armed conflict")
    assert all(row["condition"] for row in ask("wargame-findings"))
    held = {row["claim"] for row in ask("claims-by-holder", holder="CSIS")}
    assert held == {row["claim"] for row in ask("wargame-findings")}


def test_21_the_coast_guard_is_not_copied_to_the_air_incursion(ask: Ask) -> None:
    rows = {row["place"]: row for row in ask("incursions")}
    assert rows["ent:SenkakuIslands"]["intruder"] == "ent:ChinaCoastGuard"
    assert rows["ent:SenkakuIslands"]["contested"] == "true"
    assert "owner" not in rows["ent:SenkakuIslands"]
    for place in ("ent:JapaneseAirspaceNearDanjo", "ent:TerritorialSeaNearKuchinoerabu"):
        assert rows[place]["intruder"] == "ent:China"
        assert (rows[place]["contested"], rows[place]["owner"]) == ("false", "ent:Japan")
    assert len(rows) == 3


def test_22_the_absence_of_a_punitive_step_is_an_answer(ask: Ask, yes: YesOrNo) -> None:
    rows = ask("responses", body="Biden administration")
    done = {row["kind"] for row in rows if row["polarity"] == "secpol:Affirmed"}
    assert done == {"secpol:CriticismAct", "secpol:MilitaryExercise", "secpol:Patrol"}
    assert len([row for row in rows if row["polarity"] == "secpol:Denied"]) == 2
    assert not yes("did-it-happen", kind="punitive measure")
    assert yes("did-it-happen", kind="military exercise")


def test_23_trends_have_no_numbers(ask: Ask, graph: KnowledgeGraph) -> None:
    rising = {row["what"] for row in ask("trends", direction="rising")}
    assert {"#CCGSenkakuIncursions", "ent:JapanPhilippinesCooperation", "#MaritimeEngagements"} < rising
    assert {row["what"] for row in ask("trends", direction="falling")} == {"#ConfidenceInUSPlanning"}
    for row in ask("figures"):
        assert "secpol:TrendFigure" not in kinds_of(graph, row["figure"])
    weaker = {row["what"] for row in ask("waxing-and-waning") if row["relation"] == "rel:weakensAs"}
    assert {"ent:SanFranciscoSystem", "ent:USPhilippinesPartnership"} <= weaker


def test_25_the_list_of_recipients_is_open_and_names_no_other(ask: Ask) -> None:
    rows = ask("assistance", framework="OSA")
    named = {row["recipient"] for row in rows if "quantifier" not in row}
    assert named == {"ent:Bangladesh", "ent:Malaysia", "ent:Philippines"}
    assert {row["giver"] for row in rows if row["recipient"] in named} == {"ent:Japan"}
    assert {row["quantifier"] for row in rows if row["recipient"] not in named} == {"secpol:Some"}


def test_26_the_replacement_is_a_claim_and_not_a_fact(ask: Ask, graph: KnowledgeGraph) -> None:
    (row,) = ask("what-replaced")
    assert (row["new"], row["status"], row["trend"]) == ("ent:LatticeNetwork", "secpol:View", "secpol:Rising")
    assert row["holder"] in {view["holder"] for view in ask("unattributed-views")}
    assert not list(graph.snapshot.store.quads_for_pattern(None, SECPOL("supersedes"), None))


def test_27_by_500_percent_is_sixfold_and_not_fivefold(ask: Ask) -> None:
    (row,) = ask("growth")
    assert (row["percent"], row["factor"], row["approximation"]) == ("500", "6", "secpol:About")
    assert (row["baseline"], row["period"]) == ("2012", "2012/2021")


def test_27_nearly_100_is_at_most_100(ask: Ask) -> None:
    numbers = {(row["value"], row["approximation"], row.get("upper")) for row in ask("figures")}
    assert numbers == {
        ("500", "secpol:About", None),
        ("100", "secpol:Nearly", "100"),
        ("20", "secpol:Exact", None),
        ("2", "secpol:Exact", None),
        ("47", "secpol:Exact", None),
    }
    assert len(ask("figures")) == 6


def test_27_the_exercises_counted_leave_the_us_out(ask: Ask) -> None:
    (row,) = ask("exercises", actor="Japan")
    assert row["without"] == "ent:US"
    assert row["exercise"] in {figure["of"] for figure in ask("figures")}


def test_29_the_text_contradicts_itself_and_the_graph_does_not(ask: Ask, yes: YesOrNo) -> None:
    (row,) = ask("contested")
    assert row["how"] == "secpol:contradicts"
    assert row["holder"] == row["againstHolder"] == AUTHORS
    titles = [row.get("title") for row in ask("affiliations", whole="ACRI")]
    assert titles.count("Project and Research Officer") == 2
    assert titles.count(None) == 2


def test_30_every_unnamed_holder_is_the_holder_of_one_view_only(ask: Ask) -> None:
    rows = ask("unattributed-views")
    assert len({row["claim"] for row in rows}) >= 23
    assert len({row["holder"] for row in rows}) > 8
    views = ask("holders")
    assert {row["holder"] for row in rows} < {row["holder"] for row in views}


def test_washington_is_a_government_but_once(ask: Ask) -> None:
    meant = Counter(row["entity"] for row in ask("who-is-meant", surface="Washington"))
    assert meant.keys() == {"ent:GovUS", "ent:WashingtonCity"}
    assert meant["ent:WashingtonCity"] == 1
    assert "Washington" in {row["name"] for row in ask("names", entity="ent:GovUS")}


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


def test_a_denied_content_that_is_a_fact_is_found() -> None:
    assert not on(SEED, "denied-yet-a-fact")
    assert on(SEED + FACT, "denied-yet-a-fact")


def test_a_prediction_is_open_until_it_is_a_fact() -> None:
    assert [row["claim"] for row in rows_on(SEED, "predictions")] == ["#later"]
    assert not rows_on(SEED + FACT, "predictions")


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
    yield "| query | question | parameters |"
    yield "|---|---|---|"
    for stored in QUERIES.values():
        if stored.topic == topic:
            parameters = ", ".join(map(parameter_cell, stored.parameters))
            yield f"| `{stored.name}` | {stored.summary} | {parameters} |"


def parameter_cell(parameter: Parameter) -> str:
    marks = [" (needed)" if parameter.required else "", "..." if parameter.is_list else ""]
    default = f" = {' '.join(parameter.default)}" if parameter.default else ""
    return f"`{parameter.option}`{''.join(marks)}{default}"


# ---- Helpers ----


def examples(stored: StoredQuery) -> dict[str, Any]:
    """What a query needs to be asked with; most need nothing."""
    return {p.name: str(p.example) for p in stored.parameters if p.required}


def short(term: object) -> str:
    """A term for reading: `#S025`, `ent:GovUS`, or the value of a literal."""
    if isinstance(term, ox.Literal):
        return term.value
    assert isinstance(term, ox.NamedNode)
    if "#" in term.value and "/article/" in term.value:
        return term.value[term.value.index("#") :]
    for prefix in ("secpol", "ent", "rel"):
        if term.value.startswith(PREFIXES[prefix]):
            return f"{prefix}:{term.value.removeprefix(PREFIXES[prefix])}"
    return term.value


def full(name: str) -> str:
    """The IRI of what `short` gives."""
    if name.startswith("#"):
        return ARTICLE + name
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def kinds_of(graph: KnowledgeGraph, name: str) -> set[str]:
    """The classes of what `short` names, inferred ones included."""
    found = graph.snapshot.store.quads_for_pattern(ox.NamedNode(full(name)), RDF_TYPE, None)
    return {short(quad.object) for quad in found}


def expanded(written: str) -> str:
    """A term of a VALUES block as N-Triples writes it."""
    if written.isdecimal():
        return f'"{written}"^^<http://www.w3.org/2001/XMLSchema#integer>'
    return written if written[0] in '<"' else f"<{full(written)}>"


def terms_of(graph: KnowledgeGraph, text: str) -> list[dict[str, ox.NamedNode | ox.Literal | None]]:
    answer = graph.sparql(text)
    names = answer.variables
    return [{name: row[name] for name in names} for row in answer]


def rows_in(store: ox.Store, text: str) -> bool | list[tuple[str, ...]]:
    result = run(store, text, PREFIXES)
    if isinstance(result, ox.QueryBoolean):
        return bool(result)
    assert isinstance(result, ox.QuerySolutions)
    return [tuple(map(str, row)) for row in result]


def on(turtle: str, name: str, **values: ox.NamedNode) -> ox.QuerySolutions | ox.QueryBoolean:
    """The answer to a stored query over some Turtle alone; parameters not given are at any value."""
    store = ox.Store()
    for part in turtle.split("@base")[1:]:
        store.load(f"@base{part}".encode(), ox.RdfFormat.TURTLE)
    terms = {p.name: (values[p.name],) if p.name in values else () for p in QUERIES[name].parameters}
    result = run(store, bind(QUERIES[name].text, terms), PREFIXES)
    assert not isinstance(result, ox.QueryTriples)
    return result


def rows_on(turtle: str, name: str, **values: ox.NamedNode) -> list[Row]:
    result = on(turtle, name, **values)
    assert isinstance(result, ox.QuerySolutions)
    names = [variable.value for variable in result.variables]
    return [{n: short(row[n]) for n in names if row[n] is not None} for row in result]


def in_oxigraph(graph: KnowledgeGraph, text: str) -> Counter[tuple[str, ...]] | bool:
    answer = graph.sparql(text)
    if answer.is_graph:
        return Counter({tuple(map(str, (t.subject, t.predicate, t.object))) for t in answer})
    if not answer.variables:
        return bool(answer)
    names = answer.variables
    return Counter(tuple(str(row[name]) for name in names) for row in answer)


def in_rdflib(dataset: rdflib.Dataset, text: str) -> Counter[tuple[str, ...]] | bool:
    result = dataset.query(text)
    if result.type == "ASK":
        return bool(result.askAnswer)
    if result.type == "CONSTRUCT":
        return Counter({as_oxigraph(triple) for triple in result.graph or ()})
    return Counter(as_oxigraph(row) for row in result if isinstance(row, tuple))


def as_oxigraph(terms: Iterable[object]) -> tuple[str, ...]:
    """Terms as pyoxigraph writes them; rdflib spells the zone of a moment +00:00 instead of Z."""
    return tuple(map(_as_oxigraph, terms))


def _as_oxigraph(term: object) -> str:
    if term is None:
        return "None"
    if not isinstance(term, rdflib.Literal):
        return str(ox.NamedNode(str(term)))
    if term.language:
        return str(ox.Literal(str(term), language=term.language))
    if term.datatype is None:
        return str(ox.Literal(str(term)))
    value = str(term).replace("+00:00", "Z") if term.datatype == rdflib.XSD.dateTime else str(term)
    return str(ox.Literal(value, datatype=ox.NamedNode(str(term.datatype))))
