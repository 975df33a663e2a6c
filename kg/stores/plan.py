"""What a load will do, graph by graph."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kg.stores.source import StoredGraph


class Action(StrEnum):
    """What happens to a graph; ORPHAN is one of ours that stays, although the snapshot has it no more."""

    ADD = "add"
    REPLACE = "replace"
    LEAVE = "leave"
    REMOVE = "remove"
    ORPHAN = "orphan"


@dataclass(frozen=True)
class Step:
    """One graph: what happens to it, and its former version by the manifest; None when that is not known."""

    action: Action
    graph: StoredGraph
    former: StoredGraph | None = None

    @property
    def remark(self) -> str:
        """What a reader should know of it."""
        if self.action is Action.REPLACE and self.former is not None and self.former.sha256:
            return f"had {self.former.triples} triples"
        if self.action is Action.REPLACE:
            return "not loaded by kg, or by a load that broke off"
        return "no longer in the graph; --prune removes it" if self.action is Action.ORPHAN else ""


@dataclass(frozen=True)
class Plan:
    """The steps of a load, in the order of the graphs' names."""

    steps: tuple[Step, ...]

    def of(self, *actions: Action) -> list[Step]:
        """The steps of some actions."""
        return [step for step in self.steps if step.action in actions]

    def without(self, graphs: Iterable[str]) -> Plan | None:
        """The plan for the other graphs; None where nothing is left to do."""
        done = set(graphs)
        steps = tuple(step for step in self.steps if step.graph.iri not in done)
        left = Plan(steps)
        return left if left.of(Action.ADD, Action.REPLACE, Action.REMOVE) else None

    @property
    def to_send(self) -> int:
        """The triples that go over the wire."""
        return sum(step.graph.triples for step in self.of(Action.ADD, Action.REPLACE))

    def __str__(self) -> str:
        return self.told(done=False)

    def told(self, *, done: bool) -> str:
        """How many graphs there are and what happens to them: `11 graphs: 2 to replace, 9 unchanged`."""
        counts = Counter(step.action for step in self.steps)
        words = ((Action.ADD, "added"), (Action.REPLACE, "replaced"), (Action.REMOVE, "removed"))
        said = [
            f"{counts[action]} {word if done else f'to {action}'}" for action, word in words if counts[action]
        ]
        said += [f"{counts[Action.LEAVE]} unchanged"] if counts[Action.LEAVE] else []
        said += [f"{counts[Action.ORPHAN]} no longer in the graph"] if counts[Action.ORPHAN] else []
        total = len(self.steps)
        return f"{total} graph{'' if total == 1 else 's'}: {', '.join(said)}" if said else "no graphs"


def plan(
    graphs: Mapping[str, StoredGraph],
    known: Mapping[str, StoredGraph],
    present: Collection[str],
    *,
    prune: bool = False,
    force: bool = False,
) -> Plan:
    """The plan for graphs; `known` are the manifest's entries, `present` others that stand in the store."""

    def steps() -> Iterator[Step]:
        for iri in sorted({*graphs, *known}):
            former = known.get(iri)
            if iri not in graphs:
                assert former is not None
                yield Step(Action.REMOVE if prune else Action.ORPHAN, former, former)
            elif former is not None and former.sha256 == graphs[iri].sha256 and not force:
                yield Step(Action.LEAVE, graphs[iri], former)
            elif former is not None or iri in present:
                yield Step(Action.REPLACE, graphs[iri], former)
            else:
                yield Step(Action.ADD, graphs[iri])

    return Plan(tuple(steps()))
