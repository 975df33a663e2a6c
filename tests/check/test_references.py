"""References between articles: claims may speak of another article's claims, and of nothing else of it."""

from __future__ import annotations

import csv
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.project.project import Project
from kg.project.starter import write_starter

if TYPE_CHECKING:
    from tests.command import Kg

FIRST, SECOND = "2026-01-15-harbour-drill", "2026-02-03-again"


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """The starter with a second article, a copy of its first."""
    root = tmp_path / "two"
    write_starter(root)
    shutil.copytree(root / "articles" / FIRST, root / "articles" / SECOND)
    for path in (root / "articles" / SECOND).glob("*.ttl"):
        path.write_text(path.read_text("utf-8").replace(FIRST, SECOND), "utf-8")
    return root


def say(root: Path, column: str, value: str, more: str = "") -> None:
    """Give the first claim of the second article a value in a column, and the table one more row."""
    path = root / "articles" / SECOND / "claims.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    rows[0][column] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        file.write(more)


def test_a_claim_may_speak_of_another_articles_claims(kg: Kg, two: Path) -> None:
    more = f"S090,69-104,,{FIRST}#S003,secpol:concerns,{FIRST}#S002p,,,,,,,One more\n"
    say(two, "contradicts", f"{FIRST}#S002", more)
    for command in (("build",), ("check", "--only", "shapes,ontology,vocabulary")):
        ran = kg(*command, cwd=two)
        assert ran.status == 0, ran.out + ran.err


def test_a_claim_that_is_not_there_is_told_also_when_only_the_other_article_changed(
    kg: Kg, two: Path
) -> None:
    say(two, "supports", f"{FIRST}#S002")
    assert kg("build", cwd=two).status == 0
    first = two / "articles" / FIRST / "claims.csv"
    kept = [row for row in first.read_text("utf-8").splitlines(keepends=True) if "S002" not in row]
    first.write_text("".join(kept), "utf-8")
    for command in ("build", "check"):
        ran = kg(command, cwd=two)
        assert ran.status == 1
        told = ran.out + ran.err
        assert f"{FIRST}#S002 is no claim of the article {FIRST}" in told
        assert f"articles/{SECOND}/claims.csv" in told
        assert "1 violation, " in told


def test_another_article_must_be_there(kg: Kg, two: Path) -> None:
    say(two, "supports", "nowhere#S002")
    for command in ("build", "check"):
        ran = kg(command, cwd=two)
        assert ran.status == 1
        assert "there is no article nowhere, so that nowhere#S002 says nothing" in ran.out + ran.err


@pytest.mark.parametrize("column", [2, 3, 5])
def test_no_other_node_of_another_article_may_be_named(kg: Kg, two: Path, column: int) -> None:
    table = two / "articles" / SECOND / "claims.csv"
    rows = table.read_text("utf-8").splitlines()
    cells = ["S090", "69-104", "", "#Volunteers", "rel:characterisedAs", "#Volunteers", *([""] * 6), "More"]
    cells[column] = f"{FIRST}#Volunteers"
    table.write_text("\n".join([*rows, ",".join(cells)]) + "\n", "utf-8")
    ran = kg("build", cwd=two)
    assert ran.status == 1
    assert "1 violation, " in ran.err
    assert f"#Volunteers belongs to the article {FIRST}, which may be" in ran.err or (
        f"{FIRST}#Volunteers is no claim of the article {FIRST}" in ran.err
    )
    assert "move what several articles share to entities/" in ran.err
    assert "declared nowhere" not in ran.err
    assert "Nothing says" not in ran.err


@pytest.mark.parametrize("command", ["build", "check"])
def test_a_source_that_is_a_claim_must_be_there(kg: Kg, two: Path, command: str) -> None:
    article = "https://w3id.org/secpol/article/"
    entities = next((two / "entities").glob("*.ttl"))
    base = Project.load(two).article_iri("")
    known = entities.read_text("utf-8")
    lines = [
        "<https://example.org/Quay> a <https://w3id.org/secpol/ontology#Place> ;",
        '    <http://www.w3.org/2000/01/rdf-schema#label> "quay"@en ;',
        f"    <http://purl.org/dc/terms/source> <{base}{FIRST}#S002> , <{article}elsewhere#S1> .",
    ]
    entities.write_text("\n".join([known, *lines, ""]), "utf-8")
    assert kg(command, cwd=two).status == 0
    gone = "\n".join([known, *lines, ""]).replace(f"{FIRST}#S002>", f"{FIRST}#S999>")
    entities.write_text(gone, "utf-8")
    ran = kg(command, cwd=two)
    assert ran.status == 1
    at = gone.splitlines().index(next(line for line in gone.splitlines() if "#S999" in line)) + 1
    assert f"entities/{entities.name}" in ran.out + ran.err
    assert re.search(rf"\b{at}: ", ran.out + ran.err)
    assert f"{FIRST}#S999 is no claim of the article {FIRST}" in ran.out + ran.err
    assert "elsewhere" not in ran.out + ran.err


def test_what_one_article_denies_the_other_way_round_is_contested(kg: Kg, two: Path) -> None:
    entities = next((two / "entities").glob("*.ttl"))
    quay = 'my:Quay a secpol:SeaArea ; rdfs:label "quay"@en .\n'
    entities.write_text(entities.read_text("utf-8") + quay, "utf-8")
    said, denied = (
        "my:Quay,secpol:near,my:OuterHarbour,fact,,",
        "my:OuterHarbour,secpol:near,my:Quay,,,Denied",
    )
    for slug, ends in ((FIRST, said), (SECOND, denied)):
        with (two / "articles" / slug / "claims.csv").open("a", encoding="utf-8") as file:
            file.write(f"S090,69-104,,{ends},,,,They lie side by side\n")
    ran = kg("build", cwd=two)
    assert ran.status == 0, ran.err
    assert re.search(rf"articles/{SECOND}/claims\.csv:\d+.*{FIRST}#S090\. \[contested\.claim\]", ran.err)
    asked = kg("query", "contested", cwd=two).out.splitlines()
    assert sum("#S090," in row for row in asked) == 1
