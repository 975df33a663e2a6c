"""Whether a store can be reached, who may log in, what it is and can do; nothing in it is changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.core.errors import StoreError
from kg.remote.endpoints import StoreSettings
from kg.remote.limit import Limit
from kg.remote.load_manifest import PAGE, entries_query, manifest_graph
from kg.remote.probing import version_of
from kg.stores.directory import DirectoryStore
from kg.stores.manifest import Manifest
from kg.stores.opening import Access, find, open_store
from kg.stores.protocol import RemoteStore
from kg.stores.retry import Patience
from kg.stores.updates import drop, request

TIME_LIMIT = 30.0
_INDEXES_OF_RDF4J = "spoc,posc"
_RULESETS = "SELECT ?set ?name { ?set <http://www.ontotext.com/owlim/system#listRulesets> ?name }"
_REPLACES = {
    "update": "graph and entry change in one update",
    "operations": "graph and entry change by one update, if the store takes it as a whole",
    "transaction": "graphs and entries change in one transaction",
    "move": "each graph changes in one step, its entry in another",
    "graph": "each graph is replaced by one request, its entry by another",
}


@dataclass(frozen=True)
class Trait:
    """One thing that was tried at a store: what came of it, and whether that is well."""

    what: str
    found: str
    well: bool = True


def examine(
    stores: Mapping[str, StoreSettings], target: str, base: str, access: Access | None = None
) -> Iterator[Trait]:
    """The traits of a store, one after the other; ends with the first that stands in the way of the rest.

    Raises `UsageError` for what is no store, or one whose kind cannot be told.
    """
    access = access or Access()
    found = find(stores, target, access)
    try:
        is_new = isinstance(found, Path) and not found.exists()
        store = open_store(found, access, Limit(TIME_LIMIT), reading=is_new)
    except StoreError as error:
        yield Trait("reach", str(error), well=False)
        return
    try:
        yield from _traits(store, found, base)
    finally:
        if isinstance(store, DirectoryStore):
            store.give_up()


def _traits(store: RemoteStore | DirectoryStore, found: StoreSettings | Path, base: str) -> Iterator[Trait]:
    preset = store.preset
    yield Trait("kind", "Oxigraph store on disk" if isinstance(store, DirectoryStore) else preset.title)
    if isinstance(store, RemoteStore) and isinstance(found, StoreSettings):
        try:
            version = version_of(found, store.connection)
        except StoreError as error:
            yield Trait("reach", str(error), well=False)
            return
        yield Trait("version", version or "not told")
        user = store.connection.login.user
        yield Trait(
            "login", f"as {user}" if user else "with a token" if store.connection.login.token else "none"
        )
    try:
        rows = store.select(entries_query(base))
    except StoreError as error:
        yield Trait("query", str(error), well=False)
        return
    yield Trait(
        "query",
        f"answers; {_counted(len(rows))} loaded by kg"
        if rows
        else "answers; nothing of this project loaded by kg",
    )
    held = Manifest(store, base, Patience(Limit(TIME_LIMIT))).holders()
    yield Trait(
        "lock", f"{held[0].owner} is loading since {held[0].since:%Y-%m-%d %H:%M:%S} UTC" if held else "free"
    )
    nothing = ox.NamedNode(f"{manifest_graph(base).value}/staging/none")
    try:
        store.update(request([drop(nothing)]))
    except StoreError as error:
        yield Trait("update", str(error), well=False)
        return
    yield Trait("update", "allowed")
    if isinstance(store, RemoteStore):
        yield from _services(store)
    yield Trait("replaces", _REPLACES[preset.replaces])


def _services(store: RemoteStore) -> Iterator[Trait]:
    preset = store.preset
    if store.places.graphs is not None:
        try:
            there = list(store.triples(ox.NamedNode("urn:x-kg:no-such-graph")))
            yield Trait("graph store", "answers", well=not there)
        except StoreError as error:
            yield Trait("graph store", str(error), well=False)
    else:
        yield Trait("graph store", "none; graphs travel inside updates")
    yield Trait("compression", "takes gzip" if preset.gzip else "none")
    if preset.kind == "rdf4j":
        yield from _indexes(store)
    if preset.kind == "graphdb":
        yield from _ruleset(store)
        yield from _context_index(store)


def _indexes(store: RemoteStore) -> Iterator[Trait]:
    """The indexes of an RDF4J repository on disk, where the server tells them."""
    try:
        told = list(store.configuration())
    except StoreError:
        return
    values = [triple.object.value for triple in told if isinstance(triple.object, ox.Literal)]
    if not any(value.endswith(("NativeStore", "LmdbStore")) for value in values):
        return
    named = [triple.object for triple in told if triple.predicate.value.endswith("tripleIndexes")]
    indexes = named[0].value if named and isinstance(named[0], ox.Literal) else _INDEXES_OF_RDF4J
    is_well = re.search(r"\bc", indexes) is not None
    yield Trait("indexes", indexes if is_well else f"{indexes}; add cspo, which finds a graph")


def _ruleset(store: RemoteStore) -> Iterator[Trait]:
    """The ruleset by which GraphDB infers, where it tells."""
    try:
        rows = store.select(_RULESETS)
        names = [row["name"].value for row in rows if row["set"].value.endswith("#currentRuleset")]
    except StoreError:
        return
    for name in names:
        advice = "" if name == "empty" else "; it adds to what is loaded, the ruleset empty does not"
        yield Trait("inference", f"ruleset {name}{advice}")


def _context_index(store: RemoteStore) -> Iterator[Trait]:
    """Whether GraphDB has an index of graphs, where the server tells."""
    try:
        told = list(store.configuration())
    except StoreError:
        return
    for triple in told:
        if triple.predicate.value.endswith("#enable-context-index"):
            is_on = triple.object == ox.Literal("true")
            yield Trait("indexes", "of graphs" if is_on else "add enable-context-index, which finds a graph")


def _counted(rows: int) -> str:
    return f"{PAGE} graphs or more" if rows == PAGE else f"{rows} graph{'' if rows == 1 else 's'}"
