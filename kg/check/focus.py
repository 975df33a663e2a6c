"""How many nodes each shape looked at: what was not looked at does not conform."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.check.material import Material, data_graphs
from kg.check.results import Node, sh
from kg.check.shapes import PHASES, Shapes
from kg.check.wellformed import prologue
from kg.findings import Finding, Severity
from kg.terms import RDF_TYPE, RDFS


@dataclass(frozen=True)
class FocusCount:
    """How many focus nodes a shape has, and whether it says that none is normal."""

    rule: str
    shape: str
    nodes: int
    may_be_empty: bool


def count_focus_nodes(material: Material, shapes: Shapes) -> list[FocusCount]:
    """The focus nodes of every named shape, over all data and the class hierarchy.

    A shape that only other shapes refer to is counted with them.
    """
    targets = {phase: Targets(material.store, data_graphs(material, phase)) for phase in PHASES}
    counts = []
    for shape in [*shapes.targeted, *shapes.unused]:
        is_run = shapes.says(shape, "deactivated") not in ("true", "1")
        nodes = targets[shapes.note(shape, "phase", "asserted")].of(shapes, shape) if is_run else ()
        may_be_empty = shapes.note(shape, "mayBeEmpty", "false") == "true"
        counts.append(FocusCount(shapes.rule(shape), shape.value, len(nodes), may_be_empty))
    return sorted(counts, key=lambda count: count.rule)


def vacuous(shapes: Shapes, counts: list[FocusCount]) -> Iterator[Finding]:
    """A warning for each shape that saw nothing and does not say that it may."""
    for count in counts:
        if count.nodes == 0 and not count.may_be_empty:
            yield Finding(
                rule="shape.vacuous",
                severity=Severity.WARNING,
                message=f"the shape {count.rule} selects no node, so it checked nothing",
                node=count.shape,
                places=shapes.places(ox.NamedNode(count.shape)),
                hint="correct its target, or add secshape:mayBeEmpty true",
            )


class Targets:
    """The focus nodes of SHACL targets (SHACL, section 2.1.3) over some graphs of a store."""

    def __init__(self, store: ox.Store, graphs: Sequence[ox.NamedNode | ox.DefaultGraph]) -> None:
        self._store = store
        self._graphs = graphs
        self._instances: dict[Node, set[object]] = defaultdict(set)
        self._narrower: dict[Node, set[Node]] = defaultdict(set)
        for quad in self._quads(RDF_TYPE):
            self._instances[_node(quad.object)].add(quad.subject)
        for quad in self._quads(RDFS("subClassOf")):
            self._narrower[_node(quad.object)].add(_node(quad.subject))

    def of(self, shapes: Shapes, shape: ox.NamedNode) -> set[object]:
        """The focus nodes of a shape."""
        found: set[object] = set()
        for kind in shapes.values(shape, sh("targetClass")):
            found |= self._of_class(kind)
        found |= set(shapes.values(shape, sh("targetNode")))
        for predicate in shapes.values(shape, sh("targetSubjectsOf")):
            found |= {quad.subject for quad in self._quads(predicate)}
        for predicate in shapes.values(shape, sh("targetObjectsOf")):
            found |= {quad.object for quad in self._quads(predicate)}
        for target in shapes.values(shape, sh("target")):
            found |= self._selected(shapes, target)
        return found

    def _selected(self, shapes: Shapes, target: Node) -> set[object]:
        """The nodes that a SPARQL target selects (SHACL Advanced Features, section 3.1)."""
        query = shapes.says(target, "select")
        rows = self._store.query(prologue(shapes.store, target) + query, default_graph=list(self._graphs))
        assert isinstance(rows, ox.QuerySolutions)
        return {row["this"] for row in rows}

    def _of_class(self, kind: Node) -> set[object]:
        found: set[object] = set()
        pending, seen = [kind], {kind}
        while pending:
            current = pending.pop()
            found |= self._instances.get(current, set())
            pending += self._narrower.get(current, set()) - seen
            seen |= self._narrower.get(current, set())
        return found

    def _quads(self, predicate: Node) -> Iterator[ox.Quad]:
        assert isinstance(predicate, ox.NamedNode)
        for graph in self._graphs:
            yield from self._store.quads_for_pattern(None, predicate, None, graph)


def _node(term: object) -> Node:
    assert isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal)
    return term
