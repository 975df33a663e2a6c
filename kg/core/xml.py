"""XML 1.0: text that it can hold, and documents that are whole."""

from __future__ import annotations

import io
import re
from html import escape as escape  # xml.sax.saxutils would load the whole of urllib
from pathlib import Path
from typing import IO

from kg.core.errors import InputError, UsageError
from kg.core.files import decoded

FORBIDDEN = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff]")
"""What no XML has (XML 1.0, section 2.2)."""
_IN_BYTES = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
_DECLARED = re.compile(rb"""<\?xml\s[^>]*?\bencoding\s*=\s*["']([A-Za-z][\w.-]*)""")


def xml_text(text: str) -> str:
    """The text with the characters replaced that no XML has (XML 1.0, section 2.2).

    >>> xml_text("a\\x00b & c").encode()
    b'a\\xef\\xbf\\xbdb & c'
    """
    return FORBIDDEN.sub("\N{REPLACEMENT CHARACTER}", text)


def escaped(text: str) -> str:
    """The same as markup, for an element or an attribute."""
    return escape(xml_text(text))


def whole_xml(data: bytes, path: Path) -> str:
    """The text of a document in the encoding that it declares, without the declaration.

    Raises `InputError` where it is not well-formed to its end.
    """
    try:
        require_end(io.BytesIO(data))
    except ValueError as error:
        raise InputError(str(error), path=path) from error
    declared = _DECLARED.match(data)
    text = decoded(data, path, encoding=declared[1].decode() if declared else None)
    return re.sub(r"^<\?xml\s[^>]*\?>", "", text)


def require_end(file: IO[bytes]) -> None:
    """Raise `ValueError` for a document that is not well-formed to its end, and go back to its beginning.

    Parsers of one vocabulary stop reading when they have what they look for.
    """
    from xml.parsers import expat

    file.seek(0)
    try:
        expat.ParserCreate().ParseFile(file)
    except expat.ExpatError as error:
        raise ValueError(f"it is no whole XML document: {error}") from error
    file.seek(0)


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
