"""Runs the ```console blocks of a Markdown page: each `$ command` must print what the page shows under it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

BLOCK = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Step:
    """A command of a page, and the output that the page shows."""

    command: str
    shown: str


def steps(page: Path) -> Iterator[Step]:
    """The commands of a page in order."""
    for block in BLOCK.findall(page.read_text(encoding="utf-8")):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            yield Step(command, tidy(shown))


def run(command: str, folder: Path, environment: Mapping[str, str] | None = None) -> str:
    """What a command prints, stdout and stderr together, with `kg` and Python those of this test run."""
    binaries = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=folder,
        env={**os.environ, "PATH": binaries, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return tidy(done.stdout)


def tidy(text: str) -> str:
    """Without trailing spaces and blank lines at the ends, which editors remove."""
    return "\n".join(line.rstrip() for line in text.splitlines()).strip("\n")
