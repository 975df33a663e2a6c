"""The parts of a load by themselves: trying again, the plan, updates, comparison, digest logins."""

from __future__ import annotations

import dataclasses
import gzip
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3 import HTTPResponse

from kg.canonical_hash import canonical_hash
from kg.endpoints import KINDS, PLAIN, StoreSettings, base_of, presets, services
from kg.errors import StoreError, UsageError
from kg.http import Body, Clock, Connection, Limit, Login, RequestError, Secret, TooSlow, _Digest
from kg.project import Project
from kg.stores.ahead import ahead
from kg.stores.manifest import Lock, _machine
from kg.stores.opening import Access, find, open_store
from kg.stores.plan import Action, plan
from kg.stores.retry import Patience
from kg.stores.source import Graph
from kg.stores.updates import insert_head, insert_lines
from kg.stores.verify import _compared
from tests.stores.material import SECRET, numbered, source, turtle

RDF4J = "http://h/rdf4j-server/repositories/x"


class Time:
    """A clock that moves when somebody waits."""

    def __init__(self) -> None:
        self.now, self.waits = 0.0, list[float]()

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def patience(self, seconds: float | None = None, **options: Any) -> Patience:
        clock = Clock(now=lambda: self.now, sleep=self.sleep)
        return Patience(Limit(seconds, clock), spread=lambda low, high: high, **options)


def failing(*errors: Exception | None) -> Any:
    rest = list(errors)

    def act() -> str:
        error = rest.pop(0)
        if error is not None:
            raise error
        return "done"

    return act


def passing(**fields: Any) -> RequestError:
    return RequestError("busy", passing=True, **fields)


def test_waits_grow_and_a_server_may_ask_for_longer_ones() -> None:
    time = Time()
    assert time.patience()(failing(passing(), passing(), passing(after=9), passing(), None)) == "done"
    assert time.waits == [0.5, 1.0, 9.0, 4.0]


def test_there_is_an_end_to_it() -> None:
    time = Time()
    with pytest.raises(RequestError):
        time.patience(tries=3)(failing(passing(), passing(), passing(), None))
    with pytest.raises(TooSlow):
        time.patience(2.0)(failing(*[passing()] * 5, None))


def test_a_server_that_asks_for_more_time_than_there_is() -> None:
    """Nobody waits for a day to learn that the load may take an hour."""
    time = Time()
    with pytest.raises(TooSlow, match="busy; no time is left to try again"):
        time.patience(3600.0)(failing(passing(after=86_400), None))
    assert time.waits == []


def test_waits_are_spread_at_random() -> None:
    waits = set()
    for _ in range(20):
        time = Time()
        patience = Patience(Limit(None, Clock(now=lambda time=time: time.now, sleep=time.sleep)))  # type: ignore[misc]
        patience(failing(*[passing()] * 3, None))
        assert all(0 <= wait <= most for wait, most in zip(time.waits, (0.5, 1.0, 2.0), strict=True))
        waits |= set(time.waits)
    assert len(waits) == 60


def test_a_date_to_come_back_at() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=2), usegmt=True)
    response = HTTPResponse(b"busy", {"Retry-After": date}, 503, preload_content=False)
    error = Connection().refusal("http://h/", response)
    assert error.passing and 110 < error.after <= 120


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 501])
def test_what_will_not_pass_is_not_tried_again(status: int) -> None:
    time = Time()
    with pytest.raises(RequestError):
        time.patience()(failing(RequestError("no", status=status), None))
    assert time.waits == []


def test_a_server_error_is_tried_once_more() -> None:
    error = RequestError("oh", status=500)
    assert Time().patience()(failing(error, None)) == "done"
    with pytest.raises(RequestError):
        Time().patience()(failing(error, error, None))


def test_what_was_done_all_the_same_is_not_done_twice() -> None:
    assert Time().patience()(failing(passing()), is_done=lambda: True) is None


def graph(name: str, mark: str = "1") -> Graph:
    return Graph(name, 1, mark)


def test_a_plan_says_for_each_graph_what_happens() -> None:
    graphs = {name: graph(name) for name in "abcd"}
    known = {"a": graph("a"), "b": graph("b", "2"), "e": graph("e")}
    made = plan(graphs, known, {"c"})
    assert "".join(f"{step.graph.iri}:{step.action.value} " for step in made.steps) == (
        "a:leave b:replace c:replace d:add e:orphan "
    )
    assert str(made) == "5 graphs: 1 to add, 2 to replace, 1 unchanged, 1 no longer in the graph"
    assert made.to_send == 3
    assert plan(graphs, known, {"c"}, prune=True).of(Action.REMOVE)[0].graph.iri == "e"
    assert len(plan(graphs, known, {"c"}, force=True).of(Action.REPLACE)) == 3


@given(st.text(alphabet=st.sampled_from('\\uU"\n\t0041aé'), max_size=12))
def test_any_string_survives_an_update(text: str) -> None:
    triple = ox.Triple(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(text))
    name, store = ox.NamedNode("urn:g"), ox.Store()
    lines = ox.serialize([triple], format=ox.RdfFormat.N_TRIPLES) or b""
    store.update((insert_head(name) + insert_lines(lines) + b"} }").decode())
    assert [quad.triple for quad in store] == [triple]
    assert rb"\\u" not in insert_lines(lines).replace(rb"\\\u", b"")


@pytest.mark.parametrize(
    ("here", "there", "missing", "rewritten"),
    [
        (":a :p 2.50", ":a :p 2.5", 0, 1),
        (":a :p 5", ":a :p 5.0", 0, 1),
        (":a :p true", ":a :p '1'^^xsd:boolean", 0, 1),
        (
            ":a :p '2024-01-01T00:00:00+00:00'^^xsd:dateTime",
            ":a :p '2024-01-01T00:00:00.000Z'^^xsd:dateTime",
            0,
            1,
        ),
        (":a :p 'x'@en-GB", ":a :p 'x'@en-gb", 0, 0),
        (":a :p 1e0", ":a :p '1.0'^^xsd:double", 0, 1),
        ("[] :p 2.50 ; :q [ :r 1 ]", "[] :p 2.5 ; :q [ :r 1 ]", 0, 1),
        ("[] :p 1 ; :q [ :r 1 ]", "[] :p 1 . [] :q [ :r 1 ]", 1, 0),
        (":a :p 'x', 'y'", ":a :p 'x'", 1, 0),
        (":a :p 5", ":a :p '5'", 1, 0),
    ],
)
def test_loss_is_told_from_another_way_of_writing(
    here: str, there: str, missing: int, rewritten: int
) -> None:
    noted = Counter[str]()
    found = _compared(graph("urn:g"), raw(here), raw(there), noted)
    assert (found is not None) == bool(missing)
    if found is not None:
        assert found.message.startswith(f"{missing} of ")
    assert sum(noted.values()) == rewritten


def test_what_is_missing_is_shown_as_it_was_sent_and_came_back() -> None:
    here = raw(":a :p 1 ; :q true . [] :r 2.50 . :b :p <<( :a :p 3 )>>")
    there = raw(":a :p '01'^^xsd:int ; :q '0'^^xsd:boolean . [] :r 2.5 . :b :p <<( :a :p 3.0 )>>")
    noted = Counter[str]()
    found = _compared(graph("urn:g"), here, there, noted)
    assert found is not None and noted.total() == 2
    (missing,), (extra,) = found.missing, found.extra
    assert missing.endswith('q> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .')
    assert extra.endswith('q> "0"^^<http://www.w3.org/2001/XMLSchema#boolean> .')
    lost = _compared(graph("urn:g"), here, raw(":a :p 2 . [] :s 01"), noted)
    assert lost is not None
    assert [line.split()[-2].partition("^")[0] for line in lost.missing[:2]] == ['"1"', '"true"']
    assert lost.missing[-1].startswith("_:") and '"2.50"' in lost.missing[-1]
    assert any('"01"^^<http://www.w3.org/2001/XMLSchema#integer>' in line for line in lost.extra)


def raw(text: str) -> list[ox.Triple]:
    return turtle(text + " .")


def test_batches_keep_blank_nodes_together() -> None:
    made = source(one=numbered(30) + ":b :has [ :part [ :name 'x' ] ], [ :part 'y' ] .")
    (one,) = made.graphs.values()
    batches = list(made.batches(one, 10))
    assert sum(map(len, batches)) == one.triples and len(batches) > 3
    assert not any(b"_:" in line for batch in batches[1:] for line in batch)
    parsed = ox.parse(b"".join(b"".join(batch) for batch in batches), ox.RdfFormat.N_TRIPLES)
    assert canonical_hash(quad.triple for quad in parsed) == one.sha256


def test_one_item_is_made_ahead_and_an_error_comes_in_its_turn() -> None:
    made, is_third_made = list[int](), threading.Event()

    def items() -> Iterator[int]:
        for number in (1, 2, 3):
            made.append(number)
            if number == 3:
                is_third_made.set()
            yield number
        raise StoreError("no more")

    found = ahead(items())
    assert [next(found), next(found)] == [1, 2]
    assert is_third_made.wait(30) and made == [1, 2, 3]
    assert next(found) == 3
    with pytest.raises(StoreError, match="no more"):
        next(found)


def test_the_example_of_rfc_7616(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("secrets.token_hex", lambda _: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ")
    challenge = (
        'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    answers = {
        "MD5": "8ca523f5e9506fed4657c9700eebdbec",
        "SHA-256": "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    }
    for algorithm, expected in answers.items():
        digest = _Digest(Login("Mufasa", Secret("Circle of Life")))
        digest.heard(SimpleNamespace(headers={"WWW-Authenticate": challenge.format(algorithm)}))  # type: ignore[arg-type]
        header = digest.answer("GET", "http://www.example.org/dir/index.html")["Authorization"]
        assert f'response="{expected}"' in header and "nc=00000001" in header


def test_secrets_print_as_stars() -> None:
    login = Login("ann", Secret(SECRET), Secret("t0ken/x"))
    assert SECRET not in repr(login) + str(login.password) + repr(Access(password=Secret(SECRET)))
    for form in (SECRET, "t0ken/x", "t0ken%2Fx", "YW5uOm9wZW4tc2VzYW1lLTQ3MTE="):
        assert login.scrubbed(f"it was {form}!") == "it was ***!"


def test_a_body_is_sent_as_often_as_needed() -> None:
    for zipped in (False, True):
        body = Body(zipped=zipped)
        for _ in range(100):
            body.write(b"some words\n")
        body.finished()
        for _ in range(2):
            data = body.open().read()
            assert len(data) == body.size
            assert (gzip.decompress(data) if zipped else data) == b"some words\n" * 100


@pytest.mark.parametrize(
    ("kind", "url", "query", "update", "graphs"),
    [
        ("fuseki", "http://h/ds", "http://h/ds/query", "http://h/ds/update", "http://h/ds/data"),
        ("fuseki", "http://h/ds/sparql", "http://h/ds/query", "http://h/ds/update", "http://h/ds/data"),
        ("oxigraph", "http://h:1/", "http://h:1/query", "http://h:1/update", "http://h:1/store"),
        ("rdf4j", RDF4J, RDF4J, f"{RDF4J}/statements", f"{RDF4J}/rdf-graphs/service"),
        ("graphdb", f"{RDF4J}/statements", RDF4J, f"{RDF4J}/statements", f"{RDF4J}/rdf-graphs/service"),
        ("virtuoso", "http://h/sparql", "http://h/sparql-auth", "http://h/sparql-auth", "http://h/sparql-graph-crud-auth"),
        ("virtuoso", "http://h", "http://h/sparql-auth", "http://h/sparql-auth", "http://h/sparql-graph-crud-auth"),
        ("qlever", "http://h/api/x", "http://h/api/x", "http://h/api/x", "http://h/api/x"),
        ("sparql11", "http://h/sparql", "http://h/sparql", "http://h/sparql", None),
    ],
)  # fmt: skip
def test_the_services_of_a_kind(kind: str, url: str, query: str, update: str, graphs: str | None) -> None:
    found = services(StoreSettings("s", url, kind))
    assert (found.query, found.update, found.graphs) == (query, update, graphs)


def test_every_kind_has_a_preset_or_is_for_asking_only() -> None:
    assert {*presets(), *PLAIN, "directory"} == set(KINDS)
    for preset in presets().values():
        assert preset.replaces in ("update", "transaction", "move", "graph")
        assert (preset.transactions is None) == (preset.replaces != "transaction")
        assert (preset.inline == 0) == (preset.replaces != "update")
    assert base_of(StoreSettings("s", "http://ann:x@h/ds/query#f", "fuseki")) == "http://h/ds"


def test_settings_say_otherwise(tmp_path: Path) -> None:
    settings = (
        '[stores.prod]\nkind = "sparql11"\nurl = "http://h/sparql"\nupdate_url = "http://h/update"\n'
        'graphs_url = "http://h/graphs"\n[stores.there]\nurl = "http://h/x"\nkind = "stardog"\n'
        '[stores.disk]\nkind = "directory"\nurl = "data/store"\n'
    )
    (tmp_path / "kg.toml").write_text(f'[project]\nname = "x"\n{settings}', encoding="utf-8")
    stores = Project.load(tmp_path).stores
    assert services(stores["prod"]).update == "http://h/update"
    assert services(stores["prod"]).graphs == "http://h/graphs"
    assert find(stores, "disk", Access()) == Path("data/store")
    with pytest.raises(UsageError, match="for asking only"):
        open_store(stores["there"], Access(), Limit(None))
    with pytest.raises(UsageError, match="did you mean fuseki"):
        find(stores, "prod", Access(kind="fusek"))


def test_whose_lock_is_nobody_s() -> None:
    """A lock whose process ran here and is gone, or that is old, is nobody's."""
    now, node = datetime.now(UTC), ox.NamedNode("urn:l")
    mine = Lock(node, "me", f"{_machine()} 1 abc", now)
    assert not mine.is_stale
    assert dataclasses.replace(mine, since=now - timedelta(hours=1)).is_stale
    assert dataclasses.replace(mine, token=f"{_machine()} 4999999 abc").is_stale
    assert not dataclasses.replace(mine, token="elsewhere 4999999 abc").is_stale


def test_a_load_error_is_a_store_error() -> None:
    assert issubclass(RequestError, StoreError) and RequestError("x").exit_status == 4
