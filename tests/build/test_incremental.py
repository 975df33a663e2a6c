"""A build takes over the articles that did not change, and comes to what a build from nothing comes to."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.corpus import write_article, write_corpus
from kg.build import pipeline
from kg.build.pipeline import Built, build
from kg.build.snapshot import Snapshot
from kg.project.project import Project

ARTICLES = 5


@pytest.fixture(scope="module")
def built_corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_corpus(tmp_path_factory.mktemp("corpus") / "corpus", ARTICLES)
    assert build(Project.load(folder)).published
    return folder


@pytest.fixture
def corpus(built_corpus: Path, tmp_path: Path) -> Path:
    return shutil.copytree(built_corpus, tmp_path / "corpus")


def article(folder: Path, slug: str, name: str = "claims") -> Path:
    return folder / "articles" / slug / f"{name}.ttl"


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def lines(built: Built) -> list[str]:
    assert isinstance(built.snapshot, Snapshot)
    return sorted(map(str, built.snapshot.store))


def from_nothing(folder: Path, tmp_path: Path, *, allow_violations: bool = False) -> Built:
    other = shutil.copytree(folder, tmp_path / "again" / "corpus", ignore=shutil.ignore_patterns(".kg"))
    return build(Project.load(other), allow_violations=allow_violations)


def reword(folder: Path) -> None:
    edit(article(folder, "a00002"), "A government voiced criticism", "One government criticised")


def contest(folder: Path) -> None:
    """Deny in one article what another records as a fact."""
    shutil.copytree(folder / "articles" / "a00001", folder / "articles" / "b")
    for path in (folder / "articles" / "b").glob("*.ttl"):
        path.write_text(path.read_text(encoding="utf-8").replace("a00001", "b"), encoding="utf-8")
    for slug, polarity, status in (("a00003", "Denied", "View"), ("b", "Affirmed", "Fact")):
        with article(folder, slug).open("a", encoding="utf-8") as file:
            file.write(
                f"\n<#S900> a secpol:Claim ; rdfs:label 'x'@en ; secpol:heldBy <#authors> ;"
                f" secpol:certainty secpol:Certain ; secpol:polarity secpol:{polarity} ;"
                f" secpol:conveyance secpol:Stated ; secpol:assertedAs secpol:{status} ;"
                " secpol:proposition <#S900p> ; secpol:evidencedBy <#char=0,80> .\n"
                "<#S900p> a secpol:Proposition ; secpol:propSubject ent:USIndoPacificStrategy ;"
                " secpol:propPredicate secpol:policyOf ; secpol:propObject ent:GovJapan .\n"
            )


def take_out(folder: Path) -> None:
    shutil.rmtree(folder / "articles" / "a00000")


def add_one(folder: Path) -> None:
    write_article(folder, "a99999", random.Random(1))


def warn(folder: Path) -> None:
    """Two articles with a finding that lasts."""
    for slug in ("a00001", "a00004"):
        passage = "<#char=700,780> a secpol:Passage ;"
        edit(article(folder, slug), passage, passage + ' secpol:paragraph "007"^^xsd:integer ;')


def name_anonymously(folder: Path) -> None:
    """Blank nodes in two articles."""
    for slug in ("a00001", "a00004"):
        with article(folder, slug, "article").open("a", encoding="utf-8") as file:
            file.write("\n<> dcterms:description [ rdfs:label 'a remark'@en ] .\n")


CHANGES: dict[Callable[[Path], None], list[str]] = {
    reword: ["a00002"],
    contest: ["a00003", "b"],
    take_out: [],
    add_one: ["a99999"],
    warn: ["a00001", "a00004"],
    name_anonymously: ["a00001", "a00004"],
}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            change, id=change.__name__, marks=[] if change in (reword, add_one) else pytest.mark.full
        )
        for change in CHANGES
    ],
)
def test_the_same_as_from_nothing(
    corpus: Path, tmp_path: Path, derived_slugs: list[str], change: Callable[[Path], None]
) -> None:
    change(corpus)
    once = build(Project.load(corpus), allow_violations=True)
    assert derived_slugs == CHANGES[change], "only what changed is read"
    whole = from_nothing(corpus, tmp_path, allow_violations=True)
    assert lines(once) == lines(whole)
    assert [str(finding) for finding in once.findings] == [
        str(finding).replace(str(tmp_path / "again" / "corpus"), str(corpus)) for finding in whole.findings
    ]
    assert once.snapshot
    assert whole.snapshot
    for key in ("digest", "shared", "articles", "graphs", "inputs", "findings"):
        assert once.snapshot.manifest[key] == whole.snapshot.manifest[key], key


@pytest.mark.full
def test_changes_one_after_another(corpus: Path, tmp_path: Path) -> None:
    """What is taken over is taken over again."""
    project = Project.load(corpus)
    for change in (warn, reword, contest, add_one, take_out):
        change(corpus)
        once = build(project)
        assert once.published, once.findings
    whole = from_nothing(corpus, tmp_path)
    assert lines(once) == lines(whole)
    assert len(once.findings) == len(whole.findings) > 2


def test_force_takes_nothing_over(corpus: Path, derived_slugs: list[str]) -> None:
    assert build(Project.load(corpus), force=True).published
    assert len(derived_slugs) == ARTICLES


def test_a_damaged_snapshot_is_not_taken_over(corpus: Path, derived_slugs: list[str]) -> None:
    snapshot = build(Project.load(corpus)).snapshot
    assert snapshot is not None
    shutil.rmtree(snapshot.folder / "store")
    reword(corpus)
    assert build(Project.load(corpus)).published
    assert len(derived_slugs) == ARTICLES


def test_an_article_with_violations_is_looked_at_again(corpus: Path, derived_slugs: list[str]) -> None:
    project = Project.load(corpus)
    edit(article(corpus, "a00001"), "ent:Japan", "ent:Nippon")
    assert build(project, allow_violations=True).findings
    derived_slugs.clear()
    reword(corpus)
    assert not build(project).published
    assert derived_slugs == ["a00001", "a00002"]


def test_the_former_snapshot_keeps_what_it_had(corpus: Path) -> None:
    """The two share files on the disk."""
    project = Project.load(corpus)
    former = build(project)
    before = lines(former)
    take_out(corpus)
    now = build(project)
    assert lines(former) == before
    assert len(lines(now)) < len(before)


@pytest.mark.full
def test_batches_change_nothing(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warn(corpus)
    name_anonymously(corpus)
    whole = from_nothing(corpus, tmp_path, allow_violations=True)
    monkeypatch.setattr(pipeline, "_AT_A_TIME", 2)
    parts = build(Project.load(corpus), force=True, allow_violations=True)
    assert lines(parts) == lines(whole)
    assert len(parts.findings) == len(whole.findings)
