"""What is read out of a file: its text, and what it says of itself."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Extracted:
    """A text, normalised, and what its file says of itself."""

    text: str
    title: str | None = None
    authors: tuple[str, ...] = field(default=())
    publisher: str | None = None
    issued: str | None = None
    url: str | None = None
    language: str | None = None
