"""Quotes found in a text: the range of characters that a quote stands at."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from kg.core.likeness import ALIKE, UNSEEN
from kg.core.passages import Span
from kg.project.texts import is_within_word, paragraph_starts

NUMBERED = re.compile(r"(?P<words>.*\S)\s*\[(?P<number>[1-9][0-9]{0,5})\]", re.DOTALL)
_RANGE = re.compile(r"#?char=(?P<start>[0-9]+),(?P<end>[0-9]+)")
_RUN = re.compile(r"(?P<plain>[!-_a-~]+(?: [!-_a-~]+)*)|.", re.DOTALL)  # what folding leaves as it is
_WORD = re.compile(r"[A-Za-z0-9]+")
_CONTEXT = 30
_MOST_PLACES = 100
_MANY, _HEAD = 300, 8
_MOST_NEAREST = 50  # findings are told in full up to there, and each look costs time

_FOLDED = ALIKE | {
    **{"\u0060": "'", "\uff07": "'", "\uff02": '"', "\ufe63": "-", "\uff0d": "-", "\u2026": "..."},
    **dict.fromkeys([*map(chr, UNSEEN), "\u200c", "\u200d"], ""),
}


@dataclass(frozen=True)
class Missed:
    """Why a quote is no range: `rule` is the finding's, `message` what is wrong, `hint` how to mend it."""

    rule: str
    message: str
    hint: str


class Quotes:
    r"""Finds quotes in one text: as they are, or with quotation marks, dashes and spaces folded.

    >>> text = "The drill\nIt was a drill \u2013 the town\u2019s own."
    >>> Quotes(text).find("drill - the town's")
    Span(start=19, end=37)
    >>> Quotes(text).find("drill [2]")
    Span(start=19, end=24)
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._found: dict[str, list[Span]] = {}
        self._missed = 0

    def find(self, quote: str) -> Span | Missed:
        """The one place of a quote, of its n-th place when it ends in `[n]`, or of `#char=START,END`."""
        quote = quote.strip()
        if stated := _RANGE.fullmatch(quote):
            return self._stated(Span(int(stated["start"]), int(stated["end"])))
        found = self._places(quote)
        numbered = NUMBERED.fullmatch(quote)
        if numbered and not found:
            return self._numbered(numbered["words"], int(numbered["number"]))
        if len(found) == 1:
            return found[0]
        return self._several(quote, found) if found else self._none(quote)

    def words(self, at: Span) -> str:
        """What stands in a range."""
        return self.text[at.start : at.end]

    def quote(self, at: Span) -> str | None:
        """What finds a range again: its words, with `[n]` where they stand in several places."""
        words = self.words(at)
        places = self._places(words)
        for cell in (words, f"{words} [{places.index(at) + 1}]" if at in places else words):
            if cell == cell.strip() and self.find(cell) == at:
                return cell
        return None

    def nth(self, at: Span) -> int:
        """The how-manieth place of its words a range is, from 1."""
        places = self._places(self.words(at))
        return places.index(at) + 1 if at in places else 1

    def paragraph(self, offset: int) -> int:
        """The number of the paragraph in which an offset lies, from 0."""
        return max(0, bisect_right(self._starts, offset) - 1)

    @cached_property
    def _starts(self) -> list[int]:
        return paragraph_starts(self.text)

    def _places(self, quote: str) -> list[Span]:
        """Where a quote stands as it is, or else where it stands with marks, dashes and spaces folded."""
        found = self._found.get(quote)
        if found is None:
            found = self._found[quote] = [
                at for at in self._exact_places(quote) if self._is_whole(at) and "\n" not in self.words(at)
            ] or [
                at for at in self._folded_places(quote) if self._is_whole(at) and "\n" not in self.words(at)
            ]
        return found

    def _exact_places(self, quote: str) -> Iterator[Span]:
        """Where a quote stands to the letter; of a great many quotes only where its first word may begin."""
        if len(self._found) < _MANY or len(quote) < _HEAD or not _WORD.match(quote):
            yield from _all(self.text, quote)
            return
        for start in self._heads.get(quote[:_HEAD], ()):
            if self.text.startswith(quote, start):
                yield Span(start, start + len(quote))

    @cached_property
    def _heads(self) -> dict[str, list[int]]:
        """Where words begin, by their first characters and what follows."""
        found: dict[str, list[int]] = {}
        for word in _WORD.finditer(self.text):
            start = word.start()
            found.setdefault(self.text[start : start + _HEAD], []).append(start)
        return found

    def _folded_places(self, quote: str) -> Iterator[Span]:
        folded, origins = self._folded
        for at in _all(folded, _folded_quote(quote)):
            yield Span(origins[at.start], origins[at.end - 1] + 1)

    def _is_whole(self, at: Span) -> bool:
        return not (is_within_word(self.text, at.start) or is_within_word(self.text, at.end))

    def _stated(self, at: Span) -> Span | Missed:
        if not at.start < at.end <= len(self.text):
            message = f"the text has no characters {at.start} to {at.end}: its length is {len(self.text)}"
            return Missed("sheet.range", message, "the end is the first character after the passage")
        if "\n" in self.words(at):
            return self._across()
        return at

    def _numbered(self, words: str, number: int) -> Span | Missed:
        found = self._places(words)
        if number <= len(found):
            return found[number - 1]
        if not found:
            return self._none(words)
        message = f"the quote stands in {_counted(found)} of the text, so there is no [{number}]"
        return Missed("sheet.quote-number", message, self._listed(found))

    def _several(self, quote: str, found: list[Span]) -> Missed:
        message = f"'{_cut(quote)}' stands in {_counted(found)} of the text"
        hint = f"quote more words, or write [1], [2] ... behind the quote:\n  {self._listed(found)}"
        return Missed("sheet.quote-several", message, hint)

    def _none(self, quote: str) -> Missed:
        within = next(iter([*_all(self.text, quote), *self._folded_places(quote)]), None)
        if within is not None and "\n" not in self.words(within):
            message = f"'{_cut(quote)}' stands only inside a word of the text"
            return Missed("sheet.quote-word", message, f"quote whole words:\n  {self._listed([within])}")
        wanted = _folded_quote(quote)
        if next(_all(self._flat, wanted), None) is not None:
            return self._across()
        if wanted[:1] + wanted[-1:] in ('""', "''") and self._places(quote[1:-1].strip()):
            message = f"{_cut(quote)} stands in the text without its outer quotation marks"
            return Missed("sheet.quote-marks", message, "quote what is between them")
        message = f"'{_cut(quote)}' is not in the text"
        return Missed("sheet.quote-missing", message, self._nearest(wanted))

    def _across(self) -> Missed:
        hint = "a passage is within one paragraph; quote the parts with ' | ' between them"
        return Missed("sheet.quote-paragraphs", "the quote goes across a paragraph of the text", hint)

    def _nearest(self, wanted: str) -> str:
        from rapidfuzz.fuzz import partial_ratio_alignment  # for quotes that are wrong only

        self._missed += 1
        folded, origins = self._folded
        found = None
        if self._missed <= _MOST_NEAREST and 0 < len(wanted) <= len(folded):
            found = partial_ratio_alignment(_small(wanted), _small(folded), score_cutoff=50)
        if found is None or found.dest_start == found.dest_end:
            return "nothing in the text is like it; is this the text of the article?"
        at = Span(origins[found.dest_start], origins[found.dest_end - 1] + 1)
        return f"the nearest is\n  {self._listed([self._widened(at)])}"

    def _widened(self, at: Span) -> Span:
        """The range with the words whole that it cuts."""
        start, end = at.start, at.end
        while is_within_word(self.text, start):
            start -= 1
        while is_within_word(self.text, end):
            end += 1
        return Span(start, end)

    def _listed(self, found: list[Span], most: int = 5) -> str:
        """Places with the words around them, one a line; for the reader's eyes, never stored."""
        lines = []
        for number, at in enumerate(found[:most], start=1):
            before = self.text[max(0, at.start - _CONTEXT) : at.start].rpartition("\n")[2]
            after = self.text[at.end : at.end + _CONTEXT].partition("\n")[0]
            words = " ".join(_cut(self.words(at), 160).split())
            mark = f"[{number}] " if len(found) > 1 else ""
            where = f"paragraph {self.paragraph(at.start)}, #char={at.start},{at.end}"
            lines.append(f"{mark}...{before}>>{words}<<{after}... ({where})")
        if len(found) > most:
            lines.append(f"and {_more(len(found) - most, len(found))} more")
        return "\n  ".join(lines)

    @cached_property
    def _flat(self) -> str:
        """The folded text as if it were one paragraph."""
        return re.sub(" +", " ", self._folded[0].replace("\n", " "))

    @cached_property
    def _folded(self) -> tuple[str, list[int]]:
        return fold(self.text)


def fold(text: str) -> tuple[str, list[int]]:
    r"""A text with plain quotation marks, dashes and single spaces, and the offset each character came from.

    >>> fold("a \u2013  b")
    ('a - b', [0, 1, 2, 3, 5])
    """
    folded: list[str] = []
    origins: list[int] = []
    last = ""
    for found in _RUN.finditer(text):
        at, run = found.start(), found.group()
        if found.lastgroup == "plain":
            folded.append(run)
            origins.extend(range(at, found.end()))
            last = "x"
            continue
        if run == "\n":
            plain = "\n"
        elif run.isspace():
            plain = "" if last in (" ", "\n") else " "
        else:
            plain = _FOLDED[run] if run in _FOLDED else _composed(run)
        folded.append(plain)
        origins.extend([at] * len(plain))
        last = plain[-1:] or last
    return "".join(folded), origins


def _folded_quote(quote: str) -> str:
    """A quote as the folded text has it: line breaks within it count as spaces."""
    return re.sub(" +", " ", fold(unicodedata.normalize("NFC", quote))[0].replace("\n", " "))


def _small(text: str) -> str:
    """A text in small letters, unless it would get another length."""
    small = text.lower()
    return small if len(small) == len(text) else text


def _composed(character: str) -> str:
    """The character, a compatibility form such as a ligature taken apart."""
    return unicodedata.normalize("NFKC", character) if 0xFB00 <= ord(character) <= 0xFB06 else character


def _all(text: str, words: str) -> Iterator[Span]:
    """Every place of some words, overlapping ones too; enough of them where there are very many."""
    start, count = text.find(words), 0
    while words and start >= 0 and count < _MOST_PLACES:
        yield Span(start, start + len(words))
        start, count = text.find(words, start + 1), count + 1


def _counted(found: list[Span]) -> str:
    if len(found) >= _MOST_PLACES:
        return f"{_MOST_PLACES} or more places"
    return "one place" if len(found) == 1 else f"{len(found)} places"


def _more(rest: int, whole: int) -> str:
    return "many" if whole >= _MOST_PLACES else str(rest)


def _cut(words: str, most: int = 60) -> str:
    return words if len(words) <= most else f"{words[: most - 3]}..."
