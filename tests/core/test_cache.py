from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kg.core import version
from kg.core.cache import FileCache

LONG_AGO = 1_500_000_000_000_000_000


class Counted:
    """Makes values and counts how often."""

    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> str:
        self.times += 1
        return f"value {self.times}"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "a.txt"
    path.write_text("a", encoding="utf-8")
    os.utime(path, ns=(LONG_AGO, LONG_AGO))
    return path


def asked(cache: Path, file: Path, make: Counted) -> str:
    memory = FileCache(cache)
    found: str = memory.of_file(file, make)
    memory.save()
    return found


def test_a_file_that_did_not_change_is_remembered(tmp_path: Path, file: Path) -> None:
    cache, make = tmp_path / "deep" / "cache.json", Counted()
    assert [asked(cache, file, make) for _ in range(3)] == ["value 1"] * 3
    file.write_text("b", encoding="utf-8")
    os.utime(file, ns=(LONG_AGO, LONG_AGO))
    assert asked(cache, file, make) == "value 2"


def test_a_young_file_is_not_remembered(tmp_path: Path, file: Path) -> None:
    """It may change again within the tick of a coarse clock."""
    os.utime(file)
    make = Counted()
    assert [asked(tmp_path / "cache.json", file, make) for _ in range(2)] == ["value 1", "value 2"]


def test_another_version_of_the_tool_remembers_nothing(
    tmp_path: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, make = tmp_path / "cache.json", Counted()
    asked(cache, file, make)
    monkeypatch.setattr(version, "VERSION", "999")
    assert asked(cache, file, make) == "value 2"


def test_a_text_is_remembered_by_its_name(tmp_path: Path) -> None:
    make = Counted()
    found = []
    for text in ("one", "one", "two", "one"):
        memory = FileCache(tmp_path / "cache.json")
        found.append(memory.of_text("name", text, make))
        memory.save()
    assert found == ["value 1", "value 1", "value 2", "value 3"]


@pytest.mark.parametrize("damage", [b"", b"{", b"[]", b"null", b"\xff", b'{"kg": "0"}'])
def test_a_damaged_cache_is_only_slower(tmp_path: Path, file: Path, damage: bytes) -> None:
    cache, make = tmp_path / "cache.json", Counted()
    asked(cache, file, make)
    cache.write_bytes(damage)
    assert asked(cache, file, make) == "value 2"
    assert isinstance(json.loads(cache.read_bytes()), dict)


def test_a_cache_that_cannot_be_written_is_only_slower(tmp_path: Path, file: Path) -> None:
    (tmp_path / "taken").write_text("a file where a folder should be", encoding="utf-8")
    assert asked(tmp_path / "taken" / "cache.json", file, Counted()) == "value 1"


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FileCache(tmp_path / "cache.json").of_file(tmp_path / "nowhere", Counted())
