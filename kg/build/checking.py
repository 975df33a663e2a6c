"""What is checked before a graph is published: each article for itself, then the corpus."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache

from kg.build.findings import FindingsByArticle
from kg.build.graph_store import GraphStore
from kg.build.sources import ReadFile, Staging, placed_in, read_files
from kg.check.engine import TIME_LIMIT
from kg.check.excerpt import looked_at
from kg.check.job import Job, Outcome, WantedChecks
from kg.check.literals import check_literals
from kg.check.references import check_references, is_foreign
from kg.check.results import ValidationResult
from kg.check.shapes import PHASES, Shapes
from kg.check.subjects import check_same_labels, check_shared, check_subjects, check_twice
from kg.check.values import Properties, check_values
from kg.check.vocabulary import check_vocabulary
from kg.check.wording import Wording, check_shapes
from kg.core.engines import Engines
from kg.core.errors import shown
from kg.core.findings import Finding
from kg.core.labels import Labels
from kg.core.marks import shared_classes
from kg.project.project import Project, Source, SourceKind
from kg.rdf.turtle_reading import read_turtle

FilesOf = Callable[[str | None], Sequence[ReadFile]]
"""The shared files (None), or these and those of an article."""


def read_shapes(
    sources: Iterable[Source], engines: Engines | None = None, time_limit: float = TIME_LIMIT
) -> Shapes:
    """The shapes among the sources, to be run by some engines for so many seconds at most."""
    own = (source for source in sources if source.kind is SourceKind.SHAPES)
    by_file = {source.path: tuple(read_turtle(source.path, sha256=source.sha256)) for source in own}
    return Shapes.of(by_file, engines or Engines.named(), time_limit)


def check_files(staging: Staging) -> FindingsByArticle:
    """The findings about values as the files have them, and about what stands in which article's folder."""
    found: FindingsByArticle = {}
    properties = Properties.of(staging.store)
    shared = {
        iri for file in staging.files if file.source.kind is SourceKind.ENTITIES for iri in file.subjects
    }
    for file in staging.files:
        some = found.setdefault(file.source.slug, [])
        if file.source.kind not in (SourceKind.ONTOLOGY, SourceKind.ALIGNMENTS):
            some += check_literals(file)
        some += check_values(file, properties)
        if file.source.slug is not None:
            some += check_subjects(staging.project, file, file.source.slug)
            some += check_shared(file, shared)
    ontology = (file for file in staging.files if file.source.kind is SourceKind.ONTOLOGY)
    classes = shared_classes(triple for file in ontology for triple in file.triples)
    for slug in staging.slugs:
        own = [file for file in staging.files if file.source.slug == slug]
        found.setdefault(slug, []).extend([*check_twice(own), *check_same_labels(own, classes)])
    return found


def check_articles(
    graphs: GraphStore, shapes: Shapes, phase: str, scopes: tuple[str, ...]
) -> FindingsByArticle:
    """The findings of a phase's shapes of some scopes, for each article on its own.

    The phase `asserted` comes before inference, which would hide a wrong type; `inferred` sees what follows.
    """
    entries = shapes.entries(scopes, phase)
    shared = graphs.ntriples(graphs.seen_in(phase, None)) if phase == "asserted" else b""
    wording = Wording(shapes, Labels(graphs.store, graphs.project.prefixes))
    found: FindingsByArticle = {}
    for slug in graphs.slugs or (None,):
        own = graphs.seen_in(phase, slug) if slug else []
        if phase == "asserted":  # most shapes, which together look at nearly all
            data = shared + graphs.ntriples(own)
        else:
            data = looked_at(shapes, entries, graphs.store, graphs.seen_in(phase, None) + own)
        results = shapes.results(data, scopes=scopes, phase=phase) if data else ()
        seen = (result for result in results if not _is_unseen(graphs.project, slug, result))
        found[slug] = [wording.finding(result) for result in seen]
    return found


def check_corpus(graphs: GraphStore, shapes: Shapes, files_of: FilesOf) -> list[Finding]:
    """The findings of the shapes of the scope `corpus`, on all articles together."""
    labels = Labels(graphs.store, graphs.project.prefixes)
    findings: list[Finding] = []
    for phase in PHASES:
        entries = shapes.entries(("corpus",), phase)
        data = looked_at(shapes, entries, graphs.store, graphs.seen_in(phase, None, *graphs.slugs))
        findings += check_shapes(shapes, data, labels, scopes=("corpus",), phase=phase) if data else ()
    return _in_their_files(graphs.project, findings, files_of)


def check_claims_of_others(graphs: GraphStore, files_of: FilesOf) -> list[Finding]:
    """The findings on what articles say about each other's claims, on all articles together."""
    findings = check_references(graphs.project, graphs.store, graphs.slugs)
    return _in_their_files(graphs.project, findings, files_of)


def _in_their_files(project: Project, findings: Iterable[Finding], files_of: FilesOf) -> list[Finding]:
    about: dict[str | None, list[Finding]] = {}
    for finding in findings:
        about.setdefault(project.slug_of(finding.node or ""), []).append(finding)
    return [found for slug, some in about.items() for found in placed_in(files_of(slug), some)]


def _is_unseen(project: Project, slug: str | None, result: ValidationResult) -> bool:
    """Whether a result is about what another article says of its own node, which is not in the data."""
    is_class = result.component == "ClassConstraintComponent"
    return is_foreign(project, result.focus, slug) or (is_class and is_foreign(project, result.value, slug))


def check_names(staging: Staging, sources: Sequence[Source], shapes: Shapes) -> FindingsByArticle:
    """A misspelt name in a source says nothing at all, so it may not be published."""
    outcome = Outcome()
    check_vocabulary(Job(staging, sources, shapes, (), WantedChecks()), outcome, is_whole=False)
    slugs = {shown(source.path): source.slug for source in sources}
    found: FindingsByArticle = {}
    for finding in outcome.findings:
        for place in finding.places[:1]:
            if place.file in slugs:
                found.setdefault(slugs[place.file], []).append(finding)
    return found


def files_when_needed(project: Project, sources: Iterable[Source], jobs: int) -> FilesOf:
    """Reads the files of a corpus that a finding is about, and no others."""
    by_slug: dict[str | None, list[Source]] = {}
    for source in sources:
        by_slug.setdefault(source.slug, []).append(source)

    @cache
    def own(slug: str | None) -> tuple[ReadFile, ...]:
        return read_files(project, by_slug.get(slug, ()), jobs)

    return lambda slug: own(None) if slug is None else own(None) + own(slug)
