"""The ontology as one HTML page that needs nothing from elsewhere: made by pyLODE, completed by notes."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import pyoxigraph as ox

from kg.core.errors import UsageError
from kg.core.labels import Labels
from kg.core.nodes import named, strings, subjects_of, values_of
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
        for node, other in _statements(store, link):
            yield from _note(node, f"{words} {_name(other, labels)}")
            yield from _note(other, f"{words} {_name(node, labels)}")
    for node, head in _statements(store, OWL("propertyChainAxiom")):
        chain = " and then ".join(_name(item, labels) for item in _items(store, head))
        yield from _note(node, f"Follows from {chain}")
    for character, word in _CHARACTERS.items():
        for node in subjects_of(store, RDF_TYPE, character):
            yield from _note(node, f"Is {word}")
    for node in subjects_of(store, RDF_TYPE, OWL("NamedIndividual")):
        definition = "".join(f": {value}" for value in _words(store, node, SKOS("definition")))
        for kind in values_of(store, node, RDF_TYPE):
            if kind != OWL("NamedIndividual"):
                yield from _note(kind, f"Value {_name(node, labels)}{definition}")
    for axiom in subjects_of(store, RDF_TYPE, OWL("AllDisjointClasses")):
        for head in values_of(store, axiom, OWL("members")):
            nodes = _items(store, head)
            for node in nodes:
                others = ", ".join(_name(other, labels) for other in nodes if other != node)
                yield from _note(node, f"Disjoint with {others}")


def _note(node: object, words: str) -> Iterator[ox.Triple]:
    if isinstance(node, ox.NamedNode):
        yield ox.Triple(node, _NOTE, ox.Literal(words, language="en"))


def _name(node: object, labels: Labels) -> str:
    return f"*{labels(node)}*"


def _statements(store: ox.Store, predicate: ox.NamedNode) -> Iterator[tuple[AtomicTerm, AtomicTerm]]:
    for node in subjects_of(store, predicate):
        yield from ((node, value) for value in values_of(store, node, predicate))


def _words(store: ox.Store, node: AtomicTerm, predicate: ox.NamedNode) -> list[str]:
    return sorted(strings(values_of(store, node, predicate)))


def _titles(store: ox.Store) -> Iterator[str]:
    for ontology in subjects_of(store, RDF_TYPE, OWL("Ontology")):
        for predicate in (DCTERMS("title"), RDFS_LABEL):
            yield from _words(store, ontology, predicate)


def _items(store: ox.Store, head: AtomicTerm | ox.Triple) -> list[ox.NamedNode]:
    """The named items of a list."""
    return named(list_items(store, head) or ())


@contextmanager
def _quiet() -> Iterator[None]:
    """Not what pyLODE tells of its own work."""
    before = logging.root.manager.disable
    logging.disable(max(before, logging.WARNING))
    try:
        yield
    finally:
        logging.disable(before)
