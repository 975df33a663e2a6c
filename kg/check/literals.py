"""Literals: only datatypes that every store keeps, and only forms that a store does not rewrite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.findings import Finding, Severity
from kg.terms import XSD, curie

PLAIN = frozenset({XSD("string"), ox.Literal("", language="en").datatype})
TYPED = frozenset(XSD(name) for name in ("integer", "decimal", "boolean", "date", "dateTime"))


def check_literals(triples: Iterable[ox.Triple]) -> Iterator[Finding]:
    """A finding for each literal that a store may rewrite, or that is no value of its datatype."""
    canonical: dict[ox.Literal, ox.Literal | None] = {}
    for triple in triples:
        value = triple.object
        if not isinstance(value, ox.Literal) or value.datatype in PLAIN:
            continue
        datatype = curie(value.datatype.value)
        if value.datatype not in TYPED:
            kinds = ", ".join(sorted(curie(known.value) for known in TYPED))
            message = f'"{value.value}" has the datatype {datatype}, which stores rewrite'
            yield _finding(triple, Severity.VIOLATION, message, f"use one of {kinds}, or a string")
            continue
        if value not in canonical:
            canonical[value] = canonical_form(value)
        form = canonical[value]
        if form is None:
            yield _finding(triple, Severity.VIOLATION, f'"{value.value}" is not a value of {datatype}', None)
        elif form != value and value.value != f"{form.value}.0":  # 40.0 is how Turtle writes the decimal 40
            message = f'"{value.value}" is not the canonical form of this {datatype}'
            yield _finding(
                triple, Severity.WARNING, message, f'write "{form.value}"^^{datatype}, as stores do'
            )


def canonical_form(literal: ox.Literal) -> ox.Literal | None:
    """The literal as a store keeps it, or None when it is no value of its datatype.

    >>> print(canonical_form(ox.Literal("007", datatype=XSD("integer"))))
    "7"^^<http://www.w3.org/2001/XMLSchema#integer>
    """
    rows = ox.Store().query(f"SELECT ({literal.datatype}({literal}) AS ?value) {{}}")
    assert isinstance(rows, ox.QuerySolutions)
    value = next(rows)["value"]
    return value if isinstance(value, ox.Literal) else None


def _finding(triple: ox.Triple, severity: Severity, message: str, hint: str | None) -> Finding:
    return Finding(
        rule="literal.form",
        severity=severity,
        message=message,
        node=triple.subject.value if isinstance(triple.subject, ox.NamedNode) else None,
        path=curie(triple.predicate.value),
        value=str(triple.object),
        hint=hint,
    )
