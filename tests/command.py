"""Runs `kg` as users do, in this process or in one of its own."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from kg.cli import main


@dataclass(frozen=True)
class Ran:
    """The exit status of a command, and what it printed."""

    status: int
    out: str
    err: str


@dataclass(frozen=True)
class Kg:
    """Runs `kg`; nothing it prints may ever be a traceback.

    It runs in this process, a fifth of a second faster, through the entry point that users call; where
    something must be done in the child before, or the hash seed is another, in a process of its own.
    """

    environment: dict[str, str] = field(default_factory=dict)

    def __call__(
        self,
        *arguments: str | Path,
        cwd: Path,
        stdin: str | bytes = b"",
        prepare: Callable[[], None] | None = None,
    ) -> Ran:
        """Run `kg` with some arguments in a folder; `prepare` runs in the child just before."""
        given = stdin.encode() if isinstance(stdin, str) else stdin
        environment = {"NO_COLOR": "1", **self.environment}
        words = [os.fspath(argument) for argument in arguments]
        if prepare or "PYTHONHASHSEED" in environment:
            ran = as_a_child(words, cwd, environment, given, prepare)
        else:
            ran = in_this_process(words, cwd, environment, given)
        assert "Traceback" not in ran.err, ran.err
        return ran


def as_a_child(
    arguments: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    given: bytes,
    prepare: Callable[[], None] | None,
) -> Ran:
    """Run `kg` in a process of its own."""
    done = subprocess.run(
        [Path(sys.executable).with_name("kg"), *arguments],
        cwd=folder,
        env={**os.environ, **environment},
        input=given,
        capture_output=True,
        check=False,
        preexec_fn=prepare,
    )
    return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())


def in_this_process(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str], given: bytes = b""
) -> Ran:
    """Run `kg` in this process."""
    with (
        tempfile.TemporaryFile("w+") as stdin,
        tempfile.NamedTemporaryFile("w+") as out,
        tempfile.NamedTemporaryFile("w+") as err,
    ):
        stdin.buffer.write(given)
        stdin.seek(0)
        streams = {"stdin": stdin, "stdout": out, "stderr": err}
        with _as_a_process(["kg", *arguments], folder, environment, streams):
            with pytest.raises(SystemExit) as leaving:
                main()
            for name in ("stdout", "stderr"):
                getattr(sys, name).flush()
        status = leaving.value.code
        assert isinstance(status, int)
        return Ran(status, *(Path(file.name).read_bytes().decode() for file in (out, err)))


@contextmanager
def _as_a_process(
    argv: list[str], folder: Path, environment: Mapping[str, str], streams: Mapping[str, Any]
) -> Iterator[None]:
    """Lend `main` the arguments, folder, environment and streams of a process; put back what it changes."""
    former = Path.cwd(), gc.get_threshold(), signal.getsignal(signal.SIGINT)
    os.chdir(folder)
    gc.collect()  # closes the stores that the former command left open, as the end of its process would
    gc.freeze()  # and need not search what is left again
    try:
        with (
            mock.patch.object(gc, "freeze"),
            mock.patch.object(sys, "argv", argv),
            mock.patch.multiple(sys, **streams),
            mock.patch.dict(os.environ, environment),
        ):
            yield
    finally:
        os.chdir(former[0])
        gc.set_threshold(*former[1])
        signal.signal(signal.SIGINT, former[2])
