"""kg load: the graph into a triple store."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cache, wraps
from typing import TYPE_CHECKING, Any

import click

from kg.cli.options import Opening, Seconds, reads_graph

if TYPE_CHECKING:
    from kg.remote.connection import RequestError
    from kg.remote.login import Secret
    from kg.stores.load import Loaded, Watching
    from kg.stores.opening import Access
    from kg.stores.plan import Plan
    from kg.stores.standing import BrokenOff
    from kg.stores.verify import Verified

_SHOWN = 20


@dataclass(frozen=True)
class Reaching:
    """How a command reaches a store."""

    kind: str | None
    user: str | None
    password_env: str | None
    token_env: str | None
    insecure: bool

    def access(self) -> Access:
        """The same for the library."""
        from kg.stores.opening import Access

        return Access(**{field.name: getattr(self, field.name) for field in fields(self)}, ask=cache(_asked))


def _asked(user: str) -> Secret | None:
    """The password of a user, from the terminal if there is one."""
    from kg.remote.login import Secret

    if not sys.stdin.isatty():
        return None
    return Secret(click.prompt(f"Password of {user}", hide_input=True, err=True))


def reaches_store(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of commands that reach a store, and hand over a `Reaching` as `reaching`."""

    @click.option(
        "--kind", metavar="KIND", help="fuseki, rdf4j, ...; else as kg.toml says or the store tells."
    )
    @click.option("--user", metavar="NAME", help="Who logs in; the password is asked for on a terminal.")
    @click.option("--password-env", metavar="VARIABLE", help="The environment variable with the password.")
    @click.option("--token-env", metavar="VARIABLE", help="The environment variable with a bearer token.")
    @click.option("--insecure", is_flag=True, help="Trust any certificate.")
    @wraps(command)
    def with_reaching(*args: Any, **options: Any) -> Any:
        reaching = Reaching(**{field.name: options.pop(field.name) for field in fields(Reaching)})
        return command(*args, reaching=reaching, **options)

    return with_reaching


@click.command()
@click.argument("target", metavar="STORE|URL|DIRECTORY")
@click.option("--dry-run", is_flag=True, help="Print the plan and change nothing.")
@click.option(
    "--prune", is_flag=True, help="Remove graphs that kg loaded and that are no longer in the graph."
)
@click.option("--force", is_flag=True, help="Send every graph, changed or not.")
@click.option(
    "--verify",
    type=click.Choice(["count", "full", "none"]),
    help="Count every graph, read every graph back, or do neither; default: count what was sent.",
)
@click.option("--break-lock", is_flag=True, help="Take over from a load that is dead.")
@click.option(
    "--timeout",
    type=Seconds(),
    metavar="SECONDS",
    help="End the load after a while.",
)
@reaches_store
@reads_graph
@click.pass_context
def load(ctx: click.Context, /, opening: Opening, reaching: Reaching, target: str, **options: Any) -> None:
    """Bring a triple store up to date with the graph, and verify it.

    A store is a name of kg.toml, a URL (http://localhost:3030/ds), or the folder of an Oxigraph store.
    Unchanged graphs are left alone; graphs of others are never touched.
    """
    from kg.stores.load import Loading
    from kg.stores.standing import BrokenOff

    loading = Loading(**options, access=reaching.access())
    _end_in_good_order()
    try:
        with _watching(opening.quiet) as watching:
            loaded = opening.graph().load(target, loading, watching)
    except BrokenOff as error:
        _show_standing(error)
        raise
    _show(loaded, opening.project().base)
    if not loaded.is_whole:
        ctx.exit(1)


def _end_in_good_order() -> None:
    """Treat SIGTERM as Ctrl-C: a load says what stands where, and gives its lock back."""

    def ended(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, ended)


@contextmanager
def _watching(quiet: bool) -> Iterator[Watching]:
    """The plan's summary, and on a terminal a bar while triples go over."""
    from kg.stores.load import Watching

    bar: Any = None
    told = set[str]()

    def planned(plan: Plan) -> None:
        nonlocal bar
        if quiet:
            return
        if plan.to_send:
            click.echo(f"{plan}; {plan.to_send} triples to send", err=True)
        if plan.to_send and sys.stderr.isatty():
            from kg.cli.streams import styled

            bar = click.progressbar(length=plan.to_send, label="sending", file=styled(sys.stderr))
            bar.__enter__()

    def sent(triples: int) -> None:
        if bar is not None:
            bar.update(triples)

    def waiting(error: RequestError) -> None:
        if not quiet and str(error) not in told:
            told.add(str(error))
            click.echo(f"{error}; trying again", err=True)

    try:
        yield Watching(planned, sent, waiting)
    finally:
        if bar is not None:
            bar.__exit__(None, None, None)


def _show(loaded: Loaded, base: str) -> None:
    """The plan of a dry run, or what was done."""
    from kg.cli.render import show_list

    if not loaded.done:
        home = f"{base}graph/"
        rows = [
            [step.graph.iri.removeprefix(home), _WORDS[step.action], str(step.graph.triples), step.remark]
            for step in loaded.plan.steps
        ]
        if rows:
            show_list(["graph", "action", "triples", "remark"], rows)
        said = f"{loaded.store} ({loaded.kind}): {loaded.plan}; {loaded.plan.to_send} triples to send"
        click.echo(said, err=True)
        return
    done = loaded.plan.told(done=True)
    click.echo(f"{done}; {_verified(loaded.verified)}")
    if loaded.verified is not None:
        _show_verified(loaded.verified)


def _verified(verified: Verified | None) -> str:
    if verified is None:
        return "not verified"
    if not verified.graphs:
        return "nothing to verify"
    way = "by count" if verified.how == "count" else "by reading them back"
    if verified.differences:
        return f"{len(verified.differences)} did not arrive whole"
    return f"{verified.triples} triples verified {way}"


def _show_verified(verified: Verified) -> None:
    """What is missing, and what the store writes its own way."""
    for difference in verified.differences:
        click.echo(f"{difference.graph}: {difference.message}", err=True)
        for mark, lines in (("missing", difference.missing), ("extra", difference.extra)):
            for line in lines:
                click.echo(f"  {mark}: {line}", err=True)
    if verified.differences:
        click.echo("  run kg load again: it sends them anew", err=True)
    if verified.rewritten:
        count = sum(verified.rewritten.values())
        click.echo(f"the store writes {count} literals its own way, with the same values:", err=True)
        for change, times in verified.rewritten.most_common(_SHOWN):
            click.echo(f"  {change} ({times})", err=True)


def _show_standing(error: BrokenOff) -> None:
    """Which version of each graph the store holds after a load that broke off."""
    for iri, standing in list(error.changed.items())[:_SHOWN]:
        click.echo(f"{iri}: {standing} version", err=True)
    if len(error.changed) > _SHOWN:
        click.echo(f"and {len(error.changed) - _SHOWN} more", err=True)


_WORDS = {
    "add": "add",
    "replace": "replace",
    "leave": "leave",
    "remove": "remove",
    "orphan": "leave",
}
