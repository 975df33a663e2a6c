"""Which stored queries and shapes name certain terms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from kg.core.terms import local_name
from kg.rdf.turtle_reading import read_turtle
from kg.rdf.turtle_writing import Blocks, lines_of
from kg.sparql.tokens import names


class TermUse(NamedTuple):
    """A stored query or a shape that names a term."""

    term: str
    kind: str
    name: str


def mentions(
    terms: Collection[str], queries: Mapping[str, str], shapes: Iterable[Path], prefixes: Mapping[str, str]
) -> list[TermUse]:
    """The queries, given by name and text, and the shapes of some files that name one of the terms."""
    if not terms:
        return []
    found = {
        TermUse(iri, "query", name)
        for name, text in queries.items()
        for iri, _ in names(text, prefixes)
        if iri in terms
    }
    for path in shapes:
        for shape, iri in _in_shapes(path, prefixes):
            if iri in terms:
                found.add(TermUse(iri, "shape", local_name(shape)))  # the local name is the rule id
    return sorted(found)


def _in_shapes(path: Path, prefixes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Each shape of a file with each IRI that it names, in its SPARQL too."""
    for subject, _, _, lines in Blocks(lines_of(read_turtle(path)), prefixes).statements():
        if subject[0] != "<":
            continue
        parsed = ox.parse("\n".join(f"{line} ." for line in lines), ox.RdfFormat.N_TRIPLES)
        for triple in parsed:
            for term in (triple.predicate, triple.object):
                if isinstance(term, ox.NamedNode):
                    yield subject[1:-1], term.value
                elif isinstance(term, ox.Literal) and "{" in term.value and "?" in term.value:
                    for iri, _ in names(term.value, prefixes):
                        yield subject[1:-1], iri
