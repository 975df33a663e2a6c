"""The texts of articles, where this machine has them; they are never part of a project."""

from __future__ import annotations

import os
from pathlib import Path

from kg.errors import InputError
from kg.project import Project


def text_path(project: Project, slug: str) -> Path | None:
    """The file of an article's text: in the folder that KG_TEXTS names, or in the project's `texts/`."""
    named = os.environ.get("KG_TEXTS")
    folders = [Path(named)] if named else []
    folders += [layer.root / "texts" for layer in reversed(project.layers)]
    return next((path for folder in folders if (path := folder / f"{slug}.txt").is_file()), None)


def read_text(project: Project, slug: str) -> str | None:
    """An article's text, code point for code point, or None where it is not to be had."""
    path = text_path(project, slug)
    if path is None:
        return None
    try:
        return path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"the text cannot be read: {error}", path=path) from error
