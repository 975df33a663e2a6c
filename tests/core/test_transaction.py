"""Files are written and removed together or not at all."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kg.core import transaction
from kg.core.errors import StoreError
from kg.core.transaction import is_pending, settle, write_all, written_together


def test_several_files_and_the_folders_that_they_need(tmp_path: Path) -> None:
    files = {tmp_path / "x" / "y" / "a.txt": b"a", tmp_path / "b.txt": b"b"}
    write_all(files, tmp_path / ".kg" / "journal")
    assert {path: path.read_bytes() for path in files} == files
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 2


def test_none_of_several_files_when_one_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(b"old")
    (tmp_path / "way").write_bytes(b"in the way")
    with pytest.raises(StoreError, match="way"):
        write_all(
            {tmp_path / "b.txt": b"new", tmp_path / "x" / "a.txt": b"a", tmp_path / "way" / "c.txt": b"c"},
            tmp_path / ".kg" / "journal",
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b.txt", "way"]
    assert (tmp_path / "b.txt").read_bytes() == b"old"


def test_files_that_had_their_names_already_get_their_contents_back(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"old")
    (tmp_path / "z").mkdir()
    (tmp_path / "z" / "inside").write_bytes(b"")  # a file cannot take the place of a folder
    with pytest.raises(StoreError):
        write_all(
            {tmp_path / "a.txt": b"new", tmp_path / "b.txt": b"new", tmp_path / "z": b"new"},
            tmp_path / "journal",
        )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "z"]
    assert (tmp_path / "a.txt").read_bytes() == b"old"


WRITING = """
import os, sys
from pathlib import Path
from kg.core.transaction import written_together

folder = Path(sys.argv[1])
with written_together([folder / "a.txt", folder / "b.txt"], folder / "journal") as (a, b):
    a.write(b"new")
    print("began", flush=True)
    sys.stdin.read()
    os._exit(1)
"""


def left(folder: Path, *, is_decided: bool) -> None:
    """What a process leaves that is killed before its first rename, or before it decided."""
    child = subprocess.Popen(
        [sys.executable, "-c", WRITING, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"began\n"
    child.communicate()
    for name in ("a", "b"):
        (folder / f".{name}.txt.kg-new").write_bytes(b"new")
    if is_decided:
        with (folder / "journal").open("ab") as journal:
            journal.write(b"decided\n")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_what_was_decided_is_finished_and_what_was_not_is_undone(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"old")
    left(tmp_path, is_decided=False)
    assert settle(tmp_path / "journal") == ()
    assert contents(tmp_path) == {"a.txt": b"old"}
    left(tmp_path, is_decided=True)
    assert settle(tmp_path / "journal") == (tmp_path / "a.txt", tmp_path / "b.txt")
    assert contents(tmp_path) == {"a.txt": b"new", "b.txt": b"new"}


def test_the_next_transaction_settles_the_former_one_first(tmp_path: Path) -> None:
    left(tmp_path, is_decided=True)
    write_all({tmp_path / "b.txt": b"newer", tmp_path / "a.txt": None}, tmp_path / "journal")
    assert contents(tmp_path) == {"b.txt": b"newer"}


def test_what_was_edited_in_between_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"old")
    left(tmp_path, is_decided=True)
    (tmp_path / "a.txt").write_bytes(b"by hand")
    settle(tmp_path / "journal")
    assert contents(tmp_path) == {"a.txt": b"new", "a.txt.kept": b"by hand", "b.txt": b"new"}


def test_what_was_kept_is_not_written_over(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    for at, edit in enumerate((b"one", b"two"), start=1):
        with written_together([file], tmp_path / "journal") as (opened,):
            opened.write(b"new")
            file.write_bytes(edit)
            os.utime(file, (at, at))
        file.write_bytes(b"old")
    assert contents(tmp_path) == {"a.txt": b"old", "a.txt.kept": b"one", "a.txt.kept2": b"two"}


def test_a_process_that_lives_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "_PATIENCE", 0)
    with written_together([tmp_path / "a.txt"], tmp_path / "journal") as (file,):
        file.write(b"new")
        for call in (
            lambda: settle(tmp_path / "journal"),
            lambda: write_all({tmp_path / "b": b""}, tmp_path / "journal"),
        ):
            with pytest.raises(StoreError, match=f"process {os.getpid()} is writing here"):
                call()
    assert contents(tmp_path) == {"a.txt": b"new"}


def test_a_place_that_may_not_be_written_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    left(tmp_path, is_decided=True)
    before = contents(tmp_path)

    def refused(path: Path, flags: int, mode: int = 0o777) -> int:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as patched:  # the tests may run as root, who may write anywhere
        patched.setattr(os, "open", refused)
        assert settle(tmp_path / "journal") == ()
        assert contents(tmp_path) == before
    assert is_pending(tmp_path / "journal")
    settle(tmp_path / "journal")
    assert not is_pending(tmp_path / "journal")


@pytest.mark.parametrize("is_removal", [True, False])
def test_the_journal_of_a_strange_project_reaches_no_file_outside(tmp_path: Path, is_removal: bool) -> None:
    project, own = tmp_path / "project" / ".kg", tmp_path / "own.txt"
    project.mkdir(parents=True)
    own.write_bytes(b"own")
    journal = json.dumps([1, [["../../own.txt", is_removal, None]], ["../../"]])
    for end in ("", "decided\n"):
        (project / "journal").write_text(f"{journal}\n{end}", encoding="utf-8")
        settle(project / "journal")
        assert own.read_bytes() == b"own"


@pytest.mark.parametrize("text", ["", "{", "[]", '[1, [["a"]], []]\ndecided\n', "[null, 1, 2]\n", "\n\n"])
def test_a_journal_that_says_nothing_goes(tmp_path: Path, text: str) -> None:
    (tmp_path / "journal").write_text(text, encoding="utf-8")
    assert settle(tmp_path / "journal") == ()
    assert contents(tmp_path) == {}
