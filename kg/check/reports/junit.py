"""For continuous integration: a test case for each rule, in the schema that Jenkins and its kin read."""

from __future__ import annotations

from collections import defaultdict
from xml.etree import ElementTree

from kg.check.report import Report
from kg.core.findings import Finding, Severity
from kg.core.rules import Rule
from kg.core.xml import xml_text


def render(report: Report) -> str:
    """A suite for each part of the checks; violations fail, other findings stand in the output of a case."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in report.shown:
        found[finding.rule].append(finding)
    nodes = {count.rule: count.nodes for count in report.shapes}
    root = ElementTree.Element("testsuites", name=report.project)
    for part in dict.fromkeys(rule.part for rule in report.rules.values() if _was_run(report, rule)):
        rules = [rule for rule in report.rules.values() if rule.part == part]
        failed = [rule for rule in rules if _failures(found[rule.id])]
        suite = ElementTree.SubElement(
            root, "testsuite", name=part, tests=str(len(rules)), failures=str(len(failed)), errors="0"
        )
        for rule in rules:
            _case(suite, rule, found[rule.id], nodes.get(rule.id))
    if report.notes or report.omitted:
        notes = [*report.notes, *([f"{report.omitted} more findings are not shown"] * bool(report.omitted))]
        _text(ElementTree.SubElement(root[-1], "system-out") if len(root) else root, "\n".join(notes))
    ElementTree.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode")


def _case(suite: ElementTree.Element, rule: Rule, findings: list[Finding], nodes: int | None) -> None:
    case = ElementTree.SubElement(suite, "testcase", classname=f"kg.{rule.part}", name=rule.id)
    if failures := _failures(findings):
        failure = ElementTree.SubElement(case, "failure", type=rule.id)
        failure.set("message", xml_text(failures[0].message))
        _text(failure, "\n".join(_line(finding) for finding in failures))
    output = [_line(finding) for finding in findings if finding.severity is not Severity.VIOLATION]
    if nodes is not None:
        output.append(f"focus nodes: {nodes}")
    if output:
        _text(ElementTree.SubElement(case, "system-out"), "\n".join(output))


def _was_run(report: Report, rule: Rule) -> bool:
    return rule.part in report.parts


def _failures(findings: list[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity is Severity.VIOLATION]


def _line(finding: Finding) -> str:
    return f"{finding}" + (f"\n  {finding.hint}" if finding.hint else "")


def _text(element: ElementTree.Element, text: str) -> None:
    element.text = xml_text(text)
