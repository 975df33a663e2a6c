"""The traps of the competency questions on the first article; a test's number is its question's."""

from __future__ import annotations

from collections import Counter

from kg import KnowledgeGraph
from kg.core.terms import SECPOL
from tests.query.asked import (
    AUTHORS,
    Ask,
    YesOrNo,
    kinds_of,
)


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
        ("ent:CSIS", "[2023-01..2023-04]"),
        ("ent:SPF", "[2023-01..2023-04]"),
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
