"""Results of SHACL validation, the same whichever engine found them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.terms import PREFIXES

SH = PREFIXES["sh"]
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


def read_report(report: ox.Store) -> Iterator[Result]:
    """The results in a W3C validation report, those that are details of another left out."""
    for found in report.quads_for_pattern(None, sh("result"), None):
        assert isinstance(found.object, ox.NamedNode | ox.BlankNode)
        about: dict[str, Node] = {}
        for quad in report.quads_for_pattern(found.object, None, None):
            assert not isinstance(quad.object, ox.Triple)
            about[quad.predicate.value.removeprefix(SH)] = quad.object
        yield Result(
            shape=about["sourceShape"],
            severity=about["resultSeverity"].value.removeprefix(SH),
            component=about["sourceConstraintComponent"].value.removeprefix(SH),
            focus=about["focusNode"],
            message=about["resultMessage"].value if "resultMessage" in about else "",
            value=about.get("value"),
            path=about.get("resultPath"),
        )
