"""For GitHub Actions: workflow commands that become annotations of the changed files."""

from __future__ import annotations

from collections.abc import Iterator

from kg.check.report import Report
from kg.check.reports.text import focus_nodes, summary
from kg.core.findings import Finding, Severity

_COMMANDS = {Severity.VIOLATION: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report) -> str:
    """An annotation for each finding, and one notice that sums up."""
    return "\n".join([*(_annotation(finding) for finding in report.shown), _notice(report)])


def _annotation(finding: Finding) -> str:
    column = finding.places[0].column if finding.places else None
    text = (f"{column}: " if column else "") + finding.message + (f"\n{finding.hint}" if finding.hint else "")
    properties = ",".join(f"{key}={_escaped(value)}" for key, value in _properties(finding))
    return f"::{_COMMANDS[finding.severity]} {properties}::{_escaped(text, in_property=False)}"


def _properties(finding: Finding) -> Iterator[tuple[str, str]]:
    if finding.places:
        yield "file", finding.places[0].file
        if finding.places[0].line:
            yield "line", str(finding.places[0].line)
    yield "title", finding.rule


def _notice(report: Report) -> str:
    text = "\n".join([*focus_nodes(report), *summary(report)])
    return f"::notice title=kg check::{_escaped(text, in_property=False)}"


def _escaped(text: str, *, in_property: bool = True) -> str:
    """Escape as the runner reads it: `%`, line ends, and in properties `:` and `,` too."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if in_property else text
