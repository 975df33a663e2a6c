"""The command line: every command reads options, calls the library, renders, and sets the status."""

from __future__ import annotations

import gc
import os
import sys

import click

from kg.cli.groups import LazyGroup
from kg.cli.streams import discard, open_streams
from kg.core.version import VERSION

SECTIONS = {
    "Ask": ("query", "sparql", "why", "show", "stats", "terms"),
    "Write": ("article", "text"),
    "Take away": ("export", "diff", "load", "stores"),
    "Maintain": ("build", "check", "format", "explain", "init"),
}
PLACES = {name: f"kg.cli.{name}:{name}" for names in SECTIONS.values() for name in names}


class Commands(LazyGroup):
    """The commands, listed by what they are for."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands in their groups."""
        for section, names in SECTIONS.items():
            with formatter.section(section):
                commands = [(name, self.get_command(ctx, name)) for name in names]
                formatter.write_dl(
                    [(name, command.get_short_help_str(70)) for name, command in commands if command]
                )


@click.group(cls=Commands, places=PLACES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(VERSION, "-V", "--version", prog_name="kg")
def cli() -> None:
    """Ask, take away and maintain a knowledge graph of security policy.

    Every statement in it is somebody's, is found in a passage, is checked, and can be explained.
    """


def main() -> None:
    """Run the command line and leave with its exit status: 0 to 5, as docs/errors.md lists them."""
    from kg.core.errors import InputErrors, KgError, StoreError

    open_streams()
    gc.set_threshold(100_000)  # a command makes few objects: looking for cycles costs more than it frees
    try:
        status = _run()
        sys.stdout.flush()
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        status = error.exit_code
    except click.ClickException as error:
        context = error.ctx if isinstance(error, click.UsageError) else None
        message = error.format_message()
        _show(message[:1].lower() + message[1:], f"see {context.command_path} --help" if context else None)
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        status = 130
    except KgError as error:
        for each in error.errors if isinstance(error, InputErrors) else (error,):
            _show(str(each), each.hint)
        status = error.exit_status
    except OSError as error:
        discard(sys.stdout)
        gone = isinstance(error, FileNotFoundError)  # without a name only the current folder can be missing
        place = error.filename or ("the current folder" if gone else "the output cannot be written")
        _show(f"{place}: {error.strerror or error}")
        status = StoreError.exit_status
    except Exception as error:
        status = _show_unforeseen(error)
    gc.freeze()  # what is about to go need not be searched
    sys.exit(status)


def _run() -> int:
    """Run the command; click's own `main` would show errors in its own way."""
    if "_KG_COMPLETE" in os.environ:
        from kg.cli.complete import keep_commas

        keep_commas()
        cli.main(prog_name="kg")
    try:
        with cli.make_context("kg", sys.argv[1:]) as ctx:
            cli.invoke(ctx)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    return 0


def _show_unforeseen(error: Exception) -> int:
    """Tell of a name that is no text, which no option foresees, or else of a bug; the exit status."""
    if isinstance(error, UnicodeEncodeError) and error.reason == "surrogates not allowed":
        from kg.core.errors import UsageError

        named = [f"{typed!r} is" for typed in sys.argv if typed == error.object]
        what = named[0] if named else "some text is"  # which may be a secret
        _show(f"{what} not UTF-8", "the locale may be wrong; try it with LC_ALL=C.UTF-8")
        return UsageError.exit_status
    import traceback

    traceback.print_exception(error)
    click.echo("error: this is a bug in kg; please report it with the lines above", err=True)
    return 5


def _show(message: str, hint: str | None = None) -> None:
    """The one form of every error: what is wrong, and below it how to mend it."""
    click.echo(f"error: {message}", err=True)
    if hint:
        click.echo(f"  {hint}", err=True)
