"""Reading kg.toml: every section and key in it is a known one, and what is wrong is told with its line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from kg.core.cache import FileCache
from kg.core.errors import InputError
from kg.core.files import read_text
from kg.core.terms import nearest

_SECTIONS: Mapping[str, frozenset[str]] = {
    "project": frozenset({"name", "base", "extends", "articles"}),
    "core": frozenset({"modules"}),
    "prefixes": frozenset(),
    "stores": frozenset(),
    "services": frozenset({"allow"}),
}
_CHOICES = {"extends": ("secpol", "core", "none"), "articles": ("own", "shipped")}
_NAMESPACE = r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|^`\\]+[/#]"


def read_settings(path: Path, memory: Path) -> dict[str, Any]:
    """The sections of a settings file; `memory` is the file in which they are remembered.

    Raises `InputError` for an unknown key or a value that does not fit.
    """
    remembered = FileCache(memory)
    try:
        settings: dict[str, Any] = remembered.of_file(path, partial(_checked, path))
    except OSError as error:
        raise InputError(f"the settings cannot be read: {error.strerror}", path=path) from error
    remembered.save()
    return settings


def is_namespace(iri: str) -> bool:
    """Whether names can be put behind an IRI: it is absolute and ends in `/` or `#`."""
    return re.fullmatch(_NAMESPACE, iri) is not None


def _checked(path: Path) -> dict[str, Any]:
    import tomllib  # takes longer than all else that is done with the settings

    text = read_text(path)
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message, _, place = str(error).partition(" (at line ")
        line = int(place.partition(",")[0]) if place else None
        raise InputError(f"the settings are not TOML: {message}", path=path, line=line) from error
    for section, values in settings.items():
        _check_section(path, text, section, values)
    return settings


def _check_section(path: Path, text: str, section: str, values: object) -> None:
    line = line_of(text, section)
    if section not in _SECTIONS:
        raise InputError(f"[{section}] is not a section{nearest(section, _SECTIONS)}", path=path, line=line)
    if not isinstance(values, dict):
        raise InputError(f"{section} is not a section; write [{section}]", path=path, line=line)
    if section == "stores":
        _check_stores(path, text, values)
        return
    for key, value in values.items():
        problem = _problem(section, key, value)
        if problem:
            raise InputError(problem, path=path, line=line_of(text, section, key))


def _check_stores(path: Path, text: str, stores: Mapping[str, object]) -> None:
    from kg.remote.endpoints import read_stores

    for name, values in stores.items():
        try:
            read_stores(path, {name: values})
        except InputError as error:
            raise InputError(error.message, path=path, line=line_of(text, f"stores.{name}")) from error


def _problem(section: str, key: str, value: object) -> str | None:
    """What is wrong with one setting."""
    known = _SECTIONS[section]
    problem = None
    if known and key not in known:
        problem = f"{key} is not a setting of [{section}]{nearest(key, known)}"
    elif section in ("core", "services"):
        is_list = isinstance(value, list) and all(isinstance(item, str) for item in value)
        what = "names" if section == "core" else "URLs"
        problem = None if is_list else f"{key} in [{section}] is a list of {what}"
    elif not isinstance(value, str):
        problem = f"{key} in [{section}] is text in quotation marks, not {value!r}"
    elif section == "prefixes" and not is_namespace(value):
        problem = f"the prefix {key} stands for an IRI that ends in / or #, not {value!r}"
    elif key == "base" and section == "project" and not is_namespace(value):
        problem = f"base is an IRI that ends in / or #, not {value!r}"
    elif key in _CHOICES and section == "project" and value not in _CHOICES[key]:
        problem = f'{key} = "{value}" is not known{nearest(value, _CHOICES[key])}'
    return problem


def line_of(text: str, section: str, key: str | None = None) -> int | None:
    """The line of a section's heading or of a key in it, from 1; None where it is written otherwise.

    >>> line_of('[project]\\nname = "a"\\n', "project", "name")
    2
    """
    from kg.core.lines import split_lines  # for errors only

    within = False
    for number, line in enumerate(split_lines(text), 1):
        written = line.strip()
        name = written.partition("=")[0].strip(" \"'")
        if written.startswith("["):
            within = written[1:].partition("]")[0].replace(" ", "").replace('"', "") == section
            if within and key is None:
                return number
        elif (within and name == key) or (key is None and name == section):
            return number
    return None
