"""How an answer is made: within its time, with the command that asked, row by row, whole or not at all."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from pathlib import Path

import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.errors import InputError, StoreError
from kg.project.project import Project
from kg.query.answer import Format
from kg.query.limited import run_limited
from tests.command import Kg
from tests.query.test_formats import ROWS, SOME, written


@pytest.fixture(scope="module")
def graph(orchards_built: Path) -> KnowledgeGraph:
    return KnowledgeGraph.open(Project.load(orchards_built))


def test_a_query_is_ended_at_its_time_limit(orchards: Path, kg: Kg) -> None:
    endless = (
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(STR(?a) > STR(?l)) }"
    )
    ran = kg("sparql", endless, "--timeout", "0.7", cwd=orchards)
    assert (ran.status, ran.out) == (4, "")
    assert "longer than 0.7 s and was ended" in ran.err


@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux waits for processes of others")
def test_a_query_ends_with_the_command_that_asked_it(orchards: Path) -> None:
    """By whatever end: of SIGKILL the command hears nothing."""
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?a = ?l) }"
    command = [sys.executable, "-m", "kg", "sparql", endless, "--timeout", "600"]
    with subprocess.Popen(command, cwd=orchards) as asking:
        children = Path(f"/proc/{asking.pid}/task/{asking.pid}/children")
        while not (found := children.read_text().split()):
            assert asking.poll() is None
        child = os.pidfd_open(int(found[0]))
        asking.kill()
    assert select.select([child], [], [], 60)[0]
    os.close(child)


def test_in_a_process_of_its_own_answers_are_the_same(graph: KnowledgeGraph) -> None:
    for text in (ROWS, "ASK { ?s ?p ?o }", "SELECT ?s { ?s <urn:none> ?o }"):
        plain = written(graph.sparql(text), Format.JSON)
        assert json.loads(written(graph.asking(timeout=600).sparql(text), Format.JSON)) == json.loads(plain)
    assert set(graph.asking(timeout=600).sparql(SOME)) == set(graph.sparql(SOME))
    with pytest.raises(InputError) as caught:
        graph.asking(timeout=600).sparql("SELECT * {\n ?s ?p }")
    assert caught.value.line == 2
    with pytest.raises(StoreError, match="without an answer"):
        run_limited(Path("no such store"), ROWS, {}, 30)


BIG = """SELECT ?n ?text {
    VALUES ?a { 0 1 2 3 4 5 6 7 8 9 } VALUES ?b { 0 1 2 3 4 5 6 7 8 9 } VALUES ?c { 0 1 2 3 4 5 6 7 8 9 }
    VALUES ?d { 0 1 2 3 4 5 6 7 8 9 } VALUES ?e { 0 1 2 3 4 5 6 7 8 9 } VALUES ?f { 0 1 }
    BIND(?a + 10 * ?b + 100 * ?c + 1000 * ?d + 10000 * ?e + 100000 * ?f AS ?n)
    BIND(CONCAT("row ", STR(?n), " of a long answer that must not be kept in memory") AS ?text)
}"""
MEASURE = """
import resource, sys
sys.argv[0] = "kg"
from kg.cli import main
try:
    main()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)
"""


@pytest.mark.full
@pytest.mark.parametrize(
    "options", [["--format", "csv"], ["--format", "json", "--limit", "150000"]], ids=["plain", "limit"]
)
def test_a_big_answer_streams(orchards: Path, options: list[str]) -> None:
    def peak(text: str) -> tuple[int, int]:
        command = [sys.executable, "-c", MEASURE, "sparql", text, *options]
        done = subprocess.run(command, cwd=orchards, capture_output=True, check=True)
        return int(done.stderr.split()[-1]), len(done.stdout)

    (small, _), (big, size) = peak("SELECT ?n { VALUES ?n { 1 } }"), peak(BIG)
    assert size > 9_000_000
    assert (big - small) * 1024 < size / 2


@pytest.mark.parametrize("form", ["csv", "json", "table", "markdown"])
def test_a_closed_pipe_is_no_error(orchards: Path, form: str) -> None:
    text = (
        BIG.replace("{ 0 1 }", "{ 0 }")
        .replace("VALUES ?e { 0 1 2 3 4 5 6 7 8 9 }", "VALUES ?e { 0 }")
        .replace("?d { 0 1 2 3 4 5", "?d { 5")
    )
    command = [str(Path(sys.executable).with_name("kg")), "sparql", text, "--format", form]
    process = subprocess.Popen(command, cwd=orchards, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and process.stderr is not None
    process.stdout.read(10)
    process.stdout.close()
    error = process.stderr.read().decode()
    process.stderr.close()
    assert process.wait() == 0, error
    assert "rror" not in error


def test_a_file_is_written_whole_or_not_at_all(orchards: Path, kg: Kg) -> None:
    target = orchards / "answer.csv"
    target.write_text("former", encoding="utf-8")
    assert kg("sparql", "SELECT * {", "-o", target, "--force", cwd=orchards).status == 3
    assert kg("sparql", "ASK {}", "--format", "turtle", "-o", target, "--force", cwd=orchards).status == 2
    assert target.read_text(encoding="utf-8") == "former"
    refused = kg("sparql", ROWS, "-o", target, cwd=orchards)
    assert refused.status == 2 and "--force" in refused.err
    assert target.read_text(encoding="utf-8") == "former"
    assert kg("sparql", ROWS, "-o", target, "--force", cwd=orchards).status == 0
    assert target.read_text(encoding="utf-8").startswith("claim,holder,passage,n")
    assert kg("sparql", ROWS, "--format", "table", "-o", target, "--force", cwd=orchards).status == 0
    assert "#S001" in target.read_text(encoding="utf-8")
    link = orchards / "link.csv"
    link.symlink_to(target)
    assert kg("sparql", "ASK {}", "--format", "csv", "-o", link, "--force", cwd=orchards).status == 0
    assert link.is_symlink() and target.read_text(encoding="utf-8") == "true\n"
    assert kg("sparql", ROWS, "-o", "/dev/null", cwd=orchards).status == 0
    assert Path("/dev/null").is_char_device()
