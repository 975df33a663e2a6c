"""A full build of the shipped project from cold, and of a corpus of which one article changed."""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

from benchmarks.corpus import write_corpus
from benchmarks.timing import KG, timed, used
from kg.build.snapshot import current
from kg.project.project import shipped_root

ARTICLES = int(os.environ.get("ARTICLES", "100"))
FOLDERS = ("ontology", "entities", "articles", "shapes", "queries")


def main() -> None:
    from_cold()
    one_changed_article()


def one_changed_article() -> None:
    """A corpus is built whole, then after each change of one article."""
    with tempfile.TemporaryDirectory() as folder:
        project = write_corpus(Path(folder) / "corpus", ARTICLES)
        whole, memory = built(project, "--force")
        changed = []
        for number in range(5):
            with (project / "articles" / "a00003" / "claims.ttl").open("a", encoding="utf-8") as file:
                file.write(f"# change {number}\n")
            changed.append(built(project))
        seconds = statistics.median(seconds for seconds, _ in changed)
        print(f"kg build, {ARTICLES} articles     {whole:.2f} s cpu, {memory} MB at most")
        print(
            f"... one of them changed     {seconds:.2f} s cpu, {max(size for _, size in changed)} MB at most"
        )


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
