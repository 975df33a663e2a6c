from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.build.digest import digest_inputs
from kg.build.facts import apply_rules
from kg.build.sources import Staging, stage
from kg.core.errors import InputError
from kg.project.project import Project, SourceKind

ARTICLE = "https://example.org/orchards/article/2026-09-10-late-frost"
SECPOL = "https://w3id.org/secpol/ontology#"
ORCH = "https://example.org/orchards/vocabulary#"


def ruled(folder: Path) -> Staging:
    project = Project.load(folder)
    inputs = digest_inputs(project)
    staging = stage(project, inputs.sources, 2)
    apply_rules(staging, [source for source in inputs.sources if source.kind is SourceKind.RULE])
    return staging


def graph(staging: Staging, part: str) -> set[ox.Triple]:
    return staging.triples([staging.graph(f"article/2026-09-10-late-frost/{part}")])


def triple(subject: str, predicate: str, value: str) -> ox.Triple:
    return ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), ox.NamedNode(value))


def test_what_is_asserted_as_fact_becomes_a_triple(orchards_built: Path) -> None:
    facts = graph(ruled(orchards_built), "facts")
    cooperative = "https://example.org/orchards/entity/Cooperative"
    assert triple(f"{ARTICLE}#Harvest", f"{ORCH}harvestedBy", cooperative) in facts
    assert triple(f"{ARTICLE}#Crates", f"{SECPOL}figureFor", f"{ARTICLE}#Harvest") in facts


def test_a_view_and_a_denial_do_not(orchards_built: Path) -> None:
    predicates = {fact.predicate.value for fact in graph(ruled(orchards_built), "facts")}
    assert f"{ORCH}damagedBy" not in predicates
    assert f"{ORCH}hasTrait" not in predicates


@pytest.mark.parametrize(("start", "end"), [(105, 122), (137, 150)], ids=["passage", "mention"])
def test_a_passage_gets_the_range_that_its_iri_states(orchards_built: Path, start: int, end: int) -> None:
    staging = ruled(orchards_built)
    node = ox.NamedNode(f"{ARTICLE}#char={start},{end}")
    found = {
        triple.predicate.value: triple.object
        for triple in graph(staging, "passages") | graph(staging, "mentions")
        if triple.subject == node
    }
    assert found[f"{SECPOL}startOffset"] == ox.Literal(start)
    assert found[f"{SECPOL}endOffset"] == ox.Literal(end)
    assert found[f"{SECPOL}passageOf"] == ox.NamedNode(ARTICLE)


def rule(folder: Path, text: str) -> Path:
    path = folder / "ontology" / "rules" / "mine.rq"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    return path


def test_a_rule_of_the_projects_own(orchards: Path) -> None:
    rule(
        orchards,
        f"#+ summary: x\n#+ into: facts\nCONSTRUCT {{ ?o a <urn:Picker> }} {{ ?s <{ORCH}harvestedBy> ?o }}",
    )
    facts = graph(ruled(orchards), "facts")
    assert any(fact.object == ox.NamedNode("urn:Picker") for fact in facts)


def test_a_rule_makes_no_triple_that_is_there(orchards: Path) -> None:
    rule(orchards, "#+ summary: x\n#+ into: claims\nCONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")
    staging = ruled(orchards)
    quads = list(staging.store)
    assert len({quad.triple for quad in quads}) == len(quads)


@pytest.mark.parametrize(
    ("text", "words", "line"),
    [
        ("#+ summary: x\nCONSTRUCT {} {}", "no into", None),
        ("#+ summary: x\n#+ in: facts\nCONSTRUCT {} {}", "did you mean into", 2),
        ("#+ summary: x\n#+ into: facts\nSELECT * {}", "CONSTRUCT", None),
        ("#+ summary: x\n#+ into: facts\nCONSTRUCT {\n oops } {}", "", 4),
        ("#+ summary: x\n#+ into: fact\nCONSTRUCT {} {}", "did you mean facts", None),
    ],
)
def test_a_wrong_rule_is_named(orchards: Path, text: str, words: str, line: int | None) -> None:
    path = rule(orchards, text)
    with pytest.raises(InputError) as caught:
        ruled(orchards)
    assert caught.value.path == path
    assert words in caught.value.message
    if line:
        assert caught.value.line == line


def test_what_claims_speak_of_is_stated_by_them(orchards_built: Path) -> None:
    facts = graph(ruled(orchards_built), "descriptions")
    stated = {(str(t.subject), str(t.object)) for t in facts if t.predicate.value == f"{SECPOL}statedBy"}
    assert (f"<{ARTICLE}#Crates>", f"<{ARTICLE}#S004>") in stated
    assert (f"<{ARTICLE}#time=2026-09-03>", f"<{ARTICLE}#S001>") in stated  # the time of its subject
    assert not any("#authors" in node or ("#S00" in node and "holder" not in node) for node, _ in stated)


def test_paragraphs_follow_from_where_they_start(orchards_built: Path) -> None:
    staging = ruled(orchards_built)
    for part, node in (("passages", "105,122"), ("mentions", "137,150")):
        paragraph = ox.Triple(
            ox.NamedNode(f"{ARTICLE}#char={node}"), ox.NamedNode(f"{SECPOL}paragraph"), ox.Literal(1)
        )
        assert paragraph in graph(staging, part)


def test_a_rule_reads_the_graphs_that_it_names(orchards: Path) -> None:
    text = "#+ summary: x\n#+ from: {}\n#+ into: facts\nCONSTRUCT {{ ?s a <urn:Dated> }} {{ ?s <{}> ?o }}"
    rule(orchards, text.format("[claims, meta]", f"{SECPOL}textSha256"))
    assert any(fact.object == ox.NamedNode("urn:Dated") for fact in graph(ruled(orchards), "facts"))
    (orchards / "ontology" / "rules" / "mine.rq").write_text(text.format("claim", "urn:p"), encoding="utf-8")
    with pytest.raises(InputError, match="no graph 'claim'; did you mean claims"):
        ruled(orchards)
