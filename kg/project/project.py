"""A project: the folder that `kg.toml` marks, what it extends, and where its snapshots live."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kg.core.errors import InputError, UsageError
from kg.core.terms import PREFIXES, nearest
from kg.project.settings import read_settings

if TYPE_CHECKING:
    from kg.remote.endpoints import StoreSettings

STATE = ".kg"
JOURNAL = "journal"
STATE_HINT = "XDG_CACHE_HOME names the folder in which what an installed kg builds is kept"
ARTICLE_FILES = ("article", "facts", "claims", "mentions")
TABLE = "claims.csv"
_SLUG = re.compile(r"[\w.-]+", re.ASCII)


class SourceKind(StrEnum):
    """What a source file brings."""

    ONTOLOGY = "ontology"
    ALIGNMENTS = "alignments"
    RULE = "rule"
    ENTITIES = "entities"
    SHAPES = "shapes"
    ARTICLE = "article"
    FACTS = "facts"
    CLAIMS = "claims"
    MENTIONS = "mentions"

    @property
    def graph(self) -> str:
        """The graph, or part of an article, that such files make: facts.ttl describes, claims make facts."""
        return {SourceKind.ARTICLE: "meta", SourceKind.FACTS: "descriptions"}.get(self, self.value)


class Source(NamedTuple):
    """One input file; `name` is its path within its project, `slug` the article it belongs to.

    With `sha256` it is the file as it was when it was hashed.
    """

    path: Path
    name: str
    kind: SourceKind
    slug: str | None = None
    sha256: str | None = None


class Layer(NamedTuple):
    """One folder that contributes sources, narrowed to some modules or without its articles.

    `base` leads the IRIs of its articles; without one the project's does.
    """

    root: Path
    modules: frozenset[str] | None = None
    articles: bool = True
    base: str | None = None

    def ontology(self) -> Iterator[Source]:
        """The ontology modules, alignments and rules."""
        for path in _files(self.root / "ontology", "*.ttl", self.modules):
            kind = SourceKind.ALIGNMENTS if path.stem == "alignments" else SourceKind.ONTOLOGY
            yield Source(path, self._name(path), kind)
        for path in _files(self.root / "ontology" / "rules", "*.rq"):
            yield Source(path, self._name(path), SourceKind.RULE)

    def sources(self) -> Iterator[Source]:
        """Every file that a build reads, sorted by name within its kind."""
        yield from self.ontology()
        for path in _files(self.root / "shapes", "*.ttl", self.modules):
            yield Source(path, self._name(path), SourceKind.SHAPES)
        if self.modules is not None:
            return
        for path in _files(self.root / "entities", "*.ttl"):
            yield Source(path, self._name(path), SourceKind.ENTITIES)
        if self.articles:
            yield from self._articles()

    def _articles(self) -> Iterator[Source]:
        folders = self.root / "articles"
        for folder in sorted(folders.iterdir()) if folders.is_dir() else ():
            if folder.name.startswith(".") or not folder.is_dir():
                continue
            if not _SLUG.fullmatch(folder.name):
                raise InputError(
                    "an article's folder is named by letters, digits, '.', '_' and '-'", path=folder
                )
            for path in _files(folder, "*.ttl"):
                if path.stem not in ARTICLE_FILES:
                    raise InputError(
                        f"an article has no file {path.name}{nearest(path.stem, ARTICLE_FILES)}", path=path
                    )
                yield Source(path, self._name(path), SourceKind(path.stem), folder.name)
            if (table := folder / TABLE).exists():
                yield Source(table, self._name(table), SourceKind.CLAIMS, folder.name)
            if not (folder / "article.ttl").is_file():
                raise InputError("the article's folder has no article.ttl", path=folder)

    def _name(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


@dataclass(frozen=True)
class Project:
    """A project's settings and its layers, those it extends first.

    `services` are the endpoints that its stored queries, checks and rules may ask by SERVICE.

    >>> Project.find().name
    'secpol'
    """

    root: Path
    name: str
    base: str
    layers: tuple[Layer, ...]
    own_prefixes: Mapping[str, str] = field(default_factory=dict)
    stores: Mapping[str, StoreSettings] = field(default_factory=dict)
    services: frozenset[str] = frozenset()

    @classmethod
    def find(cls, start: Path | None = None) -> Project:
        """The project that `start` lies in, or without it the current folder; there else the shipped one.

        Only `kg.toml` marks a project; it is searched for upwards. Raises `InputError` for a `start` in none.
        """
        here = (start or Path.cwd()).resolve()
        for folder in (here, *here.parents):
            if (folder / "kg.toml").is_file():
                return cls.load(folder)
        if start is not None:
            raise InputError(
                "there is no kg.toml here or in a folder above; kg init makes a project", path=start
            )
        return cls.shipped()

    @classmethod
    def shipped(cls) -> Project:
        """The security-policy project that comes with the package."""
        return cls.load(shipped_root())

    @classmethod
    def load(cls, root: Path) -> Project:
        """The project in the folder `root`, after what a killed process left of it has been settled.

        Raises `InputError` when its settings are wrong, and `StoreError` while another process writes it.
        """
        if (journal := _state(root) / JOURNAL).exists():
            from kg.core.transaction import settle  # after a kill, which is seldom

            settle(journal)
        file = root / "kg.toml"
        settings = read_settings(file, _state(root) / "settings.json")
        project = settings.get("project", {})
        name = project.get("name", slug(root.name))
        base = project.get("base", f"https://example.org/{slug(name)}/")
        layers = _layers(root, project.get("extends", "secpol"), project.get("articles", "own"))
        stores = _stores(file, settings.get("stores"))
        services = frozenset(settings.get("services", {}).get("allow", ()))
        return cls(root, name, base, layers, settings.get("prefixes", {}), stores, services)

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """The prefix table, the project's own prefixes first."""
        return {**self.own_prefixes, **{p: ns for p, ns in PREFIXES.items() if p not in self.own_prefixes}}

    @cached_property
    def state(self) -> Path:
        """Where snapshots live: `.kg/`, or the user's cache folder for what a wheel carries."""
        return _state(self.root)

    @property
    def may_keep(self) -> bool:
        """Whether the state folder may be written, or made where it is not there yet."""
        there = next(folder for folder in (self.state, *self.state.parents) if os.path.exists(folder))  # noqa: PTH110
        return there.is_dir() and os.access(there, os.W_OK | os.X_OK)

    def allowing(self, services: Iterable[str]) -> Project:
        """The same project whose queries may ask further endpoints by SERVICE."""
        return replace(self, services=self.services | {*services}) if services else self

    def kept_in(self, state: Path) -> Project:
        """The same project with another state folder."""
        other = replace(self)
        other.__dict__["state"] = state
        return other

    @property
    def journal(self) -> Path:
        """What names the files that are being written, so that a command which was killed is finished."""
        return self.state / JOURNAL

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let one command at a time read sources and write what it makes of them; others wait."""
        import fcntl

        with (self.root / "kg.toml").open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def sources(self) -> list[Source]:
        """Every file that a build reads; raises `InputError` when there is nothing to build from."""
        found = [source for layer in self.layers for source in layer.sources()]
        if not any(source.kind is SourceKind.ONTOLOGY for source in found):
            raise InputError("no ontology: the folder has no Turtle files", path=self.root / "ontology")
        return found

    def graph_iri(self, name: str) -> str:
        """The IRI of a named graph, such as `ontology` or `article/SLUG/claims`."""
        return f"{self.base}graph/{name}"

    def article_iri(self, slug: str) -> str:
        """The IRI of an article; what belongs to it alone stands behind its `#`."""
        return f"{self.base}article/{slug}"

    def articles_home(self, slug: str) -> str:
        """What the IRIs in an article's own sources begin with: those of the project that it is from."""
        homes = (layer for layer in reversed(self.layers) if (layer.root / "articles" / slug).is_dir())
        return f"{next((layer.base for layer in homes), None) or self.base}article/"

    def article_folder(self, slug: str) -> Path:
        """The folder of an article; raises `UsageError` that offers the nearest for one that there is not."""
        homes = [layer.root / "articles" for layer in self.layers if layer.articles]
        files = [file for home in homes for file in home.glob("*/article.ttl")]
        folders = {file.parent.name: file.parent for file in files}
        if slug not in folders:
            raise UsageError(f"there is no article {slug!r}{nearest(slug, folders)}")
        return folders[slug]

    def slug_of(self, iri: str) -> str | None:
        """The article that a node or a named graph belongs to; None for what articles share."""
        for home in (self.article_iri(""), self.graph_iri("article/")):
            if iri.startswith(home):
                return re.split("[#/]", iri[len(home) :], maxsplit=1)[0]
        return None


def _layers(root: Path, extends: str, articles: str) -> tuple[Layer, ...]:
    """The folders that a project stands on, its own last."""
    shipped = shipped_root()
    if extends == "none":
        return (Layer(root),)
    settings = read_settings(shipped / "kg.toml", _state(shipped) / "settings.json")
    if extends == "secpol":
        base = settings["project"]["base"]
        return (Layer(shipped, articles=articles == "shipped", base=base), Layer(root))
    return (Layer(shipped, modules=frozenset(settings["core"]["modules"])), Layer(root))


def _state(root: Path) -> Path:
    if root == shipped_root() and root.name == "shipped":
        import hashlib  # loads OpenSSL

        return _cache() / "secpol-kg" / hashlib.sha256(str(root).encode()).hexdigest()[:12]
    return root / STATE


def _cache() -> Path:
    """The user's cache folder; one that cannot be written for a user without a home."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        return Path("/nonexistent/.cache")


def _stores(file: Path, section: Mapping[str, object] | None) -> Mapping[str, StoreSettings]:
    if not section:
        return {}
    from kg.remote.endpoints import read_stores

    return read_stores(file, section)


def shipped_root() -> Path:
    """The folder of the shipped project: inside the package when installed, else the checkout."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "shipped"
    return inside if (inside / "kg.toml").is_file() else package.parent


def slug(name: str) -> str:
    """A name as part of an IRI: lower-case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "my-graph"


def _files(folder: Path, pattern: str, stems: frozenset[str] | None = None) -> list[Path]:
    if not folder.is_dir():
        return []
    found = [path for path in folder.glob(pattern) if not path.name.startswith(".")]
    return sorted(path for path in found if stems is None or path.stem in stems)
