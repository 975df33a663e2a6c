"""kg query: the catalogue, or the answer to one stored question."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import Opening, answer_options, reads_graph


@click.command()
@click.argument("name", required=False)
@answer_options
@reads_graph
def query(opening: Opening, name: str | None, form: str | None, output: Path | None) -> None:
    """Answer a stored question; without a name, list them all."""
    from kg.cli.render import show_answer, show_table
    from kg.query.stored import catalogue, stored_query

    project = opening.project()
    if name is None:
        stored = catalogue(project).values()
        rows = [[question.topic, question.name, question.summary] for question in stored]
        show_table(["topic", "name", "what it answers"], rows)
        return
    stored_query(project, name)
    show_answer(opening.graph().query(name), form, output)
