"""A changed entity derives anew the articles that reach it, and all is as after a build from nothing."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.corpus import write_corpus
from kg.build.name_index import NAMES
from kg.build.pipeline import Built, build
from kg.build.snapshot import Snapshot
from kg.project.project import Project

from .test_incremental import article, edit, from_nothing, lines

ALL = ["a00000", "a00001", "a00002", "a00003"]
HEAD = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix ent: <https://w3id.org/secpol/entity/> .
@prefix my: <https://example.org/corpus/entity/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix secpol: <https://w3id.org/secpol/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""
ENTITIES = """
my:Ada a secpol:Person ; rdfs:label "Ada Merrow"@en ; skos:altLabel "Ada"@en .
my:Bo a secpol:Person ; rdfs:label "Bo Quill"@en ; skos:altLabel "Bo"@en .
my:Land a secpol:State ; rdfs:label "Ellery"@en .
my:GovLand a secpol:NationalGovernment ; rdfs:label "government of Ellery"@en ; secpol:governs my:Land ;
    dcterms:source <https://example.org/ellery> .
my:Isle a secpol:Island ; rdfs:label "Quay Isle"@en .
"""
# A warning on each other name of a person, so that findings about shared nodes are compared too.
SHAPE = """@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix secshape: <https://w3id.org/secpol/shape/> .
secshape:no-other-name a sh:PropertyShape ; sh:targetClass secpol:Person ; sh:path skos:altLabel ;
    sh:maxCount 0 ; sh:severity sh:Warning ; sh:message "A person has no other name."@en .
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of which one article speaks of a government, another of a person."""
    folder = write_corpus(tmp_path_factory.mktemp("corpus") / "corpus", len(ALL))
    for name, text in (("entities", ENTITIES), ("shapes", SHAPE)):
        (folder / name).mkdir()
        (folder / name / "own.ttl").write_text(HEAD + text, encoding="utf-8")
    for slug, entity in (("a00001", "my:GovLand"), ("a00003", "my:Ada")):
        path = article(folder, slug)
        text = path.read_text(encoding="utf-8").replace(
            "@prefix xsd:", f"{HEAD.splitlines()[2]}\n@prefix xsd:", 1
        )
        path.write_text(text.replace("propObject ent:Malaysia", f"propObject {entity}", 1), encoding="utf-8")
        assert entity in path.read_text(encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def built(written: Path) -> Path:
    """The corpus built where it stands, for findings name files whole, and kept in another folder."""
    assert build(Project.load(written)).published
    return shutil.copytree(written, written.parent / "kept")


@pytest.fixture
def corpus(written: Path, built: Path) -> Path:
    """The corpus as it was built."""
    shutil.rmtree(written)
    return shutil.copytree(built, written)


Change = Callable[[Path], None]


def add(text: str) -> Change:
    def change(folder: Path) -> None:
        with (folder / "entities" / "own.ttl").open("a", encoding="utf-8") as file:
            file.write(f"{text}\n")

    return change


def replace(old: str, new: str) -> Change:
    return lambda folder: edit(folder / "entities" / "own.ttl", old, new)


PERSON = 'my:Cy a secpol:Person ; rdfs:label "Cy Hale"@en '
GOVERNMENT = "my:GovLand a secpol:NationalGovernment"
ADA = 'my:Ada a secpol:Person ; rdfs:label "Ada Merrow"@en ; skos:altLabel "Ada"@en .'
CHANGES: dict[str, tuple[Change, list[str]]] = {
    "a comment, which moves lines": (replace("\nmy:Ada a", "\n# People\nmy:Ada a"), []),
    "added": (add(f"{PERSON}."), []),
    "added beside one of its name": (add('my:Ada2 a secpol:Person ; rdfs:label "Ada Merrow"@en .'), []),
    "added, with a finding": (add(f'{PERSON}; skos:altLabel "Cy"@en .'), []),
    "added, linked with one that is": (add(f"{PERSON}. my:GovLand secpol:headedBy my:Cy ."), ["a00001"]),
    "added to what is reached by a chain": (
        add('my:Coast a secpol:Place ; rdfs:label "coast of Ellery"@en ; secpol:territoryOf my:Land .'),
        ["a00001"],
    ),
    "added with a source that another has": (
        add(f"{PERSON}; dcterms:source <https://example.org/ellery> ."),
        ["a00001"],
    ),
    "linked": (add("my:GovLand secpol:headedBy my:Ada ."), ["a00001", "a00003"]),
    "linked with what all reach": (add("my:GovLand secpol:opposes ent:GovUS ."), ALL),
    "label": (replace('"Ada Merrow"', '"Ada Marrow"'), ["a00003"]),
    "label of what none reaches": (replace('"Bo Quill"', '"Bo Quilt"'), []),
    "finding gone": (replace(' ; skos:altLabel "Bo"@en', ""), []),
    "finding gone where it is reached": (replace(' ; skos:altLabel "Ada"@en', ""), ["a00003"]),
    "class": (replace(GOVERNMENT, "my:GovLand a secpol:Legislature"), ["a00001"]),
    "class that clashes": (replace("my:Bo a secpol:Person", "my:Bo a secpol:Person , secpol:Place"), []),
    "taken out": (replace('my:Isle a secpol:Island ; rdfs:label "Quay Isle"@en .', ""), []),
    "taken out though named": (replace(ADA, ""), ["a00003"]),
    "link taken out": (replace("secpol:governs my:Land ;", ""), ["a00001"]),
    "an axiom": (add("my:likes a owl:ObjectProperty . my:Bo my:likes my:Isle ."), ALL),
    "one of several": (add("my:Bo owl:differentFrom my:Ada ."), ALL),
    "a time": (add("my:Bo secpol:during my:Isle ."), ALL),
    "no name": (add("my:Bo skos:related [ a secpol:Person ] ."), ALL),
}  # fmt: skip


def same(once: Built, whole: Built, folder: Path, other: Path) -> None:
    assert lines(once) == lines(whole)
    assert [str(finding) for finding in once.findings] == [
        str(finding).replace(str(other), str(folder)) for finding in whole.findings
    ]
    assert once.snapshot and whole.snapshot
    for key in ("digest", "shared", "entities", "articles", "graphs", "inputs", "findings"):
        assert once.snapshot.manifest[key] == whole.snapshot.manifest[key], key
    assert once.snapshot.report["reached"] == whole.snapshot.report["reached"]
    assert names_of(once.snapshot) == names_of(whole.snapshot)


def names_of(snapshot: Snapshot) -> list[tuple[object, ...]]:
    """What its nodes are called, and the keys to find them by."""
    asked = "SELECT article, text, node, kind, role, key FROM names JOIN keys ON name = id"
    with sqlite3.connect(snapshot.folder / NAMES) as connection:
        return sorted(connection.execute(asked))


FIRST = {"added", "label", "linked"}


@pytest.mark.parametrize(
    "name", [name if name in FIRST else pytest.param(name, marks=pytest.mark.full) for name in CHANGES]
)
def test_the_same_as_from_nothing(corpus: Path, tmp_path: Path, derived_slugs: list[str], name: str) -> None:
    change, reaching = CHANGES[name]
    change(corpus)
    once = build(Project.load(corpus), allow_violations=True)
    assert derived_slugs == reaching
    whole = from_nothing(corpus, tmp_path, allow_violations=True)
    same(once, whole, corpus, tmp_path / "again" / "corpus")


def test_one_key_in_an_article_and_among_the_entities(
    corpus: Path, tmp_path: Path, derived_slugs: list[str]
) -> None:
    """OWL makes one of two claims to one area by one state."""
    claim = 'a secpol:SovereigntyClaim ; rdfs:label "a claim"@en ; secpol:claimant my:Land ;'
    claim += " secpol:claimedArea my:Isle ."
    path = article(corpus, "a00002", "facts")
    path.write_text(f"{HEAD}{path.read_text(encoding='utf-8')}\n<#Claim> {claim}\n", encoding="utf-8")
    assert build(Project.load(corpus), allow_violations=True).published
    derived_slugs.clear()
    add(f"my:Claim {claim}")(corpus)
    once = build(Project.load(corpus), allow_violations=True)
    assert "a00002" in derived_slugs
    assert any("#sameAs" in line and "a00002" in line for line in lines(once))
    same(once, from_nothing(corpus, tmp_path, allow_violations=True), corpus, tmp_path / "again" / "corpus")


def test_an_article_with_axioms_of_its_own_may_reach_anything(corpus: Path, derived_slugs: list[str]) -> None:
    with article(corpus, "a00002", "facts").open("a", encoding="utf-8") as file:
        file.write("\nsecpol:opposes <http://www.w3.org/2000/01/rdf-schema#range> <#Rival> .\n")
    assert build(Project.load(corpus), allow_violations=True).published
    derived_slugs.clear()
    add(f"{PERSON}.")(corpus)
    build(Project.load(corpus), allow_violations=True)
    assert derived_slugs == ["a00002"]


@pytest.mark.full
def test_changes_at_random_one_after_another(corpus: Path, tmp_path: Path) -> None:
    chance = random.Random(13)
    names = ["my:Ada", "my:Bo", "my:Land", "my:GovLand", "my:Isle", "my:N0", "my:N1", "my:N2", "ent:UTS"]
    properties = ["partOf", "headedBy", "organOf", "territoryOf", "hasParticipant", "groupMember", "opposes"]
    kinds = ["Person", "State", "Island", "Organisation", "NationalGovernment", "Place"]
    for number in range(6):
        said = []
        for _ in range(chance.randrange(1, 4)):
            one, other = chance.sample(names, 2)
            said.append(
                chance.choice(
                    [
                        f"{one} secpol:{chance.choice(properties)} {other} .",
                        f'{one} a secpol:{chance.choice(kinds)} ; skos:altLabel "{number}"@en .',
                    ]
                )
            )
        add("\n".join(said))(corpus)
        if chance.random() < 0.4:
            path = corpus / "entities" / "own.ttl"
            text = path.read_text(encoding="utf-8").splitlines()
            added = [
                at for at, line in enumerate(text) if line.endswith(" .") and line.count(":") >= 3 and at > 16
            ]
            del text[chance.choice(added)]
            path.write_text("\n".join(text) + "\n", encoding="utf-8")
        once = build(Project.load(corpus), allow_violations=True)
        again = tmp_path / str(number)
        same(once, from_nothing(corpus, again, allow_violations=True), corpus, again / "again" / "corpus")
