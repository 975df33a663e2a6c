"""kg article import: the claims of an article from a sheet."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import project_option

if TYPE_CHECKING:
    from kg.article.sheets.importing import Imported

_TAKE_OUT = "take the claims that have no row any more out of the article?"


@click.command("import")
@click.argument("slug")
@click.argument("sheet", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@project_option
@click.option("--prune", is_flag=True, help="Take out the claims whose rows were taken out of the sheet.")
@click.option(
    "--prefer",
    type=click.Choice(["sheet", "claims"]),
    help="Which side wins where a row and claims.ttl differ; else an edit stays, and a clash is refused.",
)
@click.option("--replaces", metavar="NAME", help="The file name that the sheet had at its last import.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option("--encoding", help="How a CSV file is written, such as cp1252; else UTF-8.")
@click.pass_context
def command(
    ctx: click.Context, /, folder: Path | None, slug: str, sheet: Path, *, dry_run: bool, **asked: Any
) -> None:
    """Take the claims of a SHEET into the article SLUG.

    SHEET is .csv, .tsv, .xlsx or .ods. A row is a claim; quote, subject, relation and object are enough. The
    quote is found in the text, and only its range and a digest are kept. The import can be repeated: it
    writes what has changed.
    """
    from kg.article.sheets.importing import Wish, import_sheet
    from kg.article.sheets.merge import Fate
    from kg.project.project import Project

    project, wish = Project.find(folder), Wish(dry_run=dry_run, **asked)
    imported = import_sheet(project, slug, sheet, wish)
    if not _tell(imported, sheet, dry_run=dry_run):
        ctx.exit(1)
    is_open = imported.fates[Fate.ROWLESS] and not (dry_run or wish.prune)
    if is_open and _asks() and click.confirm(_TAKE_OUT, err=True):
        pruned = import_sheet(project, slug, sheet, replace(wish, prune=True, replaces=None))
        if not _tell(pruned, sheet, dry_run=False):
            ctx.exit(1)


def _asks() -> bool:
    """Whether somebody is there to answer."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def _tell(imported: Imported, sheet: Path, *, dry_run: bool) -> bool:
    """Tell what became of an import, and whether it was done."""
    from kg.article.sheets.importing import counts
    from kg.cli.findings import show_findings

    show_findings(imported.findings)
    if imported.is_refused:
        click.echo("nothing imported", err=True)
        return False
    click.echo(f"{'would import' if dry_run else 'imported'} {sheet.name}: {counts(imported)}", err=True)
    return True
