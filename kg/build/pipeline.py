"""The build: sources -> facts -> checks -> closure -> provenance -> snapshot."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence, Sized
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.metadata import version
from typing import Any

import pyoxigraph as ox

from kg.build.checking import (
    check_articles,
    check_claims_of_others,
    check_corpus,
    check_files,
    check_names,
    files_when_needed,
    read_shapes,
)
from kg.build.contents import Contents, contents
from kg.build.corpus import Corpus, place_aside
from kg.build.digest import Inputs, of_inputs
from kg.build.facts import apply_rules
from kg.build.findings import FindingsByArticle, in_order, together
from kg.build.graph_store import GraphStore
from kg.build.header import main_header
from kg.build.name_index import naming
from kg.build.provenance import article_provenance, provenance
from kg.build.publishing import SnapshotDraft, draft, tidy, write_refusal
from kg.build.reach import Reached, reach_of, still_kept
from kg.build.reasoning import infer
from kg.build.reuse import Digests, Reused, report, reusable
from kg.build.snapshot import Snapshot, current, damage, read_refusal
from kg.build.sources import Staging, stage
from kg.check.grounds import check_grounds
from kg.check.locality import Locality, locality
from kg.check.shapes import SCOPES, Shapes
from kg.check.subjects import without_echoes
from kg.core.engines import Engines
from kg.core.findings import Finding, violations
from kg.core.names import Name, names_in
from kg.core.version import VERSION
from kg.project.project import Project, Source, SourceKind

_AT_A_TIME = 50  # articles in memory, so that it does not grow with the corpus


@dataclass(frozen=True)
class Built:
    """The result of a build: the snapshot now current (None: there is none), and what is wrong.

    `published` says that it is new, `fresh` that it is made from the sources as they are, `damaged` names a
    file of the former one for which nothing of that was taken over.
    """

    snapshot: Snapshot | None
    findings: tuple[Finding, ...]
    published: bool
    fresh: bool
    damaged: str | None = None


@dataclass
class Stopwatch:
    """Wall-clock seconds of each step; they go into the manifest and nowhere else."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step, which may come several times."""
        start = time.perf_counter()
        yield
        self.seconds[name] = round(self.seconds.get(name, 0) + time.perf_counter() - start, 4)


@dataclass(frozen=True)
class _Work:
    """What there is to build, and by what means."""

    project: Project
    inputs: Inputs
    shapes: Shapes
    jobs: int
    watch: Stopwatch

    @cached_property
    def local(self) -> Locality:
        """How far the shapes of an article look."""
        return locality(self.shapes)


@dataclass(frozen=True)
class _Filled:
    """What a filled draft holds, the findings by article and on the corpus, and what each article reaches."""

    graphs: Contents
    found: FindingsByArticle
    corpus: list[Finding]
    reached: Reached


def build(
    project: Project,
    *,
    jobs: int = 2,
    force: bool = False,
    allow_violations: bool = False,
    engine: str | None = None,
) -> Built:
    """Bring the current snapshot up to date with the sources; articles that did not change are taken over.

    A graph with violations is not published unless they are allowed; the former snapshot then stays current.
    An `engine` that is named is run, also where another one has made a snapshot of these sources. Raises
    `InputError` for sources that cannot be read and `StoreError` for a disk that cannot be written.
    """
    engines = Engines.named(engine)
    asked = _Asked(jobs, force, allow_violations, engines, is_named=engine is not None)
    return of_inputs(project, lambda inputs: _build(project, inputs, asked))


@dataclass(frozen=True)
class _Asked:
    """What a build is asked for."""

    jobs: int
    force: bool
    allow_violations: bool
    engines: Engines
    is_named: bool

    def accepts(self, snapshot: Snapshot) -> bool:
        """Whether a snapshot of the same sources will do: one by other engines does unless some are named."""
        return not self.is_named or {*self.engines} <= snapshot.manifest["versions"].keys()


def _build(project: Project, inputs: Inputs, asked: _Asked) -> Built:
    before = current(project.state)
    is_fresh = before is not None and before.digest == inputs.digest
    damaged = damage(project.state, before, by_bytes=is_fresh)
    if before is not None and is_fresh and asked.accepts(before) and not asked.force and not damaged:
        return Built(before, before.findings, published=False, fresh=True)
    allow_violations = asked.allow_violations
    known = None if asked.force or asked.is_named else read_refusal(project.state, inputs.digest)
    if known and not allow_violations:
        return Built(before, known, published=False, fresh=False)
    digests = Digests.of(project, inputs, _versions(asked.engines))
    reused = None if asked.force or damaged else reusable(before, digests)
    work = _Work(project, inputs, read_shapes(inputs.sources, asked.engines), asked.jobs, Stopwatch())
    with draft(project.state, inputs.digest, reused.snapshot if reused else None) as made:
        filled = _fill(made, work, tuple(digests.articles), reused)
        findings = in_order([*filled.found.values(), filled.corpus])
        if violations(findings) and not allow_violations:
            write_refusal(project.state, inputs.digest, findings)
            return Built(before, tuple(findings), published=False, fresh=False)
        manifest = _manifest(work, digests, filled, findings)
        snapshot = made.publish(manifest, report(filled.found, findings, filled.reached))
    tidy(project.state)
    return Built(snapshot, tuple(findings), published=True, fresh=True, damaged=damaged)


def derive(
    project: Project, inputs: Inputs, jobs: int, watch: Stopwatch, shapes: Shapes
) -> tuple[Staging, list[Finding]]:
    """Everything that follows from the sources, in memory, and what shapes, literals and reasoning find."""
    articles = {source.slug for source in inputs.sources if source.slug}
    staging, found, _ = _derive(
        _Work(project, inputs, shapes, jobs, watch), inputs.sources, _scopes(articles)
    )
    with watch.step("check corpus"):
        corpus = check_corpus(staging, shapes, staging.files_of) if len(articles) > 1 else []
    return staging, in_order([*found.values(), corpus])


@contextmanager
def derived(
    project: Project, inputs: Inputs, shapes: Shapes, *, jobs: int = 2, anew: bool = False
) -> Iterator[tuple[Staging | Corpus, list[Finding]]]:
    """Everything that follows from the sources, for a while, and what shapes, literals and reasoning find.

    What the current snapshot has of articles that did not change is taken over, unless all is made `anew`. A
    large corpus stands on the disk meanwhile, so that memory does not grow with it.
    """
    work = _Work(project, inputs, shapes, jobs, Stopwatch())
    digests = Digests.of(project, inputs, _versions(shapes.engines))
    reused = None if anew else reusable(current(project.state), digests)
    if reused is None and len(digests.articles) <= _AT_A_TIME:
        yield derive(project, inputs, jobs, work.watch, shapes)
        return
    articles = tuple(digests.articles)
    with (
        place_aside(project) as aside,
        draft(aside, inputs.digest, reused.snapshot if reused else None) as made,
    ):
        filled = _fill(made, work, articles, reused)
        findings = in_order([*filled.found.values(), filled.corpus])
        yield (
            Corpus(project, made.store, articles, inputs.sources),
            [finding for finding in findings if not finding.rule.startswith("vocabulary.")],
        )


def _fill(made: SnapshotDraft, work: _Work, articles: tuple[str, ...], reused: Reused | None) -> _Filled:
    """Bring a draft up to date with the sources: batches of articles that are not reused, then the corpus."""
    project, inputs, shapes, watch = work.project, work.inputs, work.shapes, work.watch
    found = reused.findings() if reused else {}
    alone: Staging | None = None
    if reused and not reused.has_same_entities:
        alone, reused, found = _reused_still(work, reused)
    graphs = reused.contents(project) if reused else {}
    reached = {slug: reused.snapshot.report["reached"][slug] for slug in reused.slugs} if reused else {}
    whole = GraphStore(project, made.store, articles)
    for graph in whole.named():
        if graph.value not in graphs:
            made.store.remove_graph(graph)
    made.names.keep(reused.slugs if reused else (), shared=not alone)
    if alone:
        with watch.step("write"):
            graphs |= _written(made, alone, graphs)
    for slugs in _batches(articles, reused):
        sources = tuple(source for source in inputs.sources if source.slug in (None, *slugs))
        staging, some, repeated = _derive(work, sources, _scopes(articles), alone)
        alone = None
        with watch.step("check names"):
            found |= together([some, check_names(staging, sources, shapes)])
        with watch.step("write"):
            held = _written(made, staging, graphs)
            for slug in slugs:
                made.store.extend(article_provenance(project, replace(inputs, sources=sources), slug, held))
            held |= contents(made.store, [whole.graph(f"article/{slug}/provenance") for slug in slugs])
            graphs |= held
        reached |= reach_of(staging, work.local, repeated)
    with watch.step("check corpus"):
        files_of = files_when_needed(project, inputs.sources, work.jobs)
        corpus = check_corpus(whole, shapes, files_of) if len(articles) > 1 else []
        corpus += check_claims_of_others(whole, files_of)
    with watch.step("write"):
        made.store.extend(provenance(project, inputs, dict(sorted(graphs.items()))))
        graphs |= contents(made.store, [whole.graph("provenance")])
    return _Filled(graphs, found, corpus, reached)


def _reused_still(work: _Work, reused: Reused) -> tuple[Staging, Reused, FindingsByArticle]:
    """What articles share, derived alone; what can be taken over; and what is found about both."""
    sources = tuple(source for source in work.inputs.sources if source.slug is None)
    alone, some, _ = _derive(work, sources, ("article",))
    found = together([some, check_names(alone, sources, work.shapes)])
    reused, kept = still_kept(reused, alone, found, inputs=work.inputs, local=work.local)
    return (
        alone,
        reused,
        {None: [one for one in found.get(None, ()) if one.rule not in work.local.rules], **kept},
    )


def _written(made: SnapshotDraft, staging: Staging, graphs: Contents) -> dict[str, dict[str, Any]]:
    """Write the graphs that a draft does not have yet, with their names, and say what they hold."""
    new = [graph for graph in staging.named() if graph.value not in graphs]
    held = contents(staging.store, new)
    made.store.bulk_extend(staging.quads(new))
    is_shared_new = any(staging.project.slug_of(graph.value) is None for graph in new)
    shared = [g for g in staging.named() if staging.project.slug_of(g.value) is None] if is_shared_new else []
    for slug, names in _names(staging, dict.fromkeys([*new, *shared])):
        made.names.add(slug, names)
    return held


def _names(staging: Staging, graphs: Iterable[ox.NamedNode]) -> Iterator[tuple[str | None, Iterator[Name]]]:
    """The names that some graphs give, by article, or by None for those that articles share."""
    project = staging.project
    by_slug: dict[str | None, list[ox.NamedNode]] = {}
    for graph in graphs:
        by_slug.setdefault(project.slug_of(graph.value), []).append(graph)
    for slug, own in by_slug.items():
        yield slug, names_in(naming(staging.store, own), [project.article_iri(slug)] if slug else [])


def _scopes(articles: Sized) -> tuple[str, ...]:
    """The scopes of shapes that are checked article by article: an only article is the corpus, too."""
    return SCOPES if len(articles) < 2 else ("article",)


def _batches(articles: Iterable[str], reused: Reused | None) -> Iterator[list[str]]:
    """The articles to derive, some at a time; without any, one batch for what they would stand on."""
    changed = sorted(set(articles) - (reused.slugs if reused else frozenset()))
    if reused is None and not changed:
        yield []
    for start in range(0, len(changed), _AT_A_TIME):
        yield changed[start : start + _AT_A_TIME]


def _derive(
    work: _Work, sources: Sequence[Source], scopes: tuple[str, ...], onto: Staging | None = None
) -> tuple[Staging, FindingsByArticle, dict[str, set[ox.Triple]]]:
    """All that follows from some articles and what they stand on, the findings, and what rules repeat."""
    with work.watch.step("read"):
        staging = stage(work.project, sources, work.jobs, onto)
    with work.watch.step("rules"):
        repeated = apply_rules(staging, [source for source in sources if source.kind is SourceKind.RULE])
    written = together([check_files(staging), check_grounds(staging)])
    with work.watch.step("check and infer"), ThreadPoolExecutor(max_workers=1) as beside:
        # Both engines work on text of their own and let go of the interpreter, so two cores serve them.
        checking = beside.submit(check_articles, staging, work.shapes, "asserted", scopes)
        with work.watch.step("infer"):
            inconsistencies = infer(staging, work.shapes.engines.reasoner)
        asserted = checking.result()
    with work.watch.step("check inferred"):
        inferred = check_articles(staging, work.shapes, "inferred", scopes)
    found = together([written, asserted, inconsistencies, inferred])
    placed = {slug: staging.placed(slug, without_echoes(some)) for slug, some in found.items()}
    return staging, placed, repeated


def _versions(engines: Engines) -> dict[str, str]:
    return {"secpol-kg": VERSION, **{name: version(name) for name in ("pyoxigraph", *engines)}}


def _manifest(work: _Work, digests: Digests, filled: _Filled, findings: list[Finding]) -> dict[str, object]:
    return {
        "digest": work.inputs.digest,
        "shared": digests.shared,
        "entities": digests.entities,
        "articles": digests.articles,
        "project": work.project.name,
        "base": work.project.base,
        "ontology": main_header(work.project, work.inputs.hashes),
        "versions": _versions(work.shapes.engines),
        "inputs": {source.name: work.inputs.hashes[source.path] for source in work.inputs.sources},
        "graphs": filled.graphs,
        "findings": dict(Counter(finding.severity for finding in findings)),
        "seconds": work.watch.seconds,
        "built": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
