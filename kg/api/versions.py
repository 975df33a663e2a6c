"""The façade over versions of a graph: find one by what it is called, and compare two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pyoxigraph as ox

from kg.build.digest import digest_inputs
from kg.build.snapshot import Snapshot, current
from kg.core.errors import InputError, KgError, UsageError, shown
from kg.core.terms import nearest
from kg.diff import revision
from kg.diff.compare import Difference, compare
from kg.diff.report import MARKDOWN, TEXT, as_json, pages
from kg.diff.sides import MERGED, Side, format_of, graph_files, names_of, read_files
from kg.diff.term_uses import TermUse, mentions
from kg.project.project import Project, SourceKind
from kg.query.stored import catalogue


@dataclass(frozen=True)
class Compared:
    """A difference, and the stored queries and shapes that it concerns."""

    project: Project
    difference: Difference

    @cached_property
    def mentions(self) -> list[TermUse]:
        """The stored queries and shapes that name what vanished or changed."""
        queries = {name: stored.text for name, stored in catalogue(self.project).items()}
        shapes = [source.path for source in self.project.sources() if source.kind is SourceKind.SHAPES]
        return mentions(self.difference.terms().keys(), queries, shapes, self.project.prefixes)

    def lines(self, form: str, *, everything: bool = False) -> Iterator[str]:
        """The difference as `text`, `markdown` or `json`; all inferences are listed with `everything`."""
        prefixes = self.project.prefixes
        if form == "json":
            yield as_json(self.difference, self.mentions, prefixes)
            return
        spelling = MARKDOWN if form == "markdown" else TEXT
        yield from pages(spelling, self.difference, self.mentions, prefixes, everything=everything)


def compared(
    project: Project, old: str, new: str | None, store: ox.Store | None = None, *, layers: Sequence[str] = ()
) -> Compared:
    """What became of the graph `old` in `new`, by default the project's current one, given as `store`.

    Either is a snapshot's digest or folder, a file or a folder of RDF, a project's folder, or a git revision;
    `layers` narrows both.
    Raises `UsageError` for a name that is none of these, and `InputError` for what is no graph.
    """
    first = find(project, old)
    if new is not None:
        second = find(project, new)
    elif store is not None:
        second = Side("the current graph", store, project.prefixes)
    else:
        second = find(project, str(project.root))
    known = {name for side in (first, second) for layer in side.graphs for name in names_of(layer)} - {MERGED}
    for layer in layers:
        if known and layer not in known:
            raise UsageError(f"there is no layer {layer}{nearest(layer, known)}")
    return Compared(project, compare(first.only(layers), second.only(layers)))


def find(project: Project, name: str) -> Side:
    """The graph of a name."""
    path = Path(name)
    if path.is_dir():
        return Side(name, _in_folder(path), project.prefixes)
    if path.exists():
        format_of(path)
        return Side(name, read_files([path]), project.prefixes)
    if snapshot := _snapshot(project, name):
        return Side(f"snapshot {snapshot.folder.name}", snapshot.store, project.prefixes)
    if commit := revision.revision(project.root, name):
        return Side(f"{name} ({commit[:7]})", _at_revision(project, name, commit), project.prefixes)
    offers = nearest(name, _known(project))
    raise UsageError(f"{name} is no file, no snapshot and no revision of git{offers}")


def _in_folder(folder: Path) -> ox.Store:
    """The graph of a snapshot's folder, of a project, or of the RDF files below a folder."""
    if (folder / "manifest.json").is_file() and (folder / "store").is_dir():
        return Snapshot(folder).store
    if (folder / "kg.toml").is_file():
        return _built(Project.load(folder.resolve())).store
    return read_files(graph_files(folder))


def _snapshot(project: Project, name: str) -> Snapshot | None:
    """The snapshot whose digest begins with a name of at least four characters."""
    if len(name) < 4:
        return None
    found = [folder for folder in _snapshots(project) if folder.name.startswith(name)]
    exact = [folder for folder in found if folder.name == name] or found
    if len({folder.name.partition(".")[0] for folder in exact}) > 1:
        raise UsageError(f"{name} begins several snapshots: {', '.join(f.name for f in exact)}")
    return Snapshot(exact[0]) if exact else None


def _snapshots(project: Project) -> Iterator[Path]:
    folder = project.state / "snapshots"
    if folder.is_dir():
        yield from sorted(path for path in folder.iterdir() if (path / "manifest.json").is_file())


def _at_revision(project: Project, name: str, commit: str) -> ox.Store:
    """The graph of a revision, built once by the tool as it is; findings do not hinder a comparison."""
    folder = revision.checked_out(project.root, project.state, commit)
    try:
        return _built(Project.load(folder)).store
    except KgError as error:
        reason = str(error).replace(f"{folder}/", "").replace(f"{shown(folder)}/", "")
        raise InputError(f"the sources of {name} do not build: {reason}", hint=error.hint) from error


def _built(project: Project) -> Snapshot:
    latest = current(project.state)
    if latest is not None and latest.digest == digest_inputs(project).digest:
        return latest
    from kg.build.pipeline import build  # its engines would cost every comparison 0.1 s

    snapshot = build(project, allow_violations=True).snapshot
    assert snapshot is not None  # with violations allowed a build publishes or raises
    return snapshot


def _known(project: Project) -> list[str]:
    """What a mistyped name may mean."""
    files = [path.name for path in Path.cwd().iterdir() if path.suffix in (".ttl", ".nt", ".nq", ".trig")]
    return [*(folder.name for folder in _snapshots(project)), *revision.names(project.root), *files]
