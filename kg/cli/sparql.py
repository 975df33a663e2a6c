"""kg sparql: any SPARQL query."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kg.cli.options import STDOUT, Asking, Opening, answer_options, reads_graph

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

    if (text is None) == (file is None):
        raise click.UsageError("give a query, or a file with -f, or - for standard input")
    if file == STDOUT:
        text, file = "-", None
    query = _query_text(text, file)
    graph = opening.graph().asking(store=asking.store, timeout=asking.timeout, limit=asking.limit)
    asking.let_interrupts_end()
    answer = graph.sparql(query, path=file)
    show_answer(answer, asking, quiet=opening.quiet)
    if (answer.was_empty or not answer) and not opening.quiet:
        for line in graph.unknown_terms(query):
            click.echo(line, err=True)


def _query_text(text: str | None, file: Path | None) -> str:
    from kg.core.errors import InputError

    if file is None and text is not None and text != "-":
        if text.split()[:1] and text.split()[0].upper() in _UPDATES:
            raise click.UsageError("the graph is read-only; ask with SELECT, ASK, CONSTRUCT or DESCRIBE")
        if text.endswith(".rq"):
            raise click.UsageError(f"{text} is a file; write -f {text}")
        return text
    try:
        data = file.read_bytes() if file else sys.stdin.buffer.read()
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError("the query is not UTF-8", path=file) from error
    except OSError as error:
        raise InputError(f"the query cannot be read: {error.strerror}", path=file) from error
