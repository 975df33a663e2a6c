"""Who may import whom, read from docs/architecture.md and from the code itself."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
DOCUMENT = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
CORE = (
    "tests/core",
    "tests/sparql/test_headers.py",
    "tests/query/test_columns.py",
    "tests/build/test_sources.py",
    "tests/build/test_facts.py",
)


def block(name: str) -> list[str]:
    """The lines of a fenced block of the document."""
    found = re.search(rf"^```{name}\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert found is not None, f"docs/architecture.md has no block {name}"
    return found[1].strip("\n").split("\n")


LAYERS = {room: number for number, line in enumerate(block("layers")) for room in line.split(", ")}
EXTRAS = {name: paths.split(", ") for name, paths in (line.split(": ") for line in block("extras"))}


def modules(root: Path) -> dict[str, Path]:
    """Each module of the package in a folder, by its dotted name."""
    return {
        ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__"): path
        for path in sorted((root / "kg").rglob("*.py"))
    }


def imported(node: ast.AST, package: list[str]) -> Iterator[str]:
    """The dotted names that a statement imports, and what a string names to be imported later."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package[: len(package) - node.level + 1] if node.level else []
        source = ".".join([*above, *filter(None, [node.module])])
        yield from (source, *(f"{source}.{alias.name}" for alias in node.names))
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("kg."):
        yield node.value


def imports(known: Mapping[str, Path]) -> dict[str, set[str]]:
    """The modules of the package that each one imports, wherever in it."""
    found: dict[str, set[str]] = {}
    for name, path in known.items():
        package = name.split(".") if path.stem == "__init__" else name.split(".")[:-1]
        named = {
            target
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            for target in imported(node, package)
        }
        found[name] = (named & known.keys()) - {name}
    return found


def room(module: str) -> str:
    """The package of a module; `kg` for what stands above all of them."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 and parts[1] != "__main__" else "kg"


def arrows_up(graph: Mapping[str, set[str]]) -> list[str]:
    """The imports between rooms that do not go down."""
    top = {**LAYERS, "kg": len(LAYERS)}
    return sorted(
        f"{module} imports {target}"
        for module, targets in graph.items()
        for target in targets
        if room(module) != room(target) and top[room(module)] <= top[room(target)]
    )


def circle(graph: Mapping[str, set[str]]) -> list[str]:
    """The modules of a circle, if there is one."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


KNOWN = modules(ROOT)
GRAPH = imports(KNOWN)


def test_the_document_names_every_package() -> None:
    packages = {path.parent.name for path in (ROOT / "kg").glob("*/__init__.py")}
    tree = re.search(r"^kg/\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL)
    assert tree is not None
    drawn = re.findall(r"^  (\w+)/ ", tree[1], re.MULTILINE)
    assert packages == set(LAYERS) == set(drawn)
    assert {path.stem for path in (ROOT / "kg").glob("*.py")} == {"__init__", "__main__"}


def test_every_import_goes_down() -> None:
    assert arrows_up(GRAPH) == []
    assert sum(map(len, GRAPH.values())) > 500, "the imports were found"


def test_no_modules_import_each_other_in_a_circle() -> None:
    assert circle(GRAPH) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("import kg.cli", "kg.core.low imports kg.cli"),
        ("def f():\n    from kg.query import show", "kg.core.low imports kg.query.show"),
        ("if TYPE_CHECKING:\n    from kg.query.show import page", "kg.core.low imports kg.query.show"),
        ("from ..query.show import page", "kg.core.low imports kg.query.show"),
        ("load('kg.query.show')", "kg.core.low imports kg.query.show"),
        ("import kg", "kg.core.low imports kg"),
    ],
)
def test_an_arrow_up_is_seen(tmp_path: Path, text: str, told: str) -> None:
    for name in ("__init__", "core/__init__", "core/low", "query/__init__", "query/show", "cli/__init__"):
        path = tmp_path / "kg" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if name == "core/low" else "", encoding="utf-8")
    assert told in arrows_up(imports(modules(tmp_path)))


def test_a_circle_is_seen() -> None:
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}})) == {"a", "b", "c"}


def test_what_an_extra_brings_is_imported_by_its_modules_alone() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert EXTRAS.keys() <= extras.keys()
    brought = {
        re.split(r"[^\w.-]", requirement)[0].lower(): name for name in EXTRAS for requirement in extras[name]
    }
    by_import = {
        module: brought[one.lower()]
        for module, names in packages_distributions().items()
        for one in names
        if one.lower() in brought
    }
    assert len(by_import) >= len(EXTRAS)
    for path in KNOWN.values():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            for target in imported(node, []):
                if extra := by_import.get(target.partition(".")[0]):
                    assert path.relative_to(ROOT).as_posix() in EXTRAS[extra]


def test_the_core_stays_green_without_the_extras(tmp_path: Path) -> None:
    left_out = {path for paths in EXTRAS.values() for path in paths}
    for path in ROOT.iterdir():
        if path.name in ("kg", "tests"):
            shutil.copytree(path, tmp_path / path.name, ignore=shutil.ignore_patterns("__pycache__", ".kg"))
        elif not path.name.startswith("."):
            (tmp_path / path.name).symlink_to(path)
    for name in left_out:
        (tmp_path / name).unlink()
    modules_left_out = [name.removesuffix(".py").replace("/", ".") for name in sorted(left_out)]
    gone = f"from importlib.util import find_spec; print(list(map(find_spec, {modules_left_out})))"
    looked = subprocess.run(
        [sys.executable, "-c", gone], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert looked.stdout.strip() == str([None] * len(left_out))
    run = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-x", *CORE],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout[-3000:] + run.stderr
