"""A million quads as files, beside the oxigraph command line tool and rdflib's longturtle."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyoxigraph as ox
import rdflib

from benchmarks.corpus import write_corpus
from benchmarks.timing import ENVIRONMENT
from kg.build.sources import stage
from kg.core.labels import Labels
from kg.export.content import Content
from kg.export.extract import Extract, Selection
from kg.export.formats import format_of
from kg.export.rdf import write_turtle
from kg.project.project import Project

ARTICLES = (325, 1300)  # a quarter of a million quads, and a million
SAMPLE = 100  # articles for rdflib, which takes its time
_HERE = Path(__file__).parent.parent
_SELF = (sys.executable, "-m", "benchmarks.export")
NAMES = ("kg.nq", "kg.ttl", "kg.trig", "kg.nt", "kg.rdf", "kg.jsonld", "kg.csv", "kg.parquet")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        print_sizes([corpus(Path(folder) / str(articles), articles) for articles in ARTICLES])
        print_longturtle(corpus(Path(folder) / "sample", SAMPLE))


def corpus(folder: Path, articles: int) -> Path:
    """A project with a store, made by another process: what a process takes counts for its children, too."""
    subprocess.run([*_SELF, str(folder), str(articles)], check=True, cwd=_HERE)
    return folder


def print_sizes(projects: list[Path]) -> None:
    """Each format at both sizes, with its peak of memory; the larger one beside `oxigraph dump`."""
    small, large = projects
    dump = str(Path(sys.executable).with_name("oxigraph"))
    theirs = {}
    for name in ("x.nq", "x.trig"):
        command = [dump, "dump", "--location", str(large / "store"), "--file", str(large / name)]
        theirs[Path(name).suffix] = best(command)[0]
        (large / name).unlink()
        print(f"oxigraph dump {name[1:]:14}{theirs[Path(name).suffix]:6.1f} s")
    for name in NAMES:
        _, before = best(exporting(small, name), runs=1)
        seconds, peak = best(exporting(large, name))
        bar = (
            theirs.get(Path(name).suffix) or theirs[".trig"]
            if name in ("kg.nq", "kg.ttl", "kg.trig")
            else None
        )
        beside = f"  {bar / seconds:4.0%} of oxigraph's rate (bar: 50%)" if bar else ""
        print(f"kg export {name:18}{seconds:6.1f} s, {before:4} MB at a quarter, {peak:4} MB{beside}")


def print_longturtle(project: Path) -> None:
    """Canonical Turtle beside rdflib's longturtle, both from a graph in memory."""
    disk = ox.Store.read_only(str(project / "store"))
    store, graph = ox.Store(), rdflib.Graph()
    store.bulk_extend(disk)
    content = Content(store, tuple(one for one in store.named_graphs() if isinstance(one, ox.NamedNode)))
    graph.parse(data=b"\n".join(content.merged()), format="nt")
    prefixes = Project.load(project).prefixes
    ours = seconds(lambda: write_turtle(content, io.BytesIO(), prefixes))
    for prefix, namespace in prefixes.items():
        graph.bind(prefix, namespace)
    theirs = seconds(lambda: graph.serialize(format="longturtle", encoding="utf-8"))
    ratio = f"{theirs / ours:.0f} x (bar: 10)"
    print(f"{len(graph)} triples in memory     kg {ours:.2f} s, longturtle {theirs:.1f} s: {ratio}")


def exporting(project: Path, name: str) -> list[str]:
    return [*_SELF, str(project), name]


def best(command: list[str], runs: int = 2) -> tuple[float, int]:
    """The shortest time of some runs of a command, and its peak of memory in MB."""
    times, peak = [], 0
    for _ in range(runs):
        start = time.perf_counter()
        process = subprocess.Popen(command, env=ENVIRONMENT, cwd=_HERE)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
        times.append(time.perf_counter() - start)
        peak = usage.ru_maxrss // 1024
    return min(times), peak


def seconds(work: object) -> float:
    assert callable(work)
    start = time.process_time()
    work()
    return time.process_time() - start


def make_corpus(folder: Path, articles: int) -> None:
    """Invented articles, and a store on disk with their graphs as they are before inference."""
    project = Project.load(write_corpus(folder, articles))
    staging = stage(project, project.sources(), os.cpu_count() or 1)
    store = ox.Store(str(folder / "store"))
    store.bulk_extend(staging.store)
    store.flush()
    print(f"{articles:5} articles             {len(staging.store)} quads")


def export_one(folder: Path, name: str) -> None:
    """One export of a store."""
    project, store = Project.load(folder), ox.Store.read_only(str(folder / "store"))
    extract = Extract(store, project, Labels(store, project.prefixes), Selection())
    extract.write(folder / name, format_of(Path(name), None), force=True)


if __name__ == "__main__":
    if sys.argv[2].isdigit():
        make_corpus(Path(sys.argv[1]), int(sys.argv[2]))
    else:
        export_one(Path(sys.argv[1]), sys.argv[2])
