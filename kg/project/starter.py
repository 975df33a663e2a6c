"""What `kg init` writes: a small project that builds and answers."""

from __future__ import annotations

from pathlib import Path

from kg.core.errors import StoreError, UsageError
from kg.project.project import STATE, shipped_root, slug

STARTERS = {"secpol": ("starter",), "core": ("starter", "starter-core")}


def write_starter(folder: Path, *, extends: str = "secpol") -> str:
    """Write a starter project into an empty or new folder under the folder's name, and return that name.

    What a later folder of `STARTERS` has replaces what an earlier one has. Raises `UsageError` when the
    folder has files already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty")
    name = slug(folder.resolve().name)
    files = {}
    for starter in (shipped_root() / part for part in STARTERS[extends]):
        for source in sorted(path for path in starter.rglob("*") if path.is_file()):
            if not source.is_relative_to(starter / STATE):  # somebody ran kg in the starter project itself
                files[source.relative_to(starter)] = source
    try:
        for place, source in files.items():
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            text = source.read_text(encoding="utf-8").replace("my-graph", name)
            target.write_text(text, encoding="utf-8")
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", path=folder) from error
    return name
