"""The article out of an HTML page (the extra `articles`)."""

from __future__ import annotations

import re
from pathlib import Path

from trafilatura import bare_extraction
from trafilatura.settings import Document

from kg.article.extracted import Extracted
from kg.core.errors import InputError
from kg.project.texts import normalised


def html_article(data: bytes, path: Path) -> Extracted:
    """The main text of a page, one line a paragraph, the title first; scripts and what frames it left out."""
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
