"""GraphDB's own ways: how it is told from RDF4J, and what its inference adds."""

from __future__ import annotations

from collections.abc import Callable

from kg.stores.examine import examine
from kg.stores.load import load
from kg.stores.plan import Action
from tests.servers.faults import Fault, Proxy
from tests.servers.process import Server
from tests.stores.material import BASE, access, at_once, sizes, source

PAGE = b'{"productType":"free","productVersion":"11.0.1","sesame":"5.1.2","connectors":"18.0.1"}'
CATS = {
    "ontology": ":Cat <http://www.w3.org/2000/01/rdf-schema#subClassOf> :Animal .",
    "article__one__facts": ":tom a :Cat .",
}
CLASSES = f"SELECT ?class {{ <{BASE}tom> a ?class }}"


def test_it_tells_its_version_itself_or_by_its_web_page(
    graphdb: Server, rdf4j: Server, faults: Callable[..., Proxy]
) -> None:
    """The engine answers, which is real here; the page is GraphDB's documented one, which is not."""
    proxy = faults(graphdb.url)
    traits = {trait.what: trait.found for trait in examine({}, proxy.through(graphdb.url), BASE)}
    assert traits["kind"] == "GraphDB" and traits["version"].startswith("10.8.")
    proxy.plan(Fault(200, {"Content-Type": "application/json"}, PAGE), path="/rest/info/version", times=None)
    traits = {trait.what: trait.found for trait in examine({}, proxy.through(graphdb.url), BASE)}
    assert (traits["kind"], traits["version"]) == ("GraphDB", "11.0.1")
    traits = {trait.what: trait.found for trait in examine({}, rdf4j.url, BASE, access(rdf4j))}
    assert traits["kind"] == "Eclipse RDF4J"


def test_a_ruleset_adds_what_was_not_loaded(graphdb: Server, own_server: Callable[..., Server]) -> None:
    """It answers where a query names no graphs; `kg` names them, and counts and compares what it loaded."""
    graphdb.empty()
    infers, said = own_server("graphdb", ruleset="rdfsplus-optimized", indexed=False), []
    for server, classes in ((graphdb, {"Cat"}), (infers, {"Cat", "Animal"})):
        cats = source(**CATS)
        assert load(cats, {}, server.url, at_once(verify="full")).is_whole
        again = load(cats, {}, server.url, at_once(verify="count"))
        assert again.is_whole and len(again.plan.of(Action.LEAVE)) == 2
        assert set(server.query(CLASSES).text.split()[1:]) == {BASE + name for name in classes}
        assert server.query(CLASSES, default=list(sizes(cats))).text.split()[1:] == [f"{BASE}Cat"]
        traits = {trait.what: trait.found for trait in examine({}, server.url, BASE)}
        said.append((traits["inference"], traits["indexes"]))
    assert said == [
        ("ruleset empty", "of graphs"),
        (
            "ruleset rdfsplus-optimized; it adds to what is loaded, the ruleset empty does not",
            "add enable-context-index, which finds a graph",
        ),
    ]
