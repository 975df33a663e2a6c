"""kg diff: what changed between two versions of the graph."""

from __future__ import annotations

from typing import Any

import click

from kg.cli.options import FormatName, Opening, reads_graph


@click.command()
@click.argument("old")
@click.argument("new", required=False)
@click.option(
    "--format", "form", type=FormatName(["text", "markdown", "json"]), default="text", show_default=True
)
@click.option("--layer", "layers", multiple=True, metavar="NAME", help="Only this layer; repeatable.")
@click.option("--all", "everything", is_flag=True, help="List all inferences.")
@click.option("--exit-code", is_flag=True, help="Exit 1 when there is a difference.")
@reads_graph
def diff(opening: Opening, old: str, new: str | None, exit_code: bool, **shown: Any) -> None:
    """Show what changed from OLD to NEW, by default the current graph.

    Each is a snapshot (its digest or folder), a file or folder of RDF, a project's folder, or a git revision
    of the project's sources, such as HEAD~1.
    """
    from kg.api.versions import compared
    from kg.cli.render import show_text

    store = None
    if new is None:
        graph = opening.graph()
        if opening.fresh:
            graph.require_fresh()
        store = graph.snapshot.store
    found = compared(opening.project(), old, new, store, layers=shown["layers"])
    show_text(found.lines(shown["form"], everything=shown["everything"]))
    if exit_code and found.difference:
        raise click.exceptions.Exit(1)
