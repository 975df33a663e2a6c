"""kg init: a small project that builds and answers."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import click


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--extends",
    type=click.Choice(["secpol", "core"]),
    default="secpol",
    show_default=True,
    help="What it builds on: all of the shipped project, or its core modules and a domain of its own.",
)
@click.option("-q", "--quiet", is_flag=True, help="No notices.")
def init(folder: Path, extends: str, quiet: bool) -> None:
    """Write a small project of your own into DIR."""
    from kg.project.starter import write_starter

    name = write_starter(folder, extends=extends)
    if not quiet:
        click.echo(f"wrote the project {name}; now: cd {quote(str(folder))} && kg query who-holds-what")
