"""The wheel: all that ships is in it, and what is installed from it works in any folder."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import venv
import zipfile
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest

from kg import __version__

ROOT = Path(__file__).parents[1]
SHIPPED = ("ontology", "entities", "articles", "shapes", "queries", "starter", "starter-core")
TEST_ONLY = {"pytest", "hypothesis", "owlrl", "mypy", "ruff", "hatchling", "build", "types-pyyaml"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built offline."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (path,) = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def files(wheel: Path) -> set[str]:
    return set(zipfile.ZipFile(wheel).namelist())


def sources(folder: str) -> Iterator[str]:
    for path in sorted((ROOT / folder).rglob("*")):
        relative = path.relative_to(ROOT)
        if path.is_file() and not {".kg", "__pycache__"} & set(relative.parts):
            yield relative.as_posix()


def test_every_shipped_file_is_in_the_wheel(files: set[str]) -> None:
    for folder in SHIPPED:
        expected = {f"kg/shipped/{name}" for name in sources(folder)}
        assert expected, folder
        assert expected <= files, folder
    assert "kg/shipped/kg.toml" in files


def test_every_module_is_in_the_wheel_and_nothing_else(files: set[str]) -> None:
    assert {name for name in sources("kg") if "/shipped/" not in name} <= files
    assert "kg/py.typed" in files
    info = f"secpol_kg-{__version__}.dist-info/"
    assert all(name.startswith(("kg/", info)) for name in files)
    assert {f"{info}licenses/LICENSE", f"{info}licenses/LICENSE-DATA"} <= files
    assert not [name for name in files if "/snapshots/" in name or name.endswith(".pyc")]


def test_no_text_of_an_article_is_in_the_wheel_but_our_own(files: set[str]) -> None:
    texts = [name for name in files if name.endswith(".txt") and "/shipped/" in name]
    assert texts == ["kg/shipped/starter/texts/2026-01-15-harbour-drill.txt"]


def runtime() -> Iterator[Distribution]:
    """What the package needs at run time, all the way down, without any extra."""
    pending, seen = ["secpol-kg"], set()
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue  # a requirement for another platform or Python
        if name != "secpol-kg":
            yield found
        for requirement in found.requires or []:
            needed, _, marker = requirement.partition(";")
            if "extra" not in marker:
                match = re.match(r"[A-Za-z0-9._-]+", needed.strip())
                assert match
                pending.append(re.sub(r"[-_.]+", "-", match.group()).lower())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and what it needs at run time, and nothing that only tests need."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, symlinks=True)
    (site,) = folder.glob("lib/python*/site-packages")
    for needed in runtime():
        for top in {Path(str(file)).parts[0] for file in needed.files or []} - {"..", "__pycache__"}:
            target = site / top
            if not target.exists():
                target.symlink_to(Path(str(needed.locate_file(top))))
    python = folder / "bin" / "python"
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--no-deps", "--no-index"]
    quiet = ["--quiet", "--disable-pip-version-check"]
    done = subprocess.run([*command, *quiet, str(wheel)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def run(
    installed: Path, folder: Path, program: str, *arguments: str, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run an installed program in an empty folder; all tests here share one cache, so that one builds."""
    cache = {} if environment else {"XDG_CACHE_HOME": str(installed / "cache")}
    return subprocess.run(
        [installed / "bin" / program, *arguments],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **cache, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_no_test_package_is_there(installed: Path, tmp_path: Path) -> None:
    names = sorted(TEST_ONLY - {"owlrl", "types-pyyaml"})  # pyshacl needs owlrl
    code = f"from importlib.util import find_spec; print([n for n in {names} if find_spec(n)])"
    assert run(installed, tmp_path, "python", "-c", code).stdout == "[]\n"


def test_a_home_that_cannot_be_written(installed: Path, tmp_path: Path) -> None:
    """The tests may run as root, who may write anywhere but below a file."""
    home = tmp_path / "home"
    home.touch()
    asked = run(installed, tmp_path, "kg", "query", "who-rejected", HOME=str(home))
    assert asked.returncode == 0, asked.stderr
    assert "https://w3id.org/secpol/entity/GovUS" in asked.stdout
    hint = "XDG_CACHE_HOME names the folder in which what an installed kg builds is kept"
    first, *rest = asked.stderr.splitlines()
    assert first.startswith(f"{home}/.cache/secpol-kg/")
    assert first.endswith(" cannot be written, so the graph is built anew each time")
    assert rest == [hint]
    built = run(installed, tmp_path, "kg", "build", HOME=str(home))
    assert built.returncode == 4
    assert built.stderr.splitlines()[-1] == f"  {hint}"


def test_an_installed_kg_answers_in_any_folder(installed: Path, tmp_path: Path) -> None:
    (shipped,) = installed.glob("lib/python*/site-packages/kg/shipped")
    before = sorted(shipped.rglob("*"))
    asked = run(installed, tmp_path, "kg", "query", "who-rejected")
    assert asked.returncode == 0, asked.stderr
    assert "https://w3id.org/secpol/entity/GovUS" in asked.stdout
    listed = run(installed, tmp_path, "kg", "query")
    assert "who-rejected" in listed.stdout
    (state,) = (installed / "cache" / "secpol-kg").iterdir()
    assert (state / "current").is_file()
    assert list(tmp_path.iterdir()) == []
    assert sorted(shipped.rglob("*")) == before, "site-packages may be read-only"
    again = run(installed, tmp_path, "kg", "query", "who-rejected", "--no-build")
    assert (again.stdout, again.stderr) == (asked.stdout, "")


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["build"], ["stats"], ["export", "kg.ttl"], ["init", "mine"]],
    ids=" ".join,
)
def test_every_command_starts_without_the_test_packages(
    installed: Path, tmp_path: Path, arguments: list[str]
) -> None:
    ran = run(installed, tmp_path, "kg", *arguments)
    assert ran.returncode == 0, ran.stderr


def test_a_project_of_ones_own_builds_on_the_installed_one(installed: Path, tmp_path: Path) -> None:
    assert run(installed, tmp_path, "kg", "init", "mine").returncode == 0
    asked = run(installed, tmp_path / "mine", "kg", "query", "who-holds-what")
    assert asked.returncode == 0, asked.stderr
    assert len(asked.stdout.splitlines()) == 9
    assert (tmp_path / "mine" / ".kg" / "current").is_file()


def test_in_python_an_installed_graph_opens(installed: Path, tmp_path: Path) -> None:
    code = (
        "from kg import KnowledgeGraph; g = KnowledgeGraph.open(); print(g.project.name, len(g.queries) > 5)"
    )
    opened = run(installed, tmp_path, "python", "-c", code)
    assert (opened.stdout, opened.stderr) == ("secpol True\n", "")


def test_every_dependency_says_why_it_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    requirements = re.findall(r'^    "([A-Za-z0-9-]+)[<>=][^"]*",(.*)$', text, re.MULTILINE)
    named = {name for name, _ in requirements}
    assert named >= {"click", "pyoxigraph"} | TEST_ONLY - {"types-pyyaml"}
    for name, comment in requirements:
        assert len(comment.partition("#")[2].strip()) > 10 or name == "types-PyYAML", (
            f"{name} does not say why it is there"
        )


def test_every_room_is_tested(pytestconfig: pytest.Config) -> None:
    """No folder of tests bears a name that pytest passes over, as it does with `build` by default."""
    passed_over = pytestconfig.getini("norecursedirs")
    files = [*(ROOT / "tests").rglob("test_*.py"), *(ROOT / "kg").rglob("*.py")]
    folders = {part for path in files for part in path.relative_to(ROOT).parts[:-1]}
    assert not [name for name in folders if any(fnmatch(name, pattern) for pattern in passed_over)]
