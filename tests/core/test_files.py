"""Files appear whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.core.errors import StoreError
from kg.core.files import is_gone, write_all, written


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


def test_several_files_and_the_folders_that_they_need(tmp_path: Path) -> None:
    files = {tmp_path / "x" / "y" / "a.txt": b"a", tmp_path / "b.txt": b"b"}
    write_all(files)
    assert {path: path.read_bytes() for path in files} == files
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2


def test_none_of_several_files_when_one_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(b"old")
    (tmp_path / "way").write_bytes(b"in the way")
    with pytest.raises(StoreError, match="way"):
        write_all(
            {tmp_path / "b.txt": b"new", tmp_path / "x" / "a.txt": b"a", tmp_path / "way" / "c.txt": b"c"}
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.txt", "way"]
    assert (tmp_path / "b.txt").read_bytes() == b"old"


def test_files_that_had_their_names_already_get_their_contents_back(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"old")
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / "inside").write_bytes(b"")  # a file cannot take the place of a folder
    with pytest.raises(StoreError):
        write_all({tmp_path / "a.txt": b"new", tmp_path / "b.txt": b"new", tmp_path / "z": b"new"})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "z"]
    assert (tmp_path / "a.txt").read_bytes() == b"old"
