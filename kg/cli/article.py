"""kg article: from a text to claims, one command per step."""

from __future__ import annotations

from importlib import import_module

import click

SUBCOMMANDS = ("new", "import", "mentions", "show")


class Steps(click.Group):
    """Loads a step's module when it is asked for; the steps stand in the order in which they are taken."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """All steps in order."""
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """The step of a name."""
        if cmd_name not in SUBCOMMANDS:
            return None
        module = import_module(f"kg.cli.articles.{cmd_name.replace('import', 'import_')}")
        assert isinstance(module.command, click.Command)
        return module.command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the step; an unknown one is an error that offers the nearest."""
        if args and not args[0].startswith("-") and args[0] not in SUBCOMMANDS:
            from kg.terms import nearest

            ctx.fail(f"there is no command {args[0]!r}{nearest(args[0], SUBCOMMANDS)}")
        return super().resolve_command(ctx, args)


@click.group(cls=Steps)
def article() -> None:
    """Write an article: its text, its claims, its mentions."""
