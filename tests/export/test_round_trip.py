"""Each reader makes of each format what the page says; the sources, too, are read alike by all."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.project.project import Project, Source
from tests.export import literals, matrix, readers
from tests.export.matrix import CELLS, MISREAD, READERS, REFUSED, ROWS, SAME, Bench, Row, shown
from tests.export.readers import canonical

SHIPPED = Project.shipped()
TURTLE = [source for source in SHIPPED.sources() if source.path.suffix == ".ttl"]

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def bench(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Bench:
    graph = KnowledgeGraph.open(SHIPPED, strict=True)
    tool = partial(request.getfixturevalue)
    return Bench(graph, tmp_path_factory.mktemp("exported"), partial(tool, "jena"), partial(tool, "robot"))


@pytest.mark.parametrize(("row", "reader"), CELLS, ids=str)
def test_a_reader_makes_of_a_format_what_the_page_says(bench: Bench, row: Row, reader: str) -> None:
    found = bench.outcome(row, reader)
    named = reader.replace("-", " ")
    cell = dict(shown())[str(row)][READERS.index(named if named in READERS else "others")]
    assert cell.removeprefix(f"{named}: ") == found


def test_only_what_knows_no_triple_terms_reads_something_else() -> None:
    table = dict(shown())
    assert list(table) == [str(row) for row in ROWS]
    failing = {name for name, cells in table.items() if {MISREAD, REFUSED} & set(cells)}
    assert failing == {str(row) for row in ROWS if "rdf12" in row.options}
    rdf = [READERS.index(reader) for reader in ("pyoxigraph", "riot", "PyLD")]
    assert {cells[at] for cells in table.values() for at in rdf} == {SAME, ""}


def test_the_page_tells_what_becomes_of_literals(jena: str, tmp_path: Path) -> None:
    found = literals.table(readers.in_riot(jena), tmp_path)
    assert matrix.between(literals.BEGIN, literals.END) == found


def base_of(source: Source) -> str:
    return SHIPPED.article_iri(source.slug) if source.slug else "https://example.org/"


@pytest.mark.parametrize("source", TURTLE, ids=lambda source: source.name)
def test_rdflib_reads_a_source_as_we_do_and_the_store_keeps_every_literal(source: Source) -> None:
    """What stands in our sources is canonical already, so nothing is rewritten on the way to the graph."""
    ours = {ox.Quad(*quad.triple) for quad in readers.in_pyoxigraph(source.path, base_of(source))}
    assert canonical(readers.in_rdflib(source.path, base_of(source))) == canonical(ours)
    store = ox.Store()
    store.extend(ours)
    assert canonical(store) == canonical(ours)


def test_riot_reads_the_sources_as_we_do(jena: str) -> None:
    """In one go, since a Java machine is slow to start; each source has a base of its own or needs none."""
    found = readers.in_riot(jena)(*(source.path for source in TURTLE))
    ours = (
        ox.Quad(*quad.triple)
        for source in TURTLE
        for quad in ox.parse(path=source.path, base_iri=base_of(source), rename_blank_nodes=True)
    )
    assert canonical(found) == canonical(ours)
