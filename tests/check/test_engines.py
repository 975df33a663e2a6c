"""Both engines say the same of the article, of every seed and of generated corpora."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.build.checking import read_shapes
from kg.build.digest import digest_inputs
from kg.build.pipeline import Stopwatch, derive
from kg.build.sources import Staging
from kg.check.engine import Engine, prepare
from kg.check.paths import result_path
from kg.check.results import ValidationResult
from kg.check.shapes import PHASES, SCOPES, Shapes
from kg.core.engines import Engines
from kg.core.terms import OWL, RDF_TYPE, RDFS, local_name
from kg.project.project import Project, SourceKind
from kg.rdf.turtle_reading import read_turtle
from tests.lanes import FULL

SEEDS = Path(__file__).parents[1] / "seeds" / "shapes"
# What targets and sh:class look at in an ontology; pyshacl takes seconds to walk through the rest of it.
HIERARCHY = (RDF_TYPE, RDFS("subClassOf"), RDFS("subPropertyOf"))
# pyshacl takes 40 s for all claims of the article, so it sees one subject in fifteen.
PART = 15

Row = tuple[str, str | None, str, str, str, str]


@pytest.fixture(scope="module")
def staging() -> Staging:
    project = Project.shipped()
    inputs = digest_inputs(project)
    return derive(project, inputs, 2, Stopwatch(), read_shapes(inputs.sources))[0]


def shapes_of(staging: Staging) -> list[Path]:
    return [source.path for source in staging.project.sources() if source.kind is SourceKind.SHAPES]


@pytest.fixture(scope="module")
def both(staging: Staging) -> tuple[Shapes, Shapes]:
    return Shapes.read(shapes_of(staging)), Shapes.read(shapes_of(staging), Engines("pyshacl"))


def row(result: ValidationResult, shapes: ox.Store) -> Row:
    return (
        str(result.focus),
        result_path(shapes, result),
        str(result.value),
        result.component,
        result.severity,
        str(result.shape),
    )


def ntriples(triples: Iterable[ox.Triple]) -> bytes:
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    return text


def found(both: tuple[Shapes, Shapes], data: bytes, phases: tuple[str, ...] = PHASES) -> set[Row]:
    """What the engines find together, which must be what each of them finds."""
    answers = [
        sorted(
            {
                row(result, shapes.store)
                for scope in SCOPES
                for phase in phases
                for result in shapes.results(data, scopes=(scope,), phase=phase)
            },
            key=str,
        )
        for shapes in both
    ]
    assert answers[0] == answers[1]
    return set(answers[0])


def data_of(staging: Staging, phase: str) -> list[ox.Triple]:
    return [
        quad.triple
        for graph in staging.seen_in(phase, None, *staging.slugs)
        for quad in staging.store.quads_for_pattern(None, None, None, graph)
    ]


@pytest.mark.full
@pytest.mark.parametrize("phase", PHASES)
def test_on_the_article(staging: Staging, both: tuple[Shapes, Shapes], phase: str) -> None:
    triples = data_of(staging, phase)
    home = staging.project.article_iri("")
    subjects = sorted({str(t.subject) for t in triples if str(t.subject).startswith(f"<{home}")})
    kept = set(subjects[::PART])
    part = [t for t in triples if str(t.subject) in kept or not str(t.subject).startswith(f"<{home}")]
    rows = found(both, ntriples(part), (phase,))
    assert phase == "inferred" or len({shape for *_, shape in rows}) > 10


@pytest.mark.full
@pytest.mark.parametrize("seed", range(8))
def test_on_a_generated_corpus(staging: Staging, both: tuple[Shapes, Shapes], seed: int) -> None:
    """Two articles made of a thirtieth of the first one, with triples lost, moved and replaced at random."""
    rng = random.Random(seed)
    home = staging.project.article_iri(staging.slugs[0])
    triples = data_of(staging, "asserted")
    schema = [t for t in triples if not str(t.subject).startswith(f"<{home}") and t.predicate in HIERARCHY]
    subjects = sorted({str(t.subject) for t in triples if str(t.subject).startswith(f"<{home}")})
    kept = set(rng.sample(subjects, len(subjects) // 30))
    article = sorted((t for t in triples if str(t.subject) in kept), key=str)
    data = ntriples(schema)
    for number in range(2):
        text = ntriples(mutated(article, rng)).decode()
        data += text.replace(home, f"{home}-{number}").encode()
    rows = found(both, data, ("asserted",))
    assert len({component for *_, component, _, _ in rows}) >= 4


@pytest.mark.full
@pytest.mark.parametrize("seed", range(3))
def test_articles_one_by_one_give_what_all_give_together(
    staging: Staging, both: tuple[Shapes, Shapes], seed: int
) -> None:
    """Shapes of the scope `article`, over two articles that are each broken in its own way."""
    rng = random.Random(seed)
    home = staging.project.article_iri(staging.slugs[0])
    triples = data_of(staging, "asserted")
    shared = ntriples(t for t in triples if not str(t.subject).startswith(f"<{home}"))
    article = sorted((t for t in triples if str(t.subject).startswith(f"<{home}")), key=str)
    articles = [
        ntriples(mutated(article, rng)).decode().replace(home, f"{home}-{number}").encode()
        for number in range(2)
    ]

    def results(data: bytes) -> set[Row]:
        found = both[0].results(data, scopes=("article",), phase="asserted")
        return {row(result, both[0].store) for result in found}

    together = results(shared + b"".join(articles))
    alone = set().union(*(results(shared + text) for text in articles))
    assert together == alone
    assert len(alone) > 500


def mutated(triples: list[ox.Triple], rng: random.Random) -> list[ox.Triple]:
    made = []
    for triple in triples:
        chance, other = rng.random(), rng.choice(triples)
        moved = ox.Triple(triple.subject, triple.predicate, other.object)
        if chance < 0.05:
            made.append(moved)
        elif chance < 0.08:
            made.append(ox.Triple(triple.subject, triple.predicate, ox.Literal("seven")))
        elif chance < 0.11:
            made += [moved, triple]
        elif chance < 0.95:
            made.append(triple)
    return made


@pytest.fixture(scope="module")
def schema(staging: Staging) -> bytes:
    wanted = {
        quad.triple
        for graph in staging.shared_graphs()[:1]
        for predicate in (*HIERARCHY, OWL("inverseOf"))
        for quad in staging.store.quads_for_pattern(None, predicate, None, graph)
    }
    return ntriples(t for t in wanted if isinstance(t.object, ox.NamedNode))


def alone(shapes: Shapes, iri: str) -> list[ox.Triple]:
    """A shape with all that it refers to."""
    about: dict[object, list[ox.Triple]] = {}
    for triple in shapes.triples:
        about.setdefault(triple.subject, []).append(triple)
    kept: list[ox.Triple] = []
    pending: list[object] = [ox.NamedNode(iri)]
    seen: set[object] = set()
    while pending:
        node = pending.pop()
        if node not in seen:
            seen.add(node)
            kept += about.get(node, [])
            pending += (triple.object for triple in about.get(node, []))
    return kept


@pytest.mark.parametrize("kind", ["fail", "pass"])
def test_on_every_seed(both: tuple[Shapes, Shapes], schema: bytes, kind: str) -> None:
    shapes = both[0]
    named = {local_name(shape.value): shape.value for shape in shapes.targeted}
    disagreements = {}
    seeds = sorted(SEEDS.glob(f"*.{kind}.ttl"))[
        :: 1 if FULL else 10
    ]  # pyshacl takes a third of a second for one
    for seed in seeds:
        rule = seed.name.removesuffix(f".{kind}.ttl").partition("+")[0]
        text = ntriples(alone(shapes, named[rule]))
        data = schema + ntriples(read_turtle(seed))
        engines: list[Engine] = [prepare(engine, text) for engine in ("pyshifty", "pyshacl")]
        fast, reference = (
            {row(result, shapes.store) for result in engine.validate(data, None)} for engine in engines
        )
        if fast != reference:
            disagreements[seed.name] = fast ^ reference
    assert not disagreements
    assert len(seeds) > (100 if FULL else 10)
