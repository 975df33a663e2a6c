"""Stored queries are held to the ontology, to their headers and to themselves."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.findings import Severity
from kg.core.rules import rules_of
from kg.project.project import Project
from kg.query.lint import lint
from kg.sparql.group_pattern import read_query
from tests.command import Kg

HEADER = "#+ summary: What is asked?\n"
PREFIXES = """PREFIX secpol: <https://w3id.org/secpol/ontology#>
PREFIX orch: <https://example.org/orchards/vocabulary#>
PREFIX tollan: <https://example.org/orchards/entity/>
"""
PARAMETER = "#+ params:\n#+   - {name: who, type: iri}\n"
# Each: a rule, a query that breaks it, and one beside it that does not.
CASES = [
    (
        "query.missing-prefix",
        HEADER + "SELECT ?s { ?s secpol:heldBy ?o }",
        HEADER + PREFIXES + "SELECT ?s { ?s secpol:heldBy ?o }",
    ),
    (
        "query.unknown-term",
        HEADER + PREFIXES + "SELECT ?s { ?s secpol:heldby ?o }",
        HEADER + PREFIXES + "SELECT ?s { ?s secpol:heldBy ?o # secpol:heldby\n FILTER(?o != 'x:y') }",
    ),
    (
        "query.unknown-term",
        HEADER + PREFIXES + "SELECT ?s { ?s a <https://example.org/orchards/vocabulary#Orchrd> }",
        HEADER + PREFIXES + "SELECT ?s { ?s a <https://example.org/orchards/vocabulary#Orchard> }",
    ),
    (
        "query.unknown-term",
        HEADER + PREFIXES + "SELECT ?s { ?s ?p tollan:Nobody }",
        HEADER + PREFIXES + "SELECT ?s { ?s ?p tollan:AmberLady ; <http://elsewhere.example/p> ?x }",
    ),
    (
        "query.unknown-value",
        HEADER
        + "#+ params:\n#+   - {name: who, type: iri, default: tollan:Nobody}\n"
        + PREFIXES
        + "SELECT ?s { VALUES $who { tollan:AmberLady } ?s ?p $who }",
        HEADER
        + "#+ params:\n#+   - {name: who, type: iri, default: Amber Lady}\n"
        + PREFIXES
        + "SELECT ?s { VALUES $who { tollan:AmberLady } ?s ?p $who }",
    ),
    (
        "query.unknown-value",
        HEADER
        + "#+ params:\n#+   - {name: who, type: iri, class: orch:Orchrd}\n"
        + "SELECT ?s { VALUES $who { UNDEF } ?s ?p $who }",
        HEADER
        + "#+ params:\n#+   - {name: who, type: iri, class: orch:Orchard}\n"
        + "SELECT ?s { VALUES $who { UNDEF } ?s ?p $who }",
    ),
    (
        "query.undeclared-parameter",
        HEADER + "SELECT ?s { VALUES $who { UNDEF } ?s ?p ?who }",
        HEADER + "SELECT ?s { VALUES ?who { UNDEF } ?s ?p ?who }",
    ),
    (
        "query.unused-parameter",
        HEADER + PARAMETER + "SELECT ?s { VALUES $who { UNDEF } ?s ?p ?whom }",
        HEADER + PARAMETER + "SELECT ?s { VALUES $who { UNDEF } ?s ?p ?who }",
    ),
    (
        "query.unbound-variable",
        HEADER + "SELECT ?subject { ?sbject ?p ?o }",
        HEADER + "SELECT ?s ?n ?v ?x { ?s ?p ?o BIND(1 AS ?n) VALUES ?v { 1 } OPTIONAL { ?o ?q ?x } }",
    ),
    (
        "query.unbound-variable",
        HEADER + "SELECT ?s { { SELECT ?s ?t { ?s ?p ?o FILTER(?t > 1) } } }",
        HEADER + "SELECT ?s ?n { ?s ?p ?o { SELECT ?s (MAX(?q) AS ?n) { ?s ?q ?o } GROUP BY ?s } }",
    ),
    (
        "query.cartesian-product",
        HEADER + "SELECT ?s ?x { ?s ?p ?o . ?x ?y ?z }",
        HEADER + "SELECT ?s ?x { ?s ?p ?o . ?x ?y ?z FILTER(?o < ?z) }",
    ),
    (
        "query.cartesian-product",
        HEADER + "SELECT ?s { ?s ?p ?o { { ?a ?b ?c } UNION { ?d ?e ?f } } }",
        HEADER + "SELECT ?s { ?s ?p ?o { { ?s ?b ?c } UNION { ?d ?e ?s } } OPTIONAL { ?s ?q 1 . ?o ?r 2 } }",
    ),
    (
        "query.cartesian-product",
        HEADER + "SELECT ?s { ?s ?p ?o FILTER NOT EXISTS { ?a ?b ?c . ?d ?e ?f } }",
        HEADER + "SELECT ?s { ?s ?p ?o FILTER NOT EXISTS { ?s ?b ?c . ?o ?e ?f } }",
    ),
    (
        "query.undef",
        HEADER + PARAMETER + "SELECT ?s { VALUES $who { UNDEF } ?s ?p ?o FILTER(?o = ?who) }",
        HEADER + PARAMETER + "SELECT ?s { VALUES $who { UNDEF } ?s ?p ?o FILTER(!BOUND(?who) || ?o = ?who) }",
    ),
    (
        "query.undef",
        HEADER + PARAMETER + "SELECT ?s { ?s ?p ?o MINUS { VALUES $who { UNDEF } ?s ?p ?who } }",
        HEADER + PARAMETER.replace("type: iri", "type: iri, required: true")
        + "SELECT ?s { ?s ?p ?o MINUS { VALUES $who { UNDEF } ?s ?p ?who } }",
    ),
    (
        "query.undef",
        HEADER + PARAMETER + "SELECT ?s { ?s ?p ?o FILTER NOT EXISTS { VALUES $who { UNDEF } ?s ?p ?who } }",
        HEADER + PARAMETER + "SELECT ?s { FILTER EXISTS { ?s ?p 1 } VALUES $who { UNDEF } ?s ?p ?who }",
    ),
    (
        "query.count-distinct",
        HEADER + "SELECT (COUNT(?s) AS ?n) { ?s ?p ?o }",
        HEADER + "SELECT (COUNT(DISTINCT ?s) AS ?n) (MAX(?o) AS ?m) { ?s ?p ?o }",
    ),
    ("query.header", HEADER + "SELECT ?s { ?s ?p }", HEADER + "ASK {}"),
    ("query.header", "#+ sumary: What?\nASK {}", HEADER + "ASK {}"),
    ("query.header", HEADER + PARAMETER + "ASK {}", HEADER + "ASK {}"),
]  # fmt: skip


@pytest.fixture(scope="module")
def folder(orchards_built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One copy of the orchards project, whose stored query `asked` each test writes anew."""
    return shutil.copytree(orchards_built, tmp_path_factory.mktemp("lint") / "orchards")


def found(orchards: Path, text: str) -> list[tuple[str, int | None]]:
    (orchards / "queries" / "harvests" / "asked.rq").write_text(text, encoding="utf-8")
    graph = KnowledgeGraph.open(Project.load(orchards))
    findings = [
        finding for finding in lint(graph.project, graph.snapshot.store) if "asked.rq" in str(finding)
    ]
    assert all(finding.rule in rules_of("queries") for finding in findings)
    return [(finding.rule, finding.places[0].line) for finding in findings]


@pytest.mark.parametrize(
    ("rule", "broken", "kept"), CASES, ids=[f"{case[0]}-{n}" for n, case in enumerate(CASES)]
)
def test_each_rule_finds_what_breaks_it_and_nothing_beside(
    folder: Path, rule: str, broken: str, kept: str
) -> None:
    assert rule in [name for name, _ in found(folder, broken)]
    assert rule not in [name for name, _ in found(folder, kept)]


def test_every_rule_has_a_case() -> None:
    assert {case[0] for case in CASES} == set(rules_of("queries"))


def test_findings_have_their_line(folder: Path) -> None:
    text = HEADER + PREFIXES + "\nSELECT ?s {\n    ?s secpol:heldby ?o\n}\n"
    assert found(folder, text) == [("query.unknown-term", 7)]


def test_nearest_names_are_offered(orchards: Path) -> None:
    (orchards / "queries" / "harvests" / "asked.rq").write_text(CASES[1][1], encoding="utf-8")
    graph = KnowledgeGraph.open(Project.load(orchards))
    (finding,) = [
        finding for finding in lint(graph.project, graph.snapshot.store) if "asked" in finding.message
    ]
    assert finding.message == "asked: there is no secpol:heldby; did you mean heldBy?"
    assert finding.severity is Severity.VIOLATION


def test_the_queries_of_all_projects_are_clean(any_graph: KnowledgeGraph) -> None:
    findings = list(lint(any_graph.project, any_graph.snapshot.store))
    assert [str(finding) for finding in findings] == []


def test_coverage_lists_what_nothing_uses(orchards: Path, kg: Kg) -> None:
    graph = KnowledgeGraph.open(Project.load(orchards))
    before = {term.iri for term in graph.untouched()}
    assert "https://w3id.org/secpol/ontology#Claim" not in before
    home = orchards / "ontology" / "orchards.ttl"
    idle = "https://example.org/orchards/vocabulary#Idle"
    term = f'\n<{idle}> a owl:Class ; rdfs:label "idle thing"@en . orch:Harvest rdfs:subClassOf <{idle}> .\n'
    home.write_text(home.read_text(encoding="utf-8") + term, encoding="utf-8")
    ran = kg("stats", "--coverage", cwd=orchards)
    assert ran.status == 0 and "idle thing" in ran.out
    for query in (f"ASK {{ ?s a <{idle}> }}", f"PREFIX ent: <{idle[:-4]}> ASK {{ ?s a ent:Idle }}"):
        (orchards / "queries" / "harvests" / "asked.rq").write_text(HEADER + query, encoding="utf-8")
        assert "idle thing" not in kg("stats", "--coverage", cwd=orchards).out


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("SELECT * { ?a ?b ?c }", "abc"),
        ("CONSTRUCT { ?x ?y ?z } WHERE { ?a ?b ?c }", "abc"),
        ("CONSTRUCT WHERE { ?a ?b ?c }", "abc"),
        ("ASK { ?a a [ ?b ( ?c ) ] . }", "abc"),
        ("DESCRIBE ?a WHERE { ?a ?b 1.5 . ?b ?c 'x.' }", "abc"),
        ("DESCRIBE <http://e/>", ""),
        ("SELECT * { GRAPH ?a { ?b ?c 1 } MINUS { ?d ?e ?f } FILTER(?g) }", "abc"),
        ("SELECT * { { SELECT ?a (1 AS ?b) { ?a ?x ?y } LIMIT 1 } BIND(?z AS ?c) }", "abc"),
        ("SELECT * { FILTER REGEX(?x, 'a}') FILTER(EXISTS { ?y ?p ?o } && ?x) ?a ?b ?c }", "abc"),
        ("SELECT * { VALUES (?a ?b) { (1 2) (UNDEF '}') } ?c !(<x:y>|^a)/<x:z>* ?a }", "abc"),
    ],
)
def test_a_pattern_binds_its_variables(text: str, bound: str) -> None:
    group = read_query(text).group
    assert (set() if group is None else set(group.bound())) == set(bound)
