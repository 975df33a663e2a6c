"""Passages and mentions of the first article: where they stand in its text, and what is on record of it."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right

from tests.articles.first import ARTICLE, REPOSITORY, SECPOL, TYPE, Data, one, passages, span

MENTIONS = 30


def test_paragraphs_follow_from_their_starts(data: Data) -> None:
    starts = sorted(map(int, data.about("article")[ARTICLE][SECPOL + "paragraphStart"]))
    found = passages(data)
    assert len(found) == 309
    for node, said in found.items():
        assert said[SECPOL + "paragraph"] == [str(bisect_right(starts, span(node)[0]) - 1)], node


def test_passages_lie_within_the_text(data: Data) -> None:
    length = int(one(data.about("article")[ARTICLE], "textLength"))
    for node, said in passages(data).items():
        start, end = span(node)
        assert 0 <= start < end <= length, node
        assert re.fullmatch("[0-9a-f]{12}", one(said, "spanDigest")), node
        assert SECPOL + "Mention" in said[TYPE] or SECPOL + "Passage" in said[TYPE]


def test_every_passage_is_evidence_and_every_evidence_a_passage(data: Data) -> None:
    cited = {passage for said in data.claims().values() for passage in said[SECPOL + "evidencedBy"]}
    assert cited == {node for node in data.about("claims") if "#char=" in node}


def test_the_thirty_mentions_stand_apart_from_the_passages(data: Data) -> None:
    mentions = data.about("mentions")
    assert len(mentions) == MENTIONS
    assert not mentions.keys() & data.about("claims").keys()
    for node, said in mentions.items():
        assert [len(said[SECPOL + name]) for name in ("surface", "refersTo", "referenceMode")] == [1, 1, 1], (
            node
        )


def test_the_text_is_the_one_on_record(data: Data, text: str) -> None:
    said = data.about("article")[ARTICLE]
    assert one(said, "textSha256") == hashlib.sha256(text.encode()).hexdigest()
    assert one(said, "textLength") == str(len(text))


def test_digests_lines_and_word_boundaries(data: Data, text: str) -> None:
    for node, said in passages(data).items():
        start, end = span(node)
        words = text[start:end]
        assert one(said, "spanDigest") == hashlib.sha256(words.encode()).hexdigest()[:12], node
        assert "\n" not in words, node
        assert one(said, "paragraph") == str(text.count("\n", 0, start)), node
        assert words == words.strip(), node
        for edge in (start, end):
            assert not re.fullmatch(r"\w\w", text[max(edge - 1, 0) : edge + 1]), node


def test_the_surface_of_a_mention_is_what_stands_there(data: Data, text: str) -> None:
    for node, said in data.about("mentions").items():
        start, end = span(node)
        assert one(said, "surface") == text[start:end]


def test_a_hedge_stands_in_a_passage_of_its_claim(data: Data, text: str) -> None:
    hedged = {node: said for node, said in data.claims().items() if one(said, "hedge")}
    assert len(hedged) > 20
    for node, said in hedged.items():
        words = [text[slice(*span(passage))].lower() for passage in said[SECPOL + "evidencedBy"]]
        assert any(one(said, "hedge") in passage for passage in words), node


def test_passages_cover_the_text(data: Data, text: str) -> None:
    covered: set[int] = set()
    for node in data.about("claims"):
        if "#char=" in node:
            covered |= set(range(*span(node)))
    share = 100 * len(covered) / len(text)
    notes = (REPOSITORY / "docs" / "article-notes.md").read_text(encoding="utf-8")
    assert f"{share:.1f} %" in notes
    assert share >= 94


def test_no_nine_words_of_the_text_stand_in_the_repository(text: str) -> None:
    def runs(words: str) -> set[tuple[str, ...]]:
        plain = re.findall(r"[a-z0-9]+", words.lower())
        return {tuple(plain[place : place + 9]) for place in range(len(plain) - 8)}

    theirs = runs(text)
    assert runs(text[100:400]) & theirs
    folders = [
        path for path in REPOSITORY.iterdir() if path.name[0] != "." and path.name not in ("build", "texts")
    ]
    paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    ours = [path for path in paths if path.suffix in {".ttl", ".rq", ".csv", ".md", ".py", ".toml", ".json"}]
    assert len(ours) > 20
    assert [path for path in ours if runs(path.read_text(encoding="utf-8")) & theirs] == []
