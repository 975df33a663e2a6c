"""How far the shapes of an article look: along statements, or at what nothing links with the focus node."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from kg.check.reads import Group, Pattern, UnknownReads, read_group
from kg.check.results import sh
from kg.check.shapes import Shapes
from kg.check.wellformed import prologue
from kg.core.terms import OWL, PREFIXES, RDF_TYPE, RDFS, SKOS, AtomicTerm
from kg.rdf.lists import list_items

_BUILT_IN = tuple(PREFIXES[prefix] for prefix in ("owl", "rdf", "rdfs"))
_OF_DATA = frozenset({RDF_TYPE, *map(RDFS, ("label", "comment", "seeAlso", "isDefinedBy"))})
_OF_SCHEMES = frozenset(map(SKOS, ("inScheme", "topConceptOf", "hasTopConcept", "broader", "narrower")))


@dataclass(frozen=True)
class Locality:
    """What the constraints of the scope `article` look at that is not next to a node which they came by.

    `rules` are all that shapes have. `joined` are the properties by whose values, literals too, they come
    from one node to another. The rules `unlinked` also look for what nothing links with the focus node, at
    properties and classes that are `watched`. `is_known` is False where what a constraint looks at is not.
    """

    rules: frozenset[str]
    joined: frozenset[ox.NamedNode]
    unlinked: frozenset[str]
    watched: frozenset[ox.NamedNode]
    is_known: bool


def is_schema(predicate: ox.NamedNode) -> bool:
    """Whether a property says something of classes, properties and concepts, or of identity."""
    return predicate in _OF_SCHEMES or (predicate.value.startswith(_BUILT_IN) and predicate not in _OF_DATA)


def locality(shapes: Shapes) -> Locality:
    """The locality of the shapes, from their paths and the patterns of their SPARQL."""
    joined = {path for path in _objects(shapes, "inversePath") if isinstance(path, ox.NamedNode)}
    unlinked: set[str] = set()
    watched: set[ox.NamedNode] = set()
    is_known = not list(shapes.store.quads_for_pattern(None, sh("parameter"), None))
    is_known = is_known and RDF_TYPE not in joined
    for owner, query in _queries(shapes):
        try:
            links = _links(tuple(_patterns(read_group(query))))
        except UnknownReads:
            is_known = False
            continue
        if links is None or _selects_values(shapes, owner):
            unlinked.add(shapes.rule(owner))
            properties = {p for pattern in _patterns(read_group(query)) for p in pattern.properties}
            is_known = is_known and None not in properties
            watched |= {p for p in properties if p is not None and p != RDF_TYPE}
            watched |= {p for p in shapes.values(owner, sh("targetClass")) if isinstance(p, ox.NamedNode)}
            is_known = is_known and (RDF_TYPE not in properties)
        else:
            joined |= links
    rules = frozenset(map(shapes.rule, shapes.named))
    return Locality(rules, frozenset(joined), frozenset(unlinked), frozenset(watched), is_known)


def _queries(shapes: Shapes) -> Iterator[tuple[AtomicTerm, str]]:
    """The SPARQL of the shapes of the scope `article`, each with its shape."""
    for name in ("select", "ask"):
        for quad in shapes.store.quads_for_pattern(None, sh(name), None):
            node = quad.subject
            assert not isinstance(node, ox.Triple) and isinstance(quad.object, ox.Literal)
            owner = shapes.owner(node)
            if shapes.note(owner, "scope", "article") == "article":
                yield owner, prologue(shapes.store, node) + quad.object.value


def _patterns(group: Group) -> Iterator[Pattern]:
    yield from group.patterns
    for part in group.groups:
        yield from _patterns(part)


def _links(patterns: tuple[Pattern, ...]) -> set[ox.NamedNode] | None:
    """The properties by whose values the patterns are linked with ?this; None where some are not linked."""
    pending = [pattern for pattern in patterns if not _is_of_terms(pattern)]
    known: set[object] = {"this"}
    joined: set[ox.NamedNode] = set()
    while pending:
        forward = next((one for one in pending if one.subject in known), None)
        if forward is not None:
            pending.remove(forward)
            if isinstance(forward.object, str) and RDF_TYPE not in forward.properties:
                known.add(forward.object)
            continue
        behind = [one for one in pending if one.object in known and RDF_TYPE not in one.properties]
        back = next((one for one in behind if None not in one.properties or one.object == "this"), None)
        if back is None:
            return None
        pending.remove(back)
        known.add(back.subject)
        at = [one for one in patterns if one.object == back.object and RDF_TYPE not in one.properties]
        joined |= {p for one in at for p in one.properties if p is not None}
    return joined


def _is_of_terms(pattern: Pattern) -> bool:
    return all(p is not None and is_schema(p) for p in pattern.properties)


def _selects_values(shapes: Shapes, owner: AtomicTerm) -> bool:
    """Whether focus nodes may be no individuals, but literals or coded values."""
    return bool(shapes.values(owner, sh("targetObjectsOf")) or shapes.values(owner, sh("targetNode")))


def _objects(shapes: Shapes, name: str) -> Iterable[object]:
    return (quad.object for quad in shapes.store.quads_for_pattern(None, sh(name), None))


def keys(store: ox.Store) -> set[ox.NamedNode]:
    """The properties by whose values OWL 2 RL tells that two nodes are one: keys, inverse-functional ones."""
    found = {
        quad.subject
        for quad in store.quads_for_pattern(None, RDF_TYPE, OWL("InverseFunctionalProperty"))
        if isinstance(quad.subject, ox.NamedNode)
    }
    for quad in store.quads_for_pattern(None, OWL("hasKey"), None):
        found |= {p for p in list_items(store, quad.object) or () if isinstance(p, ox.NamedNode)}
    return found
