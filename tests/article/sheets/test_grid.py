"""Files of cells: CSV in many dialects, workbooks, and files that are meant to do harm."""

from __future__ import annotations

import csv
import datetime
import io
import tempfile
import zipfile
from contextlib import suppress
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from kg.article.sheets.extent import MOST_COLUMNS, MOST_ROWS
from kg.article.sheets.grid import read_grid, write_rows, write_workbook
from kg.core.errors import InputError, UsageError

TABLE = [["quote", "subject"], ["caf\u00e9 \u201cx\u201d, y", "b"]]


def written(folder: Path, data: bytes, name: str = "claims.csv") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def workbook(path: Path, rows: list[list[object]], title: str = "claims") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_every_usual_dialect_is_read(tmp_path: Path, delimiter: str, encoding: str, end: str) -> None:
    text = end.join(delimiter.join(f'"{cell}"' for cell in row) for row in TABLE) + end
    grid = read_grid(written(tmp_path, text.encode(encoding)))
    assert [list(row) for row in grid.rows] == TABLE
    assert grid.numbers == (1, 2)


@pytest.mark.parametrize(
    ("first", "delimiter"), [("sep=;\r\n", ";"), ("SEP=,\n", ","), ("\ufeff\ufeff", "\t")]
)
def test_what_excel_puts_in_front_is_no_cell(tmp_path: Path, first: str, delimiter: str) -> None:
    text = "\ufeff" + first + delimiter.join(["quote", "a, b; c"]) + "\n"
    grid = read_grid(written(tmp_path, text.replace("a, b; c", '"a, b; c"').encode()))
    assert grid.rows == (("quote", "a, b; c"),)
    assert grid.numbers == (1,)


def test_a_workbook_is_known_whatever_its_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "claims.xlsx", [["quote"], ["x"]])
    assert read_grid(path.rename(tmp_path / "claims.csv")).rows == (("quote",), ("x",))


def test_cells_that_no_author_typed_are_told(tmp_path: Path) -> None:
    path = written(tmp_path, "quote\n#NAME?\na\x07b\n\u201ctown\u201d\n\u65e5\u672c\x0bx\u0085y\n".encode())
    grid = read_grid(path)
    assert grid.wrong[2, 0] == "holds the error #NAME? of a formula"
    assert grid.wrong[3, 0] == "holds a control character, U+0007; type it anew"
    assert list(grid.wrong) == [(2, 0), (3, 0)]
    path.write_bytes("quote\nthe \u201ctown\u201d\n".encode("cp1252"))
    assert "U+0093; is the file written in cp1252?" in read_grid(path, encoding="latin-1").wrong[2, 0]


def test_text_that_was_opened_in_another_encoding_is_told(tmp_path: Path) -> None:
    cells = ["the town\u2019s", "caf\u00e9", "\u201cso\u2019", "\u00c3 la carte", "na\u00efve"]
    spoilt = [cell.encode().decode("cp1252") for cell in cells[:3]]
    grid = read_grid(written(tmp_path, "\n".join(["quote", *cells, *spoilt]).encode()))
    assert list(grid.wrong) == [(7, 0), (8, 0), (9, 0)]
    assert "open the file as UTF-8" in grid.wrong[7, 0]


def test_rows_keep_their_numbers(tmp_path: Path) -> None:
    grid = read_grid(written(tmp_path, b'a,b\n,\n"x\ny",1\n\n2,3\n'))
    assert grid.numbers == (1, 3, 5)


def test_another_encoding_is_refused_unless_it_is_named(tmp_path: Path) -> None:
    path = written(tmp_path, "quote\nthe town\u2019s\n".encode("cp1252"))
    with pytest.raises(InputError, match=r"claims.csv:2: the file is not UTF-8") as refused:
        read_grid(path)
    assert "--encoding cp1252" in str(refused.value.hint)
    assert read_grid(path, encoding="cp1252").rows[1] == ("the town\u2019s",)
    with pytest.raises(UsageError, match="there is no encoding"):
        read_grid(path, encoding="klingon")


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"q\x00u\x00o\x00\n\x00", "NUL characters"),
        (b'a,b\n"x,y\n', "quotation mark is not closed"),
        (b'a,b\n"x"y,z\n', "the sheet is broken"),
        (b"a\n" + b'"' + b"x" * 200_000 + b'"\n', "the sheet is broken: field larger"),
        (b"a,b\n" + b"x,y\n" * (MOST_ROWS + 1), "more than 50,000 rows"),
        (b"a,b\n" + b"," * MOST_COLUMNS + b"x\n", "more than 1,000 columns"),
        (b"a,b\n<<<<<<< HEAD\nx,y\n=======\nx,z\n>>>>>>> b\n", "csv:2: a merge has left a conflict"),
    ],
    ids=[
        "utf-16 without its mark",
        "open quotation",
        "bare quotation",
        "endless cell",
        "too many rows",
        "too many columns",
        "merge",
    ],
)
def test_broken_files_are_refused(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_grid(written(tmp_path, data))


@pytest.mark.parametrize("data", [b"quote\nx\n", b'a,b\n"x,y\n'], ids=["read", "refused"])
def test_other_readers_of_csv_keep_their_limit(tmp_path: Path, data: bytes) -> None:
    former = csv.field_size_limit(2_000_000)
    try:
        with suppress(InputError):
            read_grid(written(tmp_path, data))
        assert csv.field_size_limit() == 2_000_000
    finally:
        csv.field_size_limit(former)


def test_other_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"\.csv, \.tsv, \.xlsx, \.ods"):
        read_grid(written(tmp_path, b"", "claims.xls"))


def test_a_formula_in_csv_is_told(tmp_path: Path) -> None:
    grid = read_grid(written(tmp_path, b"quote,subject\n=A1,-x\n'=A1,'it\n"))
    assert "formula" in grid.wrong[2, 0]
    assert list(grid.wrong) == [(2, 0)]
    assert grid.rows[1:] == (("=A1", "-x"), ("=A1", "'it"))


@given(
    st.lists(
        st.lists(st.text(alphabet="a='+-@ ,;\"\n\t|\u00e9", max_size=8), min_size=2, max_size=2), max_size=5
    )
)
def test_no_cell_that_is_written_is_a_formula_and_all_come_back(rows: list[list[str]]) -> None:
    table = [["quote", "subject"], *(row for row in rows if any(cell.strip() for cell in row))]
    data = write_rows(table)
    raw = list(csv.reader(io.StringIO(data.decode(), newline="")))
    assert not any(cell[0] in "=+-@\t\r" for row in raw for cell in row if cell)
    with tempfile.TemporaryDirectory() as folder:
        back = read_grid(written(Path(folder), data)).rows
    assert [list(row) for row in back] == table


def test_a_workbook_is_read_as_text(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["quote", "object", "x"],
        ["a b", 20, True],
        [None, None, None],
        ["c", 0.5, " d "],
    ]
    grid = read_grid(workbook(tmp_path / "claims.xlsx", rows))
    assert grid.rows == (("quote", "object", "x"), ("a b", "20", "true"), ("c", "0.5", " d "))
    assert grid.numbers == (1, 2, 4)
    assert not grid.wrong


def test_dates_and_formulas_of_a_workbook_are_told(tmp_path: Path) -> None:
    rows: list[list[object]] = [["quote", "time"], ["a", datetime.date(2024, 12, 11)], ["=A2&B2", "2024"]]
    grid = read_grid(workbook(tmp_path / "claims.xlsx", rows))
    assert "date of the spreadsheet" in grid.wrong[2, 1]
    assert "never computed" in grid.wrong[3, 0]


def test_a_computed_formula_has_its_value_and_a_failed_one_is_told(tmp_path: Path) -> None:
    path = workbook(tmp_path / "claims.xlsx", [["quote", "object"], ["=A1", "=1/0"]])
    computed = tmp_path / "computed.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(computed, "w") as target:
        for name in source.namelist():
            data = source.read(name).decode()
            data = data.replace('<c r="A2"><f>A1</f><v></v>', '<c r="A2" t="str"><f>A1</f><v>quote</v>')
            data = data.replace('<c r="B2"><f>1/0</f><v></v>', '<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v>')
            target.writestr(name, data)
    grid = read_grid(computed)
    assert grid.rows[1][0] == "quote"
    assert grid.wrong == {(2, 1): "holds the error #DIV/0! of a formula"}


def test_the_sheet_named_claims_is_read_before_the_first(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    book = openpyxl.Workbook()
    first = book.active
    assert first is not None
    first.append(["notes"])
    sheet = book.create_sheet("Claims")
    sheet.append(["quote"])
    book.create_sheet("empty")
    book.save(path)
    grid = read_grid(path)
    assert (grid.rows, grid.others) == ((("quote",),), ())
    sheet.title = "Mine"
    book.save(path)
    grid = read_grid(path)
    assert (grid.rows, grid.others) == ((("notes",),), ("Mine",))


def test_an_open_document_is_read(tmp_path: Path) -> None:
    book = OpenDocumentSpreadsheet()
    table = Table(name="claims")
    for cells in (("quote", "object"), ("caf\u00e9", "20")):
        row = TableRow()
        for cell in cells:
            place = TableCell(valuetype="string")
            place.addElement(P(text=cell))
            row.addElement(place)
        table.addElement(row)
    book.spreadsheet.addElement(table)
    book.save(tmp_path / "claims.ods")
    assert read_grid(tmp_path / "claims.ods").rows == (("quote", "object"), ("caf\u00e9", "20"))


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = workbook(tmp_path / "claims.xlsx", [["quote"]])
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/media/bomb", "w", force_zip64=True) as part,
    ):
        for _ in range(300):
            part.write(bytes(1 << 20))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(InputError, match="unpacks to 300 MB"):
        read_grid(path)


def test_a_zip_bomb_that_lies_about_its_size_is_not_unpacked(tmp_path: Path) -> None:
    path = workbook(tmp_path / "claims.xlsx", [["quote"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb", bytes(1_234_567))
    data = path.read_bytes()
    size = (1_234_567).to_bytes(4, "little")
    assert data.count(size) == 2
    with pytest.raises(InputError, match="damaged"):
        read_grid(written(tmp_path, data.replace(size, (100).to_bytes(4, "little")), "lying.xlsx"))


@pytest.mark.parametrize(
    "data", [b"", b"no archive", b"\xd0\xcf\x11\xe0" + bytes(600)], ids=["empty", "text", "encrypted"]
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match="no workbook, damaged or encrypted"):
        read_grid(written(tmp_path, data, "claims.xlsx"))


def test_an_archive_that_is_no_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "claims.ods", "w") as archive:
        archive.writestr("content.xml", "<x/>")
    with pytest.raises(InputError, match="cannot be read"):
        read_grid(tmp_path / "claims.ods")


def test_a_workbook_of_too_many_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kg.article.sheets.extent.MOST_ROWS", 100)
    path = workbook(tmp_path / "claims.xlsx", [["x"]] * 101)
    assert len(read_grid(path).rows) == 101
    with pytest.raises(InputError, match="more than 100 rows"):
        read_grid(workbook(path, [["x"]] * 102))


def altered(source: Path, target: Path, changes: dict[str, tuple[str, str]]) -> Path:
    """An archive with a text in some of its parts replaced, once in each."""
    with zipfile.ZipFile(source) as archive:
        assert changes.keys() <= set(archive.namelist())
    with zipfile.ZipFile(source) as before, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            data = before.read(name).decode()
            former, new = changes.get(name, ("", ""))
            assert former in data
            after.writestr(name, data.replace(former, new, 1) if former else data)
    return target


SHEET = "xl/worksheets/sheet1.xml"
HARM = {
    "the last cell": ('r="A2"', 'r="XFD1048576"', "more than 50,000 rows"),
    "a cell beyond": ('r="A2"', 'r="ZZZZZ2"', "a cell ZZZZZ2, which no spreadsheet has"),
    "the last column": ('r="A2"', 'r="XFD2"', "more than 1,000 columns"),
    "too many between": ('r="A2"', 'r="ALL9999"', "more than 2,000,000 cells"),
    "a row beyond": ('<row r="2"', '<row r="99999999999"', "no spreadsheet has"),
    "no number": ('<row r="2"', '<row r="x"', "cannot be read"),
    "cut off": ("</sheetData>", "<!--", "cannot be read"),
}


@pytest.mark.parametrize("name", HARM)
def test_a_sheet_is_measured_before_it_is_read(tmp_path: Path, name: str) -> None:
    former, new, words = HARM[name]
    path = workbook(tmp_path / "good.xlsx", [["quote"], ["x"]])
    with pytest.raises(InputError, match=words):
        read_grid(altered(path, tmp_path / "claims.xlsx", {SHEET: (former, new)}))


def test_texts_that_are_cut_off_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, write_workbook({"claims": [["quote"], ["x"]]}), "good.xlsx")
    assert read_grid(path).rows == (("quote",), ("x",))
    changes = {"xl/sharedStrings.xml": ("</sst>", "")}
    with pytest.raises(InputError, match="cannot be read"):
        read_grid(altered(path, tmp_path / "claims.xlsx", changes))


def test_another_sheet_may_be_large(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.create_sheet("claims", 0).append(["quote"])
    sheet = book["Sheet"]
    sheet.cell(60_000, 2, "x")
    book.save(tmp_path / "claims.xlsx")
    assert read_grid(tmp_path / "claims.xlsx").rows == (("quote",),)


@pytest.mark.parametrize(
    ("row", "cell", "words"),
    [
        (1, 2_000_000_000, "no spreadsheet has"),
        (1, 5_000, "more than 1,000 columns"),
        (60_000, 1, "more than 50,000 rows"),
        (4_000_000_000, 1, "more than 50,000 rows"),
    ],
)
def test_repeated_cells_are_counted(tmp_path: Path, row: int, cell: int, words: str) -> None:
    book = OpenDocumentSpreadsheet()
    table = Table(name="claims")
    line = TableRow(numberrowsrepeated=row)
    place = TableCell(valuetype="string", numbercolumnsrepeated=cell)
    place.addElement(P(text="x"))
    line.addElement(place)
    table.addElement(line)
    book.spreadsheet.addElement(table)
    book.save(tmp_path / "claims.ods")
    with pytest.raises(InputError, match=words):
        read_grid(tmp_path / "claims.ods")


def test_what_is_empty_to_the_end_of_a_sheet_is_not_counted(tmp_path: Path) -> None:
    book = OpenDocumentSpreadsheet()
    table = Table(name="claims")
    for rows, text in ((1, "quote"), (1, "x"), (1_048_574, "")):
        line = TableRow(numberrowsrepeated=rows)
        if text:
            place = TableCell(valuetype="string")
            place.addElement(P(text=text))
            line.addElement(place)
        line.addElement(TableCell(numbercolumnsrepeated=16_383))
        table.addElement(line)
    book.spreadsheet.addElement(table)
    book.save(tmp_path / "claims.ods")
    assert read_grid(tmp_path / "claims.ods").rows == (("quote",), ("x",))
