"""What stands in cells: bare values, names of new nodes, stretches of time."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import pyoxigraph as ox

from kg.article.sheets.material import ArticleSources
from kg.core.likeness import clean
from kg.core.passages import span_digest
from kg.core.terms import SECPOL, XSD, local_name

_EDTF = SECPOL("edtf")
_LITERAL = ox.NamedNode("http://www.w3.org/2000/01/rdf-schema#Literal")
_LEXICAL = {
    "integer": r"0|-?[1-9][0-9]*",
    "decimal": r"0|-?[1-9][0-9]*|-?(?:0|[1-9][0-9]*)\.[0-9]*[1-9]",
    "boolean": r"true|false",
    "date": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "dateTime": r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?Z",
}


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


def extents_of(material: ArticleSources) -> Iterator[tuple[ox.NamedNode, str]]:
    """The stretches of time that are described, with their dates in EDTF."""
    for triple in (*material.entities, *material.facts):
        subject, value = triple.subject, triple.object
        if triple.predicate != _EDTF or not isinstance(value, ox.Literal):
            continue
        if isinstance(subject, ox.NamedNode):
            yield subject, value.value
