import pyoxigraph as ox
import pytest

from kg.claims.edtf import edtf_in, extent, is_edtf, time_iri
from kg.core.terms import SECPOL, XSD

ARTICLE = "https://example.org/article/drill"
DATES = ["2024-21", "2024-02-29?", "2024-XX-31", "20XX"]
INTERVALS = ["2024/", "/2024", "2023/..", "2023-12~/2024-02-01"]
SETS = ["[..2024-12-11]", "[2023..2024-12-11]", "[2023..]", "{1960,1961-12}", "[1667,1670..1672]"]


@pytest.mark.parametrize("text", [*DATES, *INTERVALS, *SETS])
def test_dates_intervals_and_sets(text: str) -> None:
    assert is_edtf(text)
    assert edtf_in(ARTICLE, time_iri(ARTICLE, text)) == text


@pytest.mark.parametrize(
    "text",
    [
        *(
            "2024-02-30?",
            "2023-02-29~/2024",
            "2024-21-05",
            "../..",
            "2024-13",
            "[..]",
            "[2023..2024}",
            "[2 2]",
        ),
        *("2024/2023", "2024-03/2024-02-01~", "[2024..2023]", "{1667,1672..1670}"),
    ],
)
def test_no_dates(text: str) -> None:
    assert not is_edtf(text)


@pytest.mark.parametrize(
    ("text", "bounds"),
    [
        ("2024-02", {"earliest": "2024-02-01T00:00:00Z", "latest": "2024-02-29T23:59:59Z"}),
        ("[..2024-12-11]", {"latest": "2024-12-11T23:59:59Z"}),
        ("[2023..2024]", {"earliest": "2023-01-01T00:00:00Z", "latest": "2024-12-31T23:59:59Z"}),
        ("2023/..", {"earliest": "2023-01-01T00:00:00Z"}),
        ("/2024", {"latest": "2024-12-31T23:59:59Z"}),
        ("2024-23", {}),
    ],
)
def test_bounds_follow_from_what_is_plain(text: str, bounds: dict[str, str]) -> None:
    said = {t.predicate: str(t.object) for t in extent(ox.NamedNode("urn:x"), text) if "Z" in str(t.object)}
    assert said == {SECPOL(name): f'"{value}"^^{XSD("dateTime")}' for name, value in bounds.items()}


@pytest.mark.parametrize("name", ["#time=[..2024]", "#time=%5b..2024%5d", "#time=2024%2F2025", "#time=soon"])
def test_a_date_has_one_name(name: str) -> None:
    assert edtf_in(ARTICLE, ARTICLE + name) is None
