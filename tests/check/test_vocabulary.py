"""Names: declared, known, not deprecated; else a finding with the nearest name and the line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.check.outside import is_term, terms
from kg.check.reports import render
from kg.core.findings import Finding, Place, Severity
from kg.core.terms import PREFIXES

from .conftest import Draft, of_rule


def only(draft: Draft, rule: str) -> Finding:
    report = draft.report("vocabulary")
    (finding,) = report.findings
    assert finding.rule == rule
    return finding


def test_a_clean_project_has_no_findings_and_says_what_was_looked_at(draft: Draft) -> None:
    report = draft.report("vocabulary")
    assert not report.findings
    (looked_at,) = report.looked_at
    names, _, files = looked_at.partition(" names in ")
    assert int(names) > 60 and int(files.split()[0]) == 6


@pytest.mark.parametrize(
    ("file", "old", "new", "shown", "near"),
    [
        ("claims.ttl", "rel:shouldAdopt", "rel:shouldAdobt", "rel:shouldAdobt", "rel:shouldAdopt"),
        ("claims.ttl", "secpol:polarity", "secpol:polarty", "secpol:polarty", "secpol:polarity"),
        ("claims.ttl", "<#Volunteers>", "<#Volunteer>", "#Volunteer", "#Volunteers"),
        ("mentions.ttl", "my:PortOfBrand", "my:PortOfBrandt", "my:PortOfBrandt", "my:PortOfBrand"),
        (
            "facts.ttl",
            "a secpol:SocialGroup",
            "a secpol:Socialgroup",
            "secpol:Socialgroup",
            "secpol:SocialGroup",
        ),
    ],
)
def test_an_undeclared_name(draft: Draft, file: str, old: str, new: str, shown: str, near: str) -> None:
    path = draft.article / file
    line = draft.change(path, old, new)
    finding = only(draft, "vocabulary.undeclared")
    assert finding.message == f"{shown} is declared nowhere"
    assert finding.hint == f"did you mean {near}?"
    assert str(finding.places[0]) == f"articles/{draft.article.name}/{file}:{line}"
    assert finding.severity == "violation"


def test_a_file_without_statements_uses_no_names(draft: Draft) -> None:
    """It was read as SPARQL, in which its base is a name."""
    draft.write("entities/none.ttl", "@base <https://example.org/my-graph/entity/> .\n")
    assert draft.report("vocabulary").findings == ()


def test_each_use_is_a_finding_of_its_own(draft: Draft) -> None:
    claims = draft.article / "claims.ttl"
    lines = [draft.change(claims, "rel:characterisedAs", "rel:caracterisedAs")]
    lines.append(draft.change(claims, "rel:shouldAdopt", "rel:caracterisedAs"))
    report = draft.report("vocabulary")
    assert [finding.places[0].line for finding in report.findings] == lines


def test_a_node_without_a_type_is_one_finding(draft: Draft) -> None:
    line = draft.change(
        draft.root / "entities" / "harbour.ttl", "my:ElleryTown a secpol:Organisation ;", "my:ElleryTown"
    )
    claims = draft.article / "claims.ttl"
    naming = draft.change(claims, "my:ElleryTown", "my:ElleryTown")
    draft.change(claims, "my:GullFerryLine", "my:ElleryTown")
    report = draft.report("vocabulary")
    (finding,) = report.findings
    assert (
        finding.message
        == "my:ElleryTown is declared nowhere: it is described without a type, and named in 2 places more"
    )
    assert str(finding.places[0]) == f"entities/harbour.ttl:{line}"
    assert {place.line for place in finding.places[1:]} > {naming}
    assert len(finding.places) == 3


def test_a_text_report_names_a_few_of_many_places(draft: Draft) -> None:
    report = draft.report("vocabulary")
    places = tuple(Place("claims.ttl", line) for line in range(1, 10))
    finding = Finding("vocabulary.undeclared", Severity.VIOLATION, "x is declared nowhere", places=places)
    told = render(replace(report, findings=(finding,)), "text")
    assert "also claims.ttl:2, claims.ttl:3, claims.ttl:4, claims.ttl:5, claims.ttl:6 and 3 more" in told


def test_a_misspelt_target_and_path_of_a_shape(draft: Draft) -> None:
    draft.shapes(
        "myshape:misspelt a sh:NodeShape ; sh:targetClass secpol:Clam ;\n"
        "    sh:property [ sh:path secpol:heldby ; sh:minCount 1 ] ."
    )
    first, second = draft.report("vocabulary").findings
    assert (first.hint, str(first.places[0])) == ("did you mean secpol:Claim?", "shapes/own.ttl:8")
    assert (second.hint, str(second.places[0])) == ("did you mean secpol:heldBy?", "shapes/own.ttl:9")


def test_a_misspelt_name_in_the_sparql_of_a_shape(draft: Draft) -> None:
    draft.shapes(
        """myshape:query a sh:NodeShape ; sh:targetClass secpol:Claim ;
    sh:sparql [
        sh:prefixes <https://w3id.org/secpol/shape> ;
        sh:select "SELECT $this { $this secpol:heldBye ?x }" ] ."""
    )
    (finding,) = of_rule(draft.report("vocabulary").findings, "vocabulary.undeclared")
    assert (finding.hint, finding.places[0].line) == ("did you mean secpol:heldBy?", 11)


@pytest.mark.parametrize("written", ["secpol:heldBye", "<https://w3id.org/secpol/ontology#heldBye>"])
@pytest.mark.parametrize("file", ["queries/claims/who.rq", "ontology/rules/own.rq"])
def test_a_misspelt_name_in_a_query_or_rule(draft: Draft, file: str, written: str) -> None:
    header = "#+ into: facts\n" if "rules" in file else ""
    form = "CONSTRUCT { ?c a ?c }" if "rules" in file else "SELECT ?c"
    draft.write(
        file,
        f"#+ summary: no secpol:comment counts\n{header}PREFIX secpol: <https://w3id.org/secpol/ontology#>\n"
        f'{form} WHERE {{ # secpol:none\n    ?c {written} "secpol:nor-this"\n}}\n',
    )
    (finding,) = of_rule(draft.report("vocabulary").findings, "vocabulary.undeclared")
    assert finding.message == "secpol:heldBye is declared nowhere"
    assert str(finding.places[0]) == f"{file}:{4 + bool(header)}"


def test_a_query_may_name_what_belongs_to_an_article(draft: Draft) -> None:
    draft.write(
        "queries/claims/drill.rq",
        "#+ summary: The drill?\nSELECT ?p {\n"
        "<https://example.org/my-graph/article/2026-01-15-harbour-drill#Drill> ?p ?o }\n",
    )
    assert not draft.report("vocabulary").findings


def test_a_shared_entity_may_not_name_what_belongs_to_an_article(draft: Draft) -> None:
    draft.write(
        "entities/more.ttl",
        "<https://example.org/my-graph/entity/Pier> a <https://w3id.org/secpol/ontology#Place> ;\n"
        "    <https://w3id.org/secpol/ontology#near>\n"
        "        <https://example.org/my-graph/article/2026-01-15-harbour-drill#Drill> .\n",
    )
    finding = only(draft, "vocabulary.undeclared")
    assert finding.message == "#Drill belongs to the article 2026-01-15-harbour-drill, which may be taken out"
    assert finding.places[0].line == 3


def test_pages_and_passages_are_no_names_to_declare(draft: Draft) -> None:
    draft.write(
        "entities/more.ttl",
        "<https://example.org/my-graph/entity/Pier> a <https://w3id.org/secpol/ontology#Place> ;\n"
        "    <http://purl.org/dc/terms/source> <https://example.org/my-graph/map> .\n",
    )
    draft.change(draft.article / "claims.ttl", "<#char=32,83>", "<#char=32,82>")
    assert not draft.report("vocabulary").findings


@pytest.mark.parametrize(
    ("predicate", "near"),
    [
        ("http://www.w3.org/2004/02/skos/core#prefLable", "skos:prefLabel"),
        ("http://www.w3.org/ns/prov#wasDerivedFrm", "prov:wasDerivedFrom"),
        ("http://www.w3.org/ns/oa#hasTargt", "oa:hasTarget"),
        ("http://purl.org/dc/terms/creater", "dcterms:creator"),
        ("http://www.w3.org/2000/01/rdf-schema#lable", "rdfs:label"),
    ],
)
def test_a_term_that_its_vocabulary_does_not_have(draft: Draft, predicate: str, near: str) -> None:
    draft.write(
        "entities/more.ttl", f"<https://example.org/my-graph/entity/AdaMerrow>\n    <{predicate}> 'x' .\n"
    )
    finding = only(draft, "vocabulary.unknown")
    assert finding.hint == f"did you mean {near}?"
    assert str(finding.places[0]) == "entities/more.ttl:2"


def test_a_vocabulary_without_a_list_is_named(draft: Draft) -> None:
    draft.write(
        "entities/more.ttl", "<https://example.org/my-graph/entity/AdaMerrow> <http://e.org/v#knows> 1 .\n"
    )
    assert draft.report("vocabulary").notes == (
        "there is no list of the terms of <http://e.org/v#>: not looked up",
    )


def test_a_deprecated_term_warns_and_names_what_replaces_it(draft: Draft) -> None:
    draft.write(
        "ontology/own.ttl",
        """@prefix owl: <http://www.w3.org/2002/07/owl#> .
        @prefix my: <https://example.org/my-graph/entity/> .
        @prefix dcterms: <http://purl.org/dc/terms/> . @prefix secpol: <https://w3id.org/secpol/ontology#> .
        my:oldName a owl:ObjectProperty ; owl:deprecated true ; dcterms:isReplacedBy secpol:near .""",
    )
    draft.write(
        "entities/more.ttl",
        "@prefix my: <https://example.org/my-graph/entity/> .\n"
        "my:OuterHarbour my:oldName my:OuterHarbour .\n",
    )
    finding = only(draft, "vocabulary.deprecated")
    assert (finding.severity, finding.hint) == ("warning", "use secpol:near")
    assert finding.message == "my:oldName is deprecated"
    assert str(finding.places[0]) == "entities/more.ttl:2"


def test_term_lists_hold_terms_and_nothing_else() -> None:
    assert len(terms(PREFIXES["skos"])) == 32
    assert is_term(PREFIXES["sh"], "class")  # a Python keyword, so it stands among the extras
    assert is_term(PREFIXES["rdf"], "_7") and not is_term(PREFIXES["rdf"], "_x")
    assert not is_term(PREFIXES["skos"], "Date")  # from the list's own docstring
    assert is_term(PREFIXES["oa"], "TextQuoteSelector")
    assert is_term("http://e.org/", "x") is None


def test_term_lists_agree_with_rdflib() -> None:
    import rdflib

    for prefix, known in {"prov": rdflib.PROV, "dcterms": rdflib.DCTERMS, "owl": rdflib.OWL}.items():
        names = {str(term).removeprefix(PREFIXES[prefix]) for term in dir(known)}  # leaves ISO639-2 out
        assert names == {term for term in terms(PREFIXES[prefix]) if "-" not in term}


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("entities/more.ttl", "# more\n@prefix secpol: <https://w3id.org/secpol/ontolgy#> .\n"),
        (
            "queries/claims/who.rq",
            "#+ summary: Who?\nPREFIX secpol: <https://w3id.org/secpol/ontolgy#>\nASK {}\n",
        ),
        ("shapes/own.ttl", "\nprefix secpol:<https://w3id.org/secpol/ontolgy#>\n"),
    ],
)
def test_a_prefix_with_another_meaning(draft: Draft, file: str, text: str) -> None:
    """All that is written with it was taken for terms of a vocabulary that nobody knows."""
    draft.write(file, text)
    finding = only(draft, "vocabulary.prefix")
    assert (str(finding.places[0]), finding.severity) == (f"{file}:2", "warning")
    assert finding.message == (
        "the prefix secpol: stands for <https://w3id.org/secpol/ontolgy#> here, "
        "elsewhere for <https://w3id.org/secpol/ontology#>"
    )
    assert finding.hint == "write <https://w3id.org/secpol/ontology#>, or take another prefix"


def test_a_prefix_of_the_project_with_another_meaning(draft: Draft) -> None:
    draft.write("entities/more.ttl", "@prefix my: <https://example.org/my-graf/entity/> .\n")
    assert "<https://example.org/my-graph/entity/>" in (only(draft, "vocabulary.prefix").hint or "")
