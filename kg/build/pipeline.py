"""The build: sources -> facts -> checks -> closure -> provenance -> snapshot."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version

import pyoxigraph as ox

import kg
from kg.build.digest import Inputs, digest_inputs
from kg.build.facts import apply_rules
from kg.build.provenance import describe
from kg.build.reasoning import infer
from kg.build.snapshot import (
    Snapshot,
    current,
    graph_hash,
    publish,
    read_refusal,
    tidy,
    write_refusal,
)
from kg.build.sources import Staging, stage
from kg.check.engine import TIME_LIMIT
from kg.check.job import Job, Outcome, Wanted
from kg.check.literals import check_literals
from kg.check.shapes import Shapes
from kg.check.vocabulary import check_vocabulary
from kg.errors import shown
from kg.findings import Finding, by_place, placed, violations
from kg.labels import Labels
from kg.project import Kind, Project, Source

_ENGINES = ("pyoxigraph", "pyshifty", "sparq-rdf")


@dataclass(frozen=True)
class Built:
    """What a build came to: the snapshot now current (None: there is none), and what is wrong.

    `published` says that it is new, `fresh` that it is made from the sources as they are.
    """

    snapshot: Snapshot | None
    findings: tuple[Finding, ...]
    published: bool
    fresh: bool


@dataclass
class Stopwatch:
    """Wall-clock seconds of each step; they go into the manifest and nowhere else."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time one step."""
        start = time.perf_counter()
        yield
        self.seconds[name] = round(time.perf_counter() - start, 4)


def build(project: Project, *, jobs: int = 2, force: bool = False, allow_violations: bool = False) -> Built:
    """Bring the current snapshot up to date with the sources.

    A graph with violations is not published unless they are allowed; the former snapshot then stays current.
    Raises `InputError` for sources that cannot be read and `StoreError` for a disk that cannot be written.
    """
    inputs = digest_inputs(project)
    present = current(project.state)
    if present is not None and present.digest == inputs.digest and not force:
        return Built(present, present.findings, published=False, fresh=True)
    if not (force or allow_violations) and (known := read_refusal(project.state, inputs.digest)):
        return Built(present, known, published=False, fresh=False)
    watch = Stopwatch()
    shapes = read_shapes(inputs.sources)
    staging, findings = derive(project, inputs, jobs, watch, shapes)
    with watch.step("check names"):
        findings = sorted(findings + _check_names(staging, inputs, shapes), key=by_place)
    if violations(findings) and not allow_violations:
        write_refusal(project.state, inputs.digest, findings)
        return Built(present, tuple(findings), published=False, fresh=False)
    with watch.step("hash"):
        graphs = _graph_table(staging)
    manifest = _manifest(project, inputs, graphs, findings, watch)
    snapshot = publish(project.state, inputs.digest, staging.store, manifest, findings)
    tidy(project.state)
    return Built(snapshot, tuple(findings), published=True, fresh=True)


def derive(
    project: Project, inputs: Inputs, jobs: int, watch: Stopwatch, shapes: Shapes
) -> tuple[Staging, list[Finding]]:
    """Everything that follows from the sources, in memory, and what shapes, literals and reasoning find."""
    with watch.step("read"):
        staging = stage(project, inputs.sources, jobs)
    with watch.step("rules"):
        apply_rules(staging, [source for source in inputs.sources if source.kind is Kind.RULE])
    findings = _check_literals(staging)
    with watch.step("check and infer"), ThreadPoolExecutor(max_workers=1) as beside:
        # Both engines work on text of their own and let go of the interpreter, so two cores serve them.
        checking = beside.submit(check_phase, staging, shapes, "asserted")
        with watch.step("infer"):
            clashes = infer(staging)
        findings += checking.result() + clashes
    with watch.step("check inferred"):
        findings += check_phase(staging, shapes, "inferred")
    with watch.step("provenance"):
        describe(staging, inputs)
    return staging, sorted((placed(finding, staging.places) for finding in findings), key=by_place)


def read_shapes(sources: Iterable[Source], engine: str = "fast", time_limit: float = TIME_LIMIT) -> Shapes:
    """The shapes among the sources, to be run by an engine (fast or pyshacl) for so many seconds at most."""
    paths = [source.path for source in sources if source.kind is Kind.SHAPES]
    return Shapes.read(paths, engine, time_limit)


def _check_literals(staging: Staging) -> list[Finding]:
    data = (file for file in staging.files if file.source.kind not in (Kind.ONTOLOGY, Kind.ALIGNMENTS))
    return [finding for file in data for finding in check_literals(file.triples)]


def _check_names(staging: Staging, inputs: Inputs, shapes: Shapes) -> list[Finding]:
    """A misspelt name in a source says nothing at all, so it may not be published."""
    outcome = Outcome()
    check_vocabulary(Job(staging, inputs.sources, shapes, (), Wanted()), outcome)
    files = {shown(source.path) for source in inputs.sources}
    return [finding for finding in outcome.findings if any(place.file in files for place in finding.places)]


def check_phase(staging: Staging, shapes: Shapes, phase: str) -> list[Finding]:
    """The findings of the shapes of a phase: those of articles one by one, those of the corpus on all.

    The phase `asserted` comes before inference, which would hide a wrong type; `inferred` sees what follows.
    """
    parts = ["inferred"] if phase == "inferred" else []
    shared = staging.ntriples(staging.shared_graphs() + [staging.graph(f"{part}/shared") for part in parts])
    articles = [
        staging.ntriples(
            staging.article_graphs(slug)
            + [staging.graph(f"article/{slug}/{part}") for part in ("meta", *parts)]
        )
        for slug in staging.slugs
    ]
    labels = Labels(staging.store, staging.project.prefixes)
    findings = list(shapes.check(shared + b"".join(articles), labels, scope="corpus", phase=phase))
    for article in articles or [b""]:
        findings += shapes.check(shared + article, labels, scope="article", phase=phase)
    return list(dict.fromkeys(findings))


def _graph_table(staging: Staging) -> dict[str, dict[str, int | str]]:
    """Triples and canonical hash of each named graph."""
    table: dict[str, dict[str, int | str]] = {}
    for graph in sorted(map(str, staging.store.named_graphs())):
        node = ox.NamedNode(graph[1:-1])
        count = len(staging.triples([node]))
        table[node.value] = {"triples": count, "sha256": graph_hash(staging.store, node)}
    return table


def _manifest(
    project: Project,
    inputs: Inputs,
    graphs: dict[str, dict[str, int | str]],
    findings: list[Finding],
    watch: Stopwatch,
) -> dict[str, object]:
    return {
        "digest": inputs.digest,
        "project": project.name,
        "base": project.base,
        "versions": {"secpol-kg": kg.__version__, **{name: version(name) for name in _ENGINES}},
        "inputs": {source.name: inputs.hashes[source.path] for source in inputs.sources},
        "graphs": graphs,
        "findings": dict(Counter(finding.severity for finding in findings)),
        "seconds": watch.seconds,
        "built": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    }
