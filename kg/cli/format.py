"""kg format: sources in their canonical form."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import project_option


@click.command("format")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing; list the files that would change, and exit 1.")
@click.option("--keep-order", is_flag=True, help="Leave the statements of a section in their order.")
@project_option
def format(paths: tuple[Path, ...], check: bool, keep_order: bool, folder: Path | None) -> None:
    """Write sources, Turtle and tables of claims, in canonical form.

    Without PATHs, all of the project's own. The graph stays the same, and so do comments; a file in which one
    would get lost is refused.
    """
    from kg.core.errors import shown
    from kg.core.transaction import write_all
    from kg.format.files import format_files
    from kg.project.project import Project

    start = folder if paths else folder or Path.cwd()  # never the shipped project's own sources
    project = Project.find(start)
    with project.alone():
        files = format_files(project, paths, keep_order=keep_order)
        changed = [file for file in files if file.differs]
        if not check:
            write_all({file.path: file.after for file in changed}, project.journal)
    for file in changed:
        click.echo(shown(file.path))
    click.echo(f"{len(changed)} of {len(files)} files {'would change' if check else 'changed'}", err=True)
    if check and changed:
        raise click.exceptions.Exit(1)
