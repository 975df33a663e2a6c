"""Printing: answers and tables to stdout; rich draws for people only and never touches piped data."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from typing import IO, TYPE_CHECKING

import click

from kg.query.formats import Format

if TYPE_CHECKING:
    from kg.cli.options import Asking
    from kg.query.answer import Answer, Look

_WIDTH_IN_A_PIPE = 110
_LONGEST_WORD = 16
_SHORTEST_WORD = 12
_BETWEEN_COLUMNS = 3


def show_answer(answer: Answer, asking: Asking, *, quiet: bool = False) -> None:
    """Print an answer, or write it to a file whole or not at all; afterwards `answer.was_empty` is known."""
    from kg.query.answer import Look

    to_terminal = asking.output is None and sys.stdout.isatty()
    named = asking.form or asking.by_suffix()
    form = Format(named) if named else answer.default_format(terminal=to_terminal)
    look = Look(asking.labels, asking.quotes)
    answer.require(form)
    if asking.output is None:
        _print(answer, form, look, sys.stdout.buffer)
    else:
        from kg.files import written

        with written(asking.output) as file:
            _print(answer, form, look, file)
    if answer.is_cut and not quiet:
        click.echo(f"the first {asking.limit}; there is more without --limit", err=True)


def _print(answer: Answer, form: Format, look: Look, file: IO[bytes]) -> None:
    if form is not Format.TABLE:
        answer.write(file, form, look)
    elif file is sys.stdout.buffer:
        show_table(answer.headings(look), answer.cells(look))
    else:
        text = io.TextIOWrapper(file, encoding="utf-8")
        show_table(answer.headings(look), answer.cells(look), file=text)
        text.detach()  # closes nothing


def _widths(rows: list[list[str]], width: int) -> list[int] | None:
    """The width of each column: where there is room no word breaks, then the longest cells get it.

    None where so many columns would leave no word whole.
    """
    columns = list(zip(*rows, strict=True))
    room = width - _BETWEEN_COLUMNS * len(columns)
    words = [max(len(word) for cell in cells for word in cell.split() or [""]) for cells in columns]
    cells = [max(map(len, column)) for column in columns]
    caps = range(_LONGEST_WORD, _SHORTEST_WORD - 1, -1)
    least = ([max(1, min(cap, length)) for length in words] for cap in caps)
    widths = next((fitting for fitting in least if sum(fitting) <= room), None)
    while widths is not None and sum(widths) < min(room, sum(cells)):
        tightest = max(range(len(cells)), key=lambda at: cells[at] / widths[at])
        widths[tightest] += 1
    return widths


def _records(headings: list[str], rows: list[list[str]], width: int) -> Iterator[str]:
    """Rows one below the other, a line or more for each column: what a table has no room for."""
    from textwrap import wrap

    indent = max(map(len, headings)) + 3
    for row in rows:
        yield "\u2500" * width
        for heading, cell in zip(headings, row, strict=True):
            lines = [part for line in cell.splitlines() for part in wrap(line, max(width - indent, 10))]
            yield f" {heading:{indent - 1}}{lines[0] if lines else ''}".rstrip()
            yield from (" " * indent + line for line in lines[1:])


def show_list(headings: list[str], rows: list[list[str]], *, total: list[str] | None = None) -> None:
    """Print what there is: a table on a terminal, with a row for the total, and CSV in a pipe."""
    if sys.stdout.isatty():
        show_table(headings, [*rows, *([total] if total else [])], counted=total is None)
        return
    import csv

    csv.writer(sys.stdout, lineterminator="\n").writerows([headings, *rows])


def show_table(
    headings: list[str], rows: list[list[str]], *, counted: bool = True, file: IO[str] | None = None
) -> None:
    """Print rows as a table, or write it to a file; wide cells fold and are never cut.

    Columns for which there is no room stand one below the other instead.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    class Pipe(Console):
        """A console that leaves a closed pipe to the command line; rich would end with status 1."""

        def on_broken_pipe(self) -> None:
            """Pass it on."""
            raise BrokenPipeError

    terminal = file is None and sys.stdout.isatty()
    console = Pipe(width=None if terminal else _WIDTH_IN_A_PIPE, highlight=False, file=file)
    widths = _widths([headings, *rows], console.width)
    if widths is None:
        for line in _records(headings, rows, console.width):
            console.print(Text(line), soft_wrap=True)
    else:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for heading, width in zip(headings, widths, strict=True):
            table.add_column(Text(heading), overflow="fold", width=width)
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        console.print(table)
    sys.stdout.flush()
    if counted:
        click.echo(f"{len(rows)} row{'' if len(rows) == 1 else 's'}", err=not terminal)
