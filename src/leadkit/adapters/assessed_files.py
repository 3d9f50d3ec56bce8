"""Opportunities that have ended, from a table: how each was judged, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from leadkit.adapters.case_files import FileCases
from leadkit.adapters.fact_rows import boolean, heads_and_rows, key
from leadkit.adapters.spreadsheets.cells import amount, is_blank, moment, text
from leadkit.errors import FactError, Problem, SheetError
from leadkit.grading.document import Dimension, Grading
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy import Policy
from leadkit.reviewing.calibration_cases import Outcome

ENDING = ("won", "status")
TIMES = ("opened_at", "closed_at")


def read_assessed(path: Path, policy: Policy, *, limits: Limits = DEFAULT_LIMITS) -> FileCases:
    """The opportunities of a table whose heads are names of dimensions and of what their levels follow from.

    `won` or `status` says how each ended, `opened_at` and `closed_at` when. A level is written by its code, or as the
    policy labels it; other words are unknown.

    Raises:
        FactError: the policy has no grading.
        SheetError: it can't be read, says nothing of any dimension or no ending, or has cells that are no amount or no
            date; all such cells at once.
        TableError: a Parquet or Arrow file can't be read.
    """
    grading = policy.document.grading
    if grading is None:
        raise FactError(Problem("has no [grading]", "give a policy that grades opportunities", path=policy.id))
    heads, rows = heads_and_rows(path, limits)
    sources = {each.source: each for each in grading.dimensions.values() if each.source is not None}
    columns = _columns(heads, policy, [*grading.dimensions, *sources, *ENDING, *TIMES])
    _check(columns, grading, path)
    levels = {name: _levels(name, dimension, policy) for name, dimension in grading.dimensions.items()}
    made, problems, left_out = [], list[Problem](), 0
    for place, cells in rows:
        given = {name: cells[column] for name, column in columns.items() if column < len(cells)}
        assessment = _assessment(given, levels, sources, policy)
        problems += [
            Problem(wanted, place=f"{path.name}, row {place}, column {name!r}")
            for name, wanted in _wrong(given, assessment, sources)
        ]
        won = next((answer for name in ENDING if (answer := boolean(given.get(name))) is not None), None)
        if won is None:
            left_out += 1
            continue
        opened, closed = (moment(given.get(name), policy.time_zone) for name in TIMES)
        made.append(Outcome(lead={}, won=won, assessment=assessment, at=opened, ended_at=closed))
    if problems:
        raise SheetError(problems[: limits.problems])
    return FileCases(tuple(made), {"no_ending": left_out} if left_out else {})


def _columns(heads: Any, policy: Policy, names: list[str]) -> dict[str, int]:
    """The columns that mean something, by their codes or labels."""
    spelled = {key(label): name for known in policy.document.labels.values() for name, label in known.items()}
    wanted = {label: name for label, name in spelled.items() if name in names} | {key(name): name for name in names}
    places = [(wanted[key(str(head))], place) for place, head in enumerate(heads) if key(str(head)) in wanted]
    return dict(places)


def _check(columns: Mapping[str, int], grading: Grading, path: Path) -> None:
    problems = []
    if not set(columns) & set(ENDING):
        hint = "a column won or status with won or lost"
        problems.append(Problem("does not say which opportunities were won", hint, place=path.name))
    if not any(name in columns or each.source in columns for name, each in grading.dimensions.items()):
        hint = f"columns such as {', '.join(grading.dimensions)}"
        problems.append(Problem("says nothing of any dimension of [grading]", hint, place=path.name))
    if problems:
        raise SheetError(problems)


def _levels(name: str, dimension: Dimension, policy: Policy) -> dict[str, str]:
    """The levels of a dimension by their codes and labels."""
    labels = policy.document.labels.values()
    called = {
        key(known[f"{name}.{level}"]): level
        for known in labels for level in dimension.names if f"{name}.{level}" in known
    }  # fmt: skip
    return called | {key(level): level for level in dimension.names}


def _assessment(
    given: Mapping[str, Any], levels: Mapping[str, Mapping[str, str]], sources: Mapping[str, Dimension], policy: Policy
) -> dict[str, Any]:
    assessment: dict[str, Any] = {}
    for name, cell in given.items():
        if is_blank(cell):
            continue
        if name in levels:
            assessment[name] = levels[name].get(key(text(cell) or ""))
        elif name in sources and sources[name].at_least:
            value: Decimal | None = amount(cell, policy.document.currency)
            assessment[name] = value
        elif name in sources:
            assessment[name] = moment(cell, policy.time_zone)
    return assessment


def _wrong(
    given: Mapping[str, Any], assessment: Mapping[str, Any], sources: Mapping[str, Dimension]
) -> list[tuple[str, str]]:
    """The cells that are neither blank nor what their column holds."""
    return [
        (name, "must be a number" if sources[name].at_least else "must be a date")
        for name in given
        if name in sources and name in assessment and assessment[name] is None
    ]
