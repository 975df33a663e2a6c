"""kg export: the graph, or a part of it, as files for other tools."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import STDOUT, Opening, allow_service_option, reads_graph
from kg.cli.streams import streamed
from kg.export.formats import FORMATS, format_of, named

if TYPE_CHECKING:
    from kg.export.extract import Written


@click.command()
@click.argument("file", required=False, type=click.Path(dir_okay=False, allow_dash=True, path_type=Path))
@click.option(
    "--layer",
    "layers",
    multiple=True,
    metavar="LAYER",
    help="ontology, alignments, entities, claims, mentions, descriptions, facts, inferred, provenance "
    "or all; repeatable.",
)
@click.option("--article", "articles", multiple=True, metavar="SLUG", help="Only this article; repeatable.")
@click.option("--query", metavar="NAME", help="What a stored query constructs, instead of layers.")
@click.option(
    "-p",
    "--parameter",
    "given",
    multiple=True,
    metavar="NAME=VALUE",
    help="What the query is asked with; repeatable.",
)
@click.option("--format", "form", metavar="FORMAT", help=f"{', '.join(FORMATS)}; else by the suffix.")
@click.option("--rdf12", is_flag=True, help="Claims as triple terms of RDF 1.2.")
@click.option(
    "--annotations", is_flag=True, help="Passages with the selectors of the Web Annotation model, in RDF."
)
@click.option("--frame", is_flag=True, help="JSON-LD as trees: claims hold their propositions and passages.")
@click.option(
    "--hash", "hashed", is_flag=True, help="Print the RDFC-1.0 canonical hash; FILE may be left out."
)
@click.option("--force", is_flag=True, help="Overwrite files.")
@allow_service_option
@reads_graph
def export(
    opening: Opening, file: Path | None, hashed: bool, services: tuple[str, ...], **options: Any
) -> None:
    """Write the graph, or a part of it, to FILE.

    The suffix says the format, and - is standard output:
    .ttl .nt .nq .trig .rdf .owl .jsonld .graphml .csv .tsv .parquet .html; .gz behind it packs.
    """
    form, force, part = options.pop("form"), options.pop("force"), options
    if file is None and not hashed:
        raise click.UsageError("name a FILE, or - for standard output")
    if file == STDOUT and hashed:
        raise click.UsageError("the data and their hash would be mixed; name a FILE, or none")
    if form or file == STDOUT:
        form = named(form or "turtle")
    name = format_of(file, form) if file is not None else form
    part["parameters"] = _parameters(part.pop("given"))
    graph = opening.graph().asking(services=services)
    if file == STDOUT:
        with streamed() as out:
            done = graph.export(out, form=form, **part)
        _tell(opening, done)
    elif file is not None:
        _tell(opening, graph.export(file, form=form, force=force, **part))
    if hashed:
        click.echo(graph.extract(**part).hash(name))


def _parameters(given: Sequence[str]) -> dict[str, list[str]]:
    parameters: dict[str, list[str]] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            raise click.UsageError(f"a parameter is given as NAME=VALUE, not {pair!r}")
        parameters.setdefault(name, []).append(value)
    return parameters


def _tell(opening: Opening, written: Written) -> None:
    if opening.quiet:
        return
    if written.merged:
        click.echo(f"merged {written.merged} graphs; use .trig to keep them", err=True)
    for line in (*written.notes, str(written)):
        click.echo(line, err=True)
