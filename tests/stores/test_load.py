"""Loads into the real servers: what arrives, what is left alone, and what goes over the wire."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.core.errors import UsageError
from kg.query.remote import Endpoint, loaded_graphs
from kg.remote.endpoints import preset_of
from kg.remote.limit import Limit
from kg.remote.login import Login
from kg.stores import opening
from kg.stores.load import Loaded, load
from kg.stores.plan import Action
from tests.servers.faults import Proxy
from tests.servers.process import Server
from tests.stores.material import BASE, SECRET, access, at_once, depot, held, numbered, sizes, source

ONE = f"{BASE}graph/article/one/claims"


def actions(loaded: Loaded) -> list[Action]:
    return [step.action for step in loaded.plan.steps]


def test_a_load_arrives_and_the_next_one_has_nothing_to_do(any_server: Server) -> None:
    first = load(depot(), {}, any_server.url, at_once(any_server, verify="full"))
    assert first.kind == any_server.kind
    assert actions(first) == [Action.ADD] * 4
    assert first.is_whole and first.verified and first.verified.graphs == 4
    assert held(any_server) == sizes(depot())
    second = load(depot(), {}, any_server.url, at_once(any_server))
    assert actions(second) == [Action.LEAVE] * 4
    assert second.sent < first.sent
    assert load(depot(), {}, any_server.url, at_once(any_server, verify="full")).is_whole


def test_only_what_changed_goes_over_the_wire(any_server: Server, faults: Callable[..., Proxy]) -> None:
    load(depot(), {}, any_server.url, at_once(any_server))
    proxy = faults(any_server.url)
    changed = load(depot("new "), {}, proxy.through(any_server.url), at_once(any_server))
    assert [step.graph.iri for step in changed.plan.of(Action.REPLACE)] == [ONE]
    assert changed.is_whole and held(any_server) == sizes(depot())
    assert not any("article%2Ftwo" in seen.path for seen in proxy.seen)
    assert proxy.size < 15_000


def test_the_new_version_stands_and_the_former_is_gone(any_server: Server) -> None:
    load(depot("former "), {}, any_server.url, at_once(any_server))
    done = load(depot("later "), {}, any_server.url, at_once(any_server, verify="full"))
    assert done.is_whole
    text = f'SELECT ?s {{ GRAPH <{ONE}> {{ ?s ?p ?o FILTER(STRSTARTS(?o, "former")) }} }}'
    login = access(any_server)
    store = opening.open_store(opening.find({}, any_server.url, login), login, Limit(None))
    assert store.select(text) == []


def test_graphs_of_others_are_left_alone(any_server: Server) -> None:
    any_server.update('INSERT DATA { GRAPH <https://other.example/g> { <urn:x> <urn:y> "z" } }')
    load(depot(), {}, any_server.url, at_once(any_server))
    load(source(ontology=numbered(3)), {}, any_server.url, at_once(any_server, prune=True))
    assert held(any_server) == {"https://other.example/g": 1, f"{BASE}graph/ontology": 3}


def test_a_graph_of_ours_that_kg_did_not_load_is_replaced_and_the_plan_says_so(any_server: Server) -> None:
    any_server.update(f'INSERT DATA {{ GRAPH <{ONE}> {{ <urn:x> <urn:y> "z" }} }}')
    planned = load(depot(), {}, any_server.url, at_once(any_server, dry_run=True))
    assert [step.remark for step in planned.plan.of(Action.REPLACE)] == [
        "not loaded by kg, or by a load that broke off"
    ]
    assert held(any_server) == {ONE: 1}
    assert load(depot(), {}, any_server.url, at_once(any_server, verify="full")).is_whole
    assert held(any_server) == sizes(depot())


def test_without_prune_what_is_no_longer_in_the_graph_stays(any_server: Server) -> None:
    load(depot(), {}, any_server.url, at_once(any_server))
    kept = load(source(ontology=numbered(3)), {}, any_server.url, at_once(any_server))
    assert len(kept.plan.of(Action.ORPHAN)) == 3
    assert len(held(any_server)) == 4


def test_force_sends_all_again(any_server: Server) -> None:
    load(depot(), {}, any_server.url, at_once(any_server))
    again = load(depot(), {}, any_server.url, at_once(any_server, force=True, verify="full"))
    assert actions(again) == [Action.REPLACE] * 4 and again.is_whole


@pytest.mark.parametrize("graphs", [True, False], ids=["graph store", "updates only"])
def test_big_graphs_go_in_batches(any_server: Server, graphs: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    def small(kind: str | None) -> object:
        preset = preset_of(kind)
        without = {} if graphs or preset.replaces != "update" else {"graphs": None, "quads": None}
        return replace(preset, batch=9, inline=5, **without)  # type: ignore[arg-type]

    monkeypatch.setattr(opening, "preset_of", small)
    assert load(depot(), {}, any_server.url, at_once(any_server, verify="full")).is_whole
    assert load(depot("new "), {}, any_server.url, at_once(any_server, verify="full")).is_whole
    assert held(any_server) == sizes(depot())


def test_staging_graphs_of_a_load_that_broke_off_are_swept_away(any_server: Server) -> None:
    load(depot(), {}, any_server.url, at_once(any_server))
    staged, manifest = f"{BASE}graph/load/staging/1", f"{BASE}graph/load"
    any_server.update(f'INSERT DATA {{ GRAPH <{staged}> {{ <urn:x> <urn:y> "z" }} }}')
    mark = "https://w3id.org/secpol/load#stagedFor"
    any_server.update(f"INSERT DATA {{ GRAPH <{manifest}> {{ <{staged}> <{mark}> <{ONE}> }} }}")
    load(depot(), {}, any_server.url, at_once(any_server))
    assert held(any_server) == sizes(depot())


def test_long_manifests_are_read_page_by_page(any_server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("kg.remote.load_manifest", "kg.stores.verify"):
        monkeypatch.setattr(f"{module}.PAGE", 2)
    assert load(depot(), {}, any_server.url, at_once(any_server)).is_whole
    again = load(depot(), {}, any_server.url, at_once(any_server, verify="count"))
    assert actions(again) == [Action.LEAVE] * 4 and again.is_whole
    login = access(any_server)
    scheme = "digest" if any_server.kind == "virtuoso" else "basic"
    url = any_server.query_url.replace("/sparql", "/sparql-auth") if login.user else any_server.query_url
    endpoint = Endpoint(url, login=Login(login.user, login.password, scheme=scheme))
    assert set(loaded_graphs(endpoint, BASE)) == set(sizes(depot()))


def test_a_folder_is_made_updated_and_read(tmp_path: Path) -> None:
    home = tmp_path / "store"
    first = load(depot(), {}, str(home), at_once(verify="full"))
    assert first.is_whole and actions(first) == [Action.ADD] * 4
    assert not list(tmp_path.glob(".*"))
    second = load(depot("new "), {}, str(home), at_once(verify="full"))
    assert second.is_whole and len(second.plan.of(Action.REPLACE)) == 1
    store = ox.Store.read_only(str(home))
    assert len(list(store.quads_for_pattern(None, None, None, ox.NamedNode(ONE)))) == 40


def test_a_dry_run_makes_no_folder(tmp_path: Path) -> None:
    load(depot(), {}, str(tmp_path / "store"), at_once(dry_run=True))
    assert not list(tmp_path.iterdir())


def test_what_is_no_store_is_refused(tmp_path: Path) -> None:
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "list.txt").write_text("x", encoding="utf-8")
    (tmp_path / "kg.ttl").write_text("", encoding="utf-8")
    with pytest.raises(UsageError, match="no Oxigraph store"):
        load(depot(), {}, str(tmp_path / "notes"), at_once())
    for file in ("kg.ttl", "other.nq"):
        with pytest.raises(UsageError, match="is a file") as caught:
            load(depot(), {}, str(tmp_path / file), at_once())
        assert caught.value.hint and "kg export" in caught.value.hint
    with pytest.raises(UsageError, match="there is no store 'prod'"):
        load(depot(), {}, "prod", at_once())
    with pytest.raises(UsageError, match="is not the URL"):
        load(depot(), {}, "ftp://e/", at_once())


def test_a_password_in_a_url_is_taken_out(virtuoso: Server) -> None:
    virtuoso.empty()
    url = virtuoso.url.replace("http://", f"http://{virtuoso.user}:{SECRET}@")
    done = load(depot(), {}, url, at_once())
    assert SECRET not in repr(done) and done.is_whole
