from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.build.contents import contents
from kg.build.pipeline import build
from kg.build.publishing import draft, tidy
from kg.build.snapshot import Snapshot, current
from kg.core.errors import StoreError
from kg.project.project import Project

if TYPE_CHECKING:
    from tests.command import Kg


def quads(number: int) -> ox.Store:
    store = ox.Store()
    graph = ox.NamedNode("urn:graph")
    store.extend(
        ox.Quad(ox.NamedNode(f"urn:s{n}"), ox.NamedNode("urn:p"), ox.Literal(n), graph) for n in range(number)
    )
    return store


def published(state: Path, digest: str, number: int) -> Snapshot:
    with draft(state, digest) as made:
        made.store.bulk_extend(quads(number))
        return made.publish({"built": "now", "graphs": {}}, {"findings": []})


def folders(state: Path) -> list[str]:
    return sorted(path.name for path in (state / "snapshots").iterdir())


def test_what_is_published_is_current(tmp_path: Path) -> None:
    assert current(tmp_path) is None
    published(tmp_path, "one", 3)
    snapshot = current(tmp_path)
    assert snapshot is not None
    assert (snapshot.digest, len(snapshot.store), snapshot.manifest["built"]) == ("one", 3, "now")
    assert folders(tmp_path) == ["one"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["current", "snapshots"]


def test_the_same_digest_again_replaces_what_is_current(tmp_path: Path) -> None:
    """`--force` mends a damaged snapshot, so the new one must be the one that is read."""
    published(tmp_path, "one", 3)
    made = published(tmp_path, "one", 5)
    snapshot = current(tmp_path)
    assert snapshot is not None
    assert snapshot.folder == made.folder
    assert (snapshot.digest, len(snapshot.store)) == ("one", 5)


def test_a_snapshot_stays_readable_while_others_are_published(tmp_path: Path) -> None:
    first = published(tmp_path, "one", 3)
    assert len(first.store) == 3
    for n in range(5):
        published(tmp_path, f"more{n}", n)
        tidy(tmp_path)
    assert len(list(first.store)) == 3


def test_tidying_keeps_the_current_and_the_newest(tmp_path: Path) -> None:
    for n in range(6):
        published(tmp_path, f"d{n}", n)
        os.utime(tmp_path / "snapshots" / f"d{n}", (n, n))
    (tmp_path / "current").write_text("d0\n", encoding="utf-8")
    tidy(tmp_path, keep=2)
    assert folders(tmp_path) == ["d0", "d4", "d5"]


def test_tidying_removes_what_the_dead_left_and_spares_the_living(tmp_path: Path) -> None:
    published(tmp_path, "d", 1)
    dead = subprocess.Popen([sys.executable, "-c", ""])
    dead.wait()
    left, kept = f".d.{dead.pid}", f".d.{os.getpid()}"
    for name in (left, kept):
        (tmp_path / "snapshots" / name / "store").mkdir(parents=True)
    pointer = tmp_path / f".current.{dead.pid}"
    pointer.touch()
    cache = tmp_path / f".stat.json.{dead.pid}"
    cache.touch()
    tidy(tmp_path)
    assert folders(tmp_path) == [kept, "d"]
    assert not pointer.exists(), "a build that died between two renames leaves a pointer"
    assert not cache.exists()


@pytest.mark.parametrize(
    "name", [".gitignore", ".nojekyll", ".venv", ".python-3.11", ".d.99999999999999999999"]
)
def test_tidying_leaves_what_a_build_did_not_write(tmp_path: Path, name: str) -> None:
    published(tmp_path, "d", 1)
    for folder in (tmp_path, tmp_path / "snapshots"):
        (folder / name).touch()
    tidy(tmp_path)
    assert (tmp_path / name).exists() and (tmp_path / "snapshots" / name).exists()


def test_a_pointer_to_nothing_is_no_snapshot(tmp_path: Path) -> None:
    published(tmp_path, "one", 1)
    shutil.rmtree(tmp_path / "snapshots")
    assert current(tmp_path) is None


@pytest.mark.parametrize("pointer", ["", "..", "../elsewhere", "\x00"])
def test_a_damaged_pointer_is_no_snapshot(tmp_path: Path, pointer: str) -> None:
    published(tmp_path, "one", 1)
    (tmp_path / "current").write_text(pointer, encoding="utf-8")
    assert current(tmp_path) is None


def test_a_damaged_manifest_is_an_error_of_the_store(tmp_path: Path) -> None:
    snapshot = published(tmp_path, "one", 1)
    (snapshot.folder / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(StoreError, match="manifest"):
        _ = snapshot.manifest


def test_a_damaged_store_is_an_error_of_the_store(tmp_path: Path) -> None:
    snapshot = published(tmp_path, "one", 1)
    shutil.rmtree(snapshot.folder / "store")
    with pytest.raises(StoreError, match="cannot be opened"):
        _ = snapshot.store


def test_a_build_mends_a_damaged_snapshot(orchards: Path, kg: Kg) -> None:
    question = ("query", "what-grows-where", "--no-build")
    before = kg(*question, cwd=orchards)
    snapshot = current(orchards / ".kg")
    assert snapshot is not None
    shutil.rmtree(snapshot.folder / "store")
    damaged = kg(*question, cwd=orchards)
    assert damaged.status == 4
    assert "kg build" in damaged.err
    assert kg("build", cwd=orchards).status == 0
    assert kg(*question, cwd=orchards).out == before.out


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def changed(path: Path) -> None:
    """Change a byte, and neither size nor time."""
    data, times = bytearray(path.read_bytes()), path.stat()
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


@pytest.mark.parametrize("damage", [cut_short, changed, Path.unlink])
@pytest.mark.parametrize(
    "pattern", ["manifest.json", "report.json", "files.json", "store/CURRENT", "store/*.sst"]
)
def test_a_build_says_what_is_damaged(
    orchards: Path, kg: Kg, damage: Callable[[Path], None], pattern: str
) -> None:
    assert kg("build", cwd=orchards).out.endswith("is up to date\n")
    snapshot = current(orchards / ".kg")
    assert snapshot is not None
    path = max(snapshot.folder.glob(pattern), key=lambda path: path.stat().st_size)
    damage(path)
    ran = kg("build", cwd=orchards)
    assert ran.status == 0
    if pattern != "files.json":  # what is left of it may name another file first
        assert f"damaged ({path.relative_to(snapshot.folder)}); all is made anew" in ran.err
    assert "damaged (" in ran.err
    assert kg("build", cwd=orchards).out.endswith("is up to date\n")
    assert KnowledgeGraph.open(orchards).query("what-grows-where").cells()


def test_a_failed_publication_leaves_nothing_behind(tmp_path: Path) -> None:
    published(tmp_path, "one", 1)
    unwritable: dict[str, object] = {"built": object()}
    with pytest.raises(TypeError), draft(tmp_path, "two") as made:
        made.publish(unwritable, {"findings": []})
    assert folders(tmp_path) == ["one"]
    snapshot = current(tmp_path)
    assert snapshot is not None
    assert snapshot.digest == "one"


def test_a_graphs_hash_does_not_depend_on_names_of_blank_nodes() -> None:
    graph, other = ox.NamedNode("urn:g"), ox.NamedNode("urn:h")
    first, second = ox.Store(), ox.Store()
    for store in (first, second):
        inner, outer = ox.BlankNode(), ox.BlankNode()
        store.add(ox.Quad(inner, ox.NamedNode("urn:p"), outer, graph))
        store.add(ox.Quad(outer, ox.NamedNode("urn:q"), ox.Literal("x"), graph))
        store.add(ox.Quad(outer, ox.NamedNode("urn:q"), ox.Literal("y"), other))
    held = [contents(store, [graph, other]) for store in (first, second)]
    assert held[0] == held[1]
    assert held[0]["urn:g"]["sha256"] != held[0]["urn:h"]["sha256"]


def test_two_builds_at_once_both_succeed(orchards: Path) -> None:
    shutil.rmtree(orchards / ".kg")
    command = [str(Path(sys.executable).with_name("kg")), "build"]
    running = [
        subprocess.Popen(command, cwd=orchards, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    ended = [(child.communicate()[1].decode(), child.returncode) for child in running]
    assert [status for _, status in ended] == [0, 0, 0], ended
    snapshot = current(orchards / ".kg")
    assert snapshot is not None
    assert len(snapshot.store) > 1000


def test_the_manifest_says_what_was_built_from_what(orchards_built: Path) -> None:
    snapshot = current(orchards_built / ".kg")
    assert snapshot is not None
    manifest = json.loads((snapshot.folder / "manifest.json").read_bytes())
    assert manifest["digest"] == snapshot.digest
    assert manifest["project"] == "orchards"
    assert manifest["inputs"].keys() >= {"ontology/core.ttl", "entities/tollan.ttl", "shapes/orchards.ttl"}
    assert all(len(digest) == 64 for digest in manifest["inputs"].values())
    assert manifest["versions"].keys() == {"secpol-kg", "pyoxigraph", "pyshifty", "sparq-rdf"}
    held = {"triples", "sha256", "subjects", "properties", "classes"}
    assert all(entry.keys() == held for entry in manifest["graphs"].values())
    assert str(orchards_built) not in json.dumps(manifest), "a manifest names files within the project"


def test_a_build_of_unchanged_sources_does_nothing(orchards: Path) -> None:
    project = Project.load(orchards)
    before = folders(project.state)
    assert not build(project).published
    assert folders(project.state) == before


def test_going_back_to_former_sources_finds_their_snapshot(orchards: Path) -> None:
    project = Project.load(orchards)
    path = orchards / "entities" / "tollan.ttl"
    text = path.read_text(encoding="utf-8")
    first = build(project).snapshot
    path.write_text(text + "# a remark\n", encoding="utf-8")
    second = build(project).snapshot
    path.write_text(text, encoding="utf-8")
    third = build(project).snapshot
    assert first is not None
    assert second is not None
    assert third is not None
    assert first.digest == third.digest != second.digest
    assert current(project.state) == third
