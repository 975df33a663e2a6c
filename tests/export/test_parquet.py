from __future__ import annotations

import sys
from pathlib import Path

import pytest
from pyarrow import parquet

from kg.api.knowledge_graph import KnowledgeGraph
from kg.core.errors import UsageError
from kg.export.parquet import COLUMNS
from tests.export.tools import asked

DOCS = Path(__file__).parents[2] / "docs" / "export.md"


@pytest.fixture(scope="module")
def folder(shipped_graph: KnowledgeGraph, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("parquet")
    written = shipped_graph.export(folder / "kg.parquet")
    assert [path.name for path in written.files] == [f"kg.{table}.parquet" for table in COLUMNS]
    return folder


def test_the_columns_are_those_that_the_page_names(folder: Path) -> None:
    text = DOCS.read_text(encoding="utf-8")
    for table, columns in COLUMNS.items():
        schema = parquet.read_schema(folder / f"kg.{table}.parquet")
        assert schema.names == list(columns)
        kinds = {"string": "string", "list<string>": "list<element: string>"}
        assert [str(schema.field(name).type) for name in schema.names] == [
            kinds[kind] for kind in columns.values()
        ]
        shown = ", ".join(f"`{name}`" for name in columns)
        assert shown in text, shown


def test_duckdb_asks_who_holds_what(folder: Path, shipped_graph: KnowledgeGraph) -> None:
    claims = folder / "kg.claims.parquet"
    found = asked(
        f"SELECT holder, count(*) AS n FROM (SELECT unnest(holders) AS holder FROM '{claims}') "
        "GROUP BY holder ORDER BY n DESC, holder LIMIT 3"
    )
    assert found[0][0] == "authors of the article"
    denied = asked(f"SELECT count(*) FROM '{claims}' WHERE polarity = 'denied'")
    ours = shipped_graph.sparql("SELECT ?c { ?c secpol:polarity secpol:Denied }")
    assert denied == [(len(list(ours)),)]


def test_statements_say_what_the_snapshot_has(folder: Path, shipped_graph: KnowledgeGraph) -> None:
    statements = folder / "kg.statements.parquet"
    kinds = asked(f"SELECT object_kind, count(*) FROM '{statements}' GROUP BY ALL")
    assert {kind for kind, _ in kinds} == {"iri", "literal", "blank"}
    assert sum(count for _, count in kinds) == len(shipped_graph.snapshot.store)
    row = asked(
        f"SELECT object, datatype, language, layer, predicate_label FROM '{statements}' "
        "WHERE subject LIKE '%#char=990,1040' AND predicate LIKE '%startOffset'"
    )
    assert [cells[0] for cells in row] == ["990"]
    assert row[0][1].endswith("#integer")
    assert row[0][2:4] == (None, "claims")


def test_entities_are_neither_claims_nor_passages(folder: Path) -> None:
    entities = folder / "kg.entities.parquet"
    poor = f"SELECT iri FROM '{entities}' WHERE iri LIKE '%#char=%' OR list_contains(types, 'claim')"
    assert asked(poor) == []
    us = asked(f"SELECT name, label, types, layer FROM '{entities}' WHERE name = 'ent:GovUS'")
    assert us == [("ent:GovUS", "government of the United States", ["national government"], "entities")]


def test_a_layer_alone(orchards_graph: KnowledgeGraph, tmp_path: Path) -> None:
    written = orchards_graph.export(tmp_path / "o.parquet", layers=["entities"])
    assert written.counts["claims"] == 0
    assert written.counts["entities"] > 3


def test_without_pyarrow_it_says_what_to_install(
    orchards_graph: KnowledgeGraph, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError) as caught:
        orchards_graph.export(tmp_path / "kg.parquet")
    assert caught.value.hint == "install it: pip install 'secpol-kg[parquet]'"
    assert list(tmp_path.iterdir()) == []
