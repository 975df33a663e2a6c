"""The header that the modules of an ontology are exported under, chosen while their imports are known."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyoxigraph as ox

from kg.core.terms import OWL, RDF_TYPE
from kg.project.project import Project, SourceKind
from kg.rdf.turtle_reading import read_turtle


def main_header(project: Project, hashes: Mapping[Path, str]) -> str | None:
    """The ontology of the project's own layer, or else of one it extends, that imports the other modules.

    None of these may import it. Where none imports any, it is one of the project's base; the first by name.
    `hashes` are the SHA-256 of the sources.
    """
    for layer in reversed(project.layers):
        headers, importing, imported = set[str](), set[str](), set[str]()
        for source in layer.ontology():
            for subject, predicate, value in (
                read_turtle(source.path, sha256=hashes[source.path])
                if source.kind is SourceKind.ONTOLOGY
                else ()
            ):
                if not isinstance(subject, ox.NamedNode) or not isinstance(value, ox.NamedNode):
                    continue
                if (predicate, value) == (RDF_TYPE, OWL("Ontology")):
                    headers.add(subject.value)
                elif predicate == OWL("imports"):
                    importing.add(subject.value)
                    imported.add(value.value)
        if found := headers - imported:
            return min(found, key=lambda iri: (iri not in importing, not iri.startswith(project.base), iri))
    return None
