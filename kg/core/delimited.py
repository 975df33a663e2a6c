"""Delimited text (CSV, TSV): read as spreadsheets save it, written in one form."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kg.core.errors import InputError
from kg.core.files import CONFLICT, SETTLE, conflict_line

_DELIMITERS = ",;\t"
_MOST_IN_CELL = 100_000
_RISKY = re.compile(r"'*[=+\-@\t\r]")
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_SEPARATOR = re.compile(r"sep=(?P<mark>[,;\t])\r?\n", re.IGNORECASE)  # Excel's own first line
_QUOTED = re.compile(r'"[^"]*"')


@dataclass(frozen=True)
class DelimitedRecord:
    """One record: its number among all, from 1, the line on which it begins, its cells as they stand."""

    number: int
    line: int
    cells: tuple[str, ...]

    @property
    def text(self) -> tuple[str, ...]:
        """The cells without the ' that keeps a spreadsheet from running one as a formula."""
        return tuple(cell[1:] if _GUARDED.match(cell) else cell for cell in self.cells)


def records(text: str) -> list[DelimitedRecord]:
    """The records that have something in them; the header says which delimiter there is.

    Raises `InputError` with the line of what is no CSV, and of a conflict that a merge has left open.
    """
    if "\0" in text:
        hint = "is it UTF-16 without its mark? save it as 'CSV UTF-8'"
        raise InputError("the file has NUL characters", hint=hint)
    if line := conflict_line(text):
        raise InputError(CONFLICT, line=line, hint=SETTLE)
    stated = _SEPARATOR.match(text)
    before = 1 if stated else 0
    text = text[stated.end() :] if stated else text
    header = _QUOTED.sub("", text.partition("\n")[0])
    delimiter = stated["mark"] if stated else max(_DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    former = csv.field_size_limit(_MOST_IN_CELL)  # of the whole process
    found: list[DelimitedRecord] = []
    last = 0
    try:
        for number, row in enumerate(reader, start=1):
            first, last = last + 1, reader.line_num
            if any(cell.strip() for cell in row):
                found.append(DelimitedRecord(number, first + before, tuple(row)))
    except csv.Error as error:
        message = "a cell's quotation mark is not closed" if "end of data" in str(error) else str(error)
        raise InputError(f"the sheet is broken: {message}", line=reader.line_num + before) from error
    finally:
        csv.field_size_limit(former)
    return found


def write_records(rows: Iterable[Sequence[str]], *, delimiter: str = ",") -> str:
    """Rows as CSV with LF; a cell that a spreadsheet would run as a formula gets a ' in front."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, lineterminator="\n")
    for row in rows:
        writer.writerow([f"'{cell}" if _RISKY.match(cell) else cell for cell in row])
    return text.getvalue()
