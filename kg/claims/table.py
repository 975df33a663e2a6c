"""The table of an article's claims, `claims.csv`: one row a claim, in one form whoever saved it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kg.claims.cells import SEPARATOR, digest_in, span_in, values_in
from kg.claims.columns import ALWAYS, ID, NOTE, PASSAGE, TableColumns
from kg.core.delimited import records, write_records
from kg.core.errors import InputError
from kg.core.files import read_text
from kg.core.terms import nearest
from kg.rdf.order import natural

_SPACE = re.compile(r"\s+")
_LAST = (1 << 62, 1 << 62)


@dataclass(frozen=True)
class TableRow:
    """One row: its cells that are not empty, by column, and its line in the file (0: none yet)."""

    cells: Mapping[str, str]
    line: int = 0

    @property
    def id(self) -> str:
        """The claim's id: what stands behind the # of its IRI."""
        return self.cells.get(ID, "")

    @property
    def span(self) -> tuple[int, int] | None:
        """Its first passage, as offsets in code points; None for a row without one."""
        spans = [span for cell in values_in(self.cells.get(PASSAGE, "")) if (span := span_in(cell))]
        return min(spans, default=None)

    def without_digests(self) -> Mapping[str, object]:
        """The cells, the passages as ranges alone."""
        return {**self.cells, PASSAGE: [span_in(cell) for cell in values_in(self.cells.get(PASSAGE, ""))]}

    def names(self) -> Iterator[str]:
        """The ids of the rows that it may speak of: each `#id`, a proposition's without its p."""
        for column, cell in self.cells.items():
            if column not in (ID, PASSAGE, NOTE, "gloss"):
                for value in values_in(cell):
                    if value.startswith("#"):
                        yield value[1:]


@dataclass(frozen=True)
class ClaimTable:
    """The rows of a table in their order, and the columns that its header names."""

    rows: tuple[TableRow, ...]
    columns: tuple[str, ...] = ALWAYS

    @classmethod
    def read(cls, path: Path, columns: TableColumns, sha256: str | None = None) -> ClaimTable:
        """Read a file; raises `InputError` with its line for what is no table of claims."""
        text = read_text(path, sha256)
        try:
            return cls.parse(text, columns)
        except InputError as error:
            raise InputError(error.message, path=path, line=error.line, hint=error.hint) from error

    @classmethod
    def parse(cls, text: str, columns: TableColumns) -> ClaimTable:
        """The table in a text, delimited by commas, semicolons or tabs; raises `InputError` with a line."""
        found = records(text)
        if not found:
            hint = f"its columns are {', '.join(ALWAYS)}; take the file out if there are no claims"
            raise InputError("the table has no header", line=1, hint=hint)
        names = tuple(map(str.strip, found[0].text))
        while names and not names[-1]:
            names = names[:-1]
        _check_header(names, columns, found[0].line)
        rows = []
        for record in found[1:]:
            if any(cell.strip() for cell in record.text[len(names) :]):
                message = f"the row has {len(record.text)} cells, the header {len(names)}"
                raise InputError(message, line=record.line, hint="is a quotation mark missing?")
            cells = {name: cell.strip() for name, cell in zip(names, record.text, strict=False)}
            rows.append(TableRow({name: cell for name, cell in cells.items() if cell}, record.line))
        return cls(tuple(rows), names)

    def text(self, columns: TableColumns) -> str:
        """The canonical form: rows in the order of the text, a line each, further columns where in use."""
        names = columns.in_order(name for row in self.rows for name in row.cells)
        lines = ([_one_line(row.cells.get(name, "")) for name in names] for row in in_order(self.rows))
        return write_records([names, *lines])

    def moved(self, moves: Mapping[tuple[int, int], tuple[int, int]]) -> ClaimTable:
        """The table with ranges of the text in place of former ones; digests stay."""
        rows = [
            replace(row, cells={**row.cells, PASSAGE: _moved(row.cells[PASSAGE], moves)}) if row.span else row
            for row in self.rows
        ]
        return replace(self, rows=tuple(rows))

    def by_id(self) -> dict[str, TableRow]:
        """The rows by their ids."""
        return {row.id: row for row in self.rows}


def in_order(rows: Iterable[TableRow]) -> list[TableRow]:
    """Rows in the order of the text; one without a passage stands after the first row that speaks of it."""
    known = sorted(rows, key=lambda row: natural(row.id))
    by_id = {row.id: row for row in known}
    done: dict[str, TableRow] = {}

    def place(row: TableRow) -> None:
        pending = [row]
        while pending:
            row = pending.pop()
            if row.id not in done:
                done[row.id] = row
                used = (by_id.get(name) or by_id.get(name.removesuffix("p")) for name in row.names())
                pending += reversed([other for other in used if other is not None and other.span is None])

    for row in sorted(known, key=lambda row: row.span or _LAST):
        if row.span is not None:
            place(row)
    for row in known:
        place(row)
    return list(done.values()) if len(done) == len(known) else known


def _check_header(names: tuple[str, ...], columns: TableColumns, line: int) -> None:
    known = (ID, NOTE)
    wrong = [name for name in names if name not in known and columns.named(name) is None]
    if ID not in names:
        raise InputError("the table has no column id", line=line, hint=f"its columns are {', '.join(ALWAYS)}")
    if wrong:
        offers = nearest(wrong[0], columns.in_order(()))
        raise InputError(f"there is no column '{wrong[0]}'{offers}", line=line)
    if doubled := next((name for name in names if names.count(name) > 1), None):
        raise InputError(f"the column {doubled} is there twice", line=line)


def _moved(cell: str, moves: Mapping[tuple[int, int], tuple[int, int]]) -> str:
    return SEPARATOR.join(_moved_range(value, moves) for value in values_in(cell))


def _moved_range(value: str, moves: Mapping[tuple[int, int], tuple[int, int]]) -> str:
    span = span_in(value)
    if span is None or span not in moves:
        return value
    start, end = moves[span]
    return ":".join(filter(None, (f"{start}-{end}", digest_in(value))))


def _one_line(cell: str) -> str:
    return _SPACE.sub(" ", cell) if "\n" in cell or "\r" in cell else cell
