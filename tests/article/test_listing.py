"""The terms that a sheet may use, in words."""

from __future__ import annotations

import csv
import io

import pytest

from kg.article.listing import ListedTerm, Terminology
from kg.core.names import UnknownName
from kg.project.project import Project
from tests.article.conftest import Desk
from tests.command import Kg


@pytest.fixture(scope="module")
def terminology() -> Terminology:
    return Terminology.read(Project.shipped())


def test_a_property_says_of_what_and_to_what_it_is(terminology: Terminology) -> None:
    (found,) = [term for term in terminology.listed("govern") if term.code == "secpol:governs"]
    assert found == ListedTerm(
        "governs",
        "property",
        "national government",
        "polity",
        "secpol:governs",
        "Relates an executive authority to the polity that it rules.",
    )


def test_a_class_has_those_below_it_and_the_properties_of_it_and_to_it(terminology: Terminology) -> None:
    codes = {term.code for term in terminology.listed(of_class="treaty")}
    assert {"secpol:Treaty", "secpol:foundedOn"} <= codes
    assert not {"secpol:State", "secpol:governs", "rel:needs"} & codes


def test_relations_of_propositions_are_listed_and_headings_are_not(terminology: Terminology) -> None:
    relations = {term.code for term in terminology.listed() if term.kind == "relation"}
    assert "rel:needs" in relations
    assert "rel:Evaluation" not in relations


def test_what_nobody_knows_is_offered_what_is_like_it(terminology: Terminology) -> None:
    with pytest.raises(UnknownName, match="did you mean governs"):
        terminology.listed("governz")
    with pytest.raises(UnknownName, match="did you mean state"):
        terminology.listed(of_class="Stat")


def test_the_command_lists_them_for_a_project(desk: Desk, kg: Kg) -> None:
    ran = kg("terms", "needs", cwd=desk.root)
    assert ran.status == 0
    rows = list(csv.DictReader(io.StringIO(ran.out)))
    assert ["needs", "relation", "rel:needs"] in [
        [row[name] for name in ("term", "what", "CURIE")] for row in rows
    ]
