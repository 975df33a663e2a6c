"""A part of the graph to take away: layers and articles, or what a stored query constructs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING

import pyoxigraph as ox

from kg.core.errors import StoreError, UsageError
from kg.core.files import is_packed, kept_back, packed_by_name, written_by_name
from kg.core.labels import Labels
from kg.core.transaction import settle, written_together
from kg.export.content import Content, constructed
from kg.export.formats import FORMATS, files_of
from kg.export.layers import Graphs
from kg.project.project import Project

if TYPE_CHECKING:
    from kg.export.network import Network

_ONTOLOGY = frozenset({"ontology", "alignments"})
# What a format shows where no layer is named; the others show all.
_LAYERS: Mapping[str, tuple[str, ...]] = {
    "graphml": ("claims", "facts"),
    "csv": ("claims", "facts"),
    "neo4j": ("claims", "facts"),
    "html": ("ontology",),
}


@dataclass(frozen=True)
class Selection:
    """What to take: layers, articles, or the triples of a query; with triple terms, annotations, as trees."""

    layers: Sequence[str] = ()
    articles: Sequence[str] = ()
    triples: Iterable[ox.Triple] | None = None
    rdf12: bool = False
    frame: bool = False
    annotations: bool = False


@dataclass(frozen=True)
class Written:
    """What was written: how many of what, to which files; how many graphs became one (0: none)."""

    counts: Mapping[str, int]
    files: tuple[Path, ...] = ()
    merged: int = 0
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        what = ", ".join(f"{count} {name}" for name, count in self.counts.items())
        return f"wrote {what}" + (f" to {', '.join(map(str, self.files))}" if self.files else "")


class Extract:
    """A part of a published graph.

    `header` is the IRI of the ontology that a document of its modules is headed by.
    Raises `UsageError` for layers, articles or options that do not go together.
    """

    def __init__(
        self, store: ox.Store, project: Project, labels: Labels, part: Selection, header: str | None = None
    ) -> None:
        self._store = store
        self._project = project
        self._labels = labels
        self._part = part
        self._header = header
        self._graphs = Graphs(store)
        if part.triples is not None and (part.layers or part.articles):
            raise UsageError("a query says itself what it constructs; leave --layer and --article out")
        self._constructed = constructed(part.triples) if part.triples is not None else None

    def write(self, target: Path | IO[bytes], form: str, *, force: bool = False) -> Written:
        """Write to a file, whole or not at all, or to one that is open; two or three for tables.

        Raises `UsageError` when a file is there already and `force` is not given, or for what a format cannot
        hold; `StoreError` where a file cannot be written.
        """
        self._require(form)
        content = self._content(form)
        if not isinstance(target, Path):
            if FORMATS[form].parts:
                raise UsageError(f"{form} makes several files, which standard output cannot hold; name one")
            back = kept_back(target) if FORMATS[form].may_refuse else nullcontext(target)
            with back as whole, _engine_failures():
                return self._write(content, [whole], form)
        if is_packed(target) and not FORMATS[form].may_be_packed:
            raise UsageError(f"{form} is packed already; leave .gz out")
        files = files_of(target, form)
        settle(_journal(files))  # what was killed as it gave several files their names is finished first
        for path in files:
            if path.is_file() and not force:
                raise UsageError(f"{path} exists; --force overwrites it")
        with ExitStack() as stack:
            opened = stack.enter_context(_written(files))
            stack.enter_context(_engine_failures())
            done = self._write(content, opened, form)
        return replace(done, files=tuple(files))

    def hash(self, form: str | None = None) -> str:
        """The RDFC-1.0 canonical hash: of the graphs, or of their union for a format that has no graphs."""
        from kg.rdf.canonical_hash import canonical_dataset_hash

        merged = form is not None and FORMATS[form].is_rdf and not FORMATS[form].has_graphs
        with _engine_failures():
            return canonical_dataset_hash(self._content(form or "nquads").texts(), merged=merged)

    def _require(self, form: str) -> None:
        if form == "sheet":
            raise UsageError("the claims sheet is written to a file; name one, such as claims.csv")
        if self._part.rdf12 and not FORMATS[form].has_triple_terms:
            able = ", ".join(name for name, known in FORMATS.items() if known.has_triple_terms)
            raise UsageError(f"{form} has no triple terms; --rdf12 is for {able}")
        if self._part.annotations and not FORMATS[form].is_rdf:
            raise UsageError(f"{form} is no RDF; --annotations is for what is")
        if self._part.frame and form != "jsonld":
            raise UsageError("--frame is for jsonld")

    def _content(self, form: str) -> Content:
        from kg.export.ontology import with_one_header
        from kg.export.reified import with_triple_terms

        if self._constructed is not None:
            content = self._constructed
        else:
            layers = self._part.layers or (("claims",) if self._part.frame else _LAYERS.get(form, ()))
            content = Content(self._store, self._graphs.select(layers, self._part.articles))
            if not content.graphs:
                raise UsageError(f"the graph has nothing in {' and '.join(layers) or 'it'}")
            if layers and _ONTOLOGY.issuperset(layers):
                content = with_one_header(content, self._header)
        if self._part.annotations:
            from kg.export.annotations import with_annotations

            content = replace(content, rewriting=with_annotations)
        if self._part.rdf12:
            former = content.rewriting or iter
            content = replace(content, rewriting=lambda triples: with_triple_terms(former(triples)))
        return content

    def _write(self, content: Content, files: Sequence[IO[bytes]], form: str) -> Written:
        if FORMATS[form].is_rdf:
            statements = self._write_rdf(content, files[0], form)
            graphs = 0 if FORMATS[form].has_graphs and not self._part.frame else len(content.graphs)
            return Written({"statements": statements}, merged=graphs if graphs > 1 else 0)
        writers: Mapping[str, Callable[..., Written]] = {
            "graphml": self._write_graphml,
            "csv": self._write_tables,
            "neo4j": partial(self._write_tables, neo4j=True),
            "parquet": self._write_parquet,
            "html": self._write_page,
        }
        return writers[form](content, *files)

    def _write_rdf(self, content: Content, file: IO[bytes], form: str) -> int:
        from kg.export import rdf

        prefixes = self._project.prefixes
        if form == "jsonld":
            from kg.project.context import context_of
            from kg.rdf.jsonld import write_framed, write_jsonld

            context = context_of(self._project)
            if self._part.frame:
                return write_framed(content.merged(), file, context)
            return write_jsonld(content.texts(), file, context, content.shared)
        if form == "nquads":
            return rdf.write_nquads(content, file)
        if form == "ntriples":
            return rdf.write_ntriples(content, file)
        named = {"turtle": rdf.write_turtle, "trig": rdf.write_trig, "rdfxml": rdf.write_rdfxml}
        return named[form](content, file, prefixes)

    def _write_graphml(self, content: Content, file: IO[bytes]) -> Written:
        from kg.export.tables import write_graphml

        network = self._network(content)
        edges = write_graphml(network, file)
        return Written({"nodes": len(network.nodes), "edges": edges})

    def _write_tables(
        self, content: Content, nodes: IO[bytes], edges: IO[bytes], *, neo4j: bool = False
    ) -> Written:
        from kg.export.tables import write_tables

        network = self._network(content)
        count = write_tables(network, nodes, edges, neo4j=neo4j)
        return Written({"nodes": len(network.nodes), "edges": count})

    def _network(self, content: Content) -> Network:
        from kg.export.network import Network

        return Network(content, self._graphs, self._store, self._labels)

    def _write_parquet(self, content: Content, *files: IO[bytes]) -> Written:
        from kg.export.parquet import Tables, write_parquet

        tables = Tables(content, self._graphs, self._store, self._labels)
        parts = zip(FORMATS["parquet"].parts, files, strict=True)
        return Written({name: write_parquet(name, tables.rows(name), file) for name, file in parts})

    def _write_page(self, content: Content, file: IO[bytes]) -> Written:
        from kg.export.ontology_page import page

        file.write(page(content, self._labels).encode())
        return Written({"page on the ontology": 1})


@contextmanager
def _written(files: Sequence[Path]) -> Iterator[list[IO[bytes]]]:
    """Files that take their names together, each packed where its name says so."""
    with ExitStack() as stack:
        if len(files) == 1:
            yield [stack.enter_context(written_by_name(files[0]))]
            return
        named = stack.enter_context(written_together(files, _journal(files)))
        yield [stack.enter_context(packed_by_name(*each)) for each in zip(named, files, strict=True)]


def _journal(files: Sequence[Path]) -> Path:
    """The journal of several files that are written together."""
    return files[0].with_name(f".{files[0].name}.journal")


@contextmanager
def _engine_failures() -> Iterator[None]:
    """What fails while the store is read is an error of the store; a file's own failures pass."""
    try:
        yield
    except RuntimeError as error:
        raise StoreError(f"the graph cannot be read: {error}", hint="make a new one: kg build") from error
