"""The round-trip matrix: what each reader makes of each format; tests.renew writes it into docs/export.md."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg.api.knowledge_graph import KnowledgeGraph
from kg.export.content import Content
from kg.export.layers import Graphs
from kg.export.ontology import with_one_header
from tests.export import literals, readers, tools
from tests.export.readers import Quads, canonical

PAGE = Path(__file__).parent.parent.parent / "docs" / "export.md"
BEGIN, END = "<!-- round trip: written by tests.renew -->\n", "<!-- end of round trip -->\n"
READERS = ("pyoxigraph", "rdflib", "riot", "PyLD", "OWL API", "owlready2", "others")
SAME, REFUSED, MISREAD = "same", "refused", "misread"


@dataclass(frozen=True)
class Row:
    """A format with the options it is exported by, and who reads it."""

    name: str
    file: str
    readers: tuple[str, ...]
    options: Mapping[str, object]

    def __str__(self) -> str:
        return self.name


def _row(name: str, file: str, who: str, **options: object) -> Row:
    return Row(name, file, tuple(who.split()), options)


_RDF = "pyoxigraph rdflib riot"
ROWS = (
    _row("Turtle", "kg.ttl", _RDF),
    _row("N-Triples", "kg.nt", _RDF),
    _row("N-Quads", "kg.nq", _RDF),
    _row("TriG", "kg.trig", _RDF),
    _row("RDF/XML", "kg.rdf", _RDF),
    _row("JSON-LD", "kg.jsonld", f"{_RDF} PyLD"),
    _row("JSON-LD `--frame`", "framed.jsonld", f"{_RDF} PyLD", frame=True),
    _row("N-Quads `--rdf12`", "kg12.nq", _RDF, rdf12=True),
    _row("TriG `--rdf12`", "kg12.trig", _RDF, rdf12=True),
    _row("ontology, RDF/XML", "ontology.rdf", f"{_RDF} OWL-API owlready2", layers=["ontology"]),
    _row("ontology, Turtle", "ontology.ttl", f"{_RDF} OWL-API", layers=["ontology"]),
    _row("Parquet", "kg.parquet", "DuckDB"),
    _row("GraphML", "kg.graphml", "networkx"),
    _row("CSV", "kg.csv", "networkx"),
)
CELLS = tuple((row, reader) for row in ROWS for reader in row.readers)


class Bench:
    """A graph, its exports, and the tools that read them."""

    def __init__(
        self, graph: KnowledgeGraph, folder: Path, jena: Callable[[], str], robot: Callable[[], str]
    ) -> None:
        self.graph = graph
        self._folder = folder
        self.jena = jena
        self._robot = robot
        self._exported: dict[str, Path] = {}

    def outcome(self, row: Row, reader: str) -> str:
        """What a reader makes of a format."""
        path = self.file(row)
        if reader in ("OWL-API", "owlready2", "DuckDB", "networkx"):
            return self._as_tool(reader, path)
        read: Mapping[str, Callable[[], Quads]] = {
            "pyoxigraph": lambda: readers.in_pyoxigraph(path),
            "rdflib": lambda: readers.in_rdflib(path),
            "PyLD": lambda: readers.in_pyld(path),
            "riot": lambda: readers.in_riot(self.jena())(path),
        }
        try:
            found = read[reader]()
        except Exception as error:
            if reader == "rdflib" and "rdf12" in row.options:
                return REFUSED
            raise AssertionError(f"{reader} cannot read {path.name}: {error}") from error
        return SAME if canonical(found) == self.expected(row) else MISREAD

    def file(self, row: Row) -> Path:
        """The export of a row, made once."""
        if row.file not in self._exported:
            path = self._folder / row.file
            self.graph.export(path, **row.options)  # type: ignore[arg-type]
            self._exported[row.file] = path
        return self._exported[row.file]

    def expected(self, row: Row) -> Quads:
        """What the snapshot has of it, by its own store."""
        if "layers" in row.options:
            graphs = (ox.NamedNode(self.graph.project.graph_iri("ontology")),)
            snapshot = self.graph.snapshot
            content = with_one_header(Content(snapshot.store, graphs), snapshot.manifest["ontology"])
            return canonical(ox.Quad(*quad.triple) for quad in content.store)
        quads: Sequence[ox.Quad] = list(self.graph.snapshot.store)
        if "rdf12" in row.options:
            return canonical(tools.with_triple_terms(quads))
        if "frame" in row.options:
            graphs_ = Graphs(self.graph.snapshot.store)
            return canonical(ox.Quad(*q.triple) for q in quads if graphs_.layer(q.graph_name) == "claims")
        if row.file.endswith((".ttl", ".nt", ".rdf")):
            return canonical(ox.Quad(*quad.triple) for quad in quads)
        return self._whole

    @cached_property
    def _whole(self) -> Quads:
        return canonical(self.graph.snapshot.store)

    def _as_tool(self, reader: str, path: Path) -> str:
        if reader == "OWL-API":
            return tools.in_owl_api(self.graph, path, self._robot())
        if reader == "owlready2":
            return tools.in_owlready2(self.graph, path)
        if reader == "DuckDB":
            return tools.in_duckdb(self.graph, path)
        return tools.in_networkx(self.graph, path)


def table(outcome: Callable[[Row, str], str]) -> str:
    """The matrix as Markdown."""
    lines = [f"| format | {' | '.join(READERS)} |", "|---" * (len(READERS) + 1) + "|"]
    for row in ROWS:
        cells = dict.fromkeys(READERS, "")
        for reader in row.readers:
            named = reader.replace("-", " ")
            said = outcome(row, reader)
            cells[named if named in cells else "others"] = said if named in cells else f"{named}: {said}"
        lines.append(f"| {row} | {' | '.join(cells.values())} |")
    return "\n".join([*lines, ""])


def shown() -> Iterator[tuple[str, list[str]]]:
    """The rows of the table as the page has it."""
    for line in between(BEGIN, END).splitlines()[2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        yield cells[0], cells[1:]


def between(begin: str, end: str) -> str:
    """What the page has between two marks."""
    return PAGE.read_text(encoding="utf-8").partition(begin)[2].partition(end)[0]


def renew(bench: Bench, folder: Path) -> None:
    """Write both tables into the page."""
    write(BEGIN, END, table(bench.outcome))
    write(literals.BEGIN, literals.END, literals.table(readers.in_riot(bench.jena()), folder))


def write(begin: str, end: str, made: str) -> None:
    """Put a table between two marks of the page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(begin)
    PAGE.write_text(f"{before}{begin}{made}{end}{rest.partition(end)[2]}", encoding="utf-8")
