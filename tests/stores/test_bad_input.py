"""What stores get and do that nobody wants: half a batch, an odd name, a language that they do not speak."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pyoxigraph as ox
import pytest

from kg.core.errors import StoreError, UsageError
from kg.query.remote import Endpoint, ask
from kg.remote.endpoints import StoreSettings, preset_of
from kg.remote.login import Login, Secret
from kg.stores import opening, protocol
from kg.stores.load import load
from kg.stores.opening import Access
from kg.stores.plan import Action
from kg.stores.source import SnapshotGraphs
from kg.stores.standing import BrokenOff, Standing
from tests.servers.faults import Fault, Proxy
from tests.servers.process import Server
from tests.stores.material import BASE, SECRET, TROUBLE, at_once, depot, held, numbered, sizes, source

Faults = Callable[..., Proxy]
CARRIES_DATA = {
    "oxigraph": {"verb": "POST", "path": "/store"},
    "fuseki": {"verb": "POST", "path": "/data"},
    "rdf4j": {"verb": "POST", "path": "/statements", "skip": 1},  # the first is the lock
    "graphdb": {"verb": "POST", "path": "/statements", "skip": 1},
    "virtuoso": {"verb": "PUT", "path": "sparql-graph-crud"},
}


def test_half_a_batch_is_seen_and_sent_again_by_the_next_load(any_server: Server, faults: Faults) -> None:
    """A store that takes half of the lines and says that all is well."""
    proxy, big = faults(any_server.url), source(ontology=numbered(400), entities=numbered(30, "x"))
    proxy.plan(Fault(half=True), **CARRIES_DATA[any_server.kind])  # type: ignore[arg-type]
    done = load(big, {}, proxy.through(any_server.url), at_once(any_server))
    assert done.verified is not None and not done.is_whole
    assert " of " in done.verified.differences[0].message
    assert held(any_server) != sizes(big)
    assert load(big, {}, any_server.url, at_once(any_server, verify="full")).is_whole
    assert held(any_server) == sizes(big)


def test_force_mends_although_its_first_request_fails(any_server: Server, faults: Faults) -> None:
    """The entry that is there already does not tell whether the graph was sent again."""
    load(depot(), {}, any_server.url, at_once(any_server))
    spoilt = next(iter(sizes(depot())))
    any_server.update(f'INSERT DATA {{ GRAPH <{spoilt}> {{ <urn:x> <urn:y> "z" }} }}')
    proxy = faults(any_server.url)
    for verb in ("POST", "PUT"):
        proxy.plan(Fault(503), verb=verb, skip=5 if verb == "POST" else 0)
    assert load(depot(), {}, proxy.through(any_server.url), at_once(any_server, force=True)).is_whole
    assert held(any_server) == sizes(depot())


def test_a_load_that_broke_off_goes_on_where_it_was(
    any_server: Server, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "preset_of", lambda kind: replace(preset_of(kind), batch=30))
    graphs: dict[str, Any] = {f"article__{number}__claims": numbered(30, f"{number} ") for number in range(6)}
    many, proxy = source(**graphs), faults(any_server.url)
    load(many, {}, proxy.through(any_server.url), at_once(any_server))
    requests = len(proxy.seen)
    proxy.forget()
    any_server.empty()
    proxy.plan(Fault(cut_request=20), skip=requests * 2 // 3, times=None)
    with pytest.raises(BrokenOff) as caught:
        load(many, {}, proxy.through(any_server.url), at_once(any_server))
    said = [version for version in caught.value.standing.values() if version is Standing.NEW]
    rest = load(many, {}, any_server.url, at_once(any_server, verify="full", break_lock=True))
    assert 0 < len(said) <= len(rest.plan.of(Action.LEAVE)) < 6
    assert rest.is_whole and held(any_server) == sizes(many)


def test_what_goes_far_is_zipped_where_the_store_takes_it(
    any_server: Server, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(protocol, "_HOME", frozenset())
    proxy = faults(any_server.url)
    load(depot(), {}, proxy.through(any_server.url), at_once(any_server, verify="full"))
    done = load(depot("new "), {}, proxy.through(any_server.url), at_once(any_server, verify="full"))
    assert done.is_whole and held(any_server) == sizes(depot())
    zipped = {seen.verb for seen in proxy.seen if seen.headers.get("content-encoding") == "gzip"}
    assert bool(zipped) == preset_of(any_server.kind).gzip


@pytest.mark.parametrize("name", ["%20b", "ünïcode-☃", "it's&;=?x", "\U0001d56c", "%60(tick)*$"])
def test_graphs_of_odd_names(any_server: Server, name: str) -> None:
    base = f"https://example.org/{name}/"
    for mark in ("former ", "new "):
        loaded = source(base, ontology=numbered(5, mark), entities=numbered(7))
        done = load(loaded, {}, any_server.url, at_once(any_server, verify="full"))
        assert done.is_whole
        assert sizes(loaded).items() <= any_server.graphs().items()
    gone = load(source(base, ontology=numbered(1)), {}, any_server.url, at_once(any_server, prune=True))
    assert gone.is_whole and f"{base}graph/entities" not in any_server.graphs()


def test_a_question_with_odd_letters(any_server: Server) -> None:
    any_server.update("INSERT DATA { GRAPH <urn:g> { <urn:s> <urn:p> 'Gr\\u00FC\\u00DFe' } }")
    for method in ("form", "get"):
        login = Login(any_server.user or None, Secret(any_server.password))
        asked = Endpoint(any_server.query_url, method, login)
        assert ask(asked, "ASK { GRAPH <urn:g> { <urn:s> <urn:p> 'Grüße' } }", {}), method


def test_any_sparql_store_is_loaded_and_read_back(any_server: Server) -> None:
    """By queries and updates alone, as `sparql11` does; Virtuoso takes no blank nodes in updates."""
    if any_server.kind == "virtuoso":
        return
    settings = StoreSettings(
        "plain",
        any_server.url,
        kind="sparql11",
        query_url=any_server.query_url,
        update_url=any_server.update_url,
    )
    stores = {"plain": settings}
    for mark in ("former ", "new "):
        loaded = source(ontology=numbered(40, mark), entities=TROUBLE)
        done = load(loaded, stores, "plain", at_once(any_server, verify="full"))
        assert done.kind == "sparql11" and done.is_whole
        assert held(any_server) == sizes(loaded)


def test_triple_terms_are_refused_in_words(any_server: Server) -> None:
    """RDF 1.2, where the store speaks it; else its own error is told, and the former version stands."""
    load(source(ontology=numbered(3)), {}, any_server.url, at_once(any_server))
    new = source(ontology=":a :p <<( :s :p 2.50 )>> .")
    if any_server.kind in ("oxigraph", "fuseki"):
        assert load(new, {}, any_server.url, at_once(any_server, verify="full")).is_whole
        return
    with pytest.raises(BrokenOff, match=r"answered 4|answered 5") as caught:
        load(new, {}, any_server.url, at_once(any_server))
    assert held(any_server) == {f"{BASE}graph/ontology": 3}
    assert set(caught.value.changed.values()) == {Standing.FORMER}


def unreadable(*_: object) -> ox.Store:
    raise OSError(28, "No space left on device")


def test_a_temporary_file_that_cannot_be_written(any_server: Server) -> None:
    """The disk of this machine is full: the store keeps what it has, and the message says so."""
    load(depot("former "), {}, any_server.url, at_once(any_server))
    broken = SnapshotGraphs(BASE, depot("new ").graphs, unreadable)
    with pytest.raises(BrokenOff, match="temporary file cannot be written: No space left") as caught:
        load(broken, {}, any_server.url, at_once(any_server))
    assert set(caught.value.changed.values()) == {Standing.FORMER}
    assert load(depot("former "), {}, any_server.url, at_once(any_server, verify="full")).is_whole


def test_a_store_that_does_not_tell_its_kind(oxigraph_server: Server, faults: Faults) -> None:
    proxy = faults(oxigraph_server.url)
    proxy.plan(Fault(404), times=None)
    with pytest.raises(UsageError, match="does not tell what kind of store it is") as caught:
        load(depot(), {}, proxy.through(oxigraph_server.url), at_once())
    assert caught.value.hint is not None and "--kind: oxigraph, fuseki" in caught.value.hint


def test_a_token_is_in_no_message(oxigraph_server: Server, faults: Faults) -> None:
    proxy = faults(oxigraph_server.url)
    for fault in (
        Fault(401),
        Fault(403),
        Fault(400, {}, SECRET.encode()),
        Fault(307, {"Location": f"/{SECRET}"}),
    ):
        proxy.plan(fault, verb="POST")
        with pytest.raises(StoreError) as caught:
            load(
                depot(),
                {},
                proxy.through(oxigraph_server.url),
                at_once(access=Access(token=Secret(SECRET))),
            )
        assert SECRET not in f"{caught.value!r} {caught.value} {caught.value.hint}"
        proxy.forget()
