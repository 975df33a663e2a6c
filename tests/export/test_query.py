from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.errors import UsageError
from kg.query.formats import Format

if TYPE_CHECKING:
    from tests.command import Kg


def test_a_stored_construct_is_exported(shipped_graph: KnowledgeGraph) -> None:
    expected = set(shipped_graph.query("actor-network"))
    for form, read in (("turtle", ox.RdfFormat.TURTLE), ("nquads", ox.RdfFormat.N_QUADS)):
        file = io.BytesIO()
        shipped_graph.export(file, form=form, query="actor-network")
        assert {quad.triple for quad in ox.parse(file.getvalue(), read)} == expected


def test_with_its_parameters(orchards: Path, kg: Kg) -> None:
    topic = orchards / "queries" / "orchards"
    topic.mkdir(parents=True, exist_ok=True)
    (topic / "about.rq").write_text(
        "#+ summary: What is said of a thing.\n"
        "#+ params:\n"
        "#+   - name: thing\n"
        "#+     description: The thing.\n"
        "#+     type: iri\n"
        "#+     required: true\n"
        "#+     example: tollan:AmberLady\n"
        "CONSTRUCT { ?thing ?p ?o } { VALUES $thing { tollan:AmberLady } ?thing ?p ?o }\n",
        encoding="utf-8",
    )
    ran = kg("export", "-", "--query", "about", "-p", "thing=tollan:AmberLady", cwd=orchards)
    assert ran.status == 0, ran.err
    subjects = {quad.subject for quad in ox.parse(ran.out, ox.RdfFormat.TURTLE)}
    assert subjects == {ox.NamedNode("https://example.org/orchards/entity/AmberLady")}
    assert kg("export", "-", "--query", "about", cwd=orchards).status == 2
    wrong = kg("export", "-", "--query", "about", "-p", "thing", cwd=orchards)
    assert (wrong.status, "NAME=VALUE" in wrong.err) == (2, True)
    unknown = kg("export", "-", "--query", "about", "-p", "thng=x", cwd=orchards)
    assert (unknown.status, "thing" in unknown.err) == (2, True)
    assert kg("export", "-", "-p", "thing=x", cwd=orchards).status == 2


def test_a_query_that_is_no_construct_is_refused(shipped_graph: KnowledgeGraph) -> None:
    with pytest.raises(UsageError, match="constructs no graph"):
        shipped_graph.extract(query="who-rejected")
    with pytest.raises(UsageError, match="did you mean actor-network"):
        shipped_graph.extract(query="actor-netwrk")
    with pytest.raises(UsageError, match="leave --layer and --article out"):
        shipped_graph.extract(query="actor-network", layers=["claims"])


def test_an_answer_and_an_export_are_the_same_jsonld(shipped_graph: KnowledgeGraph) -> None:
    answered, exported = io.BytesIO(), io.BytesIO()
    shipped_graph.query("actor-network").write(answered, Format.JSONLD)
    shipped_graph.export(exported, form="jsonld", query="actor-network")
    assert answered.getvalue() == exported.getvalue()


def test_the_claims_alone_as_csv_are_the_sheet(shipped_graph: KnowledgeGraph, tmp_path: Path) -> None:
    written = shipped_graph.export(tmp_path / "claims.csv", layers=["claims"])
    assert [path.name for path in tmp_path.iterdir()] == ["claims.csv"]
    assert set(written.counts) == {"claims"}
    shipped_graph.export(tmp_path / "table.csv", layers=["claims"], form="csv")
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "claims.csv",
        "table.edges.csv",
        "table.nodes.csv",
    ]
    with pytest.raises(UsageError, match="one article, whole"):
        shipped_graph.export(tmp_path / "x.tsv", layers=["facts"])


@pytest.mark.parametrize(("name", "layers"), [("CLAIMS.TSV", []), ("claims.CSV", ["claims"])])
def test_a_sheet_is_known_by_a_suffix_in_capitals(
    shipped_graph: KnowledgeGraph, tmp_path: Path, name: str, layers: list[str]
) -> None:
    written = shipped_graph.export(tmp_path / name, layers=layers)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert set(written.counts) == {"claims"}


def test_a_sheet_is_no_part_of_the_graph(shipped_graph: KnowledgeGraph, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="claims sheet"):
        shipped_graph.extract().write(tmp_path / "claims.tsv", "sheet")
