"""A command may be killed at any call: the next one finds all or nothing, and the repeat leaves no trace."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.core.transaction import settle
from kg.project.project import Project

ROOT = Path(__file__).parents[2]
DRILL = "2026-01-15-harbour-drill"
TIES = "2026-02-20-ties-that-hold"
NEW = (
    *("article", "new", TIES, "--text", str(ROOT / "examples" / "texts" / f"{TIES}.txt")),
    *("--title", "Ties that hold", "--author", "Mara Quill"),
    *("--publisher", "Ellery Institute", "--issued", "2026-02-20"),
)
STEP = int(os.environ.get("KG_KILL_STEP", "5"))  # `make kills` kills at every call
Tree = dict[str, bytes]


@dataclass(frozen=True)
class Case:
    """A command that writes, and what is done to a starter project before it."""

    name: str
    arguments: tuple[str, ...]
    before: tuple[tuple[str, ...], ...] = ()
    prepare: Callable[[Path], None] = lambda folder: None

    def __str__(self) -> str:
        return self.name


def with_another_text(folder: Path) -> None:
    text = (folder / "texts" / f"{DRILL}.txt").read_text(encoding="utf-8")
    (folder / "other.txt").write_text(f"The port in brief\n\n{text}", encoding="utf-8")


def in_disorder(folder: Path) -> None:
    for path in (folder / "entities").glob("*.ttl"):
        path.write_text(path.read_text(encoding="utf-8").replace(" .\n", "\n\n  .\n\n"), encoding="utf-8")
    for path in (folder / "articles" / DRILL).glob("*.ttl"):
        path.write_text(f"\n\n{path.read_text(encoding='utf-8')}\n\n", encoding="utf-8")


def with_a_sheet(folder: Path) -> None:
    shutil.copyfile(ROOT / "examples" / "sheet.csv", folder / "sheet.csv")


def with_former_outputs(folder: Path) -> None:
    for name in ("out.ttl", "out.nodes.csv", "out.edges.csv"):
        (folder / name).write_text("former\n", encoding="utf-8")


def with_a_change(folder: Path) -> None:
    with (folder / "entities" / "harbour.ttl").open("a", encoding="utf-8") as file:
        file.write("# changed\n")


def empty(folder: Path) -> None:
    for path in folder.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()


CASES = (
    Case("convert", ("article", "convert", TIES, "--to", "ttl"), (NEW,)),
    Case("convert-back", ("article", "convert", TIES), (NEW, ("article", "convert", TIES, "--to", "ttl"))),
    Case("text-add", ("text", "add", DRILL, "other.txt", "--apply"), prepare=with_another_text),
    Case("article-new", NEW),
    Case("import", ("article", "import", TIES, "sheet.csv"), (NEW,), with_a_sheet),
    Case("mentions", ("article", "mentions", TIES, "--accept", "labels"), (NEW,)),
    Case("mentions-sheet", ("article", "mentions", TIES, "-o", "mentions.csv"), (NEW,)),
    Case("format", ("format",), prepare=in_disorder),
    Case("init", ("init", "graph"), prepare=empty),
    Case("init-here", ("init", ".", "--extends", "core"), prepare=empty),
    Case("show", ("article", "show", DRILL, "--html", "page.html")),
    Case("query", ("query", "who-holds-what", "-o", "out.json")),
    Case("check", ("check", "--format", "json", "-o", "report.json")),
    Case("export", ("export", "out.nq.gz")),
    Case("export-over", ("export", "out.ttl", "--force"), prepare=with_former_outputs),
    Case("export-tables", ("export", "out.csv")),
    Case("export-tables-over", ("export", "out.csv", "--force"), prepare=with_former_outputs),
    Case("export-sheet", ("export", "out.tsv", "--format", "sheet", "--article", DRILL)),
    Case("load", ("load", "./store")),
    Case("build", ("build",), prepare=with_a_change),
)


def tree(folder: Path) -> Tree:
    """The files and folders below a folder, but for snapshots and caches."""
    found: Tree = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if name.parts[0] == "store":
            found["store"] = b""
        elif name.parts[0].startswith(".store."):
            continue  # of a load, which the next one into this folder sweeps
        elif ".kg" not in name.parts:
            found[str(name)] = path.read_bytes() if path.is_file() else b"/"
    return found


def leavings(folder: Path) -> list[str]:
    """What waits to be finished or removed."""
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if (path.name.startswith(".") and path.name not in (".kg", ".gitignore"))
        or (path.name == "journal" or path.suffix == ".kept")
    ]


def kg(folder: Path, arguments: tuple[str, ...], last: int = 0) -> tuple[int, str]:
    """Run a command that is killed at a call; its status, and what it said."""
    command = [sys.executable, "-m", "tests.kills.dying", str(last), str(folder.parent / "calls"), *arguments]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "KG_TEXTS": "", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done.returncode, done.stderr


def found_by_the_next_command(folder: Path, place: Path) -> Tree:
    """What is there, in a copy at another place, once another command has begun."""
    shutil.copytree(folder, place)
    for home in (place, place / "graph"):
        if (home / "kg.toml").exists():
            Project.load(home)
        settle(home / ".kg" / "journal")  # as kg init does where there is no project yet
    for left in place.glob(".out.*.[0-9]*"):  # of a single file, which the next one of its name sweeps
        left.unlink()
    for journal in place.glob(".*.journal"):  # of tables, which the next export of them finishes
        settle(journal)
    found = tree(place)
    shutil.rmtree(place)
    return {} if found == {"graph": b"/"} else found


@pytest.fixture(scope="module")
def bases(starter_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[Case], Path]:
    """The folder in which a command begins; not to be changed."""

    def base(case: Case) -> Path:
        folder = tmp_path_factory.mktemp(case.name) / "my-graph"
        shutil.copytree(starter_built, folder)
        case.prepare(folder)
        for arguments in case.before:
            status, said = kg(folder, arguments)
            assert status == 0, said
        return folder

    return base


def calls_survived(case: Case, base: Path, space: Path, step: int = 1) -> int:
    """Kill the command at each call in turn, and find all or nothing; how many calls it makes."""
    before = tree(base)
    undisturbed = shutil.copytree(base, space / "undisturbed" / "my-graph")
    status, said = kg(undisturbed, case.arguments)
    assert status == 0, said
    after, again = tree(undisturbed), kg(undisturbed, case.arguments)[0]
    assert before != after or case.name == "build"
    assert leavings(undisturbed) == []
    last = 0
    while True:
        last += step
        folder = shutil.copytree(base, space / str(last) / "my-graph")
        status, said = kg(folder, case.arguments, last)
        if status != -signal.SIGKILL:
            assert (status, tree(folder)) == (0, after), said
            return int((folder.parent / "calls").read_text(encoding="ascii"))
        found = found_by_the_next_command(folder, folder.with_name("found"))
        assert found in (before, after), last
        status, said = kg(folder, case.arguments)
        assert status == 0 or (found == after and status == again), (last, said)
        assert tree(folder) == after, last
        assert leavings(folder) == [], last
        shutil.rmtree(folder.parent)


@pytest.mark.full
@pytest.mark.parametrize("case", CASES, ids=str)
def test_killed_at_every_call(case: Case, bases: Callable[[Case], Path], tmp_path: Path) -> None:
    calls = calls_survived(case, bases(case), tmp_path, STEP)
    told = f"kg {' '.join(case.arguments[:2])}: killed at {calls // STEP} of {calls} calls, none ended wrong"
    sys.stdout.write(f"{told}\n")  # which make kills shows
    assert calls > 3


def test_killed_at_every_second_call(bases: Callable[[Case], Path], tmp_path: Path) -> None:
    assert calls_survived(CASES[0], bases(CASES[0]), tmp_path, step=2) > 10
