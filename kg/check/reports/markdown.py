"""For a pull request's comment: a table of findings, the focus nodes folded away."""

from __future__ import annotations

from collections.abc import Iterator

from kg.check.report import Report
from kg.core.findings import Finding


def render(report: Report) -> str:
    """A heading with the verdict, the findings, and what was looked at."""
    return "\n".join(_lines(report))


def _lines(report: Report) -> Iterator[str]:
    yield f"## {_cell(report.project)}: {report.verdict}"
    yield ""
    if report.shown:
        yield "| where | severity | what | how to mend it | rule |"
        yield "|---|---|---|---|---|"
        yield from (_row(finding) for finding in report.shown)
        yield ""
    if report.omitted:
        yield f"{report.omitted} more findings are not shown."
        yield ""
    if report.accepted:
        yield f"{report.accepted} findings are accepted by the baseline."
        yield ""
    if report.looked_at:
        yield f"Looked at {', '.join(report.looked_at)}."
        yield ""
    yield from (f"- {_cell(note)}" for note in report.notes)
    if report.shapes:
        yield ""
        yield "<details><summary>Focus nodes of each shape</summary>"
        yield ""
        yield "| shape | focus nodes |"
        yield "|---|---:|"
        yield from (f"| `{count.rule}` | {count.nodes} |" for count in report.shapes)
        yield ""
        yield "</details>"


def _row(finding: Finding) -> str:
    where = f"`{finding.places[0]}`" if finding.places else ""
    cells = (where, finding.severity.value, _cell(finding.message), _cell(finding.hint or ""))
    return f"| {' | '.join(cells)} | `{finding.rule}` |"


def _cell(text: str) -> str:
    """Text that cannot end a cell or become markup."""
    for mark in "\\`*_[]<>|":
        text = text.replace(mark, f"\\{mark}")
    return " ".join(text.split())
