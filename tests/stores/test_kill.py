"""A load that is killed, or whose server is, at random moments: every graph is the former or the new one, and
one more run makes it whole.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.core.errors import StoreError
from kg.stores.load import load
from kg.stores.source import SnapshotGraphs
from tests.servers.faults import Fault, Proxy
from tests.servers.fixtures import KINDS
from tests.servers.process import Server
from tests.stores.material import TROUBLE, at_once, held, numbered, sizes, source

VARIABLE = "KG_TEST_STORE_PASSWORD"
ROOT = Path(__file__).parents[2]
ON_DISK: dict[str, dict[str, str]] = {"rdf4j": {"repository": "native"}}

pytestmark = pytest.mark.full


def former() -> SnapshotGraphs:
    """What stands in the store before."""
    return source(
        ontology=TROUBLE,
        article__one__claims=numbered(400),
        article__one__facts=numbered(7),
        article__two__claims=numbered(120),
    )


def later() -> SnapshotGraphs:
    """One graph as it was, two changed, one new; no changed graph has the size that it had."""
    return source(
        ontology=TROUBLE,
        article__one__claims=numbered(300, "new "),
        article__one__facts=numbered(9, "new "),
        article__two__claims=numbered(120),
        article__three__claims=numbered(200),
    )


@dataclass(frozen=True)
class Moment:
    """When it breaks: at a request, before or while it is sent, or when it is done and not yet answered."""

    request: int
    fault: Fault

    @classmethod
    def drawn(cls, seed: object, requests: int, kill: Callable[[], None]) -> Moment:
        """One moment in a load of so many requests; equal seeds, equal moments."""
        chance = random.Random(str(seed))
        sent = chance.choice([0, chance.randrange(200), chance.randrange(20_000), None])
        fault = Fault(cut_answer=0, then=kill) if sent is None else Fault(cut_request=sent, then=kill)
        return Moment(chance.randrange(requests), fault)


@pytest.mark.parametrize("part", range(2))
def test_kg_is_killed(any_server: Server, faults: Callable[..., Proxy], part: int) -> None:
    proxy = faults(any_server.url)
    requests = requests_of_a_load(any_server, proxy)
    children: list[subprocess.Popen[bytes]] = []

    def kill() -> None:
        children[-1].kill()

    for number in range(5):
        begin(any_server)
        proxy.forget()
        moment = Moment.drawn((any_server.kind, part, number), requests, kill)
        proxy.plan(moment.fault, skip=moment.request)
        children.append(start(any_server, proxy))
        said = children[-1].communicate()[1].decode()
        assert children[-1].returncode == -signal.SIGKILL, said
        assert_each_is_former_or_new(any_server)
        finish(any_server)


@pytest.mark.parametrize(
    ("kind", "moments"),
    [(kind, 20 if kind == "oxigraph" else 4) for kind in KINDS],  # a JVM starts slowly
)
def test_the_server_is_killed(
    kind: str, moments: int, own_server: Callable[..., Server], faults: Callable[..., Proxy]
) -> None:
    server = own_server(kind, **ON_DISK.get(kind, {}))
    proxy = faults(server.url)
    requests = requests_of_a_load(server, proxy)
    for number in range(moments):
        begin(server)
        proxy.forget()
        moment = Moment.drawn((kind, number), requests, server.kill)
        proxy.plan(moment.fault, skip=moment.request)
        with pytest.raises(StoreError):
            load(later(), {}, proxy.through(server.url), at_once(server))
        server.start()
        assert_each_is_former_or_new(server)
        finish(server, break_lock=True)  # the process that held it is this one, and lives on


def requests_of_a_load(server: Server, proxy: Proxy) -> int:
    """How many requests a load of the later version is."""
    begin(server)
    assert load(later(), {}, proxy.through(server.url), at_once(server)).is_whole
    return len(proxy.seen)


def begin(server: Server) -> None:
    """The former version, whole."""
    server.empty()
    assert load(former(), {}, server.url, at_once(server)).is_whole


def start(server: Server, proxy: Proxy) -> subprocess.Popen[bytes]:
    """A load of the later version in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.stores.child", proxy.through(server.url), server.user],
        cwd=ROOT,
        env={**os.environ, VARIABLE: server.password},
        stderr=subprocess.PIPE,
    )


def assert_each_is_former_or_new(server: Server) -> None:
    before, after = sizes(former()), sizes(later())
    found = held(server)
    for name in before.keys() | after.keys():
        assert found.get(name) in (before.get(name), after.get(name)), name


def finish(server: Server, *, break_lock: bool = False) -> None:
    """One more run, after which all is there and nothing else."""
    loading = at_once(server, verify="full", break_lock=break_lock)
    assert load(later(), {}, server.url, loading).is_whole
    assert held(server) == sizes(later())
