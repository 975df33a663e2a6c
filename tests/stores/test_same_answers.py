"""All stored queries on each real server after a load, triples in two graphs and a foreign graph included."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.errors import StoreError
from kg.project.project import Project
from kg.query.answer import Answer
from kg.query.stored import StoredQuery
from kg.remote.endpoints import StoreSettings
from tests.lanes import FULL
from tests.query.asked import ARTICLE
from tests.servers.process import Server
from tests.stores.own_answers import OWN_ANSWERS
from tests.test_docs import copy_of_checkout

SLUG = ARTICLE.rpartition("/")[2]
PASSWORD_VARIABLE = "KG_TEST_STORE_PASSWORD"
IN_TWO_GRAPHS = (
    "SELECT (COUNT(*) AS ?n) { GRAPH ?a { ?s ?p ?o } GRAPH ?b { ?s ?p ?o } FILTER(STR(?a) < STR(?b)) }"
)
FOREIGN = "https://example.org/foreign"
LIE = (
    "<https://w3id.org/secpol/entity/GovJapan> a <https://w3id.org/secpol/ontology#Agent> ;"
    ' <http://www.w3.org/2000/01/rdf-schema#label> "Nobody"@en .'
)


@pytest.fixture(scope="module")
def twofold(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeGraph:
    """The first article and its double under another name: what both state as a fact stands in two graphs."""
    folder = copy_of_checkout(tmp_path_factory.mktemp("twofold") / "project")
    double = shutil.copytree(folder / "articles" / SLUG, folder / "articles" / "double")
    for path in double.glob("*.ttl"):
        path.write_text(path.read_text(encoding="utf-8").replace(SLUG, "double"), encoding="utf-8")
    graph = KnowledgeGraph.open(Project.load(folder))
    assert int(graph.sparql(IN_TWO_GRAPHS).cells()[0][0]) > 10
    return graph


@pytest.fixture(scope="module")
def expected(twofold: KnowledgeGraph) -> dict[str, object]:
    """What the snapshot answers."""
    return {name: content(ask(twofold)) for name, ask in questions(twofold)}


@pytest.fixture
def loaded(
    twofold: KnowledgeGraph, any_server: Server, monkeypatch: pytest.MonkeyPatch
) -> tuple[Server, KnowledgeGraph]:
    """The graph, loaded into a server beside a graph that is somebody else's, and asked there."""
    answer = any_server.request("PUT", any_server.graph(FOREIGN), LIE.encode(), Content_Type="text/turtle")
    assert answer.status < 300
    monkeypatch.setenv(PASSWORD_VARIABLE, any_server.password)
    settings = StoreSettings(
        "there",
        any_server.url,
        kind=any_server.kind,
        user=any_server.user or None,
        password_env=PASSWORD_VARIABLE if any_server.user else None,
    )
    there = KnowledgeGraph(replace(twofold.project, stores={"there": settings}), twofold.snapshot)
    assert there.load("there").is_whole
    return any_server, there.asking(store="there")


@pytest.mark.full
def test_every_stored_query_has_the_same_answer(
    loaded: tuple[Server, KnowledgeGraph], expected: dict[str, object]
) -> None:
    server, there = loaded

    def differs(named: tuple[str, Callable[[KnowledgeGraph], Answer]]) -> str | None:
        name, ask = named
        try:
            return None if content(ask(there)) == expected[name] else name
        except StoreError:
            return name

    # Debian's Virtuoso 7.2.5 can die of two queries that it has not seen before, asked at once.
    with ThreadPoolExecutor(1 if server.kind == "virtuoso" else 2) as pool:
        found = {name.rstrip("*") for name in pool.map(differs, questions(there)) if name}
    assert found == set(OWN_ANSWERS.get(server.kind, {}))


def test_no_foreign_graph_answers(loaded: tuple[Server, KnowledgeGraph]) -> None:
    """Nor does the load manifest. Virtuoso answers from a graph that a query names, whatever the dataset."""
    server, there = loaded
    assert FOREIGN in server.graphs()
    assert not there.sparql('ASK { ?s ?p "Nobody"@en }')
    assert not there.sparql("ASK { ?graph <https://w3id.org/secpol/load#sha256> ?sum }")
    named = there.sparql(f"ASK {{ GRAPH <{FOREIGN}> {{ ?s ?p ?o }} }}")
    assert bool(named) == (server.kind == "virtuoso")
    listed = there.sparql("SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } }").cells()
    assert len(listed) == len(there.snapshot.manifest["graphs"])


def questions(graph: KnowledgeGraph) -> Iterator[tuple[str, Callable[[KnowledgeGraph], Answer]]]:
    """Each stored query with every parameter open that may be; by `make test-full` also at its examples."""
    for stored in graph.queries.values():
        needed = {p.name: whole(str(p.example)) for p in stored.parameters if p.required}
        given = {p.name: whole(str(p.example)) for p in stored.parameters if p.example}
        yield stored.name, asking(stored, needed)
        if FULL and needed != given:
            yield stored.name + "*", asking(stored, given)


def asking(stored: StoredQuery, given: dict[str, str]) -> Callable[[KnowledgeGraph], Answer]:
    return lambda graph: graph.query(stored.name, **given)


def whole(example: str) -> str:
    """An example as an IRI where two articles would know it."""
    return ARTICLE + example if example.startswith("#") else example


def content(answer: Answer) -> Any:
    """What an answer says; rows in no order, since stores sort strings by rules of their own."""
    if answer.is_graph:
        return frozenset(answer)
    if not answer.variables:
        return bool(answer)
    return Counter(tuple(str(term) for term in row) for row in answer)
