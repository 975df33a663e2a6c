"""Transcripts of the command line: `$ command`, its stdout, its stderr, and `[status]` where that is not 0.

`kg ...` runs in this process, through the entry point that users call; anything else runs in bash, also what
stands behind a pipe.
"""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.command import in_this_process

REPOSITORY = str(Path(__file__).parents[2])
ENVIRONMENT = {"KG_TEXTS": "", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}
BUILT = re.compile(r"\bthe graph of \d[\d-]+T[\d:]+Z")
NO_NEWLINE = "[no newline at the end]"


def commands(transcript: str) -> list[str]:
    """The commands of a transcript, in order."""
    return re.findall(r"^\$ (.*)$", transcript, re.MULTILINE)


def replay(transcript: str, folder: Path) -> str:
    """The transcript of the same commands as they print now, in a folder; `cd` changes into one below it."""
    here, parts = folder, []
    for command in commands(transcript):
        if command.startswith("cd "):
            here = here / command.removeprefix("cd ")
            shown, status = "", 0
        else:
            status, shown = run(command, here)
        shown = shown.replace(str(folder), "FOLDER").replace(REPOSITORY, "REPOSITORY")
        shown = BUILT.sub("the graph of TIME", shown)
        if shown and not shown.endswith("\n"):
            shown += f"\n{NO_NEWLINE}\n"
        parts.append(f"$ {command}\n{shown}" + (f"[{status}]\n" if status else ""))
    return "\n".join(parts)


def run(command: str, folder: Path) -> tuple[int, str]:
    """The exit status of a command, and what it printed: stdout, then stderr."""
    if not command.startswith("kg "):
        return in_bash(command, folder)
    own, pipe, rest = command.partition(" | ")
    ran = in_this_process(shlex.split(own)[1:], folder, ENVIRONMENT)
    if pipe:
        status, out = in_bash(rest, folder, ran.out)
        return status, out + ran.err
    return ran.status, ran.out + ran.err


def in_bash(command: str, folder: Path, given: str = "") -> tuple[int, str]:
    """The exit status of a shell command, and its output."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, **ENVIRONMENT, "PATH": path},
        input=given.encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    return done.returncode, done.stdout.decode()
