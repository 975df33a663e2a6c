"""Bringing the text of an article in: as it is on record, as its first text, or as another version of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.article.anchors import Anchoring, anchor
from kg.article.extract import extract
from kg.article.extracted import Extracted
from kg.article.ranges import ArticleFiles, Range
from kg.article.rewriting import with_moved_ranges, with_record
from kg.claims.columns import TableColumns
from kg.claims.table import ClaimTable
from kg.core.errors import InputError, UsageError
from kg.core.files import decoded, read_text
from kg.core.lines import split_lines
from kg.core.transaction import write_all
from kg.project.project import TABLE, Project
from kg.project.texts import TextRecord, recorded, text_digest, text_path

_IGNORED = ("/texts/", "/texts", "texts/", "texts")


@dataclass(frozen=True)
class RangeRun:
    """Ranges one after the other that fared alike: they hold, moved by so many characters, or are lost."""

    first: Range
    last: Range
    count: int
    state: str
    by: int
    claims: tuple[str, ...]


@dataclass(frozen=True)
class Arrival:
    """A text that came in for an article, beside what is on record; nothing is written yet.

    Where it is neither the text on record nor the first one it is another version, and `anchoring` says
    where the passages went.
    """

    project: Project
    slug: str
    text: str
    record: TextRecord
    anchoring: Anchoring
    files: ArticleFiles

    @property
    def is_recorded(self) -> bool:
        """Whether it is the text on record."""
        return self.record.fits(self.text)

    @property
    def is_first(self) -> bool:
        """Whether there is no text on record, nor a passage of one."""
        return self.record.sha256 is None and not self.anchoring.places

    @property
    def path(self) -> Path:
        """Where the text is kept."""
        return self.project.root / "texts" / f"{self.slug}.txt"

    @property
    def former(self) -> Path:
        """Where a text that was kept there before goes: git ignores the folder, so it has no other copy."""
        return self.path.with_suffix(".former.txt")

    def runs(self) -> Iterator[RangeRun]:
        """The ranges in the order of the former text, alike ones together; each lost one by itself."""
        cited = self.files.cited_by()
        current: list[Range] = []
        fate: tuple[str, int] | None = None
        for found, at in self.anchoring.places.items():
            now = _fate(found, at)
            if current and (now != fate or now[0] == "lost"):
                yield _run(current, fate or now, cited)
                current = []
            current, fate = [*current, found], now
        if current and fate:
            yield _run(current, fate, cited)

    def keep(self) -> list[Path]:
        """Write the text, and what is on record of it; the files that were written.

        For another version the ranges are rewritten too. What is lost is put where its neighbours say and
        keeps its digest, so that `kg check` names it until somebody quotes it anew.
        """
        changed: dict[Path, bytes] = {}
        if not (self.is_recorded and self.record.tells(self.text)):
            changed.update(self._rewritten())
        former = self.path.read_bytes() if self.path.is_file() else None
        if former != self.text.encode():
            changed[self.path] = self.text.encode()
            if former is not None:
                changed[self.former] = former
        changed.update(ignoring_texts(self.project))
        write_all(changed, self.project.journal)
        return list(changed)

    def _rewritten(self) -> Iterator[tuple[Path, bytes]]:
        moves = {} if self.is_recorded else _moves(self.anchoring, len(self.text))
        for path in self.files.triples:
            former = read_text(path)
            if path.name == TABLE:
                columns = TableColumns.of(self.project.prefixes)
                text = ClaimTable.read(path, columns).moved(moves).text(columns)
            else:
                text = with_moved_ranges(path, former, self.files.iri, moves)
            if path.name == "article.ttl":
                text = with_record(path, text, self.files.iri, self.text)
            if text != former:
                yield path, text.encode()


def arrival(project: Project, slug: str, data: bytes, path: Path) -> Arrival:
    """Look at the file that came in as the text of an article.

    Raises `InputError` for a file without text, and for the text of another article.
    """
    folder = project.article_folder(slug)
    if not folder.is_relative_to(project.root):
        raise UsageError(
            f"the article {slug} comes with the shipped project; its text is not kept in this one"
        )
    record = recorded(project, slug)
    text = _as_recorded(data, record)
    if text is None:
        text = extract(data, path).text
    files = ArticleFiles.read(project, slug)
    anchoring = anchor(files.ranges(), text)
    if not record.fits(text):
        _refuse_another(project, slug, text, anchoring, path)
    return Arrival(project, slug, text, record, anchoring, files)


def shadow(project: Project, slug: str, text: str) -> Path | None:
    """The other text of an article that is read first, because KG_TEXTS names its folder."""
    path = text_path(project, slug)
    return path if path is not None and path.read_bytes() != text.encode() else None


def first_text(project: Project, slug: str, found: Extracted, path: Path) -> str:
    """The text of an article that is new; raises `InputError` for a text that another article has."""
    _refuse_another(project, slug, found.text, anchor((), found.text), path)
    return found.text


def ignoring_texts(project: Project) -> dict[Path, bytes]:
    """The project's .gitignore with `texts/` in it, where it is not there yet."""
    path = project.root / ".gitignore"
    present = read_text(path) if path.is_file() else ""
    if any(line.strip() in _IGNORED for line in split_lines(present)):
        return {}
    separator = "" if not present or present.endswith("\n") else "\n"
    return {path: f"{present}{separator}/texts/\n".encode()}


def _as_recorded(data: bytes, record: TextRecord) -> str | None:
    """The text, to the letter, where the file is the one on record; it may be older than the rule."""
    try:
        text = decoded(data)
    except InputError:
        return None
    return text if record.fits(text) else None


def _refuse_another(project: Project, slug: str, text: str, anchoring: Anchoring, path: Path) -> None:
    digest = text_digest(text)
    for folder in sorted((project.root / "articles").glob("*/article.ttl")):
        other = folder.parent.name
        if other != slug and recorded(project, other).sha256 == digest:
            raise InputError(f"this is the text of the article {other}", path=path)
    if not anchoring.fits:
        raise InputError(
            f"this is not a text of {slug}: of its {len(anchoring.places)} passages none is in it", path=path
        )


def _fate(found: Range, at: int | None) -> tuple[str, int]:
    if at is None:
        return "lost", 0
    return ("holds", 0) if at == found.start else ("moved", at - found.start)


def _run(ranges: list[Range], fate: tuple[str, int], cited: dict[tuple[int, int], list[str]]) -> RangeRun:
    claims = [claim for found in ranges for claim in cited.get((found.start, found.end), ())]
    return RangeRun(ranges[0], ranges[-1], len(ranges), *fate, tuple(dict.fromkeys(claims)))


def _moves(anchoring: Anchoring, length: int) -> dict[tuple[int, int], tuple[int, int]]:
    """The new range of each former one; a lost one gets a place that no other has."""
    taken = {(at, at + found.length) for found, at in anchoring.places.items() if at is not None}
    moves = {}
    for found, at in anchoring.places.items():
        start = anchoring.expected[found] if at is None else at
        start = min(max(start, 0), max(length - 1, 0))
        end = min(start + found.length, length)
        while at is None and (start, end) in taken:
            start, end = (start - 1, end) if start else (start, end + 1)
        taken.add((start, end))
        moves[found.start, found.end] = (start, end)
    return moves
