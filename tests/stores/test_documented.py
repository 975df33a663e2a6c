"""QLever, which cannot be had here: its preset against what its documentation says."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pyoxigraph as ox
import pytest

from kg.errors import StoreError
from kg.http import Secret
from kg.stores.load import load
from kg.stores.opening import Access
from tests.stores.material import BASE, SECRET, at_once, depot, sizes


class QLever(BaseHTTPRequestHandler):
    """One endpoint for all; what writes needs the access token; ADD, COPY and MOVE are unknown."""

    store: ox.Store
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        asked = parse_qs(urlsplit(self.path).query)
        if asked.get("cmd") == ["stats"]:
            self.reply(200, b'{"name-index":"depot","git-hash-index":"0123456789abcdef"}', "application/json")
        elif "graph" in asked:
            name = ox.NamedNode(asked["graph"][0])
            data = self.store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=name)
            self.reply(200, data or b"", "application/n-triples")
        else:
            self.reply(400, b'{"exception":"Request is missing a query"}', "application/json")

    def do_POST(self) -> None:
        kind = self.headers.get("Content-Type", "")
        if kind.startswith("application/sparql-update"):
            self.write(lambda text: self.store.update(text.decode()))
        else:
            (query,) = parse_qs(self.body().decode())["query"]
            found = self.store.query(query, use_default_graph_as_union=True)
            assert isinstance(found, ox.QuerySolutions)
            rows = found.serialize(format=ox.QueryResultsFormat.JSON)
            self.reply(200, rows or b"", "application/sparql-results+json")

    def do_PUT(self) -> None:
        (name,) = parse_qs(urlsplit(self.path).query)["graph"]

        def replace(data: bytes) -> None:
            self.store.clear_graph(ox.NamedNode(name))
            self.store.load(data, ox.RdfFormat.N_TRIPLES, to_graph=ox.NamedNode(name))

        self.write(replace)

    def write(self, act: Callable[[bytes], None]) -> None:
        data = self.body()
        if self.headers.get("Authorization") != f"Bearer {SECRET}":
            self.reply(403, b'{"exception":"Update requires a valid access token"}', "application/json")
        elif any(f"{word} GRAPH" in data.decode() for word in ("ADD", "COPY", "MOVE")):
            self.reply(400, b'{"exception":"not supported"}', "application/json")
        else:
            act(data)
            self.reply(200, b"{}", "application/json")

    def body(self) -> bytes:
        return self.rfile.read(int(self.headers["Content-Length"]))

    def reply(self, status: int, data: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


@pytest.fixture
def qlever() -> Iterator[tuple[str, ox.Store]]:
    store = ox.Store()
    handler = type("Handler", (QLever,), {"store": store})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", store
        server.shutdown()
        thread.join()


def test_qlever_takes_graphs_by_put_and_a_token(qlever: tuple[str, ox.Store]) -> None:
    url, store = qlever
    token = Access(token=Secret(SECRET))
    first = load(depot(), {}, url, at_once(access=token, verify="full"))
    assert first.kind == "qlever" and first.is_whole
    assert load(depot("new "), {}, url, at_once(access=token, verify="full", prune=True)).is_whole
    graphs = {str(name) for name in store.named_graphs()}
    assert graphs == {f"<{iri}>" for iri in (*sizes(depot()), f"{BASE}graph/load")}
    with pytest.raises(StoreError, match="takes no updates") as caught:
        load(depot(), {}, url, at_once(force=True))
    assert SECRET not in str(caught.value)
