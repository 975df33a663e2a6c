"""What the README and the documentation say is so: commands, outputs, links, error codes."""

from __future__ import annotations

import doctest
import os
import re
import shutil
import sys
from pathlib import Path

import pytest

from kg.cli import SECTIONS
from kg.core.errors import KgError
from tests.console import Step, run, steps, tidy

ROOT = Path(__file__).parent.parent
README, DOCS = ROOT / "README.md", ROOT / "docs"
PAGES = [README, *sorted(DOCS.glob("*.md"))]
PROJECT = (
    "kg.toml",
    "ontology",
    "entities",
    "articles",
    "shapes",
    "queries",
    "starter",
    "starter-core",
    "examples",
    "Makefile",
    "pyproject.toml",
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what a fresh clone has, without its tests."""
    return copy_of_checkout(tmp_path / "secpol-kg")


def copy_of_checkout(folder: Path) -> Path:
    """Copy what the documentation's commands need."""
    folder.mkdir()
    for name in PROJECT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns(".kg"))
        else:
            shutil.copy2(source, folder / name)
    return folder


@pytest.mark.parametrize(
    "page",
    [README, *(DOCS / name for name in ("errors.md", "export.md", "diff.md", "turtle.md"))],
    ids=lambda page: page.name,
)
def test_every_command_prints_what_the_page_shows(page: Path, checkout: Path) -> None:
    environment = {"KG_TEXTS": ""}
    folder = checkout
    for step in steps(page):
        if step.command.startswith("cd "):
            folder = folder / step.command.removeprefix("cd ")
        else:
            assert run_step(step, folder, environment) == step.shown, step.command


def test_the_readme_shows_both_commands() -> None:
    shown = [step.command for step in steps(README)]
    assert "make" in shown
    assert "make test" in README.read_text(encoding="utf-8")


def test_every_error_has_its_section_and_the_reverse() -> None:
    page = (DOCS / "errors.md").read_text(encoding="utf-8")
    sections = set(re.findall(r"^## (\w+)$", page, re.MULTILINE))
    assert sections == {error.code for error in KgError.__subclasses__()}
    for error in KgError.__subclasses__():
        assert re.search(rf"^\| {error.exit_status} \|.*\(#{error.code}\)", page, re.MULTILINE), error


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


def test_every_command_is_documented() -> None:
    text = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    for names in SECTIONS.values():
        for name in names:
            assert f"kg {name}" in text, name


def test_the_python_example(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout)
    results = doctest.testfile(str(README), module_relative=False)
    assert results.attempted > 3
    assert results.failed == 0


def run_step(step: Step, folder: Path, environment: dict[str, str]) -> str:
    """`make` uses the environment of this test run, so that nothing is installed again."""
    if step.command != "make":
        return run(step.command, folder, environment)
    venv = Path(sys.prefix)
    for name in ("installed", "tested"):
        marker = venv / f".{name}"
        if not marker.exists():
            pytest.skip("this Python was not set up by make")
        os.utime(folder / "pyproject.toml", (0, 0))
    made = run(f"make --no-print-directory VENV='{venv}'", folder, environment)
    return tidy(made.replace(str(venv), ".venv"))
