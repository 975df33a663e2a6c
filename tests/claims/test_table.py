from pathlib import Path

import pytest

from kg.claims.columns import TableColumns
from kg.claims.table import ClaimTable, TableRow, in_order
from kg.core.errors import InputError
from kg.core.terms import PREFIXES

COLUMNS = TableColumns.of(PREFIXES)
HEADER = "id,passage,holder,subject,relation,object,kind,certainty,polarity,reporter,stance,time,gloss\n"


def parse(text: str) -> ClaimTable:
    return ClaimTable.parse(text, COLUMNS)


def test_a_row_is_a_line_and_further_columns_are_there_when_used() -> None:
    table = parse("id,passage,hedge\nS2,5-9:ab,\nS1,0-4:cd,may\n")
    assert table.text(COLUMNS) == (
        HEADER.strip() + ",hedge\nS1,0-4:cd,,,,,,,,,,,,may\nS2,5-9:ab,,,,,,,,,,,,\n"
    )


def test_rows_stand_in_the_order_of_the_text_and_contents_behind_their_first_user() -> None:
    rows = [
        TableRow({"id": "Alone", "kind": "proposition"}),
        TableRow({"id": "S10", "passage": "20-30:aa"}),
        TableRow({"id": "S9", "passage": "20-30:aa"}),
        TableRow({"id": "Rain", "kind": "proposition", "object": "#Cloudsp"}),
        TableRow({"id": "Clouds", "kind": "proposition"}),
        TableRow({"id": "S1", "passage": "40-50:bb | 3-8:cc", "condition": "#Rain"}),
    ]
    assert [row.id for row in in_order(rows)] == ["S1", "Rain", "Clouds", "S9", "S10", "Alone"]


def test_a_long_chain_of_propositions_is_a_chain() -> None:
    chain = [TableRow({"id": f"P{at}", "kind": "proposition", "object": f"#P{at + 1}"}) for at in range(3000)]
    first = TableRow({"id": "S1", "passage": "0-4:aa", "object": "#P0"})
    assert [row.id for row in in_order([*reversed(chain), first])][:3] == ["S1", "P0", "P1"]


def test_rows_that_speak_of_each_other_are_all_kept() -> None:
    rows = [TableRow({"id": "A", "subject": "#B"}), TableRow({"id": "B", "subject": "#A"})]
    assert [row.id for row in in_order(rows)] == ["A", "B"]


@pytest.mark.parametrize(
    "saved",
    [
        "id;passage;gloss\r\nS1;0-4:cd;said\r\n",
        "\ufeffid,passage,gloss\nS1,0-4:cd,said\n",
        "id\tpassage\tgloss\nS1\t0-4:cd\tsaid\n",
        "sep=;\nid;passage;gloss\nS1;0-4:cd;said\n",
        "gloss,id,passage,,\nsaid,S1,0-4:cd,,\n,,,,\n",
        'id,passage,gloss\n"S1","0-4:cd","said"\n',
    ],
)
def test_what_spreadsheets_save_comes_back_in_one_form(saved: str) -> None:
    assert parse(saved.lstrip("\ufeff")).text(COLUMNS) == HEADER + "S1,0-4:cd,,,,,,,,,,,said\n"


def test_a_cell_of_several_lines_becomes_one_line_and_those_after_it_keep_theirs() -> None:
    table = parse('id,gloss\nS1,"one\ntwo"\nS2,three\n')
    assert [row.line for row in table.rows] == [2, 4]
    assert table.text(COLUMNS).splitlines()[1].endswith("one two")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("", 1, "the table has no header"),
        ("\n\n", 1, "the table has no header"),
        (",,\n", 1, "the table has no header"),
        ("passage,gloss\n0-4,x\n", 1, "no column id"),
        ("id,holdr\nS1,x\n", 1, "there is no column 'holdr'; did you mean holder"),
        ("id,gloss,gloss\nS1,x,y\n", 1, "gloss is there twice"),
        ("id,gloss\nS1,x,y\n", 2, "the row has 3 cells"),
        ('id,gloss\nS1,"x\n', 2, "quotation mark is not closed"),
        ("id,gloss\nS1,x\n<<<<<<< HEAD\nS2,y\n=======\nS2,z\n>>>>>>> b\n", 3, "a merge has left a conflict"),
        ("id,gloss\nS1,\0\n", None, "NUL"),
    ],
)
def test_what_is_no_table_is_told_with_its_line(text: str, line: int | None, message: str) -> None:
    with pytest.raises(InputError, match=message) as error:
        parse(text)
    assert error.value.line == line


def test_a_byte_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_bytes(b"id,gloss\nS1,\xff\n")
    with pytest.raises(InputError, match="not UTF-8") as error:
        ClaimTable.read(path, COLUMNS)
    assert (error.value.path, error.value.line) == (path, 2)


def test_ranges_move_and_digests_stay() -> None:
    table = parse("id,passage\nS1,0-4:cd | 6-9:ef\n").moved({(0, 4): (10, 14)})
    assert table.rows[0].cells["passage"] == "10-14:cd | 6-9:ef"


def test_what_is_no_range_does_not_move() -> None:
    (row,) = ClaimTable((TableRow({"id": "S1", "passage": "1-5:ab | here"}),)).moved({(1, 5): (2, 6)}).rows
    assert row.cells["passage"] == "2-6:ab | here"
