"""What `kg init` writes: a small project that builds and answers."""

from __future__ import annotations

from pathlib import Path

from kg.core.errors import UsageError
from kg.core.transaction import settle, write_all
from kg.project.project import JOURNAL, STATE, shipped_root, slug

STARTERS = {"secpol": ("starter",), "core": ("starter", "starter-core")}


def write_starter(folder: Path, *, extends: str = "secpol") -> str:
    """Write a starter project into an empty or new folder under the folder's name, and return that name.

    What a later folder of `STARTERS` has replaces what an earlier one has. Raises `UsageError` when the
    folder has files already; those of a `kg init` that was killed give way.
    """
    journal = folder / STATE / JOURNAL
    left = settle(journal)
    if not left and folder.exists() and any(path.name != STATE for path in folder.iterdir()):
        raise UsageError(f"{folder} is not empty")
    name = slug(folder.resolve().name)
    files: dict[Path, bytes | None] = dict.fromkeys(left)
    for place, source in sorted(_sources(extends).items(), key=lambda item: item[0].name == "kg.toml"):
        text = source.read_text(encoding="utf-8").replace("my-graph", name)
        files[folder.resolve() / place] = text.encode()
    write_all(files, journal)
    return name


def _sources(extends: str) -> dict[Path, Path]:
    """What is written, by its place in the project."""
    return {
        source.relative_to(starter): source
        for starter in (shipped_root() / part for part in STARTERS[extends])
        for source in sorted(path for path in starter.rglob("*") if path.is_file())
        if not source.is_relative_to(starter / STATE)  # somebody ran kg in the starter project itself
    }
