"""Publishing: a snapshot is written aside and becomes current, whole, by one rename."""

from __future__ import annotations

import errno
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.build.name_index import NAMES, NameWriter
from kg.build.snapshot import FILES, Snapshot, current, files_in
from kg.core.errors import StoreError
from kg.core.files import aside, remove, sweep, synced, written
from kg.core.findings import Finding, as_json
from kg.project.project import STATE, STATE_HINT


class SnapshotDraft:
    """A snapshot in the making, where no reader looks."""

    def __init__(self, state: Path, digest: str, folder: Path) -> None:
        self._state = state
        self._digest = digest
        self._folder = folder
        self._store: ox.Store | None = ox.Store(str(folder / "store"))
        self.names = NameWriter(folder / NAMES)

    @property
    def store(self) -> ox.Store:
        """Its store, for writing, until it is published."""
        assert self._store is not None
        return self._store

    def close(self) -> None:
        """Let go of the store and the names, so that their folder can be moved or removed."""
        if self._store is not None:
            self._store = None
            self.names.close()

    def publish(self, manifest: Mapping[str, Any], report: Mapping[str, Any]) -> Snapshot:
        """Flush it all to the disk, and make it current by renames."""
        self.store.flush()
        self.close()
        (self._folder / "report.json").write_bytes(_json(report))
        (self._folder / "manifest.json").write_bytes(_json(manifest))
        (self._folder / FILES).write_bytes(_json(files_in(self._folder)))
        _sync_tree(self._folder)
        home = _move_to_free_name(self._folder, self._digest)
        synced(home.parent)
        with written(self._state / "current") as pointer:
            pointer.write(f"{home.name}\n".encode())
        synced(self._state)
        return Snapshot(home)


@contextmanager
def draft(state: Path, digest: str, former: Snapshot | None = None) -> Iterator[SnapshotDraft]:
    """A new snapshot, empty or with all that a former one has; removed unless it gets published.

    What did not change shares its files on the disk with the former one. A crash or a full disk at any moment
    leaves the former snapshot current; raises `StoreError` for a disk that cannot be written.
    """
    folder = aside(state / "snapshots" / digest)
    try:
        folder.mkdir(parents=True)
        if former:
            former.store.backup(str(folder / "store"))
            shutil.copyfile(former.folder / NAMES, folder / NAMES)
        made = SnapshotDraft(state, digest, folder)
        try:
            yield made
        finally:
            made.close()
    except OSError as error:
        raise StoreError(
            f"the snapshot cannot be written: {error.strerror or error}",
            path=state,
            hint=None if state.name == STATE else STATE_HINT,
        ) from error
    finally:
        remove(folder)


def write_refusal(state: Path, digest: str, findings: Iterable[Finding]) -> None:
    """Remember a refusal where the disk allows, so that the next command need not check again."""
    with suppress(StoreError), written(state / "refused.json") as file:
        file.write(_json({"digest": digest, "findings": as_json(findings)}))


def tidy(state: Path, keep: int = 3) -> None:
    """Remove what killed builds left behind, and all but the current and the newest snapshots."""
    folder = state / "snapshots"
    for place in (folder, state):
        sweep(place, r"current|\w+\.json|[0-9a-f]+")
    published = current(state)
    whole = [path for path in folder.iterdir() if not path.name.startswith(".")]
    for path in sorted(whole, key=lambda path: path.stat().st_mtime, reverse=True)[keep:]:
        if published is None or path != published.folder:
            shutil.rmtree(path, ignore_errors=True)


def _move_to_free_name(made: Path, digest: str) -> Path:
    """Rename a finished snapshot to its digest; a second build of the same inputs gets a numbered folder."""
    for number in range(1, 1000):
        home = made.with_name(digest if number == 1 else f"{digest}.{number}")
        if not home.exists():
            try:
                return made.rename(home)
            except OSError as error:  # another build of the same inputs was faster
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
    raise StoreError("there are a thousand snapshots of these sources; remove some", path=made.parent)


def _json(values: Mapping[str, Any]) -> bytes:
    return (json.dumps(values, indent=2, sort_keys=True) + "\n").encode()


def _sync_tree(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        synced(path)
