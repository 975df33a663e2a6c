"""Snapshots: a store on disk in a digest-named folder, published whole by one rename."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pyoxigraph as ox

from kg.errors import StoreError
from kg.findings import Finding, as_json, from_json


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
    def findings(self) -> tuple[Finding, ...]:
        """What was wrong with the sources when it was built."""
        return tuple(from_json(self._read("report.json")["findings"]))

    @cached_property
    def store(self) -> ox.Store:
        """The store on disk, opened for reading beside any other reader or writer."""
        try:
            return ox.Store.read_only(str(self.folder / "store"))
        except OSError as error:
            raise StoreError(
                f"the snapshot cannot be opened: {error}",
                path=self.folder,
                hint="make a new one: kg build --force",
            ) from error

    def _read(self, name: str) -> dict[str, Any]:
        try:
            values: dict[str, Any] = json.loads((self.folder / name).read_bytes())
        except (OSError, ValueError) as error:
            raise StoreError(
                f"the snapshot's {name} cannot be read: {error}",
                path=self.folder,
                hint="make a new one: kg build --force",
            ) from error
        return values


def current(state: Path) -> Snapshot | None:
    """The published snapshot, if there is one."""
    try:
        digest = (state / "current").read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"cannot be read: {error.strerror}", path=state / "current") from error
    snapshot = Snapshot(state / "snapshots" / digest)
    return snapshot if (snapshot.folder / "manifest.json").is_file() else None


def publish(
    state: Path, digest: str, staged: ox.Store, manifest: Mapping[str, Any], findings: Iterable[Finding]
) -> Snapshot:
    """Write a store and its manifest aside, flush them, and make them current by renames.

    A crash or a full disk at any moment leaves the former snapshot current.
    """
    folder = state / "snapshots"
    aside = folder / f".{digest}.{os.getpid()}"
    try:
        with _removed_on_failure(aside):
            _write_store(aside / "store", staged)
            _write_json(aside / "report.json", {"findings": as_json(findings)})
            _write_json(aside / "manifest.json", manifest)
            _sync_tree(aside)
            home = _move_to_free_name(aside, digest)
            _sync(folder)
        pointer = state / f".current.{os.getpid()}"
        with _removed_on_failure(pointer):
            _write(pointer, f"{home.name}\n")
            pointer.replace(state / "current")
            _sync(state)
    except OSError as error:
        raise StoreError(f"the snapshot cannot be written: {error}", path=state) from error
    return Snapshot(home)


def read_refusal(state: Path, digest: str) -> tuple[Finding, ...]:
    """The findings for which sources of this digest were refused; none when they were not."""
    try:
        refused = json.loads((state / "refused.json").read_bytes())
        return tuple(from_json(refused["findings"])) if refused["digest"] == digest else ()
    except (OSError, ValueError, KeyError, TypeError):
        return ()


def write_refusal(state: Path, digest: str, findings: Iterable[Finding]) -> None:
    """Remember a refusal where the disk allows, so that the next command need not check again."""
    aside = state / f".refused.{os.getpid()}"
    with suppress(OSError), _removed_on_failure(aside):
        _write_json(aside, {"digest": digest, "findings": as_json(findings)})
        aside.replace(state / "refused.json")


def tidy(state: Path, keep: int = 3) -> None:
    """Remove what killed builds left behind, and all but the current and the newest snapshots."""
    folder = state / "snapshots"
    for path in (*folder.glob(".*"), *state.glob(".*")):
        if not _is_running(path.name.rpartition(".")[2]):
            _remove(path)
    published = current(state)
    whole = [path for path in folder.iterdir() if not path.name.startswith(".")]
    for path in sorted(whole, key=lambda path: path.stat().st_mtime, reverse=True)[keep:]:
        if published is None or path != published.folder:
            shutil.rmtree(path, ignore_errors=True)


def graph_hash(store: ox.Store, graph: ox.NamedNode) -> str:
    """The SHA-256 of a graph's RDFC-1.0 canonical N-Triples, in hexadecimal."""
    triples = [quad.triple for quad in store.quads_for_pattern(None, None, None, graph)]
    if any(isinstance(term, ox.BlankNode) for triple in triples for term in triple):
        dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
        dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
        triples = [quad.triple for quad in dataset]
    lines = sorted(f"{triple} .\n" for triple in triples)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _move_to_free_name(aside: Path, digest: str) -> Path:
    """Rename a finished snapshot to its digest; a second build of the same inputs gets a numbered folder."""
    for number in range(1, 1000):
        home = aside.with_name(digest if number == 1 else f"{digest}.{number}")
        if not home.exists():
            try:
                return aside.rename(home)
            except OSError as error:  # another build of the same inputs was faster
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
    raise StoreError("there are a thousand snapshots of these sources; remove some", path=aside.parent)


def _is_running(pid: str) -> bool:
    try:
        os.kill(int(pid), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        pass
    return True


def _write_store(folder: Path, staged: ox.Store) -> None:
    folder.mkdir(parents=True)
    store = ox.Store(str(folder))
    store.bulk_extend(staged)
    store.flush()


def _write_json(path: Path, values: Mapping[str, Any]) -> None:
    _write(path, json.dumps(values, indent=2, sort_keys=True) + "\n")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _sync_tree(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def _removed_on_failure(path: Path) -> Iterator[None]:
    try:
        yield
    except BaseException:
        _remove(path)
        raise


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()
