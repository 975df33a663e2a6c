"""The texts of articles, where this machine has them; they are never part of a project."""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.core.errors import InputError, shown
from kg.core.files import read_text
from kg.core.terms import SECPOL
from kg.project.project import Project
from kg.rdf.turtle_reading import read_turtle

_JOINER = "\u200d"
_JOINING = f"\u00ad\u200c{_JOINER}\u2060\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
_UNSPACED = re.compile(  # Thai and Lao, Burmese, Khmer, Japanese and Chinese
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003ffff]"
)


def text_path(project: Project, slug: str) -> Path | None:
    """The file of an article's text: in the folder that KG_TEXTS names, or in the project's `texts/`."""
    named = os.environ.get("KG_TEXTS")
    folders = [Path(named)] if named else []
    folders += [layer.root / "texts" for layer in reversed(project.layers)]
    return next((path for folder in folders if (path := folder / f"{slug}.txt").is_file()), None)


def text_of(project: Project, slug: str) -> str | None:
    """An article's text, code point for code point, or None where it is not to be had."""
    path = text_path(project, slug)
    return None if path is None else read_text(path)


@dataclass(frozen=True)
class TextRecord:
    """What an article says of the text that was annotated; None where it says nothing."""

    sha256: str | None
    length: int | None
    starts: frozenset[int] = frozenset()

    def fits(self, text: str) -> bool:
        """Whether a text is the one on record."""
        return self.sha256 == text_digest(text)

    def tells(self, text: str) -> bool:
        """Whether the paragraphs on record are those of a text."""
        return self.starts == frozenset(paragraph_starts(text))


def recorded(project: Project, slug: str) -> TextRecord:
    """What an article has on record of its text."""
    article = ox.NamedNode(project.article_iri(slug))
    values: dict[str, list[str]] = {}
    for triple in read_turtle(project.article_folder(slug) / "article.ttl", article.value):
        if triple.subject == article and isinstance(triple.object, ox.Literal):
            values.setdefault(triple.predicate.value.removeprefix(SECPOL.iri), []).append(triple.object.value)
    digest = next(iter(values.get("textSha256", ())), None)
    length = next(filter(str.isdecimal, values.get("textLength", ())), None)
    starts = frozenset(map(int, filter(str.isdecimal, values.get("paragraphStart", ()))))
    return TextRecord(digest, None if length is None else int(length), starts)


def require_text(project: Project, slug: str) -> str:
    """The text of an article that was annotated; raises `InputError` where it is not to be had or another."""
    record = recorded(project, slug)
    text = text_of(project, slug)
    if text is None:
        raise InputError(f"the text of {slug} is not here", hint=f"bring it in: kg text add {slug} FILE")
    path = text_path(project, slug)
    if not record.fits(text) and path is not None:
        raise InputError(
            "this is not the text that was annotated",
            path=path,
            hint=f"kg text add {slug} {shown(path)} shows where its passages went",
        )
    return text


def normalised(text: str) -> str:
    r"""A text as it is kept: Unicode NFC, lines that end in LF, no byte order mark; nothing else is touched.

    >>> normalised("\ufeffcafe\u0301\r\nbar\r")
    'café\nbar\n'
    """
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", lines)


def text_digest(text: str) -> str:
    """The SHA-256 of a text in UTF-8, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def paragraph_starts(text: str) -> list[int]:
    r"""The offsets at which the paragraphs of a text start; each line that is not blank is one.

    >>> paragraph_starts("title\n\nbody\n")
    [0, 7]
    """
    return [found.start() for found in re.finditer(r"^[^\S\n]*\S", text, re.MULTILINE)]


def is_within_word(text: str, at: int) -> bool:
    r"""Whether a cut before the character `at` would part a word, or a letter from what belongs to it.

    Chinese, Japanese and some others write words without spaces: they may be cut between any two characters.

    >>> [at for at in range(8) if not is_within_word("Que\u0301 va", at)]
    [0, 4, 5, 7]
    """
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if before.isalnum() and after.isalnum():
        return not (_is_unspaced(before) or _is_unspaced(after))
    if before.isascii() and after.isascii():
        return False
    if _is_mark(after):
        return not before.isspace()
    return before == _JOINER or (_is_mark(before) and after.isalnum() and not _is_unspaced(after))


def _is_mark(character: str) -> bool:
    """Whether a character belongs to the one before: accents, vowel signs, tones of skin, joiners."""
    return character in _JOINING or unicodedata.category(character) in ("Mn", "Mc", "Me")


def _is_unspaced(character: str) -> bool:
    return character >= "\u0e00" and _UNSPACED.match(character) is not None
