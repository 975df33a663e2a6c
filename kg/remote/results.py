"""Query results as stores send them: whole, or an error."""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from typing import IO, Any

import pyoxigraph as ox

from kg.core.errors import StoreError
from kg.core.xml import require_end

_ATOMIC = (ox.NamedNode, ox.BlankNode, ox.Literal)
_TAIL = 1024
_META = re.compile(rb'\}\s*,\s*"meta"\s*:\s*\{[^{}]*\}\s*\}\s*\Z')
_ROWS_LAST = re.compile(rb'\s*\{\s*"head"\s*:\s*\{[^{}]*\}\s*,\s*"results"')


class Binding(dict[str, Any]):
    """One solution, its terms by name; where one is asked for that it lacks, the store has failed."""

    def __missing__(self, name: str) -> Any:
        raise StoreError(f"the store answered without a value of ?{name}, which was asked for")

    def iri(self, name: str) -> ox.NamedNode:
        """The IRI in a column."""
        if isinstance(node := self[name], ox.NamedNode):
            return node
        raise StoreError(f"the store answered {node} for ?{name}, which is no IRI")

    def number(self, name: str) -> int:
        """The whole number in a column."""
        if (text := str(getattr(self[name], "value", ""))).isdecimal():
            return int(text)
        raise StoreError(f"the store answered {self[name]} for ?{name}, which is no number")


def parsed(file: IO[bytes], form: ox.QueryResultsFormat) -> ox.QuerySolutions | ox.QueryBoolean:
    """The results in a document; raises `ValueError`, `OSError` or `SyntaxError` where it is not whole.

    Rows are parsed as they are read, so that such an error may come with the last of them.
    """
    _require_end(file, form)
    if form == ox.QueryResultsFormat.JSON:
        file = without_meta(file)
    return ox.parse_query_results(behind_mark(file), form)


def rows(file: IO[bytes], form: ox.QueryResultsFormat) -> list[Binding]:
    """The rows in a document, as `as_rows` and `parsed` have them."""
    return as_rows(parsed(file, form))


def as_rows(found: object) -> list[Binding]:
    """Solutions as rows, without unbound columns and triple terms; raises `StoreError` for another answer."""
    if not isinstance(found, ox.QuerySolutions):
        raise StoreError("the store answered yes or no, where rows were asked for")
    names = [variable.value for variable in found.variables]
    return [Binding({name: row[name] for name in names if isinstance(row[name], _ATOMIC)}) for row in found]


def behind_mark(file: IO[bytes]) -> IO[bytes]:
    """A file at its beginning, behind a byte order mark."""
    file.seek(0)
    file.seek(len(BOM_UTF8) if file.read(len(BOM_UTF8)) == BOM_UTF8 else 0)
    return file


def without_meta(file: IO[bytes]) -> IO[bytes]:
    """The same file, without the times that QLever adds behind its rows, where pyoxigraph reads no more.

    >>> from io import BytesIO
    >>> without_meta(BytesIO(b'{"results":{"bindings":[]},"meta":{"query-time-ms":15}}')).read()
    b'{"results":{"bindings":[]}}'
    """
    start = max(0, file.seek(0, 2) - _TAIL)
    file.seek(start)
    found = _META.search(file.read())
    if found:
        file.seek(start + found.start())
        file.truncate()
        file.write(b"}}")
    file.seek(0)
    return file


def _require_end(file: IO[bytes], form: ox.QueryResultsFormat) -> None:
    """Raise `ValueError` where a document stops early; pyoxigraph stops reading when it has an answer.

    Of JSON it reads all that follows the head, if this comes first.
    """
    if form == ox.QueryResultsFormat.XML:
        require_end(file)
    elif form == ox.QueryResultsFormat.JSON:
        if _ROWS_LAST.match(behind_mark(file).read(_TAIL)) is None:
            try:
                json.load(behind_mark(file))
            except RecursionError as error:
                raise ValueError("the answer nests too deeply") from error
    elif file.seek(0, 2) and not (file.seek(-1, 2), file.read())[1].endswith(b"\n"):
        raise ValueError("the last line has no end")
