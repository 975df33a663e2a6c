from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.core.errors import InputError
from kg.rdf.turtle_reading import read_turtle, subject_lines

REPOSITORY = Path(__file__).parents[2]
SOURCES = sorted(
    path
    for folder in ("ontology", "entities", "articles", "shapes", "starter", "starter-core", "tests/projects")
    for path in (REPOSITORY / folder).rglob("*.ttl")
    if ".kg" not in path.parts
)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.relative_to(REPOSITORY).as_posix())
def test_every_subject_of_our_own_files_has_its_line(path: Path) -> None:
    base = f"https://w3id.org/secpol/article/{path.parent.name}"
    triples = read_turtle(path, base)
    subjects = {triple.subject.value for triple in triples if isinstance(triple.subject, ox.NamedNode)}
    text = path.read_text(encoding="utf-8")
    found = subject_lines(text, base)
    assert subjects <= found.keys()
    lines = text.splitlines()
    for subject in subjects:
        line = lines[found[subject] - 1]
        local = re.split(r"[#/]", subject)[-1]
        assert local in line or line.startswith("<"), f"{subject} is not on line {found[subject]}"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@prefix a: <urn:a:> .\na:x a:p a:o .\n\na:y a:p a:o .", {"urn:a:x": 2, "urn:a:y": 4}),
        ("PREFIX a: <urn:a:>\na:x a:p a:o .", {"urn:a:x": 2}),
        ("@prefix : <urn:d:> .\n:x :p :o .", {"urn:d:x": 2}),
        (
            "@base <https://x.org/a> .\n<> <p:p> 1 .\n<#S1> <p:p> 1 .",
            {"https://x.org/a": 2, "https://x.org/a#S1": 3},
        ),
        ("BASE <https://x.org/a>\n<#S1> <p:p> 1 .", {"https://x.org/a#S1": 2}),
        ("@base <https://x.org/a> .\n@prefix l: <#> .\nl:b <p:p> 1 .", {"https://x.org/a#b": 3}),
        ('<urn:x> <urn:p> "a. b # c ; <urn:no> \\" ." .\n<urn:y> <urn:p> 1 .', {"urn:x": 1, "urn:y": 2}),
        ("<urn:x> <urn:p> 'it\\'s. \"so\" # .' .\n<urn:y> <urn:p> 1 .", {"urn:x": 1, "urn:y": 2}),
        ('<urn:x> <urn:p> """one. "two"\n<urn:no> .\n""" .\n<urn:y> <urn:p> 1 .', {"urn:x": 1, "urn:y": 4}),
        ('<urn:x> <urn:p> """quote at the end \\"""" .\n<urn:y> <urn:p> 1 .', {"urn:x": 1, "urn:y": 2}),
        (
            "# <urn:no> <urn:p> 1 .\n<urn:x> <urn:p> 1 . # .\n<urn:y> <urn:p> 1 .",
            {"urn:x": 2, "urn:y": 3},
        ),
        ("<urn:x> <urn:p> 1.5, 2.0 ;\n  <urn:q> 1e3 .\n<urn:y> <urn:p> -1 .", {"urn:x": 1, "urn:y": 3}),
        ("<urn:x> <urn:p> [ <urn:q> <urn:o> ] .\n<urn:y> <urn:p> 1 .", {"urn:x": 1, "urn:y": 2}),
        ("<urn:x> <urn:p> ( <urn:a> <urn:b> ) .\n<urn:y> <urn:p> 1 .", {"urn:x": 1, "urn:y": 2}),
        ("[ <urn:q> 1 ] <urn:p> <urn:o> .\n<urn:y> <urn:p> 1 .", {"urn:y": 2}),
        ("( 1 2 ) <urn:p> <urn:o> .\n<urn:y> <urn:p> 1 .", {"urn:y": 2}),
        ("<urn:x> <urn:p> 'a'@en-GB, 'b'^^<urn:d> .\n<urn:y> <urn:p> 1 .", {"urn:x": 1, "urn:y": 2}),
        ("@prefix a: <urn:a:> .\na:x.y a:p a:o.\na:b a:p a:o.z .", {"urn:a:x.y": 2, "urn:a:b": 3}),
        ("@prefix a: <urn:a:> .\na:char\\=1\\,2 a:p a:o .", {"urn:a:char=1,2": 2}),
        ("@prefix a: <urn:a:> .\na:b\\#c a:p a:o .\na:d a:p 1 .", {"urn:a:b#c": 2, "urn:a:d": 3}),
        ("@prefix prefix: <urn:a:> .\nprefix:x prefix:p 1 .", {"urn:a:x": 2}),
        ("<urn:x> <urn:p> 1 .\n<urn:y> <urn:p> 1 .\n<urn:x> <urn:q> 2 .", {"urn:x": 1, "urn:y": 2}),
        ("", {}),
    ],
)
def test_the_line_of_a_subject(text: str, expected: dict[str, int]) -> None:
    parsed = {
        quad.subject.value
        for quad in ox.parse(text, ox.RdfFormat.TURTLE)
        if isinstance(quad.subject, ox.NamedNode)
    }
    assert parsed == expected.keys(), "the example itself is wrong"
    found = subject_lines(text)
    assert {iri: found.get(iri) for iri in expected} == expected


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=8))
def test_no_literal_moves_the_lines(values: list[str]) -> None:
    text = "".join(f"<urn:s{n}> <urn:p> {ox.Literal(value)} .\n" for n, value in enumerate(values))
    assert subject_lines(text) == {f"urn:s{n}": n + 1 for n in range(len(values))}


@pytest.mark.parametrize(
    ("data", "line", "words"),
    [
        (b"<urn:x> <urn:p> 1 .\n<urn:y> <urn:p> .\n", 2, ""),
        (b"<urn:x> <urn:p> 1 .\n\nno:prefix <urn:p> 1 .\n", 3, "no"),
        (b"<urn:x> <urn:p> 1 .\n<urn:y> <urn:p> 'caf\xe9' .\n", 2, "not UTF-8"),
        (b"<urn:x> <urn:p> 'never closed\n .\n", 1, ""),
    ],
)
def test_what_cannot_be_read_has_a_line(tmp_path: Path, data: bytes, line: int, words: str) -> None:
    path = tmp_path / "a.ttl"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        read_turtle(path)
    assert (caught.value.path, caught.value.line) == (path, line)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{path}:{line}: ")
    assert "Parser error" not in str(caught.value), "the place is said once"


@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_a_conflict_that_a_merge_left_is_told(tmp_path: Path, ends: str) -> None:
    path = tmp_path / "claims.ttl"
    lines = [
        "<a:b> <a:c> 1 .",
        "<<<<<<< HEAD",
        "<a:b> <a:d> 1 .",
        "=======",
        "<a:b> <a:d> 2 .",
        ">>>>>>> theirs",
    ]
    for first, left in ((2, lines), (2, [lines[0], *lines[3:]]), (3, [*lines[:1], lines[2], lines[5]])):
        path.write_bytes((ends.join(left) + ends).encode())
        with pytest.raises(InputError, match=rf"claims\.ttl:{first}: a merge has left a conflict") as refused:
            read_turtle(path)
        assert "keep one side or both" in str(refused.value.hint)
    path.write_text('<a:b> <a:c> """\n=======\n<<<<<<< HEAD\n""" .\n')
    assert len(read_turtle(path)) == 1


def test_literals_are_kept_as_written(tmp_path: Path) -> None:
    path = tmp_path / "a.ttl"
    path.write_text("<urn:x> <urn:p> 007 .", encoding="utf-8")
    (triple,) = read_turtle(path)
    assert isinstance(triple.object, ox.Literal)
    assert triple.object.value == "007"


@pytest.mark.parametrize(
    ("prefix", "hint"),
    [
        ("secpl", "did you mean secpol:?"),
        ("harbuor", "did you mean harbour:?"),
        ("skos", "declare it: @prefix skos: <http://www.w3.org/2004/02/skos/core#> ."),
        ("zzz", "declare it by a line @prefix"),
    ],
)
def test_a_prefix_that_is_not_declared_gets_the_nearest(tmp_path: Path, prefix: str, hint: str) -> None:
    path = tmp_path / "a.ttl"
    path.write_text(f"@prefix harbour: <urn:h> .\n<urn:a> {prefix}:b 1 .\n", encoding="utf-8")
    with pytest.raises(InputError, match="has not been declared") as refused:
        read_turtle(path)
    assert (refused.value.line, refused.value.hint) == (2, hint)
