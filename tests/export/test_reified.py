from __future__ import annotations

import io

import pyoxigraph as ox
import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.errors import UsageError
from kg.core.terms import PREFIXES, PROPOSITION, SECPOL
from kg.export.reified import REIFIES, with_triple_terms

_PARTS = (SECPOL("propSubject"), SECPOL("propPredicate"))


def exported(graph: KnowledgeGraph, form: str = "nquads", **options: object) -> list[ox.Quad]:
    file = io.BytesIO()
    graph.export(file, form=form, rdf12=True, **options)  # type: ignore[arg-type]
    formats = {"nquads": ox.RdfFormat.N_QUADS, "trig": ox.RdfFormat.TRIG, "turtle": ox.RdfFormat.TURTLE}
    return list(ox.parse(file.getvalue(), formats[form]))


def undone(quads: list[ox.Quad]) -> set[ox.Quad]:
    """The graph as it was: each content back on the proposition of its claim."""
    propositions = {
        (quad.graph_name, quad.subject): quad.object for quad in quads if quad.predicate == PROPOSITION
    }
    back = set[ox.Quad]()
    for quad in quads:
        term = quad.object
        if quad.predicate != REIFIES or not isinstance(term, ox.Triple):
            back.add(quad)
            continue
        node = propositions.get((quad.graph_name, quad.subject), quad.subject)
        assert isinstance(node, ox.NamedNode)
        value = "propValue" if isinstance(term.object, ox.Literal) else "propObject"
        parts = {"propSubject": term.subject, "propPredicate": term.predicate, value: term.object}
        back |= {ox.Quad(node, SECPOL(part), found, quad.graph_name) for part, found in parts.items()}
    return back


def test_nothing_is_lost_in_triple_terms(any_graph: KnowledgeGraph) -> None:
    quads = exported(any_graph)
    assert undone(quads) == set(any_graph.snapshot.store)
    assert not [quad for quad in quads if quad.predicate in _PARTS]


def test_a_claim_reifies_what_it_says(shipped_graph: KnowledgeGraph) -> None:
    claim = ox.NamedNode("https://w3id.org/secpol/article/2024-12-11-america-needs-japan#S025")
    said = {quad.predicate: quad.object for quad in exported(shipped_graph, "trig") if quad.subject == claim}
    rebuff = ox.NamedNode("https://w3id.org/secpol/article/2024-12-11-america-needs-japan#USRebuff")
    assert said[REIFIES] == ox.Triple(rebuff, SECPOL("actor"), ox.NamedNode(f"{PREFIXES['ent']}GovUS"))
    assert said[SECPOL("certainty")] == SECPOL("Certain")
    assert SECPOL("heldBy") in said


def test_relation_concepts_and_literals_stand_in_triple_terms(shipped_graph: KnowledgeGraph) -> None:
    terms = [quad.object for quad in exported(shipped_graph, "turtle") if quad.predicate == REIFIES]
    assert any(isinstance(term, ox.Triple) and isinstance(term.object, ox.Literal) for term in terms)
    assert any(
        isinstance(term, ox.Triple) and term.predicate.value.startswith(PREFIXES["rel"]) for term in terms
    )


def test_claims_can_be_asked_for_by_what_they_say(shipped_graph: KnowledgeGraph) -> None:
    store = ox.Store()
    store.extend(exported(shipped_graph))
    rows = store.query(
        "SELECT ?claim { ?claim rdf:reifies <<( ?act secpol:actor ent:GovUS )>> }",
        use_default_graph_as_union=True,
        prefixes=dict(PREFIXES),
    )
    assert any(row["claim"].value.endswith("#S025") for row in rows)  # type: ignore[union-attr]


def test_a_proposition_that_lacks_a_part_stays_as_it_is() -> None:
    node = ox.NamedNode("urn:p")
    parts = [ox.Triple(node, part, node) for part in _PARTS]
    assert set(with_triple_terms(parts)) == set(parts)
    whole = [*parts, ox.Triple(node, SECPOL("propValue"), ox.Literal(47))]
    assert list(with_triple_terms(whole)) == [ox.Triple(node, REIFIES, ox.Triple(node, node, ox.Literal(47)))]


def test_formats_without_triple_terms_are_refused(orchards_graph: KnowledgeGraph) -> None:
    for form in ("rdfxml", "jsonld", "graphml"):
        with pytest.raises(UsageError, match="no triple terms"):
            orchards_graph.extract(rdf12=True).write(io.BytesIO(), form)
