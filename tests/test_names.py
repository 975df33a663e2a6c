"""One word, one thing: no two modules define a public class or type alias of one name."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from pkgutil import resolve_name

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "kg"


def defined(tree: ast.Module) -> Iterator[str]:
    """The classes of a module, nested ones too, and its type aliases: capitalised names of types."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield node.name
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)]) if name[:1].isupper() and not name.isupper():
                yield name
            case ast.AnnAssign(target=ast.Name(id=name), annotation=ast.Name(id="TypeAlias")):
                yield name


def shared(modules: dict[str, str]) -> dict[str, list[str]]:
    """The public names that several modules define, each with these modules."""
    homes: defaultdict[str, list[str]] = defaultdict(list)
    for module, text in modules.items():
        for name in {*defined(ast.parse(text))}:
            if not name.startswith("_"):
                homes[name].append(module)
    return {name: found for name, found in homes.items() if len(found) > 1}


def test_no_two_modules_define_a_public_class_of_one_name() -> None:
    modules = {str(path.relative_to(PACKAGE)): path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}
    assert shared(dict(sorted(modules.items()))) == {}


def test_classes_and_aliases_of_one_name_are_found_and_private_ones_are_not() -> None:
    modules = {
        "a": "class Span: pass\nclass _Reader: pass\nLIMIT = 1\nT = TypeVar('T')",
        "b": "Span = tuple[int, int]\nclass _Reader: pass\nLIMIT = 2\nT = TypeVar('T')",
        "c": "class Outer:\n    class Cell: pass",
        "d": "Cell: TypeAlias = str",
    }
    assert shared(modules) == {"Span": ["a", "b"], "Cell": ["c", "d"]}


def glossary() -> list[str]:
    """What the glossary of docs/architecture.md names of the package."""
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8").partition("## Glossary")[2]
    return re.findall(r"`(kg\.[\w.]+)`", text.partition("\n## ")[0])


@pytest.mark.parametrize("name", glossary())
def test_what_the_glossary_names_is_there(name: str) -> None:
    assert resolve_name(name) is not None


def test_the_glossary_names_the_code() -> None:
    assert len(glossary()) > 20
