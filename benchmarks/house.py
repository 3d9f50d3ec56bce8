"""Measure the source: sizes, signatures, imports.

    python benchmarks/house.py [SRC]

SRC is the folder of the package, `src/leadkit` of this tree by default. The layers are read from the `pyproject.toml`
beside `src`. Imports count wherever they stand: in a function and under TYPE_CHECKING too.
"""

from __future__ import annotations

import ast
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import quantiles

Function = ast.FunctionDef | ast.AsyncFunctionDef
Graph = Mapping[str, frozenset[str]]
HERE = Path(__file__).resolve().parent.parent / "src/leadkit"


@dataclass(frozen=True)
class Module:
    """One file of the package, parsed."""

    name: str
    text: str
    package: bool

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        """The package or module directly below the root: `rules` for `leadkit.rules.algebra`."""
        return self.name.split(".")[1] if "." in self.name else "__init__"

    @property
    def public(self) -> bool:
        return not any(part.startswith("_") for part in self.name.split("."))

    def functions(self, public: bool = False) -> Iterator[Function]:
        """Every function; or those that a caller may name: of public modules, on public classes, not nested."""
        if not public:
            yield from (node for node in ast.walk(self.tree) if isinstance(node, Function))
        elif self.public:
            classes = [
                node for node in self.tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
            ]
            for body in (self.tree.body, *(node.body for node in classes)):
                yield from (node for node in body if isinstance(node, Function) and not node.name.startswith("_"))


def modules(source: Path) -> dict[str, Module]:
    """The modules of a package by their dotted names."""
    result = {}
    for file in sorted(source.rglob("*.py")):
        path = file.relative_to(source.parent).with_suffix("")
        package = path.name == "__init__"
        name = ".".join(path.parent.parts if package else path.parts)
        result[name] = Module(name, file.read_text("utf-8"), package)
    return result


def _named(module: Module, node: ast.AST) -> list[str]:
    """What an import statement names, longest first: `from a import b` is `a.b`, else `a`."""
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    parts = module.name.split(".")
    above = parts[: len(parts) - node.level + module.package] if node.level else []
    base = ".".join([*above, *([node.module] if node.module else [])])
    return [f"{base}.{alias.name}" for alias in node.names]


def imports(house: Mapping[str, Module]) -> dict[str, frozenset[str]]:
    """The modules of the house that each of its modules imports."""
    graph = {}
    for module in house.values():
        names = [name for node in ast.walk(module.tree) for name in _named(module, node)]
        targets = {name if name in house else name.rpartition(".")[0] for name in names}
        graph[module.name] = frozenset(targets & house.keys() - {module.name})
    return graph


def rooms(house: Mapping[str, Module], graph: Graph) -> dict[str, frozenset[str]]:
    """The arrows between rooms: which rooms each room imports."""
    arrows: dict[str, set[str]] = {module.room: set() for module in house.values()}
    for name, targets in graph.items():
        arrows[house[name].room] |= {house[target].room for target in targets} - {house[name].room}
    return {room: frozenset(targets) for room, targets in sorted(arrows.items())}


def layers(source: Path) -> list[list[str]]:
    """The layers of the first import contract, the highest first, each a list of rooms."""
    pyproject = tomllib.loads((source.parent.parent / "pyproject.toml").read_text("utf-8"))
    contract = pyproject["tool"]["importlinter"]["contracts"][0]
    return [[part.strip().partition(".")[2] for part in line.split("|")] for line in contract["layers"]]


def arrows_up(arrows: Graph, floors: list[list[str]]) -> list[str]:
    """The arrows that go up, or sideways, against the layers; rooms outside of the layers are not judged."""
    height = {room: number for number, rooms_of_floor in enumerate(floors) for room in rooms_of_floor}
    pairs = [(room, target) for room, targets in arrows.items() for target in targets]
    judged = [(room, target) for room, target in pairs if room in height and target in height]
    return sorted(f"{room} -> {target}" for room, target in judged if height[target] <= height[room])


def reached(graph: Graph, start: str) -> set[str]:
    """What can be reached from a node by at least one arrow."""
    waiting, seen = list(graph[start]), set()
    while waiting:
        node = waiting.pop()
        if node not in seen:
            seen.add(node)
            waiting += graph[node]
    return seen


def circles(graph: Graph) -> list[list[str]]:
    """The groups of nodes that import each other, directly or not."""
    reach = {node: reached(graph, node) for node in graph}
    groups = {
        frozenset(other for other in reach[node] if node in reach[other]) for node in graph if node in reach[node]
    }
    return sorted(sorted(group) for group in groups)


def keyword_bags(house: Mapping[str, Module]) -> list[str]:
    """The public functions that take `**anything`."""
    return [
        f"{module.name}.{node.name}" for module in house.values() for node in module.functions(True) if node.args.kwarg
    ]


def anonymous_tuples(house: Mapping[str, Module], public: bool = False) -> list[str]:
    """The functions whose return names a `tuple[A, B]` of different members, itself or inside a `list[...]`."""
    return [
        f"{module.name}.{node.name}"
        for module in house.values()
        for node in module.functions(public)
        if node.returns and any(map(_anonymous, ast.walk(node.returns)))
    ]


def _anonymous(node: ast.AST) -> bool:
    if not (isinstance(node, ast.Subscript) and ast.unparse(node.value) == "tuple"):
        return False
    members = [ast.unparse(member) for member in node.slice.elts] if isinstance(node.slice, ast.Tuple) else []
    return "..." not in members and len(set(members)) > 1


def _spread(lengths: list[int]) -> str:
    if len(lengths) < 2:
        return "-"
    cuts = quantiles(lengths, n=10, method="inclusive")
    return f"{cuts[4]:.0f} / {cuts[8]:.0f} / {max(lengths)}"


def measures(source: Path) -> dict[str, object]:
    """The table: a label and its figure."""
    house = modules(source)
    graph = imports(house)
    arrows = rooms(house, graph)
    living = [module for module in house.values() if ".migrations." not in module.name]
    lengths = [(node.end_lineno or node.lineno) - node.lineno + 1 for module in living for node in module.functions()]
    return {
        "files": len(house),
        "lines": sum(len(module.text.splitlines()) for module in house.values()),
        "file length p50 / p90 / max": _spread([len(module.text.splitlines()) for module in living]),
        "functions": sum(1 for module in house.values() for _ in module.functions()),
        "function length p50 / p90 / max": _spread(lengths),
        "public signatures with **keywords": len(keyword_bags(house)),
        "anonymous tuple returns": len(anonymous_tuples(house)),
        "  of which public": len(anonymous_tuples(house, public=True)),
        "rooms": len(arrows),
        "floors": len(layers(source)),
        "arrows between rooms": sum(map(len, arrows.values())),
        "arrows up": ", ".join(arrows_up(arrows, layers(source))) or 0,
        "circles of rooms": "; ".join(" <-> ".join(circle) for circle in circles(arrows)) or 0,
        "circles of modules": "; ".join(" <-> ".join(circle) for circle in circles(graph)) or 0,
    }


if __name__ == "__main__":
    for label, figure in measures(Path(sys.argv[1]).resolve() if sys.argv[1:] else HERE).items():
        print(f"{label:36}{figure}")
