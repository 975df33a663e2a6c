"""Reading the sources: Turtle files become named graphs in a store in memory."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from kg.errors import InputError, shown
from kg.findings import Place
from kg.project import Kind, Project, Source
from kg.terms import OWL, PASSAGE_MARK, quad
from kg.turtle import read_turtle, subject_lines


@dataclass(frozen=True)
class ReadFile:
    """One parsed file: its triples with literals as they were written, and the IRIs of its subjects."""

    source: Source
    base: str
    triples: tuple[ox.Triple, ...]
    subjects: frozenset[str]

    @cached_property
    def lines(self) -> dict[str, int]:
        """The line of each subject's first block."""
        return subject_lines(self.source.path.read_text(encoding="utf-8"), self.base)


@dataclass(frozen=True)
class Staging:
    """What is built, in memory: the named graphs so far, and the files that they come from.

    The store brings literals into their canonical form, so all that follows sees what will be published.
    """

    project: Project
    files: tuple[ReadFile, ...]
    store: ox.Store

    @property
    def slugs(self) -> list[str]:
        """The articles, sorted."""
        return sorted({file.source.slug for file in self.files if file.source.slug})

    def graph(self, name: str) -> ox.NamedNode:
        """The named graph `name`, such as `ontology`."""
        return ox.NamedNode(self.project.graph_iri(name))

    def article_graphs(self, slug: str) -> list[ox.NamedNode]:
        """The asserted graphs that make one article, its metadata left out (HermiT stops on xsd:date)."""
        return [self.graph(f"article/{slug}/{part}") for part in ("facts", "claims", "passages", "mentions")]

    def shared_graphs(self) -> list[ox.NamedNode]:
        """The asserted graphs that all articles stand on."""
        return [self.graph("ontology"), self.graph("entities")]

    def triples(self, graphs: Iterable[ox.NamedNode]) -> set[ox.Triple]:
        """The triples of some graphs together."""
        return {
            found.triple
            for graph in graphs
            for found in self.store.quads_for_pattern(None, None, None, graph)
        }

    def ntriples(self, graphs: Iterable[ox.NamedNode]) -> bytes:
        """Some graphs together as N-Triples, for the engines that read text."""
        text = io.BytesIO()
        for graph in graphs:
            self.store.dump(text, ox.RdfFormat.N_TRIPLES, from_graph=graph)
        return text.getvalue()

    def places(self, iri: str) -> tuple[Place, ...]:
        """Where a node is described, each file with the line of its first block; else where it is used."""
        found = [(file, iri) for file in self.files if iri in file.subjects] or list(self._uses(iri))
        return tuple(Place(shown(file.source.path), file.lines.get(node)) for file, node in found)

    def _uses(self, iri: str) -> Iterator[tuple[ReadFile, str]]:
        node = ox.NamedNode(iri)
        for file in self.files:
            for triple in file.triples:
                if triple.object == node and isinstance(triple.subject, ox.NamedNode):
                    yield file, triple.subject.value
                    break


def stage(project: Project, sources: Iterable[Source], jobs: int) -> Staging:
    """Parse every Turtle source, `jobs` at a time; raises `InputError` that names every broken file."""
    turtle = [source for source in sources if source.kind not in (Kind.RULE, Kind.SHAPES)]
    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        pending = [pool.submit(_read, project, source) for source in turtle]
    errors = [error for future in pending if (error := future.exception())]
    for error in errors:
        if len(errors) == 1 or not isinstance(error, InputError):
            raise error
    if errors:
        raise InputError("\n".join(str(error) for error in errors))
    staging = Staging(project, tuple(future.result() for future in pending), ox.Store())
    staging.store.bulk_extend(_named(list(_quads(staging))))
    return staging


def _read(project: Project, source: Source) -> ReadFile:
    base = project.article_iri(source.slug) if source.slug else ""
    triples = tuple(read_turtle(source.path, base or None))
    subjects = frozenset(t.subject.value for t in triples if isinstance(t.subject, ox.NamedNode))
    return ReadFile(source, base, triples, subjects)


def _quads(staging: Staging) -> Iterator[ox.Quad]:
    """Every triple in the graph that its file, and in claims its subject, says; a shared one in one graph."""
    shared: set[ox.Triple] = set()
    for file in sorted(staging.files, key=lambda file: file.source.kind is Kind.ALIGNMENTS):
        kind, slug = file.source.kind, file.source.slug
        part = "meta" if kind is Kind.ARTICLE else kind.value
        home = staging.graph(f"article/{slug}/{part}" if slug else part)
        passages = staging.graph(f"article/{slug}/passages") if kind is Kind.CLAIMS else home
        for triple in file.triples:
            if triple.predicate == OWL("imports"):
                continue  # the modules are merged; an import left in sends other tools to the network
            if slug is None:
                if triple in shared:
                    continue
                shared.add(triple)
            subject = triple.subject
            is_passage = isinstance(subject, ox.NamedNode) and PASSAGE_MARK in subject.value
            yield quad(triple, passages if is_passage else home)


def _named(quads: list[ox.Quad]) -> Iterator[ox.Quad]:
    """The quads with blank nodes under their RDFC-1.0 names, so that equal sources give equal bytes."""
    anonymous = ox.Dataset()
    for statement in quads:
        if isinstance(statement.subject, ox.BlankNode) or isinstance(statement.object, ox.BlankNode):
            anonymous.add(statement)
        else:
            yield statement
    anonymous.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    yield from anonymous
