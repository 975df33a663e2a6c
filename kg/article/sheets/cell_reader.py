"""Cells read: from what an analyst types to nodes and literals."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, count

import pyoxigraph as ox

from kg.article.known import Fits, Known
from kg.article.listing import Terminology
from kg.article.sheets.columns import Columns
from kg.article.sheets.material import ArticleSources
from kg.article.sheets.quotes import Missed, Quotes
from kg.article.sheets.values import extents_of, node_name, typed_literal
from kg.claims.cells import LANGUAGE, NONE, values_in
from kg.claims.columns import CLAIM, PROP_OBJECT, PROP_VALUE, CellForm, Pair, TableColumn
from kg.claims.edtf import is_edtf, time_iri
from kg.core.likeness import clean, closest, folded
from kg.core.names import AmbiguousName, Name, NameKind, UnknownName
from kg.core.passages import passage_iri
from kg.core.terms import OWL, RDF_TYPE, is_stated, local_name

_LONGEST = 200  # characters of a new name
_WORDS = (CellForm.RELATION, CellForm.KIND, CellForm.CODED, CellForm.TIME)
_PREFIX = re.compile(r"([A-Za-z][A-Za-z0-9_.-]*):[^\s:/]+$")
_RANGE = re.compile(r"#?char=([0-9]+),([0-9]+)")


class Wrong(Exception):
    """A cell that cannot be taken over: the rule that it breaks, what is wrong, and how to mend it."""

    def __init__(self, rule: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.rule = rule
        self.hint = hint


@dataclass(frozen=True)
class NewNode:
    """A node that the sheet brings in: its name, and its class if the sheet says so.

    `no_class` is what stands before its colon without being a class or like one.
    """

    node: ox.NamedNode
    label: str
    kind: ox.NamedNode | None = None
    edtf: str | None = None
    nearest: tuple[str, ...] = ()
    no_class: str = ""


class Reader:
    """Reads the cells of one sheet.

    `new` is what they bring in, `typed` has the classes that nodes which sheets brought in get, `moved` nodes
    that become others, since their class says that articles share them, or that they do not. `aliases` are
    further names that rows give, each with the name and with how it names.
    """

    def __init__(self, material: ArticleSources, columns: Columns, quotes: Quotes | None) -> None:
        self._material = material
        self._columns = columns
        self._quotes = quotes
        self.names = material.entities_named
        self.new: dict[ox.NamedNode, NewNode] = {}
        self.order: list[ox.NamedNode] = []
        self.typed: dict[ox.NamedNode, ox.NamedNode] = {}
        self.moved: dict[ox.NamedNode, ox.NamedNode] = {}
        self.aliases: list[tuple[str, str, NameKind]] = []
        self._stated: dict[str, set[ox.NamedNode]] = {}
        self._labels_stated: dict[str, str] = {}
        self._made: dict[tuple[str, ox.NamedNode | None], ox.NamedNode] = {}
        self._coded: dict[ox.NamedNode, Known] = {}
        self._named: set[ox.NamedNode] = set()

    def read(self, column: TableColumn, cell: str, relation: ox.NamedNode | None = None) -> frozenset[Pair]:
        """What a cell that is not empty says; raises `Wrong`. What an object is depends on the `relation`."""
        if column.cell in _WORDS:
            cell = clean(cell)
        match column.cell:
            case CellForm.KIND:
                return self._kind(cell)
            case CellForm.TEXT:
                return frozenset((column.property, value) for value in self._texts(cell))
            case CellForm.OBJECT:
                return frozenset(self._objects(cell, relation))
            case CellForm.LITERAL:
                kind = self._material.terms.range(column.property)
                return frozenset((column.property, self._literal(part, kind)) for part in values_in(cell))
        return frozenset((column.property, self._node(column, part)) for part in values_in(cell))

    def _node(self, column: TableColumn, part: str) -> ox.NamedNode:
        match column.cell:
            case CellForm.PASSAGE:
                return self._passage(part)
            case CellForm.RELATION:
                return self._relation(part)
            case CellForm.CODED:
                return self._code(self._columns.coded(column), part)
            case CellForm.TIME:
                return self._time(part)
        return self.entity(part, self._material.needed(column.property))

    def _passage(self, part: str) -> ox.NamedNode:
        stated = _RANGE.fullmatch(part)
        if stated and self._quotes is None:
            node = ox.NamedNode(passage_iri(self._material.iri, (int(stated[1]), int(stated[2]))))
            if node not in self._described:
                raise Wrong(
                    "sheet.text", f"{part} is no passage of the article yet, and its text is not here"
                )
            return node
        if self._quotes is None:
            hint = f"bring it in: kg text add {self._material.slug} FILE"
            raise Wrong("sheet.text", "the text of the article is not here, so the quote is not found", hint)
        found = self._quotes.find(part)
        if isinstance(found, Missed):
            raise Wrong(found.rule, found.message, found.hint)
        return ox.NamedNode(passage_iri(self._material.iri, found))

    def _relation(self, part: str) -> ox.NamedNode:
        try:
            return self._material.relations.find(part)
        except UnknownName as error:
            hint = self._terminology.meant(error.nearest) or "kg terms lists those that there are"
            raise Wrong("sheet.relation", f"no relation is called '{part}'", hint) from error
        except AmbiguousName as error:
            raise Wrong("sheet.relation", str(error)) from error

    def unfit(self, relation: ox.NamedNode, node: ox.NamedNode, *, is_subject: bool) -> Wrong | None:
        """What is wrong where a relation is of no class of its subject, or leads to none of its object."""
        terms, label = self._material.terms, self.names.label
        needed = terms.domain(relation) if is_subject else terms.range(relation)
        kinds = {kind} if (kind := self.typed.get(node)) else self._types(node)
        if needed not in terms.classes or not kinds or any(terms.are_akin(needed, kind) for kind in kinds):
            return None
        side = "is of the class" if is_subject else "leads to the class"
        classes = " and ".join(sorted(map(label, kinds)))
        name = self.new[node].label if node in self.new else label(node)
        message = f"'{label(relation)}' {side} {label(needed)}, and '{name}' is of the class {classes}"
        hint = f"kg terms --class '{sorted(map(label, kinds))[0]}' lists relations that fit"
        return Wrong("sheet.relation-class", message, hint)

    def _code(self, kind: ox.NamedNode, part: str) -> ox.NamedNode:
        if kind not in self._coded:
            self._coded[kind] = self._material.values(kind)
        names = self._coded[kind]
        try:
            return names.find(part)
        except (UnknownName, AmbiguousName) as error:
            offers = ", ".join(sorted(local_name(node) for node in names.nodes))
            raise Wrong(
                "sheet.value", f"'{part}' is not one of the values here", f"use one of {offers}"
            ) from error

    def _kind(self, cell: str) -> frozenset[Pair]:
        found: set[Pair] = set()
        for word in filter(None, (word.strip() for word in re.split(r"[,;|]", cell))):
            value = self._kind_of(word)
            if value[0] != RDF_TYPE and any(value[0] == predicate for predicate, _ in found - {value}):
                raise Wrong("sheet.kind", f"'{cell}' says two things that exclude each other")
            found.add(value)
        return frozenset(found)

    def _kind_of(self, word: str) -> Pair:
        """What a word of the table's list says, or a class of claims by any of its names."""
        words = self._material.forms.reader.columns.kinds
        if (pair := words.get(word.casefold())) is not None:
            return pair
        try:
            return RDF_TYPE, self._claim_classes.find(word)
        except (UnknownName, AmbiguousName) as error:
            raise Wrong(
                "sheet.kind", f"'{word}' is no kind of claim", f"there is {', '.join(words)}"
            ) from error

    @cached_property
    def _claim_classes(self) -> Known:
        return self._material.classes(CLAIM)

    @cached_property
    def _described(self) -> set[object]:
        return {triple.subject for triple in self._material.claims}

    @cached_property
    def _times(self) -> dict[str, ox.NamedNode]:
        return {edtf: node for node, edtf in extents_of(self._material)}

    def _time(self, part: str) -> ox.NamedNode:
        if part in self._times:
            return self._times[part]
        if is_edtf(part):
            node = ox.NamedNode(time_iri(self._material.iri, part))
            return self._noted(self._add(NewNode(node, part, edtf=part)).node)
        try:
            return self.names.find(part)
        except (UnknownName, AmbiguousName) as error:
            hint = "write 2024, 2024-09, 2012/2021 (the earlier first), 2023/.. or [..2024-12-11]"
            raise Wrong("sheet.time", f"'{part}' is no date or interval", hint) from error

    def state_classes(self, cells: Iterable[str]) -> None:
        """Take down the classes that stand before names anywhere in the sheet, before its rows are read."""
        for cell in cells:
            for part in values_in(cell):
                kind, label = self._classed(clean(part))
                if kind is not None:
                    self._stated.setdefault(folded(label), set()).add(kind)
                    self._labels_stated.setdefault(folded(label), label)

    def introduce(self) -> None:
        """Bring in what the sheet names with a class or describes, so that every cell knows its names.

        A name is so read as it will be when the node is known.
        """
        names = []
        for key, kinds in sorted(self._stated.items()):
            with suppress(Wrong):
                node = self._of_class(self._labels_stated[key], *kinds)
                if node in self.new and node not in self.moved.values():
                    names.append(Name(self.new[node].label, node))
        self.names = self.names.with_names(names)
        aliases = []
        for alias, label, kind in self.aliases:
            with suppress(Wrong):
                aliases.append(Name(clean(alias), self._entity(label, None), kind))
        self.names = self.names.with_names(aliases)

    def entity(self, part: str, needed: ox.NamedNode | None = None) -> ox.NamedNode:
        """The node of a name, new where nobody knows it; one of the class that is `needed` goes first."""
        return self._noted(self._entity(part, needed))

    def _entity(self, part: str, needed: ox.NamedNode | None) -> ox.NamedNode:
        label = clean(part)
        stated = self._stated.get(folded(label))
        try:
            known = self.names.find(part, self._of(needed) if needed else None)
            is_own = self._is_called(known, label) and self._material.is_own(known)
            return self._of_class(label, *stated) if stated and is_own else known
        except AmbiguousName as error:
            raise Wrong("sheet.name", str(error)) from error
        except UnknownName as error:
            if (node := self.names.stated(part)) is None:
                return self._of_class(label, *stated) if stated else self._unknown(label, error.nearest)
            if (found := self._material.elsewhere(node)) is not None:
                return found
            raise Wrong("sheet.name", f"nothing is known of {part}", _meant(error.nearest)) from error

    def _is_called(self, node: ox.NamedNode, label: str) -> bool:
        """Whether a name is the label of a node, and not another name of it."""
        return folded(self.names.label(node)) == folded(label)

    def _types(self, node: ox.NamedNode) -> set[ox.NamedNode]:
        """The classes of a node, known or new."""
        new = self.new.get(node)
        return {new.kind} if new is not None and new.kind else self._material.types.get(node, set())

    def _of(self, kind: ox.NamedNode) -> Fits:
        """Whether a node is of a class, or of one below it."""
        return lambda node: not self._material.terms.below(kind).isdisjoint(self._types(node))

    def _akin(self, kind: ox.NamedNode) -> Fits:
        """Whether a node is of a class, or of one above or below it."""
        return lambda node: any(self._material.terms.are_akin(kind, other) for other in self._types(node))

    def _unknown(self, typed: str, nearest: list[str]) -> ox.NamedNode:
        """A node that nobody knows: `CLASS: harbour patrol`, or a name that waits to be typed."""
        if (problem := _no_name(typed)) is not None:
            raise problem
        kind, label = self._classed(typed)
        if kind is not None:
            return self._of_class(label, *self._stated.get(folded(label), {kind}))
        if (prefix := _PREFIX.match(typed)) is not None:
            hint = _meant(closest(prefix[1], self._material.project.prefixes)) or ""
            hint = f"{hint} a name with a colon has its class before it: 'CLASS: {typed}'".strip()
            raise Wrong("sheet.name", f"no prefix is called '{prefix[1]}'", hint)
        head, colon, rest = typed.partition(": ")
        no_class = head.strip() if colon and rest.strip() else ""
        if no_class and (near := self._nearest_classes(no_class)):
            hint = (
                f"{_meant(near)} write 'CLASS: {rest.strip()}', or 'CLASS: {typed}' if all of it is the name"
            )
            raise Wrong("sheet.class", f"no class is called '{no_class}'", hint)
        return self._bring_in(typed, None, nearest, no_class)

    def require_class(self, typed: str) -> None:
        """Raise `Wrong` for what is no class."""
        try:
            self._classes.find(clean(typed))
        except UnknownName as error:
            hint = _meant(error.nearest) or "it is a class of the ontology, by label, local name or CURIE"
            raise Wrong("sheet.class", f"no class is called '{typed}'", hint) from error
        except AmbiguousName as error:
            raise Wrong("sheet.class", str(error)) from error

    def require_known(self, node: object, names: Collection[str]) -> None:
        """Raise `Wrong` for a new node without a class that is not one of some names, folded."""
        new = self.new.get(node) if isinstance(node, ox.NamedNode) else None
        if new is None or new.kind is not None or new.edtf is not None or folded(new.label) in names:
            return
        hint = (
            f"{_meant(list(new.nearest)) or ''} if it is new, write its class before it: 'CLASS: {new.label}'"
        )
        raise Wrong("sheet.name", f"nothing is called '{new.label}'", hint.strip())

    def _classed(self, typed: str) -> tuple[ox.NamedNode | None, str]:
        """The class that stands before a name, and the name."""
        head, colon, label = typed.partition(": ")
        if not (colon and label.strip()):
            return None, typed
        if head not in self._heads:
            try:
                self._heads[head] = self._classes.find(head.strip())
            except (UnknownName, AmbiguousName):
                self._heads[head] = None
        kind = self._heads[head]
        return kind, label.strip() if kind else typed

    def _nearest_classes(self, typed: str) -> list[str]:
        try:
            self._classes.find(typed)
        except UnknownName as error:
            return error.nearest
        except AmbiguousName:
            pass
        return []

    def _of_class(self, label: str, *kinds: ox.NamedNode) -> ox.NamedNode:
        """The node of a name and a class: a known one, in its new class if need be, or a new one."""
        kind = self._one_of(label, kinds)
        try:
            known = self.names.find(label, self._akin(kind))
        except AmbiguousName as error:
            raise Wrong("sheet.name", str(error)) from error
        except UnknownName as error:
            return self._bring_in(label, kind, error.nearest)
        is_called = self._is_called(known, label)
        is_own = is_called and self._material.is_own(known)
        if kind in self._types(known) or (self._akin(kind)(known) and not is_own):
            return known
        if not is_own and is_called and self._types(known):
            message = f"'{label}' is known as another thing, {self._material.told(known)}"
            hint = f"write {self.names.code(known)} if that is meant, or give what is new a name of its own"
            raise Wrong("sheet.class", message, hint)
        if not is_own:
            return self._bring_in(label, kind, [])
        if known.value.startswith(f"{self._material.iri}#") == (kind in self._material.shared):
            self.moved[known] = self._bring_in(label, kind, [])
            return self.moved[known]
        self.typed[known] = kind
        return known

    def _one_of(self, label: str, kinds: Sequence[ox.NamedNode]) -> ox.NamedNode:
        """The narrowest of some classes; raises `Wrong` where two exclude each other."""
        kind = kinds[0]
        for other in kinds[1:]:
            if not self._material.terms.are_akin(kind, other):
                names = " and ".join(sorted(local_name(one) for one in kinds))
                hint = "give the class once, or two things two names"
                raise Wrong("sheet.class", f"'{label}' is of two classes in this sheet, {names}", hint)
            kind = other if other in self._material.terms.below(kind) else kind
        return kind

    def _bring_in(
        self, label: str, kind: ox.NamedNode | None, nearest: Sequence[str], no_class: str = ""
    ) -> ox.NamedNode:
        """A new node: of a class that articles share among the shared entities, else of the article's own."""
        if (made := self._made.get((folded(label), kind))) is not None:
            return made
        is_shared = kind in self._material.shared
        name = node_name(label)
        home = f"{self._material.project.base}entity/" if is_shared else f"{self._material.iri}#"
        node = ox.NamedNode(home + name)
        if is_shared:
            numbered = (ox.NamedNode(f"{home}{name}{number}") for number in count(2))
            node = next(other for other in chain([node], numbered) if not self._is_taken(other))
        elif self._is_taken(node):
            message = f"'{label}' would be {name}, which the article has for something else"
            raise Wrong("sheet.name", message, f"if that is meant, write #{name}")
        self._made[folded(label), kind] = node
        return self._add(NewNode(node, label, kind, nearest=tuple(nearest), no_class=no_class)).node

    def _is_taken(self, node: ox.NamedNode) -> bool:
        return node in self.names.nodes or node in self.new

    def _add(self, new: NewNode) -> NewNode:
        """Bring a node in, unless another cell did; the one that is there."""
        return self.new.setdefault(new.node, new)

    def _noted(self, node: ox.NamedNode) -> ox.NamedNode:
        """The node, put into the order in which cells name what is new."""
        if node in self.new and node not in self._named:
            self._named.add(node)
            self.order.append(node)
        return node

    @cached_property
    def _terminology(self) -> Terminology:
        return Terminology(self._material.project, self._material.ontology)

    @cached_property
    def _heads(self) -> dict[str, ox.NamedNode | None]:
        """What stood before colons, and the classes that are called so."""
        return {}

    @cached_property
    def _classes(self) -> Known:
        return self._material.classes()

    def _objects(self, cell: str, relation: ox.NamedNode | None) -> Iterator[Pair]:
        terms = self._material.terms
        is_data = relation is not None and terms.is_a(relation, OWL("DatatypeProperty"))
        for part in values_in(cell):
            if is_data:
                assert relation is not None
                yield PROP_VALUE, self._literal(part, terms.range(relation))
            elif part.startswith('"'):
                yield PROP_VALUE, self._literal(part, None)
            else:
                yield PROP_OBJECT, self.entity(part)

    def _texts(self, cell: str) -> Iterator[ox.Literal]:
        """Text in words; several, or text in another language, as Turtle writes literals."""
        read = self._material.forms.reader.names.literal
        given = [literal for part in values_in(cell) if part[0] == '"' and (literal := read(part))]
        is_text = not given or len(given) < len(values_in(cell))
        yield from [ox.Literal(clean(cell), language=LANGUAGE)] if is_text else given

    def _literal(self, part: str, kind: ox.NamedNode | None) -> ox.Literal:
        """A literal as Turtle writes it, or the bare value of a datatype."""
        if part.startswith('"'):
            if (found := self._material.forms.reader.names.literal(part)) is None:
                hint = 'write "text" or "text"@en; a name that begins so goes by its CURIE or #name'
                raise Wrong("sheet.value", f"{part} is no literal", hint)
            return found
        literal = typed_literal(part, kind)
        if literal is None:
            raise Wrong("sheet.value", f"'{part}' is no value of {local_name(kind) if kind else 'text'}")
        return literal


def _no_name(typed: str) -> Wrong | None:
    """Why what nobody knows is no name for something new either."""
    if is_stated(typed):
        return Wrong(
            "sheet.name", f"'{typed}' is no IRI", "an IRI has no spaces, quotation marks or brackets"
        )
    if typed.casefold() == NONE or not any(map(str.isalnum, typed)):
        return Wrong("sheet.name", f"'{typed}' names nothing", "a name has letters or digits")
    if len(typed) > _LONGEST:
        hint = f"a name has at most {_LONGEST}; name the thing, and say the rest in the gloss"
        return Wrong("sheet.name", f"'{typed[:40]}...' has {len(typed)} characters", hint)
    return None


def _meant(nearest: list[str]) -> str | None:
    return f"did you mean {' or '.join(nearest)}?" if nearest else None
