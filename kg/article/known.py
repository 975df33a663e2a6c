"""The entities that an article may name: what they are called, read from the sources."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph as ox

from kg.core.errors import UsageError
from kg.core.terms import PROPOSITION, RDF_TYPE, RDFS_LABEL, SECPOL, SKOS, SKOS_PREF_LABEL, nearest, short
from kg.project.project import Project, SourceKind
from kg.rdf.turtle_reading import read_turtle

METONYM = SECPOL("metonym")
_LABELS = (RDFS_LABEL, SKOS_PREF_LABEL)
_NAMES = (*_LABELS, SKOS("altLabel"), METONYM)
_NAMELESS = (SECPOL("TemporalExtent"), SECPOL("Quality"))
_ABSOLUTE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://|urn:)")


@dataclass(frozen=True, order=True)
class Name:
    """One name of an entity; a metonym stands for it and is not its own."""

    text: str
    iri: str
    is_metonym: bool = False


@dataclass(frozen=True)
class Known:
    """What the shared entities, and those of one article, are called."""

    project: Project
    slug: str | None
    names: frozenset[Name]
    labels: dict[str, str]

    @classmethod
    def read(cls, project: Project, slug: str | None = None) -> Known:
        """Read the names of the shared entities, and of what belongs to an article alone."""
        names: set[Name] = set()
        labels: dict[str, str] = {}
        for source in project.sources():
            is_own = source.kind is SourceKind.FACTS and source.slug == slug
            if source.kind is not SourceKind.ENTITIES and not is_own:
                continue
            base = project.article_iri(source.slug) if source.slug else None
            for name, is_label in _names(read_turtle(source.path, base)):
                names.add(name)
                if is_label:
                    labels.setdefault(name.iri, name.text)
        return cls(project, slug, frozenset(names), labels)

    def label(self, iri: str) -> str:
        """What an entity is called, or its short form."""
        return self.labels.get(iri, self.short(iri))

    def short(self, iri: str) -> str:
        """The shortest form that `find` understands: a CURIE, or `#Name` for what belongs to the article."""
        return short(iri, self.project.prefixes)

    def find(self, typed: str) -> str | None:
        """The IRI of an entity by IRI, CURIE or name, None for a name that is new.

        Raises `UsageError` for a name of several, and for an IRI or CURIE of none.
        """
        iri = self._iri(typed)
        if iri is not None:
            if iri not in self._iris:
                offers = nearest(typed, map(self.short, self._iris))
                raise UsageError(f"nothing describes {typed}{offers}")
            return iri
        own = [name for name in self.names if not name.is_metonym]
        exact = {name.iri for name in own if name.text == typed}
        found = exact or {name.iri for name in own if name.text.casefold() == typed.casefold()}
        if len(found) > 1:
            candidates = ", ".join(sorted(map(self.short, found)))
            raise UsageError(f"{typed!r} may be {candidates}; name one of them")
        return found.pop() if found else None

    def nearest(self, typed: str) -> str:
        """The end of a message that offers the nearest known names."""
        offers = nearest(typed, {name.text for name in self.names})
        return offers if offers.startswith("; did you mean") else ""

    def fresh_iri(self, name: str, taken: Iterable[str] = ()) -> str:
        """An IRI for an entity of the project that is new, made of its name: AdaMerrow for Ada Merrow."""
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
        words = re.findall(r"[A-Za-z0-9]+", plain)
        local = "".join(word[:1].upper() + word[1:] for word in words) or "Unnamed"
        used = {*self._iris, *taken}
        home = f"{self.project.base}entity/{local}"
        return next(
            iri for n in range(1, len(used) + 2) if (iri := home + (str(n) if n > 1 else "")) not in used
        )

    @cached_property
    def _iris(self) -> frozenset[str]:
        return frozenset(name.iri for name in self.names)

    def _iri(self, typed: str) -> str | None:
        if typed.startswith("<") and typed.endswith(">"):
            return typed[1:-1]
        if _ABSOLUTE.match(typed):
            return typed
        if typed.startswith("#") and self.slug is not None:
            return self.project.article_iri(self.slug) + typed
        prefix, colon, local = typed.partition(":")
        if colon and prefix in self.project.prefixes and " " not in typed:
            return self.project.prefixes[prefix] + local
        return None


def _names(triples: list[ox.Triple]) -> Iterator[tuple[Name, bool]]:
    """The names in a file, and whether each is a label.

    Claims are not called by their glosses, nor are times and qualities things that a text mentions by name.
    """
    nameless = {
        triple.subject
        for triple in triples
        if triple.predicate == PROPOSITION or (triple.predicate == RDF_TYPE and triple.object in _NAMELESS)
    }
    for triple in triples:
        node, name = triple.subject, triple.object
        if triple.predicate not in _NAMES or node in nameless:
            continue
        if isinstance(node, ox.NamedNode) and isinstance(name, ox.Literal) and name.value.strip():
            yield Name(name.value, node.value, triple.predicate == METONYM), triple.predicate in _LABELS
