"""Names as text: when two are alike, and which are nearly so."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x2060, 0xFEFF))
"""The soft hyphen, and three characters that have no width."""
ALIKE = {
    **dict.fromkeys("\u2018\u2019\u201a\u201b\u2032\u02bc\u00b4", "'"),
    **dict.fromkeys("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", '"'),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
}
"""Quotation marks and dashes, each with the plain one that it is like."""

_PLAIN = str.maketrans(ALIKE)
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789"
_MOST = 3
_LIKE = 0.7
_WHOLE = 0.02  # by how much a whole name goes before a part of one that is as like


def clean(text: str) -> str:
    r"""Text on one line, composed (NFC), with single spaces, and without characters that nobody sees.

    >>> clean(" town\u00a0of \u200b Ellery ")
    'town of Ellery'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(UNSEEN))
    return " ".join(text.split())


def folded(name: str) -> str:
    r"""What names that are alike have in common: NFKC, case, white space, quotes and dashes are one.

    >>> folded("Government  of\u00a0Japan"), folded("Abe\u2019s Indo\u2011Pacific vision")
    ('government of japan', "abe's indo-pacific vision")
    """
    if not name.isascii():
        name = unicodedata.normalize("NFKC", name.translate(UNSEEN).translate(_PLAIN)).translate(_PLAIN)
        name = unicodedata.normalize("NFKC", name.casefold())
    return " ".join(name.casefold().split())


def words_of(key: str) -> list[str]:
    """The words of a folded name; a possessive is a word of its own: `abe's` is not `abe`.

    >>> words_of("abe's indo-pacific vision")
    ["abe's", 'indo', 'pacific', 'vision']
    """
    return _WORD.findall(key)


def trigrams(key: str) -> set[str]:
    """The trigrams of the words of a folded name, with their ends.

    >>> sorted(trigrams("nato"))
    [' na', 'ato', 'nat', 'to ']
    """
    padded = [f" {word} " for word in words_of(key)]
    return {word[at : at + 3] for word in padded for at in range(len(word) - 2)}


def one_off(key: str) -> set[str]:
    """What a key may be that has one character too many, too few, or another one.

    >>> {"s", "s12", "s2"} <= one_off("s1")
    True
    """
    found = set()
    for at in range(len(key) + 1):
        before, after = key[:at], key[at:]
        found |= {before + after[1:]} | {before + c + rest for c in _ALPHABET for rest in (after, after[1:])}
    return found


def closest(typed: str, names: Iterable[str], most: int = _MOST) -> list[str]:
    """The names most like what was typed or begun, or with a part that is, the best first.

    >>> closest("goverment of Japan", ["government of Japan", "Japan", "Diet"])
    ['government of Japan']
    >>> closest("Trmp", ["Donald Trump", "Japan", "enables"])
    ['Donald Trump']
    """
    from difflib import SequenceMatcher  # for errors only

    wanted = folded(typed)
    size = len(words_of(wanted))
    matcher: SequenceMatcher[str] = SequenceMatcher(b=wanted, autojunk=False)

    def like(text: str) -> float:
        if wanted and text.startswith(wanted):
            return _LIKE + (1 - _LIKE) * len(wanted) / len(text)
        matcher.set_seq1(text)
        if matcher.real_quick_ratio() < _LIKE or matcher.quick_ratio() < _LIKE:
            return 0
        return matcher.ratio()

    found: dict[str, tuple[float, int, str]] = {}
    for name in names:
        key = folded(name)
        parts = (like(part) - _WHOLE for part in _parts(key, size))
        score = max(like(key), max(parts, default=0))
        if score >= _LIKE:
            found[name] = (-score, len(name), name)
    return sorted(found, key=found.__getitem__)[:most]


def meant(names: Sequence[str]) -> str:
    """The end of a message that offers names.

    >>> meant(["Japan", "Diet"]), meant([])
    ('; did you mean Japan or Diet?', '')
    """
    return f"; did you mean {' or '.join(names)}?" if names else ""


def _parts(key: str, size: int) -> Iterator[str]:
    """The runs of so many words in a folded name that has more."""
    words = words_of(key)
    if 0 < size < len(words):
        yield from (" ".join(words[at : at + size]) for at in range(len(words) - size + 1))
