"""The same questions to a real server, and endpoints that are down, slow, wrong or nosy."""

from __future__ import annotations

import base64
import gzip
import io
import re
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.errors import InputError, StoreError, UsageError
from kg.project.project import Project
from kg.query.remote import Endpoint, ask, endpoint_of
from kg.remote.endpoints import settings_of
from kg.remote.login import Login, Secret
from tests.command import Kg
from tests.query.asked import differing
from tests.servers import oxigraph
from tests.servers.process import Server

PASSWORD = "open-sesame-4711"
SELECT = "SELECT ?s { VALUES ?s { <http://e/1> <http://e/2> } }"
JSON = (
    b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"http://e/1"}},'
    b'{"s":{"type":"uri","value":"http://e/2"}}]}}'
)
TRUTHS = b"""?n\t?t
1\t"1"^^<http://www.w3.org/2001/XMLSchema#boolean>
\t"0"^^<http://www.w3.org/2001/XMLSchema#boolean>
2\ttrue
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real Oxigraph server for this module alone, empty."""
    running = oxigraph.start(tmp_path_factory.mktemp("server"))
    yield running
    running.stop()


def load(server: Server, graph: KnowledgeGraph) -> None:
    data = io.BytesIO()
    graph.snapshot.store.dump(data, ox.RdfFormat.N_QUADS)
    answer = server.request(
        "POST", server.graph_store_url, data.getvalue(), Content_Type="application/n-quads"
    )
    assert answer.status < 300, answer.text


@pytest.fixture(scope="module")
def shipped(server: Server) -> KnowledgeGraph:
    """The shipped graph, loaded into the server."""
    graph = KnowledgeGraph.open(Project.shipped())
    load(server, graph)
    return graph


@pytest.mark.parametrize("method", ["form", "get", "direct"])
def test_every_stored_query_has_the_same_answer_on_a_server(
    shipped: KnowledgeGraph, server: Server, method: str
) -> None:
    parameters = {"union-default-graph": "true"}
    endpoint = Endpoint(server.query_url, method=method, parameters=parameters)
    assert shipped.queries
    assert differing(shipped, Elsewhere(shipped, endpoint)) == []


def test_columns_stand_in_the_order_of_the_query(shipped: KnowledgeGraph, server: Server) -> None:
    asked = shipped.asking(store=server.query_url)
    answer = asked.sparql("SELECT * { GRAPH ?z { ?s a ?kind } } ORDER BY ?s ?kind LIMIT 2")
    assert answer.variables == ["z", "s", "kind"]
    assert all(isinstance(row["kind"], ox.NamedNode) for row in answer)


class Elsewhere(KnowledgeGraph):
    """The same graph, asked at an endpoint."""

    def __init__(self, graph: KnowledgeGraph, endpoint: Endpoint) -> None:
        super().__init__(graph.project, graph.snapshot)
        self._endpoint = endpoint

    def _run(self, text: str, path: Path | None) -> Any:
        return ask(self._endpoint, text, self.project.prefixes, path)


def test_a_store_of_the_settings_is_asked_by_name(
    orchards: Path, server: Server, shipped: KnowledgeGraph, kg: Kg
) -> None:
    settings = orchards / "kg.toml"
    with settings.open("a", encoding="utf-8") as file:
        file.write(f'\n[stores.there]\nkind = "oxigraph"\nurl = "{server.query_url}"\n')
    text = "SELECT (COUNT(*) AS ?n) { ?s secpol:heldBy ?o }"
    ran = kg("sparql", text, "--store", "there", cwd=orchards)
    assert (ran.status, ran.out.split()) == (0, ["n", shipped.sparql(text).cells()[0][0]])
    assert kg("sparql", text, cwd=orchards).out != ran.out
    ran = kg("sparql", text, "--store", "ther", cwd=orchards)
    assert ran.status == 2 and "did you mean there?" in ran.err


def test_a_syntax_error_is_where_it_was_written(server: Server, shipped: KnowledgeGraph) -> None:
    text = "SELECT * { ?s a secpol:State\n ; rdfs:label }"
    with pytest.raises(InputError, match=r"not SPARQL at } \(line 2, column 15\)") as there:
        shipped.asking(store=server.query_url).sparql(text)
    with pytest.raises(InputError) as here:
        shipped.sparql(text)
    assert (there.value.message, there.value.line) == (here.value.message, here.value.line)


def test_what_is_sparql_and_refused_is_the_stores_word(server: Server, shipped: KnowledgeGraph) -> None:
    with pytest.raises(StoreError, match=r"answered [45]"):
        shipped.asking(store=server.query_url).sparql("SELECT * { FILTER (<urn:no-function>(1)) }")


# ---- Endpoints that misbehave ----


@dataclass
class Bad:
    """An endpoint whose path says how it behaves, and what it was sent."""

    url: str = ""
    elsewhere: str = ""
    seen: list[dict[str, Any]] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)


def handler(bad: Bad) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self.answer(b"")

        def do_POST(self) -> None:
            self.answer(self.rfile.read(int(self.headers.get("Content-Length", 0))))

        def answer(self, body: bytes) -> None:
            parts = urlsplit(self.path)
            bad.seen.append(
                {
                    "verb": self.command,
                    "path": parts.path,
                    "query": parse_qs(parts.query),
                    "body": body.decode(),
                    "headers": {name.lower(): value for name, value in self.headers.items()},
                }
            )
            getattr(self, "as_" + parts.path.strip("/").replace("-", "_"))()

        def reply(
            self, status: int, kind: str, data: bytes, *, length: int | None = None, **headers: str
        ) -> None:
            self.send_response(status)
            if kind:
                self.send_header("Content-Type", kind)
            if length is None or length >= 0:
                self.send_header("Content-Length", str(len(data) if length is None else length))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(data)
            if length is not None:
                self.close_connection = True

        def as_good(self) -> None:
            self.reply(200, "application/sparql-results+json; charset=utf-8", JSON)

        def as_truths(self) -> None:
            self.reply(200, "text/tab-separated-values", TRUTHS)

        def as_other_columns(self) -> None:
            self.reply(200, "application/sparql-results+json", JSON.replace(b'"s"', b'"o"'))

        def as_yes(self) -> None:
            self.reply(200, "application/sparql-results+json", b'{"head":{},"boolean":true}')

        def as_packed(self, end: int | None = None) -> None:
            triples = gzip.compress(b"".join(b"<http://e/%d> <http://e/p> 1 .\n" % n for n in range(9)))
            self.reply(200, "text/turtle", triples[:end], Content_Encoding="gzip")

        def as_packed_half(self) -> None:
            self.as_packed(-20)

        def as_html(self) -> None:
            self.reply(200, "text/html", b"<html><body>Welcome</body></html>")

        def as_half(self) -> None:
            self.reply(200, "application/sparql-results+json", JSON[:-40], length=len(JSON))

        def as_half_without_length(self) -> None:
            self.reply(200, "application/sparql-results+json", JSON[:-40], length=-1)

        def as_half_said_whole(self) -> None:
            self.reply(200, "application/sparql-results+json", JSON[:-40])

        def as_half_chunk(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self.wfile.write(b"%x\r\n%s\r\n" % (60, JSON[:60]))
            self.close_connection = True

        def as_open_graph(self) -> None:
            self.reply(200, "application/n-triples", b"<http://e/s> <http://e/p> <http://e/o> .\n", length=-1)

        def as_graph(self) -> None:
            self.reply(200, "text/turtle", b"<http://e/s> <http://e/p> <http://e/o> , 1 .\n")

        def as_xml(self) -> None:
            store = ox.Store().query(SELECT)
            assert isinstance(store, ox.QuerySolutions)
            self.reply(
                200,
                "application/sparql-results+xml",
                store.serialize(format=ox.QueryResultsFormat.XML) or b"",
            )

        def as_no_type(self) -> None:
            self.reply(200, "", JSON)

        def as_image(self) -> None:
            self.reply(200, "image/png", b"\x89PNG")

        def as_empty(self) -> None:
            self.reply(200, "application/sparql-results+json", b"")

        def as_login(self) -> None:
            self.reply(401, "text/plain", b"who are you?", WWW_Authenticate="Basic")

        def as_error(self) -> None:
            self.reply(500, "text/plain", f"no\nmemory; user was {PASSWORD}".encode())

        def as_error_page(self) -> None:
            self.reply(503, "text/html", b"<html>busy</html>")

        def as_slow(self) -> None:
            bad.stopped.wait(20)
            self.close_connection = True

        def as_drip(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(JSON)))
            self.end_headers()
            for at in range(len(JSON)):
                if bad.stopped.wait(0.1):
                    break
                try:
                    self.wfile.write(JSON[at : at + 1])
                except OSError:
                    break
            self.close_connection = True

        def as_moved(self) -> None:
            self.reply(307, "", b"", Location="/good")

        def as_moved_away(self) -> None:
            self.reply(307, "", b"", Location=f"{bad.elsewhere}/good")

        def as_see_other(self) -> None:
            self.reply(303, "", b"", Location="/good?answer=1")

        def as_circle(self) -> None:
            self.reply(302, "", b"", Location="/circle")

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    return Handler


class Patient(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is what these tests are about."""


@pytest.fixture
def bad() -> Iterator[Bad]:
    """Two hosts that behave as the path says; to a browser `localhost` and `127.0.0.1` are two."""
    found = Bad()
    with Patient(("127.0.0.1", 0), handler(found)) as http:
        thread = threading.Thread(target=http.serve_forever, args=(0.01,))
        thread.start()
        found.url = f"http://127.0.0.1:{http.server_port}"
        found.elsewhere = f"http://localhost:{http.server_port}"
        yield found
        found.stopped.set()
        http.shutdown()
        thread.join()


def asked(bad: Bad, path: str, text: str = SELECT, **options: Any) -> list[Any]:
    result = ask(Endpoint(f"{bad.url}/{path}", **options), text, {})
    assert not isinstance(result, ox.QueryBoolean)
    return list(result)


@pytest.mark.parametrize("path", ["good", "xml", "moved", "see-other"])
def test_good_answers(bad: Bad, path: str) -> None:
    assert [row["s"].value for row in asked(bad, path)] == ["http://e/1", "http://e/2"]


def test_truth_is_written_as_in_the_graph(bad: Bad) -> None:
    """Virtuoso writes it `1` and `0`; a number stays one."""
    rows = [[term and str(term) for term in row] for row in asked(bad, "truths", "SELECT ?n ?t {}")]
    truth = '"{}"^^<http://www.w3.org/2001/XMLSchema#boolean>'
    number = '"{}"^^<http://www.w3.org/2001/XMLSchema#integer>'
    assert rows == [
        [number.format(1), truth.format("true")],
        [None, truth.format("false")],
        [number.format(2), truth.format("true")],
    ]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("html", "answered with a web page"),
        ("half", "broke off its answer"),
        ("half-without-length", "broke off its answer"),
        ("half-said-whole", "broke off its answer"),
        ("half-chunk", "broke off its answer"),
        ("no-type", "without a media type"),
        ("image", "answered image/png, which is no query result"),
        ("graph", "answered text/turtle, which is no query result"),
        ("empty", "broke off its answer"),
        ("other-columns", "with other columns than"),
        ("yes", "with other columns than"),
        ("login", r"demands a login \(401\)"),
        ("error", "answered 500: no memory"),
        ("error-page", "answered 503: Service Unavailable"),
        ("circle", "redirects in a circle"),
    ],
)
def test_anything_less_than_a_whole_answer_is_an_error(bad: Bad, path: str, message: str) -> None:
    with pytest.raises(StoreError, match=message) as caught:
        asked(bad, path)
    assert caught.value.exit_status == 4


def test_graphs(bad: Bad) -> None:
    construct = "CONSTRUCT WHERE { ?s ?p ?o }"
    assert len(asked(bad, "graph", construct)) == 2
    with pytest.raises(StoreError, match="may be cut off"):
        asked(bad, "open-graph", construct)
    assert len(asked(bad, "packed", construct)) == 9
    with pytest.raises(StoreError, match="broke off its answer, which is packed"):
        asked(bad, "packed-half", construct)
    with pytest.raises(StoreError, match="no query result"):
        asked(bad, "good", construct)


@pytest.mark.parametrize("path", ["slow", "drip"])
def test_a_slow_endpoint_meets_the_time_limit(bad: Bad, path: str) -> None:
    with pytest.raises(StoreError, match=r"time limit of 0\.5 s is over"):
        asked(bad, path, timeout=0.5)


def test_nobody_listens(bad: Bad) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(StoreError, match="cannot be reached: Connection refused"):
        ask(Endpoint(f"http://127.0.0.1:{port}/"), SELECT, {})
    with pytest.raises(StoreError, match="cannot be reached"):
        ask(Endpoint("http://no-such-host.invalid/"), SELECT, {})


def test_the_three_ways_to_ask(bad: Bad) -> None:
    for method in ("get", "form", "direct"):
        asked(bad, "good", method=method, parameters={"default-graph-uri": "urn:x"})
    get, form, direct = bad.seen
    assert (get["verb"], get["query"]) == ("GET", {"query": [SELECT], "default-graph-uri": ["urn:x"]})
    assert form["headers"]["content-type"] == "application/x-www-form-urlencoded; charset=utf-8"
    assert parse_qs(form["body"]) == get["query"] and form["verb"] == "POST"
    assert direct["headers"]["content-type"].startswith("application/sparql-query")
    assert (direct["body"], direct["query"]) == (SELECT, {"default-graph-uri": ["urn:x"]})


def test_prefixes_of_the_project_are_declared_on_the_first_line(bad: Bad) -> None:
    ask(
        Endpoint(f"{bad.url}/yes", method="direct"),
        "PREFIX a: <http://a/>\nASK { a:x b:y c:z }",
        {"a": "http://no/", "b": "http://b/"},
    )
    assert bad.seen[0]["body"] == "PREFIX b: <http://b/> PREFIX a: <http://a/>\nASK { a:x b:y c:z }"


def test_credentials_go_to_their_host_alone(bad: Bad) -> None:
    login = Login("ann", Secret(PASSWORD))
    asked(bad, "moved", login=login)
    basic = "Basic " + base64.b64encode(f"ann:{PASSWORD}".encode()).decode()
    assert [seen["headers"].get("authorization") for seen in bad.seen] == [basic, basic]
    bad.seen.clear()
    asked(bad, "moved-away", login=login)
    assert [seen["headers"].get("authorization") for seen in bad.seen] == [basic, None]
    bad.seen.clear()
    asked(bad, "moved-away", login=Login(token=Secret("t0ken")))
    assert [seen["headers"].get("authorization") for seen in bad.seen] == ["Bearer t0ken", None]


def test_no_message_shows_a_secret(bad: Bad) -> None:
    endpoint = Endpoint(f"{bad.url}/error", login=Login("ann", Secret(PASSWORD)))
    with pytest.raises(StoreError) as caught:
        ask(endpoint, SELECT, {})
    assert PASSWORD not in str(caught.value) and "***" in str(caught.value)
    assert PASSWORD not in repr(endpoint) + str(endpoint)


SETTINGS = """
[stores.mine]
kind = "fuseki"
url = "https://ann@store.example.org/data/query"
password_env = "MY_STORE_PASSWORD"
timeout = 5
"""


def with_settings(orchards: Path, text: str) -> Project:
    settings = orchards / "kg.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + text, encoding="utf-8")
    return Project.load(orchards)


def test_settings_make_an_endpoint(orchards: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = with_settings(orchards, SETTINGS)
    with pytest.raises(UsageError, match="environment variable MY_STORE_PASSWORD"):
        endpoint_of(project, "mine")
    monkeypatch.setenv("MY_STORE_PASSWORD", PASSWORD)
    endpoint = endpoint_of(project, "mine")
    assert endpoint.url == "https://store.example.org/data/query" and endpoint.login.user == "ann"
    assert endpoint.login.password == Secret(PASSWORD) and endpoint.timeout == 5
    assert endpoint.parameters == {"default-graph-uri": "urn:x-arq:UnionGraph"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[stores.mine]\nurl = "http://e/"\npasword_env = "X"', "did you mean password_env"),
        ('[stores.mine]\nkind = "fuseki"', "has no url"),
        ('[stores.mine]\nurl = "http://e/"\nkind = "fusek"', "did you mean fuseki"),
        ("[stores.mine]\nurl = 5", "text in quotation marks"),
        ('[stores.mine]\nurl = "http://e/"\ntimeout = "soon"', "a number of seconds"),
        ('[stores]\nmine = "http://e/"', "a section of its own"),
        ('[store.mine]\nurl = "http://e/"', "did you mean stores"),
    ],
)
def test_wrong_settings_are_told(orchards: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        with_settings(orchards, "\n" + text + "\n")


@pytest.mark.parametrize("store", ["ftp://e/", "http://", "file:///etc/passwd"])
def test_only_the_web_is_asked(orchards: Path, store: str) -> None:
    with pytest.raises(UsageError, match="is not the URL of an endpoint"):
        endpoint_of(Project.load(orchards), store)


def test_the_command_fails_with_four_and_shows_no_secret(orchards: Path, bad: Bad, kg: Kg) -> None:
    url = bad.url.replace("http://", f"http://ann:{PASSWORD}@")
    for path in ("html", "half", "error", "login"):
        ran = kg("sparql", SELECT, "--store", f"{url}/{path}", cwd=orchards)
        assert (ran.status, ran.out) == (4, "")
        assert PASSWORD not in ran.err and re.match(r"error: http://127\.0\.0\.1", ran.err)
    ran = kg("sparql", SELECT, "--store", f"{url}/slow", "--timeout", "0.3", cwd=orchards)
    assert ran.status == 4 and "time limit of 0.3 s is over" in ran.err


def test_a_folder_is_no_endpoint_and_what_serves_it_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no store") as raised:
        settings_of({}, str(tmp_path))
    assert raised.value.hint == f"a folder is asked when it is served: oxigraph serve --location {tmp_path}"
    with pytest.raises(UsageError) as raised:
        settings_of({}, str(tmp_path / "nothing"))
    assert raised.value.hint is None
