"""A build may be killed at any moment: the former graph answers, and the next build succeeds."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.build.pipeline import build
from kg.build.snapshot import current
from kg.project.project import Project

KILLS = 36

pytestmark = pytest.mark.full


def answer(folder: Path) -> list[list[str]]:
    return KnowledgeGraph.open(Project.load(folder), fresh=False).query("what-grows-where").cells()


def change(folder: Path, number: int) -> None:
    with (folder / "entities" / "tollan.ttl").open("a", encoding="utf-8") as file:
        file.write(f"# change {number}\n")


def start(folder: Path) -> subprocess.Popen[bytes]:
    command = [str(Path(sys.executable).with_name("kg")), "build"]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def killed_after(child: subprocess.Popen[bytes], seconds: float) -> bool:
    """Kill a child when its time is over; whether it was still at work."""
    try:
        child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
        return True
    return False


def test_killed_at_random_moments(orchards: Path) -> None:
    random_moment = random.Random(20260115)
    before = answer(orchards)
    child = start(orchards)
    assert not killed_after(child, 600)
    longest = 0.2
    killed = 0
    for number in range(KILLS):
        change(orchards, number)
        former = current(orchards / ".kg")
        child = start(orchards)
        if killed_after(child, random_moment.uniform(0, longest)):
            killed += 1
            longest *= 1.1  # most of a build's life gets its share, however fast the machine
        else:
            assert child.returncode == 0
            longest *= 0.8
        assert answer(orchards) == before
        now = current(orchards / ".kg")
        assert former is not None
        assert now is not None
        assert now == former or now.digest != former.digest, "all or nothing"
    assert killed >= KILLS / 3
    change(orchards, KILLS)
    assert build(Project.load(orchards)).published
    assert answer(orchards) == before
    assert not list((orchards / ".kg" / "snapshots").glob(".*")), "what the dead left is tidied away"


MOMENTS = """
import os, signal, sys
from pathlib import Path

left = int(sys.argv[1])

def deadly(function):
    def call(*arguments, **options):
        global left
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return call

for home, name in ((os, "fsync"), (os, "rename"), (os, "replace"), (Path, "mkdir"), (Path, "rename"),
                   (Path, "replace"), (Path, "unlink"), (os, "rmdir")):
    setattr(home, name, deadly(getattr(home, name)))

from kg.build.pipeline import build
from kg.project.project import Project
build(Project.find())
print(int(sys.argv[1]) - left)
"""


def dies_at(folder: Path, moment: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", MOMENTS, str(moment)], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.fixture
def calls(orchards: Path) -> int:
    """How many calls of the system decide what a build leaves on the disk."""
    change(orchards, -1)
    done = dies_at(orchards, 10_000)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_killed_before_each_step_of_the_publication(orchards: Path, calls: int) -> None:
    before = answer(orchards)
    assert calls > 8
    last = range(max(0, calls - 9), calls)
    for moment in sorted({0, 1, 2, calls // 2, *last}):
        change(orchards, moment)
        former = current(orchards / ".kg")
        child = dies_at(orchards, moment)
        assert child.returncode == -signal.SIGKILL, child.stderr
        assert answer(orchards) == before
        now = current(orchards / ".kg")
        assert former is not None
        assert now is not None
        assert now == former or now.digest != former.digest
    change(orchards, 10_000)
    assert build(Project.load(orchards)).published
    assert answer(orchards) == before
    left = [path for path in (orchards / ".kg").rglob(".*") if str(os.getpid()) not in path.name]
    assert left == []
