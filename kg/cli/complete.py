"""Shell completion: labels and coded values from the published graph; never a build, never an error."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from pathlib import Path

    from kg.query.parameters import Parameter

_MOST = 200
_SPECIAL = re.compile(r"([\s\"'\\$&();<>|`*?!#~])")
Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def values_of(parameter: Parameter) -> Complete:
    """What a parameter of a stored query can take: names of entities, or coded values."""
    return lambda ctx, _, typed: _offered(ctx, typed, parameter.of_class)


def entities(ctx: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
    """Names of entities of any class."""
    return _offered(ctx, typed, None)


def _offered(ctx: click.Context, typed: str, of_class: str | None) -> list[CompletionItem]:
    try:
        found = list(_starting(ctx, typed, of_class))
    except Exception:  # a shell that completes has no place for a message
        return []
    return [CompletionItem(quoted(value)) for value in found[:_MOST]]


def _starting(ctx: click.Context, typed: str, of_class: str | None) -> Iterator[str]:
    from kg.graph import KnowledgeGraph
    from kg.project import Project

    graph = KnowledgeGraph.open(Project.find(_folder(ctx)), fresh=False)
    yield from graph.lookup.starting(typed, of_class)


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
