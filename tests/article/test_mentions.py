"""kg article mentions: what is proposed, how it is decided, and what is written."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.article.extracted import Extracted
from kg.article.matching import matches
from kg.article.mentions import ProposalKind, Proposals, accept, propose
from kg.article.new import Metadata, begin
from tests.lanes import examples

from .conftest import SLUG, Desk

if TYPE_CHECKING:
    from tests.command import Kg, Ran

PORTS = """@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix my: <https://example.org/my-graph/entity/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix secpol: <https://w3id.org/secpol/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

my:KZ a secpol:State ; rdfs:label "Union of Shores"@en ; skos:altLabel "KZ"@en .
my:GovKZ a secpol:NationalGovernment ; rdfs:label "government of the Union of Shores"@en ;
    skos:altLabel "KZ government"@en ; secpol:metonym "Quayside"@en ; secpol:governs my:KZ ;
    dcterms:source <https://example.org/shores> .
my:Old a secpol:Organisation ; rdfs:label "Harbour Guild"@en .
my:Young a secpol:Organisation ; rdfs:label "guild of harbours"@en ; skos:altLabel "Harbour Guild"@en .
"""
TEXT = (
    "The KZ and kz\n"
    "KZ-led talks: the KZ government's view, the KZ's. Quayside said no; a Quayside-based firm agreed. "
    "KZA is not it. The Union of Shores, said the Harbour Guild, is KZ.\n"
)
NEW = "2026-02-03-talks"


@pytest.fixture
def talks(desk: Desk) -> Desk:
    (desk.root / "entities" / "ports.ttl").write_text(PORTS, encoding="utf-8")
    metadata = Metadata("Talks", ("Ada Merrow",), "Ellery Gazette", "2026-02-03")
    begin(desk.project, NEW, Extracted(TEXT), Path("a.txt"), metadata)
    return Desk(desk.root, NEW)


def rows(proposals: Proposals) -> list[tuple[str, str, str, str]]:
    return [
        (found.surface, found.iri.rpartition("/")[2], found.mode, found.kind.value)
        for found in proposals.found
    ]


def test_the_longest_whole_words_in_their_case() -> None:
    names = ["KZ", "KZ government", "government", "Union", "Union of Shores"]
    found = matches(TEXT, names)
    assert [match.name for match in found] == ["KZ", "KZ", "KZ government", "KZ", "Union of Shores", "KZ"]
    assert all(TEXT[match.start : match.end] == match.name for match in found)


@examples(40)
@given(
    st.text("aB c-", max_size=60), st.lists(st.text("aB c-", min_size=1, max_size=6), max_size=8, unique=True)
)
def test_matches_never_overlap_and_none_is_missed(text: str, names: list[str]) -> None:
    found = matches(text, names)
    covered: set[int] = set()
    for match in found:
        assert text[match.start : match.end] == match.name
        assert not covered & set(range(match.start, match.end))
        covered |= set(range(match.start, match.end))

    def parts_a_word(at: int) -> bool:
        return 0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum()

    for name in names:
        for at in range(len(text)):
            if text.startswith(name, at) and not parts_a_word(at) and not parts_a_word(at + len(name)):
                assert covered & set(range(at, at + len(name)))


def test_labels_metonyms_seats_and_names_of_several(talks: Desk) -> None:
    assert rows(propose(talks.project, NEW)) == [
        ("KZ", "KZ", "Literal", "label"),
        ("KZ", "KZ", "Literal", "label"),
        ("KZ government", "GovKZ", "Literal", "label"),
        ("KZ", "KZ", "Literal", "label"),
        ("Quayside", "GovKZ", "Metonymy", "metonym"),
        ("Quayside", "GovKZ", "Metonymy", "seat"),
        ("Union of Shores", "KZ", "Literal", "label"),
        ("Harbour Guild", "Old", "Literal", "ambiguous"),
        ("Harbour Guild", "Young", "Literal", "ambiguous"),
        ("KZ", "KZ", "Literal", "label"),
    ]


def test_a_seat_whose_city_is_known_is_the_city(talks: Desk) -> None:
    city = '\nmy:Quayside a secpol:City ; rdfs:label "Quayside"@en .\n'
    path = talks.root / "entities" / "ports.ttl"
    path.write_text(path.read_text("utf-8") + city, encoding="utf-8")
    found = [row for row in rows(propose(talks.project, NEW)) if row[0] == "Quayside"]
    assert found == [
        ("Quayside", "GovKZ", "Metonymy", "ambiguous"),
        ("Quayside", "Quayside", "Literal", "ambiguous"),
        ("Quayside", "Quayside", "Literal", "label"),
    ]


@pytest.mark.parametrize(("what", "count"), [("labels", 6), ("all", 7)])
def test_accepted_by_kind(kg: Kg, talks: Desk, what: str, count: int) -> None:
    ran = kg("article", "mentions", NEW, "--accept", what, cwd=talks.root)
    assert (ran.status, ran.out) == (0, f"wrote {count} mentions\n")
    assert talks.read("mentions").count("a secpol:Mention") == count
    again = kg("article", "mentions", NEW, "--accept", what, cwd=talks.root)
    assert again.out == "wrote 0 mentions\n"
    checked = kg("check", "--fail-on", "info", cwd=talks.root)
    assert checked.status == 0, checked.out


def test_they_stand_in_the_order_of_the_text_and_hand_edits_stay(desk: Desk) -> None:
    before = desk.read("mentions")
    edited = before.replace("<#char=234", "# By hand: the port, not the town.\n<#char=234")
    desk.write("mentions", edited)
    proposals = propose(desk.project, SLUG)
    assert accept(proposals, proposals.accepted([ProposalKind.LABEL])) == 2
    after = desk.read("mentions")
    starts = [line.split(",")[0] for line in after.splitlines() if line.startswith("<#char=")]
    assert starts == ["<#char=47", "<#char=71", "<#char=145", "<#char=234"]
    for block in edited.split("\n\n"):
        assert block.strip() in after


def test_a_file_in_any_order_and_with_comments_at_its_ends(talks: Desk) -> None:
    kept = "<#char=50,53> a secpol:Mention . # late\n<#char=18,20> a secpol:Mention . # early\n\n# The end.\n"
    head = "@prefix secpol: <https://w3id.org/secpol/ontology#> .\n" + talks.read("mentions")
    talks.write("mentions", f"{head}\n{kept}")
    proposals = propose(talks.project, NEW)
    accept(proposals, proposals.accepted([ProposalKind.LABEL]))
    after = talks.read("mentions")
    starts = [int(line[7:].split(",")[0]) for line in after.splitlines() if line.startswith("<#char=")]
    assert starts.index(4) == starts.index(14) - 1 == 0
    assert starts.index(18) > starts.index(50)
    for line in kept.splitlines():
        assert line in after.splitlines()
    assert after.startswith(head.splitlines()[0]) and "# Names that the text calls" in after
    assert len(propose(talks.project, NEW).recorded) == len(starts)


def decide(kg: Kg, desk: Desk, change: Callable[[list[dict[str, str]]], None]) -> Ran:
    """Take the sheet, change its rows, give it back."""
    rows = list(csv.DictReader(io.StringIO(kg("article", "mentions", desk.slug, cwd=desk.root).out)))
    change(rows)
    with (desk.root / "m.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return kg("article", "mentions", desk.slug, "--accept", "m.csv", cwd=desk.root)


def test_a_sheet_comes_with_what_is_sure_and_leaves_the_rest_open(kg: Kg, talks: Desk) -> None:
    ran = kg("article", "mentions", NEW, cwd=talks.root)
    assert ran.status == 0
    assert ran.err == (
        "the sheet has words of the article's text\n"
        "6 labels, 1 metonym, 1 seat, 2 ambiguous proposed, 0 on record\n"
    )
    decisions = {
        row["surface"] + row["kind"]: row["decision"] for row in csv.DictReader(io.StringIO(ran.out))
    }
    assert decisions["KZlabel"] == "yes"
    assert decisions["Quaysidemetonym"] == decisions["Harbour Guildambiguous"] == ""
    assert decisions["Quaysideseat"] == "no"


def test_a_decided_sheet_is_written_and_can_be_given_again(kg: Kg, talks: Desk) -> None:
    def change(rows: list[dict[str, str]]) -> None:
        rows[4]["decision"] = "yes"
        rows[7]["decision"] = "X"
        rows[0]["decision"] = "no"

    assert decide(kg, talks, change).out == "wrote 7 mentions\n"
    written = talks.read("mentions")
    assert "secpol:refersTo my:GovKZ ;\n    secpol:referenceMode secpol:Metonymy" in written
    again = kg("article", "mentions", NEW, "--accept", "m.csv", cwd=talks.root)
    assert (again.status, again.out) == (0, "wrote 0 mentions, 7 on record already\n")
    assert talks.read("mentions") == written


@pytest.mark.parametrize(
    ("row", "column", "value", "words"),
    [
        (0, "decision", "maybe", "row 2, decision: 'maybe' is neither yes nor no"),
        (1, "start", "x", "row 3, start: 'x' is not a number"),
        (1, "start", "13", "row 3, surface: the text has other words"),
        (1, "end", "99999", "row 3, end: 14-99999 is no range of a text of"),
        (1, "surface", "KZA", "row 3, surface: the text has other words at 14-16 than 'KZA'"),
        (2, "entity", "my:Nobody", "row 4, entity: nothing describes my:Nobody"),
        (
            2,
            "entity",
            "KZ goverment",
            "row 4, entity: nothing is called 'KZ goverment'; did you mean KZ government",
        ),
        (
            2,
            "entity",
            "Guild",
            "row 4, entity: 'Guild' may be my:Old (Harbour Guild, Organisation)",
        ),
        (2, "mode", "Litral", "row 4, mode: 'Litral' is not one; did you mean Literal"),
    ],
)
def test_a_row_that_is_wrong(kg: Kg, talks: Desk, row: int, column: str, value: str, words: str) -> None:
    before = talks.read("mentions")
    ran = decide(kg, talks, lambda rows: rows[row].__setitem__(column, value))
    assert (ran.status, ran.out) == (3, "")
    assert words in ran.err
    assert talks.read("mentions") == before


def test_one_range_for_two_entities(kg: Kg, talks: Desk) -> None:
    def change(rows: list[dict[str, str]]) -> None:
        rows[7]["decision"] = rows[8]["decision"] = "yes"

    ran = decide(kg, talks, change)
    assert ran.status == 2
    assert "'Harbour Guild' at 157 is accepted twice, for Harbour Guild and for guild of harbours" in ran.err
    assert "a secpol:Mention" not in talks.read("mentions")


def test_a_sheet_with_a_wrong_column_or_none(kg: Kg, talks: Desk) -> None:
    sheet = talks.root / "m.csv"
    sheet.write_text("decison,start,end,surface,entity,mode\n", encoding="utf-8")
    ran = kg("article", "mentions", NEW, "--accept", "m.csv", cwd=talks.root)
    assert ran.status == 3
    assert "m.csv:1: there is no column 'decison'; did you mean decision?" in ran.err
    sheet.write_text("decision,start,end,surface,entity,mode,Start\n", encoding="utf-8")
    ran = kg("article", "mentions", NEW, "--accept", "m.csv", cwd=talks.root)
    assert "m.csv:1: the column start is there twice" in ran.err
    sheet.write_text("decision,start\n", encoding="utf-8")
    ran = kg("article", "mentions", NEW, "--accept", "m.csv", cwd=talks.root)
    assert "the sheet has no column end, surface, entity, mode" in ran.err
    ran = kg("article", "mentions", NEW, "--accept", "nowhere.csv", cwd=talks.root)
    assert ran.status == 3
    ran = kg("article", "mentions", NEW, "--accept", "label", cwd=talks.root)
    assert ran.status == 2


def test_a_sheet_as_a_file_and_its_context(kg: Kg, talks: Desk) -> None:
    ran = kg("article", "mentions", NEW, "-o", "m.csv", "--context", cwd=talks.root)
    assert (ran.status, ran.out) == (0, "")
    first = next(csv.DictReader((talks.root / "m.csv").open(encoding="utf-8", newline="")))
    assert (first["before"], first["surface"], first["after"]) == ("The ", "KZ", " and kz")
    assert kg("article", "mentions", NEW, "-o", "m.csv", cwd=talks.root).status == 2
    assert kg("article", "mentions", NEW, "-o", "m.csv", "--force", cwd=talks.root).status == 0
    assert "before" not in (talks.root / "m.csv").read_text("utf-8")
    assert kg("article", "mentions", NEW, "--accept", "m.csv", cwd=talks.root).out == "wrote 6 mentions\n"


def test_without_the_text_or_with_another(kg: Kg, talks: Desk) -> None:
    path = talks.root / "texts" / f"{NEW}.txt"
    path.write_text(TEXT + "More.", encoding="utf-8")
    ran = kg("article", "mentions", NEW, cwd=talks.root)
    assert (ran.status, ran.out) == (3, "")
    assert "not the text that was annotated" in ran.err
    path.unlink()
    ran = kg("article", "mentions", NEW, cwd=talks.root)
    assert ran.status == 3
    assert f"bring it in: kg text add {NEW} FILE" in ran.err
    assert kg("article", "mentions", "2026-02-03-talk", cwd=talks.root).status == 2


def test_an_article_without_a_mentions_file_gets_one(talks: Desk) -> None:
    (talks.folder / "mentions.ttl").unlink()
    proposals = propose(talks.project, NEW)
    assert accept(proposals, proposals.accepted([ProposalKind.LABEL])) == 6
    assert talks.read("mentions").startswith(f"@base <https://example.org/my-graph/article/{NEW}> .\n")
    assert len(propose(talks.project, NEW).found) == 4


def test_prefixes_that_the_file_does_not_have_are_declared(talks: Desk) -> None:
    talks.write("mentions", "# Nothing yet.")
    proposals = propose(talks.project, NEW)
    accept(proposals, proposals.accepted([ProposalKind.LABEL]))
    text = talks.read("mentions")
    assert text.startswith("@prefix my: ")
    assert "\n\n# Nothing yet.\n\n<#char=4,6> a secpol:Mention ;\n" in text
