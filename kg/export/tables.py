"""Networks as files: node and edge tables for Gephi and for Neo4j's importer, and GraphML."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import IO

from kg.core.graphml import GraphmlElement, GraphmlKey, graphml_lines
from kg.export.network import Edge, Network, NetworkNode

Cells = Sequence[str]

# Each column under its name for Gephi and for `neo4j-admin database import`; lists are joined by ;.
_NODE_COLUMNS: dict[str, str] = {"Id": "iri:ID", "Label": "label", "Types": ":LABEL"}
_EDGE_COLUMNS: dict[str, str] = {
    "Source": ":START_ID",
    "Target": ":END_ID",
    "Type": ":IGNORE",
    "Label": ":TYPE",
    "Relation": "relation",
    "Layer": "layer",
    "Article": "article",
    "Claim": "claim:string[]",
    "Gloss": "gloss",
    "Kind": "kind:string[]",
    "Holder": "holder:string[]",
    "Reporter": "reporter:string[]",
    "Certainty": "certainty",
    "Polarity": "polarity",
    "Status": "status",
    "Passage": "passage:string[]",
}


def write_tables(network: Network, nodes: IO[bytes], edges: IO[bytes], *, neo4j: bool = False) -> int:
    """Write the nodes and the edges as CSV (RFC 4180, UTF-8), and return how many edges there are.

    Gephi and Neo4j want other headings over the same columns.
    """
    which = dict.values if neo4j else dict.keys
    count = _write(edges, list(which(_EDGE_COLUMNS)), map(_edge_cells, network.edges()))
    _write(nodes, list(which(_NODE_COLUMNS)), map(_node_cells, network.nodes))
    return count


def write_graphml(network: Network, file: IO[bytes]) -> int:
    """Write GraphML, and return how many edges there are; nodes are held in memory, edges are not."""
    count = network.edge_count  # it reads all edges, so that all nodes are known
    node_names = [name.lower() for name in list(_NODE_COLUMNS)[1:]]
    edge_names = [name.lower() for name in list(_EDGE_COLUMNS)[3:]]
    lines = graphml_lines(
        [
            *(GraphmlKey(f"node-{name}", "node", name) for name in node_names),
            *(GraphmlKey(f"edge-{name}", "edge", name) for name in edge_names),
        ],
        (
            GraphmlElement({"id": node.iri}, _data("node", node_names, _node_cells(node)[1:]))
            for node in network.nodes
        ),
        (
            GraphmlElement(
                {"id": f"e{number}", "source": edge.source.iri, "target": edge.target.iri},
                _data("edge", edge_names, _edge_cells(edge)[3:]),
            )
            for number, edge in enumerate(network.edges())
        ),
    )
    for line in lines:
        file.write(f"{line}\n".encode())
    return count


def _node_cells(node: NetworkNode) -> Cells:
    return [node.iri, node.label, _list(node.types)]


def _edge_cells(edge: Edge) -> Cells:
    return [
        *(edge.source.iri, edge.target.iri, "Directed", edge.relation, edge.relation_iri),
        *(edge.layer, edge.article, _list(edge.claims), edge.gloss, _list(edge.kinds)),
        *(_list(edge.holders), _list(edge.reporters), edge.certainty, edge.polarity, edge.status),
        _list(edge.passages),
    ]


def _list(values: Iterable[str]) -> str:
    return ";".join(value.replace(";", ",") for value in values)


def _write(file: IO[bytes], headings: Cells, rows: Iterable[Cells]) -> int:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(headings)
    count = 0
    for row in rows:
        writer.writerow(row)
        count += 1
        if text.tell() > 1 << 16:
            file.write(text.getvalue().encode())
            text.seek(0)
            text.truncate()
    file.write(text.getvalue().encode())
    return count


def _data(kind: str, names: Iterable[str], cells: Iterable[str]) -> dict[str, str]:
    return {f"{kind}-{name}": cell for name, cell in zip(names, cells, strict=True) if cell}
