"""The code in figures: modules, lines, functions, names that two modules share, circles of imports."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path
from statistics import mean, median

PACKAGE = Path(__file__).parent.parent / "kg"


def main() -> None:
    """Print the figures of the package."""
    trees = {path: ast.parse(path.read_text("utf-8")) for path in sorted(PACKAGE.rglob("*.py"))}
    sizes = {path: path.read_text("utf-8").count("\n") for path in trees}
    functions = [
        (node.end_lineno or 0) - node.lineno + 1
        for tree in trees.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    ]
    longest = max(sizes, key=lambda path: sizes[path])
    print(
        f"modules                   {len(sizes)}, {sum(path.parent == PACKAGE for path in sizes)} at the top"
    )
    print(f"lines                     {sum(sizes.values()):,}")
    print(f"lines a module            {mean(sizes.values()):.0f} (median {median(sizes.values()):.0f})")
    print(f"longest module            {sizes[longest]} ({longest.relative_to(PACKAGE)})")
    print(f"modules under 50 lines    {sum(size < 50 for size in sizes.values())}")
    print(f"mean function, longest    {mean(functions):.1f}, {max(functions)}")
    print(f"names of several modules  {', '.join(_shared(trees)) or 'none'}")
    print(f"quads_for_pattern         {_calls(trees, 'quads_for_pattern')}")
    print(f"circles of imports        {_circles(trees)}")


def _shared(trees: dict[Path, ast.Module]) -> list[str]:
    """The public classes and type aliases that more than one module defines, with how many do."""
    defined: Counter[str] = Counter()
    for tree in trees.values():
        names = {node.name for node in tree.body if isinstance(node, ast.ClassDef)}
        for node in tree.body:
            target = node.targets[0] if isinstance(node, ast.Assign) else None
            if isinstance(target, ast.Name) and target.id[0].isupper() and not target.id.isupper():
                names.add(target.id)
        defined.update(name for name in names if not name.startswith("_"))
    return [f"{name} {count}" for name, count in sorted(defined.items()) if count > 1]


def _calls(trees: dict[Path, ast.Module], name: str) -> str:
    counts = {
        path: sum(isinstance(node, ast.Attribute) and node.attr == name for node in ast.walk(tree))
        for path, tree in trees.items()
    }
    return f"{sum(counts.values())} in {sum(count > 0 for count in counts.values())} modules"


def _circles(trees: dict[Path, ast.Module]) -> int:
    """How many groups of modules import each other, type checking and imports in functions included."""
    names = {".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts): path for path in trees}
    arrows = {name: _imported(trees[path]) & set(names) for name, path in names.items()}
    reach = {name: _reachable(name, arrows) for name in arrows}
    groups = {frozenset(other for other in reach[name] if name in reach[other]) for name in arrows}
    return sum(len(group) > 1 for group in groups)


def _imported(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def _reachable(name: str, arrows: dict[str, set[str]]) -> set[str]:
    found, todo = set[str](), [name]
    while todo:
        for other in arrows[todo.pop()] - found:
            found.add(other)
            todo.append(other)
    return found


if __name__ == "__main__":
    main()
