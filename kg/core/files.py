"""Files that appear whole or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from kg.core.errors import StoreError
from kg.core.lines import LineIndex

SPREADSHEETS = (".xlsx", ".xls", ".ods")
CONFLICT = "a merge has left a conflict open here"
SETTLE = "keep one side or both, and take out the lines that begin with <<<<<<<, ======= and >>>>>>>"
_MARKER = re.compile(r"^(?:[<>|]{7} .*|={7}\r?)$", re.MULTILINE)


def aside(target: Path) -> Path:
    """Where a file or folder is made that takes its name when it is whole: beside it, by this process."""
    return target.with_name(f".{target.name}.{os.getpid()}")


def is_gone(process: int) -> bool:
    """Whether a process of this machine has ended."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    except (PermissionError, OverflowError):
        pass
    return False


def synced(path: Path) -> None:
    """Bring a file, or the names in a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def written(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes its name, in one step, when all went well; raises `StoreError` where it cannot.

    It is written beside its target. A link stays a link; what is no plain file, such as a pipe, is written to
    as it is.
    """
    target = path.resolve()
    is_device = target.exists() and not target.is_file()
    place = target if is_device else aside(target)
    try:
        with place.open("wb") as file:
            yield file
            if not is_device:
                file.flush()
                os.fsync(file.fileno())
        if not is_device:
            place.replace(target)
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", path=path) from error
    finally:
        if not is_device:
            with suppress(OSError):
                place.unlink(missing_ok=True)


@contextmanager
def written_by_name(path: Path) -> Iterator[IO[bytes]]:
    """The same; packed, without a time in it, where the name ends in .gz."""
    with written(path) as file:
        if not is_packed(path):
            yield file
            return
        import gzip

        with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
            yield packed  # type: ignore[misc]


def is_packed(path: Path) -> bool:
    """Whether a file's name says that it is packed by gzip."""
    return path.suffix.lower() == ".gz"


def suffix_of(path: Path) -> str:
    """The suffix that says a file's format, in small letters; the one before .gz where it is packed.

    >>> suffix_of(Path("kg.TTL.gz"))
    '.ttl'
    """
    return (path.with_suffix("") if is_packed(path) else path).suffix.lower()


def write_all(files: Mapping[Path, bytes]) -> None:
    """Write several files: all are there before the first takes its name; a missing folder is made.

    Raises `StoreError` where one cannot be written; those that took their names already get their former
    contents back.
    """
    made: list[Path] = []
    former: dict[Path, bytes | None] = {}
    targets = {path.resolve(): data for path, data in files.items()}
    try:
        for target, data in targets.items():
            made += _missing_folders(target)
            target.parent.mkdir(parents=True, exist_ok=True)
            with aside(target).open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        for target in targets:
            former[target] = target.read_bytes() if target.exists() else None
            aside(target).replace(target)
    except OSError as error:
        _put_back(former)
        raise StoreError(f"cannot be written: {error.strerror}", path=target) from error
    finally:
        for target in targets:
            with suppress(OSError):
                aside(target).unlink(missing_ok=True)
        for folder in reversed(made):
            with suppress(OSError):  # it is in use
                folder.rmdir()


def conflict_line(text: str) -> int | None:
    r"""The line, from 1, at which a merge has left a conflict in a text for somebody to settle.

    >>> conflict_line("a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> theirs\n")
    2
    """
    found = _MARKER.search(text)
    return LineIndex(text).at(found.start()) if found else None


def _put_back(former: Mapping[Path, bytes | None]) -> None:
    for target, data in former.items():
        with suppress(OSError):
            if data is None:
                target.unlink(missing_ok=True)
            else:
                target.write_bytes(data)


def _missing_folders(target: Path) -> list[Path]:
    """The folders above a file that are not there yet, the uppermost first."""
    return [folder for folder in reversed(target.parents) if not folder.exists()]
