"""The load: plan, lock, transfer, verify."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import islice

import pyoxigraph as ox

from kg.core.errors import StoreError
from kg.remote.connection import RequestError
from kg.remote.endpoints import StoreSettings
from kg.remote.limit import Clock, Limit
from kg.stores.directory import DirectoryStore
from kg.stores.manifest import Manifest
from kg.stores.opening import Access, find, open_store
from kg.stores.plan import Action, Plan, plan
from kg.stores.protocol import RemoteStore
from kg.stores.retry import Patience
from kg.stores.source import SnapshotGraphs, StoredGraph
from kg.stores.transfer import Transfer
from kg.stores.verify import Verified, Verifier

TIME_LIMIT = 3600.0
_AT_A_TIME = 500
_TRIES_TO_REACH = 3


@dataclass(frozen=True)
class Loading:
    """How a load goes about it.

    `verify` None counts what was sent; "count" and "full" look at every graph, "none" at nothing.
    `force` sends every graph, known or not; `timeout` is for all of it, in seconds.
    """

    dry_run: bool = False
    prune: bool = False
    force: bool = False
    verify: str | None = None
    break_lock: bool = False
    timeout: float | None = None
    access: Access = field(default_factory=Access)
    clock: Clock | None = None


@dataclass(frozen=True)
class Watching:
    """Who is told how a load goes: the plan before it begins, triples that went over, why it tries again."""

    planned: Callable[[Plan], None] = field(default=lambda _: None)
    sent: Callable[[int], None] = field(default=lambda _: None)
    waiting: Callable[[RequestError], None] = field(default=lambda _: None)


@dataclass(frozen=True)
class Loaded:
    """The result of a load: the plan that it carried out (or, in a dry run, would), and what was verified."""

    store: str
    kind: str
    plan: Plan
    done: bool
    sent: int = 0
    verified: Verified | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found missing."""
        return self.verified is None or not self.verified.differences


def load(
    source: SnapshotGraphs,
    stores: Mapping[str, StoreSettings],
    target: str,
    loading: Loading | None = None,
    watching: Watching | None = None,
) -> Loaded:
    """Bring a store up to date with a snapshot.

    Raises `UsageError` for a target that is no store, `BrokenOff` when it came to no end, which says what the
    store holds now, `Unverified` when only its verification did not, and else `StoreError`: nothing was
    changed.
    """
    loading = loading or Loading()
    found = find(stores, target, loading.access)
    limit = Limit(loading.timeout or TIME_LIMIT, loading.clock)
    watching = watching or Watching()
    patience = Patience(limit, on_wait=watching.waiting)
    reaching = Patience(limit, tries=_TRIES_TO_REACH, on_wait=watching.waiting)
    store = reaching(lambda: open_store(found, loading.access, limit, reading=loading.dry_run))
    manifest = Manifest(store, source.base, patience)
    work = _Load(source, store, manifest, patience, loading, watching)
    try:
        if loading.dry_run:
            return Loaded(store.name, store.preset.kind, work.planned(), done=False)
        with manifest.held(break_lock=loading.break_lock):
            done = work.carried_out()
        if isinstance(store, DirectoryStore):
            store.finish()
        return done
    finally:
        if isinstance(store, DirectoryStore):
            store.give_up()


class Unverified(StoreError):
    """A load that sent everything and could not look whether it arrived."""

    def __init__(self, cause: StoreError) -> None:
        super().__init__(
            f"all graphs were sent, but it could not be verified that they arrived: {cause}",
            hint="run kg load again with --verify count",
        )


@dataclass(frozen=True)
class _Load:
    """One load of one store."""

    source: SnapshotGraphs
    store: RemoteStore | DirectoryStore
    manifest: Manifest
    patience: Patience
    loading: Loading
    watching: Watching

    @property
    def verifier(self) -> Verifier:
        """What looks at the store."""
        return Verifier(self.store, self.source, self.manifest, self.patience)

    def carried_out(self) -> Loaded:
        """Plan, transfer and verify, under the lock."""
        planned = self.planned()
        self.watching.planned(planned)
        transfer = Transfer(self.store, self.source, self.manifest, self.patience, self.watching.sent)
        transfer.sweep()
        transfer.run(planned)
        try:
            verified = self._verified(planned)
        except StoreError as error:
            raise Unverified(error) from error
        kind = self.store.preset.kind
        return Loaded(self.store.name, kind, planned, done=True, sent=self.store.sent, verified=verified)

    def planned(self) -> Plan:
        """What there is to do."""
        known, graphs = self.manifest.entries(), self.source.graphs
        present = self._present([graph for iri, graph in graphs.items() if iri not in known])
        return plan(graphs, known, present, prune=self.loading.prune, force=self.loading.force)

    def _present(self, graphs: list[StoredGraph]) -> set[str]:
        """Those of some graphs that stand in the store although the manifest has no entry for them."""
        if self.store.preset.scans:
            return set(self.verifier.count(graphs))
        rest, present = iter(graphs), set()
        while some := list(islice(rest, _AT_A_TIME)):
            values = " ".join(str(graph.node) for graph in some)
            there = "FILTER EXISTS { GRAPH ?g { ?s ?p ?o } }"
            text = f"SELECT ?g {{ VALUES ?g {{ {values} }} {there} }}"
            rows = self.patience(lambda: self.store.select(text))  # noqa: B023 - called at once
            present |= {row.iri("g").value for row in rows}
        return present

    def _verified(self, planned: Plan) -> Verified | None:
        """What a look at the store finds; what is wrong there is for the next load to mend."""
        how = self.loading.verify
        if how == "none":
            return None
        looked_at = (Action.ADD, Action.REPLACE) + ((Action.LEAVE,) if how else ())
        graphs = [step.graph for step in planned.of(*looked_at)]
        gone = [step.graph for step in planned.of(Action.REMOVE)]
        verify = self.verifier.contents if how == "full" else self.verifier.counts
        verified = verify(graphs, gone)
        if wrong := [ox.NamedNode(difference.graph) for difference in verified.differences]:
            for text in (self.manifest.doubt(wrong), self.manifest.claim(wrong)):
                self.patience(lambda: self.store.update(text.encode()))  # noqa: B023 - called at once
        return verified


def source_of(store: Callable[[], ox.Store], manifest: Mapping[str, object], base: str) -> SnapshotGraphs:
    """What is to be loaded of a snapshot: its store, its manifest, and the base of its project."""
    graphs = manifest["graphs"]
    assert isinstance(graphs, Mapping)
    table = {
        iri: StoredGraph(iri, int(entry["triples"]), str(entry["sha256"])) for iri, entry in graphs.items()
    }
    return SnapshotGraphs(base, table, store)
