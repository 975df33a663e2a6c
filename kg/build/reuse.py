"""What the next snapshot takes over from the current one: the articles whose sources did not change."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kg.build.digest import Inputs
from kg.build.findings import FindingsByArticle
from kg.build.name_index import NAMES
from kg.build.snapshot import Snapshot
from kg.core.errors import StoreError
from kg.core.findings import as_json, from_json, violations
from kg.core.graph_names import inferred
from kg.project.project import Project, SourceKind

_WITH_ENTITIES = ("entities", "alignments", inferred(None))  # a triple of two files is in one graph


@dataclass(frozen=True)
class Digests:
    """Digests of the parts of a build: the entities, what else all articles stand on, and each article."""

    shared: str
    entities: str
    articles: Mapping[str, str]

    @classmethod
    def of(cls, project: Project, inputs: Inputs, versions: Mapping[str, str]) -> Digests:
        """The digests of some inputs; the versions are those of the tool and its engines."""
        settings = json.dumps([project.base, dict(project.own_prefixes), dict(versions)], sort_keys=True)
        shared, entities, parts = [settings], list[str](), dict[str, list[str]]()
        for source in inputs.sources:
            line = f"{source.kind} {source.name} {inputs.hashes[source.path]}"
            if source.slug:
                parts.setdefault(source.slug, []).append(line)
            else:
                (entities if source.kind is SourceKind.ENTITIES else shared).append(line)
        articles = {slug: _digest(lines) for slug, lines in sorted(parts.items())}
        return cls(_digest(shared), _digest(entities), articles)


@dataclass(frozen=True)
class Reused:
    """A snapshot and the articles of it whose files are as they were; the entities may have changed."""

    snapshot: Snapshot
    slugs: frozenset[str]
    has_same_entities: bool = True

    def findings(self) -> FindingsByArticle:
        """The findings about these articles and about what they stand on."""
        report = self.snapshot.report
        reused = {slug: values for slug, values in report["articles"].items() if slug in self.slugs}
        return {slug or None: from_json(values) for slug, values in {"": report["shared"], **reused}.items()}

    def contents(self, project: Project) -> dict[str, dict[str, Any]]:
        """What their graphs hold, and those of the shared ones that stay: none when no article does."""
        if not self.slugs:
            return {}
        names = ["provenance", *(() if self.has_same_entities else _WITH_ENTITIES)]
        anew = set(map(project.graph_iri, names))
        graphs = self.snapshot.manifest["graphs"].items()
        reused = {None, *self.slugs}
        return {iri: held for iri, held in graphs if project.slug_of(iri) in reused and iri not in anew}


def reusable(current: Snapshot | None, digests: Digests) -> Reused | None:
    """What can be taken over from the current snapshot; None when everything has to be made anew.

    An article with violations is looked at again, since others may be their cause; so is an only one, whose
    findings are those of the corpus too.
    """
    try:
        if current is None or current.manifest.get("shared") != digests.shared:
            return None
        articles, findings = current.manifest["articles"], current.report["articles"]
        if len(articles) < 2 or not (current.folder / NAMES).is_file():
            return None
        reused = frozenset(
            slug
            for slug, digest in digests.articles.items()
            if articles.get(slug) == digest and not violations(from_json(findings.get(slug, ())))
        )
        has_same_entities = current.manifest.get("entities") == digests.entities
        return Reused(current, reused, has_same_entities) if reused and current.store else None
    except StoreError:
        return None  # it is damaged


def report(
    found: FindingsByArticle, in_order: list[Any], reached: Mapping[str, list[str] | None]
) -> dict[str, Any]:
    """What the next build takes over: the findings in order and by article, and what each article reaches."""
    articles = {slug: as_json(findings) for slug, findings in found.items() if slug and findings}
    return {
        "findings": as_json(in_order),
        "shared": as_json(found.get(None, ())),
        "articles": articles,
        "reached": dict(reached),
    }


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
