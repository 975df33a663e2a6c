"""Importing claims sheets: 200 rows as people write them, and 10,000 rows over a text of 1 MB."""

from __future__ import annotations

import csv
import random
import tempfile
from pathlib import Path

from benchmarks.timing import KG, Time, timed
from kg.project.starter import write_starter
from kg.project.texts import text_digest

SLUG = "2026-03-01-long"
ALPHABET = "abcdefghijklmnopqrstuvwxyz"


def main() -> None:
    for rows, size, most in ((200, 30_000, 1.0), (10_000, 1_000_000, 10.0)):
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder) / "long"
            write_sheet(write_article(root, size), root / "claims.csv", rows)
            first = first_import(root)
            again = timed([*KG, "article", "import", SLUG, "claims.csv"], runs=3, cwd=root)
            print(f"{rows:6} rows, {size >> 10:4} kB of text: {first}; again: {again} (at most {most} s)")


def first_import(root: Path) -> Time:
    """The import into an article without claims, each run into one of its own."""
    command = "rm -f articles/{0}/claims.csv; {1} article import {0} claims.csv"
    return timed(["bash", "-c", command.format(SLUG, KG[0])], runs=3, cwd=root)


def write_article(root: Path, size: int) -> list[list[str]]:
    """A project with an article of made-up words; its paragraphs as lists of words."""
    chance = random.Random(1)
    words = ["".join(chance.choices(ALPHABET, k=chance.randint(2, 10))) for _ in range(8000)]
    paragraphs: list[list[str]] = []
    length = 0
    while length < size:
        paragraph = [*chance.choices(words, k=120), "\u2013", f"\u201c{chance.choice(words)}", "so\u201d"]
        paragraphs.append(paragraph)
        length += sum(map(len, paragraph)) + len(paragraph)
    text = "\n".join(map(" ".join, paragraphs))
    write_starter(root)
    (root / "texts" / f"{SLUG}.txt").write_text(text, encoding="utf-8")
    folder = root / "articles" / SLUG
    folder.mkdir()
    starter = root / "articles" / "2026-01-15-harbour-drill" / "article.ttl"
    meta = starter.read_text(encoding="utf-8").replace("2026-01-15-harbour-drill", SLUG)
    head, _, rest = meta.partition('secpol:textSha256 "')
    rest = rest.partition(".\n")[2]
    record = f'secpol:textSha256 "{text_digest(text)}" ;\n    secpol:textLength {len(text)} .\n'
    (folder / "article.ttl").write_text(head + record + rest, encoding="utf-8")
    return paragraphs


def write_sheet(paragraphs: list[list[str]], path: Path, rows: int) -> None:
    """A sheet of the four columns that are enough; a tenth of the quotes has plain quotation marks."""
    chance = random.Random(2)
    seen: set[str] = set()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["quote", "subject", "relation", "object"])
        while len(seen) < rows:
            paragraph = chance.choice(paragraphs)
            start = chance.randrange(len(paragraph) - 20) if chance.random() > 0.1 else len(paragraph) - 15
            quote = " ".join(paragraph[start : start + chance.randint(8, 15)])
            quote = quote.replace("\u201c", '"').replace("\u201d", '"').replace("\u2013", "-").strip('- "')
            if quote not in seen:
                seen.add(quote)
                subject = chance.choice(["Ellery Coastguard", "town of Ellery", "my:GullFerryLine"])
                writer.writerow([quote, subject, "needs", chance.choice(["port of Brand", "Ada Merrow"])])


if __name__ == "__main__":
    main()
