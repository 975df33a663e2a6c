"""The text of a file: plain text as it stands, the article out of an HTML page, the running text of a PDF."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from pathlib import Path

from kg.core.errors import InputError, UsageError
from kg.core.lines import undecoded_line
from kg.project.texts import normalised

_HTML_NAMES = (".html", ".htm", ".xhtml")
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_FOREIGN = (b"PK\x03\x04", b"{\\rtf", b"\xd0\xcf\x11\xe0")  # .docx, .odt, .epub; .rtf; .doc
_INSTALL = "pip install 'secpol-kg[articles]' brings what reads HTML and PDF"


@dataclass(frozen=True)
class Extracted:
    """A text, normalised, and what its file says of itself."""

    text: str
    title: str | None = None
    authors: tuple[str, ...] = field(default=())
    publisher: str | None = None
    issued: str | None = None
    url: str | None = None
    language: str | None = None


def read_file(path: Path) -> bytes:
    """The bytes of a file; raises `InputError` where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", path=path) from error


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
    is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if data.startswith(_FOREIGN) or (b"\0" in data and not is_wide):
        hint = "save it as plain text, HTML or PDF"
        raise InputError("the file is neither text nor HTML nor PDF", path=path, hint=hint)
    try:
        return normalised(data.decode("utf-16" if is_wide else "utf-8"))
    except UnicodeDecodeError as error:
        line = undecoded_line(error)
        raise InputError("the file is not UTF-8; save it as UTF-8", path=path, line=line) from error


def _from_pdf(data: bytes, path: Path) -> Extracted:
    try:
        from kg.article.pdf import pdf_text
    except ModuleNotFoundError as error:
        raise UsageError(f"PDF cannot be read here: {error.name} is not installed", hint=_INSTALL) from error
    return Extracted(normalised(pdf_text(data, path)))


def _from_html(data: bytes, path: Path) -> Extracted:
    """The main text of a page, one line a paragraph, the title first; scripts and what frames it left out."""
    try:
        from trafilatura import bare_extraction
        from trafilatura.settings import Document
    except ModuleNotFoundError as error:
        raise UsageError(f"HTML cannot be read here: {error.name} is not installed", hint=_INSTALL) from error
    found = bare_extraction(data, with_metadata=True, include_comments=False, include_tables=False)
    body = normalised(found.text or "") if isinstance(found, Document) else ""
    if not isinstance(found, Document) or not body.strip():
        raise InputError(
            "no article is found in the page", path=path, hint="save its text in a file of its own"
        )
    lines = [" ".join(line.split()) for line in body.split("\n")]
    title = _line(found.title)
    if title and title not in lines[:3]:
        lines.insert(0, title)
    language = re.search(rb"<html[^>]*\blang\s*=\s*[\"']?([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*)", data)
    return Extracted(
        text="\n".join(line for line in lines if line) + "\n",
        title=title,
        authors=tuple(name for part in (found.author or "").split(";") if (name := _line(part))),
        publisher=_line(found.sitename),
        issued=found.date or None,
        url=found.url or None,
        language=language.group(1).decode() if language else None,
    )


def _line(text: str | None) -> str | None:
    """A text on one line, or None for none."""
    return " ".join(normalised(text).split()) or None if text else None
