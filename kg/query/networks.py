"""Graphs for network tools: DOT for Graphviz, GraphML for Gephi and Cytoscape.

Relations between things become edges; labels, kinds and literals become attributes of the nodes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.core.graphml import GraphmlElement, GraphmlKey, graphml_lines
from kg.core.labels import Labels, preferred
from kg.core.terms import RDF_TYPE, RDFS_LABEL
from kg.query.dot import quoted


@dataclass
class AnswerNetwork:
    """Nodes with their attributes by name, and edges with their labels."""

    nodes: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    edges: list[tuple[str, str, str]] = field(default_factory=list)


def network(triples: Iterable[ox.Triple], labels: Labels) -> AnswerNetwork:
    """The network of some triples, in a settled order."""
    found = AnswerNetwork()
    names: dict[str, list[ox.Literal]] = {}
    for triple in sorted(set(triples), key=str):
        node = found.nodes.setdefault(str(triple.subject), {"label": [labels(triple.subject)]})
        if triple.predicate == RDFS_LABEL and isinstance(triple.object, ox.Literal):
            names.setdefault(str(triple.subject), []).append(triple.object)
            node["label"] = [preferred(names[str(triple.subject)]) or ""]
        elif triple.predicate == RDF_TYPE:
            node.setdefault("kind", []).append(labels(triple.object))
        elif isinstance(triple.object, ox.Literal):
            node.setdefault(labels(triple.predicate), []).append(triple.object.value)
        else:
            found.nodes.setdefault(str(triple.object), {"label": [labels(triple.object)]})
            found.edges.append((str(triple.subject), labels(triple.predicate), str(triple.object)))
    return found


def dot(found: AnswerNetwork) -> Iterator[str]:
    """The lines of a Graphviz digraph."""
    yield "digraph kg {"
    yield '  node [shape="box", fontname="sans-serif"];'
    for node, about in found.nodes.items():
        told = [*about["label"], *(f"({kind})" for kind in about.get("kind", ()))]
        told += [
            f"{name}: {value}"
            for name, values in about.items()
            for value in values
            if name not in ("label", "kind")
        ]
        yield f"  {quoted(node)} [label={quoted(chr(10).join(told))}];"
    for source, label, target in found.edges:
        yield f"  {quoted(source)} -> {quoted(target)} [label={quoted(label)}];"
    yield "}"


def graphml(found: AnswerNetwork) -> Iterator[str]:
    """The lines of a GraphML document."""
    names = dict.fromkeys(name for about in found.nodes.values() for name in about)
    keys = {name: f"n{number}" for number, name in enumerate(names)}
    ids = {node: f"v{number}" for number, node in enumerate(found.nodes)}
    return graphml_lines(
        [
            GraphmlKey("iri", "node", "iri"),
            *(GraphmlKey(key, "node", name) for name, key in keys.items()),
            GraphmlKey("relation", "edge", "label"),
        ],
        (
            GraphmlElement(
                {"id": ids[node]},
                {"iri": node.strip("<>"), **{keys[name]: "; ".join(about[name]) for name in about}},
            )
            for node, about in found.nodes.items()
        ),
        (
            GraphmlElement({"source": ids[source], "target": ids[target]}, {"relation": label})
            for source, label, target in found.edges
        ),
    )
