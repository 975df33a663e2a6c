"""The digest of a project's inputs: what decides whether a snapshot is still fresh."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from kg.core import version
from kg.core.cache import FileCache
from kg.core.errors import InputError
from kg.project.project import Project, Source

_RECIPE = "5"  # raise it when the same sources make another snapshot


@dataclass(frozen=True)
class Inputs:
    """The sources of a build, the SHA-256 of each, and the digest over them, the version and the settings."""

    sources: tuple[Source, ...]
    hashes: Mapping[Path, str]
    digest: str


def digest_inputs(project: Project) -> Inputs:
    """Hash the sources, reading only files whose size, times or inode differ from the last time."""
    sources = tuple(project.sources())
    memory = FileCache(project.state / "stat.json")
    hashes: dict[Path, str] = {}
    for source in sources:
        try:
            hashes[source.path] = str(memory.of_file(source.path, partial(_hash, source.path)))
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", path=source.path) from error
    recipe = _recipe(project, sources, hashes)
    digest = str(memory.of_text("digest", recipe, lambda: _sha256(recipe.encode())[:16]))
    memory.save()
    return Inputs(sources, hashes, digest)


def _recipe(project: Project, sources: tuple[Source, ...], hashes: Mapping[Path, str]) -> str:
    parts = [_RECIPE, version.VERSION, project.base, json.dumps(dict(project.own_prefixes), sort_keys=True)]
    for source in sources:
        parts.append(f"{source.kind} {source.slug or ''} {source.name} {hashes[source.path]}")
    return "\n".join(parts)


def _hash(path: Path) -> str:
    return _sha256(path.read_bytes())


def _sha256(data: bytes) -> str:
    import hashlib  # loads OpenSSL; a command that finds nothing changed does without

    return hashlib.sha256(data).hexdigest()
