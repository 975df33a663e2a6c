"""When nothing is found: what was asked for, and the values nearby for which there is something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import pyoxigraph as ox

from kg.core.errors import KgError
from kg.core.graph_names import is_inferred, name_of
from kg.core.labels import Labels
from kg.core.terms import PREFIXES, RDF_TYPE, SECPOL, GroundTerm
from kg.query.engine import EngineResult
from kg.query.parameters import Parameter
from kg.query.stored import StoredQuery
from kg.sparql.services import services
from kg.sparql.tokens import tokens

Ask = Callable[[str], EngineResult]
Values = Mapping[str, tuple[GroundTerm, ...]]

_MOST = 5
_CLAIM_PARTS = frozenset(
    map(
        SECPOL, ("propSubject", "propObject", "propPredicate", "heldBy", "reportedBy", "statedBy", "refersTo")
    )
)
_LANGUAGE = tuple(PREFIXES[name] for name in ("owl", "rdf", "rdfs", "skos", "dcterms", "prov", "void"))


class Related:
    """Finds what is linked to an entity, and counts the answers that other values would give."""

    def __init__(self, store: ox.Store, labels: Labels) -> None:
        self._store = store
        self._labels = labels

    def neighbours(self, node: GroundTerm) -> list[ox.NamedNode]:
        """The entities that one statement links with a node, kinds and the parts of claims left out."""
        if not isinstance(node, ox.NamedNode):
            return []
        found = {
            other
            for pattern in ((node, None, None), (None, None, node))
            for quad in self._store.quads_for_pattern(*pattern)
            if quad.predicate not in _CLAIM_PARTS and not quad.predicate.value.startswith(_LANGUAGE)
            for other in (quad.object if pattern[0] else quad.subject,)
            if isinstance(other, ox.NamedNode) and other != node
        }
        return sorted(found, key=lambda other: other.value)

    def widened(self, stored: StoredQuery, terms: Values) -> Values:
        """The terms with each entity's neighbours of the parameter's class beside it."""
        wide = dict(terms)
        for parameter in stored.parameters:
            if parameter.type == "iri":
                near = [other for term in terms[parameter.name] for other in self.neighbours(term)]
                wide[parameter.name] = tuple(dict.fromkeys([*terms[parameter.name], *near]))
        return wide

    def nothing_found(self, stored: StoredQuery, terms: Values, ask: Ask) -> Iterator[str]:
        """Lines for a reader: what was asked for, and what there is for other values."""
        asked = {parameter: terms[parameter.name] for parameter in stored.parameters if terms[parameter.name]}
        told = ", ".join(f"{parameter.option} {self._named(values)}" for parameter, values in asked.items())
        yield f"nothing found for {told}" if told else "nothing found"
        for parameter, values in asked.items():
            counts = self._counts(stored, terms, parameter, ask)
            near = {other for value in values for other in self._near(value, counts)}
            if near:
                listed = self._listed(counts, near)
                yield f"related: {listed}; add --related, or give one as {parameter.option}"
            elif counts:
                yield f"for {parameter.option} there is {self._listed(counts, counts)}"

    def _counts(
        self, stored: StoredQuery, terms: Values, parameter: Parameter, ask: Ask
    ) -> Counter[ox.NamedNode | ox.Literal]:
        """How many rows each value of a parameter would have, the other parameters as asked."""
        text = _projecting(stored.with_terms({**terms, parameter.name: ()}), parameter.name)
        if text is None or services(text, {}):  # which is asked once
            return Counter()
        try:
            rows = ask(text)
        except KgError:
            return Counter()
        if not isinstance(rows, ox.QuerySolutions):
            return Counter()
        values = (row[parameter.name] for row in rows)
        return Counter(value for value in values if isinstance(value, ox.NamedNode | ox.Literal))

    def _near(
        self, value: GroundTerm, counts: Iterable[ox.NamedNode | ox.Literal]
    ) -> Iterator[ox.NamedNode | ox.Literal]:
        """Values with answers that are linked with the one asked for, or share a word of its name."""
        linked = set(self.neighbours(value))
        words = _words(self._labels(value))
        for other in counts:
            if other in linked or words & _words(self._labels(other)):
                yield other

    def _listed(
        self, counts: Counter[ox.NamedNode | ox.Literal], chosen: Iterable[ox.NamedNode | ox.Literal]
    ) -> str:
        ordered = sorted(chosen, key=lambda value: (-counts[value], str(value)))
        listed = ", ".join(f"{self._labels(value)} {counts[value]}" for value in ordered[:_MOST])
        return f"{listed} and {len(ordered) - _MOST} more" if len(ordered) > _MOST else listed

    def _named(self, values: Sequence[GroundTerm]) -> str:
        return " or ".join(self._worded(value) for value in values)

    def _worded(self, value: GroundTerm) -> str:
        """A value in words, with its kind where there is one: `Japan (state)`."""
        if not isinstance(value, ox.NamedNode):
            return self._labels(value)
        kinds = {
            self._labels(quad.object)
            for quad in self._store.quads_for_pattern(value, RDF_TYPE, None)
            if not is_inferred(name_of(quad.graph_name))
            and quad.object != ox.NamedNode(f"{PREFIXES['owl']}NamedIndividual")
        }
        return f"{self._labels(value)} ({', '.join(sorted(kinds))})" if kinds else self._labels(value)


def _projecting(text: str, name: str) -> str | None:
    """The query with one more variable in its SELECT, or None where that would change what it means."""
    found = list(tokens(text))
    at = next(
        (n for n, token in enumerate(found) if token.kind == "word" and token.text.upper() == "SELECT"), None
    )
    if at is None or at + 1 >= len(found):
        return None
    if found[at + 1].text.upper() in ("DISTINCT", "REDUCED"):
        at += 1
    opening = next((n for n in range(at, len(found)) if found[n].text == "{"), len(found))
    head = found[at + 1 : opening]
    if any(token.text == "*" for token in head[:1]) or any(token.text[1:] == name for token in head):
        return text
    if any(token.kind == "word" and token.text.upper() == "GROUP" for token in found[at:]):
        return None
    return f"{text[: found[at].end]} ?{name}{text[found[at].end :]}"


def _words(label: str) -> set[str]:
    """The longer words of a label, less their endings: Japan, Japanese and Japan's share one."""
    return {word.casefold()[:5] for word in label.replace("'", " ").split() if len(word) > 3}
