"""kg stats: how much of what is in the graph."""

from __future__ import annotations

import click

from kg.cli.options import Opening, reads_graph


@click.command()
@reads_graph
def stats(opening: Opening) -> None:
    """Count what is in the graph, graph by graph."""
    from kg.cli.render import show_table

    graph = opening.graph()
    table = graph.snapshot.manifest["graphs"]
    home = graph.project.graph_iri("")
    rows = [
        [name.removeprefix(home), str(entry["triples"]), entry["sha256"][:12]]
        for name, entry in table.items()
    ]
    rows.append(["in all", str(sum(entry["triples"] for entry in table.values())), ""])
    show_table(["named graph", "triples", "canonical hash"], rows, counted=False)
