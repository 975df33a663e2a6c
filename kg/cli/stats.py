"""kg stats: how much of what is in the graph."""

from __future__ import annotations

import click

from kg.cli.options import FormatName, Opening, reads_graph


@click.command()
@click.option("--coverage", is_flag=True, help="List the terms of the ontology that nothing uses instead.")
@click.option(
    "--format",
    "form",
    type=FormatName(["table", "csv", "json"]),
    help="Default: a table on a terminal, CSV in a pipe.",
)
@reads_graph
def stats(opening: Opening, coverage: bool, form: str | None) -> None:
    """Count what is in the graph, graph by graph.

    With --coverage: the terms of the ontology that no data, no shape and no stored query touches.
    """
    from kg.cli.render import show_list
    from kg.core.graph_names import name_in

    graph = opening.graph()
    if coverage:
        rows = [[term.kind, term.label, term.iri] for term in graph.untouched()]
        show_list(["kind", "term", "IRI"], rows, form=form)
        return
    table = graph.snapshot.manifest["graphs"]
    counted = [[name_in(iri), entry["triples"], entry["sha256"][:12]] for iri, entry in table.items()]
    total = f"{sum(entry['triples'] for entry in table.values())} triples in {len(table)} graphs"
    headings = ["named graph", "triples", "canonical hash"]
    show_list(headings, counted, form=form, below="" if opening.quiet else total)
