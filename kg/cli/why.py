"""kg why: the way back from a statement to its claims and passages."""

from __future__ import annotations

from typing import Any

import click

from kg.cli.complete import entities
from kg.cli.options import FormatName, Opening, quotes_option, reads_graph


@click.command()
@click.argument("subject", shell_complete=entities)
@click.argument("predicate", required=False)
@click.argument("value", metavar="[OBJECT]", required=False, shell_complete=entities)
@click.option("--format", "form", type=FormatName(["text", "json", "dot"]), default="text", show_default=True)
@quotes_option
@reads_graph
def why(opening: Opening, form: str, *, quotes: bool, **asked: Any) -> None:
    """Show the claims, passages and inferences behind a statement.

    SUBJECT may be a claim; PREDICATE and OBJECT narrow what is asked about another node. Each is an IRI, a
    CURIE, a label, or the short form of what belongs to one article, such as '#S025'; OBJECT may be a value,
    such as 47. --format dot is for Graphviz.
    """
    from kg.cli.render import show_text
    from kg.query.explained import Text, as_dot, as_json

    graph = opening.graph()
    explanations = graph.why(**asked, quotes=quotes)
    if form == "json":
        click.echo(as_json(explanations))
        return
    show_text(Text(graph.words).lines(explanations) if form == "text" else as_dot(explanations, graph.words))
