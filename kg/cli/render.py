"""Printing: answers and tables to stdout; rich draws for people only and never touches piped data."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from kg.query.answer import Answer

_WIDTH_IN_A_PIPE = 110


def show_answer(answer: Answer, form: str | None, output: Path | None) -> None:
    """Print an answer, or write it to a file whole or not at all."""
    from kg.query.answer import Format

    chosen = Format(form) if form else answer.default_format(terminal=output is None and sys.stdout.isatty())
    if output is not None:
        with click.open_file(str(output), "wb", atomic=True) as file:
            answer.write(file, chosen)
    elif chosen is Format.TABLE:
        show_table(answer.headings(), answer.cells())
    else:
        answer.write(sys.stdout.buffer, chosen)


def show_table(headings: list[str], rows: list[list[str]], *, counted: bool = True) -> None:
    """Print rows as a table; wide cells fold and are never cut."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(Text(heading), overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    terminal = sys.stdout.isatty()
    console = Console(width=None if terminal else _WIDTH_IN_A_PIPE, highlight=False)
    console.print(table)
    sys.stdout.flush()
    if counted:
        click.echo(f"{len(rows)} row{'' if len(rows) == 1 else 's'}", err=not terminal)
