"""Files of the whole graph: one writer for every RDF format, always whole, always the same bytes."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import pyoxigraph as ox

from kg.errors import StoreError, UsageError
from kg.terms import nearest

FORMATS: Mapping[str, ox.RdfFormat] = {
    "turtle": ox.RdfFormat.TURTLE,
    "ntriples": ox.RdfFormat.N_TRIPLES,
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "rdfxml": ox.RdfFormat.RDF_XML,
}
_BY_SUFFIX = {f".{form.file_extension}": name for name, form in FORMATS.items()}


@dataclass(frozen=True)
class Written:
    """What was written: how many statements, and how many graphs were merged into one (0: none)."""

    statements: int
    merged: int


def format_of(path: Path, form: str | None) -> str:
    """The format's name: as asked for, else by the suffix; raises `UsageError` for neither."""
    if form is not None:
        if form not in FORMATS:
            raise UsageError(f"{form!r} is not a format{nearest(form, FORMATS)}")
        return form
    if path.suffix not in _BY_SUFFIX:
        raise UsageError(f"{path.name} has no suffix of a format; use {', '.join(_BY_SUFFIX)} or --format")
    return _BY_SUFFIX[path.suffix]


def write_graph(
    store: ox.Store, path: Path, prefixes: Mapping[str, str], *, form: str | None, force: bool
) -> Written:
    """Write all graphs to `path`, aside and then by one rename; raises `UsageError` when it exists.

    A format without named graphs gets their union, each triple once.
    """
    name = format_of(path, form)
    if path.exists() and not force:
        raise UsageError(f"{path} exists; --force overwrites it")
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with aside.open("wb") as file:
            written = write(store, file, prefixes, name)
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)
    except OSError as error:
        raise StoreError(f"cannot be written: {error.strerror}", path=path) from error
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
    return written


def write(store: ox.Store, file: IO[bytes], prefixes: Mapping[str, str], name: str) -> Written:
    """Write all graphs, sorted, in a format of `FORMATS`."""
    form = FORMATS[name]
    if form.supports_datasets:
        quads = sorted(store, key=_dataset_order)
        ox.serialize(quads, file, form, prefixes=_unless_plain(name, prefixes))
        return Written(len(quads), 0)
    triples = sorted({quad.triple for quad in store}, key=str)
    ox.serialize(triples, file, form, prefixes=_unless_plain(name, prefixes))
    return Written(len(triples), sum(1 for _ in store.named_graphs()))


def _dataset_order(quad: ox.Quad) -> tuple[str, str]:
    return str(quad.graph_name), str(quad.triple)


def _unless_plain(name: str, prefixes: Mapping[str, str]) -> dict[str, str] | None:
    return None if name in ("ntriples", "nquads") else dict(prefixes)
