"""Transactions on files: all of them are written and removed or none is, also when the process is killed.

What is to come waits beside each file, and a journal names it all. The journal is locked by the process that
writes, and the lock ends with the process. Whoever comes to a journal whose process is gone settles it: what
was decided is finished, what was not is undone.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import IO

from kg.core.errors import StoreError
from kg.core.files import synced

_DECIDED = b"decided\n"
_PATIENCE = 10.0  # seconds; once its contents are there, a transaction takes milliseconds


def write_all(files: Mapping[Path, bytes | None], journal: Path) -> None:
    """Give files their contents and remove those that have None, all or none; missing folders are made.

    Raises `StoreError` where one cannot be written.
    """
    targets = {path.resolve(): data for path, data in files.items()}
    if not targets:
        return
    removed = [target for target, data in targets.items() if data is None]
    with written_together(targets, journal, removed=removed) as opened:
        contents = [data for data in targets.values() if data is not None]
        for file, data in zip(opened, contents, strict=True):
            file.write(data)


@contextmanager
def written_together(
    paths: Iterable[Path], journal: Path, *, removed: Iterable[Path] = ()
) -> Iterator[list[IO[bytes]]]:
    """Files, open for writing, that take their names in their order when all went well; some are removed.

    A link stays a link. Raises `StoreError` where one cannot be written, and where another process goes on
    writing by the same journal.
    """
    gone = {path.resolve() for path in removed}
    targets = {path: path in gone for path in (path.resolve() for path in paths)}
    journal = journal.parent.resolve() / journal.name
    folders = _missing_folders([*targets, journal])
    try:
        journal.parent.mkdir(parents=True, exist_ok=True)
        with _held(journal, os.O_CREAT) as descriptor:
            if (left := _Plan.read(journal, descriptor)) is not None:
                left.settle()
            plan = _Plan(os.getpid(), (), folders)
            try:
                plan = replace(plan, changes=tuple(_Change.of(*each) for each in targets.items()))
                plan.write(journal, descriptor)
                with plan.opened() as files:
                    yield files
                _append(descriptor, _DECIDED)
            except BaseException:
                plan.undo()
                journal.unlink()
                plan.remove_folders()
                raise
            plan.finish()
            journal.unlink()
            plan.remove_folders()  # the journal's own, where nothing else is in it
    except OSError as error:
        path = Path(error.filename or next(iter(targets)))
        asides = {_aside(target, is_removal): target for target, is_removal in targets.items()}
        raise StoreError(
            f"cannot be written: {error.strerror}",
            path=asides.get(path, path),
            hint="some files are written already; the next command goes on" if is_pending(journal) else None,
        ) from error


def settle(journal: Path) -> tuple[Path, ...]:
    """Finish or undo what a process that is gone was writing; the files that were finished.

    Where nothing may be written all is left as it is. Raises `StoreError` where a process goes on writing.
    """
    journal = journal.parent.resolve() / journal.name
    try:
        with _held(journal) as descriptor:
            plan = _Plan.read(journal, descriptor)
            if plan is not None:
                plan.settle()
            journal.unlink()
            if plan is not None:
                plan.remove_folders()
    except OSError:  # there is no journal, or it may not be written
        return ()
    return tuple(change.target for change in plan.changes) if plan and plan.is_decided else ()


def is_pending(journal: Path) -> bool:
    """Whether a process that is gone had decided on what nobody has finished, since it may not be written."""
    try:
        return journal.read_bytes().endswith(_DECIDED)
    except OSError:
        return False


@dataclass(frozen=True)
class _Change:
    """A file that gets what waits beside it, or is removed when an empty file waits there.

    Nothing but what waits beside a file can take its place, so that a journal which came with somebody else's
    project reaches no file outside of it. `former` is the file's size and time before.
    """

    target: Path
    is_removal: bool
    former: tuple[int, int] | None

    @classmethod
    def of(cls, target: Path, is_removal: bool) -> _Change:
        """The change of a file as it is; raises `StoreError` for a folder or a device."""
        if target.exists() and not target.is_file():
            raise StoreError("cannot be written: it is no file", path=target)
        return cls(target, is_removal, _stamp(target))

    @property
    def aside(self) -> Path:
        """What waits beside the file."""
        return _aside(self.target, self.is_removal)

    def finish(self) -> None:
        """Make the change where it is not made yet; what was edited since it was decided on is kept."""
        if not self.aside.exists():
            return
        if _stamp(self.target) not in (None, self.former):
            self.target.replace(_kept(self.target))
        if self.is_removal:
            self.target.unlink(missing_ok=True)
            self.aside.unlink()
        else:
            self.aside.replace(self.target)


@dataclass(frozen=True)
class _Plan:
    """What a journal says: whose it is, what changes, which folders are made for it, if it is decided."""

    owner: int
    changes: tuple[_Change, ...]
    folders: tuple[Path, ...]
    is_decided: bool = False

    @classmethod
    def read(cls, journal: Path, descriptor: int) -> _Plan | None:
        """What an open journal says; None before it says all, when nothing is changed yet."""
        first, _, last = os.pread(descriptor, os.fstat(descriptor).st_size, 0).partition(b"\n")
        try:
            owner, changes, folders = json.loads(first)
            return cls(
                int(owner),
                tuple(
                    _Change(journal.parent / name, bool(is_removal), tuple(former) if former else None)
                    for name, is_removal, former in changes
                ),
                tuple(journal.parent / name for name in folders),
                last == _DECIDED,
            )
        except (ValueError, TypeError):
            return None

    def write(self, journal: Path, descriptor: int) -> None:
        """Say it in an open journal, before anything is changed."""
        record = (
            self.owner,
            [[_name(change.target, journal), change.is_removal, change.former] for change in self.changes],
            [_name(folder, journal) for folder in self.folders],
        )
        os.ftruncate(descriptor, 0)
        _append(descriptor, json.dumps(record).encode() + b"\n")
        synced(journal.parent)

    @contextmanager
    def opened(self) -> Iterator[list[IO[bytes]]]:
        """What is to wait beside the files, open for writing where it is not for a removal."""
        for folder in self.folders:
            folder.mkdir(exist_ok=True)
        with ExitStack() as stack:
            files = [stack.enter_context(change.aside.open("wb")) for change in self.changes]
            yield [file for file, change in zip(files, self.changes, strict=True) if not change.is_removal]
            for file in files:
                file.flush()
                os.fsync(file.fileno())
        for folder in sorted({path.parent for path in (*self.folders, *(c.target for c in self.changes))}):
            synced(folder)

    def settle(self) -> None:
        """Finish what is decided, undo what is not."""
        if self.is_decided:
            self.finish()
        else:
            self.undo()

    def finish(self) -> None:
        """Make the changes, and bring them to the disk."""
        for change in self.changes:
            change.finish()
        for folder in sorted({change.target.parent for change in self.changes}):
            if folder.is_dir():
                synced(folder)

    def undo(self) -> None:
        """Remove what waits, and the folders that were made for it."""
        for change in self.changes:
            with suppress(FileNotFoundError, NotADirectoryError):
                change.aside.unlink()
        self.remove_folders()

    def remove_folders(self) -> None:
        """Remove the folders that were made, as far as they are empty."""
        for folder in reversed(self.folders):
            with suppress(OSError):
                folder.rmdir()


@contextmanager
def _held(journal: Path, flags: int = 0) -> Iterator[int]:
    """A journal, open and locked by this process alone; waits a while for another one to be done."""
    until = time.monotonic() + _PATIENCE
    while True:
        descriptor = os.open(journal, os.O_RDWR | os.O_APPEND | flags, 0o666)
        try:
            if _is_locked(descriptor) and _is_named(descriptor, journal):
                yield descriptor
                return
            if time.monotonic() > until:
                plan = _Plan.read(journal, descriptor)
                who = f"process {plan.owner}" if plan else "another process"
                hint = "wait until it is done, or end it"
                raise StoreError(f"{who} is writing here", path=journal.parent, hint=hint)
        finally:
            os.close(descriptor)
        time.sleep(0.01)


def _is_locked(descriptor: int) -> bool:
    """Whether this process got the lock, which ends with it."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _is_named(descriptor: int, journal: Path) -> bool:
    """Whether a journal still has its name: its former owner may have removed it just now."""
    try:
        return os.path.samestat(os.fstat(descriptor), journal.stat())
    except FileNotFoundError:
        return False


def _append(descriptor: int, data: bytes) -> None:
    with open(descriptor, "ab", closefd=False) as file:
        file.write(data)
    os.fsync(descriptor)


def _aside(target: Path, is_removal: bool) -> Path:
    return target.with_name(f".{target.name}.kg-{'gone' if is_removal else 'new'}")


def _kept(target: Path) -> Path:
    """A free name for what somebody edited meanwhile: NAME.kept, NAME.kept2, ..."""
    names = (target.with_name(f"{target.name}.kept{number if number > 1 else ''}") for number in count(1))
    return next(path for path in names if not os.path.lexists(path))


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    return found.st_size, found.st_mtime_ns


def _name(path: Path, journal: Path) -> str:
    """A path as seen from the journal's folder, so that a project may be moved in between."""
    return os.path.relpath(path, journal.parent)


def _missing_folders(paths: Iterable[Path]) -> tuple[Path, ...]:
    """The folders above some files that are not there yet, each below those before it."""
    found = {folder for path in paths for folder in path.parents if not folder.exists()}
    return tuple(sorted(found))
