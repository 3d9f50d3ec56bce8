"""What a sheet makes of an opportunity that is in the store: which values change, and how far it has come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define, evolve, setters

from leadkit.desk.opportunities.opening import BASES, GIVEN
from leadkit.desk.opportunities.rules import needs_others
from leadkit.errors import CommandError, ConflictError, Problem
from leadkit.policy import Policy
from leadkit.process.states import IN_PROGRESS, UNSIGNED
from leadkit.records.fields import FrozenDict
from leadkit.store.mapping import account_key
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.tables import OPPORTUNITIES

CLOSED = ("won", "lost")
STAGES = (*IN_PROGRESS, *CLOSED)
LEVELS = ("urgency", "budget", "competition", "decision_chain")
JUDGED = (*LEVELS, "grade")
"""What nobody judges anew once both sides have signed."""
COLUMNS: Mapping[str, str] = {
    **{name: name for name in ("name", "account", *JUDGED, "amount", "expected_close", "opened_at", "closed_at")},
    "reported_at": "report_at",
    "lost_reason": "lost_reason",
    "competitor": "competitor",
}
"""The columns of the store by what a sheet calls them."""
ASSESSED = (*LEVELS, "amount", "expected_close")
"""What a grade is proposed by."""


@define(on_setattr=setters.frozen, kw_only=True)
class Correction:
    """An opportunity as a sheet corrects it; `differences` are the fields in which it stays as it was all the same."""

    row: OpportunityRow
    differences: tuple[str, ...] = ()

    def changes(self, before: OpportunityRow) -> FrozenDict:
        """The values that changed, by field, before and after, as JSON can hold them."""
        names = {**COLUMNS, "owner": "owner", "stage": "stage", "lead_id": "lead_id"}
        pairs = {name: (getattr(before, column), getattr(self.row, column)) for name, column in names.items()}
        as_json = OPPORTUNITIES.as_json
        return FrozenDict({name: (as_json(old), as_json(new)) for name, (old, new) in pairs.items() if old != new})


def corrected(policy: Policy, before: OpportunityRow, given: Mapping[str, Any], stage: str | None) -> Correction:
    """`before` with what a sheet gives of it, where the policy's `[imports]` let it take the place of what was known.

    Raises:
        CommandError: the opportunity is further along than the sheet says, something in it waits for a decision, or it
            is signed and was judged otherwise.
    """
    rules, taken, differences = policy.document.imports, {}, list[str]()
    for name, column in COLUMNS.items():
        known, new = getattr(before, column), given.get(name)
        if new is None or _same(known, new, policy.time_zone) or _is_not_yet(name, before, stage):
            continue
        if name == "amount" and before.contract_amount is not None:
            differences.append(name)
            continue
        update = rules.of_opportunity(name)  # type: ignore[arg-type]
        if update == "always" or (update == "if_empty" and known is None):
            taken[column] = new
        else:
            differences.append(name)
    owner = given.get("owner")
    if owner is not None and before.owner is not None and owner != before.owner:
        differences.append("owner")
    _check_judged(policy, before, taken)
    basis: dict[str, Any] = {BASES[name]: GIVEN for name in taken.keys() & BASES.keys()}
    row = evolve(before, **taken, **basis, owner=before.owner or owner)
    row = row if "account" not in taken else evolve(row, account_key=account_key(row.account))
    moved = moved_to(row, before, stage, given.get("closed_at"))
    if moved.stage != before.stage and rules.of_opportunity("stage") != "always":
        by_grade = stage in {None, "open"}
        stays = evolve(row, grade=before.grade, closed_at=before.closed_at, lost_reason=before.lost_reason)
        return Correction(row=stays, differences=(*differences, "grade" if by_grade else "stage"))
    return Correction(row=moved, differences=tuple(differences))


def _is_not_yet(name: str, before: OpportunityRow, stage: str | None) -> bool:
    """Whether a value is of the end of a deal, and this one goes on."""
    ends = stage in CLOSED or before.status in CLOSED
    return name in {"closed_at", "lost_reason"} and not ends


def _same(known: Any, new: Any, zone: ZoneInfo) -> bool:
    """Whether a sheet says what is known; a day in a sheet is whatever time of that day is known."""
    if isinstance(known, datetime) and isinstance(new, datetime):
        local, day = new.astimezone(zone), known.astimezone(zone).date()
        whole_day = (local.hour, local.minute, local.second) == (0, 0, 0)
        return known == new or (whole_day and local.date() == day)
    return bool(known == new)


def _check_judged(policy: Policy, before: OpportunityRow, taken: Mapping[str, Any]) -> None:
    """Let a judgement through that is not made with the end in view, and not without those whose plans it changes.

    Raises:
        ConflictError: the opportunity is signed and was judged otherwise, or its grade would rise during negotiation.
    """
    other = [name for name in JUDGED if name in taken and getattr(before, name) is not None]
    if other and before.stage not in UNSIGNED:
        message = f"is {before.stage}, and was judged otherwise: {', '.join(other)}"
        raise ConflictError(Problem(message, "leave these cells empty", place=before.id))
    if before.stage == "negotiating" and needs_others(policy, before.grade, taken.get("grade")):
        message = f"is in negotiation, and a plan of grade {taken['grade']} is for others to approve"
        raise ConflictError(Problem(message, "assess it, and confirm the grade", place=before.id))


def moved_to(
    row: OpportunityRow, before: OpportunityRow, stage: str | None, closed_at: datetime | None
) -> OpportunityRow:
    """`row` at the stage that a sheet says, which is never behind that of `before`.

    Raises:
        CommandError: it would be, or what waits for a decision would be decided.
    """
    if stage in {None, "open", before.stage}:
        if stage == "open" and before.status in CLOSED:
            raise _behind(before, "open")
        graded = before.stage == "assessing" and row.grade is not None and stage in {None, "open"}
        won_at = row.closed_at if before.won_at == before.closed_at else row.won_at
        return evolve(row, stage="graded" if graded else row.stage, won_at=won_at)
    target = str(stage)
    if before.status in CLOSED or (target in IN_PROGRESS and STAGES.index(target) < STAGES.index(before.stage)):
        raise _behind(before, target)
    _check_waiting(before, target)
    return ended(row, target, closed_at)


def ended(row: OpportunityRow, stage: str, closed_at: datetime | None) -> OpportunityRow:
    """`row` at a stage that a sheet says, with the dates of its end where it has come to one.

    Raises:
        CommandError: it is signed, won or lost, and nobody knows when.
    """
    if stage not in {"signed", *CLOSED}:
        return evolve(row, stage=stage, closed_at=None, lost_reason=None)
    if closed_at is None:
        raise CommandError(Problem("is missing", "say when it was closed", place=row.id, path="closed_at"))
    if stage == "signed":
        return evolve(
            row,
            stage=stage,
            signed_by_us_at=closed_at,
            signed_by_customer_at=closed_at,
            closed_at=None,
            lost_reason=None,
        )
    won_at = closed_at if stage == "won" else None
    reason = (row.lost_reason or "not_given") if stage == "lost" else None
    return evolve(row, stage=stage, status=stage, closed_at=closed_at, won_at=won_at, lost_reason=reason)


def _behind(before: OpportunityRow, stage: str) -> CommandError:
    hint = "a sheet takes no step back; leave the cell empty to correct the rest"
    return ConflictError(Problem(f"is {before.stage} already, and the sheet says {stage}", hint, place=before.id))


def _check_waiting(before: OpportunityRow, target: str) -> None:
    """Let a step through by which nothing is decided that waits for somebody.

    Raises:
        ConflictError: a plan waits for its approval, or a contract for its legal review.
    """
    if target == "lost":
        return
    if before.stage == "planning" and before.plan_at is not None and before.plan_approved_at is None:
        hint = "approve the plan or send it back first"
        raise ConflictError(Problem("its plan waits for an approval", hint, place=before.id))
    drafted = before.stage == "contracting" and before.contract_drafted_at is not None
    if drafted and before.contract_reviewed_at is None and target in {"signed", "won"}:
        hint = "record the legal review first"
        raise ConflictError(Problem("its contract waits for the legal review", hint, place=before.id))
