"""What of a graph some shapes look at, so that over many articles the rest need not be read.

Shapes name the properties and classes that they look at: in paths, in targets, in SPARQL. Where their names
do not tell, as with a variable for a property, they look at everything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

import pyoxigraph as ox

from kg.check.focus import Targets
from kg.check.reads import reads
from kg.check.results import SH, Node, sh
from kg.check.shapes import TARGETS, Shapes
from kg.check.wellformed import prologue
from kg.terms import RDF, RDF_TYPE, RDFS

_SUBCLASS = RDFS("subClassOf")
_FURTHER = frozenset(
    {
        *("path", "alternativePath", "inversePath", "zeroOrMorePath", "oneOrMorePath", "zeroOrOnePath"),
        *("property", "node", "and", "or", "xone", "not", "qualifiedValueShape", "sparql"),
        *("equals", "disjoint", "lessThan", "lessThanOrEquals"),
    }
)
_OF_VALUES = frozenset(  # they look at a node that is at hand, or at none
    {
        *("name", "description", "message", "severity", "order", "group", "defaultValue", "prefixes"),
        *("deactivated", "datatype", "nodeKind", "in", "hasValue", "languageIn", "uniqueLang"),
        *("minCount", "maxCount", "minLength", "maxLength", "pattern", "flags", "ignoredProperties"),
        *("minInclusive", "maxInclusive", "minExclusive", "maxExclusive"),
        *("qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint"),
    }
)


@dataclass
class Needs:
    """The statements that are looked at: by property, those with some objects (None: with any).

    For `rdf:type` the objects are classes, and stand for what is below them, too.
    """

    objects: dict[ox.NamedNode, set[ox.NamedNode] | None] = field(default_factory=dict)
    everything: bool = False

    @classmethod
    def of(cls, shapes: Shapes, entries: Iterable[str], targets: Iterable[str] = ()) -> Needs:
        """What some shapes need, and the targets of some others; each is named by its IRI."""
        needs = cls()
        reader = _Reader(shapes, needs)
        for entry in entries:
            reader.read(ox.NamedNode(entry))
        for entry in targets:
            reader.read_targets(ox.NamedNode(entry))
        return needs

    def add(self, predicate: ox.NamedNode, objects: Collection[ox.NamedNode] | None = None) -> None:
        """Look at the statements of a property as well."""
        known = self.objects.setdefault(predicate, set())
        if objects is None or known is None:
            self.objects[predicate] = None
        else:
            known.update(objects)

    def select(self, store: ox.Store, graphs: Collection[ox.NamedNode]) -> Iterator[ox.Triple]:
        """What some graphs of a store have of it, and their class hierarchy; a triple of two graphs twice."""
        if self.everything:
            for graph in graphs:
                yield from (quad.triple for quad in store.quads_for_pattern(None, None, None, graph))
            return
        chosen = frozenset(graphs)
        for predicate, value in self._patterns(store):
            for quad in store.quads_for_pattern(None, predicate, value):
                if quad.graph_name in chosen:
                    yield quad.triple

    def _patterns(self, store: ox.Store) -> Iterator[tuple[ox.NamedNode, ox.NamedNode | None]]:
        yield _SUBCLASS, None
        for predicate, objects in self.objects.items():
            if predicate == _SUBCLASS:
                continue
            if objects is None:
                yield predicate, None
            else:
                chosen = _with_narrower(store, objects) if predicate == RDF_TYPE else objects
                yield from ((predicate, value) for value in chosen)


def looked_at(
    shapes: Shapes, entries: Collection[str], store: ox.Store, graphs: Collection[ox.NamedNode]
) -> bytes:
    """As N-Triples, what some shapes look at in some graphs of a store; nothing when none has a focus node.

    Those without one are left with what their targets look at, so that they have none there either.
    """
    bench = ox.Store()
    bench.bulk_extend(ox.Quad(*triple) for triple in Needs.of(shapes, (), entries).select(store, graphs))
    targets = Targets(bench, [ox.DefaultGraph()])
    active = [entry for entry in entries if targets.of(shapes, ox.NamedNode(entry))]
    if not active:
        return b""
    needed = Needs.of(shapes, active, entries).select(store, graphs)
    return ox.serialize(needed, format=ox.RdfFormat.N_TRIPLES) or b""


def _with_narrower(store: ox.Store, classes: Iterable[ox.NamedNode]) -> set[ox.NamedNode]:
    """Some classes and all that stands below them."""
    found, pending = set(classes), list(classes)
    while pending:
        below = {
            quad.subject
            for quad in store.quads_for_pattern(None, _SUBCLASS, pending.pop())
            if isinstance(quad.subject, ox.NamedNode)
        }
        pending += below - found
        found |= below
    return found


class _Reader:
    """Reads what shapes need from how they are described."""

    def __init__(self, shapes: Shapes, needs: Needs) -> None:
        self._shapes = shapes
        self._needs = needs
        self._seen: set[Node] = set()
        # Constraint components of the project's own take any property of a shape for a parameter.
        needs.everything = bool(list(shapes.store.quads_for_pattern(None, sh("parameter"), None)))

    def read(self, node: Node) -> None:
        """Read a shape, or a part of one, and what it refers to."""
        if node in self._seen or isinstance(node, ox.Literal):
            return
        self._seen.add(node)
        self.read_targets(node)
        for quad in self._shapes.store.quads_for_pattern(node, None, None):
            name, value = quad.predicate.value.removeprefix(SH), quad.object
            if isinstance(value, ox.Triple) or name in TARGETS or name in _OF_VALUES:
                continue
            if name in _FURTHER or quad.predicate in (RDF("first"), RDF("rest")):
                self._read_name(value)
                self.read(value)
            elif name == "class":
                self._read_class(value)
            elif name in ("select", "ask"):
                self._read_query(node, value.value)
            elif quad.predicate.value.startswith(SH) and (name, value.value) != ("closed", "false"):
                self._needs.everything = True

    def read_targets(self, node: Node) -> None:
        """Read what selects the focus nodes of a shape."""
        for name in TARGETS:
            for value in self._shapes.values(node, sh(name)):
                if name == "targetClass":
                    self._read_class(value)
                elif name == "target":
                    self._read_query(value, self._shapes.says(value, "select"))
                elif name != "targetNode":
                    self._read_name(value)

    def _read_name(self, value: Node) -> None:
        if isinstance(value, ox.NamedNode):
            self._needs.add(value)

    def _read_class(self, value: Node) -> None:
        if isinstance(value, ox.NamedNode):
            self._needs.add(RDF_TYPE, [value])

    def _read_query(self, node: Node, text: str) -> None:
        found = reads(prologue(self._shapes.store, node) + text)
        if found is None:
            self._needs.everything = True
        else:
            for predicate, objects in found:
                self._needs.add(predicate, objects)
