"""Names of nodes: the node that somebody typed, by IRI, CURIE, `#Name` or any of its names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cached_property
from itertools import islice
from typing import NamedTuple, Protocol

import pyoxigraph as ox

from kg.core.errors import UsageError
from kg.core.graph_names import name_of
from kg.core.likeness import clean, closest, folded, meant, trigrams, words_of
from kg.core.terms import (
    OWL,
    PREFIXES,
    PROPOSITION,
    RDF_TYPE,
    RDFS_LABEL,
    SECPOL,
    SKOS,
    SKOS_PREF_LABEL,
    local_name,
    several,
)

_CANDIDATES = 60
_TITLE = re.compile(r'"[^"]*"')
_MOST_NAMED = 5
_MOST_OFFERED = 3
_MOST_WRONG = 500


class NameKind(IntEnum):
    """How a name names, the best first; a part is a run of whole words of a label, or of another name."""

    LABEL = 0
    PREFERRED = 1
    ALTERNATIVE = 2
    METONYM = 3
    LOCAL = 4
    PART = 5


NAME_PROPERTIES: Mapping[ox.NamedNode, NameKind] = {
    RDFS_LABEL: NameKind.LABEL,
    SKOS_PREF_LABEL: NameKind.PREFERRED,
    SKOS("altLabel"): NameKind.ALTERNATIVE,
    SECPOL("metonym"): NameKind.METONYM,
}


class Role(IntEnum):
    """What bears a name; a record is a claim by its gloss, or what belongs to an article by its fragment."""

    INDIVIDUAL = 0
    CLASS = 1
    PROPERTY = 2
    RECORD = 3


ROLES: Mapping[ox.NamedNode, Role] = {
    OWL("Class"): Role.CLASS,
    ox.NamedNode(f"{PREFIXES['rdfs']}Class"): Role.CLASS,
    **{OWL(f"{kind}Property"): Role.PROPERTY for kind in ("Object", "Datatype", "Annotation")},
    ox.NamedNode(f"{PREFIXES['rdf']}Property"): Role.PROPERTY,
    SKOS("Concept"): Role.PROPERTY,  # of a relation scheme
}


class Name(NamedTuple):
    """One name of a node."""

    text: str
    node: ox.NamedNode
    kind: NameKind = NameKind.LABEL
    role: Role = Role.INDIVIDUAL


class NameIndex(Protocol):
    """Names by what they are looked up with; those of records are only found whole."""

    def called(self, key: str) -> Iterable[Name]:
        """The names that are folded to a key."""

    def holding(self, words: Sequence[str]) -> Iterable[Name]:
        """The names that have all of some words, and perhaps others."""

    def sharing(self, grams: Iterable[str], most: int) -> Iterable[Name]:
        """The names that share the most of some trigrams."""

    def starting(self, key: str) -> Iterable[Name]:
        """The names that begin with a key when they are folded, in this order; those of records left out."""


@dataclass(frozen=True)
class Wanted:
    """What may be meant: nodes that `accept` takes, by names down to a kind.

    Only nodes of some `roles` are found by a part of their names, and offered to who mistyped. With
    `individuals_first` a class or property is meant only where no individual bears the name.
    """

    accept: Callable[[ox.NamedNode], bool] | None = None
    down_to: NameKind = NameKind.PART
    roles: frozenset[Role] = frozenset({Role.INDIVIDUAL, Role.CLASS})
    individuals_first: bool = True

    def takes(self, name: Name) -> bool:
        """Whether a name may be meant."""
        return name.kind <= self.down_to and (self.accept is None or self.accept(name.node))


ANY = Wanted()


class UnknownName(UsageError):
    """Nothing is called so; `nearest` are the names that are most like it."""

    def __init__(self, message: str, nearest: Sequence[str] = ()) -> None:
        super().__init__(f"{message}{meant(nearest)}")
        self.nearest = list(nearest)


class AmbiguousName(UsageError):
    """Several are called so; the message says which, and what they are."""


class Finder:
    """Finds nodes by their names: one normalisation, one ranking, one offer of what is nearest.

    A name as typed goes before one that is only alike, a label before an alternative one, this before a
    metonym, a whole name before a part. `describe` says in a word what a node is.
    """

    def __init__(
        self,
        index: NameIndex,
        code: Callable[[ox.NamedNode], str],
        describe: Callable[[ox.NamedNode], str] | None = None,
    ) -> None:
        self._index = index
        self._code = code
        self._describe = describe
        self._offered: dict[tuple[str, Wanted], list[str]] = {}

    def find(self, typed: str, wanted: Wanted = ANY, what: str = "") -> ox.NamedNode:
        """The one node of a name; raises `AmbiguousName` for several, `UnknownName` for none."""
        found = self.called(typed, wanted)
        if not found:
            raise UnknownName(f"nothing{what} is called {typed!r}", self.nearest(typed, wanted))
        nodes = list(dict.fromkeys(name.node for name in found))
        if len(nodes) > 1:
            candidates = several([self._told(name, typed) for name in _one_each(found)], _MOST_NAMED)
            raise AmbiguousName(f"{typed!r} may be {candidates}; name one of them")
        return nodes[0]

    def called(self, typed: str, wanted: Wanted = ANY) -> list[Name]:
        """The names that are best for what was typed, all equally good."""
        whole, key = clean(typed), folded(typed)

        def rank(name: Name) -> tuple[bool, bool, bool, int]:
            is_term = name.role in (Role.CLASS, Role.PROPERTY)
            return (
                name.kind == NameKind.LOCAL,
                wanted.individuals_first and is_term,
                clean(name.text) != whole,
                name.kind,
            )

        found = [(rank(name), name) for name in self._index.called(key) if wanted.takes(name)]
        best = min((ranked for ranked, _ in found), default=None)
        names = [name for ranked, name in found if ranked == best]
        if not names and wanted.down_to >= NameKind.PART:
            names = self._holding(words_of(key), wanted)
        return sorted(names, key=lambda name: name.node.value)

    def nearest(self, typed: str, wanted: Wanted = ANY) -> list[str]:
        """The names that are most like what was typed, the best first; none once very many were wrong."""
        asked = typed, wanted
        if asked not in self._offered and len(self._offered) < _MOST_WRONG:
            self._offered[asked] = self._nearest(typed, wanted)
        return self._offered.get(asked, [])

    def _nearest(self, typed: str, wanted: Wanted) -> list[str]:
        key = folded(typed)
        shared = self._index.sharing(trigrams(key), _CANDIDATES)
        candidates = [name for name in shared if name.role in wanted.roles and wanted.takes(name)]
        held = self._holding(words_of(key), wanted)
        bearers = {name.text: name.node for name in (*candidates, *held)}
        offered: dict[ox.NamedNode, str] = {}
        for text in closest(typed, bearers, len(bearers)):
            offered.setdefault(bearers[text], text)
        return list(offered.values())[:_MOST_OFFERED]

    def _holding(self, words: list[str], wanted: Wanted) -> list[Name]:
        """The names of which the words are a part; those of individuals where there are any.

        A name goes before one with a title that has the words: "Venn" is Oskar Venn, not author of "On Venn".
        """
        if not words:
            return []
        part = f" {' '.join(words)} "
        found = (
            (name.role, part not in _spaced(_TITLE.sub("", key)), name)
            for name in self._index.holding(words)
            if name.role in wanted.roles and wanted.takes(name) and part in _spaced(key := folded(name.text))
        )
        some = list(islice(found, _CANDIDATES))
        best = min((ranked[:2] for ranked in some), default=None)
        return [name for *ranked, name in some if tuple(ranked) == best]

    def _told(self, name: Name, typed: str) -> str:
        """A candidate: its code, its name where that is not what was typed, and what it is."""
        said = [name.text] if folded(name.text) != folded(typed) and name.kind != NameKind.LOCAL else []
        said += [word] if self._describe and (word := self._describe(name.node)) else []
        return self._code(name.node) + (f" ({', '.join(said)})" if said else "")


class MemoryIndex:
    """An index of names in memory, made when it is first asked."""

    def __init__(self, names: Iterable[Name]) -> None:
        self._named = names

    @cached_property
    def names(self) -> list[Name]:
        """All names."""
        return list(self._named)

    def called(self, key: str) -> Iterable[Name]:
        """The names that are folded to a key."""
        return self._whole.get(key, ())

    def holding(self, words: Sequence[str]) -> Iterable[Name]:
        """The names that have all of some words, and perhaps others."""
        rarest = min((self._words.get(word, ()) for word in words), key=len, default=())
        return (self.names[at] for at in rarest)

    def sharing(self, grams: Iterable[str], most: int) -> Iterable[Name]:
        """The names that share the most of some trigrams."""
        counted = Counter(at for gram in sorted(grams) for at in self._grams.get(gram, ()))
        return [self.names[at] for at, _ in counted.most_common(most)]

    def starting(self, key: str) -> Iterable[Name]:
        """The names that begin with a key when they are folded, in this order; those of records left out."""
        for known in sorted(self._whole):
            if known.startswith(key):
                yield from (name for name in self._whole[known] if name.role != Role.RECORD)

    @cached_property
    def _whole(self) -> dict[str, list[Name]]:
        found: dict[str, list[Name]] = {}
        for name in self.names:
            found.setdefault(folded(name.text), []).append(name)
        return found

    @cached_property
    def _words(self) -> dict[str, list[int]]:
        return self._inverted(words_of)

    @cached_property
    def _grams(self) -> dict[str, list[int]]:
        return self._inverted(trigrams)

    def _inverted(self, keys: Callable[[str], Iterable[str]]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, name in enumerate(self.names):
            if name.role != Role.RECORD:
                for key in set(keys(folded(name.text))):
                    found.setdefault(key, []).append(at)
        return found


def names_of(triples: Iterable[ox.Triple | ox.Quad]) -> Iterator[Name]:
    """The names that some triples give to nodes, with what these are as far as the triples say so.

    The files and builds that provenance speaks of are called by IRI alone.
    """
    named: list[tuple[str, ox.NamedNode, NameKind]] = []
    roles: dict[object, Role] = {}
    for triple in triples:
        node, predicate, value = triple.subject, triple.predicate, triple.object
        if isinstance(triple, ox.Quad) and name_of(triple.graph_name).endswith("provenance"):
            continue
        if predicate == RDF_TYPE and isinstance(value, ox.NamedNode) and value in ROLES:
            roles[node] = ROLES[value]
        elif predicate == PROPOSITION:
            roles[node] = Role.RECORD
        elif (
            (kind := NAME_PROPERTIES.get(predicate)) is not None
            and isinstance(node, ox.NamedNode)
            and isinstance(value, ox.Literal)
            and value.value.strip()
        ):
            named.append((value.value, node, kind))
    for text, node, kind in dict.fromkeys(named):
        yield Name(text, node, kind, roles.get(node, Role.INDIVIDUAL))


def names_in(quads: Iterable[ox.Quad], articles: Iterable[str]) -> Iterator[Name]:
    """The names that quads give to nodes, articles by their slugs, and what belongs to them by local name."""
    subjects: dict[object, None] = {}

    def seen() -> Iterator[ox.Quad]:
        for quad in quads:
            subjects[quad.subject] = None
            yield quad

    yield from names_of(seen())
    nodes = [ox.NamedNode(iri) for iri in articles]
    yield from (Name(local_name(node), node, NameKind.LOCAL) for node in nodes)
    homes = tuple(f"{node.value}#" for node in nodes)
    for node in subjects:
        if isinstance(node, ox.NamedNode) and node.value.startswith(homes):
            yield Name(local_name(node), node, NameKind.LOCAL, Role.RECORD)


def _spaced(key: str) -> str:
    """The words of a folded name, with a space before and after each."""
    return f" {' '.join(words_of(key))} "


def _one_each(names: Iterable[Name]) -> list[Name]:
    """The best name of each node: its label, where that is among them."""
    found: dict[ox.NamedNode, Name] = {}
    for name in sorted(names, key=lambda name: (name.kind, len(name.text), name.text)):
        found.setdefault(name.node, name)
    return sorted(found.values(), key=lambda name: (len(name.text), name.node.value))
