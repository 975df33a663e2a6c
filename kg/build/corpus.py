"""A corpus as the checks see it: graphs in a store on disk, files that are read when they are asked for."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from pathlib import Path
from typing import overload

import pyoxigraph as ox

from kg.build.graph_store import GraphStore
from kg.build.sources import ReadFile, places, read_file
from kg.check.material import SourcePlaces
from kg.core.findings import Place
from kg.project.project import Project, Source, SourceKind

_IN_MEMORY = 16  # files; what looks at one several times does so at once
Read = Callable[[Source], ReadFile]


@dataclass(frozen=True)
class Triples(Sequence[ox.Triple]):
    """The triples of a file, read each time that they are gone through."""

    source: Source
    read: Read

    def __iter__(self) -> Iterator[ox.Triple]:
        return iter(self.read(self.source).triples)

    def __len__(self) -> int:
        return len(self.read(self.source).triples)

    @overload
    def __getitem__(self, at: int) -> ox.Triple: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[ox.Triple, ...]: ...

    def __getitem__(self, at: int | slice) -> ox.Triple | tuple[ox.Triple, ...]:
        return self.read(self.source).triples[at]


@dataclass(frozen=True)
class File:
    """A file that is read when something is asked of it."""

    source: Source
    read: Read

    @property
    def triples(self) -> Triples:
        """Its triples as written."""
        return Triples(self.source, self.read)

    @property
    def subjects(self) -> frozenset[str]:
        """The IRIs that it describes."""
        return self.read(self.source).subjects

    @property
    def written(self) -> SourcePlaces:
        """Where it writes each statement."""
        return self.read(self.source).written


@dataclass(frozen=True)
class Corpus(GraphStore):
    """The graphs of all articles, in a store on disk, and the sources."""

    sources: tuple[Source, ...]

    @cached_property
    def files(self) -> tuple[File, ...]:
        """The Turtle files that it comes from."""
        turtle = (
            source for source in self.sources if source.kind not in (SourceKind.RULE, SourceKind.SHAPES)
        )
        return tuple(File(source, self._read) for source in turtle)

    def places(self, iri: str, predicate: str | None = None, object: str | None = None) -> tuple[Place, ...]:
        """Where a statement about a node is written: in the shared files, and in those of its article."""
        slug = self.project.slug_of(iri)
        own = (self._read(file.source) for file in self.files if slug and file.source.slug == slug)
        return places([*self._shared, *own], iri, predicate, object)

    @cached_property
    def _shared(self) -> tuple[ReadFile, ...]:
        return tuple(self._read(file.source) for file in self.files if file.source.slug is None)

    @cached_property
    def _read(self) -> Read:
        return lru_cache(maxsize=_IN_MEMORY)(partial(read_file, self.project))


@contextmanager
def place_aside(project: Project) -> Iterator[Path]:
    """A folder for a store that is not kept: beside the snapshots, to share their files, else anywhere."""
    if os.access(project.state, os.W_OK):
        yield project.state
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)
