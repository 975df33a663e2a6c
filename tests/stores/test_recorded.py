"""QLever, which cannot be had here, as it was recorded: each test is a scene of recorded/qlever.json.

With KG_QLEVER=URL they run against a real one that holds nothing else and was started with the access token
of these tests; what it answers becomes the recording. KG_QLEVER_VERSION says which one it is.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.core.errors import StoreError
from kg.project.project import Project
from kg.query.remote import Endpoint, ask, endpoint_of, narrowed
from kg.remote.endpoints import StoreSettings
from kg.remote.limit import Limit
from kg.remote.login import Secret
from kg.stores.examine import examine
from kg.stores.load import Loading, load
from kg.stores.manifest import LockedError, Manifest
from kg.stores.opening import Access, open_store
from kg.stores.plan import Action
from kg.stores.retry import Patience
from tests.servers.process import Server
from tests.servers.qlever import RECORDING, at
from tests.stores.features import column, features, literals
from tests.stores.material import BASE, SECRET, at_once, depot, held, sizes, source
from tests.stores.recording import keep, played, recorded, scenes

TOKEN = Access(token=Secret(SECRET))
FOREIGN = "https://example.org/foreign"


@pytest.fixture
def qlever(request: pytest.FixtureRequest) -> Iterator[Server]:
    """QLever with nothing in it."""
    name, real = request.node.name, os.environ.get("KG_QLEVER")
    if real:
        at(real).empty()
        scene: list[dict[str, object]] = []
        with recorded(real, scene) as stage:
            yield at(stage.url)
        keep(RECORDING, os.environ["KG_QLEVER_VERSION"], name, scene)
        return
    with played(scenes(RECORDING)["scenes"][name]) as stage:
        yield at(stage.url)
    assert stage.unexpected == []


def by_token(**options: object) -> Loading:
    return at_once(None, access=TOKEN, **options)


def test_a_load_is_planned_sent_and_verified(qlever: Server) -> None:
    planned = load(depot(), {}, qlever.url, by_token(dry_run=True))
    assert planned.kind == "qlever" and len(planned.plan.of(Action.ADD)) == 4
    first = load(depot(), {}, qlever.url, by_token(verify="full"))
    assert first.is_whole and held(qlever) == sizes(depot())
    again = load(depot(), {}, qlever.url, by_token())
    assert again.is_whole and len(again.plan.of(Action.LEAVE)) == 4
    assert again.sent < 3_000


def test_only_what_changed_is_sent_and_what_is_gone_is_pruned(qlever: Server) -> None:
    load(depot(), {}, qlever.url, by_token())
    changed = load(depot("new "), {}, qlever.url, by_token(verify="count"))
    assert changed.is_whole and [step.graph.triples for step in changed.plan.of(Action.REPLACE)] == [40]
    fewer = source(article__one__facts=":s0 :p 0 .")
    kept = load(fewer, {}, qlever.url, by_token())
    assert len(held(qlever)) == 4 and len(kept.plan.of(Action.ORPHAN)) == 3
    assert load(fewer, {}, qlever.url, by_token(prune=True)).is_whole
    assert held(qlever) == sizes(fewer)


def test_who_else_loads_is_told_and_can_be_displaced(qlever: Server) -> None:
    found = StoreSettings("there", qlever.url, kind="qlever")
    other = Manifest(open_store(found, TOKEN, Limit(60)), BASE, Patience(Limit(60)))
    other.lock()
    with pytest.raises(LockedError, match="is loading into this store since"):
        load(depot(), {}, qlever.url, by_token())
    assert held(qlever) == {}
    assert load(depot(), {}, qlever.url, by_token(break_lock=True)).is_whole


@pytest.mark.parametrize("kind", [None, "qlever"], ids=["probed", "named"])
@pytest.mark.parametrize("token", [None, f"{SECRET}-wrong"], ids=["none", "wrong"])
def test_without_the_token_nothing_is_written(qlever: Server, kind: str | None, token: str | None) -> None:
    access = Access(kind=kind, token=Secret(token) if token else None)
    said = "does not let this token in" if token else "demands a login"
    with pytest.raises(StoreError, match=said) as caught:
        load(depot(), {}, qlever.url, at_once(access=access))
    assert SECRET not in str(caught.value)
    assert held(qlever) == {}


def test_the_store_is_examined(qlever: Server) -> None:
    found = {trait.what: trait for trait in examine({}, qlever.url, BASE, TOKEN)}
    assert all(trait.well for trait in found.values())
    assert found["kind"].found == "QLever" and found["update"].found == "allowed"


def test_the_next_version_tells_its_number() -> None:
    """QLever 0.6 adds it to what 0.5 says, by its source."""
    scene = scenes(RECORDING)["scenes"]["test_the_store_is_examined"]
    for exchange in scene:
        said = exchange["answer"]
        said["body"] = said["body"].replace('"name-index"', '"version-server": "v0.6.0", "name-index"')
    with played(scene) as stage:
        found = {trait.what: trait.found for trait in examine({}, stage.url, BASE, TOKEN)}
    assert found["version"] == "0.6.0" and stage.unexpected == []


def test_a_request_that_was_not_recorded_is_refused_and_one_that_is_missing_noted() -> None:
    scene = scenes(RECORDING)["scenes"]["test_the_store_is_examined"]
    with played(scene) as stage:
        assert at(stage.url).request("GET", f"{stage.url}/other").status == 599
    unknown, missing = stage.unexpected
    assert "/other" in unknown and missing.startswith("the end, not ")


def test_a_query_sees_our_graphs_alone(qlever: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = qlever.request("PUT", qlever.graph(FOREIGN), b"<urn:x> <urn:y> 1 .", Content_Type="text/turtle")
    assert foreign.status == 201
    assert load(depot(), {}, qlever.url, by_token()).is_whole
    there = endpoint(qlever, monkeypatch)
    assert set(there.graphs) == set(sizes(depot()))
    (counted,) = rows(there, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    assert int(counted[0].value) == sum(sizes(depot()).values()) - 7 - 12  # QLever counts no triple twice
    listed = rows(there, "SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }")
    assert {row[0].value for row in listed} == set(sizes(depot()))
    assert not ask(there, "ASK { <urn:x> ?p ?o }", {})
    assert not ask(there, f"ASK {{ GRAPH <{FOREIGN}> {{ ?s ?p ?o }} }}", {})
    built = ask(there, "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(ISNUMERIC(?o)) }", {})
    assert isinstance(built, Iterator) and len(list(built)) > 3


def test_the_tables_show_what_it_does(qlever: Server) -> None:
    found = [*features(qlever), *literals(qlever)]
    assert column("features", "qlever") == found


def rows(there: Endpoint, text: str) -> list[ox.QuerySolution]:
    found = ask(there, text, {})
    assert isinstance(found, ox.QuerySolutions)
    return list(found)


def endpoint(server: Server, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    """Where a project with these graphs asks, when it names the server in its kg.toml."""
    monkeypatch.setenv("KG_TEST_TOKEN", SECRET)
    named = {"there": StoreSettings("there", server.url, kind="qlever", token_env="KG_TEST_TOKEN")}
    project = Project(Path(), "depot", BASE, (), stores=named)
    return narrowed(endpoint_of(project, "there", timeout=60), project, "there")
