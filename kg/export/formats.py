"""The formats of an export: their names, their suffixes and what they can hold."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.core.errors import UsageError
from kg.core.files import SPREADSHEETS, is_packed, suffix_of
from kg.rdf.format_names import usual


@dataclass(frozen=True)
class Form:
    """A format: the suffixes that mean it, whether it keeps named graphs, and which files it makes."""

    suffixes: tuple[str, ...] = ()
    is_rdf: bool = True
    has_graphs: bool = False
    has_triple_terms: bool = False
    parts: tuple[str, ...] = ()  # several files: NAME.PART.suffix
    may_be_packed: bool = True
    may_refuse: bool = False  # what it cannot hold is found on the way


FORMATS: Mapping[str, Form] = {
    "turtle": Form((".ttl",), has_triple_terms=True),
    "ntriples": Form((".nt",), has_triple_terms=True),
    "nquads": Form((".nq",), has_graphs=True, has_triple_terms=True),
    "trig": Form((".trig",), has_graphs=True, has_triple_terms=True),
    "rdfxml": Form((".rdf", ".owl"), may_refuse=True),
    "jsonld": Form((".jsonld",), has_graphs=True, may_refuse=True),
    "graphml": Form((".graphml",), is_rdf=False, may_refuse=True),
    "csv": Form((".csv",), is_rdf=False, parts=("nodes", "edges")),
    "neo4j": Form(is_rdf=False, parts=("nodes", "edges")),
    "parquet": Form(
        (".parquet",), is_rdf=False, parts=("entities", "claims", "statements"), may_be_packed=False
    ),
    "html": Form((".html",), is_rdf=False),
    "sheet": Form((".tsv", ".xlsx"), is_rdf=False, may_be_packed=False),
}
_BY_SUFFIX = {suffix: name for name, form in FORMATS.items() for suffix in form.suffixes}


def format_of(path: Path, form: str | None, layers: Sequence[str] = ()) -> str:
    """The format's name: as asked for, else by the suffix; raises `UsageError` for neither.

    >>> format_of(Path("kg.CSV"), None), format_of(Path("kg.csv"), None, ["claims"])
    ('csv', 'sheet')
    """
    if form is not None:
        return named(form)
    suffix = suffix_of(path)
    if suffix == ".csv" and list(layers) == ["claims"]:
        return "sheet"
    if suffix not in _BY_SUFFIX:
        raise UsageError(
            f"{path.name or path} has no suffix of a format; use {', '.join(_BY_SUFFIX)} or --format",
            hint="spreadsheets read the sheet of claims as .xlsx" if suffix in SPREADSHEETS else None,
        )
    return _BY_SUFFIX[suffix]


def named(form: str) -> str:
    """The format of a name, a suffix or a media type; raises `UsageError` that offers the nearest."""
    name = usual(form, FORMATS)
    if name not in FORMATS:
        from kg.core.terms import nearest  # loads pyoxigraph, which help texts do without

        raise UsageError(f"{form!r} is not a format{nearest(form, FORMATS)}")
    return name


def files_of(path: Path, name: str) -> list[Path]:
    """The files that an export to `path` makes: itself, or one for each table.

    >>> [path.name for path in files_of(Path("kg.csv"), "csv")]
    ['kg.nodes.csv', 'kg.edges.csv']
    """
    form = FORMATS[name]
    if not form.parts:
        return [path]
    packed = path.suffix if is_packed(path) else ""
    bare = path.with_suffix("") if packed else path
    suffix = bare.suffix or (form.suffixes or (".csv",))[0]
    return [bare.with_name(f"{bare.stem}.{part}{suffix}{packed}") for part in form.parts]
