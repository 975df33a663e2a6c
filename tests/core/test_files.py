"""Files appear whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.core import files
from kg.core.errors import StoreError
from kg.core.files import is_gone, written


def test_a_file_takes_its_name_when_all_went_well(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with written(path) as file:
        file.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    assert [found.name for found in tmp_path.iterdir()] == ["a.txt"]


def test_a_process_is_gone_when_it_has_ended() -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    assert is_gone(ended.pid)
    assert not any(map(is_gone, (os.getpid(), 1, 10**20)))


def test_a_failure_leaves_the_former_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"old")
    with pytest.raises(ValueError), written(path) as file:
        file.write(b"new")
        raise ValueError
    assert path.read_bytes() == b"old"
    assert [found.name for found in tmp_path.iterdir()] == ["a.txt"]


def test_what_a_process_that_is_gone_left_beside_the_file_goes(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    own, others = f".a.txt.{ended.pid}", (f".a.txt.{os.getppid()}", f".ba.txt.{ended.pid}", ".a.txt.old")
    for name in (own, *others):
        (tmp_path / name).touch()
    with written(tmp_path / "a.txt"):
        pass
    assert {path.name for path in tmp_path.iterdir()} == {"a.txt", *others}


@pytest.mark.parametrize("is_there", [True, False])
def test_where_the_file_system_knows_only_files_with_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_there: bool
) -> None:
    path = tmp_path / "a.txt"
    if is_there:
        path.write_bytes(b"old")
    monkeypatch.setattr(files, "_NAMELESS", str(tmp_path / "nowhere{}"))
    with written(path) as file:
        file.write(b"new")
        assert [found.name for found in tmp_path.iterdir() if found != path] == [f".a.txt.{os.getpid()}"]
    assert [found.name for found in tmp_path.iterdir()] == ["a.txt"]
    assert path.read_bytes() == b"new"


def test_a_link_stays_a_link_and_a_pipe_a_pipe(tmp_path: Path) -> None:
    target, link, pipe = tmp_path / "a.txt", tmp_path / "link", tmp_path / "pipe"
    target.write_bytes(b"old")
    link.symlink_to(target)
    with written(link) as file:
        file.write(b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with written(pipe) as file:
        file.write(b"through")
    assert os.read(reader, 100) == b"through"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    with (
        pytest.raises(StoreError, match=r"nowhere/a\.txt: cannot be written"),
        written(tmp_path / "nowhere" / "a.txt"),
    ):
        raise AssertionError("not reached")
