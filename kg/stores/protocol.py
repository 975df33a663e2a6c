"""A store behind HTTP: SPARQL 1.1 Protocol, Graph Store HTTP Protocol, and the transactions of RDF4J."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from urllib.parse import quote, urlencode

import pyoxigraph as ox

from kg.core.errors import StoreError
from kg.core.xml import require_end
from kg.remote.body import Body
from kg.remote.connection import FORM, REDIRECTS, Connection, RequestError, media_type, origin
from kg.remote.endpoints import Preset, Services
from kg.remote.results import Binding, behind_mark, rows

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

_ROWS = "application/sparql-results+json"
_UPDATE = "application/sparql-update; charset=utf-8"  # without, RDF4J reads it as Latin-1
_QUADS = "application/n-quads"
_TRIPLES = "application/n-triples"
_NO_UPDATES = frozenset({403, 404, 405, 501})
_HOME = frozenset({"localhost", "127.0.0.1", "::1"})

Solutions = list[Binding]


class Store(Protocol):
    """What a load needs of a store; whoever calls tries again. `preset` is what it does its own way."""

    @property
    def name(self) -> str:
        """What it is called in messages."""

    preset: Preset

    def body(self) -> Body:
        """An empty body, in the encoding that the store takes."""

    def select(self, text: str) -> Solutions:
        """The rows of a SELECT."""

    def update(self, body: Body | bytes) -> None:
        """Carry out an update."""

    def add(self, body: Body) -> None:
        """Add N-Quads, all or none."""

    def put(self, graph: ox.NamedNode, body: Body, *, more: bool = False) -> None:
        """Make N-Triples the content of a graph, or add more to it."""

    def triples(self, graph: ox.NamedNode) -> Iterator[ox.Triple]:
        """The content of a graph."""

    @property
    def sent(self) -> int:
        """The bytes of all requests up to now."""


@runtime_checkable
class Transactions(Protocol):
    """What a store with transactions of several requests can be asked for besides."""

    def transact(self, update: bytes, added: Iterator[Body]) -> None:
        """Carry out an update and add N-Quads, all or none."""


class RemoteStore:
    """A store behind HTTP."""

    def __init__(self, preset: Preset, places: Services, connection: Connection, *, name: str = "") -> None:
        self.name = name or places.query
        self.preset = preset
        self.places = places
        self.connection = connection

    @property
    def sent(self) -> int:
        """The bytes of all requests up to now."""
        return self.connection.sent

    def body(self) -> Body:
        """An empty body; zipped where that helps: the store takes it and is not on this machine."""
        is_far = origin(self.places.update)[1] not in _HOME
        return Body(zipped=self.preset.gzip and is_far)

    def select(self, text: str) -> Solutions:
        """The rows of a SELECT, whole."""
        url, response = self.places.query, self._asked(text, _ROWS)
        kind = media_type(response)
        if kind not in (_ROWS, "application/json"):
            response.close()
            raise StoreError(
                f"{url} answered {kind or 'without a media type'}, which is no query result",
                hint="give the URL of the store or of its SPARQL endpoint, and its --kind",
            )
        file = self.connection.whole(url, response)
        try:
            return rows(file, ox.QueryResultsFormat.JSON)
        except (SyntaxError, ValueError, OSError) as error:
            raise RequestError(f"{url} broke off its answer or garbled it: {error}", passing=True) from None

    def update(self, body: Body | bytes) -> None:
        """Carry out an update."""
        try:
            self._done("POST", self.places.update, body, Content_Type=_UPDATE)
        except RequestError as error:
            if error.status not in _NO_UPDATES or (error.status == 403 and self.connection.login.is_somebody):
                raise
            raise RequestError(
                f"{self.places.update} takes no updates ({error.status})",
                status=error.status,
                hint="the store may be read-only here, or be updated at another URL; see kg stores check",
            ) from None

    def add(self, body: Body) -> None:
        """Add N-Quads, all or none."""
        assert self.places.quads is not None
        self._done("POST", self.places.quads, body, Content_Type=_QUADS)

    def put(self, graph: ox.NamedNode, body: Body, *, more: bool = False) -> None:
        """Make N-Triples the content of a graph, or add more to it."""
        self._done("POST" if more else "PUT", self._graph_url(graph), body, Content_Type=_TRIPLES)

    def transact(self, update: bytes, added: Iterator[Body]) -> None:
        """Carry out an update and add N-Quads, all or none."""
        with self._transaction() as url:
            self._done("PUT", f"{url}?action=UPDATE", update, Content_Type=_UPDATE)
            for body in added:
                self._done("PUT", f"{url}?action=ADD", body, Content_Type=_QUADS)
        self._done("PUT", f"{url}?action=COMMIT")

    def triples(self, graph: ox.NamedNode) -> Iterator[ox.Triple]:
        """The content of a graph, which is whole before any of it is handed on; none when it is not there."""
        if self.places.graphs is None:
            text = f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH {graph} {{ ?s ?p ?o }} }}"
            yield from self._parsed(self.places.query, self._asked(text, _TRIPLES))
            return
        url = self._graph_url(graph)
        response = self.connection.send("GET", url, Accept=_TRIPLES)
        if response.status == 404:
            response.drain_conn()
            return
        yield from self._parsed(url, response)

    def configuration(self) -> Iterator[ox.Triple]:
        """What RDF4J tells of a repository."""
        url = f"{self.places.query}/config"
        return self._parsed(url, self.connection.send("GET", url, Accept=_TRIPLES))

    def _parsed(self, url: str, response: BaseHTTPResponse) -> Iterator[ox.Triple]:
        """The triples of a response that is complete."""
        if response.status != 200:
            raise self.connection.refusal(url, response)
        kind = media_type(response)
        form = ox.RdfFormat.from_media_type(kind)
        file = self.connection.whole(url, response)
        if form is None:
            raise StoreError(f"{url} answered {kind or 'without a media type'}, which is no graph")
        try:
            if form == ox.RdfFormat.RDF_XML:
                require_end(file)
            for quad in ox.parse(behind_mark(file), form):
                yield quad.triple
        except (SyntaxError, ValueError, OSError) as error:
            raise RequestError(f"{url} broke off its answer or garbled it: {error}", passing=True) from None

    @contextmanager
    def _transaction(self) -> Iterator[str]:
        """The URL of a transaction, which is undone when something fails before it is committed.

        Undoing one that may be committing just then would keep RDF4J waiting for minutes.
        """
        assert self.places.transactions is not None
        begun = self._good("POST", self.places.transactions)
        begun.drain_conn()
        number = begun.headers.get("Location", "").rstrip("/").rpartition("/")[2]
        if not number:
            raise StoreError(f"{self.places.transactions} names no transaction")
        url = f"{self.places.transactions}/{number}"  # a store behind a proxy may not know its own host
        try:
            yield url
        except BaseException:
            with suppress(StoreError):
                self._done("DELETE", url)
            raise

    def _graph_url(self, graph: ox.NamedNode) -> str:
        if self.places.graphs is None:
            raise StoreError(f"{self.name} has no graph store", hint="name it in kg.toml: graphs_url = ...")
        join = "&" if "?" in self.places.graphs else "?"
        return f"{self.places.graphs}{join}graph={quote(graph.value, safe='')}"

    def _asked(self, text: str, accept: str) -> BaseHTTPResponse:
        body = urlencode({"query": text}).encode()
        return self._good("POST", self.places.query, body, Accept=accept, Content_Type=FORM)

    def _done(self, verb: str, url: str, body: Body | bytes | None = None, **headers: str) -> None:
        self._good(verb, url, body, **headers).drain_conn()

    def _good(
        self, verb: str, url: str, body: Body | bytes | None = None, **headers: str
    ) -> BaseHTTPResponse:
        """The response of a request that went well; raises `RequestError` for any other."""
        response = self.connection.send(verb, url, body, **headers)
        if response.status in REDIRECTS:
            raise self.connection.redirected(url, response)
        if not 200 <= response.status < 300:
            raise self.connection.refusal(url, response)
        return response
