"""kg export: the graph as a file for other tools."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import Opening, reads_graph


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--format", "form", help="turtle, ntriples, nquads, trig or rdfxml; else by the suffix.")
@click.option("--force", is_flag=True, help="Overwrite the file.")
@reads_graph
def export(opening: Opening, file: Path, form: str | None, force: bool) -> None:
    """Write the whole graph to FILE, in the format of its suffix (.ttl .nt .nq .trig .rdf)."""
    from kg.export.formats import format_of

    format_of(file, form)
    written = opening.graph().export(file, form=form, force=force)
    if opening.quiet:
        return
    if written.merged:
        click.echo(f"merged {written.merged} graphs; use .trig to keep them", err=True)
    click.echo(f"wrote {written.statements} statements to {file}", err=True)
