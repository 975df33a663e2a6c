"""A SHACL result in the reader's words: what stands there, and what may stand there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches

import pyoxigraph as ox

from kg.check.paths import result_path
from kg.check.results import SH, ValidationResult, sh
from kg.check.shapes import Shapes
from kg.core.findings import NONE_THERE, Finding, Severity
from kg.core.labels import Labels
from kg.core.telling import told_apart
from kg.core.terms import AtomicTerm, curie, short
from kg.rdf.lists import list_items

_IRI = re.compile(r"<?(https?://[^\s<>'\"{}|^`\\]*[^\s<>'\"{}|^`\\.,;:!?)])>?")
_COUNTS = {"MinCount": "minCount", "MaxCount": "maxCount"}
_LISTED = re.compile(r"([A-Z]\w+) \(([^)]*)\)")


def check_shapes(
    shapes: Shapes, data: bytes, labels: Labels, *, scopes: Collection[str], phase: str
) -> Iterator[Finding]:
    """The results of `Shapes.results` as findings."""
    wording = Wording(shapes, labels)
    for result in shapes.results(data, scopes=scopes, phase=phase):
        yield wording.finding(result)


class Wording:
    """What results say to a reader; what a shape says of itself is looked up once."""

    def __init__(self, shapes: Shapes, labels: Labels) -> None:
        self._shapes = shapes
        self._labels = labels
        self._known: dict[AtomicTerm, tuple[str, str]] = {}

    def finding(self, result: ValidationResult) -> Finding:
        """The finding that a result of validation makes."""
        if result.shape not in self._known:
            self._known[result.shape] = self._shapes.rule(result.shape), _hint(self._shapes, result.shape)
        rule, hint = self._known[result.shape]
        words = _closed_list(self._shapes, result, self._labels, hint) or _message(
            self._shapes, result, self._labels
        )
        about, node = self._labels(result.focus), result.focus.value
        if isinstance(result.focus, ox.BlankNode) and (link := self._labels.link_to(result.focus)):
            holder, predicate = link
            about, node = f"{self._labels(holder)}, {self._labels(predicate)}", holder.value
        return Finding(
            rule=rule,
            severity=_severity(result.severity),
            message=f"{about}: {words}",
            node=node,
            path=result_path(self._shapes.store, result),
            value=None if result.value is None else str(result.value),
            hint=hint or None,
        )


def _hint(shapes: Shapes, shape: AtomicTerm) -> str:
    return shapes.note(shape, "hint", "") or shapes.note(shapes.owner(shape), "hint", "")


def _message(shapes: Shapes, result: ValidationResult, labels: Labels) -> str:
    """The shape's sentence, and in brackets what stands there."""
    words = _without_message(shapes, result, labels) or _IRI.sub(
        lambda match: _named(match.group(1), result, labels), result.message
    )
    if (found := _counted(shapes, result, labels)) is not None:
        return words + found
    if result.value is None or result.value == result.focus:
        return words
    shown = labels(result.value)
    if isinstance(result.value, ox.Literal) and result.component == "DatatypeConstraintComponent":
        shown = f"{result.value.language or curie(result.value.datatype.value)} '{result.value.value}'"
    return words if shown in words else f"{words} (found: {shown})"


def _without_message(shapes: Shapes, result: ValidationResult, labels: Labels) -> str | None:
    """What is broken, where the shape has no sentence for it: each engine has another one."""
    sentences = [result.shape, *shapes.values(result.shape, sh("sparql"))]
    if any(shapes.says(node, "message") for node in sentences):
        return None
    name = result.component.removesuffix("ConstraintComponent")
    parameter = name.lower() if name.isupper() else name[:1].lower() + name[1:]
    about = _property(shapes, result, labels) or "it"
    said = [
        list_items(shapes.store, value) or [value] for value in shapes.values(result.shape, sh(parameter))
    ]
    limits = [
        _name(term, labels.prefixes) for terms in said for term in terms if not isinstance(term, ox.BlankNode)
    ]
    return f"{about} does not keep to sh:{' '.join([parameter, *sorted(limits)])}"


def _named(iri: str, result: ValidationResult, labels: Labels) -> str:
    """A node that a message names; one of another article with that article, a namesake by its IRI."""
    about, shown = labels(result.focus), labels.of_iri(iri)
    if shown == about and iri != result.focus.value:
        about = shown = short(iri, labels.prefixes)
    is_of_another = about.startswith("#") and shown.startswith("#")
    if is_of_another and iri.partition("#")[0] != result.focus.value.partition("#")[0]:
        return iri.rpartition("/")[2]
    return shown


def _counted(shapes: Shapes, result: ValidationResult, labels: Labels) -> str | None:
    """What a node has by a property, where it is too few or too many."""
    component = result.component.removesuffix("ConstraintComponent")
    if component == "MinCount" and "|" in (result_path(shapes.store, result) or ""):
        return NONE_THERE  # of what may be said by any of several properties
    if not isinstance(result.path, ox.NamedNode) or isinstance(result.focus, ox.Literal):
        return None
    values = labels.apart(result.focus, result.path)
    if component == "UniqueLang":
        return f" (it has {len(values)}: {', '.join(values)})"
    bounds = [int(bound.value) for bound in shapes.values(result.shape, sh(_COUNTS.get(component, "")))]
    if not bounds or not (len(values) < bounds[0] if component == "MinCount" else len(values) > bounds[0]):
        return None  # what the result is about is not all that is known
    return f" (it has {len(values)}: {', '.join(values)})" if values else NONE_THERE


def _closed_list(shapes: Shapes, result: ValidationResult, labels: Labels, hint: str) -> str | None:
    """For a value outside a closed list: the value, the nearest allowed one, and all that are allowed."""
    lists = shapes.values(result.shape, sh("in"))
    if result.component != "InConstraintComponent" or result.value is None or not lists:
        return None
    terms = [result.value, *(list_items(shapes.store, lists[0]) or [])]
    names = [_name(term, labels.prefixes) for term in terms]
    stands, *allowed = told_apart(terms, names, labels.prefixes)
    alike = _nearest(names[0], names[1:], hint)
    near = allowed[names[1:].index(alike)] if alike else None
    subject = _property(shapes, result, labels) or "the value"
    choices = f"one of {', '.join(allowed)}"
    return f"{subject} is '{stands}'; " + (f"use {near} ({choices})" if near else f"use {choices}")


def _property(shapes: Shapes, result: ValidationResult, labels: Labels) -> str | None:
    """The property of a result as it is written, less its prefix, or its label where no prefix fits."""
    if not isinstance(result.path, ox.NamedNode):
        return result_path(shapes.store, result)
    name = _name(result.path, labels.prefixes)
    return labels(result.path) if name[0] == "<" else name


def _name(node: AtomicTerm, prefixes: Mapping[str, str]) -> str:
    """How a term is written, less its prefix; an IRI that none fits whole."""
    if not isinstance(node, ox.NamedNode):
        return node.value
    name = curie(node.value, prefixes)
    return name if name[0] == "<" else name.partition(":")[2]


def _nearest(stands: str, allowed: list[str], hint: str) -> str | None:
    """The allowed name that is spelt alike, or in whose brackets the hint lists the word."""
    by_case = {name.lower(): name for name in allowed}
    if close := get_close_matches(stands.lower(), by_case, n=1, cutoff=0.7):
        return by_case[close[0]]
    for name, words in _LISTED.findall(hint):
        if name in allowed and stands.lower() in re.split(r"\W+", words.lower()):
            return str(name)
    return None


def _severity(name: str) -> Severity:
    local = name.removeprefix(SH).lower()
    return Severity(local) if local in set(Severity) else Severity.VIOLATION
