from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from kg.build.digest import digest_inputs
from kg.core import version
from kg.core.errors import InputError
from kg.project.project import Project

LONG_AGO = 1_500_000_000_000_000_000


def digest(folder: Path) -> str:
    return digest_inputs(Project.load(folder)).digest


def entities(folder: Path) -> Path:
    return folder / "entities" / "tollan.ttl"


def moved(path: Path) -> str:
    """Other contents of the same size."""
    text = path.read_text(encoding="utf-8")
    changed = text.replace('"north orchard"', '"south orchard"')
    assert changed != text
    assert len(changed) == len(text)
    return changed


def age(folder: Path) -> None:
    """Make every file of a project one that has long been left alone."""
    for path in folder.rglob("*.*"):
        if path.is_file():
            os.utime(path, ns=(LONG_AGO, LONG_AGO))


def test_a_copy_elsewhere_has_the_same_digest(orchards: Path, tmp_path: Path) -> None:
    other = shutil.copytree(orchards, tmp_path / "deep" / "elsewhere")
    assert digest(other) == digest(orchards)


def test_the_digest_follows_contents_not_times(orchards: Path) -> None:
    before = digest(orchards)
    os.utime(entities(orchards))
    assert digest(orchards) == before
    with entities(orchards).open("a", encoding="utf-8") as file:
        file.write("# one more remark\n")
    assert digest(orchards) != before


def test_an_edit_within_the_tick_of_a_coarse_clock_is_seen(orchards: Path) -> None:
    """Two edits within one tick can leave size, time and inode as they were: a young file is hashed again."""
    path = entities(orchards)
    path.touch()
    before = digest(orchards)
    stat = path.stat()
    path.write_text(moved(path), encoding="utf-8")
    os.utime(path, ns=(stat.st_mtime_ns, stat.st_mtime_ns))
    assert path.stat().st_size == stat.st_size
    assert path.stat().st_ino == stat.st_ino
    assert path.stat().st_mtime_ns == stat.st_mtime_ns
    assert digest(orchards) != before


def test_a_file_that_takes_anothers_place_is_seen(orchards: Path) -> None:
    """Editors write a new file and rename it; with the old size and time only the inode tells."""
    age(orchards)
    before = digest(orchards)
    path = entities(orchards)
    fresh = path.with_suffix(".new")
    fresh.write_text(moved(path), encoding="utf-8")
    os.utime(fresh, ns=(LONG_AGO, LONG_AGO))
    fresh.replace(path)
    assert digest(orchards) != before


def test_an_edit_that_sets_the_time_back_is_seen(orchards: Path) -> None:
    """Archives and `cp -p` set times back; the time of the last change of the inode can't be set."""
    age(orchards)
    before = digest(orchards)
    path = entities(orchards)
    path.write_text(moved(path), encoding="utf-8")
    os.utime(path, ns=(LONG_AGO, LONG_AGO))
    assert digest(orchards) != before


def test_only_settled_files_are_kept_in_the_cache(orchards: Path) -> None:
    age(orchards)
    digest(orchards)
    cache = orchards / ".kg" / "stat.json"
    assert str(entities(orchards)) in json.loads(cache.read_bytes())
    entities(orchards).touch()
    digest(orchards)
    assert str(entities(orchards)) not in json.loads(cache.read_bytes())


def test_a_settled_file_is_not_read_again(orchards: Path) -> None:
    age(orchards)
    digest(orchards)
    cache = orchards / ".kg" / "stat.json"
    known = json.loads(cache.read_bytes())
    known[str(entities(orchards))][-1] = "0" * 64
    cache.write_text(json.dumps(known), encoding="utf-8")
    inputs = digest_inputs(Project.load(orchards))
    assert inputs.hashes[entities(orchards)] == "0" * 64


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"null", b'{"x": 5}', b"\xff"])
def test_a_damaged_cache_is_only_slower(orchards: Path, damage: bytes) -> None:
    before = digest(orchards)
    (orchards / ".kg" / "stat.json").write_bytes(damage)
    assert digest(orchards) == before


@pytest.mark.parametrize("entry", [5, [], ["a", "b"], [1, 2, 3], None])
def test_a_damaged_entry_of_the_cache_is_only_slower(orchards: Path, entry: object) -> None:
    age(orchards)
    before = digest(orchards)
    cache = orchards / ".kg" / "stat.json"
    stat = entities(orchards).stat()
    damaged = [stat.st_size, stat.st_mtime_ns, stat.st_ino] if entry == [1, 2, 3] else entry
    known = json.loads(cache.read_bytes())
    cache.write_text(json.dumps({**known, str(entities(orchards)): damaged}), encoding="utf-8")
    assert digest(orchards) == before


def test_a_cache_that_cannot_be_written_is_only_slower(orchards: Path) -> None:
    before = digest(orchards)
    shutil.rmtree(orchards / ".kg")
    (orchards / ".kg").write_text("a file where the folder should be", encoding="utf-8")
    assert digest(orchards) == before


def test_every_kind_of_source_counts(orchards: Path) -> None:
    known = {digest(orchards)}
    changes = 0
    for path in sorted(orchards.rglob("*.ttl")):
        with path.open("a", encoding="utf-8") as file:
            file.write("# changed\n")
        known.add(digest(orchards))
        changes += 1
    (orchards / "ontology" / "rules").mkdir()
    (orchards / "ontology" / "rules" / "more.rq").write_text("#+ into: facts\n", encoding="utf-8")
    known.add(digest(orchards))
    settings = orchards / "kg.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("orchards/", "groves/"), encoding="utf-8"
    )
    known.add(digest(orchards))
    assert len(known) == changes + 3


def test_a_renamed_source_counts(orchards: Path) -> None:
    before = digest(orchards)
    entities(orchards).rename(entities(orchards).with_name("zollan.ttl"))
    assert digest(orchards) != before


def test_stored_queries_do_not_count(orchards: Path) -> None:
    before = digest(orchards)
    (orchards / "queries" / "harvests" / "another.rq").write_text("#+ summary: x\nASK {}", encoding="utf-8")
    assert digest(orchards) == before


def test_another_version_of_the_tool_counts(orchards: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = digest(orchards)
    monkeypatch.setattr(version, "VERSION", "999")
    assert digest(orchards) != before


def test_a_source_that_cannot_be_read_is_named(orchards: Path) -> None:
    (orchards / "entities" / "lost.ttl").symlink_to(orchards / "nowhere.ttl")
    with pytest.raises(InputError, match="cannot be read") as caught:
        digest(orchards)
    assert caught.value.path == orchards / "entities" / "lost.ttl"
