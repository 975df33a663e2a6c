"""The formats of answers; a module of its own, so that help texts load no RDF library."""

from __future__ import annotations

from enum import StrEnum


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
