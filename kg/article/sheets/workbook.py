"""Workbooks, .xlsx and .ods: the values of one sheet, read once the archive is known to be harmless."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from kg.core.errors import InputError

CLAIMS, ENTITIES = "claims", "entities"
MOST_UNPACKED = 256 * 1024 * 1024

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
Problems = dict[tuple[int, int], str]
"""What is wrong with cells, by row number and column index."""

_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


@dataclass(frozen=True)
class SheetValues:
    """What a sheet holds from its first row and column, and the names of `others` that hold something, too.

    `problems` are those of formulas, which the values do not show: that they failed, or were never computed.
    """

    rows: Sequence[Sequence[object]]
    problems: Problems
    others: tuple[str, ...]


def read_workbook(data: bytes, path: Path, most_rows: int, wanted: str = CLAIMS) -> SheetValues:
    """The values of a sheet: of the one that is `wanted`, else for claims of the first, told from the others.

    Raises `InputError` for what is no workbook, unpacks to too much, or has too many rows.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    archive = _archive(data, path)
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        named = [name for name in book.sheet_names if name.casefold() == wanted]
        rest = [name for name in book.sheet_names if name.casefold() != ENTITIES or wanted != CLAIMS]
        if not (named or (wanted == CLAIMS and rest)):
            return SheetValues((), {}, ())
        name, *others = named or rest
        sheet = book.get_sheet_by_name(name)
        if sheet.end is not None and sheet.end[0] > most_rows:
            hint = "delete empty rows below, or import it in parts, each with a file name of its own"
            raise InputError(f"the sheet has more than {most_rows:,} rows", path=path, hint=hint)
        told = () if named else (other for other in others if book.get_sheet_by_name(other).end is not None)
        rows = sheet.to_python(skip_empty_area=False)
        return SheetValues(rows, dict(_formulas(archive, name)), tuple(told))
    except (CalamineError, ValueError, ElementTree.ParseError) as error:
        raise InputError(f"the sheet cannot be read: {error}", path=path) from error


def _archive(data: bytes, path: Path) -> zipfile.ZipFile:
    """The archive, once its parts were unpacked to what it states and no further."""
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
        unpacked = sum(part.file_size for part in archive.infolist())
        if unpacked > MOST_UNPACKED:
            message = f"the sheet unpacks to {unpacked >> 20} MB; {MOST_UNPACKED >> 20} are read at most"
            raise InputError(message, path=path)
        broken = archive.testzip()
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError) as error:
        hint = "save it without a password, as .xlsx, .ods or CSV UTF-8"
        raise InputError("the sheet is no workbook, damaged or encrypted", path=path, hint=hint) from error
    if broken is not None:
        raise InputError(f"the sheet is damaged: {broken}", path=path)
    return archive


def _formulas(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[tuple[int, int], str]]:
    """The formulas of an .xlsx sheet that have no value; .ods files show errors as text."""
    part = _part(archive, name)
    if part is None:
        return
    with archive.open(part) as file:
        for _, cell in ElementTree.iterparse(file):
            if cell.tag == f"{_MAIN}c" and (place := _PLACE.fullmatch(cell.get("r", ""))):
                problem = _problem(cell)
                if problem is not None:
                    yield (int(place[2]), _index(place[1])), problem
            if cell.tag == f"{_MAIN}row":
                cell.clear()


def _problem(cell: ElementTree.Element) -> str | None:
    value = cell.findtext(f"{_MAIN}v") or ""
    if cell.get("t") == "e":
        return f"holds the error {value} of a formula"
    if cell.find(f"{_MAIN}f") is not None and not value and cell.get("t") != "str":
        return "holds a formula that was never computed; paste its value"
    return None


def _part(archive: zipfile.ZipFile, name: str) -> str | None:
    """The part of an .xlsx file that has a sheet."""
    if "xl/workbook.xml" not in archive.namelist():
        return None
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    targets = {link.get("Id"): link.get("Target", "") for link in links}
    for sheet in book.iter(f"{_MAIN}sheet"):
        if sheet.get("name") == name:
            target = targets.get(sheet.get(_RELATION), "").lstrip("/")
            part = target if target.startswith("xl/") else f"xl/{target}"
            return part if part in archive.namelist() else None
    return None


def _index(letters: str) -> int:
    """The column of some letters, from 0."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1
