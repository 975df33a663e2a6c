"""What is compared: each side as statements by layer, whatever it was read from."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

import pyoxigraph as ox

from kg.core.errors import InputError, UsageError
from kg.core.files import decoded, read_bytes
from kg.core.graph_names import is_inferred, name_in, name_of
from kg.core.terms import PROV, RDF_TYPE, VOID
from kg.core.xml import whole_xml
from kg.rdf.order import SubjectKind, kind_of
from kg.rdf.turtle_reading import parser_message
from kg.rdf.turtle_writing import Blocks

_FORMATS = {
    ".ttl": ox.RdfFormat.TURTLE,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".nq": ox.RdfFormat.N_QUADS,
    ".trig": ox.RdfFormat.TRIG,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".owl": ox.RdfFormat.RDF_XML,
    ".xml": ox.RdfFormat.RDF_XML,
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".json": ox.RdfFormat.JSON_LD,
    ".n3": ox.RdfFormat.N3,
}
_TRACING = tuple(f"<{namespace.iri}" for namespace in (PROV, VOID))
_TYPE = str(RDF_TYPE)
MERGED = ""  # the layer of a graph in which all layers are one


class Statement(NamedTuple):
    """Subject, predicate and object in N-Triples; what is in brackets in Turtle.

    An axiom without a name is its text alone.
    """

    subject: str
    predicate: str
    value: str


StatementLines = Mapping[Statement, tuple[str, ...]]
"""Statements, with the lines of N-Triples behind those that have blank nodes."""


@dataclass(frozen=True)
class Side:
    """One of the two graphs; `name` is what it is called in the result."""

    name: str
    store: ox.Store
    prefixes: Mapping[str, str]
    wanted: frozenset[str] = frozenset()

    def only(self, layers: Iterable[str]) -> Side:
        """The same graph narrowed to some layers, `provenance` among them where it is named.

        Raises `UsageError` for layers of a graph that has none.
        """
        if not layers:
            return self
        if self.is_merged:
            raise UsageError(f"{self.name} has no layers to choose from; .trig and .nq keep them")
        return replace(self, wanted=frozenset(layers))

    @cached_property
    def layers(self) -> dict[str, dict[Statement, tuple[str, ...]]]:
        """The statements of each layer, such as `entities` or `article/SLUG/claims`."""
        found: dict[str, dict[Statement, tuple[str, ...]]] = {}
        for layer, graph in self.graphs.items():
            text = (self.store.dump(format=ox.RdfFormat.N_TRIPLES, from_graph=graph) or b"").decode()
            found[layer] = dict(self._statements(text.split("\n")))
        return {
            layer: statements for layer, statements in found.items() if statements and self._is_wanted(layer)
        }

    def _is_wanted(self, layer: str) -> bool:
        if not self.wanted:
            return layer.rpartition("/")[2] != "provenance"
        return not self.wanted.isdisjoint(names_of(layer))

    @cached_property
    def graphs(self) -> dict[str, ox.NamedNode | ox.BlankNode | ox.DefaultGraph]:
        """The graph of each layer; the default graph as `MERGED`, one of no project by its IRI."""
        found: dict[str, ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = {MERGED: ox.DefaultGraph()}
        for graph in sorted(self.store.named_graphs(), key=str):
            name = name_of(graph)
            found[str(graph) if name in found else name] = graph
        return found

    @property
    def is_merged(self) -> bool:
        """Whether the layers cannot be told apart."""
        return MERGED in self.layers

    @cached_property
    def asserted(self) -> dict[Statement, tuple[str, ...]]:
        """What is not inferred, nor about the making of the graph."""
        found: dict[Statement, tuple[str, ...]] = {}
        for layer, statements in self.layers.items():
            if not is_inferred(layer):
                found |= statements
        if "provenance" in self.wanted:
            return found
        types: dict[str, list[str]] = {}
        for statement in found:
            if statement.predicate == _TYPE:
                types.setdefault(statement.subject, []).append(statement.value[1:-1])
        traces = {
            subject for subject, names in types.items() if kind_of(subject, names) is SubjectKind.PROVENANCE
        }
        return {
            statement: lines
            for statement, lines in found.items()
            if statement.subject not in traces and not _is_about_graph(statement)
        }

    @cached_property
    def inferred(self) -> dict[Statement, tuple[str, ...]]:
        """What was inferred, as far as the layers can be told apart."""
        found: dict[Statement, tuple[str, ...]] = {}
        for layer, statements in self.layers.items():
            if is_inferred(layer):
                found |= statements
        return found

    @cached_property
    def ontology(self) -> frozenset[str]:
        """The subjects of the layers that the ontology makes."""
        return frozenset(
            statement.subject
            for layer in ("ontology", "alignments")
            for statement in self.layers.get(layer, ())
        )

    @cached_property
    def by_subject(self) -> dict[str, list[Statement]]:
        """What is asserted of each subject."""
        found: dict[str, list[Statement]] = {}
        for statement in self.asserted:
            found.setdefault(statement.subject, []).append(statement)
        return found

    def types(self, subject: str) -> list[str]:
        """The IRIs of a subject's asserted types."""
        said = self.by_subject.get(subject, ())
        return [value[1:-1] for _, predicate, value in said if predicate == _TYPE and value[0] == "<"]

    def _statements(self, lines: Iterable[str]) -> Iterator[tuple[Statement, tuple[str, ...]]]:
        anonymous: list[str] = []
        for line in lines:
            if "_:" in line:
                anonymous.append(line)
            elif line:
                yield Statement(*line[:-2].split(" ", 2)), ()
        for subject, predicate, value, behind in Blocks(anonymous, self.prefixes).statements():
            yield Statement(subject, predicate, value), tuple(behind)


def names_of(layer: str) -> tuple[str, str]:
    """What a layer may be asked for by: `article/SLUG/claims` is `article` and `claims`."""
    return layer.partition("/")[0], layer.rpartition("/")[2]


def _is_about_graph(statement: Statement) -> bool:
    """Whether a statement is one of PROV-O or VoID about a graph of a project, or about a part of one."""
    iri = statement.subject[1:-1]
    return statement.predicate.startswith(_TRACING) and bool(name_in(iri) or name_in(iri.rpartition("#")[0]))


def read_files(paths: Iterable[Path]) -> ox.Store:
    """RDF files of any format, by their suffix and also with gzip, in one store.

    Raises `InputError` for a file that is no graph.
    """
    store = ox.Store()
    for path in paths:
        data, form = _content(path), format_of(path)
        try:
            text = whole_xml(data, path) if form == ox.RdfFormat.RDF_XML else decoded(data, path)
            store.bulk_extend(ox.parse(text, form, rename_blank_nodes=True))
        except SyntaxError as error:
            raise InputError(
                f"is no {form.name} file: {parser_message(error)}", path=path, line=error.lineno
            ) from error
        except ValueError as error:
            raise InputError(f"is no {form.name} file: {error}", path=path) from error
    return store


def format_of(path: Path) -> ox.RdfFormat:
    """The format by the suffix; raises `InputError` for another one."""
    suffixes = [suffix.lower() for suffix in path.suffixes if suffix.lower() != ".gz"]
    if not suffixes or suffixes[-1] not in _FORMATS:
        raise InputError(f"is no graph; there is {', '.join(_FORMATS)}, also with .gz", path=path)
    return _FORMATS[suffixes[-1]]


def graph_files(folder: Path) -> list[Path]:
    """The RDF files below a folder; raises `InputError` where there is none."""
    found = [path for path in sorted(folder.rglob("*")) if path.is_file() and _is_graph(path)]
    if not found:
        raise InputError("the folder holds no graph", path=folder)
    return found


def _is_graph(path: Path) -> bool:
    return path.suffix.lower() in _FORMATS.keys() - {".json", ".xml"} and not path.name.startswith(".")


def _content(path: Path) -> bytes:
    data = read_bytes(path)
    try:
        return gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"cannot be read: {error}", path=path) from error
