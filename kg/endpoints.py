"""The stores that kg.toml names: `[stores.NAME]`, with a URL, a kind, and the variables of its secrets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from kg.errors import InputError
from kg.terms import nearest

KINDS = ("sparql", "oxigraph", "fuseki", "graphdb", "rdf4j", "virtuoso", "blazegraph", "qlever", "stardog")


@dataclass(frozen=True)
class StoreSettings:
    """One store: `url` is that of its SPARQL endpoint, secrets are named by their environment variables.

    `default_graph` is an IRI that the store takes for the union of all graphs, where its kind does not say;
    `timeout` is in seconds.
    """

    name: str
    url: str
    kind: str = "sparql"
    user: str | None = None
    password_env: str | None = None
    token_env: str | None = None
    method: str = "form"
    default_graph: str | None = None
    timeout: float | None = None


_KEYS = tuple(field.name for field in fields(StoreSettings) if field.name != "name")


def read_stores(path: Path, section: Mapping[str, object]) -> Mapping[str, StoreSettings]:
    """The stores of a settings file; raises `InputError` for an unknown key or a value that does not fit."""
    return {name: _store(path, name, values) for name, values in section.items()}


def _store(path: Path, name: str, values: object) -> StoreSettings:
    where = f"[stores.{name}]"
    if not isinstance(values, dict):
        raise InputError(f"a store is a section of its own; write {where}", path=path)
    for key, value in values.items():
        if key not in _KEYS:
            raise InputError(f"{key} is not a setting of {where}{nearest(key, _KEYS)}", path=path)
        if key == "timeout":
            if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
                raise InputError(f"timeout in {where} is a number of seconds, not {value!r}", path=path)
        elif not isinstance(value, str):
            raise InputError(f"{key} in {where} is text in quotation marks, not {value!r}", path=path)
    if "url" not in values:
        raise InputError(f'{where} has no url; add url = "https://..."', path=path)
    if values.get("kind", "sparql") not in KINDS:
        raise InputError(f"kind in {where}: {values['kind']!r}{nearest(values['kind'], KINDS)}", path=path)
    return StoreSettings(name, **values)
