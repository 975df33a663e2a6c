"""Tables for documents: Markdown and HTML, each written row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kg.core.xml import escaped, xml_text

TableCell = tuple[str, str | None]


def markdown(headings: Sequence[str], rows: Iterable[Sequence[TableCell]]) -> Iterator[str]:
    """The lines of a Markdown table (GitHub's); a cell is its words and, for an IRI, the link."""
    yield f"| {' | '.join(map(_markdown_text, headings))} |"
    yield f"|{'|'.join(' --- ' for _ in headings)}|"
    for row in rows:
        yield f"| {' | '.join(_markdown_cell(*cell) for cell in row)} |"


def html(headings: Sequence[str], rows: Iterable[Sequence[TableCell]]) -> Iterator[str]:
    """The lines of an HTML table."""
    yield "<table>"
    yield f"<thead><tr>{''.join(f'<th>{escaped(heading)}</th>' for heading in headings)}</tr></thead>"
    yield "<tbody>"
    for row in rows:
        yield f"<tr>{''.join(f'<td>{_html_cell(*cell)}</td>' for cell in row)}</tr>"
    yield "</tbody>"
    yield "</table>"


def _markdown_cell(text: str, link: str | None) -> str:
    words = _markdown_text(text)
    return f"[{words}](<{link}>)" if link and _is_web(link) else words


def _markdown_text(text: str) -> str:
    for mark in "\\`*_[]<>|":
        text = text.replace(mark, f"\\{mark}")
    return "<br>".join(map(xml_text, text.splitlines()))


def _html_cell(text: str, link: str | None) -> str:
    words = "<br>".join(map(escaped, text.splitlines()))
    return f'<a href="{escaped(link)}">{words}</a>' if link and _is_web(link) else words


def _is_web(link: str) -> bool:
    """Only links to the web; a javascript: IRI in the data must not become one."""
    return link.startswith(("https://", "http://"))
