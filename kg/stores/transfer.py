"""Bringing graphs into a store: each is always the former or the new version, and it is known which."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from kg.core.errors import StoreError
from kg.remote.body import Body
from kg.remote.connection import RequestError
from kg.remote.load_manifest import STAGED_FOR
from kg.stores.ahead import ahead
from kg.stores.manifest import Manifest
from kg.stores.packing import Packer
from kg.stores.plan import Action, Plan, Step
from kg.stores.protocol import Store, Transactions
from kg.stores.retry import Patience
from kg.stores.source import SnapshotGraphs, StoredGraph
from kg.stores.standing import BrokenOff, Standing, has_no_answer, in_words
from kg.stores.updates import become, drop, insert, request

_MOST_GRAPHS = 500
_WITH_ENTRY = ("update", "transaction")  # a graph and its entry change in one transaction
_TELL_WITHIN = 10.0
_LEAST_BATCH = 1000
_TOO_BIG = 413


@dataclass(frozen=True)
class Batch:
    """Steps that travel together, and the way in which they do; `pack` makes the body that they travel in."""

    steps: tuple[Step, ...]
    way: Callable[[Batch], None]
    pack: Callable[[list[StoredGraph]], Body] | None = None
    body: Body | None = None

    @property
    def graphs(self) -> list[StoredGraph]:
        """The graphs of the steps."""
        return [step.graph for step in self.steps]

    @property
    def nodes(self) -> list[ox.NamedNode]:
        """Their names."""
        return [step.graph.node for step in self.steps]

    def packed(self) -> Batch:
        """The same group, ready to be sent."""
        return self if self.pack is None else replace(self, body=self.pack(self.graphs))


@dataclass
class Transfer:
    """Carries out a plan. `on_sent` hears how many triples went over."""

    store: Store
    source: SnapshotGraphs
    manifest: Manifest
    patience: Patience
    on_sent: Callable[[int], None] = field(default=lambda _: None)
    _begun: set[str] = field(default_factory=set)
    _moving: dict[str, ox.NamedNode] = field(default_factory=dict)
    _tries: int = 0

    @property
    def packer(self) -> Packer:
        """What makes the bodies of its requests."""
        return Packer(self.store, self.source, self.manifest)

    def run(self, plan: Plan) -> None:
        """Send what is new and remove what goes; raises `BrokenOff`."""
        standing = {step.graph.iri: Standing.FORMER for step in plan.steps}
        standing |= {step.graph.iri: Standing.NEW for step in plan.of(Action.LEAVE)}
        steps: tuple[Step, ...] = ()
        try:
            self._doubt_what_is_sent_again(plan)
            while left := plan.without(iri for iri, version in standing.items() if version is Standing.NEW):
                try:
                    for group in ahead(group.packed() for group in self._groups(left)):
                        steps = group.steps
                        self._carry_out(group)
                        standing |= {step.graph.iri: Standing.NEW for step in steps}
                except RequestError as error:
                    if error.status != _TOO_BIG or not self._shrink():
                        raise
                else:
                    return
        except (StoreError, OSError, RuntimeError, KeyboardInterrupt) as error:
            cause = in_words(error)
            told = self._told(steps, is_open=has_no_answer(cause))
            raise BrokenOff(cause, standing | told, plan) from error

    def _doubt_what_is_sent_again(self, plan: Plan) -> None:
        """Forget the content of graphs that stand there in the same version and are sent all the same."""
        again = [step.graph.node for step in plan.of(Action.REPLACE) if step.former == step.graph]
        if again:
            self.patience(lambda: self._update([self.manifest.doubt(again)]))

    def _shrink(self) -> bool:
        """Send less at once, where a store or what stands before it says that it was too much."""
        preset = self.store.preset
        if preset.batch <= _LEAST_BATCH:
            return False
        smaller = {name: max(_LEAST_BATCH, getattr(preset, name) // 4) for name in ("batch", "inline")}
        self.store.preset = replace(preset, **smaller)
        return True

    def _carry_out(self, group: Batch) -> None:
        """Send a group, again where that may help, or remove it."""

        def act() -> None:
            self._tries += 1
            self.manifest.renew()
            group.way(group)

        self._tries = 0
        self.patience.carry_out(act, lambda: self._is_done(group))
        if group.way in (self._by_staging, self._by_moves):
            self.sweep()  # of tries that failed
        self.on_sent(sum(step.graph.triples for step in group.steps if step.action is not Action.REMOVE))

    def sweep(self) -> None:
        """Remove the staging graphs that loads which broke off left behind."""
        text = f"SELECT DISTINCT ?staged {{ GRAPH {self.manifest.graph} {{ ?staged {STAGED_FOR} ?graph }} }}"
        for row in self.patience(lambda: self.store.select(text)):
            staged = row.iri("staged")
            for operation in (drop(staged), self.manifest.forget([staged])):
                self.patience(lambda: self._update([operation]))  # noqa: B023 - called at once

    def _groups(self, plan: Plan) -> Iterator[Batch]:
        """The steps in groups of one request or transaction each; removals last."""
        preset = self.store.preset
        added, replaced = plan.of(Action.ADD), plan.of(Action.REPLACE)
        if preset.replaces == "transaction":
            small, big = _parted(added, preset.batch)
            yield from _grouped(small, preset.batch, self._by_quads, self.packer.quads)
            small, more = _parted(replaced, preset.batch)
            yield from _grouped(small, preset.batch, self._by_transaction, self.packer.quads)
            yield from (Batch((step,), self._by_transaction) for step in big + more)
        elif preset.replaces == "graph":
            yield from _grouped(added + replaced, preset.batch, self._by_graph)
        elif preset.replaces == "move":
            yield from _grouped(added + replaced, preset.batch, self._by_moves)
        else:
            if preset.quads is None:
                added, replaced = [], added + replaced
            small, big = _parted(added, preset.batch)
            yield from _grouped(small, preset.batch, self._by_quads, self.packer.quads)
            small, more = _parted(replaced, preset.inline)
            yield from _grouped(small, preset.inline, self._by_update, self.packer.updates)
            yield from (Batch((step,), self._by_staging) for step in big + more)
        yield from _grouped(plan.of(Action.REMOVE), preset.batch, self._by_removal)

    def _by_quads(self, group: Batch) -> None:
        """Graphs that are not there yet, with their entries, in one body.

        A try before this one may have come through by now: what has blank nodes would stand there twice.
        """
        assert group.body is not None
        if self._tries > 1:
            self._update([*map(drop, group.nodes), self.manifest.forget(group.nodes)])
        self._begin(group.graphs)
        self.store.add(group.body)

    def _by_update(self, group: Batch) -> None:
        """Small graphs inside one update, with their entries."""
        assert group.body is not None
        self._doubt_where_apart(group)
        self._begin(group.graphs)
        self.store.update(group.body)

    def _by_staging(self, group: Batch) -> None:
        """One big graph in batches into a graph of its own, then into its place with its entry."""
        (graph,) = group.graphs
        (staged,) = self._staging_for([graph])
        self._stage(staged, ahead(self.packer.parts(graph, staged)))
        self._doubt_where_apart(group)
        self._begin([graph])
        mark = self.manifest.mark(graph.node, staged)
        moved, entered = become(graph.node, staged, mark), self.manifest.enter(graph, mark)
        self._update([*moved, *entered, self.manifest.forget([staged])])

    def _by_moves(self, group: Batch) -> None:
        """Graph by graph through a staging graph, where only a single operation is a transaction."""
        self._update([self.manifest.doubt(group.nodes)])
        staging = self._staging_for(group.graphs)
        pairs = zip(group.graphs, staging, strict=True)
        for graph, staged, parts in ahead((*pair, self.packer.parts_at_hand(*pair)) for pair in pairs):
            self._stage(staged, parts)
            self._begin([graph])
            self._moving[graph.iri] = staged
            self._update([f"MOVE GRAPH {staged} TO GRAPH {graph.node}"])
        self._update([self.manifest.forget(staging)])
        self._update([insert(self.manifest.graph, self.manifest.remember(group.graphs))])

    def _staging_for(self, graphs: Iterable[StoredGraph]) -> list[ox.NamedNode]:
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

    def _begin(self, graphs: Iterable[StoredGraph]) -> None:
        """Note that from now on the new version may stand in the store."""
        self._begun |= {graph.iri for graph in graphs}

    def _by_transaction(self, group: Batch) -> None:
        """Any graphs, with their entries, in a transaction of the store."""
        replaced = [step.graph.node for step in group.steps if step.action is Action.REPLACE]
        gone = group.nodes if self._tries > 1 else replaced  # as in _by_quads
        operations = [*map(drop, gone), self.manifest.forget(group.nodes)]
        self._begin(group.graphs)
        with closing(self._bodies(group)) as bodies:
            self._transact(operations, bodies)

    def _by_graph(self, group: Batch) -> None:
        """Graph by graph; a graph whose entry is gone is not known, and sent again by the next load."""
        self._update([self.manifest.doubt(group.nodes)])
        for graph in group.graphs:
            self.manifest.renew()
            body = self.store.body()
            for chunk in self.source.chunks(graph):
                body.write(chunk)
            self._begin([graph])
            self.store.put(graph.node, body.finished())
        self._update([insert(self.manifest.graph, self.manifest.remember(group.graphs))])

    def _by_removal(self, group: Batch) -> None:
        """Graphs that go, with their entries; as staging graphs where that is more than one transaction."""
        operations = [*map(drop, group.nodes), self.manifest.forget(group.nodes)]
        self._begin(group.graphs)
        if self.store.preset.replaces == "transaction":
            self._transact(operations, iter(()))
        elif self.store.preset.replaces == "update":
            self._update(operations)
        else:
            self._update([self.manifest.unload(group.nodes)])
            self.sweep()

    def _doubt_where_apart(self, group: Batch) -> None:
        """Forget the content of graphs where it may change and its entry not."""
        if self.store.preset.replaces not in _WITH_ENTRY:
            self._update([self.manifest.doubt(group.nodes)])

    def _update(self, operations: Iterable[str]) -> None:
        self.store.update(request(operations))

    def _transact(self, operations: Iterable[str], added: Iterator[Body]) -> None:
        assert isinstance(self.store, Transactions)
        self.store.transact(request(operations), added)

    def _bodies(self, group: Batch) -> Generator[Body]:
        """A group as N-Quads in one body, or in several where it is one graph bigger than a batch."""
        if group.body is not None:
            yield group.body
            return
        (graph,) = group.graphs
        for body in ahead(self.packer.quad_batches(graph)):
            self.manifest.renew()
            yield body

    def _is_done(self, group: Batch) -> bool:
        """Whether the store holds the new version of every graph of a group, after a failure."""
        known = self.manifest.entries(patient=False)
        return set(self._standing(group.steps, known).values()) == {Standing.NEW}

    def _told(self, steps: Iterable[Step], *, is_open: bool) -> dict[str, Standing]:
        """What the store says that it holds of some graphs, after a failure; it is asked once.

        Where the last request had no answer, the store may still be at work: the former version is not sure.
        """
        known = None
        with suppress(StoreError), self.patience.limit.extended(_TELL_WITHIN):
            known = self.manifest.entries(patient=False)
        standing = self._standing(steps, known)
        if is_open:
            former = [iri for iri, version in standing.items() if version is Standing.FORMER]
            return standing | dict.fromkeys(self._begun.intersection(former), Standing.UNSURE)
        with suppress(StoreError), self.patience.limit.extended(_TELL_WITHIN):
            for iri in [iri for iri, version in standing.items() if version is Standing.UNSURE]:
                if iri in self._moving and known is not None:
                    is_there = self.store.select(
                        f"SELECT ?s {{ GRAPH {self._moving[iri]} {{ ?s ?p ?o }} }} LIMIT 1"
                    )
                    standing[iri] = Standing.FORMER if is_there else Standing.NEW
        return standing

    def _standing(
        self, steps: Iterable[Step], known: Mapping[str, StoredGraph] | None
    ) -> dict[str, Standing]:
        return {step.graph.iri: self._version(step, known) for step in steps}

    def _version(self, step: Step, known: Mapping[str, StoredGraph] | None) -> Standing:
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


def _parted(steps: list[Step], most: int) -> tuple[list[Step], list[Step]]:
    """The steps of graphs up to a size, and those of bigger ones."""
    return [step for step in steps if step.graph.triples <= most], [
        step for step in steps if step.graph.triples > most
    ]


def _grouped(
    steps: list[Step],
    most: int,
    way: Callable[[Batch], None],
    pack: Callable[[list[StoredGraph]], Body] | None = None,
) -> Iterator[Batch]:
    """Steps in groups of up to so many triples, a bigger one alone.

    The first is small, so that the store soon has work while the next is packed.
    """
    group: list[Step] = []
    size, room = 0, most // 10
    for step in steps:
        if group and (size + step.graph.triples > room or len(group) == _MOST_GRAPHS):
            yield Batch(tuple(group), way, pack)
            group, size, room = [], 0, most
        group.append(step)
        size += step.graph.triples
    if group:
        yield Batch(tuple(group), way, pack)
