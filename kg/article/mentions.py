"""Mentions: names in a text that are those of entities, proposed for decision, and written when accepted."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property
from itertools import accumulate, pairwise
from pathlib import Path

import pyoxigraph as ox

from kg.article.known import Known, Name
from kg.article.matching import matches
from kg.article.ranges import ArticleFiles, span_of
from kg.errors import InputError, UsageError
from kg.files import write_all
from kg.project import Project
from kg.terms import PASSAGE_MARK, SECPOL, curie
from kg.texts import article_folder, require_text, span_digest
from kg.turtle import Block, blocks, parse_turtle

LONGEST = 60
_SEAT = re.compile(r"[-\u2010\u2011](?:based|headquartered|born)\b")


class Kind(StrEnum):
    """What a proposal is, and so how sure it is."""

    LABEL = "label"
    METONYM = "metonym"
    SEAT = "seat"
    AMBIGUOUS = "ambiguous"


@dataclass(frozen=True, order=True)
class Proposal:
    """A range of the text that may stand for an entity.

    A label is that of one entity only. A metonym is to be decided: the city may be meant. In a seat, such as
    `Tokyo-based`, the city is meant. Ambiguous is what several entities are called; there is one proposal for
    each.
    """

    start: int
    end: int
    iri: str
    surface: str
    mode: str
    kind: Kind


@dataclass(frozen=True)
class Proposals:
    """What may be mentioned in an article, apart from the mentions that are on record."""

    project: Project
    slug: str
    text: str
    found: tuple[Proposal, ...]
    known: Known
    recorded: frozenset[tuple[int, int]]

    def accepted(self, kinds: Collection[Kind]) -> list[Proposal]:
        """Those of some kinds; what is ambiguous is never accepted by its kind."""
        return [
            proposal for proposal in self.found if proposal.kind in kinds and proposal.kind != Kind.AMBIGUOUS
        ]

    def paragraph(self, proposal: Proposal) -> int:
        """The number of the paragraph, from 0, that a proposal stands in."""
        return bisect_left(self._breaks, proposal.start)

    @cached_property
    def _breaks(self) -> list[int]:
        return [match.start() for match in re.finditer("\n", self.text)]

    def context(self, proposal: Proposal, width: int = 30) -> tuple[str, str]:
        """What stands before and after a proposal in its paragraph."""
        before = self.text[max(0, proposal.start - width) : proposal.start].rpartition("\n")[2]
        after = self.text[proposal.end : proposal.end + width].partition("\n")[0]
        return before, after


def propose(project: Project, slug: str) -> Proposals:
    """Propose the mentions of an article: names of entities in its text that no mention on record covers.

    Raises `InputError` without the text that was annotated.
    """
    folder = article_folder(project, slug)
    text = require_text(project, slug)
    known = Known.read(project, slug)
    taken = ArticleFiles.read(folder, project.article_iri(slug)).mentions()
    by_text: dict[str, set[Name]] = {}
    for name in known.names:
        if len(name.text) <= LONGEST:
            by_text.setdefault(name.text, set()).add(name)
    covered = bytearray(len(text) + 1)
    for start, end in taken:
        covered[start:end] = b"\1" * (min(end, len(text)) - start)
    found = [
        proposal
        for match in matches(text, by_text)
        if not any(covered[match.start : match.end])
        for proposal in _of_names(match.start, match.end, by_text[match.name], text)
    ]
    return Proposals(project, slug, text, tuple(sorted(found)), known, frozenset(taken))


def _of_names(start: int, end: int, names: Iterable[Name], text: str) -> Iterable[Proposal]:
    """The proposals of one range: one for each entity that bears the name."""
    is_seat = _SEAT.match(text, end) is not None
    own = {name.iri for name in names if not name.is_metonym}
    others = {name.iri for name in names if name.is_metonym} - own
    if is_seat and own:
        others = set()  # the place itself is known
    kind = Kind.AMBIGUOUS if len(own | others) > 1 else Kind.SEAT if is_seat and others else None
    surface = text[start:end]
    for iri in own:
        yield Proposal(start, end, iri, surface, "Literal", kind or Kind.LABEL)
    for iri in others:
        yield Proposal(start, end, iri, surface, "Metonymy", kind or Kind.METONYM)


def accept(proposals: Proposals, accepted: Iterable[Proposal]) -> int:
    """Write mentions into mentions.ttl, each behind those before it in the text; how many were written.

    What stands in the file stays to the letter. Raises `UsageError` for two entities in one range.
    """
    chosen = sorted(set(accepted))
    for before, after in pairwise(chosen):
        if after.start < before.end:
            raise UsageError(
                f"{before.surface!r} at {before.start} is accepted twice, for "
                f"{proposals.known.label(before.iri)} and for {proposals.known.label(after.iri)}"
            )
    if not chosen:
        return 0
    project, slug = proposals.project, proposals.slug
    article = project.article_iri(slug)
    path = article_folder(project, slug) / "mentions.ttl"
    present = path.read_text(encoding="utf-8") if path.is_file() else _empty(project, article)
    declared = _declared(present)
    new = [(proposal.start, _block(proposals, proposal, declared)) for proposal in chosen]
    written = "".join(map(str, _inserted(blocks(present, article), new, article)))
    _prove(path, present, written, article, len(chosen))
    write_all({path: written.encode()})
    return len(chosen)


def _inserted(parts: list[Block], new: list[tuple[int, Block]], article: str) -> Iterator[Block]:
    """The file with new statements by their starts, each behind the last one whose range begins before.

    What begins before all others stands in front of them; in a file without ranges the new ones come last.
    """
    starts = sorted((span[0], at) for at, block in enumerate(parts) if (span := _span(block, article)))
    furthest = list(accumulate((at for _, at in starts), max))
    behind: dict[int, list[Block]] = {}
    for start, block in new:
        before = bisect_right(starts, (start, len(parts)))
        behind.setdefault(furthest[before - 1] if before else -1, []).append(block)
    in_front = behind.pop(-1, [])
    first = min((at for _, at in starts), default=len(parts)) if in_front else -1
    for at, block in enumerate(parts):
        if at == first:
            yield from (replace(one, after="\n\n") for one in in_front)
        more = behind.get(at, [])
        line, _, below = block.after.partition("\n")
        yield replace(block, after=f"{line}\n\n") if more else block
        yield from (replace(one, after="\n\n") for one in more[:-1])
        yield from (replace(one, after=f"\n{below}") for one in more[-1:])
    if first == len(parts):
        end = str(parts[-1]) if parts else "\n\n"
        yield Block("", "\n\n"[len(end) - len(end.rstrip("\n")) :], "", None, 0)
        yield from (replace(one, after="\n\n") for one in in_front[:-1])
        yield replace(in_front[-1], after="\n")


def _span(block: Block, article: str) -> tuple[int, int] | None:
    """The range that a statement is about."""
    about = block.subject or ""
    return span_of(ox.NamedNode(about), article) if about.startswith(article) else None


def _block(proposals: Proposals, proposal: Proposal, prefixes: Mapping[str, str]) -> Block:
    values = {
        "paragraph": str(proposals.paragraph(proposal)),
        "surface": str(ox.Literal(proposal.surface)),
        "refersTo": curie(proposal.iri, prefixes)
        if not proposal.iri.startswith(proposals.project.article_iri(proposals.slug) + "#")
        else f"<{proposal.iri[proposal.iri.index('#') :]}>",
        "referenceMode": curie(SECPOL(proposal.mode).value, prefixes),
        "spanDigest": f'"{span_digest(proposal.surface)}"',
    }
    lines = " ;\n".join(
        f"    {curie(SECPOL(name).value, prefixes)} {value}" for name, value in values.items()
    )
    mention = curie(SECPOL("Mention").value, prefixes)
    return Block("", f"<{PASSAGE_MARK}{proposal.start},{proposal.end}> a {mention} ;\n{lines} .", "", None, 0)


def _empty(project: Project, article: str) -> str:
    wanted = {"ent", "secpol", *project.own_prefixes}
    prefixes = sorted(item for item in project.prefixes.items() if item[0] in wanted)
    return f"@base <{article}> .\n" + "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in prefixes)


def _declared(text: str) -> dict[str, str]:
    return dict(re.findall(r"^\s*@?prefix\s+([\w.-]*):\s*<([^<>\s]*)>", text, re.I | re.M))


def _prove(path: Path, former: str, written: str, article: str, count: int) -> None:
    """Nothing that was said is gone, and as much as was accepted came in."""

    def triples(text: str) -> list[str]:
        found = parse_turtle(text, article, path=path)
        return [str(t) for t in found if not {type(t.subject), type(t.object)} & {ox.BlankNode}]

    before, after = set(triples(former)), set(triples(written))
    if not before <= after or len(after) - len(before) != 6 * count:
        raise InputError("the file is written in a way that kg cannot add to", path=path)
