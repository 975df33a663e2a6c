"""For code scanning: SARIF 2.1.0 (OASIS standard, 2020)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from kg.check.report import Report, TextRange
from kg.core import version
from kg.core.findings import Finding, Place, Severity
from kg.core.rules import Rule

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(report: Report) -> str:
    """One run; the second location of a result is the article's range that the node rests on."""
    ids = [rule for rule in report.rules if report.rules[rule].part in report.parts]
    index = {rule: number for number, rule in enumerate(ids)}
    nodes = {count.rule: count.nodes for count in report.shapes}
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "kg check",
                "semanticVersion": version.VERSION,
                "rules": [_rule(report.rules[rule], nodes.get(rule)) for rule in ids],
            }
        },
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": list(_notes(report))}],
        "results": [_result(report, finding, index) for finding in report.shown],
        "properties": {
            "counts": report.counts,
            "omitted": report.omitted,
            "accepted": report.accepted,
            "lookedAt": list(report.looked_at),
        },
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(rule: Rule, nodes: int | None) -> dict[str, Any]:
    described: dict[str, Any] = {
        "id": rule.id,
        "shortDescription": {"text": rule.title or rule.id},
        "fullDescription": {"text": rule.meaning or rule.title or rule.id},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"part": rule.part, "scope": rule.scope},
    }
    if rule.hint:
        described["help"] = {"text": rule.hint}
    if nodes is not None:
        described["properties"]["focusNodes"] = nodes
    return described


def _result(report: Report, finding: Finding, index: dict[str, int]) -> dict[str, Any]:
    text = finding.message + (f"\n{finding.hint}" if finding.hint else "")
    locations = [_in_file(place) for place in finding.places[:1]]
    related = [_in_file(place) for place in finding.places[1:]]
    spans = [_in_text(span) for span in report.spans.get(finding.node or "", ())]
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": index[finding.rule],
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [*locations, *spans[:1]],
        "partialFingerprints": {"node/v1": f"{finding.rule} {finding.node or ''} {finding.value or ''}"},
    }
    if further := [*related, *spans[1:]]:
        result["relatedLocations"] = [{"id": number, **at} for number, at in enumerate(further)]
    return result


def _in_file(place: Place) -> dict[str, Any]:
    at: dict[str, Any] = {"artifactLocation": {"uri": quote(place.file)}}
    if place.line:
        at["region"] = {"startLine": place.line}
    if place.column:
        return {"physicalLocation": at, "logicalLocations": [{"name": place.column, "kind": "column"}]}
    return {"physicalLocation": at}


def _in_text(span: TextRange) -> dict[str, Any]:
    """A range of an article's text, which is not in the repository."""
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": f"texts/{quote(span.article)}.txt"},
            "region": {"charOffset": span.start, "charLength": span.end - span.start},
        },
        "logicalLocations": [{"name": f"{span.article} {span.start}-{span.end}", "kind": "passage"}],
    }


def _notes(report: Report) -> Iterator[dict[str, Any]]:
    for note in report.notes:
        yield {"level": "note", "message": {"text": note}}
    if report.omitted:
        yield {"level": "warning", "message": {"text": f"{report.omitted} more findings are not shown"}}
