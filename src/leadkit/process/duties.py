"""What a lead or an opportunity owes, as one table: since when, until what, and while what holds.

What is stored and reminded of, what a duty depends on, the reference page and the details of notices are read from it.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from leadkit.process.duty import Among, Answered, Confirmed, Duty, First, GradeOwesReport, Known, Latest, Subject
from leadkit.process.states import UNSIGNED

NOT_SIGNED = (Among("stage", UNSIGNED),)
NOT_LOST = (Among("status", ("open", "won")),)
SIGNED = Latest(("signed_by_us_at", "signed_by_customer_at"), every=True)

DUTIES = (
    Duty(
        kind="entry",
        subject="lead",
        since=First(("received_at",)),
        met=First(("entered_at", "captured_at")),
        fixed=True,
        by_day=True,
        begins="when the lead was received",
        ends="it is entered",
    ),
    Duty(
        kind="response",
        subject="lead",
        since=First(("back_at", "received_at", "captured_at")),
        met=Answered(),
        owed=(Among("in_queue", (True,)),),
        by="priority",
        fixed=True,
        pausable=True,
        by_day=True,
        details=("priority",),
        begins="when the lead was received, else when it was captured; where only the day is known, at its end, or "
        "when the lead was captured on it; anew when it comes back",
        ends="the first follow-up",
    ),
    Duty(
        kind="screening",
        subject="lead",
        since=Latest(("open_since", "resumed_at"), otherwise="captured_at"),
        owed=(Among("status", ("new",)),),
        reminder=True,
        pausable=True,
        screened=True,
        begins="with `open_days` in `[screening]`: when the lead began to lack facts, or when a pause ended",
        ends="the lead is valid or invalid; at its end it is proposed as invalid",
    ),
    Duty(
        kind="follow_up",
        subject="lead",
        since=Latest(("last_follow_up_at", "pooled_at", "back_at", "resumed_at", "captured_at")),
        owed=(Among("in_queue", (True,)),),
        reminder=True,
        pausable=True,
        planned=True,
        also_reads=("next_follow_up_at", "nurture_stage", "owned_at"),
        details=("nurture_stage",),
        begins="at the last follow-up, or when the lead entered the pool or came back; or when one was agreed for",
        ends="each follow-up begins it anew",
    ),
    Duty(
        kind="nurture",
        subject="lead",
        since=Latest(("pooled_at", "resumed_at")),
        owed=(Among("in_queue", (True,)),),
        pausable=True,
        silent=True,
        also_reads=("reached", "nurture_stage"),
        begins="with `owed` in `[nurture]`: when the lead entered the pool, for each means of its stage's cadence",
        ends="a follow-up by this means, which begins the next turn",
    ),
    Duty(
        kind="return",
        subject="lead",
        since=Latest(("last_follow_up_at", "owned_at", "resumed_at"), otherwise="captured_at"),
        owed=(Among("in_queue", (True,)), Known("owner")),
        pausable=True,
        pooled=True,
        begins="with `[pool]`: at the last follow-up, or when the owner got the lead, or when a pause ended",
        ends="each follow-up begins it anew; at its end the lead returns to the pool",
    ),
    Duty(
        kind="verdict",
        subject="lead",
        since=First(("invalid_at",)),
        met=First(("verdict_at",)),
        owed=(Among("status", ("invalid",)),),
        begins="when a lead is found invalid",
        ends="it is archived, or the verdict is overturned",
    ),
    Duty(
        kind="deal_follow_up",
        subject="opportunity",
        since=Latest(("last_follow_up_at", "opened_at")),
        owed=NOT_SIGNED,
        by="grade",
        reminder=True,
        planned=True,
        also_reads=("next_follow_up_at",),
        details=("grade",),
        begins="at the last follow-up on the opportunity, or when it was opened; or when one was agreed for",
        ends="each follow-up begins it anew",
    ),
    Duty(
        kind="grading",
        subject="opportunity",
        since=First(("assessed_at",)),
        met=Confirmed(),
        owed=(*NOT_SIGNED, Known("proposed_grade")),
        waits=True,
        lasting=True,
        begins="when a grade is proposed; another proposal before the answer does not begin it anew, nor does one "
        "after a level was cleared",
        ends="it is confirmed, or was the confirmed one before",
    ),
    Duty(
        kind="regrade",
        subject="opportunity",
        since=Latest(("graded_at", "assessed_at", "opened_at")),
        owed=NOT_SIGNED,
        reminder=True,
        begins="when the opportunity was opened, assessed or graded last",
        ends="each assessment begins it anew",
    ),
    Duty(
        kind="report",
        subject="opportunity",
        since=First(("graded_at",)),
        met=First(("report_at",)),
        owed=(*NOT_SIGNED, GradeOwesReport()),
        renewed=True,
        begins="when the grade is confirmed, for the grades in `report_for`",
        ends="the report is handed in",
    ),
    Duty(
        kind="plan",
        subject="opportunity",
        since=Latest(("graded_at", "plan_rejected_at")),
        met=First(("plan_at",)),
        owed=(Among("stage", ("graded",)),),
        begins="when the grade is confirmed, or the plan sent back",
        ends="a plan is submitted",
    ),
    Duty(
        kind="approval",
        subject="opportunity",
        since=First(("plan_at",)),
        met=First(("plan_approved_at",)),
        owed=(Among("stage", ("planning",)),),
        waits=True,
        begins="when a plan is submitted; another plan before the answer does not begin it anew",
        ends="the plan is approved, or sent back",
    ),
    Duty(
        kind="objection",
        subject="objection",
        since=First(("raised_at",)),
        met=First(("answered_at",)),
        owed=(Among("status", ("open",)),),
        details=("objection",),
        begins="when it is raised",
        ends="it is answered",
    ),
    Duty(
        kind="milestone",
        subject="milestone",
        since=First(("due_at",)),
        met=First(("reached_at",)),
        owed=(Among("status", ("open",)), Known("plan_approved_at")),
        dated=True,
        reminder=True,
        details=("milestone",),
        begins="on its own date, once the plan is approved",
        ends="it is reached",
    ),
    Duty(
        kind="contract_review",
        subject="opportunity",
        since=First(("contract_drafted_at",)),
        met=First(("contract_reviewed_at", "contract_rejected_at")),
        owed=(Among("stage", ("contracting",)),),
        begins="when the contract is drafted, or drafted anew",
        ends="legal approves it, or sends it back",
    ),
    Duty(
        kind="win",
        subject="opportunity",
        since=SIGNED,
        met=First(("won_at",)),
        owed=NOT_LOST,
        begins="at the second signature",
        ends="it is marked as won",
    ),
    Duty(
        kind="handover",
        subject="opportunity",
        since=Latest(SIGNED.names, every=True, also="handover_returned_at"),
        met=First(("handover_accepted_at",)),
        owed=NOT_LOST,
        begins="at the second signature, and anew when delivery sends it back",
        ends="delivery accepts it",
    ),
    Duty(
        kind="acceptance",
        subject="opportunity",
        since=First(("handed_over_at",)),
        met=First(("handover_accepted_at",)),
        owed=NOT_LOST,
        owned=False,
        begins="when it is handed over",
        ends="delivery accepts it; once sent back, nothing is due",
    ),
)
"""Every duty, in the order of the process."""

NURTURE = next(duty for duty in DUTIES if duty.kind == "nurture")
"""What is owed by each means of the cadence: its turns are worked out by the desk."""

BY_KIND = {duty.kind: duty for duty in DUTIES}

DutyKind = Literal[
    "entry", "response", "screening", "follow_up", "nurture", "return", "verdict", "deal_follow_up", "grading",
    "regrade", "report", "plan", "approval", "objection", "milestone", "contract_review", "win", "handover",
    "acceptance",
]  # fmt: skip
"""The kinds of duties, for type checkers."""


@cache
@cache
def duties_of(subject: Subject) -> tuple[Duty, ...]:
    """The duties that one kind of subject owes."""
    return tuple(duty for duty in DUTIES if duty.subject == subject)


LEAD_READS = frozenset().union(*(duty.reads for duty in duties_of("lead"))) | {"owner", "merged_into", "erased_at"}
"""The columns of a lead on which its duties depend, and those that end them all."""


def notice_details() -> dict[str, tuple[str, ...]]:
    """The details of every notice about a duty, by the notice's kind, such as `response_breached`."""
    return {f"{duty.kind}_{alert}": ("due_at", *duty.details) for duty in DUTIES for alert in duty.alerts}
