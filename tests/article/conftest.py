"""What the tests of articles need: a project to change, and no texts from elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from kg.project import Project

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

    def write(self, name: str, text: str) -> None:
        """Change one of the article's files."""
        (self.folder / f"{name}.ttl").write_text(text, encoding="utf-8")

    def everything(self) -> dict[str, bytes]:
        """All sources and texts, to see that nothing was written."""
        return {
            path.relative_to(self.root).as_posix(): path.read_bytes()
            for path in sorted(self.root.rglob("*"))
            if path.is_file() and not path.is_relative_to(self.root / "build")
        }


@pytest.fixture
def desk(starter: Path) -> Desk:
    """A project of one article."""
    return Desk(starter)
