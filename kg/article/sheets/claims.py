"""Claims as a sheet says them: column by column, from Turtle and back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph as ox

from kg.article.ranges import span_of
from kg.article.sheets.columns import Column
from kg.article.sheets.material import ArticleSources, propositions_of
from kg.claims.columns import CLAIM, PROPOSITION_CLASS
from kg.core.terms import PROPOSITION, RDF_TYPE, GroundTerm

CellValues = frozenset[tuple[ox.NamedNode, GroundTerm]]
ClaimColumns = Mapping[str, CellValues]

NOTHING: CellValues = frozenset()
_NOWHERE = (1 << 62, 1 << 62)


@dataclass(frozen=True)
class SheetClaim:
    """A claim, or a bare proposition that nobody holds, whose `proposition` is itself.

    `said` has the values of each column, each with its predicate; `rest` is what no column says.
    """

    node: ox.NamedNode
    proposition: ox.NamedNode
    said: ClaimColumns
    rest: tuple[ox.Triple, ...] = ()

    @property
    def is_bare(self) -> bool:
        """Whether it is a proposition without a claim."""
        return self.node == self.proposition

    @property
    def name(self) -> str:
        """What stands behind the `#`: the id."""
        return self.node.value.partition("#")[2]

    def value(self, column: str) -> frozenset[GroundTerm]:
        """The values of a column."""
        return frozenset(value for _, value in self.said.get(column, NOTHING))

    def passages(self) -> set[ox.NamedNode]:
        """The passages that it is found in."""
        return {value for value in self.value("quote") if isinstance(value, ox.NamedNode)}

    def named(self) -> set[ox.NamedNode]:
        """Every node that it speaks of."""
        return {
            value for values in self.said.values() for _, value in values if isinstance(value, ox.NamedNode)
        }

    def triples(self, columns: Mapping[str, Column]) -> Iterator[ox.Triple]:
        """What it comes to in triples, its passages aside."""
        yield from self.rest
        if not self.is_bare:
            yield ox.Triple(self.node, PROPOSITION, self.proposition)
            yield ox.Triple(self.proposition, RDF_TYPE, PROPOSITION_CLASS)
        for name, values in self.said.items():
            subject = self.proposition if columns[name].of_proposition else self.node
            for predicate, value in values:
                yield ox.Triple(subject, predicate, value)


def read_claims(material: ArticleSources, columns: Sequence[Column]) -> list[SheetClaim]:
    """The claims and bare propositions of an article, in their order; what is neither is left out."""
    by_subject: dict[ox.NamedNode, list[ox.Triple]] = {}
    for triple in material.claims:
        if isinstance(triple.subject, ox.NamedNode):
            by_subject.setdefault(triple.subject, []).append(triple)
    homes = {(column.of_proposition, node): column.name for column in columns for node in column.predicates}
    kinds = material.terms.below(CLAIM) | {PROPOSITION_CLASS}
    sorting = _Sorting(homes, [column.name for column in columns], kinds)
    propositions = propositions_of(material.claims)
    held = {node for found in propositions.values() for node in found}
    claims = []
    for node, said in by_subject.items():
        own = list(dict.fromkeys(propositions.get(node, [])))  # once, though two statements may say it
        is_bare = not own and node not in held and _has(said, RDF_TYPE, PROPOSITION_CLASS)
        if is_bare:
            claims.append(sorting.claim(node, node, said, []))
        elif len(own) == 1:
            claims.append(sorting.claim(node, own[0], said, by_subject.get(own[0], [])))
    return claims


def predicates_of(claims: Iterable[SheetClaim]) -> set[ox.NamedNode]:
    """The predicates that no column of these claims says."""
    return {triple.predicate for claim in claims for triple in claim.rest}


def positions(claims: Collection[SheetClaim], article: str) -> dict[ox.NamedNode, tuple[int, int]]:
    """Where in the text each claim is found first; a bare proposition, where it is first spoken of."""
    found: dict[ox.NamedNode, tuple[int, int]] = {}
    for claim in claims:
        spans = [span for passage in claim.passages() if (span := span_of(passage, article))]
        found[claim.node] = min(spans, default=_NOWHERE)
    bare = {claim.node for claim in claims if claim.is_bare}
    for claim in claims:
        for node in claim.named() & bare - {claim.node}:
            found[node] = min(found[node], found[claim.node])
    return found


@dataclass(frozen=True)
class _Sorting:
    """Sorts triples into columns: `homes` has them by predicate, those of a proposition under True."""

    homes: Mapping[tuple[bool, ox.NamedNode], str]
    names: Sequence[str]
    kinds: Collection[ox.NamedNode]

    def claim(
        self,
        node: ox.NamedNode,
        proposition: ox.NamedNode,
        own: list[ox.Triple],
        of_proposition: list[ox.Triple],
    ) -> SheetClaim:
        """A claim of what is said of it and of its proposition; of a bare one all is its own."""
        said: dict[str, set[tuple[ox.NamedNode, GroundTerm]]] = {}
        rest: list[ox.Triple] = []
        for triple in own:
            if triple.predicate != PROPOSITION or node == proposition:
                is_inner = node == proposition and (False, triple.predicate) not in self.homes
                self._sort(triple, is_inner, said, rest)
        for triple in of_proposition:
            if triple.predicate != RDF_TYPE or triple.object != PROPOSITION_CLASS:
                self._sort(triple, True, said, rest)
        full = {name: frozenset(said[name]) if name in said else NOTHING for name in self.names}
        return SheetClaim(node, proposition, full, tuple(rest))

    def _sort(
        self,
        triple: ox.Triple,
        is_inner: bool,
        said: dict[str, set[tuple[ox.NamedNode, GroundTerm]]],
        rest: list[ox.Triple],
    ) -> None:
        predicate, value = triple.predicate, triple.object
        name = self.homes.get((is_inner, predicate))
        is_other = predicate == RDF_TYPE and value not in self.kinds
        if name is None or is_other or isinstance(value, ox.BlankNode | ox.Triple):
            rest.append(triple)
        else:
            said.setdefault(name, set()).add((predicate, value))


def _has(triples: Iterable[ox.Triple], predicate: ox.NamedNode, value: ox.NamedNode) -> bool:
    return any(triple.predicate == predicate and triple.object == value for triple in triples)
