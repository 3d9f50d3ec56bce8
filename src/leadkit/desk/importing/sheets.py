"""The rows of a sheet on their way into a store: read from a file that holds still, and set aside where refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from attrs import evolve

from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.opportunities import EvaluatedOpportunity
from leadkit.adapters.spreadsheets.read_sheet import Place, ReadSheet, Row
from leadkit.desk.planned import NotAsPlannedError
from leadkit.desk.results import Receipt
from leadkit.errors import CommandError, ConflictError, NotAllowedError, NotFoundError, Problem, SheetError
from leadkit.policy import Policy
from leadkit.records import Activity, Lead
from leadkit.texts import Language
from leadkit.texts.messages import translated

Record = TypeVar("Record", Lead, Activity, EvaluatedOpportunity)
Outcome = Receipt | CommandError
Shown = Callable[[Sequence[Any]], Iterable[Any]]
"""Passes rows on, such as one that draws a progress bar meanwhile."""


def read_still(file: Path, read: Callable[[], ReadSheet[Record]]) -> tuple[str, ReadSheet[Record]]:
    """The SHA-256 of a file, and what `read` made of it.

    Raises:
        SheetError: it can't be read, or was written to meanwhile.
    """
    before = _hash(file)
    plan = read()
    if _hash(file) != before:
        raise SheetError(Problem("was changed while it was read", "import it again", place=file.name))
    return before, plan


def in_policys(policy: Policy, plan: ReadSheet[Record]) -> ReadSheet[Record]:
    """The sheet, answered in the policy's language where that names one."""
    language = policy.document.language
    return plan if language is None else evolve(plan, language=language)


def usable(plan: ReadSheet[Record]) -> list[Row[Record]]:
    """The rows that have a record."""
    return [row for row in plan.rows if row.record is not None]


def allowed(outcomes: list[Outcome]) -> list[Outcome]:
    """`outcomes`, where the actor may give the command at all.

    Raises:
        NotAllowedError: every one was refused for the actor's role.
    """
    refused = [outcome for outcome in outcomes if isinstance(outcome, NotAllowedError)]
    if refused and len(refused) == len(outcomes):
        raise refused[0]
    return outcomes


def with_refusals(plan: ReadSheet[Record], outcomes: Mapping[Place, Outcome], column: str) -> ReadSheet[Record]:
    """The sheet with the rows that were refused set aside, too; `outcomes` are by the place of the row."""
    refusals = {place: error for place, error in outcomes.items() if isinstance(error, CommandError)}
    faults = {place: _fault(error, column, plan.language) for place, error in refusals.items()}
    return evolve(plan, rows=tuple(_refused(row, faults.get(row.place)) for row in plan.rows))


def _refused(row: Row[Record], fault: Fault | None) -> Row[Record]:
    return row if fault is None else evolve(row, record=None, faults=(fault, *row.faults))


def with_members(plan: ReadSheet[Lead], members: Collection[str]) -> ReadSheet[Lead]:
    """The sheet without owners that are nobody of the team: their rows are flagged, and come in without an owner."""
    return evolve(plan, rows=tuple(_with_member(row, members) for row in plan.rows))


def _with_member(row: Row[Lead], members: Collection[str]) -> Row[Lead]:
    lead = row.record
    if lead is None or lead.owner is None or lead.owner in members:
        return row
    flag = Fault("not_a_member", "owner")
    return evolve(row, record=lead.model_copy(update={"owner": None}), faults=(*row.faults, flag))


def _fault(error: CommandError, column: str, language: Language) -> Fault:
    if isinstance(error, ConflictError) and not isinstance(error, NotAsPlannedError) and column == "number":
        return Fault("conflict", column)
    if isinstance(error, NotFoundError) and column == "lead_id":
        return Fault("unknown_lead", column)
    messages = ((problem.path, translated(problem.message, language)) for problem in error.problems)
    return Fault("refused", column, "; ".join(" ".join(filter(None, words)) for words in messages))


def _hash(file: Path) -> str:
    """The SHA-256 of a file; empty where it can't be read, as reading it will say."""
    try:
        return _digest(file) if file.is_file() else ""
    except OSError:
        return ""


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
