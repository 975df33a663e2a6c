"""For programs: everything that the report holds."""

from __future__ import annotations

import json
from dataclasses import asdict

from kg.check.report import Report
from kg.core.findings import Finding


def render(report: Report) -> str:
    """One JSON object; `focusNodes` says of each shape how many nodes it saw."""
    return json.dumps(
        {
            "project": report.project,
            "counts": report.counts,
            "omitted": report.omitted,
            "accepted": report.accepted,
            "lookedAt": list(report.looked_at),
            "notes": list(report.notes),
            "focusNodes": {count.rule: count.nodes for count in report.shapes},
            "findings": [_finding(report, finding) for finding in report.shown],
        },
        indent=2,
        ensure_ascii=False,
    )


def _finding(report: Report, finding: Finding) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "message": finding.message,
        "hint": finding.hint,
        "node": finding.node,
        "path": finding.path,
        "value": finding.value,
        "places": [asdict(place) for place in finding.places],
        "text": [
            {"article": span.article, "start": span.start, "end": span.end}
            for span in report.spans.get(finding.node or "", ())
        ],
    }
