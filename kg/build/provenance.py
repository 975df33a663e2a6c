"""Provenance: which sources and which tool made the graphs (PROV-O), and how large they are (VoID).

What is said of an article stands in a graph of its own, which does not change while the article does not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox

from kg.build.contents import Contents
from kg.build.digest import Inputs
from kg.core import version
from kg.core.terms import DCTERMS, PROV, RDF_TYPE, RDFS_LABEL, VOID, local_name, quad
from kg.project.project import Project, Source, SourceKind


def provenance(project: Project, inputs: Inputs, graphs: Contents) -> Iterator[ox.Quad]:
    """The graph about the build, the shared graphs and the whole; no clock time stands in it."""
    graph = project.graph_iri("provenance")
    build, tool = ox.NamedNode(f"{graph}#build-{inputs.digest}"), ox.NamedNode(f"{graph}#secpol-kg")
    whole = _whole(project)
    statements = [
        ox.Triple(build, RDF_TYPE, PROV("Activity")),
        ox.Triple(build, RDFS_LABEL, ox.Literal(f"build {inputs.digest}", language="en")),
        ox.Triple(build, PROV("wasAssociatedWith"), tool),
        ox.Triple(tool, RDF_TYPE, PROV("SoftwareAgent")),
        ox.Triple(tool, RDFS_LABEL, ox.Literal(f"secpol-kg {version.VERSION}", language="en")),
        ox.Triple(whole, RDF_TYPE, VOID("Dataset")),
        ox.Triple(whole, RDFS_LABEL, ox.Literal(project.name)),
        ox.Triple(whole, PROV("wasGeneratedBy"), build),
        ox.Triple(whole, VOID("triples"), ox.Literal(sum(held["triples"] for held in graphs.values()))),
        *_of(project, inputs, None, graphs),
    ]
    return (quad(triple, ox.NamedNode(graph)) for triple in statements)


def article_provenance(project: Project, inputs: Inputs, slug: str, graphs: Contents) -> Iterator[ox.Quad]:
    """The graph about one article's sources and graphs."""
    graph = ox.NamedNode(project.graph_iri(f"article/{slug}/provenance"))
    return (quad(triple, graph) for triple in _of(project, inputs, slug, graphs))


def _of(project: Project, inputs: Inputs, slug: str | None, graphs: Contents) -> Iterator[ox.Triple]:
    """What the sources of an article, or the shared ones, are, and what was made from them."""
    sources = [source for source in inputs.sources if source.slug == slug]
    yield from _sources(project, inputs, sources)
    for iri, held in graphs.items():
        if project.slug_of(iri) == slug:
            yield ox.Triple(_whole(project), VOID("subset"), ox.NamedNode(iri))
            yield from _sizes(iri, held)


def _sources(project: Project, inputs: Inputs, sources: Iterable[Source]) -> Iterator[ox.Triple]:
    for source in sources:
        entity = ox.NamedNode(f"{project.graph_iri('provenance')}#{quote(source.name)}")
        yield ox.Triple(entity, RDF_TYPE, PROV("Entity"))
        yield ox.Triple(entity, RDFS_LABEL, ox.Literal(source.name))
        yield ox.Triple(entity, DCTERMS("identifier"), ox.Literal(f"sha256:{inputs.hashes[source.path]}"))
        for name in _made_from(source.kind, source.slug):
            yield ox.Triple(ox.NamedNode(project.graph_iri(name)), PROV("wasDerivedFrom"), entity)


def _made_from(kind: SourceKind, slug: str | None) -> list[str]:
    if kind in (SourceKind.RULE, SourceKind.SHAPES):
        return []
    if slug is None:
        return [kind.graph]
    if kind is SourceKind.CLAIMS:
        return [f"article/{slug}/{part}" for part in ("claims", "passages", "facts", "descriptions")]
    return [f"article/{slug}/{kind.graph}"]


def _sizes(iri: str, held: Mapping[str, Any]) -> Iterator[ox.Triple]:
    graph = ox.NamedNode(iri)
    yield ox.Triple(graph, RDF_TYPE, VOID("Dataset"))
    for term, count in (
        ("triples", "triples"),
        ("distinctSubjects", "subjects"),
        ("properties", "properties"),
    ):
        yield ox.Triple(graph, VOID(term), ox.Literal(held[count]))
    yield ox.Triple(graph, VOID("classes"), ox.Literal(len(held["classes"])))
    for kind, count in held["classes"].items():
        part = ox.NamedNode(f"{iri}#{local_name(kind)}")
        yield ox.Triple(graph, VOID("classPartition"), part)
        yield ox.Triple(part, VOID("class"), ox.NamedNode(kind))
        yield ox.Triple(part, VOID("entities"), ox.Literal(count))


def _whole(project: Project) -> ox.NamedNode:
    return ox.NamedNode(project.base.rstrip("/"))
