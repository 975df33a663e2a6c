"""The columns of the table of claims: which property of a claim or of its proposition each one has."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from pyoxigraph import NamedNode

from kg.core.terms import PREFIXES, PROPOSITION, RDF_TYPE, SECPOL, GroundTerm, curie, local_name

ID, NOTE = "id", "note"
PASSAGE, HOLDER, SUBJECT, RELATION, OBJECT = "passage", "holder", "subject", "relation", "object"
KIND, CERTAINTY, POLARITY, REPORTER, STANCE = "kind", "certainty", "polarity", "reporter", "stance"
TIME, GLOSS = "time", "gloss"
ALWAYS = (
    *(ID, PASSAGE, HOLDER, SUBJECT, RELATION, OBJECT, KIND, CERTAINTY, POLARITY, REPORTER, STANCE),
    *(TIME, GLOSS),
)
"""The columns that every table has; the others are there when a row uses them."""

CLAIM, PROPOSITION_CLASS = SECPOL("Claim"), SECPOL("Proposition")
ASSERTED, CONVEYED = SECPOL("assertedAs"), SECPOL("conveyance")
PROP_OBJECT, PROP_VALUE = SECPOL("propObject"), SECPOL("propValue")
_OF_PROPOSITION = f"{curie(PROPOSITION.value)}/"
_TABLE = Path(__file__).with_name("columns.toml")

Pair = tuple[NamedNode, GroundTerm]
"""A property and its value."""


class CellForm(StrEnum):
    """How a cell is written; columns.toml says what each means."""

    PASSAGE = "passage"
    NODE = "node"
    RELATION = "relation"
    OBJECT = "object"
    KIND = "kind"
    CODED = "coded"
    TIME = "time"
    TEXT = "text"
    LITERAL = "literal"


@dataclass(frozen=True)
class TableColumn:
    """One column: its properties, what they are of, and how a cell is written."""

    name: str
    properties: tuple[NamedNode, ...]
    cell: CellForm
    of_proposition: bool = False

    @property
    def heading(self) -> str:
        """What a working sheet calls it: passages are quotes, and further columns have local names."""
        if self.name == PASSAGE:
            return "quote"
        return local_name(self.properties[0]) if ":" in self.name else self.name

    @property
    def property(self) -> NamedNode:
        """The one property of most columns."""
        return self.properties[0]


@dataclass(frozen=True)
class TableColumns:
    """The columns that a project's tables may have; a CURIE of its prefixes names a further one."""

    prefixes: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, prefixes: Mapping[str, str]) -> TableColumns:
        """The columns for a table of prefixes."""
        return cls(tuple(prefixes.items()))

    def named(self, name: str) -> TableColumn | None:
        """The column of a name in a table's header; None where there is none: the id says the proposition."""
        if name in _known():
            return _known()[name]
        is_inner = name.startswith(_OF_PROPOSITION)
        prefix, colon, local = name.removeprefix(_OF_PROPOSITION if is_inner else "").partition(":")
        namespace = dict(self.prefixes).get(prefix)
        if not (colon and local and namespace) or " " in name:
            return None
        node = NamedNode(namespace + local)
        return None if node == PROPOSITION else TableColumn(name, (node,), CellForm.NODE, is_inner)

    def of_property(self, node: NamedNode, *, of_proposition: bool) -> TableColumn | None:
        """The column in which a property stands; None for one whose IRI has no CURIE."""
        if (column := _by_property().get((of_proposition, node))) is not None:
            return column
        name = curie(node.value, dict(self.prefixes))
        return (
            None if name.startswith("<") else self.named((_OF_PROPOSITION if of_proposition else "") + name)
        )

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Names of columns as a table has them: those always there, the further ones in use, the note."""
        used = set(names) | set(ALWAYS)
        known = [name for name in _file() if name in used and name != NOTE]
        return [*known, *sorted(used - set(_file())), *({NOTE} & used)]

    @cached_property
    def kinds(self) -> Mapping[str, Pair]:
        """The words of the column `kind`, each with its property and value."""
        words = _file()[KIND]["words"]
        return {word: (_node(path), _node(value)) for word, (path, value) in words.items()}

    @cached_property
    def kind_words(self) -> Mapping[Pair, str]:
        """The same the other way round."""
        return {pair: word for word, pair in self.kinds.items()}


def usual(column: str, said: Mapping[str, frozenset[Pair]], authors: NamedNode) -> frozenset[Pair]:
    """What an empty cell of a claim's row says, given what the other cells say.

    >>> who = NamedNode("https://example.org/article/drill#authors")
    >>> reported = {"reporter": frozenset({(SECPOL("reportedBy"), who)})}
    >>> len(usual("stance", reported, who)), len(usual("stance", {}, who))
    (1, 0)
    """
    nothing: frozenset[Pair] = frozenset()
    match column:
        case "certainty":
            return frozenset({(SECPOL("certainty"), SECPOL("Certain"))})
        case "polarity":
            return frozenset({(SECPOL("polarity"), SECPOL("Affirmed"))})
        case "holder":
            return frozenset({(SECPOL("heldBy"), authors)})
        case "reporter":
            holders = {value for _, value in said.get(HOLDER, nothing)}
            return nothing if authors in holders else frozenset({(SECPOL("reportedBy"), authors)})
        case "stance" if said.get(REPORTER):
            return frozenset({(SECPOL("reporterStance"), SECPOL("Neutral"))})
    return nothing


USUAL_KIND: Mapping[NamedNode, NamedNode] = {
    RDF_TYPE: CLAIM,
    ASSERTED: SECPOL("View"),
    CONVEYED: SECPOL("Stated"),
}
"""What the column `kind` says of what no word in it is about."""


def unusual(kind: Collection[Pair]) -> set[Pair]:
    """What a cell of the column `kind` has to say of a claim: the usual only beside something else.

    >>> view, fact = (ASSERTED, SECPOL("View")), (ASSERTED, SECPOL("Fact"))
    >>> unusual([view]), unusual([fact]) == {fact}, unusual([view, fact]) == {view, fact}
    (set(), True, True)
    """
    counted = Counter(path for path, _ in kind)
    return {pair for pair in kind if USUAL_KIND.get(pair[0]) != pair[1] or counted[pair[0]] > 1}


@cache
def _file() -> Mapping[str, dict[str, Any]]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


@cache
def _known() -> Mapping[str, TableColumn]:
    """The columns of the file that have properties, by name."""
    found: dict[str, TableColumn] = {}
    for name, entry in _file().items():
        if properties := entry.get("property"):
            is_inner = entry["of"] == "proposition"
            found[name] = TableColumn(name, tuple(map(_node, properties)), CellForm(entry["cell"]), is_inner)
    return found


@cache
def _by_property() -> Mapping[tuple[bool, NamedNode], TableColumn]:
    return {
        (column.of_proposition, node): column for column in _known().values() for node in column.properties
    }


def _node(name: str) -> NamedNode:
    prefix, _, local = name.partition(":")
    return NamedNode(PREFIXES[prefix] + local)
