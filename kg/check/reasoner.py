"""The DL check of `--reasoner hermit`: is it all consistent, and if not, what cannot hold together?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pyoxigraph as ox

from kg.check.axioms import Axiom, smallest, split
from kg.check.hermit import Hermit
from kg.check.job import Job, Outcome
from kg.core.findings import Finding, Severity
from kg.core.labels import Labels
from kg.core.terms import PREFIXES, RDF, RDF_TYPE, XSD

_XSD = "string normalizedString token language Name NCName NMTOKEN boolean decimal integer double float"
_DATATYPES = frozenset(  # those of OWL 2 (section 4 of its syntax) that a snapshot keeps
    [
        *map(XSD, (*_XSD.split(), "hexBinary", "base64Binary", "anyURI", "dateTime")),
        *map(RDF, ("langString", "XMLLiteral")),
    ]
)
_EXPLAINED = 3  # an explanation takes some twenty runs
_MEMBER = ox.NamedNode("https://w3id.org/secpol/check/member")


def check_with_hermit(job: Job, outcome: Outcome) -> None:
    """Check each article with ontology and entities, as facts hold within their article."""
    hermit = Hermit.found(job.shapes.time_limit)
    if hermit is None:
        outcome.notes.append(
            "there is no Java, so HermiT was not run; only the OWL 2 RL rules looked for inconsistencies"
        )
        return
    inconsistent = [finding.node for finding in outcome.findings if finding.rule == "reasoning.inconsistency"]
    material = job.material
    articles = [material.article_graphs(slug) for slug in material.slugs] or [[]]
    for article in articles:
        graphs = [*material.shared_graphs(), *article]
        triples = [
            quad.triple
            for graph in graphs
            for quad in material.store.quads_for_pattern(None, None, None, graph)
            if _is_known(quad)
        ]
        reading = Reading(hermit, triples, Labels(material.store, material.project.prefixes))
        outcome.findings += reading.findings([node for node in inconsistent if node])
    outcome.looked_at.append("the consistency of it all (HermiT)")


def _is_known(quad: ox.Quad) -> bool:
    """Whether HermiT reads a statement: it stops at values of datatypes that OWL 2 lacks, as xsd:date."""
    value, is_axiom = quad.object, quad.predicate.value.startswith(PREFIXES["owl"])
    return is_axiom or not isinstance(value, ox.Literal) or value.datatype in _DATATYPES


class Reading:
    """HermiT over one set of triples."""

    def __init__(self, hermit: Hermit, triples: Sequence[ox.Triple], labels: Labels) -> None:
        self._hermit = hermit
        self._declarations, self._axioms = split(triples)
        self._labels = labels

    def findings(self, about: Sequence[str] = ()) -> Iterator[Finding]:
        """The inconsistency with its smallest set of axioms, or the classes that can have no member.

        `about` names the nodes to look at first.
        """
        verdict = self._hermit.verdict(self._triples(self._axioms))
        if not verdict.consistent:
            yield self._inconsistency(about)
        for number, iri in enumerate(verdict.unsatisfiable):
            yield self._unsatisfiable(iri, explained=number < _EXPLAINED)

    def _inconsistency(self, about: Sequence[str]) -> Finding:
        core = smallest(self._axioms, self._is_consistent, about)
        return Finding(
            rule="reasoning.dl-inconsistency",
            severity=Severity.VIOLATION,
            message=f"these cannot hold together: {self._in_words(core)}",
            node=self._node(core),
            hint="one of them is wrong; none of them alone, and no part of them",
        )

    def _unsatisfiable(self, iri: str, *, explained: bool) -> Finding:
        kind = ox.NamedNode(iri)
        reasons = f": {self._in_words(self._reasons(kind))}" if explained else ""
        return Finding(
            rule="reasoning.unsatisfiable",
            severity=Severity.VIOLATION,
            message=f"nothing can be '{self._labels(kind)}'{reasons}",
            node=iri,
            hint="one of these axioms is wrong" if explained else "mend the classes that are explained first",
        )

    def _reasons(self, kind: ox.NamedNode) -> list[Axiom]:
        """A smallest set of axioms by which a member of a class would be a contradiction."""
        member = Axiom((ox.Triple(_MEMBER, RDF_TYPE, kind),))
        core = smallest([member, *self._axioms], self._is_consistent, [kind.value, _MEMBER.value])
        return [axiom for axiom in core if axiom != member]

    def _is_consistent(self, axioms: Sequence[Axiom]) -> bool:
        return self._hermit.is_consistent(self._triples(axioms))

    def _triples(self, axioms: Sequence[Axiom]) -> list[ox.Triple]:
        return [*self._declarations, *(triple for axiom in axioms for triple in axiom.triples)]

    def _in_words(self, axioms: Sequence[Axiom]) -> str:
        return "; ".join(sorted(axiom.in_words(self._labels) for axiom in axioms))

    def _node(self, axioms: Sequence[Axiom]) -> str | None:
        """The subject that most of the axioms are about, what only data name first."""
        subjects = [axiom.triples[0].subject for axiom in axioms]
        named = [node.value for node in subjects if isinstance(node, ox.NamedNode)]
        declared = {triple.subject for triple in self._declarations}
        data = [iri for iri in named if ox.NamedNode(iri) not in declared]
        return max(sorted(data or named), key=(data or named).count, default=None)
