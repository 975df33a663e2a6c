"""RDF 1.1 XML Syntax, without abbreviations: an element for each subject, and in it one for each value."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import IO, NoReturn

import pyoxigraph as ox

from kg.core.errors import UsageError
from kg.core.terms import PREFIXES, XSD, Term, namespace_of
from kg.core.xml import FORBIDDEN, escape

_RDF = PREFIXES["rdf"]
_NAME = re.compile(r"[A-Za-z_][\w.-]*", re.ASCII)
_ENDING = re.compile(r"[A-Za-z_][\w.-]*\Z", re.ASCII)
_LETTERS = re.compile(r"[^\W\d][\w.-]*\Z")
_SYNTAX = "RDF ID about parseType resource nodeID datatype Description li aboutEach aboutEachPrefix bagID"
_NO_PROPERTIES = frozenset(
    f"{_RDF}{name}" for name in _SYNTAX.split()
)  # section 5.1; rdf:li means rdf:_1, ...
_BOUND = ("http://www.w3.org/XML/1998/namespace", "http://www.w3.org/2000/xmlns/")
_DOTS = re.compile(r"\A[^?#]*/\.\.?(?:[/?#]|\Z)")  # of the path: what stands behind ? or # is not resolved


def write_rdfxml(triples: Iterable[ox.Triple], file: IO[bytes], prefixes: Mapping[str, str]) -> int:
    """Write triples, those of a subject together, and return how many; raises `UsageError` that names a term.

    What is written before such an error is no document: a caller keeps it back until the end.
    """
    known = {iri: name for name, iri in prefixes.items() if _may_be_declared(name, iri)}
    spaces = "".join(f'\n    xmlns:{name}="{_namespace(iri)}"' for iri, name in sorted(known.items()))
    known[_RDF] = "rdf"
    file.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF xmlns:rdf="{_RDF}"{spaces}>\n'.encode())
    count = 0
    for subject, said in groupby(triples, key=attrgetter("subject")):
        file.write(f"  <rdf:Description{_reference(subject, 'about')}>\n".encode())
        for triple in said:
            file.write(f"    {_element(triple, known)}\n".encode())
            count += 1
        file.write(b"  </rdf:Description>\n")
    file.write(b"</rdf:RDF>\n")
    return count


def _may_be_declared(name: str, iri: str) -> bool:
    is_reserved = name == "rdf" or name[:3].lower() == "xml" or iri == _RDF or iri in _BOUND
    return _NAME.fullmatch(name) is not None and not is_reserved


def _element(triple: ox.Triple, known: Mapping[str, str]) -> str:
    """The element of a property, with its value."""
    space, local = _split(triple.predicate.value)
    tag, bound = (
        (f"{known[space]}:{local}", "") if space in known else (local, f' xmlns="{_namespace(space)}"')
    )
    value = triple.object
    if not isinstance(value, ox.Literal):
        return f"<{tag}{bound}{_reference(value, 'resource')}/>"
    if value.language:
        if value.direction is not None:
            _refuse(str(value), "no direction of text")
        bound += f' xml:lang="{value.language}"'
    elif value.datatype != XSD("string"):
        bound += f' rdf:datatype="{_attribute(value.datatype.value)}"'
    text = escape(_checked(value.value, str(value)), quote=False).replace("\r", "&#13;")
    return f"<{tag}{bound}>{text}</{tag}>"


def _reference(node: Term, name: str) -> str:
    if isinstance(node, ox.BlankNode):
        return f' rdf:nodeID="{_node_id(node.value)}"'
    if not isinstance(node, ox.NamedNode):
        _refuse(f"<<( {node} )>>", "no triple terms")
    return f' rdf:{name}="{_attribute(node.value)}"'


def _attribute(iri: str) -> str:
    """An IRI that readers take as a reference, and so resolve (RFC 3986, section 5.2)."""
    if _DOTS.search(iri):
        _refuse(f"<{iri}>", "no IRI with the steps . and .., which readers take")
    return _namespace(iri)


def _namespace(iri: str) -> str:
    return escape(_checked(iri, f"<{iri}>"))


def _checked(text: str, term: str) -> str:
    if found := FORBIDDEN.search(text):
        message = f"RDF/XML cannot hold U+{ord(found.group()):04X}, which {term} has"
        raise UsageError(message, hint="use another format")
    return text


@cache
def _split(iri: str) -> tuple[str, str]:
    """The namespace and local name of a property, behind the last / or # where there is an XML name."""
    if iri in _NO_PROPERTIES:
        _refuse(f"<{iri}>", "no such property")
    for start in _starts(iri):
        space, local = iri[:start], iri[start:]
        if space and space not in _BOUND and (_NAME.fullmatch(local) or _is_name(local)):
            return space, local
    return _refuse(f"<{iri}>", "no property whose IRI ends in no XML name")


def _starts(iri: str) -> Iterator[int]:
    yield len(namespace_of(iri))
    for pattern in (_ENDING, _LETTERS):
        if found := pattern.search(iri):
            yield found.start()
            yield found.start() + 1  # where the namespace is one that XML has for itself


def _is_name(local: str) -> bool:
    """Whether a word is a name of XML, by the parser that most readers have."""
    from xml.parsers import expat

    try:
        expat.ParserCreate().Parse(f"<{local}/>".encode(), True)
    except (expat.ExpatError, UnicodeEncodeError):
        return False
    return re.fullmatch(r"[\w.\-\u00b7]+", local) is not None


def _node_id(label: str) -> str:
    """The label of a blank node as an XML name, another one for each."""
    if not label.isascii():
        return f"_-{label.encode().hex()}"
    return label if label[0].isalpha() and _NAME.fullmatch(label) else f"_{label}"


def _refuse(term: str, what: str) -> NoReturn:
    raise UsageError(f"RDF/XML has {what}: {term}", hint="use another format")
