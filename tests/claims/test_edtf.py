import pytest

from kg.claims.edtf import is_edtf


@pytest.mark.parametrize(
    "text", ["2024-21", "2024-02-29?", "2024-XX-31", "20XX", "2024/", "2023-12~/2024-02-01"]
)
def test_dates_and_intervals(text: str) -> None:
    assert is_edtf(text)


@pytest.mark.parametrize("text", ["2024-02-30?", "2023-02-29~/2024", "2024-21-05", "../..", "2024-13"])
def test_no_dates(text: str) -> None:
    assert not is_edtf(text)
