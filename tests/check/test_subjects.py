"""What stands in an article's folder describes that article."""

from __future__ import annotations

import shutil

import pytest

from kg.core.findings import Finding

from .conftest import Draft, of_rule


def copied(draft: Draft) -> list[Finding]:
    """What is found when the article's folder is copied."""
    shutil.copytree(draft.article, draft.article.with_name("copy"))
    return of_rule(draft.report("shapes").findings, "article.base")


def test_a_copied_folder_is_a_finding_at_its_base(draft: Draft) -> None:
    """It was published without a word: each claim of the former article stood in two graphs."""
    former = draft.article.name
    found = copied(draft)
    assert {str(finding.places[0]) for finding in found} == {
        f"articles/copy/{name}.ttl:1" for name in ("article", "claims", "facts", "mentions")
    }
    first = found[0]
    assert first.message == f"this file describes the article {former}, but stands in the folder copy"
    assert first.hint == "its @base should be <https://example.org/my-graph/article/copy>"
    assert first.severity == "violation"


def test_a_base_that_is_mended_is_no_finding(draft: Draft) -> None:
    former = draft.article.name
    assert copied(draft)
    for path in (draft.root / "articles" / "copy").glob("*.ttl"):
        path.write_text(path.read_text(encoding="utf-8").replace(former, "copy"), encoding="utf-8")
    assert not of_rule(draft.report("shapes").findings, "article.base")


def test_a_node_of_another_article_is_to_be_moved(draft: Draft) -> None:
    facts = draft.article / "facts.ttl"
    text = facts.read_text(encoding="utf-8")
    text += '\n<https://example.org/my-graph/article/other#x> a secpol:Quality ; rdfs:label "x"@en .\n'
    facts.write_text(text, encoding="utf-8")
    (finding,) = of_rule(draft.report("shapes").findings, "article.base")
    assert finding.places[0].line == text.count("\n")
    assert finding.hint == "move it to the folder articles/other"


@pytest.mark.parametrize("text", ["", "@base <https://example.org/elsewhere> .\n<> a <urn:x> .\n"])
def test_an_article_that_nothing_describes_is_the_first_finding(draft: Draft, text: str) -> None:
    (draft.article / "article.ttl").write_text(text, encoding="utf-8")
    first = draft.report("shapes").findings[0]
    assert (first.rule, first.message) == ("article.none", "article.ttl describes no article")
    assert str(first.places[0]) == f"articles/{draft.article.name}/article.ttl:1"
