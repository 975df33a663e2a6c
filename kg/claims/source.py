"""The sources of a project as triples, whether they are written in Turtle or as a table."""

from __future__ import annotations

import pyoxigraph as ox

from kg.claims.canonical import Forms
from kg.claims.places import TablePlaces
from kg.claims.triples import TableReader
from kg.project.project import Project, Source
from kg.rdf.turtle_places import TurtlePlaces
from kg.rdf.turtle_reading import read_turtle


def read_source(project: Project, source: Source) -> list[ox.Triple]:
    """The triples of a source, literals as written; raises what `read_turtle` does."""
    if is_table(source):
        statements = forms_of(project, source.slug or "").reader.read(source.path, source.sha256)
        return list(dict.fromkeys(statement.triple for statement in statements))
    base = project.article_iri(source.slug) if source.slug else None
    return read_turtle(source.path, base, sha256=source.sha256)


def places_of(project: Project, source: Source) -> TurtlePlaces | TablePlaces:
    """Where a source writes its statements."""
    if is_table(source):
        return TablePlaces(source.path, forms_of(project, source.slug or "").reader)
    return TurtlePlaces(source.path, project.article_iri(source.slug) if source.slug else "")


def is_table(source: Source) -> bool:
    """Whether a source is a table of claims."""
    return source.path.suffix == ".csv"


def forms_of(project: Project, slug: str) -> Forms:
    """What reads and writes the claims of an article, as a table and in Turtle."""
    home = project.articles_home(slug)
    return Forms(TableReader.of(home + slug, home, project.prefixes))
