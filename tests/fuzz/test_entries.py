"""No input is a bug: whatever comes in, `kg` ends with a status that its documentation knows.

Hypothesis alters samples with seeds that do not change, without a look at what the code does with them: a few
an entry by `make test`, twenty seconds of them by `make test-full`; `make fuzz FOR=60 PATIENCE=3` a minute.
"""

from __future__ import annotations

import io
import os
import threading
import time
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import hypothesis
import hypothesis.strategies as st
import pyoxigraph as ox
import pytest
from fpdf import FPDF

from kg.article.sheets.grid import read_grid, write_workbook
from tests.command import Kg
from tests.lanes import FULL

ROOT = Path(__file__).parents[2]
SLUG = "2026-01-15-harbour-drill"
SECONDS = int(os.environ.get("KG_FUZZ_SECONDS", "20"))
NUMBER, MOST = 3, 15 * SECONDS  # on most machines the examples are over before the time is

NASTY = [
    *(
        text.encode()
        for text in ('"""', "'''", "\\u", "\\", "<", ">", "<<(", "{", "}", "[", "(", "#", "$", "?x")
    ),
    *(text.encode() for text in ("\0", "\r", "\u2028", "\ufeff", "\u0085", "\x0b", "e\u0301", "\U0001f9ea")),
    *(text.encode() for text in ("9" * 400, "-0", "1e999", "[" * 300, "../..", "%00", "@en", "^^xsd:date")),
    *(text.encode() for text in ("%", "%s", "%zz", "]", "*", "?", "&", ";", "null", "true", "-1", "_:b")),
    b"\xff\xfe",
    b"\xed\xa0\x80",
]


@st.composite
def mutated(draw: st.DrawFn, samples: Sequence[bytes]) -> bytes:
    """A sample with one to four places cut, doubled, overwritten, or taken from another, or cut off."""
    data = bytearray(draw(st.sampled_from(samples)))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(data)))
        end = min(len(data), start + draw(st.sampled_from((0, 1, 1, 2, 10, 100, 1 << 30))))
        other = draw(st.sampled_from(samples))
        at = draw(st.integers(0, len(other)))
        news = [b"", bytes(data[start:end]) * 2, other[at : at + draw(st.sampled_from((1, 10, 100)))]]
        one = st.one_of(st.sampled_from(news), st.sampled_from(NASTY), st.binary(min_size=1, max_size=1))
        data[start:end] = draw(one)
    return bytes(data)


def holds(name: str, strategy: st.SearchStrategy[bytes], run: Callable[[bytes], None]) -> None:
    """Run what must hold of all that a strategy makes, on as much of it as there is time for."""
    over, failed = time.monotonic() + SECONDS, False

    @hypothesis.seed(zlib.crc32(name.encode()))
    @hypothesis.settings(max_examples=MOST if FULL else NUMBER, database=None, deadline=None)
    @hypothesis.given(strategy)
    def property_of_it(data: bytes) -> None:
        nonlocal failed
        if failed or time.monotonic() < over:  # what failed is tried again until it is small
            failed = True
            run(data)
            failed = False

    property_of_it()


@dataclass(frozen=True)
class Entry:
    """Where outside data come in: samples of them, the file that holds them, the command that reads it.

    `wrap` puts a sample that was altered back into what holds it.
    """

    samples: Callable[[Path], Sequence[bytes]]
    file: str
    command: tuple[str, ...]
    wrap: Callable[[bytes], bytes] = bytes


def files(pattern: str) -> Callable[[Path], list[bytes]]:
    """The files of this repository that a pattern finds, as samples."""
    return lambda _: [path.read_bytes() for path in sorted(ROOT.glob(pattern))]


def exported(name: str) -> Callable[[Path], list[bytes]]:
    """What `kg export` writes for a project's claims, as the sample."""

    def sample(project: Path) -> list[bytes]:
        assert Kg()("export", name, "--layer", "claims", cwd=project).status == 0
        return [(project / name).read_bytes()]

    return sample


def book() -> bytes:
    """A working sheet as a workbook."""
    return write_workbook({"claims": read_grid(ROOT / "examples" / "sheet.csv").rows})


def part(name: str) -> tuple[Callable[[Path], list[bytes]], Callable[[bytes], bytes]]:
    """One part of a workbook as the sample, and the workbook with it in place of its own."""

    def wrap(data: bytes) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(book())) as before, zipfile.ZipFile(made, "w") as after:
            for other in before.namelist():
                after.writestr(other, data if other == name else before.read(other))
        return made.getvalue()

    def sample(_: Path) -> list[bytes]:
        return [zipfile.ZipFile(io.BytesIO(book())).read(name)]

    return sample, wrap


def paper(_: Path) -> list[bytes]:
    """A page of a PDF."""
    made = FPDF()
    made.add_page()
    made.set_font("Helvetica", size=11)
    made.multi_cell(0, text="The town wants a drill every year. " * 20)
    return [bytes(made.output())]


def of_a_workbook(name: str) -> Entry:
    """The entry of one part of a workbook."""
    sample, wrap = part(name)
    return Entry(sample, "read.xlsx", (*IMPORT, "read.xlsx", "--dry-run"), wrap)


IMPORT = ("article", "import", SLUG)
ENTRIES = {
    "Turtle": Entry(files("starter/**/*.ttl"), "read.ttl", ("format", "--check", "read.ttl")),
    "N-Triples": Entry(exported("a.nt"), "read.nt", ("diff", "read.nt", "read.nt")),
    "N-Quads": Entry(exported("a.nq"), "read.nq", ("diff", "read.nq", "read.nq")),
    "TriG": Entry(exported("a.trig"), "read.trig", ("diff", "read.trig", "read.trig")),
    "RDF/XML": Entry(exported("a.rdf"), "read.rdf", ("diff", "read.rdf", "read.rdf")),
    "JSON-LD": Entry(exported("a.jsonld"), "read.jsonld", ("diff", "read.jsonld", "read.jsonld")),
    "packed": Entry(exported("a.nq.gz"), "read.nq.gz", ("diff", "read.nq.gz", "read.nq.gz")),
    "source": Entry(files("starter/entities/*.ttl"), "entities/harbour.ttl", ("check",)),
    "metadata": Entry(files("starter/articles/*/article.ttl"), f"articles/{SLUG}/article.ttl", ("check",)),
    "table": Entry(files("starter/articles/*/claims.csv"), f"articles/{SLUG}/claims.csv", ("check",)),
    "ontology": Entry(files("ontology/figures.ttl"), "ontology/read.ttl", ("check",)),
    "shapes": Entry(files("shapes/claims.ttl"), "shapes/read.ttl", ("check", "--only", "shapes")),
    "rule": Entry(files("ontology/rules/*.rq"), "ontology/rules/read.rq", ("check", "--only", "shapes")),
    "ontology check": Entry(
        files("ontology/checks/*.rq"), "ontology/checks/read.rq", ("check", "--only", "ontology")
    ),
    "SPARQL": Entry(files("queries/core/*.rq"), "read.rq", ("sparql", "-f", "read.rq", "--timeout", "20")),
    "stored query": Entry(
        files("queries/claims/*.rq"), "queries/claims/read.rq", ("check", "--only", "queries")
    ),
    "asked query": Entry(
        files("queries/claims/who-*.rq"), "queries/claims/read.rq", ("query", "read", "--timeout", "20")
    ),
    "settings": Entry(files("starter/kg.toml"), "kg.toml", ("query",)),
    "JSON-LD context": Entry(
        files("ontology/context.jsonld"), "ontology/context.jsonld", ("export", "-", "--format", "jsonld")
    ),
    "sheet": Entry(files("examples/*.csv"), "read.csv", (*IMPORT, "read.csv", "--dry-run")),
    "workbook": Entry(lambda _: [book()], "read.xlsx", (*IMPORT, "read.xlsx", "--dry-run")),
    "rows of a workbook": of_a_workbook("xl/worksheets/sheet1.xml"),
    "texts of a workbook": of_a_workbook("xl/sharedStrings.xml"),
    "sheets of a workbook": of_a_workbook("xl/workbook.xml"),
    "text": Entry(files("examples/texts/*.txt"), "read.txt", ("text", "add", SLUG, "read.txt")),
    "page": Entry(files("docs/*.md"), "read.html", ("text", "add", SLUG, "read.html")),
    "PDF": Entry(paper, "read.pdf", ("text", "add", SLUG, "read.pdf")),
    "kept text": Entry(files("starter/texts/*.txt"), f"texts/{SLUG}.txt", ("check", "--only", "passages")),
    "decisions": Entry(
        lambda _: [b"decision,start,end,surface,entity,by\nyes,0,5,Quiet,my:ElleryTown,label\n"],
        "read.csv",
        ("article", "mentions", SLUG, "--accept", "read.csv"),
    ),
    "baseline": Entry(
        lambda _: [
            b'[[accepted]]\nrule = "claim.holder"\nnode = "#S001"\nreason = "known"\nexpires = 2030-01-01\n'
        ],
        "read.toml",
        ("check", "--baseline", "read.toml"),
    ),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_no_file_is_a_bug(name: str, starter: Path, kg: Kg) -> None:
    entry = ENTRIES[name]
    samples = entry.samples(starter)
    assert samples

    def run(data: bytes) -> None:
        (starter / entry.file).parent.mkdir(parents=True, exist_ok=True)
        (starter / entry.file).write_bytes(entry.wrap(data))
        ran = kg(*entry.command, cwd=starter)
        assert ran.status in range(5), ran.err

    holds(name, mutated(samples), run)


TYPED = [
    b"Ellery Harbour Watch",
    b"#S001",
    b"secpol:heldBy",
    b"https://w3id.org/secpol/entity/Japan",
    b"2026-01-15-harbour-drill#S001",
    b"50%",
    b"a[b]",
    b'"47"^^xsd:integer',
    b"2024-09-10",
]
COMMANDS: dict[str, tuple[str, ...]] = {
    "show": ("show", "--", "TYPED"),
    "why": ("why", "--", "TYPED"),
    "why of a value": ("why", "--", "#S001", "TYPED", "TYPED"),
    "parameter": ("query", "claims-about", "--entity=TYPED", "--holder=TYPED"),
    "query": ("query", "TYPED"),
    "typed SPARQL": ("sparql", "--timeout", "20", "--", "TYPED"),
    "format": ("sparql", "ASK {}", "--format=TYPED"),
    "store": ("sparql", "ASK {}", "--store=ftp:TYPED"),
    "layer": ("export", "-", "--layer=TYPED"),
    "parameter of an export": ("export", "-", "--query", "argument-map", "-p", "TYPED"),
    "rule": ("explain", "--", "TYPED"),
    "selected rule": ("check", "--only", "vocabulary", "--select=TYPED"),
    "sides": ("diff", "--", "TYPED", "TYPED"),
    "article": ("article", "show", "--", "TYPED"),
    "new article": ("article", "new", "TYPED", "texts/2026-01-15-harbour-drill.txt", "--title=TYPED"),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_no_word_is_a_bug(name: str, starter: Path, kg: Kg) -> None:
    def run(data: bytes) -> None:
        typed = data.decode(errors="replace").replace("\0", "")
        ran = kg(*(word.replace("TYPED", typed) for word in COMMANDS[name]), cwd=starter)
        assert ran.status in range(5), ran.err

    queries = [b"SELECT * { ?s a secpol:Claim OPTIONAL { ?s ?p 1.0 } } LIMIT 3", b"DESCRIBE <urn:x>"]
    holds(name, mutated(queries if name == "typed SPARQL" else TYPED), run)


ROW = b'{"graph":{"type":"uri","value":"http://e/graph/a"},"n":{"type":"literal","value":"3"}}'
JSON = b'{"head":{"vars":["graph","n"]},"results":{"bindings":[' + ROW + b"]}}"
XML = ox.Store().query("SELECT (<http://e/> AS ?graph) (3 AS ?n) {}")
assert isinstance(XML, ox.QuerySolutions)
ANSWERS = {
    "application/sparql-results+json": [JSON, b'{"head":{},"boolean":true}'],
    "application/sparql-results+xml": [XML.serialize(format=ox.QueryResultsFormat.XML) or b""],
    "text/tab-separated-values": [b'?graph\t?n\n<http://e/graph/a>\t3\n"x"@en\t\n'],
    "application/n-triples": [b'<http://e/a> <http://e/b> "x"@en .\n'],
    "application/rdf+xml": [
        ox.serialize([ox.Triple(*[ox.NamedNode("http://e/a")] * 3)], format=ox.RdfFormat.RDF_XML) or b""
    ],
}
ASKED = (
    ("sparql", "SELECT ?graph ?n { ?graph ?p ?n }"),
    ("sparql", "ASK {}"),
    ("sparql", "CONSTRUCT WHERE { ?s ?p ?o }"),
    ("query", "who-holds-what"),
)


@dataclass
class Said:
    """What a server says to everything."""

    url: str = ""
    kind: str = ""
    data: bytes = b""


@pytest.fixture
def said() -> Iterator[Said]:
    """A server that answers everything alike."""
    found = Said()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length", 0)))
            self.send_response(200)
            self.send_header("Content-Type", found.kind)
            self.send_header("Content-Length", str(len(found.data)))
            self.end_headers()
            self.wfile.write(found.data)

        do_GET = do_POST

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    found.url = f"http://127.0.0.1:{server.server_port}/sparql"
    yield found
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("kind", ANSWERS)
def test_no_answer_is_a_bug(kind: str, starter: Path, kg: Kg, said: Said) -> None:
    with (starter / "kg.toml").open("a", encoding="utf-8") as file:
        for name, dataset in (("plain", "union"), ("loaded", "manifest")):
            file.write(f'\n[stores.{name}]\nkind = "sparql"\nurl = "{said.url}"\ndataset = "{dataset}"\n')

    def run(data: bytes) -> None:
        said.kind, said.data = kind, data
        for store in ("plain", "loaded"):
            for command in ASKED:
                ran = kg(*command, "--store", store, cwd=starter)
                assert ran.status in range(5), ran.err
        assert kg("stores", "check", "loaded", cwd=starter).status in range(5)

    holds(kind, mutated(ANSWERS[kind]), run)
