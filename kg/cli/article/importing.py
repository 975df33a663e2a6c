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
    from kg.project.project import Project

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("slug")
@click.argument("sheet", type=_FILE)
@project_option
@click.option("--entities", type=_FILE, help="A sheet that describes entities; else that of the workbook.")
@click.option("--replace", is_flag=True, help="Take out the claims that have no row in the sheet.")
@click.option("--keep-going", is_flag=True, help="Set aside what is wrong, with what rests on it.")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option("--encoding", help="How a CSV file is written, such as cp1252; else UTF-8.")
@click.pass_context
def command(ctx: click.Context, /, folder: Path | None, slug: str, sheet: Path, **asked: Any) -> None:
    """Take the claims of a SHEET into the article SLUG.

    SHEET is .csv, .tsv, .xlsx or .ods. A row is a claim; quote, subject, relation and object are enough. The
    quote is found in the text, and only its range and a digest are kept. A row with the id of a claim changes
    that claim. In a workbook the sheet named entities describes what is new.
    """
    from kg.article.sheets.importing import Fate, Wish, import_sheet
    from kg.core.findings import violations
    from kg.project.project import Project

    project, wish = Project.find(folder), Wish(**asked)
    imported = import_sheet(project, slug, sheet, wish)
    done = _tell(imported, project, sheet, dry_run=wish.dry_run)
    if (
        not done
        and imported.sound
        and not wish.dry_run
        and _agrees(f"import the {imported.sound} sound rows?")
    ):
        wish = replace(wish, keep_going=True)
        imported = import_sheet(project, slug, sheet, wish)
        done = _tell(imported, project, sheet, dry_run=False, again=True)
    rowless = imported.fates[Fate.ROWLESS] if done and not wish.dry_run else []
    if rowless and _agrees(f"take out the {len(rowless)} claims that have no row?"):
        imported = import_sheet(project, slug, sheet, replace(wish, replace=True))
        done = _tell(imported, project, sheet, dry_run=False)
    ctx.exit(1 if not done or violations(imported.findings) else 0)


def _agrees(question: str) -> bool:
    """Whether somebody is there to answer, and says yes."""
    return sys.stdin.isatty() and sys.stderr.isatty() and click.confirm(question, err=True)


def _tell(imported: Imported, project: Project, sheet: Path, *, dry_run: bool, again: bool = False) -> bool:
    """Tell what became of an import, and whether it was done; findings are told once."""
    from kg.article.sheets.importing import counts
    from kg.cli.findings import show_findings

    if not again:
        show_findings(imported.findings)
    if imported.is_refused:
        click.echo("nothing imported", err=True)
        return False
    done = counts(imported, project)
    click.echo(f"{'would import' if dry_run else 'imported'} {sheet.name}: {done}", err=True)
    return True
