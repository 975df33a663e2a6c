"""How far the sheets of a workbook reach, by their XML alone, before room is made for their cells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

MOST_ROWS, MOST_COLUMNS, MOST_CELLS = 50_000, 1_000, 2_000_000
_MOST_ELEMENTS = 20_000_000  # seconds, not minutes
_LAST_ROW, _LAST_COLUMN = 1 << 21, 1 << 15  # more than any spreadsheet has
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"

Problems = dict[tuple[int, int], str]
"""What is wrong with cells, by row number and column index."""


class TooLarge(Exception):
    """A sheet that has more than is read."""


@dataclass
class Extent:
    """The last row and column of a sheet that hold something, from 1, and the formulas without a value."""

    rows: int = 0
    columns: int = 0
    problems: Problems = field(default_factory=dict)

    def reach(self, row: int, column: int) -> None:
        """Note a cell that holds something; raises `TooLarge`."""
        self.rows, self.columns = max(self.rows, row), max(self.columns, column)
        if self.rows > MOST_ROWS + 1:
            raise TooLarge(f"the sheet has more than {MOST_ROWS:,} rows")
        if self.columns > MOST_COLUMNS:
            raise TooLarge(f"the sheet has more than {MOST_COLUMNS:,} columns")
        if self.rows * self.columns > MOST_CELLS:
            raise TooLarge(f"the sheet has more than {MOST_CELLS:,} cells from its first to its last")


def extents(file: IO[bytes]) -> dict[str, Extent]:
    """The sheets in a part of a workbook by their names: all of an .ods file, the one, "", of an .xlsx file.

    Raises `TooLarge`, and `ValueError` for a document that is not whole.
    """
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.characters
    try:
        parser.ParseFile(file)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    return reader.found


class _Reader:
    """Follows the cells of both formats: SpreadsheetML (row, c, v, f) and OpenDocument (table-row, ...)."""

    def __init__(self) -> None:
        self.found: dict[str, Extent] = {"": Extent()}
        self._sheet = self.found[""]
        self._elements = self._row = self._column = 0
        self._rows = self._columns = 1  # as often as the row and the cell are repeated
        self._type = self._value = ""
        self._is_filled = self._is_formula = self._is_value = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        if self._elements > _MOST_ELEMENTS:
            raise TooLarge(f"the sheet has more than {_MOST_ELEMENTS:,} elements")
        match name.rpartition(" ")[2]:
            case "table":
                self._sheet = self.found.setdefault(attributes.get(f"{_TABLE} name", ""), Extent())
                self._row = 0
            case "row" | "table-row":
                self._rows = int(attributes.get(f"{_TABLE} number-rows-repeated", 1))
                self._row = int(attributes.get("r", self._row + 1))
                self._column = 0
                self._require_place()
            case "c":
                self._begin(attributes.get("t", ""), is_filled=False)
                self._column += 1
                if place := attributes.get("r"):
                    self._go_to(place)
            case "table-cell" | "covered-table-cell":
                self._begin("", is_filled=f"{_OFFICE} value-type" in attributes)
                self._columns = int(attributes.get(f"{_TABLE} number-columns-repeated", 1))
                self._column += self._columns
            case "f" | "v" | "is" | "p" as part:
                self._is_filled = True
                self._is_formula |= part == "f"
                self._is_value = part == "v"

    def characters(self, text: str) -> None:
        if self._is_value:
            self._value += text[:40]

    def end(self, name: str) -> None:
        match name.rpartition(" ")[2]:
            case "v":
                self._is_value = False
            case "c":
                if self._is_filled:
                    self._sheet.reach(self._row, self._column)
                    if problem := self._problem():
                        self._sheet.problems[self._row, self._column - 1] = problem
            case "table-cell" | "covered-table-cell":
                if self._is_filled:
                    self._sheet.reach(self._row + self._rows - 1, self._column)
            case "table-row":
                self._row += self._rows - 1
        self._require_place()

    def _require_place(self) -> None:
        if self._row > _LAST_ROW or self._column > _LAST_COLUMN:
            raise TooLarge("the sheet has cells where no spreadsheet has any")

    def _begin(self, kind: str, *, is_filled: bool) -> None:
        self._type, self._value = kind, ""
        self._is_filled, self._is_formula, self._is_value = is_filled, False, False

    def _go_to(self, place: str) -> None:
        found = _PLACE.fullmatch(place.upper())
        if found is None:
            raise TooLarge(f"the sheet has a cell {place[:20]}, which no spreadsheet has")
        self._row, self._column = int(found[2]), 0
        for letter in found[1]:
            self._column = self._column * 26 + ord(letter) - 64

    def _problem(self) -> str | None:
        if self._type == "e":
            return f"holds the error {self._value} of a formula"
        if self._is_formula and not self._value and self._type != "str":
            return "holds a formula that was never computed; paste its value"
        return None
