"""Reading the sources: Turtle files and tables of claims become named graphs in a store in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property, partial
from typing import TypeVar

import pyoxigraph as ox

from kg.build.graph_store import GraphStore
from kg.check.material import SourcePlaces
from kg.claims.columns import PROP_OBJECT, PROP_VALUE
from kg.claims.source import places_of, read_source
from kg.core.errors import ChangedError, InputError, raise_all
from kg.core.findings import Finding, Place, placed
from kg.core.terms import OWL, PASSAGE_MARK, PROPOSITION, SECPOL, quad
from kg.project.project import Project, Source, SourceKind

T = TypeVar("T")


@dataclass(frozen=True)
class ReadFile:
    """One parsed file: its triples, literals as written, where it writes them, and the subjects' IRIs."""

    source: Source
    written: SourcePlaces
    triples: tuple[ox.Triple, ...]
    subjects: frozenset[str]

    @cached_property
    def users(self) -> dict[str, ox.Triple]:
        """The first statement with each object, by its IRI, or its text where it has no language."""
        users: dict[str, ox.Triple] = {}
        for triple in self.triples:
            if isinstance(triple.subject, ox.NamedNode) and (
                isinstance(triple.object, ox.NamedNode)
                or (isinstance(triple.object, ox.Literal) and not triple.object.language)
            ):
                users.setdefault(triple.object.value, triple)
        return users

    @cached_property
    def statements(self) -> dict[str, list[ox.Triple]]:
        """What it says of each of its subjects."""
        said: dict[str, list[ox.Triple]] = {}
        for triple in self.triples:
            if isinstance(triple.subject, ox.NamedNode):
                said.setdefault(triple.subject.value, []).append(triple)
        return said

    @cached_property
    def claimed(self) -> dict[str, list[tuple[str, ox.Triple]]]:
        """The propositions asserted as facts, by subject: the IRI of each, and a triple that it yields."""
        asserted = {triple.subject for triple in self.triples if triple.object == SECPOL("Fact")}
        found: dict[str, list[tuple[str, ox.Triple]]] = {}
        for claim in self.triples:
            if claim.predicate != PROPOSITION or claim.subject not in asserted:
                continue
            iri = str(claim.object)[1:-1]
            said = self.statements.get(iri, ())
            ends = {triple.predicate: triple.object for triple in said}
            subject, predicate = ends.get(SECPOL("propSubject")), ends.get(SECPOL("propPredicate"))
            if isinstance(subject, ox.NamedNode) and isinstance(predicate, ox.NamedNode):
                for triple in said:
                    yielded = predicate if triple.predicate in (PROP_OBJECT, PROP_VALUE) else triple.predicate
                    if yielded != triple.predicate or yielded == SECPOL("during"):
                        fact = ox.Triple(subject, yielded, triple.object)
                        found.setdefault(subject.value, []).append((iri, fact))
        return found


@dataclass(frozen=True)
class Staging(GraphStore):
    """What is built, in memory: the named graphs so far, and the files that they come from.

    The store brings literals into their canonical form, so all that follows sees what will be published.
    """

    files: tuple[ReadFile, ...]

    def places(self, iri: str, predicate: str | None = None, object: str | None = None) -> tuple[Place, ...]:
        """Where the files that describe a node write a statement about it; else where they use the node."""
        return places(self.files, iri, predicate, object)

    def files_of(self, slug: str | None) -> tuple[ReadFile, ...]:
        """The files that an article stands on: the shared ones and its own."""
        return tuple(file for file in self.files if file.source.slug in (None, slug))

    def placed(self, slug: str | None, findings: Iterable[Finding]) -> list[Finding]:
        """Findings about an article with their places in the files that it stands on, to the line."""
        return placed_in(self.files_of(slug), findings)


def places(
    files: Sequence[ReadFile], iri: str, predicate: str | None = None, object: str | None = None
) -> tuple[Place, ...]:
    """Where the files write a statement about a node: in the claim that yields it, where they don't.

    Else it is where they describe the node, else where they use it.
    """
    found = []
    for file in files:
        if iri in file.subjects:
            told = (one.predicate.value for one in file.statements.get(iri, ()) if str(one.object) == object)
            found.append(file.written.place(iri, predicate or next(told, None), object))
    if (predicate or object) and not any(
        _says(file.statements.get(iri), predicate, object) for file in files
    ):
        claims = [place for file in files for place in _claims(file, iri, predicate, object)]
        if object and not claims:  # by a property above it, or the other way round
            claims = [place for file in files for place in _claims(file, iri, None, object)]
            claims += [place for file in files for place in _claims(file, object[1:-1], None, f"<{iri}>")]
        found = claims or found if object else claims + found
    if found:
        return tuple(found)
    users = ((file, file.users[iri]) for file in files if iri in file.users)
    return tuple(file.written.place(str(used.subject)[1:-1], None, str(used.object)) for file, used in users)


def _claims(file: ReadFile, iri: str, predicate: str | None, object: str | None) -> Iterator[Place]:
    """Where a file has the claims whose propositions yield a statement."""
    for proposition, triple in file.claimed.get(iri, ()):
        if _says([triple], predicate, object):
            yield file.written.place(proposition, None, str(triple.object))


def _says(said: Iterable[ox.Triple] | None, predicate: str | None, object: str | None) -> bool:
    return any(
        predicate in (None, triple.predicate.value) and object in (None, str(triple.object))
        for triple in said or ()
    )


def placed_in(files: Sequence[ReadFile], findings: Iterable[Finding]) -> list[Finding]:
    """Findings with their places in some files, to the line of the statement."""
    return [placed(finding, partial(places, files)) for finding in findings]


def stage(project: Project, sources: Iterable[Source], jobs: int, onto: Staging | None = None) -> Staging:
    """Parse every source of triples into its named graph; raises `InputError` naming every broken file.

    What is added `onto` a staging of what articles share goes into its store, and may be done once.
    """
    wanted = (source for source in sources if source.slug or not onto)
    files = read_files(project, wanted, jobs)
    slugs = sorted({file.source.slug for file in files if file.source.slug})
    store, before = (onto.store, onto.files) if onto else (ox.Store(), ())
    staging = Staging(project, store, tuple(slugs), before + files)
    staging.store.bulk_extend(_named(_quads(staging, files)))
    return staging


def read_files(project: Project, sources: Iterable[Source], jobs: int) -> tuple[ReadFile, ...]:
    """Parse every source of triples, `jobs` at a time; raises `InputError` that names every broken file."""
    parsed = [source for source in sources if source.kind not in (SourceKind.RULE, SourceKind.SHAPES)]
    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        pending = [pool.submit(read_file, project, source) for source in parsed]
    broken: list[InputError] = []
    for future in pending:
        error = future.exception()
        if isinstance(error, InputError) and not isinstance(error, ChangedError):
            broken.append(error)
        elif error:
            raise error
    raise_all(broken)
    return tuple(future.result() for future in pending)


def read_file(project: Project, source: Source) -> ReadFile:
    """Parse one Turtle file or table of claims; raises `InputError` where it is broken."""
    triples = tuple(read_source(project, source))
    subjects = frozenset(t.subject.value for t in triples if isinstance(t.subject, ox.NamedNode))
    return ReadFile(source, places_of(project, source), triples, subjects)


def _quads(staging: Staging, files: Iterable[ReadFile]) -> Iterator[tuple[str, ox.Quad]]:
    """Every triple in the graph that its file, and in claims its subject, says; a shared one in one graph.

    Each comes with the article that it belongs to, "" for none.
    """
    shared: set[ox.Triple] = set()
    for file in sorted(files, key=lambda file: file.source.kind is SourceKind.ALIGNMENTS):
        kind, slug = file.source.kind, file.source.slug
        part = kind.graph
        graph = staging.graph(f"article/{slug}/{part}" if slug else part)
        passages = staging.graph(f"article/{slug}/passages") if kind is SourceKind.CLAIMS else graph
        for triple in file.triples:
            if triple.predicate == OWL("imports"):
                continue  # the modules are merged; an import left in sends other tools to the network
            if slug is None:
                if triple in shared:
                    continue
                shared.add(triple)
            subject = triple.subject
            is_passage = isinstance(subject, ox.NamedNode) and PASSAGE_MARK in subject.value
            yield slug or "", quad(triple, passages if is_passage else graph)


def _named(quads: Iterable[tuple[str, ox.Quad]]) -> Iterator[ox.Quad]:
    """The quads with blank nodes under their RDFC-1.0 names, so that equal sources give equal bytes.

    The names in an article begin with its slug, so that they follow from its own files alone.
    """
    anonymous: dict[str, ox.Dataset] = {}
    for slug, statement in quads:
        if _is_anonymous(statement.subject) or _is_anonymous(statement.object):
            anonymous.setdefault(slug, ox.Dataset()).add(statement)
        else:
            yield statement
    for slug, dataset in anonymous.items():
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        for s, p, o, graph in dataset:
            yield ox.Quad(_renamed(s, slug), p, _renamed(o, slug), graph) if slug else ox.Quad(s, p, o, graph)


def _is_anonymous(term: object) -> bool:
    """Whether a term is a blank node, or a triple term with one in it."""
    if isinstance(term, ox.Triple):
        return _is_anonymous(term.subject) or _is_anonymous(term.object)
    return isinstance(term, ox.BlankNode)


def _renamed(term: T, slug: str) -> T | ox.BlankNode | ox.Triple:
    if isinstance(term, ox.Triple):
        return ox.Triple(_renamed(term.subject, slug), term.predicate, _renamed(term.object, slug))
    return ox.BlankNode(f"{slug}.{term.value}") if isinstance(term, ox.BlankNode) else term
