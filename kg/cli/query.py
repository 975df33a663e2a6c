"""kg query: the catalogue, or the answer to one stored query, its parameters as options."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import Asking, Opening, allow_service_option, answer_options, project_of, reads_graph

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from kg.project.project import Project
    from kg.query.parameters import Parameter
    from kg.query.stored import StoredQuery


class StoredQueries(click.Group):
    """The stored queries of the project, each a command that is made from its header."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of the stored queries."""
        return list(_catalogue(ctx))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of one stored query; None for a name that is not known."""
        from kg.core.errors import KgError
        from kg.query.stored import stored_query

        try:
            return _command(stored_query(_project(ctx), cmd_name))
        except KgError:
            if ctx.resilient_parsing:  # a shell that completes has no place for a message
                return None
            raise

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The stored queries by topic."""
        topics: dict[str, list[tuple[str, str]]] = {}
        for stored in _readable(ctx):
            topics.setdefault(stored.topic, []).append((stored.name, stored.summary))
        for topic, rows in topics.items():
            with formatter.section(f"Stored queries on {topic}"):
                formatter.write_dl(rows)


@click.command(
    cls=StoredQueries, invoke_without_command=True, subcommand_metavar="[NAME [--PARAMETER VALUE]...]"
)
@click.option(
    "--project",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The project's folder; else the one that the current folder lies in, else the shipped one.",
)
@click.pass_context
def query(ctx: click.Context, project: Path | None) -> None:  # noqa: ARG001 - the stored queries read it
    """Answer a stored query; without a name, list them all.

    kg query NAME --help shows its parameters.
    """
    if ctx.invoked_subcommand is None:
        from kg.cli.render import show_list

        rows = [
            [stored.topic, stored.name, stored.summary, " ".join(known.name for known in stored.parameters)]
            for stored in _readable(ctx)
        ]
        show_list(["topic", "name", "what it answers", "parameters"], rows)


def _readable(ctx: click.Context) -> Iterator[StoredQuery]:
    """The stored queries whose headers can be read; what is wrong with another is told on stderr."""
    from kg.core.errors import InputError

    for stored in _catalogue(ctx).values():
        try:
            _ = stored.summary, stored.parameters
        except InputError as error:
            click.echo(f"left out: {error}", err=True)
        else:
            yield stored


def _project(ctx: click.Context) -> Project:
    return project_of(ctx.params.get("project"), ctx)


def _catalogue(ctx: click.Context) -> dict[str, StoredQuery]:
    from kg.core.errors import KgError
    from kg.query.stored import catalogue

    try:
        return dict(catalogue(_project(ctx)))
    except KgError:
        if ctx.resilient_parsing:  # a shell that completes has no place for a message
            return {}
        raise


def _command(stored: StoredQuery) -> click.Command:
    """The command of one stored query."""

    @click.pass_context
    @answer_options
    @allow_service_option
    @reads_graph
    def ask(
        ctx: click.Context,
        opening: Opening,
        asking: Asking,
        services: tuple[str, ...],
        related: bool = False,
        **values: Any,
    ) -> None:
        from kg.cli.render import show_answer

        if opening.folder is None and ctx.parent:
            opening = opening._replace(folder=ctx.parent.params.get("project"))
        given = {name: value for name, value in values.items() if value not in (None, ())}
        graph = opening.graph().asking(
            store=asking.store,
            timeout=asking.timeout,
            limit=asking.limit,
            related=related,
            services=services,
        )
        answer = graph.query(stored.name, **given)
        asking.let_interrupts_end()
        show_answer(answer, asking, quiet=opening.quiet)
        if answer.was_empty and not opening.quiet:
            for line in graph.nothing_found(stored.name, **given):
                click.echo(line, err=True)

    if any(parameter.type == "iri" for parameter in stored.parameters):
        widen = "Ask for what is linked with the entities given, too."
        ask = click.option("--related", is_flag=True, help=widen)(ask)
    for parameter in reversed(stored.parameters):
        text = parameter.description
        if parameter.example and not parameter.default:
            text += f" For example {parameter.example}."
        ask = click.option(
            parameter.option,
            parameter.name,
            shell_complete=partial(_values, parameter) if parameter.type in ("iri", "enum") else None,
            type=click.Choice(parameter.choices, case_sensitive=False) if parameter.choices else str,
            metavar=None if parameter.choices else parameter.type.upper(),
            multiple=parameter.is_list,
            help=text + (f" [default: {', '.join(parameter.default)}]" if parameter.default else ""),
        )(ask)
    return click.command(
        stored.name, help=stored.header("description") or stored.summary, short_help=stored.summary
    )(ask)


def _values(asked: Parameter, ctx: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
    """What a parameter of a stored query can take: names of entities, or coded values."""
    from kg.cli.complete import offered

    return offered(ctx, typed, asked.of_class)
