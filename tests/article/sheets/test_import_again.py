"""Sheets imported again: the same bytes, changes of one claim, and who wins where both sides changed."""

from __future__ import annotations

import itertools

import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.article.sheets.merge import Fate
from kg.core.errors import InputError, UsageError
from tests.article.conftest import Desk, at_terminal
from tests.article.sheets.imported import HEAD, WELCOME, added, load, said, wrong


def test_an_import_can_be_repeated(desk: Desk) -> None:
    rows = [
        f"{quote},Ada Merrow,needs,{new}"
        for quote, new in (("boats", "x"), ("drill [2]", "y"), ("no boat", "x"))
    ]
    load(desk, *rows)
    first = desk.everything()
    assert len(load(desk, *rows).fates[Fate.SAME]) == 3
    assert desk.everything() == first


def test_the_same_rows_make_the_same_file_in_whatever_order(desk: Desk) -> None:
    rows = [
        f"{quote},Ada Merrow,needs,{new}"
        for quote, new in (("boats", "x"), ("drill [2]", "y"), ("no boat", "x"))
    ]
    made = set()
    for order in itertools.permutations(rows):
        for name in ("claims", "facts"):
            (desk.folder / f"{name}.ttl").unlink(missing_ok=True)
        (desk.folder / "imports.tsv").unlink(missing_ok=True)
        load(desk, *order)
        files = desk.everything()
        files.pop("claims.csv")
        made.add(tuple(files.items()))
    assert len(made) == 1


def test_a_changed_row_changes_its_claim_only(desk: Desk) -> None:
    head = f"{HEAD},certainty,id"
    load(desk, f"{WELCOME},,A", "no boat,Ada Merrow,needs,boat club,,B", head=head)
    before = desk.read("claims").split("\n")
    imported = load(desk, f"{WELCOME},Possible,A", "no boat,Ada Merrow,needs,boat club,,B", head=head)
    assert imported.fates[Fate.CHANGED] == ["A"]
    after = desk.read("claims").split("\n")
    changed = [(old, new) for old, new in zip(before, after, strict=True) if old != new]
    assert changed == [("    secpol:certainty secpol:Certain ;", "    secpol:certainty secpol:Possible ;")]


def test_a_quote_that_moved_takes_its_passage_along(desk: Desk) -> None:
    load(desk, f"{WELCOME},A", head=f"{HEAD},id")
    assert "<#char=170,175>" in desk.read("claims")
    load(desk, f"{WELCOME.replace('boats', 'two boats')},A", head=f"{HEAD},id")
    assert "<#char=170,175>" not in desk.read("claims")
    assert "<#char=166,175> a secpol:Passage" in desk.read("claims")


def test_what_the_sheet_cannot_say_stays_to_the_letter(desk: Desk) -> None:
    load(desk, f"{WELCOME},,A", head=f"{HEAD},certainty,id")
    claims = desk.read("claims").replace(
        "<#A> a secpol:Claim ;",
        "# My own remark.\n<#A> a secpol:Claim ;\n"
        '    secpol:hedge "may" ; # as it says\n    secpol:supports <#S001> ;',
    )
    desk.write("claims", claims)
    assert load(desk, f"{WELCOME},,A", head=f"{HEAD},certainty,id").fates[Fate.SAME] == ["A"]
    assert desk.read("claims") == claims
    assert load(desk, f"{WELCOME},Possible,A", head=f"{HEAD},certainty,id").fates[Fate.CHANGED] == ["A"]
    assert said(desk, "A")["hedge"] == {"may"}
    assert said(desk, "A")["supports"] == {"S001"}
    assert "# My own remark.\n# as it says\n<#A> a secpol:Claim ;" in desk.read("claims")
    rest = claims.partition("# My own remark")[0]
    assert desk.read("claims").startswith(rest)


class TestBothSidesChanged:
    """claims.ttl edited by hand between two imports."""

    head = f"{HEAD},certainty,gloss,id"

    def begin(self, desk: Desk) -> None:
        load(desk, f"{WELCOME},,one,A", "no boat,Ada Merrow,needs,boat club,,two,B", head=self.head)
        desk.write("claims", desk.read("claims").replace('"one"@en', '"one, by hand"@en'))

    def rows(self, *, certainty: str = "", gloss: str = "one") -> list[str]:
        return [f"{WELCOME},{certainty},{gloss},A", "no boat,Ada Merrow,needs,boat club,,two,B"]

    def test_an_edit_beside_a_row_that_stayed_is_kept(self, desk: Desk) -> None:
        self.begin(desk)
        before = desk.everything()
        for _ in range(2):
            imported = load(desk, *self.rows(), head=self.head)
            assert imported.fates[Fate.KEPT] == ["A"]
            assert [finding.rule for finding in imported.findings] == ["sheet.kept"]
            assert desk.everything() == before

    def test_an_edit_and_a_row_that_came_to_the_same_agree(self, desk: Desk) -> None:
        self.begin(desk)
        rows = [row.replace(",one,", ',"one, by hand",') for row in self.rows()]
        assert load(desk, *rows, head=self.head).fates[Fate.SAME] == ["A", "B"]
        changed = [row.replace(',,"one', ',Possible,"one') for row in rows]
        assert load(desk, *changed, head=self.head).fates[Fate.CHANGED] == ["A"]

    def test_an_edit_and_a_change_are_refused(self, desk: Desk) -> None:
        self.begin(desk)
        before = desk.read("claims")
        told = wrong(load(desk, *self.rows(certainty="Possible"), head=self.head))["sheet.conflict"]
        assert "row 2: #A changed here and in claims.ttl" in told
        assert "certainty is 'Possible' here, 'Certain' there" in told
        assert "gloss is 'one' here, 'one, by hand' there" in told
        assert desk.read("claims") == before

    def test_the_sheet_may_win(self, desk: Desk) -> None:
        self.begin(desk)
        imported = load(desk, *self.rows(certainty="Possible"), head=self.head, prefer="sheet")
        assert imported.fates[Fate.CHANGED] == ["A"]
        assert said(desk, "A")["label"] == {"one"}

    def test_the_claims_may_win_for_good(self, desk: Desk) -> None:
        self.begin(desk)
        before = desk.read("claims")
        rows = self.rows(certainty="Possible")
        assert load(desk, *rows, head=self.head, prefer="claims").fates[Fate.KEPT] == ["A"]
        assert load(desk, *rows, head=self.head).fates[Fate.KEPT] == ["A"]
        assert desk.read("claims") == before

    def test_a_claim_that_was_deleted_stays_deleted(self, desk: Desk) -> None:
        self.begin(desk)
        claims = desk.read("claims")
        start = claims.index("<#A> a")
        desk.write("claims", claims[:start] + claims[claims.index("\n<#char=", start) + 1 :])
        assert load(desk, *self.rows(), head=self.head).fates[Fate.LEFT_OUT] == ["A"]
        told = wrong(load(desk, *self.rows(gloss="other"), head=self.head))["sheet.conflict"]
        assert "#A changed here, and was taken out of claims.ttl" in told
        assert load(desk, *self.rows(), head=self.head, prefer="sheet").fates[Fate.ADDED] == ["A"]

    def test_a_claim_written_by_hand_is_not_overwritten(self, desk: Desk) -> None:
        told = wrong(load(desk, f"{WELCOME},S001", head=f"{HEAD},id"))["sheet.conflict"]
        assert "#S001 is in claims.ttl already" in told

    def test_a_row_taken_out_with_an_edited_claim_is_refused(self, desk: Desk) -> None:
        self.begin(desk)
        told = wrong(load(desk, self.rows()[1], head=self.head, prune=True))["sheet.conflict"]
        assert "#A has no row any more, and was edited" in told

    def test_a_file_that_was_deleted_is_written_anew(self, desk: Desk) -> None:
        self.begin(desk)
        (desk.folder / "claims.ttl").unlink()
        assert load(desk, *self.rows(), head=self.head).fates[Fate.ADDED] == ["A", "B"]

    def test_a_new_column_takes_what_was_edited_for_an_edit(self, desk: Desk) -> None:
        load(desk, f"{WELCOME},A", head=f"{HEAD},id")
        desk.write(
            "claims",
            desk.read("claims").replace(
                "secpol:View ;\n    secpol:evidencedBy <#char=170,175>",
                'secpol:View ;\n    secpol:hedge "may" ;\n    secpol:evidencedBy <#char=170,175>',
            ),
        )
        assert "sheet.conflict" in wrong(load(desk, f"{WELCOME},A,might", head=f"{HEAD},id,hedge"))

    def test_a_new_column_is_no_edit_where_the_usual_was_written(self, desk: Desk) -> None:
        load(desk, f"{WELCOME},A", head=f"{HEAD},id")
        imported = load(desk, f"{WELCOME},A,Probable,word", head=f"{HEAD},id,certainty,gloss")
        assert imported.fates[Fate.CHANGED] == ["A"]

    def test_the_record_tells_what_is_wrong_with_it(self, desk: Desk) -> None:
        self.begin(desk)
        for line, told in (
            ("a\tb", "the line is no record"),
            ("<<<<<<< HEAD", "a merge has left a conflict"),
        ):
            (desk.folder / "imports.tsv").write_text(f"{line}\n")
            with pytest.raises(InputError, match=rf"imports.tsv:1: {told}"):
                load(desk, *self.rows(), head=self.head)


def test_a_claim_in_two_statements_is_one_claim(desk: Desk) -> None:
    load(desk, f"{WELCOME},A", head=f"{HEAD},id")
    statement = desk.read("claims").partition("<#A> a ")[2].partition(" .\n")[0]
    desk.write(
        "claims", desk.read("claims") + f'\n<#A> a {statement} ;\n    secpol:editorialNote "mine"@en .\n'
    )
    before = desk.read("claims")
    imported = load(desk, f"{WELCOME},A", head=f"{HEAD},id")
    assert imported.fates[Fate.SAME] == ["A"]
    assert desk.read("claims") == before
    imported = load(desk, f"{WELCOME},A,Possible", head=f"{HEAD},id,certainty")
    assert imported.fates[Fate.CHANGED] == ["A"]
    assert said(desk, "A")["certainty"] == {"Possible"}
    assert said(desk, "A")["editorialNote"] == {"mine"}


def test_a_claim_that_was_edited_into_none_is_not_written_over(desk: Desk) -> None:
    name = added(load(desk, WELCOME))
    stated = f"secpol:proposition <#{name}p>"
    for edited in (f"{stated} , <#S001p>", 'rdfs:comment "to be quoted anew"'):
        desk.write("claims", desk.read("claims").replace(stated, edited))
        before = desk.read("claims")
        for sheet in ("claims.csv", "fresh.csv"):
            refused = wrong(load(desk, WELCOME, name=sheet, prefer="sheet"))
            assert f"#{name} is in claims.ttl, but not with one proposition" in refused["sheet.conflict"]
            (desk.root / sheet).unlink()
        assert desk.read("claims") == before
        desk.write("claims", desk.read("claims").replace(edited, stated))


def test_a_node_that_a_changed_claim_speaks_of_no_more_is_told(desk: Desk) -> None:
    load(desk, "boats,Organisation: boat club,needs,port of Brand,A", head=f"{HEAD},id")
    (finding,) = load(desk, f"{WELCOME},A", head=f"{HEAD},id").findings
    assert finding.rule == "sheet.left"
    assert finding.message == "#BoatClub: #A does not speak of it any more"
    assert said(desk, "BoatClub")["statedBy"] == {"A"}
    assert not load(desk, f"{WELCOME},A", head=f"{HEAD},id").findings


class TestRowsTakenOut:
    """What becomes of a claim whose row is gone."""

    def begin(self, desk: Desk) -> None:
        load(desk, f"{WELCOME},A", "no boat,Ada Merrow,needs,Organisation: boat club,B", head=f"{HEAD},id")

    def test_it_is_asked_about(self, desk: Desk) -> None:
        self.begin(desk)
        before = desk.read("claims")
        for _ in range(2):
            imported = load(desk, f"{WELCOME},A", head=f"{HEAD},id")
            (finding,) = imported.findings
            assert finding.rule == "sheet.taken-out"
            assert "#B" in finding.message
            assert desk.read("claims") == before

    def test_it_goes_with_prune_and_what_hangs_on_it_is_told(self, desk: Desk) -> None:
        before = desk.read("claims")
        self.begin(desk)
        imported = load(desk, f"{WELCOME},A", head=f"{HEAD},id", prune=True)
        assert imported.fates[Fate.REMOVED] == ["B"]
        assert [finding.rule for finding in imported.findings] == ["sheet.left"]
        assert "BoatClub" in imported.findings[0].message
        assert "<#B>" not in desk.read("claims")
        assert "<#B>" not in desk.read("facts")
        load(desk, f"{WELCOME},C", head=f"{HEAD},id", prune=True)
        load(desk, "boats,Ada Merrow,needs,port of Brand,D", head=f"{HEAD},id", prune=True)
        assert said(desk, "D")
        assert desk.read("claims").startswith(before.rpartition("<#char=")[0][:200])

    def test_a_node_of_the_facts_is_stated_by_the_claims_that_remain(self, desk: Desk) -> None:
        rows = ["boats,Organisation: boat club,needs,port of Brand", "no boat,boat club,needs,Ada Merrow"]
        load(desk, *rows)
        (left,) = load(desk, rows[1], prune=True).fates[Fate.SAME]
        assert said(desk, "BoatClub")["statedBy"] == {left}
        KnowledgeGraph.open(desk.project, strict=True)

    def test_a_claim_that_speaks_of_one_that_went_is_told(self, desk: Desk) -> None:
        self.begin(desk)
        desk.write(
            "claims",
            desk.read("claims").replace(
                "secpol:assertedAs secpol:Fact ;\n    secpol:evidencedBy <#char=32,83>",
                "secpol:assertedAs secpol:Fact ;\n    secpol:supports <#B> ;\n"
                "    secpol:evidencedBy <#char=32,83>",
            ),
        )
        imported = load(desk, f"{WELCOME},A", head=f"{HEAD},id", prune=True)
        assert "#S001: it speaks of #B" in " ".join(finding.message for finding in imported.findings)

    def test_a_claim_that_another_sheet_has_too_stays(self, desk: Desk) -> None:
        row = "no boat,Ada Merrow,needs,port of Brand"
        load(desk, WELCOME, row, name="mine.csv")
        (same,) = load(desk, row, name="other.csv").fates[Fate.SAME]
        imported = load(desk, WELCOME, name="mine.csv", prune=True)
        assert not imported.fates[Fate.REMOVED]
        (finding,) = imported.findings
        assert finding.rule == "sheet.renamed"
        assert finding.message == f"no row here any more for #{same}, but in other.csv"
        assert load(desk, WELCOME, name="other.csv", prune=True).fates[Fate.REMOVED] == [same]

    def test_other_claims_and_other_sheets_are_left_alone(self, desk: Desk) -> None:
        self.begin(desk)
        imported = load(desk, "drill [1],Ada Merrow,needs,port of Brand", name="mine.csv", prune=True)
        assert not imported.fates[Fate.REMOVED]
        assert said(desk, "B")
        assert said(desk, "S001")


class TestRowsThatLookLikeClaimsWithoutOne:
    """A row without an id whose quote or words are new is a new claim; what it looks like is told."""

    def told(self, desk: Desk, *rows: str, **wish: object) -> list[str]:
        findings = load(desk, *rows, **wish).findings  # type: ignore[arg-type]
        return [f"{found.message}; {found.hint}" for found in findings if found.rule == "sheet.alike"]

    def test_a_row_that_was_quoted_anew(self, desk: Desk) -> None:
        name = added(load(desk, WELCOME))
        (told,) = self.told(desk, WELCOME.replace("boats", "lent two boats"))
        assert f"row 2: a new claim like #{name}, which has no row any more" in told
        assert "says the same of other words" in told
        assert f"write {name} in its column id" in told

    def test_a_row_that_was_worded_anew(self, desk: Desk) -> None:
        name = added(load(desk, WELCOME.replace("boats", "line lent two boats")))
        (told,) = self.told(desk, "two boats,Ellery Coastguard,needs,Ada Merrow")
        assert f"like #{name}" in told
        assert "is found in the same words" in told

    def test_the_way_out_keeps_the_id(self, desk: Desk) -> None:
        name = added(load(desk, WELCOME))
        again = WELCOME.replace("boats", "two boats")
        load(desk, again)
        imported = load(desk, f"{again},{name}", head=f"{HEAD},id", prune=True)
        assert imported.fates[Fate.CHANGED] == [name]
        assert len(imported.fates[Fate.REMOVED]) == 1
        assert said(desk, name)["evidencedBy"] == {"char=166,175"}

    def test_nothing_is_told_of_other_rows(self, desk: Desk) -> None:
        load(desk, WELCOME)
        assert not self.told(desk, WELCOME, WELCOME.replace("boats", "two boats"))
        assert not self.told(desk, "no boat,Ada Merrow,needs,port of Brand")
        assert not load(desk, "two boats,Ada Merrow,needs,port of Brand", prune=True).findings


class TestASheetUnderAnotherName:
    """The file name says which sheet it is; a renamed one says so once."""

    rows = (WELCOME, "no boat,Ada Merrow,needs,Gull ferry line")

    def test_it_is_told(self, desk: Desk) -> None:
        load(desk, *self.rows)
        (finding,) = load(desk, *self.rows, name="new.csv").findings
        assert finding.rule == "sheet.renamed"
        assert finding.message == "imported for the first time, with 2 of the 2 claims of claims.csv"
        assert "--replaces claims.csv" in str(finding.hint)
        (finding,) = load(desk, WELCOME, name="new.csv", prune=True).findings
        assert "but in claims.csv" in finding.message
        (finding,) = load(desk, WELCOME, name="newer.csv", prune=True).findings
        assert "with 1 of the 2 claims of claims.csv" in finding.message

    def test_it_takes_the_place_of_the_former(self, desk: Desk) -> None:
        load(desk, *self.rows)
        imported = load(desk, WELCOME, name="new.csv", replaces="claims.csv", prune=True)
        assert len(imported.fates[Fate.REMOVED]) == 1
        assert "claims.csv" not in (desk.folder / "imports.tsv").read_text()
        with pytest.raises(UsageError, match=r"claims\.csv was never imported; there is new"):
            load(desk, WELCOME, name="new.csv", replaces="claims.csv")

    def test_it_does_so_later_too_and_knows_what_was_edited(self, desk: Desk) -> None:
        rows = [f"{row},{name}" for row, name in zip(self.rows, "AB", strict=True)]
        load(desk, *rows, head=f"{HEAD},id")
        load(desk, f"{rows[0]},Possible", head=f"{HEAD},id,certainty", name="new.csv")
        wish = {"head": f"{HEAD},id,certainty", "name": "new.csv", "replaces": "claims.csv", "prune": True}
        before = desk.read("claims")
        desk.write("claims", before.replace("propObject my:GullFerryLine", "propObject my:ElleryTown"))
        refused = load(desk, f"{rows[0]},Possible", **wish)  # type: ignore[arg-type]
        assert "#B has no row any more, and was edited" in wrong(refused)["sheet.conflict"]
        desk.write("claims", before)
        assert load(desk, f"{rows[0]},Possible", **wish).fates[Fate.REMOVED] == ["B"]  # type: ignore[arg-type]


@pytest.mark.parametrize(("answer", "is_there"), [("y", False), ("n", True)])
def test_somebody_at_a_terminal_is_asked(desk: Desk, answer: str, *, is_there: bool) -> None:
    load(desk, f"{WELCOME},A", "no boat,Ada Merrow,needs,port of Brand,B", head=f"{HEAD},id")
    (desk.root / "claims.csv").write_text(f"{HEAD},id\n{WELCOME},A\n", encoding="utf-8")
    seen = at_terminal(
        desk, ["article", "import", desk.slug, "claims.csv"], {"out of the article? [y/N]:": answer}
    )
    assert "no row here any more for #B" in seen
    assert bool(said(desk, "B")) == is_there
