"""Shapes come to the same on what they look at as on the whole graph."""

from __future__ import annotations

import random
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.build.checking import read_shapes
from kg.check.engine import prepare
from kg.check.excerpt import looked_at
from kg.check.reads import UnknownReads, read_group
from kg.check.results import sh
from kg.check.shapes import TARGETS, Shapes
from kg.core.terms import RDF_TYPE, quad
from kg.project.project import Project, SourceKind
from kg.rdf.turtle_reading import read_turtle
from tests.check.test_engines import SEEDS, mutated, ntriples, row
from tests.check.test_w3c import CASES, Case, comparable

HOME = ox.NamedNode("urn:graph")


def store_of(triples: list[ox.Triple]) -> ox.Store:
    store = ox.Store()
    store.bulk_extend(quad(triple, HOME) for triple in triples)
    return store


def whole(store: ox.Store) -> bytes:
    text = store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=HOME)
    assert text is not None
    return text


@pytest.mark.full
def test_every_shape_over_all_seeds() -> None:
    """The shipped ontology and entities, all seeds, and the seeds again with something wrong everywhere."""
    sources = Project.shipped().sources()
    shapes = read_shapes(sources)
    shared = [source.path for source in sources if source.kind in (SourceKind.ONTOLOGY, SourceKind.ENTITIES)]
    seeds = [triple for path in sorted(SEEDS.glob("*.ttl")) for triple in read_turtle(path)]
    store = store_of(
        [t for path in shared for t in read_turtle(path)] + seeds + mutated(seeds, random.Random(1))
    )
    engine = prepare("pyshifty", ntriples(list(shapes.triples)))
    entries = [shape.value for shape in shapes.targeted]
    data = whole(store)
    expected = {row(result, shapes.store) for result in engine.validate(data, entries)}
    found = set()
    for entry in entries:
        part = looked_at(shapes, [entry], store, [HOME])
        assert len(part) < len(data) / 2, f"{entry} looks at everything"
        found |= {row(result, shapes.store) for result in engine.validate(part, [entry])}
    assert found == expected
    assert len({shape for *_, shape in expected}) > 140
    together = looked_at(shapes, entries, store, [HOME])
    assert {row(result, shapes.store) for result in engine.validate(together, entries)} == expected


def with_named_targets(case: Case) -> list[str] | None:
    """The shapes of a case that have targets; None where one has no name, or is a class."""
    shapes = store_of([found.triple for found in ox.parse(case.shapes, ox.RdfFormat.N_TRIPLES)])
    targeted = {found.subject for name in TARGETS for found in shapes.quads_for_pattern(None, sh(name), None)}
    for kind in ("NodeShape", "PropertyShape"):
        for found in shapes.quads_for_pattern(None, RDF_TYPE, sh(kind)):
            if len(list(shapes.quads_for_pattern(found.subject, RDF_TYPE, None))) > 1:
                return None
    names = [shape.value for shape in targeted if isinstance(shape, ox.NamedNode)]
    return sorted(names) if len(names) == len(targeted) else None


NAMED = [case for case in CASES if case.expected is not None and with_named_targets(case)]


def test_most_of_the_suite_has_named_targets() -> None:
    assert len(NAMED) > 80


@pytest.mark.parametrize("case", NAMED, ids=lambda case: case.iri.rpartition("/")[2])
def test_w3c(case: Case) -> None:
    triples = [found.triple for found in ox.parse(case.shapes, ox.RdfFormat.N_TRIPLES)]
    shapes = Shapes({Path("shapes.ttl"): tuple(triples)})
    store = store_of([found.triple for found in ox.parse(case.data, ox.RdfFormat.N_TRIPLES)])
    engine = prepare("pyshifty", case.shapes)
    entries = with_named_targets(case)
    assert entries is not None
    whole_rows, part_rows = (
        sorted(comparable(result, shapes.store) for result in engine.validate(data, entries))
        for data in (whole(store), looked_at(shapes, entries, store, [HOME]))
    )
    assert part_rows == whole_rows


def test_other_graphs_are_left_out() -> None:
    shapes = read_shapes(Project.shipped().sources())
    entry = "https://w3id.org/secpol/shape/government.label"
    store = store_of(read_turtle(SEEDS / "government.label.fail.ttl"))
    assert looked_at(shapes, [entry], store, [HOME])
    assert looked_at(shapes, [entry], store, [ox.NamedNode("urn:other")]) == b""


@pytest.mark.parametrize(
    "pattern",
    [
        "$this !<urn:p> ?x",
        "{ SELECT ?x { ?x <urn:p> ?y } } $this <urn:p> ?x",
        "GRAPH ?g { $this <urn:p> ?x }",
        "$this <urn:p> ( 1 2 )",
        "$this <urn:p> [ <urn:q> ?x ]",
        "<< $this <urn:p> ?x >> <urn:q> ?y",
    ],
)
def test_what_is_not_followed_is_not_guessed(pattern: str) -> None:
    with pytest.raises(UnknownReads):
        read_group(f"SELECT $this {{ {pattern} }}")


@pytest.mark.parametrize(
    ("pattern", "properties"),
    [
        (
            '?x <urn:p> "a"@en-GB , 4.5 , -1.5e3 , true ; <urn:q> "x"^^<urn:t> . ?x <urn:r> 4. ?x a <urn:c>',
            "p p p p q r type",
        ),
        ("?x (<urn:p>|<urn:q>)+/^<urn:r>? ?y ; <urn:s> +5", "p,q,r s"),
        ("?x <urn:p> ?y ; FILTER (?y > 3 && !EXISTS { ?y <urn:q> ?z }) ?x <urn:r> ?z", "p r q"),
        (
            "VALUES (?x ?y) { (<urn:a> <urn:b>) } ?x <urn:p> ?y MINUS { ?x ?any ?y } BIND (STR(?x) AS ?z)",
            "p any",
        ),
    ],
)
def test_the_grammar(pattern: str, properties: str) -> None:
    group = read_group(f"PREFIX e: <urn:> SELECT ?x (e:p AS ?path) WHERE {{ {pattern} }} ORDER BY ?x LIMIT 3")
    told = [
        ",".join(
            "any" if node is None else node.value.rpartition(":")[2].rpartition("#")[2]
            for node in one.properties
        )
        for part in (group, *group.groups)
        for one in part.patterns
    ]
    assert " ".join(told) == properties
