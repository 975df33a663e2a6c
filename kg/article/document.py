"""A Turtle file that is edited block by block: what is not touched stays to the letter."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import replace

import pyoxigraph as ox

from kg.rdf.turtle_reading import Block, blocks
from kg.rdf.turtle_writing import Blocks, head

_PREFIX = re.compile(r"@?prefix\s+(?P<prefix>[^\s:]*):\s*<(?P<iri>[^>]*)>", re.IGNORECASE)
_BASE = re.compile(r"@?base\s+<(?P<iri>[^>]*)>", re.IGNORECASE)
_COMMENT = re.compile(
    r"""<[^<>\s]*>|\"{3}.*?\"{3}|'{3}.*?'{3}|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|(?P<comment>\#[^\n]*)""",
    re.DOTALL,
)


class Document:
    """A Turtle document of one article, new or as it is."""

    def __init__(self, text: str, iri: str, prefixes: Mapping[str, str]) -> None:
        self._iri = iri
        self._end = "\r\n" if 0 < text.count("\r\n") == text.count("\n") else "\n"
        self._blocks = blocks(text.replace(self._end, "\n"), iri)
        self._is_new = not text.strip()
        directives = [block.text for block in self._blocks if block.subject is None]
        self._declared = {
            found["prefix"]: found["iri"] for text in directives if (found := _PREFIX.match(text))
        }
        bases = [found["iri"] for text in directives if (found := _BASE.match(text))]
        self._base = iri if not bases or bases == [iri] else None
        namespaces = set(self._declared.values())
        self._prefixes = {p: ns for p, ns in prefixes.items() if ns not in namespaces} | self._declared
        self._used: dict[str, str] = {}

    def texts(self, triples: Iterable[ox.Triple]) -> dict[str, str]:
        """The block of each subject of some triples, by its IRI, without the line break at its end."""
        lines = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode().split("\n")
        made = Blocks(lines, self._prefixes, base=self._base)
        found = {subject[1:-1]: text.removesuffix("\n") for subject, text in made}
        self._used |= made.names.used
        return found

    @property
    def end(self) -> int:
        """The place of the last block; -1 where there is none."""
        return len(self._blocks) - 1

    def subjects(self) -> Iterator[tuple[int, str]]:
        """The subjects with the places of their blocks."""
        return ((at, block.subject) for at, block in enumerate(self._blocks) if block.subject is not None)

    def drop_comment(self, comment: str, subjects: Container[str]) -> None:
        """Take a comment away from above the blocks of some subjects."""
        self._blocks = [
            replace(block, comments=block.comments.replace(comment, ""))
            if block.subject in subjects
            else block
            for block in self._blocks
        ]

    def edit(
        self,
        replaced: Mapping[str, str],
        removed: Iterable[str],
        inserted: Mapping[int, list[tuple[str, str]]],
    ) -> str:
        """The document with other blocks for some subjects, without some, and with some more.

        Inserted are pairs of comments and text, each list behind the block of its place; -1 is the beginning.
        """
        gone, done = set(removed), set[str]()
        edited: list[Block] = list(self._new(inserted.get(-1, ())))
        for at, block in enumerate(self._blocks):
            subject = block.subject
            if subject in gone or (subject in done and not block.comments):
                pass
            elif subject in done:
                edited.append(replace(block, text="", subject=None, after="\n"))
            elif subject is not None and subject in replaced:
                done.add(subject)
                kept = "".join(f"{found}\n" for found in _comments(block.text))
                edited.append(replace(block, comments=block.comments + kept, text=replaced[subject]))
            else:
                edited.append(block)
            if at in inserted:
                if edited:
                    text = str(edited[-1])
                    breaks = len(text) - len(text.rstrip("\n"))
                    edited[-1] = replace(edited[-1], after=edited[-1].after + "\n" * (2 - breaks))
                edited += self._new(inserted[at])
        return self._finished(edited).replace("\n", self._end)

    def _new(self, pairs: Iterable[tuple[str, str]]) -> Iterator[Block]:
        return (Block(comments, text, "\n\n", "", 0) for comments, text in pairs)

    def _finished(self, edited: list[Block]) -> str:
        """The blocks as text, with the prefixes that new blocks need declared."""
        missing = {p: iri for p, iri in self._used.items() if p not in self._declared}
        if self._is_new:
            return head(missing, base=self._base) + "\n" + "".join(map(str, edited)).rstrip("\n") + "\n"
        last = max((at for at, block in enumerate(edited) if _PREFIX.match(block.text)), default=-1)
        lines = head(missing)
        if lines and last >= 0:
            block = edited[last]
            end = "\n" if block.after.startswith("\n") else ""
            edited[last] = replace(block, after=end + lines + block.after.removeprefix("\n"))
        elif lines:
            edited.insert(0, Block("", lines, "\n", None, 0))
        return "".join(map(str, edited)).rstrip("\n") + "\n"


def _comments(text: str) -> list[str]:
    """The comments inside a block."""
    return [found["comment"] for found in _COMMENT.finditer(text) if found["comment"]]
