"""Standard streams: as text in UTF-8, and a reader that goes away changes nothing of how a command ends."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

import click


class Outlet(io.FileIO):
    """A stream that drops what nobody reads any more, so that the command goes on to its own status."""

    def write(self, data: Any) -> int:
        """Write, as long as there is a reader."""
        try:
            return super().write(data)
        except BrokenPipeError:
            discard(self)
            return len(data)


def open_streams() -> None:
    """Make the standard streams what every command relies on."""
    _open_what_is_closed()
    for name in ("stdout", "stderr"):
        former = getattr(sys, name)
        buffered = io.BufferedWriter(Outlet(former.fileno(), "w", closefd=False))
        stream = io.TextIOWrapper(
            buffered, former.encoding, line_buffering=name == "stderr" or former.isatty()
        )
        _write_in_utf8(stream)
        setattr(sys, name, stream)


@contextmanager
def streamed() -> Iterator[IO[bytes]]:
    """Standard output for data of any length: when nobody reads on the command is over, and ends well."""
    sys.stdout.flush()
    try:
        with open(sys.stdout.fileno(), "wb", closefd=False) as file:
            yield file
    except BrokenPipeError:
        raise click.exceptions.Exit(0) from None


def discard(stream: IO[Any]) -> None:
    """Send what is still written to a stream nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def _open_what_is_closed() -> None:
    """Keep the numbers of standard streams that the shell closed from files; writing to one is an error."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDONLY if name == "stdout" else os.O_WRONLY)
            if opened != number:
                os.dup2(opened, number)
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", closefd=False))


def _write_in_utf8(stream: io.TextIOWrapper) -> None:
    """Make what goes into a pipe or a file UTF-8; a terminal that lacks a character shows its number."""
    if not stream.isatty():
        stream.reconfigure(encoding="utf-8")
    is_utf8 = stream.encoding.lower() in ("utf-8", "utf8")
    stream.reconfigure(errors="surrogateescape" if is_utf8 else "backslashreplace")
