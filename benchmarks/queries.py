"""Stored queries beside rdflib and bare pyoxigraph, and a million rows beside the oxigraph command."""

from __future__ import annotations

import io
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import rdflib

from benchmarks.timing import KG, interleaved, timed
from kg.api.knowledge_graph import KnowledgeGraph
from kg.project.project import Project
from kg.query.answer import Format
from kg.query.stored import StoredQuery

MILLION = """SELECT ?n ?text {
    VALUES ?a { 0 1 2 3 4 5 6 7 8 9 } VALUES ?b { 0 1 2 3 4 5 6 7 8 9 } VALUES ?c { 0 1 2 3 4 5 6 7 8 9 }
    VALUES ?d { 0 1 2 3 4 5 6 7 8 9 } VALUES ?e { 0 1 2 3 4 5 6 7 8 9 } VALUES ?f { 0 1 2 3 4 5 6 7 8 9 }
    BIND(?a + 10 * ?b + 100 * ?c + 1000 * ?d + 10000 * ?e + 100000 * ?f AS ?n)
    BIND(CONCAT("row ", STR(?n)) AS ?text)
}"""
BARE = """
import sys
import pyoxigraph as ox
store = ox.Store.read_only(sys.argv[1])
with open(sys.argv[2]) as file:
    rows = store.query(file.read(), use_default_graph_as_union=True)
form = ox.RdfFormat.TURTLE if isinstance(rows, ox.QueryTriples) else ox.QueryResultsFormat.CSV
rows.serialize(sys.stdout.buffer, form)
"""


def main() -> None:
    graph = KnowledgeGraph.open(Project.shipped())
    print_engines(graph)
    print_shell(graph)
    print_streaming(graph)


def print_engines(graph: KnowledgeGraph) -> None:
    """All stored queries at their examples; ours are written out; rdflib has the graph in memory."""
    dataset = graph.to_rdflib()
    ours, theirs, ratios = 0.0, 0.0, []
    for stored in graph.queries.values():
        text = bound(graph, stored)
        mine = best(partial(written, graph, text), 3)
        other = best(partial(all_of, dataset, text), 1)
        ours, theirs = ours + mine, theirs + other
        ratios.append(other / mine)
    print(
        f"{len(ratios)} stored queries        kg {ours:.2f} s, rdflib {theirs:.2f} s: {theirs / ours:.0f} x"
    )
    print(f"ratio, median and least     {statistics.median(ratios):.0f} x, {min(ratios):.1f} x")


def print_shell(graph: KnowledgeGraph) -> None:
    """The first and the slowest stored query from the shell, in turns with what it cannot do without.

    Bare is a script that opens the same store for reading, runs the same text, parameters put in, and writes
    CSV. What click costs is loaded by every command that has options.
    """
    slowest = max(
        graph.queries.values(), key=lambda stored: best(lambda: written(graph, bound(graph, stored)), 1)
    )
    clicked = [sys.executable, "-c", "import pyoxigraph, click"]
    alone = [sys.executable, "-c", "import pyoxigraph"]
    for stored in (graph.queries["who-rejected"], slowest):
        options = [f"--{name.replace('_', '-')}={value}" for name, value in example(stored).items()]
        with tempfile.NamedTemporaryFile("w", suffix=".rq", encoding="utf-8") as file:
            file.write(bound(graph, stored))
            file.flush()
            bare = [sys.executable, "-c", BARE, str(graph.snapshot.folder / "store"), file.name]
            asked, least, click, ox = interleaved(
                [[*KG, "query", stored.name, "-q", *options], bare, clicked, alone], runs=15
            )
        over = asked.cpu - least.cpu
        print(f"{stored.name:<27} {asked}  (bar: wall 0.25 s)")
        print(f"  the same, bare            {least}")
        print(f"  kg over bare              cpu {over:.3f} s  (bar: 0.04 s)")
        print(f"  of it click               cpu {click.cpu - ox.cpu:.3f} s")


def print_streaming(graph: KnowledgeGraph) -> None:
    """A million rows as CSV."""
    asked = timed([*KG, "sparql", MILLION, "--format", "csv"], runs=3)
    print(f"a million rows, kg          {asked}")
    command = Path(sys.executable).with_name("oxigraph")
    if not command.is_file():
        print("a million rows, oxigraph    not installed; see the extra `test`")
        return
    with tempfile.TemporaryDirectory() as folder:
        store = shutil.copytree(graph.snapshot.folder / "store", Path(folder) / "store")
        plain = [
            str(command),
            "query",
            "--location",
            str(store),
            "--query",
            MILLION,
            "--results-format",
            "csv",
        ]
        bare = timed(plain, runs=3)
    print(f"a million rows, oxigraph    {bare}  (kg at {bare.wall / asked.wall:.0%} of its rate; bar: 50%)")


def written(graph: KnowledgeGraph, text: str) -> bytes:
    answer, file = graph.sparql(text), io.BytesIO()
    answer.write(file, Format.TURTLE if answer.is_graph else Format.CSV)
    return file.getvalue()


def all_of(dataset: rdflib.Dataset, text: str) -> list[object]:
    return list(dataset.query(text))


def bound(graph: KnowledgeGraph, stored: StoredQuery) -> str:
    return stored.with_terms(stored.terms(example(stored), graph.lookup))


def example(stored: StoredQuery) -> dict[str, str]:
    """The examples of the parameters that must be given."""
    needed = {parameter.name: parameter.example for parameter in stored.parameters if parameter.required}
    return {name: value for name, value in needed.items() if value is not None}


def best(work: Callable[[], object], runs: int) -> float:
    times = []
    for _ in range(runs):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)
