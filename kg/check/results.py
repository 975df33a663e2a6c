"""Results of SHACL validation, the same whichever engine found them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.findings import Severity
from kg.terms import PREFIXES, RDF_TYPE

SH = PREFIXES["sh"]
Node = ox.NamedNode | ox.BlankNode | ox.Literal


@dataclass(frozen=True)
class Result:
    """One result of a validation report; `shape` is the IRI of the constraint's shape."""

    shape: str
    severity: Severity
    component: str
    focus: Node
    message: str
    value: Node | None = None
    path: Node | None = None


def read_report(report: ox.Store) -> Iterator[Result]:
    """The results in a W3C validation report."""
    for found in report.quads_for_pattern(None, RDF_TYPE, ox.NamedNode(f"{SH}ValidationResult")):
        assert not isinstance(found.subject, ox.Triple)
        about: dict[str, Node] = {}
        for quad in report.quads_for_pattern(found.subject, None, None):
            assert not isinstance(quad.object, ox.Triple)
            about[quad.predicate.value.removeprefix(SH)] = quad.object
        yield Result(
            shape=about["sourceShape"].value,
            severity=Severity(about["resultSeverity"].value.removeprefix(SH).lower()),
            component=about["sourceConstraintComponent"].value.removeprefix(SH),
            focus=about["focusNode"],
            message=about["resultMessage"].value if "resultMessage" in about else "",
            value=about.get("value"),
            path=about.get("resultPath"),
        )
