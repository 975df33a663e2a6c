"""What a check found: one type for data, ontology, shapes, queries and loads."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.core.errors import shown

if TYPE_CHECKING:
    from pyoxigraph import Triple


class Severity(StrEnum):
    """How bad a finding is, in SHACL's three levels."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"


NONE_THERE = " (it has none)"
"""The end of a message about a property that a node lacks."""


@dataclass(frozen=True, order=True)
class Place:
    """A line of a source file, counted from 1; in a table the name of the column too."""

    file: str
    line: int | None = None
    column: str | None = None

    def __str__(self) -> str:
        line = f"{self.file}:{self.line}" if self.line else self.file
        return f"{line}, {self.column}" if self.column else line


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: by which rule, how bad, in the reader's words, where, and how to mend it.

    `node` is the IRI concerned (SHACL's focus node); `path` and `value` are in SPARQL syntax.
    """

    rule: str
    severity: Severity
    message: str
    node: str | None = None
    path: str | None = None
    value: str | None = None
    places: tuple[Place, ...] = ()
    hint: str | None = None

    def __str__(self) -> str:
        where = ", ".join(map(str, self.places))
        return f"{where}: {self.message} [{self.rule}]" if where else f"{self.message} [{self.rule}]"


def violation_of(rule: str, triple: Triple, message: str, hint: str | None = None) -> Finding:
    """The violation of a rule by a statement."""
    from pyoxigraph import NamedNode  # an RDF library, which help texts do without

    from kg.core.terms import curie

    subject, predicate, value = triple
    return Finding(
        rule=rule,
        severity=Severity.VIOLATION,
        message=message,
        node=subject.value if isinstance(subject, NamedNode) else None,
        path=curie(predicate.value),
        value=str(value),
        hint=hint,
    )


def placed(finding: Finding, places: Callable[[str, str | None, str | None], tuple[Place, ...]]) -> Finding:
    """The finding with the places of its node, property and value, unless it has places of its own.

    Of a cell that nothing stands in, the reader is told in the words of a table.
    """
    from kg.core.terms import expanded  # loads an RDF library, which help texts do without

    if finding.places or finding.node is None:
        return finding
    path = (finding.path or "").strip("()").partition("|")[0]
    found = places(finding.node, expanded(path) if path else None, finding.value)
    about, message = finding.message.partition(": ")[0], finding.message
    if found and found[0].column and message.endswith(NONE_THERE):
        message = f"{about}: the row has no {found[0].column}"
    return replace(finding, places=found, message=message)


def by_place(finding: Finding) -> tuple[str, int, str, str, str]:
    """The order in which findings are told: file, line, rule, words, and what they are about."""
    place = finding.places[0] if finding.places else Place("")
    about = " ".join(filter(None, (finding.node, finding.path, finding.value)))
    return place.file, place.line or 0, finding.rule, finding.message, about


def as_json(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as plain values, for a report on disk; files are named whole, wherever it is read."""
    return [
        {
            **asdict(finding),
            "places": [asdict(replace(p, file=str(Path(p.file).absolute()))) for p in finding.places],
        }
        for finding in findings
    ]


def from_json(values: Iterable[dict[str, Any]]) -> list[Finding]:
    """Findings from what `as_json` made."""
    return [
        Finding(
            **{
                **value,
                "severity": Severity(value["severity"]),
                "places": tuple(Place(**{**p, "file": shown(Path(p["file"]))}) for p in value["places"]),
            }
        )
        for value in values
    ]


def violations(findings: Iterable[Finding]) -> list[Finding]:
    """The findings that keep a graph from being published."""
    return [finding for finding in findings if finding.severity is Severity.VIOLATION]
