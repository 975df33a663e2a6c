"""The W3C's SHACL test suite, Core and SPARQL, through both engines as `kg check` runs them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.check.engine import prepare
from kg.check.paths import result_path
from kg.check.results import SH, ValidationResult, read_report, sh
from kg.check.wellformed import check_wellformed
from kg.core.errors import InputError
from kg.core.terms import AtomicTerm

SUITE = Path(__file__).parents[1] / "data" / "w3c-shacl"
BASE = "http://datashapes.org/sh/tests/"
MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
REPORT = sh("ValidationReport")

# What an engine does not do as the suite says, by the test's IRI, with the reason.
KNOWN = {
    "pyshifty": {
        "core/property/uniqueLang-002": 'the value "1"^^xsd:boolean of sh:uniqueLang is taken for true; '
        "so does a store, which writes it as true",
    },
    "pyshacl": {
        "core/property/uniqueLang-002": 'the value "1"^^xsd:boolean of sh:uniqueLang is taken for true',
        "sparql/node/prefixes-001": "prefixes that sh:prefixes reaches over owl:imports are not followed",
        "sparql/pre-binding/shapesGraph-001": "$shapesGraph is not supported, and refused",
    },
}


@dataclass(frozen=True)
class Case:
    """One test of the suite; `expected` is the report, or None where a failure is expected."""

    iri: str
    data: bytes
    shapes: bytes
    expected: list[ox.Triple] | None


def read(path: Path) -> list[ox.Triple]:
    base = BASE + path.relative_to(SUITE).as_posix()
    return [quad.triple for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE, base_iri=base)]


def value(store: ox.Store, subject: object, predicate: str) -> AtomicTerm:
    assert isinstance(subject, ox.NamedNode | ox.BlankNode)
    found = next(store.quads_for_pattern(subject, ox.NamedNode(predicate), None)).object
    assert not isinstance(found, ox.Triple)
    return found


def ntriples(triples: list[ox.Triple]) -> bytes:
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    return text


def cases() -> list[Case]:
    found = []
    for path in sorted(SUITE.rglob("*.ttl")):
        own = read(path)
        store = ox.Store()
        store.extend(ox.Quad(*triple) for triple in own)
        for quad in store.quads_for_pattern(None, None, ox.NamedNode(f"{SHT}Validate")):
            assert isinstance(quad.subject, ox.NamedNode)
            action, expected = (value(store, quad.subject, MF + name) for name in ("action", "result"))
            graphs = [
                own if (file := local(value(store, action, SHT + name))) == path else read(file)
                for name in ("dataGraph", "shapesGraph")
            ]
            fails = expected == ox.NamedNode(f"{SHT}Failure")
            data, shapes = map(ntriples, graphs)
            found.append(Case(quad.subject.value, data, shapes, None if fails else about(own, expected)))
    return found


def local(iri: AtomicTerm) -> Path:
    return SUITE / iri.value.removeprefix(BASE)


def about(triples: list[ox.Triple], report: AtomicTerm) -> list[ox.Triple]:
    """The expected report alone, without any other report in the file, literals as they were written."""
    wanted: list[ox.Triple] = []
    pending: list[object] = [report]
    while pending:
        node = pending.pop()
        if isinstance(node, ox.BlankNode) or node == report:
            found = [triple for triple in triples if triple.subject == node]
            wanted += found
            pending += (triple.object for triple in found)
    return wanted


def comparable(result: ValidationResult, shapes: ox.Store) -> tuple[str, ...]:
    """Focus node, path, value, component and severity; blank nodes are equal, as their names mean nothing."""

    def term(node: AtomicTerm | None) -> str:
        return "_:" if isinstance(node, ox.BlankNode) else str(node)

    path = result_path(shapes, result)
    return term(result.focus), str(path), term(result.value), result.component, result.severity


def statements(report: list[ox.Triple]) -> Iterator[tuple[object, str, AtomicTerm]]:
    """A report as `read_report` takes it."""
    for triple in report:
        assert not isinstance(triple.object, ox.Triple)
        yield triple.subject, triple.predicate.value.removeprefix(SH), triple.object


def outcome(case: Case, engine: str) -> str | None:
    """What is wrong with an engine's answer, or None."""
    shapes = ox.Store()
    shapes.extend(ox.parse(case.shapes, ox.RdfFormat.N_TRIPLES))
    try:
        results = list(prepare(engine, case.shapes).validate(case.data, None))
    except InputError as error:
        return None if case.expected is None else f"refused: {error}"
    if case.expected is None:
        return "not refused"
    shapes.extend(ox.Quad(*triple) for triple in case.expected)
    expected = sorted(comparable(result, shapes) for result in read_report(statements(case.expected)))
    found = sorted(comparable(result, shapes) for result in results)
    return None if found == expected else f"expected {expected}, found {found}"


CASES = cases()

# Shapes of the suite that are well-formed by SHACL and refused here, as engines differ or are silent on them.
REFUSED_HERE = {
    "core/misc/severity-002": "a severity of its own",
    "core/node/qualified-001": "says nothing without",
    "sparql/node/prefixes-001": "prefixes over owl:imports",
}


def test_suite_is_whole() -> None:
    assert len(CASES) == 121


@pytest.mark.parametrize(
    "case",
    [case for case in CASES if case.expected is not None],
    ids=lambda case: case.iri.removeprefix(BASE),
)
def test_what_the_suite_takes_for_well_formed_is(case: Case) -> None:
    shapes = ox.Store()
    shapes.extend(ox.parse(case.shapes, ox.RdfFormat.N_TRIPLES))
    found = [message for _, message in check_wellformed(shapes) if "a class as well" not in message]
    assert bool(found) is (case.iri.removeprefix(BASE) in REFUSED_HERE), found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.iri.removeprefix(BASE))
@pytest.mark.parametrize("engine", ["pyshifty", "pyshacl"])
def test_engine(engine: str, case: Case) -> None:
    wrong = outcome(case, engine)
    if case.iri.removeprefix(BASE) in KNOWN[engine]:
        assert wrong is not None, "it passes now; take it out of KNOWN"
    else:
        assert wrong is None, wrong
