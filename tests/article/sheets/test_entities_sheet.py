"""The sheet of entities beside a working sheet: what it describes, how it changes, what it is refused for."""

from __future__ import annotations

import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.article.sheets.exporting import write_sheet
from kg.article.sheets.grid import read_grid
from kg.article.sheets.importing import Fate, Wish, import_sheet
from kg.core.findings import violations
from tests.article.conftest import Desk
from tests.article.sheets.imported import HEAD, load, said, sources, wrong

pytestmark = pytest.mark.full  # it builds corpora and imports, and takes a minute


class TestEntities:
    """A second sheet describes what is new: nobody writes Turtle."""

    head = f"{HEAD},id"
    rows = ("boats,Freedonia,needs,port of Brand,A", "no boat,Fredville,needs,port of Brand,B")
    sheet = """name,class,also called,metonym,source,governs
Freedonia,State,Land of the Free | FD,,,
government of Freedonia,national government,,Fredville,https://freedonia.example/about,Freedonia
"""

    def entities(self, desk: Desk, text: str) -> dict[str, object]:
        path = desk.root / "entities.csv"
        path.write_text(text, encoding="utf-8")
        return {"head": self.head, "entities": path}

    def test_a_state_with_government_and_capital(self, desk: Desk) -> None:
        imported = load(desk, *self.rows, **self.entities(desk, self.sheet))  # type: ignore[arg-type]
        assert not imported.findings
        assert said(desk, "Freedonia")["altLabel"] == {"Land of the Free", "FD"}
        assert said(desk, "GovernmentOfFreedonia") == {
            "type": {"NationalGovernment"},
            "label": {"government of Freedonia"},
            "metonym": {"Fredville"},
            "governs": {"Freedonia"},
            "source": {"about"},
        }
        assert said(desk, "Bp")["propSubject"] == {"GovernmentOfFreedonia"}
        KnowledgeGraph.open(desk.project, strict=True)
        before = desk.everything()
        load(desk, *self.rows, **self.entities(desk, self.sheet))  # type: ignore[arg-type]
        assert desk.everything() == before

    @pytest.mark.parametrize("header", ["has government", "government", "inverse of governs"])
    def test_a_property_may_be_said_from_its_other_end(self, desk: Desk, header: str) -> None:
        sheet = f"name,class,metonym,source,{header}\nFreedonia,State,,,government of Freedonia\n"
        sheet += "government of Freedonia,national government,Fredville,https://freedonia.example/about,\n"
        for _ in range(2):
            assert not load(desk, *self.rows, **self.entities(desk, sheet)).findings  # type: ignore[arg-type]
            assert said(desk, "GovernmentOfFreedonia")["governs"] == {"Freedonia"}
            assert said(desk, "GovernmentOfFreedonia")["metonym"] == {"Fredville"}
            assert set(said(desk, "Freedonia")) == {"type", "label", "source"}

    def test_a_workbook_has_them_and_comes_back_unchanged(self, desk: Desk) -> None:
        load(desk, *self.rows, **self.entities(desk, self.sheet))  # type: ignore[arg-type]
        before = desk.everything()
        book = desk.root / "all.xlsx"
        write_sheet(desk.project, desk.slug, book)
        rows = read_grid(book, sheet="entities").rows
        assert rows[0] == ("name", "class", "also called", "metonym", "source", "governs")
        page = "<https://freedonia.example/about>"
        assert ("government of Freedonia", "national government", "", "Fredville", page, "Freedonia") in rows
        again = import_sheet(desk.project, desk.slug, book, Wish(replace=True))
        assert not again.findings
        book.unlink()
        assert desk.everything() == before

    @pytest.mark.parametrize(
        ("old", "new", "rule", "place", "told"),
        [
            ("Freedonia,State,", "Freedonia,Stat,", "sheet.class", "row 2, class", "did you mean State"),
            (",Freedonia\n", ",Freedomia\n", "sheet.name", "row 3, governs", "did you mean Freedonia"),
            (",Freedonia\n", ",foo:Free\n", "sheet.name", "row 3, governs", "no prefix is called 'foo'"),
        ],
    )
    def test_a_misspelt_cell_is_told(
        self, desk: Desk, old: str, new: str, rule: str, place: str, told: str
    ) -> None:
        sheet = self.entities(desk, self.sheet.replace(old, new, 1))
        imported = load(desk, *self.rows, **sheet)  # type: ignore[arg-type]
        (found,) = violations(imported.findings)
        assert found.rule == rule
        assert f"entities, {place}: " in found.message
        assert told in f"{found.message} {found.hint}"

    def test_what_it_describes_stays_when_no_row_names_it(self, desk: Desk) -> None:
        load(desk, *self.rows, **self.entities(desk, self.sheet))  # type: ignore[arg-type]
        before = said(desk, "GovernmentOfFreedonia")
        rows = (self.rows[0], self.rows[1].replace("Fredville", "Ada Merrow"))
        for replace in (False, True):
            assert not load(desk, *rows, head=self.head, replace=replace).gone
            assert said(desk, "GovernmentOfFreedonia") == before

    def test_what_has_no_row_any_more_goes_with_replace(self, desk: Desk) -> None:
        load(desk, *self.rows, **self.entities(desk, self.sheet))  # type: ignore[arg-type]
        rows = (self.rows[0], self.rows[1].replace("Fredville", "Ada Merrow"))
        left = self.entities(desk, "".join(self.sheet.splitlines(keepends=True)[:2]))
        assert not load(desk, *rows, **left).gone  # type: ignore[arg-type]
        gone = load(desk, *rows, replace=True, **left).gone  # type: ignore[arg-type]
        assert [node.value.rpartition("/")[2] for node in gone] == ["GovernmentOfFreedonia"]
        assert said(desk, "Freedonia")
        KnowledgeGraph.open(desk.project, strict=True)

    def test_a_misspelt_value_goes_when_it_is_corrected(self, desk: Desk) -> None:
        misspelt = self.sheet.replace("about,Freedonia", "about,State: Freedomia")
        load(desk, *self.rows, **self.entities(desk, misspelt))  # type: ignore[arg-type]
        assert said(desk, "Freedomia")
        (gone,) = load(desk, *self.rows, **self.entities(desk, self.sheet)).gone  # type: ignore[arg-type]
        assert gone.value.endswith("/Freedomia")
        assert said(desk, "GovernmentOfFreedonia")["governs"] == {"Freedonia"}

    def test_what_moves_takes_its_description_along(self, desk: Desk) -> None:
        rows = (self.rows[0], "no boat,tide,needs,port of Brand,B")
        local = "name,class,also called\ntide,Quality,flood\nFreedonia,State,\n"
        load(desk, *rows, **self.entities(desk, local))  # type: ignore[arg-type]
        shared = "name,class\ntide,Person\nFreedonia,State\n"
        load(desk, *rows, **self.entities(desk, shared))  # type: ignore[arg-type]
        assert said(desk, "Tide") == {
            "type": {"Person"},
            "label": {"tide"},
            "altLabel": {"flood"},
            "source": {"B"},
        }

    def test_a_cell_that_has_changed_takes_effect_and_an_empty_one_does_not(self, desk: Desk) -> None:
        load(desk, *self.rows, **self.entities(desk, self.sheet))  # type: ignore[arg-type]
        again = self.sheet.replace("Land of the Free | FD", "").replace("Fredville", "none")
        rows = (self.rows[0], self.rows[1].replace("Fredville", "government of Freedonia"))
        load(desk, *rows, **self.entities(desk, again))  # type: ignore[arg-type]
        assert said(desk, "Freedonia")["altLabel"] == {"Land of the Free", "FD"}
        assert "metonym" not in said(desk, "GovernmentOfFreedonia")

    def test_what_no_sheet_brought_in_is_changed_where_it_stands(self, desk: Desk) -> None:
        text = "name,also called\nport of Brand,Brandhaven\n"
        told = wrong(load(desk, self.rows[0], **self.entities(desk, text)))  # type: ignore[arg-type]
        assert "my:PortOfBrand is described elsewhere" in told["sheet.entity"]

    def test_a_broken_row_is_set_aside_with_what_names_it(self, desk: Desk) -> None:
        text = self.sheet.replace("Freedonia,State", "Freedonia,State").replace(",,Fredville,", ",,=A1,")
        rows = (self.rows[0], self.rows[1].replace("Fredville", "government of Freedonia"))
        imported = load(desk, *rows, keep_going=True, **self.entities(desk, text))  # type: ignore[arg-type]
        assert imported.fates[Fate.ADDED] == ["A"]
        assert imported.fates[Fate.SET_ASIDE] == ["row 3"]
        assert not said(desk, "GovernmentOfFreedonia")

    @pytest.mark.parametrize(
        ("header", "cell", "value"),
        [
            ("source", "https://freedonia.example/a", "<https://freedonia.example/a>"),
            ("dcterms:source", "<https://freedonia.example/a>", "<https://freedonia.example/a>"),
            ("skos:exactMatch", "schema:Country", "<https://schema.org/Country>"),
            ("skos:scopeNote", "https://freedonia.example/a", "<https://freedonia.example/a>"),
            ("skos:scopeNote", "see https://freedonia.example/a", '"see https://freedonia.example/a"@en'),
        ],
    )
    def test_an_iri_is_an_iri(self, desk: Desk, header: str, cell: str, value: str) -> None:
        text = f"name,class,{header}\nFreedonia,State,{cell}\n"
        for _ in range(2):
            assert not load(desk, self.rows[0], **self.entities(desk, text)).findings  # type: ignore[arg-type]
            assert value in {str(triple.object) for triple in sources(desk)}
        book = desk.root / "all.xlsx"
        write_sheet(desk.project, desk.slug, book)
        before = desk.everything()
        assert not import_sheet(desk.project, desk.slug, book, Wish(replace=True)).findings
        assert desk.everything() == before

    def test_what_belongs_to_the_article_needs_a_claim(self, desk: Desk) -> None:
        text = "name,class,source,seated in\ntide,Quality,https://freedonia.example/a,port of Brand\n"
        rows = (self.rows[0], "no boat,tide,needs,port of Brand,B")
        found = load(desk, *rows, **self.entities(desk, text)).findings  # type: ignore[arg-type]
        (told,) = (finding for finding in found if finding.rule == "sheet.unsourced")
        assert "row 2: 'tide' 'seated in' 'port of Brand' has no source" in told.message
        assert told.hint == "let a claim asserted as a fact say it"

    def test_what_has_to_be_an_iri_is_no_text(self, desk: Desk) -> None:
        text = "name,class,source\nFreedonia,State,a friend\n"
        told = wrong(load(desk, self.rows[0], **self.entities(desk, text)))  # type: ignore[arg-type]
        assert "entities, row 2, source: 'a friend' is no IRI" in told["sheet.value"]

    def test_only_a_claim_that_says_a_relation_is_its_source(self, desk: Desk) -> None:
        text = self.sheet.replace("https://freedonia.example/about", "")
        load(desk, *self.rows, **self.entities(desk, self.sheet))  # type: ignore[arg-type]
        told = load(desk, *self.rows, **self.entities(desk, text.replace("Fredville,,", "Fredville,none,")))  # type: ignore[arg-type]
        (found,) = told.findings
        assert (found.rule, violations(told.findings)) == ("sheet.unsourced", [])
        assert "row 3: 'government of Freedonia' 'governs' 'Freedonia' has no source" in found.message
        assert "source" not in said(desk, "GovernmentOfFreedonia")
        for kind, claims in (("view", None), ("fact", {"C"})):
            rows = (*(f"{row}," for row in self.rows), f"drill [2],Fredville,governs,Freedonia,C,{kind}")
            wish = self.entities(desk, text) | {"head": f"{self.head},kind"}
            assert bool(load(desk, *rows, **wish).findings) == (claims is None)  # type: ignore[arg-type]
            assert said(desk, "GovernmentOfFreedonia").get("source") == claims
        KnowledgeGraph.open(desk.project, strict=True)

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("nme\nx\n", "there is no property 'nme'"),
            ("class\nState\n", "no column name"),
            ("name,governz\nx,y\n", "'governz'; did you mean governs"),
        ],
    )
    def test_columns_that_do_not_exist_are_refused(self, desk: Desk, text: str, told: str) -> None:
        with pytest.raises(Exception, match=told):
            load(desk, self.rows[0], **self.entities(desk, text))  # type: ignore[arg-type]
