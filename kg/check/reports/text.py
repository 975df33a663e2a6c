"""For people: grouped by file, the counts at the end."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from textwrap import fill

from kg.check.report import Report
from kg.core.findings import Finding, Place
from kg.core.terms import several


def render(report: Report) -> str:
    """The findings of each file under its name, the focus nodes of each shape, and the counts."""
    return "\n".join([*_findings(report), *focus_nodes(report), *summary(report)])


def summary(report: Report) -> Iterator[str]:
    """What was looked at and left out, and how many findings there are."""
    yield from (f"note: {note}" for note in report.notes)
    if report.looked_at:
        yield f"looked at {', '.join(report.looked_at)}"
    if report.omitted:
        yield f"{report.omitted} more findings are not shown; --limit 0 shows all"
    yield report.verdict + (f"; {report.accepted} accepted by the baseline" if report.accepted else "")


def focus_nodes(report: Report) -> Iterator[str]:
    """How many nodes each shape saw, and an empty line."""
    if report.shapes:
        counts = ", ".join(f"{count.rule}\N{NO-BREAK SPACE}{count.nodes}" for count in report.shapes)
        lines = fill(f"focus nodes: {counts}", 110, subsequent_indent="  ", break_on_hyphens=False)
        yield lines.replace("\N{NO-BREAK SPACE}", " ")
        yield ""


def _findings(report: Report) -> Iterator[str]:
    for file, found in groupby(report.shown, key=_file):
        yield file or report.project
        for finding in found:
            yield f"  {_within_file(finding)}{finding.severity}: {finding.message} [{finding.rule}]"
            yield from (f"      {part}" for part in _more(report, finding))
        yield ""


def _more(report: Report, finding: Finding) -> Iterator[str]:
    if finding.hint:
        yield finding.hint
    if len(finding.places) > 1:
        yield f"also {several(list(map(str, finding.places[1:])))}"
    if spans := report.spans.get(finding.node or ""):
        yield f"text: {', '.join(f'{span.article} {span.start}-{span.end}' for span in spans)}"


def _within_file(finding: Finding) -> str:
    where = finding.places[0] if finding.places else Place("")
    parts = [part for part in (str(where.line or ""), where.column) if part]
    return f"{', '.join(parts)}: " if parts else ""


def _file(finding: Finding) -> str:
    return finding.places[0].file if finding.places else ""
