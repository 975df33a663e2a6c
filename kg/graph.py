"""The façade: open a project's graph, ask it, take it away."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox

from kg.build.digest import digest_inputs
from kg.build.snapshot import Snapshot, current
from kg.errors import FindingsError, InputError, KgError
from kg.export.formats import Written, write_graph
from kg.findings import violations
from kg.labels import Labels
from kg.project import Project
from kg.query.answer import Answer
from kg.query.engine import Result, run
from kg.query.lookup import Lookup
from kg.query.parameters import bind
from kg.query.stored import StoredQuery, catalogue, stored_query
from kg.query.words import Words
from kg.terms import OWL, PROPOSITION, RDF_TYPE

if TYPE_CHECKING:
    import rdflib

    from kg.query.claims import Claims
    from kg.query.coverage import Term
    from kg.query.related import Related
    from kg.query.show import Page
    from kg.query.why import Explanation


@dataclass(frozen=True)
class _Asked:
    """How a graph is asked."""

    store: str | None = None
    timeout: float | None = None
    limit: int | None = None
    related: bool = False


class KnowledgeGraph:
    """A project's published graph.

    >>> graph = KnowledgeGraph.open()
    >>> answer = graph.sparql("SELECT (COUNT(?c) AS ?n) { ?c secpol:polarity secpol:Denied }")
    >>> next(iter(answer))["n"].value
    '7'
    """

    def __init__(self, project: Project, snapshot: Snapshot, notice: str | None = None) -> None:
        self.project = project
        self.snapshot = snapshot
        self.notice = notice
        self._asked = _Asked()

    @classmethod
    def open(
        cls, project: Project | Path | str | None = None, *, fresh: bool = True, strict: bool = False
    ) -> KnowledgeGraph:
        """The graph of a project (default: of the current folder), built when its sources changed.

        With `fresh` false nothing is built. Sources that cannot be built leave the last good snapshot in use,
        and `notice` says so; with `strict` they raise instead. Raises `InputError` when there is no snapshot.
        """
        if not isinstance(project, Project):
            project = Project.find(Path(project) if project is not None else None)
        notice = _refresh(project, strict) if fresh else None
        snapshot = current(project.state)
        if snapshot is None:
            raise InputError("there is no graph yet; run kg build", path=project.root)
        return cls(project, snapshot, notice)

    @property
    def queries(self) -> Mapping[str, StoredQuery]:
        """The stored queries by name."""
        return catalogue(self.project)

    def asking(
        self,
        *,
        store: str | None = None,
        timeout: float | None = None,
        limit: int | None = None,
        related: bool = False,
    ) -> KnowledgeGraph:
        """The same graph, asked otherwise.

        `store` asks a store of kg.toml or an endpoint's URL instead of the snapshot; `timeout` is in seconds;
        `limit` cuts an answer, whose `is_cut` says so; `related` widens each entity that a stored query is
        asked with to those linked with it.

        >>> len(list(KnowledgeGraph.open().asking(limit=3).sparql("SELECT * { ?s ?p ?o }")))
        3
        """
        other = copy(self)
        other._asked = _Asked(store, timeout, limit, related)
        return other

    def query(self, name: str, /, **parameters: str | Sequence[str]) -> Answer:
        """The answer to a stored query; entities are given as IRI, CURIE or label.

        Raises `UsageError` for a name or parameter that is not known, or a value that does not fit.
        """
        stored = stored_query(self.project, name)
        terms = stored.terms(parameters, self.lookup)
        if self._asked.related:
            terms = self._related.widened(stored, terms)
        return self._answer(bind(stored.text, terms), stored.path)

    def nothing_found(self, name: str, /, **parameters: str | Sequence[str]) -> list[str]:
        """What to tell who got no rows: what was asked for, and for which values there is something."""
        stored = stored_query(self.project, name)
        terms = stored.terms(parameters, self.lookup)
        return list(self._related.nothing_found(stored, terms, lambda text: self._run(text, stored.path)))

    def sparql(self, text: str, *, path: Path | None = None) -> Answer:
        """The answer to any SPARQL 1.1 query; the project's prefixes are declared already.

        `path` is the file that errors name.
        """
        return self._answer(text, path)

    @cached_property
    def labels(self) -> Labels:
        """Terms in words: `graph.labels(row["holder"])`."""
        return Labels(self.snapshot.store, self.project.prefixes)

    @cached_property
    def words(self) -> Words:
        """Triples as sentences: `graph.words.sentence(triple)`."""
        return Words(self.snapshot.store, self.labels)

    @cached_property
    def lookup(self) -> Lookup:
        """Entities by what a reader types: `graph.lookup.find("Asian NATO")`."""
        return Lookup(self.snapshot.store, self.project.prefixes)

    def why(self, subject: str, predicate: str | None = None, value: str | None = None) -> list[Explanation]:
        """The claims, passages and proofs behind a claim, a subject's statements, or one statement.

        Raises `UsageError` for a name that is not known and for what is not stated.
        """
        from kg.query.why import Why

        node = self.lookup.find(subject)
        relation = self.lookup.find(predicate) if predicate else None
        target = None if value is None else self.lookup.find_value(value, node, relation)
        return Why(self.project, self.snapshot.store, self.labels).explain(node, relation, target)

    def is_claim(self, entity: str) -> bool:
        """Whether what a reader typed is a claim, for which there is `why`."""
        node = self.lookup.find(entity)
        return next(iter(self.snapshot.store.quads_for_pattern(node, PROPOSITION, None)), None) is not None

    def show(self, entity: str) -> Page:
        """Everything known about one entity; raises `UsageError` for a name that is not known."""
        from kg.query.show import Show

        return Show(self.project, self.snapshot.store, self.labels).page(self.lookup.find(entity))

    def untouched(self) -> list[Term]:
        """The terms of the ontology that no data, shape or stored query touches."""
        from kg.query.coverage import untouched

        return untouched(self.project, self.snapshot.store, self.labels)

    def to_rdflib(self) -> rdflib.Dataset:
        """The whole graph as an rdflib Dataset in memory, named graphs and prefixes included.

        >>> len(list(KnowledgeGraph.open().to_rdflib().graphs())) > 5
        True
        """
        import rdflib

        dataset = rdflib.Dataset(default_union=True)
        text = io.BytesIO()
        self.snapshot.store.dump(text, ox.RdfFormat.N_QUADS)
        dataset.parse(text.getvalue(), format="nquads")
        for prefix, namespace in self.project.prefixes.items():
            dataset.bind(prefix, namespace, replace=True)
        return dataset

    def ontology(self) -> Any:
        """The ontology as owlready2 objects, in a world of its own; terms are its attributes.

        >>> print(KnowledgeGraph.open().ontology().RejectionAct.label.first())
        rejection act
        """
        from owlready2 import World

        store, graph = self.snapshot.store, ox.NamedNode(self.project.graph_iri("ontology"))
        headers = {quad.subject for quad in store.quads_for_pattern(None, RDF_TYPE, OWL("Ontology"), graph)}
        axioms = (
            quad.triple
            for quad in store.quads_for_pattern(None, None, None, graph)
            if quad.subject not in headers  # owlready2 would take the first module for the whole
        )
        text = ox.serialize(axioms, format=ox.RdfFormat.N_TRIPLES)
        return World().get_ontology(self.project.prefixes["secpol"]).load(fileobj=io.BytesIO(text or b""))

    def export(self, path: Path | str, *, form: str | None = None, force: bool = False) -> Written:
        """Write the whole graph to a file, in the format of its suffix unless `form` names one."""
        return write_graph(self.snapshot.store, Path(path), self.project.prefixes, form=form, force=force)

    @cached_property
    def _related(self) -> Related:
        from kg.query.related import Related

        return Related(self.snapshot.store, self.labels)

    def _answer(self, text: str, path: Path | None) -> Answer:
        return Answer(
            self._run(text, path),
            self.labels,
            prefixes=self.project.prefixes,
            quote=self._quote,
            limit=self._asked.limit,
        )

    def _run(self, text: str, path: Path | None) -> Result:
        prefixes, timeout = self.project.prefixes, self._asked.timeout
        if self._asked.store is not None:
            from kg.query.remote import ask, endpoint_of

            endpoint = endpoint_of(self.project, self._asked.store)
            return ask(replace(endpoint, timeout=timeout or endpoint.timeout), text, prefixes, path)
        if timeout is not None:
            from kg.query.limited import run_limited

            return run_limited(self.snapshot.folder / "store", text, prefixes, timeout, path)
        return run(self.snapshot.store, text, prefixes, path)

    def _quote(self, passage: ox.NamedNode) -> str | None:
        return self._claims.quote(passage)

    @cached_property
    def _claims(self) -> Claims:
        from kg.query.claims import Claims

        return Claims(self.project, self.snapshot.store, self.labels)


def _refresh(project: Project, strict: bool) -> str | None:
    """Build when the sources changed; what is wrong with them, when an older snapshot answers instead."""
    former = current(project.state)
    try:
        if former is not None and former.digest == digest_inputs(project).digest:
            if strict and violations(former.findings):
                raise FindingsError("the graph was published with violations; run kg build to see them")
            return None
        from kg.build.pipeline import build  # the engines of a build cost a reading command 0.1 s

        built = build(project)
    except KgError as error:
        if strict or former is None:
            raise
        return f"{error}\nanswering from the graph of {former.manifest['built']}; run kg build"
    found = violations(built.findings)
    if not found or built.published:
        return None
    summary = f"the sources break a rule, first here: {found[0]}" + (
        f"\nand {len(found) - 1} more" if len(found) > 1 else ""
    )
    if strict or built.snapshot is None:
        raise FindingsError(f"{summary}\nrun kg build to see them all")
    return f"{summary}\nanswering from the graph of {built.snapshot.manifest['built']}; run kg build"
