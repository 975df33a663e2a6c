"""The working sheet read: its columns, and its rows as they stand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.article.sheets.columns import REQUIRED, Columns
from kg.article.sheets.grid import Grid, read_grid
from kg.claims.columns import ID, TableColumn
from kg.core.errors import InputError, UsageError
from kg.core.likeness import clean, closest, meant


@dataclass(frozen=True)
class Row:
    """A row by its number in the spreadsheet, its cells by column; `wrong` says which hold no text."""

    number: int
    cells: dict[str, str]
    wrong: dict[str, str]


@dataclass(frozen=True)
class Sheet:
    """A sheet that was read: its columns, without `id`, and its rows.

    `unread` are columns of somebody's own, `others` are sheets of the same file; both are left alone.
    """

    name: str
    columns: tuple[TableColumn, ...]
    rows: tuple[Row, ...]
    unread: tuple[str, ...]
    others: tuple[str, ...]


def read_sheet(path: Path, columns: Columns, *, encoding: str | None = None) -> Sheet:
    """A sheet with its columns known; raises `InputError` for a sheet that cannot be read as claims."""
    if not path.name.isprintable():
        raise UsageError("the sheet's file name has characters that cannot be printed; rename it")
    grid = read_grid(path, encoding=encoding)
    if not grid.rows:
        raise InputError(
            "the sheet is empty", path=path, hint=f"its first row names the columns: {_usual(columns)}"
        )
    places, unread = _header(grid, columns, path)
    if len(grid.rows) == 1:
        raise InputError("the sheet has a header and no rows", path=path)
    known = [column for column in (columns.named(grid.rows[0][index]) for index in places) if column]
    return Sheet(path.name, tuple(known), tuple(rows_in(grid, places, path)), unread, grid.others)


def _header(grid: Grid, columns: Columns, path: Path) -> tuple[dict[int, str], tuple[str, ...]]:
    """The column name at each place of the header, and the headings that are like none.

    Raises `InputError` with all that is wrong with it.
    """
    headings = {column.name: column.heading for column in columns.fixed}
    places: dict[int, str] = {}
    unread: list[str] = []
    wrong: list[str] = []
    for index, cell in enumerate(grid.rows[0]):
        name = clean(cell)
        column = columns.named(name) if name else None
        known = ID if name.casefold() == ID else column.name if column else None
        if known is None and name:
            if close := closest(name, columns.known()):
                wrong.append(f"there is no column '{name}'{meant(close)}")
            else:
                unread.append(name)
        elif known is None and any(row[index].strip() for row in grid.rows[1:] if index < len(row)):
            wrong.append(f"column {_letters(index)} has no name")
        elif known in places.values():
            wrong.append(f"the column {column.heading if column else name} is there twice")
        elif known is not None:
            places[index] = known
    missing = [headings[name] for name in REQUIRED if name not in places.values()]
    if not places:
        wrong = ["the first row names no column; does something stand above the names, or on a sheet before?"]
    elif missing and not wrong:
        wrong.append(f"the sheet has no column {', '.join(missing)}")
    if wrong:
        raise InputError(
            "; ".join(wrong), path=path, line=grid.numbers[0], hint=f"the columns are {_usual(columns)}"
        )
    return places, tuple(unread)


def rows_in(grid: Grid, places: Mapping[int, str], path: Path) -> Iterator[Row]:
    """The rows below the header by column name; raises `InputError` for one that is too long."""
    width = len(grid.rows[0])
    for number, row in zip(grid.numbers[1:], grid.rows[1:], strict=True):
        if any(cell.strip() for cell in row[width:]):
            message = f"row {number} has {len(row)} cells, the header {width}; is a quotation mark missing?"
            raise InputError(message, path=path)
        cells = {name: row[index].strip() if index < len(row) else "" for index, name in places.items()}
        wrong = {name: grid.wrong[number, i] for i, name in places.items() if (number, i) in grid.wrong}
        yield Row(number, cells, wrong)


def _usual(columns: Columns) -> str:
    return ", ".join(columns.headings())


def _letters(index: int) -> str:
    """The letters that a spreadsheet gives a column: A, B, ... Z, AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
