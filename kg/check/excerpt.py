"""The excerpt of a graph that some shapes look at, so that over many articles the rest need not be read.

From the focus nodes on it follows the paths of a shape and the patterns of its SPARQL by the store's indexes.
A shape comes to the same on the excerpt as on the whole. Where it cannot be told what a shape looks at, the
excerpt is the whole. (For the core of SHACL it is what Delva et al. call a shape fragment.)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import pyoxigraph as ox

from kg.check.reads import Group, Pattern, UnknownReads, read_group
from kg.check.results import SH, sh
from kg.check.shapes import Shapes
from kg.check.wellformed import prologue
from kg.core.nodes import contains
from kg.core.terms import RDF_TYPE, RDFS, AtomicTerm
from kg.rdf.lists import list_items

_SUBCLASS = RDFS("subClassOf")
_SHAPES = frozenset({"property", "node", "not", "qualifiedValueShape"})
_LISTS = frozenset({"and", "or", "xone"})
_COMPARED = frozenset({"equals", "disjoint", "lessThan", "lessThanOrEquals"})
_OF_VALUES = frozenset(  # they look at a value as it is, or at nothing
    {
        *("path", "name", "description", "message", "severity", "order", "group", "defaultValue"),
        *("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf", "target"),
        *("deactivated", "datatype", "nodeKind", "in", "hasValue", "languageIn", "uniqueLang"),
        *("minCount", "maxCount", "minLength", "maxLength", "pattern", "flags", "ignoredProperties"),
        *("minInclusive", "maxInclusive", "minExclusive", "maxExclusive"),
        *("qualifiedMinCount", "qualifiedMaxCount"),
    }
)


def looked_at(
    shapes: Shapes, entries: Iterable[str], store: ox.Store, graphs: Collection[ox.NamedNode]
) -> bytes:
    """What some shapes look at in some graphs of a store, as N-Triples; nothing if none has a focus node."""
    reading = _Reading(shapes, store, graphs)
    if not sum(reading.shape(ox.NamedNode(entry)) for entry in entries):
        return b""
    found = reading.whole() if reading.is_unknown else reading.found
    text = ox.serialize(found, format=ox.RdfFormat.N_TRIPLES) or b""
    return b"".join(sorted(text.splitlines(keepends=True)))


def focus_nodes(
    shapes: Shapes, shape: ox.NamedNode, store: ox.Store, graphs: Collection[ox.NamedNode]
) -> set[AtomicTerm]:
    """What the targets of a shape select (SHACL, section 2.1.3; Advanced Features, section 3.1)."""
    return _Reading(shapes, store, graphs).focus_nodes(shape)


class _Reading:
    """Collects the statements that shapes look at, from their focus nodes on."""

    def __init__(self, shapes: Shapes, store: ox.Store, graphs: Collection[ox.NamedNode]) -> None:
        self._shapes = shapes
        self._store = store
        self._graphs = frozenset(graphs)
        self.found = set(self._quads(None, _SUBCLASS, None))
        # Constraint components of the project's own may look at anything.
        self.is_unknown = contains(shapes.store, None, sh("parameter"))

    def shape(self, shape: ox.NamedNode) -> bool:
        """Collect what a shape with targets looks at, and say whether it has a focus node."""
        focus = self.focus_nodes(shape)
        try:
            self._read(shape, focus)
        except UnknownReads:
            self.is_unknown = self.is_unknown or bool(focus)
        return bool(focus)

    def whole(self) -> Iterator[ox.Triple]:
        """All that there is."""
        for graph in self._graphs:
            yield from (quad.triple for quad in self._store.quads_for_pattern(None, None, None, graph))

    def focus_nodes(self, shape: ox.NamedNode) -> set[AtomicTerm]:
        """Collect what the targets of a shape look at, and select."""
        focus = set(self._shapes.values(shape, sh("targetNode")))
        for kind in self._shapes.values(shape, sh("targetClass")):
            focus |= {_node(triple.subject) for triple in self._collect(None, RDF_TYPE, kind)}
        for predicate in self._shapes.values(shape, sh("targetSubjectsOf")):
            focus |= {_node(triple.subject) for triple in self._collect(None, predicate, None)}
        for predicate in self._shapes.values(shape, sh("targetObjectsOf")):
            focus |= {_node(triple.object) for triple in self._collect(None, predicate, None)}
        for target in self._shapes.values(shape, sh("target")):
            focus |= self._selected(target)
        return focus

    def _selected(self, target: AtomicTerm) -> set[AtomicTerm]:
        """The nodes that a SPARQL target selects, told from what it reads alone."""
        text = prologue(self._shapes.store, target) + self._shapes.says(target, "select")
        reading = _Reading(self._shapes, self._store, self._graphs)
        try:
            reading._gather(read_group(text), {})
        except UnknownReads:
            self.is_unknown = True
        self.found |= reading.found
        bench = ox.Store()
        bench.bulk_extend(ox.Quad(*triple) for triple in (self.whole() if self.is_unknown else reading.found))
        rows = bench.query(text)
        assert isinstance(rows, ox.QuerySolutions)
        return {_node(row["this"]) for row in rows}

    def _read(self, shape: AtomicTerm, nodes: set[AtomicTerm]) -> None:
        """Collect what a shape looks at when it is held to some nodes."""
        values = nodes
        for path in self._shapes.values(shape, sh("path")):
            values = self._follow(path, nodes)
        for quad in self._shapes.store.quads_for_pattern(_resource(shape), None, None):
            name, told = quad.predicate.value.removeprefix(SH), _node(quad.object)
            if name in _SHAPES:
                self._read(told, values)
            elif name in _LISTS:
                for member in list_items(self._shapes.store, told) or ():
                    self._read(member, values)
            elif name == "class":
                self._each(values, RDF_TYPE)
            elif name in _COMPARED:
                self._each(nodes, told)
            elif name == "sparql":
                self._read_constraint(told, nodes)
            elif name == "closed":
                self._each(values, None)
            elif name not in _OF_VALUES and quad.predicate.value.startswith(SH):
                raise UnknownReads

    def _read_constraint(self, node: AtomicTerm, nodes: set[AtomicTerm]) -> None:
        for name in ("select", "ask"):
            for query in self._shapes.values(node, sh(name)):
                group = read_group(prologue(self._shapes.store, node) + query.value)
                self._gather(group, {"this": nodes})

    def _follow(self, path: AtomicTerm, nodes: set[AtomicTerm], *, back: bool = False) -> set[AtomicTerm]:
        """The nodes at the end of a path (SHACL, section 2.3.1)."""
        if isinstance(path, ox.NamedNode):
            return self._step(path, nodes, back=back)
        steps = list_items(self._shapes.store, path)
        if steps is not None:
            for step in reversed(steps) if back else steps:
                nodes = self._follow(step, nodes, back=back)
            return nodes
        found: set[AtomicTerm] = set()
        for quad in self._shapes.store.quads_for_pattern(_resource(path), None, None):
            name, told = quad.predicate.value.removeprefix(SH), _node(quad.object)
            if name == "inversePath":
                found |= self._follow(told, nodes, back=not back)
            elif name == "alternativePath":
                for choice in list_items(self._shapes.store, told) or ():
                    found |= self._follow(choice, nodes, back=back)
            elif name == "zeroOrOnePath":
                found |= nodes | self._follow(told, nodes, back=back)
            elif name in ("zeroOrMorePath", "oneOrMorePath"):
                found |= nodes | self._repeated(told, nodes, back=back)
            else:
                raise UnknownReads
        return found

    def _repeated(self, path: AtomicTerm, nodes: set[AtomicTerm], *, back: bool) -> set[AtomicTerm]:
        reached: set[AtomicTerm] = set()
        pending = nodes
        while pending:
            pending = self._follow(path, pending, back=back) - reached
            reached |= pending
        return reached

    def _step(self, predicate: ox.NamedNode, nodes: set[AtomicTerm], *, back: bool) -> set[AtomicTerm]:
        if back:
            return {_node(t.subject) for node in nodes for t in self._collect(None, predicate, node)}
        return {_node(triple.object) for triple in self._each(nodes, predicate)}

    def _gather(self, group: Group, known: Mapping[str, set[AtomicTerm]]) -> None:
        """Collect what a group can read, given the nodes that some variables stand for at most.

        Patterns are taken in the order in which the fewest nodes are in question.
        """
        at_most = dict(known)
        pending = list(group.patterns)
        while pending:
            pattern = min(pending, key=lambda one: _reach(one, at_most))
            pending.remove(pattern)
            triples = self._matching(pattern, at_most)
            if pattern.is_path:
                continue
            ends = [(pattern.subject, {_node(triple.subject) for triple in triples})]
            if not pattern.is_of_kind:
                ends.append((pattern.object, {_node(triple.object) for triple in triples}))
            for end, nodes in ends:
                if isinstance(end, str):
                    at_most[end] = at_most[end] & nodes if end in at_most else nodes
        this = {name: nodes for name, nodes in known.items() if name == "this"}
        for part in group.groups:
            self._gather(part, this if part.is_apart else at_most)

    def _matching(self, pattern: Pattern, known: Mapping[str, set[AtomicTerm]]) -> list[ox.Triple]:
        found: list[ox.Triple] = []
        subjects, objects = _nodes(pattern.subject, known), _nodes(pattern.object, known)
        for predicate in pattern.properties:
            if pattern.is_path or (subjects is None and objects is None):
                found += self._collect(None, predicate, None)
            elif subjects is not None:
                found += self._each(subjects, predicate)
            else:
                for value in objects or ():
                    found += self._collect(None, predicate, value)
        return found

    def _each(self, nodes: Iterable[AtomicTerm], predicate: AtomicTerm | None) -> list[ox.Triple]:
        return [t for node in nodes for t in self._collect(node, predicate, None)]

    def _collect(
        self, subject: AtomicTerm | None, predicate: AtomicTerm | None, value: AtomicTerm | None
    ) -> list[ox.Triple]:
        """The statements of a pattern; instances of a class are those of the classes below it, too."""
        if isinstance(subject, ox.Literal):
            return []
        values = self._with_narrower(value) if predicate == RDF_TYPE and value is not None else [value]
        triples = [triple for one in values for triple in self._quads(subject, predicate, one)]
        self.found.update(triples)
        return triples

    def _with_narrower(self, kind: AtomicTerm) -> set[AtomicTerm]:
        found, pending = {kind}, [kind]
        while pending:
            below = {_node(triple.subject) for triple in self._quads(None, _SUBCLASS, pending.pop())} - found
            pending += below
            found |= below
        return found

    def _quads(
        self, subject: AtomicTerm | None, predicate: AtomicTerm | None, value: AtomicTerm | None
    ) -> Iterator[ox.Triple]:
        assert not isinstance(subject, ox.Literal)
        assert predicate is None or isinstance(predicate, ox.NamedNode)
        for quad in self._store.quads_for_pattern(subject, predicate, value):
            if quad.graph_name in self._graphs:
                yield quad.triple


def _reach(pattern: Pattern, known: Mapping[str, set[AtomicTerm]]) -> int:
    """How far a pattern reaches: from nodes at hand, from one that is named, from values, from anywhere."""
    if pattern.is_path:
        return 4
    if _nodes(pattern.subject, known) is not None:
        return 0
    if isinstance(pattern.object, ox.NamedNode):
        return 1
    return 2 if _nodes(pattern.object, known) is not None else 3


def _nodes(end: object, known: Mapping[str, set[AtomicTerm]]) -> set[AtomicTerm] | None:
    return {end} if isinstance(end, ox.NamedNode) else known.get(end) if isinstance(end, str) else None


def _node(term: object) -> AtomicTerm:
    assert isinstance(term, ox.NamedNode | ox.BlankNode | ox.Literal)
    return term


def _resource(node: AtomicTerm) -> ox.NamedNode | ox.BlankNode:
    assert isinstance(node, ox.NamedNode | ox.BlankNode)
    return node
