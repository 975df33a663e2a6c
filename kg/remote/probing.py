"""What kind of store answers at a URL, as far as the URL and the answers tell."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import urlencode, urlsplit

from kg.remote.connection import PASSING, REDIRECTS, Connection, bare
from kg.remote.endpoints import StoreSettings, base_of

# GraphDB's account of itself, from a graph that it makes up; in other stores there is none of that name.
_ACCOUNT = "CONSTRUCT { ?s ?p ?o } FROM <http://www.ontotext.com/SYSINFO> { ?s ?p ?o }"


def probe(settings: StoreSettings, connection: Connection) -> tuple[str | None, str | None]:
    """The kind of a store and its version, as far as its URL and its answers tell.

    Raises `StoreError` when nobody answers or lets us in.
    """
    url = bare(urlsplit(settings.url)).rstrip("/")
    parts = urlsplit(url)
    root = f"{parts.scheme}://{parts.netloc}"
    status, server, _ = _get(connection, url)
    if status in REDIRECTS:
        raise connection.redirected(url, connection.send("GET", url))
    said = re.match(r"(Oxigraph|Virtuoso)/(\S+)", server)
    if said:
        return said[1].lower(), said[2]
    if status == 401:
        raise connection.refusal(url, connection.send("GET", url))
    if "/repositories/" in url and (found := _of_a_repository(connection, url)):
        return found
    if "Fuseki" in server or _is_ping(_get(connection, f"{root}/$/ping")):
        version = re.search(r"Fuseki[^\d]*([\d.]+)", server)
        return "fuseki", version[1] if version else _fuseki_version(connection, root)
    told = _get(connection, f"{url}?cmd=stats")
    if told[0] == 200 and '"name-index"' in told[2]:
        versions = dict(re.findall(r'"(version|git-hash)-server"\s*:\s*"v?([^"]+)"', told[2]))
        return "qlever", versions.get("version") or versions.get("git-hash")
    # QLever answers nothing to a token that is not its own.
    if "access token was provided" in told[2].lower():
        raise connection.refusal(url, connection.send("GET", url))
    return None, None


def version_of(settings: StoreSettings, connection: Connection) -> str | None:
    """The version of a store, where it tells."""
    return probe(replace(settings, url=base_of(settings)), connection)[1]


def _of_a_repository(connection: Connection, url: str) -> tuple[str, str] | None:
    """GraphDB or RDF4J, which speak the same protocol, with the version."""
    above, _, rest = url.partition("/repositories/")
    account = f"{above}/repositories/{rest.partition('/')[0]}?{urlencode({'query': _ACCOUNT})}"
    for kind, page, form in (
        ("graphdb", f"{above}/rest/info/version", r'"productVersion"\s*:\s*"([^"]+)"'),
        ("graphdb", account, r'SI_has_Revision>.*"([\w.]+)'),
        ("rdf4j", f"{above}/protocol", r"^\s*(\d+)\s*$"),
    ):
        status, _, text = _get(connection, page, "application/n-triples, */*;q=0.1")
        if status == 200 and (version := re.search(form, text)):
            return kind, f"protocol {version[1]}" if kind == "rdf4j" else version[1]
    return None


def _is_ping(told: tuple[int, str, str]) -> bool:
    """Whether an answer is that of Fuseki to a ping, which is the time; some servers say 200 to anything."""
    return told[0] == 200 and re.match(r"\s*\d{4}-\d\d-\d\d", told[2]) is not None


def _fuseki_version(connection: Connection, root: str) -> str | None:
    status, _, text = _get(connection, f"{root}/$/server")
    found = re.search(r'"version"\s*:\s*"([^"]+)"', text) if status == 200 else None
    return found[1] if found else None


def _get(connection: Connection, url: str, accept: str = "*/*") -> tuple[int, str, str]:
    """Status, the Server header, and the beginning of the text; raises `RequestError` for what may pass."""
    response = connection.send("GET", url, Accept=accept)
    if response.status in (*PASSING, 500):
        raise connection.refusal(url, response)
    try:
        text = response.read(1 << 16).decode("utf-8", "replace")
    except Exception:
        text = ""
    finally:
        response.close()
    return response.status, response.headers.get("Server", ""), text
