"""From what a user names to a store: a name of kg.toml, a URL or a folder; its kind probed where possible."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from kg.core.errors import UsageError
from kg.core.terms import nearest
from kg.rdf.format_names import is_file_name
from kg.remote.connection import Connection, bare
from kg.remote.endpoints import (
    DIRECTORY,
    PLAIN,
    StoreSettings,
    folder_of,
    kinds,
    parsed,
    preset_of,
    presets,
    services,
)
from kg.remote.limit import Limit
from kg.remote.login import Secret
from kg.remote.probing import probe
from kg.stores.directory import DirectoryStore
from kg.stores.protocol import RemoteStore


@dataclass(frozen=True)
class Access:
    """How a store is reached, beyond its settings; `ask` gives a password that is nowhere else."""

    kind: str | None = None
    user: str | None = None
    password: Secret | None = None
    token: Secret | None = None
    password_env: str | None = None
    token_env: str | None = None
    insecure: bool = False
    ask: Callable[[str], Secret | None] = field(default=lambda _: None)


def find(stores: Mapping[str, StoreSettings], target: str, access: Access) -> StoreSettings | Path:
    """The settings of a store, or the folder of one; raises `UsageError` for a file and for neither."""
    if access.kind is not None and access.kind not in kinds():
        raise UsageError(
            f"the kind {access.kind!r} is not known{nearest(access.kind, (*presets(), DIRECTORY))}"
        )
    if target in stores:
        settings = _given(stores[target], access)
        if settings.kind != DIRECTORY:
            return settings
        return folder_of(settings.url)
    if "://" in target and not target.startswith("file:"):
        return _given(StoreSettings(bare(parsed(target)), target), access)
    path = folder_of(target)
    if path.is_file() or (is_file_name(path.name) and not path.is_dir()):
        hint = f"write it with: kg export {target}" if is_file_name(path.name) else None
        raise UsageError(f"kg load sends to a store, and {target} is a file", hint=hint)
    if path.is_dir() or access.kind == DIRECTORY or target.startswith(("file:", ".")) or len(path.parts) > 1:
        return path
    known = nearest(target, stores) if stores else "; kg.toml names none"
    raise UsageError(
        f"there is no store {target!r}{known}", hint=f"a new folder for a store is given as ./{target}"
    )


def open_store(
    found: StoreSettings | Path, access: Access, limit: Limit, *, reading: bool = False
) -> RemoteStore | DirectoryStore:
    """The store, ready to be asked; raises `UsageError` when its kind cannot be told.

    For `reading` alone a folder is not made, and may be open elsewhere.
    """
    if isinstance(found, Path):
        return DirectoryStore(found, reading=reading)
    if found.kind in PLAIN and found.update_url is None:
        raise UsageError(
            f"the store {found.name} is of the kind {found.kind}, which is known for asking only",
            hint='give kind = "sparql11" and update_url = "..."',
        )
    scheme = found.auth or (preset_of(found.kind).login if found.kind else None)
    login = found.login(scheme, password=access.password, token=access.token, ask=access.ask)
    connection = Connection(login, limit=limit, insecure=access.insecure or found.insecure)
    if found.kind is None:
        kind, _ = probe(found, connection)
        if kind is None:
            raise UsageError(
                f"{bare(parsed(found.url))} does not tell what kind of store it is",
                hint=f"say it with --kind: {', '.join(presets())}",
            )
        return open_store(replace(found, kind=kind), access, limit)
    preset = preset_of(found.kind)
    if found.graphs_url and preset.graphs is None:
        preset = replace(preset, graphs="{base}")
    return RemoteStore(preset, services(found), connection, name=found.name)


def _given(settings: StoreSettings, access: Access) -> StoreSettings:
    given = {"kind": access.kind, "user": access.user}
    given |= {"password_env": access.password_env, "token_env": access.token_env}
    return replace(settings, **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
