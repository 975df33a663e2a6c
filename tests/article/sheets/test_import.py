"""Sheets imported into an article: what a row comes to, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.api.knowledge_graph import KnowledgeGraph
from kg.article.sheets.importing import Fate, import_sheet
from kg.core.errors import InputError, KgError, UsageError
from kg.core.rules import rules_of
from kg.core.terms import SECPOL
from tests.article.conftest import Desk
from tests.article.sheets.imported import HEAD, WELCOME, added, load, said, sources, wrong
from tests.command import Kg


def test_four_columns_are_enough(desk: Desk) -> None:
    name = added(
        load(desk, "the Gull ferry line lent two boats,Gull ferry line,needs,outer harbour of Ellery")
    )
    assert said(desk, name) == {
        "type": {"Claim"},
        "label": {"Gull ferry line needs outer harbour of Ellery"},
        "proposition": {f"{name}p"},
        "heldBy": {"authors"},
        "certainty": {"Certain"},
        "polarity": {"Affirmed"},
        "conveyance": {"Stated"},
        "assertedAs": {"View"},
        "evidencedBy": {"char=141,175"},
    }
    assert said(desk, f"{name}p") == {
        "type": {"Proposition"},
        "propSubject": {"GullFerryLine"},
        "propPredicate": {"needs"},
        "propObject": {"OuterHarbour"},
    }
    assert "lent two boats" not in desk.table
    KnowledgeGraph.open(desk.project, strict=True)


def test_every_column_says_its_part(desk: Desk) -> None:
    head = f"{HEAD},holder,kind,certainty,polarity,reporter,stance,time,gloss,id,hedge,supports"
    row = (
        "Some people in town,town of Ellery,has capability,Capability: a pier of its own,Person: Old Tam,"
        '"predictive, presupposed",Possible,Denied,authors,Rejects,2026-01/2026-02,Tam doubts it,S100,'
        "may,#S001"
    ).replace(",authors,", ",author of the harbour report,")
    assert added(load(desk, row, head=head)) == "S100"
    claim = said(desk, "S100")
    assert claim["type"] == {"PredictiveClaim"}
    assert claim["conveyance"] == {"Presupposed"}
    assert claim["heldBy"] == {"OldTam"}
    assert claim["reportedBy"] == {"authors"}
    assert claim["reporterStance"] == {"Rejects"}
    assert claim["certainty"] == {"Possible"}
    assert claim["polarity"] == {"Denied"}
    assert claim["label"] == {"Tam doubts it"}
    assert claim["hedge"] == {"may"}
    assert claim["supports"] == {"S001"}
    assert said(desk, "S100p")["during"] == {"time=2026-01/2026-02"}
    assert said(desk, "OldTam") == {"type": {"Person"}, "label": {"Old Tam"}, "source": {"S100"}}
    extent = desk.read("facts").partition("<#time=2026-01/2026-02>")[2]
    assert 'secpol:earliest "2026-01-01T00:00:00Z"' in extent
    assert 'secpol:latest "2026-02-28T23:59:59Z"' in extent
    KnowledgeGraph.open(desk.project, strict=True)


def test_a_view_of_another_is_reported_by_the_authors(desk: Desk) -> None:
    name = added(load(desk, f"{WELCOME},town of Ellery", head=f"{HEAD},holder"))
    assert said(desk, name)["reportedBy"] == {"authors"}
    assert said(desk, name)["reporterStance"] == {"Neutral"}
    name = added(
        load(desk, f"{WELCOME},port of Brand,none", head=f"{HEAD},holder,reporter", name="other.csv")
    )
    assert "reportedBy" not in said(desk, name)
    assert "reporterStance" not in said(desk, name)


@pytest.mark.parametrize(
    ("relation", "cell", "predicate", "value"),
    [
        ("has numeric value", "47", "propValue", '"47"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("numericValue", "2.5", "propValue", '"2.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("has role title", "master, of boats", "propValue", '"master, of boats"'),
        ("is characterised as", '"so"@de', "propValue", '"so"@de'),
        ("needs", '"true"^^xsd:boolean', "propValue", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        ("rel:needs", "#Drill", "propObject", "<{base}#Drill>"),
        ("needs", "my:ElleryTown", "propObject", "<https://example.org/my-graph/entity/ElleryTown>"),
        (
            "needs",
            "<https://example.org/my-graph/entity/ElleryTown>",
            "propObject",
            "<https://example.org/my-graph/entity/ElleryTown>",
        ),
        (
            "needs",
            "the Coastguard of ellery",
            "propObject",
            "<https://example.org/my-graph/entity/ElleryCoastguard>",
        ),
        ("needs", "Tokyo", "propObject", "<https://w3id.org/secpol/entity/GovJapan>"),
        ("needs", "A quiet drill in Ellery harbour", "propObject", "<{base}>"),
        ("needs", "#S002p", "propObject", "<{base}#S002p>"),
    ],
)
def test_an_object_is_a_node_or_a_value(
    desk: Desk, relation: str, cell: str, predicate: str, value: str
) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    name = added(load(desk, f"boats,Ellery Coastguard,{relation},{quoted}"))
    base = desk.project.article_iri(desk.slug)
    found = [
        str(triple.object)
        for triple in sources(desk)
        if triple.subject == ox.NamedNode(f"{base}#{name}p") and triple.predicate == SECPOL(predicate)
    ]
    assert found == [value.replace("{base}", base)]


def test_several_values_stand_in_one_cell(desk: Desk) -> None:
    row = "boats | Some people,Ada Merrow,needs,port of Brand | Gull ferry line,Ada Merrow | town of Ellery"
    name = added(load(desk, row, head=f"{HEAD},holder"))
    assert len(said(desk, name)["evidencedBy"]) == 2
    assert said(desk, name)["heldBy"] == {"AdaMerrow", "ElleryTown"}
    assert said(desk, f"{name}p")["propObject"] == {"PortOfBrand", "GullFerryLine"}


@pytest.mark.parametrize("cell", ["port of Brand|Gull ferry line", "| port of Brand |  |Gull ferry line |"])
def test_empty_values_and_spaces_between_them_do_not_matter(desk: Desk, cell: str) -> None:
    name = added(load(desk, f"boats,Ellery Coastguard,needs,{cell}"))
    assert said(desk, f"{name}p")["propObject"] == {"PortOfBrand", "GullFerryLine"}


def test_an_unknown_name_is_a_new_node_to_be_typed(desk: Desk) -> None:
    imported = load(desk, "boats,Ellery Coastgard,needs,port of Brand")
    (finding,) = imported.findings
    assert finding.rule == "sheet.new"
    assert "known are Ellery Coastguard" in str(finding.hint)
    assert "# To be typed: of which class is it?\n<#ElleryCoastgard>" in desk.read("facts")
    with pytest.raises(KgError, match="Ellery Coastgard: Nothing says what kind"):
        KnowledgeGraph.open(desk.project, strict=True)
    imported = load(desk, "boats,CoastGuard: Ellery Coastgard,needs,port of Brand")
    assert imported.fates[Fate.ADDED]
    load(desk, "boats,CoastGuard: Ellery Coastgard,needs,port of Brand", replace=True)
    assert "class is it" not in desk.read("facts")
    assert said(desk, "ElleryCoastgard")["type"] == {"CoastGuard"}
    KnowledgeGraph.open(desk.project, strict=True)


def test_a_word_before_a_new_name_that_is_like_a_class_is_refused(desk: Desk) -> None:
    (finding,) = load(desk, "boats,Coastgard: Ellery cutters,needs,port of Brand").findings
    told = f"{finding} {finding.hint}"
    assert "row 2, subject: no class is called 'Coastgard'" in told
    assert "did you mean CoastGuard?" in told
    assert "write 'CLASS: Ellery cutters', or 'CLASS: Coastgard: Ellery cutters'" in told


def test_a_word_before_a_new_name_that_is_like_no_class_is_told(desk: Desk) -> None:
    (finding,) = load(desk, "boats,Xyzzyq: Ellery cutters,needs,port of Brand").findings
    assert finding.rule == "sheet.new"
    assert "no class is called 'Xyzzyq'; write 'CLASS: Ellery cutters'" in str(finding.hint)


def test_an_unknown_prefix_is_refused(desk: Desk) -> None:
    (finding,) = load(desk, "boats,secpl:X,needs,port of Brand").findings
    told = f"{finding} {finding.hint}"
    assert "row 2, subject: no prefix is called 'secpl'" in told
    assert "did you mean secpol?" in told
    load(desk, "boats,Organisation: Re:Think,needs,port of Brand")
    assert said(desk, "ReThink")["type"] == {"Organisation"}


def test_the_class_of_a_new_node_stands_before_its_name(desk: Desk) -> None:
    load(
        desk,
        "boats,Organisation: boat club,needs,port of Brand",
        "no boat,boat club,needs,Quality: calm: at sea",
    )
    assert said(desk, "BoatClub")["type"] == {"Organisation"}
    assert said(desk, "CalmAtSea")["label"] == {"calm: at sea"}
    assert len(said(desk, "BoatClub")["source"]) == 1


def test_what_only_views_speak_of_says_what_it_would_be(desk: Desk) -> None:
    head = "id,quote,subject,relation,object,kind"
    row = "X1,boats,Patrol: night patrol,secpol:actor,Ellery Coastguard,"
    load(desk, row, head=head)
    assert said(desk, "NightPatrol") == {"label": {"night patrol"}, "wouldBe": {"Patrol"}}
    load(desk, f"{row}fact", head=head)
    assert said(desk, "NightPatrol") == {"label": {"night patrol"}, "type": {"Patrol"}}
    assert KnowledgeGraph.open(desk.project, strict=True).why("#NightPatrol", "secpol:actor")[0].reason
    load(desk, row, head=head)
    assert said(desk, "NightPatrol") == {"label": {"night patrol"}, "wouldBe": {"Patrol"}}


def test_a_proposition_that_nobody_holds_has_a_row(desk: Desk) -> None:
    head = "quote,subject,relation,object,kind,id,condition,gloss"
    imported = load(
        desk,
        ",town of Ellery,needs,port of Brand,proposition,Storm,,a storm comes",
        "boats,Ellery Coastguard,needs,Gull ferry line,conditional,S101,#Storm,",
        head=head,
    )
    assert not imported.is_refused
    assert said(desk, "Storm")["type"] == {"Proposition"}
    assert said(desk, "Storm")["label"] == {"a storm comes"}
    assert said(desk, "S101")["condition"] == {"Storm"}
    KnowledgeGraph.open(desk.project, strict=True)


@pytest.mark.parametrize(
    ("row", "rule", "told"),
    [
        ("no such words here,my:ElleryTown,needs,my:PortOfBrand,", "sheet.quote-missing", "row 2, quote: "),
        ("drill,my:ElleryTown,needs,my:PortOfBrand,", "sheet.quote-several", "4 places"),
        ("drill [9],my:ElleryTown,needs,my:PortOfBrand,", "sheet.quote-number", "4 places"),
        ("harbour On Tuesday,my:ElleryTown,needs,my:PortOfBrand,", "sheet.quote-paragraphs", "paragraph"),
        ("oat,my:ElleryTown,needs,my:PortOfBrand,", "sheet.quote-word", "inside a word"),
        ('"""boats""",my:ElleryTown,needs,my:PortOfBrand,', "sheet.quote-marks", "quotation marks"),
        ('"#char=330,999",my:ElleryTown,needs,my:PortOfBrand,', "sheet.range", "333"),
        ("boats,my:ElleryTown,neds,my:PortOfBrand,", "sheet.relation", "row 2, relation: "),
        ("boats,my:ElleryTown,evaluation,my:PortOfBrand,", "sheet.relation", "evaluation"),
        (
            "boats,my:ElleryTwn,needs,my:PortOfBrand,",
            "sheet.name",
            "row 2, subject: nothing is known of my:ElleryTwn",
        ),
        ("boats,my:ElleryTown,needs,#Nothing,", "sheet.name", "#Nothing"),
        ("boats,my:ElleryTown,numericValue,many,", "sheet.value", "no value of decimal"),
        ('boats,my:ElleryTown,needs,"""x""^^nope:int",', "sheet.value", "no literal"),
        ('boats,my:ElleryTown,needs,"""No first use"" policy",', "sheet.value", "policy is no literal"),
        ("boats,my:ElleryTown,needs,<http://e.org/a b>,", "sheet.name", "is no IRI"),
        ("boats,my:ElleryTown,needs,-,", "sheet.name", "'-' names nothing"),
        ("boats,my:ElleryTown,needs,none,", "sheet.name", "'none' names nothing"),
        (f"boats,my:ElleryTown,needs,{'word ' * 50},", "sheet.name", "has 249 characters"),
        ("boats,my:ElleryTown,needs,my:PortOfBrand,normativ", "sheet.kind", "row 2, kind: 'normativ'"),
        ('boats,my:ElleryTown,needs,my:PortOfBrand,"fact, view"', "sheet.kind", "exclude each other"),
        ("boats,,needs,my:PortOfBrand,", "sheet.cell", "row 2, subject: the cell is empty"),
        ("boats,my:ElleryTown | my:PortOfBrand,needs,my:PortOfBrand,", "sheet.cell", "one subject"),
        ("boats,my:ElleryTown,needs | is essential to,my:PortOfBrand,", "sheet.relation", "one relation"),
        ("=A1,my:ElleryTown,needs,my:PortOfBrand,", "sheet.cell", "row 2, quote: the cell holds a formula"),
        (",my:ElleryTown,needs,my:PortOfBrand,proposition", "sheet.id", "needs an id"),
    ],
)
def test_what_is_wrong_is_told_by_row_and_column(desk: Desk, row: str, rule: str, told: str) -> None:
    before = desk.everything()
    imported = load(desk, row, head=f"{HEAD},kind")
    assert told in wrong(imported)[rule]
    after = desk.everything()
    after.pop("claims.csv")
    assert after == before


@pytest.mark.parametrize(
    ("cells", "rule", "told"),
    [
        ("Sure,,,,", "sheet.value", "use one of Certain, Possible, Probable, UncommittedCertainty"),
        (",No,,,", "sheet.value", "use one of Affirmed, Denied, Underspecified"),
        (",,Doubts,,", "sheet.value", "use one of Distances, Endorses, Neutral, Rejects"),
        (",,,2026-02-31,", "sheet.time", "2012/2021"),
        (",,,last year,", "sheet.time", "2012/2021"),
        (",,,2024/2023,", "sheet.time", "the earlier first"),
        (",,,,S 1", "sheet.id", "such as S025"),
        (",,,,authors", "sheet.id", "take an id that is free"),
        (",,,,Drill", "sheet.id", "take an id that is free"),
        (",,,,S001p", "sheet.id", "take an"),
    ],
)
def test_a_wrong_value_is_told_with_those_that_there_are(
    desk: Desk, cells: str, rule: str, told: str
) -> None:
    imported = load(desk, f"{WELCOME},{cells}", head=f"{HEAD},certainty,polarity,stance,time,id")
    wrong(imported)
    (finding,) = [finding for finding in imported.findings if finding.rule == rule]
    assert told in str(finding.hint)


def test_a_relation_that_nobody_knows_is_offered_others_with_what_they_mean(desk: Desk) -> None:
    first, second = load(
        desk, "boats,Ada Merrow,neds,port of Brand", "boats,Ada Merrow,xqxq,port of Brand"
    ).findings
    assert "did you mean\n  needs: The subject is said" in str(first.hint)
    assert second.hint == "kg terms lists those that there are"


def test_a_relation_that_does_not_fit_is_told_at_its_row(desk: Desk) -> None:
    imported = load(
        desk, "boats,Ada Merrow,governs,port of Brand", "no boat,Quality: calm,has party,Ada Merrow"
    )
    told = [finding.message for finding in imported.findings if finding.rule == "sheet.relation-class"]
    assert [message.replace(" of the class", "") for message in told] == [
        "row 2, relation: 'governs' is national government, and 'Ada Merrow' is person",
        "row 2, relation: 'governs' leads to the class polity, and 'port of Brand' is organisation",
        "row 3, relation: 'has party' is security arrangement, and 'calm' is quality",
    ]
    assert len(imported.fates[Fate.ADDED]) == 2


def test_all_rows_are_told_of_at_once_in_their_order(desk: Desk) -> None:
    imported = load(
        desk,
        "x y z,my:A,needs,my:B,S1",
        "boats,my:ElleryTown,neds,,S2",
        "boats,Ada Merrow,needs,,S2",
        head=f"{HEAD},id",
    )
    told = [finding.message.partition(": ")[0] for finding in imported.findings]
    assert told == [
        "row 2, quote",
        "row 2, subject",
        "row 2, object",
        "row 3, relation",
        "row 3, object",
        "row 4, object",
        "row 4, id",
    ]


def test_names_that_several_things_bear_are_told(desk: Desk) -> None:
    path = desk.root / "entities" / "harbour.ttl"
    path.write_text(
        path.read_text() + '\nmy:OtherTown a secpol:Organisation ;\n    rdfs:label "town of Ellery"@en .\n'
    )
    assert (
        "my:ElleryTown (organisation), my:OtherTown (organisation)"
        in wrong(load(desk, "boats,town of Ellery,needs,Ada Merrow"))["sheet.name"]
    )


def test_two_rows_that_say_the_same_are_one_too_many(desk: Desk) -> None:
    assert "the same as row 2" in wrong(load(desk, WELCOME, WELCOME))["sheet.twice"]
    assert not load(desk, f"{WELCOME},A", f"{WELCOME},B", head=f"{HEAD},id").is_refused


def test_a_column_of_ones_own_is_left_alone(desk: Desk) -> None:
    done = load(desk, f"{WELCOME},ask Ann,", head=f"{HEAD},my remarks,seen by")
    assert not done.is_refused
    (told,) = [finding for finding in done.findings if finding.rule == "sheet.own-column"]
    assert "'my remarks', 'seen by'" in told.message


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "the sheet is empty"),
        (f"{HEAD}\n", "a header and no rows"),
        ("quote,subjct,relation,object\na,b,c,d\n", "there is no column 'subjct'; did you mean subject"),
        ("quote,subject,relation\na,b,c\n", "has no column object"),
        (f"{HEAD},quote\na,b,c,d,e\n", "the column quote is there twice"),
        (f"{HEAD},\na,b,c,d,e\n", "column E has no name"),
        (f"{HEAD}\na,b,c,d,e\n", "row 2 has 5 cells, the header 4"),
        (f"My claims\n{HEAD}\n{WELCOME}\n", "the first row names no column; does something stand above"),
        (f"{HEAD.replace(',', '|')}\n", "the first row names no column"),
    ],
)
def test_a_sheet_that_is_none_is_refused(desk: Desk, text: str, told: str) -> None:
    (desk.root / "claims.csv").write_text(text)
    with pytest.raises(InputError, match=told):
        import_sheet(desk.project, desk.slug, desk.root / "claims.csv")


@pytest.mark.parametrize(
    "typed",
    [
        "Ellery\u00a0Coastguard",
        "Ellery  Coastguard",
        "Ellery Coast\u00adguard",
        "\u200bellery coastguard\ufeff",
    ],
)
def test_what_nobody_sees_makes_no_other_name(desk: Desk, typed: str) -> None:
    row = f"boats,{typed},needs\u200b,port of Brand,Poss\u00adible,\u00a0fact,Denied\u2060"
    name = added(load(desk, row, head=f"\u200bquote,Subject\u00a0,{HEAD[14:]},certainty,kind,polarity"))
    assert said(desk, f"{name}p")["propSubject"] == {"ElleryCoastguard"}
    assert said(desk, name)["certainty"] == {"Possible"}
    assert said(desk, name)["polarity"] == {"Denied"}
    made = added(load(desk, f"no boat,Quality: {typed} \u00a0style,needs,port of Brand", name="other.csv"))
    (subject,) = said(desk, f"{made}p")["propSubject"]
    assert said(desk, subject)["label"] <= {"Ellery Coastguard style", "ellery coastguard style"}


@pytest.mark.parametrize("name", ["a\tb.csv", "a\nb.csv", "a\udcffb.csv"])
def test_a_file_name_that_cannot_be_printed_is_refused(desk: Desk, name: str) -> None:
    with pytest.raises(UsageError, match="file name has characters that cannot be printed; rename it"):
        load(desk, WELCOME, name=name)


def test_only_articles_of_the_project_are_imported_into(desk: Desk) -> None:
    (desk.root / "claims.csv").write_text(f"{HEAD}\n{WELCOME}\n")
    with pytest.raises(UsageError, match="there is no article 2026-01-15-harbor-drill; did you mean"):
        import_sheet(desk.project, "2026-01-15-harbor-drill", desk.root / "claims.csv")
    toml = desk.root / "kg.toml"
    toml.write_text(
        toml.read_text().replace('extends = "secpol"', 'extends = "secpol"\narticles = "shipped"')
    )
    with pytest.raises(UsageError, match="changed there"):
        import_sheet(desk.project, "2024-12-11-america-needs-japan", desk.root / "claims.csv")


def test_the_text_has_to_be_the_one_on_record(desk: Desk) -> None:
    path = desk.root / "texts" / f"{desk.slug}.txt"
    path.write_text(desk.text + " ")
    with pytest.raises(InputError, match="not the one on record") as refused:
        load(desk, WELCOME)
    assert "kg text add" in str(refused.value.hint)
    path.unlink()
    told = wrong(load(desk, f"{WELCOME},A", head=f"{HEAD},id"))
    assert "text of the article is not here" in told["sheet.text"]
    assert "needs an id" in wrong(load(desk, '"#char=32,83",Ada Merrow,needs,port of Brand'))["sheet.id"]
    assert not load(desk, '"#char=32,83",Ada Merrow,needs,port of Brand,A', head=f"{HEAD},id").is_refused


def test_ids_of_two_people_do_not_collide_and_do_not_hang_on_the_order(desk: Desk) -> None:
    mine = load(desk, WELCOME, "drill [1],Ada Merrow,needs,port of Brand", name="mine.csv").fates[Fate.ADDED]
    other = load(desk, "drill [2],Ada Merrow,needs,port of Brand", WELCOME, name="other.csv").fates
    assert len(set(mine)) == 2
    assert other[Fate.SAME] == [mine[0]]
    assert not set(other[Fate.ADDED]) & set(mine)


def test_an_id_is_not_that_of_a_proposition_in_the_same_sheet(desk: Desk) -> None:
    rows = [f"{WELCOME},A", "no boat,Ada Merrow,needs,Gull ferry line,Ap"]
    for order in (rows, rows[::-1]):
        assert "Ap is the proposition of A" in wrong(load(desk, *order, head=f"{HEAD},id"))["sheet.id"]
    assert "#REF! of a formula" in wrong(load(desk, f"{WELCOME},#REF!", head=f"{HEAD},id"))["sheet.cell"]


def test_a_quote_in_other_letters_shows_its_place(desk: Desk) -> None:
    found = load(desk, WELCOME.replace("boats", "LENT TWO BOATS")).findings
    assert ">>lent two boats<<" in str(found[0].hint)


def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    before = desk.everything()
    imported = load(desk, WELCOME, dry_run=True)
    assert imported.fates[Fate.ADDED]
    after = desk.everything()
    after.pop("claims.csv")
    assert after == before


def test_the_command_tells_what_it_did(desk: Desk, kg: Kg) -> None:
    (desk.root / "claims.csv").write_text(f"{HEAD}\n{WELCOME}\n")
    ran = kg("article", "import", desk.slug, "claims.csv", "--dry-run", cwd=desk.root)
    assert (ran.status, ran.out, ran.err) == (0, "", "would import claims.csv: 1 added\n")
    ran = kg("article", "import", desk.slug, "claims.csv", cwd=desk.root)
    assert (ran.status, ran.err) == (0, "imported claims.csv: 1 added\n")
    (desk.root / "claims.csv").write_text(f"{HEAD}\nboots,Ada Merrow,needs,port of Brand\n")
    ran = kg("article", "import", desk.slug, "claims.csv", cwd=desk.root)
    assert ran.status == 1
    assert "violation: claims.csv: row 2, quote: 'boots' is not in the text [sheet.quote-missing]" in ran.err
    assert ran.err.endswith("1 violation\nnothing imported\n")
    (desk.root / "claims.csv").write_text("quote\nx\n")
    assert kg("article", "import", desk.slug, "claims.csv", cwd=desk.root).status == 3
    assert kg("article", "import", desk.slug, "nope.csv", cwd=desk.root).status == 2


def test_every_rule_is_used() -> None:
    sources = "".join(
        path.read_text() for path in (Path(__file__).parents[3] / "kg" / "article" / "sheets").glob("*.py")
    )
    for rule in rules_of("sheets"):
        assert f'"{rule}"' in sources, rule


@pytest.mark.parametrize("home", ["", "https://w3id.org/secpol/article/"])
def test_a_node_of_another_article_goes_by_its_name_there(desk: Desk, home: str) -> None:
    toml = desk.root / "kg.toml"
    toml.write_text(
        toml.read_text().replace('extends = "secpol"', 'extends = "secpol"\narticles = "shipped"')
    )
    name = added(load(desk, f"boats,Ellery Coastguard,needs,{home}2024-12-11-america-needs-japan#USRebuff"))
    assert said(desk, f"{name}p")["propObject"] == {"USRebuff"}
    assert "<https://w3id.org/secpol/article/2024-12-11-america-needs-japan#USRebuff>" in desk.table
    told = wrong(load(desk, f"boats,Ellery Coastguard,needs,{home}2024-12-11-america-needs-japan#Nope"))
    assert "nothing is known of" in told["sheet.name"]
