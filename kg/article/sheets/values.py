"""What stands in cells: separators, literals, and the words of the column `kind`."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

import pyoxigraph as ox

from kg.article.sheets.material import ArticleSources
from kg.claims.cells import NONE
from kg.claims.columns import ASSERTED, CLAIM, CONVEYED, PROPOSITION_CLASS
from kg.core.likeness import clean
from kg.core.passages import span_digest
from kg.core.terms import RDF_TYPE, RDFS_LABEL, SECPOL, XSD, GroundTerm, local_name

QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"(?:@[A-Za-z-]+|\^\^[^\s|]+)?')

_EDTF = SECPOL("edtf")
_PART = re.compile(rf"\s*(?P<part>{QUOTED.pattern}|[^|]*?)\s*(?:\||$)")
_LITERAL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#Literal")
_LEXICAL = {
    "integer": r"0|-?[1-9][0-9]*",
    "decimal": r"0|-?[1-9][0-9]*|-?(?:0|[1-9][0-9]*)\.[0-9]*[1-9]",
    "boolean": r"true|false",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "dateTime": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?Z",
}


def parts(cell: str) -> list[str]:
    """The values of a cell that may have several; a literal in quotation marks may hold the separator.

    >>> parts('#S025 | "a | b"@en | Japan')
    ['#S025', '"a | b"@en', 'Japan']
    """
    if "|" not in cell:
        return [part] if (part := cell.strip()) else []
    return [part for found in _PART.finditer(cell) if (part := found["part"])]


def node_name(label: str) -> str:
    """The local name that a label gives a node.

    >>> node_name("patrol of the outer harbour")
    'PatrolOfTheOuterHarbour'
    """
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    words = re.findall(r"[A-Za-z0-9]+", plain.replace("'", ""))
    name = "".join(word[0].upper() + word[1:] for word in words)[:60]
    if name and clean(label).isascii():
        return name
    return f"{name or 'Node'}{span_digest(label)[:4]}"  # what is left of other scripts is not telling


def typed_literal(text: str, kind: ox.NamedNode | None) -> ox.Literal | None:
    """The literal of a datatype with some text, or None where the text is no value of it."""
    if kind is None or kind in (XSD("string"), _LITERAL):
        return ox.Literal(text)
    pattern = _LEXICAL.get(local_name(kind))
    if pattern is not None and not re.fullmatch(pattern, text):
        return None
    return ox.Literal(text, datatype=kind)


@lru_cache(maxsize=4096)
def parse_literal(text: str, prefixes: tuple[tuple[str, str], ...]) -> ox.Literal | None:
    """A literal in Turtle's writing."""
    try:
        head = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes)
        found = next(ox.parse(f"{head}<urn:s> <urn:p> {text} .", ox.RdfFormat.TURTLE)).triple.object
    except (SyntaxError, StopIteration):
        return None
    return found if isinstance(found, ox.Literal) else None


def labels_of(material: ArticleSources) -> dict[ox.NamedNode, list[str]]:
    """The labels of the ontology's terms."""
    found: dict[ox.NamedNode, list[str]] = {}
    for triple in material.ontology:
        subject, value = triple.subject, triple.object
        if triple.predicate != RDFS_LABEL or not isinstance(value, ox.Literal):
            continue
        if isinstance(subject, ox.NamedNode):
            found.setdefault(subject, []).append(value.value)
    return found


def extents_of(material: ArticleSources) -> Iterator[tuple[ox.NamedNode, str]]:
    """The stretches of time that are described, with their dates in EDTF."""
    for triple in (*material.entities, *material.facts):
        subject, value = triple.subject, triple.object
        if triple.predicate != _EDTF or not isinstance(value, ox.Literal):
            continue
        if isinstance(subject, ox.NamedNode):
            yield subject, value.value


def kind_words(material: ArticleSources) -> list[tuple[str, tuple[ox.NamedNode, GroundTerm]]]:
    """The words of the column `kind`, each with what it says; `causal claim` is `causal`."""
    terms, labels = material.terms, labels_of(material)
    pairs: list[tuple[ox.NamedNode, ox.NamedNode]] = [
        *((ASSERTED, node) for node in terms.instances(SECPOL("AssertionStatus"))),
        *((CONVEYED, node) for node in terms.instances(SECPOL("Conveyance"))),
        *((RDF_TYPE, node) for node in terms.below(CLAIM) | {PROPOSITION_CLASS}),
    ]
    words: list[tuple[str, tuple[ox.NamedNode, GroundTerm]]] = []
    for predicate, node in sorted(pairs, key=lambda pair: (str(pair[0]), pair[1].value)):
        label = next(iter(labels.get(node, ())), local_name(node))
        words.append((label.removesuffix(" claim"), (predicate, node)))
    return words


def is_text(value: str) -> bool:
    """Whether a text read back from a cell is the same text."""
    return value not in ("", NONE) and not all(QUOTED.fullmatch(part) for part in parts(value))
