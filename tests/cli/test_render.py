"""Tables: whatever the width, each value can be read, and no column is lost."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from kg.cli import render

CELLS = st.text(st.sampled_from("abc é#=,-"), max_size=40)


def drawn(headings: list[str], rows: list[list[str]], width: int, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(render, "_WIDTH_IN_A_PIPE", width)
    file = io.StringIO()
    render.show_table(headings, rows, below="", file=file)
    return file.getvalue()


@pytest.mark.parametrize("width", [60, 80, 100, 200])
@pytest.mark.parametrize("columns", [1, 3, 9, 14])
def test_a_table_of_any_width_keeps_its_words(
    width: int, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    headings = [f"column{n}" for n in range(columns)]
    rows = [[f"government{n} of somewhere{r}" for n in range(columns)] for r in range(2)]
    shown = drawn(headings, rows, width, monkeypatch)
    assert max(map(len, shown.splitlines())) <= width
    words = shown.split()
    assert {word for row in rows for cell in row for word in cell.split()} <= set(words)
    assert set(headings) <= set(words)


def test_a_table_without_room_becomes_records(monkeypatch: pytest.MonkeyPatch) -> None:
    headings = ["body", "what it does", *(f"more{n}" for n in range(8))]
    shown = drawn(headings, [["Ellery", "runs boats and drills " * 4, *"12345678"]], 60, monkeypatch)
    assert shown.splitlines()[1] == " body          Ellery"
    assert " more7         8" in shown.splitlines()
    assert drawn(headings[:2], [["a", "b"]], 60, monkeypatch).splitlines()[1].split() == [
        "body",
        "what",
        "it",
        "does",
    ]


def test_a_heading_breaks_at_its_humps(monkeypatch: pytest.MonkeyPatch) -> None:
    headings = ["body", "noEarlierThan", "proposition-kind", "whatItSays"]
    parts = {"body", "noEarlier", "Than", "proposition-", "kind", "what", "It", "Says"}
    for width in (46, 48, 54, 60, 70):
        shown = drawn(headings, [["Ellery", "2024-09-01T00:00:00Z", "boats " * 9, "x"]], width, monkeypatch)
        above = shown.partition("\u2500")[0].split()
        assert set(above) <= {*parts, *headings, "whatIt", "ItSays"}
        assert max(map(len, shown.splitlines())) <= width
        assert width > 46 or parts - {"what", "It"} <= set(above)


@pytest.mark.parametrize("width", [40, 60, 110])
@pytest.mark.parametrize("columns", [2, 9])
def test_wide_characters_take_their_room(width: int, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    cells = ["日本国政府は提案を退けた" * 3, "e\u0301te\u0301 " * 9, "🗾🇯🇵 boats", "x" * 200]
    rows = [[cells[(row + n) % 4] for n in range(columns)] for row in range(4)]
    shown = drawn([f"列{n}" for n in range(columns)], rows, width, monkeypatch)
    assert max(map(cell_len, shown.splitlines())) <= width
    for mark in "府\u0301🗾x":
        assert shown.count(mark) == sum(cell.count(mark) for row in rows for cell in row)


def test_what_steers_a_terminal_is_not_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = drawn(["a"], [["one\x1b[2J\ttwo\r\nthree\x9b1m"]], 60, monkeypatch)
    assert not set(shown) & {"\x1b", "\x9b", "\t", "\r"}
    assert [line.strip() for line in shown.splitlines() if "three" in line or "two" in line] == [
        r"one\u001b[2J two",
        r"three\u009b1m",
    ]


def test_a_table_without_rows_has_its_headings(monkeypatch: pytest.MonkeyPatch) -> None:
    assert drawn(["body", "claim"], [], 60, monkeypatch).split()[:2] == ["body", "claim"]


@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4), width=st.integers(20, 120))
def test_nothing_is_cut(rows: list[tuple[str, str, str]], width: int) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        shown = drawn(["X", "Y", "Z"], [list(row) for row in rows], width, monkeypatch)
    for character in set("abcé#=,"):
        told = sum(cell.count(character) for row in rows for cell in row)
        assert shown.count(character) == told
