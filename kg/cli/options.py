"""Options that several commands share: one decorator that hands over one object."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from kg.core.errors import InputError, UsageError
from kg.core.files import SPREADSHEETS, read_bytes, suffix_of
from kg.query.formats import SUFFIXES, Format

if TYPE_CHECKING:
    from kg.api.knowledge_graph import KnowledgeGraph
    from kg.project.project import Project


_MONTH = 30 * 24 * 3600
STDIN = STDOUT = Path("-")
"""What stands for standard input or output where a file is named."""


def read_input(path: Path) -> bytes:
    """The bytes of a file, or of standard input for `-`."""
    if path != STDIN:
        return read_bytes(path)
    try:
        return sys.stdin.buffer.read()
    except OSError as error:
        raise InputError(f"standard input cannot be read: {error.strerror}") from error


def may_write(path: Path, *, force: bool) -> None:
    """Raise `UsageError` for a file that exists, unless it may be overwritten."""
    if path.is_file() and not force:
        raise UsageError(f"{path} exists; --force overwrites it")


class Opening(NamedTuple):
    """How a command opens the graph that it reads."""

    folder: Path | None
    fresh: bool
    strict: bool
    quiet: bool

    def project(self) -> Project:
        """The project asked for."""
        return project_of(self.folder)

    def graph(self) -> KnowledgeGraph:
        """The graph asked for; a notice about it goes to stderr."""
        from kg.api.knowledge_graph import KnowledgeGraph

        graph = KnowledgeGraph.open(self.project(), fresh=self.fresh, strict=self.strict)
        if graph.notice and not self.quiet:
            click.echo(graph.notice, err=True)
        return graph


def project_of(folder: Path | None, ctx: click.Context | None = None) -> Project:
    """The project of a folder, read once in a command."""
    from kg.project.project import Project

    ctx = ctx or click.get_current_context()
    read: dict[Path | None, Project] = ctx.meta.setdefault(__name__, {})
    if folder not in read:
        read[folder] = Project.find(folder)
    return read[folder]


def project_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--project`."""
    return click.option(
        "--project",
        "folder",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="The project's folder; else the one that the current folder lies in, else the shipped one.",
    )(command)


def reads_graph(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of commands that read the graph, and hand over an `Opening` as `opening`."""

    @project_option
    @click.option("--no-build", is_flag=True, help="Answer from the graph as it is, changed sources or not.")
    @click.option("--strict", is_flag=True, help="Refuse to answer when the sources cannot be built.")
    @click.option("-q", "--quiet", is_flag=True, help="No notices.")
    @wraps(command)
    def with_opening(
        *args: Any, folder: Path | None, no_build: bool, strict: bool, quiet: bool, **options: Any
    ) -> Any:
        opening = Opening(folder, not no_build, strict, quiet)
        return command(*args, opening=opening, **options)

    return with_opening


def allow_service_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--allow-service`."""
    return click.option(
        "--allow-service",
        "services",
        multiple=True,
        metavar="URL",
        help="An endpoint that queries of the project may ask by SERVICE; repeatable.",
    )(command)


def quotes_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--quotes`, and hand over whether passages get their words: those of a text on a terminal do."""

    @click.option(
        "--quotes",
        is_flag=True,
        help="Give the words of passages in a pipe and in other formats, too, where the text is at hand.",
    )
    @wraps(command)
    def with_quotes(*args: Any, quotes: bool, form: str, **options: Any) -> Any:
        shown = quotes or (form == "text" and sys.stdout.isatty())
        return command(*args, quotes=shown, form=form, **options)

    return with_quotes


class Seconds(click.ParamType[float]):
    """A time limit."""

    name = "seconds"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The seconds as a number, more than none and at most a month."""
        try:
            seconds = float(value)
        except ValueError:
            self.fail(f"{value!r} is not a number of seconds.", param, ctx)
        if not 0 < seconds <= _MONTH:
            self.fail(f"{value!r} is not between 0 and {_MONTH} seconds.", param, ctx)
        return seconds


class FormatName(click.Choice[str]):
    """One of some formats, by its name or by another usual one, such as a suffix or a media type."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The format's own name."""
        from kg.rdf.format_names import usual

        return super().convert(usual(value, self.choices), param, ctx)


class Asking(NamedTuple):
    """Whom a command asks, for how much, and how it prints the answer."""

    form: str | None
    output: Path | None
    force: bool
    labels: bool | None
    quotes: bool
    limit: int | None
    timeout: float | None
    store: str | None

    def by_suffix(self) -> str | None:
        """The format that the output file's suffix names, if it does."""
        return SUFFIXES.get(suffix_of(self.output)) if self.output is not None else None

    def may_write(self) -> None:
        """Raise `UsageError` for an output file that exists or whose suffix means nothing, in good time."""
        if self.output is None:
            return
        if self.form is None and suffix_of(self.output) and self.by_suffix() is None:
            known = ", ".join(SUFFIXES)
            raise UsageError(
                f"{self.output.name} has no suffix of a format; use {known} or --format",
                hint="a spreadsheet opens .csv" if suffix_of(self.output) in SPREADSHEETS else None,
            )
        may_write(self.output, force=self.force)

    def let_interrupts_end(self) -> None:
        """Make Ctrl-C end the process at once; a query would not notice it until it is done."""
        import signal

        if self.timeout is None and self.store is None and self.output is None:
            signal.signal(signal.SIGINT, signal.SIG_DFL)


def answer_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of commands that print an answer, and hand over an `Asking` as `asking`."""

    @click.option(
        "--format",
        "form",
        type=FormatName([form.value for form in Format]),
        help="Default: by the suffix of -o, else a table on a terminal, CSV in a pipe, Turtle for a graph.",
    )
    @click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
        help="Write to a file, whole or not at all.",
    )
    @click.option("--force", is_flag=True, help="Overwrite the file.")
    @click.option(
        "--labels/--iris",
        default=None,
        help="Labels for IRIs in a table, else in columns beside them; tables have them unless --iris.",
    )
    @click.option("--quotes", is_flag=True, help="Add the words of passages, where the text is at hand.")
    @click.option("--limit", type=click.IntRange(1), metavar="N", help="At most N rows.")
    @click.option(
        "--timeout",
        type=Seconds(),
        metavar="SECONDS",
        help="End the query after a while.",
    )
    @click.option("--store", metavar="NAME|URL", help="Ask a store of kg.toml or a SPARQL endpoint.")
    @wraps(command)
    def with_asking(*args: Any, **options: Any) -> Any:
        asking = Asking(**{name: options.pop(name) for name in Asking._fields})
        if asking.output == STDOUT:
            asking = asking._replace(output=None)
        asking.may_write()
        return command(*args, asking=asking, **options)

    return with_asking
