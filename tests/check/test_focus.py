"""What was not looked at does not conform."""

from __future__ import annotations

import shutil

import pytest

from kg.core.findings import Severity
from kg.project.project import Project

from .conftest import Draft, of_rule

TARGETS = {
    "sh:targetClass secpol:Claim": 8,
    "sh:targetClass secpol:InformationArtefact": None,
    "sh:targetNode my:AdaMerrow , my:Nobody": 2,
    "sh:targetSubjectsOf secpol:reportedBy": 1,
    "sh:targetObjectsOf secpol:refersTo": 2,
    "sh:targetSubjectsOf secpol:reportedBy ; sh:targetClass secpol:NormativeClaim": 2,
    'sh:target [ sh:select "SELECT ?this { ?this <https://w3id.org/secpol/ontology#surface> ?s }" ]': 2,
}


def counts(draft: Draft) -> dict[str, int]:
    return {count.rule: count.nodes for count in draft.report("shapes").shapes}


@pytest.mark.parametrize("target", TARGETS)
def test_focus_nodes_are_counted(draft: Draft, target: str) -> None:
    draft.shapes(f"myshape:counted a sh:NodeShape ; {target} ; sh:nodeKind sh:IRI .")
    expected = TARGETS[target]
    found = counts(draft)["counted"]
    assert found == expected if expected is not None else found > 20


def test_counts_are_those_of_the_engine(draft: Draft) -> None:
    """A shape that no node meets finds as many nodes as are counted."""
    draft.shapes("myshape:never a sh:NodeShape ; sh:targetClass secpol:Agent ; sh:nodeKind sh:Literal .")
    report = draft.report("shapes")
    assert counts(draft)["never"] == len(of_rule(report.findings, "never")) > 20


def test_a_shape_that_selects_nothing_is_a_warning(draft: Draft) -> None:
    path = draft.shapes("myshape:idle a sh:NodeShape ; sh:targetClass secpol:Wargame ; sh:nodeKind sh:IRI .")
    report = draft.report("shapes")
    (finding,) = report.findings
    assert (finding.rule, finding.severity) == ("shape.vacuous", "warning")
    assert finding.message == "the shape idle selects no node, so it checked nothing"
    assert str(finding.places[0]) == f"shapes/own.ttl:{path.read_text().count(chr(10)) + 1}"


@pytest.mark.parametrize(
    "shape",
    [
        "sh:targetClass secpol:Wargame ; secshape:mayBeEmpty true ; sh:nodeKind sh:IRI .",
        "sh:targetClass secpol:Claim ; sh:nodeKind sh:IRI .",
    ],
)
def test_a_shape_that_may_be_empty_or_sees_something_is_none(draft: Draft, shape: str) -> None:
    draft.shapes(f"myshape:fine a sh:NodeShape ; {shape}")
    assert not draft.report("shapes").findings


def test_a_shape_without_a_target_checks_nothing(draft: Draft) -> None:
    draft.shapes("myshape:lost a sh:NodeShape ; sh:nodeKind sh:IRI .")
    (finding,) = draft.report("shapes").findings
    assert finding.rule == "shape.vacuous"


def test_a_shape_that_is_switched_off_checks_nothing(draft: Draft) -> None:
    draft.shapes(
        "myshape:off a sh:NodeShape ; sh:targetClass secpol:Claim ; sh:nodeKind sh:Literal ;"
        "    sh:deactivated true ."
    )
    (finding,) = draft.report("shapes").findings
    assert finding.rule == "shape.vacuous"


def test_a_shape_that_another_refers_to_is_not_idle(draft: Draft) -> None:
    draft.shapes(
        "myshape:outer a sh:NodeShape ; sh:targetClass secpol:Claim ; sh:node myshape:inner ."
        "myshape:inner a sh:NodeShape ; sh:nodeKind sh:IRI ."
    )
    assert not draft.report("shapes").findings


def test_shapes_of_what_is_extended_are_counted_and_not_warned_of(draft: Draft) -> None:
    report = draft.report("shapes")
    assert {count.rule: count.nodes for count in report.shapes}["wargame.scenario"] == 0
    assert not report.findings


def test_no_shapes_is_not_conforms(orchard: Draft) -> None:
    standalone = orchard.root / "kg.toml"
    orchard.change(standalone, 'extends = "core"', 'extends = "none"')
    shutil.rmtree(orchard.root / "shapes")
    shipped = Project.shipped().root
    shutil.copytree(shipped / "ontology", orchard.root / "ontology", dirs_exist_ok=True)
    report = orchard.report("shapes")
    assert [finding.rule for finding in report.findings if finding.rule != "literal.form"] == ["shape.none"]
    assert report.fails(Severity.VIOLATION)


def test_no_data_is_not_conforms(orchard: Draft) -> None:
    for name in ("articles", "entities"):
        shutil.rmtree(orchard.root / name)
    report = orchard.report("shapes")
    assert of_rule(report.findings, "data.none")
    assert report.fails(Severity.VIOLATION)
