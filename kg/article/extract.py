"""The text of a file: plain text as it stands, the article out of an HTML page, the running text of a PDF."""

from __future__ import annotations

import re
from pathlib import Path

from kg.article.extracted import Extracted
from kg.core.errors import InputError, UsageError
from kg.core.files import decoded
from kg.project.texts import normalised

_HTML_NAMES = (".html", ".htm", ".xhtml")
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_FOREIGN = (b"PK\x03\x04", b"{\\rtf", b"\xd0\xcf\x11\xe0")  # .docx, .odt, .epub; .rtf; .doc
_TAIL = 2048  # where readers look for the end
_WHOLE = "save or download the whole file anew"
_INSTALL = "pip install 'secpol-kg[articles]' brings what reads HTML and PDF"


def extract(data: bytes, path: Path) -> Extracted:
    """The text of a file, by what it is; raises `InputError` where it has none or it is of no known kind."""
    if data.startswith(b"%PDF-") or path.suffix.lower() == ".pdf":
        extracted = _from_pdf(data, path)
    elif path.suffix.lower() in _HTML_NAMES or _HTML_START.match(data.removeprefix(b"\xef\xbb\xbf")):
        extracted = _from_html(data, path)
    else:
        extracted = Extracted(_decoded(data, path))
    if not extracted.text.strip():
        raise InputError("the file has no text", path=path)
    return extracted


def _decoded(data: bytes, path: Path) -> str:
    """Plain text, which is UTF-8, or UTF-16 with its mark."""
    text = "\0" if data.startswith(_FOREIGN) else decoded(data, path)
    if "\0" in text:
        hint = "save it as plain text, HTML or PDF"
        raise InputError("the file is neither text nor HTML nor PDF", path=path, hint=hint)
    return normalised(text)


def _from_pdf(data: bytes, path: Path) -> Extracted:
    try:
        from kg.article.pdf import pdf_text
    except ModuleNotFoundError as error:
        raise UsageError(f"PDF cannot be read here: {error.name} is not installed", hint=_INSTALL) from error
    # PDFium reads what is left of a file as if it were all.
    if data.startswith(b"%PDF-") and b"%%EOF" not in data[-_TAIL:]:
        raise InputError("the PDF stops before its end (%%EOF)", path=path, hint=_WHOLE)
    return Extracted(normalised(pdf_text(data, path)))


def _from_html(data: bytes, path: Path) -> Extracted:
    try:
        from kg.article.html import html_article
    except ModuleNotFoundError as error:
        raise UsageError(f"HTML cannot be read here: {error.name} is not installed", hint=_INSTALL) from error
    if re.search(rb"<html\b", data, re.I) and not re.search(rb"</(?:html|body)\s*>", data, re.I):
        raise InputError("the page stops before its end (</html>)", path=path, hint=_WHOLE)
    return html_article(data, path)
