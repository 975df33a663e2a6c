"""Terms that a reader is to tell apart: where short forms look alike, with what makes them two."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence

import pyoxigraph as ox

from kg.core.terms import PREFIXES, XSD, Term, curie

_LETTERS = "аеорсухіјѕԁАВЕКМНОРСТХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧο"  # noqa: RUF001
_LOOK_ALIKE = str.maketrans(_LETTERS, "aeopcyxijsdABEKMHOPCTXIJSABEZHIKMNOPTYXo")
_DRAWN = {"Zs": " ", "Zl": " ", "Zp": " ", "Cc": " ", "Cf": "", "Pd": "-", "Pi": '"', "Pf": '"'}
_PLAIN = re.compile(r"[^\x20-\x7e]")


def told_apart(
    terms: Sequence[Term], shown: Sequence[str], prefixes: Mapping[str, str] = PREFIXES
) -> list[str]:
    """The short forms of some terms; of those that look like another's, the whole form or the code points.

    >>> told_apart([ox.Literal("x"), ox.Literal("x", language="en"), ox.Literal("y")], ["x", "x", "y"])
    ['"x"', '"x"@en', 'y']
    >>> told_apart([ox.Literal("é"), ox.Literal("e\\u0301")], ["é", "e\\u0301"])
    ['"\\\\u00E9"', '"e\\\\u0301"']
    """
    texts = list(shown)
    whole = [_whole(term, prefixes) for term in terms]
    for forms in (whole, [_PLAIN.sub(_code_point, form) for form in whole]):
        alike = Counter({look: len(found) for look, found in _by_look(texts, terms).items()})
        texts = [forms[at] if alike[_look(text)] > 1 else text for at, text in enumerate(texts)]
    return texts


def _by_look(texts: Sequence[str], terms: Sequence[Term]) -> dict[str, set[Term]]:
    found: dict[str, set[Term]] = {}
    for text, term in zip(texts, terms, strict=True):
        found.setdefault(_look(text), set()).add(term)
    return found


def _look(text: str) -> str:
    """One text for all that look like it: composed or not, whichever blank, dash or quotation mark."""
    drawn = (_DRAWN.get(unicodedata.category(mark), mark) for mark in unicodedata.normalize("NFKC", text))
    return "".join(drawn).translate(_LOOK_ALIKE)


def _whole(term: Term, prefixes: Mapping[str, str]) -> str:
    if isinstance(term, ox.NamedNode):
        return curie(term.value, prefixes)
    if isinstance(term, ox.Literal) and not term.language and term.datatype != XSD("string"):
        return f"{ox.Literal(term.value)}^^{curie(term.datatype.value, prefixes)}"
    return str(term)


def _code_point(match: re.Match[str]) -> str:
    number = ord(match.group())
    return f"\\u{number:04X}" if number < 0x10000 else f"\\U{number:08X}"
