"""Loads whose lock was taken, graphs under replacement, and what readers may see of either."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from kg.core.errors import StoreError
from kg.query.remote import Endpoint, loaded_graphs
from kg.remote.endpoints import preset_of
from kg.remote.limit import Limit
from kg.remote.load_manifest import nothing_of
from kg.remote.login import Login
from kg.stores import manifest as manifests
from kg.stores import opening
from kg.stores.load import Unverified, load
from kg.stores.manifest import LockedError, Manifest
from kg.stores.opening import find, open_store
from kg.stores.plan import Action
from kg.stores.retry import Patience
from kg.stores.standing import BrokenOff, Standing
from kg.stores.transfer import Transfer
from kg.stores.verify import Verifier
from tests.servers.faults import Fault, Proxy
from tests.servers.process import Server
from tests.stores.material import BASE, access, at_once, depot, held, numbered, sizes, source

Faults = Callable[..., Proxy]


def manifest_of(server: Server, patience: Patience | None = None) -> Manifest:
    """The manifest of a server, as another load would see it."""
    login, patience = access(server), patience or Patience(Limit(None))
    return Manifest(open_store(find({}, server.url, login), login, Limit(None)), BASE, patience)


def readers_see(server: Server) -> set[str]:
    """The graphs that `--store` asks."""
    login = access(server)
    scheme = "digest" if server.kind == "virtuoso" else "basic"
    url = server.query_url.replace("/sparql", "/sparql-auth") if login.user else server.query_url
    return set(loaded_graphs(Endpoint(url, login=Login(login.user, login.password, scheme=scheme)), BASE))


def test_readers_keep_a_graph_while_it_is_replaced(any_server: Server, faults: Faults) -> None:
    """Whenever the load breaks off, they ask all that was there before, and nothing that is not ours."""
    proxy = faults(any_server.url)
    load(depot(), {}, any_server.url, at_once(any_server))
    load(depot("new "), {}, proxy.through(any_server.url), at_once(any_server))
    for number in range(len(proxy.seen)):
        proxy.forget()
        proxy.plan(Fault(cut_request=20), skip=number, times=None)
        with pytest.raises(StoreError):
            load(depot(f"{number} "), {}, proxy.through(any_server.url), at_once(any_server, break_lock=True))
        assert readers_see(any_server) == sizes(depot()).keys(), number


def test_readers_see_nothing_before_the_first_load_is_done(any_server: Server) -> None:
    assert readers_see(any_server) == set()
    with manifest_of(any_server).held():
        assert readers_see(any_server) == {nothing_of(BASE)}


def test_the_age_of_a_lock_is_told_by_the_store(any_server: Server) -> None:
    """The clocks of two machines may differ by more than a lock lives."""
    manifest = manifest_of(any_server)
    with manifest.held():
        (lock,) = manifest.holders()
        assert 0 <= lock.age < 60 and not lock.is_stale


def test_a_lock_of_this_process_that_nobody_holds_is_stale(any_server: Server) -> None:
    """A load that broke off without a word to the store does not keep the next one of its process waiting."""
    manifest = manifest_of(any_server)
    manifest.lock()
    manifests._HELD.clear()
    assert load(depot(), {}, any_server.url, at_once(any_server)).is_whole


def test_a_lock_without_an_age_is_nobody_s(any_server: Server) -> None:
    node = f"<{BASE}graph/load#lock-1> <https://w3id.org/secpol/load#holder> 'elsewhere 1 x'"
    any_server.update(f"INSERT DATA {{ GRAPH <{BASE}graph/load> {{ {node} }} }}")
    assert load(depot(), {}, any_server.url, at_once(any_server)).is_whole


def test_only_the_lock_that_stood_there_is_broken(
    any_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another load may take its place in the meantime."""
    manifest, dead, quick = (manifest_of(any_server) for _ in range(3))
    dead.lock()
    taken = manifest._take

    def taken_second() -> None:
        if not quick._said:
            quick.lock()
        taken()

    monkeypatch.setattr(manifest, "_take", taken_second)
    with pytest.raises(LockedError):
        manifest.lock(break_lock=True)
    assert [lock.token for lock in quick.holders()] == [quick._token]


@pytest.mark.parametrize("fixture", ["oxigraph_server", "fuseki", "graphdb"])
def test_a_load_whose_staging_graph_was_swept_changes_nothing(
    fixture: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A load that was taken for dead, and one that tidied up after it, where an update is a transaction."""
    server: Server = request.getfixturevalue(fixture)
    server.empty()
    monkeypatch.setattr(opening, "preset_of", lambda kind: replace(preset_of(kind), batch=9, inline=5))
    former, later = source(one=numbered(30)), source(one=numbered(40, "new "))
    load(former, {}, server.url, at_once(server))

    def swept(self: Transfer, _: Any) -> None:
        self.sweep()

    monkeypatch.setattr(Transfer, "_doubt_where_apart", swept)
    load(later, {}, server.url, at_once(server, verify="none"))
    assert held(server) == sizes(former)
    monkeypatch.undo()
    assert load(later, {}, server.url, at_once(server, verify="full")).is_whole


def test_a_lock_that_was_taken_ends_the_verification(
    any_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(manifests, "_RENEW_AFTER", 0)
    contents = Verifier.contents

    def taken(self: Verifier, *arguments: Any) -> Any:
        manifest_of(any_server).lock(break_lock=True)
        return contents(self, *arguments)

    monkeypatch.setattr(Verifier, "contents", taken)
    with pytest.raises(Unverified, match=rf"process {os.getpid()}\) is loading"):
        load(depot(), {}, any_server.url, at_once(any_server, verify="full"))


def test_the_lock_is_given_back_when_the_time_is_over(any_server: Server, faults: Faults) -> None:
    proxy = faults(any_server.url)
    verb = "PUT" if any_server.kind == "virtuoso" else "POST"
    big = source(one=numbered(20_000))
    proxy.plan(Fault(wait=600, over=100_000), verb=verb, times=None)
    with pytest.raises(BrokenOff, match="time limit of 10 s is over") as caught:
        load(big, {}, proxy.through(any_server.url), at_once(any_server, timeout=10.0))
    assert Standing.NEW not in caught.value.standing.values()
    assert manifest_of(any_server).holders() == []


def test_what_is_sent_once_more_replaces_what_came_through_meanwhile(
    any_server: Server, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its blank nodes would stand there twice. The store does not tell in time that it has taken it."""
    proxy = faults(any_server.url)
    for skip in range(3):
        any_server.empty()
        proxy.forget()
        proxy.plan(Fault(cut_answer=0, over=500), skip=skip)
        monkeypatch.setattr(Transfer, "_is_done", lambda *_: False)
        assert load(depot(), {}, proxy.through(any_server.url), at_once(any_server, verify="full")).is_whole


def test_what_is_too_big_for_a_store_is_sent_in_smaller_parts(
    any_server: Server, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As nginx refuses bodies of more than a megabyte."""
    monkeypatch.setattr("kg.stores.transfer._LEAST_BATCH", 10)
    monkeypatch.setattr(opening, "preset_of", lambda kind: replace(preset_of(kind), batch=640, inline=160))
    proxy = faults(any_server.url)
    proxy.plan(Fault(413, over=6000), times=None)
    several = source(one=numbered(300), two=numbered(60), three=numbered(50), four=numbered(9))
    done = load(several, {}, proxy.through(any_server.url), at_once(any_server, verify="full"))
    assert done.is_whole and held(any_server) == sizes(several)
    proxy.forget()
    proxy.plan(Fault(413, over=650), times=None)  # what the manifest takes is less
    with pytest.raises(BrokenOff, match="answered 413"):
        load(depot(), {}, proxy.through(any_server.url), at_once(any_server))


def test_a_forced_load_that_breaks_off_is_taken_up_again(any_server: Server, faults: Faults) -> None:
    """A spoilt graph that bears the hash of the new version is not taken for it."""
    one = f"{BASE}graph/article/one/claims"
    load(depot(), {}, any_server.url, at_once(any_server))
    any_server.update(f"DELETE WHERE {{ GRAPH <{one}> {{ <{BASE}s3> ?p ?o }} }}")
    proxy = faults(any_server.url)
    load(depot(), {}, proxy.through(any_server.url), at_once(any_server, dry_run=True))
    proxy.plan(Fault(503, over=1500), times=None)
    with pytest.raises(BrokenOff) as caught:
        load(depot(), {}, proxy.through(any_server.url), at_once(any_server, force=True))
    assert caught.value.standing[one] is not Standing.NEW
    assert load(depot(), {}, any_server.url, at_once(any_server, verify="full")).is_whole


def test_who_interrupts_a_load_is_told_what_stands(
    any_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Transfer, "_carry_out", interrupted)
    with pytest.raises(BrokenOff, match="it was interrupted") as caught:
        load(depot(), {}, any_server.url, at_once(any_server))
    assert caught.value.exit_status == 130 and set(caught.value.changed.values()) == {Standing.FORMER}
    assert manifest_of(any_server).holders() == []


def test_a_graph_that_did_not_go_is_removed_by_the_next_load(
    any_server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(depot(), {}, any_server.url, at_once(any_server))
    rest = source(ontology=numbered(3))
    put_back = f"INSERT DATA {{ GRAPH <{BASE}graph/article/one/facts> {{ <urn:a> <urn:b> <urn:c> }} }}"
    counts = Verifier.counts

    def half_done(self: Verifier, *arguments: Any) -> Any:
        any_server.update(put_back)
        return counts(self, *arguments)

    monkeypatch.setattr(Verifier, "counts", half_done)
    done = load(rest, {}, any_server.url, at_once(any_server, prune=True))
    assert done.verified is not None
    assert [found.message for found in done.verified.differences] == ["1 triples are still there"]
    monkeypatch.undo()
    again = load(rest, {}, any_server.url, at_once(any_server, prune=True))
    assert len(again.plan.of(Action.REMOVE)) == 1 and held(any_server) == sizes(rest)
