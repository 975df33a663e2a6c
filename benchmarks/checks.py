"""SHACL over generated corpora: linear in the number of articles, and beside pyshacl on the same shapes."""

from __future__ import annotations

import resource
import tempfile
import time
from pathlib import Path

from benchmarks.corpus import write_corpus
from benchmarks.timing import KG, timed
from kg.build.checking import check_articles, check_corpus, read_shapes
from kg.build.digest import digest_inputs
from kg.build.facts import apply_rules
from kg.build.sources import Staging, stage
from kg.project import Kind, Project, Source

SMALL, LARGE = 10, 1000


def main() -> None:
    whole = timed([*KG, "check"])
    print(f"kg check, first article     {whole}  (bar: 1 s)")
    with tempfile.TemporaryDirectory() as folder:
        small = per_triple(write_corpus(Path(folder) / "small", SMALL), "fast")
        reference = per_triple(write_corpus(Path(folder) / "one", 1), "pyshacl")
        beside = per_triple(Path(folder) / "one", "fast")
        large = per_triple(write_corpus(Path(folder) / "large", LARGE), "fast")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"per triple, {LARGE} to {SMALL} articles   {large / small:.2f} (bar: 1.5)")
    print(f"pyshacl to fast, 1 article  {reference / beside:.0f} (bar: 50)")
    print(f"peak memory                 {peak:.0f} MiB")


def per_triple(folder: Path, engine: str) -> float:
    """CPU seconds per triple of the articles, by the shapes that run before inference."""
    project = Project.load(folder)
    sources = digest_inputs(project).sources
    staging = stage(project, sources, 2)
    apply_rules(staging, [source for source in sources if source.kind is Kind.RULE])
    count = sum(len(staging.triples(staging.article_graphs(slug))) for slug in staging.slugs)
    seconds = checked(staging, sources, engine)
    print(f"  {len(staging.slugs):5} articles, {count:8} triples, {engine:8} cpu {seconds:8.2f} s")
    return seconds / count


def checked(staging: Staging, sources: tuple[Source, ...], engine: str) -> float:
    """CPU seconds of one run over all articles; the data must be in order."""
    shapes = read_shapes(sources, engine)
    start = time.process_time()
    findings = [
        *check_articles(staging, shapes, "asserted", ("article",)).values(),
        check_corpus(staging, shapes, staging.files_of),
    ]
    seconds = time.process_time() - start
    if wrong := [finding for part in findings for finding in part]:
        raise SystemExit(f"the corpus is not in order: {wrong[0]}")
    return seconds
