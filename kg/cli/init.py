"""kg init: a small project that builds and answers."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import click


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> None:
    """Write a small project of your own into DIR; it builds and answers at once."""
    from kg.project import write_starter

    name = write_starter(folder)
    click.echo(f"wrote the project {name}; now: cd {quote(str(folder))} && kg query who-holds-what")
