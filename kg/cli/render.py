"""Printing: answers and tables to stdout; rich draws for people only and never touches piped data."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any

import click

from kg.cli.streams import streamed, styled
from kg.core.printable import printable
from kg.query.formats import Format

if TYPE_CHECKING:
    from rich.console import Console

    from kg.cli.options import Asking
    from kg.query.answer import Answer, Look

_WIDTH_IN_A_PIPE = 110
_LONGEST_WORD = 16
_SHORTEST_WORD = 12
_BETWEEN_COLUMNS = 3
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[_/-])(?=.)|\s+")


def show_answer(answer: Answer, asking: Asking, *, quiet: bool = False) -> None:
    """Print an answer, or write it to a file whole or not at all; afterwards `answer.was_empty` is known."""
    from kg.query.answer import Look

    to_terminal = asking.output is None and sys.stdout.isatty()
    named = asking.form or asking.by_suffix()
    form = Format(named) if named else answer.default_format(terminal=to_terminal)
    look = Look(asking.labels, asking.quotes)
    answer.require(form)
    if asking.output is not None:
        from kg.core.files import written_by_name

        with written_by_name(asking.output) as file:
            _print(answer, form, look, file)
    elif form is Format.TABLE:
        show_table(answer.headings(look), answer.cells(look))
    else:
        with streamed() as file:
            answer.write(file, form, look)
    if answer.is_cut and not quiet:
        click.echo(f"the first {asking.limit}; there is more without --limit", err=True)


def _print(answer: Answer, form: Format, look: Look, file: IO[bytes]) -> None:
    if form is not Format.TABLE:
        answer.write(file, form, look)
    else:
        text = io.TextIOWrapper(file, encoding="utf-8")
        show_table(answer.headings(look), answer.cells(look), file=text)
        text.detach()  # closes nothing


def show_list(
    headings: list[str], rows: list[list[Any]], *, form: str | None = None, below: str | None = None
) -> None:
    """Print what there is: a table on a terminal and CSV in a pipe, unless `form` is one of these or JSON."""
    form = form or ("table" if sys.stdout.isatty() else "csv")
    if form == "table":
        show_table(headings, [list(map(str, row)) for row in rows], below=below)
        return
    if form == "json":
        import json

        click.echo(json.dumps([dict(zip(headings, row, strict=True)) for row in rows], ensure_ascii=False))
    else:
        import csv

        csv.writer(sys.stdout, lineterminator="\n").writerows([headings, *rows])
    if below:
        sys.stdout.flush()
        click.echo(below, err=True)


def show_table(
    headings: list[str], rows: list[list[str]], *, below: str | None = None, file: IO[str] | None = None
) -> None:
    """Print rows as a table, or write it to a file; wide cells fold and are never cut.

    Columns for which there is no room stand one below the other instead. `below` is the line below it, by
    default the number of rows.
    """
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = file is None and sys.stdout.isatty()
    width = None if terminal else _WIDTH_IN_A_PIPE
    console = Console(width=width, highlight=False, file=file or styled(sys.stdout))
    cells = [[_printable(cell) for cell in row] for row in rows]
    widths = _widths(headings, cells, console.width)
    if widths is None:
        for line in _records(headings, cells, console):
            console.print(Text(line), soft_wrap=True)
    else:
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for heading, width in zip(headings, widths, strict=True):
            table.add_column(Text(_folded(heading, width)), overflow="fold", width=width)
        for row in cells:
            table.add_row(*map(Text, row))
        console.print(table)
    sys.stdout.flush()
    line = f"{len(rows)} row{'' if len(rows) == 1 else 's'}" if below is None else below
    if line:
        click.echo(line, err=not terminal)


def show_text(lines: Iterable[str]) -> None:
    """Print lines."""
    for line in lines:
        click.echo(line)


def _printable(text: str) -> str:
    """The text of a cell, which is of a known width."""
    return printable(text.replace("\r\n", "\n")).replace("\t", " ")


def _length(text: str) -> int:
    """How many columns of a terminal a text takes: a Chinese character two, an accent of its own none."""
    from rich.cells import cell_len

    return len(text) if text.isascii() else cell_len(text)


def _widths(headings: list[str], rows: list[list[str]], width: int) -> list[int] | None:
    """The width of each column: where there is room no word breaks, then the longest cells get it.

    A heading breaks between its words and at its humps. None where there is no room for that.
    """
    columns = list(zip(*rows, strict=True)) or [()] * len(headings)
    room = width - _BETWEEN_COLUMNS * len(columns)
    parts = [max(_length(part) for part in _HUMP.split(heading)) for heading in headings]
    words = [max((_length(word) for cell in cells for word in cell.split()), default=1) for cells in columns]
    cells = [max(map(_length, (heading, *column))) for heading, column in zip(headings, columns, strict=True)]
    caps = range(_LONGEST_WORD, _SHORTEST_WORD - 1, -1)
    least = ([max(1, part, min(cap, word)) for part, word in zip(parts, words, strict=True)] for cap in caps)
    widths = next((fitting for fitting in least if sum(fitting) <= room), None)
    while widths is not None and sum(widths) < min(room, sum(cells)):
        tightest = max(range(len(cells)), key=lambda at: cells[at] / widths[at])
        widths[tightest] += 1
    return widths


def _folded(heading: str, width: int) -> str:
    """A heading in lines no longer than a width, as far as it has places to break."""
    lines = [""]
    for word in heading.split():
        for number, part in enumerate(_HUMP.split(word)):
            gap = " " if number == 0 and lines[-1] else ""
            if lines[-1] and _length(lines[-1] + gap + part) > width:
                lines.append(part)
            else:
                lines[-1] += gap + part
    return "\n".join(lines)


def _records(headings: list[str], rows: list[list[str]], console: Console) -> Iterator[str]:
    """Rows one below the other, a line or more for each column: what a table has no room for."""
    from rich.text import Text

    indent = max(map(_length, headings)) + 3
    for row in rows:
        yield "\u2500" * console.width
        for heading, cell in zip(headings, row, strict=True):
            found = Text(cell).wrap(console, max(console.width - indent, 10), overflow="fold")
            lines = [line.plain.rstrip() for line in found] or [""]
            yield f" {heading}{' ' * (indent - 1 - _length(heading))}{lines[0]}".rstrip()
            yield from (" " * indent + line for line in lines[1:])
