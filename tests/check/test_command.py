"""`kg check` as a user runs it: statuses, options, and what a newcomer who breaks one line sees."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import Kg

from .conftest import Draft

CLAIMS = "articles/2026-01-15-harbour-drill/claims.ttl"


def broken(starter: Path) -> int:
    return Draft(starter).unsettle("S006")


def test_a_clean_project(kg: Kg, starter: Path) -> None:
    ran = kg("check", cwd=starter)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out.endswith("\n0 violations, 0 warnings, 0 infos\n")
    assert "focus nodes: act.actor" in ran.out


def test_a_newcomer_who_breaks_one_line_sees_where_and_what_to_do(kg: Kg, starter: Path) -> None:
    line = broken(starter)
    ran = kg("check", cwd=starter)
    assert ran.status == 1
    lines = ran.out.splitlines()
    at = lines.index(CLAIMS)
    assert lines[at + 1] == (
        f"  {line}: violation: #S006: certainty is 'likely'; use Probable "
        "(one of Certain, Probable, Possible, UncommittedCertainty) [claim.certainty]"
    )
    assert lines[at + 2].strip().startswith("Use one of Certain")
    for command in (["build"], ["query", "who-holds-what"]):
        assert f"{CLAIMS}:{line}: #S006: certainty is" in kg(*command, cwd=starter).err.replace(
            "violation: ", ""
        )


def test_a_file_that_does_not_parse_is_status_3(kg: Kg, starter: Path) -> None:
    path = starter / CLAIMS
    path.write_text(path.read_text(encoding="utf-8") + "\n<#S99> a secpol:Claim ;;; .,\n", encoding="utf-8")
    ran = kg("check", cwd=starter)
    assert (ran.status, ran.out) == (3, "")
    assert f"{CLAIMS}:" in ran.err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--select", "claim.certanty"], "did you mean claim.certainty"),
        (["--ignore", "nonsense.*"], "there is no rule 'nonsense.*'"),
        (["--select", "claim.*", "--ignore", "claim.*"], "nothing would be checked"),
        (["--only", "shapes", "--reasoner", "hermit"], "--reasoner belongs to the part ontology"),
        (["--only", "shapes,passage"], "there is no part 'passage' of kg check; did you mean passages"),
        (["--format", "xml"], "--format"),
        (["--fail-on", "error"], "--fail-on"),
        (["--engine", "jena"], "--engine"),
        (["--reasoner", "pellet"], "--reasoner"),
        (["--time-limit", "0"], "--time-limit"),
        (["kg.toml"], "kg.toml is no source of this project"),
        (["none.ttl"], "none.ttl"),
    ],
)
def test_wrong_usage_is_status_2(kg: Kg, starter: Path, arguments: list[str], message: str) -> None:
    ran = kg("check", *arguments, cwd=starter)
    assert (ran.status, ran.out) == (2, "")
    assert message in ran.err


@pytest.mark.full
def test_paths_select_and_ignore(kg: Kg, starter: Path) -> None:
    broken(starter)
    assert kg("check", CLAIMS, cwd=starter).status == 1
    assert kg("check", "articles", cwd=starter).status == 1
    assert kg("check", "entities", cwd=starter).status == 0
    assert kg("check", "--ignore", "claim.*", cwd=starter).status == 0
    assert kg("check", "--select", "claim.holder", "--select", "proposition.*", cwd=starter).status == 0
    assert kg("check", "--select", "claim.*", cwd=starter / "articles").status == 1
    assert kg("check", "--only", "passages,vocabulary", cwd=starter).status == 0


def test_fail_on(kg: Kg, starter: Path) -> None:
    (starter / "shapes").mkdir()
    (starter / "shapes" / "own.ttl").write_text(
        "<https://example.org/idle> a <http://www.w3.org/ns/shacl#NodeShape> ;"
        " <http://www.w3.org/ns/shacl#targetClass> <https://w3id.org/secpol/ontology#Wargame> .",
        encoding="utf-8",
    )
    assert kg("check", cwd=starter).status == 0
    assert kg("check", "--fail-on", "warning", cwd=starter).status == 1
    assert kg("check", "--fail-on", "info", cwd=starter).status == 1


def test_a_report_in_a_file(kg: Kg, starter: Path) -> None:
    broken(starter)
    ran = kg("check", "--format", "json", "-o", "report.json", cwd=starter)
    assert (ran.status, ran.out) == (1, "")
    assert "1 violation" in ran.err
    report = json.loads((starter / "report.json").read_text(encoding="utf-8"))
    assert report["findings"][0]["rule"] == "claim.certainty"
    again = kg("check", "-o", "report.json", cwd=starter)
    assert again.status == 2 and "report.json exists; --force overwrites it" in again.err
    assert kg("check", "-o", "report.json", "--force", cwd=starter).status == 1
    assert json.loads((starter / "report.json").read_text(encoding="utf-8"))["findings"]
    assert kg("check", "-o", "none/report.txt", cwd=starter).status == 4
    assert kg("check", "-o", "-", "--format", "md", cwd=starter).out.startswith("## my-graph: 1 violation")


@pytest.mark.parametrize(
    ("name", "begins"), [("r.sarif", "{"), ("r.XML", "<?xml"), ("r.md", "## "), ("r.txt", "focus")]
)
def test_the_suffix_names_the_format_of_a_report(kg: Kg, starter: Path, name: str, begins: str) -> None:
    assert kg("check", "--only", "shapes", "-o", name, cwd=starter).status == 0
    assert (starter / name).read_text(encoding="utf-8").startswith(begins)


def test_texts_come_from_the_environment_too(kg: Kg, starter: Path, tmp_path: Path) -> None:
    (starter / "texts").rename(tmp_path / "elsewhere")
    assert "quotes were not verified" in kg("check", cwd=starter).out
    verified = Kg({**kg.environment, "KG_TEXTS": str(tmp_path / "elsewhere")})("check", cwd=starter)
    assert "10 of them in the text" in verified.out


def test_nothing_is_published(kg: Kg, starter: Path) -> None:
    current = (starter / ".kg" / "current").read_text()
    (starter / "entities" / "more.ttl").write_text("# nothing\n", encoding="utf-8")
    assert kg("check", cwd=starter).status == 0
    assert (starter / ".kg" / "current").read_text() == current


@pytest.mark.full
def test_the_reference_engine_says_the_same(kg: Kg, orchards: Path) -> None:
    Draft(orchards).unsettle("S002")
    fast, reference = (
        json.loads(kg("check", "--only", "shapes", "--format", "json", "--engine", engine, cwd=orchards).out)
        for engine in ("fast", "pyshacl")
    )
    assert reference.pop("notes") == ["shapes by pyshacl, closure by sparq-rdf"]
    assert fast.pop("notes") == []
    assert fast == reference
    assert fast["findings"]


@pytest.mark.full
def test_a_hundred_thousand_violations_stay_readable(kg: Kg, starter: Path) -> None:
    nodes = 35_000
    path = starter / CLAIMS
    blocks = (f"<#B{number}> a secpol:Proposition .\n" for number in range(nodes))
    path.write_text(path.read_text(encoding="utf-8") + "".join(blocks), encoding="utf-8")
    ran = kg("check", "--limit", "20", cwd=starter)
    assert ran.status == 1
    assert len(ran.out.splitlines()) < 200
    assert ran.out.splitlines()[-1] == f"{3 * nodes} violations, {nodes} warnings, 0 infos"
    assert f"{4 * nodes - 20} more findings are not shown" in ran.out
