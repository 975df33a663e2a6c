"""A full build of the shipped project from cold: a fresh process, no snapshot, no cache of digests."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import tempfile
from pathlib import Path

from benchmarks.timing import KG, timed
from kg.build.snapshot import current
from kg.project import shipped_root

FOLDERS = ("ontology", "entities", "articles", "shapes", "queries")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        project = copy_of_shipped(Path(folder) / "project")
        state = project / "build"
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
