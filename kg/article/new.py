"""A new article: its folder with metadata and empty files, its text, and who wrote and published it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pyoxigraph as ox

from kg.article.extracted import Extracted
from kg.article.known import Known
from kg.article.rewriting import several_integers
from kg.article.texts import first_text, ignoring_texts
from kg.claims.columns import TableColumns
from kg.claims.table import ClaimTable
from kg.core.errors import UsageError
from kg.core.files import read_text
from kg.core.terms import PREFIXES, RDFS_LABEL, SECPOL, curie
from kg.core.transaction import write_all
from kg.project.project import TABLE, Project
from kg.project.texts import paragraph_starts, text_digest
from kg.rdf.turtle_document import kept_canonical

_SLUG = re.compile(r"[A-Za-z0-9_][\w.-]{0,99}", re.ASCII)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_URL = re.compile(r"https?://[^\s<>\"{}|^`\\]+")
_PREFIX = re.compile(r"^\s*@?prefix\s+([\w.-]*):\s*<([^<>\s]*)>", re.I | re.M)
_AUTHORS = "authors.ttl"


@dataclass(frozen=True)
class Metadata:
    """What a library card has; authors and publisher are names, CURIEs or IRIs."""

    title: str
    authors: tuple[str, ...]
    publisher: str
    issued: str
    url: str | None = None
    language: str = "en"


@dataclass(frozen=True)
class Begun:
    """An article that was begun: the files that were written, and the agents that are new."""

    files: tuple[Path, ...]
    new_names: tuple[tuple[str, str], ...]


def check_slug(project: Project, slug: str) -> None:
    """Raise `UsageError` for a name that no article's folder can have, or that one has already."""
    if not _SLUG.fullmatch(slug):
        raise UsageError(
            f"{slug!r} is no name for an article's folder: at most 100 letters, digits, '.', '_' and '-', "
            "first a letter or digit",
            hint="such as 2026-02-03-patrol, its date and title",
        )
    for layer in project.layers:
        if layer.articles and (layer.root / "articles" / slug).exists():
            raise UsageError(f"there is an article {slug} already")


def check_metadata(known: Known, metadata: Metadata) -> None:
    """Raise `UsageError` for a value that does not fit, or a name that several bear."""
    values = (metadata.title, *metadata.authors, metadata.publisher, metadata.language, metadata.url or "")
    if any(not value.isprintable() for value in values):
        raise UsageError("a title, a name or an address has characters that cannot be printed")
    if not metadata.title.strip():
        raise UsageError("the title is empty")
    if not metadata.authors or not all(any(map(str.isalnum, name)) for name in metadata.authors):
        raise UsageError("an article has an author; give --author NAME")
    check_date(metadata.issued)
    if metadata.url is not None and not _URL.fullmatch(metadata.url):
        raise UsageError(f"{metadata.url!r} is not a web address")
    if not _LANGUAGE.fullmatch(metadata.language):
        raise UsageError(f"{metadata.language!r} is not a language tag, such as en or de-AT")
    for name in (*metadata.authors, metadata.publisher):
        known.author(name)


def check_date(text: str) -> None:
    """Raise `UsageError` for what is no day of the calendar."""
    try:
        if not _DATE.fullmatch(text):
            raise ValueError
        date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is not a date; write it as 2026-02-03") from error


def begin(project: Project, slug: str, found: Extracted, path: Path, metadata: Metadata) -> Begun:
    """Write the folder of a new article, its text, and the entities of those nobody knew; all or nothing.

    Raises `UsageError` for a slug, a date or a name that does not fit, `InputError` for the text of another
    article.
    """
    check_slug(project, slug)
    known = Known.read(project)
    check_metadata(known, metadata)
    text = first_text(project, slug, found, path)
    named: dict[str, str] = {}
    fresh: dict[str, tuple[str, str]] = {}
    for name, kind in [
        *((name, "Person") for name in metadata.authors),
        (metadata.publisher, "Organisation"),
    ]:
        bearer = known.author(name)
        iri = bearer.value if bearer else None
        if iri is None and name not in named:
            iri = known.fresh_iri(name, fresh)
            fresh[iri] = (kind, name)
        named.setdefault(name, iri or "")
    folder = project.root / "articles" / slug
    files = {
        folder / "article.ttl": _article(project, slug, metadata, named, text),
        folder / "facts.ttl": _empty(
            project, slug, "What belongs to this article alone, and its claims speak of."
        ),
        folder / TABLE: ClaimTable(()).text(TableColumns.of(project.prefixes)),
        folder / "mentions.ttl": _empty(project, slug, "Names that the text calls entities by."),
        **_entities(project, fresh, metadata.language),
    }
    base = project.article_iri(slug)
    contents = {
        path: content.encode() if path.name == TABLE else _canonical(project, path, content, base)
        for path, content in files.items()
    }
    contents[project.root / "texts" / f"{slug}.txt"] = text.encode()
    contents.update(ignoring_texts(project))
    write_all(contents, project.journal)
    return Begun(
        tuple(contents), tuple((name, curie(iri, project.prefixes)) for iri, (_, name) in fresh.items())
    )


def _canonical(project: Project, path: Path, text: str, article: str) -> bytes:
    former = read_text(path) if path.is_file() else ""
    base = article if path.name != _AUTHORS else None
    return kept_canonical(text, former, project.prefixes, base).encode()


def _article(project: Project, slug: str, metadata: Metadata, named: Mapping[str, str], text: str) -> str:
    prefixes = _prefixes(project, "dcterms", "rdfs", "secpol", "xsd")
    title = ox.Literal(metadata.title.strip(), language=metadata.language)
    creators = " , ".join(curie(named[name], prefixes) for name in dict.fromkeys(metadata.authors))
    group = "authors" if len(set(metadata.authors)) > 1 else "author"
    label = ox.Literal(f"{group} of “{metadata.title.strip()}”", language="en")
    source = f"    dcterms:source <{metadata.url}> ;\n" if metadata.url else ""
    return (
        f"{_head(project, slug, prefixes)}\n"
        "# The text is in texts/, which git ignores. Here are its SHA-256, its length in characters, and\n"
        "# which characters its paragraphs start with, counted from 0.\n"
        "<> a secpol:AnalysisArticle ;\n"
        f"    rdfs:label {title} ;\n"
        f"    dcterms:title {title} ;\n"
        f"    dcterms:creator {creators} ;\n"
        f"    dcterms:publisher {curie(named[metadata.publisher], prefixes)} ;\n"
        f'    dcterms:issued "{metadata.issued}"^^xsd:date ;\n'
        f"{source}"
        f'    dcterms:language "{metadata.language}" ;\n'
        f'    secpol:textSha256 "{text_digest(text)}" ;\n'
        f"    secpol:textLength {len(text)} ;\n"
        f"    secpol:paragraphStart{several_integers(paragraph_starts(text))} .\n"
        "\n# Who says what the article itself says.\n"
        "<#authors> a secpol:Collective ;\n"
        f"    rdfs:label {label} ;\n"
        f"    secpol:groupMember {creators} .\n"
    )


def _empty(project: Project, slug: str, comment: str) -> str:
    prefixes = _prefixes(project, "rdfs", "rel", "secpol", "xsd")
    return f"{_head(project, slug, prefixes)}\n# {comment}\n"


def _entities(project: Project, fresh: Mapping[str, tuple[str, str]], language: str) -> dict[Path, str]:
    """The file of shared authors and publishers with the new ones added; nothing where all are known."""
    if not fresh:
        return {}
    path = project.root / "entities" / _AUTHORS
    present = read_text(path) if path.is_file() else ""
    prefixes = _prefixes(project, "rdfs", "secpol") if not present else dict(_PREFIX.findall(present))
    head = "" if present else f"{_declared(prefixes)}\n# Who writes and publishes articles.\n"
    blocks = "".join(
        f"\n{curie(iri, prefixes)} a {curie(SECPOL(kind).value, prefixes)} ;\n"
        f"    {curie(RDFS_LABEL.value, prefixes)} {ox.Literal(name, language=language)} .\n"
        for iri, (kind, name) in fresh.items()
    )
    gap = "" if not present or present.endswith("\n") else "\n"
    return {path: f"{present}{gap}{head}{blocks}"}


def _head(project: Project, slug: str, prefixes: Mapping[str, str]) -> str:
    return f"@base <{project.article_iri(slug)}> .\n{_declared(prefixes)}"


def _declared(prefixes: Mapping[str, str]) -> str:
    return "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(prefixes.items()))


def _prefixes(project: Project, *names: str) -> dict[str, str]:
    """Some prefixes of the common table, that of its entities, and the project's own."""
    own = {prefix: iri for prefix, iri in project.own_prefixes.items() if iri.startswith(project.base)}
    return {**{name: PREFIXES[name] for name in (*names, "ent")}, **own}
