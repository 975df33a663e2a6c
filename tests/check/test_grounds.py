"""Statements without the claim or the source that they need: each is found at its line, with its claim."""

from __future__ import annotations

import pytest

from kg.core.findings import Finding
from tests.check.conftest import Draft, of_rule

FACTS = "articles/2026-01-15-harbour-drill/facts.ttl"


def added(draft: Draft, text: str, name: str = "facts.ttl") -> int:
    """Write something at the end of a file of the article, and return its line."""
    path = draft.article / name
    said = path.read_text(encoding="utf-8")
    path.write_text(f"{said}\n{text}\n", encoding="utf-8")
    return said.count("\n") + 2


def grounds(draft: Draft) -> list[Finding]:
    """What is found about grounds."""
    rules = ("fact.unclaimed", "fact.view-only", "fact.would-be", "entity.unsourced")
    return [finding for finding in draft.report("shapes").findings if finding.rule in rules]


def test_the_clean_project_has_grounds_for_all_that_it_says(draft: Draft) -> None:
    assert grounds(draft) == []


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (
            "<#Drill> secpol:target <#Volunteers> .",
            "of 'rescue drill in the outer harbour' speak #S001, #S002",
        ),
        (
            "<#Drill> secpol:target <https://example.org/my-graph/entity/PortOfBrand> .",
            "no claim asserted as a fact says so; #S005, #S006 says it as a view",
        ),
        ("<#Drill> secpol:during <#time=2026-01-13> .", "written by hand, though #S001 says so"),
        (
            "<https://example.org/my-graph/entity/ElleryTown> "
            "secpol:headedBy <https://example.org/my-graph/entity/AdaMerrow> .",
            "no claim asserted as a fact says so",
        ),
    ],
)
@pytest.mark.parametrize("name", ["facts.ttl", "mentions.ttl", "article.ttl"])
def test_a_relation_by_hand_is_found_at_its_line(draft: Draft, name: str, statement: str, told: str) -> None:
    line = added(draft, statement, name)
    (found,) = grounds(draft)
    assert found.rule == "fact.unclaimed"
    assert told in found.message
    assert any((place.line, place.file.endswith(name)) == (line, True) for place in found.places)


def test_a_description_needs_no_claim(draft: Draft) -> None:
    added(draft, '<#Armed> <http://www.w3.org/2004/02/skos/core#scopeNote> "of boats"@en .')
    assert grounds(draft) == []


def test_what_only_views_speak_of_has_no_type(draft: Draft) -> None:
    draft.change(draft.article / "facts.ttl", "<#Armed> a secpol:Quality", "<#Armed> a secpol:Occurrence")
    (found,) = grounds(draft)
    assert found.rule == "fact.view-only"
    assert found.message.endswith("but only views speak of it (#S007)")
    assert [place.file for place in found.places] == [FACTS]


def test_what_facts_speak_of_has_a_type(draft: Draft) -> None:
    draft.change(
        draft.article / "facts.ttl",
        "<#Drill> a secpol:CooperationActivity",
        "<#Drill> secpol:wouldBe secpol:CooperationActivity",
    )
    (found,) = of_rule(grounds(draft), "fact.would-be")
    assert "but facts speak of it (#S001, #S002, #S004)" in found.message


def test_a_description_does_not_make_what_would_be_so(draft: Draft) -> None:
    added(draft, "<#Ghost> secpol:wouldBe secpol:CountFigure ; secpol:numericValue 3.0 .")
    (found,) = of_rule(grounds(draft), "fact.view-only")
    assert found.path == "secpol:numericValue"


def test_a_relation_of_shared_entities_has_a_source(draft: Draft) -> None:
    path = draft.root / "entities" / "harbour.ttl"
    line = draft.change(path, '"town of Ellery"@en .', '"town of Ellery"@en ; secpol:headedBy my:AdaMerrow .')
    (found,) = grounds(draft)
    assert (found.rule, found.places[0].line) == ("entity.unsourced", line)
    draft.change(
        path, "headedBy my:AdaMerrow .", "headedBy my:AdaMerrow ; dcterms:source <https://example.org/town> ."
    )
    draft.change(path, "@prefix my:", "@prefix dcterms: <http://purl.org/dc/terms/> .\n@prefix my:")
    assert grounds(draft) == []


def test_a_rule_of_the_projects_own_makes_no_fact_without_a_claim(draft: Draft) -> None:
    draft.write(
        "ontology/rules/mine.rq",
        "#+ summary: x\n#+ into: facts\nPREFIX secpol: <https://w3id.org/secpol/ontology#>\n"
        "CONSTRUCT { ?what secpol:hasParticipant ?who } WHERE { ?what secpol:coParticipant ?who }",
    )
    (found,) = grounds(draft)
    assert found.rule == "fact.unclaimed"
    assert "#S004" in found.message
