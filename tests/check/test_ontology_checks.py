"""Each check of the ontology: a graph that it passes, one that it catches, and a header that is whole."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.api.audit import audit
from kg.check.job import WantedChecks
from kg.check.ontology import DECLARED_IN, bench
from kg.check.stored_checks import Check, read_checks
from kg.core.errors import InputError
from kg.core.terms import RDF_TYPE
from kg.project.project import Project
from kg.rdf.turtle_reading import read_turtle

from .conftest import Draft, of_rule

SEEDS = Path(__file__).parents[1] / "seeds" / "ontology-checks"
CHECKS = {check.path.stem: check for check in read_checks(Project.shipped())}
OWN = "https://example.org/seed"


def caught(check: Check, seed: Path) -> int:
    triples = read_turtle(seed)
    own = {
        triple.subject
        for triple in triples
        if triple.predicate == RDF_TYPE
        and isinstance(triple.subject, ox.NamedNode)
        and triple.subject.value.startswith(OWN)
    }
    text = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert text is not None
    return len(list(check.run(bench(text, [ox.Triple(s, DECLARED_IN, ox.Literal("seed.ttl")) for s in own]))))


@pytest.mark.parametrize("name", sorted(CHECKS))
def test_check_catches_its_seed_and_passes_the_other(name: str) -> None:
    assert caught(CHECKS[name], SEEDS / f"{name}.ttl") > 0
    assert caught(CHECKS[name], SEEDS / f"{name}.ok.ttl") == 0


def test_every_check_has_its_two_seeds_and_every_seed_its_check() -> None:
    assert len(CHECKS) >= 45
    assert {path.name for path in SEEDS.glob("*.ttl")} == {
        name + suffix for name in CHECKS for suffix in (".ttl", ".ok.ttl")
    }


def test_the_shipped_ontology_has_no_violation() -> None:
    report = audit(Project.shipped(), WantedChecks(parts=("ontology",)))
    assert not [finding for finding in report.findings if finding.severity == "violation"]


def test_a_finding_names_the_term_its_place_and_the_way_to_mend_it(orchard: Draft) -> None:
    path = orchard.root / "ontology" / "orchards.ttl"
    line = orchard.change(path, '    rdfs:label "orchard"@en ;\n', "")
    (finding,) = of_rule(orchard.report("ontology").findings, "ontology.missing-label")
    assert finding.message == "orch:Orchard: has no label"
    assert str(finding.places[0]) == f"ontology/orchards.ttl:{line - 1}"
    assert finding.hint == "Add rdfs:label with a language tag."


def test_what_only_follows_from_the_data_is_used(orchard: Draft) -> None:
    path = next((orchard.root / "ontology").glob("*.ttl"))
    extra = """
orch:gives a owl:ObjectProperty ; owl:inverseOf orch:harvestedBy .
orch:gone a owl:ObjectProperty .
"""
    path.write_text(path.read_text(encoding="utf-8") + extra, encoding="utf-8")
    unused = {finding.node for finding in of_rule(orchard.report("ontology").findings, "ontology.unused")}
    assert "https://example.org/orchards/vocabulary#gone" in unused
    assert "https://example.org/orchards/vocabulary#gives" not in unused


def test_what_is_extended_is_not_reported_again(orchard: Draft) -> None:
    findings = orchard.report("ontology").findings
    assert findings
    assert {place.file for finding in findings for place in finding.places} == {"ontology/orchards.ttl"}


def test_a_project_without_an_ontology_of_its_own_says_so(draft: Draft) -> None:
    assert "no ontology of its own" in draft.report("ontology").looked_at


def test_an_outside_term_that_is_redefined(orchard: Draft) -> None:
    path = orchard.root / "ontology" / "orchards.ttl"
    path.write_text(
        path.read_text(encoding="utf-8")
        + "\n<http://xmlns.com/foaf/0.1/Person> rdfs:subClassOf orch:Variety .\n",
        encoding="utf-8",
    )
    (finding,) = of_rule(orchard.report("ontology").findings, "ontology.hijacked")
    assert (
        finding.message
        == "foaf:Person: is a term of another vocabulary and is redefined here by rdfs:subClassOf"
    )


def test_a_redefinition_stands_where_it_is_written(draft: Draft) -> None:
    """It stood in a shipped file that names the term, too."""
    draft.write(
        "ontology/own.ttl",
        "@prefix dcterms: <http://purl.org/dc/terms/> .\n"
        "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n\n"
        "dcterms:creator rdfs:comment 'whoever wrote it'@en ;\n"
        "    rdfs:domain <https://w3id.org/secpol/ontology#Claim> .\n",
    )
    found = of_rule(draft.report("ontology").findings, "ontology.hijacked")
    assert [list(map(str, finding.places)) for finding in found if "domain" in finding.message] == [
        ["ontology/own.ttl:5"]
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("#+ summary: x\nSELECT ?node { ?node ?p ?o }", "the header has no severity"),
        ("#+ sumary: x\nSELECT ?node { ?node ?p ?o }", "did you mean summary?"),
        (
            "#+ summary: x\n#+ problem: x\n#+ principle: x\n#+ mend: x\n#+ severity: bad\nSELECT ?node {}",
            "severity is 'bad'; use one of violation, warning, info",
        ),
    ],
)
def test_a_header_that_is_not_whole_is_refused(orchard: Draft, text: str, message: str) -> None:
    orchard.write("ontology/checks/own.rq", text)
    with pytest.raises(InputError) as raised:
        orchard.report("ontology")
    assert message in str(raised.value) and "own.rq" in str(raised.value)


@pytest.mark.parametrize(
    ("query", "message"), [("SELECT ?node {", "is not SPARQL"), ("ASK {}", "a check is a SELECT query")]
)
def test_a_query_that_is_none_is_refused(orchard: Draft, query: str, message: str) -> None:
    header = "#+ summary: x\n#+ problem: x\n#+ principle: x\n#+ mend: x\n#+ severity: info\n"
    orchard.write("ontology/checks/own.rq", header + query)
    with pytest.raises(InputError, match=message):
        orchard.report("ontology")


def test_a_check_of_a_project_is_run(orchard: Draft) -> None:
    orchard.write(
        "ontology/checks/own.rq",
        '#+ summary: Fruit.\n#+ problem: "is like {other}"\n#+ principle: taste\n#+ mend: Eat it.\n'
        "#+ severity: info\nPREFIX orch: <https://example.org/orchards/vocabulary#>\n"
        "SELECT ?node ?other { VALUES (?node ?other) { (orch:Orchard orch:Variety) } }",
    )
    (finding,) = of_rule(orchard.report("ontology").findings, "ontology.own")
    assert finding.message == "orchard: is like variety"


def test_two_checks_with_one_name_are_refused(orchard: Draft) -> None:
    header = "#+ summary: x\n#+ problem: x\n#+ principle: x\n#+ mend: x\n#+ severity: info\n"
    orchard.write("ontology/checks/spelling.rq", header + "SELECT ?node {}")
    with pytest.raises(InputError, match=r"two rules ontology\.spelling"):
        orchard.report("ontology")
