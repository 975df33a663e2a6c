"""The file of names of a snapshot: what it answers, and that a changed article leaves nothing behind."""

from __future__ import annotations

import shutil
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.api.knowledge_graph import KnowledgeGraph
from kg.build.name_index import NAMES, NameFile, NameWriter
from kg.build.snapshot import current
from kg.core.errors import StoreError, UsageError
from kg.core.likeness import folded, trigrams, words_of
from kg.core.names import MemoryIndex, Name, NameKind, Role

if TYPE_CHECKING:
    from tests.command import Kg

NAMED = st.lists(
    st.builds(
        Name,
        st.text("abA \u2019-", min_size=1, max_size=8),
        st.sampled_from([ox.NamedNode(f"urn:{name}") for name in "xyz"]),
        st.sampled_from(NameKind),
        st.sampled_from(Role),
    ),
    max_size=12,
    unique=True,
)


@given(names=NAMED, typed=st.text("abA -", max_size=6))
@settings(deadline=None, max_examples=60)
def test_the_file_answers_as_memory_does(
    tmp_path_factory: pytest.TempPathFactory, names: list[Name], typed: str
) -> None:
    path = tmp_path_factory.mktemp("names") / NAMES
    writer = NameWriter(path)
    writer.add("gone", [Name("a b", ox.NamedNode("urn:gone"))])
    writer.add(None, names)
    writer.keep(())
    writer.close()
    file, memory, key = NameFile(path), MemoryIndex(names), folded(typed)
    assert sorted(file.called(key)) == sorted(memory.called(key))
    assert sorted(file.starting(key)) == sorted(memory.starting(key))
    assert set(file.sharing(trigrams(key), 99)) == set(memory.sharing(trigrams(key), 99))
    if words := words_of(key):
        held = {name for name in memory.holding(words) if set(words) <= set(words_of(folded(name.text)))}
        assert set(file.holding(words)) == held


def rows(folder: Path) -> list[tuple[str, ...]]:
    snapshot = current(folder / ".kg")
    assert snapshot is not None
    connection = sqlite3.connect(snapshot.folder / NAMES)
    text = "SELECT key, article, text, node, kind, role FROM keys JOIN names ON id = name"
    found = sorted(connection.execute(text))
    assert connection.execute("SELECT count(*) FROM keys").fetchone() == (len(found),)
    connection.close()
    return found


def test_a_changed_article_changes_its_names_alone(orchards: Path, kg: Kg) -> None:
    first = orchards / "articles" / "2026-09-10-late-frost"
    for path in shutil.copytree(first, first.with_name("2026-10-01-second")).iterdir():
        path.write_text(path.read_text("utf-8").replace(first.name, path.parent.name), encoding="utf-8")
    assert kg("build", cwd=orchards).status == 0
    before = rows(orchards)
    facts = first / "facts.ttl"
    written = facts.read_text("utf-8")
    facts.write_text(written.replace("first harvest of Amber Lady", "earliest picking"), encoding="utf-8")
    assert kg("build", cwd=orchards).status == 0
    changed = rows(orchards)
    assert {row[1] for row in {*before} ^ {*changed}} == {first.name}
    assert kg("build", "--force", cwd=orchards).status == 0
    assert rows(orchards) == changed
    facts.write_text(written, encoding="utf-8")
    assert kg("build", cwd=orchards).status == 0
    assert rows(orchards) == before


def test_a_damaged_file_says_what_to_do_and_a_missing_one_is_done_without(orchards: Path, kg: Kg) -> None:
    assert kg("build", cwd=orchards).status == 0
    graph = KnowledgeGraph.open(orchards)
    path = graph.snapshot.folder / NAMES
    path.write_bytes(b"no database " * 500)
    with pytest.raises(StoreError, match="the snapshot's names cannot be read") as caught:
        graph.lookup.find("Amber Lady")
    assert caught.value.hint == "make a new one: kg build"
    path.unlink()
    assert KnowledgeGraph.open(orchards).lookup.find("amber  lady").value.endswith("AmberLady")


def test_anything_can_be_typed() -> None:
    graph = KnowledgeGraph.open()
    for typed in ("", " ", "\0", "%", "*", '"', "'; --", "x" * 100_000, "a b " * 3_000, "NEAR(", "\ud800"):
        with pytest.raises(UsageError):
            graph.lookup.find(typed)


def test_threads_share_an_index() -> None:
    graph = KnowledgeGraph.open()

    def found(name: str) -> str:
        return str(graph.query("claims-by-holder", holder=name).cells()[0])

    names = ["Tokyo", "government of Japan", "Japanese government"] * 4
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(found, names))) == 1
