"""Transcripts of the command line: `$ command`, its stdout, its stderr, and `[status]` where that is not 0.

`kg ...` runs in this process, through the entry point that users call; anything else runs in bash, also what
stands behind a pipe.
"""

from __future__ import annotations

import gc
import os
import re
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from unittest import mock

import pytest

from kg.cli import main

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
    gc.unfreeze()
    return "\n".join(parts)


def run(command: str, folder: Path) -> tuple[int, str]:
    """The exit status of a command, and what it printed: stdout, then stderr."""
    if not command.startswith("kg "):
        return in_bash(command, folder)
    own, pipe, rest = command.partition(" | ")
    status, out, err = in_this_process(shlex.split(own)[1:], folder)
    if pipe:
        status, out = in_bash(rest, folder, out)
    return status, out + err


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


def in_this_process(arguments: list[str], folder: Path) -> tuple[int, str, str]:
    """The exit status of `kg`, its standard output and its standard error, without a process of its own."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        with as_a_process(["kg", *arguments], folder, out, err), pytest.raises(SystemExit) as leaving:
            main()
        status = leaving.value.code
        assert isinstance(status, int)
        return status, content(out), content(err)


def content(file: IO[str]) -> str:
    """All that was written to a file, as it was written."""
    return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode()


@contextmanager
def as_a_process(argv: list[str], folder: Path, out: IO[str], err: IO[str]) -> Iterator[None]:
    """Lend `main` the arguments, folder, environment and streams of a process; put back what it changes."""
    former = Path.cwd(), gc.get_threshold(), signal.getsignal(signal.SIGINT)
    os.chdir(folder)
    gc.collect()  # closes the stores that the former command left open, as the end of its process would
    gc.freeze()  # and need not search what is left again
    try:
        with (
            Path(os.devnull).open(encoding="utf-8") as nothing,
            mock.patch.object(gc, "freeze"),
            mock.patch.object(sys, "argv", argv),
            mock.patch.object(sys, "stdin", nothing),
            mock.patch.object(sys, "stdout", out),
            mock.patch.object(sys, "stderr", err),
            mock.patch.dict(os.environ, ENVIRONMENT),
        ):
            yield
    finally:
        os.chdir(former[0])
        gc.set_threshold(*former[1])
        signal.signal(signal.SIGINT, former[2])
