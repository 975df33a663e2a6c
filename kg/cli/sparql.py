"""kg sparql: any SPARQL query."""

from __future__ import annotations

from pathlib import Path

import click

from kg.cli.options import STDIN, Asking, Opening, answer_options, read_input, reads_graph
from kg.core.files import decoded

_UPDATES = frozenset(["INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"])


@click.command()
@click.argument("text", metavar="[QUERY|-]", required=False)
@click.option(
    "-f",
    "--file",
    type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path),
    help="A .rq file.",
)
@answer_options
@reads_graph
def sparql(opening: Opening, asking: Asking, text: str | None, file: Path | None) -> None:
    """Answer any SPARQL 1.1 query over the union of all graphs.

    The query is the argument, a file, or standard input (-). The project's prefixes are declared already.
    """
    from kg.cli.render import show_answer
    from kg.sparql.services import services

    if (text is None) == (file is None):
        raise click.UsageError("give a query, or a file with -f, or - for standard input")
    if file == STDIN:
        text, file = "-", None
    query = _query_text(text, file)
    graph = opening.graph().asking(store=asking.store, timeout=asking.timeout, limit=asking.limit)
    asking.let_interrupts_end()
    asked = services(query, graph.project.prefixes)
    if asked and not opening.quiet:
        click.echo(f"asking {', '.join(asked)} by SERVICE", err=True)
    answer = graph.sparql(query, path=file)
    show_answer(answer, asking, quiet=opening.quiet)
    if (answer.was_empty or not answer) and not opening.quiet:
        for line in graph.unknown_terms(query):
            click.echo(line, err=True)


def _query_text(text: str | None, file: Path | None) -> str:
    if file is None and text is not None and text != "-":
        if text.split()[:1] and text.split()[0].upper() in _UPDATES:
            raise click.UsageError("the graph is read-only; ask with SELECT, ASK, CONSTRUCT or DESCRIBE")
        if text.endswith(".rq"):
            raise click.UsageError(f"{text} is a file; write -f {text}")
        return text
    return decoded(read_input(file or STDIN), file)
