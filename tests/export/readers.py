"""Other tools that read what was exported: each gives the quads that it saw, or says why it cannot."""

from __future__ import annotations

import json
import subprocess
import warnings
from collections.abc import Callable, Iterable
from pathlib import Path

import pyoxigraph as ox
import rdflib
from pyld import jsonld as pyld

Quads = frozenset[ox.Quad]
_JAVA = ("java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
_RDFLIB = {
    ".ttl": "turtle",
    ".nt": "nt",
    ".nq": "nquads",
    ".trig": "trig",
    ".rdf": "xml",
    ".jsonld": "json-ld",
}
_GRAPHS = (".nq", ".trig", ".jsonld")


def canonical(quads: Iterable[ox.Quad]) -> Quads:
    """The quads with blank nodes under their RDFC-1.0 names: equal sets are isomorphic datasets."""
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return frozenset(dataset)


def in_pyoxigraph(path: Path, base: str | None = None) -> Quads:
    form = ox.RdfFormat.JSON_LD if path.suffix == ".jsonld" else None
    return frozenset(ox.parse(path=path, format=form, base_iri=base))


def in_rdflib(path: Path, base: str | None = None) -> Quads:
    """rdflib rewrites literals as it reads (Z as +00:00) unless told not to."""
    rdflib.NORMALIZE_LITERALS = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            graph: rdflib.Graph = rdflib.Dataset() if path.suffix in _GRAPHS else rdflib.Graph()
            graph.parse(path, format=_RDFLIB[path.suffix], publicID=base)
            form = "nquads" if isinstance(graph, rdflib.Dataset) else "nt"
            text = graph.serialize(format=form, encoding="utf-8")
    finally:
        rdflib.NORMALIZE_LITERALS = True
    return frozenset(ox.parse(text, format=ox.RdfFormat.N_QUADS))


def in_pyld(path: Path) -> Quads:
    document = json.loads(path.read_text(encoding="utf-8"))
    text = pyld.to_rdf(document, {"format": "application/n-quads", "documentLoader": offline})
    return frozenset(ox.parse(text, format=ox.RdfFormat.N_QUADS))


def offline(url: str, _: object) -> dict[str, object]:
    raise AssertionError(f"{url} would be fetched")


def in_riot(class_path: str, *, warned: bool = False) -> Callable[..., Quads]:
    """Apache Jena's command line reader; it may warn of values that are none of their datatype."""

    def read(*paths: Path) -> Quads:
        command = [*_JAVA, "-cp", class_path, "riotcmd.riot", "--output=nquads", *map(str, paths)]
        done = subprocess.run(command, capture_output=True, check=False)
        lines = done.stdout.splitlines(keepends=True)
        told = [line for line in lines if b" riot  " in line]  # Jena logs among the data
        harmless = (b" INFO ", b" WARN ") if warned else (b" INFO ",)
        wrong = [line for line in told if not any(level in line for level in harmless)]
        assert (done.returncode and not warned, wrong, done.stderr) == (0, [], b""), (
            f"{done.returncode} {wrong} {done.stderr!r}"
        )
        text = b"".join(line for line in lines if line not in told)
        return frozenset(ox.parse(text, format=ox.RdfFormat.N_QUADS))

    return read


def run_robot(class_path: str, *arguments: str | Path) -> None:
    """ROBOT, which reads and writes by Protégé's OWL API."""
    main = "org.obolibrary.robot.CommandLineInterface"
    done = subprocess.run(
        [*_JAVA, "-cp", class_path, main, *map(str, arguments)], capture_output=True, check=False
    )
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
