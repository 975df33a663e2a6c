"""The command line as people and scripts meet it."""

from __future__ import annotations

import gzip
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg import __version__

if TYPE_CHECKING:
    from tests.command import Kg

EVERYTHING = "SELECT ?s ?p ?o { ?s ?p ?o }"


def test_help_shows_the_groups(kg: Kg, tmp_path: Path) -> None:
    ran = kg("--help", cwd=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    groups = [line.rstrip(":") for line in ran.out.splitlines() if line.endswith(":") and line[0] != " "]
    assert groups == ["Options", "Ask", "Write", "Take away", "Maintain"]
    assert kg("-h", cwd=tmp_path).out == ran.out


def commands(kg: Kg, folder: Path) -> list[str]:
    listed = kg("--help", cwd=folder).out.partition("\nAsk:\n")[2]
    return [line.split()[0] for line in listed.splitlines() if line[:2] == "  " and line[2:3].isalpha()]


def test_every_command_has_help_of_its_own(kg: Kg, tmp_path: Path) -> None:
    names = commands(kg, tmp_path)
    assert {"query", "sparql", "stats", "export", "build", "init"} <= set(names)
    for name in names:
        ran = kg(name, "--help", cwd=tmp_path)
        assert (ran.status, ran.err) == (0, ""), name
        assert ran.out.startswith(f"Usage: kg {name} "), name
        assert not ran.out.partition("\n\n")[2].strip().startswith("Options:"), (
            f"{name} says nothing of itself"
        )


@pytest.mark.parametrize("command", [[], ["article"], ["text"]])
def test_without_a_command_there_is_help_on_stderr(kg: Kg, tmp_path: Path, command: list[str]) -> None:
    ran = kg(*command, cwd=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert ran.err == kg(*command, "--help", cwd=tmp_path).out


def test_version(kg: Kg, tmp_path: Path) -> None:
    assert kg("--version", cwd=tmp_path).out == f"kg, version {__version__}\n"


def test_python_m_kg_is_the_same(kg: Kg, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "kg", "--help"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0
    assert done.stdout.replace("python -m kg", "kg") == kg("--help", cwd=tmp_path).out


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["qury"], 2, "did you mean query"),
        (["query", "what-grows-wher"], 2, "did you mean what-grows-where"),
        (["query", "what-grows-where", "--formt", "csv"], 2, "--format"),
        (["query", "what-grows-where", "--format", "xlsx"], 2, "'csv'"),
        (["sparql"], 2, "give a query"),
        (["explain", "--all", "claim.holder"], 2, "name a rule, or take --all"),
        (["sparql", EVERYTHING, "-f", "kg.toml"], 2, "give a query"),
        (["sparql", "-f", "nowhere.rq"], 2, "nowhere.rq"),
        (["sparql", EVERYTHING, "--timeout", "nan"], 2, "is not between 0 and"),
        (["sparql", EVERYTHING, "--timeout", "soon"], 2, "is not a number of seconds"),
        (["sparql", EVERYTHING, "--timeout", "inf"], 2, "is not between 0 and"),
        (["check", "--time-limit", "1e308"], 2, "is not between 0 and"),
        (["sparql", "SELECT * {\n ?s"], 3, "not SPARQL"),
        (["sparql", EVERYTHING, "--format", "turtle"], 2, "csv"),
        (["sparql", EVERYTHING, "--project", "nowhere"], 2, "nowhere"),
        (["export"], 2, "FILE"),
        (["export", "kg.docx"], 2, ".ttl"),
        (["export", "kg.ods", "--layer", "claims"], 2, "spreadsheets read the sheet of claims as .xlsx"),
        (["export", "-", "--format", "sheet"], 2, "the claims sheet is written to a file"),
        (["export", "--hash", "--format", "docx"], 2, "'docx' is not a format"),
        (["sparql", EVERYTHING, "-o", "a.xlsx"], 2, "a spreadsheet opens .csv"),
        (["export", "kg.ttl", "--format", "turtl"], 2, "did you mean turtle"),
        (["build", "--jobs", "0"], 2, "0"),
        (["build", "--jobs", "many"], 2, "many"),
        (["init", "."], 2, "not empty"),
        (["init", "kg.toml"], 2, "kg.toml"),
        (["init", "x" * 300], 4, "File name too long"),
    ],
)
def test_a_users_mistake_is_told_on_stderr_with_its_status(
    kg: Kg, orchards: Path, arguments: list[str], status: int, words: str
) -> None:
    ran = kg(*arguments, cwd=orchards)
    assert (ran.status, ran.out) == (status, ""), ran
    assert words in ran.err
    assert "error: " in ran.err.lower()


def test_a_query_from_a_file_or_standard_input(kg: Kg, orchards: Path) -> None:
    text = "SELECT ?v { ?v a orch:Variety }"
    (orchards / "q.rq").write_text(text, encoding="utf-8")
    expected = "v\r\nhttps://example.org/orchards/entity/AmberLady\r\n"
    assert kg("sparql", text, cwd=orchards).out == expected
    assert kg("sparql", "-f", "q.rq", cwd=orchards).out == expected
    assert kg("sparql", "-", cwd=orchards, stdin=text).out == expected


def test_a_query_that_is_not_utf8(kg: Kg, orchards: Path) -> None:
    data = "ASK { ?s ?p 'ü' }".encode("latin-1")
    (orchards / "q.rq").write_bytes(data)
    for ran in (kg("sparql", "-f", "q.rq", cwd=orchards), kg("sparql", "-", cwd=orchards, stdin=data)):
        assert (ran.status, ran.out) == (3, "")
        assert "cannot be read" in ran.err or "UTF-8" in ran.err


def test_a_broken_query_file_is_named_with_its_line(kg: Kg, orchards: Path) -> None:
    (orchards / "q.rq").write_text("SELECT * {\n ?s ?p\n}", encoding="utf-8")
    ran = kg("sparql", "-f", "q.rq", cwd=orchards)
    assert ran.status == 3
    assert "q.rq:3" in ran.err


def test_data_goes_to_stdout_and_all_else_to_stderr(kg: Kg, orchards: Path) -> None:
    (orchards / "entities" / "more.ttl").write_text("oops", encoding="utf-8")
    ran = kg("query", "what-grows-where", cwd=orchards)
    assert ran.status == 0
    assert len(ran.out.splitlines()) == 2
    assert "more.ttl:1: " in ran.err
    assert "answering from the graph of" in ran.err
    quiet = kg("query", "what-grows-where", "--quiet", cwd=orchards)
    assert (quiet.out, quiet.err) == (ran.out, "")


def test_a_pipe_gets_csv_and_a_terminal_a_table(orchards: Path) -> None:
    main, terminal = pty.openpty()
    command = [str(Path(sys.executable).with_name("kg")), "query", "what-grows-where"]
    child = subprocess.Popen(command, cwd=orchards, stdout=terminal, stderr=terminal)
    os.close(terminal)
    shown = b""
    while True:
        try:
            part = os.read(main, 10_000)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
    os.close(main)
    assert child.wait() == 0
    assert b"Amber Lady" in shown
    assert b"1 row" in shown
    assert b"http" not in shown


def test_a_table_in_a_pipe_has_no_colour_and_is_never_cut(kg: Kg, orchards: Path) -> None:
    long = "word " * 60 + "[bold]end[/bold]"
    ran = kg("sparql", f"SELECT ('{long}' AS ?text) ('[en]' AS ?tag) {{}}", "--format", "table", cwd=orchards)
    assert "\x1b" not in ran.out
    assert ran.out.count("word") == 60
    assert "[bold]end[/bold]" in ran.out
    assert "[en]" in ran.out


def test_a_broken_pipe_is_no_error(orchards: Path) -> None:
    command = (
        f"{Path(sys.executable).with_name('kg')} sparql '{EVERYTHING}' | head -1; echo ${{PIPESTATUS[0]}}"
    )
    done = subprocess.run(["bash", "-c", command], cwd=orchards, capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.stderr) == (["s,p,o", "0"], "")


def test_a_broken_pipe_of_a_short_answer(orchards: Path) -> None:
    command = f"{Path(sys.executable).with_name('kg')} query | true; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", command], cwd=orchards, capture_output=True, text=True, check=False)
    assert (done.stdout.split(), done.stderr) == (["0"], "")


def test_an_answer_goes_into_a_file_whole_or_not_at_all(kg: Kg, orchards: Path) -> None:
    ask = ("query", "what-grows-where")
    expected = kg(*ask, cwd=orchards).out
    ran = kg(*ask, "-o", "answer.csv", cwd=orchards)
    assert (ran.status, ran.out) == (0, "")
    assert (orchards / "answer.csv").read_bytes().decode() == expected
    wrong = kg(*ask, "--format", "turtle", "-o", "answer.csv", cwd=orchards)
    assert wrong.status == 2
    assert (orchards / "answer.csv").read_bytes().decode() == expected
    assert not list(orchards.glob(".*atomic*"))


def test_the_suffix_of_a_file_names_the_format(kg: Kg, orchards: Path) -> None:
    for name, begins in (("a.json", "{"), ("a.md", "| "), ("a.txt", " "), ("answer", "variety,")):
        assert kg("query", "what-grows-where", "-o", name, cwd=orchards).status == 0
        assert (orchards / name).read_text(encoding="utf-8").lstrip("\n").startswith(begins)
    assert kg("query", "what-grows-where", "-o", "b.json", "--format", "csv", cwd=orchards).status == 0
    assert (orchards / "b.json").read_text(encoding="utf-8").startswith("variety,")
    for name, words in (
        ("c.ttl", "the answer is a table"),
        ("c.xlsx", "has no suffix of a format; use .txt"),
    ):
        refused = kg("query", "what-grows-where", "-o", name, cwd=orchards)
        assert (refused.status, (orchards / name).exists()) == (2, False)
        assert words in refused.err
    assert kg("query", "what-grows-where", "-o", "c.xlsx", "--format", "csv", cwd=orchards).status == 0


def test_a_packed_answer(kg: Kg, orchards: Path) -> None:
    for name in ("a.csv", "a.csv.gz", "a.CSV.GZ"):
        assert kg("query", "what-grows-where", "-o", name, cwd=orchards).status == 0
    plain, *packed = [(orchards / name).read_bytes() for name in ("a.csv", "a.csv.gz", "a.CSV.GZ")]
    assert [gzip.decompress(data) for data in packed] == [plain, plain]
    assert packed[0] == packed[1]


def test_a_dash_is_a_standard_stream(kg: Kg, orchards: Path) -> None:
    query = "SELECT ?v { ?v a orch:Variety }"
    expected = kg("sparql", query, cwd=orchards)
    assert kg("sparql", query, "-o", "-", cwd=orchards) == expected
    assert kg("sparql", "-f", "-", cwd=orchards, stdin=query) == expected
    assert not (orchards / "-").exists()


@pytest.mark.parametrize("form", ["table", "csv", "html", "markdown"])
def test_a_row_without_columns_is_printed(kg: Kg, orchards: Path, form: str) -> None:
    ran = kg("sparql", "SELECT * {}", "--format", form, cwd=orchards)
    assert ran.status == 0
    assert ("1 row" in ran.err) is (form == "table")


def test_an_answer_as_a_table_goes_into_a_file(kg: Kg, orchards: Path) -> None:
    ran = kg("query", "what-grows-where", "--format", "table", "-o", "answer.txt", cwd=orchards)
    assert (ran.status, ran.out) == (0, "")
    assert "Amber Lady" in (orchards / "answer.txt").read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written(kg: Kg, orchards: Path) -> None:
    for path in ("nowhere/answer.csv", "kg.toml/answer.csv"):
        ran = kg("query", "what-grows-where", "-o", path, cwd=orchards)
        assert (ran.status, ran.out) == (4, ""), ran
        assert path in ran.err


def test_a_full_device(orchards: Path) -> None:
    command = [str(Path(sys.executable).with_name("kg")), "sparql", EVERYTHING]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, cwd=orchards, stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 4
    assert b"Traceback" not in done.stderr
    assert b"No space left" in done.stderr


def test_the_catalogue(kg: Kg, orchards: Path) -> None:
    ran = kg("query", cwd=orchards)
    assert ran.status == 0
    assert "what-grows-where" in ran.out
    assert "Which variety grows in which orchard" in ran.out


def test_stats_counts_every_graph(kg: Kg, orchards: Path) -> None:
    ran = kg("stats", cwd=orchards)
    assert ran.status == 0
    lines = [line.split(",") for line in ran.out.splitlines()]
    assert lines[0] == ["named graph", "triples", "canonical hash"]
    rows = {name: int(triples) for name, triples, _ in lines[1:]}
    assert rows["article/2026-09-10-late-frost/claims"] > 50
    total = kg("sparql", "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", cwd=orchards).out.split()[1]
    assert sum(rows.values()) == int(total)


def test_build_says_what_it_did(kg: Kg, orchards: Path) -> None:
    again = kg("build", cwd=orchards)
    assert (again.status, again.out, again.err) == (0, "orchards is up to date\n", "")
    forced = kg("build", "--force", cwd=orchards)
    assert forced.status == 0
    assert forced.out.startswith("built orchards: ")
    elsewhere = kg("build", "--project", orchards, cwd=orchards.parent)
    assert elsewhere.out == "orchards is up to date\n"


def test_a_command_finds_the_project_upwards(kg: Kg, orchards: Path) -> None:
    deep = orchards / "articles" / "2026-09-10-late-frost"
    assert kg("query", "what-grows-where", cwd=deep).out == kg("query", "what-grows-where", cwd=orchards).out


def test_without_a_graph_no_build_says_what_to_do(kg: Kg, orchards: Path) -> None:
    (orchards / ".kg" / "current").unlink()
    ran = kg("query", "what-grows-where", "--no-build", cwd=orchards)
    assert (ran.status, ran.out) == (3, "")
    assert "run kg build" in ran.err


def test_a_new_project_answers_at_once(kg: Kg, tmp_path: Path) -> None:
    made = kg("init", "harbour-news", cwd=tmp_path)
    assert (made.status, made.err) == (0, "")
    assert made.out == "wrote the project harbour-news; now: cd harbour-news && kg query who-holds-what\n"
    asked = kg("query", "who-holds-what", cwd=tmp_path / "harbour-news")
    assert (asked.status, asked.err) == (0, "")
    assert len(asked.out.splitlines()) == 9
    assert "https://example.org/harbour-news/article/2026-01-15-harbour-drill#S005holder" in asked.out
    assert kg("build", cwd=tmp_path / "harbour-news").out == "harbour-news is up to date\n"


def test_a_new_project_in_a_folder_with_a_strange_name(kg: Kg, tmp_path: Path) -> None:
    folder = tmp_path / "Häfen & Öl, 2026"
    assert kg("init", folder.name, cwd=tmp_path).status == 0
    asked = kg("query", "who-holds-what", cwd=folder)
    assert (asked.status, asked.err) == (0, "")


def test_a_source_with_a_strange_name(kg: Kg, orchards: Path) -> None:
    path = orchards / "entities" / "our öld places #2.ttl"
    (orchards / "entities" / "tollan.ttl").rename(path)
    ran = kg("build", cwd=orchards)
    assert (ran.status, ran.err) == (0, "")
    assert kg("query", "what-grows-where", cwd=orchards).status == 0
