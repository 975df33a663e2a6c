"""kg show: one entity, readable."""

from __future__ import annotations

import click

from kg.cli.complete import entities
from kg.cli.options import FormatName, Opening, quotes_option, reads_graph


@click.command()
@click.argument("entity", shell_complete=entities)
@click.option("--format", "form", type=FormatName(["text", "json"]), default="text", show_default=True)
@click.option("--all", "everything", is_flag=True, help="Shorten no section.")
@quotes_option
@reads_graph
def show(opening: Opening, entity: str, form: str, everything: bool, *, quotes: bool) -> None:
    """Show one ENTITY on a page: facts, claims by holder, mentions.

    ENTITY is an IRI, a CURIE, a label, or the short form of what belongs to one article, such as '#USRebuff'.
    """
    from kg.cli.render import show_text
    from kg.query.entity_page import as_json, as_text
    from kg.query.explained import Text

    graph = opening.graph()
    if graph.is_claim(entity) and form == "text":
        show_text(Text(graph.words).lines(graph.why(entity, quotes=quotes)))
        return
    page = graph.show(entity, quotes=quotes)
    show_text([as_json(page)] if form == "json" else as_text(page, everything=everything))
