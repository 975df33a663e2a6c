"""SHACL over generated corpora: linear in the number of articles, and beside pyshacl on the same shapes."""

from __future__ import annotations

import os
import random
import re
import resource
import tempfile
import time
from pathlib import Path

from benchmarks.corpus import write_article, write_corpus
from benchmarks.timing import KG, timed, used
from kg.build.checking import check_articles, check_corpus, read_shapes
from kg.build.digest import digest_inputs
from kg.build.facts import apply_rules
from kg.build.sources import Staging, stage
from kg.core.engines import Engines
from kg.project.project import Project, Source, SourceKind

SMALL, LARGE = 10, 1000
CORPUS = int(os.environ.get("ARTICLES", "100"))
CLAIMS = 25_000
_LACKING = re.compile(r"    secpol:(?:certainty|polarity|conveyance|assertedAs) [^;]*;\n")


def main() -> None:
    whole = timed([*KG, "check"])
    print(f"kg check, first article     {whole}  (bar: 1 s)")
    with tempfile.TemporaryDirectory() as folder:
        small = per_triple(write_corpus(Path(folder) / "small", SMALL), "fast")
        reference = per_triple(write_corpus(Path(folder) / "one", 1), "pyshacl")
        beside = per_triple(Path(folder) / "one", "fast")
        large = per_triple(write_corpus(Path(folder) / "large", LARGE), "fast")
        a_corpus(Path(folder) / "corpus")
        very_many_violations(Path(folder) / "broken")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"per triple, {LARGE} to {SMALL} articles   {large / small:.2f} (bar: 1.5)")
    print(f"pyshacl to fast, 1 article  {reference / beside:.0f} (bar: 50)")
    print(f"peak memory                 {peak:.0f} MiB")


def a_corpus(folder: Path) -> None:
    """`kg check` of a corpus from nothing, and when its graph is up to date."""
    project = ["--project", str(write_corpus(folder, CORPUS))]
    seconds, memory = used([*KG, "check", *project])
    print(f"kg check, {CORPUS} articles     {seconds:.1f} s cpu, {memory} MB at most")
    used([*KG, "build", *project])
    seconds, memory = used([*KG, "check", *project])
    print(f"... with their graph        {seconds:.1f} s cpu, {memory} MB at most")


def very_many_violations(folder: Path) -> None:
    """`kg check` of one article whose claims all lack the same four properties."""
    write_corpus(folder, 0)
    write_article(folder, "broken", random.Random(1), CLAIMS)
    path = folder / "articles" / "broken" / "claims.ttl"
    path.write_text(_LACKING.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
    seconds, memory = used([*KG, "check", "--project", str(folder)], status=1)
    print(f"kg check, {4 * CLAIMS} violations  {seconds:.1f} s cpu, {memory} MB at most")


def per_triple(folder: Path, engine: str) -> float:
    """CPU seconds per triple of the articles, by the shapes that run before inference."""
    project = Project.load(folder)
    sources = digest_inputs(project).sources
    staging = stage(project, sources, 2)
    apply_rules(staging, [source for source in sources if source.kind is SourceKind.RULE])
    count = sum(len(staging.triples(staging.article_graphs(slug))) for slug in staging.slugs)
    seconds = checked(staging, sources, engine)
    print(f"  {len(staging.slugs):5} articles, {count:8} triples, {engine:8} cpu {seconds:8.2f} s")
    return seconds / count


def checked(staging: Staging, sources: tuple[Source, ...], engine: str) -> float:
    """CPU seconds of one run over all articles; the data must be in order."""
    shapes = read_shapes(sources, Engines.named(engine))
    start = time.process_time()
    findings = [
        *check_articles(staging, shapes, "asserted", ("article",)).values(),
        check_corpus(staging, shapes, staging.files_of),
    ]
    seconds = time.process_time() - start
    if wrong := [finding for part in findings for finding in part]:
        raise SystemExit(f"the corpus is not in order: {wrong[0]}")
    return seconds
