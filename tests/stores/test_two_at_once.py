"""Two loads at once never mix, and who reads meanwhile sees no half of a graph."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from kg.core.errors import StoreError
from kg.remote.endpoints import preset_of
from kg.remote.limit import Limit
from kg.stores import manifest as manifests
from kg.stores import opening
from kg.stores.load import load
from kg.stores.manifest import LockedError, Manifest
from kg.stores.protocol import RemoteStore
from kg.stores.retry import Patience
from kg.stores.source import SnapshotGraphs
from tests.lanes import FULL
from tests.servers.faults import Fault, Proxy
from tests.servers.process import Server
from tests.stores.material import BASE, access, at_once, depot, held, numbered, sizes, source

ONE = f"{BASE}graph/article/one/claims"


def opened(server: Server) -> RemoteStore:
    login = access(server)
    found = opening.open_store(opening.find({}, server.url, login), login, Limit(None))
    assert isinstance(found, RemoteStore)
    return found


def marks(server: Server) -> set[str]:
    """The versions that stand in the store, each of two graphs having one in each of its triples."""
    inside = f'GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{BASE}graph/article"))'
    rows = opened(server).select(f'SELECT DISTINCT (STRBEFORE(?o, " ") AS ?mark) {{ {inside} }}')
    return {row["mark"].value for row in rows}


def marked(mark: str) -> SnapshotGraphs:
    return source(article__one=numbered(40, f"{mark} "), article__two=numbered(30, f"{mark} "))


def test_of_two_loads_at_once_one_is_refused_or_waits_for_its_turn(any_server: Server) -> None:
    start = threading.Barrier(2)

    def loaded(mark: str) -> bool:
        start.wait(600)
        try:
            return load(marked(mark), {}, any_server.url, at_once(any_server, verify="full")).is_whole
        except LockedError:
            return False

    with ThreadPoolExecutor(2) as pool:
        for number in range(3):
            versions = [f"{name}{number}" for name in ("left", "right")]
            done = list(pool.map(loaded, versions))
            stand = marks(any_server)
            assert any(done) and len(stand) == 1
            assert stand <= {mark for mark, is_done in zip(versions, done, strict=True) if is_done}


def test_a_load_goes_on_beside_one_that_just_tries(
    any_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For a moment the second one's lock may stand beside the first one's."""
    monkeypatch.setattr(manifests, "_RENEW_AFTER", 0)
    store = opened(any_server)
    first = Manifest(store, BASE, Patience(Limit(None)))
    first.lock()
    node = f"{BASE}graph/load#lock-other"
    said = "; ".join(
        f"<https://w3id.org/secpol/load#{name}> {value}"
        for name, value in {
            "holder": '"elsewhere 1 other"',
            "owner": '"somebody"',
            "since": '"2999-01-01T00:00:00Z"',
        }.items()
    )
    store.update(f"INSERT DATA {{ GRAPH <{BASE}graph/load> {{ <{node}> {said} }} }}".encode())
    first.renew()
    first.unlock()
    with pytest.raises(LockedError, match="somebody is loading"):
        first.renew()


@pytest.mark.parametrize("size", ["small", "in batches"])
def test_a_reader_sees_a_graph_in_its_former_or_its_new_version(
    any_server: Server, size: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if size == "in batches":
        monkeypatch.setattr(opening, "preset_of", lambda kind: replace(preset_of(kind), batch=50, inline=20))
    versions = [source(article__one__claims=numbered(count, f"{count} ")) for count in (300, 170)]
    load(versions[0], {}, any_server.url, at_once(any_server))
    is_over, seen, reader = threading.Event(), list[int](), opened(any_server)

    def read() -> None:
        while not is_over.is_set():
            rows = reader.select(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{ONE}> {{ ?s ?p ?o }} }}")
            seen.append(int(rows[0]["n"].value))

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read)
        try:
            for number in range(1, 5):
                assert load(versions[number % 2], {}, any_server.url, at_once(any_server)).is_whole
        finally:
            is_over.set()
        reading.result()
    assert set(seen) <= {300, 170} and len(seen) > 4


@pytest.mark.full
def test_graphs_that_go_leave_no_entry_behind(virtuoso: Server, faults: Callable[..., Proxy]) -> None:
    """A removal that breaks off at any request: no entry is without its graph, and one more run ends it."""
    rest, proxy = source(ontology=numbered(3)), faults(virtuoso.url)
    virtuoso.empty()
    begin = at_once(virtuoso, verify="none", break_lock=True)
    load(depot(), {}, virtuoso.url, begin)
    load(rest, {}, proxy.through(virtuoso.url), at_once(virtuoso, prune=True, verify="none"))
    counts = set()
    for number in range(0, len(proxy.seen), 1 if FULL else 2):
        load(depot(), {}, virtuoso.url, begin)
        proxy.forget()
        proxy.plan(Fault(cut_request=20), skip=number, times=None)
        with pytest.raises(StoreError, match="cannot be reached"):
            load(rest, {}, proxy.through(virtuoso.url), at_once(virtuoso, prune=True))
        entries = Manifest(opened(virtuoso), BASE, Patience(Limit(None))).entries()
        known = {iri: entry.triples for iri, entry in entries.items() if entry.sha256}
        assert known.items() <= held(virtuoso).items() and entries.keys() <= held(virtuoso).keys(), number
        counts.add(len(known))
        load(rest, {}, virtuoso.url, at_once(virtuoso, prune=True, break_lock=True))
        assert held(virtuoso) == sizes(rest), number
    assert counts == {4, 3, 1}  # all; without the one that is replaced; without those that go
