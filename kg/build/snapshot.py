"""Snapshots: a store on disk in a digest-named folder, and what it was built from."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.core.errors import StoreError

if TYPE_CHECKING:
    from kg.core.findings import Finding
    from kg.core.names import NameIndex

FILES = "files.json"


@dataclass(frozen=True)
class Snapshot:
    """A published graph: read-only, and whole for as long as it is open."""

    folder: Path

    @property
    def digest(self) -> str:
        """The digest of the inputs that it was built from."""
        return self.folder.name.partition(".")[0]

    @cached_property
    def manifest(self) -> Mapping[str, Any]:
        """What was built from what: inputs, versions, counts and hash per graph, times."""
        return self._read("manifest.json")

    @cached_property
    def report(self) -> Mapping[str, Any]:
        """What was wrong with the sources, as plain values: in order, and by article."""
        return self._read("report.json")

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """What was wrong with the sources when it was built."""
        from kg.core.findings import from_json  # a reading command does without

        return tuple(from_json(self.report["findings"]))

    @property
    def has_violations(self) -> bool:
        """Whether it was published although the sources break a rule."""
        return any(finding["severity"] == "violation" for finding in self.report["findings"])

    @cached_property
    def store(self) -> ox.Store:
        """The store on disk, opened for reading beside any other reader or writer."""
        try:
            return ox.Store.read_only(str(self.folder / "store"))
        except (OSError, RuntimeError) as error:  # RuntimeError: a file of it is corrupt
            raise StoreError(
                f"the snapshot cannot be opened: {error}",
                path=self.folder,
                hint="make a new one: kg build",
            ) from error

    @property
    def names(self) -> NameIndex | None:
        """The names of its nodes; None where a former version of the tool made it."""
        from kg.build.name_index import NAMES, NameFile  # most commands look nothing up

        return NameFile(self.folder / NAMES) if (self.folder / NAMES).is_file() else None

    def damage(self, *, by_bytes: bool) -> str | None:
        """The first file that is not as it was published, by its size or also by its bytes."""
        try:
            published = self._read(FILES)
        except StoreError:
            return FILES
        for name, (size, sha256) in published.items():
            try:
                path = self.folder / name
                if path.stat().st_size != size or (by_bytes and _sha256(path) != sha256):
                    return name
            except OSError:
                return name
        return None

    def _read(self, name: str) -> dict[str, Any]:
        try:
            values: dict[str, Any] = json.loads((self.folder / name).read_bytes())
        except (OSError, ValueError) as error:
            raise StoreError(
                f"the snapshot's {name} cannot be read: {error}",
                path=self.folder,
                hint="make a new one: kg build",
            ) from error
        return values


def files_in(folder: Path) -> dict[str, tuple[int, str]]:
    """The size and the SHA-256 of each file of a snapshot that is about to be published."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file())
    return {path.relative_to(folder).as_posix(): (path.stat().st_size, _sha256(path)) for path in files}


def _sha256(path: Path) -> str:
    import hashlib  # loads OpenSSL; a command that reads the snapshot does without

    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def damage(state: Path, present: Snapshot | None, *, by_bytes: bool) -> str | None:
    """The first damaged file of the current snapshot, of which there may be left no more than its name."""
    if present is not None:
        return present.damage(by_bytes=by_bytes)
    return "manifest.json" if (state / "current").is_file() else None


def current(state: Path) -> Snapshot | None:
    """The published snapshot, if there is one."""
    try:
        digest = (state / "current").read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreError(f"cannot be read: {error.strerror}", path=state / "current") from error
    snapshot = Snapshot(state / "snapshots" / digest)
    return snapshot if (snapshot.folder / "manifest.json").is_file() else None


def read_refusal(state: Path, digest: str) -> tuple[Finding, ...]:
    """The findings for which sources of this digest were refused; none when they were not."""
    from kg.core.findings import from_json

    try:
        refused = json.loads((state / "refused.json").read_bytes())
        return tuple(from_json(refused["findings"])) if refused["digest"] == digest else ()
    except (OSError, ValueError, KeyError, TypeError):
        return ()
