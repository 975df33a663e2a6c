"""Shell completion: labels and coded values from the published graph; never a build, never an error."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem, FishComplete, add_completion_class

if TYPE_CHECKING:
    from pathlib import Path

_MOST = 200
_SPECIAL = re.compile(r"([\s\"'\\$&();<>|`*?!#~])")


class Fish(FishComplete):
    """Completion for fish that keeps commas: click's script cuts a value at its first one."""

    source_template = FishComplete.source_template.replace("string split", "string split --max 1")


def keep_commas() -> None:
    """Use the script for fish that keeps commas."""
    add_completion_class(Fish)


def entities(ctx: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
    """Names of entities of any class."""
    return offered(ctx, typed, None)


def articles(ctx: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
    """The articles of the project, by the names of their folders."""
    from kg.project.project import Project

    try:
        homes = [layer.root / "articles" for layer in Project.find(_folder(ctx)).layers if layer.articles]
        slugs = sorted({file.parent.name for home in homes for file in home.glob("*/article.ttl")})
    except Exception:  # a shell that completes has no place for a message
        return []
    return [CompletionItem(slug) for slug in slugs if slug.startswith(typed)]


def offered(ctx: click.Context, typed: str, of_class: str | None) -> list[CompletionItem]:
    """The names that begin as typed, of a class where there is one."""
    try:
        found = list(_starting(ctx, typed, of_class))
    except Exception:  # a shell that completes has no place for a message
        return []
    return [CompletionItem(quoted(value)) for value in found[:_MOST]]


def _starting(ctx: click.Context, typed: str, of_class: str | None) -> Iterator[str]:
    from kg.api.knowledge_graph import KnowledgeGraph
    from kg.project.project import Project

    graph = KnowledgeGraph.open(Project.find(_folder(ctx)), fresh=False)
    yield from graph.lookup.starting(typed, of_class, most=_MOST)


def _folder(ctx: click.Context | None) -> Path | None:
    """The project's folder as given to this command or to one above it."""
    while ctx is not None:
        for key in ("folder", "project"):
            if ctx.params.get(key):
                folder: Path = ctx.params[key]
                return folder
        ctx = ctx.parent
    return None


def quoted(value: str) -> str:
    """The value as the shell takes it for one word: bash is told, zsh and fish quote by themselves.

    The backslash is doubled since click's script for bash reads the answers by `read`, which takes one away.
    """
    shell = next((known for key, known in os.environ.items() if key.endswith("_COMPLETE")), "")
    line = os.environ.get("COMP_WORDS", "")
    in_quotes = line.count('"') % 2 == 1 or line.count("'") % 2 == 1
    return value if in_quotes or not shell.startswith("bash") else _SPECIAL.sub(r"\\\\\1", value)
