"""Results of SHACL validation, the same whichever engine found them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

import pyoxigraph as ox

from kg.core.terms import PREFIXES

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
Node = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True, slots=True)
class Result:
    """One result of a validation report.

    `shape` is the shape that holds the constraint, in the shapes graph's own names for blank nodes;
    `component` and `severity` are IRIs, the local name alone where they are SHACL's own.
    """

    shape: Node
    severity: str
    component: str
    focus: Node
    message: str
    value: Node | None = None
    path: Node | None = None


def sh(name: str) -> ox.NamedNode:
    """A term of SHACL."""
    return ox.NamedNode(SH + name)


def read_report(report: Iterable[tuple[object, str, Node]]) -> Iterator[Result]:
    """The results in a W3C validation report, those that are details of another left out.

    The report is given as subject, predicate without SHACL's namespace, and object.
    """
    about: dict[object, dict[str, Node]] = {}
    results: list[Node] = []
    local = cache(lambda node: node.value.removeprefix(SH))  # the same text need not be kept a thousand times
    for subject, name, value in report:
        if name in KEYS:
            about.setdefault(subject, {})[name] = value
        elif name == "result":
            results.append(value)
    for node in results:
        said = about.pop(node)
        yield Result(
            shape=said["sourceShape"],
            severity=local(said["resultSeverity"]),
            component=local(said["sourceConstraintComponent"]),
            focus=said["focusNode"],
            message=local(said["resultMessage"]) if "resultMessage" in said else "",
            value=said.get("value"),
            path=said.get("resultPath"),
        )
