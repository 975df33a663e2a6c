"""The rules that a claims sheet is held to."""

from __future__ import annotations

from kg.findings import Severity

_BAD, _POOR, _TOLD = Severity.VIOLATION, Severity.WARNING, Severity.INFO
# The severity of each rule, what it means, and how to mend what breaks it.
RULES: dict[str, tuple[Severity, str, str]] = {
    "sheet.alike": (
        _POOR,
        "A row without an id is a new claim where its quote, holder, subject, relation or object is new; but "
        "this one says the same as a claim that has no row any more, or is found in the same words.",
        "If it is the same claim, write the id of that one in its column id, so that it keeps its name.",
    ),
    "sheet.cell": (
        _BAD,
        "A cell that is needed is empty, or one holds what is no text: a date of the spreadsheet, a formula.",
        "Fill it in; format columns as text before you type dates.",
    ),
    "sheet.conflict": (
        _BAD,
        "A row and its claim in claims.ttl have both changed since the last import, or the claim was never "
        "imported from this sheet. Neither side is overwritten.",
        "Make both say the same, or let one side win for all such rows: --prefer sheet, --prefer claims.",
    ),
    "sheet.id": (
        _BAD,
        "An id is there twice, is no local name, or is taken by something else of the article.",
        "Take an id that is free, or leave the cell empty: an id is made then.",
    ),
    "sheet.kept": (
        _TOLD,
        "A claim was edited in claims.ttl, or deleted there, and its row has not changed: the edit stays.",
        "Change the row too, so that sheet and claims.ttl agree again.",
    ),
    "sheet.kind": (
        _BAD,
        "A word in the column kind is no kind of claim, no fact or view, and no conveyance.",
        "Use the words that are listed, with commas between them.",
    ),
    "sheet.left": (
        _POOR,
        "A claim or a node of facts.ttl speaks of a claim that was taken out with its row, or a node is "
        "stated by a claim that speaks of something else now.",
        "Change it too, or put the row back.",
    ),
    "sheet.name": (
        _BAD,
        "A cell names several things, or by a CURIE, IRI or #name one that nothing describes.",
        "Name one of those that are listed, or write a label: an unknown label is a new node of the article.",
    ),
    "sheet.new": (
        _POOR,
        "A label is known nowhere, so the article gets a node of its own; its class may be missing.",
        "Correct the label if it is misspelt; else write its class before it, as in 'CLASS: name', or in "
        "facts.ttl.",
    ),
    "sheet.others": (
        _TOLD,
        "A workbook has several sheets, none of which is named 'claims', so the first one alone is read.",
        "Name the one with the claims 'claims'; import others from files of their own.",
    ),
    "sheet.quote-marks": (
        _BAD,
        "A quote is in the text, but without the quotation marks around it.",
        "Quote what is between them.",
    ),
    "sheet.quote-missing": (
        _BAD,
        "A quote is not in the text, even with quotation marks, dashes and spaces taken alike.",
        "Copy it from the text; the place that is most like it is shown.",
    ),
    "sheet.quote-number": (
        _BAD,
        "A quote asks for the third place of its words, and there are only two.",
        "Take one of the places that are listed.",
    ),
    "sheet.quote-paragraphs": (
        _BAD,
        "A quote begins in one paragraph and ends in another; a passage is within one.",
        "Quote the parts, with ' | ' between them.",
    ),
    "sheet.quote-several": (
        _BAD,
        "The words of a quote stand in several places of the text.",
        "Quote more words, or say which place with [1], [2] and so on behind the quote.",
    ),
    "sheet.quote-word": (
        _BAD,
        "A quote begins or ends inside a word.",
        "Quote whole words.",
    ),
    "sheet.range": (
        _BAD,
        "A range of characters is not in the text.",
        "Offsets count characters from 0; the end is the first one after the passage.",
    ),
    "sheet.relation": (
        _BAD,
        "A relation is no property of the ontology and no concept of its relation scheme.",
        "Use the label, the local name or the CURIE of one that is there.",
    ),
    "sheet.renamed": (
        _TOLD,
        "A sheet has the claims of one that was imported under another file name, so neither is asked about "
        "what has no row any more.",
        "If it is the same sheet, import it once with --replaces and the former name.",
    ),
    "sheet.taken-out": (
        _POOR,
        "A claim has no row in the sheet any more from which it was imported.",
        "--prune takes such claims out of the article; put the row back to keep one.",
    ),
    "sheet.text": (
        _BAD,
        "A quote cannot be found because the text of the article is not here.",
        "Bring it in with kg text add; a range that is described already may stand for a quote.",
    ),
    "sheet.time": (
        _BAD,
        "A time is no date or interval in EDTF, and no stretch of time of the article is called so.",
        "Write 2024, 2024-09, 2024-09-27, 2012/2021, ../2024-12-11 or 2023/..",
    ),
    "sheet.twice": (
        _BAD,
        "Two rows without ids have one holder say the same of the same words.",
        "Take one out, or give each an id.",
    ),
    "sheet.value": (
        _BAD,
        "A value is not one of a closed list, or no value of the datatype that the relation asks for.",
        "Use one that is listed, or write the value as the datatype has it: 47, 2.5, true, 2024-09-27.",
    ),
}
