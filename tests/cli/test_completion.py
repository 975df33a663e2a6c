"""Completion as the shells themselves do it, each with what click writes for it."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.project.project import Project
from tests.servers.packages import absent

BIN = Path(sys.executable).parent
WITH_MARKS = 'Harbour Watch, "Old Pier" & Sons\' $5'
BASH = """PS1=; eval "$(_KG_COMPLETE=bash_source kg)"; echo REA''DY\n"""
ZSH = """PS1=; autoload -U compinit; compinit -u -D; eval "$(_KG_COMPLETE=zsh_source kg)"; echo REA''DY\n"""


@pytest.fixture(scope="module")
def harbour(starter_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter project with an entity whose label has all that a shell reads as something else."""
    folder = shutil.copytree(starter_built, tmp_path_factory.mktemp("shells") / "harbour")
    with (folder / "entities" / "harbour.ttl").open("a", encoding="utf-8") as file:
        quoted = WITH_MARKS.replace('"', '\\"')
        file.write(f'\nmy:HarbourWatch a secpol:Organisation ;\n    rdfs:label "{quoted}"@en .\n')
    KnowledgeGraph.open(Project.load(folder))
    return folder


def environment() -> dict[str, str]:
    return {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}", "TERM": "xterm", "COLUMNS": "200"}


@contextmanager
def terminal(folder: Path, *command: str) -> Iterator[int]:
    """An interactive shell; gives the terminal's end to type at."""
    process, end = pty.fork()
    if process == 0:
        os.chdir(folder)
        os.execvpe(command[0], list(command), environment())
    try:
        yield end
    finally:
        os.close(end)  # hangs up
        os.waitpid(process, 0)


def typed(end: int, keys: str, until: str, seconds: float = 600) -> str:
    """Type keys and read on until the terminal shows something."""
    os.write(end, keys.encode())
    shown, limit = "", time.monotonic() + seconds
    while until not in shown and time.monotonic() < limit:
        ready, _, _ = select.select([end], [], [], 1)
        if ready:
            shown += os.read(end, 1 << 16).decode("utf-8", "replace")
    assert until in shown, shown
    return shown


@pytest.mark.parametrize(
    ("command", "start"),
    [
        (("bash", "--norc", "--noprofile", "-i"), BASH),
        pytest.param(("zsh", "-f", "-i"), ZSH, marks=pytest.mark.full),
    ],
    ids=["bash", "zsh"],
)
def test_bash_and_zsh_complete_at_the_prompt(harbour: Path, command: tuple[str, ...], start: str) -> None:
    if shutil.which(command[0]) is None:
        absent(f"{command[0]} is not installed")
    with terminal(harbour, *command) as end:
        typed(end, start, "READY")
        typed(end, "kg show Ada\t", "Ada\\ Merrow")
        typed(end, "\x15kg query who-holds-\t", "who-holds-what")
        typed(end, "\x15kg query claims-by-holder --certainty prob\t", "probable")
        typed(end, "\x15kg show Harb\t", "Sons")
        told = typed(end, " | head -1\n", "my:HarbourWatch")
        assert WITH_MARKS in told


@pytest.mark.full
def test_fish_completes(harbour: Path) -> None:
    if shutil.which("fish") is None:
        absent("fish is not installed")

    def completed(line: str) -> list[str]:
        script = f"_KG_COMPLETE=fish_source kg | source; complete -C {line!r}"
        done = subprocess.run(
            ["fish", "--no-config", "-c", script],
            cwd=harbour,
            env=environment(),
            capture_output=True,
            text=True,
            check=True,
        )
        return [line.partition("\t")[0] for line in done.stdout.splitlines()]

    assert completed("kg show Ada") == ["Ada Merrow"]
    assert completed("kg show Harb") == [WITH_MARKS]
    assert completed("kg query claims-by-holder --certainty prob") == ["probable"]
    assert "who-holds-what" in completed("kg query who-h")
