"""Where a Turtle file writes a statement: the line of its subject, its predicate, or its object."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from kg.core.errors import shown
from kg.core.files import read_text
from kg.core.findings import Place
from kg.core.lines import LineIndex
from kg.core.terms import RDF, RDF_TYPE
from kg.rdf.turtle_reading import subject_lines
from kg.rdf.turtle_tokens import TOKEN, Scan, StatementSpan, unescaped

_FIRST = RDF("first").value
_Statement = tuple[str | None, str | None, str | None]
_DIRECTIVE = re.compile(r"prefix|base", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


class _Written(NamedTuple):
    """A predicate, or an object with its predicate, and its span; `depth` counts blank nodes around it."""

    subject: str | None
    predicate: str
    object: str | None
    depth: int
    start: int
    end: int


@dataclass(frozen=True)
class TurtlePlaces:
    """The lines of a Turtle file that parses; `base` is the IRI that its references are resolved by."""

    path: Path
    base: str = ""

    def place(self, subject: str | None, predicate: str | None = None, object: str | None = None) -> Place:
        """The line of a statement as far as it is written: else of its predicate, else of its subject.

        `subject` is an IRI, or None for what no named node says; what blank nodes say is said by the named
        one that they stand in. `object` is in SPARQL syntax; its datatype and language are not looked at.
        """
        return self.within(subject, predicate, object, 0)

    def within(self, subject: str | None, predicate: str | None, object: str | None, below: int) -> Place:
        """The same, so many lines further down where a literal has them."""
        for one in (written_object(object), None):
            if (predicate or one) and (found := self._statements.get((subject, predicate, one))):
                first, last = found
                return Place(shown(self.path), min(first + below, last))
        return Place(shown(self.path), self._subjects.get(subject or ""))

    @cached_property
    def declarations(self) -> Sequence[tuple[str | None, str, int]]:
        """Each prefix that it declares, None for the base, with its IRI and line."""
        scan, lines = Scan(self.base), LineIndex(self._text)
        last = max((match.start() for match in _DIRECTIVE.finditer(self._text)), default=0)
        for statement in scan.statements(self._text):
            if statement.start >= last:
                break
        return [(prefix, iri, lines.at(start)) for prefix, iri, start in scan.declared]

    @cached_property
    def _text(self) -> str:
        return read_text(self.path)

    @cached_property
    def _subjects(self) -> dict[str, int]:
        return subject_lines(self._text, self.base)

    @cached_property
    def _statements(self) -> dict[_Statement, tuple[int, int]]:
        """The first and last line of each predicate and object, what a named node says itself first."""
        lines = LineIndex(self._text)
        found = sorted(_written(self._text, self.base), key=lambda one: one.depth)
        owners = {one.object: one.subject for one in reversed(found) if (one.object or "").startswith("_:")}
        places: dict[_Statement, tuple[int, int]] = {}
        for one in found:
            subject, seen = one.subject, set[str]()
            while subject is not None and subject.startswith("_:"):
                seen.add(subject)
                subject = owners.get(subject)
                subject = None if subject in seen else subject
            span = lines.at(one.start), lines.at(one.end)
            places.setdefault((subject, one.predicate, one.object), span)
            if one.object:
                places.setdefault((subject, None, one.object), span)
        return places


def written_object(text: str | None) -> str | None:
    """An object in SPARQL syntax without its datatype and language.

    >>> written_object('"a"@en'), written_object("<urn:a>")
    ('"a"', '<urn:a>')
    """
    quoted = _QUOTED.match(text or "")
    return quoted.group() if quoted else text


def _written(text: str, base: str) -> Iterator[_Written]:
    scan = Scan(base)
    for statement in scan.statements(text):
        if statement.subject is not None:
            yield from _of_statement(scan, text, statement)


def _of_statement(scan: Scan, text: str, statement: StatementSpan) -> Iterator[_Written]:
    """The predicates and objects of a statement; `above` are the predicates that open brackets interrupt."""
    subject, start = statement.subject, statement.start
    if subject in ("[]", "()"):
        subject = None
    elif match := TOKEN.match(text, start):
        start = match.end()
    blank = subject is not None and subject.startswith("_:")
    predicate: str | None = None
    above: list[str | None] = []
    is_datatype = False
    for match in TOKEN.finditer(text, start, statement.end):
        token, kind = match.group(), match.lastgroup
        if kind == "skip":
            continue
        if is_datatype or token == "^^":
            is_datatype = not is_datatype
        elif token in ("[", "(", "{|"):
            above.append(predicate)
            predicate = _FIRST if token == "(" else None
        elif token in ("]", ")", "|}"):
            predicate = above.pop() if above else None
        elif token == ";":
            predicate = None
        elif kind in ("iri", "string", "word") and token[0] not in "@^~":
            item = _object(scan, token) if predicate else None
            predicate = predicate or (RDF_TYPE.value if token == "a" else scan.iri(token))
            yield _Written(subject, predicate, item, len(above) + blank, match.start(), match.end())


def _object(scan: Scan, token: str) -> str:
    """An object in SPARQL syntax, a literal without its datatype, a blank node as it is written."""
    if token[0] in "\"'":
        quotes = 3 if len(token) > 5 and token[:3] in ('"""', "'''") else 1
        return str(ox.Literal(unescaped(token[quotes:-quotes])))
    if token in ("true", "false") or token[0] in "+-.0123456789":
        return str(ox.Literal(token))
    iri = scan.iri(token)
    return iri if iri.startswith("_:") else f"<{iri}>"
