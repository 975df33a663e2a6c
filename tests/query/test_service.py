"""A SERVICE that fails is named, and what it answers is no page of HTML on the terminal."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pyoxigraph as ox
import pytest

from kg.core.errors import StoreError
from kg.query.engine import run


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
    assert f"SERVICE <{site}> broke off" in caught.value.message
    assert "404" in caught.value.message and "with a web page" in caught.value.message
    assert "<html" not in caught.value.message and "Welcome" not in caught.value.message


@pytest.mark.parametrize("form", ["SELECT *", "ASK"])
def test_one_that_nobody_serves_is_named(form: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with pytest.raises(StoreError, match=r"SERVICE e:gone broke off: Connection refused"):
        run(ox.Store(), f"{form} {{ SERVICE e:gone {{ ?s ?p ?o }} }}", {"e": f"http://127.0.0.1:{port}/"})
