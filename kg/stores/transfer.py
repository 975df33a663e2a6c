"""Bringing graphs into a store: each is always the former or the new version, and it is known which."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum

import pyoxigraph as ox

from kg.errors import StoreError
from kg.remote.body import Body
from kg.remote.load_manifest import STAGED_FOR
from kg.stores.ahead import ahead
from kg.stores.manifest import Manifest
from kg.stores.plan import Action, Plan, Step
from kg.stores.protocol import Store, Transactions
from kg.stores.retry import Patience
from kg.stores.source import Graph, Source
from kg.stores.updates import INSERT_TAIL, become, drop, insert, insert_head, insert_lines, request

_MOST_GRAPHS = 500
_WITH_ENTRY = ("update", "transaction")  # a graph and its entry change in one transaction


class Standing(StrEnum):
    """Which version of a graph stands in the store; UNSURE is one of both that the store did not tell."""

    NEW = "new"
    FORMER = "former"
    UNSURE = "former or new"


class BrokenOff(StoreError):
    """A load that came to no end; `standing` says for each graph which version the store holds.

    `changed` leaves out what the plan left alone.
    """

    def __init__(self, cause: StoreError, standing: Mapping[str, Standing], plan: Plan) -> None:
        self.standing = standing
        left = {step.graph.iri for step in plan.of(Action.LEAVE, Action.ORPHAN)}
        self.changed = {iri: version for iri, version in standing.items() if iri not in left}
        counts = Counter(self.changed.values())
        said = ", ".join(
            f"the {version} version of {counts[version]}" for version in Standing if counts[version]
        )
        hint = "run kg load again: it goes on from there"
        super().__init__(
            f"the load broke off: {cause}; of {len(self.changed)} graphs the store holds {said}",
            hint=f"{cause.hint}; then {hint}" if cause.hint else hint,
        )


@dataclass(frozen=True)
class Group:
    """Steps that travel together, and the way in which they do; `pack` makes the body that they travel in."""

    steps: tuple[Step, ...]
    way: Callable[[Group], None]
    pack: Callable[[list[Graph]], Body] | None = None
    body: Body | None = None

    @property
    def graphs(self) -> list[Graph]:
        """The graphs of the steps."""
        return [step.graph for step in self.steps]

    def packed(self) -> Group:
        """The same group, ready to be sent."""
        return self if self.pack is None else replace(self, body=self.pack(self.graphs))


@dataclass
class Transfer:
    """Carries out a plan. `on_sent` hears how many triples went over."""

    store: Store
    source: Source
    manifest: Manifest
    patience: Patience
    on_sent: Callable[[int], None] = field(default=lambda _: None)
    _begun: set[str] = field(default_factory=set)
    _moving: dict[str, ox.NamedNode] = field(default_factory=dict)

    def run(self, plan: Plan) -> None:
        """Send what is new and remove what goes; raises `BrokenOff`."""
        standing = {step.graph.iri: Standing.FORMER for step in plan.steps}
        standing |= {step.graph.iri: Standing.NEW for step in plan.of(Action.LEAVE)}
        steps: tuple[Step, ...] = ()
        try:
            for group in ahead(group.packed() for group in self._groups(plan)):
                steps = group.steps
                self._carry_out(group)
                standing |= {step.graph.iri: Standing.NEW for step in steps}
        except StoreError as error:
            raise BrokenOff(error, standing | self._told(steps), plan) from error
        except OSError as error:
            cause = StoreError(f"a temporary file cannot be written: {error.strerror or error}")
            raise BrokenOff(cause, standing | self._told(steps), plan) from error

    def _carry_out(self, group: Group) -> None:
        """Send a group, again where that may help, or remove it."""

        def act() -> None:
            self.manifest.renew()
            group.way(group)

        self.patience(act, is_done=lambda: self._is_done(group))
        if group.way in (self._by_staging, self._by_moves):
            self.sweep()  # of tries that failed
        self.on_sent(sum(step.graph.triples for step in group.steps if step.action is not Action.REMOVE))

    def sweep(self) -> None:
        """Remove the staging graphs that loads which broke off left behind."""
        text = f"SELECT DISTINCT ?staged {{ GRAPH {self.manifest.graph} {{ ?staged {STAGED_FOR} ?graph }} }}"
        for row in self.patience(lambda: self.store.select(text)) or []:
            staged = ox.NamedNode(row["staged"].value)
            for operation in (drop(staged), self.manifest.forget([staged])):
                self.patience(lambda: self._update([operation]))  # noqa: B023 - called at once

    def _groups(self, plan: Plan) -> Iterator[Group]:
        """The steps in groups of one request or transaction each; removals last."""
        preset = self.store.preset
        added, replaced = plan.of(Action.ADD), plan.of(Action.REPLACE)
        if preset.replaces == "transaction":
            big = [step for step in added + replaced if step.graph.triples > preset.batch]
            rest = [step for step in added + replaced if step not in big]
            yield from _grouped(rest, preset.batch, self._by_transaction, self._quads)
            yield from (Group((step,), self._by_transaction) for step in big)
        elif preset.replaces == "graph":
            yield from _grouped(added + replaced, preset.batch, self._by_graph)
        elif preset.replaces == "move":
            yield from _grouped(added + replaced, preset.batch, self._by_moves)
        else:
            if preset.quads is None:
                added, replaced = [], added + replaced
            big = [step for step in added if step.graph.triples > preset.batch]
            big += [step for step in replaced if step.graph.triples > preset.inline]
            rest = [step for step in added if step not in big]
            yield from _grouped(rest, preset.batch, self._by_quads, self._quads)
            rest = [step for step in replaced if step not in big]
            yield from _grouped(rest, preset.inline, self._by_update, self._updates)
            yield from (Group((step,), self._by_staging) for step in big)
        yield from _grouped(plan.of(Action.REMOVE), preset.batch, self._by_removal)

    def _by_quads(self, group: Group) -> None:
        """Graphs that are not there yet, with their entries, in one body."""
        assert group.body is not None
        self._begin(group.graphs)
        self.store.add(group.body)

    def _by_update(self, group: Group) -> None:
        """Small graphs inside one update, with their entries."""
        assert group.body is not None
        self._begin(group.graphs)
        self.store.update(group.body)

    def _by_staging(self, group: Group) -> None:
        """One big graph in batches into a graph of its own, then into its place with its entry."""
        (graph,) = group.graphs
        (staged,) = self._staging_for([graph])
        self._stage(staged, ahead(self._parts(graph, staged)))
        self._begin([graph])
        unmark = self.manifest.forget([staged])
        self._update([*become(graph.node, staged), unmark, *self._entering([graph])])

    def _by_moves(self, group: Group) -> None:
        """Graph by graph through a staging graph, where only a single operation is a transaction."""
        self._update([self._forgetting(group.graphs)])
        staging = self._staging_for(group.graphs)
        pairs = zip(group.graphs, staging, strict=True)
        for graph, staged, parts in ahead((*pair, self._parts_at_hand(*pair)) for pair in pairs):
            self._stage(staged, parts)
            self._begin([graph])
            self._moving[graph.iri] = staged
            self._update([f"MOVE GRAPH {staged} TO GRAPH {graph.node}"])
        self._update([self.manifest.forget(staging)])
        self._update([insert(self.manifest.graph, self.manifest.remember(group.graphs))])

    def _staging_for(self, graphs: Iterable[Graph]) -> list[ox.NamedNode]:
        """New staging graphs, noted in the manifest before there is anything in them."""
        home = f"{self.manifest.graph.value}/staging/"
        staging = {graph: ox.NamedNode(home + secrets.token_hex(8)) for graph in graphs}
        marks = [ox.Triple(staged, STAGED_FOR, graph.node) for graph, staged in staging.items()]
        self._update([insert(self.manifest.graph, marks)])
        return list(staging.values())

    def _stage(self, staged: ox.NamedNode, parts: Iterable[Body]) -> None:
        """Fill a staging graph."""
        for number, body in enumerate(parts):
            self.manifest.renew()
            if self.store.preset.graphs is None:
                self.store.update(body)
            else:
                self.store.put(staged, body, more=number > 0)

    def _parts(self, graph: Graph, staged: ox.NamedNode) -> Iterator[Body]:
        """What fills a staging graph with the content of a graph."""
        for lines in self.source.batches(graph, self.store.preset.batch):
            body = self.store.body()
            if self.store.preset.graphs is None:
                body.write(insert_head(staged) + insert_lines(b"".join(lines)) + INSERT_TAIL)
            else:
                body.write(b"".join(lines))
            yield body.finished()

    def _parts_at_hand(self, graph: Graph, staged: ox.NamedNode) -> Iterable[Body]:
        """The same, made already where it is a single one."""
        parts = self._parts(graph, staged)
        return list(parts) if graph.triples <= self.store.preset.batch else ahead(parts)

    def _begin(self, graphs: Iterable[Graph]) -> None:
        """Note that from now on the new version may stand in the store."""
        self._begun |= {graph.iri for graph in graphs}

    def _by_transaction(self, group: Group) -> None:
        """Any graphs, with their entries, in a transaction of the store."""
        replaced = [step.graph for step in group.steps if step.action is Action.REPLACE]
        operations = [drop(graph.node) for graph in replaced] + [self._forgetting(group.graphs)]
        self._begin(group.graphs)
        with closing(self._bodies(group)) as bodies:
            self._transact(operations, bodies)

    def _by_graph(self, group: Group) -> None:
        """Graph by graph; a graph whose entry is gone is not known, and sent again by the next load."""
        self._update([self._forgetting(group.graphs)])
        for graph in group.graphs:
            body = self.store.body()
            for chunk in self.source.chunks(graph):
                body.write(chunk)
            self._begin([graph])
            self.store.put(graph.node, body.finished())
        self._update([insert(self.manifest.graph, self.manifest.remember(group.graphs))])

    def _by_removal(self, group: Group) -> None:
        """Graphs that go, with their entries; as staging graphs where that is more than one transaction."""
        operations = [drop(graph.node) for graph in group.graphs] + [self._forgetting(group.graphs)]
        self._begin(group.graphs)
        if self.store.preset.replaces == "transaction":
            self._transact(operations, iter(()))
        elif self.store.preset.replaces == "update":
            self._update(operations)
        else:
            self._update([self.manifest.unload(graph.node for graph in group.graphs)])
            self.sweep()

    def _update(self, operations: Iterable[str]) -> None:
        self.store.update(request(operations))

    def _transact(self, operations: Iterable[str], added: Iterator[Body]) -> None:
        assert isinstance(self.store, Transactions)
        self.store.transact(request(operations), added)

    def _entering(self, graphs: list[Graph]) -> list[str]:
        """The operations that bring the manifest up to date."""
        return [self._forgetting(graphs), insert(self.manifest.graph, self.manifest.remember(graphs))]

    def _forgetting(self, graphs: list[Graph]) -> str:
        return self.manifest.forget(graph.node for graph in graphs)

    def _quads(self, graphs: list[Graph]) -> Body:
        """Graphs and their entries as N-Quads."""
        body = self.store.body()
        for graph in graphs:
            end = f" {graph.node} .\n".encode()
            for chunk in self.source.chunks(graph):
                body.write(chunk.replace(b" .\n", end))
        body.write(self._entry_quads(graphs))
        return body.finished()

    def _updates(self, graphs: list[Graph]) -> Body:
        """The operations that replace graphs, with their entries."""
        body = self.store.body()
        for graph in graphs:
            body.write(f"{drop(graph.node)} ;\n".encode() + insert_head(graph.node))
            for chunk in self.source.chunks(graph):
                body.write(insert_lines(chunk))
            body.write(INSERT_TAIL + b" ;\n")
        body.write(request(self._entering(graphs)))
        return body.finished()

    def _bodies(self, group: Group) -> Generator[Body]:
        """A group as N-Quads in one body, or in several where it is one graph bigger than a batch."""
        if group.body is not None:
            yield group.body
            return
        (graph,) = group.graphs
        for body in ahead(self._quad_batches(graph)):
            self.manifest.renew()
            yield body

    def _quad_batches(self, graph: Graph) -> Iterator[Body]:
        end = f" {graph.node} .\n".encode()
        for lines in self.source.batches(graph, self.store.preset.batch):
            body = self.store.body()
            body.write(b"".join(lines).replace(b" .\n", end))
            yield body.finished()
        body = self.store.body()
        body.write(self._entry_quads([graph]))
        yield body.finished()

    def _entry_quads(self, graphs: list[Graph]) -> bytes:
        entries = self.manifest.remember(graphs)
        return "".join(f"{entry} {self.manifest.graph} .\n" for entry in entries).encode()

    def _is_done(self, group: Group) -> bool:
        """Whether the store holds the new version of every graph of a group, after a failure.

        That of a graph which is sent again as it was (`--force`) cannot be told from its former one.
        """
        if any(step.action is Action.REPLACE and step.former == step.graph for step in group.steps):
            return False
        return set(self._standing(group.steps, self.manifest.entries()).values()) == {Standing.NEW}

    def _told(self, steps: Iterable[Step]) -> dict[str, Standing]:
        """What the store says that it holds of some graphs, after a failure; it is asked once."""
        known = None
        with suppress(StoreError):
            known = self.manifest.entries(patient=False)
        standing = self._standing(steps, known)
        with suppress(StoreError):
            for iri in [iri for iri, version in standing.items() if version is Standing.UNSURE]:
                if iri in self._moving and known is not None:
                    is_there = self.store.select(
                        f"SELECT ?s {{ GRAPH {self._moving[iri]} {{ ?s ?p ?o }} }} LIMIT 1"
                    )
                    standing[iri] = Standing.FORMER if is_there else Standing.NEW
        return standing

    def _standing(self, steps: Iterable[Step], known: Mapping[str, Graph] | None) -> dict[str, Standing]:
        return {step.graph.iri: self._version(step, known) for step in steps}

    def _version(self, step: Step, known: Mapping[str, Graph] | None) -> Standing:
        """The version of one graph by the manifest's entries; None when they cannot be had."""
        if step.graph.iri not in self._begun:
            return Standing.FORMER
        if known is None:
            return Standing.UNSURE
        entry, is_apart = known.get(step.graph.iri), self.store.preset.replaces not in _WITH_ENTRY
        if step.action is Action.REMOVE:
            gone = Standing.UNSURE if is_apart else Standing.NEW
            return gone if entry is None else Standing.FORMER
        if entry is not None and entry.sha256 == step.graph.sha256:
            return Standing.NEW
        return Standing.UNSURE if is_apart else Standing.FORMER


def _grouped(
    steps: list[Step],
    most: int,
    way: Callable[[Group], None],
    pack: Callable[[list[Graph]], Body] | None = None,
) -> Iterator[Group]:
    """Steps in groups of up to so many triples, a bigger one alone.

    The first is small, so that the store soon has work while the next is packed.
    """
    group: list[Step] = []
    size, room = 0, most // 10
    for step in steps:
        if group and (size + step.graph.triples > room or len(group) == _MOST_GRAPHS):
            yield Group(tuple(group), way, pack)
            group, size, room = [], 0, most
        group.append(step)
        size += step.graph.triples
    if group:
        yield Group(tuple(group), way, pack)
