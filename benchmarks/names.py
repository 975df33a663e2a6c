"""Finding the node that somebody typed, in a small graph and in large ones: by name, by a part, or in vain.

It costs the same whatever the number of articles: 1, 100, and `NAMED_ARTICLES`, where that is set.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.corpus import write_corpus
from kg.api.knowledge_graph import KnowledgeGraph
from kg.build.name_index import NAMES
from kg.core.errors import UsageError

SIZES = sorted({1, 100, int(os.environ.get("NAMED_ARTICLES", "100"))})
TYPED = {
    "a known name": "government  of Japan",
    "the only part": "Abe",
    "a name with a mistake": "goverment of Japn",
    "a name of nothing": "Xyloquartz Mbwenga",
    "a name like thousands": "critcism in a000x7",
    "a claim of no article": "#S9999",
}
RUNS = 21


def main() -> None:
    for articles in SIZES:
        with tempfile.TemporaryDirectory() as folder:
            print_costs(write_corpus(Path(folder) / "corpus", articles), articles)


def print_costs(project: Path, articles: int) -> None:
    """The median processor time of one look-up on a graph that was just opened."""
    graph = KnowledgeGraph.open(project, strict=True)
    size = (graph.snapshot.folder / NAMES).stat().st_size / 1e6
    print(f"{articles} articles, {size:.1f} MB of names")
    for what, typed in TYPED.items():
        costs = [cost(graph.snapshot.folder, project, typed) for _ in range(RUNS)]
        print(f"  {what:<25} {statistics.median(costs) * 1000:.1f} ms cpu")


def cost(folder: Path, project: Path, typed: str) -> float:
    """Seconds of one look-up; nothing of it was read before."""
    graph = KnowledgeGraph.open(project, fresh=False)
    assert graph.snapshot.folder == folder
    _ = graph.snapshot.store
    start = time.process_time()
    with suppress(UsageError):  # most of them name nothing
        graph.lookup.find(typed)
    return time.process_time() - start
