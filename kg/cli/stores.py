"""kg stores: the stores of kg.toml, and whether one can be loaded."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.cli.groups import NearestGroup
from kg.cli.load import Reaching, reaches_store
from kg.cli.options import project_of, project_option

if TYPE_CHECKING:
    from kg.remote.endpoints import StoreSettings


@click.group(cls=NearestGroup, invoke_without_command=True)
@project_option
@click.pass_context
def stores(ctx: click.Context, folder: Path | None) -> None:
    """List the stores that kg.toml names; `kg stores check` tries one."""
    ctx.obj = folder
    if ctx.invoked_subcommand is not None:
        return
    from kg.cli.render import show_list

    found = project_of(folder).stores.values()
    if not found:
        click.echo("kg.toml names no stores; a URL will do: kg load http://localhost:3030/ds", err=True)
        return
    rows = [[store.name, store.kind or "", _url(store), store.user or "", _secret(store)] for store in found]
    show_list(["name", "kind", "url", "user", "secret"], rows)


@stores.command()
@click.argument("target", metavar="NAME|URL|DIRECTORY")
@reaches_store
@project_option
@click.pass_context
def check(ctx: click.Context, reaching: Reaching, target: str, folder: Path | None) -> None:
    """Try a store: reach it, log in, ask, write; nothing in it is changed."""
    from kg.core.errors import StoreError
    from kg.stores.examine import examine

    project = project_of(folder or ctx.obj)
    well = True
    for trait in examine(project.stores, target, project.base, reaching.access()):
        click.echo(f"{trait.what:<12} {'' if trait.well else 'FAILED: '}{trait.found}")
        well = well and trait.well
    if not well:
        ctx.exit(StoreError.exit_status)


def _url(store: StoreSettings) -> str:
    """Where a store is, without a login."""
    from kg.core.errors import UsageError
    from kg.remote.connection import bare
    from kg.remote.endpoints import DIRECTORY, parsed

    try:
        return store.url if store.kind == DIRECTORY else bare(parsed(store.url))
    except UsageError as error:
        return f"({error})"


def _secret(store: StoreSettings) -> str:
    """Where the secret of a store comes from, and whether it is there."""
    names = [name for name in (store.password_env, store.token_env) if name]
    return ", ".join(name if name in os.environ else f"{name} (not set)" for name in names)
