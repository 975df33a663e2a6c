"""What stands in a cell of the table: several values, ranges of the text, IRIs and literals."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.core.terms import XSD, GroundTerm, curie

SEPARATOR = " | "
NONE = "none"
LANGUAGE = "en"
_TAG = r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*|\^\^(?:<[^<>\s]*>|[^\s|]+)"
_QUOTED = rf"""(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")(?:{_TAG})?"""
_VALUE = re.compile(rf"\s*(?P<value>{_QUOTED}|[^|]*?)\s*(?:\||$)")
_LITERAL = re.compile(
    r"""(?P<mark>['"])(?P<text>(?:(?!(?P=mark))[^\\]|\\.)*)(?P=mark)"""
    r"""(?:@(?P<language>[\w-]+)|\^\^(?P<datatype>\S+))?""",
    re.DOTALL,
)
_TEXTS = re.compile(rf"\s*{_QUOTED}\s*(?:\|\s*{_QUOTED}\s*)*")
_SPAN = re.compile(r"(?P<start>0|[1-9][0-9]*)-(?P<end>[1-9][0-9]*)(?::(?P<digest>[0-9a-f]+))?")
_NUMBER = re.compile(r"[+-]?[0-9]+(?P<fraction>\.[0-9]+)?")
_ESCAPE_OR_MARK = re.compile(r'(\\.)|"', re.DOTALL)
_ESCAPED = str.maketrans({"\\": r"\\", "'": r"\'", "\n": r"\n", "\r": r"\r", "\t": r"\t"})


def values_in(cell: str) -> list[str]:
    """The values of a cell, one after the other; a literal in quotation marks may hold the separator.

    >>> values_in("#S025 | 'a | b'@en | ent:Japan")
    ['#S025', "'a | b'@en", 'ent:Japan']
    """
    if "|" not in cell:
        return [value] if (value := cell.strip()) else []
    return [value for found in _VALUE.finditer(cell) if (value := found["value"])]


def span_in(value: str) -> tuple[int, int] | None:
    """The range of a passage as a cell writes it; None for what is none.

    >>> span_in("990-1040:34224eb7b55b")
    (990, 1040)
    """
    found = _SPAN.fullmatch(value)
    return (int(found["start"]), int(found["end"])) if found else None


def digest_in(value: str) -> str | None:
    """The digest that a passage's cell has of its words, if it has one."""
    found = _SPAN.fullmatch(value)
    return found["digest"] if found else None


@dataclass(frozen=True)
class IriNotation:
    """How a table writes IRIs: CURIEs, `#name`, `SLUG#name`, `<IRI>`, and `<>` for the article itself.

    `articles` is what the IRIs of the project's articles begin with, `article` the IRI of this one.
    """

    article: str
    articles: str
    prefixes: Mapping[str, str]

    def node(self, value: str) -> ox.NamedNode | None:
        """The IRI that a value writes; None for what writes none."""
        if value.startswith("<") and value.endswith(">"):
            return _iri(value[1:-1] or self.article)
        if value.startswith("#"):
            return _iri(self.article + value)
        prefix, colon, local = value.partition(":")
        if colon and prefix in self.prefixes:
            return _iri(self.prefixes[prefix] + local)
        slug, mark, name = value.partition("#")
        return _iri(f"{self.articles}{slug}#{name}") if mark and name else None

    def written(self, node: ox.NamedNode) -> str:
        """The shortest way to write an IRI."""
        iri = node.value
        if iri == self.article:
            return "<>"
        if iri.startswith(f"{self.article}#"):
            return iri[len(self.article) :]
        if iri.startswith(self.articles) and "#" in iri and "|" not in iri:
            return iri[len(self.articles) :]
        return curie(iri, self.prefixes)

    def term(self, value: str) -> GroundTerm | None:
        """The IRI or the literal that a value writes; None for what writes neither."""
        if value[0] in "'\"":
            return self.literal(value)
        if value in ("true", "false"):
            return ox.Literal(value, datatype=XSD("boolean"))
        if number := _NUMBER.fullmatch(value):
            return ox.Literal(value, datatype=XSD("decimal" if number["fraction"] else "integer"))
        return self.node(value)

    def literal(self, value: str) -> ox.Literal | None:
        """A literal as Turtle writes it on one line."""
        found = _LITERAL.fullmatch(value)
        if found is None:
            return None
        text, datatype = _unescaped(found["text"]), None
        if text is None:
            return None
        if found["datatype"] is not None and (datatype := self.node(found["datatype"])) is None:
            return None
        try:
            return ox.Literal(text, datatype=datatype, language=found["language"])
        except ValueError:
            return None

    def written_term(self, term: GroundTerm) -> str:
        """The shortest way to write an IRI or a literal."""
        if isinstance(term, ox.NamedNode):
            return self.written(term)
        if term.datatype == XSD("boolean") and term.value in ("true", "false"):
            return term.value
        if term.datatype == XSD("integer") and _NUMBER.fullmatch(term.value):
            return term.value
        text = f"'{term.value.translate(_ESCAPED)}'"
        if term.language:
            return f"{text}@{term.language}"
        return text if term.datatype == XSD("string") else f"{text}^^{self.written(term.datatype)}"

    def texts(self, cell: str, language: str | None) -> list[ox.Literal | None]:
        """The text of a cell in one language; several, or text in another one, as Turtle writes literals."""
        if _TEXTS.fullmatch(cell):
            return [self.literal(value) for value in values_in(cell)]
        return [ox.Literal(cell, language=language)]

    def written_texts(self, texts: Iterable[ox.Literal], language: str | None) -> str:
        """A cell of text: plain where it is one text in the language."""
        found = sorted(texts, key=str)
        if len(found) == 1 and (found[0].language or None) == language and _is_plain(found[0].value):
            return found[0].value
        return SEPARATOR.join(map(self.written_term, found))


def _is_plain(text: str) -> bool:
    """Whether a text stands in a cell as it is, and comes back the same."""
    return text == " ".join(text.split()) != NONE and bool(text) and not _TEXTS.fullmatch(text)


def _unescaped(text: str) -> str | None:
    """A text with Turtle's escapes taken out; None where one is none of Turtle's."""
    if "\\" not in text:
        return text
    quoted = _ESCAPE_OR_MARK.sub(lambda found: found[1] or r"\"", text)
    try:
        found = next(iter(ox.parse(f'<urn:s> <urn:p> """{quoted}""" .', ox.RdfFormat.TURTLE))).object
    except SyntaxError:
        return None
    assert isinstance(found, ox.Literal)
    return found.value


def _iri(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        return None
