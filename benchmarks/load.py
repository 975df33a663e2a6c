"""`kg load` of a million quads into each real server, beside the store's own loader and its own HTTP.

`ARTICLES=250 STORES=rdf4j,fuseki python -m benchmarks load` takes less.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from benchmarks.corpus import write_corpus
from benchmarks.timing import KG, used
from kg.api.knowledge_graph import KnowledgeGraph
from kg.project.project import Project
from kg.remote.login import Secret
from kg.stores.load import Loaded, Loading
from kg.stores.opening import Access
from tests.servers.fixtures import STARTS
from tests.servers.oxigraph import binary
from tests.servers.packages import jars
from tests.servers.process import Server
from tests.servers.rdf4j import REPOSITORIES
from tests.servers.virtuoso import Virtuoso

ARTICLES = int(os.environ.get("ARTICLES", "1000"))
BIG = ("-Xmx6g",)
OPTIONS: dict[str, dict[str, Any]] = {
    "oxigraph": {},
    "fuseki": {"java": BIG},
    "rdf4j": {"java": BIG, "repository": "native"},
    "virtuoso": {"buffers": 170_000},
}
STORES = os.environ.get("STORES", ",".join(OPTIONS)).split(",")


@dataclass(frozen=True)
class Material:
    """A project whose graph has two versions, one article apart, and the first of them as files."""

    folder: Path
    first: KnowledgeGraph
    second: KnowledgeGraph
    quads: Path
    graphs: Path
    size: int


def main() -> None:
    """All servers, or those named."""
    with tempfile.TemporaryDirectory() as folder:
        material = prepared(Path(folder), ARTICLES)
        for kind in STORES:
            print_server(kind, material, Path(folder))


def prepared(folder: Path, articles: int) -> Material:
    """The corpus, and the corpus with a changed article."""
    corpus = write_corpus(folder / "corpus", articles)
    first = KnowledgeGraph.open(Project.load(corpus))
    changed = next((corpus / "articles").glob("*")) / "claims.ttl"
    changed.write_text(
        changed.read_text(encoding="utf-8").replace('"Claim 7:', '"Claim seven:'), encoding="utf-8"
    )
    second = KnowledgeGraph.open(Project.load(corpus))
    assert first.snapshot.digest != second.snapshot.digest
    store, quads, graphs = first.snapshot.store, folder / "all.nq", folder / "graphs"
    store.dump(str(quads), ox.RdfFormat.N_QUADS)
    graphs.mkdir()
    for number, name in enumerate(store.named_graphs()):
        store.dump(str(graphs / f"{number}.nt"), ox.RdfFormat.N_TRIPLES, from_graph=name)
        (graphs / f"{number}.nt.graph").write_text(str(name).strip("<>"), encoding="utf-8")
    return Material(corpus, first, second, quads, graphs, len(store))


def print_server(kind: str, material: Material, folder: Path) -> None:
    with started(kind, folder) as server:
        took, loaded = timed(lambda: load(material.first, server))
        assert loaded.is_whole
        again, _ = timed(lambda: load(material.first, server))
        one, changed = timed(lambda: load(material.second, server))
        command, _ = timed(lambda: load_by_command(material.folder, server))
    with started(kind, folder) as server:
        blind, memory = timed(lambda: load_by_command(material.folder, server, "--verify", "none"))
    with started(kind, folder) as server:
        by_http, _ = timed(lambda: HTTP[kind](server, material))
        assert sum(server.graphs().values()) >= material.size
    own = LOADERS[kind](material, folder) if kind in LOADERS else None
    print(f"{kind}, {material.size:,} quads in {len(material.first.snapshot.manifest['graphs']):,} graphs")
    print(f"  kg load                 {took:.1f} s, {material.size / took:,.0f} triples/s")
    print(f"  as a command, unverified {blind:.1f} s, {material.size / blind:,.0f} triples/s, {memory} MB")
    print(f"  its own HTTP (curl)     {by_http:.1f} s: kg at {by_http / blind:.2f} of its rate  (bar: 0.8)")
    print(f"                          with what curl does not do, counting: {by_http / took:.2f}")
    if own is not None:
        print(f"  its own loader          {own:.1f} s: kg at {own / took:.2f} of its rate")
    print(f"  nothing changed         {again:.2f} s, as a command {command:.2f} s  (bar: 2 s)")
    print(f"  one article changed     {one:.2f} s, {changed.sent / 1000:,.0f} kB sent  (bar: 3 s)")


@contextmanager
def started(kind: str, folder: Path) -> Iterator[Server]:
    """An empty server of its own."""
    home = folder / f"{kind}-{time.monotonic_ns()}"
    home.mkdir()
    server = STARTS[kind](home, **OPTIONS[kind])
    yield server
    server.stop()
    shutil.rmtree(home)


def load(graph: KnowledgeGraph, server: Server) -> Loaded:
    """What `kg load URL` does, without the start of Python."""
    login = Access(user=server.user or None, password=Secret(server.password) if server.user else None)
    return graph.load(server.url, Loading(access=login))


def load_by_command(corpus: Path, server: Server, *options: str) -> int:
    """The same for the current version, with the start of Python; the largest resident set, in MB."""
    login = ["--user", server.user, "--password-env", "BENCHMARK_PASSWORD"] if server.user else []
    command = [*KG, "load", server.url, "--project", str(corpus), *login, *options]
    return used(command, BENCHMARK_PASSWORD=server.password)[1]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    start = time.perf_counter()
    done = work()
    return time.perf_counter() - start, done


def run(*command: str, **options: Any) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)


def post_quads(path: str) -> Callable[[Server, Material], None]:
    """All quads in one request."""

    def post(server: Server, material: Material) -> None:
        kind = "Content-Type: application/n-quads"
        run(
            "curl",
            "--fail",
            "--header",
            kind,
            "--upload-file",
            str(material.quads),
            "--request",
            "POST",
            server.url + path,
        )

    return post


def put_graphs(server: Server, material: Material) -> None:
    """Graph by graph, over one connection."""
    lines = [f'user = "{server.user}:{server.password}"', "digest", "fail"]
    for name in sorted(material.graphs.glob("*.graph")):
        lines += [
            f'url = "{server.graph(name.read_text(encoding="utf-8"))}"',
            f'upload-file = "{name.with_suffix("")}"',
            'header = "Content-Type: text/turtle"',
        ]
    run("curl", "--config", "-", input="\n".join(lines).encode())


def oxigraph_load(material: Material, folder: Path) -> float:
    where = str(folder / "oxigraph-own")
    return timed(lambda: run(str(binary()), "load", "--location", where, "--file", str(material.quads)))[0]


def tdb_loader(material: Material, folder: Path) -> float:
    where = str(folder / "tdb-own")
    command = ["java", "-cp", f"{jars('jena')}/*", "tdb2.tdbloader", "--loc", where, str(material.quads)]
    return timed(lambda: run(*command))[0]


def rdf4j_loader(material: Material, folder: Path) -> float:
    """The console's `load` into a repository on disk, with the indexes of the one that `kg` loads."""
    home = folder / "rdf4j-own"
    repository = home / "data" / "server" / "repositories" / "kg"
    repository.mkdir(parents=True)
    shutil.copy(REPOSITORIES / "native.ttl", repository / "config.ttl")
    (library,) = jars("rdf4j").glob("rdf4j-http-server-*/WEB-INF/lib")
    console = ["-cp", f"{library}/*:{jars('rdf4j')}/*", "org.eclipse.rdf4j.console.Console"]
    command = ["java", *BIG, *console, "-d", str(home / "data" / "server")]
    said = f"open kg\nload {material.quads}\nclose\nexit\n"
    took, _ = timed(lambda: run(*command, input=said.encode()))
    server = STARTS["rdf4j"](home, **OPTIONS["rdf4j"])
    assert sum(server.graphs().values()) >= material.size
    server.stop()
    return took


def virtuoso_loader(material: Material, folder: Path) -> float:
    with started("virtuoso", folder) as server:
        assert isinstance(server, Virtuoso)
        shutil.copytree(material.graphs, server.folder / "graphs")

        def loaded() -> None:
            server.isql(
                f"ld_dir('{server.folder}/graphs', '*.nt', 'urn:none'); rdf_loader_run(); checkpoint;"
            )

        took, _ = timed(loaded)
        assert sum(server.graphs().values()) >= material.size
    return took


HTTP: dict[str, Callable[[Server, Material], None]] = {
    "oxigraph": post_quads("/store"),
    "fuseki": post_quads("/data"),
    "rdf4j": post_quads("/statements"),
    "virtuoso": put_graphs,
}
LOADERS: dict[str, Callable[[Material, Path], float]] = {
    "oxigraph": oxigraph_load,
    "fuseki": tdb_loader,
    "rdf4j": rdf4j_loader,
    "virtuoso": virtuoso_loader,
}
