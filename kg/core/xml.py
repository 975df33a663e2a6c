"""Text that XML 1.0 can hold."""

from __future__ import annotations

import re
from html import escape  # xml.sax.saxutils would load the whole of urllib
from typing import IO

from kg.core.errors import UsageError

_FORBIDDEN = (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)
_IN_BYTES = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_REPLACED = dict.fromkeys(_FORBIDDEN, "\N{REPLACEMENT CHARACTER}")


def xml_text(text: str) -> str:
    """The text with the characters replaced that no XML has (XML 1.0, section 2.2).

    >>> xml_text("a\\x00b & c").encode()
    b'a\\xef\\xbf\\xbdb & c'
    """
    return text.translate(_REPLACED)


def escaped(text: str) -> str:
    """The same as markup, for an element or an attribute."""
    return escape(xml_text(text))


class XmlFile:
    """A file for an engine that writes text into XML as it is.

    A carriage return becomes a reference, since a reader would make a line break of it; for what no XML has,
    `UsageError` is raised.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._last = b""

    def write(self, data: bytes) -> int:
        """Pass the bytes on."""
        if found := _IN_BYTES.search(self._last + data):
            character = f"U+{ord(found.group().decode()):04X}"
            raise UsageError(f"XML cannot hold {character}, which the answer has", hint="use another format")
        self._last = bytes(data[-2:])  # U+FFFE and U+FFFF take three bytes
        self._file.write(data.replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        """Flush the file."""
        self._file.flush()
