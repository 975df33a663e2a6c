"""kg article convert: the claims of an article as a table, or in Turtle."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import project_option


@click.command("convert")
@click.argument("slug")
@click.option(
    "--to", "form", type=click.Choice(["csv", "ttl"]), default="csv", show_default=True, help="Which form."
)
@project_option
def command(slug: str, form: str, folder: Path | None) -> None:
    """Write the claims of the article SLUG as claims.csv, or as claims.ttl, in place of the other.

    The graph stays the same; comments become notes of rows, and notes comments. Where both files are there,
    their claims come together. What a table cannot carry is named, and so is a claim of which they say
    different things; then nothing is written.
    """
    from kg.article.convert import to_table, to_turtle
    from kg.core.errors import shown
    from kg.project.project import Project

    project = Project.find(folder or Path.cwd())
    with project.alone():
        done = to_table(project, slug) if form == "csv" else to_turtle(project, slug)
    click.echo(f"wrote {shown(done.path)}: {done.count} rows, in place of {done.former.name}")
