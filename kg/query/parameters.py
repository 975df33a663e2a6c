"""Parameters of stored queries: what the header declares, and putting values into the text.

A parameter stands in its query as `VALUES $name { example }`. Only the rows of that block are replaced, by
serialised RDF terms, so no value can become query text, and the same text runs on any endpoint.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import InputError, UsageError
from kg.query.tokens import values_blocks
from kg.terms import XSD, nearest

Term = ox.NamedNode | ox.Literal
Resolve = Callable[[str, str | None], ox.NamedNode]

_KEYS = ("name", "type", "class", "list", "default", "required", "enumerate", "example", "description")
_GYEAR = re.compile(r"-?\d{4,}")


def _plain(value: str) -> ox.Literal:
    return ox.Literal(value)


def _integer(value: str) -> ox.Literal:
    return ox.Literal(str(int(value)), datatype=XSD("integer"))


def _decimal(value: str) -> ox.Literal:
    number = Decimal(value)
    if not number.is_finite():
        raise ValueError(value)
    return ox.Literal(format(number, "f"), datatype=XSD("decimal"))


def _date(value: str) -> ox.Literal:
    return ox.Literal(date.fromisoformat(value).isoformat(), datatype=XSD("date"))


def _datetime(value: str) -> ox.Literal:
    datetime.fromisoformat(value)
    return ox.Literal(value, datatype=XSD("dateTime"))


def _gyear(value: str) -> ox.Literal:
    if not _GYEAR.fullmatch(value):
        raise ValueError(value)
    return ox.Literal(value, datatype=XSD("gYear"))


def _boolean(value: str) -> ox.Literal:
    if value.lower() not in ("true", "false"):
        raise ValueError(value)
    return ox.Literal(value.lower(), datatype=XSD("boolean"))


_LITERALS: Mapping[str, tuple[str, Callable[[str], ox.Literal]]] = {
    "string": ("text", _plain),
    "integer": ("an integer such as 47", _integer),
    "decimal": ("a decimal such as 2.5", _decimal),
    "date": ("a date such as 2024-12-11", _date),
    "dateTime": ("a date and time such as 2024-12-11T09:00:00Z", _datetime),
    "gYear": ("a year such as 2024", _gyear),
    "boolean": ("true or false", _boolean),
}
TYPES = ("iri", "enum", *_LITERALS)
RESERVED = frozenset({"format", "output", "project", "strict", "quiet", "store", "limit", "timeout", "help"})


@dataclass(frozen=True)
class Parameter:
    """One parameter: `type` is one of `TYPES`, `of_class` the class that narrows labels down."""

    name: str
    type: str
    description: str = ""
    of_class: str | None = None
    is_list: bool = False
    default: str | None = None
    required: bool = False
    choices: tuple[str, ...] = ()
    example: str | None = None

    def term(self, value: str, resolve: Resolve) -> Term:
        """The RDF term of a value as typed; raises `UsageError` for one that does not fit.

        `resolve` finds an entity by IRI, CURIE or label among the instances of a class.
        """
        if self.choices and value not in self.choices:
            raise UsageError(f"--{self.name} {value!r} is not one of {', '.join(self.choices)}")
        if self.type in ("iri", "enum"):
            return resolve(value, self.of_class)
        kind, make = _LITERALS[self.type]
        try:
            return make(value)
        except (ValueError, InvalidOperation) as error:
            raise UsageError(f"--{self.name} {value!r} is not {kind}") from error


def declared(path: Path, params: object) -> tuple[Parameter, ...]:
    """The parameters of a header's `params`; raises `InputError` for an unknown key or type."""
    if params is None:
        return ()
    if not isinstance(params, list) or not all(isinstance(entry, dict) for entry in params):
        raise InputError("params in the header is a list of parameters, each with a name", path=path)
    return tuple(_parameter(path, entry) for entry in params)


def bind(text: str, values: Mapping[str, Sequence[Term]]) -> str:
    """The query with the rows of each named VALUES block replaced; no terms means any (UNDEF).

    >>> bind("SELECT * { VALUES $n { 1 } ?s ?p $n }", {"n": [ox.Literal("} UNION {")]})
    'SELECT * { VALUES $n { "} UNION {" } ?s ?p $n }'
    """
    parts, last = [], 0
    for block in values_blocks(text):
        if block.name in values:
            rows = " ".join(map(str, values[block.name])) or "UNDEF"
            parts += [text[last : block.start], f" {rows} "]
            last = block.end
    return "".join(parts) + text[last:]


def _parameter(path: Path, entry: Mapping[str, Any]) -> Parameter:
    for key in entry:
        if key not in _KEYS:
            raise InputError(f"a parameter has no key {key!r}{nearest(key, _KEYS)}", path=path)
    name, kind = str(entry.get("name", "")), str(entry.get("type", "string"))
    if not name.isidentifier():
        raise InputError(f"a parameter's name is letters, digits and _, not {name!r}", path=path)
    if name in RESERVED:
        raise InputError(f"{name} is an option of kg query; give the parameter another name", path=path)
    if kind not in TYPES:
        raise InputError(f"{name} has the unknown type {kind!r}{nearest(kind, TYPES)}", path=path)
    return Parameter(
        name=name,
        type=kind,
        description=str(entry.get("description", "")),
        of_class=entry.get("class"),
        is_list=bool(entry.get("list", False)),
        default=None if entry.get("default") is None else str(entry["default"]),
        required=bool(entry.get("required", False)),
        choices=tuple(map(str, entry.get("enumerate", ()))),
        example=None if entry.get("example") is None else str(entry["example"]),
    )
