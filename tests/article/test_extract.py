"""The text out of HTML and PDF, and what they say of themselves."""

from __future__ import annotations

import io
import random
import sys
from pathlib import Path

import pytest
from fpdf import FPDF

from kg.article.extract import extract
from kg.article.extracted import Extracted
from kg.core.errors import InputError, UsageError

PAGE = """<!doctype html><html lang="en-AU"><head><meta charset="utf-8">
<title>A storm off Brand | Ellery Gazette</title>
<meta name="author" content="Ada Merrow; Bo Quill">
<meta property="og:site_name" content="Ellery Gazette">
<meta property="article:published_time" content="2026-03-01T08:00:00Z">
<link rel="canonical" href="https://gazette.example/storm">
<script>document.write("EVIL one")</script><style>.x { color: EVIL }</style></head>
<body><nav>Home, News, About us</nav><article><h1>A storm off Brand</h1>
<p>The Ellery Coastguard sent two boats out when the storm
   came up on Sunday evening; all of the crews came back.</p>
<p>The harbour master of Brand says that his <b>port</b> will not pay. He said so twice, on Monday and on
Tuesday, to whoever would listen to him.</p>
<script>alert("EVIL two")</script><p onclick="EVIL()">Nobody else was asked, and nobody else came forward to
speak of it.</p></article>
<footer>All rights reserved</footer><noscript>EVIL three</noscript></body></html>"""


def from_html(page: str | bytes) -> Extracted:
    return extract(page if isinstance(page, bytes) else page.encode(), Path("page.html"))


def test_the_article_of_a_page_one_line_a_paragraph() -> None:
    found = from_html(PAGE)
    lines = found.text.split("\n")
    assert lines[0] == "A storm off Brand"
    assert lines[1].startswith("The Ellery Coastguard sent two boats out when the storm came up on Sunday")
    assert lines[2].startswith("The harbour master of Brand says that his port will not pay.")
    assert [lines[4], len(lines)] == ["", 5]


def test_nothing_of_scripts_and_frames_is_left() -> None:
    text = from_html(PAGE).text
    for word in ("EVIL", "alert", "About us", "rights reserved", "<", "{"):
        assert word not in text


def test_what_a_page_says_of_itself() -> None:
    found = from_html(PAGE)
    assert (found.title, found.authors) == ("A storm off Brand", ("Ada Merrow", "Bo Quill"))
    assert (found.publisher, found.issued) == ("Ellery Gazette", "2026-03-01")
    assert (found.url, found.language) == ("https://gazette.example/storm", "en-AU")


def test_a_page_is_known_by_its_beginning_too() -> None:
    for start in (b"", b"\xef\xbb\xbf \n", b'<?xml version="1.0"?>\n<!-- a -->\n'):
        assert extract(start + PAGE.encode(), Path("-")).title == "A storm off Brand"


def test_a_page_in_another_encoding() -> None:
    page = PAGE.replace("utf-8", "windows-1252").replace("Nobody", "\u201cNobody\u201d")
    assert "\u201cNobody\u201d else" in from_html(page.encode("cp1252")).text


@pytest.mark.parametrize(
    "page",
    [
        "<html></html>",
        "<html><body><script>only(code)</script></body></html>",
        "<!doctype html><title>x</title>",
    ],
)
def test_a_page_without_an_article(page: str) -> None:
    with pytest.raises(InputError, match="no article is found"):
        from_html(page)


def test_a_page_nested_out_of_all_reason_is_refused_or_read_but_no_bug() -> None:
    with pytest.raises(InputError):
        from_html("<html><body>" + "<div>" * 60_000 + "words")


class Paper(FPDF):
    """Pages with a running head and a number at the foot."""

    def header(self) -> None:
        self.set_font("Helvetica", size=8)
        self.cell(0, 5, f"Ellery Gazette, page {self.page_no()}", new_x="LMARGIN", new_y="NEXT")
        self.ln(4)

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Helvetica", size=8)
        self.cell(0, 10, str(self.page_no()), align="C")


BROKEN = (
    "The Ellery Coastguard sent two boats out when the storm came up on Sun-\nday evening, and came back. "
    "A well-known skipper of the port, a well-\nknown man of eighty, had seen worse in his time."
)


def pdf(paragraphs: int = 30, *, password: str | None = None) -> bytes:
    paper = Paper()
    if password:
        paper.set_encryption(owner_password=password, user_password=password)
    paper.add_page()
    paper.set_font("Helvetica", size=18)
    paper.multi_cell(0, 9, "A storm off Brand")
    paper.ln(3)
    paper.set_font("Helvetica", size=11)
    for number in range(paragraphs):
        more = "More words follow here, so that lines are full and it runs on. " * (number % 4)
        paper.multi_cell(0, 5.5, f"{number}. {BROKEN} {more}")
        paper.ln(3)
    return bytes(paper.output())


def from_pdf(data: bytes) -> list[str]:
    return extract(data, Path("paper.pdf")).text.split("\n")


def test_the_running_text_of_a_pdf() -> None:
    lines = from_pdf(pdf())
    assert lines[0] == "A storm off Brand"
    assert lines[1] == (
        "0. The Ellery Coastguard sent two boats out when the storm came up on Sunday evening, and came "
        "back. A well-known skipper of the port, a well-known man of eighty, had seen worse in his time."
    )
    assert [line.split(".")[0] for line in lines[1:-1]] == [str(number) for number in range(30)]


def test_running_heads_and_page_numbers_are_gone() -> None:
    text = "\n".join(from_pdf(pdf()))
    assert "Gazette" not in text
    assert not any(line.isdecimal() for line in text.split("\n"))


@pytest.mark.parametrize("indent", [0, 6])
def test_a_pdf_of_two_columns_keeps_its_paragraphs(indent: int) -> None:
    chance = random.Random(3)
    words = ["boats", "storm", "a", "harbour", "of", "council", "the", "said", "crews", "in", "port"]

    def sentence() -> str:
        return " ".join(chance.choices(words, k=chance.randint(3, 14))).capitalize() + "."

    paragraphs = [" ".join(sentence() for _ in range(chance.randint(3, 9))) for _ in range(40)]
    paper = FPDF()
    paper.add_page()
    paper.set_font("Helvetica", size=16)
    title = "A storm off Brand, and what the harbour master said of it to the town council of Ellery"
    paper.multi_cell(0, 7, title, new_x="LMARGIN", new_y="NEXT")
    paper.set_font("Times", size=11)
    with paper.text_columns(ncols=2, gutter=8, text_align="J") as columns:
        for text in paragraphs:
            with columns.paragraph(bottom_margin=0 if indent else 3, first_line_indent=indent) as paragraph:
                paragraph.write(text)
    found = extract(bytes(paper.output()), Path("two.pdf")).text
    assert found.split("\n") == [title, *paragraphs, ""]


def test_a_pdf_of_a_thousand_pages() -> None:
    paper = FPDF()
    paper.set_font("Helvetica", size=11)
    for number in range(1000):
        paper.add_page()
        paper.multi_cell(0, 6, f"What is said in part {number * 3} of this long paper.")
    lines = from_pdf(bytes(paper.output()))
    assert lines == [f"What is said in part {number * 3} of this long paper." for number in range(1000)] + [
        ""
    ]


def without_text() -> bytes:
    paper = FPDF()
    paper.add_page()
    paper.rect(10, 10, 50, 50)
    return bytes(paper.output())


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (without_text(), "no text, only pictures"),
        (pdf(1, password="secret"), "encrypted"),
        (pdf(2)[:700], "stops before its end"),
        (pdf(2)[:-60], "stops before its end"),
        (b"%PDF-1.7\nnothing %%EOF", "broken"),
    ],
    ids=["no text", "encrypted", "cut", "cut at its end", "junk"],
)
def test_a_pdf_that_cannot_be_read(data: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as raised:
        from_pdf(data)
    assert str(raised.value).startswith("paper.pdf: ")


def test_an_encrypted_pdf_says_how_to_go_on() -> None:
    with pytest.raises(InputError) as raised:
        from_pdf(pdf(1, password="secret"))
    assert raised.value.hint is not None and "without a password" in raised.value.hint


def test_a_page_that_is_cut_off_is_refused() -> None:
    for end in (len(PAGE) // 2, PAGE.rindex("</body")):
        with pytest.raises(InputError, match="the page stops before its end"):
            from_html(PAGE[:end])


@pytest.mark.parametrize(("library", "path"), [("trafilatura", "a.html"), ("pypdfium2", "a.pdf")])
def test_without_the_extra_it_is_told_how_to_get_it(
    library: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    for module in ("kg.article.pdf", "kg.article.html"):
        monkeypatch.delitem(sys.modules, module, raising=False)
    with pytest.raises(UsageError, match=f"{library} is not installed") as raised:
        extract(b"%PDF-" if path.endswith("pdf") else b"<html>", Path(path))
    assert raised.value.hint is not None and "secpol-kg[articles]" in raised.value.hint


def test_plain_text_is_not_touched_but_for_the_rule() -> None:
    text = "A title\r\n\r\n  two  spaces <b>no HTML</b>\u00ad\r\n"
    assert extract(text.encode(), Path("a.txt")).text == text.replace("\r\n", "\n")
    assert extract(io.BytesIO(b"%PD").getvalue(), Path("-")).text == "%PD"


def test_wide_text_is_read_and_other_files_say_what_to_do() -> None:
    assert extract("Title\r\ncaf\u00e9".encode("utf-16"), Path("a.txt")).text == "Title\ncaf\u00e9"
    for data in (b"PK\x03\x04mimetype", b"{\\rtf1 words}", b"a\0b"):
        with pytest.raises(InputError, match="neither text nor HTML nor PDF") as refused:
            extract(data, Path("a.txt"))
        assert refused.value.hint == "save it as plain text, HTML or PDF"
