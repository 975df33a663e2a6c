"""The proxy that fails: each way of failing, in front of a real server."""

from __future__ import annotations

import http.client
import ssl
import urllib.request
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import urllib3

from tests.servers.faults import Fault, Proxy
from tests.servers.process import Server

GRAPH = "https://example.org/graph"
DATA = b"".join(b"<https://example.org/%d> <https://example.org/p> %d .\n" % (i, i) for i in range(5000))


@pytest.fixture
def server(oxigraph_server: Server) -> Server:
    oxigraph_server.empty()
    return oxigraph_server


def put(proxy: Proxy, server: Server, *, chunked: bool = False) -> tuple[int, bytes]:
    parts = urlsplit(proxy.through(server.graph(GRAPH)))
    connection = http.client.HTTPConnection(parts.netloc, timeout=600)
    body = iter([DATA[:100], DATA[100:]]) if chunked else DATA
    connection.request("PUT", f"{parts.path}?{parts.query}", body, {"Content-Type": "text/turtle"})
    with connection.getresponse() as answer:
        return answer.status, answer.read()


@pytest.mark.parametrize("chunked", [False, True])
def test_without_a_plan_all_passes(faults: Callable[..., Proxy], server: Server, chunked: bool) -> None:
    proxy = faults(server.url)
    assert put(proxy, server, chunked=chunked)[0] == 201
    assert server.graphs() == {GRAPH: 5000}
    (seen,) = proxy.seen
    assert (seen.verb, seen.headers["content-type"]) == ("PUT", "text/turtle")
    assert len(DATA) < proxy.size < len(DATA) + 500


def test_an_error_is_answered_once(faults: Callable[..., Proxy], server: Server) -> None:
    proxy = faults(server.url)
    proxy.plan(Fault(503, {"Retry-After": "1"}, b"busy"), verb="PUT", skip=1)
    assert [put(proxy, server)[0] for _ in range(3)] == [201, 503, 204]


@pytest.mark.parametrize("chunked", [False, True])
def test_half_a_request(faults: Callable[..., Proxy], server: Server, chunked: bool) -> None:
    proxy = faults(server.url)
    proxy.plan(Fault(cut_request=20_000))
    with pytest.raises((OSError, http.client.HTTPException)):
        put(proxy, server, chunked=chunked)
    assert server.graphs() == {}


def test_the_answer_is_lost_but_the_work_is_done(faults: Callable[..., Proxy], server: Server) -> None:
    proxy = faults(server.url)
    proxy.plan(Fault(cut_answer=0))
    with pytest.raises((OSError, http.client.HTTPException)):
        put(proxy, server)
    assert server.graphs() == {GRAPH: 5000}


def test_half_an_answer(faults: Callable[..., Proxy], server: Server) -> None:
    proxy = faults(server.url)
    put(proxy, server)
    proxy.plan(Fault(cut_answer=1000), verb="GET")
    with pytest.raises(http.client.IncompleteRead):
        urllib.request.urlopen(proxy.through(server.graph(GRAPH)), timeout=600).read()


def test_something_happens_in_the_middle(faults: Callable[..., Proxy], server: Server) -> None:
    proxy = faults(server.url)
    called: list[int] = []
    proxy.plan(Fault(cut_request=10, then=lambda: called.append(1)))
    with pytest.raises((OSError, http.client.HTTPException)):
        put(proxy, server)
    assert called == [1]


def test_a_certificate_that_nobody_vouches_for(faults: Callable[..., Proxy], server: Server) -> None:
    url = faults(server.url, tls=True).through(server.query_url) + "?query=ASK%7B%7D"
    with pytest.raises(urllib3.exceptions.SSLError, match="self-signed"):
        urllib3.request("GET", url, retries=False)
    context = ssl._create_unverified_context()
    with urllib.request.urlopen(url, context=context, timeout=600) as answer:
        assert answer.status == 200
