"""Workbooks, .xlsx and .ods: the values of one sheet, read once the archive is known to be harmless."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from kg.article.sheets.extent import Extent, Problems, TooLarge, extents
from kg.core.errors import InputError
from kg.core.xml import require_end

CLAIMS, ENTITIES = "claims", "entities"
MOST_UNPACKED = 256 * 1024 * 1024

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BOOK, _LINKS, _STRINGS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"
_CONTENT = "content.xml"  # of .ods, with all its sheets


@dataclass(frozen=True)
class SheetValues:
    """What a sheet holds from its first row and column, and the names of `others` that hold something, too.

    `problems` are those of formulas, which the values do not show: that they failed, or were never computed.
    """

    rows: Sequence[Sequence[object]]
    problems: Problems
    others: tuple[str, ...]


def read_workbook(data: bytes, path: Path, wanted: str = CLAIMS) -> SheetValues:
    """The values of a sheet: of the one that is `wanted`, else for claims of the first, told from the others.

    Raises `InputError` for what is no workbook, unpacks to too much, or has a sheet that is too large: the
    library that reads it makes room for every cell up to the last.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    archive = _archive(data, path)
    try:
        extent_of = _extents(archive)
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        named = [name for name in book.sheet_names if name.casefold() == wanted]
        rest = [name for name in book.sheet_names if name.casefold() != ENTITIES or wanted != CLAIMS]
        if not (named or (wanted == CLAIMS and rest)):
            return SheetValues((), {}, ())
        name, *others = named or rest
        extent = extent_of(name)
        told = () if named else (other for other in others if _is_filled(extent_of, other))
        rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False) if extent.rows else ()
        return SheetValues(rows, extent.problems, tuple(told))
    except TooLarge as error:
        hint = "delete empty rows and columns, or import it in parts, each with a file name of its own"
        raise InputError(str(error), path=path, hint=hint) from error
    except (CalamineError, ValueError, LookupError, ElementTree.ParseError) as error:
        raise InputError(f"the sheet cannot be read: {error}", path=path) from error


def _archive(data: bytes, path: Path) -> zipfile.ZipFile:
    """The archive, once its parts were unpacked to what it states and no further."""
    damaged = InputError(
        "the sheet is no workbook, damaged or encrypted",
        path=path,
        hint="save it without a password, as .xlsx, .ods or CSV UTF-8",
    )
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except Exception as error:  # of any kind, as what is damaged is a place, a size or a name
        raise damaged from error
    unpacked = sum(part.file_size for part in archive.infolist())
    if unpacked > MOST_UNPACKED:
        message = f"the sheet unpacks to {unpacked >> 20} MB; {MOST_UNPACKED >> 20} are read at most"
        raise InputError(message, path=path)
    try:
        broken = archive.testzip()
    except Exception as error:  # the same
        raise damaged from error
    if broken is None and len(archive.NameToInfo) < len(archive.infolist()):
        broken = "two of its parts have one name"
    if broken is not None:
        raise InputError(f"the sheet is damaged: {broken}", path=path)
    return archive


def _extents(archive: zipfile.ZipFile) -> Callable[[str], Extent]:
    """How far each sheet reaches, by its name; those of .ods files at once, as they are loaded at once.

    Raises `ValueError` for a part that is not whole, `KeyError` for one that is not there, `TooLarge`.
    """
    if _CONTENT in archive.namelist():
        return extents(archive.open(_CONTENT)).__getitem__
    if _STRINGS in archive.namelist():
        require_end(archive.open(_STRINGS))
    parts = _parts(archive)
    return cache(lambda name: extents(archive.open(parts[name]))[""])


def _is_filled(extent_of: Callable[[str], Extent], name: str) -> bool:
    try:
        return extent_of(name).rows > 0
    except TooLarge:
        return True


def _parts(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """The part of an .xlsx file that has each sheet."""
    book = ElementTree.fromstring(archive.read(_BOOK))
    links = ElementTree.fromstring(archive.read(_LINKS))
    targets = {link.get("Id"): link.get("Target", "").lstrip("/") for link in links}
    found = {sheet.get("name", ""): targets[sheet.get(_RELATION)] for sheet in book.iter(f"{_MAIN}sheet")}
    return {name: part if part.startswith("xl/") else f"xl/{part}" for name, part in found.items()}
