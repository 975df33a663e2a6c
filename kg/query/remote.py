"""Any SPARQL 1.1 endpoint as an engine, over the SPARQL 1.1 Protocol.

An answer is read to its end and parsed once before any of it is handed on, so that half an answer is an error
and never a result. Credentials go to the host that they are meant for and into no message.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import SplitResult, urlencode, urljoin, urlsplit, urlunsplit

import pyoxigraph as ox

from kg.endpoints import StoreSettings
from kg.errors import StoreError, UsageError
from kg.project import Project
from kg.query.engine import Result
from kg.query.tokens import form_of, undeclared_prefixes
from kg.terms import nearest

if TYPE_CHECKING:
    from urllib3 import BaseHTTPResponse

METHODS = ("form", "get", "direct")
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
_UNION = {
    "oxigraph": {"union-default-graph": "true"},
    "fuseki": {"default-graph-uri": "urn:x-arq:UnionGraph"},
}
_CHUNK = 1 << 16
_MOST_REDIRECTS = 5
_TOLD = 300


@dataclass(frozen=True)
class Secret:
    """A value that prints as stars."""

    value: str = field(repr=False)

    def __str__(self) -> str:
        return "***"


@dataclass(frozen=True)
class Endpoint:
    """Where and how to ask; `parameters` go along with each query."""

    url: str
    method: str = "form"
    user: str | None = None
    password: Secret | None = None
    token: Secret | None = None
    parameters: Mapping[str, str] = field(default_factory=dict)
    timeout: float | None = None

    @property
    def headers(self) -> dict[str, str]:
        """The headers that log in; for this endpoint's host alone."""
        from urllib3.util import make_headers

        if self.token is not None:
            return {"Authorization": f"Bearer {self.token.value}"}
        if self.user is None:
            return {}
        password = self.password.value if self.password else ""
        return dict(make_headers(basic_auth=f"{self.user}:{password}"))

    def scrubbed(self, text: str) -> str:
        """The text with every secret made stars."""
        for secret in (self.password, self.token):
            if secret is not None and secret.value:
                text = text.replace(secret.value, "***")
        return text


def endpoint_of(project: Project, store: str) -> Endpoint:
    """The endpoint of a store that kg.toml names, or of a URL; raises `UsageError` for neither.

    A password in a URL is taken out of it and never shown.
    """
    if "://" in store:
        return _at(StoreSettings(store, store))
    if store not in project.stores:
        known = nearest(store, project.stores) if project.stores else "; kg.toml names none"
        raise UsageError(f"there is no store {store!r}{known}")
    return _at(project.stores[store])


def ask(endpoint: Endpoint, text: str, prefixes: Mapping[str, str], path: Path | None = None) -> Result:
    """The answer of an endpoint, whole; raises `StoreError` for anything less."""
    deadline = time.monotonic() + endpoint.timeout if endpoint.timeout else None
    missing = undeclared_prefixes(text, prefixes)
    declared = " ".join(f"PREFIX {name}: <{prefixes[name]}>" for name in missing)
    is_graph = form_of(text) in ("CONSTRUCT", "DESCRIBE")
    response = _sent(endpoint, f"{declared} {text}" if declared else text, is_graph, deadline)
    try:
        kind = _kind(endpoint, response, is_graph, path)
        file = _whole(endpoint, response, deadline)
    finally:
        response.close()
    return _graph(endpoint, file, _GRAPHS[kind]) if is_graph else _rows(endpoint, file, _RESULTS[kind])


def _at(settings: StoreSettings) -> Endpoint:
    parts = urlsplit(settings.url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{_bare(parts)} is not the URL of an endpoint; it begins with http:// or https://")
    if settings.method not in METHODS:
        raise UsageError(f"the method {settings.method!r} is not known{nearest(settings.method, METHODS)}")
    password = _from_environment(settings, settings.password_env) or parts.password
    token = _from_environment(settings, settings.token_env)
    parameters = dict(_UNION.get(settings.kind, {}))
    if settings.default_graph:
        parameters["default-graph-uri"] = settings.default_graph
    return Endpoint(
        url=_bare(parts),
        method=settings.method,
        user=settings.user or parts.username,
        password=Secret(password) if password else None,
        token=Secret(token) if token else None,
        parameters=parameters,
        timeout=settings.timeout,
    )


def _from_environment(settings: StoreSettings, name: str | None) -> str | None:
    if name is None:
        return None
    if name not in os.environ:
        raise UsageError(f"the store {settings.name} needs the environment variable {name}, which is not set")
    return os.environ[name]


def _bare(parts: SplitResult) -> str:
    """The URL without user, password and fragment."""
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, parts.query, ""))


def _sent(endpoint: Endpoint, text: str, is_graph: bool, deadline: float | None) -> BaseHTTPResponse:
    """The response to a query, redirects followed; credentials stay with the host that they are for."""
    import urllib3

    url, method, home = endpoint.url, endpoint.method, _origin(endpoint.url)
    accept = ", ".join(_GRAPHS if is_graph else list(_RESULTS)[:3])
    pool = urllib3.PoolManager(retries=False)
    for _ in range(_MOST_REDIRECTS):
        headers = {"Accept": accept, "User-Agent": "secpol-kg", "Accept-Encoding": "gzip"}
        if _origin(url) == home:
            headers |= endpoint.headers
        verb, target, body, kind = _request(method, url, text, endpoint.parameters)
        if kind:
            headers["Content-Type"] = kind
        try:
            response = pool.request(
                verb,
                target,
                body=body,
                headers=headers,
                timeout=urllib3.Timeout(total=_left(endpoint, deadline)),
                redirect=False,
                preload_content=False,
            )
        except (urllib3.exceptions.HTTPError, ValueError, OSError) as error:
            raise StoreError(f"{url} cannot be reached: {_reason(endpoint, error)}") from None
        location = response.headers.get("Location")
        if response.status not in (301, 302, 303, 307, 308) or not location:
            return response
        response.close()
        url = _bare(urlsplit(urljoin(target if response.status == 303 else url, location)))
        if response.status == 303:
            method = "see other"
    raise StoreError(f"{endpoint.url} redirects in a circle")


def _request(
    method: str, url: str, text: str, parameters: Mapping[str, str]
) -> tuple[str, str, bytes | None, str | None]:
    """Verb, URL, body and its media type, by the three ways of the protocol (section 2.1)."""
    join = "&" if "?" in url else "?"
    if method == "see other":
        return "GET", url, None, None
    if method == "get":
        return "GET", f"{url}{join}{urlencode({'query': text, **parameters})}", None, None
    if method == "direct":
        target = f"{url}{join}{urlencode(parameters)}" if parameters else url
        return "POST", target, text.encode(), "application/sparql-query; charset=utf-8"
    body = urlencode({"query": text, **parameters}).encode()
    return "POST", url, body, "application/x-www-form-urlencoded"


def _kind(endpoint: Endpoint, response: BaseHTTPResponse, is_graph: bool, path: Path | None) -> str:
    """The media type of a good response; raises `StoreError` for any other."""
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    where = f"{path}: " if path else ""
    if response.status in (401, 403):
        raise StoreError(
            f"{endpoint.url} demands a login ({response.status})",
            hint="name user and password_env, or token_env, of the store in kg.toml",
        )
    if response.status != 200:
        told = endpoint.scrubbed(_told(response, kind))
        raise StoreError(f"{where}{endpoint.url} answered {response.status}: {told or response.reason}")
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


def _told(response: BaseHTTPResponse, kind: str) -> str:
    """What an endpoint says of its error, in one line; a web page says nothing to a reader."""
    if "html" in kind:
        return ""
    try:
        return " ".join(response.read(_TOLD * 4).decode("utf-8", "replace").split())[:_TOLD]
    except Exception:
        return ""


def _whole(endpoint: Endpoint, response: BaseHTTPResponse, deadline: float | None) -> IO[bytes]:
    """The body on disk, to its end."""
    import urllib3

    file: IO[bytes] = tempfile.SpooledTemporaryFile(1 << 20)  # noqa: SIM115 - the answer is read from it
    try:
        while chunk := response.read1(_CHUNK):  # as it comes, so that a dripping answer meets the limit
            file.write(chunk)
            _left(endpoint, deadline)
    except (urllib3.exceptions.HTTPError, OSError) as error:
        if isinstance(error, urllib3.exceptions.TimeoutError | TimeoutError):
            raise _too_slow(endpoint) from None
        raise StoreError(f"{endpoint.url} broke off its answer: {_reason(endpoint, error)}") from None
    return file


def _rows(endpoint: Endpoint, file: IO[bytes], form: ox.QueryResultsFormat) -> Result:
    """The rows, after one reading to the end that shows them to be whole."""
    try:
        file.seek(0)
        parsed = ox.parse_query_results(file, form)
        if isinstance(parsed, ox.QueryBoolean):
            return parsed
        for _ in parsed:
            pass
        file.seek(0)
        return ox.parse_query_results(file, form)
    except (SyntaxError, ValueError, OSError) as error:
        raise StoreError(f"{endpoint.url} broke off its answer or garbled it: {error}") from error


def _graph(endpoint: Endpoint, file: IO[bytes], form: ox.RdfFormat) -> Iterator[ox.Triple]:
    try:
        file.seek(0)
        for _ in ox.parse(file, form):
            pass
        file.seek(0)
    except (SyntaxError, ValueError, OSError) as error:
        raise StoreError(f"{endpoint.url} broke off its answer or garbled it: {error}") from error
    return map(attrgetter("triple"), ox.parse(file, form))


def _left(endpoint: Endpoint, deadline: float | None) -> float | None:
    """The seconds left; raises `StoreError` when there are none."""
    if deadline is None:
        return None
    left = deadline - time.monotonic()
    if left <= 0:
        raise _too_slow(endpoint)
    return left


def _too_slow(endpoint: Endpoint) -> StoreError:
    return StoreError(f"{endpoint.url} did not answer within {endpoint.timeout:g} s")


def _reason(endpoint: Endpoint, error: BaseException) -> str:
    """What went wrong, without the objects and secrets that urllib3's messages may carry."""
    import urllib3

    is_slow = isinstance(error, urllib3.exceptions.TimeoutError)
    if is_slow and not isinstance(error, urllib3.exceptions.NewConnectionError):
        return f"no answer within {endpoint.timeout:g} s" if endpoint.timeout else "no answer in time"
    cause = error.__cause__ or error.__context__ or error
    if isinstance(cause, OSError) and cause.strerror:
        return cause.strerror
    return endpoint.scrubbed(str(cause))


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)
