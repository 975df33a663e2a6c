"""What the tokens of a query tell: its VALUES blocks, its form, the prefixes that it lacks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from kg.sparql.tokens import Token, declared_prefixes, tokens

_FORMS = frozenset({"SELECT", "ASK", "CONSTRUCT", "DESCRIBE"})
_BEHIND_DATASET = frozenset({"WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"})


class ValuesBlock(NamedTuple):
    """`VALUES $name { rows }`: the variable's name, and the span between the braces."""

    name: str
    start: int
    end: int


def values_blocks(text: str) -> Iterator[ValuesBlock]:
    """The VALUES blocks of one variable written with a dollar sign.

    >>> text = 'SELECT * { VALUES $x { 1 } VALUES ?y { 2 } }'
    >>> [(block.name, text[block.start:block.end]) for block in values_blocks(text)]
    [('x', ' 1 ')]
    """
    return (block for _, block in _values(text))


def without_free(text: str) -> str:
    """The query without the VALUES blocks that leave their variable free.

    Joining with `VALUES $x { UNDEF }` changes nothing, but RDF4J and Virtuoso lose rows over it.

    >>> without_free("SELECT * { VALUES $x { UNDEF } ?s ?p $x }")
    'SELECT * {  ?s ?p $x }'
    """
    uses = Counter(token.text[1:] for token in tokens(text) if token.kind == "variable")
    parts, last = [], 0
    for start, block in _values(text):
        if uses[block.name] > 1 and text[block.start : block.end].strip().upper() == "UNDEF":
            parts.append(text[last:start])
            last = block.end + 1
    return "".join(parts) + text[last:]


def form_of(text: str) -> str:
    """The form of a query: SELECT, ASK, CONSTRUCT or DESCRIBE; empty for what is none.

    >>> form_of("PREFIX select: <http://e/> ASK { ?s select:x ?o }")
    'ASK'
    """
    return next((token.text.upper() for token in tokens(text) if _is_word(token, _FORMS)), "")


def undeclared_prefixes(text: str, known: Container[str]) -> list[str]:
    """The prefixes among the known ones that a query uses and does not declare, sorted.

    >>> undeclared_prefixes("PREFIX a: <http://a/> SELECT * { ?s a:p b:o ; a c:d }", {"a", "b"})
    ['b']
    """
    used = {token.text.partition(":")[0] for token in tokens(text) if token.kind == "name"}
    return sorted(name for name in used.difference(declared_prefixes(text)) if name in known)


def _values(text: str) -> Iterator[tuple[int, ValuesBlock]]:
    """Each VALUES block with the place of its keyword."""
    found = tokens(text)
    for at, (kind, word, _, _) in enumerate(found[:-2]):
        if kind != "word" or word.upper() != "VALUES":
            continue
        variable, opening = found[at + 1 : at + 3]
        if variable.kind == "variable" and variable.text.startswith("$") and opening.text == "{":
            closing = next((token for token in found[at + 3 :] if token.text == "}"), None)
            if closing is not None:
                yield found[at].start, ValuesBlock(variable.text[1:], opening.end, closing.start)


def with_dataset(text: str, graphs: Iterable[str]) -> str:
    """The query with FROM and FROM NAMED for each graph, where the grammar has them (SPARQL 1.1, 13.2).

    >>> with_dataset("SELECT (EXISTS { ?s ?p ?o } AS ?x) { ?s ?p ?o }", ["urn:g"])
    'SELECT (EXISTS { ?s ?p ?o } AS ?x) FROM <urn:g> FROM NAMED <urn:g> { ?s ?p ?o }'
    >>> with_dataset("CONSTRUCT { ?s a ?o } WHERE { ?s a ?o }", ["urn:g"])
    'CONSTRUCT { ?s a ?o } FROM <urn:g> FROM NAMED <urn:g> WHERE { ?s a ?o }'
    >>> with_dataset("DESCRIBE <urn:x> LIMIT 1", ["urn:g"])
    'DESCRIBE <urn:x> FROM <urn:g> FROM NAMED <urn:g> LIMIT 1'
    """
    names = list(graphs)
    clauses = [f"FROM <{name}>" for name in names] + [f"FROM NAMED <{name}>" for name in names]
    place = _end_of_what_is_asked(tokens(text))
    return f"{text[:place]} {' '.join(clauses)}{text[place:]}"


def _end_of_what_is_asked(query: Sequence[Token]) -> int:
    """The end of the columns, the template or the names that a query asks for."""
    start = next(number for number, token in enumerate(query) if _is_word(token, _FORMS))
    depth, is_template = 0, query[start].text.upper() == "CONSTRUCT" and query[start + 1].text == "{"
    for former, token in pairwise(query[start:]):
        if depth == 0 and not is_template and (token.text == "{" or _is_word(token, _BEHIND_DATASET)):
            return former.end
        depth += (token.text in ("{", "(")) - (token.text in ("}", ")"))
        is_template = is_template and depth > 0
    return query[-1].end


def _is_word(token: Token, words: Container[str]) -> bool:
    return token.kind == "word" and token.text.upper() in words
