"""Answers: rows, a yes or no, or triples; as tables for people and as W3C results for programs."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any, NamedTuple, cast

import pyoxigraph as ox

from kg.core.errors import StoreError, UsageError
from kg.core.files import kept_back
from kg.core.labels import Labels
from kg.core.terms import PASSAGE_MARK, Term, curie
from kg.query.engine import EngineResult
from kg.query.formats import Format as Format
from kg.query.rows import Solution, python_value, spooled, write_csv

if TYPE_CHECKING:
    import pandas
    import polars

Quote = Callable[[ox.NamedNode], str | None]
Context = Callable[[], dict[str, Any]]


_RESULTS = {
    Format.TSV: ox.QueryResultsFormat.TSV,
    Format.JSON: ox.QueryResultsFormat.JSON,
    Format.XML: ox.QueryResultsFormat.XML,
}
_DOCUMENTS = (Format.MARKDOWN, Format.HTML)
_GRAPHS = {
    Format.TURTLE: ox.RdfFormat.TURTLE,
    Format.NTRIPLES: ox.RdfFormat.N_TRIPLES,
    Format.NQUADS: ox.RdfFormat.N_QUADS,
    Format.TRIG: ox.RdfFormat.TRIG,
    Format.RDFXML: ox.RdfFormat.RDF_XML,
}
_NETWORKS = (Format.DOT, Format.GRAPHML, Format.JSONLD)
_MAY_REFUSE = (Format.XML, Format.RDFXML, Format.JSONLD, Format.GRAPHML)
_SORTED_UP_TO = 100_000
_SHOWN_IN_A_NOTEBOOK = 200


class Look(NamedTuple):
    """How the rows of an answer look: labels for IRIs or beside them, and passages with their words.

    `labels` None means labels in tables and documents, and the plain W3C answer in the other formats.
    """

    labels: bool | None = None
    quotes: bool = False


class Answer:
    """The answer to a query. Iterating gives the rows of a SELECT or the triples of a CONSTRUCT, once.

    A row gives its terms, pyoxigraph's, by name: `row["holder"]`; an unbound one is None. Rows are not
    kept, so that large answers take no memory: reading or writing an answer again raises `UsageError`.
    Afterwards `is_cut` says whether a limit left rows out, and `was_empty` whether there were none.
    """

    def __init__(
        self,
        result: EngineResult,
        labels: Labels,
        *,
        context: Context = dict,
        quote: Quote | None = None,
        limit: int | None = None,
    ) -> None:
        self._result = result
        self._labels = labels
        self._prefixes = labels.prefixes
        self._context = context
        self._quote = quote or (lambda _: None)
        self._limit = limit
        self._ahead: list[Any] = []
        self._is_read = False
        self.is_cut = False
        self.was_empty = False

    def __repr__(self) -> str:
        read = ", read already" if self._is_read else ""
        if isinstance(self._result, ox.QueryBoolean):
            return f"<Answer: {'yes' if self._result else 'no'}>"
        what = "a graph" if self.is_graph else f"rows of {', '.join(self.variables)}"
        return f"<Answer: {what}{read}>"

    def __iter__(self) -> Iterator[Any]:
        if isinstance(self._result, ox.QueryBoolean):
            raise TypeError("the answer to an ASK is not a list; use bool(answer)")
        self._begin()
        return self._rows()

    def _begin(self) -> None:
        """Note that the rows are being read, which can be done once."""
        if self._is_read:
            raise UsageError("the answer has been read already; ask again, or keep its rows: list(answer)")
        self._is_read = True

    def _rows(self) -> Iterator[Any]:
        ahead, self._ahead = self._ahead, []
        found = chain(ahead, self._read())
        number = 0
        for number, row in enumerate(found, 1):
            if self._limit is not None and number > self._limit:
                self.is_cut = True
                return
            yield row
        self.was_empty = number == 0

    def __bool__(self) -> bool:
        if isinstance(self._result, ox.QueryBoolean):
            return bool(self._result)
        return True

    @property
    def is_graph(self) -> bool:
        """Whether the query was a CONSTRUCT or DESCRIBE."""
        return not isinstance(self._result, ox.QuerySolutions | ox.QueryBoolean)

    @property
    def variables(self) -> list[str]:
        """The columns of a SELECT."""
        if isinstance(self._result, ox.QuerySolutions):
            return [variable.value for variable in self._result.variables]
        return []

    def default_format(self, *, terminal: bool) -> Format:
        """A table for people, CSV for a pipe, Turtle for a graph."""
        if self.is_graph:
            return Format.TURTLE
        return Format.TABLE if terminal else Format.CSV

    def require(self, form: Format) -> None:
        """Raise `UsageError` for a format that the answer cannot be written in, before anything is."""
        if self.is_graph and (form in _RESULTS or form is Format.CSV):
            raise UsageError(f"the answer is a graph; use {', '.join((*_GRAPHS, *_NETWORKS))} or table")
        if not self.is_graph and form in (*_GRAPHS, *_NETWORKS):
            raise UsageError(f"the answer is a table; use table, csv, {', '.join((*_RESULTS, *_DOCUMENTS))}")

    def write(self, file: IO[bytes], form: Format, look: Look | None = None) -> None:
        """Write the answer; raises `UsageError` where the format does not fit, `StoreError` for a failure."""
        self.require(form)
        look = look or Look()
        if form in _MAY_REFUSE:
            with kept_back(file) as whole:
                self._write(whole, form, look)
        else:
            self._write(file, form, look)

    def _write(self, file: IO[bytes], form: Format, look: Look) -> None:
        if form is Format.XML:
            from kg.core.xml import XmlFile

            file = cast(IO[bytes], XmlFile(file))
        if form is Format.TABLE:
            raise UsageError(f"a table is for a terminal; in a file use csv or {' or '.join(_DOCUMENTS)}")
        if form in _DOCUMENTS:
            self._write_lines(file, self._document(form, look))
        elif self.is_graph:
            self._write_graph(file, form)
        else:
            self._write_results(file, form, look)

    def cells(self, look: Look | None = None) -> list[list[str]]:
        """The rows of a SELECT, or the one of an ASK, in words: labels for IRIs, empty for unbound."""
        return [[text for text, _ in row] for row in self._cells(look or Look())]

    def headings(self, look: Look | None = None) -> list[str]:
        """The names over the columns of `cells`."""
        if self.is_graph:
            return ["subject", "predicate", "object"]
        quotes = look is not None and look.quotes and bool(self.variables)
        return [*self.variables, *(["quotes"] if quotes else [])] or ["answer"]

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a pandas DataFrame: numbers as numbers, IRIs as text (the extra `pandas`)."""
        import pandas as pd

        return pd.DataFrame(self._columns(), columns=self.variables)

    def to_polars(self) -> polars.DataFrame:
        """The rows as a polars DataFrame: numbers as numbers, IRIs as text (the extra `polars`)."""
        import polars as pl

        return pl.DataFrame(self._columns(), schema=self.variables, strict=False)

    def _repr_html_(self) -> str:
        """What a notebook shows: the first rows; they are not used up by it."""
        from html import escape

        from kg.query.tables import html

        look, shown = Look(), _SHOWN_IN_A_NOTEBOOK
        if isinstance(self._result, ox.QueryBoolean):
            return "\n".join(html(self.headings(), self._cells(look)))
        if self._is_read:
            return f"<p>{escape(repr(self))}</p>"
        self._ahead += islice(self._read(), max(0, shown + 1 - len(self._ahead)))
        rows = ([self._cell(term, look) for term in row] for row in self._ahead[:shown])
        more = ["<p>and more</p>"] if len(self._ahead) > shown else []
        return "\n".join([*html(self.headings(), rows), *more])

    def _columns(self) -> dict[str, list[Any]]:
        if not isinstance(self._result, ox.QuerySolutions):
            raise UsageError("only the rows of a SELECT make a data frame")
        rows = [[python_value(term) for term in row] for row in self]
        return {name: [row[at] for row in rows] for at, name in enumerate(self.variables)}

    def _read(self) -> Iterator[Any]:
        """The engine's own rows or triples; a failure on the way is an error of the store."""
        assert not isinstance(self._result, ox.QueryBoolean)
        try:
            yield from self._result
        except (OSError, RuntimeError, ValueError, SyntaxError) as error:
            raise StoreError(f"the answer broke off: {error}") from error

    def _write_results(self, file: IO[bytes], form: Format, look: Look) -> None:
        native = not (look.labels or look.quotes or self._limit is not None or self._ahead)
        if isinstance(self._result, ox.QueryBoolean):
            if form is Format.CSV:
                file.write(b"true\n" if self._result else b"false\n")
            else:
                self._serialize(self._result, file, _RESULTS[form])
        elif native:
            assert isinstance(self._result, ox.QuerySolutions)
            self._begin()
            counting = _Counting(file)
            if form is Format.CSV:
                with _engine_failures():
                    write_csv(
                        counting, self.variables, self._result
                    )  # not by way of this class: it takes twice as long
                self.was_empty = counting.size == self._size_of_no_csv()
            else:
                self._serialize(self._result, counting, _RESULTS[form])
                self.was_empty = counting.size == self._size_of_nothing(_RESULTS[form])
        else:
            variables, rows = self.variables, iter(self)
            if look.labels or look.quotes:
                variables, rows = self._widened(variables, rows, look)
            if form is Format.CSV:
                write_csv(file, variables, rows)
            else:
                self._serialize(spooled(variables, rows), file, _RESULTS[form])

    def _size_of_nothing(self, form: ox.QueryResultsFormat) -> int:
        """How many bytes an answer without rows takes: the engine writes rows without counting them."""
        nothing = _Counting(io.BytesIO())
        self._serialize(spooled(self.variables, ()), nothing, form)
        return nothing.size

    def _size_of_no_csv(self) -> int:
        return len(",".join(self.variables)) + 2

    @staticmethod
    def _serialize(result: Any, file: Any, form: ox.QueryResultsFormat) -> None:
        with _engine_failures():
            result.serialize(file, form)
        if form != ox.QueryResultsFormat.TSV or isinstance(result, ox.QueryBoolean):
            file.write(b"\n")

    def _widened(
        self, variables: list[str], rows: Iterable[Solution], look: Look
    ) -> tuple[list[str], Iterator[tuple[Term | None, ...]]]:
        """A column of labels beside each that has IRIs, and one of words beside each that has passages."""
        named, quoted = set[int](), set[int]()

        def noted() -> Iterator[Solution]:
            for row in rows:
                for at, term in enumerate(row):
                    if isinstance(term, ox.NamedNode):
                        (quoted if PASSAGE_MARK in term.value else named).add(at)
                yield row

        kept = spooled(variables, noted())
        wide: list[str] = []
        for at, name in enumerate(variables):
            wide.append(name)
            wide += [f"{name}Label"] if look.labels and at in named else []
            wide += [f"{name}Quote"] if look.quotes and at in quoted else []

        def widened() -> Iterator[tuple[Term | None, ...]]:
            for row in kept:
                cells: list[Term | None] = []
                for at, term in enumerate(row):
                    cells.append(term)
                    if look.labels and at in named:
                        cells.append(ox.Literal(self._labels(term)) if term is not None else None)
                    if look.quotes and at in quoted:
                        words = self._words(term)
                        cells.append(ox.Literal(words) if words is not None else None)
                yield tuple(cells)

        return wide, widened()

    def _cells(self, look: Look) -> Iterator[list[tuple[str, str | None]]]:
        """Each cell's words, and its IRI for a link."""
        if isinstance(self._result, ox.QueryBoolean):
            yield [("yes" if self._result else "no", None)]
            return
        for row in self:
            cells = [self._cell(term, look) for term in row] or [("", None)]  # a row without variables
            if look.quotes and not self.is_graph:
                words = filter(None, (self._words(term) for term in row))
                cells.append((" / ".join(words), None))
            yield cells

    def _cell(self, term: Term | None, look: Look) -> tuple[str, str | None]:
        if term is None:
            return "", None
        if not isinstance(term, ox.NamedNode):
            return self._labels(term), None
        words = curie(term.value, self._prefixes) if look.labels is False else self._labels(term)
        return words, term.value

    def _words(self, term: Term | None) -> str | None:
        is_passage = isinstance(term, ox.NamedNode) and PASSAGE_MARK in term.value
        return self._quote(term) if is_passage and isinstance(term, ox.NamedNode) else None

    def _document(self, form: Format, look: Look) -> Iterator[str]:
        from kg.query.tables import html, markdown

        write = html if form is Format.HTML else markdown
        return write(self.headings(look), self._cells(look))

    def _write_graph(self, file: IO[bytes], form: Format) -> None:
        if form is Format.JSONLD:
            from kg.rdf.canonical_hash import canonical_lines
            from kg.rdf.jsonld import write_jsonld

            text = "".join(canonical_lines(self)).encode()
            write_jsonld([(ox.DefaultGraph(), text)], file, self._context())
        elif form in _NETWORKS:
            from kg.query import networks

            write = networks.dot if form is Format.DOT else networks.graphml
            self._write_lines(file, write(networks.network(self, self._labels)))
        else:
            self._write_triples(file, _GRAPHS[form])

    def _write_triples(self, file: IO[bytes], form: ox.RdfFormat) -> None:
        """A graph of common size sorted, Turtle and TriG in canonical form; a larger one as it comes."""
        triples = iter(self)
        first = list(islice(triples, _SORTED_UP_TO))
        rest = next(triples, None)
        ordered = sorted(set(first), key=str) if rest is None else chain(first, [rest], triples)
        if form == ox.RdfFormat.RDF_XML:
            from kg.rdf.rdfxml import write_rdfxml

            write_rdfxml(ordered, file, self._prefixes)
        elif rest is None and form in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG):
            from kg.rdf.turtle_writing import turtle

            file.writelines(text.encode() for text in turtle(first, self._prefixes, used_only=True))
        else:
            ox.serialize(ordered, file, form, prefixes=dict(self._prefixes))

    @staticmethod
    def _write_lines(file: IO[bytes], lines: Iterable[str]) -> None:
        for line in lines:
            file.write(f"{line}\n".encode())


@contextmanager
def _engine_failures() -> Iterator[None]:
    """A failure of the engine while it writes is an error of the store; the file's own failures pass."""
    try:
        yield
    except OSError as error:
        if error.errno is not None:
            raise
        raise StoreError(f"the answer broke off: {error}") from error
    except (RuntimeError, ValueError, SyntaxError) as error:
        raise StoreError(f"the answer broke off: {error}") from error


class _Counting:
    """A file that counts what is written to it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.size = 0

    def write(self, data: Any) -> int:
        """Pass the bytes on."""
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        """Flush the file."""
        self._file.flush()
