"""The DL check: a verdict, a smallest set of axioms, and what happens without Java."""

from __future__ import annotations

import itertools
import os
import random
from collections.abc import Sequence
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.check.axioms import Axiom, smallest, split
from kg.check.hermit import Hermit
from kg.check.reasoner import Reading
from kg.core.errors import ReasonerError
from kg.core.labels import Labels
from kg.core.terms import OWL, PREFIXES, RDFS
from kg.rdf.turtle_reading import read_turtle

from .conftest import Draft, of_rule

needs_java = pytest.mark.usefixtures("java")


def axiom(number: int) -> Axiom:
    node = ox.NamedNode(f"http://e/{number}")
    return Axiom((ox.Triple(node, RDFS("seeAlso"), node),))


@pytest.mark.parametrize("seed", range(20))
def test_the_smallest_set_is_inconsistent_and_nothing_can_be_left_out(seed: int) -> None:
    rng = random.Random(seed)
    axioms = [axiom(number) for number in range(rng.randint(4, 300))]
    causes = [set(rng.sample(axioms, rng.randint(1, 4))) for _ in range(rng.randint(1, 3))]
    runs = 0

    def consistent(chosen: Sequence[Axiom]) -> bool:
        nonlocal runs
        runs += 1
        return not any(cause <= set(chosen) for cause in causes)

    core = smallest(axioms, consistent)
    assert not consistent(core)
    for left_out in core:
        assert consistent([other for other in core if other != left_out])
    assert runs < 60


def test_it_looks_first_at_what_it_is_told() -> None:
    axioms = [axiom(number) for number in range(1000)]
    sizes = []

    def consistent(chosen: Sequence[Axiom]) -> bool:
        sizes.append(len(chosen))
        return axioms[900] not in chosen

    assert smallest(axioms, consistent, ["http://e/900"]) == [axioms[900]]
    assert max(sizes) <= 16


def test_axioms_of_a_consistent_set_have_no_smallest_inconsistent_one() -> None:
    with pytest.raises(ValueError, match="consistent"):
        smallest([axiom(1)], lambda _: True)


def test_axioms_keep_what_they_need_and_leave_annotations_out(tmp_path: Path) -> None:
    path = tmp_path / "o.ttl"
    path.write_text(
        """@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix e: <http://e/> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
        e:A a owl:Class ; rdfs:label "kind of apple"@en ; rdfs:subClassOf
            [ a owl:Restriction ; owl:onProperty e:p ; owl:allValuesFrom e:B ] .
        e:p a owl:ObjectProperty , owl:FunctionalProperty .
        e:x e:on "2024-01-01"^^xsd:date ; e:p e:y .
        [] a owl:AllDisjointClasses ; owl:members ( e:A e:B e:C ) .
        [] a owl:AllDifferent ; owl:distinctMembers ( e:x e:y ) .""",
        encoding="utf-8",
    )
    triples = read_turtle(path)
    declarations, axioms = split(triples)
    assert {(t.subject, t.object) for t in declarations} == {
        (ox.NamedNode("http://e/A"), OWL("Class")),
        (ox.NamedNode("http://e/p"), OWL("ObjectProperty")),
    }
    store = ox.Store()
    store.extend(ox.Quad(*triple) for triple in triples)
    labels = Labels(store)
    words = sorted(axiom.in_words(labels) for axiom in axioms)
    assert len(words) == 7
    assert {
        "'<http://e/p>' has one value at most",
        "<http://e/x> <http://e/p> <http://e/y>",
        "nothing is both '<http://e/B>' and '<http://e/C>'",
        "nothing is both 'kind of apple' and '<http://e/B>'",
        "whatever is 'kind of apple' is '(allValuesFrom <http://e/B>, onProperty <http://e/p>)'",
    } < set(words)
    assert {len(axiom.triples) for axiom in axioms} == {1, 4, 6}


@needs_java
def test_an_inconsistency_is_explained_by_a_smallest_set(orchard: Draft) -> None:
    facts = orchard.article / "facts.ttl"
    orchard.change(facts, "a orch:Harvest", "a orch:Harvest , orch:Variety")
    (finding,) = of_rule(orchard.report("ontology", reasoner="hermit").findings, "reasoning.dl-inconsistency")
    parts = finding.message.removeprefix("these cannot hold together: ").split("; ")
    assert 2 <= len(parts) <= 5
    assert "nothing is both 'variety' and 'occurrence'" in parts
    assert finding.places[0].file.endswith("facts.ttl")


@needs_java
def test_a_datatype_that_owl_lacks_does_not_stop_it(orchard: Draft) -> None:
    """So that no shape has to bar it from the data."""
    facts = orchard.article / "facts.ttl"
    kinds = """, "2024"^^xsd:gYear , "2024-09-27"^^xsd:date , "P1Y"^^xsd:duration , "1"^^<urn:own> ."""
    text = facts.read_text(encoding="utf-8")
    prefixes = "".join(
        f"@prefix {name}: <{PREFIXES[name]}> .\n" for name in ("rdf", "xsd") if f"@prefix {name}:" not in text
    )
    facts.write_text(f"{prefixes}{text}\n<#Odd> rdf:value 1 {kinds}\n", encoding="utf-8")
    report = orchard.report("ontology", reasoner="hermit")
    assert "the consistency of it all (HermiT)" in report.looked_at
    assert not of_rule(report.findings, "reasoning.dl-inconsistency")


@needs_java
def test_a_class_that_can_have_no_member_is_explained(tmp_path: Path) -> None:
    path = tmp_path / "o.ttl"
    path.write_text(
        """@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix e: <http://e/> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        e:Fruit a owl:Class ; owl:disjointWith e:Place . e:Place a owl:Class . e:Other a owl:Class .
        e:Ghost a owl:Class ; rdfs:subClassOf e:Fruit , e:Place , e:Other .""",
        encoding="utf-8",
    )
    hermit = Hermit.found(60)
    assert hermit is not None
    labels = Labels(ox.Store(), {"e": "http://e/"})
    (finding,) = Reading(hermit, read_turtle(path), labels).findings()
    assert (finding.rule, finding.node) == ("reasoning.unsatisfiable", "http://e/Ghost")
    assert finding.message == (
        "nothing can be 'e:Ghost': nothing is both 'e:Fruit' and 'e:Place'; "
        "whatever is 'e:Ghost' is 'e:Fruit'; whatever is 'e:Ghost' is 'e:Place'"
    )


@needs_java
def test_a_consistent_project_says_that_hermit_looked(draft: Draft) -> None:
    report = draft.report("ontology", reasoner="hermit")
    assert not [finding for finding in report.findings if finding.severity == "violation"]
    assert "the consistency of it all (HermiT)" in report.looked_at


def test_without_java_a_line_says_so_and_the_inconsistency_rules_still_run(
    draft: Draft, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    draft.change(
        draft.article / "facts.ttl",
        "a secpol:CooperationActivity",
        "a secpol:CooperationActivity , secpol:Place",
    )
    report = draft.report("ontology", reasoner="hermit")
    assert of_rule(report.findings, "reasoning.inconsistency")
    assert report.notes == (
        "there is no Java, so HermiT was not run; only the OWL 2 RL rules looked for inconsistencies",
    )


def java(folder: Path, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / "java").write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    (folder / "java").chmod(0o755)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("kill -9 $$", "HermiT ended with status -9: it said nothing"),
        ("echo 'Exception in thread main: OutOfMemoryError' >&2; exit 1", "OutOfMemoryError"),
        ("sleep 30", "HermiT took longer than 0.5 s"),
    ],
)
def test_a_jvm_that_dies_or_hangs_is_an_error(
    draft: Draft, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, message: str
) -> None:
    java(tmp_path / "bin", f"exec {script}" if script.startswith("sleep") else script)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    hermit = Hermit.found(0.5)
    assert hermit is not None
    with pytest.raises(ReasonerError) as caught:
        hermit.is_consistent([])
    assert message in caught.value.message
    assert (caught.value.code, caught.value.exit_status) == ("reasoner", 4)


def test_no_pair_of_axioms_is_told_twice(tmp_path: Path) -> None:
    path = tmp_path / "o.ttl"
    path.write_text(
        "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix e: <http://e/> .\n"
        "[] a owl:AllDisjointClasses ; owl:members ( e:A e:B e:C e:D ) .",
        encoding="utf-8",
    )
    _, axioms = split(read_turtle(path))
    pairs = {frozenset((a.triples[0].subject, a.triples[0].object)) for a in axioms}
    nodes = [ox.NamedNode(f"http://e/{name}") for name in "ABCD"]
    assert pairs == {frozenset(pair) for pair in itertools.combinations(nodes, 2)}
