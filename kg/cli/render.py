"""Printing: answers and tables to stdout; rich draws for people only and never touches piped data."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kg.cli.options import Asking
    from kg.query.answer import Answer

_WIDTH_IN_A_PIPE = 110
_LONGEST_WORD = 16
_BETWEEN_COLUMNS = 3


def show_answer(answer: Answer, asking: Asking, *, quiet: bool = False) -> None:
    """Print an answer, or write it to a file whole or not at all; afterwards `answer.was_empty` is known."""
    from kg.query.answer import Format, Look

    to_terminal = asking.output is None and sys.stdout.isatty()
    form = Format(asking.form) if asking.form else answer.default_format(terminal=to_terminal)
    look = Look(asking.labels, asking.quotes)
    answer.require(form)
    if form is Format.TABLE:
        headings, rows = answer.headings(look), answer.cells(look)
        if asking.output is None:
            show_table(headings, rows)
        else:
            with _written(asking.output) as file, io.TextIOWrapper(file, encoding="utf-8") as text:
                show_table(headings, rows, file=text)
    elif asking.output is None:
        answer.write(sys.stdout.buffer, form, look)
    else:
        with _written(asking.output) as file:
            answer.write(file, form, look)
    if answer.is_cut and not quiet:
        click.echo(f"the first {asking.limit}; there is more without --limit", err=True)


@contextmanager
def _written(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears whole, under its name, when all went well; raises `StoreError` where it cannot."""
    from kg.errors import StoreError

    target = path.resolve()  # a link stays a link
    is_device = target.exists() and not target.is_file()
    aside = target if is_device else target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with aside.open("wb") as file:
            yield file
        if not is_device:
            aside.replace(target)
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", path=path) from error
    finally:
        if not is_device:
            with suppress(OSError):
                aside.unlink(missing_ok=True)


def _widths(rows: list[list[str]], width: int) -> list[int]:
    """The width of each column: where there is room no word breaks, then the longest cells get it."""
    columns = list(zip(*rows, strict=True))
    room = width - _BETWEEN_COLUMNS * len(columns)
    words = [max(len(word) for cell in cells for word in cell.split() or [""]) for cells in columns]
    cells = [max(map(len, column)) for column in columns]
    caps = range(_LONGEST_WORD, 0, -1)
    least = ([max(1, min(cap, length)) for length in words] for cap in caps)
    widths = next((fitting for fitting in least if sum(fitting) <= room), [1] * len(columns))
    while sum(widths) < min(room, sum(cells)):
        tightest = max(range(len(widths)), key=lambda at: cells[at] / widths[at])
        widths[tightest] += 1
    return widths


def show_table(
    headings: list[str], rows: list[list[str]], *, counted: bool = True, file: IO[str] | None = None
) -> None:
    """Print rows as a table, or write it to a file; wide cells fold and are never cut."""
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
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading, width in zip(headings, _widths([headings, *rows], console.width), strict=True):
        table.add_column(Text(heading), overflow="fold", width=width)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)
    sys.stdout.flush()
    if counted:
        click.echo(f"{len(rows)} row{'' if len(rows) == 1 else 's'}", err=not terminal)
