"""The ontology as one HTML page that needs nothing from elsewhere: made by pyLODE, completed by notes."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pyoxigraph as ox

from kg.core.errors import UsageError
from kg.core.labels import Labels
from kg.core.terms import DCTERMS, OWL, RDF_TYPE, RDFS_LABEL, SKOS, AtomicTerm
from kg.export.content import Content
from kg.rdf.lists import list_items

_NOTE = SKOS("note")
_CHARACTERS = {
    OWL(f"{name}Property"): name.lower()
    for name in ("Transitive", "Symmetric", "Asymmetric", "Reflexive", "Irreflexive", "InverseFunctional")
}
_LINKS: Mapping[ox.NamedNode, str] = {
    OWL("inverseOf"): "Inverse of",
    OWL("disjointWith"): "Disjoint with",
    OWL("propertyDisjointWith"): "Disjoint with",
}
_LOADED = re.compile(
    r"<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)=\"(?!data:)[^\"]*\"[^>]*>|@import|url\("
)


def page(content: Content, labels: Labels) -> str:
    """The page of an ontology; raises `UsageError` for what pyLODE cannot make one of.

    pyLODE leaves out inverses, chains, disjointness, characters of properties, and individuals such as coded
    values; they are given to it as notes.
    """
    try:
        import rdflib
        from pylode import OntPub
    except ImportError as error:
        raise UsageError(
            "pages of the ontology need pyLODE", hint="install it: pip install 'secpol-kg[pages]'"
        ) from error
    store = ox.Store()
    for graph in content.graphs:
        store.extend(ox.Quad(*triple) for triple in content.triples(graph))
    store.extend(ox.Quad(*triple) for triple in sorted(notes(store, labels), key=str))
    text = ox.serialize(sorted((quad.triple for quad in store), key=str), format=ox.RdfFormat.N_TRIPLES)
    if not any(_titles(store)):
        raise UsageError("there is no ontology with a title (dcterms:title) in what is exported")
    with _quiet():
        html: str = OntPub(rdflib.Graph().parse(data=text, format="nt"), sort_subjects=True).make_html()
    remote = _LOADED.search(html)
    if remote:
        raise UsageError(f"pyLODE made a page that loads {remote.group()}", hint="use another release of it")
    return html


def notes(store: ox.Store, labels: Labels) -> Iterator[ox.Triple]:
    """What pyLODE leaves out, in words."""
    for link, words in _LINKS.items():
        for found in store.quads_for_pattern(None, link, None):
            yield from _note(found.subject, f"{words} {_name(found.object, labels)}")
            yield from _note(found.object, f"{words} {_name(found.subject, labels)}")
    for quad in store.quads_for_pattern(None, OWL("propertyChainAxiom"), None):
        chain = " and then ".join(_name(item, labels) for item in _items(store, quad.object))
        yield from _note(quad.subject, f"Follows from {chain}")
    for kind, word in _CHARACTERS.items():
        for quad in store.quads_for_pattern(None, RDF_TYPE, kind):
            yield from _note(quad.subject, f"Is {word}")
    for quad in store.quads_for_pattern(None, RDF_TYPE, OWL("NamedIndividual")):
        definition = "".join(f": {value}" for value in _words(store, quad.subject, SKOS("definition")))
        for typed in store.quads_for_pattern(quad.subject, RDF_TYPE, None):
            if typed.object != OWL("NamedIndividual"):
                yield from _note(typed.object, f"Value {_name(quad.subject, labels)}{definition}")
    for quad in store.quads_for_pattern(None, RDF_TYPE, OWL("AllDisjointClasses")):
        for members in store.quads_for_pattern(quad.subject, OWL("members"), None):
            nodes = _items(store, members.object)
            for node in nodes:
                others = ", ".join(_name(other, labels) for other in nodes if other != node)
                yield from _note(node, f"Disjoint with {others}")


def _note(node: object, words: str) -> Iterator[ox.Triple]:
    if isinstance(node, ox.NamedNode):
        yield ox.Triple(node, _NOTE, ox.Literal(words, language="en"))


def _name(node: object, labels: Labels) -> str:
    return f"*{labels(node)}*"


def _words(store: ox.Store, node: object, predicate: ox.NamedNode) -> list[str]:
    assert isinstance(node, ox.NamedNode | ox.BlankNode)
    found = (quad.object for quad in store.quads_for_pattern(node, predicate, None))
    return sorted(value.value for value in found if isinstance(value, ox.Literal))


def _titles(store: ox.Store) -> Iterator[str]:
    for quad in store.quads_for_pattern(None, RDF_TYPE, OWL("Ontology")):
        for predicate in (DCTERMS("title"), RDFS_LABEL):
            yield from _words(store, quad.subject, predicate)


def _items(store: ox.Store, head: AtomicTerm | ox.Triple) -> list[ox.NamedNode]:
    """The named items of a list."""
    return [item for item in list_items(store, head) or () if isinstance(item, ox.NamedNode)]


@contextmanager
def _quiet() -> Iterator[None]:
    """Not what pyLODE tells of its own work."""
    before = logging.root.manager.disable
    logging.disable(max(before, logging.WARNING))
    try:
        yield
    finally:
        logging.disable(before)
