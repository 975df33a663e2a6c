"""kg stats: how much of what is in the graph."""

from __future__ import annotations

import click

from kg.cli.options import Opening, reads_graph


@click.command()
@click.option("--coverage", is_flag=True, help="List the terms of the ontology that nothing uses instead.")
@reads_graph
def stats(opening: Opening, coverage: bool) -> None:
    """Count what is in the graph, graph by graph.

    With --coverage: the terms of the ontology that no data, no shape and no stored query touches.
    """
    from kg.cli.render import show_list

    graph = opening.graph()
    if coverage:
        rows = [[term.kind, term.label, term.iri] for term in graph.untouched()]
        show_list(["kind", "term", "IRI"], rows)
        return
    table = graph.snapshot.manifest["graphs"]
    home = graph.project.graph_iri("")
    rows = [
        [name.removeprefix(home), str(entry["triples"]), entry["sha256"][:12]]
        for name, entry in table.items()
    ]
    total = ["in all", str(sum(entry["triples"] for entry in table.values())), ""]
    show_list(["named graph", "triples", "canonical hash"], rows, total=total)
