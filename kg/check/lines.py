"""The line of a statement: where in its subject's block a finding's property is written."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property

from kg.check.material import ReadSource
from kg.core.errors import shown
from kg.core.findings import Finding, Place

_PROPERTY = re.compile(r"[\w-]*:([\w.-]+)")


@dataclass(frozen=True)
class FileLines:
    """A source file with the line of each of its blocks."""

    file: ReadSource

    @cached_property
    def text(self) -> list[str]:
        """Its lines."""
        return self.file.source.path.read_text(encoding="utf-8").split("\n")

    @cached_property
    def starts(self) -> list[int]:
        """The first lines of its blocks, from 1, sorted."""
        return sorted(set(self.file.lines.values()))

    def line(self, start: int, name: str) -> int:
        """The first line of the block at `start` that writes a property's local name, else `start`."""
        after = bisect_right(self.starts, start)
        end = self.starts[after] if after < len(self.starts) else len(self.text) + 1
        written = re.compile(rf"[:#/]{re.escape(name)}(?![\w-])")
        found = (at for at in range(start, end) if written.search(self.text[at - 1]))
        return next(found, start)


def at_statements(files: Iterable[ReadSource], findings: Iterable[Finding]) -> Iterator[Finding]:
    """The findings with the lines of the statements that they are about, where their paths are properties."""
    blocks = {shown(file.source.path): FileLines(file) for file in files}
    for finding in findings:
        name = _PROPERTY.fullmatch(finding.path or "")
        yield (
            replace(finding, places=tuple(_at(blocks, p, name[1]) for p in finding.places))
            if name
            else finding
        )


def _at(blocks: dict[str, FileLines], place: Place, name: str) -> Place:
    known = blocks.get(place.file)
    return Place(place.file, known.line(place.line, name)) if known and place.line else place
