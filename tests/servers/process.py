"""A server as a child process: started on a free port of this machine, waited for, asked, and stopped."""

from __future__ import annotations

import base64
import contextlib
import csv
import http.client
import io
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from urllib.parse import urlencode, urljoin

_DEADLINE = 900
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


class _AsItIs(urllib.request.HTTPRedirectHandler):
    """Redirects are an answer like any other."""

    def redirect_request(self, *_: object) -> None:
        return None


@dataclass
class Server:
    """A running store; `url` is what `kg load` takes, and the others are what follows from it."""

    kind: str
    url: str
    query_url: str
    update_url: str
    graph_store_url: str
    ready_url: str
    folder: Path
    command: Sequence[str]
    user: str = ""
    password: str = field(default="", repr=False)
    auth: str = ""
    _process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    @property
    def pid(self) -> int:
        assert self._process is not None, "not running"
        return self._process.pid

    @property
    def log(self) -> str:
        """What the server printed since it was first started."""
        return (self.folder / "log").read_text(encoding="utf-8", errors="replace")

    def start(self) -> None:
        """Start it, again on the same port with the same data, and wait until it answers."""
        tied = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*tied, *self.command],
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self._wait(self._process)

    def stop(self) -> None:
        """End it in good order."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it as a crash would."""
        self._end(signal.SIGKILL)

    def request(self, verb: str, url: str, body: bytes | None = None, **headers: str) -> Answer:
        """Send a request as it is, logged in; `Content_Type="text/turtle"` becomes a header."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        return _answer(urllib.request.Request(url, body, sent | self.login(verb, url), method=verb))

    def login(self, verb: str, url: str) -> dict[str, str]:
        """The header that logs a request in; for digest it takes a request without a body to get it."""
        if self.auth == "basic":
            pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
            return {"Authorization": f"Basic {pair}"}
        if self.auth == "bearer":
            return {"Authorization": f"Bearer {self.password}"}
        request = urllib.request.Request(url, method=verb)
        challenge = (_answer(request).headers["WWW-Authenticate"] or "") if self.auth == "digest" else ""
        return {"Authorization": self._digest(request, challenge)} if challenge else {}

    def query(self, text: str, accept: str = "text/csv", *, default: Sequence[str] = ()) -> Answer:
        """The answer to a query, posted as a form; `default` are the graphs of the default graph."""
        form = [("query", text), *(("default-graph-uri", graph) for graph in default)]
        body = urlencode(form).encode()
        return self.request("POST", self.query_url, body, Accept=accept, Content_Type=_FORM)

    def update(self, text: str) -> Answer:
        """What an update came to."""
        return self.request("POST", self.update_url, urlencode({"update": text}).encode(), Content_Type=_FORM)

    def graph(self, name: str) -> str:
        """The URL of a graph by the Graph Store Protocol."""
        return f"{self.graph_store_url}?{urlencode({'graph': name})}"

    def graphs(self) -> dict[str, int]:
        """The graphs that are there with their number of triples."""
        answer = self.query("SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g")
        assert answer.status == 200, answer.text
        rows = csv.reader(io.StringIO(answer.text))
        return {row[0]: int(row[1]) for row in list(rows)[1:] if row and row[0]}

    def empty(self) -> None:
        """Drop everything."""
        answer = self.update("DROP ALL")
        assert answer.status < 300, answer.text

    def _digest(self, request: urllib.request.Request, challenge: str) -> str:
        passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        passwords.add_password(None, urljoin(self.url, "/"), self.user, self.password)
        pairs = urllib.request.parse_http_list(challenge.partition(" ")[2])
        handler = urllib.request.HTTPDigestAuthHandler(passwords)
        login = handler.get_authorization(request, urllib.request.parse_keqv_list(pairs))
        assert login is not None, challenge
        return f"Digest {login}"

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _DEADLINE
        while time.monotonic() < deadline:
            if self._is_ready():
                return
            with contextlib.suppress(subprocess.TimeoutExpired):
                raise AssertionError(f"{self.kind} ended with {process.wait(0.02)}:\n{self.log}")
        raise AssertionError(f"{self.kind} did not start:\n{self.log}")

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(self.ready_url, timeout=5):
                return True
        except urllib.error.HTTPError as error:
            return error.code in (400, 401)
        except (OSError, http.client.HTTPException):
            return False

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait(15)
            self._process = None


def _answer(request: urllib.request.Request) -> Answer:
    try:
        with urllib.request.build_opener(_AsItIs()).open(request, timeout=_DEADLINE) as response:
            return Answer(response.status, response.headers, response.read())
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.headers, error.read())


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
