"""No input is a bug: whatever stands in a file, `kg` ends with a status that its documentation knows.

Samples are mutated at random from a fixed seed, without a look at what the code does with them: ten an entry
by `make test`, as many as a minute takes by `make test-full`.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest

from tests.command import Kg
from tests.lanes import FULL

ROOT = Path(__file__).parents[2]
SLUG = "2026-01-15-harbour-drill"
SECONDS, NUMBER = 60, 10

NASTY = [
    *(
        text.encode()
        for text in ('"""', "'''", "\\u", "\\", "<", ">", "<<(", "{", "}", "[", "(", "#", "$", "?x")
    ),
    *(text.encode() for text in ("\0", "\r", "\u2028", "\ufeff", "\u0085", "\x0b", "e\u0301", "\U0001f9ea")),
    *(text.encode() for text in ("9" * 400, "-0", "1e999", "[" * 300, "../..", "%00", "@en", "^^xsd:date")),
    b"\xff\xfe",
    b"\xed\xa0\x80",
]


@dataclass(frozen=True)
class Entry:
    """Where outside data come in: samples of them, the file that holds them, the command that reads it."""

    samples: Callable[[Path], Sequence[bytes]]
    file: str
    command: tuple[str, ...]


def files(pattern: str) -> Callable[[Path], list[bytes]]:
    """The files of this repository that a pattern finds, as samples."""
    return lambda _: [path.read_bytes() for path in sorted(ROOT.glob(pattern))]


def exported(name: str) -> Callable[[Path], list[bytes]]:
    """What `kg export` writes for a project's claims, as the sample."""

    def sample(project: Path) -> list[bytes]:
        assert Kg()("export", name, "--layer", "claims", cwd=project).status == 0
        return [(project / name).read_bytes()]

    return sample


ENTRIES = {
    "Turtle": Entry(files("starter/**/*.ttl"), "read.ttl", ("format", "--check", "read.ttl")),
    "N-Quads": Entry(exported("a.nq"), "read.nq", ("diff", "read.nq", "read.nq")),
    "TriG": Entry(exported("a.trig"), "read.trig", ("diff", "read.trig", "read.trig")),
    "RDF/XML": Entry(exported("a.rdf"), "read.rdf", ("diff", "read.rdf", "read.rdf")),
    "JSON-LD": Entry(exported("a.jsonld"), "read.jsonld", ("diff", "read.jsonld", "read.jsonld")),
    "source": Entry(files("starter/entities/*.ttl"), "entities/harbour.ttl", ("check",)),
    "SPARQL": Entry(files("queries/core/*.rq"), "read.rq", ("sparql", "-f", "read.rq", "--timeout", "20")),
    "stored query": Entry(
        files("queries/claims/*.rq"), "queries/claims/read.rq", ("check", "--only", "queries")
    ),
    "settings": Entry(files("starter/kg.toml"), "kg.toml", ("query",)),
    "sheet": Entry(files("examples/*.csv"), "read.csv", ("article", "import", SLUG, "read.csv", "--dry-run")),
    "text": Entry(files("examples/texts/*.txt"), "read.txt", ("text", "add", SLUG, "read.txt")),
    "page": Entry(files("docs/*.md"), "read.html", ("text", "add", SLUG, "read.html")),
    "baseline": Entry(files("starter/kg.toml"), "read.toml", ("check", "--baseline", "read.toml")),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_no_file_is_a_bug(name: str, starter: Path, kg: Kg) -> None:
    entry = ENTRIES[name]
    samples = entry.samples(starter)
    assert samples
    chance = random.Random(name)
    for number in numbers():
        data = mutated(chance, samples)
        (starter / entry.file).write_bytes(data)
        ran = kg(*entry.command, cwd=starter)
        assert ran.status in range(5), (number, data, ran.err)


@pytest.mark.parametrize("command", ["show", "why"])
def test_no_name_is_a_bug(command: str, starter: Path, kg: Kg) -> None:
    chance = random.Random(command)
    samples = [b"Ellery Harbour Watch", b"#S001", b"secpol:heldBy", b"https://w3id.org/secpol/entity/Japan"]
    for number in numbers():
        name = mutated(chance, samples).decode(errors="replace").replace("\0", "")
        ran = kg(command, "--", name, cwd=starter)
        assert ran.status in range(5), (number, name, ran.err)


def numbers() -> Iterator[int]:
    """The numbers of the mutations that there is time for."""
    if not FULL:
        yield from range(NUMBER)
        return
    over = time.monotonic() + SECONDS
    for number in count():
        if time.monotonic() > over:
            return
        yield number


def mutated(chance: random.Random, samples: Sequence[bytes]) -> bytes:
    """A sample with one to four places cut, doubled, overwritten, or taken from another."""
    data = bytearray(chance.choice(samples))
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice((0, 1, 1, 2, 10, 100)))
        other = chance.choice(samples)
        at = chance.randrange(len(other) + 1)
        new = (b"", bytes(data[start:end]) * 2, chance.choice(NASTY), bytes([chance.randrange(256)]))
        data[start:end] = chance.choice((*new, other[at : at + chance.choice((1, 10, 100))]))
    return bytes(data)
