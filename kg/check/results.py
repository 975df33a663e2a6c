"""Results of SHACL validation, the same whichever engine found them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg.core.terms import PREFIXES, AtomicTerm

SH = PREFIXES["sh"]
KEYS = frozenset(
    (
        "focusNode",
        "resultMessage",
        "resultPath",
        "resultSeverity",
        "sourceConstraintComponent",
        "sourceShape",
        "value",
    )
)


@dataclass(frozen=True, slots=True)
class ValidationResult:
    """One result of a validation report.

    `shape` is the shape that holds the constraint, in the shapes graph's own names for blank nodes;
    `component` and `severity` are IRIs, the local name alone where they are SHACL's own.
    """

    shape: AtomicTerm
    severity: str
    component: str
    focus: AtomicTerm
    message: str
    value: AtomicTerm | None = None
    path: AtomicTerm | None = None


def sh(name: str) -> ox.NamedNode:
    """A term of SHACL."""
    return ox.NamedNode(SH + name)


def read_report(report: Iterable[tuple[object, str, AtomicTerm]]) -> Iterator[ValidationResult]:
    """The results in a W3C validation report, those that are details of another left out.

    The report is given as subject, predicate without SHACL's namespace, and object.
    """
    about: dict[object, dict[str, AtomicTerm]] = {}
    results: list[AtomicTerm] = []
    local = cache(lambda node: node.value.removeprefix(SH))  # the same text need not be kept a thousand times
    for subject, name, value in report:
        if name in KEYS:
            about.setdefault(subject, {})[name] = value
        elif name == "result":
            results.append(value)
    for node in results:
        said = about.pop(node)
        yield ValidationResult(
            shape=said["sourceShape"],
            severity=local(said["resultSeverity"]),
            component=local(said["sourceConstraintComponent"]),
            focus=said["focusNode"],
            message=local(said["resultMessage"]) if "resultMessage" in said else "",
            value=said.get("value"),
            path=said.get("resultPath"),
        )
