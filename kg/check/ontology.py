"""The ontology against `ontology/checks/*.rq`, SPARQL with a `#+` header, in the manner of ROBOT's report.

A check selects `?node`, the term concerned, and may select `?value` and `?other`; its `problem` is the
sentence that follows the node's label, with `{value}` and `{other}` in it. It runs over ontology, alignments
and the project's own owl:imports, with three relations to the name of a file: `check:declaredIn` from each of
the project's own terms and ontologies, `check:foreignIn` from each other subject of its ontology,
`check:usedIn` from each name that data, shapes and queries use, what follows from the data included.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from kg.check.job import Job, Outcome
from kg.check.material import CheckedGraph
from kg.check.reasoner import check_with_hermit
from kg.check.stored_checks import Check
from kg.core.errors import shown
from kg.core.findings import Finding, Place
from kg.core.graph_names import inferred
from kg.core.labels import Labels
from kg.core.terms import OWL, RDF_TYPE
from kg.project.project import SourceKind

_SLOT = re.compile(r"\{(value|other)\}")
_CHECK = "https://w3id.org/secpol/check/"
DECLARED_IN, FOREIGN_IN, USED_IN = (
    ox.NamedNode(f"{_CHECK}{name}") for name in ("declaredIn", "foreignIn", "usedIn")
)


def check_ontology(job: Job, outcome: Outcome) -> None:
    """Run every check; the inconsistencies among the statements are found by the build."""
    if job.wanted.reasoner == "hermit":
        check_with_hermit(job, outcome)
    own = [file for file in job.names if file.kind is SourceKind.ONTOLOGY]
    if not own:
        outcome.looked_at.append("no ontology of its own")
        return
    store = _bench(job)
    labels = Labels(job.material.store, job.material.project.prefixes)
    for check in job.checks:
        outcome.findings += sorted(
            (_finding(job, check, row, labels) for row in check.run(store)), key=lambda found: found.message
        )
    outcome.looked_at.append(f"{len(own)} ontology file{'s' * (len(own) != 1)} by {len(job.checks)} checks")


def bench(ontology: bytes, relations: Iterable[ox.Triple]) -> ox.Store:
    """A store for checks to run on, from N-Triples."""
    store = ox.Store()
    store.bulk_load(ontology, ox.RdfFormat.N_TRIPLES)
    store.bulk_extend(ox.Quad(*triple) for triple in relations)
    return store


def _bench(job: Job) -> ox.Store:
    graphs = [job.material.graph(kind) for kind in (SourceKind.ONTOLOGY, SourceKind.ALIGNMENTS)]
    return bench(job.material.ntriples(graphs), _relations(job))


def _relations(job: Job) -> Iterator[ox.Triple]:
    declared: set[str] = set()
    for file in job.names:
        yield from (triple for triple in file.triples if triple.predicate == OWL("imports"))
        if file.kind is SourceKind.ONTOLOGY:
            for term, is_own in _subjects(file.triples, job.own_namespaces):
                declared.add(term.value)
                yield ox.Triple(term, DECLARED_IN if is_own else FOREIGN_IN, ox.Literal(file.path.name))
    for file in job.names:
        if file.kind not in (SourceKind.ONTOLOGY, SourceKind.ALIGNMENTS, SourceKind.RULE):
            for name in file.names & declared:
                yield ox.Triple(ox.NamedNode(name), USED_IN, ox.Literal(file.path.name))
    for graph in map(inferred, (None, *job.material.slugs)):
        for name in _terms_of(job.material, graph) & declared:
            yield ox.Triple(ox.NamedNode(name), USED_IN, ox.Literal(graph))


def _terms_of(material: CheckedGraph, graph: str) -> set[str]:
    """The properties and classes that a graph uses."""
    return {
        term.value
        for quad in material.store.quads_for_pattern(None, None, None, material.graph(graph))
        for term in (quad.predicate, quad.object if quad.predicate == RDF_TYPE else quad.predicate)
        if isinstance(term, ox.NamedNode)
    }


def _subjects(
    triples: Iterable[ox.Triple], namespaces: tuple[str, ...]
) -> Iterator[tuple[ox.NamedNode, bool]]:
    """The named subjects of an ontology file, and whether each is the project's own."""
    headers = {
        triple.subject
        for triple in triples
        if triple.predicate == RDF_TYPE and triple.object == OWL("Ontology")
    }
    for subject in {triple.subject for triple in triples}:
        if isinstance(subject, ox.NamedNode):
            yield subject, subject in headers or subject.value.startswith(namespaces)


def _finding(job: Job, check: Check, row: ox.QuerySolution, labels: Labels) -> Finding:
    node, value = row["node"], row["value"]
    problem = _SLOT.sub(lambda slot: labels(row[slot[1]]), check.problem)
    return Finding(
        rule=check.rule.id,
        severity=check.rule.severity,
        message=f"{labels(node)}: {problem}" if node is not None else problem,
        node=node.value if isinstance(node, ox.NamedNode) else None,
        value=None if value is None else str(value),
        places=_places(job, node, value, _object(row)) if isinstance(node, ox.NamedNode) else (),
        hint=check.rule.hint,
    )


def _object(row: ox.QuerySolution) -> str | None:
    """The other term that a check selects, if it selects one."""
    try:
        return str(row["other"])
    except KeyError:
        return None


def _places(job: Job, node: ox.NamedNode, value: object, other: str | None) -> tuple[Place, ...]:
    """Where the project says of a term what is wrong with it, by a property; else where it is described."""
    stated = (
        file.written.place(node.value, value.value, other)
        for file in job.names
        if file.kind == SourceKind.ONTOLOGY
        and file.written is not None
        and isinstance(value, ox.NamedNode)
        and any(triple.subject == node and triple.predicate == value for triple in file.triples)
    )
    return tuple(stated) or _declared_at(job, node.value)


def _declared_at(job: Job, iri: str) -> tuple[Place, ...]:
    """Where the ontology describes a term: where it is declared first, then other files."""
    places = job.material.places(iri)
    kinds = {shown(file.source.path): file.source.kind for file in job.material.files}
    return tuple(sorted(places, key=lambda place: kinds.get(place.file) is not SourceKind.ONTOLOGY))
