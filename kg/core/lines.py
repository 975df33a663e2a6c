"""Lines of a source as editors and parsers count them: LF, CRLF or CR ends one, and nothing else does."""

from __future__ import annotations

import re
from bisect import bisect_right

_END = re.compile(r"\r\n?|\n")
_END_IN_BYTES = re.compile(rb"\r\n?|\n")


class LineIndex:
    """The number of the line in which a character of a text stands."""

    def __init__(self, text: str) -> None:
        self._ends = [match.end() for match in _END.finditer(text)]

    def at(self, offset: int) -> int:
        r"""The line, from 1, of the character at an offset.

        >>> [LineIndex("a\r\nb\rc\u2028d\ne").at(offset) for offset in (0, 3, 5, 7, 9)]
        [1, 2, 3, 3, 4]
        """
        return bisect_right(self._ends, offset) + 1


def split_lines(text: str) -> list[str]:
    r"""The lines of a text, without their ends.

    >>> split_lines("a\x0bb\u2028c\r\n\nd\n")
    ['a\x0bb\u2028c', '', 'd']
    """
    lines = _END.split(text)
    return lines if lines[-1] else lines[:-1]


def undecoded_line(error: UnicodeDecodeError) -> int:
    """The line, from 1, of the first byte that could not be decoded."""
    return len(_END_IN_BYTES.findall(error.object, 0, error.start)) + 1
