"""A corpus is checked on the disk, and with what its graph has already, as it is in memory."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks.corpus import write_corpus
from kg.api.audit import audit
from kg.build import pipeline
from kg.build.checking import read_shapes
from kg.build.digest import digest_inputs
from kg.build.pipeline import build, derived
from kg.check.job import WantedChecks
from kg.check.report import Report
from kg.project.project import Project
from tests.build.test_incremental import article, contest, edit, warn

from .conftest import SHAPE_PREFIXES

pytestmark = pytest.mark.full  # it builds corpora and imports, and takes a minute


ARTICLES = 5


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus with something wrong: in one article, between two, in the literals of two, and in a name."""
    folder = write_corpus(tmp_path_factory.mktemp("corpus") / "corpus", ARTICLES)
    for change in (contest, warn):
        change(folder)
    edit(article(folder, "a00002"), "ent:Japan", "ent:Nippon")
    edit(article(folder, "a00004"), "secpol:certainty secpol:Certain", "secpol:certainty secpol:Denied")
    return folder


@pytest.fixture
def corpus(written: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = shutil.copytree(written, tmp_path / "corpus")
    monkeypatch.chdir(folder)
    return folder


def checked(folder: Path, **wanted: tuple[Path, ...]) -> Report:
    return audit(Project.load(folder), WantedChecks(**wanted))  # type: ignore[arg-type]


def rules(report: Report) -> set[str]:
    return {finding.rule for finding in report.findings}


def test_on_the_disk_as_in_memory(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    in_memory = checked(corpus)
    assert rules(in_memory) >= {"contested.claim", "literal.form", "vocabulary.undeclared", "claim.certainty"}
    monkeypatch.setattr(pipeline, "_AT_A_TIME", 2)
    assert checked(corpus) == in_memory
    assert not list((corpus / ".kg").glob("snapshots/*")), "nothing is left behind"


def test_with_what_the_graph_has_already(corpus: Path, derived_slugs: list[str]) -> None:
    anew = checked(corpus)
    assert build(Project.load(corpus), allow_violations=True).published
    derived_slugs.clear()
    assert checked(corpus) == anew
    assert derived_slugs == ["a00002", "a00004"], "those with violations are looked at again"
    assert not list((corpus / ".kg" / "snapshots").glob(".*"))


def test_after_a_change(corpus: Path, derived_slugs: list[str]) -> None:
    assert build(Project.load(corpus), allow_violations=True).published
    edit(article(corpus, "a00001"), "secpol:polarity secpol:Affirmed", "secpol:polarity secpol:Stated")
    derived_slugs.clear()
    report = checked(corpus)
    assert derived_slugs == ["a00001", "a00002", "a00004"]
    shutil.rmtree(corpus / ".kg")
    assert report == checked(corpus)


def test_findings_on_the_corpus_stand_on_the_line_of_the_statement(corpus: Path) -> None:
    """Those of the build stood on the first line of the node."""
    shape = """secshape:no-polarity a sh:PropertyShape ; secshape:scope "corpus" ;
        sh:targetClass secpol:Claim ; sh:path secpol:polarity ; sh:maxCount 0 ."""
    (corpus / "shapes").mkdir(exist_ok=True)
    (corpus / "shapes" / "own.ttl").write_text(SHAPE_PREFIXES + shape, encoding="utf-8")
    built = build(Project.load(corpus), allow_violations=True)
    found = [finding.places[0] for finding in built.findings if finding.rule == "no-polarity"]
    assert found == [f.places[0] for f in checked(corpus).findings if f.rule == "no-polarity"]
    lines = {place.file: Path(place.file).read_text("utf-8").splitlines() for place in found}
    assert all("secpol:polarity" in lines[place.file][(place.line or 0) - 1] for place in found)


def test_findings_that_are_taken_over_are_named_from_the_current_folder(
    corpus: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert build(Project.load(corpus), allow_violations=True).published
    monkeypatch.chdir(corpus / "articles")
    report = checked(corpus, paths=(corpus / "articles" / "a00001",))
    assert [finding.rule for finding in report.findings] == ["literal.form"]
    assert [place.file for place in report.findings[0].places] == ["a00001/claims.ttl"]


def test_another_engine_takes_nothing_over(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project.load(corpus)
    assert build(project, allow_violations=True).published
    inputs = digest_inputs(project)
    monkeypatch.setattr(pipeline, "reusable", lambda *_: pytest.fail("looked for a former snapshot"))
    with derived(project, inputs, read_shapes(inputs.sources), anew=True) as (material, findings):
        assert len(material.slugs) == ARTICLES + 1
        assert findings


def test_one_person_in_two_articles_is_found_and_each_is_told_of_the_other(corpus: Path) -> None:
    person = '\n<#Merrow> a secpol:Person ; rdfs:label "Ada Merrow"@en .\n'
    for slug in ("a00001", "a00003"):
        with article(corpus, slug, "facts").open("a", encoding="utf-8") as file:
            file.write(person)
    found = {
        finding.places[0].file: finding.message
        for finding in checked(corpus).findings
        if finding.rule == "node.shared-label"
    }
    told = "Ada Merrow: This node and {} are of one class and both called Ada Merrow."
    assert found == {
        "articles/a00001/facts.ttl": told.format("a00003#Merrow"),
        "articles/a00003/facts.ttl": told.format("a00001#Merrow"),
    }


def test_of_several_namesakes_the_one_for_all_articles_is_offered(corpus: Path) -> None:
    for slug in ("a00001", "a00003"):
        with article(corpus, slug, "facts").open("a", encoding="utf-8") as file:
            file.write('\n<#Abe> a secpol:Person ; rdfs:label "Abe Shinzo"@en .\n')
    found = [f for f in checked(corpus).findings if f.rule == "node.shared-label"]
    assert len(found) == 3
    assert sum("ent:Abe" in finding.message for finding in found) == 2
