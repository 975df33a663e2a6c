"""Names in a sheet: which node a cell means, and by which name a node is written into one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

import pyoxigraph as ox

from kg.core.terms import RDFS_LABEL, SECPOL, SKOS, SKOS_PREF_LABEL, curie

NAMES = (RDFS_LABEL, SKOS_PREF_LABEL, SKOS("altLabel"), SECPOL("metonym"))

_ABSOLUTE = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*://|urn:|mailto:)")
_UNSEEN = dict.fromkeys((0xAD, 0x200B, 0x2060, 0xFEFF))  # soft hyphen, and three that have no width
_NEAREST = 3
_LIKE = 70  # of 100
_MOST_NEAREST = 500


class UnknownName(Exception):
    """A cell that names nothing known; `nearest` are the names most like it."""

    def __init__(self, typed: str, nearest: list[str]) -> None:
        super().__init__(f"nothing is called '{typed}'")
        self.nearest = nearest


class AmbiguousName(Exception):
    """A cell that may mean several nodes; the message says which."""


@dataclass
class Names:
    """Nodes by label, CURIE, IRI, local name, or `#Name` for what belongs to one article.

    A label as typed goes before one in another case, an own label before other names; `add` first what goes
    before the rest. `articles` leads the IRIs of all articles of the project, `article` is the one at hand.
    """

    prefixes: Mapping[str, str]
    article: str
    articles: str
    known: set[ox.NamedNode] = field(default_factory=set)
    _named: dict[str, list[tuple[tuple[int, bool, int], str, ox.NamedNode]]] = field(default_factory=dict)
    _own: dict[ox.NamedNode, str] = field(default_factory=dict)
    _local: dict[str, list[ox.NamedNode]] = field(default_factory=dict)
    _shown: dict[ox.NamedNode, str] = field(default_factory=dict)
    _like: dict[str, list[str]] = field(default_factory=dict)
    _tiers: int = 0

    def add(self, named: Iterable[tuple[ox.NamedNode, int, str]], *, local_names: bool = False) -> None:
        """Add nodes with the rank of a name among `NAMES` and the name; with `local_names` by these too."""
        tier = self._tiers
        self._tiers += 1
        for node, rank, name in named:
            self.known.add(node)
            self._named.setdefault(clean(name).casefold(), []).append(((tier, False, rank), name, node))
            if rank < 2:
                self._own.setdefault(node, name)
            if local_names:
                found = self._local.setdefault(local_name(node).casefold(), [])
                if node not in found:
                    found.append(node)

    def add_known(self, nodes: Iterable[ox.NamedNode]) -> None:
        """Add nodes that have no name, for CURIEs and IRIs of them."""
        self.known.update(nodes)

    def find(self, typed: str) -> ox.NamedNode:
        """The node meant; raises `UnknownName` and `AmbiguousName`."""
        stated = self.stated(typed)
        if stated is not None:
            if stated in self.known:
                return stated
            raise UnknownName(typed, self._nearest_node(stated))
        found = self._called(typed)
        if len(found) == 1:
            return found[0]
        if found:
            candidates = ", ".join(self._code(node) for node in found)
            raise AmbiguousName(f"'{typed}' may be {candidates}; name one of them")
        raise UnknownName(typed, self.nearest(typed))

    def stated(self, typed: str) -> ox.NamedNode | None:
        """The node that an IRI, a CURIE, a `#Name` or `SLUG#Name` states, whether it is known or not."""
        text = typed[1:-1] if typed.startswith("<") and typed.endswith(">") else typed
        prefix, colon, local = text.partition(":")
        if text.startswith("#") and len(text) > 1:
            return _node(self.article + text)
        if _ABSOLUTE.match(text):
            return _node(text)
        if colon and prefix in self.prefixes and local and " " not in local:
            return _node(self.prefixes[prefix] + local)
        slug, mark, _ = text.partition("#")
        if mark and re.fullmatch(r"[\w.-]+", slug, re.ASCII):
            return _node(self.articles + text)
        return None

    def shown(self, node: ox.NamedNode) -> str:
        """A name by which `find` gives the node back: its label where that is clear, else a code."""
        if node not in self._shown:
            self._shown[node] = self._name(node)
        return self._shown[node]

    def _name(self, node: ox.NamedNode) -> str:
        label = self._own.get(node)
        if label is not None and _is_plain(label) and self.stated(label) is None:
            found = self._called(label)
            if found == [node]:
                return label
        return self._code(node)

    def nearest(self, typed: str) -> list[str]:
        """The names most like what was typed, the best first; nothing more once very many were wrong."""
        wanted = clean(typed).casefold()
        if wanted not in self._like and len(self._like) < _MOST_NEAREST:
            self._like[wanted] = self._look(wanted)
        return self._like.get(wanted, [])

    def _look(self, wanted: str) -> list[str]:
        from rapidfuzz import process  # for names that are wrong only
        from rapidfuzz.fuzz import ratio

        known = {**dict.fromkeys(self._local), **{key: named[0][1] for key, named in self._named.items()}}
        found = process.extract(wanted, list(known), scorer=ratio, limit=_NEAREST, score_cutoff=_LIKE)
        return list(dict.fromkeys(known[key] or key for key, *_ in found))

    def _called(self, typed: str) -> list[ox.NamedNode]:
        wanted = clean(typed).casefold()
        hits = [
            ((tier, name != typed, rank), node) for (tier, _, rank), name, node in self._named.get(wanted, ())
        ]
        best = min((rank for rank, _ in hits), default=None)
        found = {node for rank, node in hits if rank == best}
        if not found:
            found = set(self._local.get(wanted, ()))
        return sorted(found, key=lambda node: node.value)

    def _code(self, node: ox.NamedNode) -> str:
        """The shortest code for a node."""
        iri = node.value
        if iri.startswith(self.article + "#"):
            return iri[len(self.article) :]
        if iri.startswith(self.articles) and "#" in iri:
            return iri[len(self.articles) :]
        return curie(iri, self.prefixes)

    def _nearest_node(self, stated: ox.NamedNode) -> list[str]:
        """The codes most like one that is not known."""
        if stated.value not in self._like and len(self._like) < _MOST_NEAREST:
            name = local_name(stated)
            head = stated.value.removesuffix(name)
            known = {local_name(node): node for node in self.known if node.value.startswith(head)}
            close = get_close_matches(name, sorted(known), _NEAREST)
            self._like[stated.value] = [self._code(known[found]) for found in close]
        return self._like.get(stated.value, [])


def names_of(triples: Iterable[ox.Triple], without: set[ox.NamedNode]) -> list[tuple[ox.NamedNode, int, str]]:
    """What `Names.add` takes: the nodes of some triples with their names, all but some."""
    return [
        (triple.subject, NAMES.index(triple.predicate), triple.object.value)
        for triple in triples
        if triple.predicate in NAMES
        and isinstance(triple.subject, ox.NamedNode)
        and isinstance(triple.object, ox.Literal)
        and triple.subject not in without
    ]


def _is_plain(label: str) -> bool:
    """Whether a label in a cell reads as nothing else: no separator, no literal, no blank around it."""
    return label == label.strip() and "|" not in label and not label.startswith('"') and "\n" not in label


def clean(text: str) -> str:
    r"""Text on one line, composed (NFC), with single spaces, and without characters that nobody sees.

    >>> clean(" town\u00a0of \u200b Ellery ")
    'town of Ellery'
    """
    if not text.isascii():
        text = unicodedata.normalize("NFC", text.translate(_UNSEEN))
    return " ".join(text.split())


def local_name(node: ox.NamedNode) -> str:
    """What stands behind the last `#` or `/`."""
    return re.split(r"[#/]", node.value)[-1]


def _node(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        return None
