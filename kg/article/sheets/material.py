"""What an import and an export of claims stand on: an article's files, and the names in its reach."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg.article.known import Known
from kg.claims.canonical import PARAGRAPH, Forms
from kg.claims.rows import Converted
from kg.claims.source import forms_of, read_source
from kg.claims.table import ClaimTable, TableRow
from kg.core.errors import InputError, UsageError
from kg.core.labels import preferred
from kg.core.marks import descriptive_terms, shared_classes
from kg.core.names import Name, NameKind, Role, Wanted, names_of
from kg.core.terms import (
    DCTERMS,
    OWL,
    PREFIXES,
    RDF_TYPE,
    RDFS,
    RDFS_LABEL,
    SECPOL,
    SKOS,
    WOULD_BE,
    local_name,
    nearest,
)
from kg.project.project import TABLE, Project, Source, SourceKind
from kg.project.texts import text_digest, text_of
from kg.rdf.turtle_reading import read_turtle

PROPERTIES = (OWL("ObjectProperty"), OWL("DatatypeProperty"), OWL("AnnotationProperty"))
SOURCE = DCTERMS("source")
_LINKS = (SOURCE, *map(SKOS, ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch")))
_OF_TERMS = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs", "skos"))
# What is written down is meant by its whole name: a part of it may be the name of something new.
_WHOLE = Wanted(down_to=NameKind.LOCAL)
ANY_TERM = Wanted(down_to=NameKind.LOCAL, roles=frozenset(Role))


@dataclass(frozen=True)
class ArticleSources:
    """One article of a project with the ontology and the entities that it may speak of."""

    project: Project
    slug: str
    folder: Path
    files: dict[SourceKind, tuple[ox.Triple, ...]]
    ontology: tuple[ox.Triple, ...]
    entities: tuple[ox.Triple, ...]

    @classmethod
    def read(cls, project: Project, slug: str) -> ArticleSources:
        """Read what is needed; raises `UsageError` for an article that is not there."""
        sources = project.sources()
        mine = [source for source in sources if source.slug == slug]
        if not mine:
            slugs = {source.slug for source in sources if source.slug}
            raise UsageError(
                f"there is no article {slug}{nearest(slug, slugs)}", hint=f"begin it: kg article new {slug}"
            )
        files: dict[SourceKind, tuple[ox.Triple, ...]] = {}
        for source in mine:
            files[source.kind] = (*files.get(source.kind, ()), *read_source(project, source))
        parts = {
            kind: tuple(_triples(project, [source for source in sources if source.kind is kind]))
            for kind in (SourceKind.ONTOLOGY, SourceKind.ENTITIES)
        }
        return cls(
            project, slug, mine[0].path.parent, files, parts[SourceKind.ONTOLOGY], parts[SourceKind.ENTITIES]
        )

    @property
    def iri(self) -> str:
        """The IRI of the article."""
        return self.project.article_iri(self.slug)

    @property
    def authors(self) -> ox.NamedNode:
        """In whose voice the article speaks."""
        return ox.NamedNode(f"{self.iri}#authors")

    @property
    def entities_path(self) -> Path:
        """Where what articles share is described that sheets bring in."""
        return self.project.root / "entities" / "from-articles.ttl"

    @cached_property
    def brought_in(self) -> dict[ox.NamedNode, list[ox.Triple]]:
        """What sheets may have brought in, by subject: the nodes of facts.ttl and of `entities_path`."""
        shared = read_turtle(self.entities_path) if self.entities_path.is_file() else []
        found: dict[ox.NamedNode, list[ox.Triple]] = {}
        for triple in (*self.facts, *shared):
            if isinstance(triple.subject, ox.NamedNode):
                found.setdefault(triple.subject, []).append(triple)
        return found

    def is_own(self, node: ox.NamedNode) -> bool:
        """Whether a sheet of this article, and of no other, may have brought a node in."""
        return node in self._own

    @cached_property
    def _own(self) -> set[ox.NamedNode]:
        """What is the article's or has its claims as sources; beside that, what no claim is the source of."""
        home, articles = f"{self.iri}#", self.project.article_iri("")
        found, unclaimed = {node for node in self.brought_in if node.value.startswith(home)}, []
        for node, said in self.brought_in.items():
            sources = [str(t.object)[1:-1] for t in said if t.predicate == SOURCE]
            claims = [source for source in sources if source.startswith(articles)]
            if claims and all(claim.startswith(home) for claim in claims):
                found.add(node)
            elif not claims and node not in found:
                unclaimed.append(node)
        values = {node: {t.object for t in self.brought_in[node]} for node in (*found, *unclaimed)}
        beside = {t.object for t in self.claims}.union(*(values[node] for node in found))
        return found | {node for node in unclaimed if node in beside or values[node] & found}

    @cached_property
    def types(self) -> dict[ox.NamedNode, set[ox.NamedNode]]:
        """The classes of entities and of the article's nodes."""
        found: dict[ox.NamedNode, set[ox.NamedNode]] = {}
        for triple in (*self.entities, *self.meta, *self.facts):
            subject, kind = triple.subject, triple.object
            if triple.predicate not in (RDF_TYPE, WOULD_BE) or not isinstance(kind, ox.NamedNode):
                continue
            if isinstance(subject, ox.NamedNode):
                found.setdefault(subject, set()).add(kind)
        return found

    def is_of(self, node: ox.NamedNode, kind: ox.NamedNode) -> bool:
        """Whether an entity is of a class, or of one below it."""
        return not self.terms.below(kind).isdisjoint(self.types.get(node, ()))

    def needed(self, predicate: ox.NamedNode) -> ox.NamedNode | None:
        """The class of the ontology that the values of a predicate are of, as a holder is an agent."""
        kind = self.terms.range(predicate)
        return kind if kind in self.terms.classes else None

    @cached_property
    def shared(self) -> frozenset[ox.NamedNode]:
        """The classes whose members articles share."""
        return shared_classes(self.ontology)

    @cached_property
    def descriptive(self) -> frozenset[ox.NamedNode]:
        """The classes of what is there by being spoken of, among other terms that need no claim."""
        return descriptive_terms(self.ontology)

    @cached_property
    def resource_valued(self) -> frozenset[ox.NamedNode]:
        """The annotation properties whose values are IRIs: by their range, or wherever they are used."""
        used: dict[ox.NamedNode, set[bool]] = {}
        for triple in (*self.ontology, *self.entities, *self.meta):
            used.setdefault(triple.predicate, set()).add(isinstance(triple.object, ox.NamedNode))
        by_use = {node for node, found in used.items() if found == {True}}
        by_range = {node for node in self.terms.properties if self.needed(node)}
        return frozenset({*_LINKS, *by_use, *by_range})

    def is_relation(self, triple: ox.Triple) -> bool:
        """Whether a statement about what articles share relates it to something, and so needs a source."""
        return (
            isinstance(triple.object, ox.NamedNode)
            and triple.predicate not in (SOURCE, *self.descriptive)
            and not triple.predicate.value.startswith(_OF_TERMS)
        )

    @cached_property
    def turtle_ids(self) -> set[str]:
        """The ids in claims.ttl, where an article has that besides or instead of a table."""
        path = self.folder / "claims.ttl"
        subjects = _subjects(read_turtle(path, self.iri)) if path.is_file() else ()
        return {node.value.partition("#")[2] for node in subjects}

    @cached_property
    def forms(self) -> Forms:
        """What reads and writes the table of claims."""
        return forms_of(self.project, self.slug)

    @cached_property
    def table(self) -> dict[str, TableRow]:
        """The rows of the table by their ids, as they stand."""
        path = self.folder / TABLE
        return ClaimTable.read(path, self.forms.reader.columns).by_id() if path.is_file() else {}

    @cached_property
    def rows(self) -> Converted:
        """The claims as rows in canonical form, those of claims.ttl too, and what no column can carry."""
        said = dict.fromkeys(t for t in self.claims if t.predicate != PARAGRAPH)
        return self.forms.writer.rows(said, self.forms.notes(self.table.values()))

    @cached_property
    def claimed(self) -> dict[str, TableRow]:
        """These rows by their ids."""
        return {row.id: row for row in self.rows.rows}

    @property
    def claims(self) -> tuple[ox.Triple, ...]:
        """The triples of the claims, in a table or in Turtle."""
        return self.files.get(SourceKind.CLAIMS, ())

    @property
    def facts(self) -> tuple[ox.Triple, ...]:
        """The triples of facts.ttl."""
        return self.files.get(SourceKind.FACTS, ())

    @property
    def meta(self) -> tuple[ox.Triple, ...]:
        """The triples of article.ttl."""
        return self.files.get(SourceKind.ARTICLE, ())

    def text(self) -> str | None:
        """The text, if it is here; raises `InputError` for another than the one on record."""
        text = text_of(self.project, self.slug)
        if text is None:
            return None
        digests = [t.object for t in self.meta if t.predicate == SECPOL("textSha256")]
        path = self.folder / f"{SourceKind.ARTICLE.value}.ttl"
        hint = f"kg text add {self.slug} FILE brings in the text, and moves what stands elsewhere in it"
        if not digests:
            raise InputError("no text is on record here, so no quote can be found", path=path, hint=hint)
        if ox.Literal(text_digest(text)) not in digests:
            raise InputError("the text here is not the one on record", path=path, hint=hint)
        return text

    @cached_property
    def terms(self) -> OntologyTerms:
        """What the ontology says of its terms."""
        return OntologyTerms(self.ontology)

    @cached_property
    def entities_named(self) -> Known:
        """What subjects, objects and holders may be: shared entities, this article's nodes, then terms."""
        claimed = _subjects(self.claims)
        described = [*self.entities, *self.meta, *self.facts]
        names = [
            *(name for name in names_of(described) if name.node not in claimed),
            Name("authors", self.authors, NameKind.ALTERNATIVE),
            *names_of(self.ontology),
        ]
        articles = {self.project.article_iri(source.slug) for source in self.project.sources() if source.slug}
        known = Known(self.project, self.iri, names, wanted=_WHOLE, describe=self._describe)
        known.nodes |= _subjects([*described, *self.ontology]) | claimed | set(map(ox.NamedNode, articles))
        return known

    @cached_property
    def relations(self) -> Known:
        """What may stand between subject and object: properties, and concepts of a relation scheme."""
        allowed = self.terms.properties | self.terms.relations
        known = self._terms_named(allowed)
        known.nodes |= allowed
        return known

    def classes(self, of: ox.NamedNode | None = None) -> Known:
        """The classes of the ontology, or those below one, by label or local name."""
        return self._terms_named(self.terms.below(of) if of else self.terms.classes)

    def values(self, of: ox.NamedNode) -> Known:
        """The coded values of a class, by label or local name."""
        return self._terms_named(self.terms.instances(of))

    def _terms_named(self, terms: set[ox.NamedNode]) -> Known:
        names = list(names_of(triple for triple in self.ontology if triple.subject in terms))
        names += {name._replace(text=local_name(name.node), kind=NameKind.LOCAL) for name in names}
        return Known(self.project, self.iri, names, wanted=ANY_TERM, describe=self._describe)

    def _describe(self, node: ox.NamedNode) -> str:
        """What a node is, by the label of its class."""
        said = (*self.entities, *self.meta, *self.facts, *self.ontology)
        kinds = sorted(
            str(t.object) for t in said if t.subject == node and t.predicate in (RDF_TYPE, WOULD_BE)
        )
        labels = (
            t.object
            for t in self.ontology
            if kinds and str(t.subject) == kinds[0] and t.predicate == RDFS_LABEL
        )
        return preferred(label for label in labels if isinstance(label, ox.Literal)) or ""

    def told(self, node: ox.NamedNode) -> str:
        """A node in words: its code, and what it is."""
        kind = self._describe(node)
        return self.entities_named.code(node) + (f" ({kind})" if kind else "")

    def elsewhere(self, node: ox.NamedNode) -> ox.NamedNode | None:
        """The node as another article describes it, though it may have another base; its files are read."""
        document, _, name = node.value.partition("#")
        slug = document.rpartition("/")[2]
        if slug not in self._elsewhere:
            found = [source for source in self.project.sources() if source.slug == slug]
            self._elsewhere[slug] = _subjects(_triples(self.project, found))
        known = self._elsewhere[slug]
        alike = (other for other in known if other.value.endswith(f"/{slug}#{name}"))
        return node if node in known else next(alike, None)

    @cached_property
    def _elsewhere(self) -> dict[str, set[ox.NamedNode]]:
        """The nodes of other articles, as far as they were asked for."""
        return {}


class OntologyTerms:
    """Classes, properties and coded values of an ontology."""

    def __init__(self, triples: Iterable[ox.Triple]) -> None:
        self._types: dict[ox.NamedNode, set[ox.NamedNode]] = {}
        self._parents: dict[ox.NamedNode, set[ox.NamedNode]] = {}
        self._said: dict[tuple[ox.NamedNode, ox.NamedNode], ox.NamedNode] = {}
        self._below: dict[ox.NamedNode, set[ox.NamedNode]] = {}
        headings = set()
        for triple in triples:
            subject, predicate, value = triple.subject, triple.predicate, triple.object
            if not (isinstance(subject, ox.NamedNode) and isinstance(value, ox.NamedNode)):
                continue
            if predicate == RDF_TYPE:
                self._types.setdefault(subject, set()).add(value)
            elif predicate == RDFS("subClassOf"):
                self._parents.setdefault(subject, set()).add(value)
            elif predicate in (RDFS("domain"), RDFS("range")):
                self._said[subject, predicate] = value
            elif predicate == SKOS("topConceptOf"):
                headings.add(subject)
        self.properties = {node for node, types in self._types.items() if types & set(PROPERTIES)}
        self.classes = {node for node, types in self._types.items() if OWL("Class") in types}
        self.relations = {n for n, types in self._types.items() if SKOS("Concept") in types} - headings

    def below(self, kind: ox.NamedNode) -> set[ox.NamedNode]:
        """A class and its subclasses."""
        if kind not in self._below:
            self._below[kind] = self._with_subclasses(kind)
        return self._below[kind]

    def _with_subclasses(self, kind: ox.NamedNode) -> set[ox.NamedNode]:
        found, size = {kind}, 0
        while size < len(found):
            size = len(found)
            found |= {child for child, parents in self._parents.items() if parents & found}
        return found

    def instances(self, kind: ox.NamedNode) -> set[ox.NamedNode]:
        """The terms that are of a class."""
        kinds = self.below(kind)
        return {node for node, types in self._types.items() if types & kinds}

    def are_akin(self, one: ox.NamedNode, other: ox.NamedNode) -> bool:
        """Whether one of two classes is the other, or below it."""
        return one in self.below(other) or other in self.below(one)

    def is_a(self, node: ox.NamedNode, kind: ox.NamedNode) -> bool:
        """Whether a term has a type."""
        return kind in self._types.get(node, ())

    def domain(self, node: ox.NamedNode) -> ox.NamedNode | None:
        """The class that a property is of."""
        return self._said.get((node, RDFS("domain")))

    def range(self, node: ox.NamedNode) -> ox.NamedNode | None:
        """The class or datatype of a property's values."""
        return self._said.get((node, RDFS("range")))


def _triples(project: Project, sources: Iterable[Source]) -> Iterator[ox.Triple]:
    for source in sources:
        yield from read_source(project, source)


def _subjects(triples: Iterable[ox.Triple]) -> set[ox.NamedNode]:
    return {triple.subject for triple in triples if isinstance(triple.subject, ox.NamedNode)}
