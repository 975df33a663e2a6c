"""Vocabulary: every name of our own is declared somewhere, every outside one exists, none is deprecated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

from kg.check.job import Job, Outcome
from kg.check.outside import is_term, terms
from kg.check.references import HINT, check_references
from kg.check.uses import ANY_ARTICLE, NamesOfFile, Use, declared_names
from kg.core.errors import shown
from kg.core.findings import Finding, Place, Severity
from kg.core.nodes import named, strings, subjects_of, values_of
from kg.core.terms import DCTERMS, OWL, PASSAGE_MARK, local_name, namespace_of, short
from kg.project.project import Project


def check_vocabulary(job: Job, outcome: Outcome, *, is_whole: bool = True) -> None:
    """Look up every name that the project's data, ontology, shapes, rules and queries use.

    Where the graph is not `is_whole`, with all articles in it, checks and stored queries are left out, and so
    is what articles say of each other's claims.
    """
    declared = Declared.of(job)
    files = [file for file in job.names if is_whole or file.kind not in ("check", "query")]
    found: dict[tuple[str, NameProblem], list[Use]] = {}
    for file in files:
        wrong = {
            iri: problem for iri in file.names if (problem := declared.problem(iri, file.slug)) is not None
        }
        for use in file.uses(set(wrong)) if wrong else ():
            if wrong[use.iri].rule != "vocabulary.deprecated" or use.node != use.iri:
                found.setdefault((use.iri, wrong[use.iri]), []).append(use)
    for (_, problem), uses in found.items():
        outcome.findings += _findings(problem, uses)
    outcome.findings += (found for file in files for found in _rebound(file, declared.prefixes))
    material = job.material
    if is_whole:
        outcome.findings += check_references(material.project, material.store, material.slugs)
    names = {iri for file in files for iri in file.names}
    outcome.looked_at.append(f"{len(names)} names in {len(files)} files")
    if unlisted := _unlisted({iri for file in files for iri in file.terms}, declared):
        outcome.notes.append(f"there is no list of the terms of {', '.join(unlisted)}: not looked up")


@dataclass(frozen=True)
class NameProblem:
    """What is wrong with a name; `is_unknown` where nothing declares it."""

    rule: str
    message: str
    hint: str
    severity: Severity = Severity.VIOLATION
    is_unknown: bool = False


@dataclass(frozen=True)
class Declared:
    """The names that may be used: shared ones everywhere, those of an article there and in queries."""

    namespaces: tuple[str, ...]
    shared: frozenset[str]
    articles: Mapping[str, frozenset[str]]
    deprecated: Mapping[str, tuple[str, ...]]
    prefixes: Mapping[str, str]
    project: Project

    @classmethod
    def of(cls, job: Job) -> Declared:
        """What a project's sources declare: each subject that has a type."""
        articles: dict[str, set[str]] = {slug: set() for slug in job.material.slugs}
        for file in job.material.files:
            if file.source.slug is not None:
                articles[file.source.slug] |= set(declared_names(file.triples))
        return cls(
            namespaces=job.own_namespaces,
            shared=job.shared_names,
            articles={slug: frozenset(names) for slug, names in articles.items()},
            deprecated=_deprecated(job),
            prefixes=job.material.project.prefixes,
            project=job.material.project,
        )

    def problem(self, iri: str, slug: str | None) -> NameProblem | None:
        """What is wrong with a name in a file of an article, or in a shared one."""
        if self.is_own(iri):
            return self._deprecation(iri) if self._has(iri, slug) else self._undeclared(iri, slug)
        at = _split(iri)
        if at is None or is_term(*at) is not False:
            return self._deprecation(iri)
        close = get_close_matches(at[1], terms(at[0]), n=1, cutoff=0.6)
        hint = f"did you mean {self.written(at[0] + close[0])}?" if close else "look the term up"
        return NameProblem("vocabulary.unknown", f"{self.written(iri)} is no term of <{at[0]}>", hint)

    def is_own(self, iri: str) -> bool:
        """Whether an IRI is in a namespace of the project's; passages are checked by shapes."""
        return iri.startswith(self.namespaces) and PASSAGE_MARK not in iri

    def written(self, iri: str) -> str:
        """An IRI as it is written."""
        return short(iri, self.prefixes)

    def _has(self, iri: str, slug: str | None) -> bool:
        own = self.articles.values() if slug == ANY_ARTICLE else [self.articles.get(slug or "", ())]
        return iri in self.shared or any(iri in names for names in own)

    def _undeclared(self, iri: str, slug: str | None) -> NameProblem:
        rule = "vocabulary.undeclared"
        other = self._article_of(iri)
        if slug != ANY_ARTICLE and other not in (None, slug):
            message = f"{self.written(iri)} belongs to the article {other}, which may be taken out"
            return NameProblem(rule, message, HINT)
        near = self._nearest(iri, slug)
        hint = f"did you mean {near}?" if near else "correct the name, or declare it with its type"
        return NameProblem(rule, f"{self.written(iri)} is declared nowhere", hint, is_unknown=True)

    def _article_of(self, iri: str) -> str | None:
        """The article that declares a name, or by its IRI would have to, whether it is read or not."""
        declaring = (slug for slug, names in self.articles.items() if iri in names)
        return next(declaring, self.project.slug_of(iri) if "#" in iri else None)

    def _deprecation(self, iri: str) -> NameProblem | None:
        if iri not in self.deprecated:
            return None
        instead = " or ".join(self.written(other) for other in self.deprecated[iri])
        hint = f"use {instead}" if instead else "use what its definition names instead"
        message = f"{self.written(iri)} is deprecated"
        return NameProblem("vocabulary.deprecated", message, hint, Severity.WARNING)

    def _nearest(self, iri: str, slug: str | None) -> str | None:
        """The declared name that is spelt most like an IRI: in its own namespace, else in any."""
        known = self.shared | self.articles.get(slug or "", frozenset())
        space = max((space for space in self.namespaces if iri.startswith(space)), key=len)
        alike = {local_name(name): name for name in sorted(known) if name.startswith(space)}
        others = {local_name(name): name for name in sorted(known)}
        for names, cutoff in ((alike, 0.7), (others, 0.85)):
            if close := get_close_matches(local_name(iri), names, n=1, cutoff=cutoff):
                return self.written(names[close[0]])
        return None


def _unlisted(names: Iterable[str], declared: Declared) -> list[str]:
    prefixes = {space: prefix for prefix, space in declared.prefixes.items()}
    found: set[str] = set()
    for iri in names:
        at = _split(iri)
        if at and not iri.startswith((declared.project.base, *declared.namespaces)) and is_term(*at) is None:
            found.add(prefixes.get(at[0], f"<{at[0]}>"))
    return sorted(found)


def _rebound(file: NamesOfFile, prefixes: Mapping[str, str]) -> Iterator[Finding]:
    """The known prefixes that a file gives another meaning: mostly by a misspelt namespace."""
    for prefix, namespace, line in file.bound:
        if namespace != (known := prefixes.get(prefix, namespace)):
            yield Finding(
                rule="vocabulary.prefix",
                severity=Severity.WARNING,
                message=f"the prefix {prefix}: stands for <{namespace}> here, elsewhere for <{known}>",
                places=(Place(shown(file.path), line),),
                hint=f"write <{known}>, or take another prefix",
            )


def _findings(problem: NameProblem, uses: list[Use]) -> Iterator[Finding]:
    """One for each use of a name, as each is to be mended; one for a node that only lacks its type."""
    described = next((use for use in uses if problem.is_unknown and use.node == use.iri), None)
    if described is None:
        for use in uses:
            yield _finding(problem, problem.message, [use])
    else:
        named = f", and named in {len(uses) - 1} places more" if len(uses) > 1 else ""
        yield _finding(
            problem, f"{problem.message}: it is described without a type{named}", [described, *uses]
        )


def _finding(problem: NameProblem, message: str, uses: list[Use]) -> Finding:
    return Finding(
        rule=problem.rule,
        severity=problem.severity,
        message=message,
        node=uses[0].node,
        value=f"<{uses[0].iri}>",
        places=tuple(dict.fromkeys(use.place for use in uses)),
        hint=problem.hint,
    )


def _deprecated(job: Job) -> dict[str, tuple[str, ...]]:
    """The deprecated terms, with what replaces each."""
    store = job.material.store
    return {
        term.value: tuple(new.value for new in named(values_of(store, term, DCTERMS("isReplacedBy"))))
        for term in named(subjects_of(store, OWL("deprecated")))
        if "true" in strings(values_of(store, term, OWL("deprecated")))
    }


def _split(iri: str) -> tuple[str, str] | None:
    """Namespace and local name; None for an IRI without one."""
    namespace, local = namespace_of(iri), local_name(iri)
    return (namespace, local) if namespace and local else None
