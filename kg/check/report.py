"""The result of a run of the checks: one value that every report format renders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kg.check.focus import FocusCount
from kg.core.findings import Finding, Severity
from kg.core.rules import Rule

_ORDER = list(Severity)


@dataclass(frozen=True)
class TextRange:
    """A range of characters of an article's text."""

    article: str
    start: int
    end: int


@dataclass(frozen=True)
class Report:
    """The findings of a run, what was looked at, and what was left out.

    `notes` are lines for the reader: what was not checked, what is out of date. `limit` bounds how many
    findings a report shows (0: all); it counts them all.
    """

    project: str
    findings: tuple[Finding, ...]
    rules: Mapping[str, Rule]
    parts: tuple[str, ...]
    shapes: tuple[FocusCount, ...] = ()
    looked_at: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    accepted: int = 0
    spans: Mapping[str, tuple[TextRange, ...]] = field(default_factory=dict)
    limit: int = 0

    @property
    def shown(self) -> list[Finding]:
        """The findings that a report shows: the worst when there are too many, in the order of the files."""
        return worst(self.findings, self.limit)

    @property
    def omitted(self) -> int:
        """How many findings a report leaves out."""
        return len(self.findings) - len(self.shown)

    @property
    def counts(self) -> dict[str, int]:
        """How many findings there are of each severity."""
        counted = Counter(finding.severity for finding in self.findings)
        return {severity.value: counted[severity] for severity in Severity}

    @property
    def verdict(self) -> str:
        """The outcome in one line, such as `2 violations, 1 warning, 0 infos`."""
        parts = [f"{count} {name}{'' if count == 1 else 's'}" for name, count in self.counts.items()]
        return ", ".join(parts)

    def fails(self, severity: Severity) -> bool:
        """Whether a finding is as bad as `severity` or worse."""
        return any(_ORDER.index(f.severity) <= _ORDER.index(severity) for f in self.findings)


def worst(findings: Sequence[Finding], limit: int) -> list[Finding]:
    """The worst of some findings, `limit` of them (0: all), in the order given."""
    if not limit or len(findings) <= limit:
        return list(findings)
    kept = set(sorted(findings, key=lambda finding: _ORDER.index(finding.severity))[:limit])
    return [finding for finding in findings if finding in kept]
