"""Every class of which leadkit answers values: by its public names, and by what public methods return."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Any, get_args, get_type_hints

import attrs

import leadkit as lk
from leadkit.adapters.backup import backup, restore
from leadkit.adapters.export import export
from leadkit.adapters.spreadsheets.table import Table as SheetTable
from leadkit.desk.commands.catalogue import COMMANDS
from leadkit.desk.desk import Desk
from leadkit.desk.opportunity_desk import OpportunityDesk
from leadkit.plugins.manager import Plugin, Plugins
from leadkit.policy import Policy
from leadkit.policy.document import Document
from leadkit.process.calendar import WorkCalendar
from leadkit.process.command import Command
from leadkit.reviewing.calibration_cases import Outcome
from leadkit.scoring.scorer import Scorer
from leadkit.store.protocol import Query, Storage
from leadkit.store.tables import Table

GIVEN = {lk.Limits, lk.PerWeek, lk.Retries, lk.Share, lk.Verification, lk.WinRate, Outcome, Query, Table}
"""What callers make and hand in; it never comes back."""
WORKS = {Policy, Document, Scorer, Plugins, Plugin, WorkCalendar, Storage, SheetTable}
"""What is asked rather than kept: its methods answer."""
LATE = vars(import_module("leadkit.desk.importing.imported")) | vars(import_module("leadkit.adapters.sql.migration"))
"""The names that some modules import for type checkers only."""
FACES = ("checks", "errors", "plugins", "reviews")


@cache
def answered() -> frozenset[type]:
    """The attrs classes that callers may be given."""
    found: set[type] = set()
    waiting = [*_public(), *_returned()]
    while waiting:
        kind = waiting.pop()
        if kind in found or kind in GIVEN or kind in WORKS or not _is_ours(kind):
            continue
        found.add(kind)
        hints = get_type_hints(kind, include_extras=True)
        waiting += [part for field in attrs.fields(kind) if field.name[0] != "_" for part in _parts(hints[field.name])]
        waiting += [part for _, hint in _answers(kind) for part in _parts(hint)]
    return frozenset(found)


def _is_ours(kind: type) -> bool:
    return kind.__module__.startswith("leadkit") and attrs.has(kind) and not issubclass(kind, Command)


def _public() -> Iterator[type]:
    names = [getattr(lk, name) for name in lk.__all__]
    for face in FACES:
        module = import_module(f"leadkit.{face}")
        names += [getattr(module, name) for name in getattr(module, "__all__", dir(module))]
    for value in names:
        if isinstance(value, type):
            yield value
        elif inspect.isfunction(value):
            yield from _parts(_answer(value))


def _returned() -> Iterator[type]:
    for kind in (Desk, OpportunityDesk, Policy):
        for _, hint in _answers(kind):
            yield from _parts(hint)
    for command in COMMANDS:
        yield from _parts(_answer(command.run))
    for keeping in (backup, restore, export):
        yield from _parts(_answer(keeping))


def _answers(kind: type) -> Iterator[tuple[str, Any]]:
    """What public methods and properties of a class return."""
    for name, member in inspect.getmembers(kind):
        function = member.fget if isinstance(member, property) else getattr(member, "func", member)
        if name[0] != "_" and inspect.isfunction(function) and function.__module__.startswith("leadkit"):
            yield name, _answer(function)


def _answer(function: Any) -> Any:
    """What a function returns; of what is imported for type checkers only, too."""
    hint = function.__annotations__.get("return")
    return eval(hint, function.__globals__, LATE) if isinstance(hint, str) else hint


def _parts(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and not get_args(hint):
        yield hint
    for part in get_args(hint):
        yield from _parts(part)
