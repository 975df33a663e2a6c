"""The servers as fixtures: each is started once, when a test first asks for it, and stopped at the end."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.servers import fuseki as _fuseki
from tests.servers import graphdb as _graphdb
from tests.servers import oxigraph as _oxigraph
from tests.servers import rdf4j as _rdf4j
from tests.servers import virtuoso as _virtuoso
from tests.servers.faults import Proxy, proxy
from tests.servers.packages import absent, jars
from tests.servers.process import Server
from tests.servers.virtuoso import Virtuoso

KINDS = ("oxigraph", "fuseki", "rdf4j", "graphdb", "virtuoso")
STARTS: dict[str, Callable[..., Server]] = {
    "oxigraph": _oxigraph.start,
    "fuseki": _fuseki.start,
    "rdf4j": _rdf4j.start,
    "graphdb": _graphdb.start,
    "virtuoso": _virtuoso.start,
}


@pytest.fixture(scope="session")
def oxigraph_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Oxigraph, open to all."""
    yield from _running(tmp_path_factory, _oxigraph.start)


@pytest.fixture(scope="session")
def fuseki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Fuseki, open to all."""
    yield from _running(tmp_path_factory, _fuseki.start)


@pytest.fixture(scope="session")
def fuseki_basic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Fuseki with basic authentication."""
    yield from _running(tmp_path_factory, _fuseki.start, auth="basic")


@pytest.fixture(scope="session")
def fuseki_digest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Fuseki with digest authentication."""
    yield from _running(tmp_path_factory, _fuseki.start, auth="digest")


@pytest.fixture(scope="session")
def rdf4j(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """RDF4J with basic authentication."""
    yield from _running(tmp_path_factory, _rdf4j.start, auth="basic")


@pytest.fixture(scope="session")
def graphdb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """GraphDB without inference."""
    yield from _running(tmp_path_factory, _graphdb.start)


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    """Virtuoso, whose endpoints that write ask for digest authentication."""
    for server in _running(tmp_path_factory, _virtuoso.start):
        assert isinstance(server, Virtuoso)
        yield server


@pytest.fixture(params=KINDS)
def any_server(request: pytest.FixtureRequest) -> Server:
    """Each of the five in turn, empty."""
    name = "oxigraph_server" if request.param == "oxigraph" else request.param
    server: Server = request.getfixturevalue(name)
    server.empty()
    return server


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """Starts a server for one test, to be killed and started again: `own_server("fuseki", on_disk=True)`."""
    started: list[Server] = []

    def start(kind: str, **options: Any) -> Server:
        folder = tmp_path / f"{kind}-{len(started)}"
        folder.mkdir()
        server = STARTS[kind](folder, **options)
        started.append(server)
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def faults(tmp_path: Path) -> Iterator[Callable[..., Proxy]]:
    """Puts a proxy that can fail in front of a server: `faults(server.url)`, with `tls=True` by HTTPS."""
    with ExitStack() as stack:

        def start(url: str, *, tls: bool = False) -> Proxy:
            return stack.enter_context(proxy(url, tmp_path if tls else None))

        yield start


@pytest.fixture(scope="session")
def java() -> str:
    """Java, for HermiT."""
    return shutil.which("java") or absent("Java is not installed")


@pytest.fixture(scope="session")
def jena() -> str:
    """The class path of Jena's commands, such as `riotcmd.riot` and `tdb2.tdbloader`."""
    return f"{jars('jena')}/*"


@pytest.fixture(scope="session")
def robot() -> str:
    """The class path of ROBOT, whose main class is `org.obolibrary.robot.CommandLineInterface`."""
    return f"{jars('robot')}/*"


def _running(
    folders: pytest.TempPathFactory, start: Callable[..., Server], **options: Any
) -> Iterator[Server]:
    server = start(folders.mktemp("server"), **options)
    yield server
    server.stop()
