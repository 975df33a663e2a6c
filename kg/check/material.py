"""What the checks look at: the sources as they were read, and all that follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

import pyoxigraph as ox

from kg.core.findings import Place
from kg.project.project import Project, Source


class SourcePlaces(Protocol):
    """Where a source file writes what it says."""

    def place(self, subject: str | None, predicate: str | None = None, object: str | None = None) -> Place:
        """Where a statement is written, as far as it is: else its predicate, else its subject.

        `subject` and `predicate` are IRIs, `object` is in SPARQL syntax; what blank nodes say is said by the
        named one that they stand in, by None where there is none. A subject not described has a file only.
        """
        ...

    @property
    def declarations(self) -> Sequence[tuple[str | None, str, int]]:
        """Each prefix that it declares, None for the base, with its IRI and line."""
        ...


class ReadSource(Protocol):
    """One parsed file: its triples as written, its subjects, and where each statement stands."""

    @property
    def source(self) -> Source:
        """Which file it is."""
        ...

    @property
    def triples(self) -> Sequence[ox.Triple]:
        """Its triples, literals as they were written."""
        ...

    @property
    def subjects(self) -> frozenset[str]:
        """The IRIs that it describes."""
        ...

    @property
    def written(self) -> SourcePlaces:
        """Where it writes each statement."""
        ...


class CheckedGraph(Protocol):
    """A graph in the making, as `build` hands it over."""

    @property
    def project(self) -> Project:
        """Whose graph it is."""
        ...

    @property
    def files(self) -> Sequence[ReadSource]:
        """The Turtle files that it comes from."""
        ...

    @property
    def store(self) -> ox.Store:
        """The named graphs, inferred ones included."""
        ...

    @property
    def slugs(self) -> Sequence[str]:
        """The articles, sorted."""
        ...

    def graph(self, name: str) -> ox.NamedNode:
        """The named graph `name`, such as `ontology`."""
        ...

    def article_graphs(self, slug: str) -> list[ox.NamedNode]:
        """The asserted graphs that make one article, its metadata left out."""
        ...

    def shared_graphs(self) -> list[ox.NamedNode]:
        """The asserted graphs that all articles stand on."""
        ...

    def seen_in(self, phase: str, *slugs: str | None) -> list[ox.NamedNode]:
        """What the shapes of a phase see of some articles; None is what all articles stand on."""
        ...

    def ntriples(self, graphs: Iterable[ox.NamedNode]) -> bytes:
        """Some graphs together as N-Triples."""
        ...

    def places(self, iri: str, predicate: str | None = None, object: str | None = None) -> tuple[Place, ...]:
        """Where the files that describe a node write a statement about it; else where they use the node."""
        ...
