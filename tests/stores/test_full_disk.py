"""Stores whose disk is full: a small one that is mounted for the test, where that is allowed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kg.core.errors import StoreError
from kg.stores.load import load
from tests.command import Kg
from tests.servers.fixtures import STARTS
from tests.stores.material import at_once, held, numbered, sizes, source


@contextmanager
def disk(folder: Path, size: str) -> Iterator[Callable[[str], None]]:
    """A disk of its own; what it hands over changes its size."""
    folder.mkdir()

    def mount(*options: str) -> bool:
        return not subprocess.run(
            ["mount", *options, str(folder)], capture_output=True, check=False
        ).returncode

    if not mount("-t", "tmpfs", "-o", f"size={size}", "none"):
        pytest.skip("no disk can be mounted here; test_a_server_that_has_no_more_disk stands in")

    def resize(size: str) -> None:
        assert mount("-o", f"remount,size={size}")

    try:
        yield resize
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("kind", ["oxigraph", "fuseki"])
def test_a_server_whose_disk_is_full(kind: str, tmp_path: Path) -> None:
    """Whatever becomes of it: each graph is its former or its new version, and the next load is whole."""
    first = source(article__one=numbered(40), article__two=numbered(7))
    second = source(article__one=numbered(12_000, "new "), article__two=numbered(9, "new "))
    with disk(tmp_path / "disk", "512m") as resize:
        server = STARTS[kind](tmp_path / "disk")
        try:
            assert load(first, {}, server.url, at_once(server)).is_whole
            used = subprocess.run(
                ["du", "-sm", str(tmp_path / "disk")], capture_output=True, text=True, check=True
            ).stdout.split()[0]
            resize(f"{int(used) + 1}m")
            with pytest.raises(StoreError, match=r"No space left|unsafe memory access|cannot be reached"):
                load(second, {}, server.url, at_once(server))
            server.kill()
            resize("512m")
            server.start()
            for name, size in held(server).items():
                assert size in (sizes(first)[name], sizes(second)[name])
            assert load(second, {}, server.url, at_once(server, verify="full", break_lock=True)).is_whole
            assert held(server) == sizes(second)
        finally:
            server.stop()


def test_a_folder_on_a_full_disk(orchards: Path, kg: Kg, tmp_path: Path) -> None:
    with disk(tmp_path / "disk", "300k"):
        ran = kg("load", str(tmp_path / "disk" / "store"), cwd=orchards)
        assert ran.status == 4 and "No space left on device" in ran.err
        assert list((tmp_path / "disk").iterdir()) == []
