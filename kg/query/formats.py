"""The formats of answers; a module of its own, so that help texts load no RDF library."""

from __future__ import annotations

from enum import StrEnum

from kg.rdf.format_names import usual


class Format(StrEnum):
    """What an answer can be written as; a table and CSV are the defaults on a terminal and in a pipe."""

    TABLE = "table"
    CSV = "csv"
    TSV = "tsv"
    JSON = "json"
    XML = "xml"
    MARKDOWN = "markdown"
    HTML = "html"
    TURTLE = "turtle"
    NTRIPLES = "ntriples"
    NQUADS = "nquads"
    TRIG = "trig"
    JSONLD = "jsonld"
    RDFXML = "rdfxml"
    DOT = "dot"
    GRAPHML = "graphml"

    @classmethod
    def _missing_(cls, value: object) -> Format | None:
        """A format by another usual name, such as `ttl` or `text/turtle`."""
        name = usual(str(value), [form.value for form in cls])
        return cls(name) if name != value else None


SUFFIXES = {
    ".txt": Format.TABLE,
    ".csv": Format.CSV,
    ".tsv": Format.TSV,
    ".json": Format.JSON,
    ".srj": Format.JSON,
    ".xml": Format.XML,
    ".srx": Format.XML,
    ".md": Format.MARKDOWN,
    ".html": Format.HTML,
    ".ttl": Format.TURTLE,
    ".nt": Format.NTRIPLES,
    ".nq": Format.NQUADS,
    ".trig": Format.TRIG,
    ".jsonld": Format.JSONLD,
    ".rdf": Format.RDFXML,
    ".dot": Format.DOT,
    ".graphml": Format.GRAPHML,
}
"""The formats that the suffix of an answer's file names; another suffix names none."""
