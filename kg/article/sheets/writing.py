"""What an import writes: the table of claims, and the nodes that its rows bring in, change or leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg.article.document import Document
from kg.article.ranges import span_of
from kg.article.sheets.cell_reader import NewNode, Reader
from kg.article.sheets.claims import SheetClaim
from kg.article.sheets.columns import Column
from kg.article.sheets.entities import Described
from kg.article.sheets.material import SOURCE, ArticleSources
from kg.article.sheets.quotes import Quotes
from kg.claims.columns import NOTE
from kg.claims.edtf import extent
from kg.claims.source import forms_of, read_source
from kg.claims.table import ClaimTable, TableRow
from kg.core.errors import InputError
from kg.core.files import read_text
from kg.core.findings import Finding, Place, Severity
from kg.core.passages import span_digest
from kg.core.terms import RDF_TYPE, RDFS_LABEL, SECPOL, local_name, short
from kg.project.project import TABLE, Source, SourceKind
from kg.rdf.order import natural

_PASSAGE, _DIGEST = SECPOL("Passage"), SECPOL("spanDigest")
_TO_BE_TYPED = "# To be typed: of which class is it?\n"
_OF_A_CELL = (RDF_TYPE, RDFS_LABEL, SOURCE)
Said = dict[ox.NamedNode, list[ox.Triple]]


@dataclass(frozen=True)
class Changes:
    """The claims that are new or say something else, those that go, and what rows say of entities.

    With `is_whole` the rows of entities are all that there are: what no sheet describes any more may go.
    """

    claims: Sequence[SheetClaim]
    removed: Sequence[SheetClaim]
    described: Mapping[ox.NamedNode, Described] = field(default_factory=dict)
    is_whole: bool = False


class Writing:
    """Makes the files of an article after an import.

    `new` are the nodes that came in, `changed` those that are described anew, `gone` those that went with the
    last claim that named them; `findings` has claims that are left speaking of one that goes.
    """

    def __init__(
        self,
        material: ArticleSources,
        existing: Mapping[str, SheetClaim],
        columns: Mapping[str, Column],
        quotes: Quotes | None,
        reader: Reader,
    ) -> None:
        self._material = material
        self._existing = existing
        self._columns = columns
        self._quotes = quotes
        self._reader = reader
        self.new: list[NewNode] = []
        self.changed: set[ox.NamedNode] = set()
        self.gone: list[ox.NamedNode] = []
        self.findings: list[Finding] = []

    def files(self, changes: Changes) -> dict[Path, bytes]:
        """The files that the changes make, whole."""
        changes = replace(changes, claims=[*changes.claims, *self._moved(changes)])
        final = {**self._existing, **{claim.name: claim for claim in changes.claims}}
        for claim in changes.removed:
            del final[claim.name]
        self._tell_left(changes, final)
        files: dict[Path, bytes] = {}
        if changes.claims or changes.removed:
            files[self._material.folder / TABLE] = self._table(changes).encode()
        said = self._nodes(changes, final)
        for path, base in (
            (self._material.folder / f"{SourceKind.FACTS.value}.ttl", self._material.iri),
            (self._material.entities_path, ""),
        ):
            if (text := self._nodes_file(path, base, said)) is not None:
                files[path] = text.encode()
        return files

    def _moved(self, changes: Changes) -> Iterator[SheetClaim]:
        """The other claims that name a node which becomes another one."""
        moved = self._reader.moved
        known = {claim.name for claim in (*changes.claims, *changes.removed)}
        for name, claim in self._existing.items():
            if moved and name not in known and moved.keys() & claim.named():
                said = {
                    column: frozenset(
                        (path, moved.get(value, value) if isinstance(value, ox.NamedNode) else value)
                        for path, value in values
                    )
                    for column, values in claim.said.items()
                }
                yield replace(claim, said=said)

    def _tell_left(self, changes: Changes, final: Mapping[str, SheetClaim]) -> None:
        """Tell of claims that go on speaking of one that goes."""
        gone = {node for claim in changes.removed for node in (claim.node, claim.proposition)}
        for claim in final.values() if gone else ():
            for node in sorted(gone & claim.named(), key=lambda node: natural(node.value)):
                message = f"#{claim.name}: it speaks of {short(node.value)}, which is taken out"
                self.findings.append(
                    Finding(
                        "sheet.left",
                        Severity.VIOLATION,
                        message,
                        claim.node.value,
                        places=(Place(TABLE),),
                        hint="put that row back, or change this claim too",
                    )
                )

    def _table(self, changes: Changes) -> str:
        """The table with the changed rows in it; the others stay to the letter."""
        forms = forms_of(self._material.project, self._material.slug)
        path = self._material.folder / TABLE
        rows = ClaimTable.read(path, forms.reader.columns).by_id() if path.is_file() else {}
        notes = {f"{self._material.iri}#{name}": row.cells.get(NOTE, "") for name, row in rows.items()}
        triples = [
            triple
            for claim in changes.claims
            for triple in (*claim.triples(self._columns), *self._passages(claim))
        ]
        converted = forms.writer.rows(triples, notes)
        if converted.refused:
            node, what = converted.refused[0]
            raise InputError(f"the table cannot carry {what} of {node}", path=path)
        for claim in changes.removed:
            rows.pop(claim.name, None)
        rows |= {row.id: TableRow(row.cells) for row in converted.rows}
        return ClaimTable(tuple(rows.values())).text(forms.reader.columns)

    def _passages(self, claim: SheetClaim) -> Iterator[ox.Triple]:
        """What describes the passages of a claim: a digest of the words of each."""
        for node in claim.passages():
            span = span_of(node, self._material.iri)
            if self._quotes is not None and span is not None:
                digest = ox.Literal(span_digest(self._quotes.text[slice(*span)]))
                yield from (ox.Triple(node, RDF_TYPE, _PASSAGE), ox.Triple(node, _DIGEST, digest))
            else:
                yield from self._described_passages.get(node, ())

    @cached_property
    def _described_passages(self) -> Said:
        found: Said = {}
        for triple in self._material.claims:
            if triple.predicate == _DIGEST and isinstance(triple.subject, ox.NamedNode):
                kind = ox.Triple(triple.subject, RDF_TYPE, _PASSAGE)
                found[triple.subject] = [kind, triple]
        return found

    def _nodes(self, changes: Changes, final: Mapping[str, SheetClaim]) -> Said:
        """What is said of the nodes that sheets bring in, as far as it changes; nothing of those that go."""
        named: dict[ox.NamedNode, list[ox.NamedNode]] = {}
        for claim in sorted(final.values(), key=lambda claim: natural(claim.name)):
            for node in claim.named():
                named.setdefault(node, []).append(claim.node)
        before = {node: list(said) for node, said in self._material.brought_in.items()}
        after = {node: list(said) for node, said in before.items()}
        for node, kind in self._reader.typed.items():
            kept = [triple for triple in after[node] if triple.predicate != RDF_TYPE]
            after[node] = [*kept, ox.Triple(node, RDF_TYPE, kind)]
        for node, new in self._reader.new.items():
            if node in named or node in changes.described:
                after[node] = list(_introduced(new))
        self._move(after)
        self._describe(after, changes.described)
        self._complete(after)
        self._drop(before, after, changes, named)
        self._source(after, {claim.node for claim in changes.removed}, named)
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
            after[node] = [
                ox.Triple(node, t.predicate, moved.get(t.object, t.object))
                if isinstance(t.object, ox.NamedNode)
                else t
                for t in said
            ]

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

    def _drop(
        self, before: Said, after: Said, changes: Changes, named: Mapping[ox.NamedNode, object]
    ) -> None:
        """Take out the nodes that claims and descriptions named before, and that nothing names now.

        What more than a claim's cell describes goes only where the rows of entities are all that there are.
        """
        earlier = [self._existing[c.name] for c in changes.claims if c.name in self._existing]
        pending = {node for claim in (*earlier, *changes.removed) for node in claim.named()}
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
        self, after: Said, removed: set[ox.NamedNode], named: Mapping[ox.NamedNode, Sequence[ox.NamedNode]]
    ) -> None:
        """Give each shared node the claim that brought it in: one that names it, or what names it."""
        home = f"{self._material.iri}#"
        pending = [node for node in after if not node.value.startswith(home)]
        for node in pending:
            said = after[node]
            after[node] = [t for t in said if not (t.predicate == SOURCE and t.object in removed)]
            is_sourced = any(t.predicate == SOURCE for t in after[node])
            if not is_sourced and (claim := _claim_behind(node, after, named)) is not None:
                after[node].append(ox.Triple(node, SOURCE, claim))

    def _nodes_file(self, path: Path, base: str, said: Said) -> str | None:
        """A file of nodes after what is said of some has changed; None where it has not."""
        mine = {node: found for node, found in said.items() if self._is_home(node, base)}
        if not mine:
            return None
        text = read_text(path) if path.is_file() else ""
        document = Document(text, base, self._material.project.prefixes)
        texts = document.texts(triple for found in mine.values() for triple in found)
        places = {subject: at for at, subject in document.subjects()}
        document.drop_comment(_TO_BE_TYPED, {node.value for node in mine})
        inserted: dict[int, list[tuple[str, str]]] = {}
        for node in sorted(mine, key=lambda node: ("#time=" in node.value, natural(node.value))):
            if mine[node] and node.value not in places:
                before = [name for name in places if natural(name) < natural(node.value)]
                at = document.end if base else max((places[name] for name in before), default=-1)
                is_untyped = not any(triple.predicate == RDF_TYPE for triple in mine[node])
                inserted.setdefault(at, []).append((_TO_BE_TYPED if is_untyped else "", texts[node.value]))
        if not base and -1 in inserted and places:
            first = min(places.values()) - 1
            inserted.setdefault(first, inserted.pop(-1))
        replaced = {
            node.value: texts[node.value] for node, found in mine.items() if found and node.value in places
        }
        gone = [node.value for node, found in mine.items() if not found]
        return document.edit(replaced, gone, inserted)

    def _is_home(self, node: ox.NamedNode, base: str) -> bool:
        return node.value.startswith(f"{self._material.iri}#") == bool(base)


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
