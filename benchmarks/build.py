"""A full build of the shipped project from cold, and of a corpus of which one article changed."""

from __future__ import annotations

import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.corpus import write_corpus
from benchmarks.timing import KG, timed, used
from kg.build.snapshot import current
from kg.project.project import shipped_root

ARTICLES = int(os.environ.get("ARTICLES", "100"))
ENTITIES = """@prefix my: <https://example.org/corpus/entity/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix secpol: <https://w3id.org/secpol/ontology#> .

my:Ada a secpol:Person ; rdfs:label "Ada Merrow"@en .
"""
ADA = "https://example.org/corpus/entity/Ada"
PERSON = 'my:P{0} a secpol:Person ; rdfs:label "Person {0}"@en .\n'
CHANGES: Mapping[str, Callable[[str, int], str]] = {
    "one article changed": lambda text, number: f"{text}# change {number}\n",
    "an entity added that none reaches": lambda text, number: text + PERSON.format(number),
    "the label of one that one reaches": lambda text, number: re.sub('"Ada [^"]*"', f'"Ada M{number}"', text),
}
FOLDERS = ("ontology", "entities", "articles", "shapes", "queries")


def main() -> None:
    from_cold()
    one_changed_article()


def one_changed_article() -> None:
    """A corpus is built whole, then in turn after a change of one article and of one entity."""
    with tempfile.TemporaryDirectory() as folder:
        project = write_corpus(Path(folder) / "corpus", ARTICLES)
        seconds, memory = built(project, "--force")
        print(f"kg build, {ARTICLES} articles     {seconds:.2f} s cpu, {memory} MB at most")
        entities = project / "entities" / "own.ttl"
        entities.parent.mkdir()
        entities.write_text(ENTITIES, encoding="utf-8")
        claims = project / "articles" / "a00005" / "claims.ttl"
        text = claims.read_text(encoding="utf-8")
        named = text.replace("propObject ent:Malaysia", f"propObject <{ADA}>", 1)
        assert named != text
        claims.write_text(named, encoding="utf-8")
        built(project)
        taken: dict[str, list[tuple[float, int]]] = {}
        for number in range(5):
            for name, change in CHANGES.items():
                path = project / ("articles/a00003/claims.ttl" if "article" in name else "entities/own.ttl")
                text = path.read_text(encoding="utf-8")
                path.write_text(change(text, number), encoding="utf-8")
                taken.setdefault(name, []).append(built(project))
        for name, runs in taken.items():
            seconds = statistics.median(seconds for seconds, _ in runs)
            print(f"... {name:35} {seconds:.2f} s cpu, {max(size for _, size in runs)} MB at most")


def built(project: Path, *options: str) -> tuple[float, int]:
    """CPU seconds and the largest resident set, in MB, of one build in a process of its own."""
    return used([*KG, "build", "--project", str(project), *options])


def from_cold() -> None:
    """A fresh process, no snapshot, no cache of digests."""
    with tempfile.TemporaryDirectory() as folder:
        project = copy_of_shipped(Path(folder) / "project")
        state = project / ".kg"
        script = f"rm -rf '{state}' && exec {' '.join(KG)} build --project '{project}'"
        whole = timed(["sh", "-c", script])
        steps: dict[str, list[float]] = {}
        for _ in range(7):
            shutil.rmtree(state)
            subprocess.run([*KG, "build", "--project", str(project)], check=True, capture_output=True)
            snapshot = current(state)
            assert snapshot is not None
            for step, seconds in snapshot.manifest["seconds"].items():
                steps.setdefault(step, []).append(seconds)
        assert snapshot is not None
        triples = sum(graph["triples"] for graph in snapshot.manifest["graphs"].values())
    print(f"kg build, cold              {whole}  (bar: 1.5 s), {triples} triples")
    medians = {step: statistics.median(times) for step, times in steps.items()}
    print(f"steps, wall                 {json.dumps(medians)}; infer runs beside check")


def copy_of_shipped(folder: Path) -> Path:
    root = shipped_root()
    for name in FOLDERS:
        shutil.copytree(root / name, folder / name)
    shutil.copy(root / "kg.toml", folder / "kg.toml")
    return folder
