"""Mentions on a sheet: proposals go out with a column for the decision, and come back with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.article.mentions import LONGEST, Proposal, ProposalKind, Proposals
from kg.article.sheets.grid import read_grid, write_rows
from kg.core.errors import InputError, UsageError
from kg.core.terms import nearest
from kg.project.texts import is_within_word

COLUMNS = ("decision", "start", "end", "surface", "entity", "label", "mode", "kind", "paragraph")
CONTEXT = ("before", "after")
MODES = (
    "Literal", "Metonymy", "Anaphor", "Periphrasis", "GroupReference", "StateForPeople", "ImplicitReference",
)  # fmt: skip
_NEEDED = ("decision", "start", "end", "surface", "entity", "mode")
_YES, _NO = ("yes", "y", "x", "1", "true"), ("no", "n", "", "0", "false")
_PROPOSED = {ProposalKind.LABEL: "yes", ProposalKind.SEAT: "no"}
_MOST_TOLD = 20


@dataclass(frozen=True)
class Decided:
    """What a sheet accepts, and how many of its rows are on record already."""

    accepted: tuple[Proposal, ...]
    already: int


def sheet(proposals: Proposals, *, context: bool = False) -> bytes:
    """The proposals as CSV; labels come accepted, seats refused, and metonyms are left open.

    With `context` each row has the words around it, for deciding in a spreadsheet; the sheet then quotes the
    text.
    """
    rows: list[tuple[str, ...]] = [COLUMNS + (CONTEXT if context else ())]
    for found in proposals.found:
        row = (
            _PROPOSED.get(found.kind, ""),
            str(found.start),
            str(found.end),
            found.surface,
            proposals.code(found),
            proposals.label(found),
            found.mode,
            found.kind.value,
            str(proposals.paragraph(found)),
        )
        rows.append(row + (proposals.context(found) if context else ()))
    return write_rows(rows)


def decided(proposals: Proposals, path: Path) -> Decided:
    """What a sheet accepts; raises `InputError` that names each wrong row, and nothing is taken then."""
    grid = read_grid(path)
    header = [name.strip().lower() for name in grid.rows[0]] if grid.rows else []
    for name in header:
        if name not in COLUMNS + CONTEXT:
            raise InputError(f"there is no column {name!r}{nearest(name, COLUMNS)}", path=path, line=1)
        if header.count(name) > 1:
            raise InputError(f"the column {name} is there twice", path=path, line=1)
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        raise InputError(f"the sheet has no column {', '.join(missing)}", path=path, line=1)
    accepted: list[Proposal] = []
    problems = [
        f"row {row}, {header[column] if column < len(header) else column + 1}: {what}"
        for (row, column), what in grid.wrong.items()
    ]
    already = 0
    for number, cells in zip(grid.numbers[1:], grid.rows[1:], strict=True):
        row = dict(zip(header, cells, strict=False))
        try:
            proposal = _read(proposals, row)
        except UsageError as error:
            problems.append(f"row {number}, {error.message}")
            continue
        if proposal is not None and (proposal.start, proposal.end) in proposals.recorded:
            already += 1
        elif proposal is not None:
            accepted.append(proposal)
    if problems:
        more = [f"and {len(problems) - _MOST_TOLD} more"] if len(problems) > _MOST_TOLD else []
        raise InputError("\n".join(["nothing was written", *problems[:_MOST_TOLD], *more]), path=path)
    return Decided(tuple(accepted), already)


def _read(proposals: Proposals, row: dict[str, str]) -> Proposal | None:
    """The mention that a row accepts, None where it refuses; raises `UsageError` with the column."""
    decision = row.get("decision", "").strip().lower()
    if decision not in _YES:
        if decision not in _NO:
            raise UsageError(f"decision: {row['decision']!r} is neither yes nor no")
        return None
    start, end = (_number(row, name) for name in ("start", "end"))
    text, surface = proposals.text, row.get("surface", "")
    if not start < end <= len(text):
        raise UsageError(f"end: {start}-{end} is no range of a text of {len(text)} characters")
    if text[start:end] != surface:
        raise UsageError(f"surface: the text has other words at {start}-{end} than {surface!r}")
    if len(surface) > LONGEST:
        raise UsageError(f"surface: a mention has {LONGEST} characters at most")
    if is_within_word(text, start) or is_within_word(text, end):
        raise UsageError(f"surface: {surface!r} is part of a word here")
    mode = row.get("mode", "").strip()
    if mode not in MODES:
        raise UsageError(f"mode: {mode!r} is not one{nearest(mode, MODES)}")
    for taken in proposals.recorded - {(start, end)}:
        if taken[0] < end and start < taken[1]:
            raise UsageError(f"start: it overlaps the mention {taken[0]}-{taken[1]}, which is on record")
    typed = row.get("entity", "").strip()
    try:
        iri = proposals.known.find(typed).value
    except UsageError as error:
        raise UsageError(f"entity: {error.message}") from error
    return Proposal(start, end, iri, surface, mode, ProposalKind.LABEL)


def _number(row: dict[str, str], column: str) -> int:
    text = row.get(column, "").strip()
    if not text.isdecimal():
        raise UsageError(f"{column}: {text!r} is not a number")
    return int(text)


def counts(proposals: Proposals) -> Iterator[str]:
    """How many there are of each kind, in words."""
    for kind in ProposalKind:
        count = sum(1 for found in proposals.found if found.kind == kind)
        if count:
            yield f"{count} {kind.value}{'' if count == 1 or kind is ProposalKind.AMBIGUOUS else 's'}"
