"""Equal sources give equal bytes: in another folder, with another hash seed, with another number of jobs."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.build.snapshot import current

if TYPE_CHECKING:
    from tests.command import Kg


def exported(kg: Kg, folder: Path, suffix: str, *, jobs: str, seed: str) -> bytes:
    command = type(kg)({**kg.environment, "PYTHONHASHSEED": seed})
    assert command("build", "--force", "--jobs", jobs, cwd=folder).status == 0
    assert command("export", "--force", f"x{suffix}", cwd=folder).status == 0
    return (folder / f"x{suffix}").read_bytes()


@pytest.mark.parametrize("suffix", [".nq", pytest.param(".ttl", marks=pytest.mark.full)])
def test_two_builds_give_the_same_bytes(orchards: Path, tmp_path: Path, kg: Kg, suffix: str) -> None:
    other = shutil.copytree(orchards, tmp_path / "elsewhere" / "grove", ignore=shutil.ignore_patterns(".kg"))
    first = exported(kg, orchards, suffix, jobs="1", seed="1")
    second = exported(kg, other, suffix, jobs="4", seed="4242")
    assert first == second
    assert len(first) > 50_000


def test_the_starter_gives_the_same_bytes(starter: Path, tmp_path: Path, kg: Kg) -> None:
    other = shutil.copytree(starter, tmp_path / "elsewhere", ignore=shutil.ignore_patterns(".kg"))
    assert exported(kg, starter, ".nq", jobs="1", seed="1") == exported(kg, other, ".nq", jobs="4", seed="99")


def test_a_graph_that_did_not_change_keeps_its_hash(orchards: Path, kg: Kg) -> None:
    def hashes() -> dict[str, str]:
        snapshot = current(orchards / ".kg")
        assert snapshot is not None
        home = "https://example.org/orchards/graph/"
        return {
            name.removeprefix(home): entry["sha256"] for name, entry in snapshot.manifest["graphs"].items()
        }

    before = hashes()
    path = orchards / "entities" / "tollan.ttl"
    path.write_text(path.read_text(encoding="utf-8").replace("Ina Perry", "Ina Pery"), encoding="utf-8")
    assert kg("build", cwd=orchards).status == 0
    after = hashes()
    assert {name for name in before if before[name] != after[name]} == {"entities", "provenance"}
