"""JSON-LD 1.1, compact: terms and language maps from the project's context, subjects in order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import IO, Any

import pyoxigraph as ox

from kg.core.errors import UsageError
from kg.core.terms import PREFIXES, PROPOSITION, RDF_TYPE, SECPOL, GraphName, curie
from kg.rdf.blank_nodes import NIL, Structure, structure
from kg.rdf.order import natural, predicate_rank

_A, _CLAIMS, _NESTED = str(RDF_TYPE), f"{PROPOSITION} ", (str(PROPOSITION), str(SECPOL("evidencedBy")))
_LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"(?:@(\S+)|\^\^<([^<>]*)>)?')
_LONG_ESCAPE = re.compile(r"\\U([0-9A-F]{8})|\\(.)")
_XSD = PREFIXES["xsd"]
_DEFINED = {"@id", "@type", "@container"}
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,14}")  # what every JSON reader keeps to the last digit

Json = dict[str, Any]
_Statements = Mapping[str, list[str]]


def write_jsonld(
    graphs: Iterable[tuple[GraphName, bytes]],
    file: IO[bytes],
    context: Json,
    shared: Callable[[GraphName, bytes], Collection[str]] = lambda *_: (),
) -> int:
    """Write each graph under its name, and return how many statements there are.

    A graph is given in N-Triples; `shared` tells which blank nodes of it other graphs have, too. Memory is
    that of the largest few graphs.
    """
    file.write(_head(context))
    compact, statements, between = Compact(context), 0, "\n"
    for graph, text in graphs:
        said = _said(text)
        nodes = compact.nodes(said, structure(said, shared(graph, text)))
        if isinstance(graph, ox.DefaultGraph):
            between = _write(file, nodes, between)
        else:
            name = json.dumps(compact.node_name(str(graph)), ensure_ascii=False)
            file.write(f'{between}{{"@id": {name}, "@graph": ['.encode())
            _write(file, nodes, "\n")
            file.write(b"\n]}")
            between = ",\n"
        statements += text.count(b"\n")
    file.write(b"\n]\n}\n")
    return statements


def write_framed(lines: Collection[bytes], file: IO[bytes], context: Json) -> int:
    """Write one graph as trees: claims hold their propositions and passages, others follow."""
    said = _said(b"\n".join(lines))
    file.write(_head(context))
    _write(file, Compact(context).trees(said, structure(said)), "\n")
    file.write(b"\n]\n}\n")
    return len(lines)


@dataclass(frozen=True)
class Compact:
    """Terms of N-Triples in the words of a context."""

    context: Json

    def nodes(self, said: _Statements, blank: Structure) -> Iterator[Json]:
        """A node object for each subject of a graph; nested blank nodes stand where they are used."""
        self._names.clear()  # else memory would grow with the number of graphs
        for subject in self._ordered(said, blank):
            yield self._node(subject, said, blank, {})

    def trees(self, said: _Statements, blank: Structure) -> Iterator[Json]:
        """Node objects, claims first; a claim holds its proposition and the passages it is first to name."""
        order = list(self._ordered(said, blank))
        claims = [node for node in order if any(rest.startswith(_CLAIMS) for rest in said[node])]
        taken = dict.fromkeys(claims, True)
        yield from (self._node(claim, said, blank, taken) for claim in claims)
        yield from (self._node(node, said, blank, taken) for node in order if node not in taken)

    def node_name(self, term: str) -> str:
        """A node as the value of `@id`: a CURIE or the whole IRI."""
        name = self._names.get(term)
        if name is None:
            name = self._names[term] = term if term[0] == "_" else self._iri_name(term[1:-1])
        return name

    def term_name(self, term: str) -> str:
        """A node as a key, a type or a value of the vocabulary."""
        vocabulary = self.context.get("@vocab")
        if vocabulary and term.startswith(f"<{vocabulary}"):
            local = term[len(vocabulary) + 1 : -1]
            if local.isidentifier() and local not in self.context:
                return local
        return self._plain_terms.get(term[1:-1]) or self.node_name(term)

    def _iri_name(self, iri: str) -> str:
        if iri[0] == "<":
            raise UsageError("JSON-LD has no triple terms", hint="use another format")
        name = curie(iri, self._prefixes)
        if name[0] != "<":
            return name
        prefix, _, local = iri.partition(":")
        if prefix in self.context and not local.startswith("//"):
            raise UsageError(f"JSON-LD would take {name} for a CURIE", hint="use another format")
        return iri

    @cached_property
    def _names(self) -> dict[str, str]:
        return {}

    @cached_property
    def _prefixes(self) -> Mapping[str, str]:
        return {name: iri for name, iri in self.context.items() if name[0] != "@" and _is_namespace(iri)}

    @cached_property
    def _terms(self) -> Mapping[str, tuple[str, Json]]:
        """The terms with a definition of the kinds that are used here, by their IRI."""
        found = {}
        for name, defined in self.context.items():
            is_defined = isinstance(defined, dict) and "@id" in defined and defined.keys() <= _DEFINED
            if is_defined and defined.get("@container", "@set") in ("@set", "@language"):
                found[self._expanded(defined["@id"])] = name, defined
        return found

    @cached_property
    def _plain_terms(self) -> Mapping[str, str]:
        """The terms that only stand for an IRI."""
        plain = {name: iri for name, iri in self.context.items() if isinstance(iri, str) and name[0] != "@"}
        return {self._expanded(iri): name for name, iri in plain.items() if not _is_namespace(iri)}

    def _expanded(self, name: str) -> str:
        prefix, _, local = name.partition(":")
        return self._prefixes[prefix] + local if prefix in self._prefixes else name

    def _ordered(self, said: _Statements, blank: Structure) -> list[str]:
        return sorted(said.keys() - blank.nested, key=lambda node: natural(self.node_name(node)))

    def _node(self, subject: str, said: _Statements, blank: Structure, taken: dict[str, bool]) -> Json:
        node: Json = (
            {} if subject in blank.nested or subject in blank.roots else {"@id": self.node_name(subject)}
        )
        groups: dict[str, list[str]] = {}
        for rest in said.get(subject, ()):
            predicate, value = rest.split(" ", 1)
            groups.setdefault(predicate, []).append(value)
        for predicate, values in sorted(
            groups.items(), key=lambda group: predicate_rank(group[0][1:-1], group[0])
        ):
            values.sort(key=natural)
            if predicate == _A and all(value[0] == "<" for value in values):
                node["@type"] = _one([self.term_name(value) for value in values])
                continue
            for value in values:
                embedded = self._embedded(predicate, value, said, blank, taken)
                self._say(node, predicate, value, embedded)
        return {key: _tidied(value) for key, value in node.items()}

    def _embedded(
        self, predicate: str, value: str, said: _Statements, blank: Structure, taken: dict[str, bool]
    ) -> Json | None:
        """The node object or list that stands in place of a reference, if any."""
        if value == NIL:
            return {"@list": []}
        if value in blank.lists:
            return {"@list": [self._value(item, said, blank, taken) for item in blank.lists[value]]}
        if value in blank.nested:
            return self._node(value, said, blank, taken)
        if taken and predicate in _NESTED and value in said and value not in taken:
            taken[value] = True
            return self._node(value, said, blank, taken)
        return None

    def _value(self, term: str, said: _Statements, blank: Structure, taken: dict[str, bool]) -> Any:
        return self._embedded("", term, said, blank, taken) or self._plain(term)

    def _say(self, node: Json, predicate: str, value: str, embedded: Json | None) -> None:
        """Add a value under the term that fits it, else under the CURIE of its property."""
        term, defined = self._terms.get(predicate[1:-1], ("", {}))
        kind = defined.get("@type")
        if value[0] != '"':
            if embedded is None and kind in ("@id", "@vocab"):
                name = self.term_name(value) if kind == "@vocab" else self.node_name(value)
                node.setdefault(term, []).append(name)
            else:
                fits = embedded is not None and kind in ("@id", "@vocab") and "@list" not in embedded
                key = term if fits else self._key(predicate)
                node.setdefault(key, []).append(embedded or {"@id": self.node_name(value)})
            return
        plain = self._plain(value)
        if isinstance(plain, dict):
            if defined.get("@container") == "@language" and "@language" in plain:
                words = node.setdefault(term, {}).setdefault(plain["@language"], [])
                words.append(plain["@value"])
                return
            if kind is not None and kind == plain.get("@type"):
                node.setdefault(term, []).append(plain["@value"])
                return
        node.setdefault(self._key(predicate), []).append(plain)

    def _key(self, predicate: str) -> str:
        """The property as a key that coerces nothing."""
        name = self.term_name(predicate)
        return predicate[1:-1] if name in self.context else name

    def _plain(self, term: str) -> Any:
        if term[0] != '"':
            return {"@id": self.node_name(term)}
        match = _LITERAL.fullmatch(term)
        assert match is not None
        value, language, datatype = _unescaped(match.group(1)), match.group(2), match.group(3)
        if language:
            language, _, direction = language.partition("--")
            return {"@value": value, "@language": language} | ({"@direction": direction} if direction else {})
        if datatype is None:
            return value
        if datatype == f"{_XSD}boolean" and value in ("true", "false"):
            return value == "true"
        if datatype == f"{_XSD}integer" and _WHOLE.fullmatch(value):
            return int(value)
        return {"@value": value, "@type": self.term_name(f"<{datatype}>")}


def _said(text: bytes) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for line in text.decode().split("\n"):
        if line:
            subject, rest = line[:-2].split(" ", 1)
            said.setdefault(subject, []).append(rest)
    return said


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    if "\\U" in text:
        text = _LONG_ESCAPE.sub(lambda match: chr(int(match[1], 16)) if match[1] else match[0], text)
    unescaped: str = json.loads(f'"{text}"')
    return unescaped


def _is_namespace(iri: object) -> bool:
    return isinstance(iri, str) and iri.endswith(("/", "#"))


def _tidied(value: Any) -> Any:
    """Lists of one as that one; in a language map each by itself."""
    if isinstance(value, list):
        return _one(value)
    if isinstance(value, dict):
        return {
            language: _one(words) if isinstance(words, list) else words for language, words in value.items()
        }
    return value


def _one(values: list[Any]) -> Any:
    return values[0] if len(values) == 1 else values


def _head(context: Json) -> bytes:
    return f'{{\n"@context": {_pretty(context)},\n"@graph": ['.encode()


def _pretty(value: object) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _write(file: IO[bytes], nodes: Iterable[Json], between: str) -> str:
    for node in nodes:
        file.write(f"{between}{_pretty(node)}".encode())
        between = ",\n"
    return between
