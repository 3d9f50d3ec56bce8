"""The commands of a desk in the terminal: their names and first sentences, read without importing them.

`--help` has to answer at once, so the classes are read as text here. Their options are built in `given`, when one runs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOM = Path(__file__).parents[1] / "desk" / "commands"
SUBJECTS = {"LeadCommand": "lead", "OpportunityCommand": "opportunity"}


class Entry(NamedTuple):
    """One command: its class, what the desk and the terminal call it, what it is about, and its first sentence."""

    cls: str
    module: str
    name: str
    terminal: str
    subject: str | None
    help: str


@cache
def entries(subject: str | None) -> dict[str, Entry]:
    """The commands about `subject`, in their order, by the name that the terminal has for them."""
    return {entry.terminal: entry for entry in _entries() if entry.subject == subject and entry.terminal}


@cache
def _entries() -> tuple[Entry, ...]:
    return tuple(entry for file in sorted(ROOM.glob("*.py"), key=_order) for entry in _in_file(file))


def _order(file: Path) -> tuple[int, str]:
    """The files in the order of the process, others behind them."""
    process = (
        "capture",
        "verdicts",
        "leads",
        "joining",
        "team",
        "pool",
        "record",
        "verifying",
        "signals",
        "converting",
        "opportunities",
        "planning",
        "negotiation",
        "objections",
        "contracts",
        "handover",
        "reviews",
        "upkeep",
    )
    return (process.index(file.stem) if file.stem in process else len(process)), file.stem


def _in_file(file: Path) -> Iterator[Entry]:
    for node in ast.parse(file.read_text(encoding="utf-8")).body:
        if (
            isinstance(node, ast.ClassDef)
            and file.stem != "command"
            and any(base.endswith("Command") for base in _bases(node))
        ):
            yield _entry(node, file.stem)


def _bases(node: ast.ClassDef) -> list[str]:
    """The names of the classes that a class is made of, without what stands in brackets behind them."""
    bases = [base.value if isinstance(base, ast.Subscript) else base for base in node.bases]
    return [base.id for base in bases if isinstance(base, ast.Name)]


def _entry(node: ast.ClassDef, module: str) -> Entry:
    given = {
        target.id: part.value.value
        for part in node.body
        if isinstance(part, ast.Assign) and isinstance(part.value, ast.Constant)
        for target in part.targets
        if isinstance(target, ast.Name)
    }
    name = str(given.get("name") or re.sub(r"(?<!^)(?=[A-Z])", "_", node.name).lower())
    subject = next((SUBJECTS[base] for base in _bases(node) if base in SUBJECTS), None)
    terminal = str(given["terminal"] or "") if "terminal" in given else name.replace("_", "-")
    first = (ast.get_docstring(node) or "").partition("\n\n")[0].replace("\n", " ")
    return Entry(node.name, module, name, terminal, subject, first)
