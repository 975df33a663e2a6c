"""Standard streams that the shell closed, output files that exist, and lists in a pipe."""

from __future__ import annotations

import csv
import json
import os
import pty
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.command import Kg

COMMAND = str(Path(sys.executable).with_name("kg"))


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        ["sh", "-c", line.replace("kg ", f"'{COMMAND}' ")],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in done.stderr
    return done


def on_terminal(command: list[str], folder: Path, **environment: str) -> str:
    """What a command shows on a terminal."""
    main, terminal = pty.openpty()
    child = subprocess.Popen(
        command, cwd=folder, stdout=terminal, stderr=terminal, env={**os.environ, **environment}
    )
    os.close(terminal)
    shown = b""
    with os.fdopen(main, "rb", buffering=0) as file, suppress(OSError):  # the other end is closed
        while part := file.read(10_000):
            shown += part
    assert child.wait() == 0
    return shown.decode()


@pytest.mark.parametrize("command", ["kg query", "kg sparql 'ASK {}'", "kg stats", "kg --help"])
def test_a_closed_output_is_an_error_of_the_disk(orchards: Path, command: str) -> None:
    done = shell(f"{command} >&-", orchards)
    assert done.returncode == 4
    assert "the output cannot be written" in done.stderr


def test_what_needs_no_output_runs_without(orchards: Path) -> None:
    assert shell("kg sparql 'ASK {}' -o yes.csv >&-", orchards).returncode == 0
    assert (orchards / "yes.csv").read_text(encoding="utf-8") == "true\n"
    done = shell("kg query what-grows-where 2>&-", orchards)
    assert done.returncode == 0 and done.stdout
    assert shell("kg sparql - <&-", orchards).returncode == 3


@pytest.mark.parametrize("setting", ["PYTHONIOENCODING=ascii", "PYTHONIOENCODING=latin-1", "LC_ALL=C"])
def test_a_pipe_is_utf8_in_any_locale(orchards: Path, setting: str) -> None:
    query = 'SELECT ("日本→é" AS ?x) {}'
    for form in ("table", "json", "csv"):
        done = shell(f"env {setting} kg sparql '{query}' --format {form}", orchards)
        assert done.returncode == 0 and "日本→é" in done.stdout, form
    assert "'nope日本'" in shell(f"env {setting} kg nope日本", orchards).stderr


def test_a_terminal_that_lacks_a_character_shows_its_number(orchards: Path) -> None:
    command = [COMMAND, "sparql", 'SELECT ("é日" AS ?x) {}', "--format", "table"]
    assert "\\xe9\\u65e5" in on_terminal(command, orchards, PYTHONIOENCODING="ascii")


@pytest.fixture(scope="module")
def steering(orchards_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with labels that would steer a terminal; its commands only read."""
    folder = shutil.copytree(orchards_built, tmp_path_factory.mktemp("steering") / "orchards")
    hostile = HOSTILE.replace("\x1b", r"\u001B").replace("\u202e", r"\u202E")
    for file, name in (
        ("entities/tollan", "Amber Lady"),
        ("articles/2026-09-10-late-frost/article", "Late frost"),
    ):
        path = folder / f"{file}.ttl"
        path.write_text(path.read_text("utf-8").replace(f'"{name}', f'"{hostile}'), "utf-8")
    return folder


HOSTILE = "Amber \x1b[2J\N{RIGHT-TO-LEFT OVERRIDE}Lady"


@pytest.mark.parametrize(
    "command",
    [
        ["show", "tollan:AmberLady"],
        ["show", "tollan:AmberLady", "--format", "json"],
        ["why", "tollan:AmberLady"],
        ["check"],
        *(
            ["sparql", "SELECT ?l { tollan:AmberLady rdfs:label ?l }", "--format", form]
            for form in ("table", "csv", "tsv", "json", "markdown")
        ),
        ["sparql", "DESCRIBE tollan:AmberLady"],
        ["sparql", "DESCRIBE tollan:AmberLady", "--format", "dot"],
        ["export", "-", "--layer", "entities"],
        ["article", "show", "2026-09-10-late-frost", "--glosses"],
    ],
    ids=" ".join,
)
def test_a_terminal_is_not_steered_by_data(steering: Path, command: list[str]) -> None:
    shown = on_terminal([COMMAND, *command], steering)
    assert "\x1b[2J" not in shown and "\u202e" not in shown
    if command[0] not in ("check", "article"):
        assert r"\u202elady" in shown.lower()


def test_what_is_typed_steers_no_terminal(orchards: Path) -> None:
    shown = on_terminal(["sh", "-c", f"'{COMMAND}' show '{HOSTILE}' || true"], orchards)
    assert "\x1b" not in shown and "\u202e" not in shown and "nothing is called" in shown


def test_a_folder_whose_name_is_no_text(orchards: Path) -> None:
    orchards.rename(os.fsdecode(os.fsencode(orchards) + b"\xff"))
    done = shell("cd orchards*; kg query what-grows-where", orchards.parent)
    assert (done.returncode, done.stdout) == (2, "")
    assert "is not UTF-8" in done.stderr


def test_a_current_folder_that_is_gone(tmp_path: Path) -> None:
    done = shell("mkdir d; cd d; rmdir ../d; kg stats", tmp_path)
    assert (done.returncode, done.stderr) == (4, "error: the current folder: No such file or directory\n")


def test_an_output_file_is_not_overwritten_unasked(kg: Kg, orchards: Path) -> None:
    (orchards / "a.csv").write_text("mine", encoding="utf-8")
    for command in (("sparql", "ASK {}"), ("query", "what-grows-where")):
        ran = kg(*command, "-o", "a.csv", cwd=orchards)
        assert ran.status == 2 and "a.csv exists; --force overwrites it" in ran.err
    assert (orchards / "a.csv").read_text(encoding="utf-8") == "mine"
    assert kg("sparql", "ASK {}", "-o", "a.csv", "--force", cwd=orchards).status == 0
    assert (orchards / "a.csv").read_text(encoding="utf-8") == "true\n"


@pytest.mark.parametrize(
    "command", [["query"], ["stats"], ["stats", "--coverage"], ["explain"]], ids=" ".join
)
def test_lists_in_a_pipe_are_csv(kg: Kg, orchards: Path, command: list[str]) -> None:
    ran = kg(*command, cwd=orchards)
    rows = list(csv.reader(ran.out.splitlines()))
    assert ran.status == 0 and len(rows) > 1
    assert len({len(row) for row in rows}) == 1


def test_stats_in_every_format(kg: Kg, orchards: Path) -> None:
    plain = kg("stats", cwd=orchards)
    rows = list(csv.DictReader(plain.out.splitlines()))
    total = sum(int(row["triples"]) for row in rows)
    assert plain.err == f"{total} triples in {len(rows)} graphs\n"
    assert kg("stats", "-q", cwd=orchards).err == ""
    told = json.loads(kg("stats", "--format", "json", cwd=orchards).out)
    assert [{name: str(value) for name, value in row.items()} for row in told] == rows
    assert all(isinstance(row["triples"], int) for row in told)
    drawn = kg("stats", "--format", "table", cwd=orchards)
    assert drawn.err == plain.err and rows[0]["canonical hash"] in drawn.out
    terms = json.loads(kg("stats", "--coverage", "--format", "json", cwd=orchards).out)
    assert terms and set(terms[0]) == {"kind", "term", "IRI"}


def test_a_quiet_build_tells_findings_alone(kg: Kg, orchards: Path) -> None:
    ran = kg("build", "--force", "-q", cwd=orchards)
    assert (ran.status, ran.out, ran.err) == (0, "", "")


def test_terms_that_nobody_knows_are_told_when_nothing_is_found(kg: Kg, orchards: Path) -> None:
    ran = kg("sparql", "SELECT ?o { ?o a orch:Orchrd ; orch:neighbours tollan:Nowhere }", cwd=orchards)
    assert (ran.status, ran.out.split()) == (0, ["o"])
    assert "there is no orch:Orchrd; did you mean Orchard?" in ran.err
    assert "there is no tollan:Nowhere" in ran.err
    assert "orch:Orchrd" in kg("sparql", "ASK { ?o a orch:Orchrd }", cwd=orchards).err
    assert kg("sparql", "SELECT ?o { ?o a orch:Orchrd }", "-q", cwd=orchards).err == ""
    known = kg("sparql", "SELECT ?o { ?o a orch:Orchard ; orch:neighbours tollan:AmberLady }", cwd=orchards)
    assert (known.out.split(), known.err) == (["o"], "")


@pytest.fixture
def broken(orchards: Path) -> Path:
    """A project whose graph is not published."""
    claims = orchards / "articles" / "2026-09-10-late-frost" / "claims.ttl"
    text = claims.read_text(encoding="utf-8")
    claims.write_text(text.replace("secpol:certainty secpol:Certain ;", "", 1), encoding="utf-8")
    return orchards


@pytest.mark.parametrize("reader", ["true", pytest.param("head -1", marks=pytest.mark.full)])
@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ("kg build 2>&1", 1),
        ("kg check", 1),
        ("kg check --only queries", 0),
        ("kg article show 2026-09-10-late-frost 2>/dev/null", 0),
        ("kg --help", 0),
        ("kg nonsense 2>&1", 2),
    ],
)
def test_a_reader_that_goes_away_leaves_the_status(
    broken: Path, command: str, reader: str, expected: int
) -> None:
    """A closed pipe made findings a success and, of an article, a success a failure."""
    line = f"{{ {command}; echo $? >status; }} | {reader} >/dev/null"
    done = shell(line, broken)
    assert ((broken / "status").read_text(encoding="utf-8"), done.stderr) == (f"{expected}\n", "")


def test_a_difference_stays_one_when_nobody_reads_it(orchards: Path) -> None:
    line = "{ kg diff empty.ttl more.ttl --exit-code; echo $? >status; } | true"
    (orchards / "empty.ttl").write_text("", encoding="utf-8")
    (orchards / "more.ttl").write_text("<urn:a> <urn:b> <urn:c> .\n", encoding="utf-8")
    shell(line, orchards)
    assert (orchards / "status").read_text(encoding="utf-8") == "1\n"


def test_an_answer_that_nobody_reads_on_ends_early(orchards: Path) -> None:
    """These are ten thousand million rows."""
    cross = "SELECT * { " + " ".join(f"?s{n} ?p{n} ?o{n} ." for n in range(4)) + " }"
    line = f"{{ kg sparql '{cross}'; echo $? >status; }} | head -1"
    assert shell(line, orchards).stdout.startswith("s0,")
    assert (orchards / "status").read_text(encoding="utf-8") == "0\n"
