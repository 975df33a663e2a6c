"""Text that XML 1.0 can hold."""

from __future__ import annotations

from html import escape  # xml.sax.saxutils would load the whole of urllib

_FORBIDDEN = (*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF)
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
