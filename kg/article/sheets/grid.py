"""Spreadsheet files as rows of text: CSV, .xlsx and .ods, each cell with its row, nothing guessed."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.article.sheets.extent import Extent, TooLarge
from kg.article.sheets.workbook import CLAIMS, read_workbook
from kg.core.delimited import DelimitedRecord, records, write_records
from kg.core.errors import InputError, UsageError
from kg.core.files import decoded

SUFFIXES = (".csv", ".tsv", ".xlsx", ".ods")
MOST_BYTES = 64 * 1024 * 1024
_ERROR = re.compile(r"#(REF!|DIV/0!|N/A|NAME\?|NULL!|NUM!|VALUE!)|Err:[0-9]+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")
_ZIP = b"PK\x03\x04"  # a workbook, whatever its name
_FORMULA = "holds a formula; paste its value, or put ' in front of what is text"
_MISREAD = "holds UTF-8 that was opened in another encoding; open the file as UTF-8, and save it anew"
_DATE = "holds a date of the spreadsheet; format the column as text and type 2024, 2024-09 or 2024-09-27"


@dataclass(frozen=True)
class Grid:
    """The rows of a sheet, the header first; `numbers` are the row numbers that a spreadsheet shows.

    `wrong` has what is no text, by row number and column index. `others` are sheets of a workbook that hold
    something, and were not read, though none is named claims.
    """

    rows: tuple[tuple[str, ...], ...]
    numbers: tuple[int, ...]
    wrong: dict[tuple[int, int], str]
    others: tuple[str, ...] = ()


def read_grid(path: Path, *, encoding: str | None = None, sheet: str = CLAIMS) -> Grid:
    """The cells of a file, of a workbook those of one `sheet`.

    Raises `InputError` for what cannot be read and `UsageError` for its suffix.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UsageError(f"a sheet is one of {', '.join(SUFFIXES)}, not {path.name}")
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise InputError(f"the sheet has {size >> 20} MB; {MOST_BYTES >> 20} are read at most", path=path)
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error
    if suffix in (".csv", ".tsv") and not data.startswith(_ZIP):
        return _delimited(data, path, encoding)
    return _workbook(data, path, sheet)


def write_rows(rows: Iterable[Sequence[str]], *, delimiter: str = ",") -> bytes:
    """Rows as CSV in UTF-8; a cell that a spreadsheet would run as a formula gets a `'` in front."""
    return write_records(rows, delimiter=delimiter).encode()


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook, which may have a sheet of entities, too."""
    with path.open("rb") as file:
        return file.read(len(_ZIP)) == _ZIP


def write_workbook(sheets: Mapping[str, Sequence[Sequence[str]]]) -> bytes:
    """Sheets by their names as .xlsx, every cell text, the first row of each frozen.

    Raises `UsageError` where the library that writes them is not installed.
    """
    try:
        import xlsxwriter
    except ImportError as error:
        hint = "pip install 'secpol-kg[xlsx]', or write .csv"
        raise UsageError("workbooks cannot be written here", hint=hint) from error
    file = io.BytesIO()
    epoch = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.set_properties({"created": epoch})  # equal claims, equal bytes
        text = book.add_format({"num_format": "@"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.set_column(0, max(map(len, rows), default=1), 18, text)
            sheet.freeze_panes(1, 0)
            for at, row in enumerate(rows):
                for column, cell in enumerate(row):
                    if cell:
                        sheet.write_string(at, column, cell, text)
    return file.getvalue()


def _delimited(data: bytes, path: Path, encoding: str | None) -> Grid:
    try:
        found = records(decoded(data, encoding=encoding))
    except LookupError as error:
        raise UsageError(f"there is no encoding {encoding!r}") from error
    except InputError as error:
        hint = "save it as 'CSV UTF-8'; kg article import can be told what it is, too: --encoding cp1252"
        raise InputError(error.message, path=path, line=error.line, hint=error.hint or hint) from error
    _hold(found, path)
    wrong = {
        (record.number, index): problem
        for record in found
        for index, cell in enumerate(record.cells)
        if (problem := _FORMULA if cell.startswith("=") else _problem(cell))
    }
    return Grid(tuple(record.text for record in found), tuple(record.number for record in found), wrong)


def _hold(found: Sequence[DelimitedRecord], path: Path) -> None:
    try:
        Extent().reach(len(found), max((len(record.cells) for record in found), default=0))
    except TooLarge as error:
        hint = "import it in parts, each with a file name of its own"
        raise InputError(str(error), path=path, hint=hint) from error


def _workbook(data: bytes, path: Path, sheet: str) -> Grid:
    read = read_workbook(data, path, sheet)
    values = read.rows
    wrong = {
        (number, index): problem
        for number, row in enumerate(values, start=1)
        for index, value in enumerate(row)
        if (problem := _problem(value))
    }
    wrong |= read.problems
    told = {number for number, _ in wrong}
    rows = [(number, tuple(map(_text, row))) for number, row in enumerate(values, start=1)]
    kept = [(number, row) for number, row in rows if number in told or any(cell.strip() for cell in row)]
    numbers = tuple(number for number, _ in kept)
    return Grid(tuple(row for _, row in kept), numbers, wrong, read.others)


def _problem(value: object) -> str | None:
    if isinstance(value, datetime.date | datetime.time | datetime.timedelta):
        return _DATE
    if isinstance(value, str) and _ERROR.fullmatch(value):
        return f"holds the error {value} of a formula"
    if isinstance(value, str) and (found := _CONTROL.search(value)):
        way = "is the file written in cp1252?" if found.group() > "\x7f" else "type it anew"
        return f"holds a control character, U+{ord(found.group()):04X}; {way}"
    return _MISREAD if isinstance(value, str) and _is_misread(value) else None


def _is_misread(text: str) -> bool:
    """Whether a text is one in UTF-8 that a spreadsheet opened as if it were cp1252."""
    if text.isascii():
        return False
    try:
        text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return False
    return True


def _text(value: object) -> str:
    """A cell's text; numbers as one types them."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value)
