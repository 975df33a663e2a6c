"""Standard streams: as text in UTF-8, and a reader that goes away changes nothing of how a command ends."""

from __future__ import annotations

import codecs
import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, TextIO, cast

import click

from kg.core.printable import printable


class Outlet(io.FileIO):
    """A stream that drops what nobody reads any more, so that the command goes on to its own status."""

    def write(self, data: Any) -> int:
        """Write, as long as there is a reader."""
        try:
            return super().write(data)
        except BrokenPipeError:
            discard(self)
            return len(data)


class Terminal(io.TextIOWrapper):
    """A stream to a terminal, which data do not steer."""

    def write(self, text: str) -> int:
        """Write what is printable of a text, and escapes for the rest."""
        super().write(printable(text))
        return len(text)

    def write_as_it_is(self, text: str) -> int:
        """Write what kg itself styles, from data that are printable."""
        return super().write(text)


class _Styled:
    """A terminal for what styles it."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self.write = terminal.write_as_it_is

    def __getattr__(self, name: str) -> Any:
        return getattr(self._terminal, name)


def styled(stream: TextIO) -> TextIO:
    """A standard stream for what styles a terminal (rich, a progress bar) and is given printable data."""
    return cast(TextIO, _Styled(stream)) if isinstance(stream, Terminal) else stream


class _TerminalBytes(io.RawIOBase):
    """The same as a terminal stream for bytes in UTF-8, in parts that may end within a character or CRLF."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._held = ""

    def write(self, data: Any) -> int:
        text = self._held + self._decoder.decode(bytes(data))
        self._held = "\r" if text.endswith("\r") else ""
        self._put(text.removesuffix("\r"))
        return len(data)

    def flush(self) -> None:
        self._put(self._held + self._decoder.decode(b"", final=True))
        self._held = ""
        self._file.flush()

    def _put(self, text: str) -> None:
        self._file.write(printable(text).encode("utf-8", "surrogateescape"))


def open_streams() -> None:
    """Make the standard streams what every command relies on."""
    _open_what_is_closed()
    for name in ("stdout", "stderr"):
        former = getattr(sys, name)
        buffered = io.BufferedWriter(Outlet(former.fileno(), "w", closefd=False))
        kind = Terminal if former.isatty() else io.TextIOWrapper
        stream = kind(buffered, former.encoding, line_buffering=name == "stderr" or former.isatty())
        _write_in_utf8(stream)
        setattr(sys, name, stream)


@contextmanager
def streamed() -> Iterator[IO[bytes]]:
    """Standard output for data of any length: when nobody reads on the command is over, and ends well."""
    sys.stdout.flush()
    try:
        with open(sys.stdout.fileno(), "wb", closefd=False) as file:
            if not sys.stdout.isatty():
                yield file
                return
            shown = _TerminalBytes(file)
            yield cast(IO[bytes], shown)
            shown.flush()
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
