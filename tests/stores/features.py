"""What each real server does its own way, as docs/stores.md shows it; renewed by `make renew`."""

from __future__ import annotations

import gzip
import http.client
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox

from kg.core.terms import XSD
from kg.remote.connection import Connection
from kg.remote.endpoints import StoreSettings, preset_of
from kg.remote.limit import Limit
from kg.remote.login import Login, Secret
from kg.remote.probing import probe
from tests.servers import qlever
from tests.servers.fixtures import KINDS, STARTS
from tests.servers.process import Server
from tests.stores.own_answers import OWN_ANSWERS
from tests.stores.recording import played, scenes

PAGE = Path(__file__).parents[2] / "docs" / "stores.md"
_HEAD = "<!-- {}: written by the tests -->"
_END = "<!-- end of {} -->"
TITLES = {
    "oxigraph": "Oxigraph",
    "fuseki": "Fuseki",
    "rdf4j": "RDF4J",
    "graphdb": "GraphDB",
    "virtuoso": "Virtuoso",
    "qlever": "QLever",
}
ONE, TWO = "https://example.org/one", "https://example.org/two"
TRIPLE = "<https://example.org/s> <https://example.org/p> 1 ."
_COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
_OF_MINE = "SELECT (COUNT(*) AS ?n) { <https://example.org/s> ?p ?o }"
_WAYS = {
    "update": "one update for all graphs",
    "transaction": "one transaction for all graphs",
    "move": "staging graphs, moved one by one",
    "graph": "PUT of each graph",
}
_QLEVER = "test_the_tables_show_what_it_does"
_LOGINS = {"fuseki": "basic, digest", "rdf4j": "basic", "virtuoso": "digest", "qlever": "token"}
LITERALS = (
    ox.Literal("01", datatype=XSD("integer")),
    ox.Literal("2", datatype=XSD("decimal")),
    ox.Literal("2.50", datatype=XSD("decimal")),
    ox.Literal("1.0E0", datatype=XSD("double")),
    ox.Literal("5", datatype=XSD("int")),
    ox.Literal("true", datatype=XSD("boolean")),
    ox.Literal("1", datatype=XSD("boolean")),
    ox.Literal("2024-12-11T10:00:00+00:00", datatype=XSD("dateTime")),
    ox.Literal("2024-12-11T10:00:00.50Z", datatype=XSD("dateTime")),
    ox.Literal("2024-12-11Z", datatype=XSD("date")),
    ox.Literal("2024-12", datatype=XSD("gYearMonth")),
    ox.Literal("P1Y", datatype=XSD("duration")),
    ox.Literal("colour", language="en-GB"),
    ox.Literal("a\r\nb"),
    ox.Literal("plain", datatype=ox.NamedNode("https://example.org/type")),
)


def put(server: Server, data: bytes | str, graph: str = ONE, **headers: str) -> bool:
    """Whether a PUT of Turtle went well by the server's own account."""
    body = data.encode() if isinstance(data, str) else data
    answer = server.request("PUT", server.graph(graph), body, **{"Content_Type": "text/turtle", **headers})
    return answer.status < 300


def number(server: Server, text: str, *, default: Sequence[str] = ()) -> int:
    """The number that a query counts."""
    return int(server.query(text, default=default).text.split()[-1].strip('"'))


def told(server: Server) -> str:
    """Whether `kg load URL` needs no --kind."""
    login = Login(server.user or None, Secret(server.password), scheme=server.auth or "basic")
    if server.auth == "bearer":
        login = Login(token=Secret(server.password))
    kind, _ = probe(StoreSettings("tried", server.url), Connection(login, limit=Limit(30)))
    return "yes" if kind == server.kind else "give --kind"


def login(server: Server) -> str:
    """What the tests log in with."""
    return _LOGINS.get(server.kind, "none")


def way(server: Server) -> str:
    """How `kg load` replaces graphs."""
    return _WAYS[preset_of(server.kind).replaces]


def whole_put(server: Server) -> str:
    """What is left of a graph when the body of a PUT breaks off."""
    put(server, TRIPLE)
    lines = "".join(f"<https://example.org/{n}> <https://example.org/p> {n} .\n" for n in range(30_000))
    assert not put(server, lines + "<https://example.org/s> <oops")
    return "yes" if server.graphs() == {ONE: 1} else "no: half of the new one stands"


def whole_update(server: Server) -> str:
    """Whether the first of two operations is undone when the second fails."""
    answer = server.update(f"INSERT DATA {{ GRAPH <{ONE}> {{ {TRIPLE} }} }} ; LOAD <http://127.0.0.1:1/none>")
    assert answer.status >= 400
    if server.graphs():
        return "no"
    server.update(f"DROP SILENT GRAPH <{TWO}>")
    return "no: the first come with the next update" if server.graphs() else "yes"


def zipped(server: Server) -> str:
    """Whether a gzipped body is taken."""
    return _arrives(server, put(server, gzip.compress(TRIPLE.encode()), Content_Encoding="gzip"))


def chunked(server: Server) -> str:
    """Whether a body of no announced length is taken."""
    url = urlsplit(server.graph(ONE))
    headers = {"Content-Type": "text/turtle", **server.login("PUT", server.graph(ONE))}
    connection = http.client.HTTPConnection(url.netloc, timeout=60)
    connection.request("PUT", f"{url.path}?{url.query}", iter([TRIPLE.encode()]), headers)
    with connection.getresponse() as answer:
        return _arrives(server, answer.status < 300)


def dataset(server: Server) -> str:
    """Whether N-Quads for several graphs can be posted at once."""
    quads = preset_of(server.kind).quads
    if quads is None:
        return "no"
    url = quads.replace("{base}", server.url)
    data = f"{TRIPLE[:-1]}<{ONE}> .\n{TRIPLE[:-1]}<{TWO}> .\n".replace(" 1 ", ' "1" ')
    server.request("POST", url, data.encode(), Content_Type="application/n-quads")
    return "yes" if server.graphs() == {ONE: 1, TWO: 1} else "no"


def default_graph(server: Server) -> str:
    """What a query sees that names no graphs."""
    put(server, TRIPLE)
    return "all graphs" if number(server, _OF_MINE) else "nothing"


def twice(server: Server) -> str:
    """How often a triple counts that stands in two of the graphs of an explicit dataset."""
    put(server, TRIPLE, ONE)
    put(server, TRIPLE, TWO)
    return {1: "once", 2: "twice"}[number(server, _COUNT, default=[ONE, TWO])]


def blank_nodes(server: Server) -> str:
    """Whether a graph with blank nodes comes back isomorphic."""
    sent = "[] <https://example.org/p> [ <https://example.org/p> ( 1 2 ) ] ."
    put(server, sent)
    parsed = [quad.triple for quad in ox.parse(sent, ox.RdfFormat.TURTLE)]
    return "yes" if _canonical(_got(server)) == _canonical(parsed) else "no"


def triple_terms(server: Server) -> str:
    """Whether RDF 1.2 is understood: a triple as an object."""
    sent = f"{TRIPLE[:-3]}<<( {TRIPLE[:-1]})>> ."
    return _arrives(server, put(server, sent))


FEATURES: Mapping[str, Callable[[Server], str]] = {
    "tells its kind": told,
    "logins tried": login,
    "`kg load` replaces by": way,
    "a PUT that breaks off leaves the graph as it was": whole_put,
    "several operations of an update: all or none": whole_update,
    "takes gzip": zipped,
    "takes chunks (no Content-Length)": chunked,
    "takes N-Quads for several graphs at once": dataset,
    "a query without a dataset sees": default_graph,
    "with a dataset, a triple in two graphs counts": twice,
    "blank nodes come back": blank_nodes,
    "RDF 1.2 triple terms": triple_terms,
}


def features(server: Server) -> Iterator[tuple[str, str]]:
    """Each feature and what this server does."""
    for name, probed in FEATURES.items():
        server.empty()
        yield name, probed(server)
    server.empty()


def literals(server: Server) -> Iterator[tuple[str, str]]:
    """Each literal and what comes back for it, where that is another."""
    server.empty()
    subject = "<https://example.org/s>"
    lines = [f"{subject} <https://example.org/p{n}> {value} .\n" for n, value in enumerate(LITERALS)]
    assert put(server, "".join(lines))
    back = {triple.predicate.value: triple.object for triple in _got(server)}
    for number, value in enumerate(LITERALS):
        found = back.get(f"https://example.org/p{number}")
        yield _cell(value), "same" if found == value else _cell(found) if found else "lost"
    server.empty()


def parts(servers: Mapping[str, Server]) -> dict[str, str]:
    """The generated parts of the page, by name."""
    columns = {kind: dict(features(server)) for kind, server in servers.items()}
    sent = {kind: dict(literals(server)) for kind, server in servers.items()}
    tables = [
        _table("", columns, list(FEATURES)),
        "What comes back for a literal that is sent:",
        _table("sent", sent, [_cell(value) for value in LITERALS]),
    ]
    return {"features": "\n\n".join(tables), "answers": answers()}


def answers() -> str:
    """The stored queries whose answer is a store's own, with the cause."""
    lines = [
        "The tests ask each store every stored query, with triples in two graphs and a foreign graph beside.",
        "The answers are those of the snapshot, but for these, which are the stores' own:",
        "",
    ]
    for kind, found in OWN_ANSWERS.items():
        for cause in dict.fromkeys(found.values()):
            names = ", ".join(f"`{name}`" for name in found if found[name] == cause)
            lines.append(f"- {TITLES[kind]}: {cause}: {names}.")
    return "\n".join(lines)


def column(name: str, kind: str) -> list[tuple[str, str]]:
    """What the page shows of a store: the first cell of each row of its tables, and the store's."""
    part = PAGE.read_text(encoding="utf-8").partition(_HEAD.format(name))[2].partition(_END.format(name))[0]
    rows = [
        [cell.strip() for cell in line.strip("|").split(" | ")] for line in part.splitlines() if "|" in line
    ]
    at = rows[0].index(TITLES[kind])
    return [(row[0], row[at]) for row in rows if TITLES[kind] not in row and "---" not in row[0]]


def renew() -> None:
    """Write the generated parts of the page anew, from servers that are started for it."""
    with _started() as servers:
        found = parts(servers)
    page = PAGE.read_text(encoding="utf-8")
    for name, text in found.items():
        head, end = _HEAD.format(name), _END.format(name)
        before, _, rest = page.partition(head)
        page = f"{before}{head}\n\n{text}\n\n{end}{rest.partition(end)[2]}"
    PAGE.write_text(page, encoding="utf-8")


@contextmanager
def _started() -> Iterator[dict[str, Server]]:
    with tempfile.TemporaryDirectory() as folder:
        servers: dict[str, Server] = {}
        try:
            for kind in KINDS:
                home = Path(folder, kind)
                home.mkdir()
                servers[kind] = STARTS[kind](home, **({"auth": "basic"} if kind == "rdf4j" else {}))
            with played(scenes(qlever.RECORDING)["scenes"][_QLEVER]) as stage:
                yield servers | {"qlever": qlever.at(stage.url)}
        finally:
            for server in servers.values():
                server.stop()


def _arrives(server: Server, said: bool) -> str:
    if server.graphs() == {ONE: 1}:
        return "yes"
    return "no, yet says that it did" if said else "no"


def _got(server: Server) -> list[ox.Triple]:
    answer = server.request("GET", server.graph(ONE), Accept="application/n-triples")
    form = ox.RdfFormat.from_media_type(answer.headers.get_content_type()) or ox.RdfFormat.N_TRIPLES
    return [quad.triple for quad in ox.parse(answer.body, form)]


def _canonical(triples: Iterable[ox.Triple]) -> set[str]:
    data = ox.Dataset(ox.Quad(*triple) for triple in triples)
    data.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return {str(quad) for quad in data}


def _cell(term: object) -> str:
    text = (
        str(term).replace("<http://www.w3.org/2001/XMLSchema#", "xsd:").replace("<https://example.org/", ":")
    )
    return f"`{text.replace('>', '').replace('^^xsd:string', '')}`"


def _table(corner: str, columns: Mapping[str, Mapping[str, str]], rows: list[str]) -> str:
    lines = [[corner, *(TITLES[kind] for kind in columns)], ["---"] * (len(columns) + 1)]
    lines += [[row, *(column[row] for column in columns.values())] for row in rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
