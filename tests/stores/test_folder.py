"""A folder as a store: what a load that is killed leaves, and two that fill the same one."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.core.errors import StoreError, UsageError
from kg.stores.directory import DirectoryStore
from kg.stores.load import load
from tests.stores.material import BASE, at_once, depot, sizes
from tests.stores.test_kill import ROOT


def content(folder: Path) -> dict[str, int]:
    store = ox.Store.read_only(str(folder))
    names = [name for name in store.named_graphs() if name.value != f"{BASE}graph/load"]
    return {name.value: len(list(store.quads_for_pattern(None, None, None, name))) for name in names}


def test_what_a_load_that_was_killed_left_is_removed(tmp_path: Path) -> None:
    home, stranger = tmp_path / "[store]", tmp_path / ".[store].loading-notes"
    stranger.mkdir()
    text = (
        "import sys; from kg.stores.directory import *; DirectoryStore(Path(sys.argv[1])); "
        "print(flush=True); sys.stdin.read()"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", text, str(home)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None and child.stdout.readline() == b"\n"
    (aside,) = set(tmp_path.iterdir()) - {stranger}
    with pytest.raises(StoreError, match="another load is filling this folder"):
        load(depot(), {}, str(home), at_once())
    assert aside.is_dir()
    child.send_signal(signal.SIGKILL)
    child.communicate()
    assert load(depot(), {}, str(home), at_once(verify="full")).is_whole
    assert {path.name for path in tmp_path.iterdir()} == {home.name, stranger.name}


def test_reading_makes_nothing_and_needs_no_folder_of_its_own(tmp_path: Path) -> None:
    home = tmp_path / "a" / "b" / "store"
    assert len(load(depot(), {}, str(home), at_once(dry_run=True)).plan.steps) == 4
    assert list(tmp_path.iterdir()) == []
    assert load(depot(), {}, str(home), at_once()).is_whole
    server = ox.Store(str(home))
    assert not load(depot(), {}, str(home), at_once(dry_run=True)).plan.to_send
    assert len(server) > 0


def test_another_database_is_no_store(tmp_path: Path) -> None:
    (tmp_path / "CURRENT").write_text("MANIFEST-000001\n")
    with pytest.raises(UsageError, match="no Oxigraph store"):
        load(depot(), {}, str(tmp_path), at_once())


def test_an_empty_folder_keeps_its_mode(tmp_path: Path) -> None:
    home = tmp_path / "store"
    home.mkdir()
    home.chmod(0o750)
    assert load(depot(), {}, str(home), at_once()).is_whole
    assert home.stat().st_mode & 0o777 == 0o750 and content(home) == sizes(depot())


def test_a_mounted_folder_is_filled_where_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It cannot be renamed; whether it is one is all that is not real here."""
    home = tmp_path / "store"
    home.mkdir()
    inode = home.stat().st_ino
    monkeypatch.setattr(Path, "is_mount", lambda _: True)
    assert load(depot(), {}, str(home), at_once()).is_whole
    assert home.stat().st_ino == inode and content(home) == sizes(depot())


def test_of_two_that_fill_a_new_folder_one_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "store"
    first = DirectoryStore(home)
    with pytest.raises(StoreError, match="another load is filling this folder"):
        DirectoryStore(home)
    first.finish()
    assert [path.name for path in tmp_path.iterdir()] == ["store"]


def test_a_store_that_is_open_elsewhere_is_refused(tmp_path: Path) -> None:
    assert load(depot(), {}, str(tmp_path / "store"), at_once()).is_whole
    server = ox.Store(str(tmp_path / "store"))
    with pytest.raises(StoreError, match="another program has the store open") as caught:
        load(depot("new "), {}, str(tmp_path / "store"), at_once())
    assert caught.value.hint and "by its URL" in caught.value.hint
    assert len(server) > 0


def test_the_current_folder_becomes_a_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "here"
    home.mkdir()
    monkeypatch.chdir(home)
    assert load(depot(), {}, ".", at_once(verify="full")).is_whole
    assert content(home) == sizes(depot()) and list(tmp_path.iterdir()) == [home]
