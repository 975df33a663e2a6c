"""kg article new: a folder that builds clean, from a text and a few words, or from what a page says."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kg.article.extracted import Extracted
from kg.article.known import Known
from kg.article.new import Metadata, begin
from kg.core.errors import StoreError, UsageError

from .conftest import SLUG, Desk, at_terminal
from .test_extract import PAGE

if TYPE_CHECKING:
    from tests.command import Kg

NEW = "2026-02-03-patrol"
TEXT = "Coastguard takes to the water\r\nThe Ellery Coastguard went out on patrol.\r\n"
GIVEN = {
    "--title": "Coastguard takes to the water",
    "--author": "Ada Merrow",
    "--publisher": "my:ElleryGazette",
    "--issued": "2026-02-03",
    "--url": "https://gazette.example/patrol",
}


def options(**changed: str | None) -> list[str]:
    given = {**GIVEN, **{f"--{name}": value for name, value in changed.items()}}
    return [part for name, value in given.items() if value is not None for part in (name, value)]


def new(kg: Kg, desk: Desk, *arguments: str, slug: str = NEW, text: str | bytes = TEXT):  # type: ignore[no-untyped-def]
    return kg("article", "new", slug, "--text", "-", *arguments, cwd=desk.root, stdin=text)


def test_a_new_article_builds_and_checks_clean(kg: Kg, desk: Desk) -> None:
    before = desk.everything()
    ran = new(kg, desk, *options())
    assert (ran.status, ran.err) == (0, "")
    assert ran.out == f"wrote articles/{NEW}: 72 characters of text\n"
    after = desk.everything()
    assert set(after) - set(before) == {
        *(f"articles/{NEW}/{name}" for name in ("article.ttl", "claims.csv", "facts.ttl", "mentions.ttl")),
        f"texts/{NEW}.txt",
    }
    assert all(after[name] == data for name, data in before.items())
    assert after[f"texts/{NEW}.txt"].decode() == TEXT.replace("\r\n", "\n")
    checked = kg("check", "--fail-on", "info", cwd=desk.root)
    assert checked.status == 0, checked.out
    asked = kg(
        "sparql",
        "SELECT ?who ?where ?day ?source { ?a dcterms:title 'Coastguard takes to the water'@en ; "
        "dcterms:creator ?who ; dcterms:publisher ?where ; dcterms:issued ?day ; dcterms:source ?source }",
        cwd=desk.root,
    )
    assert asked.out.splitlines()[1].split(",")[2:] == ["2026-02-03", "https://gazette.example/patrol"]
    assert "entity/AdaMerrow,https://example.org/my-graph/entity/ElleryGazette" in asked.out


def test_what_it_writes_is_in_canonical_form(kg: Kg, desk: Desk) -> None:
    kg("format", cwd=desk.root)
    (desk.root / "entities" / "authors.ttl").unlink(missing_ok=True)
    assert new(kg, desk, *options(author="Bo Quill"), "--author", "Lee Moor").status == 0
    assert (desk.root / "entities" / "authors.ttl").is_file()
    ran = kg("format", "--check", cwd=desk.root)
    assert (ran.status, ran.out) == (0, "")


def test_its_text_is_the_one_on_record(kg: Kg, desk: Desk) -> None:
    assert new(kg, desk, *options()).status == 0
    ran = kg("text", "add", NEW, f"texts/{NEW}.txt", cwd=desk.root)
    assert ran.status == 0


def test_whom_nobody_knew_comes_into_the_entities(kg: Kg, desk: Desk) -> None:
    ran = new(kg, desk, *options(author="Bo Qu\u00edll", publisher='Daily "Tide"'), "--author", "ada merrow")
    assert ran.status == 0
    assert "new in entities/authors.ttl: Bo Qu\u00edll (my:BoQuill)" in ran.err
    article = (desk.root / "articles" / NEW / "article.ttl").read_text("utf-8")
    assert "dcterms:creator my:AdaMerrow , my:BoQuill" in " ".join(article.split())
    authors = (desk.root / "entities" / "authors.ttl").read_text("utf-8")
    assert 'my:DailyTide a secpol:Organisation ;\n    rdfs:label "Daily \\"Tide\\""@en .\n' in authors
    assert kg("check", "--fail-on", "info", cwd=desk.root).status == 0
    again = new(
        kg,
        desk,
        *options(author="Cy Dole", publisher='Daily "Tide"', title="Coastguard stays at sea"),
        slug="2026-02-04-next",
        text=TEXT + "!",
    )
    assert again.err == "new in entities/authors.ttl: Cy Dole (my:CyDole)\n"
    more = (desk.root / "entities" / "authors.ttl").read_text("utf-8")
    assert all(block.strip() in more for block in authors.split("\n\n"))
    assert kg("check", "--fail-on", "info", cwd=desk.root).status == 0


def test_names_of_other_alphabets_and_namesakes_get_iris_of_their_own(desk: Desk) -> None:
    known = Known.read(desk.project)
    assert known.fresh_iri("\u7530\u4e2d\u592a\u90ce").endswith("entity/Unnamed")
    assert known.fresh_iri("Ada  merrow").endswith("entity/AdaMerrow2")
    assert known.fresh_iri("Bo", ["https://example.org/my-graph/entity/Bo"]).endswith("entity/Bo2")


def test_what_a_page_says_need_not_be_given(kg: Kg, desk: Desk) -> None:
    ran = new(kg, desk, text=PAGE)
    assert ran.status == 0, ran.err
    article = " ".join((desk.root / "articles" / NEW / "article.ttl").read_text("utf-8").split())
    for part in (
        'dcterms:title "A storm off Brand"@en-au',
        "dcterms:creator my:AdaMerrow , my:BoQuill",
        "dcterms:publisher my:ElleryGazette",
        '"2026-03-01"^^xsd:date',
        "dcterms:source <https://gazette.example/storm>",
        'dcterms:language "en-AU"',
    ):
        assert part in article
    assert kg("check", "--fail-on", "info", cwd=desk.root).status == 0


def test_what_is_given_goes_before_what_the_page_says(kg: Kg, desk: Desk) -> None:
    assert new(kg, desk, "--title", "Another", "--language", "en", text=PAGE).status == 0
    article = (desk.root / "articles" / NEW / "article.ttl").read_text("utf-8")
    assert 'dcterms:title "Another"@en ;' in article
    assert '"2026-03-01"' in article


@pytest.mark.parametrize(
    ("slug", "changed", "words"),
    [
        (NEW, {"title": None, "issued": None}, "--title, --issued is missing"),
        (NEW, {"author": None}, "--author is missing"),
        (NEW, {"issued": "3 February 2026"}, "is not a date"),
        (NEW, {"issued": "2026-02-30"}, "is not a date"),
        (NEW, {"issued": "20260203"}, "is not a date"),
        (NEW, {"url": "gazette.example"}, "is not a web address"),
        (NEW, {"url": "https://gazette.example/a>b"}, "is not a web address"),
        (NEW, {"language": "English"}, "is not a language tag"),
        (NEW, {"title": " "}, "the title is empty"),
        (NEW, {"title": "a\x1bb"}, "cannot be printed"),
        (NEW, {"author": "my:AdaMerow"}, "did you mean my:AdaMerrow"),
        (NEW, {"publisher": "https://example.org/nobody"}, "nothing describes https://example.org/nobody"),
        (SLUG, {}, f"there is an article {SLUG} already"),
        ("", {}, "is no name for an article's folder"),
        ("..", {}, "is no name for an article's folder"),
        ("a/b", {}, "is no name for an article's folder"),
        ("../../x", {}, "is no name for an article's folder"),
        ("H\u00e4fen", {}, "is no name for an article's folder"),
        ("a" * 300, {}, "at most 100 letters, digits"),
        (NEW, {"author": "; "}, "an article has an author"),
    ],
)
def test_bad_metadata(kg: Kg, desk: Desk, slug: str, changed: dict[str, str | None], words: str) -> None:
    before = desk.everything()
    ran = new(kg, desk, *options(**changed), slug=slug)
    assert (ran.status, ran.out) == (2, "")
    assert words in ran.err
    assert desk.everything() == before


def test_a_name_that_two_bear(kg: Kg, desk: Desk) -> None:
    entities = desk.root / "entities" / "harbour.ttl"
    more = '\nmy:Other a secpol:Person ; rdfs:label "ADA MERROW"@en .\n'
    entities.write_text(entities.read_text("utf-8") + more, encoding="utf-8")
    ran = new(kg, desk, *options(author="ada merrow"))
    assert ran.status == 2
    assert "'ada merrow' may be my:AdaMerrow (Person), my:Other (Person); name one of them" in ran.err
    assert new(kg, desk, *options()).status == 0  # as typed, it is one of them


def test_a_text_that_another_article_has(kg: Kg, desk: Desk) -> None:
    before = desk.everything()
    ran = new(kg, desk, *options(), text=desk.text)
    assert ran.status == 3
    assert f"this is the text of the article {SLUG}" in ran.err
    assert desk.everything() == before


def test_outside_a_project(kg: Kg, tmp_path: Path) -> None:
    ran = kg("article", "new", NEW, "--text", "-", *options(), cwd=tmp_path, stdin=TEXT)
    assert ran.status == 3
    assert "kg init makes a project" in ran.err


def test_all_or_nothing(desk: Desk) -> None:
    (desk.root / "texts").rename(desk.root / "elsewhere")
    (desk.root / "texts").write_text("a file in the way", encoding="utf-8")
    before = desk.everything()
    metadata = Metadata("T", ("Somebody New",), "Ellery Gazette", "2026-02-03")
    with pytest.raises(StoreError):
        begin(desk.project, NEW, Extracted("Words.\n"), Path("a.txt"), metadata)
    assert desk.everything() == before
    assert not (desk.root / "articles" / NEW).exists()


def test_an_author_by_metonym_is_nobody(desk: Desk) -> None:
    entities = desk.root / "entities" / "harbour.ttl"
    text = entities.read_text("utf-8").replace(
        '"Ellery Gazette"@en', '"Ellery Gazette"@en ; secpol:metonym "Quay Street"@en'
    )
    entities.write_text(text, encoding="utf-8")
    known = Known.read(desk.project)
    assert known.author("Quay Street") is None
    with pytest.raises(UsageError):
        known.author("my:QuayStreet")


def test_a_terminal_is_asked_for_what_is_missing(desk: Desk, tmp_path: Path) -> None:
    """The page's own words are the defaults; an empty line takes them."""
    page = tmp_path / "page.html"
    page.write_text(PAGE, encoding="utf-8")
    answers = {"title [A storm off Brand]:": "Storm", "issued [2026-03-01]:": "", "url [": "",
               "authors, with ; between them [Ada Merrow; Bo Quill]:": "Ada Merrow"}  # fmt: skip
    at_terminal(desk, ["article", "new", NEW, "--text", str(page), "--publisher", "Daily Tide"], answers)
    article = (desk.root / "articles" / NEW / "article.ttl").read_text("utf-8")
    assert 'dcterms:title "Storm"@en-au' in article
    assert "dcterms:creator my:AdaMerrow ;" in article
    assert "my:DailyTide" in article
