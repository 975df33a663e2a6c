"""The digest of a project's inputs: what decides whether a snapshot is still fresh."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import kg
from kg.errors import InputError
from kg.project import Project, Source

# A file changed within this span of its last stat may change again without a new time stamp.
_SETTLED_NS = 2_000_000_000
_RECIPE = "2"  # raise it when the same sources make another graph


@dataclass(frozen=True)
class Inputs:
    """The sources of a build, the SHA-256 of each, and the digest over them, the version and the settings."""

    sources: tuple[Source, ...]
    hashes: Mapping[Path, str]
    digest: str


def digest_inputs(project: Project) -> Inputs:
    """Hash the sources, reading only files whose size, times or inode differ from the last time."""
    sources = tuple(project.sources())
    cache_file = project.state / "stat.json"
    cached = _read_cache(cache_file)
    known: dict[str, list[int | str]] = {}
    hashes: dict[Path, str] = {}
    now = time.time_ns()
    for source in sources:
        key = str(source.path)
        try:
            stat = source.path.stat()
            stamp: list[int | str] = [stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino]
            entry = cached.get(key)
            if entry is None or entry[:-1] != stamp:
                entry = [*stamp, hashlib.sha256(source.path.read_bytes()).hexdigest()]
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", path=source.path) from error
        hashes[source.path] = str(entry[-1])
        if now - stat.st_mtime_ns > _SETTLED_NS:
            known[key] = entry
    if known != cached:
        _write_cache(cache_file, known)
    return Inputs(sources, hashes, _digest(project, sources, hashes))


def _digest(project: Project, sources: tuple[Source, ...], hashes: Mapping[Path, str]) -> str:
    parts = [_RECIPE, kg.__version__, project.base, json.dumps(dict(project.own_prefixes), sort_keys=True)]
    for source in sources:
        parts.append(f"{source.kind} {source.slug or ''} {source.name} {hashes[source.path]}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _read_cache(path: Path) -> dict[str, list[int | str]]:
    try:
        cache = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return {}
    if not isinstance(cache, dict):
        return {}
    return {key: entry for key, entry in cache.items() if isinstance(entry, list) and len(entry) == 5}


def _write_cache(path: Path, cache: Mapping[str, list[int | str]]) -> None:
    """Keep the cache where the disk allows; without it the next command only reads more."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside.write_text(json.dumps(cache), encoding="utf-8")
        aside.replace(path)
    except OSError:
        with suppress(OSError):
            aside.unlink()
