"""Files: read as text in one way, and written whole or not at all."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from kg.core.errors import ChangedError, InputError, StoreError

SPREADSHEETS = (".xlsx", ".xls", ".ods")
CONFLICT = "a merge has left a conflict open here"
SETTLE = "keep one side or both, and take out the lines that begin with <<<<<<<, ======= and >>>>>>>"
_MARKS = (  # of byte order, the longer first
    (b"\xff\xfe\0\0", "utf-32"),
    (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_IN_MEMORY = 1 << 24
_NAMELESS = "/proc/self/fd/{}"
_MARKER = re.compile(r"^(?:[<>|]{7} .*|={7}\r?)$", re.MULTILINE)


def aside(target: Path) -> Path:
    """Where a file or folder is made that takes its name when it is whole: beside it, by this process."""
    return target.with_name(f".{target.name}.{os.getpid()}")


def read_bytes(path: Path, sha256: str | None = None) -> bytes:
    """The bytes of a file; raises `InputError` where it cannot be read, `ChangedError` by another SHA-256."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error
    if sha256 is not None and sha256_of(data) != sha256:
        raise ChangedError("was saved while it was read", path=path, hint="run the command again")
    return data


def read_text(path: Path, sha256: str | None = None) -> str:
    """The text of a file as `decoded` reads it; raises what `read_bytes` does."""
    return decoded(read_bytes(path, sha256), path)


def sha256_of(data: bytes) -> str:
    """The SHA-256 of some bytes, in hexadecimal digits."""
    import hashlib  # loads OpenSSL; a command that finds nothing changed does without

    return hashlib.sha256(data).hexdigest()


def decoded(data: bytes, path: Path | None = None, *, encoding: str | None = None) -> str:
    r"""The text of any input: UTF-8, UTF-16 and UTF-32 with their byte order marks, UTF-8 without one, too.

    With `encoding`, that one instead. Raises `InputError` with the line of what is not in the encoding,
    `LookupError` for an unknown one.

    >>> decoded(b"\xef\xbb\xbfa"), decoded("a".encode("utf-16")), decoded(b"\xe9", encoding="cp1252")
    ('a', 'a', 'é')
    """
    if encoding is None:
        encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding).lstrip("\ufeff")
    except UnicodeError as error:
        from kg.core.lines import undecoded_line  # for errors only

        line = undecoded_line(error) if isinstance(error, UnicodeDecodeError) else None
        name = encoding.upper() if encoding.startswith("utf-") else encoding
        raise InputError(f"the file is not {name}; save it as UTF-8", path=path, line=line) from error


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

    Until then it has no name, or one beside its target where the file system knows only files with names. A
    link stays a link; what is no plain file, such as a pipe, is written to as it is.
    """
    target = path.resolve()
    place = aside(target)
    try:
        if target.exists() and not target.is_file():
            with target.open("wb") as file:
                yield file
            return
        sweep(target.parent, re.escape(target.name))
        nameless = _nameless(target.parent)
        with nameless or place.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if nameless:
                _name(nameless, target)
        if not nameless:
            place.replace(target)
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", path=path) from error
    finally:
        with suppress(OSError):
            place.unlink(missing_ok=True)


def sweep(folder: Path, names: str) -> None:
    """Remove what processes that are gone left in a folder of files or folders whose names match."""
    left = re.compile(rf"\.(?:{names})\.([0-9]+)", re.ASCII)
    for path in folder.glob(".*"):
        found = left.fullmatch(path.name)
        if found and is_gone(int(found[1])):
            remove(path)


def remove(path: Path) -> None:
    """Remove a file or a folder where that can be done."""
    if path.is_dir():
        import shutil  # loads three compressors, which questions do without

        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


@contextmanager
def written_by_name(path: Path) -> Iterator[IO[bytes]]:
    """The same; packed, without a time in it, where the name ends in .gz."""
    with written(path) as file, packed_by_name(file, path) as packed:
        yield packed


@contextmanager
def kept_back(file: IO[bytes]) -> Iterator[IO[bytes]]:
    """What reaches a file when it is whole, and not at all where something is raised meanwhile."""
    import shutil
    import tempfile

    with tempfile.SpooledTemporaryFile(_IN_MEMORY) as spool:
        yield spool
        spool.seek(0)
        shutil.copyfileobj(spool, file)


@contextmanager
def packed_by_name(file: IO[bytes], path: Path) -> Iterator[IO[bytes]]:
    """What an open file is written through: as it is, or packed where the path's name ends in .gz."""
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


def conflict_line(text: str) -> int | None:
    r"""The line, from 1, at which a merge has left a conflict in a text for somebody to settle.

    >>> conflict_line("a\n<<<<<<< HEAD\nb\n=======\nc\n>>>>>>> theirs\n")
    2
    """
    if (found := _MARKER.search(text)) is None:
        return None
    from kg.core.lines import LineIndex  # for errors only

    return LineIndex(text).at(found.start())


def _nameless(folder: Path) -> IO[bytes] | None:
    """A file that is gone with the process until it gets a name in a folder; None where that is not known."""
    try:
        file = os.fdopen(os.open(folder, os.O_TMPFILE | os.O_WRONLY, 0o666), "wb")
    except (OSError, AttributeError):  # of some file systems, of some systems
        return None
    if Path(_NAMELESS.format(file.fileno())).exists():
        return file
    file.close()
    return None


def _name(file: IO[bytes], target: Path) -> None:
    """Give a file that has none its name."""
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        nameless = _NAMELESS.format(file.fileno())
        try:
            os.link(nameless, target.name, dst_dir_fd=folder, follow_symlinks=True)
        except FileExistsError:
            place = aside(target)
            place.unlink(missing_ok=True)
            os.link(nameless, place.name, dst_dir_fd=folder, follow_symlinks=True)
            place.replace(target)
    finally:
        os.close(folder)
