"""The page of kg article show: valid, whole, escaped, loading nothing, and right about every range."""

from __future__ import annotations

import base64
import hashlib
import re
from collections import Counter
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.api.knowledge_graph import KnowledgeGraph
from kg.article.lines import printable
from kg.article.page import html
from kg.article.view import ArticleView, MarkedClaim, MarkedMention
from kg.core.passages import Span
from tests.lanes import examples

from .conftest import SLUG, Desk

if TYPE_CHECKING:
    from tests.command import Kg

HOSTILE = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;<!--"


def claim(name: str, *spans: tuple[int, int], **changed: object) -> MarkedClaim:
    plain = MarkedClaim(
        name=name,
        kind="claim",
        gloss=f"gloss of {name}",
        relation=("a", "is", "b"),
        holders=("authors",),
        reporters=(),
        stance=None,
        certainty="certain",
        polarity="affirmed",
        status="view",
        hedges=(),
        contradicts=(),
        spans=tuple(Span(*span) for span in spans),
        paragraphs=(0,),
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


def article(text: str | None, *claims: MarkedClaim, **changed: object) -> ArticleView:
    plain = ArticleView(
        slug="a",
        title="Title",
        authors=("Ada",),
        publisher="Gazette",
        issued="2026-01-15",
        url=None,
        language="en",
        text=text,
        notice=None,
        claims=claims,
        mentions=(),
    )
    return replace(plain, **changed)  # type: ignore[arg-type]


@pytest.fixture
def view(desk: Desk) -> ArticleView:
    return KnowledgeGraph.open(desk.project).article(SLUG)


def parsed(page: str):  # type: ignore[no-untyped-def]
    """The page as the HTML standard reads it; an error of its syntax is raised."""
    parser = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False)
    tree = parser.parse(page)
    ids = Counter(node.get("id") for node in tree.iter() if node.get("id"))
    assert max(ids.values()) == 1
    return tree


def segments(page: str) -> list[tuple[str, set[str]]]:
    return [
        ("".join(node.itertext()), set(node.get("data-claims").split()))
        for node in parsed(page).iter("a")
        if "seg" in (node.get("class") or "").split()
    ]


def test_the_command_writes_a_page(kg: Kg, desk: Desk) -> None:
    ran = kg("article", "show", SLUG, "--html", "a.html", cwd=desk.root)
    assert (ran.status, ran.out, ran.err) == (
        0,
        "",
        "this has the article's text: keep it to yourself where it is somebody else's\nwrote a.html\n",
    )
    page = (desk.root / "a.html").read_text(encoding="utf-8")
    tree = parsed(page)
    text = "".join(tree.find(".//main").itertext())
    for line in desk.text.splitlines():
        assert line in text
    assert page.count('<p dir="auto">') == len(desk.text.splitlines())  # each in the direction of its script
    again = kg("article", "show", SLUG, "--html", "a.html", cwd=desk.root)
    assert (again.status, again.err) == (2, "error: a.html exists; --force overwrites it\n")
    forced = kg("article", "show", SLUG, "--html", "a.html", "--force", cwd=desk.root)
    assert forced.status == 0
    assert (desk.root / "a.html").read_text(encoding="utf-8") == page
    assert kg("article", "show", SLUG, "--html", "no/where.html", cwd=desk.root).status == 4


def test_each_claim_has_a_card_with_all_about_it(view: ArticleView) -> None:
    tree = parsed(html(view))
    cards = {
        node.get("data-claim"): " ".join("".join(node.itertext()).split())
        for node in tree.iter("li")
        if node.get("data-claim")
    }
    assert list(cards) == [claim.name for claim in view.claims]
    card = cards["S005"]
    for part in (
        "The exercise was directed against",
        "held bysome people of Ellery",
        "reported by",
        "(rejects)",
        "contradictsS006",
    ):
        assert part in card
    assert "polaritydenied" in cards["S006"]


def test_links_lead_to_the_claims_that_have_a_card() -> None:
    against = ("#S001", "#S001p", "b#S001")
    imported = claim("C1f", (0, 3), contradicts=against, relation=("#S001p", "is", "#C1f"))
    page = html(article("Ada saw it.", imported, claim("S001", (4, 7), contradicts=("#C1f",))))
    links = [
        (node.get("href"), node.text)
        for card in parsed(page).iter("li")
        for part in (*card.iter("p"), *card.iter("dl"))
        for node in part.iter("a")
    ]
    assert links == [("#C1f", "C1f"), ("#S001", "S001"), ("#C1f", "C1f")]


def test_the_page_loads_nothing_and_runs_nothing_but_its_own(view: ArticleView) -> None:
    page = html(view)
    tree = parsed(page)
    for node in tree.iter():
        for attribute in ("src", "srcset", "style", "onclick", "onload", "action"):
            assert node.get(attribute) is None
        if node.tag == "a":
            assert node.get("href").startswith("#") or node.get("rel") == "noreferrer"
    assert {node.tag for node in tree.iter()} & {"link", "img", "iframe", "object", "base"} == set()
    policy = tree.find(".//meta[@http-equiv]").get("content")
    (script,), (style,) = list(tree.iter("script")), list(tree.iter("style"))
    for node, name in ((script, "script-src"), (style, "style-src")):
        digest = base64.b64encode(hashlib.sha256(node.text.encode()).digest()).decode()
        assert f"{name} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none';")
    assert "url(" not in style.text and "@import" not in style.text


def test_overlapping_ranges_are_parted_and_every_part_names_its_claims() -> None:
    text = "one two three four five\nsix seven"
    page = html(article(text, claim("S1", (0, 13)), claim("S2", (4, 18)), claim("S3", (8, 13), (24, 27))))
    assert segments(page) == [
        ("one ", {"S1"}),
        ("two ", {"S1", "S2"}),
        ("three", {"S1", "S2", "S3"}),
        (" four", {"S2"}),
        ("six", {"S3"}),
    ]


@examples(40)
@given(
    st.text(st.sampled_from("ab<&\"' \n\t\x1b\x0b\u00e9\U0001f6a2"), min_size=1, max_size=80),
    st.lists(st.tuples(st.integers(0, 80), st.integers(1, 30)), max_size=8),
)
def test_no_character_is_lost_or_marked_wrongly(text: str, spans: list[tuple[int, int]]) -> None:
    claims = [
        claim(f"S{n}", (start, min(start + length, len(text))))
        for n, (start, length) in enumerate(spans)
        if start < len(text)
    ]
    view = article(text, *claims)
    tree = parsed(html(view))
    shown = [node for node in tree.find(".//main").iter("div") if "para" in node.get("class").split()]
    lines = [line for line in text.split("\n") if line.strip()]
    assert ["".join(node.find("p").itertext()) for node in shown] == list(map(printable, lines))
    marked = Counter(name for words, names in segments(html(view)) for name in names for _ in words)
    for one in claims:
        start, end = one.spans[0]
        kept = sum(
            1
            for paragraph in view.paragraphs
            if paragraph.span
            for at in range(*paragraph.span)
            if start <= at < end
        )
        assert marked[one.name] == kept


def test_hostile_words_are_only_words() -> None:
    hostile = claim(
        "S1",
        (0, 9),
        gloss=HOSTILE,
        kind=HOSTILE,
        relation=(HOSTILE, HOSTILE, HOSTILE),
        holders=(HOSTILE,),
        reporters=(HOSTILE,),
        stance=HOSTILE,
        certainty=HOSTILE,
        polarity=HOSTILE,
        status=HOSTILE,
        hedges=(HOSTILE,),
        contradicts=(HOSTILE,),
    )
    view = article(
        HOSTILE + "\n" + HOSTILE,
        hostile,
        title=HOSTILE,
        authors=(HOSTILE,),
        publisher=HOSTILE,
        issued=HOSTILE,
        url="javascript:alert(3)",
        notice=HOSTILE,
        mentions=(MarkedMention(Span(0, 4), HOSTILE, HOSTILE, HOSTILE),),
    )
    for page in (html(view), html(replace(view, text=None))):
        tree = parsed(page)
        assert len(list(tree.iter("script"))) == 1
        assert not list(tree.iter("img"))
        assert not [node for node in tree.iter("a") if "javascript" in node.get("href")]
        assert tree.find(".//h1").text == HOSTILE
        assert unescape(page).count("alert(1)") > 10


def test_the_text_of_the_article_is_not_there_when_it_is_not_at_hand(view: ArticleView, desk: Desk) -> None:
    page = html(replace(view, text=None, notice="the text is not here"))
    tree = parsed(page)
    words = " ".join("".join(tree.itertext()).split())
    for run in re.findall(r"\w+ \w+ \w+ \w+ \w+", desk.text):
        assert run not in words or any(run in claim.gloss for claim in view.claims) or run in view.title
    assert "The coastguard of Ellery ran the exercise" in words
    assert not segments(page)
    assert "The words of the article are not in this page." in words


def test_the_same_article_gives_the_same_bytes(view: ArticleView) -> None:
    assert html(view) == html(view)
    assert "{{" not in html(view)
