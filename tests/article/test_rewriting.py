"""Edits of Turtle that change what they must and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.article.rewriting import with_moved_ranges, with_record
from kg.core.errors import InputError
from kg.project.texts import text_digest

IRI = "https://example.org/article/a"
HEAD = f"""@base <{IRI}> .
@prefix secpol: <https://w3id.org/secpol/ontology#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

"""
CLAIMS = (
    HEAD
    + f"""# <#char=1,2> in a comment stays.
<#S1> rdfs:label "<#char=1,2> in a string stays"@en ; # <#char=1,2>
    secpol:evidencedBy <#char=1,2> , <{IRI}#char=3,9> , <https://example.org/article/other#char=1,2> .
<#char=1,2> a secpol:Passage ; secpol:spanDigest   "aaaaaaaaaaaa" .
<#char=3,9>
    secpol:spanDigest "bbbbbbbbbbbb" ; rdfs:comment "<#char=3,9>" .
"""
)
PATH = Path("claims.ttl")


def test_ranges_are_moved_and_the_rest_stays_to_the_letter() -> None:
    moved = with_moved_ranges(PATH, CLAIMS, IRI, {(1, 2): (3, 4), (3, 9): (11, 17)})
    expected = (
        CLAIMS.replace("secpol:evidencedBy <#char=1,2>", "secpol:evidencedBy <#char=3,4>")
        .replace(f"<{IRI}#char=3,9>", f"<{IRI}#char=11,17>")
        .replace("\n<#char=3,9>\n", "\n<#char=11,17>\n")
        .replace("\n<#char=1,2> a", "\n<#char=3,4> a")
    )
    assert moved == expected


def test_two_ranges_may_change_places() -> None:
    moved = with_moved_ranges(PATH, CLAIMS, IRI, {(1, 2): (3, 9), (3, 9): (1, 2)})
    assert '<#char=3,9> a secpol:Passage ; secpol:spanDigest   "aaaaaaaaaaaa"' in moved
    assert '<#char=1,2>\n    secpol:spanDigest "bbbbbbbbbbbb"' in moved


def test_nothing_to_move_changes_nothing() -> None:
    assert with_moved_ranges(PATH, CLAIMS, IRI, {}) == CLAIMS


def test_a_way_of_writing_that_is_not_understood_is_refused() -> None:
    text = CLAIMS + f"@prefix a: <{IRI}#> .\n<#S2> secpol:evidencedBy a:char\\=1\\,2 .\n"
    with pytest.raises(InputError, match="cannot edit"):
        with_moved_ranges(PATH, text, IRI, {(1, 2): (3, 4)})


ARTICLE = (
    HEAD
    + '<> a secpol:AnalysisArticle ;\n    rdfs:label "x ."@en{rest} .\n\n<#authors> rdfs:label "y"@en .\n'
)
RECORD = 'secpol:textSha256 "' + "0" * 64 + '" ;\n    secpol:textLength 5 ;\n    secpol:paragraphStart 0'


def test_a_record_is_put_in_place_of_a_former_one() -> None:
    text = ARTICLE.replace("{rest}", f" ;\n    {RECORD}")
    new = with_record(PATH, text, IRI, "né\n")
    assert text_digest("né\n") in new
    assert new.count("secpol:textSha256") == 1
    assert new.replace(new.split('Sha256 "')[1][:64], "0" * 64).replace("Length 3", "Length 5") == text


def test_a_record_is_added_where_there_is_none() -> None:
    new = with_record(PATH, ARTICLE.replace("{rest}", ""), IRI, "abc")
    assert 'rdfs:label "x ."@en ;\n    secpol:textSha256 "ba7816bf' in new
    assert new.endswith(
        '    secpol:textLength 3 ;\n    secpol:paragraphStart 0 .\n\n<#authors> rdfs:label "y"@en .\n'
    )


def test_a_record_needs_no_prefix() -> None:
    text = f'<{IRI}> <http://www.w3.org/2000/01/rdf-schema#label> "x" .\n'
    new = with_record(PATH, text, IRI, "abc")
    assert "<https://w3id.org/secpol/ontology#textLength> 3 ;" in new
    assert with_record(PATH, new, IRI, "abcd").count("textLength> 4") == 1


def test_a_file_without_the_article_is_refused() -> None:
    with pytest.raises(InputError, match="does not describe the article"):
        with_record(PATH, HEAD, IRI, "abc")


def test_a_comment_before_the_dot_is_refused_rather_than_broken() -> None:
    text = HEAD + '<> rdfs:label "x"@en # the label\n.\n'
    with pytest.raises(InputError, match="cannot edit"):
        with_record(PATH, text, IRI, "abc")


def test_paragraph_starts_are_put_in_place_of_former_ones() -> None:
    text = ARTICLE.replace("{rest}", f" ;\n    {RECORD} , 3")
    new = with_record(PATH, text, IRI, "a\nb\n \n\nc\n")  # a blank line is no paragraph
    assert "    secpol:paragraphStart\n        0 ,\n        2 ,\n        7 .\n" in new
    assert with_record(PATH, new, IRI, "a").count("paragraphStart 0 .") == 1
