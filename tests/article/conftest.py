"""What the tests of articles need: a project to change, and no texts from elsewhere."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.project.project import Project

SLUG = "2026-01-15-harbour-drill"


@pytest.fixture(autouse=True)
def no_other_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Texts come from the project alone."""
    monkeypatch.delenv("KG_TEXTS", raising=False)


@dataclass(frozen=True)
class Desk:
    """A copy of the starter project with its one article, to work on."""

    root: Path
    slug: str = SLUG

    @property
    def project(self) -> Project:
        """The project as it is now."""
        return Project.load(self.root)

    @property
    def folder(self) -> Path:
        """The article's folder."""
        return self.root / "articles" / self.slug

    @property
    def text(self) -> str:
        """The article's text as it is kept."""
        return (self.root / "texts" / f"{self.slug}.txt").read_text(encoding="utf-8")

    def read(self, name: str) -> str:
        """One of the article's files."""
        return (self.folder / f"{name}.ttl").read_text(encoding="utf-8")

    @property
    def table(self) -> str:
        """The table of the article's claims; empty where it has none."""
        path = self.folder / "claims.csv"
        return path.read_text(encoding="utf-8") if path.is_file() else ""

    def write(self, name: str, text: str) -> None:
        """Change one of the article's files."""
        (self.folder / f"{name}.ttl").write_text(text, encoding="utf-8")

    def everything(self) -> dict[str, bytes]:
        """All sources and texts, to see that nothing was written."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and not path.is_relative_to(self.root / ".kg")
        }


@pytest.fixture
def desk(starter: Path) -> Desk:
    """A project of one article."""
    return Desk(starter)


def at_terminal(desk: Desk, arguments: Sequence[str], answers: Mapping[str, str], *, status: int = 0) -> str:
    """Run `kg` at a terminal, with an answer for each question; what was shown."""
    main, terminal = pty.openpty()
    child = subprocess.Popen(
        [Path(sys.executable).with_name("kg"), *arguments],
        cwd=desk.root,
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env={**os.environ, "NO_COLOR": "1"},
    )
    os.close(terminal)
    shown, left = b"", dict(answers)
    while True:
        ready, _, _ = select.select([main], [], [], 600)
        assert ready, shown
        try:
            part = os.read(main, 10_000)
        except OSError:  # the other end is closed
            break
        if not part:
            break
        shown += part
        for question in [question for question in left if question.encode() in shown]:
            os.write(main, f"{left.pop(question)}\n".encode())
    os.close(main)
    assert child.wait() == status, shown
    assert not left, shown
    return shown.decode()
