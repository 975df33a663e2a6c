"""Changed claims go into claims.ttl, what they bring in into facts.ttl; all else stays to the letter."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg.article.document import Document
from kg.article.ranges import span_of
from kg.article.sheets.cell_reader import NewNode
from kg.article.sheets.claims import SheetClaim, positions
from kg.article.sheets.columns import Column
from kg.article.sheets.material import ArticleSources
from kg.article.sheets.quotes import Quotes
from kg.claims.edtf import extent
from kg.core.findings import Finding, Place, Severity
from kg.core.passages import span_digest
from kg.core.terms import RDF_TYPE, RDFS_LABEL, SECPOL
from kg.project.project import SourceKind
from kg.rdf.order import natural
from kg.rdf.turtle_reading import read_text

_STATED_BY, _PASSAGE = SECPOL("statedBy"), SECPOL("Passage")
_OF_PASSAGES = {RDF_TYPE, SECPOL("paragraph"), SECPOL("spanDigest")}
_TO_BE_TYPED = "# To be typed: of which class is it?\n"


@dataclass
class ClaimChanges:
    """The claims that are new or say something else now, and those that go."""

    claims: list[SheetClaim] = field(default_factory=list)
    removed: list[SheetClaim] = field(default_factory=list)


class Writing:
    """Writes a change into the files of an article; `findings` has what is left pointing nowhere."""

    def __init__(
        self,
        material: ArticleSources,
        existing: Mapping[str, SheetClaim],
        columns: Mapping[str, Column],
        quotes: Quotes | None,
    ) -> None:
        self._material = material
        self._existing = existing
        self._columns = columns
        self._quotes = quotes
        self.findings: list[Finding] = []

    def files(
        self, change: ClaimChanges, new: Sequence[NewNode], typed: Mapping[ox.NamedNode, ox.NamedNode]
    ) -> dict[Path, bytes]:
        """The files that the change makes, whole; `typed` are classes for nodes that have none."""
        files: dict[Path, bytes] = {}
        if change.claims or change.removed:
            files[self._path(SourceKind.CLAIMS)] = self._claims(change).encode()
        facts = self._facts(change, new, typed)
        if facts is not None:
            files[self._path(SourceKind.FACTS)] = facts.encode()
        return files

    def _claims(self, change: ClaimChanges) -> str:
        document = self._document(SourceKind.CLAIMS)
        removed = {claim.name for claim in change.removed}
        final = {name: claim for name, claim in self._existing.items() if name not in removed}
        final |= {claim.name: claim for claim in change.claims}
        cited = {passage for claim in final.values() for passage in claim.passages()}
        described = {
            t.subject for t in self._material.claims if (t.predicate, t.object) == (RDF_TYPE, _PASSAGE)
        }
        passages = sorted(cited - described, key=self._span)
        texts = document.texts(
            [
                *(triple for claim in change.claims for triple in claim.triples(self._columns)),
                *(triple for passage in passages for triple in self._passage(passage)),
            ]
        )
        gone = {node.value for claim in change.removed for node in (claim.node, claim.content)}
        gone |= {node.value for node in self._orphans(change, cited)}
        present = {subject for _, subject in document.subjects()}
        places = _Places(document, self._existing, positions(list(final.values()), self._material.iri))
        inserted: dict[int, list[tuple[str, str]]] = {}
        fresh = {passage.value for passage in passages}
        for claim in places.ordered(change.claims):
            group = [claim.node.value, *([] if claim.is_bare else [claim.content.value])]
            group += sorted((p.value for p in claim.passages() if p.value in fresh), key=natural)
            fresh -= set(group)
            missing = [("", texts[subject]) for subject in group if subject not in present]
            if missing:
                inserted.setdefault(places.behind(claim), []).extend(missing)
        replaced = {subject: text for subject, text in texts.items() if subject in present}
        return document.edit(replaced, gone, inserted)

    def _passage(self, node: ox.NamedNode) -> Iterator[ox.Triple]:
        """What describes a passage: a digest of its words."""
        assert self._quotes is not None  # without the text only passages that are described are cited
        start, end = self._span(node)
        words = self._quotes.text[start:end]
        yield ox.Triple(node, RDF_TYPE, _PASSAGE)
        yield ox.Triple(node, SECPOL("spanDigest"), ox.Literal(span_digest(words)))

    def _orphans(self, change: ClaimChanges, cited: set[ox.NamedNode]) -> set[ox.NamedNode]:
        """The passages that claims cited before the change and none cites now, nor says more of."""
        before = [self._existing[claim.name] for claim in change.claims if claim.name in self._existing]
        orphans = {node for claim in (*before, *change.removed) for node in claim.passages()} - cited
        told = {t.subject for t in self._material.claims if t.predicate not in _OF_PASSAGES}
        return orphans - {node for node in told if isinstance(node, ox.NamedNode)}

    def _facts(
        self, change: ClaimChanges, new: Sequence[NewNode], typed: Mapping[ox.NamedNode, ox.NamedNode]
    ) -> str | None:
        """facts.ttl with the new nodes at its end, none stated by claims that are gone; None if unchanged."""
        rewritten = self._restated(change)
        self._tell_silent(change)
        for node, kind in typed.items():
            said = rewritten.get(node.value) or [t for t in self._material.facts if t.subject == node]
            rewritten[node.value] = [*said, ox.Triple(node, RDF_TYPE, kind)]
        if not new and not rewritten:
            return None
        document = self._document(SourceKind.FACTS)
        triples = [triple for node in new for triple in self._described(node)]
        texts = document.texts([*triples, *(triple for said in rewritten.values() for triple in said)])
        added = [
            ("" if node.kind or node.edtf else _TO_BE_TYPED, texts[node.node.value])
            for node in sorted(new, key=lambda node: (node.edtf is not None, natural(node.node.value)))
        ]
        document.drop_comment(_TO_BE_TYPED, {node.value for node in typed})
        inserted = {document.end: added} if added else {}
        return document.edit({node: texts[node] for node in rewritten}, (), inserted)

    def _described(self, new: NewNode) -> Iterator[ox.Triple]:
        if new.edtf is not None:
            yield from extent(new.node, new.edtf)
        else:
            yield ox.Triple(new.node, RDFS_LABEL, ox.Literal(new.label, language="en"))
        if new.kind is not None:
            yield ox.Triple(new.node, RDF_TYPE, new.kind)
        for claim in new.claims:
            yield ox.Triple(new.node, _STATED_BY, claim)

    def _restated(self, change: ClaimChanges) -> dict[str, list[ox.Triple]]:
        """The nodes of facts.ttl that removed claims state, with what remains to be said of them."""
        gone = {claim.node for claim in change.removed}
        if not gone:
            return {}
        stays = [claim for claim in self._existing.values() if claim.node not in gone] + change.claims
        found: dict[str, list[ox.Triple]] = {}
        for node in {
            t.subject for t in self._material.facts if t.predicate == _STATED_BY and t.object in gone
        }:
            said = [triple for triple in self._material.facts if triple.subject == node]
            kept = [t for t in said if not (t.predicate == _STATED_BY and t.object in gone)]
            if not isinstance(node, ox.NamedNode) or any(isinstance(t.object, ox.BlankNode) for t in said):
                continue  # told below: it is not ours to write anew
            if not any(triple.predicate == _STATED_BY for triple in kept):
                speaking = [claim.node for claim in stays if node in claim.named()]
                kept += [ox.Triple(node, _STATED_BY, claim) for claim in speaking]
                if not speaking:
                    self._tell(node, "no claim speaks of it any more", "take it out, or say which claim does")
            found[node.value] = kept
        for claim in stays:
            for node in claim.named() & (gone | {removed.content for removed in change.removed}):
                hint = "change that claim too, or put the row back"
                self._tell(
                    claim.node, f"it speaks of #{node.value.partition('#')[2]}, which is taken out", hint
                )
        return found

    def _tell_silent(self, change: ClaimChanges) -> None:
        """Tell of the nodes of facts.ttl that are stated by a claim which spoke of them until it changed."""
        stated = {(t.object, t.subject) for t in self._material.facts if t.predicate == _STATED_BY}
        for claim in change.claims:
            before = self._existing.get(claim.name)
            dropped = before.named() - claim.named() if before is not None else set()
            for node in sorted(dropped, key=lambda node: natural(node.value)):
                if (claim.node, node) in stated:
                    hint = "correct its secpol:statedBy, or take it out"
                    self._tell(node, f"#{claim.name} does not speak of it any more", hint)

    def _tell(self, node: ox.NamedNode, message: str, hint: str) -> None:
        name = node.value.partition("#")[2]
        file = str(self._path(SourceKind.CLAIMS if name in self._existing else SourceKind.FACTS).name)
        self.findings.append(
            Finding(
                "sheet.left",
                Severity.WARNING,
                f"#{name}: {message}",
                node.value,
                places=(Place(file),),
                hint=hint,
            )
        )

    def _document(self, kind: SourceKind) -> Document:
        path = self._path(kind)
        text = read_text(path) if path.is_file() else ""
        return Document(text, self._material.iri, self._material.project.prefixes)

    def _path(self, kind: SourceKind) -> Path:
        return self._material.folder / f"{kind.value}.ttl"

    def _span(self, node: ox.NamedNode) -> tuple[int, int]:
        return span_of(node, self._material.iri) or (0, 0)


class _Places:
    """Where new claims stand in claims.ttl: behind the last claim that is not further on in the text."""

    def __init__(
        self,
        document: Document,
        existing: Mapping[str, SheetClaim],
        where: Mapping[ox.NamedNode, tuple[int, int]],
    ) -> None:
        self._where = where
        claims = {claim.node.value: claim.node for claim in existing.values()}
        self._ends: list[
            tuple[tuple[int, int], int]
        ] = []  # the position of each claim, the last of its blocks
        furthest = (-1, -1)
        first = -1
        for at, subject in document.subjects():
            if subject in claims:
                position = where.get(claims[subject], furthest)
                furthest = max(furthest, position)
                first = at if first < 0 else first
                self._ends.append((furthest, at))
            elif self._ends:
                self._ends[-1] = (self._ends[-1][0], at)
        self._first = first - 1 if first >= 0 else document.end

    def ordered(self, claims: Iterable[SheetClaim]) -> list[SheetClaim]:
        """Claims in the order of the text, whatever order they came in."""
        return sorted(claims, key=lambda claim: (self._where[claim.node], claim.is_bare, natural(claim.name)))

    def behind(self, claim: SheetClaim) -> int:
        """The place of the block behind which a new claim stands."""
        at = bisect_right(self._ends, self._where[claim.node], key=lambda end: end[0])
        return self._ends[at - 1][1] if at else self._first
