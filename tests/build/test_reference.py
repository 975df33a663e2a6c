"""The reference engines: the same triples and findings, also where the fast ones are absent."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.api.audit import Means, audit
from kg.build import reasoning
from kg.build.pipeline import Built, build
from kg.build.reasoning import close
from kg.check.report import Report
from kg.core.engines import FAST, Engines
from kg.core.errors import UsageError
from kg.project.project import Project
from tests.build.test_reasoning import AXIOMS, INCONSISTENCIES, PREFIXES, article
from tests.command import Kg

REFERENCE = Engines("pyshacl", "owlrl")
MORE = {
    "complement": ":A owl:complementOf :B . :x a :A , :B .",
    "no value": """:A rdfs:subClassOf [ owl:onProperty :p ; owl:maxCardinality 0 ] . :x a :A ; :p :y .""",
    "no such value": """:A rdfs:subClassOf
        [ owl:onProperty :p ; owl:onClass :B ; owl:maxQualifiedCardinality 0 ] .
        :x a :A ; :p :y . :y a :B .""",
    "negative": """[] owl:sourceIndividual :x ; owl:assertionProperty :p ; owl:targetIndividual :y .
        :x :p :y .""",
    "many disjoint properties": """[] a owl:AllDisjointProperties ; owl:members ( :p :q :r ) .
        :x :p :y ; :r :y .""",
    "nothing at all": ":x a owl:Nothing .",
}


def ntriples(axioms: str) -> bytes:
    parsed = ox.parse(PREFIXES + axioms, ox.RdfFormat.TURTLE)
    return ox.serialize((quad.triple for quad in parsed), format=ox.RdfFormat.N_TRIPLES) or b""


@pytest.mark.parametrize("name", [*AXIOMS, *INCONSISTENCIES, *MORE])
def test_both_reasoners_conclude_the_same_of_each_kind_of_axiom(name: str) -> None:
    text = ntriples({**AXIOMS, **INCONSISTENCIES, **MORE}[name])
    fast, reference = close(text), close(text, reasoner="owlrl")
    assert reference == fast
    assert bool(fast.inconsistencies) == (name not in AXIOMS)


def test_what_is_known_is_left_out_by_both(starter_built: Path) -> None:
    text = article(starter_built)
    known = reasoning.as_known(text)
    assert close(text, known, "owlrl") == close(text, known)


SEEDS = """@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix secpol: <https://w3id.org/secpol/ontology#> .
<#Odd> a secpol:Claim , secpol:Passage ; rdf:value 1.0 , 1 ; secpol:heldBy "nobody" ; secpol:partOf <#Odd> .
<#One> owl:sameAs <#Other> ; owl:differentFrom <#Other> .
"""
"""What shapes and the reasoner find fault with."""


@pytest.fixture(params=["core", "secpol"])
def project(request: pytest.FixtureRequest, tmp_path: Path, kg: Kg) -> Path:
    assert kg("init", "own", "--extends", request.param, cwd=tmp_path).status == 0
    return tmp_path / "own"


@pytest.mark.full
@pytest.mark.parametrize("seed", ["", SEEDS], ids=["sound", "seeded"])
def test_a_project_has_the_same_triples_and_findings_by_the_references(project: Path, seed: str) -> None:
    (article,) = (path for path in (project / "articles").iterdir() if path.is_dir())
    with (article / "facts.ttl").open("a", encoding="utf-8") as file:
        file.write(seed)
    found = Project.load(project)
    by_fast, by_reference = (
        build(found, allow_violations=True, force=True, engine=engine) for engine in ("fast", "reference")
    )
    assert content(by_reference) == content(by_fast)
    assert list(map(str, by_reference.findings)) == list(map(str, by_fast.findings))
    assert bool(by_fast.findings) == bool(seed)
    reports = [audit(found, means=Means(engine)) for engine in ("fast", "reference")]
    assert told(reports[0]) == told(reports[1])
    assert [report.notes for report in reports] == [(), (str(REFERENCE),)]


@pytest.mark.full
def test_the_shipped_article_has_the_same_triples_by_the_reference_reasoner() -> None:
    """Its shapes take pyshacl many minutes; tests/check/test_engines.py runs them on a part."""
    text = article(Project.shipped().root)
    assert close(text, reasoner="owlrl") == close(text)


def content(built: Built) -> set[str]:
    """The triples that follow from the sources: who made them is another matter."""
    assert built.snapshot is not None
    return {str(quad) for quad in built.snapshot.store if "provenance" not in str(quad.graph_name)}


def told(report: Report) -> list[str]:
    return sorted(f"{finding.severity} {finding.node} {finding}" for finding in report.findings)


ABSENT = """
import sys
sys.modules["shifty"] = sys.modules["sparq"] = None
from kg.cli import main
main()
"""


def test_a_build_and_a_check_need_no_fast_engine(tmp_path: Path, kg: Kg) -> None:
    assert kg("init", "own", "--extends", "core", cwd=tmp_path).status == 0

    def without(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", ABSENT, *arguments]
        return subprocess.run(command, cwd=tmp_path / "own", capture_output=True, text=True, check=False)

    built = without("build")
    assert (built.returncode, built.stderr.count(str(REFERENCE))) == (0, 1)
    assert built.stdout.startswith("built own: ")
    checked = without("check", "--only", "shapes,ontology")
    assert checked.returncode == 0 and f"note: {REFERENCE}" in checked.stdout
    refused = without("check", "--engine", "fast")
    assert refused.returncode == 2
    assert "not installed: pyshifty and sparq-rdf" in refused.stderr
    assert kg("build", cwd=tmp_path / "own").out == "own is up to date\n"
    assert kg("build", "--engine", "fast", cwd=tmp_path / "own").out.startswith("built own")


def test_an_engine_is_called_by_its_name() -> None:
    assert (Engines.named(), Engines.named("reference")) == (FAST, REFERENCE)
    assert Engines.named("pyshacl") == Engines("pyshacl", "sparq-rdf")
    with pytest.raises(UsageError, match="did you mean reference"):
        Engines.named("referense")
