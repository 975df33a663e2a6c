"""The running text of a PDF: lines made paragraphs, without running heads, page numbers and hyphenation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median

import pypdfium2 as pdfium

from kg.core.errors import InputError

_BROKEN = "\x02\ufffe"  # what PDFium puts for a hyphen at the end of a line, and leaves the line's end out
_LINE = re.compile(f"[^\\r\\n{_BROKEN}]+[{_BROKEN}]?")
_HYPHENS = "-\u00ad\u2010" + _BROKEN
_PAGE_NUMBER = re.compile(r"[-\u2013\u2014 ]*(?:\d{1,5}|[ivxlc]{1,7})[-\u2013\u2014 ]*")
_SENTENCE_END = re.compile(r"[.!?:;\u2026][\"'\u2019\u201d)\]]*$")
_MARGIN_LINES = 2
_FULL = 180.0  # points; a page that ends higher up is not full
_INDENT = 50.0  # points; lines of one column do not begin further apart


@dataclass(frozen=True)
class PdfLine:
    """A line of a page, with its edges in points from the page's lower left corner."""

    text: str
    left: float
    right: float
    top: float
    bottom: float

    @property
    def height(self) -> float:
        """How high it is."""
        return max(self.top - self.bottom, 1.0)


def pdf_text(data: bytes, path: Path) -> str:
    """The text of a PDF, one line a paragraph.

    Raises `InputError` for a file that is broken, encrypted, or has pictures of text only.
    """
    pages = list(_pages(data, path))
    if not any(pages):
        raise InputError(
            "the PDF has no text, only pictures of it",
            path=path,
            hint="run it through text recognition (OCR) first",
        )
    text = "\n".join(_paragraphs(_without_heads(pages))) + "\n"
    return re.sub(f"[{_BROKEN}]", "-", text)


def _pages(data: bytes, path: Path) -> Iterator[list[PdfLine]]:
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        if "password" in str(error).lower() or "security" in str(error).lower():
            raise InputError(
                "the PDF is encrypted", path=path, hint="save a copy without a password and use that"
            ) from error
        raise InputError("the PDF is broken and cannot be read", path=path) from error
    try:
        for number in range(len(document)):
            page = document[number]
            try:
                yield list(_lines(page.get_textpage()))
            finally:
                page.close()
    except pdfium.PdfiumError as error:
        raise InputError("the PDF is broken and cannot be read", path=path) from error
    finally:
        document.close()


def _lines(page: pdfium.PdfTextPage) -> Iterator[PdfLine]:
    """The lines of a page in reading order."""
    text = page.get_text_range()
    if page.count_chars() != len(text):  # beyond the BMP, places and characters no longer go together
        text = "".join(page.get_text_range(at, 1) or " " for at in range(page.count_chars()))
    for found in _LINE.finditer(text):
        words = found.group()
        if not words.strip(_BROKEN + " "):
            continue
        start = found.start() + len(words) - len(words.lstrip())
        end = found.start() + len(words.rstrip(_BROKEN + " \t")) - 1
        left, bottom, _, top = page.get_charbox(start, loose=True)
        _, last_bottom, right, last_top = page.get_charbox(end, loose=True)
        yield PdfLine(
            " ".join(words.split()), left, max(left, right), max(top, last_top), min(bottom, last_bottom)
        )


def _without_heads(pages: list[list[PdfLine]]) -> list[list[PdfLine]]:
    """The pages without the lines at their edges that return on most pages, and without page numbers."""
    full = [(number, page) for number, page in enumerate(pages) if len(page) > 2 * _MARGIN_LINES]
    edges = Counter(key for number, page in full for key in {_key(page[at], number) for at in _edges(page)})
    often = {key for key, count in edges.items() if count >= max(2, len(full) * 0.4)}

    def is_head(page: list[PdfLine], number: int, at: int) -> bool:
        key = _key(page[at], number)
        return key in often or (len(pages) > 1 and _PAGE_NUMBER.fullmatch(page[at].text) is not None)

    kept = []
    for number, page in enumerate(pages):
        heads = {at for at in _edges(page) if is_head(page, number, at)}
        kept.append([line for at, line in enumerate(page) if at not in heads])
    return kept


def _edges(page: list[PdfLine]) -> list[int]:
    """The first and the last line of a page, each with its neighbour where the two stand close together."""
    found = [0, len(page) - 1] if page else []
    for at, beside in ((0, 1), (len(page) - 1, len(page) - 2)):
        if (
            len(page) > 2 * _MARGIN_LINES
            and abs(page[at].bottom - page[beside].bottom) < 1.6 * page[at].height
        ):
            found.append(beside)
    return found


def _key(line: PdfLine, page: int) -> str:
    """A line with its numbers counted from the page's, as running heads differ in nothing but these."""
    text = re.sub(r"\d{1,9}", lambda number: f"#{int(number.group()) - page}", line.text.casefold())
    return text.replace(" ", "")


def _paragraphs(pages: list[list[PdfLine]]) -> Iterator[str]:
    """The paragraphs, joined over line and page breaks."""
    words = {match.group() for page in pages for line in page for match in _compounds(line.text)}
    current = ""
    ended = True  # whether a paragraph ended with the last page
    for page in pages:
        breaks = _breaks(page)
        for at, line in enumerate(page):
            begins = breaks[at] if at else ended
            if begins and current:
                yield current
                current = ""
            current = _joined(current, line.text, words)
        if page:
            is_over = page[-1].bottom > _FULL or _is_short(page[-1], _columns(page)[-1])
            ended = is_over and _ends_sentence(current)
    if current:
        yield current


def _breaks(page: list[PdfLine]) -> list[bool]:
    """Which lines of a page begin a paragraph: after a gap, an indent, a short line or in another size."""
    if not page:
        return []
    pitch = median([a.bottom - b.bottom for a, b in pairwise(page) if a.bottom > b.bottom] or [1.0])
    usual = median(line.height for line in page)
    columns = _columns(page)
    begins = [True]
    for (before, (left_before, right_before)), (line, (left, _)) in pairwise(zip(page, columns, strict=True)):
        gap = before.bottom - line.bottom
        room = 1.35 * pitch * max(1.0, line.height / usual)  # lines of a heading stand further apart
        other_size = abs(before.height - line.height) > 0.2 * before.height
        indented = line.left - left > 0.7 * line.height and before.left - left_before < 0.3 * line.height
        short = _is_short(before, (left_before, right_before)) and _ends_sentence(before.text)
        begins.append(gap > room or other_size or short or (indented and _ends_sentence(before.text)))
    return begins


def _columns(page: list[PdfLine]) -> list[tuple[float, float]]:
    """The edges of each line's column: where most of its lines begin, and how far the longest goes."""
    usual = median(line.height for line in page)
    groups: list[list[int]] = []
    for at in sorted(range(len(page)), key=lambda at: page[at].left):
        if not groups or page[at].left - page[groups[-1][-1]].left > _INDENT:
            groups.append([])
        groups[-1].append(at)
    edges: dict[int, tuple[float, float]] = {}
    for group in groups:
        lines = [page[at] for at in group]
        lines = [line for line in lines if abs(line.height - usual) <= 0.2 * usual] or lines  # no headings
        left = Counter(round(line.left) for line in lines).most_common(1)[0][0]
        edges |= dict.fromkeys(group, (left, max(line.right for line in lines)))
    return [edges[at] for at in range(len(page))]


def _is_short(line: PdfLine, column: tuple[float, float]) -> bool:
    """Whether a line leaves room at its end, as the last one of a paragraph does."""
    left, right = column
    return right - line.right > 0.15 * (right - left)


def _ends_sentence(text: str) -> bool:
    return bool(_SENTENCE_END.search(text))


def _joined(text: str, line: str, compounds: set[str]) -> str:
    """Two lines as one; a hyphen between them goes, unless the word has one elsewhere too."""
    if not text:
        return line
    if text[-1] in _HYPHENS and len(text) > 1 and text[-2].isalnum() and line[:1].isalpha():
        stem = re.split(r"[^\w-]", text[:-1])[-1]
        rest = re.split(r"[^\w-]", line)[0]
        if line[0].isupper() or f"{stem}-{rest}".casefold() in compounds:
            return f"{text[:-1]}-{line}"
        return text[:-1] + line
    return f"{text} {line}"


def _compounds(text: str) -> Iterator[re.Match[str]]:
    return re.finditer(r"\w+(?:-\w+)+", text.casefold())
