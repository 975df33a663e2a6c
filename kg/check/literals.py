"""Literals: only datatypes that every store keeps, and only forms that a store does not rewrite."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pyoxigraph as ox

from kg.check.material import ReadSource
from kg.check.uses import owner_of
from kg.core.findings import Finding, Severity
from kg.core.terms import XSD, curie

PLAIN = frozenset({XSD("string"), ox.Literal("", language="en").datatype})
TYPED = {
    XSD("integer"): "47",
    XSD("decimal"): "2.5",
    XSD("boolean"): "true",
    XSD("date"): "2024-09-27",
    XSD("dateTime"): "2024-09-27T12:00:00Z",
}
"""The datatypes that every store keeps, each with a value in canonical form."""


def check_literals(file: ReadSource) -> Iterator[Finding]:
    """A finding for each literal that a store may rewrite, or that is no value of its datatype."""
    for triple, finding in _odd(file.triples):
        owner = owner_of(triple.subject, file.triples)
        place = file.written.place(owner, triple.predicate.value, finding.value)
        yield replace(finding, node=owner, places=(place,))


def _odd(triples: Iterable[ox.Triple]) -> Iterator[tuple[ox.Triple, Finding]]:
    canonical: dict[ox.Literal, ox.Literal | None] = {}
    for triple in triples:
        value = triple.object
        if not isinstance(value, ox.Literal) or value.datatype in PLAIN:
            continue
        datatype = curie(value.datatype.value)
        if value.datatype not in TYPED:
            kinds = ", ".join(sorted(curie(known.value) for known in TYPED))
            message = f'"{value.value}" has the datatype {datatype}, which stores rewrite'
            yield triple, _finding(triple, Severity.VIOLATION, message, f"use one of {kinds}, or a string")
            continue
        if value not in canonical:
            canonical[value] = canonical_form(value)
        form = canonical[value]
        if form is None:
            message = f'"{value.value}" is not a value of {datatype}'
            hint = f'write one such as "{TYPED[value.datatype]}", or a string without a datatype'
            yield triple, _finding(triple, Severity.VIOLATION, message, hint)
        elif form != value and value.value != f"{form.value}.0":  # 40.0 is how Turtle writes the decimal 40
            message = f'"{value.value}" is not the canonical form of this {datatype}'
            hint = f'write "{form.value}"^^{datatype}, as stores do'
            yield triple, _finding(triple, Severity.WARNING, message, hint)


def canonical_form(literal: ox.Literal) -> ox.Literal | None:
    """The literal as a store keeps it, or None when it is no value of its datatype.

    >>> print(canonical_form(ox.Literal("007", datatype=XSD("integer"))))
    "7"^^<http://www.w3.org/2001/XMLSchema#integer>
    """
    rows = ox.Store().query(f"SELECT ({literal.datatype}({literal}) AS ?value) {{}}")
    assert isinstance(rows, ox.QuerySolutions)
    value = next(rows)["value"]
    return value if isinstance(value, ox.Literal) else None


def _finding(triple: ox.Triple, severity: Severity, message: str, hint: str) -> Finding:
    return Finding(
        rule="literal.form",
        severity=severity,
        message=message,
        path=curie(triple.predicate.value),
        value=str(triple.object),
        hint=hint,
    )
