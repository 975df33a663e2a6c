"""Rows of terms on disk: what was limited, parsed or given more columns becomes W3C results again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any

import pyoxigraph as ox

from kg.core.terms import Term, local_name

Solution = Sequence[Term | None]

_IN_MEMORY, _CHUNK = 1 << 20, 1 << 16
_PLAIN = (ox.Literal, ox.NamedNode)


def spooled(variables: Sequence[str], rows: Iterable[Solution]) -> ox.QuerySolutions:
    """The rows as results that can be serialised; beyond a megabyte they wait on disk, not in memory."""
    import tempfile

    file: IO[bytes] = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the results read it on
    for part in _as_json(variables, rows):
        file.write(part.encode())
    file.seek(0)
    results = ox.parse_query_results(file, ox.QueryResultsFormat.JSON)
    assert isinstance(results, ox.QuerySolutions)
    return results


def write_csv(file: Any, variables: Sequence[str], rows: Iterable[Any]) -> None:
    """The rows as CSV of SPARQL 1.1 and RFC 4180; pyoxigraph's own does not quote an IRI with a comma."""
    text = io.TextIOWrapper(io.BufferedWriter(_Unclosed(file), _CHUNK), encoding="utf-8", newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(variables)
    writer.writerows(map(_csv_cells, rows))
    text.flush()


def _csv_cells(row: Solution) -> list[str]:
    return [
        "" if term is None else term.value if isinstance(term, _PLAIN) else str(term)  # "_:b", "<<( )>>"
        for term in row
    ]


class _Unclosed(io.RawIOBase):
    """A file that stays open when the text wrapper around it goes."""

    def __init__(self, file: Any) -> None:
        self._file = file

    def writable(self) -> bool:
        """It is for writing."""
        return True

    def write(self, data: Any) -> int:
        """Pass the bytes on, all of them."""
        self._file.write(bytes(data))
        return len(data)


def python_value(term: Term | None) -> Any:
    """The Python value of a term for data frames: numbers and truth values as such, all else as text."""
    if not isinstance(term, ox.Literal):
        return None if term is None else getattr(term, "value", str(term))
    kind = local_name(term.datatype)
    try:
        if kind in ("integer", "int", "long", "nonNegativeInteger"):
            return int(term.value)
        if kind in ("decimal", "double", "float"):
            return float(term.value)
    except ValueError:
        return term.value
    return term.value in ("true", "1") if kind == "boolean" else term.value


def _as_json(variables: Sequence[str], rows: Iterable[Solution]) -> Iterator[str]:
    yield f'{{"head":{{"vars":{json.dumps(list(variables))}}},"results":{{"bindings":['
    for number, row in enumerate(rows):
        bound = {name: _plain(term) for name, term in zip(variables, row, strict=True) if term is not None}
        yield ("," if number else "") + json.dumps(bound, ensure_ascii=False)
    yield "]}}"


def _plain(term: Term) -> dict[str, Any]:
    if isinstance(term, ox.NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, ox.BlankNode):
        return {"type": "bnode", "value": term.value}
    if isinstance(term, ox.Triple):
        parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
        return {"type": "triple", "value": {name: _plain(part) for name, part in parts.items()}}
    plain = {"type": "literal", "value": term.value}
    if term.language:
        return {**plain, "xml:lang": term.language}
    return {**plain, "datatype": term.datatype.value}
