"""Literals: what the store of a snapshot keeps as another value, and what is none of its datatype."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import cache

import pyoxigraph as ox

from kg.check.material import ReadSource
from kg.check.uses import owner_of
from kg.core.canonical import canonical
from kg.core.findings import Finding, Severity
from kg.core.terms import PREFIXES, XSD, curie, local_name

EXAMPLES = {
    "integer": "47",
    "decimal": "2.5",
    "double": "2.5",
    "float": "2.5",
    "boolean": "true",
    "date": "2024-09-27",
    "dateTime": "2024-09-27T12:00:00Z",
    "time": "12:00:00",
    "gYear": "2024",
    "gYearMonth": "2024-09",
    "gMonthDay": "--09-27",
    "gMonth": "--09",
    "gDay": "---27",
    "duration": "P1Y6M",
    "yearMonthDuration": "P1Y6M",
    "dayTimeDuration": "P7D",
}
"""The datatypes that the store computes with, each with a canonical value; others are text to it."""
_LEXICAL = {
    "integer": "[+-]?[0-9]+",
    "decimal": r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)",
    "hexBinary": "(?:[0-9A-Fa-f]{2})*",
    "language": "[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*",
}
_WITHOUT_FORM = frozenset({XSD("double"), XSD("float")})  # XML Schema writes 1.5E0, the store 1.5

_Problem = tuple[Severity, str, str]


def check_literals(file: ReadSource) -> Iterator[Finding]:
    """A finding for each literal that the store rewrites, or that is no value of its datatype."""
    for triple, finding in _odd(file.triples):
        owner = owner_of(triple.subject, file.triples)
        place = file.written.place(owner, triple.predicate.value, finding.value)
        yield replace(finding, node=owner, places=(place,))


def _odd(triples: Iterable[ox.Triple]) -> Iterator[tuple[ox.Triple, Finding]]:
    known: dict[ox.Literal, _Problem | None] = {}
    for triple in triples:
        value = triple.object
        if not isinstance(value, ox.Literal) or value.language or value.datatype == XSD("string"):
            continue
        if value not in known:
            known[value] = _problem(value)
        if (problem := known[value]) is not None:
            severity, message, hint = problem
            path = curie(triple.predicate.value)
            yield triple, Finding("literal.form", severity, message, None, path, str(value), hint=hint)


def _problem(literal: ox.Literal) -> _Problem | None:
    """What is wrong with a literal, and what to write instead."""
    text, datatype, kept = literal.value, curie(literal.datatype.value), canonical(literal)
    name = literal.datatype.value.removeprefix(PREFIXES["xsd"])
    if kept.datatype != literal.datatype:
        other = curie(kept.datatype.value)
        message = f'"{text}" has the datatype {datatype}, of which the store of a snapshot makes {other}'
        return Severity.VIOLATION, message, f'write "{kept.value}"^^{other}; a shape can limit its values'
    is_computed = name not in EXAMPLES or _is_computed(literal)
    fits = re.fullmatch(_LEXICAL.get(name, "(?s:.*)"), text)
    if fits and name in _LEXICAL and not is_computed:
        message = f'"{text}" has more digits than the store of a snapshot can compare or count with'
        return Severity.VIOLATION, message, "write it shorter, or as a string without a datatype"
    if not (fits and is_computed) or _kept_as(literal.datatype):
        example = EXAMPLES.get(local_name(_kept_as(literal.datatype) or literal.datatype))
        hint = f'write one such as "{example}"' if example else "correct it"
        message = f'"{text}" is not a value of {datatype}'
        return Severity.VIOLATION, message, f"{hint}, or a string without a datatype"
    is_short_form = text == f"{kept.value}.0" and name == "decimal"  # how Turtle writes the decimal 40
    if kept == literal or is_short_form or literal.datatype in _WITHOUT_FORM:
        return None
    message = f'"{text}" is not the canonical form of this {datatype}'
    return Severity.WARNING, message, f'write "{kept.value}"^^{datatype}, as stores do'


@cache
def _kept_as(datatype: ox.NamedNode) -> ox.NamedNode | None:
    """The datatype that the store gives to values of another one."""
    for example in (EXAMPLES["integer"], EXAMPLES["dateTime"]):
        if (kept := canonical(ox.Literal(example, datatype=datatype)).datatype) != datatype:
            return kept
    return None


def _is_computed(literal: ox.Literal) -> bool:
    """Whether the store takes a literal for a value of its datatype, with which it can compute."""
    rows = ox.Store().query(f"SELECT ({literal.datatype}({literal}) AS ?value) {{}}")
    assert isinstance(rows, ox.QuerySolutions)
    return next(rows)["value"] is not None
