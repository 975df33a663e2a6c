"""Results of SHACL validation, the same whichever engine found them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.terms import PREFIXES

SH = PREFIXES["sh"]
_KEYS = frozenset(
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


@dataclass(frozen=True)
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


def read_report(report: Iterable[ox.Triple | ox.Quad]) -> Iterator[Result]:
    """The results in a W3C validation report, those that are details of another left out."""
    about: dict[object, dict[str, Node]] = {}
    results: list[object] = []
    for triple in report:
        name = triple.predicate.value.removeprefix(SH)
        if name in _KEYS:
            assert not isinstance(triple.object, ox.Triple)
            about.setdefault(triple.subject, {})[name] = triple.object
        elif name == "result":
            results.append(triple.object)
    for node in results:
        said = about[node]
        yield Result(
            shape=said["sourceShape"],
            severity=said["resultSeverity"].value.removeprefix(SH),
            component=said["sourceConstraintComponent"].value.removeprefix(SH),
            focus=said["focusNode"],
            message=said["resultMessage"].value if "resultMessage" in said else "",
            value=said.get("value"),
            path=said.get("resultPath"),
        )
