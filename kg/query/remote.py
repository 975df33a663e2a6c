"""Any SPARQL 1.1 endpoint as an engine, over the SPARQL 1.1 Protocol.

An answer is read to its end and parsed once before any of it is handed on, so that half an answer is an error
and never a result. Credentials go to the host that they are meant for and into no message.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from operator import attrgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urlencode, urljoin, urlsplit

import pyoxigraph as ox

from kg.core.errors import StoreError
from kg.core.terms import XSD
from kg.core.xml import require_end
from kg.project.project import Project
from kg.query.columns import answers
from kg.query.engine import EngineResult, names_graphs, require_syntax
from kg.query.rows import spooled
from kg.query.tokens import form_of, undeclared_prefixes, with_dataset, without_free
from kg.remote.connection import FORM, REDIRECTS, Connection, RequestError, bare, media_type
from kg.remote.endpoints import StoreSettings, preset_of, services, settings_of
from kg.remote.limit import Limit
from kg.remote.load_manifest import begun_query, by_pages, members_query, nothing_of
from kg.remote.login import DIGEST, Login
from kg.remote.probing import probe
from kg.remote.results import Binding, as_rows, behind_mark, parsed

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

_RESULTS = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/xml": ox.QueryResultsFormat.XML,
}
_GRAPHS = {
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/trig": ox.RdfFormat.TRIG,
}
_OPEN_ENDED = frozenset(
    {
        "application/n-triples",
        "text/turtle",
        "application/n-quads",
        "application/trig",
        "text/tab-separated-values",
    }
)
_MOST_REDIRECTS = 5
_MANY = 1000
_TRUTH = {ox.Literal(short, datatype=XSD("boolean")): ox.Literal(short == "1") for short in ("1", "0")}
_NOT_UNDERSTOOD = 400
_NOT_HERE = frozenset({400, 404, 405})


@dataclass(frozen=True)
class Endpoint:
    """Where and how to ask; `parameters` go along with each query.

    `graphs` are all that it may see; with `whole` they are the named ones, beside the store's default graph.
    `canonical` says that `kg load` wrote what is asked, so that literals are in canonical form.
    """

    url: str
    method: str = "form"
    login: Login = field(default_factory=Login)
    parameters: Mapping[str, str] = field(default_factory=dict)
    graphs: tuple[str, ...] = ()
    whole: bool = False
    timeout: float | None = None
    insecure: bool = False
    canonical: bool = False

    @property
    def connection(self) -> Connection:
        """A connection to it."""
        return Connection(self.login, limit=Limit(self.timeout), insecure=self.insecure)

    def to_be_sent(self, text: str) -> tuple[str, list[tuple[str, str]]]:
        """A query and its parameters; one that names its graphs itself (FROM) is left alone.

        Graphs are named in the query: as parameters, Tomcat cuts them off at ten thousand without a word,
        and Virtuoso repeats each in a header of its answer.
        """
        parameters = list(self.parameters.items())
        if not self.graphs or names_graphs(text):
            return text, parameters
        if self.whole:
            return text, [*parameters, *(("named-graph-uri", graph) for graph in self.graphs)]
        return with_dataset(text, self.graphs), []


def endpoint_of(project: Project, store: str, timeout: float | None = None) -> Endpoint:
    """The endpoint of a store that kg.toml names, or of a URL; raises `UsageError` for neither.

    A password in a URL is taken out of it and never shown.
    """
    return _endpoint(settings_of(project.stores, store), timeout)


def narrowed(endpoint: Endpoint, project: Project, store: str) -> Endpoint:
    """The endpoint that sees only what `kg load` put into the store; the same one where it loaded nothing.

    Without this the load manifest, staging graphs and graphs of others would answer too; where `kg` is only
    just loading for the first time, nothing does. The settings `dataset = "union"` and `default_graph` leave
    it to the store. A URL that is the store's and not its endpoint's is put right where the store tells its
    kind.
    """
    settings = settings_of(project.stores, store)
    whole = settings.dataset == "union" or settings.default_graph is not None
    if whole and "default-graph-uri" not in endpoint.parameters:
        # with that parameter alone, a query would see no named graphs
        return replace(endpoint, canonical=settings.dataset == "union")
    try:
        graphs = loaded_graphs(endpoint, project.base)
    except RequestError as error:
        if settings.kind is not None or error.status not in _NOT_HERE:
            raise
        kind, _ = probe(settings, endpoint.connection)
        if kind is None:
            raise
        endpoint = _endpoint(replace(settings, kind=kind), endpoint.timeout)
        graphs = loaded_graphs(endpoint, project.base)
    if not graphs:
        return endpoint
    method = "direct" if preset_of(settings.kind).direct else "form"
    return replace(endpoint, graphs=graphs, whole=whole, method=method, canonical=True)


def loaded_graphs(endpoint: Endpoint, base: str) -> tuple[str, ...]:
    """The graphs that `kg load` put into a store, the manifest's own where it has just begun, or none."""
    plain = replace(endpoint, method="form", parameters={})

    def asked(text: str) -> list[Binding]:
        return as_rows(ask(plain, text, {}))

    rows = by_pages(asked, lambda after: members_query(base, after))
    if graphs := sorted({row.iri("graph").value for row in rows}):
        return tuple(graphs)
    return (nothing_of(base),) if asked(begun_query(base)) else ()


def _endpoint(settings: StoreSettings, timeout: float | None) -> Endpoint:
    preset, places = preset_of(settings.kind), services(settings)
    parameters = dict(preset.union)
    if settings.default_graph:
        parameters["default-graph-uri"] = settings.default_graph
    login = settings.login(settings.auth or preset.login)
    return Endpoint(
        url=places.query if login.user and login.scheme == DIGEST else places.ask,
        method=settings.method,
        login=login,
        parameters=parameters,
        timeout=timeout or settings.timeout,
        insecure=settings.insecure,
    )


def ask(endpoint: Endpoint, text: str, prefixes: Mapping[str, str], path: Path | None = None) -> EngineResult:
    """The answer of an endpoint, whole; raises `StoreError` for anything less.

    A query that the endpoint refuses and that does not parse here either is an `InputError` with its place in
    what was written: what only the endpoint understands is for the endpoint to judge.
    """
    connection, written = endpoint.connection, text
    text = without_free(text)
    if endpoint.canonical:
        from kg.sparql.constants import canonical_constants

        text = canonical_constants(text, prefixes)
    missing = undeclared_prefixes(text, prefixes)
    declared = " ".join(f"PREFIX {name}: <{prefixes[name]}>" for name in missing)
    is_graph = form_of(text) in ("CONSTRUCT", "DESCRIBE")
    response = _sent(connection, endpoint, f"{declared} {text}" if declared else text, is_graph)
    try:
        kind = _kind(connection, endpoint, response, is_graph, path)
        file = connection.whole(endpoint.url, response)
    except RequestError as error:
        if error.status == _NOT_UNDERSTOOD:
            require_syntax(written, prefixes, path)
        raise
    finally:
        response.close()
    if is_graph:
        return _graph(endpoint, file, _GRAPHS[kind])
    rows = _rows(endpoint, file, _RESULTS[kind])
    if not answers(text, [v.value for v in rows.variables] if isinstance(rows, ox.QuerySolutions) else None):
        raise StoreError(f"{endpoint.url} answered with other columns than those that were asked for")
    return rows


def _sent(connection: Connection, endpoint: Endpoint, text: str, is_graph: bool) -> BaseHTTPResponse:
    """The response to a query, redirects followed; credentials stay with the host that they are for."""
    url, method = endpoint.url, endpoint.method
    text, parameters = endpoint.to_be_sent(text)
    accept = ", ".join(_GRAPHS if is_graph else list(_RESULTS)[:3])
    for _ in range(_MOST_REDIRECTS):
        verb, target, body, kind = _request(method, url, text, parameters)
        headers = {"Accept": accept} | ({"Content_Type": kind} if kind else {})
        response = connection.send(verb, target, body, home=endpoint.url, **headers)
        location = response.headers.get("Location")
        if response.status not in REDIRECTS or not location:
            return response
        response.close()
        url = bare(urlsplit(urljoin(target if response.status == 303 else url, location)))
        if response.status == 303:
            method = "see other"
    raise StoreError(f"{endpoint.url} redirects in a circle")


def _request(
    method: str, url: str, text: str, parameters: list[tuple[str, str]]
) -> tuple[str, str, bytes | None, str | None]:
    """Verb, URL, body and its media type, by the three ways of the protocol (section 2.1)."""
    join = "&" if "?" in url else "?"
    if method == "see other":
        return "GET", url, None, None
    if method == "get":
        return "GET", f"{url}{join}{urlencode([('query', text), *parameters])}", None, None
    if method == "direct":
        target = f"{url}{join}{urlencode(parameters)}" if parameters else url
        return "POST", target, text.encode(), "application/sparql-query; charset=utf-8"
    body = urlencode([("query", text), *parameters]).encode()
    return "POST", url, body, FORM


def _kind(
    connection: Connection, endpoint: Endpoint, response: BaseHTTPResponse, is_graph: bool, path: Path | None
) -> str:
    """The media type of a good response; raises `StoreError` for any other."""
    kind = media_type(response)
    if response.status != 200:
        error = connection.refusal(endpoint.url, response, f"{path}: " if path else "")
        if len(endpoint.graphs) > _MANY and error.hint is None:
            error.hint = f'{len(endpoint.graphs)} graphs may be too many; dataset = "union" names none'
        raise error
    if kind in ("text/html", "application/xhtml+xml"):
        raise StoreError(
            f"{endpoint.url} answered with a web page",
            hint="give the URL of its SPARQL endpoint, not of its page",
        )
    if kind not in (_GRAPHS if is_graph else _RESULTS):
        raise StoreError(
            f"{endpoint.url} answered {kind or 'without a media type'}, which is no query result"
        )
    framed = "Content-Length" in response.headers or "chunked" in response.headers.get(
        "Transfer-Encoding", ""
    )
    if kind in _OPEN_ENDED and not framed:
        raise StoreError(f"{endpoint.url} does not say how long its answer is; it may be cut off")
    return kind


def _rows(endpoint: Endpoint, file: IO[bytes], form: ox.QueryResultsFormat) -> EngineResult:
    """The rows, after one reading to the end that shows them to be whole.

    The truth values that Virtuoso writes `1` and `0` become `true` and `false`, as they stand in the graph.
    """
    try:
        found = parsed(file, form)
        if isinstance(found, ox.QueryBoolean):
            return found
        short = sum(not _TRUTH.keys().isdisjoint(row) for row in found)
        rows = ox.parse_query_results(behind_mark(file), form)
        if short and isinstance(rows, ox.QuerySolutions):
            names = [variable.value for variable in rows.variables]
            rows = spooled(names, ([_TRUTH.get(term, term) for term in row] for row in rows))
        return rows
    except (SyntaxError, ValueError, OSError) as error:
        raise StoreError(f"{endpoint.url} broke off its answer or garbled it: {error}") from error


def _graph(endpoint: Endpoint, file: IO[bytes], form: ox.RdfFormat) -> Iterator[ox.Triple]:
    try:
        if form == ox.RdfFormat.RDF_XML:
            require_end(file)
        for _ in ox.parse(behind_mark(file), form):
            pass
    except (SyntaxError, ValueError, OSError) as error:
        raise StoreError(f"{endpoint.url} broke off its answer or garbled it: {error}") from error
    return map(attrgetter("triple"), ox.parse(behind_mark(file), form))
