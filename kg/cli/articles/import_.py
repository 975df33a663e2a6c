"""kg article import: the claims of an article from a sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from kg.cli.options import project_option


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
@click.option("--dry-run", is_flag=True, help="Say what would be done, and write nothing.")
@click.option("--encoding", help="How a CSV file is written, such as cp1252; else UTF-8.")
@click.pass_context
def command(
    ctx: click.Context, /, folder: Path | None, slug: str, sheet: Path, *, dry_run: bool, **asked: Any
) -> None:
    """Take the claims of a SHEET (.csv, .tsv, .xlsx or .ods) into the article SLUG.

    A row is a claim; quote, subject, relation and object are enough. The quote is found in the text, and only
    its range and a digest are kept. The import can be repeated: it writes what has changed.
    """
    from kg.article.importing import Wish, counts, import_sheet
    from kg.cli.findings import show_findings
    from kg.project import Project

    imported = import_sheet(Project.find(folder), slug, sheet, Wish(dry_run=dry_run, **asked))
    show_findings(imported.findings)
    if imported.is_refused:
        click.echo("nothing imported", err=True)
        ctx.exit(1)
    click.echo(f"{'would import' if dry_run else 'imported'} {sheet.name}: {counts(imported)}", err=True)
