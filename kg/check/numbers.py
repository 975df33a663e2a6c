"""Numbers in English words and in digits."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

_UNITS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
    " seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_SMALL = {
    **{word: number for number, word in enumerate(_UNITS.split())},
    **{word: number * 10 for number, word in enumerate(_TENS.split(), 2)},
    **{word: number for number, word in enumerate(_ORDINALS.split(), 1)},
}
_SCALES = {
    **{"dozen": 12, "hundred": 100, "thousand": 10**3, "million": 10**6},
    **{"billion": 10**9, "trillion": 10**12},
}
_SAYING = {  # words that say a number, or one of several, by themselves
    **{"both": "2", "twice": "2", "pair": "2", "couple": "2", "bilateral": "2", "thrice": "3"},
    **{"trilateral": "3", "double": "2 100", "doubled": "2 100", "twofold": "2 100", "half": "50 0.5"},
    **{"triple": "3 200", "tripled": "3 200", "threefold": "3 200", "fourfold": "4 300", "fivefold": "5 400"},
    **{"sixfold": "6 500", "tenfold": "10 900", "quarter": "25 0.25", "third": "3 33", "decade": "10"},
}
_VAGUE = frozenset({*_ORDINALS.split(), *_SCALES, "zero", "one", "two", "three", "four"})
"""Words that an account of a text without a number may have: one of them, two sides, hundreds."""
_TOKEN = re.compile(r"[0-9]+(?:[.,][0-9]+)*|[^\W\d_]+")


def numbers_in(text: str) -> set[Decimal]:
    """The numbers that a text has, also as parts of larger ones.

    >>> sorted(map(int, numbers_in("nearly two hundred of 1,200 boats; twice")))
    [2, 100, 200, 1200]
    """
    found = {number for run in _runs(text) for number in _values(run)}
    words = _TOKEN.findall(text.lower())
    found |= {Decimal(number) for word in words for number in _SAYING.get(word, "").split()}
    return found


def numbers_told(text: str) -> set[Decimal]:
    """The numbers that a text commits itself to: each whole, and no ordinals and round words.

    >>> sorted(map(int, numbers_told("one of hundreds, the first of twenty-four in 2024")))
    [24, 2024]
    """
    return {_values(run)[-1] for run in _runs(text) if not set(run) <= _VAGUE}


def _runs(text: str) -> Iterator[list[str]]:
    """The words and digits that make a number together."""
    run: list[str] = []
    for token in [*_TOKEN.findall(text.lower()), ""]:
        word = token.removesuffix("s") if token.removesuffix("s") in _SCALES else token
        if word in _SMALL or word in _SCALES or word[:1].isdigit():
            if run and word[:1].isdigit():
                yield run
                run = []
            run.append(word)
        elif run and token != "and":
            yield run
            run = []


def _values(run: list[str]) -> list[Decimal]:
    """What the words of a run say by themselves and up to each; last what they say together."""
    total = part = Decimal(0)
    found: list[Decimal] = []
    for word in run:
        if word in _SCALES:
            scale = Decimal(_SCALES[word])
            found.append(scale)
            part = (part or 1) * scale
            if scale >= 1000:
                total, part = total + part, Decimal(0)
        else:
            number = _number(word)
            found.append(number)
            part += number
        found.append(total + part)
    return found


def _number(word: str) -> Decimal:
    if word in _SMALL:
        return Decimal(_SMALL[word])
    return Decimal(re.sub(r",(?=[0-9]{3}(?![0-9]))", "", word).replace(",", ".").strip("."))
