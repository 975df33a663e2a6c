"""The load manifest: which graph stands in a store in which version, and who is loading just now."""

from __future__ import annotations

import getpass
import os
import secrets
import socket
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox

from kg.core import version
from kg.core.errors import StoreError
from kg.core.files import is_gone
from kg.core.terms import RDF_TYPE, XSD
from kg.remote.load_manifest import (
    GRAPH,
    HOLDER,
    LOADED,
    LOADER,
    OWNER,
    SHA256,
    SINCE,
    STAGED_FOR,
    TRIPLES,
    by_pages,
    entries_query,
    manifest_graph,
)
from kg.remote.results import Binding
from kg.stores.protocol import Solutions, Store
from kg.stores.retry import Patience
from kg.stores.source import StoredGraph
from kg.stores.updates import doubt, forget, insert

STALE_AFTER = 900.0
_RENEW_AFTER = 60.0
_UNLOCK_WITHIN = 10.0
_HELD: set[str] = set()  # the tokens of the loads of this process


class LockedError(StoreError):
    """Another load is under way in the same store."""


@dataclass(frozen=True)
class Lock:
    """Who loads: a name for people, a token with machine and process, and when that was last said.

    `since` and `age`, in seconds, are by the clock of the store.
    """

    node: ox.NamedNode
    owner: str
    token: str
    since: datetime
    age: float

    @property
    def is_stale(self) -> bool:
        """Whether nobody can be behind it: it is old, or its process ran here and is gone."""
        if self.age > STALE_AFTER:
            return True
        machine, _, process = self.token.rpartition(" ")[0].rpartition(" ")
        if machine != _machine() or not process.isdecimal():
            return False
        return self.token not in _HELD if int(process) == os.getpid() else is_gone(int(process))


class Manifest:
    """The load manifest of a project in a store."""

    def __init__(self, store: Store, base: str, patience: Patience) -> None:
        self.graph = manifest_graph(base)
        self.home = f"{base}graph/"
        self._base = base
        self._store = store
        self._patience = patience
        number = secrets.token_hex(8)
        self._lock = ox.NamedNode(f"{self.graph.value}#lock-{number}")
        self._token = f"{_machine()} {os.getpid()} {number}"
        self._said = 0.0

    def entries(self, *, patient: bool = True) -> dict[str, StoredGraph]:
        """The graphs that `kg` loaded, by IRI; one whose content is not known has no hash.

        That is one which a load began to replace, one that did not arrive whole, one with two entries.
        """
        select = self._select if patient else self._store.select
        found: dict[str, StoredGraph] = {}
        for row in by_pages(select, lambda after: entries_query(self._base, after)):
            iri = row.iri("graph").value
            is_known = iri not in found and {"sha256", "triples"} <= row.keys()
            triples = row.number("triples") if is_known else 0
            found[iri] = StoredGraph(iri, triples, row["sha256"].value if is_known else "")
        return found

    def remember(self, graphs: Iterable[StoredGraph]) -> list[ox.Triple]:
        """The entries of graphs, as triples of the manifest."""
        now = ox.Literal(datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"), datatype=XSD("dateTime"))
        return [
            ox.Triple(graph.node, predicate, value)
            for graph in graphs
            for predicate, value in (
                (RDF_TYPE, GRAPH),
                (SHA256, ox.Literal(graph.sha256)),
                (TRIPLES, ox.Literal(graph.triples)),
                (LOADED, now),
                (LOADER, ox.Literal(f"secpol-kg {version.VERSION}")),
            )
        ]

    def forget(self, subjects: Iterable[ox.NamedNode]) -> str:
        """The update that removes the entries of graphs, or what is said of others."""
        return forget(self.graph, subjects)

    def doubt(self, graphs: Iterable[ox.NamedNode]) -> str:
        """The update after which nothing is known of loaded graphs, but that they are there."""
        return doubt(self.graph, graphs)

    def claim(self, graphs: Iterable[ox.NamedNode]) -> str:
        """The update that says of graphs that they are there, and nothing of their content."""
        return insert(self.graph, [ox.Triple(graph, RDF_TYPE, GRAPH) for graph in graphs])

    def enter(self, graph: StoredGraph, mark: str) -> list[str]:
        """The updates that renew the entry of a graph, where a pattern matches."""
        said = f"GRAPH {self.graph} {{ {graph.node} ?p ?o }}"
        new = " ".join(f"{triple} ." for triple in self.remember([graph]))
        return [
            f"DELETE {{ {said} }} WHERE {{ {mark} {said} }}",
            f"INSERT {{ GRAPH {self.graph} {{ {new} }} }} WHERE {{ {mark} }}",
        ]

    def mark(self, graph: ox.NamedNode, staged: ox.NamedNode) -> str:
        """The pattern that a staging graph matches while it is still noted."""
        return f"GRAPH {self.graph} {{ {staged} {STAGED_FOR} {graph} }}"

    def unload(self, graphs: Iterable[ox.NamedNode]) -> str:
        """The update that makes loaded graphs staging graphs, which the next sweep removes."""
        values = " ".join(map(str, graphs))
        entry, mark = (f"GRAPH {self.graph} {{ ?s {what} }}" for what in (f"a {GRAPH}", f"{STAGED_FOR} ?s"))
        return f"DELETE {{ {entry} }} INSERT {{ {mark} }} WHERE {{ VALUES ?s {{ {values} }} {entry} }}"

    def lock(self, *, break_lock: bool = False) -> None:
        """Take the lock; raises `LockedError` when another load holds it.

        Two that try at the same moment both see two holders, and both let go. Broken are only locks that
        stood there at first.
        """
        broken: set[str] | None = None
        for _ in range(20):
            former = self.holders()
            if broken is None:
                broken = {lock.token for lock in former} if break_lock else set()
            alive = [lock for lock in former if not lock.is_stale and lock.token not in broken]
            if alive:
                raise _locked(alive[0])
            if former:
                self._update(forget(self.graph, [lock.node for lock in former]))
            _HELD.add(self._token)
            self._take()
            if [lock.token for lock in self.holders()] == [self._token]:
                self._said = _now()
                return
            self.unlock()
            self._patience.limit.clock.sleep(self._patience.spread(0.05, 0.5))
        raise StoreError(f"the lock in {self._store.name} cannot be had; others try at the same time")

    @contextmanager
    def held(self, *, break_lock: bool = False) -> Iterator[None]:
        """Hold the lock; a failure to let go never hides another failure."""
        self.lock(break_lock=break_lock)
        try:
            yield
        except BaseException:
            with suppress(StoreError):
                self.unlock()
            raise
        try:
            self.unlock()
        except StoreError as error:
            raise StoreError(f"all is done, but the lock could not be given back: {error}") from error

    def renew(self) -> None:
        """Say that this load goes on; raises `LockedError` when another took over."""
        if _now() - self._said < _RENEW_AFTER:
            return
        holders = self.holders(patient=False)
        if self._token not in [lock.token for lock in holders]:  # one that just tries may stand beside it
            raise _locked(holders[0]) if holders else StoreError("the lock of this load was removed")
        former = f"GRAPH {self.graph} {{ {self._lock} {SINCE} ?then }}"
        new = former.replace("?then", "?now")
        self._store.update(
            f"DELETE {{ {former} }} INSERT {{ {new} }} WHERE {{ {former} BIND(NOW() AS ?now) }}".encode()
        )
        self._said = _now()

    def unlock(self) -> None:
        """Let go of the lock, for which there is a little time even when all else is over."""
        _HELD.discard(self._token)
        with self._patience.limit.extended(_UNLOCK_WITHIN):
            self._update(forget(self.graph, [self._lock]))

    def _take(self) -> None:
        said = f"{HOLDER} {ox.Literal(self._token)} ; {OWNER} {ox.Literal(_owner())} ; {SINCE} ?now"
        is_free = f"FILTER NOT EXISTS {{ GRAPH {self.graph} {{ ?lock {HOLDER} ?holder }} }}"
        lock = f"GRAPH {self.graph} {{ {self._lock} {said} }}"
        self._update(f"INSERT {{ {lock} }} WHERE {{ BIND(NOW() AS ?now) {is_free} }}")

    def holders(self, *, patient: bool = True) -> list[Lock]:
        """Who loads now, the longest first; more than one only for a moment."""
        said = f"?lock {HOLDER} ?token OPTIONAL {{ ?lock {OWNER} ?owner ; {SINCE} ?since }}"
        text = f"SELECT ?lock ?token ?owner ?since (NOW() AS ?now) {{ GRAPH {self.graph} {{ {said} }} }}"
        rows = self._select(text) if patient else self._store.select(text)
        found = {row["token"].value: _lock(row) for row in rows}
        return sorted(found.values(), key=lambda lock: lock.since)

    def _select(self, text: str) -> Solutions:
        return self._patience(lambda: self._store.select(text))

    def _update(self, text: str) -> None:
        self._patience(lambda: self._store.update(text.encode()))


def _locked(lock: Lock) -> LockedError:
    return LockedError(
        f"{lock.owner} is loading into this store since {lock.since:%Y-%m-%d %H:%M:%S} UTC",
        hint="wait until it is done; kg load --break-lock takes over when it is dead",
    )


def _owner() -> str:
    who = "somebody"
    with suppress(Exception):
        who = getpass.getuser()
    return f"{who}@{socket.gethostname()} (process {os.getpid()})"


def _lock(row: Binding) -> Lock:
    """A lock as the store tells it; one that does not say since when is old."""
    now = _moment(row["now"].value)
    since = _moment(row["since"].value) if "since" in row else datetime.fromtimestamp(0, UTC)
    owner = row["owner"].value if "owner" in row else "somebody"
    return Lock(row.iri("lock"), owner, row["token"].value, since, (now - since).total_seconds())


def _machine() -> str:
    """This machine since its start, or rather the part of it in which process numbers mean the same."""
    told = [socket.gethostname()]
    with suppress(OSError):
        told.append(Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip())
    with suppress(OSError):
        told.append(str(Path("/proc/self/ns/pid").readlink()))
    return "/".join(told)


def _now() -> float:
    """Seconds that pass while a machine sleeps, too."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
