"""The row and the column of a statement."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.claims.places import TablePlaces
from kg.core.terms import RDF_TYPE, RDFS_LABEL, SECPOL
from tests.claims.test_triples import DRILL, READER

TABLE = """id,passage,kind,gloss,holder,certainty
S1,0-9:aabbccddeeff,,The ship left,ent:Japan,
S2,10-19:aabbccddeeff,,The ship came back,,Possible
"""


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ((f"{DRILL}#S2",), "claims.csv:3"),
        ((f"{DRILL}#S2", SECPOL("certainty").value), "claims.csv:3, certainty"),
        ((f"{DRILL}#S1", SECPOL("certainty").value), "claims.csv:2, certainty"),
        ((f"{DRILL}#S1", None, "<https://w3id.org/secpol/entity/Japan>"), "claims.csv:2, holder"),
        ((f"{DRILL}#S1", RDF_TYPE.value, "<urn:none>"), "claims.csv:2, kind"),
        ((f"{DRILL}#S2p",), "claims.csv:3"),
        (
            (f"{DRILL}#S2", RDFS_LABEL.value, '"The ship came back"'),
            "claims.csv:3, gloss",
        ),
        ((f"{DRILL}#S2", SECPOL("heldBy").value), "claims.csv:3, holder"),
        ((f"{DRILL}#S2", SECPOL("hedge").value), "claims.csv:3, hedge"),
        ((f"{DRILL}#S2p", SECPOL("propSubject").value), "claims.csv:3, subject"),
        ((f"{DRILL}#char=10,19",), "claims.csv:3, passage"),
        ((f"{DRILL}#S9",), "claims.csv"),
    ],
)
def test_the_cell_of_a_statement(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, asked: tuple[str], where: str
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "claims.csv"
    path.write_text(TABLE, encoding="utf-8")
    assert str(TablePlaces(path, READER).place(*asked)) == where
