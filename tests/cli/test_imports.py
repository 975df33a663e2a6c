"""What a command may load: a slow library that a command does not need costs every user every time."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SLOW = {"rdflib", "owlready2", "pyshacl", "shifty", "sparq", "owlrl"}
NETWORK = {"requests", "httpx", "urllib3", "http.client", "aiohttp"}

PROBE = """
import json, sys
sys.argv = ["kg", *sys.argv[1:]]
try:
    from kg.cli import main
    main()
except SystemExit as end:
    status = end.code
    sys.stderr.write(json.dumps([status, sorted(sys.modules)]))
"""


def loaded(folder: Path, *arguments: str) -> tuple[int, set[str]]:
    """The exit status of a command, and the modules that it loaded."""
    command = [sys.executable, "-c", PROBE, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
    status, modules = json.loads(done.stderr[done.stderr.index("[") :])
    return status, set(modules)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["--version"], ["query", "--help"], ["build", "--help"]], ids=" ".join
)
def test_help_loads_no_library_for_graphs(tmp_path: Path, arguments: list[str]) -> None:
    status, modules = loaded(tmp_path, *arguments)
    assert status == 0
    assert not modules & (SLOW | NETWORK)


def test_help_of_the_program_loads_neither_store_nor_tables(tmp_path: Path) -> None:
    _, modules = loaded(tmp_path, "--help")
    assert not modules & {"pyoxigraph", "yaml", "rich"}


@pytest.mark.parametrize(
    "arguments",
    [
        ["query", "what-grows-where", "--format", "csv"],
        ["query", "what-grows-where", "--format", "table"],
        ["query"],
        ["sparql", "ASK {}"],
        ["stats"],
        ["export", "kg.nq"],
        ["diff", "."],
        ["format", "--check", "queries"],
    ],
    ids=" ".join,
)
def test_a_reading_command_loads_only_the_store(orchards: Path, arguments: list[str]) -> None:
    status, modules = loaded(orchards, *arguments)
    assert status == 0
    assert "pyoxigraph" in modules
    assert not modules & (SLOW | NETWORK)


def test_a_build_loads_its_engines_and_not_the_reference_engines(orchards: Path) -> None:
    status, modules = loaded(orchards, "build", "--force")
    assert status == 0
    assert modules >= {"sparq", "shifty._shifty"}
    assert not modules & {"owlready2", "pyshacl", "owlrl"}


@pytest.mark.parametrize("module", ["kg", "kg.core.errors", "kg.core.findings", "kg.core.terms"])
def test_the_core_knows_neither_the_command_line_nor_the_network(module: str, tmp_path: Path) -> None:
    code = f"import {module}, sys, json; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    modules = set(json.loads(done.stdout))
    assert not modules & (
        {"click", "rich", "kg.cli", "kg.project.project", "kg.api.knowledge_graph"} | SLOW | NETWORK
    )


def test_only_the_command_line_imports_click() -> None:
    package = Path(__file__).parents[2] / "kg"
    for path in package.rglob("*.py"):
        inside = "cli" in path.relative_to(package).parts or path.name == "__main__.py"
        text = path.read_text(encoding="utf-8")
        assert inside or ("import click" not in text and "from click" not in text), path
