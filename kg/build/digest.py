"""The digest of a project's inputs: what decides whether a snapshot is still fresh."""

from __future__ import annotations

import gc
import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from kg.core import version
from kg.core.cache import FileCache
from kg.core.errors import ChangedError, InputError
from kg.core.files import remove, sha256_of
from kg.project.project import Project, Source

T = TypeVar("T")

_RECIPE = "5"  # raise it when the same sources make another snapshot


@dataclass(frozen=True)
class Inputs:
    """The sources of a build, the SHA-256 of each, and the digest over them, the version and the settings."""

    sources: tuple[Source, ...]
    hashes: Mapping[Path, str]
    digest: str


def digest_inputs(project: Project, *, anew: bool = False) -> Inputs:
    """Hash the sources, reading `anew` all files, else those whose size, times or inode differ."""
    files = tuple(project.sources())
    if anew:
        remove(project.state / "stat.json")
    memory = FileCache(project.state / "stat.json")
    hashes: dict[Path, str] = {}
    for source in files:
        try:
            hashes[source.path] = str(memory.of_file(source.path, partial(_hash, source.path)))
        except OSError as error:
            raise InputError(f"cannot be read: {error.strerror}", path=source.path) from error
    sources = tuple(source._replace(sha256=hashes[source.path]) for source in files)
    recipe = _recipe(project, sources)
    digest = str(memory.of_text("digest", recipe, lambda: sha256_of(recipe.encode())[:16]))
    memory.save()
    return Inputs(sources, hashes, digest)


def of_inputs(project: Project, work: Callable[[Inputs], T]) -> T:
    """What some work makes of the sources, each as it was hashed: once more where one was saved meanwhile.

    Raises `ChangedError` where that happens twice.
    """
    with suppress(ChangedError):
        return work(digest_inputs(project))
    gc.collect()  # the store of what failed stays open while a traceback holds it in a circle
    return work(digest_inputs(project, anew=True))


def _recipe(project: Project, sources: tuple[Source, ...]) -> str:
    parts = [_RECIPE, version.VERSION, project.base, json.dumps(dict(project.own_prefixes), sort_keys=True)]
    for source in sources:
        parts.append(f"{source.kind} {source.slug or ''} {source.name} {source.sha256}")
    return "\n".join(parts)


def _hash(path: Path) -> str:
    return sha256_of(path.read_bytes())
