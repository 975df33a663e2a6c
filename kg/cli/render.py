"""Printing: answers and tables to stdout; rich draws for people only and never touches piped data."""

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kg.cli.options import Asking
    from kg.query.answer import Answer

_WIDTH_IN_A_PIPE = 110


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
            with click.open_file(str(asking.output), "w", encoding="utf-8", atomic=True) as text:
                show_table(headings, rows, file=text)
    elif asking.output is None:
        answer.write(sys.stdout.buffer, form, look)
    else:
        with click.open_file(str(asking.output), "wb", atomic=True) as file:
            answer.write(file, form, look)
    if answer.is_cut and not quiet:
        click.echo(f"the first {asking.limit}; there is more without --limit", err=True)


def show_table(
    headings: list[str], rows: list[list[str]], *, counted: bool = True, file: IO[str] | None = None
) -> None:
    """Print rows as a table, or write it to a file; wide cells fold and are never cut."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(Text(heading), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    terminal = file is None and sys.stdout.isatty()
    console = Console(width=None if terminal else _WIDTH_IN_A_PIPE, highlight=False, file=file)
    console.print(table)
    sys.stdout.flush()
    if counted:
        click.echo(f"{len(rows)} row{'' if len(rows) == 1 else 's'}", err=not terminal)
