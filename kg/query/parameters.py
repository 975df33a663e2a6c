"""Parameters of stored queries: what the header declares, and putting values into the text.

A parameter stands in its query as `VALUES $name { example }`. Only the rows of that block are replaced, by
serialised RDF terms, so no value can become query text, and the same text runs on any endpoint.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pyoxigraph as ox

from kg.core.canonical import canonical
from kg.core.errors import InputError, UsageError
from kg.core.terms import XSD, GroundTerm, nearest

if TYPE_CHECKING:

    class Names(Protocol):
        """What finds entities by what a reader types; `kg.query.lookup.Lookup` is one."""

        def find(self, typed: str, of_class: str | None = None, *, individual: bool = False) -> ox.NamedNode:
            """The entity meant by an IRI, a CURIE or a label."""

        def coded(self, typed: str, of_class: str) -> ox.NamedNode:
            """The instance of a class of coded values."""


_KEYS = ("name", "type", "class", "list", "default", "required", "enumerate", "example", "description")
# Patterns as text: most commands need none of them, and each takes a while to compile.
_INTEGER = r"[+-]?[0-9]{1,19}"
_DECIMAL = r"[+-]?(?:[0-9]{1,1000}(?:\.[0-9]{0,1000})?|\.[0-9]{1,1000})"
_GYEAR = r"-?(?:[1-9][0-9]{3,}|0[0-9]{3})"
_ESCAPES = str.maketrans({"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"})
_BACKSLASH_U = r"(\\)([uU])"


def _matching(pattern: str, value: str) -> str:
    if re.fullmatch(pattern, value) is None:
        raise ValueError(value)
    return value


def _plain(value: str) -> ox.Literal:
    return ox.Literal(value)


def _integer(value: str) -> ox.Literal:
    """An integer that the engine can compare: of 64 bits."""
    number = int(_matching(_INTEGER, value))
    if not -(1 << 63) <= number < 1 << 63:
        raise OverflowError(value)
    return ox.Literal(str(number), datatype=XSD("integer"))


def _decimal(value: str) -> ox.Literal:
    from decimal import Decimal

    return ox.Literal(format(Decimal(_matching(_DECIMAL, value)), "f"), datatype=XSD("decimal"))


def _date(value: str) -> ox.Literal:
    day, zone = value[:-1] if value.endswith("Z") else value, "Z" * value.endswith("Z")
    return ox.Literal(date.fromisoformat(day).isoformat() + zone, datatype=XSD("date"))


def _datetime(value: str) -> ox.Literal:
    """A moment as it is typed: stores keep the time zone, in which two of one moment are two terms."""
    if "T" not in value:
        raise ValueError(value)
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is not None:
        moment.astimezone(UTC)  # raises for what is before the first year
    return ox.Literal(moment.isoformat(), datatype=XSD("dateTime"))


def _gyear(value: str) -> ox.Literal:
    return ox.Literal(_matching(_GYEAR, value), datatype=XSD("gYear"))


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
RESERVED = frozenset(
    [
        "format",
        "output",
        "force",
        "labels",
        "iris",
        "quotes",
        "related",
        "limit",
        "timeout",
        "store",
        "project",
        "no_build",
        "strict",
        "quiet",
        "help",
    ]
)


class Parameter(NamedTuple):
    """One parameter: `type` is one of `TYPES`, `of_class` the class that narrows labels down."""

    name: str
    type: str
    description: str = ""
    of_class: str | None = None
    is_list: bool = False
    default: tuple[str, ...] = ()
    required: bool = False
    choices: tuple[str, ...] = ()
    example: str | None = None

    @property
    def option(self) -> str:
        """Its name on the command line."""
        return f"--{self.name.replace('_', '-')}"

    def term(self, value: str, names: Names) -> GroundTerm:
        """The RDF term of a value as typed; raises `UsageError` for one that does not fit."""
        if self.choices and value not in self.choices:
            raise UsageError(f"{self.option} {value!r} is not one of {', '.join(self.choices)}")
        if self.type == "iri":
            return names.find(value, self.of_class, individual=True)
        if self.type == "enum" and self.of_class is not None:
            return names.coded(value, self.of_class)
        kind, make = _LITERALS["string" if self.type == "enum" else self.type]
        try:
            return canonical(make(value))
        except (ValueError, OverflowError) as error:  # a lone surrogate is a ValueError of pyoxigraph's
            raise UsageError(f"{self.option} {value!r} is not {kind}") from error


def declared(path: Path, params: object) -> tuple[Parameter, ...]:
    """The parameters of a header's `params`; raises `InputError` for an unknown key or type."""
    if params is None:
        return ()
    if not isinstance(params, list) or not all(isinstance(entry, dict) for entry in params):
        raise InputError("params in the header is a list of parameters, each with a name", path=path)
    found = tuple(_parameter(path, entry) for entry in params)
    for number, parameter in enumerate(found):
        if any(parameter.name == other.name for other in found[:number]):
            raise InputError(f"the parameter {parameter.name} is declared twice", path=path)
    return found


def in_order(kind: str, first: str, last: str) -> bool:
    """Whether a value of a type does not lie after another.

    >>> in_order("integer", "9", "10"), in_order("date", "2024-12-11", "2024-12-10")
    (True, False)
    """
    if kind in ("integer", "decimal", "gYear"):
        return float(first) <= float(last)
    if kind == "dateTime":
        return _moment(first) <= _moment(last)
    return first <= last if kind == "date" else True


def _moment(value: str) -> datetime:
    """A date and time that can be compared with any other: without a time zone it is UTC."""
    moment = datetime.fromisoformat(value)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def bind(
    text: str,
    values: Mapping[str, Sequence[GroundTerm]],
    blocks: Iterable[tuple[str, int, int]] | None = None,
) -> str:
    """The query with the rows of each named VALUES block replaced; no terms means any (UNDEF).

    `blocks` are the blocks where they are known already: the name of each, and the span of its rows.

    >>> bind("SELECT * { VALUES $n { 1 } ?s ?p $n }", {"n": [ox.Literal("} UNION {")]})
    'SELECT * { VALUES $n { "} UNION {" } ?s ?p $n }'
    """
    if blocks is None:
        from kg.query.tokens import values_blocks

        blocks = values_blocks(text)
    parts, last = [], 0
    for name, start, end in blocks:
        if name in values:
            rows = " ".join(map(serialised, values[name])) or "UNDEF"
            parts += [text[last:start], f" {rows} "]
            last = end
    return "".join(parts) + text[last:]


def serialised(term: GroundTerm) -> str:
    """A term as SPARQL writes it, safe from engines that expand code points before they look for strings.

    SPARQL 1.1 (section 19.2) lets an engine read `"\\\\u0022"`, a backslash and letters, as a quotation mark,
    and rdflib does; so a `u` behind a backslash is itself written as a code point.

    >>> print(serialised(ox.Literal('a "b"')), serialised(ox.Literal(r"\\u0022")))
    "a \\"b\\"" "\\\\\\U000000750022"
    """
    if isinstance(term, ox.NamedNode):
        return str(term)
    text = re.sub(_BACKSLASH_U, _spelt_out, term.value.translate(_ESCAPES))
    return f'"{text}"' if term.datatype == XSD("string") else f'"{text}"^^{term.datatype}'


def _spelt_out(match: re.Match[str]) -> str:
    return f"{match.group(1)}\\U{ord(match.group(2)):08X}"


def _parameter(path: Path, entry: Mapping[str, Any]) -> Parameter:
    for key in entry:
        if key not in _KEYS:
            raise InputError(f"a parameter has no key {key!r}{nearest(key, _KEYS)}", path=path)
    name, kind = str(entry.get("name", "")), str(entry.get("type", "string"))
    if not (name.isidentifier() and name.isascii()):
        raise InputError(f"a parameter's name is letters, digits and _, not {name!r}", path=path)
    if name in RESERVED:
        raise InputError(f"{name} is an option of kg query; give the parameter another name", path=path)
    if kind not in TYPES:
        raise InputError(f"{name} has the unknown type {kind!r}{nearest(kind, TYPES)}", path=path)
    choices = _texts(entry.get("enumerate"))
    if kind == "enum" and not (choices or entry.get("class")):
        raise InputError(f"{name} is an enum; name the class of its values, or enumerate them", path=path)
    for key in ("list", "required"):
        if not isinstance(entry.get(key, False), bool):
            raise InputError(f"{key} of {name} is true or false, not {entry[key]!r}", path=path)
    default, is_list = _texts(entry.get("default")), entry.get("list", False)
    if len(default) > 1 and not is_list:
        raise InputError(f"{name} has several defaults but is no list; add list: true", path=path)
    return Parameter(
        name=name,
        type=kind,
        description=" ".join(str(entry.get("description", "")).split()),
        of_class=entry.get("class"),
        is_list=is_list,
        default=default,
        required=entry.get("required", False),
        choices=choices,
        example=next(iter(_texts(entry.get("example"))), None),
    )


def _texts(value: object) -> tuple[str, ...]:
    """A header's value or values as typed; YAML reads `true` and dates as values of its own."""
    if value is None:
        return ()
    return tuple(_text(item) for item in value) if isinstance(value, list) else (_text(value),)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.isoformat()
    return str(value)
