"""The Turtle files and tables of claims of a project or of a path, each in canonical form."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.claims.source import forms_of, is_table
from kg.core.errors import InputError, UsageError, shown
from kg.core.files import read_bytes, read_text
from kg.project.project import TABLE, Layer, Project
from kg.rdf.turtle_document import formatted


@dataclass(frozen=True)
class Formatted:
    """A file, what stands in it, and its canonical form."""

    path: Path
    before: bytes
    after: bytes

    @property
    def differs(self) -> bool:
        """Whether the file is not in canonical form."""
        return self.before != self.after


def format_files(
    project: Project, paths: Sequence[Path] = (), *, keep_order: bool = False
) -> list[Formatted]:
    """Bring files into canonical form, without writing them: the project's own sources, or those of `paths`.

    A folder stands for the files below it. Raises `InputError` that names every file that is refused,
    and `UsageError` for a file of another kind.
    """
    bases = {path.resolve(): base for path, base in _sources(project)}
    chosen = list(_chosen(paths)) if paths else sorted(bases)
    found: list[Formatted] = []
    errors: list[InputError] = []
    for path in chosen:
        try:
            if path.name == TABLE:
                data = read_bytes(path)
                found.append(Formatted(path, data, _table(project, path, data).encode()))
                continue
            text = read_text(path)
            base = bases.get(path.resolve())
            result = formatted(text, project.prefixes, base, keep_order=keep_order)
            found.append(Formatted(path, text.encode(), result.encode()))
        except InputError as error:
            errors.append(InputError(error.message, path=path, line=error.line, hint=error.hint))
    if len(errors) == 1:
        raise errors[0]
    if errors:
        raise InputError("\n".join(map(str, errors)), hint=errors[0].hint)
    return found


def _sources(project: Project) -> Iterator[tuple[Path, str | None]]:
    """The project's own Turtle files, each with the base that a build reads it with."""
    for source in Layer(project.root).sources():
        if source.path.suffix == ".ttl" or is_table(source):
            yield source.path, project.article_iri(source.slug) if source.slug else None


def _table(project: Project, path: Path, data: bytes) -> str:
    """The canonical form of the table of the claims of the article in whose folder it stands."""
    return forms_of(project, path.resolve().parent.name).canonical(data)


def _chosen(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            found = [*path.rglob("*.ttl"), *path.rglob(TABLE)]
            yield from sorted(file for file in found if file.is_file())
        elif path.suffix == ".ttl" or path.name == TABLE:
            yield path
        else:
            raise UsageError(f"{shown(path)} is neither a Turtle file (.ttl) nor a {TABLE}")
