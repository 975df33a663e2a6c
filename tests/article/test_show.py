"""kg article show in the terminal: marks, margins, coverage, and what there is without the text."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.article.lines import lines
from kg.article.sentences import sentences
from kg.article.view import ArticleView

from .conftest import SLUG, Desk

if TYPE_CHECKING:
    from tests.command import Kg


@pytest.fixture
def view(desk: Desk) -> ArticleView:
    return KnowledgeGraph.open(desk.project).article(SLUG, quotes=True)


def test_a_pipe_gets_text_with_rules_below_what_is_claimed(kg: Kg, desk: Desk) -> None:
    ran = kg("article", "show", SLUG, cwd=desk.root)
    assert ran.status == 0 and ran.err.startswith("this has the article's text")
    assert "\x1b" not in ran.out
    shown = ran.out.splitlines()
    assert shown[:2] == ["A quiet drill in Ellery harbour", "Ada Merrow, Ellery Gazette, 2026-01-15"]
    at = next(n for n, line in enumerate(shown) if "On Tuesday" in line)
    assert shown[at].startswith("  1  On Tuesday the Ellery Coastguard led")
    assert shown[at].endswith("  S001 S002")
    rule = shown[at + 1]
    marked = "".join(a if b != " " else " " for a, b in zip(shown[at], rule, strict=False)).split()
    assert marked == [
        "On",
        "Tuesday",
        "the",
        "Ellery",
        "Coastguard",
        "led",
        "a",
        "rescue",
        "drill",
        "in",
        "the",
        "outer",
    ]
    assert rule[shown[at].index("rescue drill")] == "═"  # two claims share these words
    assert shown[-1] == (
        "8 claims of 2 holders, from 8 passages; 5 of 6 sentences; 85 % of the characters; 1 of 2 paragraphs"
    )


def test_every_word_of_the_text_and_every_claim_is_there(kg: Kg, desk: Desk) -> None:
    out = kg("article", "show", SLUG, cwd=desk.root).out
    words = re.findall(r"\w+", out)
    for word in re.findall(r"\w+", desk.text):
        assert word in words
    for number in range(1, 9):
        assert out.count(f"S00{number}") == 1


def test_glosses_stand_below_their_paragraph(kg: Kg, desk: Desk) -> None:
    out = kg("article", "show", SLUG, "--glosses", cwd=desk.root).out
    assert (
        "     S007 The boats of the exercise were unarmed (author of the harbour report: certain, denied)"
        in out
    )


def test_without_the_text_there_are_gaps_with_glosses(kg: Kg, desk: Desk) -> None:
    words = "volunteers joined in"
    (desk.root / "texts" / f"{SLUG}.txt").unlink()
    ran = kg("article", "show", SLUG, cwd=desk.root)
    assert ran.status == 0
    assert f"the text is not here; kg text add {SLUG} FILE brings it in" in ran.err
    assert "  1  [not here]\n     S001 The coastguard of Ellery ran the exercise" in ran.out
    assert words not in ran.out
    assert ran.out.splitlines()[-1] == "8 claims of 2 holders, from 8 passages; 1 paragraphs"


def test_another_text_is_not_shown(kg: Kg, desk: Desk) -> None:
    path = desk.root / "texts" / f"{SLUG}.txt"
    path.write_text(desk.text.replace("Tuesday", "Wednesday"), encoding="utf-8")
    ran = kg("article", "show", SLUG, cwd=desk.root)
    assert "the text at hand is not the one that was annotated" in ran.err
    assert "Wednesday" not in ran.out
    assert kg("article", "show", SLUG, "--quiet", cwd=desk.root).err == ""


def test_a_text_cannot_steer_the_terminal(kg: Kg, desk: Desk) -> None:
    hostile = desk.text.replace("A quiet", "A \x1b[2J\x9b31m\x07 quiet")
    assert kg("text", "add", SLUG, "-", "--apply", cwd=desk.root, stdin=hostile).status == 0
    for shown in (kg("article", "show", SLUG, cwd=desk.root).out, in_terminal(desk)):
        assert "\x1b[2J" not in shown
        assert not {"\x9b", "\x07"} & set(shown)
        assert "\ufffd[2J" in shown


def test_an_article_that_there_is_not(kg: Kg, desk: Desk) -> None:
    ran = kg("article", "show", "2026-01-15-harbour-dril", cwd=desk.root)
    assert (ran.status, ran.out) == (2, "")
    assert f"did you mean {SLUG}" in ran.err


def in_terminal(desk: Desk, *arguments: str, **environment: str) -> str:
    main, terminal = pty.openpty()
    command = [str(Path(sys.executable).with_name("kg")), "article", "show", SLUG, *arguments]
    clean = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLORTERM")}
    child = subprocess.Popen(
        command,
        cwd=desk.root,
        stdout=terminal,
        stderr=terminal,
        env={**clean, "TERM": "xterm-256color", "COLUMNS": "100", **environment},
    )
    os.close(terminal)
    shown = b""
    while select.select([main], [], [], 60)[0]:
        try:
            part = os.read(main, 10_000)
        except OSError:  # the other end is closed
            break
        shown += part
    os.close(main)
    assert child.wait() == 0
    return shown.decode()


def test_a_terminal_gets_colours_and_no_rules(desk: Desk) -> None:
    shown = in_terminal(desk)
    assert "\x1b[4;33m" in shown  # the article's own words, underlined
    assert "\x1b[4;34m" in shown  # a view that it reports
    assert "─" not in shown and "═" not in shown
    assert "\x1b[2;3m" in shown  # the title, of which nothing is claimed
    assert "a sentence without a claim" in shown


def test_no_color_is_heeded_on_a_terminal(desk: Desk) -> None:
    shown = in_terminal(desk, NO_COLOR="1")
    assert "\x1b[4;33m" not in shown and "[33m" not in shown
    assert "─" in shown
    assert "a sentence without a claim" not in shown


def test_a_narrow_terminal_folds_and_loses_nothing(desk: Desk) -> None:
    shown = in_terminal(desk, COLUMNS="50", NO_COLOR="1")
    assert max(len(line) for line in shown.splitlines() if "S00" in line) <= 50
    for word in desk.text.split():
        assert word in shown


@pytest.mark.parametrize("width", [7, 20, 33, 88])
def test_lines_hold_every_character_once_and_keep_the_width(view: ArticleView, width: int) -> None:
    assert view.text is not None
    for paragraph in view.paragraphs:
        found = list(lines(view, paragraph, width))
        assert paragraph.span is not None
        start, end = paragraph.span
        assert "".join(run.text for line in found for run in line.runs) == view.text[start:end]
        assert all(len("".join(run.text for run in line.runs).rstrip()) <= width for line in found)
        assert [line.number for line in found] == [paragraph.number] + [None] * (len(found) - 1)


def test_depth_counts_the_claims_of_each_character(view: ArticleView) -> None:
    assert view.text is not None
    depth = [
        sum(a <= at < b for claim in view.claims for a, b in claim.spans) for at in range(len(view.text))
    ]
    for paragraph in view.paragraphs:
        assert paragraph.span is not None
        at = paragraph.span[0]
        for line in lines(view, paragraph, 40):
            for run in line.runs:
                assert set(depth[at : at + len(run.text)]) <= {run.depth}
                at += len(run.text)


def test_coverage_in_numbers(view: ArticleView) -> None:
    found = view.coverage
    assert view.text is not None
    marked = {at for claim in view.claims for a, b in claim.spans for at in range(a, b)}
    letters = [at for at, character in enumerate(view.text) if not character.isspace()]
    assert found.characters == len(letters)
    assert found.covered_characters == len(marked & set(letters))
    assert (found.sentences, found.covered_sentences) == (6, 5)
    assert (found.claims, found.holders, found.passages) == (8, 2, 8)


def test_an_article_of_nothing(view: ArticleView) -> None:
    empty = replace(view, text="\n\n", claims=(), mentions=())
    assert (empty.paragraphs, empty.coverage.sentences, empty.coverage.characters) == ((), 0, 0)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
        ("Mr. Quill came. He left.", ["Mr. Quill came.", "He left."]),
        ("The U.S. Navy, e.g. its ships. All.", ["The U.S. Navy, e.g. its ships.", "All."]),
        ("It rose by 3.5 per cent. So what?", ["It rose by 3.5 per cent.", "So what?"]),
        ("\u201cNo.\u201d \u201cYes.\u201d", ["\u201cNo.\u201d", "\u201cYes.\u201d"]),
        ("Wait... and see. Done.", ["Wait... and see.", "Done."]),
        ("", []),
        ("   ", []),
    ],
)
def test_sentences(text: str, found: list[str]) -> None:
    assert [text[a:b] for a, b in sentences(text, 0, len(text))] == found


@pytest.mark.parametrize(("typed", "offered"), [("2026", [SLUG]), ("2027", [])])
@pytest.mark.parametrize("step", ["article show", "article mentions", "text add"])
def test_articles_are_completed(
    desk: Desk, step: str, typed: str, offered: list[str], monkeypatch: pytest.MonkeyPatch, kg: Kg
) -> None:
    monkeypatch.setenv("_KG_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", f"kg {step} {typed}")
    monkeypatch.setenv("COMP_CWORD", "3")
    assert kg(cwd=desk.root).out.split() == [f"plain,{slug}" for slug in offered]
