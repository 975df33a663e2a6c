"""Whether shapes are well-formed: what engines differ on, or pass over in silence, is an error here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterator

import pyoxigraph as ox

from kg.check.paths import path_text
from kg.check.results import sh
from kg.core.nodes import subjects_of, values_of
from kg.core.terms import OWL, RDF_TYPE, RDFS, XSD, AtomicTerm, curie
from kg.rdf.lists import list_items
from kg.sparql.headers import query_syntax_error
from kg.sparql.services import offline, services
from kg.sparql.tokens import tokens

ShapeProblem = tuple[AtomicTerm, str]

_COUNTS = ("minCount", "maxCount", "minLength", "maxLength", "qualifiedMinCount", "qualifiedMaxCount")
_FLAGS = ("closed", "uniqueLang", "deactivated", "qualifiedValueShapesDisjoint")
_LISTS = ("in", "ignoredProperties", "languageIn", "and", "or", "xone")
_LISTS_OF_SHAPES = ("and", "or", "xone")
_ORDERS = ("lessThan", "lessThanOrEquals")
_TARGETS = ("targetClass", "targetSubjectsOf", "targetObjectsOf")
_TERMS = ("class", "datatype", *_TARGETS, "equals", "disjoint", *_ORDERS)
_LIMITS = ("minInclusive", "maxInclusive", "minExclusive", "maxExclusive")
_SHAPES = ("node", "property", "not", "qualifiedValueShape")
_ON_PATHS = ("minCount", "maxCount", "uniqueLang", *_ORDERS, "qualifiedValueShape")
_ONCE = (
    *(*_COUNTS, *_FLAGS, *_LIMITS, "in", "ignoredProperties", "languageIn", "datatype", "nodeKind"),
    *("severity", "pattern", "flags", "qualifiedValueShape", "select", "ask"),
)
_BARRED = {"MINUS", "VALUES"}
_FORMS = {"select": ox.QuerySolutions, "ask": ox.QueryBoolean, "construct": ox.QueryTriples}
_WITHOUT_EFFECT = (
    (("flags",), ("pattern",)),
    (("ignoredProperties",), ("closed",)),
    (("qualifiedMinCount", "qualifiedMaxCount", "qualifiedValueShapesDisjoint"), ("qualifiedValueShape",)),
    (("qualifiedValueShape",), ("qualifiedMinCount", "qualifiedMaxCount")),
)


def check_wellformed(shapes: ox.Store) -> Iterator[ShapeProblem]:
    """Each ill-formed shape with what is wrong, by the syntax rules of SHACL."""
    yield from _values(shapes)
    yield from _numbers(shapes)
    yield from _paths(shapes)
    yield from _patterns(shapes)
    yield from _queries(shapes)
    yield from _circles(shapes)
    yield from _targets(shapes)


def _values(shapes: ox.Store) -> Iterator[ShapeProblem]:
    for names, fits, takes in _KINDS:
        for name in names:
            for node, value in _uses(shapes, name):
                if not fits(value):
                    yield node, f"sh:{name} is {_shown(value)}; it takes {takes}"
    for name in _LISTS:
        for node, value in _uses(shapes, name):
            if list_items(shapes, value) is None:
                yield node, f"sh:{name} is not a well-formed list; write it in brackets: ( a b c )"
    for names, fits, takes in _MEMBERS:
        for name in names:
            for node, value in _uses(shapes, name):
                for member in list_items(shapes, value) or ():
                    if not fits(member):
                        yield node, f"sh:{name} lists {_shown(member)}; it takes {takes}"


def _numbers(shapes: ox.Store) -> Iterator[ShapeProblem]:
    """What a shape says twice, or says half of, so that engines take their pick or pass over it."""
    for name in _ONCE:
        for node, count in Counter(node for node, _ in _uses(shapes, name)).items():
            if count > 1:
                yield node, f"sh:{name} has one value at most, here it has {count}"
    for names, others in _WITHOUT_EFFECT:
        complete = {node for other in others for node, _ in _uses(shapes, other)}
        for name in names:
            for node, _ in _uses(shapes, name):
                if node not in complete:
                    yield node, f"sh:{name} says nothing without sh:{' or sh:'.join(others)}"
    for node, constraint in _uses(shapes, "sparql"):
        if not _objects(shapes, constraint, "select"):
            yield node, "sh:sparql needs a sh:select"


def _is_count(value: AtomicTerm) -> bool:
    is_integer = isinstance(value, ox.Literal) and value.datatype == XSD("integer")
    return is_integer and not value.value.startswith("-")


def _is_flag(value: AtomicTerm) -> bool:
    return isinstance(value, ox.Literal) and value.value in ("true", "false")


def _is_iri(value: AtomicTerm) -> bool:
    return isinstance(value, ox.NamedNode)


def _is_literal(value: AtomicTerm) -> bool:
    return isinstance(value, ox.Literal)


def _is_node(value: AtomicTerm) -> bool:
    return not isinstance(value, ox.Literal)


def _is_iri_or_literal(value: AtomicTerm) -> bool:
    return not isinstance(value, ox.BlankNode)


def _is_string(value: AtomicTerm) -> bool:
    return isinstance(value, ox.Literal) and value.datatype == XSD("string")


def _is_text(value: AtomicTerm) -> bool:
    return _is_string(value) or (isinstance(value, ox.Literal) and value.language is not None)


def _one_of(names: tuple[str, ...]) -> tuple[Callable[[AtomicTerm], bool], str]:
    allowed = [sh(name) for name in names]
    return allowed.__contains__, f"one of {', '.join(f'sh:{name}' for name in names)}"


_KINDS: tuple[tuple[tuple[str, ...], Callable[[AtomicTerm], bool], str], ...] = (
    (_COUNTS, _is_count, "an integer that is not negative"),
    (_FLAGS, _is_flag, "true or false"),
    (_TERMS, _is_iri, "an IRI"),
    (_LIMITS, _is_literal, "a literal"),
    (("targetNode",), _is_iri_or_literal, "an IRI or a literal"),
    (("pattern", "flags", "select", "ask"), _is_string, "a string"),
    (("message",), _is_text, "a string, with a language or without"),
    ((*_SHAPES, "sparql"), _is_node, "a node"),
    (("severity",), *_one_of(("Violation", "Warning", "Info"))),
    (
        ("nodeKind",),
        *_one_of(("IRI", "BlankNode", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")),
    ),
)

_MEMBERS: tuple[tuple[tuple[str, ...], Callable[[AtomicTerm], bool], str], ...] = (
    (_LISTS_OF_SHAPES, _is_node, "shapes"),
    (("ignoredProperties",), _is_iri, "IRIs"),
    (("languageIn",), _is_string, "language tags as strings"),
)


def _paths(shapes: ox.Store) -> Iterator[ShapeProblem]:
    with_path: dict[AtomicTerm, list[AtomicTerm]] = {}
    for node, value in _uses(shapes, "path"):
        with_path.setdefault(node, []).append(value)
        if path_text(shapes, value) is None:
            yield node, f"sh:path is not a well-formed path: {_shown(value)}"
    for node, values in with_path.items():
        if len(values) > 1:
            yield node, f"a property shape has one sh:path, this one has {len(values)}"
    yield from _with_and_without(shapes, with_path)


def _with_and_without(shapes: ox.Store, with_path: Collection[AtomicTerm]) -> Iterator[ShapeProblem]:
    """Shapes that lack the path that they need, and those that have one and need none."""
    for shape in subjects_of(shapes, RDF_TYPE, sh("PropertyShape")):
        if shape not in with_path:
            yield shape, "a property shape needs a sh:path"
    for shape in subjects_of(shapes, RDF_TYPE, sh("NodeShape")):
        if shape in with_path:
            yield shape, "a node shape has no sh:path; make it a sh:PropertyShape"
    for node, value in _uses(shapes, "property"):
        if value not in with_path:
            yield node, f"sh:property takes property shapes, and {_shown(value)} has no sh:path"
    for name in _ON_PATHS:
        for node, _ in _uses(shapes, name):
            if node not in with_path:
                yield node, f"sh:{name} counts or compares the values of a path, and there is no sh:path"


def _patterns(shapes: ox.Store) -> Iterator[ShapeProblem]:
    for node, value in _uses(shapes, "pattern"):
        text = ox.Literal(value.value)
        rows = ox.Store().query(f'SELECT (REGEX("", {text}) AS ?matches) {{}}')
        assert isinstance(rows, ox.QuerySolutions)
        if next(rows)["matches"] is None:
            yield node, f"sh:pattern is not a regular expression: {value.value}"


def _queries(shapes: ox.Store) -> Iterator[ShapeProblem]:
    constraints = {node for _, node in _uses(shapes, "sparql")}
    for name in ("select", "ask", "construct"):
        for node, value in _uses(shapes, name):
            text = prologue(shapes, node) + value.value
            if asked := services(text, {}):
                yield node, f"sh:{name} asks {' and '.join(asked)} by SERVICE, which no shape may"
                continue
            words = {token.text.upper() for token in tokens(text) if token.kind == "word"}
            if node in constraints and (barred := words & _BARRED):
                yield node, f"sh:{name} has {' and '.join(sorted(barred))}, which SHACL bars from constraints"
                continue
            try:
                kind = ox.Store().query(offline(text))
            except SyntaxError as error:
                yield node, f"sh:{name}: {query_syntax_error(error, text, None).message}"
                continue
            except (ValueError, OSError):
                continue  # it compiles; what it does with no data is of no interest
            if not isinstance(kind, _FORMS[name]):
                yield node, f"the query of sh:{name} is not a {name.upper()} query"


def _circles(shapes: ox.Store) -> Iterator[ShapeProblem]:
    """Recursive shapes: SHACL leaves open what they mean (section 3.4.3), so engines differ."""
    refers: dict[AtomicTerm, list[AtomicTerm]] = {}
    for node, other in references(shapes):
        refers.setdefault(node, []).append(other)
    done: set[AtomicTerm] = set()
    for start in refers:
        yield from _walk(start, refers, [], done)


def references(shapes: ox.Store) -> Iterator[tuple[AtomicTerm, AtomicTerm]]:
    """Each shape with each other that it refers to."""
    for name in _SHAPES:
        yield from _uses(shapes, name)
    for name in _LISTS_OF_SHAPES:
        for node, value in _uses(shapes, name):
            yield from ((node, member) for member in list_items(shapes, value) or ())


def _walk(
    node: AtomicTerm,
    refers: dict[AtomicTerm, list[AtomicTerm]],
    trail: list[AtomicTerm],
    done: set[AtomicTerm],
) -> Iterator[ShapeProblem]:
    if node in trail:
        yield node, "it refers to itself, and SHACL does not say what a recursive shape means"
        return
    if node in done:
        return
    done.add(node)
    for further in refers.get(node, ()):
        yield from _walk(further, refers, [*trail, node], done)


def _targets(shapes: ox.Store) -> Iterator[ShapeProblem]:
    """Targets that could not be counted: the report says of each shape how many nodes it saw."""
    for node, target in _uses(shapes, "target"):
        if not _objects(shapes, target, "select"):
            yield node, "sh:target needs a sh:select; no other kind of target is known here"
    for shape in subjects_of(shapes, RDF_TYPE, sh("NodeShape")):
        if {OWL("Class"), RDFS("Class")} & {*values_of(shapes, shape, RDF_TYPE)}:
            yield shape, "a shape that is a class as well; give the shape a name of its own"


def prologue(shapes: ox.Store, node: AtomicTerm) -> str:
    """The prefixes that a constraint declares by sh:prefixes (SHACL, section 5.2.1)."""
    lines = []
    for scheme in _objects(shapes, node, "prefixes"):
        for declared in _objects(shapes, scheme, "declare"):
            names = _objects(shapes, declared, "prefix")
            spaces = _objects(shapes, declared, "namespace")
            if names and spaces:
                lines.append(f"PREFIX {names[0].value}: <{spaces[0].value}> ")
    return "".join(sorted(lines))


def _uses(shapes: ox.Store, name: str) -> Iterator[tuple[AtomicTerm, AtomicTerm]]:
    for node in subjects_of(shapes, sh(name)):
        yield from ((node, value) for value in values_of(shapes, node, sh(name)))


def _objects(shapes: ox.Store, subject: AtomicTerm, name: str) -> list[AtomicTerm]:
    return values_of(shapes, subject, sh(name))


def _shown(node: AtomicTerm) -> str:
    if isinstance(node, ox.NamedNode):
        return curie(node.value)
    return f'"{node.value}"' if isinstance(node, ox.Literal) else "a blank node"
