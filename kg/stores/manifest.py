"""The load manifest: which graph stands in a store in which version, and who is loading just now."""

from __future__ import annotations

import getpass
import os
import secrets
import socket
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox

import kg
from kg.errors import StoreError
from kg.remote.load_manifest import (
    HOLDER,
    LOADED,
    LOADER,
    OWNER,
    PAGE,
    SHA256,
    SINCE,
    STAGED_FOR,
    TRIPLES,
    entries_query,
    manifest_graph,
)
from kg.stores.protocol import Solutions, Store
from kg.stores.retry import Patience
from kg.stores.source import Graph
from kg.stores.updates import forget
from kg.terms import XSD

STALE_AFTER = 900.0
_RENEW_AFTER = 60.0


class LockedError(StoreError):
    """Another load is under way in the same store."""


@dataclass(frozen=True)
class Lock:
    """Who loads: a name for people, a token for us, the machine, and when that was last said."""

    node: ox.NamedNode
    owner: str
    token: str
    since: datetime

    @property
    def is_stale(self) -> bool:
        """Whether nobody can be behind it: it is old, or its process ran here and is gone."""
        if (datetime.now(UTC) - self.since).total_seconds() > STALE_AFTER:
            return True
        machine, _, process = self.token.rpartition(" ")[0].rpartition(" ")
        return machine == _machine() and process.isdecimal() and is_gone(int(process))


class Manifest:
    """The load manifest of a project in a store."""

    def __init__(self, store: Store, base: str, patience: Patience) -> None:
        self.graph = manifest_graph(base)
        self._base = base
        self._store = store
        self._patience = patience
        number = secrets.token_hex(8)
        self._lock = ox.NamedNode(f"{self.graph.value}#lock-{number}")
        self._token = f"{_machine()} {os.getpid()} {number}"
        self._said = 0.0

    def entries(self, *, patient: bool = True) -> dict[str, Graph]:
        """The graphs that the store is known to hold, by IRI; one with two entries is not known."""
        rows: Solutions = []
        while True:
            query = entries_query(self._base, rows[-1]["graph"].value if rows else "")
            page = self._select(query) if patient else self._store.select(query)
            rows += page
            if len(page) < PAGE:
                break
        found: dict[str, Graph] = {}
        twice = set()
        for row in rows:
            iri, sha256, triples = (row[name].value for name in ("graph", "sha256", "triples"))
            if iri in found:
                twice.add(iri)
            found[iri] = Graph(iri, int(triples), sha256)
        return {iri: entry for iri, entry in found.items() if iri not in twice}

    def remember(self, graphs: Iterable[Graph]) -> list[ox.Triple]:
        """The entries of graphs, as triples of the manifest."""
        now = ox.Literal(_now(), datatype=XSD("dateTime"))
        return [
            ox.Triple(graph.node, predicate, value)
            for graph in graphs
            for predicate, value in (
                (SHA256, ox.Literal(graph.sha256)),
                (TRIPLES, ox.Literal(graph.triples)),
                (LOADED, now),
                (LOADER, ox.Literal(f"secpol-kg {kg.__version__}")),
            )
        ]

    def forget(self, subjects: Iterable[ox.NamedNode]) -> str:
        """The update that removes the entries of graphs, or what is said of others."""
        return forget(self.graph, subjects)

    def doubt(self, graphs: Iterable[str]) -> None:
        """Forget graphs that did not arrive whole, so that the next load sends them again."""
        self._update(self.forget(map(ox.NamedNode, graphs)))

    def unload(self, graphs: Iterable[ox.NamedNode]) -> str:
        """The update that makes loaded graphs staging graphs, which the next sweep removes."""
        values = " ".join(map(str, graphs))
        entry, mark = (f"GRAPH {self.graph} {{ ?s {what} }}" for what in (f"{SHA256} ?o", f"{STAGED_FOR} ?s"))
        return f"DELETE {{ {entry} }} INSERT {{ {mark} }} WHERE {{ VALUES ?s {{ {values} }} {entry} }}"

    def lock(self, *, break_lock: bool = False) -> None:
        """Take the lock; raises `LockedError` when another load holds it.

        Two that try at the same moment both see two holders, and both let go.
        """
        for _ in range(20):
            former = self._holders()
            if former and (break_lock or all(lock.is_stale for lock in former)):
                self._update(forget(self.graph, [lock.node for lock in former]))
            elif former:
                raise _locked(former[0])
            self._take()
            if [lock.token for lock in self._holders()] == [self._token]:
                self._said = time.monotonic()
                return
            self.unlock()
            self._patience.limit.clock.sleep(self._patience.spread(0.05, 0.5))
        raise StoreError(f"the lock in {self._store.name} cannot be had; others try at the same time")

    def renew(self) -> None:
        """Say that this load goes on; raises `LockedError` when another took over."""
        if time.monotonic() - self._said < _RENEW_AFTER:
            return
        holders = self._holders()
        if self._token not in [lock.token for lock in holders]:  # one that just tries may stand beside it
            raise _locked(holders[0]) if holders else StoreError("the lock of this load was removed")
        since = ox.Literal(_now(), datatype=XSD("dateTime"))
        former = f"GRAPH {self.graph} {{ {self._lock} {SINCE} ?then }}"
        self._update(
            f"DELETE {{ {former} }} INSERT {{ {former.replace('?then', str(since))} }} WHERE {{ {former} }}"
        )
        self._said = time.monotonic()

    def unlock(self) -> None:
        """Let go of the lock."""
        self._update(forget(self.graph, [self._lock]))

    def _take(self) -> None:
        values = {
            HOLDER: ox.Literal(self._token),
            OWNER: ox.Literal(_owner()),
            SINCE: ox.Literal(_now(), datatype=XSD("dateTime")),
        }
        said = " ; ".join(f"{predicate} {value}" for predicate, value in values.items())
        is_free = f"FILTER NOT EXISTS {{ GRAPH {self.graph} {{ ?lock {HOLDER} ?holder }} }}"
        self._update(f"INSERT {{ GRAPH {self.graph} {{ {self._lock} {said} }} }} WHERE {{ {is_free} }}")

    def _holders(self) -> list[Lock]:
        said = f"?lock {HOLDER} ?token ; {OWNER} ?owner ; {SINCE} ?since"
        text = f"SELECT ?lock ?token ?owner ?since {{ GRAPH {self.graph} {{ {said} }} }}"
        found = {
            row["token"].value: Lock(
                ox.NamedNode(row["lock"].value),
                row["owner"].value,
                row["token"].value,
                _moment(row["since"].value),
            )
            for row in self._select(text)
        }
        return sorted(found.values(), key=lambda lock: lock.since)

    def _select(self, text: str) -> Solutions:
        return self._patience(lambda: self._store.select(text)) or []

    def _update(self, text: str) -> None:
        self._patience(lambda: self._store.update(text.encode()))


def is_gone(process: int) -> bool:
    """Whether a process of this machine has ended."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        pass
    return False


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


def _machine() -> str:
    """This machine, or rather the part of it in which process numbers mean the same."""
    space = ""
    with suppress(OSError):
        space = str(Path("/proc/self/ns/pid").readlink())
    return f"{socket.gethostname()}/{space}"


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return datetime.fromtimestamp(0, UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)
