"""claims.csv as a source of a project: built, checked, formatted, converted."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg import KnowledgeGraph
from kg.project.project import Project
from kg.project.starter import write_starter

if TYPE_CHECKING:
    from tests.command import Kg

SLUG = "2026-01-15-harbour-drill"


@pytest.fixture
def drill(tmp_path: Path) -> Path:
    """A project as kg init writes it."""
    write_starter(tmp_path / "drill")
    return tmp_path / "drill"


@pytest.fixture
def table(drill: Path) -> Path:
    """The table of its claims."""
    return drill / "articles" / SLUG / "claims.csv"


def graph(folder: Path) -> dict[str, str]:
    """The canonical hash of each named graph, those of the provenance left out."""
    opened = KnowledgeGraph.open(Project.load(folder), strict=True)
    graphs = opened.snapshot.manifest["graphs"].items()
    return {name: held["sha256"] for name, held in graphs if "provenance" not in name}


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), "utf-8")


def test_a_table_and_its_turtle_make_one_graph(kg: Kg, drill: Path, table: Path) -> None:
    as_table, text = graph(drill), table.read_text("utf-8")
    assert kg("article", "convert", SLUG, "--to", "ttl", cwd=drill).status == 0
    assert not table.exists()
    assert graph(drill) == as_table
    assert kg("article", "convert", SLUG, cwd=drill).status == 0
    assert table.read_text("utf-8") == text
    assert not table.with_suffix(".ttl").exists()


def test_a_changed_claim_is_one_line(kg: Kg, drill: Path, table: Path) -> None:
    before = table.read_text("utf-8").splitlines()
    table.write_text(table.read_text("utf-8").replace("S002,69-104", "S002,69-103"), "utf-8")
    assert kg("format", cwd=drill).status == 0
    after = table.read_text("utf-8").splitlines()
    assert sum(old != new for old, new in zip(before, after, strict=True)) == 1


def test_claims_may_stand_in_both_but_none_in_two(kg: Kg, drill: Path, table: Path) -> None:
    rows = table.read_text("utf-8")
    whole = graph(drill)
    assert kg("article", "convert", SLUG, "--to", "ttl", cwd=drill).status == 0
    turtle = table.with_suffix(".ttl").read_text("utf-8")
    head, *lines = rows.splitlines(keepends=True)
    table.write_text(head + lines[7], "utf-8")  # S008 in both
    ran = kg("build", cwd=drill)
    assert ran.status == 1
    assert f"articles/{SLUG}/claims.csv:2" in ran.err
    assert "#S008 stands in claims.ttl and in claims.csv [claims.twice]" in ran.err
    start = turtle.index("<#S008> a")
    passages = turtle.index("\n<#char=", start)
    table.with_suffix(".ttl").write_text(turtle[:start] + turtle[passages:], "utf-8")
    ran = kg("build", cwd=drill)
    assert ran.status == 0, ran.err
    assert graph(drill) == whole


@pytest.mark.parametrize("spoilt", ["\ufeff{}", "crlf", "semicolons", "utf-16"])
def test_what_a_spreadsheet_saves_is_read_and_format_restores_it(
    kg: Kg, drill: Path, table: Path, spoilt: str
) -> None:
    rows, whole = table.read_text("utf-8"), graph(drill)
    match spoilt:
        case "crlf":
            table.write_bytes(rows.replace("\n", "\r\n").encode())
        case "semicolons":
            table.write_text(";".join(rows.split(",")) if '"' not in rows else _semicolons(rows), "utf-8")
        case "utf-16":
            table.write_text(_semicolons(rows), "utf-16")
        case _:
            table.write_text(spoilt.format(rows), "utf-8")
    assert graph(drill) == whole
    assert kg("format", "--check", cwd=drill).status == 1
    assert kg("format", cwd=drill).out == f"articles/{SLUG}/claims.csv\n"
    assert table.read_text("utf-8") == rows


def _semicolons(rows: str) -> str:
    import csv
    import io

    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";").writerows(csv.reader(io.StringIO(rows)))
    return out.getvalue()


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("my:GullFerryLine", "Gull Ferries", "claims.csv:5: object: 'Gull Ferries' is no name of a node"),
        (
            "my:GullFerryLine",
            "mine:GullFerryLine",
            "claims.csv:5: object: 'mine:GullFerryLine' begins",
        ),
        ("S004,", "S003,", "claims.csv:5: id: line 4 has the id S003, too"),
        ("S004,", "<<<<<<< ours\nS004,", "claims.csv:5: a merge has left a conflict open here"),
        ("141-175:", "141..175:", "claims.csv:5: passage: '141..175:1766d9ce25be' is no range of the text"),
    ],
)
def test_a_broken_table_is_told_with_its_row(
    kg: Kg, drill: Path, table: Path, old: str, new: str, told: str
) -> None:
    change(table, old, new)
    ran = kg("build", cwd=drill)
    assert ran.status == 3
    assert f"articles/{SLUG}/{told}" in ran.err


def test_a_finding_names_row_and_column_in_every_report(kg: Kg, drill: Path, table: Path) -> None:
    change(table, "normative,,", "normative,Certian,")
    told = {
        "text": "9, certainty: violation",
        "json": '"column": "certainty"',
        "sarif": '"startLine": 9',
        "github": "line=9",
        "junit": "claims.csv:9, certainty",
        "markdown": "claims.csv:9, certainty",
    }
    for form, words in told.items():
        ran = kg("check", "--format", form, cwd=drill)
        assert ran.status == 1
        assert words in ran.out, form
        assert "certainty" in ran.out


def test_what_a_row_lacks_is_told_in_the_words_of_the_table(kg: Kg, drill: Path, table: Path) -> None:
    change(table, "#Drill,secpol:actor,my:ElleryCoastguard", ",,")
    ran = kg("check", cwd=drill)
    for column in ("subject", "relation", "object"):
        assert f"2, {column}: violation: #S001p: the row has no {column} [proposition." in ran.out


def test_two_people_who_change_different_claims_have_no_conflict(drill: Path, table: Path) -> None:
    def git(*words: str) -> None:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        subprocess.run(["git", *who, *words], cwd=drill, check=True, capture_output=True)

    git("init", "--initial-branch=main")
    git("add", ".")
    git("commit", "-m", "all")
    git("checkout", "-b", "hers")
    change(table, "Ellery ought to repeat it annually", "Ellery ought to hold it each year")
    git("commit", "-am", "hers")
    git("checkout", "main")
    change(table, "The coastguard of Ellery ran the exercise", "The coastguard ran the drill")
    git("commit", "-am", "his")
    git("merge", "hers")
    text = table.read_text("utf-8")
    assert "each year" in text
    assert "ran the drill" in text


def test_what_a_table_cannot_carry_is_named_and_nothing_is_written(kg: Kg, starter: Path) -> None:
    path = starter / "articles" / SLUG / "claims.ttl"
    with path.open("a", encoding="utf-8") as file:
        file.write("\n<#S001> secpol:cause [ ] .\n")
    before = path.read_bytes()
    ran = kg("article", "convert", SLUG, cwd=starter)
    assert ran.status == 3
    assert "a table cannot carry of #S001: secpol:cause _:" in ran.err
    assert path.read_bytes() == before
    assert not path.with_suffix(".csv").exists()


def halves(kg: Kg, drill: Path, table: Path) -> tuple[list[str], str]:
    """The rows of the table, all of them in Turtle; the table itself is taken away."""
    rows = table.read_text("utf-8").splitlines(keepends=True)
    assert kg("article", "convert", SLUG, "--to", "ttl", cwd=drill).status == 0
    return rows, table.with_suffix(".ttl").read_text("utf-8")


@pytest.mark.parametrize("form", ["csv", "ttl"])
def test_converting_brings_the_claims_of_both_files_into_one(
    kg: Kg, drill: Path, table: Path, form: str
) -> None:
    whole = graph(drill)
    rows, turtle = halves(kg, drill, table)
    start = turtle.index("<#S008> a")
    left = turtle[:start] + turtle[turtle.index("\n<#char=", start) :]
    table.with_suffix(".ttl").write_text(f"{left}\n# Left over.\n", "utf-8")
    table.write_text(rows[0] + rows[3] + rows[8], "utf-8")  # S003 says the same in both
    ran = kg("article", "convert", SLUG, "--to", form, cwd=drill)
    assert ran.status == 0, ran.err
    other = {"csv": "ttl", "ttl": "csv"}[form]
    assert not table.with_suffix(f".{other}").exists()
    assert graph(drill) == whole
    assert kg("format", "--check", cwd=drill).status == 0
    assert "Left over." in table.with_suffix(f".{form}").read_text("utf-8")


@pytest.mark.parametrize("form", ["csv", "ttl"])
def test_what_both_files_say_differently_is_refused_with_both_places(
    kg: Kg, drill: Path, table: Path, form: str
) -> None:
    rows, turtle = halves(kg, drill, table)
    table.write_text(rows[0] + rows[8].replace("normative,,", "normative,Possible,"), "utf-8")
    ran = kg("article", "convert", SLUG, "--to", form, cwd=drill)
    assert ran.status == 3
    line = turtle[: turtle.index("<#S008> a")].count("\n") + 1
    folder = f"articles/{SLUG}"
    assert f"{folder}/claims.csv:2: #S008 says something else in {folder}/claims.ttl:{line}" in ran.err
    assert "give one of them another id" in ran.err
    assert table.exists()
    assert table.with_suffix(".ttl").read_text("utf-8") == turtle


def test_a_claim_in_both_files_is_one_finding(kg: Kg, drill: Path, table: Path) -> None:
    rows, _ = halves(kg, drill, table)
    table.write_text(rows[0] + rows[8].replace("normative,,", "normative,Possible,"), "utf-8")
    ran = kg("build", cwd=drill)
    assert ran.status == 1
    assert ran.err.count(" [") == ran.err.count("[claims.twice]") == 1


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", None])
def test_a_table_without_a_header_is_not_no_claims(
    kg: Kg, drill: Path, table: Path, data: bytes | None
) -> None:
    table.unlink()
    if data is None:
        table.mkdir()
    else:
        table.write_bytes(data)
    told = f"{SLUG}/claims.csv" + (": cannot be read: " if data is None else ":1: the table has no header")
    for command in ("build", "check"):
        ran = kg(command, cwd=drill)
        assert ran.status == 3
        assert told in ran.err
