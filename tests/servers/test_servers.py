"""The servers of the tests themselves: each takes a graph, asks for its password, and survives a crash."""

from __future__ import annotations

import contextlib
import dataclasses
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.servers import virtuoso as virtuoso_server
from tests.servers.packages import fetch, jars
from tests.servers.process import Server

GRAPH = "https://example.org/graph"
TURTLE = b'<https://example.org/s> <https://example.org/p> "caf\xc3\xa9"@fr .'


def test_a_graph_is_put_counted_and_dropped(any_server: Server) -> None:
    answer = any_server.request("PUT", any_server.graph(GRAPH), TURTLE, Content_Type="text/turtle")
    assert answer.status in (200, 201, 204), answer.text
    assert any_server.graphs() == {GRAPH: 1}
    any_server.empty()
    assert any_server.graphs() == {}


@pytest.mark.parametrize("name", ["fuseki_basic", "fuseki_digest", "rdf4j", "virtuoso"])
def test_a_wrong_password_is_refused(name: str, request: pytest.FixtureRequest) -> None:
    server: Server = request.getfixturevalue(name)
    for wrong in (dataclasses.replace(server, password="wrong"), dataclasses.replace(server, auth="")):
        answer = wrong.request("PUT", wrong.graph(GRAPH), TURTLE, Content_Type="text/turtle")
        assert answer.status == 401
        assert server.auth.title() in answer.headers["WWW-Authenticate"]
    assert GRAPH not in server.graphs()


@pytest.mark.parametrize(
    ("kind", "options"),
    [("oxigraph", {}), ("fuseki", {"on_disk": True}), ("rdf4j", {"repository": "native"}), ("virtuoso", {})],
)
def test_what_was_there_is_there_after_a_crash(
    kind: str, options: dict[str, object], own_server: Callable[..., Server]
) -> None:
    server = own_server(kind, **options)
    server.request("PUT", server.graph(GRAPH), TURTLE, Content_Type="text/turtle")
    server.kill()
    server.start()
    assert server.graphs() == {GRAPH: 1}


def test_nothing_is_open_to_other_machines(any_server: Server) -> None:
    """What the server's process listens on is this machine's own address."""
    sockets = set()
    for link in Path(f"/proc/{any_server.pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # closed since
            sockets.add(str(link.readlink()))
    listening = []
    for family in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{family}").read_text(encoding="ascii").splitlines()[1:]:
            cells = line.split()
            if cells[3] == "0A" and f"socket:[{cells[9]}]" in sockets:
                listening.append(cells[1].partition(":")[0])
    assert listening
    assert set(listening) <= {"0100007F", "0000000000000000FFFF00000100007F"}


def test_jena_and_robot_run(jena: str, robot: str) -> None:
    for classes, main in ((jena, "riotcmd.riot"), (robot, "org.obolibrary.robot.CommandLineInterface")):
        subprocess.run(["java", "-cp", classes, main, "--version"], check=True, capture_output=True)


@pytest.mark.parametrize(
    ("required", "outcome"), [("0", pytest.skip.Exception), ("1", pytest.fail.Exception)]
)
def test_without_its_tools_a_test_is_skipped_or_in_ci_fails(
    required: str, outcome: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_REQUIRE_SERVERS", required)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(outcome, match="Java is not installed"):
        jars("jena")
    with pytest.raises(outcome, match="Virtuoso is not installed"):
        virtuoso_server.start(Path())
    assert fetch() == "java and mvn missing: the tests of Fuseki, RDF4J, GraphDB, Jena and ROBOT cannot run"
