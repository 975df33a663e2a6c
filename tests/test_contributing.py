"""What CONTRIBUTING.md and the files beside it name is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from kg import __version__
from kg.cli import SECTIONS

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
CODE = re.findall(r"`([^`\n]+)`", PAGE) + re.findall(r"^```sh\n(.*?)^```", PAGE, re.M | re.S)
HOOKS = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"][0]["hooks"]


def named(pattern: str) -> set[str]:
    """What a pattern finds in the page's commands."""
    return {found for code in CODE for found in re.findall(pattern, code)}


def test_every_make_target_is_there_and_documented() -> None:
    targets = set(re.findall(r"^([a-z][\w-]*):(?!=)", MAKEFILE, re.MULTILINE))
    assert named(r"\bmake ([a-z][\w-]*)") <= targets
    declared = set(re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)[0].split())
    assert declared == targets
    lanes = targets - {"all", "lint", "servers", "clean", "coverage"}
    assert lanes <= named(r"\bmake ([a-z][\w-]*)")


def test_every_command_is_there() -> None:
    assert named(r"\bkg ([a-z]+)") <= {name for names in SECTIONS.values() for name in names}
    assert len(named(r"\bkg ([a-z]+)")) > 5


def test_every_file_is_there() -> None:
    made_up = re.compile(r"NAME|RULE|SLUG|FILE|PATIENCE|KG_|secshape:|skos:|--")
    for code in CODE:
        if "/" in code and not made_up.search(code) and " " not in code:
            assert list(ROOT.glob(code.removesuffix("/"))), code
    for folder in named(r"\b((?:queries|tests|ontology|shapes|docs|kg)/[\w/]*)(?:NAME|RULE|\*)"):
        assert (ROOT / folder).is_dir(), folder


def test_the_hooks_run_what_the_lanes_install() -> None:
    known = {path.name for path in (ROOT / ".venv" / "bin").glob("*")} or {"ruff", "mypy", "kg"}
    assert {hook["entry"].split()[0].removeprefix(".venv/bin/") for hook in HOOKS} <= known
    for hook in HOOKS:
        if "files" in hook:
            assert any(re.match(hook["files"], str(path.relative_to(ROOT))) for path in ROOT.glob("*/**/*"))


def test_the_workflow_runs_what_continuous_integration_runs() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8"))
    assert {"run": ".ci/run"} in workflow["jobs"]["ci"]["steps"]
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.index("\nmake test\n") < script.index("\nmake test-full\n")


def test_the_suites_of_continuous_integration_take_an_hour_at_most() -> None:
    minutes = dict(re.findall(r"^(\w[\w-]*):(?:.*\n)\t.*\$\(call within,(\d+)\)", MAKEFILE, re.MULTILINE))
    assert {"quick", "test", "rooms", "stores", "fuzz"} == minutes.keys()
    assert sum(int(number) for name, number in minutes.items() if name != "quick") <= 60


@pytest.mark.parametrize("page", ["CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"])
def test_every_link_leads_somewhere(page: str) -> None:
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", (ROOT / page).read_text(encoding="utf-8")):
        assert (ROOT / target).exists(), target


def test_a_citation_names_the_version_that_the_changelog_describes() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    newest = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)[0]
    assert citation["version"] == newest
    assert __version__.startswith(newest)


def test_the_index_names_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs").glob("*.md"):
        assert page.name == "README.md" or f"]({page.name})" in index, page.name
