"""What formats are called elsewhere: by their suffixes, their media types, and in other tools."""

from __future__ import annotations

from collections.abc import Collection

_OTHER_NAMES = {
    "csv": ("text/csv",),
    "tsv": ("text/tab-separated-values",),
    "json": ("srj", "application/json", "application/sparql-results+json"),
    "xml": ("srx", "application/sparql-results+xml"),
    "html": ("htm", "text/html", "xhtml"),
    "markdown": ("md", "text/markdown"),
    "text": ("txt", "text/plain"),
    "table": ("txt", "text", "text/plain"),
    "turtle": ("ttl", "text/turtle", "application/x-turtle"),
    "ntriples": ("nt", "n-triples", "application/n-triples"),
    "nquads": ("nq", "n-quads", "application/n-quads"),
    "trig": ("application/trig",),
    "jsonld": ("json-ld", "ld+json", "application/ld+json"),
    "rdfxml": ("rdf", "owl", "xml", "rdf-xml", "rdf/xml", "rdf+xml", "application/rdf+xml"),
    "dot": ("gv", "graphviz", "text/vnd.graphviz"),
    "graphml": ("application/graphml+xml",),
    "parquet": ("pq", "application/vnd.apache.parquet"),
    "sheet": ("tsv", "text/tab-separated-values"),
}


def usual(typed: str, known: Collection[str]) -> str:
    """The known format that is meant by a name, a suffix or a media type; else what was typed.

    >>> usual(".TTL", ["csv", "turtle"]), usual("text/turtle; charset=utf-8", ["turtle"])
    ('turtle', 'turtle')
    >>> usual("xml", ["turtle", "rdfxml"]), usual("xml", ["rdfxml", "xml"]), usual("docx", ["xml"])
    ('rdfxml', 'xml', 'docx')
    """
    name = typed.partition(";")[0].strip().lower().removeprefix(".")
    if name in known:
        return name
    return next((form for form, others in _OTHER_NAMES.items() if form in known and name in others), typed)


def is_file_name(name: str) -> bool:
    """Whether a name ends as files of some format do.

    >>> is_file_name("out/kg.ttl.gz"), is_file_name("secpol-store"), is_file_name("v1.2")
    (True, False, False)
    """
    suffix = name.lower().removesuffix(".gz").rpartition(".")[2]
    return suffix in _OTHER_NAMES or any(suffix in others for others in _OTHER_NAMES.values())
