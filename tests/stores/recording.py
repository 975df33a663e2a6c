"""What a server answered: recorded once from the real one, played back where it cannot be had.

A recording is a JSON file with the exchanges of each scene, in their order. What differs from one load to the
next, such as who holds the lock since when, stands in it by name; the player puts in what the request said.
"""

from __future__ import annotations

import gzip
import hashlib
import http.client
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pyoxigraph as ox

from kg.rdf.canonical_hash import canonical_lines

Said = dict[str, Any]
_LOAD = r"https://w3id\.org/secpol/load#"
_VARYING = {
    "lock": re.compile(r"(?<=graph/load#lock-)[0-9a-f]{16}"),
    "token": re.compile(rf'(?<={_LOAD}holder> ")[^"]+'),
    "owner": re.compile(rf'(?<={_LOAD}owner> ")[^"]+'),
    "since": re.compile(rf'(?<={_LOAD}since> ")[^"]+'),
    "loaded": re.compile(rf'(?<={_LOAD}loaded> ")[^"]+'),
    "loader": re.compile(rf'(?<={_LOAD}loader> ")[^"]+'),
}
_SENT = ("accept", "authorization", "content-encoding", "content-type", "transfer-encoding")
_KEPT = ("content-encoding", "content-type", "location", "server", "transfer-encoding", "www-authenticate")
_LONG = 20_000
_UNKNOWN = 599


@dataclass
class Varying:
    """The values of what differs from load to load, as the last request had them."""

    _values: dict[str, str] = field(default_factory=dict)

    def heard(self, request: Any) -> Any:
        """A request with names for these values, which are noted."""
        if isinstance(request, dict):
            return {name: self.heard(value) for name, value in request.items()}
        if isinstance(request, list):
            return [self.heard(value) for value in request]
        return self._heard(request) if isinstance(request, str) else request

    def _heard(self, text: str) -> str:
        for name, pattern in _VARYING.items():
            for value in pattern.findall(text):
                self._values[name] = value
            text = pattern.sub(f"«{name}»", text)
        return text

    def named(self, text: str) -> str:
        """An answer with names for the values that the requests before it brought."""
        for name, value in sorted(self._values.items(), key=lambda item: -len(item[1])):
            text = text.replace(value, f"«{name}»")
        return text

    def filled(self, text: str) -> str:
        """An answer with the values of this time."""
        return re.sub("«([a-z]+)»", lambda match: self._values[match[1]], text)


@dataclass
class Stage:
    """A server for one scene at `url`, and the requests that it did not expect."""

    url: str = ""
    unexpected: list[str] = field(default_factory=list)


@contextmanager
def played(scene: list[Said]) -> Iterator[Stage]:
    """A server that answers the requests of a scene, in their order, and no others."""
    varying, lock, left = Varying(), threading.Lock(), list(scene)
    stage = Stage()

    def answer(request: Said, _: bytes) -> tuple[int, dict[str, str], bytes]:
        with lock:
            request = varying.heard(request)
            if not left or left[0]["request"] != request:
                stage.unexpected.append(f"{request}, not {left[0]['request'] if left else 'one more'}")
                return _UNKNOWN, {}, b"no such request was recorded here"
            said = left.pop(0)["answer"]
            return said["status"], said["headers"], varying.filled(said["body"]).encode()

    with _serving(stage, answer):
        yield stage
    if left:
        stage.unexpected.append(f"the end, not {left[0]['request']}")


@contextmanager
def recorded(target: str, scene: list[Said]) -> Iterator[Stage]:
    """A proxy in front of a real server that notes a scene."""
    varying, lock = Varying(), threading.Lock()
    stage = Stage()

    def answer(request: Said, body: bytes) -> tuple[int, dict[str, str], bytes]:
        upstream = http.client.HTTPConnection(urlsplit(target).netloc, timeout=300)
        headers = {name: value for name, value in request["headers"].items() if name != "transfer-encoding"}
        is_chunked = "transfer-encoding" in request["headers"]
        upstream.request(request["verb"], request["target"], iter([body]) if is_chunked else body, headers)
        with upstream.getresponse() as response:
            raw = response.read()
        told = {name.lower(): value for name, value in response.getheaders()}
        kept = {name: told[name] for name in _KEPT if name in told}
        plain = gzip.decompress(raw) if kept.get("content-encoding") == "gzip" else raw
        with lock:
            heard = varying.heard(request)
            said = {"status": response.status, "headers": kept, "body": varying.named(_short(plain.decode()))}
            scene.append({"request": heard, "answer": said})
        return response.status, kept, plain

    with _serving(stage, answer):
        yield stage


def scenes(path: Path) -> dict[str, Any]:
    """A recording: `server` says of what, `scenes` has the exchanges by name."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"scenes": {}}
    return found


def keep(path: Path, server: str, name: str, scene: list[Said]) -> None:
    """Put a scene into a recording, which has one line for each exchange."""
    found = dict(sorted((scenes(path)["scenes"] | {name: scene}).items()))
    told = ",\n".join(f"{json.dumps(name)}: [\n{_lines(exchanges)}\n]" for name, exchanges in found.items())
    text = f'{{"server": {json.dumps(server)}, "scenes": {{\n{told}\n}}}}\n'
    path.write_text(text, encoding="utf-8")


def _lines(scene: list[Said]) -> str:
    return ",\n".join(json.dumps(exchange, ensure_ascii=False) for exchange in scene)


def _short(body: str) -> str:
    """An answer without the statistics that QLever adds to what an update did, which nobody reads."""
    if not body.startswith('{\n    "operations": ['):
        return body
    found = json.loads(body)
    left_out = ("located-triples", "runtimeInformation", "time", "warnings")
    done = [{k: v for k, v in operation.items() if k not in left_out} for operation in found["operations"]]
    return json.dumps({"operations": done}, ensure_ascii=False)


@contextmanager
def _serving(
    stage: Stage, answer: Callable[[Said, bytes], tuple[int, dict[str, str], bytes]]
) -> Iterator[None]:
    handler = type("Handler", (_Handler,), {"answer": staticmethod(answer)})
    with _Quiet(("127.0.0.1", 0), handler) as server:
        stage.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is none of ours."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answer: Callable[[Said, bytes], tuple[int, dict[str, str], bytes]]

    def serve(self) -> None:
        body = b"".join(self.blocks())
        sent = {name.lower(): value for name, value in self.headers.items() if name.lower() in _SENT}
        request: Said = {"verb": self.command, "target": self.path, "headers": dict(sorted(sent.items()))}
        if body:
            request["body"] = _readable(body, sent)
        status, headers, said = type(self).answer(request, body)
        if headers.get("content-encoding") == "gzip":
            said = gzip.compress(said, mtime=0)
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "transfer-encoding" in headers:
            said = b"%x\r\n%s\r\n0\r\n\r\n" % (len(said), said) if said else b"0\r\n\r\n"
        else:
            self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = serve

    def blocks(self) -> Iterator[bytes]:
        """The body, as it comes."""
        if "chunked" not in self.headers.get("Transfer-Encoding", ""):
            yield self.rfile.read(int(self.headers.get("Content-Length") or 0))
            return
        while size := int(self.rfile.readline(), 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def log_message(self, format: str, *arguments: object) -> None:
        pass


def _readable(body: bytes, headers: dict[str, str]) -> object:
    """A body as the recording shows it: a form as its fields, triples in canonical form, much by its hash."""
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    if len(body) > _LONG:
        return {"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    if headers.get("content-type") == "application/n-triples":
        return list(canonical_lines(quad.triple for quad in ox.parse(body, ox.RdfFormat.N_TRIPLES)))
    text = body.decode()
    if headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return [list(pair) for pair in parse_qsl(text, keep_blank_values=True)]
    return text
