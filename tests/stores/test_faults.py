"""Stores and networks that fail: a graph is always its former or new version, and the error says which."""

from __future__ import annotations

import os
import re
import shlex
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from kg.core.errors import StoreError
from kg.remote.limit import Limit
from kg.remote.login import Secret
from kg.stores.load import load
from kg.stores.manifest import Manifest
from kg.stores.opening import Access, find, open_store
from kg.stores.plan import Action
from kg.stores.retry import Patience
from kg.stores.source import SnapshotGraphs, StoredGraph
from kg.stores.standing import BrokenOff, Standing
from tests.lanes import FULL
from tests.servers.faults import Fault, Proxy
from tests.servers.process import Server
from tests.stores.material import BASE, SECRET, access, at_once, depot, held, numbered, sizes, source

Faults = Callable[..., Proxy]
ROOT = Path(__file__).parents[2]
FOR_A_MOMENT = {
    "half a request": Fault(cut_request=20),
    "a lost answer": Fault(cut_answer=0),
    "busy": Fault(503, {"Retry-After": "1"}, b"busy"),
    "too many": Fault(429),
    "an error that passes": Fault(500, {}, b"try again"),
}


def former() -> SnapshotGraphs:
    return depot("former ")


def new() -> SnapshotGraphs:
    """Another version: a graph changes, one comes, one goes."""
    return source(
        ontology=":a :says 'other' .",
        article__one__claims=numbered(40, "new "),
        article__one__facts=numbered(7),
        article__three__claims=numbered(9),
    )


def content(server: Server, iri: str) -> set[str]:
    """The lines of a graph as the store holds it now, blank nodes left out."""
    login = access(server)
    store = open_store(find({}, server.url, login), login, Limit(None))
    triples = store.triples(next(graph.node for graph in _all() if graph.iri == iri))
    return {str(triple) for triple in triples if "_:" not in str(triple)}


def _all() -> list[StoredGraph]:
    return [*former().graphs.values(), *new().graphs.values()]


def lines(loaded: SnapshotGraphs, iri: str) -> set[str]:
    if iri not in loaded.graphs:
        return set()
    return {str(triple) for triple in loaded.triples(loaded.graphs[iri]) if "_:" not in str(triple)}


def assert_former_or_new(server: Server, standing: dict[str, Standing] | None = None) -> None:
    for iri in {*former().graphs, *new().graphs}:
        there, was, becomes = content(server, iri), lines(former(), iri), lines(new(), iri)
        assert there in (was, becomes), iri
        said = (standing or {}).get(iri, Standing.UNSURE)
        assert said is not Standing.NEW or there == becomes, iri
        assert said is not Standing.FORMER or there == was, iri


def assert_whole_after_one_more(server: Server) -> None:
    done = load(new(), {}, server.url, at_once(server, prune=True, verify="full", break_lock=True))
    assert done.is_whole
    assert held(server) == sizes(new())


def requests_of_a_load(server: Server, proxy: Proxy) -> int:
    """How many requests the change from the former to the new version takes."""
    load(former(), {}, server.url, at_once(server))
    proxy.forget()
    load(new(), {}, proxy.through(server.url), at_once(server, prune=True))
    count = len(proxy.seen)
    load(former(), {}, server.url, at_once(server, prune=True))
    proxy.forget()
    return count


def test_what_fails_for_a_moment_is_tried_again(any_server: Server, faults: Faults) -> None:
    """At each request of a load, one fault after the other; in the full run a third of them."""
    proxy, several = faults(any_server.url), list(FOR_A_MOMENT)
    for number in range(requests_of_a_load(any_server, proxy)):
        for name in several[number % 3 :: 3] if FULL else [several[number % len(several)]]:
            load(former(), {}, any_server.url, at_once(any_server, prune=True))
            proxy.plan(FOR_A_MOMENT[name], skip=number)
            done = load(new(), {}, proxy.through(any_server.url), at_once(any_server, prune=True))
            assert done.is_whole, (number, name)
            assert held(any_server) == sizes(new()), (number, name)
            proxy.forget()


def test_a_store_that_is_gone_in_the_middle(any_server: Server, faults: Faults) -> None:
    """From each moment on nothing gets through; the error tells what the store holds, and it is so."""
    proxy, broken = faults(any_server.url), 0
    for number in range(0, requests_of_a_load(any_server, proxy), 1 if FULL else 2):
        load(former(), {}, any_server.url, at_once(any_server, prune=True, break_lock=True))
        proxy.plan(Fault(cut_request=20), skip=number, times=None)
        with pytest.raises(StoreError) as caught:
            load(new(), {}, proxy.through(any_server.url), at_once(any_server, prune=True))
        standing = caught.value.standing if isinstance(caught.value, BrokenOff) else None
        broken += standing is not None
        assert_former_or_new(any_server, dict(standing) if standing is not None else None)
        proxy.forget()
    assert broken > 0
    assert_whole_after_one_more(any_server)


KILLED = """
import sys
sys.path.insert(0, sys.argv[1])
from tests.stores.test_faults import new
from tests.stores.material import SECRET
from kg.remote.login import Secret
from kg.stores.load import Loading, load
from kg.stores.opening import Access
user = sys.argv[3] or None
login = Access(user=user, password=Secret(SECRET) if user else None)
load(new(), {}, sys.argv[2], Loading(access=login, prune=True))
"""


@pytest.mark.full
def test_a_load_that_is_killed_ends_whole_after_one_more(oxigraph_server: Server, faults: Faults) -> None:
    """Killed while each of its requests is half under way, and after the store did it."""
    server = oxigraph_server
    server.empty()
    proxy = faults(server.url)
    moments = [
        (number, done) for number in range(requests_of_a_load(server, proxy)) for done in (False, True)
    ]
    for number, done in moments if FULL else moments[::2]:
        load(former(), {}, server.url, at_once(server, prune=True))
        child = subprocess.Popen([sys.executable, "-c", KILLED, str(ROOT), proxy.through(server.url), ""])
        cut = {"cut_answer": 0} if done else {"cut_request": 20}
        proxy.plan(Fault(then=child.kill, **cut), skip=number)  # type: ignore[arg-type]
        assert child.wait() == -signal.SIGKILL, number
        proxy.forget()
        assert_former_or_new(server)
        assert_whole_after_one_more(server)


@pytest.mark.parametrize("kind", ["oxigraph", "fuseki", "rdf4j", "virtuoso"])
def test_a_server_that_is_killed(own_server: Callable[..., Server], faults: Faults, kind: str) -> None:
    server = own_server(kind, **({"repository": "native"} if kind == "rdf4j" else {}))
    load(former(), {}, server.url, at_once(server))
    proxy = faults(server.url)
    for verb, cut in (
        ("PUT" if kind == "virtuoso" else "POST", {"cut_request": 600}),
        ("POST", {"cut_answer": 0}),
    ):
        proxy.plan(Fault(then=server.kill, **cut), verb=verb, skip=0 if verb == "PUT" else 5)  # type: ignore[arg-type]
        with pytest.raises(StoreError):
            load(new(), {}, proxy.through(server.url), at_once(server, prune=True))
        proxy.forget()
        server.start()
        assert_former_or_new(server)
    assert_whole_after_one_more(server)


@pytest.mark.full
def test_a_server_that_has_no_more_disk(own_server: Callable[..., Server]) -> None:
    server = own_server("oxigraph")
    load(former(), {}, server.url, at_once(server))
    server.stop()
    usual = server.command
    limited = f"trap '' XFSZ; ulimit -f 600; exec {shlex.join(usual)}"  # files of 300 kB at most
    server.command = ["bash", "-c", limited]
    server.start()
    big = source(ontology=":a :says 'other' .", article__one__claims=numbered(60_000, "new "))
    with pytest.raises(StoreError):
        load(big, {}, server.url, at_once(server))
    server.kill()
    server.command = usual
    server.start()
    assert_former_or_new(server)
    done = load(big, {}, server.url, at_once(server, prune=True, break_lock=True, verify="full"))
    assert done.is_whole and held(server) == sizes(big)


def test_a_wrong_password(
    rdf4j: Server, virtuoso: Server, fuseki_basic: Server, fuseki_digest: Server
) -> None:
    for server in (rdf4j, virtuoso, fuseki_basic, fuseki_digest):
        wrong = Access(user=server.user, password=Secret("wrong-" + SECRET))
        with pytest.raises(StoreError, match=r"does not let ann in \(40[13]\)") as caught:
            load(depot(), {}, server.url, at_once(access=wrong))
        assert_no_secret(caught.value)
        with pytest.raises(StoreError, match="demands a login"):
            load(depot(), {}, server.url, at_once(access=Access()))


def test_basic_and_digest_logins(fuseki_basic: Server, fuseki_digest: Server) -> None:
    for server in (fuseki_basic, fuseki_digest):
        server.empty()
        assert load(depot(), {}, server.url, at_once(server, verify="full")).is_whole


def test_a_store_that_may_only_be_read(fuseki: Server, own_server: Callable[..., Server]) -> None:
    fuseki.empty()
    with pytest.raises(StoreError, match="takes no updates") as caught:
        load(depot(), {}, fuseki.url.replace("/ds", "/read-only"), at_once())
    assert caught.value.hint and "read-only" in caught.value.hint
    assert held(fuseki) == {}
    server = own_server("oxigraph")
    server.stop()
    server.command = ["serve-read-only" if word == "serve" else word for word in server.command]
    server.start()
    with pytest.raises(StoreError, match="takes no updates"):
        load(depot(), {}, server.url, at_once())


def test_a_certificate_that_nobody_vouches_for(oxigraph_server: Server, faults: Faults) -> None:
    oxigraph_server.empty()
    proxy = faults(oxigraph_server.url, tls=True)
    url = proxy.through(oxigraph_server.url)
    with pytest.raises(StoreError, match="certificate is not trusted") as caught:
        load(depot(), {}, url, at_once())
    assert caught.value.hint and "--insecure" in caught.value.hint
    assert load(depot(), {}, url, at_once(access=Access(insecure=True))).is_whole


def test_a_certificate_that_the_machine_is_told_to_trust(
    oxigraph_server: Server, faults: Faults, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    oxigraph_server.empty()
    proxy = faults(oxigraph_server.url, tls=True)
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "certificate.pem"))
    assert load(depot(), {}, proxy.url, at_once()).is_whole


def test_redirects_are_not_followed(rdf4j: Server, faults: Faults) -> None:
    rdf4j.empty()
    load(former(), {}, rdf4j.url, at_once(rdf4j))
    proxy, elsewhere = faults(rdf4j.url), faults(rdf4j.url)
    for verb in ("POST", "PUT"):
        to = {"Location": f"http://u:{SECRET}@{elsewhere.url.removeprefix('http://')}/"}
        proxy.plan(Fault(307, to), verb=verb)
        with pytest.raises(StoreError, match="redirects to") as caught:
            load(depot(), {}, proxy.through(rdf4j.url), at_once(rdf4j, force=True))
        assert_no_secret(caught.value)
        proxy.forget()
    assert elsewhere.seen == []


def test_a_web_page_for_an_answer(oxigraph_server: Server, faults: Faults) -> None:
    proxy = faults(oxigraph_server.url)
    proxy.plan(Fault(200, {"Content-Type": "text/html"}, b"<html>"), verb="POST")
    with pytest.raises(StoreError, match="answered text/html, which is no query result"):
        load(depot(), {}, proxy.through(oxigraph_server.url), at_once())


def test_a_server_that_says_yes_and_does_nothing(oxigraph_server: Server, faults: Faults) -> None:
    server = oxigraph_server
    server.empty()
    proxy = faults(server.url)
    proxy.plan(Fault(204), verb="POST", path="/store")
    done = load(depot(), {}, proxy.through(server.url), at_once())
    assert not done.is_whole and done.verified is not None
    wrong = {difference.graph: difference.message for difference in done.verified.differences}
    assert wrong[f"{BASE}graph/article/one/claims"] == "40 of 40 triples are missing"
    assert load(depot(), {}, server.url, at_once()).is_whole


def test_a_graph_that_somebody_changed_is_seen_when_all_is_verified(any_server: Server) -> None:
    load(depot(), {}, any_server.url, at_once(any_server))
    one = f"{BASE}graph/article/one/claims"
    any_server.update(f"DELETE WHERE {{ GRAPH <{one}> {{ <{BASE}s3> ?p ?o }} }}")
    assert load(depot(), {}, any_server.url, at_once(any_server)).is_whole
    seen = load(depot(), {}, any_server.url, at_once(any_server, verify="full"))
    assert seen.verified is not None
    (found,) = seen.verified.differences
    assert (found.graph, found.missing) == (one, (f'<{BASE}s3> <{BASE}p> "3" .',))
    mended = load(depot(), {}, any_server.url, at_once(any_server))
    assert [step.graph.iri for step in mended.plan.of(Action.REPLACE)] == [one]
    any_server.update(f"DELETE WHERE {{ GRAPH <{one}> {{ <{BASE}s3> ?p ?o }} }}")
    assert not load(depot(), {}, any_server.url, at_once(any_server, verify="count")).is_whole
    assert load(depot(), {}, any_server.url, at_once(any_server, verify="full")).is_whole


def test_a_slow_store_meets_the_time_limit(oxigraph_server: Server, faults: Faults) -> None:
    oxigraph_server.empty()
    proxy = faults(oxigraph_server.url)
    proxy.plan(Fault(wait=600), verb="POST", path="/store", times=None)
    loading = at_once(timeout=5.0)
    with pytest.raises(BrokenOff, match=r"time limit of 5 s is over"):
        load(depot(), {}, proxy.through(oxigraph_server.url), loading)


def test_a_second_load_is_refused_and_told_who_is_at_it(any_server: Server) -> None:
    login = access(any_server)
    store = open_store(find({}, any_server.url, login), login, Limit(None))
    first = Manifest(store, BASE, Patience(Limit(None)))
    first.lock()
    with pytest.raises(
        StoreError, match=rf"process {os.getpid()}\) is loading into this store since 20"
    ) as caught:
        load(depot(), {}, any_server.url, at_once(any_server))
    assert caught.value.hint and "--break-lock" in caught.value.hint
    assert held(any_server) == {}
    first.unlock()
    assert load(depot(), {}, any_server.url, at_once(any_server)).is_whole
    first.lock()
    assert load(depot(), {}, any_server.url, at_once(any_server, break_lock=True)).plan.of(Action.LEAVE)


@pytest.mark.parametrize("fault", [*FOR_A_MOMENT.values(), Fault(500, {}, SECRET.encode()), Fault(404)])
def test_no_message_shows_a_secret(rdf4j: Server, virtuoso: Server, faults: Faults, fault: Fault) -> None:
    for server in (rdf4j, virtuoso):
        server.empty()
        load(former(), {}, server.url, at_once(server))
        proxy = faults(server.url)
        proxy.plan(fault, verb="PUT", times=None)
        with pytest.raises(StoreError) as caught:
            load(depot(), {}, proxy.through(server.url), at_once(server))
        assert_no_secret(caught.value)


def assert_no_secret(error: BaseException) -> None:
    """Neither in the words nor in a traceback."""
    shown = "".join(traceback.TracebackException.from_exception(error, capture_locals=False).format())
    shown += str(error) + repr(error) + str(getattr(error, "hint", ""))
    found = re.search(r"sesame|YW5uOm9wZW4", shown)
    assert found is None, shown
