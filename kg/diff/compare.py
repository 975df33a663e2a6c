"""What became of one graph in another: by subject, values that changed as changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kg.core.graph_names import is_inferred
from kg.core.terms import OWL, PROPOSITION, RDFS, RDFS_LABEL, SECPOL, SKOS, SKOS_PREF_LABEL
from kg.diff.moves import Moved, moves
from kg.diff.sides import Side, Statement
from kg.rdf.order import SubjectKind, kind_of, natural, predicate_rank

_CONTENT = str(PROPOSITION)
_TERMS = frozenset(
    {
        SubjectKind.ONTOLOGY,
        SubjectKind.CLASS,
        SubjectKind.PROPERTY,
        SubjectKind.SCHEME,
        SubjectKind.CONCEPT,
        SubjectKind.SHAPE,
        SubjectKind.AXIOM,
    }
)
_HIERARCHY = frozenset(
    map(str, (RDFS("subClassOf"), RDFS("subPropertyOf"), SKOS("broader"), SKOS("topConceptOf")))
)
_LABELS = frozenset(map(str, (RDFS_LABEL, SKOS_PREF_LABEL)))
_WORDS = frozenset(
    map(
        str,
        (
            *map(
                SKOS,
                ("definition", "scopeNote", "example", "editorialNote", "altLabel", "changeNote", "note"),
            ),
            RDFS("comment"),
            RDFS("seeAlso"),
            RDFS("isDefinedBy"),
        ),
    )
)


class Section(StrEnum):
    """The parts of a difference."""

    ONTOLOGY = "ontology"
    ENTITIES = "entities"
    CLAIMS = "claims"
    PASSAGES = "passages"


class Status(StrEnum):
    """What became of a subject."""

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"


class Aspect(StrEnum):
    """What of a term of the ontology changed, the weightiest first."""

    NEW = "new"
    GONE = "gone"
    DEPRECATED = "deprecated"
    RELABELLED = "relabelled"
    MOVED = "moved in the hierarchy"
    AXIOMS = "axioms"
    WORDS = "documentation"


@dataclass(frozen=True)
class Change:
    """A value that changed, came (`old` is None) or went (`new` is None).

    `subject` is the frame's, or the proposition of a claim's.
    """

    subject: str
    predicate: str
    old: str | None
    new: str | None

    @property
    def aspect(self) -> Aspect:
        """What changed, when it is a term of the ontology."""
        if self.predicate == str(OWL("deprecated")):
            return Aspect.DEPRECATED
        if self.predicate in _LABELS:
            return Aspect.RELABELLED
        if self.predicate in _HIERARCHY:
            return Aspect.MOVED
        return Aspect.WORDS if self.predicate in _WORDS else Aspect.AXIOMS


@dataclass(frozen=True)
class Frame:
    """One subject and what changed of it; terms are in N-Triples."""

    subject: str
    section: Section
    kind: SubjectKind
    types: tuple[str, ...]
    status: Status
    changes: tuple[Change, ...]

    @property
    def article(self) -> str:
        """The IRI of the article whose own the subject is, else its IRI; empty for a blank node."""
        return self.subject[1:-1].partition("#")[0] if self.subject[0] == "<" else ""


@dataclass(frozen=True)
class Difference:
    """All that differs between two graphs."""

    old: Side
    new: Side
    frames: tuple[Frame, ...]
    moved: tuple[Moved, ...]
    gained: tuple[Statement, ...]
    lost: tuple[Statement, ...]
    rehomed: int
    notes: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.frames or self.moved or self.gained or self.lost or self.rehomed)

    def section(self, section: Section) -> list[Frame]:
        """The frames of a section."""
        return [frame for frame in self.frames if frame.section is section]

    def terms(self) -> dict[str, Aspect]:
        """The IRIs of what vanished, and of the ontology's terms that changed in more than words."""
        found: dict[str, Aspect] = {}
        for frame in self.frames:
            if frame.status is Status.GONE and frame.kind is not SubjectKind.AXIOM:
                found[frame.subject[1:-1]] = Aspect.GONE
            elif frame.section is Section.ONTOLOGY and frame.status is Status.CHANGED:
                aspect = min((change.aspect for change in frame.changes), key=list(Aspect).index)
                if aspect is not Aspect.WORDS and frame.kind is not SubjectKind.ONTOLOGY:
                    found[frame.subject[1:-1]] = aspect
        return found

    def lines(self) -> tuple[list[str], list[str]]:
        """The statements of NEW that OLD lacks, and those of OLD that NEW lacks, as N-Quads.

        As N-Triples when either graph has no layers. Blank nodes that went bear OLD's labels; those that came
        bear new ones, so that both lists can be applied to OLD.
        """
        if self.old.is_merged or self.new.is_merged:
            old, new = ({**side.asserted, **side.inferred} for side in (self.old, self.new))
            return [*map(_relabelled, _lines(new, old, ""))], list(_lines(old, new, ""))
        added: list[str] = []
        removed: list[str] = []
        for layer in sorted({*self.old.layers, *self.new.layers}):
            old, new = self.old.layers.get(layer, {}), self.new.layers.get(layer, {})
            graph = str(self.new.graphs.get(layer) or self.old.graphs[layer])
            added += map(_relabelled, _lines(new, old, f" {graph}"))
            removed += _lines(old, new, f" {graph}")
        return added, removed


def compare(old: Side, new: Side) -> Difference:
    """What became of `old` in `new`."""
    notes = []
    old_inferred, new_inferred = set(old.inferred), set(new.inferred)
    removed, added = old.asserted.keys() - new.asserted.keys(), new.asserted.keys() - old.asserted.keys()
    if old.is_merged or new.is_merged:
        removed, added = removed - new_inferred, added - old_inferred
        without = next((side for side in (old, new) if not side.inferred), None)
        inferences = old_inferred | new_inferred
        if without is not None and inferences and not inferences & without.asserted.keys():
            notes.append(f"{without.name} has no inferences; those of the other graph are left out")
            old_inferred, new_inferred = set(), set()
    gained = new_inferred - old_inferred - old.asserted.keys()
    lost = old_inferred - new_inferred - new.asserted.keys()
    moved, renamed = moves(old, new, removed, added)
    removed, added = _without_moves(removed, added, renamed)
    gained, lost = _without_moves(gained, lost, {new: old for old, new in renamed.items()})
    frames = sorted(_frames(old, new, removed, added), key=_frame_key)
    return Difference(
        old,
        new,
        tuple(frames),
        moved,
        tuple(sorted(gained)),
        tuple(sorted(lost)),
        _rehomed(old, new),
        tuple(notes),
    )


def _rehomed(old: Side, new: Side) -> int:
    """How many asserted statements both graphs have, but in different layers."""
    if old.is_merged or new.is_merged:
        return 0
    return sum(
        statement in old.asserted and statement not in old.layers.get(layer, ())
        for layer, statements in new.layers.items()
        if not is_inferred(layer)
        for statement in statements
    )


def _without_moves(
    removed: Iterable[Statement], added: Iterable[Statement], renamed: Mapping[str, str]
) -> tuple[set[Statement], set[Statement]]:
    """What differs when passages that only moved count as the same."""
    removed, added = set(removed), set(added)
    if not renamed:
        return removed, added
    as_new: dict[Statement, Statement] = {}
    for statement in removed:
        subject, predicate, value = statement
        as_new[Statement(renamed.get(subject, subject), predicate, renamed.get(value, value))] = statement
    same = as_new.keys() & added
    removed -= {as_new[statement] for statement in same}
    added -= same
    places = set(renamed) | set(renamed.values())
    return (
        {s for s in removed if not (s.subject in places and s.predicate in _PLACE)},
        {s for s in added if not (s.subject in places and s.predicate in _PLACE)},
    )


_PLACE = frozenset(str(SECPOL(name)) for name in ("startOffset", "endOffset", "paragraph"))


def _frames(
    old: Side, new: Side, removed: Iterable[Statement], added: Iterable[Statement]
) -> Iterator[Frame]:
    owners = {
        statement.value: statement.subject
        for side in (old, new)
        for statement in side.asserted
        if statement.predicate == _CONTENT
    }
    found: dict[str, tuple[list[Statement], list[Statement]]] = {}
    for number, statements in enumerate((removed, added)):
        for statement in statements:
            owner = owners.get(statement.subject, statement.subject)
            found.setdefault(owner, ([], []))[number].append(statement)
    for subject, (went, came) in found.items():
        status = Status.CHANGED
        if subject not in old.by_subject:
            status = Status.NEW
        elif subject not in new.by_subject:
            status = Status.GONE
        types = new.types(subject) or old.types(subject)
        kind = _kind(subject, types, (*old.by_subject.get(subject, ()), *new.by_subject.get(subject, ())))
        is_term = kind in _TERMS or subject in old.ontology or subject in new.ontology
        section = Section.ONTOLOGY if is_term else _SECTIONS.get(kind, Section.ENTITIES)
        yield Frame(subject, section, kind, tuple(sorted(types)), status, tuple(_changes(went, came)))


_SECTIONS = {
    SubjectKind.CLAIM: Section.CLAIMS,
    SubjectKind.PASSAGE: Section.PASSAGES,
    SubjectKind.MENTION: Section.PASSAGES,
}


def _kind(subject: str, types: list[str], said: Iterable[Statement]) -> SubjectKind:
    if subject[0] == "[":
        return SubjectKind.AXIOM
    if any(statement.predicate == _CONTENT for statement in said):
        return SubjectKind.CLAIM
    return kind_of(subject, types)


def _changes(removed: Iterable[Statement], added: Iterable[Statement]) -> Iterator[Change]:
    """The changes of one subject, what went and what came of one predicate set against each other."""
    found: dict[tuple[str, str], tuple[list[str], list[str]]] = {}
    for number, statements in enumerate((removed, added)):
        for subject, predicate, value in statements:
            if predicate:  # an axiom without a name is its text alone
                found.setdefault((subject, predicate), ([], []))[number].append(value)

    def key(item: tuple[str, str]) -> tuple[tuple[int, str], str]:
        return predicate_rank(item[1][1:-1], item[1]), item[0]

    for subject, predicate in sorted(found, key=key):
        went, came = found[subject, predicate]
        for old, new in _pairs(sorted(went, key=natural), sorted(came, key=natural)):
            yield Change(subject, predicate, old, new)


def _pairs(went: list[str], came: list[str]) -> Iterator[tuple[str | None, str | None]]:
    """Values that took each other's place: the only one of its language, or the only one at all."""
    for tag in sorted({_language(value) for value in (*went, *came)}):
        before = [value for value in went if _language(value) == tag]
        after = [value for value in came if _language(value) == tag]
        if len(before) == len(after) == 1:
            yield before[0], after[0]
            went, came = [v for v in went if v != before[0]], [v for v in came if v != after[0]]
    if len(went) == len(came) == 1:
        yield went[0], came[0]
        return
    yield from ((value, None) for value in went)
    yield from ((None, value) for value in came)


def _language(value: str) -> str:
    if value[0] != '"':
        return value[0]
    return value[value.rindex('"') + 1 :]


def _frame_key(frame: Frame) -> tuple[int, int, str]:
    return list(Section).index(frame.section), frame.kind, natural(frame.subject.rstrip(">"))


def _lines(
    these: Mapping[Statement, tuple[str, ...]], those: Mapping[Statement, tuple[str, ...]], graph: str
) -> Iterator[str]:
    for statement in sorted(these.keys() - those.keys()):
        for line in these[statement] or (" ".join(statement),):
            yield f"{line}{graph} ."


def _relabelled(line: str) -> str:
    """A line with labels of blank nodes that no other graph has."""
    subject, predicate, rest = line.split(" ", 2)
    subject = subject.replace("_:", "_:new", 1) if subject.startswith("_:") else subject
    return f"{subject} {predicate} {rest.replace('_:', '_:new', 1) if rest.startswith('_:') else rest}"


def by_delta(moved: Iterable[Moved]) -> Counter[tuple[str, int]]:
    """How many passages of each article moved by how much."""
    return Counter((move.article, move.delta) for move in moved)
