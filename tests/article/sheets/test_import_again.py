"""Sheets imported again: rows go into the table by their ids, and what they bring in goes with them."""

from __future__ import annotations

import itertools
import subprocess
from concurrent.futures import ThreadPoolExecutor

import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.article.sheets.exporting import write_sheet
from kg.article.sheets.importing import Fate, import_sheet
from kg.core.findings import Severity
from kg.format.files import format_files
from tests.article.conftest import Desk, at_terminal
from tests.article.sheets.imported import HEAD, WELCOME, added, load, said, wrong
from tests.command import Kg

pytestmark = pytest.mark.full  # it builds corpora and imports, and takes a minute


ROWS = [
    f"{quote},Ada Merrow,needs,Quality: {new}"
    for quote, new in (("boats", "x"), ("drill [2]", "y"), ("no boat", "x"))
]


def changed_lines(before: str, after: str) -> list[tuple[str, str]]:
    """The lines of two texts that differ; they have as many."""
    pairs = zip(before.splitlines(), after.splitlines(), strict=True)
    return [(old, new) for old, new in pairs if old != new]


def test_imports_at_once_lose_nothing(desk: Desk) -> None:
    def one(name: str) -> bool:
        row = f"{WELCOME},{name},Person: Somebody {name}"
        return load(desk, row, head=f"{HEAD},id,holder", name=f"{name}.csv").is_refused

    names = ["A", "B", "C"]
    with ThreadPoolExecutor() as pool:
        assert not any(pool.map(one, names))
    assert all(said(desk, f"Somebody{name}")["source"] == {name} for name in names)
    assert all(said(desk, name)["heldBy"] == {f"Somebody{name}"} for name in names)


def test_what_two_people_bring_in_goes_to_its_place_so_that_git_merges_it(desk: Desk) -> None:
    rows = [
        f"{WELCOME.replace('Ellery Coastguard', f'Quality: {name}')},{name},Person: {name} Quill"
        for name in ("apple", "melon", "zebra")
    ]
    head = f"{HEAD},id,holder"
    load(desk, *rows, head=head)
    files = [desk.folder / "facts.ttl", desk.root / "entities" / "from-articles.ttl"]
    before = [path.read_text() for path in files]
    sides = []
    for name in ("banana", "orange"):
        load(desk, rows[0].replace("apple", name), head=head)
        sides.append([path.read_text() for path in files])
        for path, text in zip(files, before, strict=True):
            path.write_text(text)
    for base, mine, other in zip(before, *sides, strict=True):
        texts = [desk.root / name for name in ("mine", "base", "other")]
        for path, text in zip(texts, (mine, base, other), strict=True):
            path.write_text(text)
        merge = ["git", "merge-file", "-p", *map(str, texts)]
        merged = subprocess.run(merge, check=True, capture_output=True, text=True)
        assert [name in merged.stdout.casefold() for name in ("banana", "orange")] == [True, True]
    assert kg_format_changes_nothing(desk)


def kg_format_changes_nothing(desk: Desk) -> bool:
    """Whether what an import wrote is in the canonical form."""
    return not [file.path for file in format_files(desk.project) if file.differs]


def test_an_import_can_be_repeated(desk: Desk) -> None:
    load(desk, *ROWS)
    first = desk.everything()
    assert len(load(desk, *ROWS).fates[Fate.SAME]) == 3
    assert desk.everything() == first


def test_the_same_rows_make_the_same_files_in_whatever_order(desk: Desk) -> None:
    facts = desk.read("facts")
    made = set()
    for order in itertools.permutations(ROWS):
        (desk.folder / "claims.csv").unlink(missing_ok=True)
        desk.write("facts", facts)
        load(desk, *order)
        files = desk.everything()
        files.pop("claims.csv")
        made.add(tuple(files.items()))
    assert len(made) == 1


def test_a_changed_row_changes_one_line_of_the_table(desk: Desk) -> None:
    head = f"{HEAD},certainty,id"
    load(desk, f"{WELCOME},,A", "no boat,Ada Merrow,needs,Quality: calm,,B", head=head)
    before = desk.table
    imported = load(desk, f"{WELCOME},Possible,A", "no boat,Ada Merrow,needs,calm,,B", head=head)
    assert imported.fates[Fate.CHANGED] == ["A"]
    ((old, new),) = changed_lines(before, desk.table)
    assert (old.startswith("A,"), ",Possible," in new) == (True, True)


def test_a_quote_that_moved_takes_its_passage_along(desk: Desk) -> None:
    load(desk, f"{WELCOME},A", head=f"{HEAD},id")
    assert "A,170-175:" in desk.table
    load(desk, f"{WELCOME.replace('boats', 'two boats')},A", head=f"{HEAD},id")
    assert "A,166-175:" in desk.table


def test_what_the_sheet_does_not_say_stays(desk: Desk) -> None:
    load(desk, f"{WELCOME},,A,may", head=f"{HEAD},certainty,id,hedge")
    path = desk.folder / "claims.csv"
    lines = path.read_text().splitlines()
    lines[0] += ",supports,note"
    lines[1] += ",#S001,my own remark"
    path.write_text("\n".join(lines) + "\n")
    assert load(desk, f"{WELCOME},,A", head=f"{HEAD},certainty,id").fates[Fate.SAME] == ["A"]
    assert load(desk, f"{WELCOME},Possible,A", head=f"{HEAD},certainty,id").fates[Fate.CHANGED] == ["A"]
    assert said(desk, "A")["hedge"] == {"may"}
    assert said(desk, "A")["supports"] == {"S001"}
    assert "my own remark" in desk.table


def test_a_gloss_that_was_made_is_made_anew_when_its_row_changes(desk: Desk) -> None:
    row, head = "boats,Ellery Coastguard,needs,Quality: fuel", f"{HEAD},polarity,id"
    load(desk, f"{row},,A", head=head)
    assert said(desk, "A")["label"] == {"Ellery Coastguard needs fuel"}
    load(desk, f"{row},Denied,A", head=head)
    assert said(desk, "A")["label"] == {"denied: Ellery Coastguard needs fuel"}
    load(desk, f"{row.replace('fuel', 'rope')},A", head=f"{HEAD},id")
    assert said(desk, "A")["label"] == {"denied: Ellery Coastguard needs rope"}
    exported = ",denied: Ellery Coastguard needs rope,A"
    assert not load(desk, f"{row},{exported}", head=f"{HEAD},polarity,gloss,id").findings
    assert said(desk, "A")["label"] == {"Ellery Coastguard needs fuel"}


def test_a_gloss_that_somebody_wrote_stays_and_is_told(desk: Desk) -> None:
    load(desk, f"{WELCOME},in my words,A", head=f"{HEAD},gloss,id")
    head = f"{HEAD},polarity,gloss,id"
    for cell in ("", "in my words"):
        (told,) = load(desk, f"{WELCOME},{'Denied' * (not cell)},{cell},A", head=head).findings
        assert (told.rule, told.severity) == ("sheet.gloss", Severity.INFO)
        assert "row 2, gloss: #A has changed, and its gloss has not" in told.message
        assert said(desk, "A")["label"] == {"in my words"}
    assert not load(desk, f"{WELCOME},Denied,another,A", head=head).findings
    assert said(desk, "A")["label"] == {"another"}


def test_a_claim_in_turtle_is_not_written_over(desk: Desk) -> None:
    refused = load(desk, f"{WELCOME},S001", head=f"{HEAD},id")
    assert "#S001 is in claims.ttl, which no sheet changes" in wrong(refused)["sheet.turtle"]
    assert "kg article convert" in str(refused.findings[0].hint)
    assert not desk.table


class TestClassesAreCorrected:
    """The class before a name is what the node is, whatever an import wrote before."""

    head = f"{HEAD},id"

    def row(self, cell: str, name: str = "A") -> str:
        return f"boats,Ellery Coastguard,is characterised as,{cell},{name}"

    def test_in_the_article(self, desk: Desk) -> None:
        load(desk, self.row("Quality: slowness"), head=self.head)
        load(desk, self.row("StateOfAffairs: slowness"), head=self.head)
        assert said(desk, "Slowness")["type"] == {"StateOfAffairs"}

    def test_into_what_articles_share_for_all_rows(self, desk: Desk) -> None:
        load(desk, self.row("Quality: Old Tam"), self.row("Old Tam", "B"), head=self.head)
        assert "#OldTam" in desk.table
        load(desk, self.row("Person: Old Tam"), head=self.head)
        assert "#OldTam" not in desk.table + desk.read("facts")
        assert said(desk, "OldTam")["type"] == {"Person"}
        load(desk, self.row("Quality: Old Tam"), self.row("Old Tam", "B"), head=self.head)
        assert said(desk, "OldTam")["type"] == {"Quality"}

    def test_two_that_exclude_each_other_are_refused(self, desk: Desk) -> None:
        imported = load(desk, self.row("Quality: x"), self.row("StateOfAffairs: x", "B"), head=self.head)
        assert [found.rule for found in imported.findings] == ["sheet.class", "sheet.class"]
        assert "'x' is of two classes in this sheet, Quality and StateOfAffairs" in str(imported.findings[0])

    @pytest.mark.parametrize("kinds", [("CoastGuard", "Organisation"), ("Organisation", "CoastGuard")])
    def test_to_a_wider_or_narrower_one(self, desk: Desk, kinds: tuple[str, str]) -> None:
        before, after = kinds
        load(desk, self.row(f"{before}: cutters"), head=self.head)
        (told,) = load(desk, self.row(f"{after}: cutters"), head=self.head).findings
        assert (told.rule, str(told.severity)) == ("sheet.retyped", "info")
        assert said(desk, "Cutters")["type"] == {after}
        assert not load(desk, self.row(f"{after}: cutters"), head=self.head).findings

    def test_in_the_sheet_of_entities(self, desk: Desk) -> None:
        path = desk.root / "entities.csv"
        for kind in ("CoastGuard", "Organisation"):
            path.write_text(f"name,class\ncutters,{kind}\n", encoding="utf-8")
            load(desk, self.row("cutters"), head=self.head, entities=path)
            assert said(desk, "Cutters")["type"] == {kind}

    def test_what_turtle_describes_keeps_its_class(self, desk: Desk) -> None:
        before = said(desk, "ElleryCoastguard")
        assert not load(desk, self.row("Organisation: Ellery Coastguard"), head=self.head).findings
        assert said(desk, "ElleryCoastguard") == before


class TestWhatArticlesShare:
    """A person is one, whichever article names him."""

    def test_two_articles_bring_in_one(self, desk: Desk, kg: Kg) -> None:
        row = "boats,Ellery Coastguard,needs,port of Brand,Person: Old Tam"
        load(desk, row, head=f"{HEAD},holder")
        (desk.root / "two.txt").write_text("Two\nTam has boats.\n")
        begin = ("--title", "Two", "--author", "Ada Merrow", "--publisher", "Ellery Gazette")
        ran = kg(
            "article", "new", "two", "--text", "two.txt", *begin, "--issued", "2026-01-20", cwd=desk.root
        )
        assert ran.status == 0, ran.err
        other = Desk(desk.root, "two")
        load(other, row, head=f"{HEAD},holder")
        entities = (desk.root / "entities" / "from-articles.ttl").read_text()
        assert entities.count("Old Tam") == 1
        assert f"{desk.slug}#" in entities
        graph = KnowledgeGraph.open(desk.project, strict=True)
        assert len(list(graph.query("claims-by-holder", holder="Old Tam"))) == 2
        load(desk, f"{WELCOME},Z", head=f"{HEAD},id", replace=True)
        assert "Old Tam" in (desk.root / "entities" / "from-articles.ttl").read_text()
        KnowledgeGraph.open(desk.project, strict=True)
        load(other, f"{WELCOME},Z", head=f"{HEAD},id", replace=True)
        assert "Old Tam" not in (desk.root / "entities" / "from-articles.ttl").read_text()

    def test_a_new_one_is_offered_what_is_like_it(self, desk: Desk) -> None:
        (finding,) = load(desk, f"{WELCOME},Person: Ada Merow", head=f"{HEAD},holder").findings
        assert (finding.rule, str(finding.severity)) == ("sheet.new", "info")
        assert "known are Ada Merrow" in str(finding.hint)

    def test_one_of_another_class_is_told(self, desk: Desk) -> None:
        before = desk.everything()
        told = wrong(load(desk, f"{WELCOME},State: Ada Merrow", head=f"{HEAD},holder"))["sheet.class"]
        assert "row 2, holder: 'Ada Merrow' is known as another thing, my:AdaMerrow (person)" in told
        assert desk.everything() | {"claims.csv": b""} == before | {"claims.csv": b""}

    def test_the_class_in_front_decides_where_several_are_called_so(self, desk: Desk) -> None:
        path = desk.root / "entities" / "harbour.ttl"
        other = 'my:AdaMerrowState a secpol:State ;\n    rdfs:label "Ada Merrow"@en .\n'
        path.write_text(f"{path.read_text()}\n{other}")
        load(desk, f"{WELCOME},Person: Ada Merrow,A", head=f"{HEAD},holder,id")
        assert said(desk, "A")["heldBy"] == {"AdaMerrow"}


class TestNamesStatedInOneImport:
    """A sheet that is imported twice comes to the same, though its names are new the first time."""

    entities = """name,class,also called,metonym,source,governs,seated in
government of Vessin,national government,,Salt Harbour,https://vessin.example/,Vessin,city: Salt Harbour
Vessin,State,,,,,
"""
    head = f"{HEAD},holder,id"
    rows = (
        f"{WELCOME},Salt Harbour,A",
        "no boat,Ellery Coastguard,needs,Salt Harbour,Ada Merrow,B",
    )

    def test_a_holder_is_the_agent_of_a_name_and_an_object_what_is_labelled_so(self, desk: Desk) -> None:
        path = desk.root / "entities.csv"
        path.write_text(self.entities, encoding="utf-8")
        assert not load(desk, *self.rows, head=self.head, entities=path).is_refused
        assert said(desk, "A")["heldBy"] == {"GovernmentOfVessin"}
        assert said(desk, "Bp")["propObject"] == {"SaltHarbour"}
        assert said(desk, "SaltHarbour")["type"] == {"City"}
        before = desk.everything()
        again = load(desk, *self.rows, head=self.head, entities=path)
        assert again.fates[Fate.SAME] == ["A", "B"]
        assert desk.everything() == before
        KnowledgeGraph.open(desk.project, strict=True)

    def test_a_holder_that_is_no_agent_comes_back_from_a_sheet(self, desk: Desk) -> None:
        path = desk.root / "entities.csv"
        path.write_text(self.entities, encoding="utf-8")
        load(
            desk,
            f"{WELCOME},my:X,A".replace("my:X", "Ada Merrow"),
            *self.rows[1:],
            head=self.head,
            entities=path,
        )
        table = desk.folder / "claims.csv"
        table.write_text(desk.table.replace("my:AdaMerrow", "my:SaltHarbour", 1), encoding="utf-8")
        before = desk.table
        write_sheet(desk.project, desk.slug, desk.root / "out.csv")
        assert not import_sheet(desk.project, desk.slug, desk.root / "out.csv").is_refused
        assert desk.table == before


class TestRowsTakenOut:
    """What becomes of a claim whose row is gone."""

    head = f"{HEAD},id"

    def begin(self, desk: Desk) -> None:
        load(desk, f"{WELCOME},A", "no boat,Ada Merrow,needs,Quality: calm,B", head=self.head)

    def test_it_stays(self, desk: Desk) -> None:
        self.begin(desk)
        before = desk.table
        assert load(desk, f"{WELCOME},A", head=self.head).fates[Fate.ROWLESS] == ["B"]
        assert desk.table == before

    def test_it_goes_with_replace_and_what_it_brought_in_with_it(self, desk: Desk) -> None:
        facts = desk.read("facts")
        self.begin(desk)
        imported = load(desk, f"{WELCOME},A", head=self.head, replace=True)
        assert imported.fates[Fate.REMOVED] == ["B"]
        assert [node.value.rpartition("#")[2] for node in imported.gone] == ["Calm"]
        assert desk.read("facts") == facts
        assert "\nB," not in desk.table
        assert "S001" in desk.read("claims")
        KnowledgeGraph.open(desk.project, strict=True)

    def test_what_a_changed_row_names_no_more_goes_too(self, desk: Desk) -> None:
        facts = desk.read("facts")
        self.begin(desk)
        load(desk, "no boat,Ada Merrow,needs,port of Brand,B", head=self.head)
        assert desk.read("facts") == facts

    def test_what_another_claim_names_stays(self, desk: Desk) -> None:
        self.begin(desk)
        load(desk, "boats,Ada Merrow,needs,calm,A", head=self.head, replace=True)
        assert said(desk, "Calm")["type"] == {"Quality"}
        KnowledgeGraph.open(desk.project, strict=True)

    def test_what_another_article_names_stays_whatever_its_prefix(self, desk: Desk) -> None:
        load(desk, "boats,CoastGuard: Gull Watch,needs,port of Brand,A", head=self.head)
        other = desk.folder.with_name("2026-01-16-other")
        other.mkdir()
        (other / "article.ttl").write_text("<> <urn:p> 1 .\n", encoding="utf-8")
        text = f"@prefix e: <{desk.project.base}entity/> .\ne:GullWatch <urn:p> 1 .\n"
        (other / "facts.ttl").write_text(text, encoding="utf-8")
        load(desk, f"{WELCOME},A", head=self.head)
        assert said(desk, "GullWatch")["type"] == {"CoastGuard"}
        (other / "facts.ttl").write_text("<#GullWatches> <urn:p> 1 .\n", encoding="utf-8")
        load(desk, "boats,Gull Watch,needs,port of Brand,A", head=self.head)
        load(desk, f"{WELCOME},A", head=self.head)
        assert not said(desk, "GullWatch")

    def test_a_claim_that_speaks_of_one_that_goes_is_told(self, desk: Desk) -> None:
        head = f"{HEAD},id,supports"
        load(desk, f"{WELCOME},A,", "no boat,Ada Merrow,needs,port of Brand,B,#A", head=head)
        told = wrong(load(desk, "no boat,Ada Merrow,needs,port of Brand,B,#A", head=head, replace=True))
        assert "#B: it speaks of #A, which is taken out" in told["sheet.left"]

    @pytest.mark.parametrize(("answer", "is_there"), [("y", False), ("n", True)])
    def test_somebody_at_a_terminal_is_asked(self, desk: Desk, answer: str, *, is_there: bool) -> None:
        self.begin(desk)
        (desk.root / "claims.csv").write_text(f"{self.head}\n{WELCOME},A\n", encoding="utf-8")
        at_terminal(desk, ["article", "import", desk.slug, "claims.csv"], {"have no row? [y/N]:": answer})
        assert bool(said(desk, "B")) == is_there


class TestWhatIsBroken:
    """One bad row does not hold up the sound ones, where somebody agrees."""

    head = f"{HEAD},id,supports"
    rows = (
        f"{WELCOME},A,",
        "no boat,Ada Merrow,neds,port of Brand,B,",
        "drill [2],Ada Merrow,needs,port of Brand,C,#B",
        "drill [3],Ada Merrow,needs,port of Brand,D,#C",
    )

    def test_nothing_is_written_without_consent(self, desk: Desk) -> None:
        imported = load(desk, *self.rows, head=self.head)
        assert (imported.is_refused, imported.sound) == (True, 1)
        assert not desk.table

    def test_it_is_set_aside_with_what_rests_on_it(self, desk: Desk) -> None:
        imported = load(desk, *self.rows, head=self.head, keep_going=True)
        assert imported.fates[Fate.ADDED] == ["A"]
        assert imported.fates[Fate.SET_ASIDE] == ["row 3", "row 4", "row 5"]
        told = [finding.message for finding in imported.findings if finding.rule == "sheet.set-aside"]
        assert told == [
            "row 4: it rests on #B, which row 3 was to bring in",
            "row 5: it rests on #C, which row 4 was to bring in",
        ]
        KnowledgeGraph.open(desk.project, strict=True)

    def test_a_claim_that_is_there_holds_what_rests_on_it(self, desk: Desk) -> None:
        load(desk, self.rows[1].replace("neds", "needs"), head=self.head)
        imported = load(desk, *self.rows, head=self.head, keep_going=True)
        assert imported.fates[Fate.ADDED] == ["A", "C", "D"]

    @pytest.mark.parametrize(
        ("row", "kept"),
        [
            ("boats,Ellery Coastguard,needs,Quality: x,Maybe", ["A"]),  # it says what A says
            ("boats,Ellery Coastguard,neds,Quality: x,", ["A", "B"]),
            ("boats,Ellery Coastguard,needs,Quality: z,Maybe", ["A", "B"]),
            ("submarines,Ellery Coastguard,needs,Quality: x,", ["A", "B"]),
        ],
    )
    def test_the_claim_of_a_row_that_is_set_aside_is_not_taken_out(
        self, desk: Desk, row: str, kept: list[str]
    ) -> None:
        head = f"{HEAD},certainty"
        rows = [f"{quote},Ellery Coastguard,needs,Quality: x," for quote in ("boats", "drill [2]", "no boat")]
        load(desk, *map("".join, zip(rows, (",A", ",B", ",C"), strict=True)), head=f"{head},id")
        imported = load(desk, row, rows[2], head=head, replace=True, keep_going=True)
        assert [name for name in "ABC" if said(desk, name)] == [*kept, "C"]
        assert [f.rule for f in imported.findings].count("sheet.kept") == (kept == ["A", "B"])
        assert imported.fates[Fate.REMOVED] == [name for name in "AB" if name not in kept]

    def test_the_command_asks_at_a_terminal(self, desk: Desk, kg: Kg) -> None:
        (desk.root / "claims.csv").write_text("\n".join([self.head, *self.rows]) + "\n", encoding="utf-8")
        ran = kg("article", "import", desk.slug, "claims.csv", "--keep-going", cwd=desk.root)
        assert (ran.status, "imported claims.csv: 1 added, 3 set aside" in ran.err) == (1, True)
        (desk.folder / "claims.csv").unlink()
        seen = at_terminal(
            desk, ["article", "import", desk.slug, "claims.csv"], {"the 1 sound rows? [y/N]:": "y"}, status=1
        )
        assert seen.count("no relation is called") == 1
        assert said(desk, "A")


def test_a_row_without_an_id_is_the_claim_that_says_the_same_already(desk: Desk) -> None:
    load(desk, f"{WELCOME},my-own,", head=f"{HEAD},id,certainty")
    assert load(desk, WELCOME).fates[Fate.SAME] == ["my-own"]
    assert load(desk, f"{WELCOME},Possible", head=f"{HEAD},certainty").fates[Fate.CHANGED] == ["my-own"]
    told = wrong(load(desk, f"{WELCOME},my-own", f"{WELCOME},", head=f"{HEAD},id"))
    assert "the same as row 2" in told["sheet.twice"]


def test_an_id_of_a_row_without_one_is_that_of_the_same_words(desk: Desk) -> None:
    name = added(load(desk, WELCOME))
    assert load(desk, WELCOME).fates[Fate.SAME] == [name]
    assert load(desk, f"{WELCOME},{name}", head=f"{HEAD},id").fates[Fate.SAME] == [name]
