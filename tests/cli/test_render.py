"""Tables: whatever the width, each value can be read, and no column is lost."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.cli import render

CELLS = st.text(st.sampled_from("abc é#=,-"), max_size=40)


def drawn(headings: list[str], rows: list[list[str]], width: int, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(render, "_WIDTH_IN_A_PIPE", width)
    file = io.StringIO()
    render.show_table(headings, rows, counted=False, file=file)
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


@given(rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4), width=st.integers(20, 120))
def test_nothing_is_cut(rows: list[tuple[str, str, str]], width: int) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        shown = drawn(["X", "Y", "Z"], [list(row) for row in rows], width, monkeypatch)
    for character in set("abcé#=,"):
        told = sum(cell.count(character) for row in rows for cell in row)
        assert shown.count(character) == told
