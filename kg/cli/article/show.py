"""kg article show: an article with its claims marked, in the terminal or as a page."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.complete import articles
from kg.cli.options import Opening, may_write, reads_graph

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from kg.article.lines import MarkedLine, MarkedText
    from kg.article.view import ArticleView, MarkedClaim

_PIPE, _WIDEST, _MARGIN = 100, 88, 5
_IDS = 24  # columns for the names of claims, fewer on a narrow terminal


@click.command("show")
@click.argument("slug", shell_complete=articles)
@click.option(
    "--html",
    "page",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write it as one self-contained page.",
)
@click.option("--glosses", is_flag=True, help="Print what each claim says below its paragraph.")
@click.option("--force", is_flag=True, help="Overwrite the page.")
@reads_graph
def command(opening: Opening, slug: str, page: Path | None, glosses: bool, force: bool) -> None:
    """Show the article SLUG with its claims marked in its text.

    What no claim was drawn from is dimmed. Without the text there are its paragraphs as gaps, and what their
    claims say. The page of --html has the text in it where it is at hand: keep it to yourself where the text
    is not yours.
    """
    if page is not None:
        may_write(page, force=force)
    view = opening.graph().article(slug, quotes=True)
    if view.notice and not opening.quiet:
        click.echo(view.notice, err=True)
    if view.text is not None and not opening.quiet and (page is not None or not sys.stdout.isatty()):
        click.echo("this has the article's text: keep it to yourself where it is somebody else's", err=True)
    if page is None:
        _print(view, glosses=glosses or view.text is None)
    else:
        _write(view, page)


def _write(view: ArticleView, page: Path) -> None:
    from kg.article.page import html
    from kg.core.files import written

    with written(page) as file:
        file.write(html(view).encode())
    click.echo(f"wrote {page}", err=True)


def _print(view: ArticleView, *, glosses: bool) -> None:
    from rich.console import Console

    from kg.article.lines import in_words, lines
    from kg.cli.streams import styled

    terminal = sys.stdout.isatty()
    console = Console(
        file=styled(sys.stdout),
        width=None if terminal else _PIPE,
        color_system="auto" if terminal and not os.environ.get("NO_COLOR") else None,
        highlight=False,
        soft_wrap=True,
    )
    names = max(9, min(_IDS, console.width // 4))
    width = max(20, min(console.width - _MARGIN - names - 2, _WIDEST))
    console.print(_head(view))
    for paragraph in view.paragraphs:
        console.print()
        if paragraph.span is None:
            console.print(f"{paragraph.number:>3}  [not here]", markup=False, style="dim")
        for line in lines(view, paragraph, width):
            _print_line(console, line, width, names)
        if glosses:
            for claim in view.claims_in(paragraph):
                console.print(_note(claim))
    console.print()
    if view.text is not None and console.color_system:
        console.print(_legend())
    console.print("; ".join(in_words(view)), markup=False)
    sys.stdout.flush()


def _head(view: ArticleView) -> Text:
    from rich.text import Text

    from kg.core.printable import printable

    card = ", ".join(part for part in (*view.authors, view.publisher, view.issued) if part)
    return Text.assemble((printable(view.title), "bold"), "\n", (printable(card), "dim"))


def _print_line(console: Console, line: MarkedLine, width: int, names: int) -> None:
    """A line with the claims that begin in it; without colour a rule below says what is marked."""
    from rich.cells import cell_len
    from rich.text import Text

    from kg.core.printable import printable

    number = "" if line.number is None else str(line.number)
    words = Text.assemble((f"{number:>3}  ", "dim"))
    for run in line.runs:
        words.append(printable(run.text), _style(run))
    words.rstrip()
    margins = _folded(line.claims, names)
    gap = " " * max(2, width + _MARGIN + 2 - cell_len(words.plain))
    console.print(Text.assemble(words, gap if margins else "", (margins[0] if margins else "", "dim cyan")))
    rules = [line.rule] if line.rule and not console.color_system else []
    for row in range(max(len(rules), len(margins) - 1)):
        rule = rules[row] if row < len(rules) else ""
        margin = margins[row + 1] if row + 1 < len(margins) else ""
        text = f"{'':{_MARGIN}}{rule}"
        console.print(Text(f"{text:{width + _MARGIN + 2}}{margin}".rstrip(), "" if rule else "dim cyan"))


def _folded(names: tuple[str, ...], width: int) -> list[str]:
    """The claims of a line, as many in a row as the margin holds."""
    rows: list[str] = []
    for name in names:
        if rows and len(rows[-1]) + 1 + len(name) <= width:
            rows[-1] += f" {name}"
        else:
            rows.append(name)
    return rows


def _style(run: MarkedText) -> str:
    if not run.depth:
        return "" if run.is_told else "dim italic"
    colour = "green" if run.is_own and run.is_reported else "yellow" if run.is_own else "blue"
    return f"{'bold ' if run.depth > 2 else ''}underline {colour}"


def _legend() -> Text:
    from rich.text import Text

    return Text.assemble(
        ("the article's own", "underline yellow"),
        "  ",
        ("a view it reports", "underline blue"),
        "  ",
        ("both", "underline green"),
        "  ",
        ("three claims or more", "bold underline"),
        "  ",
        ("a sentence without a claim", "dim italic"),
    )


def _note(claim: MarkedClaim) -> Text:
    """A claim in one line: its gloss, and who holds it how."""
    from rich.text import Text

    from kg.core.printable import printable

    shown = (claim.certainty, claim.polarity if claim.polarity != "affirmed" else None)
    how = ", ".join(part for part in shown if part)
    held = f" ({', '.join(claim.holders)}{': ' if how else ''}{how})"
    name = (f"{claim.name} ", "cyan")
    return Text.assemble(f"{'':{_MARGIN}}", name, printable(claim.gloss), (printable(held), "dim"))
