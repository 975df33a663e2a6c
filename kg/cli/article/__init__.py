"""kg article: from a text to claims, one command per step."""

from __future__ import annotations

import click

from kg.cli.groups import LazyGroup

STEPS = {
    "new": "kg.cli.article.new:command",
    "import": "kg.cli.article.importing:command",
    "convert": "kg.cli.article.convert:command",
    "mentions": "kg.cli.article.mentions:command",
    "show": "kg.cli.article.show:command",
}


@click.group(cls=LazyGroup, places=STEPS)
def article() -> None:
    """Write an article: its text, its claims, its mentions."""
