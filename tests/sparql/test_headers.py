from __future__ import annotations

from pathlib import Path

import pytest

from kg.core.errors import InputError
from kg.sparql.headers import read_header

KNOWN = frozenset({"summary", "description", "tags"})


def written(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "a-question.rq"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_a_header_is_yaml_behind_a_mark(tmp_path: Path) -> None:
    text = "#+ summary: Who holds what?\n#+ tags: [a, b]\n# a remark\nSELECT * {} # no header\n"
    header, query = read_header(written(tmp_path, text), KNOWN)
    assert header.require("summary") == "Who holds what?"
    assert header.get("tags") == ["a", "b"]
    assert header.get("description", "none") == "none"
    assert query == text, "the query keeps its lines, so that errors have the right ones"


def test_a_value_may_go_over_several_lines(tmp_path: Path) -> None:
    header, _ = read_header(written(tmp_path, "#+ description: >\n#+   one\n#+   two\nASK {}"), KNOWN)
    assert header.get("description").split() == ["one", "two"]


def test_a_file_without_a_header_has_no_keys(tmp_path: Path) -> None:
    header, _ = read_header(written(tmp_path, "ASK {}"), KNOWN)
    with pytest.raises(InputError, match="the header has no summary"):
        header.require("summary")


def test_an_unknown_key_offers_the_nearest_with_its_line(tmp_path: Path) -> None:
    path = written(tmp_path, "#+ tags: [x]\n#+ sumary: Who?\nASK {}")
    with pytest.raises(InputError, match=r"no key 'sumary'.*did you mean summary\?") as caught:
        read_header(path, KNOWN)
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("# remark\n#+ summary: a: b: c\nASK {}", 2),
        ("#+ tags: [a, b\nASK {}", None),
        ("#+ - a list\nASK {}", None),
        ("#+ summary: \x07\nASK {}", None),
        ("#+ 5: five\nASK {}", None),
    ],
)
def test_what_is_no_header_is_an_error_of_the_file(tmp_path: Path, text: str, line: int | None) -> None:
    path = written(tmp_path, text)
    with pytest.raises(InputError) as caught:
        read_header(path, KNOWN)
    assert caught.value.path == path
    if line is not None:
        assert caught.value.line == line


def test_a_header_that_is_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not UTF-8"):
        read_header(written(tmp_path, b"#+ summary: caf\xe9\nASK {}"), KNOWN)


def test_a_folder_in_place_of_a_query(tmp_path: Path) -> None:
    (tmp_path / "a.rq").mkdir()
    with pytest.raises(InputError, match="cannot be read"):
        read_header(tmp_path / "a.rq", KNOWN)
