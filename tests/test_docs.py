"""The README's commands print what it shows."""

from __future__ import annotations

import doctest
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.console import Step, run, steps, tidy

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PROJECT = ("kg.toml", "ontology", "entities", "articles", "shapes", "queries", "starter", "Makefile", "pyproject.toml")


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what a fresh clone has, without its tests."""
    folder = tmp_path_factory.mktemp("readme") / "secpol-kg"
    folder.mkdir()
    for name in PROJECT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name)
        else:
            shutil.copy2(source, folder / name)
    return folder


def test_every_command_prints_what_the_readme_shows(checkout: Path) -> None:
    environment = {"KG_TEXTS": ""}
    folder = checkout
    for step in steps(README):
        if step.command.startswith("cd "):
            folder = folder / step.command.removeprefix("cd ")
        else:
            assert _run(step, folder, environment) == step.shown, step.command


def test_the_readme_shows_both_commands() -> None:
    shown = [step.command for step in steps(README)]
    assert "make" in shown
    assert "make test" in README.read_text(encoding="utf-8")


def test_the_python_example(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(checkout)
    results = doctest.testfile(str(README), module_relative=False)
    assert results.attempted > 3
    assert results.failed == 0


def _run(step: Step, folder: Path, environment: dict[str, str]) -> str:
    """`make` uses the environment of this test run, so that nothing is installed again."""
    if step.command != "make":
        return run(step.command, folder, environment)
    venv = Path(sys.prefix)
    made = ("installed", "tested")
    for name in made:
        marker = venv / f".{name}"
        if not marker.exists():
            pytest.skip("this Python was not set up by make")
        os.utime(folder / "pyproject.toml", (0, 0))
    return tidy(run(f"make VENV='{venv}'", folder, environment).replace(str(venv), ".venv"))
