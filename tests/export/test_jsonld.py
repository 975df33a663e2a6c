from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from pyld import jsonld as pyld

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.errors import InputError, UsageError
from kg.export.content import constructed
from kg.project.context import CONTEXT, context_of
from kg.project.project import Project
from kg.rdf.jsonld import write_jsonld
from tests.export.context import context_text
from tests.export.readers import canonical, offline


def document(graph: KnowledgeGraph, **options: Any) -> dict[str, Any]:
    """An export as a program reads it."""
    file = io.BytesIO()
    graph.export(file, form="jsonld", **options)
    read: dict[str, Any] = json.loads(file.getvalue())
    return read


def nodes(read: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """All node objects of the graphs of a document by their @id."""
    return {node["@id"]: node for graph in read["@graph"] for node in graph["@graph"] if "@id" in node}


def from_turtle(text: str) -> tuple[dict[str, Any], set[ox.Quad]]:
    """Some Turtle as JSON-LD in the words of the shipped context."""
    content = constructed(quad.triple for quad in ox.parse(text, ox.RdfFormat.TURTLE))
    file = io.BytesIO()
    write_jsonld(content.texts(), file, context_of(Project.shipped()))
    return json.loads(file.getvalue()), set(canonical(content.store))


def in_pyld(read: dict[str, Any]) -> set[ox.Quad]:
    text = pyld.to_rdf(read, {"format": "application/n-quads", "documentLoader": offline})
    return set(canonical(ox.parse(text, format=ox.RdfFormat.N_QUADS)))


def test_the_context_is_the_ontologys(shipped_graph: KnowledgeGraph) -> None:
    """`make renew` writes it anew when the ontology has other properties."""
    path = shipped_graph.project.root / CONTEXT
    assert path.read_text(encoding="utf-8") == context_text(shipped_graph)


def test_a_claim_reads_in_plain_words(shipped_graph: KnowledgeGraph) -> None:
    article = "https://w3id.org/secpol/article/2024-12-11-america-needs-japan"
    claim = nodes(document(shipped_graph, layers=["claims"]))[f"{article}#S025"]
    assert claim["@type"] == "Claim"
    assert claim["label"]["en"].startswith("The US government")
    assert claim["heldBy"] == f"{article}#authors"
    assert (claim["certainty"], claim["polarity"], claim["assertedAs"]) == ("Certain", "Affirmed", "Fact")
    assert list(claim)[:2] == ["@id", "@type"]
    passage = nodes(document(shipped_graph, layers=["claims"]))[claim["evidencedBy"]]
    assert (passage["startOffset"], passage["paragraph"]) == (990, 7)


def test_a_frame_nests_propositions_and_passages_in_their_claims(shipped_graph: KnowledgeGraph) -> None:
    framed = document(shipped_graph, frame=True)
    claims = [node for node in framed["@graph"] if "proposition" in node]
    assert len(claims) == 376
    assert framed["@graph"][: len(claims)] == claims
    assert all(claim["proposition"]["@type"] == "Proposition" for claim in claims)
    first = next(claim for claim in claims if claim["@id"].endswith("#S025"))
    assert first["proposition"]["propObject"] == "ent:GovUS"
    assert first["evidencedBy"]["startOffset"] == 990
    assert "@graph" not in claims[0]


def test_a_frame_of_one_article(orchards_graph: KnowledgeGraph) -> None:
    framed = document(orchards_graph, frame=True, articles=["2026-09-10-late-frost"])
    assert any("proposition" in node for node in framed["@graph"])
    with pytest.raises(UsageError, match="--frame is for jsonld"):
        orchards_graph.extract(frame=True).write(io.BytesIO(), "turtle")


def test_a_project_of_ones_own_has_its_prefixes_and_full_values(orchards_graph: KnowledgeGraph) -> None:
    read = document(orchards_graph)
    assert read["@context"]["orch"] == "https://example.org/orchards/vocabulary#"
    assert read["@context"]["heldBy"] == {"@id": "secpol:heldBy", "@type": "@id"}
    text = json.dumps(read)
    assert '"orch:harvestedBy": {"@id": "tollan:' in text
    assert '"@type": "orch:Variety"' in text


def test_a_context_of_ones_own_adds_terms(orchards: Path) -> None:
    own = {"@context": {"grownBy": {"@id": "orch:harvestedBy", "@type": "@id"}}}
    (orchards / CONTEXT).write_text(json.dumps(own), encoding="utf-8")
    graph = KnowledgeGraph.open(Project.load(orchards))
    read = document(graph)
    assert '"grownBy": "tollan:' in json.dumps(read)
    assert in_pyld(read) == set(canonical(graph.snapshot.store))
    (orchards / CONTEXT).write_text("{", encoding="utf-8")
    with pytest.raises(InputError, match="not a JSON-LD context"):
        document(graph)


@pytest.mark.parametrize(
    "own",
    [
        {"grownBy": {"@id": "orch:harvestedBy", "@type": "@id", "@container": "@list"}},
        {"grownBy": {"@id": "orch:harvestedBy", "@type": "@id", "@container": "@set"}},
        {"grownBy": {"@reverse": "orch:harvestedBy"}, "name": {"@id": "rdfs:label", "@language": "en"}},
        {
            "grownBy": "orch:harvestedBy",
            "label": "orch:grownIn",
            "@vocab": "https://example.org/orchards/vocabulary#",
        },
        {"heldBy": None},
    ],
)
def test_a_context_of_ones_own_never_changes_the_graph(orchards: Path, own: dict[str, Any]) -> None:
    (orchards / CONTEXT).write_text(json.dumps({"@context": own}), encoding="utf-8")
    graph = KnowledgeGraph.open(Project.load(orchards))
    assert in_pyld(document(graph)) == set(canonical(graph.snapshot.store))


def test_a_context_that_would_change_the_graph_is_refused(orchards: Path) -> None:
    (orchards / CONTEXT).write_text('{"@context": {"@language": "en"}}', encoding="utf-8")
    with pytest.raises(InputError, match="not @language"):
        document(KnowledgeGraph.open(Project.load(orchards)))


PREFIXES = """@prefix secpol: <https://w3id.org/secpol/ontology#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix ent: <https://w3id.org/secpol/entity/> .
"""


@pytest.mark.parametrize(
    "text",
    [
        'ent:A rdfs:label "plain", "words"@en, "mots"@fr, "more words"@en .',
        'ent:A secpol:heldBy "a literal where a node is expected" .',
        "ent:A rdfs:label ent:B .",
        'ent:A secpol:latest "2024-01-01T00:00:00Z"^^xsd:dateTime, "2024", "2024-01-01"^^xsd:date .',
        "ent:A secpol:certainty secpol:Certain, ent:B, <urn:x:y> .",
        'ent:A secpol:paragraph 7, 123456789012345678901, "007"^^xsd:int, 1.5, true, "1"^^xsd:boolean .',
        "ent:A secpol:label secpol:B ; secpol:source secpol:label ; a secpol:label, <urn:x:kind> .",
        "ent:A secpol:heldBy ( ent:B ( 1 ) () ) . [] secpol:heldBy [ rdfs:label 'x'@en ] .",
        "_:a secpol:heldBy _:b . _:b secpol:heldBy _:a . ent:A secpol:heldBy _:b .",
        "ent:A <urn:p> <https://w3id.org/secpol/article/a#char=1,2>, <https://w3id.org/secpol/entity/> .",
        'ent:A rdfs:comment "tab\\t quote\\" backslash\\\\ \\u0001 \\U0001FFFE end"@en-GB .',
        "ent:A a [ a secpol:Claim ] ; <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> ent:B .",
    ],
)
def test_terms_that_do_not_fit_lose_nothing(text: str) -> None:
    read, expected = from_turtle(PREFIXES + text)
    assert in_pyld(read) == expected
    assert set(canonical(ox.parse(json.dumps(read), ox.RdfFormat.JSON_LD))) == expected


def test_an_iri_that_looks_like_a_curie_is_refused() -> None:
    with pytest.raises(UsageError, match="for a CURIE"):
        from_turtle("<geo:37.8,-122.4> <urn:p> 1 .")


def test_a_triple_term_is_refused() -> None:
    text = b"<urn:s> <urn:p> <<( <urn:a> <urn:b> <urn:c> )>> .\n"
    with pytest.raises(UsageError, match="no triple terms"):
        write_jsonld([(ox.DefaultGraph(), text)], io.BytesIO(), {})
