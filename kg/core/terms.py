"""Names: the one prefix table, and the core vocabulary of claims and passages that the package knows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

Term = NamedNode | BlankNode | Literal | Triple
"""An RDF 1.2 term; a triple is a triple term."""
AtomicTerm = NamedNode | BlankNode | Literal
"""An RDF term that is no triple term."""
GroundTerm = NamedNode | Literal
"""An IRI or a literal: what names the same thing in every graph."""
GraphName = NamedNode | DefaultGraph
"""What a graph of a dataset is called."""

PREFIXES: Mapping[str, str] = {
    "secpol": "https://w3id.org/secpol/ontology#",
    "rel": "https://w3id.org/secpol/relation/",
    "ent": "https://w3id.org/secpol/entity/",
    "secshape": "https://w3id.org/secpol/shape/",
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geo": "http://www.opengis.net/ont/geosparql#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sem": "http://semanticweb.cs.vu.nl/2009/11/sem/",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "time": "http://www.w3.org/2006/time#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "wd": "http://www.wikidata.org/entity/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

_ABSOLUTE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://|urn:|mailto:)")
_SLUG = re.compile(r"[\w.-]+", re.ASCII)
LOCAL_NAME = re.compile(r"[A-Za-z0-9_](?:[\w.-]*[\w-])?", re.ASCII)
"""What stands behind a prefix without escapes, and behind the # of a claim's IRI."""


class Namespace:
    """Makes named nodes of one namespace: `SECPOL("Claim")`."""

    def __init__(self, prefix: str) -> None:
        self.iri = PREFIXES[prefix]

    def __call__(self, local_name: str) -> NamedNode:
        """The node of a local name."""
        return NamedNode(self.iri + local_name)


SECPOL = Namespace("secpol")
DCTERMS = Namespace("dcterms")
OWL = Namespace("owl")
PROV = Namespace("prov")
RDF = Namespace("rdf")
RDFS = Namespace("rdfs")
SKOS = Namespace("skos")
VOID = Namespace("void")
XSD = Namespace("xsd")

RDF_TYPE = RDF("type")
RDFS_LABEL = RDFS("label")
SKOS_PREF_LABEL = SKOS("prefLabel")
PROPOSITION = SECPOL("proposition")
WOULD_BE = SECPOL("wouldBe")
PASSAGE_MARK = "#char="


def curie(iri: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """The IRI as a CURIE where a prefix fits, else in angle brackets.

    >>> curie("https://w3id.org/secpol/entity/GovUS")
    'ent:GovUS'
    >>> curie("https://example.org/x/")
    '<https://example.org/x/>'
    """
    for prefix, namespace in prefixes.items():
        if iri.startswith(namespace) and LOCAL_NAME.fullmatch(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}"
    return f"<{iri}>"


def expanded(text: str, prefixes: Mapping[str, str] = PREFIXES) -> str | None:
    """The IRI that `curie` wrote; None for what is neither a CURIE of a known prefix nor an IRI in brackets.

    >>> expanded("ent:GovUS"), expanded("<https://example.org/x/>"), expanded("^ent:GovUS")
    ('https://w3id.org/secpol/entity/GovUS', 'https://example.org/x/', None)
    """
    if text.startswith("<") and text.find(">") == len(text) - 1:
        return text[1:-1]
    prefix, _, local = text.partition(":")
    return prefixes[prefix] + local if prefix in prefixes and LOCAL_NAME.fullmatch(local) else None


def local_name(iri: str | NamedNode) -> str:
    """What stands behind the last `#` or `/` of an IRI.

    >>> local_name("https://w3id.org/secpol/shape/claim.holder")
    'claim.holder'
    """
    text = iri if isinstance(iri, str) else iri.value
    return text[len(namespace_of(text)) :]


def namespace_of(iri: str) -> str:
    """An IRI through its last `#` or `/`."""
    return iri[: max(iri.rfind("#"), iri.rfind("/")) + 1]


def short(iri: str, prefixes: Mapping[str, str] = PREFIXES) -> str:
    """The shortest readable form: a CURIE, or the fragment of what belongs to one article.

    >>> short("https://w3id.org/secpol/article/2024-12-11-america-needs-japan#S025")
    '#S025'
    """
    compact = curie(iri, prefixes)
    if compact.startswith("<") and "/article/" in iri and "#" in iri:
        return iri[iri.index("#") :]
    return compact


def stated(
    typed: str, prefixes: Mapping[str, str], article: str | None = None, articles: str | None = None
) -> NamedNode | None:
    """The node that an IRI or a CURIE states; None for what is a name.

    With `article`, the IRI of one, `#Name` is what belongs to it; with `articles`, which leads the IRIs of
    all, so is `SLUG#Name`.
    """
    text = typed[1:-1] if typed.startswith("<") and typed.endswith(">") else typed
    prefix, colon, local = text.partition(":")
    slug, mark, name = text.partition("#")
    iri = None
    if _ABSOLUTE.match(text) or text != typed:
        iri = text
    elif mark and not slug:
        iri = article + text if article and name else None
    elif colon and prefix in prefixes and local and not re.search(r"\s", local):
        iri = prefixes[prefix] + local
    elif mark and articles and _SLUG.fullmatch(slug):
        iri = articles + text
    try:
        return NamedNode(iri) if iri is not None else None
    except ValueError:
        return None


def is_stated(typed: str) -> bool:
    """Whether something looks like an IRI, be it a good one or not."""
    return typed.startswith("<") or "://" in typed


def quad(triple: Triple, graph: NamedNode) -> Quad:
    """The triple in a named graph."""
    return Quad(triple.subject, triple.predicate, triple.object, graph)


def several(names: Sequence[str], most: int = 5) -> str:
    """Names in a row, and how many more where there are many.

    >>> several(["a", "b", "c"]), several(["a", "b", "c"], 2)
    ('a, b, c', 'a, b and 1 more')
    """
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def nearest(name: str, known: Iterable[str]) -> str:
    """The end of an error message that offers the nearest known names, or lists them all when few.

    >>> nearest("who-rejcted", ["who-rejected", "status"])
    '; did you mean who-rejected?'
    >>> nearest("Trump", ["Donald Trump", "Japan"])
    '; did you mean Donald Trump?'
    """
    from kg.core.likeness import closest, meant  # for errors only

    known = sorted(known)
    if close := closest(name, known):
        return meant(close)
    return f"; there is {', '.join(known)}" if 0 < len(known) <= 12 else ""
