"""Passages against the text, and what is said where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.check.told import CopiedWords
from kg.core.errors import InputError
from kg.core.findings import Place

from .conftest import Draft, of_rule


@pytest.fixture
def text(draft: Draft) -> Path:
    return next((draft.root / "texts").glob("*.txt"))


def test_passages_that_agree_with_the_text(draft: Draft) -> None:
    report = draft.report("passages")
    assert not report.findings and not report.notes
    assert report.looked_at == ("10 passages and mentions, 10 of them in the text",)


def test_without_the_text_one_line_says_so(draft: Draft, text: Path) -> None:
    text.unlink()
    report = draft.report("passages")
    assert not report.findings
    assert report.notes == (
        "quotes were not verified: texts has no text of 2026-01-15-harbour-drill (see --texts)",
    )
    assert report.looked_at == ("10 passages and mentions, 0 of them in the text",)


def test_without_the_text_a_range_past_the_recorded_length_is_found_once(draft: Draft, text: Path) -> None:
    text.unlink()
    claims = draft.article / "claims.ttl"
    claims.write_text(
        claims.read_text(encoding="utf-8").replace("char=287,331", "char=287,334"), encoding="utf-8"
    )
    findings = [f for f in draft.report().findings if f.severity == "violation"]
    assert [finding.rule for finding in findings] == ["passage.past-end"]


def test_texts_may_lie_elsewhere(draft: Draft, text: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    text.rename(elsewhere / text.name)
    assert draft.report("passages", texts=elsewhere).looked_at[0].endswith("10 of them in the text")


def test_a_text_that_kg_texts_does_not_have_is_taken_from_the_project(
    draft: Draft, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_TEXTS", str(tmp_path))
    assert draft.report("passages").looked_at[0].endswith("10 of them in the text")


@pytest.mark.parametrize(
    ("change", "what"),
    [(lambda t: t + "\n", "textSha256"), (lambda t: t.replace("a", "e", 1), "textSha256")],
)
def test_another_text_is_found_and_compared_no_further(draft: Draft, text: Path, change, what: str) -> None:  # type: ignore[no-untyped-def]
    text.write_text(change(text.read_text(encoding="utf-8")), encoding="utf-8")
    (finding,) = draft.report("passages").findings
    assert finding.rule == "text.other"
    assert f"its {what} is" in finding.message
    assert finding.places[0].file.endswith("article.ttl")


def test_a_length_that_is_wrong_is_found(draft: Draft) -> None:
    draft.change(draft.article / "article.ttl", "secpol:textLength 333", "secpol:textLength 332")
    (finding,) = draft.report("passages").findings
    assert "its textLength is 333, 332 is on record" in finding.message


def test_a_text_that_is_not_utf_8_is_refused(draft: Draft, text: Path) -> None:
    text.write_bytes(b"\xe9")
    with pytest.raises(InputError, match="the file is not UTF-8"):
        draft.report("passages")


def test_a_moved_passage(draft: Draft) -> None:
    line = draft.change(draft.article / "claims.ttl", '"fc5f0b558f66"', '"0123456789ab"')
    (finding,) = draft.report("passages").findings
    assert finding.rule == "text.digest"
    assert finding.message == (
        "#char=32,83: the digest of this range of the text is fc5f0b558f66, 0123456789ab is on record"
    )
    assert finding.places[0].line is not None and line - 3 < finding.places[0].line <= line


def test_a_range_that_cuts_a_word(draft: Draft) -> None:
    claims = draft.article / "claims.ttl"
    claims.write_text(
        claims.read_text(encoding="utf-8").replace("char=32,83", "char=33,82"), encoding="utf-8"
    )
    findings = of_rule(draft.report("passages").findings, "text.word")
    assert [f.message.partition(": ")[2] for f in findings] == [
        "the range ends inside a word, at 82",
        "the range starts inside a word, at 33",
    ]


def test_a_surface_that_the_text_does_not_have(draft: Draft) -> None:
    draft.change(draft.article / "mentions.ttl", '"port of Brand"', '"Port of Brand"')
    (finding,) = draft.report("passages").findings
    assert finding.rule == "text.surface"
    assert finding.message == "#char=234,247: the text has 'port of Brand' here, not 'Port of Brand'"
    assert finding.places[0].file.endswith("mentions.ttl")


@pytest.mark.parametrize(("refers_to", "found"), [("my:PortOfBrand", 0), ("my:ElleryTown", 1)])
def test_overlapping_mentions(draft: Draft, refers_to: str, found: int) -> None:
    mentions = draft.article / "mentions.ttl"
    text = mentions.read_text(encoding="utf-8")
    more = f'\n<#char=242,247> a secpol:Mention ; secpol:surface "Brand" ; secpol:refersTo {refers_to} .\n'
    mentions.write_text(text + more, encoding="utf-8")
    findings = of_rule(draft.report("passages").findings, "text.overlap")
    assert len(findings) == found
    for finding in findings:
        assert "overlaps #char=234,247, a mention of" in finding.message


def test_a_passage_that_no_file_describes_is_placed_where_it_is_cited(draft: Draft) -> None:
    draft.change(
        draft.article / "claims.ttl", "secpol:evidencedBy <#char=32,83>", "secpol:evidencedBy <#char=33,83>"
    )
    (finding,) = of_rule(draft.report("passages").findings, "text.word")
    assert finding.places[0].file.endswith("claims.ttl")
    assert finding.node is not None and finding.node.endswith("#char=33,83")


def test_paragraphs_are_those_of_the_text(draft: Draft) -> None:
    draft.change(draft.article / "article.ttl", "        32 .", "        31 ,\n        32 .")
    (finding,) = draft.report("passages").findings
    assert finding.rule == "text.paragraphs"
    assert ": 31 is a start in one of the two only" in finding.message
    assert finding.places[0].line is not None


@pytest.mark.parametrize(
    ("file", "old", "new", "line"),
    [
        ("facts.ttl", '"40"^^xsd:decimal', '"50"^^xsd:decimal', "numericValue"),
        ("claims.ttl", "Some forty helpers", "Some fifty helpers", "Some fifty"),
        ("claims.ttl", "A ferry company supplied boats", "A ferry company supplied 12 boats", "12 boats"),
    ],
)
def test_a_number_that_the_passage_lacks(draft: Draft, file: str, old: str, new: str, line: str) -> None:
    path = draft.article / file
    draft.change(path, old, new)
    (finding,) = draft.report("passages").findings
    assert finding.rule == "text.number"
    number = finding.places[0].line
    assert number is not None and line in path.read_text(encoding="utf-8").splitlines()[number - 1]


def test_numbers_of_a_text_in_another_language_are_left_alone(draft: Draft) -> None:
    draft.change(draft.article / "article.ttl", 'dcterms:language "en"', 'dcterms:language "de"')
    draft.change(draft.article / "facts.ttl", '"40"^^xsd:decimal', '"50"^^xsd:decimal')
    assert not of_rule(draft.report("passages").findings, "text.number")


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (
            "claims.ttl",
            "A ferry company supplied boats",
            "About 40 volunteers joined in, and the Gull ferry line",
        ),
        (
            "facts.ttl",
            "# What the claims",
            "# Some people in town hold that the drill was aimed at the port.",
        ),
        ("facts.ttl", "carrying arms", "it was not, and no boat carried arms. The town"),
    ],
)
def test_nine_words_in_a_row_of_the_text(draft: Draft, file: str, old: str, new: str) -> None:
    line = draft.change(draft.article / file, old, new)
    (finding,) = of_rule(draft.report("passages").findings, "text.copied")
    assert str(finding.places[0]).endswith(f"{file}:{line}")
    assert "words in a row stand in the text" in finding.message


def test_eight_words_are_no_quotation(draft: Draft) -> None:
    words = "no boat carried arms. The town should hold"
    draft.change(draft.article / "claims.ttl", "A ferry company supplied boats", words)
    assert not of_rule(draft.report("passages").findings, "text.copied")


def test_titles_and_names_are_no_quotation() -> None:
    title = "On what the port of Brand may do in the year to come"
    name = "Treaty of Mutual Aid and Security between Ellery and the Republic of Brand"
    text = f"{title}\nUnder the {name} nothing of the kind was ever agreed upon by anybody."
    copied = CopiedWords(text, [title])
    here = Place("facts.ttl")
    assert not [*copied.in_text(title, here), *copied.in_text(name, here)]
    assert [*CopiedWords(text, []).in_text(title, here)]
    assert [*copied.in_text(text, here)]
