"""kg text add: kept, followed into another version, refused when it is another article's."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.article.texts import arrival
from kg.core.errors import InputError
from kg.project.texts import normalised, require_text

from .conftest import SLUG, Desk

if TYPE_CHECKING:
    from tests.command import Kg

ADD = ("text", "add", SLUG)


def another_version(text: str) -> str:
    """With a new sentence in front of the second paragraph, and one passage in other words."""
    return (
        text.replace("\n", "\nIt was cold. ", 1).replace("two boats", "three boats").replace("About", "Some")
    )


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("\ufeffa", "a"),
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("e\u0301", "\u00e9"),
        ("a\ufeffb  c\t\n\n", "a\ufeffb  c\t\n\n"),
    ],
)
def test_the_rule_by_which_a_text_is_kept(text: str, kept: str) -> None:
    assert normalised(text) == kept
    assert normalised(kept) == kept


def test_the_text_on_record_is_kept_to_the_letter(kg: Kg, desk: Desk, tmp_path: Path) -> None:
    came = tmp_path / "came.txt"
    shutil.copy(desk.root / "texts" / f"{SLUG}.txt", came)
    text = desk.text
    shutil.rmtree(desk.root / "texts")
    before = desk.everything()
    ran = kg(*ADD, came, cwd=desk.root)
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == f"texts/{SLUG}.txt: 333 characters, 10 passages and mentions hold\n"
    assert desk.text == text
    after = desk.everything()
    assert set(after) - set(before) == {f"texts/{SLUG}.txt"}
    assert all(after[name] == data for name, data in before.items())


def test_a_text_on_record_that_is_older_than_the_rule(kg: Kg, desk: Desk, tmp_path: Path) -> None:
    raw = b"Old\r\ntext\r\n"
    record = desk.read("article").replace(
        hashlib.sha256(desk.text.encode()).hexdigest(), hashlib.sha256(raw).hexdigest()
    )
    desk.write("article", record)
    (tmp_path / "old.txt").write_bytes(raw)
    assert kg(*ADD, tmp_path / "old.txt", cwd=desk.root).status == 0
    assert (desk.root / "texts" / f"{SLUG}.txt").read_bytes() == raw


def test_another_version_is_told_and_changes_nothing(kg: Kg, desk: Desk) -> None:
    before = desk.everything()
    ran = kg(*ADD, "-", cwd=desk.root, stdin=another_version(desk.text))
    assert ran.status == 1
    assert ran.out.splitlines() == [
        "range,passages,state,by,claims",
        "32-104,3,moved,+13,",
        "106-135,1,lost,,#S003",
        "141-175,1,lost,,#S004",
        "177-331,5,moved,+14,",
    ]
    assert "this is another version of the text: 0 hold, 8 moved, 2 lost; --apply takes it over" in ran.err
    assert desk.everything() == before


def test_apply_rewrites_the_ranges_and_leaves_the_lost_ones_to_check(kg: Kg, desk: Desk) -> None:
    text = another_version(desk.text)
    claims = desk.read("claims")
    ran = kg(*ADD, "-", "--apply", cwd=desk.root, stdin=text)
    assert ran.status == 1
    assert "0 hold, 8 moved, 2 lost; wrote " in ran.err
    assert "kg check names the lost ones until they are quoted anew" in ran.err
    assert desk.text == text
    assert f'"{hashlib.sha256(text.encode()).hexdigest()}"' in desk.read("article")
    assert f"secpol:textLength {len(text)} " in desk.read("article")
    assert len(desk.read("claims").splitlines()) == len(claims.splitlines())
    assert "<#char=191,261>" in desk.read("claims")
    checked = kg("check", "--only", "passages", "--format", "json", cwd=desk.root)
    assert checked.status == 1
    assert checked.out.count('"text.digest"') >= 2
    assert "text.other" not in checked.out
    again = kg(*ADD, "-", cwd=desk.root, stdin=text)
    assert again.status == 0


def test_apply_without_loss_builds_and_checks(kg: Kg, desk: Desk) -> None:
    text = "A word before all.\n" + desk.text
    ran = kg(*ADD, "-", "--apply", cwd=desk.root, stdin=text)
    assert (ran.status, ran.out.splitlines()[1]) == (0, "32-331,10,moved,+19,")
    assert kg("check", cwd=desk.root).status == 0
    assert "  paragraph 2, characters 51-102" in kg("why", "#S001", cwd=desk.root).out
    back = kg(*ADD, "-", "--apply", cwd=desk.root, stdin=text.removeprefix("A word before all.\n"))
    assert back.status == 0
    assert kg("check", cwd=desk.root).status == 0


def test_there_and_back_gives_the_same_bytes(desk: Desk, tmp_path: Path) -> None:
    before, text = desk.everything(), desk.text
    for version in (f"New.\n{text}", text):
        arrival(desk.project, SLUG, version.encode(), tmp_path / "a.txt").keep()
    after = desk.everything()
    assert after.pop(f"texts/{SLUG}.former.txt").decode() == f"New.\n{text}"
    assert after == before


def test_the_text_that_was_there_is_kept_and_leads_back(kg: Kg, desk: Desk) -> None:
    before, text = desk.everything(), desk.text
    former = f"texts/{SLUG}.former.txt"
    ran = kg(*ADD, "-", "--apply", cwd=desk.root, stdin=another_version(text))
    assert f"the text that was there is now {former}\n" in ran.err
    assert (desk.root / former).read_text("utf-8") == text
    back = kg(*ADD, former, "--apply", cwd=desk.root)
    assert (back.status, "0 lost" in back.err) == (0, True)
    assert {**desk.everything(), former: b""} == {**before, former: b""}


def test_an_edited_text_is_kept_when_the_one_on_record_comes_back(kg: Kg, desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "recorded.txt").write_text(desk.text, encoding="utf-8")
    (desk.root / "texts" / f"{SLUG}.txt").write_text("my own notes", encoding="utf-8")
    ran = kg(*ADD, tmp_path / "recorded.txt", cwd=desk.root)
    assert ran.err == f"the text that was there is now texts/{SLUG}.former.txt\n"
    assert (desk.root / "texts" / f"{SLUG}.former.txt").read_text("utf-8") == "my own notes"


def test_the_build_tells_of_lost_passages(kg: Kg, desk: Desk) -> None:
    assert kg(*ADD, "-", "--apply", cwd=desk.root, stdin=another_version(desk.text)).status == 1
    told = f"{SLUG}: 2 passages have other words in the text than were annotated; kg check --only passages"
    for _ in range(2):
        ran = kg("build", cwd=desk.root)
        assert (ran.status, told in ran.err, "warning" in ran.err) == (0, True, False), ran.err
    path = desk.root / "texts" / f"{SLUG}.txt"
    for change in (lambda: path.write_bytes(b"\xff\xfe"), path.unlink):
        change()
        ran = kg("build", cwd=desk.root)
        assert (ran.status, "other words" in ran.err) == (0, False)


@pytest.mark.parametrize("ends", [b"\n", b"\r\n"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_stay_and_marks_do_not_matter(kg: Kg, desk: Desk, ends: bytes, mark: bytes) -> None:
    for name in ("article", "claims", "mentions"):
        path = desk.folder / f"{name}.ttl"
        path.write_bytes(mark + path.read_bytes().replace(b"\n", ends))
    ran = kg(*ADD, "-", "--apply", cwd=desk.root, stdin=f"New.\n{desk.text}")
    assert (ran.status, "10 moved, 0 lost" in ran.err) == (0, True)
    row = "boats,Ellery Coastguard,needs,port of Brand\n"
    (desk.root / "c.csv").write_text(f"quote,subject,relation,object\n{row}", encoding="utf-8")
    assert kg("article", "import", SLUG, "c.csv", cwd=desk.root).status == 0
    assert kg("article", "mentions", SLUG, "--accept", "labels", cwd=desk.root).status == 0
    assert kg("check", cwd=desk.root).status == 0
    for name in ("article", "claims", "mentions"):
        data = (desk.folder / f"{name}.ttl").read_bytes()
        assert data.count(ends) == data.count(b"\n")


def test_an_imported_sheet_stays_imported(kg: Kg, desk: Desk) -> None:
    sheet = desk.root / "c.csv"
    row = '"lent two boats",Gull ferry line,rel:needs,outer harbour of Ellery,{}\n'
    head = "quote,subject,relation,object,gloss\n"
    sheet.write_text(head + row.format("It gave boats"), encoding="utf-8")
    assert "1 added" in kg("article", "import", SLUG, "c.csv", cwd=desk.root).err
    assert kg(*ADD, "-", "--apply", cwd=desk.root, stdin=f"New.\n{desk.text}").status == 0
    sheet.write_text(head + row.format("It gave two"), encoding="utf-8")
    ran = kg("article", "import", SLUG, "c.csv", cwd=desk.root)
    assert (ran.status, "1 changed" in ran.err) == (0, True), ran.err


def test_lost_passages_never_share_a_range(desk: Desk, tmp_path: Path) -> None:
    text = desk.text.replace("led a rescue drill in", "guided a drill for rescue in").replace("lent", "gave")
    count = desk.read("claims").count("a secpol:Passage")
    found = arrival(desk.project, SLUG, text.encode(), tmp_path / "a.txt")
    assert len(found.anchoring.lost) >= 2
    found.keep()
    subjects = [
        line.split(" a ")[0] for line in desk.read("claims").splitlines() if " a secpol:Passage" in line
    ]
    assert len(set(subjects)) == count


def test_the_text_of_another_article_is_refused(kg: Kg, desk: Desk) -> None:
    before = desk.everything()
    prose = "The council met on Monday. Nobody spoke of the sea, and all went home before noon.\n" * 9
    for options in ((), ("--apply",)):
        ran = kg(*ADD, "-", *options, cwd=desk.root, stdin=prose)
        assert (ran.status, ran.out) == (3, "")
        assert f"this is not a text of {SLUG}: of its 10 passages none is in it" in ran.err
    assert desk.everything() == before


def test_the_text_of_another_article_of_the_project_is_named(kg: Kg, desk: Desk) -> None:
    other = desk.root / "articles" / "2026-02-02-other"
    other.mkdir()
    article = desk.read("article").replace(SLUG, other.name).replace("383b68", "000000")
    (other / "article.ttl").write_text(article, encoding="utf-8")
    ran = kg("text", "add", other.name, f"texts/{SLUG}.txt", "--apply", cwd=desk.root)
    assert ran.status == 3
    assert f"this is the text of the article {SLUG}" in ran.err


def test_a_first_text_is_recorded(kg: Kg, desk: Desk) -> None:
    article = desk.read("article")
    desk.write("article", article[: article.index(" ;\n    secpol:textSha256")] + " .\n")
    for name in ("claims", "facts", "mentions"):
        (desk.folder / f"{name}.ttl").unlink()
    ran = kg(*ADD, "-", cwd=desk.root, stdin="Caf\u00e9 \U0001f6a2\r\n")
    assert (ran.status, ran.out) == (0, f"texts/{SLUG}.txt: 7 characters\n")
    assert "secpol:textLength 7 ;" in desk.read("article")
    assert require_text(desk.project, SLUG) == "Caf\u00e9 \U0001f6a2\n"


@pytest.mark.parametrize(
    ("arguments", "data", "status", "words"),
    [
        (("2026-01-15-harbour-dril", "-"), "x", 2, f"did you mean {SLUG}"),
        ((SLUG, "nowhere.txt"), "", 3, "nowhere.txt: cannot be read"),
        ((SLUG, "-"), b"\xff\xfe\x00\xd8", 3, "not UTF-16"),
        ((SLUG, "-"), b"ab\ncd \xe9", 3, "-:2: the file is not UTF-8"),
        ((SLUG, "-"), b"PK\x03\x04\x00\x00", 3, "neither text nor HTML nor PDF"),
        ((SLUG, "-"), "", 3, "no text"),
        ((SLUG, "-"), " \n\t\n", 3, "no text"),
        ((SLUG,), "", 2, "FILE"),
    ],
)
def test_bad_input(
    kg: Kg, desk: Desk, arguments: tuple[str, ...], data: str | bytes, status: int, words: str
) -> None:
    before = desk.everything()
    ran = kg("text", "add", *arguments, cwd=desk.root, stdin=data)
    assert (ran.status, ran.out) == (status, "")
    assert words in ran.err
    assert desk.everything() == before


def test_an_article_without_a_file_that_parses(kg: Kg, desk: Desk) -> None:
    desk.write("claims", "oops")
    ran = kg(*ADD, f"texts/{SLUG}.txt", cwd=desk.root)
    assert ran.status == 3
    assert "claims.ttl:1" in ran.err


def test_outside_a_project_nothing_is_written(kg: Kg, tmp_path: Path) -> None:
    ran = kg("text", "add", "2024-12-11-america-needs-japan", "-", cwd=tmp_path, stdin="x")
    assert ran.status == 3
    assert "there is no kg.toml here" in ran.err


def test_git_ignores_the_texts(kg: Kg, desk: Desk) -> None:
    assert "/texts/" in (desk.root / ".gitignore").read_text(encoding="utf-8").splitlines()
    (desk.root / ".gitignore").write_text("/.kg/", encoding="utf-8")
    assert kg(*ADD, f"texts/{SLUG}.txt", cwd=desk.root).status == 0
    assert (desk.root / ".gitignore").read_text(encoding="utf-8") == "/.kg/\n/texts/\n"
    assert kg(*ADD, f"texts/{SLUG}.txt", cwd=desk.root).status == 0
    assert (desk.root / ".gitignore").read_text(encoding="utf-8") == "/.kg/\n/texts/\n"


def test_another_text_that_is_read_first_is_told(
    kg: Kg, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / f"{SLUG}.txt").write_text("another", encoding="utf-8")
    monkeypatch.setenv("KG_TEXTS", str(tmp_path))
    ran = kg(*ADD, f"texts/{SLUG}.txt", cwd=desk.root)
    assert ran.status == 0
    assert "is another text and is read first: KG_TEXTS names its folder" in ran.err


def test_a_folder_that_cannot_be_written(kg: Kg, desk: Desk) -> None:
    text = another_version(desk.text)
    shutil.rmtree(desk.root / "texts")
    (desk.root / "texts").write_text("a file in the way", encoding="utf-8")
    before = desk.everything()
    ran = kg(*ADD, "-", "--apply", cwd=desk.root, stdin=text)
    assert ran.status == 4
    assert "texts" in ran.err
    assert desk.everything() == before


def test_a_text_that_is_required(desk: Desk) -> None:
    assert require_text(desk.project, SLUG) == desk.text
    path = desk.root / "texts" / f"{SLUG}.txt"
    path.write_text(desk.text + "more", encoding="utf-8")
    with pytest.raises(InputError, match="not the text that was annotated"):
        require_text(desk.project, SLUG)
    path.unlink()
    with pytest.raises(InputError, match="is not here"):
        require_text(desk.project, SLUG)


def test_paragraphs_that_are_not_on_record_are_written(kg: Kg, desk: Desk) -> None:
    article = desk.read("article")
    start = article.index(" ;\n    secpol:paragraphStart")
    desk.write("article", article[:start] + article[article.index(" .", start) :])
    assert kg("check", "--only", "passages", cwd=desk.root).status == 1
    assert kg(*ADD, "-", cwd=desk.root, stdin=desk.text).status == 0
    assert desk.read("article") == article
