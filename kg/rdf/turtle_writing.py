"""Canonical Turtle: equal graphs give equal bytes, and a small change of a graph gives a small difference.

The rules are in docs/turtle.md. Terms are handled in their N-Triples form, which pyoxigraph reads and writes
much faster than Python could look into its term objects, and which Turtle takes over where nothing is
shorter.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

import pyoxigraph as ox

from kg.core.terms import LOCAL_NAME, PREFIXES, PROPOSITION, RDF_TYPE, SECPOL, namespace_of
from kg.rdf.blank_nodes import NIL, Structure, canonical_names, structure
from kg.rdf.order import SubjectKind, kind_of, natural, predicate_rank

WIDTH = 110
_TYPES_WIDTH = 70  # types of this length together share the subject's line
_XSD = PREFIXES["xsd"]
_A = str(RDF_TYPE)
_CONTENT = str(PROPOSITION)
_TELLING = (f"{_A} ", f"{_CONTENT} ", f"{SECPOL('textSha256')} ")  # what tells the kind of a subject
# Only what every reader takes the same way: no escapes, no dot at an end, no letters that need a table.
_PREFIX = re.compile(r"(?:[A-Za-z](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?)?")
# A base against which every reader resolves <> and <#x> alike: no dot segments, a path, no query.
_BASE = re.compile(r"https?://[^/?#]+(?:/(?!\.{1,2}(?:/|$))[^/?#]*)+")
# Short forms only for what is canonical already: some readers rewrite +1, 01 or 1.50.
_SHORT = {
    f"<{_XSD}integer>": re.compile(r"0|-?[1-9][0-9]*"),
    f"<{_XSD}decimal>": re.compile(r"-?(?:0|[1-9][0-9]*)\.(?:0|[0-9]*[1-9])"),
    f"<{_XSD}boolean>": re.compile(r"true|false"),
}
_SHORT_BLOCK = re.compile(r"(?:#[^\n]*\n)*[^\n]*\n")
_ESCAPE = re.compile(r"\\.")
_UNESCAPED = {"\\n": "\n", '\\"': '"'}
_TERM = re.compile(r"<[^<>\s]*>|_:\S+|\"(?:[^\"\\]|\\.)*\"(?:\^\^<[^<>\s]*>|@\S+)?|<<\(|\)>>")


def turtle(
    triples: Iterable[ox.Triple],
    prefixes: Mapping[str, str],
    *,
    base: str | None = None,
    used_only: bool = False,
) -> Iterator[str]:
    """The triples as canonical Turtle, in pieces: the head, then one piece for each subject.

    All `prefixes` are declared, so that the head stays as it is when the graph grows; with `used_only`, those
    that occur. `base` shortens `base` itself and what stands behind its `#`.
    """
    return turtle_of_lines(lines_of(triples), prefixes, base=base, used_only=used_only)


def turtle_of_lines(
    lines: Iterable[str], prefixes: Mapping[str, str], *, base: str | None = None, used_only: bool = False
) -> Iterator[str]:
    """The same for lines of N-Triples as pyoxigraph writes them, in any order, even several times."""
    graph = Blocks(lines, prefixes, base=base)
    if used_only:
        pieces = [text for _, text in graph]
        yield head(graph.names.used, base=graph.names.base)
        yield from spaced(pieces)
    else:
        yield head(prefixes, base=graph.names.base)
        yield from spaced(text for _, text in graph)


def head(prefixes: Mapping[str, str], *, base: str | None = None) -> str:
    """The directives of a file."""
    first = f"@base <{base}> .\n" if base else ""
    return first + "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in sorted(prefixes.items()))


class TermNames(dict[str, str]):
    """Terms in N-Triples to terms in Turtle, as `names[term]`; IRIs are looked up once."""

    def __init__(self, prefixes: Mapping[str, str], base: str | None) -> None:
        super().__init__()
        self.base = base if base is not None and _BASE.fullmatch(base) else None
        self.used: dict[str, str] = {}
        self._namespaces: dict[str, list[tuple[str, str]]] = {}
        for prefix, namespace in prefixes.items():
            if _PREFIX.fullmatch(prefix):
                self._namespaces.setdefault(namespace_of(namespace), []).append((namespace, prefix))
        for found in self._namespaces.values():
            found.sort(key=lambda pair: -len(pair[0]))

    def __missing__(self, term: str) -> str:
        if term[0] == '"':
            return self._literal(term)
        if term.startswith("<<("):
            return " ".join(map(self._in_triple_term, _TERM.findall(term)))
        text = self[term] = self._iri(term[1:-1]) if term[0] == "<" else term
        return text

    def _in_triple_term(self, part: str) -> str:
        """A part of a triple term; Jena 5.6 does not take a bare true or false there."""
        if part in ("<<(", ")>>"):
            return part
        text = self[part]
        return f'"{text}"^^{self[f"<{_XSD}boolean>"]}' if text in ("true", "false") else text

    def _iri(self, iri: str) -> str:
        if self.base is not None and iri.startswith(self.base):
            rest = iri[len(self.base) :]
            if not rest or (rest[0] == "#" and ":" not in rest):  # rdflib takes <#a:b> for absolute
                return f"<{rest}>"
        for namespace, prefix in self._namespaces.get(namespace_of(iri), ()):
            if iri.startswith(namespace) and LOCAL_NAME.fullmatch(iri, len(namespace)):
                self.used[prefix] = namespace
                return f"{prefix}:{iri[len(namespace) :]}"
        return f"<{iri}>"

    def _literal(self, term: str) -> str:
        if term[-1] != ">" and "\\n" not in term:
            return term
        if term[-1] == '"':
            return _quoted(term[1:-1])
        if term[-1] != ">":
            value, _, language = term.rpartition('"')
            return _quoted(value[1:]) + language
        value, _, datatype = term.rpartition('"^^')
        short = _SHORT.get(datatype)
        if short is not None and short.fullmatch(value, 1):
            return value[1:]
        return f"{_quoted(value[1:])}^^{self[datatype]}"


class _Ranks(dict[str, tuple[int, str]]):
    """Where predicates in N-Triples stand in a block."""

    def __init__(self, names: TermNames) -> None:
        super().__init__({_A: (-1, "")})
        self._names = names

    def __missing__(self, predicate: str) -> tuple[int, str]:
        rank = self[predicate] = predicate_rank(predicate[1:-1], self._names[predicate])
        return rank


class Blocks:
    """The blocks of a graph in their order: an iterable of subjects, in N-Triples, each with its text.

    A blank node that is referred to once stands in brackets where it is used. Others need a label: their own
    if it is among `labels`, else a hash of what is said of them. With `keep_order` the subjects stay in the
    order in which the lines bring them.
    """

    def __init__(
        self,
        lines: Iterable[str],
        prefixes: Mapping[str, str],
        *,
        base: str | None = None,
        labels: Collection[str] = (),
        keep_order: bool = False,
    ) -> None:
        self.names = TermNames(prefixes, base)
        self._ranks = _Ranks(self.names)
        self._keep_order = keep_order
        self._flat: dict[str, str] = {}
        self._types: dict[tuple[int, tuple[str, ...]], str] = {}
        self._said, has_blank_nodes = _grouped(lines)
        self._structure = Structure()
        if has_blank_nodes:
            self._structure = structure(self._said, labels)
            if not self._label(self._structure.labelled - set(labels)):
                self._said = canonical_names(self._said, self._structure, self._flat_node)
                self._structure = structure(self._said, labels)
                self._label(self._structure.labelled - set(labels))

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Each subject with its block, which ends with a line break."""
        for subject in self._ordered():
            text = "[]" if subject in self._structure.roots else self.names[subject]
            yield subject, f"{text}{self._chunks(subject, 4)} .\n"

    def statements(self) -> Iterator[tuple[str, str, str, list[str]]]:
        """Subject, predicate and object of what stands outside of brackets, and the lines behind it.

        An object in brackets is its text in Turtle. A node without a name that nothing refers to is one
        statement: its text is the subject, and there is neither predicate nor object.
        """
        for subject in self._ordered():
            if subject in self._structure.roots:
                yield self._flat_node(subject), "", "", self._behind(subject)
                continue
            name = self.names[subject] if subject[0] == "_" else subject
            for rest in self._said[subject]:
                predicate, value = rest.split(" ", 1)
                behind = [f"{subject} {rest}"]
                if value in self._structure.nested:
                    yield name, predicate, self._flat_node(value), behind + self._behind(value)
                else:
                    yield name, predicate, self.names[value] if value[0] == "_" else value, behind

    def _behind(self, node: str) -> list[str]:
        """The predicates and objects within the brackets of a blank node."""
        found: list[str] = []
        waiting = [node]
        while waiting:
            subject = waiting.pop()
            for rest in self._said.get(subject, ()):
                found.append(f"{subject} {rest}")
                value = rest.split(" ", 1)[1]
                if value in self._structure.nested:
                    waiting.append(value)
        return found

    def _ordered(self) -> list[str]:
        """The subjects that have a block, by kind, claims before their propositions, then by name."""
        keys: dict[str, tuple[int, str, str]] = {}
        claims: dict[str, tuple[int, str, str]] = {}
        documents = {self.names.base}
        for subject, said in self._said.items():
            if subject in self._structure.nested:
                continue
            if subject in self._structure.roots:
                keys[subject] = SubjectKind.AXIOM, self._flat_node(subject), ""
                continue
            types, contents, is_document = _telling(said)
            if is_document:
                documents.add(subject[1:-1])
            name = natural(self.names[subject].rstrip(">"))  # so that <> comes before <#a>
            key: tuple[int, str, str] = (SubjectKind.CLAIM if contents else kind_of(subject, types)), name, ""
            keys[subject] = key
            for content in contents:
                claims[content] = min(key, claims.get(content, key))
        for content, (kind, claim, _) in claims.items():
            if content in keys and keys[content][0] is not SubjectKind.CLAIM:
                keys[content] = kind, claim, keys[content][1]
        for subject, key in keys.items():
            if key[0] is SubjectKind.ENTITY and subject[1:-1].partition("#")[0] in documents:
                keys[subject] = SubjectKind.ARTICLE, key[1], ""
        return list(keys) if self._keep_order else sorted(keys, key=keys.__getitem__)

    def _chunks(self, subject: str, indent: int) -> str:
        """The predicates and objects of a block: the type on the subject's line, the others below."""
        said = self._by_predicate(subject)
        if len(said) == 1 and said[0][0] != _A:
            return " " + self._chunk(*said[0], indent - 4)
        pad = "\n" + " " * indent
        names = self.names
        text = f" ;{pad}".join(
            [  # most have one object with a name or a value: no call for these
                f"{names[predicate]} {names[objects[0]]}"
                if len(objects) == 1 and objects[0][0] != "_" and objects[0] != NIL and predicate != _A
                else self._chunk(predicate, objects, indent)
                for predicate, objects in said
            ]
        )
        return " " + text if said[0][0] == _A else pad + text

    def _by_predicate(self, subject: str) -> list[tuple[str, list[str]]]:
        """The predicates and objects of a subject, in order."""
        groups: dict[str, list[str]] = {}
        for rest in self._said[subject]:
            predicate, value = rest.split(" ", 1)
            if predicate in groups:
                groups[predicate].append(value)
            else:
                groups[predicate] = [value]
        return [(predicate, groups[predicate]) for predicate in sorted(groups, key=self._ranks.__getitem__)]

    def _chunk(self, predicate: str, objects: list[str], indent: int) -> str:
        """A predicate with its object on the same line, or with several objects, one a line."""
        if len(objects) == 1:
            name, value = self.names[predicate] if predicate != _A else "a", objects[0]
            if value[0] != "_" and value != NIL:
                return f"{name} {self.names[value]}"
            return f"{name} {self._object(value, indent + len(name) + 1, indent)}"
        if predicate != _A:
            return self.names[predicate] + self._several(objects, indent)
        types = indent, tuple(objects)
        if types not in self._types:  # many subjects have the same
            texts = [self._object(value, 0, 0) for value in sorted(objects, key=self._object_key)]
            is_short = sum(map(len, texts)) + 3 * len(texts) < _TYPES_WIDTH
            self._types[types] = " " + " , ".join(texts) if is_short else self._several(objects, indent)
        return "a" + self._types[types]

    def _several(self, objects: list[str], indent: int) -> str:
        inner = indent + 4
        pad = "\n" + " " * inner
        texts = [self._object(value, inner, inner) for value in sorted(objects, key=self._object_key)]
        return pad + f" ,{pad}".join(texts)

    def _object_key(self, value: str) -> tuple[int, str]:
        if value in self._structure.nested:
            return 3, self._flat_node(value)
        return '<"_'.index(value[0]), natural(self.names[value])

    def _object(self, value: str, column: int, indent: int) -> str:
        """An object that starts in a column; what is in brackets stands on one line where it fits."""
        if value not in self._structure.nested:
            return self.names[value] if value != NIL else "()"
        flat = self._flat_node(value)
        if column + len(flat) + 2 <= WIDTH and "\n" not in flat:
            return flat
        inner = indent + 4
        pad = "\n" + " " * inner
        items = self._structure.lists.get(value)
        if items is not None:
            texts = [self._object(item, inner, inner) for item in items]
            return f"({pad}" + pad.join(texts) + f"{pad[:-4]})"
        said = self._by_predicate(value)
        return f"[{pad}" + f" ;{pad}".join(self._chunk(*group, inner) for group in said) + f"{pad[:-4]}]"

    def _flat_node(self, node: str) -> str:
        """A node in brackets without line breaks of our own; also what such nodes are sorted by."""
        flat = self._flat.get(node)
        if flat is None:
            items = self._structure.lists.get(node)
            if items is not None:
                flat = f"( {' '.join(map(self._flat_object, items))} )"
            elif node in self._said:
                flat = f"[ {self._flat_chunks(node)} ]"
            else:
                flat = "[]"
            self._flat[node] = flat
        return flat

    def _flat_object(self, value: str) -> str:
        if value in self._structure.nested:
            return self._flat_node(value)
        return self.names[value] if value != NIL else "()"

    def _flat_chunks(self, subject: str) -> str:
        return " ; ".join(
            f"{'a' if predicate == _A else self.names[predicate]} "
            + " , ".join(map(self._flat_object, sorted(objects, key=self._object_key)))
            for predicate, objects in self._by_predicate(subject)
        )

    def _label(self, nodes: Collection[str]) -> bool:
        """Label blank nodes by their triples, refined until no more of them can be told apart.

        Whether all were told apart; if not, their names decide.
        """
        order = sorted(nodes, key=natural)
        colours = dict.fromkeys(order, "")
        apart = 0
        while len(set(colours.values())) > apart:
            apart = len(set(colours.values()))
            self._flat.clear()
            self.names.update({node: f"_:b{colour}" for node, colour in colours.items()})
            colours = {node: self._colour(node) for node in order}
        self._flat.clear()
        seen: Counter[str] = Counter()
        for node in order:
            seen[colours[node]] += 1
            number = seen[colours[node]]
            self.names[node] = f"_:b{colours[node]}" + (f"x{number}" if number > 1 else "")
        return len(seen) == len(order)

    def _colour(self, node: str) -> str:
        text = self._flat_chunks(node) if node in self._said else ""
        return hashlib.sha256(text.encode()).hexdigest()[:8]


def _telling(said: list[str]) -> tuple[list[str], list[str], bool]:
    """What tells the kind of a subject: its types, the contents that it claims, and whether it has a text."""
    types, contents, is_document = [], [], False
    for rest in said:
        if rest.startswith(_TELLING):
            predicate, value = rest.split(" ", 1)
            if predicate == _A:
                types.append(value[1:-1])
            elif predicate == _CONTENT:
                contents.append(value)
            else:
                is_document = True
    return types, contents, is_document


def _grouped(lines: Iterable[str]) -> tuple[dict[str, list[str]], bool]:
    """The statements by subject, each once, without their dots; and whether there are blank nodes."""
    said: dict[str, list[str]] = {}
    blank = False
    for line in lines if isinstance(lines, dict) else dict.fromkeys(lines):
        if line:
            subject, rest = line[:-2].split(" ", 1)
            if subject in said:
                said[subject].append(rest)
            else:
                said[subject] = [rest]
            blank = blank or "_:" in line
    return said, blank


def lines_of(triples: Iterable[ox.Triple]) -> list[str]:
    """The triples as lines of N-Triples."""
    return (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode().split("\n")


def spaced(blocks: Iterable[str]) -> Iterator[str]:
    """The blocks with an empty line before each, but none between two of one line."""
    is_short = False
    for text in blocks:
        was_short, is_short = is_short, _SHORT_BLOCK.fullmatch(text) is not None
        yield text if was_short and is_short and text[0] != "#" else "\n" + text


def _quoted(value: str) -> str:
    """A value with the escapes of N-Triples as a string of Turtle: a long one where it has several lines."""
    if "\\n" in value:
        text = _ESCAPE.sub(lambda match: _UNESCAPED.get(match.group(), match.group()), value)
        if "\n" in text:
            text = text.replace('"""', '""\\"')
            if text.endswith('"'):
                text = text[:-1] + '\\"'
            return f'"""{text}"""'
    return f'"{value}"'
