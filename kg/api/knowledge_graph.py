"""The façade: open a project's graph, ask it, take it away."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from functools import cached_property
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import pyoxigraph as ox

from kg.build.digest import digest_inputs
from kg.build.snapshot import Snapshot, current
from kg.core.errors import FindingsError, InputError, KgError, StoreError, UsageError
from kg.core.labels import Labels
from kg.core.nodes import subjects_of
from kg.core.terms import OWL, RDF_TYPE, curie
from kg.project.project import STATE, STATE_HINT, Project
from kg.query.answer import Answer
from kg.query.engine import EngineResult, run
from kg.query.lookup import Lookup
from kg.query.stored import StoredQuery, catalogue, stored_query
from kg.sparql.services import require_allowed

if TYPE_CHECKING:
    from tempfile import TemporaryDirectory

    import rdflib

    from kg.api.versions import Compared
    from kg.article.view import ArticleView
    from kg.export.extract import Extract, Written
    from kg.query.claims import Claims
    from kg.query.coverage import UnusedTerm
    from kg.query.related import Related
    from kg.query.remote import Endpoint
    from kg.query.show import Page
    from kg.query.why import Explanation
    from kg.query.words import Words
    from kg.stores.load import Loaded, Loading, Watching

_HALFWAY = "a command was killed while it wrote the sources; kg finishes them where it may write"


class _Asked(NamedTuple):
    """How a graph is asked."""

    store: str | None = None
    timeout: float | None = None
    limit: int | None = None
    related: bool = False
    services: frozenset[str] = frozenset()


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
        self._place: TemporaryDirectory[str] | None = None

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
        if fresh and not project.may_keep and not _is_current(project):
            return cls._made_for_once(project, strict)
        notice = _refresh(project, strict) if fresh else None
        snapshot = current(project.state)
        if snapshot is None:
            raise InputError("there is no graph yet; run kg build", path=project.root)
        if project.journal.exists() and _is_halfway(project):
            notice = f"{_HALFWAY}\n{notice}" if notice else _HALFWAY
        return cls(project, snapshot, notice)

    @classmethod
    def _made_for_once(cls, project: Project, strict: bool) -> KnowledgeGraph:
        """The graph of a project whose snapshots cannot be kept, for as long as it is open.

        Sources that cannot be built leave the last good snapshot in use, if there is one.
        """
        import tempfile

        place = tempfile.TemporaryDirectory(prefix="kg-")
        try:
            graph = cls.open(project.kept_in(Path(place.name)), strict=strict)
        except KgError as error:
            latest = None if strict else _kept(project)
            if latest is None:
                raise
            return cls(project, latest, _instead(error, latest))
        graph._place = place  # which goes with it
        told = f"{project.state} cannot be written, so the graph is built anew each time"
        told += "" if project.state.name == STATE else f"\n{STATE_HINT}"
        graph.notice = f"{told}\n{graph.notice}" if graph.notice else told
        return graph

    def require_fresh(self) -> None:
        """Raise `InputError` where the sources have changed and the graph is not made from them."""
        if self.snapshot.digest != digest_inputs(self.project).digest:
            raise InputError(
                "the graph is older than the sources, which cannot be built",
                path=self.project.root,
                hint="kg build says why; --no-build takes the graph as it is",
            )

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
        services: Iterable[str] = (),
    ) -> KnowledgeGraph:
        """The same graph, asked otherwise.

        `store` asks a store of kg.toml or an endpoint's URL instead of the snapshot; `timeout` is in seconds;
        `limit` cuts an answer, whose `is_cut` says so; `related` widens each entity that a stored query is
        asked with to those linked with it; `services` are endpoints that a stored query may ask by SERVICE,
        beside those of kg.toml.

        >>> len(list(KnowledgeGraph.open().asking(limit=3).sparql("SELECT * { ?s ?p ?o }")))
        3
        """
        other = copy(self)
        other._asked = _Asked(store, timeout, limit, related, frozenset(services))
        other.__dict__.pop("_endpoint", None)
        return other

    def query(self, name: str, /, **parameters: str | Sequence[str]) -> Answer:
        """The answer to a stored query; entities are given as IRI, CURIE or label.

        Raises `UsageError` for a name or parameter that is not known, a value that does not fit, or a SERVICE
        that is not allowed.
        """
        stored = stored_query(self.project, name)
        terms = stored.terms(parameters, self.lookup)
        if self._asked.related:
            terms = self._related.widened(stored, terms)
        text = stored.with_terms(terms)
        require_allowed(
            text, self.project.prefixes, self.project.services | self._asked.services, stored.path
        )
        return self._answer(text, stored.path)

    def nothing_found(self, name: str, /, **parameters: str | Sequence[str]) -> list[str]:
        """What to tell who got no rows: what was asked for, and for which values there is something."""
        stored = stored_query(self.project, name)
        terms = stored.terms(parameters, self.lookup)
        told = self._related.nothing_found(stored, terms, lambda text: self._run(text, stored.path))
        return [*told, *self._strangers(terms), *self.unknown_terms(stored.with_terms(terms))]

    def sparql(self, text: str, *, path: Path | None = None) -> Answer:
        """The answer to any SPARQL 1.1 query; the project's prefixes are declared already.

        `path` is the file that errors name.
        """
        return self._answer(text, path)

    def unknown_terms(self, text: str) -> list[str]:
        """The terms of a query that the graph should know and does not, each with the nearest that it has."""
        from kg.query.vocabulary import Vocabulary

        vocabulary = Vocabulary(self.snapshot.store)
        prefixes = self.project.prefixes
        unknown = [message for _, message in vocabulary.unknown(text, prefixes)]
        return [*unknown, *vocabulary.unused(text, prefixes)]

    @cached_property
    def labels(self) -> Labels:
        """Terms in words: `graph.labels(row["holder"])`."""
        return Labels(self.snapshot.store, self.project.prefixes)

    @cached_property
    def words(self) -> Words:
        """Triples as sentences: `graph.words.sentence(triple)`."""
        from kg.query.words import Words

        return Words(self.snapshot.store, self.labels)

    @cached_property
    def lookup(self) -> Lookup:
        """Entities by what a reader types: `graph.lookup.find("Asian NATO")`."""
        return Lookup(self.snapshot.store, self.project.prefixes, lambda: self.snapshot.names)

    def why(
        self, subject: str, predicate: str | None = None, value: str | None = None, *, quotes: bool = False
    ) -> list[Explanation]:
        """The claims, passages and proofs behind a claim, a subject's statements, or one statement.

        With `quotes`, passages have their words, where the text is at hand.

        Raises `UsageError` for a name that is not known and for what is not stated.
        """
        from kg.query.why import Why

        node = self.lookup.known(subject)
        relation = self.lookup.known(predicate, is_property=True) if predicate else None
        target = None if value is None else self.lookup.find_value(value, node, relation)
        return Why(self.project, self.snapshot.store, self.labels, quotes=quotes).explain(
            node, relation, target
        )

    def is_claim(self, entity: str) -> bool:
        """Whether what a reader typed is a claim, for which there is `why`."""
        from kg.claims.claim import is_claim

        return is_claim(self.snapshot.store, self.lookup.known(entity))

    def show(self, entity: str, *, quotes: bool = False) -> Page:
        """Everything known about one entity; raises `UsageError` for a name that is not known.

        With `quotes`, passages have their words, where the text is at hand.
        """
        from kg.query.show import Show

        return Show(self.project, self.snapshot.store, self.labels, quotes=quotes).page(
            self.lookup.known(entity)
        )

    def article(self, slug: str, *, quotes: bool = False) -> ArticleView:
        """An article with its claims, and with its text where `quotes` are asked for and it is at hand.

        Raises `UsageError` for one that is not known.
        """
        from kg.article.view import view

        self.project.article_folder(slug)
        return view(self.project, self.snapshot.store, self.labels, slug, quotes=quotes)

    def untouched(self) -> list[UnusedTerm]:
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
        headers = subjects_of(store, RDF_TYPE, OWL("Ontology"), graph)
        axioms = (
            quad.triple
            for quad in store.quads_for_pattern(None, None, None, graph)
            if quad.subject not in headers  # owlready2 would take the first module for the whole
        )
        text = ox.serialize(axioms, format=ox.RdfFormat.N_TRIPLES)
        return World().get_ontology(self.project.prefixes["secpol"]).load(fileobj=io.BytesIO(text or b""))

    def extract(
        self,
        *,
        query: str | None = None,
        parameters: Mapping[str, str | Sequence[str]] | None = None,
        **part: Any,
    ) -> Extract:
        """A part of the graph to write in any format or to hash: `layers`, `articles`, or a query's graph.

        `rdf12`, `annotations` and `frame` say how, as for `kg.export.extract.Selection`.
        Raises `UsageError` for a name that is not known, and for a query that is no CONSTRUCT.

        >>> graph = KnowledgeGraph.open()
        >>> graph.extract(layers=["ontology"]).hash() == graph.extract().hash()
        False
        """
        from kg.export.extract import Extract, Selection

        triples = None
        if query is not None:
            triples = self.query(query, **(parameters or {}))
            if not triples.is_graph:
                raise UsageError(f"{query} constructs no graph; kg query writes its rows")
        elif parameters:
            raise UsageError("parameters are for a query; name it by --query")
        header = self.snapshot.manifest.get("ontology")
        return Extract(
            self.snapshot.store, self.project, self.labels, Selection(triples=triples, **part), header=header
        )

    def export(
        self, target: Path | str | IO[bytes], *, form: str | None = None, force: bool = False, **part: Any
    ) -> Written:
        """Write the graph, or a part of it as for `extract`, in the format of the suffix or of `form`.

        The layer `claims` alone as CSV is the sheet that `kg article import` reads.
        """
        from kg.export.formats import format_of, named

        if isinstance(target, str):
            target = Path(target)
        if not isinstance(target, Path):
            return self.extract(**part).write(target, named(form or "turtle"))
        name = format_of(target, form, part.get("layers", ()))
        if name == "sheet":
            return self._write_sheet(target, force=force, **part)
        return self.extract(**part).write(target, name, force=force)

    def _write_sheet(self, path: Path, *, force: bool, **part: Any) -> Written:
        from kg.article.sheets.exporting import only_article, write_sheet
        from kg.export.extract import Written

        articles = part.pop("articles", ())
        if list(part.pop("layers", ())) not in ([], ["claims"]) or any(part.values()) or len(articles) > 1:
            raise UsageError("a sheet has the claims of one article, whole; leave the other options out")
        slug = articles[0] if articles else only_article(self.project)
        sheet = write_sheet(self.project, slug, path, force=force)
        notes = [f"not in the sheet: {words}" for words in sheet.unsaid]
        absent = "the text is not at hand: ranges stand in the place of quotes"
        notes.append("the sheet has words of the article's text" if sheet.has_quotes else absent)
        return Written({"claims": sheet.rows}, (path,), notes=tuple(notes))

    def load(self, store: str, loading: Loading | None = None, watching: Watching | None = None) -> Loaded:
        """Bring a store up to date with this graph: one of kg.toml by name, one by URL, or a folder.

        Raises `StoreError` when it fails; `BrokenOff`, one of these, says what the store holds then.
        """
        from kg.stores.load import load, source_of

        snapshot, project = self.snapshot, self.project
        source = source_of(lambda: snapshot.store, snapshot.manifest, project.base)
        return load(source, project.stores, store, loading, watching)

    def diff(self, old: Path | str, new: Path | str | None = None, *, layers: Sequence[str] = ()) -> Compared:
        """What became of an older graph in this one, or in `new`.

        Each is a snapshot (digest or folder), a file or folder of RDF, a project's folder, or a git revision.
        `layers` narrows both. Raises `UsageError` for what is none of these.

        >>> bool(KnowledgeGraph.open().diff(Project.find().root).difference)
        False
        """
        from kg.api.versions import compared

        return compared(self.project, str(old), str(new) if new else None, self.snapshot.store, layers=layers)

    def _strangers(self, terms: Mapping[str, Sequence[object]]) -> Iterator[str]:
        """The values that the graph does not speak of, but for those of its own namespaces."""
        from kg.query.vocabulary import Vocabulary

        vocabulary = Vocabulary(self.snapshot.store)
        for term in (term for values in terms.values() for term in values):
            if isinstance(term, ox.NamedNode) and not (
                vocabulary.is_own(term.value) or self.lookup.speaks_of(term)
            ):
                yield f"the graph does not speak of {curie(term.value, self.project.prefixes)}"

    @cached_property
    def _related(self) -> Related:
        from kg.query.related import Related

        return Related(self.snapshot.store, self.labels)

    def _answer(self, text: str, path: Path | None) -> Answer:
        return Answer(
            self._run(text, path),
            self.labels,
            context=self._context,
            quote=self._quote,
            limit=self._asked.limit,
        )

    def _context(self) -> dict[str, Any]:
        from kg.project.context import context_of

        return context_of(self.project)

    def _run(self, text: str, path: Path | None) -> EngineResult:
        prefixes, timeout = self.project.prefixes, self._asked.timeout
        if self._asked.store is not None:
            from kg.query.engine import rearranged
            from kg.query.remote import ask

            return rearranged(ask(self._endpoint, text, prefixes, path), text)
        if timeout is not None:
            from kg.query.limited import run_limited

            return run_limited(self.snapshot.folder / "store", text, prefixes, timeout, path)
        return run(self.snapshot.store, text, prefixes, path)

    @cached_property
    def _endpoint(self) -> Endpoint:
        """The store that is asked, narrowed to what `kg load` put there."""
        from kg.query.remote import endpoint_of, narrowed

        store = self._asked.store or ""
        return narrowed(endpoint_of(self.project, store, self._asked.timeout), self.project, store)

    def _quote(self, passage: ox.NamedNode) -> str | None:
        return self._claims.quote(passage)

    @cached_property
    def _claims(self) -> Claims:
        from kg.query.claims import Claims

        return Claims(self.project, self.snapshot.store, self.labels)


def _kept(project: Project) -> Snapshot | None:
    """The snapshot of a project, which may be older than its sources; None where none can be read."""
    try:
        return current(project.state)
    except StoreError:
        return None


def _is_current(project: Project) -> bool:
    latest = _kept(project)
    try:
        return latest is not None and latest.digest == digest_inputs(project).digest
    except KgError:
        return False


def _instead(problem: object, older: Snapshot) -> str:
    return f"{problem}\nanswering from the graph of {older.manifest['built']}; run kg build"


def _refresh(project: Project, strict: bool) -> str | None:
    """Build when the sources changed; what is wrong with them, when an older snapshot answers instead."""
    latest = current(project.state)
    try:
        if latest is not None and latest.digest == digest_inputs(project).digest:
            if strict and latest.has_violations:
                raise FindingsError("the graph was published with violations; run kg build to see them")
            return None
        from kg.build.pipeline import build  # the engines of a build cost a reading command 0.1 s
        from kg.core.findings import violations

        built = build(project)
    except KgError as error:
        if strict or latest is None:
            raise
        return _instead(error, latest)
    found = violations(built.findings)
    if not found or built.published:
        return None
    summary = f"the sources break a rule, first here: {found[0]}" + (
        f"\nand {len(found) - 1} more" if len(found) > 1 else ""
    )
    if strict or built.snapshot is None:
        raise FindingsError(f"{summary}\nrun kg build to see them all")
    return _instead(summary, built.snapshot)


def _is_halfway(project: Project) -> bool:
    """Whether files of the project wait for a command that may write them."""
    from kg.core.transaction import is_pending  # where there is a journal, which is seldom

    return is_pending(project.journal)
