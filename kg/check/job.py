"""What a part of a run is given, and what it adds to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path

from kg.check.focus import FocusCount
from kg.check.material import CheckedGraph
from kg.check.shapes import Shapes
from kg.check.stored_checks import Check
from kg.check.uses import NamesOfFile, declared_names, files_with_names
from kg.core.errors import UsageError
from kg.core.findings import Finding
from kg.core.terms import PREFIXES, nearest
from kg.project.project import Source

_OWN = ("secpol", "rel", "ent", "secshape")

PARTS = ("shapes", "ontology", "vocabulary", "passages", "queries")


@dataclass(frozen=True)
class WantedChecks:
    """What a run is asked for.

    `select` and `ignore` hold rule ids, or patterns such as `claim.*`; `paths` limits the findings to
    those of some files or folders; `texts` is a folder with the articles' texts; `limit` bounds what a
    report shows (0: all).
    """

    parts: tuple[str, ...] = PARTS
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    paths: tuple[Path, ...] = ()
    baseline: Path | None = None
    reasoner: str | None = None
    texts: Path | None = None
    limit: int = 0
    today: date = field(default_factory=date.today)


@dataclass(frozen=True)
class Job:
    """What there is to check, and how."""

    material: CheckedGraph
    sources: Sequence[Source]
    shapes: Shapes
    checks: Sequence[Check]
    wanted: WantedChecks

    @cached_property
    def names(self) -> list[NamesOfFile]:
        """The names that each of the project's own files uses."""
        return list(files_with_names(self.material, self.shapes))

    @cached_property
    def shared_names(self) -> frozenset[str]:
        """The names that ontology, entities and shapes declare."""
        shared = [file.triples for file in self.material.files if file.source.slug is None]
        found = {name for triples in (*shared, self.shapes.triples) for name in declared_names(triples)}
        return frozenset(found)

    @cached_property
    def own_namespaces(self) -> tuple[str, ...]:
        """The namespaces whose every name is declared in this project or in what it extends."""
        project = self.material.project
        mine = (
            space
            for space in project.own_prefixes.values()
            if space.startswith(project.base) or any(name.startswith(space) for name in self.shared_names)
        )
        return (project.article_iri(""), *(PREFIXES[prefix] for prefix in _OWN), *mine)


@dataclass
class Outcome:
    """What the parts of a run add up to; `notes` say what was left out."""

    findings: list[Finding] = field(default_factory=list)
    shapes: list[FocusCount] = field(default_factory=list)
    looked_at: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def parts_of(text: str | None) -> tuple[str, ...]:
    """The parts named in a comma-separated list; all for None. Raises `UsageError` for an unknown one.

    >>> parts_of("passages,shapes")
    ('shapes', 'passages')
    """
    if text is None:
        return PARTS
    asked = [part.strip() for part in text.split(",")]
    for part in asked:
        if part not in PARTS:
            raise UsageError(f"there is no part {part!r} of kg check{nearest(part, PARTS)}")
    return tuple(part for part in PARTS if part in asked)
