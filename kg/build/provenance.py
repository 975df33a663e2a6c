"""Provenance: which sources and which tool made the graphs (PROV-O), and how large they are (VoID)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from urllib.parse import quote

import pyoxigraph as ox

import kg
from kg.build.digest import Inputs
from kg.build.sources import Staging
from kg.project import Kind
from kg.terms import DCTERMS, PROV, RDF_TYPE, RDFS_LABEL, VOID, quad


def describe(staging: Staging, inputs: Inputs) -> None:
    """Add the provenance graph; no clock time stands in it, so equal inputs give equal bytes."""
    graph = staging.graph("provenance")
    statements = list(_activity(staging, inputs)) + list(_statistics(staging))
    staging.store.extend(quad(triple, graph) for triple in statements)


def _activity(staging: Staging, inputs: Inputs) -> Iterator[ox.Triple]:
    home = staging.graph("provenance").value
    build, tool = ox.NamedNode(f"{home}#build-{inputs.digest}"), ox.NamedNode(f"{home}#secpol-kg")
    yield ox.Triple(build, RDF_TYPE, PROV("Activity"))
    yield ox.Triple(build, RDFS_LABEL, ox.Literal(f"build {inputs.digest}", language="en"))
    yield ox.Triple(build, PROV("wasAssociatedWith"), tool)
    yield ox.Triple(tool, RDF_TYPE, PROV("SoftwareAgent"))
    yield ox.Triple(tool, RDFS_LABEL, ox.Literal(f"secpol-kg {kg.__version__}", language="en"))
    for graph in _graphs(staging):
        yield ox.Triple(graph, PROV("wasGeneratedBy"), build)
    for source in inputs.sources:
        entity = ox.NamedNode(f"{home}#{quote(source.name)}")
        yield ox.Triple(build, PROV("used"), entity)
        yield ox.Triple(entity, RDF_TYPE, PROV("Entity"))
        yield ox.Triple(entity, RDFS_LABEL, ox.Literal(source.name))
        yield ox.Triple(entity, DCTERMS("identifier"), ox.Literal(f"sha256:{inputs.hashes[source.path]}"))
        for name in _made_from(source.kind, source.slug):
            yield ox.Triple(staging.graph(name), PROV("wasDerivedFrom"), entity)


def _made_from(kind: Kind, slug: str | None) -> list[str]:
    if kind in (Kind.RULE, Kind.SHAPES):
        return []
    if slug is None:
        return [kind.value]
    if kind is Kind.CLAIMS:
        return [f"article/{slug}/{part}" for part in ("claims", "passages", "facts")]
    return [f"article/{slug}/{'meta' if kind is Kind.ARTICLE else kind.value}"]


def _statistics(staging: Staging) -> Iterator[ox.Triple]:
    whole = ox.NamedNode(staging.project.base.rstrip("/"))
    yield ox.Triple(whole, RDF_TYPE, VOID("Dataset"))
    yield ox.Triple(whole, RDFS_LABEL, ox.Literal(staging.project.name))
    total = 0
    for graph in _graphs(staging):
        triples = staging.triples([graph])
        total += len(triples)
        yield ox.Triple(whole, VOID("subset"), graph)
        yield ox.Triple(graph, RDF_TYPE, VOID("Dataset"))
        yield from _sizes(graph, triples)
    yield ox.Triple(whole, VOID("triples"), ox.Literal(total))


def _sizes(graph: ox.NamedNode, triples: set[ox.Triple]) -> Iterator[ox.Triple]:
    kinds = Counter(triple.object for triple in triples if triple.predicate == RDF_TYPE)
    counts = {
        "triples": len(triples),
        "distinctSubjects": len({triple.subject for triple in triples}),
        "properties": len({triple.predicate for triple in triples}),
        "classes": len(kinds),
    }
    for name, count in counts.items():
        yield ox.Triple(graph, VOID(name), ox.Literal(count))
    for kind, count in kinds.items():
        if isinstance(kind, ox.NamedNode):
            local = kind.value.rpartition("#")[2].rpartition("/")[2]
            part = ox.NamedNode(f"{graph.value}#{local}")
            yield ox.Triple(graph, VOID("classPartition"), part)
            yield ox.Triple(part, VOID("class"), kind)
            yield ox.Triple(part, VOID("entities"), ox.Literal(count))


def _graphs(staging: Staging) -> list[ox.NamedNode]:
    named = [graph for graph in staging.store.named_graphs() if isinstance(graph, ox.NamedNode)]
    return sorted(named, key=lambda graph: graph.value)
