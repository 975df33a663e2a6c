"""A proxy between `kg` and a real server that fails as it is told: half requests, lost answers, errors."""

from __future__ import annotations

import http.client
import shutil
import socket
import ssl
import struct
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.servers.packages import absent

_BLOCK = 1 << 14
_OF_ONE_CONNECTION = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "host"})


@dataclass(frozen=True)
class Fault:
    """One way to fail; without `status` the request goes on to the server.

    `cut_request` and `cut_answer` break the connection after so many bytes of body, the former on both sides,
    the latter after the server has done its work; `then` is called at the break, or else after the `wait`,
    `before` before it; with `half` the server gets the first half of the lines, and says that all is well;
    with `over` it fails at bodies of more than so many bytes alone.
    """

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    wait: float = 0
    before: Callable[[], None] | None = None
    cut_request: int | None = None
    cut_answer: int | None = None
    half: bool = False
    over: int = 0
    then: Callable[[], None] | None = None


@dataclass(frozen=True)
class Seen:
    """A request that came to the proxy, and how many bytes it was on the wire."""

    verb: str
    path: str
    headers: dict[str, str]
    size: int


@dataclass
class _Planned:
    fault: Fault
    verb: str
    path: str
    skip: int
    times: int | None


@dataclass
class Proxy:
    """The proxy's address, what it has seen, and what it is to do."""

    url: str
    target: str
    seen: list[Seen] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)
    _planned: list[_Planned] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def through(self, url: str) -> str:
        """A URL of the server, by way of the proxy."""
        return self.url + url.removeprefix(self.target)

    def plan(
        self, fault: Fault, *, verb: str = "", path: str = "", skip: int = 0, times: int | None = 1
    ) -> None:
        """Fail at the next requests of a verb whose path contains something; `times=None` is for ever."""
        with self._lock:
            self._planned.append(_Planned(fault, verb, path, skip, times))

    def forget(self) -> None:
        """Forget what was planned and seen."""
        with self._lock:
            self._planned.clear()
            self.seen.clear()

    @property
    def size(self) -> int:
        """All bytes that came from the client."""
        return sum(seen.size for seen in self.seen)

    def fault_for(self, verb: str, path: str, length: int) -> Fault | None:
        """The first plan that fits, one time fewer to go."""
        with self._lock:
            for planned in self._planned:
                if planned.verb in ("", verb) and planned.path in path and planned.times != 0:
                    if length < planned.fault.over:
                        continue
                    if planned.skip:
                        planned.skip -= 1
                        continue
                    if planned.times is not None:
                        planned.times -= 1
                    return planned.fault
        return None


@contextmanager
def proxy(url: str, tls: Path | None = None) -> Iterator[Proxy]:
    """A proxy in front of the host of a URL; with TLS, it has a certificate that nobody vouches for."""
    parts = urlsplit(url)
    found = Proxy("", f"{parts.scheme}://{parts.netloc}")
    with _Quiet(("127.0.0.1", 0), _handler(found, parts.netloc)) as server:
        scheme = "http"
        if tls is not None:
            server.socket = _secured(server.socket, tls)
            scheme = "https"
        found.url = f"{scheme}://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield found
        found.stopped.set()
        server.shutdown()
        thread.join()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Connections that break are what this is for."""


def _secured(plain: socket.socket, folder: Path) -> ssl.SSLSocket:
    program = shutil.which("openssl")
    if program is None:
        absent("openssl is not installed")
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subject = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run(
        [
            *(program, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context.wrap_socket(plain, server_side=True)


class _CutError(Exception):
    """The connection is broken here."""


def _handler(proxy: Proxy, target: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        raw_requestline: bytes
        taken = 0

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except (_CutError, OSError, http.client.HTTPException):
                self.close_connection = True
                linger = struct.pack("ii", 1, 0)
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

        def serve(self) -> None:
            self.taken = 0
            length = int(self.headers.get("Content-Length") or 0)
            fault = proxy.fault_for(self.command, self.path, length) or Fault()
            try:
                self.obey(fault)
            finally:
                headers = {name.lower(): value for name, value in self.headers.items()}
                size = len(self.raw_requestline) + len(bytes(self.headers)) + self.taken
                proxy.seen.append(Seen(self.command, self.path, headers, size))

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = do_OPTIONS = serve

        def obey(self, fault: Fault) -> None:
            if fault.before:
                fault.before()
            if fault.wait and proxy.stopped.wait(fault.wait):
                raise _CutError  # the test is over: nothing shall reach the server any more
            if fault.then and fault.cut_request is None and fault.cut_answer is None:
                fault.then()
            if fault.status is not None:
                for _ in self.body():
                    pass
                self.reply(fault.status, fault.headers, fault.body)
                return
            upstream = http.client.HTTPConnection(target, timeout=900)
            try:
                self.forward(upstream, fault)
            finally:
                upstream.close()

        def forward(self, upstream: http.client.HTTPConnection, fault: Fault) -> None:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            blocks, length = self.body(), self.headers.get("Content-Length")
            if fault.half:
                lines = b"".join(blocks).splitlines(keepends=True)
                half = b"".join(lines[: len(lines) // 2])
                blocks, length = iter([half]), str(len(half))
            for name, value in self.headers.items():
                if name.lower() not in ("host", "connection", "content-length"):
                    upstream.putheader(name, value)
            if length is not None:
                upstream.putheader("Content-Length", length)
            upstream.putheader("Host", target)
            upstream.endheaders()
            chunked = "chunked" in self.headers.get("Transfer-Encoding", "")
            left = fault.cut_request
            for block in blocks:
                part = block if left is None else block[:left]
                upstream.send(b"%x\r\n%s\r\n" % (len(part), part) if chunked and part else part)
                left = None if left is None else left - len(part)
                if left == 0:
                    self.cut(fault)
            if chunked:
                upstream.send(b"0\r\n\r\n")
            if fault.cut_request is not None:
                self.cut(fault)
            answer = upstream.getresponse()
            whole = answer.read()
            if fault.cut_answer is not None:
                self.reply(answer.status, dict(answer.getheaders()), whole, cut=fault.cut_answer)
                self.cut(fault)
            self.reply(answer.status, dict(answer.getheaders()), whole)

        def cut(self, fault: Fault) -> None:
            if fault.then:
                fault.then()
            raise _CutError

        def body(self) -> Iterator[bytes]:
            """The blocks of the request's body, as they come."""
            if "chunked" in self.headers.get("Transfer-Encoding", ""):
                while size := int(self.rfile.readline().partition(b";")[0], 16):
                    yield self.block(size)
                    self.rfile.readline()
                self.rfile.readline()
                return
            left = int(self.headers.get("Content-Length") or 0)
            while left:
                block = self.block(min(left, _BLOCK))
                left -= len(block)
                yield block

        def block(self, size: int) -> bytes:
            data = self.rfile.read(size)
            if len(data) < size:
                raise _CutError
            self.taken += size
            return data

        def reply(self, status: int, headers: dict[str, str], body: bytes, cut: int | None = None) -> None:
            self.send_response_only(status)
            for name, value in headers.items():
                if name.lower() not in _OF_ONE_CONNECTION:
                    self.send_header(name, value)
            if status not in (204, 304):
                self.send_header("Content-Length", str(len(body)))
            if cut == 0:
                return
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body[:cut])

        def log_message(self, format: str, *arguments: Any) -> None:
            pass

    return Handler
