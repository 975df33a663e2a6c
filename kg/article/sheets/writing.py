"""What an import writes: the table of claims, and the nodes that its rows bring in, change or leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg.article.document import Document
from kg.article.sheets.cell_reader import NewNode, Reader
from kg.article.sheets.entities import Described
from kg.article.sheets.material import SOURCE, ArticleSources
from kg.claims.claim import claims_in
from kg.claims.edtf import extent
from kg.claims.source import read_source
from kg.claims.table import ClaimTable, TableRow
from kg.core.errors import InputError
from kg.core.files import read_text
from kg.core.findings import Finding, Place, Severity
from kg.core.terms import RDF_TYPE, RDFS_LABEL, WOULD_BE, AtomicTerm, local_name, short
from kg.project.project import TABLE, Source, SourceKind
from kg.rdf.order import natural
from kg.rdf.turtle_document import kept_canonical

_TO_BE_TYPED = "# To be typed: of which class is it?\n"
_OF_A_CLASS = (RDF_TYPE, WOULD_BE)
_OF_A_CELL = (*_OF_A_CLASS, RDFS_LABEL, SOURCE)
Said = dict[ox.NamedNode, list[ox.Triple]]
_Facts = dict[tuple[AtomicTerm, AtomicTerm, AtomicTerm], ox.NamedNode | ox.BlankNode]


@dataclass(frozen=True)
class Changes:
    """The rows that are new or say something else, those that go, and what rows say of entities.

    With `is_whole` the rows of entities are all that there are: what no sheet describes any more may go.
    """

    rows: Sequence[TableRow]
    removed: Sequence[TableRow]
    described: Mapping[ox.NamedNode, Described] = field(default_factory=dict)
    is_whole: bool = False


class Writing:
    """Makes the files of an article after an import.

    `new` are the nodes that came in, `changed` those that are described anew, `gone` those that went with the
    last claim that named them; `unsourced` have a relation that neither a claim nor a source is named for;
    `findings` has claims that are left speaking of one that goes.
    """

    def __init__(self, material: ArticleSources, reader: Reader) -> None:
        self._material = material
        self._table = material.forms.reader
        self._existing = material.claimed
        self._reader = reader
        self.new: list[NewNode] = []
        self.changed: set[ox.NamedNode] = set()
        self.gone: list[ox.NamedNode] = []
        self.unsourced: dict[ox.NamedNode, ox.Triple] = {}
        self.findings: list[Finding] = []

    def files(self, changes: Changes) -> dict[Path, bytes]:
        """The files that the changes make, whole."""
        changes = replace(changes, rows=[*changes.rows, *self._moved(changes)])
        final = {**self._existing, **{row.id: row for row in changes.rows}}
        for row in changes.removed:
            del final[row.id]
        self._tell_left(changes, final)
        files: dict[Path, bytes] = {}
        if changes.rows or changes.removed:
            files[self._material.folder / TABLE] = self._text(changes).encode()
        said = self._nodes(changes, final)
        for path, base in (
            (self._material.folder / f"{SourceKind.FACTS.value}.ttl", self._material.iri),
            (self._material.entities_path, ""),
        ):
            if (text := self._nodes_file(path, base, said)) is not None:
                files[path] = text.encode()
        return files

    def _moved(self, changes: Changes) -> Iterator[TableRow]:
        """The other rows that name a node which becomes another one."""
        moved = self._reader.moved
        known = {row.id for row in (*changes.rows, *changes.removed)}
        for name, row in self._existing.items() if moved else ():
            if name not in known and moved.keys() & self._table.nodes(row):
                triples = (_renamed(one.triple, moved) for one in self._table.row(row))
                notes = self._material.forms.notes([row])
                yield from self._material.forms.writer.rows(triples, notes).rows

    def _tell_left(self, changes: Changes, final: Mapping[str, TableRow]) -> None:
        """Tell of claims that go on speaking of one that goes."""
        gone = {self._node(f"{row.id}{end}") for row in changes.removed for end in ("", "p")}
        for row in final.values() if gone else ():
            for node in sorted(gone & self._table.nodes(row), key=lambda node: natural(node.value)):
                message = f"#{row.id}: it speaks of {short(node.value)}, which is taken out"
                self.findings.append(
                    Finding(
                        "sheet.left",
                        Severity.VIOLATION,
                        message,
                        self._node(row.id).value,
                        places=(Place(TABLE),),
                        hint="put that row back, or change this claim too",
                    )
                )

    def _text(self, changes: Changes) -> str:
        """The table with the changed rows in it; the others stay to the letter."""
        rows = dict(self._material.table)
        for row in changes.removed:
            rows.pop(row.id, None)
        rows |= {row.id: row for row in changes.rows}
        return ClaimTable(tuple(rows.values())).text(self._table.columns)

    def _node(self, name: str) -> ox.NamedNode:
        return ox.NamedNode(f"{self._material.iri}#{name}")

    def _nodes(self, changes: Changes, final: Mapping[str, TableRow]) -> Said:
        """What is said of the nodes that sheets bring in, as far as it changes; nothing of those that go."""
        named: dict[ox.NamedNode, list[ox.NamedNode]] = {}
        for row in sorted(final.values(), key=lambda row: natural(row.id)):
            for node in self._table.nodes(row):
                named.setdefault(node, []).append(self._node(row.id))
        before = {node: list(said) for node, said in self._material.brought_in.items()}
        after = {node: list(said) for node, said in before.items()}
        for node, kind in self._reader.typed.items():
            kept = [triple for triple in after[node] if triple.predicate not in _OF_A_CLASS]
            after[node] = [*kept, ox.Triple(node, RDF_TYPE, kind)]
        for node, new in self._reader.new.items():
            if node in named or node in changes.described:
                after[node] = list(_introduced(new))
        self._move(after)
        self._describe(after, changes.described)
        self._complete(after)
        self._drop(before, after, changes, named)
        facts = self._facts(final)
        self._settle(after, facts)
        self._source(after, changes, named, facts)
        self.new = sorted(
            (self._reader.new[node] for node in after.keys() - before.keys()), key=lambda new: new.node.value
        )
        self.gone = sorted(before.keys() - after.keys(), key=lambda node: node.value)
        said = {node: after.get(node, []) for node in {*before, *after}}
        said = {node: found for node, found in said.items() if set(found) != set(before.get(node, ()))}
        self.changed = {node for node in said if node in before and node in after}
        return said

    def _move(self, after: Said) -> None:
        """Let nodes that become others take along what describes them, and what names them."""
        moved = self._reader.moved
        for old, new in moved.items():
            kept = [t for t in after.get(old, ()) if _is_description(t)]
            after[new] = [*after.get(new, ()), *(ox.Triple(new, t.predicate, t.object) for t in kept)]
            after.pop(old, None)
        for node, said in after.items() if moved else ():
            after[node] = [_renamed(triple, moved) for triple in said]

    def _describe(self, after: Said, described: Mapping[ox.NamedNode, Described]) -> None:
        """Put what rows say of entities in the place of what was said by the same properties."""
        for node, values in described.items():
            if node in after:
                kept = [triple for triple in after[node] if triple.predicate not in values]
                added = [ox.Triple(node, path, value) for path, found in values.items() for value in found]
                after[node] = [*kept, *added]

    def _complete(self, after: Said) -> None:
        """Introduce the new nodes that descriptions name."""
        pending = [triple.object for said in after.values() for triple in said]
        for value in pending:
            if isinstance(value, ox.NamedNode) and value in self._reader.new and value not in after:
                after[value] = list(_introduced(self._reader.new[value]))

    def _settle(self, after: Said, facts: _Facts) -> None:
        """Give what facts speak of its class as its type; what only views speak of says what it would be."""
        spoken_of = {node for subject, _, value in facts for node in (subject, value)}
        for node, said in after.items():
            if self._is_home(node, self._material.iri):
                by = RDF_TYPE if node in spoken_of else WOULD_BE
                after[node] = [
                    ox.Triple(node, by, triple.object)
                    if triple.predicate in _OF_A_CLASS and triple.object not in self._material.descriptive
                    else triple
                    for triple in said
                ]

    def _facts(self, final: Mapping[str, TableRow]) -> _Facts:
        """What claims asserted as facts say once the table is written, each with the first that says it."""
        written = self._material.turtle_ids
        triples = [t for t in self._material.claims if str(t.subject)[1:-1].partition("#")[2] in written]
        triples += [one.triple for row in final.values() for one in self._table.row(row)]
        store = ox.Store()
        store.extend(ox.Quad(*triple) for triple in triples)
        found: _Facts = {}
        for claim in claims_in(store, ox.DefaultGraph()):
            for fact in claim.facts():
                found.setdefault(fact, claim.node)
        return found

    def _drop(
        self, before: Said, after: Said, changes: Changes, named: Mapping[ox.NamedNode, object]
    ) -> None:
        """Take out the nodes that claims and descriptions named before, and that nothing names now.

        What more than a claim's cell describes goes only where the rows of entities are all that there are.
        """
        earlier = [self._existing[row.id] for row in changes.rows if row.id in self._existing]
        pending = {node for row in (*earlier, *changes.removed) for node in self._table.nodes(row)}
        for node in changes.described:
            pending |= {t.object for t in before.get(node, ()) if isinstance(t.object, ox.NamedNode)}
        home = f"{self._material.iri}#"
        if changes.is_whole:
            pending |= {node for node in before if not node.value.startswith(home)}
        while pending:
            node = min(pending, key=lambda one: one.value)
            pending.remove(node)
            if node not in after or node in named or node in changes.described:
                continue
            is_shared = not node.value.startswith(home)
            if any(map(_is_description, after[node])) and not (is_shared and changes.is_whole):
                continue
            if not self._material.is_own(node) or self._is_named_elsewhere(node, after):
                continue
            pending |= {t.object for t in after.pop(node) if isinstance(t.object, ox.NamedNode)}

    def _is_named_elsewhere(self, node: ox.NamedNode, after: Said) -> bool:
        if any(t.object == node for subject, said in after.items() if subject != node for t in said):
            return True
        shared = [t for t in self._material.entities if t.subject not in after]
        mentions = self._material.files.get(SourceKind.MENTIONS, ())
        if any(t.object == node for t in (*self._material.meta, *mentions, *shared)):
            return True
        return any(self._names(source, node) for source in self._others)

    @cached_property
    def _others(self) -> list[Source]:
        """The sources of the other articles."""
        sources = self._material.project.sources()
        return [source for source in sources if source.slug not in (None, self._material.slug)]

    def _names(self, source: Source, node: ox.NamedNode) -> bool:
        """Whether a source names a node, by whatever prefix; read where the local name stands in it."""
        if local_name(node).encode() not in source.path.read_bytes():
            return False
        try:
            return any(node in triple for triple in read_source(self._material.project, source))
        except InputError:
            return True  # it may: nobody knows before it is mended

    def _source(
        self,
        after: Said,
        changes: Changes,
        named: Mapping[ox.NamedNode, Sequence[ox.NamedNode]],
        facts: _Facts,
    ) -> None:
        """Give each shared node the claim that brought it in: one that names it, or what names it.

        What relations are said of has the claims that say them instead, or the source that its row names.
        """
        home = f"{self._material.iri}#"
        removed = {self._node(row.id) for row in changes.removed}
        for node in [node for node in after if not node.value.startswith(home)]:
            is_described = node in changes.described
            relations = list(filter(self._material.is_relation, after[node]))
            claims = {claim for relation in relations if (claim := facts.get(_parts(relation)))}
            kept = []
            for triple in after[node]:
                is_mine = triple.predicate == SOURCE and str(triple.object).startswith(f"<{home}")
                is_wrong = is_described and relations and triple.object not in claims
                if not is_mine or not (triple.object in removed or is_wrong):
                    kept.append(triple)
            is_left = is_described or len(kept) < len(after[node])
            after[node] = kept
            if any(t.predicate == SOURCE and t.object not in claims for t in kept):
                continue
            if not relations:
                claim = _claim_behind(node, after, named)
                claims = {claim} if claim is not None else set()
            elif unsaid := [relation for relation in relations if _parts(relation) not in facts]:
                self.unsourced |= {node: unsaid[0]} if is_left else {}
            sourced = [ox.Triple(node, SOURCE, claim) for claim in claims]
            after[node] = [t for t in kept if t not in sourced] + sorted(sourced, key=str)
        for node in changes.described:
            said = after.get(node, []) if node.value.startswith(home) else []
            if unsaid := [t for t in said if self._material.is_relation(t) and _parts(t) not in facts]:
                self.unsourced[node] = unsaid[0]

    def _nodes_file(self, path: Path, base: str, said: Said) -> str | None:
        """A file of nodes after what is said of some has changed; None where it has not."""
        mine = {node: found for node, found in said.items() if self._is_home(node, base)}
        if not mine:
            return None
        text = read_text(path) if path.is_file() else ""
        document = Document(text, base, self._material.project.prefixes)
        texts = document.texts(triple for found in mine.values() for triple in found)
        places = {subject for _, subject in document.subjects()}
        document.drop_comment(_TO_BE_TYPED, {node.value for node in mine})
        added: list[tuple[str, str]] = []
        for node in sorted(mine, key=lambda node: ("#time=" in node.value, natural(node.value))):
            if mine[node] and node.value not in places:
                is_untyped = not any(triple.predicate in _OF_A_CLASS for triple in mine[node])
                added.append((_TO_BE_TYPED if is_untyped else "", texts[node.value]))
        replaced = {
            node.value: texts[node.value] for node, found in mine.items() if found and node.value in places
        }
        gone = [node.value for node, found in mine.items() if not found]
        changed = document.edit(replaced, gone, {document.end: added} if added else {})
        return kept_canonical(changed, text, self._material.project.prefixes, base or None)

    def _is_home(self, node: ox.NamedNode, base: str) -> bool:
        return node.value.startswith(f"{self._material.iri}#") == bool(base)


def _renamed(triple: ox.Triple, moved: Mapping[ox.NamedNode, ox.NamedNode]) -> ox.Triple:
    """A triple with another object where that has become another node."""
    value = triple.object
    return ox.Triple(
        triple.subject,
        triple.predicate,
        moved.get(value, value) if isinstance(value, ox.NamedNode) else value,
    )


def _parts(triple: ox.Triple) -> tuple[AtomicTerm, AtomicTerm, AtomicTerm]:
    """Subject, predicate and value of a statement that has no triple in it."""
    assert not isinstance(triple.subject, ox.Triple)
    assert not isinstance(triple.object, ox.Triple)
    return triple.subject, triple.predicate, triple.object


def _is_description(triple: ox.Triple) -> bool:
    """Whether a node is described by more than a claim's cell says: its name and class, or its time."""
    return triple.predicate not in _OF_A_CELL and "#time=" not in str(triple.subject)


def _introduced(new: NewNode) -> Iterator[ox.Triple]:
    """What is said of a node that comes in."""
    if new.edtf is not None:
        yield from extent(new.node, new.edtf)
        return
    yield ox.Triple(new.node, RDFS_LABEL, ox.Literal(new.label, language="en"))
    if new.kind is not None:
        yield ox.Triple(new.node, RDF_TYPE, new.kind)


def _claim_behind(
    node: ox.NamedNode, after: Said, named: Mapping[ox.NamedNode, Sequence[ox.NamedNode]]
) -> ox.NamedNode | None:
    """The first claim that names a node, or a node which names it."""
    seen = {node}
    pending = [node]
    while pending:
        found = pending.pop(0)
        if found in named:
            return named[found][0]
        naming = {s for s, said in after.items() if s not in seen and any(t.object == found for t in said)}
        seen |= naming
        pending += sorted(naming, key=lambda one: one.value)
    return None
