"""Values: of the kind and range that the ontology gives their property, in the language of their tag."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyoxigraph as ox

from kg.check.material import ReadSource
from kg.check.uses import owner_of
from kg.core.findings import Finding, Severity
from kg.core.nodes import named, subjects_of, values_of
from kg.core.terms import OWL, RDF, RDF_TYPE, RDFS, XSD, curie, local_name

_OF_NODES = ("ObjectProperty", "SymmetricProperty", "TransitiveProperty", "AsymmetricProperty")
_WIDER = {
    "integer": "decimal",
    **dict.fromkeys(("long", "nonNegativeInteger", "nonPositiveInteger"), "integer"),
    **{"int": "long", "short": "int", "byte": "short", "negativeInteger": "nonPositiveInteger"},
    **dict.fromkeys(("positiveInteger", "unsignedLong"), "nonNegativeInteger"),
    **{"unsignedInt": "unsignedLong", "unsignedShort": "unsignedInt", "unsignedByte": "unsignedShort"},
    **{"normalizedString": "string", "token": "normalizedString", "language": "token"},
    **{"dateTimeStamp": "dateTime", "yearMonthDuration": "duration", "dayTimeDuration": "duration"},
}
"""The datatypes of XML Schema, each with the one that it is derived from."""
_WORD = re.compile(r"[^\W\d_]+")
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")


@dataclass(frozen=True)
class Properties:
    """What an ontology says of the values of its properties."""

    of_nodes: frozenset[ox.NamedNode]
    of_literals: frozenset[ox.NamedNode]
    datatypes: Mapping[ox.NamedNode, frozenset[ox.NamedNode]]

    @classmethod
    def of(cls, store: ox.Store) -> Properties:
        """What a graph declares; a property of both kinds is left to the check of punning."""
        kinds = [{p for kind in _OF_NODES for p in named(subjects_of(store, RDF_TYPE, OWL(kind)))}]
        kinds += [
            {*named(subjects_of(store, RDF_TYPE, OWL(kind)))}
            for kind in ("DatatypeProperty", "AnnotationProperty")
        ]
        nodes, literals, annotations = kinds
        ranges = {p: _datatypes(store, p) for p in literals - nodes}
        return cls(
            frozenset(nodes - literals - annotations), frozenset(literals - nodes - annotations), ranges
        )


def _datatypes(store: ox.Store, prop: ox.NamedNode) -> frozenset[ox.NamedNode]:
    """The datatypes that a property and those above it have as their ranges."""
    found: set[ox.NamedNode] = set()
    known, pending = {prop}, [prop]
    while pending:
        one = pending.pop()
        found.update(named(values_of(store, one, RDFS("range"))))
        above = set(named(values_of(store, one, RDFS("subPropertyOf")))) - known
        known |= above
        pending += above
    return frozenset(kind for kind in found if kind.value.startswith(XSD.iri) or kind == RDF("langString"))


def check_values(file: ReadSource, properties: Properties) -> Iterator[Finding]:
    """A finding for each value that its property does not take, or that is not in the language of its tag."""
    for triple in file.triples:
        problem = _problem(triple.predicate, triple.object, properties)
        if problem is not None:
            rule, message, hint = problem
            value = str(triple.object)
            owner = owner_of(triple.subject, file.triples)
            yield Finding(
                rule=rule,
                severity=Severity.WARNING if rule == "literal.language" else Severity.VIOLATION,
                message=message,
                node=owner,
                path=curie(triple.predicate.value),
                value=value,
                places=(file.written.place(owner, triple.predicate.value, value),),
                hint=hint,
            )


def _problem(prop: ox.NamedNode, value: object, properties: Properties) -> tuple[str, str, str] | None:
    written = curie(prop.value)
    if not isinstance(value, ox.Literal):
        if prop not in properties.of_literals:
            return None
        shown = curie(value.value) if isinstance(value, ox.NamedNode) else "a node"
        message = f"{written} is a datatype property and takes a literal, not {shown}"
        return "value.kind", message, "write a literal, or use an object property"
    if prop in properties.of_nodes:
        message = f'{written} is an object property and takes a node, not the literal "{value.value}"'
        return "value.kind", message, "name the node by its IRI, without quotation marks"
    for kind in properties.datatypes.get(prop, ()):
        if not _fits(value, kind):
            message = f'{written} has values of {curie(kind.value)}, and not "{value.value}" ({_kind(value)})'
            return "value.range", message, f"write a value of {curie(kind.value)}"
    if value.language and (seems := other_language(value.value, value.language)):
        message = f'"{_cut(value.value)}" is said to be {value.language} and reads as {seems}'
        return "literal.language", message, "correct the tag; a translation stands beside it with its own tag"
    return None


def _kind(value: ox.Literal) -> str:
    return f"@{value.language}" if value.language else curie(value.datatype.value)


def _cut(text: str) -> str:
    return text if len(text) <= 40 else text[:39].rstrip() + "…"


def _fits(value: ox.Literal, kind: ox.NamedNode) -> bool:
    """Whether a literal is in the value space of a datatype; whole numbers are told by their sign."""
    if value.datatype == kind:
        return True
    if not value.datatype.value.startswith(XSD.iri):
        return False
    own, wanted = _derived(local_name(value.datatype)), local_name(kind)
    if wanted in own:
        return True
    if "integer" in own and "integer" in (wider := _derived(wanted)):
        number = value.value.lstrip("+").lstrip("0")
        positive = "positiveInteger" in wider
        if "nonNegativeInteger" in wider:
            return not number.startswith("-") and bool(number or not positive)
        return "nonPositiveInteger" not in wider or number.startswith("-") or not number
    return own == ["string"] and "string" in _derived(wanted)


def _derived(name: str) -> list[str]:
    """A datatype and those that it is derived from."""
    found = [name]
    while found[-1] in _WIDER:
        found.append(_WIDER[found[-1]])
    return found


@cache
def _languages() -> Mapping[str, tuple[frozenset[str], frozenset[str]]]:
    table = tomllib.loads(files("kg.check").joinpath("languages.toml").read_text(encoding="utf-8"))
    return {tag: (frozenset(words["telling"]), frozenset(words["common"])) for tag, words in table.items()}


def other_language(text: str, tag: str) -> str | None:
    """The language that a text reads as in spite of its tag; None where that is not plain.

    Two of its words have to be in the lists of a language, one of them telling, and none of its own language.

    >>> other_language("die Regierung und das Parlament", "en"), other_language("Der Spiegel", "en")
    ('de', None)
    >>> other_language("日本政府", "en-GB")
    'another script'
    """
    said = tag.lower().partition("-")[0]
    known = _languages()
    if said in known and not text.isascii() and not _LATIN.search(text) and _WORD.search(text):
        return "another script"
    words = _WORD.findall(text.lower())
    if said in known and not known[said][0].isdisjoint(words):
        return None
    return next((tag for tag, lists in known.items() if tag != said and _reads(words, *lists)), None)


def _reads(words: Iterable[str], telling: frozenset[str], common: frozenset[str]) -> bool:
    marks = [word in telling for word in words if word in telling or word in common]
    return len(marks) > 1 and any(marks)
