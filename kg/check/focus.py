"""How many nodes each shape looked at: what was not looked at does not conform."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.check.excerpt import focus_nodes
from kg.check.material import CheckedGraph
from kg.check.results import sh
from kg.check.shapes import PHASES, TARGETS, Shapes
from kg.core.findings import Finding, Severity


@dataclass(frozen=True)
class FocusCount:
    """How many focus nodes a shape has, and whether it says that none is normal."""

    rule: str
    shape: str
    nodes: int
    may_be_empty: bool


def count_focus_nodes(material: CheckedGraph, shapes: Shapes) -> list[FocusCount]:
    """The focus nodes of every named shape, over all data and the class hierarchy.

    A shape that only other shapes refer to is counted with them.
    """
    graphs = {phase: material.seen_in(phase, None, *material.slugs) for phase in PHASES}
    known: dict[object, int] = {}
    counts = []
    for shape in [*shapes.targeted, *shapes.unused]:
        phase = shapes.note(shape, "phase", "asserted")
        targets = phase, *(tuple(sorted(map(str, shapes.values(shape, sh(name))))) for name in TARGETS)
        if targets not in known:
            known[targets] = len(focus_nodes(shapes, shape, material.store, graphs[phase]))
        is_run = shapes.says(shape, "deactivated") not in ("true", "1")
        may_be_empty = shapes.note(shape, "mayBeEmpty", "false") == "true"
        nodes = known[targets] if is_run else 0
        counts.append(FocusCount(shapes.rule(shape), shape.value, nodes, may_be_empty))
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
