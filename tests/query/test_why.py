"""kg why: from a statement to its claims and passages, each told once; from an inferred one to its proof."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.errors import UsageError
from kg.project.project import Project
from kg.query.explained import RULES, Text, as_dot, as_json
from kg.query.proof import Proof
from kg.query.why import Reason, Why
from tests.command import Kg


@pytest.fixture(scope="module")
def graph(orchards_built: Path) -> KnowledgeGraph:
    return KnowledgeGraph.open(Project.load(orchards_built))


@pytest.fixture(autouse=True)
def no_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KG_TEXTS", raising=False)


def told(graph: KnowledgeGraph, *asked: str) -> list[str]:
    return list(Text(graph.words).lines(graph.why(*asked, quotes=True)))


def test_a_claim_has_holder_strength_and_passage(graph: KnowledgeGraph) -> None:
    lines = told(graph, "#S003")
    assert lines[0] == "#S003 The crop grew in the northern plot"
    assert lines[1].startswith(
        "  held by author of the article on the pear harvest; certain; affirmed; asserted as fact"
    )
    assert re.fullmatch(r'  paragraph \d+, characters \d+-\d+: ".+"', lines[2])


def test_without_the_text_the_link_stands_for_the_quote(orchards: Path) -> None:
    for path in (orchards / "texts").iterdir():
        path.unlink()
    article = next(orchards.glob("articles/*/article.ttl"))
    text = article.read_text(encoding="utf-8")
    linked = text.replace(
        "<> a ", "<> <http://purl.org/dc/terms/source> <https://example.org/late-frost> ;\n    a ", 1
    )
    assert linked != text
    graph = KnowledgeGraph.open(Project.load(orchards))
    assert told(graph, "#S003")[2].endswith('of "Late frost, good pears"')
    article.write_text(linked, encoding="utf-8")
    graph = KnowledgeGraph.open(Project.load(orchards), strict=True)
    assert told(graph, "#S003")[2].endswith(", https://example.org/late-frost")


def test_another_text_is_not_quoted_from(orchards: Path) -> None:
    (text,) = (orchards / "texts").iterdir()
    text.write_text("x" + text.read_text(encoding="utf-8"), encoding="utf-8")
    lines = told(KnowledgeGraph.open(Project.load(orchards)), "#S003")
    assert lines[2].endswith('of "Late frost, good pears"')


def test_a_fact_is_backed_by_its_claim(graph: KnowledgeGraph) -> None:
    lines = told(graph, "#Harvest", "orch:harvestedIn")
    assert lines[0] == "first harvest of Amber Lady in 2026 harvested in north orchard  [fact]"
    assert lines[1] == "  #S003 The crop grew in the northern plot"


def test_background_names_its_source(graph: KnowledgeGraph) -> None:
    assert told(graph, "north orchard", "orch:neighbours") == [
        "north orchard lies next to south orchard  [background]",
        "  source: https://example.org/orchards/map",
    ]


def test_an_inferred_triple_is_a_tree_down_to_the_claims(graph: KnowledgeGraph) -> None:
    lines = told(graph, "Amber Lady", "orch:grownIn")
    assert lines[0] == "Amber Lady grown in north orchard  [inferred: step by step along a chain]"
    claims = [line for line in lines if re.match(r"\s+#S\d+ ", line)]
    assert [line.split()[0] for line in claims] == ["#S002", "#S003"]
    assert any(line.strip().startswith('since "grown in" follows from "has harvest", then') for line in lines)
    assert not any("rdf:" in line or "rdfs:" in line or "owl:" in line or "c14n" in line for line in lines)


def test_nothing_is_told_twice(any_graph: KnowledgeGraph) -> None:
    subject = {"secpol": "#USRebuff", "orchards": "#Harvest"}.get(any_graph.project.name)
    if subject is None:
        subject = next(line.split()[0] for line in told(any_graph, "#S001"))
    lines = [line.strip() for line in told(any_graph, subject) if line.strip()]
    claims = [line for line in lines if re.match(r"#S\w+ ", line) and "as shown above" not in line]
    assert len(claims) == len(set(claims))
    proofs = [line.removeprefix("since ") for line in lines if "[inferred: " in line]
    assert len(proofs) == len(set(proofs))


def test_what_supports_and_contradicts_a_claim(starter_built: Path) -> None:
    graph = KnowledgeGraph.open(Project.load(starter_built))
    one = [line for view in ("#S005", "#S006", "#S007") for line in told(graph, view)]
    assert any(line.startswith("  contradicted by #S0") for line in one)
    assert any(line.startswith("  supported by #S0") for line in one)
    assert any(
        line.startswith("  supports #S0") for number in range(1, 9) for line in told(graph, f"#S00{number}")
    )


def test_all_that_is_said_of_an_article_has_its_kind_and_metadata(any_graph: KnowledgeGraph) -> None:
    (row, *_) = any_graph.sparql("SELECT ?a { ?p secpol:passageOf ?a } LIMIT 1")
    lines = told(any_graph, row["a"].value)
    assert any(line.endswith("  [meta]") and " is a" not in line for line in lines)
    assert any(" is a" in line and line.endswith("  [meta]") for line in lines)


def test_background_that_an_article_asserts_too_is_told_with_the_claim() -> None:
    graph = KnowledgeGraph.open(Project.shipped(), fresh=False)
    lines = told(graph, "US-Japan alliance", "has party", "Japan")
    assert lines[0] == "US-Japan alliance has party Japan  [background]"
    assert lines[1].startswith("  source: ")
    assert [line.split()[0] for line in lines if line.startswith("  #")] == ["#S017"]
    everything = told(graph, "US-Japan alliance")
    assert sum(line.strip().startswith("#S017 ") for line in everything) == 1


def test_a_view_is_no_fact_but_claimed(graph: KnowledgeGraph) -> None:
    content = next(
        iter(
            graph.sparql(
                "SELECT ?s ?p ?o { ?c secpol:assertedAs secpol:View ; secpol:proposition ?x ."
                " ?x secpol:propSubject ?s ; secpol:propPredicate ?p ; secpol:propObject ?o }"
            )
        )
    )
    lines = told(graph, *(content[name].value for name in "spo"))
    assert lines[0].endswith(": no fact, but claimed")
    assert "held by" in lines[2]


def test_claims_that_stand_together_do_not_list_one_another(starter_built: Path) -> None:
    starter = KnowledgeGraph.open(Project.load(starter_built))
    alone = told(starter, "#S005")
    assert any(line.strip().startswith("the same content: #S006") for line in alone)
    together = told(starter, "#Drill", "secpol:target", "port of Brand")
    assert [line.split()[0] for line in together if line.startswith("  #")] == ["#S005", "#S006"]
    assert not any("the same content" in line for line in together)


def test_a_number_is_found_as_typed(graph: KnowledgeGraph) -> None:
    assert told(graph, "#Crates", "secpol:numericValue", "900")[0].endswith("900  [description]")


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        (("nobody",), "nothing is called 'nobody'"),
        (("#Nothing",), "no article has a #Nothing"),
        (("tollan:AmberLad",), "does not speak of tollan:AmberLad; did you mean AmberLady"),
        (("#Harvest", "orch:harvestof"), "does not speak of orch:harvestof; did you mean harvestOf"),
        (("#Harvest", "orch:harvestOf", "tollan:NoOrchard"), "does not speak of tollan:NoOrchard"),
        (("#Harvest", "orch:harvestOf", "south orchard"), "nothing is stated"),
        (("#Harvest", "orch:harvestOf", '"unfinished'), "is not a literal"),
    ],
)
def test_what_is_not_known_or_stated_is_an_error(
    graph: KnowledgeGraph, asked: tuple[str, ...], message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        graph.why(*asked)


def test_json_has_the_whole_tree(graph: KnowledgeGraph) -> None:
    (found,) = json.loads(as_json(graph.why("Amber Lady", "orch:grownIn")))
    assert found["statement"][1] == "<https://example.org/orchards/vocabulary#grownIn>"
    assert found["reason"]["rule"] == "prp-spo2"
    leaves = list(json_leaves(found["reason"]))
    assert {claim["iri"].partition("#")[2] for leaf in leaves for claim in leaf["claims"]} == {"S002", "S003"}
    assert all(leaf["graph"] for leaf in leaves)


def json_leaves(reason: dict[str, list[dict[str, object]]]) -> Iterator[dict[str, list[dict[str, str]]]]:
    if not reason["premises"]:
        yield reason  # type: ignore[misc]
    for premise in reason["premises"]:
        yield from json_leaves(premise)  # type: ignore[arg-type]


def test_dot_has_balanced_quotes_and_every_edge_a_node(graph: KnowledgeGraph) -> None:
    lines = list(as_dot(graph.why("Amber Lady", "orch:grownIn"), graph.words))
    assert lines[0] == "digraph why {" and lines[-1] == "}"
    string = r'"(?:[^"\\]|\\.)*"'
    nodes = {match[1] for line in lines if (match := re.fullmatch(rf"  ({string}) \[.*\];", line))}
    edges = [
        match
        for line in lines
        if (match := re.match(rf"  ({string}) -> ({string})( \[label={string}\])?;$", line))
    ]
    assert len(edges) > 5
    for edge in edges:
        assert {edge[1], edge[2]} <= nodes


def test_every_rule_of_a_proof_has_words(any_graph: KnowledgeGraph) -> None:
    why = Why(any_graph.project, any_graph.snapshot.store, any_graph.labels)
    rules = set()
    for quad in any_graph.snapshot.store:
        if str(quad.graph_name).endswith("inferred/shared>"):
            proof = why.proof(quad.triple, None)
            assert proof is not None
            rules |= rules_of(proof)
    assert rules and rules <= RULES.keys()


def rules_of(proof: Proof | Reason) -> set[str]:
    return {proof.rule} - {None} | {rule for premise in proof.premises for rule in rules_of(premise)}  # type: ignore[return-value]


def test_the_command_prints_a_proof_and_fails_with_two(orchards: Path, kg: Kg) -> None:
    ran = kg("why", "Amber Lady", "orch:grownIn", cwd=orchards)
    assert ran.status == 0 and "since" in ran.out and not ran.err
    ran = kg("why", "Amber Lady", "orch:grownIn", "--format", "dot", cwd=orchards)
    assert ran.status == 0 and ran.out.startswith("digraph")
    ran = kg("why", "Amber Lad", cwd=orchards)
    assert ran.status == 2 and "did you mean Amber Lady or first harvest" in ran.err and not ran.out
