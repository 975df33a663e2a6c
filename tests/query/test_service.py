"""Queries that ask others by SERVICE: which may, how often, and what is told of a failure."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.core.errors import StoreError, UsageError
from kg.query.engine import run
from kg.sparql.services import require_allowed, services
from tests.command import Kg


class Page(BaseHTTPRequestHandler):
    """Nothing but a web page."""

    def do_POST(self) -> None:
        """Answer any query with it."""
        page = b"<!DOCTYPE html><html><body>Welcome</body></html>"
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(404)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    do_GET = do_POST

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/site"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("form", ["SELECT *", "ASK"])
def test_the_endpoint_is_named_and_its_page_is_not_shown(site: str, form: str) -> None:
    with pytest.raises(StoreError) as caught:
        run(ox.Store(), f"{form} {{ SERVICE <{site}> {{ ?s ?p ?o }} }}", {})
    assert f"SERVICE {site} broke off" in caught.value.message
    assert "404" in caught.value.message and "with a web page" in caught.value.message
    assert "<html" not in caught.value.message and "Welcome" not in caught.value.message


@pytest.mark.parametrize("form", ["SELECT *", "ASK"])
def test_one_that_nobody_serves_is_named(form: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    here = f"http://127.0.0.1:{port}/"
    with pytest.raises(StoreError, match=rf"SERVICE {here}gone broke off: Connection refused"):
        run(ox.Store(), f"{form} {{ SERVICE e:gone {{ ?s ?p ?o }} }}", {"e": here})


@dataclass
class Endpoint:
    """One that answers any query with a row, and remembers how often it was asked."""

    url: str = ""
    asked: list[str] = field(default_factory=list)


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    found = Endpoint()

    class Answers(Page):
        def do_POST(self) -> None:
            found.asked.append(self.path)
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            row = b'{"a":{"type":"literal","value":"1"},"node":{"type":"uri","value":"urn:n"}}'
            data = b'{"head":{"vars":["b","a","node"]},"results":{"bindings":[' + row + b"]}}"
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}/sparql"
    yield found
    server.shutdown()
    server.server_close()


def test_every_column_of_a_service_is_asked_for_once(endpoint: Endpoint) -> None:
    result = run(ox.Store(), f"SELECT * {{ SERVICE <{endpoint.url}> {{ ?b ?p ?a }} }}", {})
    assert isinstance(result, ox.QuerySolutions)
    assert result.variables[0].value == "b"
    assert len(list(result)) == 1
    assert len(endpoint.asked) == 1


@pytest.mark.parametrize("options", [(), ("--timeout", "60")])
def test_a_query_that_is_typed_may_ask_and_says_whom(
    orchards: Path, kg: Kg, endpoint: Endpoint, options: tuple[str, ...]
) -> None:
    ran = kg("sparql", f"SELECT ?a {{ SERVICE <{endpoint.url}> {{ ?b ?p ?a }} }}", *options, cwd=orchards)
    assert (ran.status, ran.out.split()) == (0, ["a", "1"])
    assert ran.err == f"asking {endpoint.url} by SERVICE\n"


def test_an_export_asks_whom_it_is_allowed(orchards: Path, kg: Kg, endpoint: Endpoint) -> None:
    query = f"CONSTRUCT {{ ?node rdfs:label ?a }} {{ SERVICE <{endpoint.url}> {{ ?node ?p ?a }} }}"
    stored = orchards / "queries" / "harvests" / "outside.rq"
    prefix = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>"
    stored.write_text(f"#+ summary: Who is out there?\n{prefix}\n{query}\n")
    command = ("export", "-", "--query", "outside", "--format", "nt")
    assert kg(*command, cwd=orchards).status == 2
    ran = kg(*command, "--allow-service", endpoint.url, cwd=orchards)
    assert (ran.status, '<urn:n> <http://www.w3.org/2000/01/rdf-schema#label> "1"' in ran.out) == (0, True)


def test_a_stored_query_asks_only_whom_it_may(orchards: Path, kg: Kg, endpoint: Endpoint) -> None:
    stored = orchards / "queries" / "harvests" / "outside.rq"
    query = f"SELECT ?a {{ SERVICE <{endpoint.url}> {{ ?b ?p ?a }} }}"
    stored.write_text(f"#+ summary: Who is out there?\n{query}\n")
    refused = kg("query", "outside", cwd=orchards)
    assert (refused.status, refused.out) == (2, "")
    assert f"asks {endpoint.url} by SERVICE, which is not allowed" in refused.err
    assert kg("query", "outside", "--allow-service", f"{endpoint.url}/", cwd=orchards).status == 2
    assert kg("check", "--only", "queries", cwd=orchards).status == 0
    assert endpoint.asked == []
    assert kg("query", "outside", "--allow-service", endpoint.url, cwd=orchards).out.split() == ["a", "1"]
    with (orchards / "kg.toml").open("a") as file:
        file.write(f'\n[services]\nallow = ["{endpoint.url}"]\n')
    assert kg("query", "outside", cwd=orchards).out.split() == ["a", "1"]
    assert len(endpoint.asked) == 2


RULE = """#+ summary: Fetches what others say.
#+ into: facts
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
CONSTRUCT { <urn:a> rdfs:label ?a } WHERE { SERVICE <URL> { ?b ?p ?a } }
"""
CHECK = """#+ summary: Asks others.
#+ problem: is known elsewhere
#+ principle: None.
#+ mend: Leave it.
#+ severity: info
SELECT ?node WHERE { SERVICE <URL> { ?node ?p ?a } }
"""


@pytest.mark.parametrize(
    ("file", "text", "command"),
    [
        ("ontology/rules/outside.rq", RULE, ("build",)),
        ("ontology/rules/outside.rq", RULE, ("check",)),
        ("ontology/checks/outside.rq", CHECK, ("check", "--only", "ontology")),
    ],
)
def test_rules_and_checks_ask_only_whom_they_may(
    orchards: Path, kg: Kg, endpoint: Endpoint, file: str, text: str, command: tuple[str, ...]
) -> None:
    (orchards / file).parent.mkdir(exist_ok=True)
    (orchards / file).write_text(text.replace("URL", endpoint.url))
    refused = kg(*command, cwd=orchards)
    assert refused.status == 2 and f"asks {endpoint.url} by SERVICE" in refused.err
    assert endpoint.asked == []
    assert kg(*command, "--allow-service", endpoint.url, cwd=orchards).status in (0, 1)
    assert endpoint.asked


@pytest.mark.parametrize(
    "shape",
    [
        "sh:targetClass orch:Variety ; sh:sparql [ sh:message 'x' ; sh:select QUERY ]",
        "sh:target [ a sh:SPARQLTarget ; sh:select QUERY ] ; sh:nodeKind sh:IRI",
    ],
)
def test_no_shape_asks_anybody(orchards: Path, kg: Kg, endpoint: Endpoint, shape: str) -> None:
    query = f'"SELECT $this WHERE {{ SERVICE <{endpoint.url}> {{ $this ?p ?a }} }}"'
    with (orchards / "shapes" / "orchards.ttl").open("a") as file:
        file.write(f"\n<urn:shape> a sh:NodeShape ; {shape.replace('QUERY', query)} .\n")
    for command in ("build", "check"):
        ran = kg(command, cwd=orchards)
        assert ran.status in (1, 3) and "by SERVICE, which no shape may" in ran.out + ran.err
    assert endpoint.asked == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("ASK { service<http://e/s>{} }", ["http://e/s"]),
        ("PREFIX e: <http://e/> ASK { SERVICE SILENT e:s {} SERVICE ?x {} }", ["http://e/s", "?x"]),
        ("ASK { ?s ?p 'SERVICE <http://e/s> {}' # SERVICE <http://e/t> {}\n }", []),
        ("BASE <http://e/> ASK { SERVICE <s> {} }", ["s"]),
    ],
)
def test_whom_a_query_asks(text: str, told: list[str]) -> None:
    assert services(text, {}) == told
    if told:
        with pytest.raises(UsageError, match="not allowed"):
            require_allowed(text, {}, ["http://e/"], None)
