"""One ranking for all who look for the node that somebody typed."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.core.names import (
    ANY,
    AmbiguousName,
    Finder,
    MemoryIndex,
    Name,
    NameKind,
    Role,
    UnknownName,
    Wanted,
)
from kg.core.terms import stated

HOME = "http://example.org/"


def node(name: str) -> ox.NamedNode:
    return ox.NamedNode(HOME + name)


NAMES = (
    Name("Ishiba Shigeru", node("Ishiba")),
    Name("Ishiba cabinet", node("Cabinet")),
    Name("Abe Shinzo", node("Abe")),
    Name("Shinzo Abe", node("Abe"), NameKind.ALTERNATIVE),
    Name("Abe\u2019s vision", node("Vision")),
    Name("enables", node("enables"), role=Role.PROPERTY),
    Name("abe is held by", node("abe"), role=Role.PROPERTY),
    Name("Abe went home", node("S1"), role=Role.RECORD),
    Name("S1", node("S1"), NameKind.LOCAL, Role.RECORD),
    Name("Tokyo", node("GovJapan"), NameKind.METONYM),
    Name("tokyo", node("Capital"), NameKind.ALTERNATIVE),
    Name("Port", node("Harbour"), NameKind.METONYM),
    Name("Oskar Venn", node("Venn")),
    Name("author of \u201cVenn at sea\u201d", node("Authors")),
    Name("port", node("Wine"), NameKind.PREFERRED),
    Name("Harbour", node("Place")),
    Name("harbour", node("Kind"), role=Role.CLASS),
)


def finder() -> Finder:
    return Finder(MemoryIndex(NAMES), lambda found: found.value.removeprefix(HOME), lambda _: "thing")


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("abe  shinzo", "Abe"),
        ("Abe", "Abe"),
        ("shinzo", "Abe"),
        ("Abe's", "Vision"),
        ("cabinet", "Cabinet"),
        ("Tokyo", "GovJapan"),  # as it is typed
        ("tokyo", "Capital"),
        ("TOKYO", "Capital"),  # an alternative label goes before a metonym
        ("PORT", "Wine"),
        ("abe went home", "S1"),
        ("s1", "S1"),
        ("enables", "enables"),
        ("Venn", "Venn"),  # not whoever wrote of him
        ("venn at sea", "Authors"),
        ("harbour", "Place"),  # an individual goes before a class
    ],
)
def test_the_best_name_is_meant(typed: str, found: str) -> None:
    assert finder().find(typed) == node(found)


def test_of_several_with_a_part_all_are_told_with_what_they_are() -> None:
    with pytest.raises(AmbiguousName) as caught:
        finder().find("Ishiba")
    told = "'Ishiba' may be Cabinet (Ishiba cabinet, thing), Ishiba (Ishiba Shigeru, thing); name one of them"
    assert caught.value.message == told


def test_what_is_wanted_narrows_what_is_found_and_offered() -> None:
    assert finder().find("Ishiba", Wanted(accept=lambda found: found == node("Cabinet"))) == node("Cabinet")
    for typed, wanted in (("Abe", Wanted(down_to=NameKind.LOCAL)), ("Tokyo", Wanted(down_to=NameKind.LABEL))):
        with pytest.raises(UnknownName):
            finder().find(typed, wanted)
    assert finder().find("harbour", Wanted(individuals_first=False)) == node("Kind")
    assert finder().find("held by", Wanted(roles=frozenset({Role.PROPERTY}))) == node("abe")


def test_suggestions_are_entities_and_each_once() -> None:
    assert finder().nearest("enabls") == []
    assert finder().nearest("enabls", Wanted(roles=frozenset(Role))) == ["enables"]
    assert finder().nearest("Shinzo Abbe") == ["Shinzo Abe"]
    assert finder().nearest("Ishiba", Wanted(down_to=NameKind.LOCAL)) == [
        "Ishiba Shigeru",
        "Ishiba cabinet",
    ]


def test_very_many_mistakes_are_offered_nothing_more() -> None:
    known = finder()
    assert known.nearest("Abbe Shinzo", ANY)
    for number in range(600):
        known.nearest(f"nobody {number}")
    assert known.nearest("Abbe Shinzo") and not known.nearest("Abbe  Shinzo")


@pytest.mark.parametrize(
    ("typed", "iri"),
    [
        ("e:a", f"{HOME}a"),
        ("<urn:x>", "urn:x"),
        ("urn:x", "urn:x"),
        ("https://a/b", "https://a/b"),
        ("#S1", f"{HOME}article/a#S1"),
        ("b#S1", f"{HOME}article/b#S1"),
        ("e:a b", None),
        ("e:", None),
        ("x:a", None),
        ("#", None),
        ("<a b>", None),
        ("Article: a title", None),
    ],
)
def test_what_is_stated_and_what_is_a_name(typed: str, iri: str | None) -> None:
    found = stated(typed, {"e": HOME}, f"{HOME}article/a", f"{HOME}article/")
    assert (found.value if found else None) == iri
