"""Requests: what they carry, and what a refusal says."""

from __future__ import annotations

import gzip
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from urllib3 import HTTPResponse

from kg.core.errors import StoreError
from kg.remote.body import Body
from kg.remote.connection import Connection, RequestError
from kg.remote.limit import Limit
from kg.remote.login import Login, Secret


def test_a_date_to_come_back_at() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=2), usegmt=True)
    response = HTTPResponse(b"busy", {"Retry-After": date}, 503, preload_content=False)
    error = Connection().refusal("http://h/", response)
    assert error.passing and 110 < error.after <= 120


def test_a_body_is_sent_as_often_as_needed() -> None:
    for zipped in (False, True):
        body = Body(zipped=zipped)
        for _ in range(100):
            body.write(b"some words\n")
        body.finished()
        for _ in range(2):
            data = body.open().read()
            assert len(data) == body.size
            assert (gzip.decompress(data) if zipped else data) == b"some words\n" * 100


def test_a_load_error_is_a_store_error() -> None:
    assert issubclass(RequestError, StoreError) and RequestError("x").exit_status == 4


def test_a_server_that_is_busy_for_a_while_gets_the_whole_body(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connecting has its own time, which what is sent afterwards need not keep to."""
    monkeypatch.setattr("kg.remote.pool._CONNECT_WITHIN", 0.2)
    body = Body()
    for _ in range(300):
        body.write(b"x" * 100_000)  # more than the buffers of two sockets hold
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as pool:
        taken = pool.submit(taken_after, listening, 0.6)
        url = f"http://127.0.0.1:{listening.getsockname()[1]}/"
        response = Connection(limit=Limit(60)).send("POST", url, body.finished())
        assert response.status == 204 and taken.result() == body.size


def taken_after(listening: socket.socket, seconds: float) -> int:
    """How many bytes of body a client sends to a server that reads nothing for a while."""
    client, _ = listening.accept()
    with client, client.makefile("rb") as stream:
        threading.Event().wait(seconds)
        while stream.readline().strip():
            pass
        size = sum(len(stream.read(100_000)) for _ in range(300))
        client.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")
    return size


def test_a_login_waits_for_the_way_that_the_server_wants() -> None:
    """Before it is known who answers, no password is sent."""
    said = ["Basic realm=x", 'Digest realm="x", nonce="n", qop="auth"']
    for challenge, scheme in zip(said, ("Basic ", "Digest "), strict=True):
        seen: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self, seen: list[str] = seen, challenge: str = challenge) -> None:
                login = self.headers.get("Authorization", "")
                seen.append(login)
                self.send_response(200 if login else 401)
                self.send_header("WWW-Authenticate", challenge)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        with HTTPServer(("127.0.0.1", 0), Handler) as server:
            thread = threading.Thread(target=server.serve_forever, args=(0.01,))
            thread.start()
            connection = Connection(Login("ann", Secret("sesame"), scheme=None))
            for _ in range(2):
                assert connection.send("GET", f"http://127.0.0.1:{server.server_port}/").status == 200
            server.shutdown()
            thread.join()
        assert seen[0] == "" and [login.startswith(scheme) for login in seen[1:]] == [True, True]
