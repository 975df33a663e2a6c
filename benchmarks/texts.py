"""Texts at scale: following passages into another version, names in a long text, an article as a page."""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.timing import KG, timed
from kg.article.anchors import anchor
from kg.article.extracted import Extracted
from kg.article.matching import matches
from kg.article.new import Metadata, begin
from kg.article.ranges import Range
from kg.core.passages import span_digest
from kg.project.project import Project
from kg.project.starter import write_starter

PASSAGES, NAMES, CHARACTERS = 200, 10_000, 1_000_000


def main() -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefghijklmnoprstuvw", k=chance.randint(2, 9))) for _ in range(20_000)]
    short = prose(chance, words, 20_000)
    ranges = passages(chance, short)
    changed = f"{short[:7000]} A sentence that was not there. {short[7000:]}"
    print(f"re-anchoring {PASSAGES} passages")
    report("one sentence put in", 1, lambda: anchor(ranges, changed))
    report("every e made an E: most are lost", 1, lambda: anchor(ranges, short.replace("e", "E")))
    turned = "\n".join(reversed(short.split("\n")))
    report("all paragraphs turned round", 1, lambda: anchor(ranges, turned))
    long = prose(chance, words, CHARACTERS)
    report("into a text of a megabyte", 1, lambda: anchor(passages(chance, long), f"New. {long}"))
    titled = long.title()
    names = phrases(chance, titled)
    report(f"{len(names)} names in a megabyte", 5, lambda: matches(titled, names))
    whole(chance, words)


def whole(chance: random.Random, words: list[str]) -> None:
    """The commands themselves."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder) / "my-graph"
        write_starter(project)
        text = prose(chance, words, CHARACTERS)
        labels = sorted(phrases(chance, text.title()))
        entities = "".join(
            f'my:N{n} a secpol:Organisation ; rdfs:label "{label}"@en .\n' for n, label in enumerate(labels)
        )
        head = (project / "entities" / "harbour.ttl").read_text(encoding="utf-8").partition("\n\n")[0]
        (project / "entities" / "names.ttl").write_text(f"{head}\n\n{entities}", encoding="utf-8")
        metadata = Metadata("T", ("Ada Merrow",), "Ellery Gazette", "2026-02-03")
        begin(Project.load(project), "long", Extracted(text.title()), Path("long.txt"), metadata)
        mentions = [
            *KG,
            "article",
            "mentions",
            "long",
            "-o",
            "/dev/null",
            "--force",
            "--project",
            str(project),
        ]
        print(f"kg article mentions, 1 MB, {len(labels)} more names   {timed(mentions, runs=3)}  (bar: 5 s)")
        add = [*KG, "text", "add", "long", str(project / "texts" / "long.txt"), "--project", str(project)]
        print(f"kg text add, 1 MB   {timed(add, runs=3)}")


def report(what: str, bar: float, work: Callable[[], object]) -> None:
    seconds = []
    for _ in range(5):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    print(f"  {what:34} cpu {sorted(seconds)[2]:6.3f} s  (bar: {bar} s)")


def prose(chance: random.Random, words: list[str], length: int) -> str:
    paragraphs, size = [], 0
    while size < length:
        sentences = [f"{' '.join(chance.choices(words, k=chance.randint(6, 25)))}." for _ in range(5)]
        paragraphs.append(" ".join(sentences))
        size += len(paragraphs[-1]) + 1
    return "\n".join(paragraphs)


def phrases(chance: random.Random, text: str) -> set[str]:
    """Names of one to three words, each of which stands in the text."""
    words = text.replace(".", "").split()
    found: set[str] = set()
    while len(found) < NAMES:
        at = chance.randrange(len(words) - 3)
        found.add(" ".join(words[at : at + chance.randint(1, 3)]))
    return found


def passages(chance: random.Random, text: str) -> list[Range]:
    cuts = [at for at, character in enumerate(text) if character == " "]
    found: set[Range] = set()
    while len(found) < PASSAGES:
        at = chance.randrange(len(cuts) - 20)
        start, end = cuts[at] + 1, cuts[at + chance.randint(1, 18)]
        found.add(Range(start, end, span_digest(text[start:end])))
    return sorted(found)


if __name__ == "__main__":
    main()
