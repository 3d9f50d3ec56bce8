"""What the commands on opportunities share: levels that there are, whose plans are for whom, deals of one company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from leadkit.desk.work_set import WorkSet
from leadkit.errors import CommandError, NotAllowedError, Problem
from leadkit.policy import Policy
from leadkit.records.text import CompanyName, read_company
from leadkit.rules.facts import near
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.protocol import Query
from leadkit.store.tables import JOURNAL, MEMBERS, OPPORTUNITIES

if TYPE_CHECKING:
    from leadkit.desk.context import CommandContext

SELF_APPROVED = "own_approval"
"""The finding that somebody approved what was their own."""


def needs_others(policy: Policy, before: str | None, after: str | None) -> bool:
    """Whether a grade has risen to one whose plans are for others to approve."""
    grades = list(policy.grades)
    risen = before in grades and after in grades and grades.index(after) < grades.index(before)
    approvals = policy.document.approvals.grades
    may_now = approvals.get(after or "")
    return risen and may_now is not None and not set(approvals.get(before or "", ("",))) <= set(may_now)


def check_independent(context: CommandContext, row: OpportunityRow, prepared: str) -> tuple[str, ...]:
    """What is to be said of somebody who approves their own work; `prepared` is the command that it came with.

    One's own is what one gave oneself, or what is about an opportunity that one has.

    Raises:
        NotAllowedError: it is their own, and the policy's `[approvals]` wants somebody else.
    """
    where = {"opportunity_id": row.id, "command": prepared}
    last = context.work.unit.find(Query(JOURNAL, where, order=("-seq",), limit=1))
    if context.actor.id not in {row.owner, *(entry.actor for entry in last)}:
        return ()
    if context.policy.document.approvals.of_oneself:
        return (SELF_APPROVED,)
    hint = "somebody else has to; [approvals] own in the policy says so"
    raise NotAllowedError(Problem("nobody approves what is their own", hint, place=row.id, path=context.name))


def check_levels(policy: Policy, opportunity_id: str, given: Mapping[str, Any]) -> None:
    """Let levels through that the policy has.

    Raises:
        CommandError: some are none; all of them at once.
    """
    known = policy.document.grading.levels if policy.document.grading else {}
    strange = [(name, given[name]) for name in known if given.get(name) not in {None, *known[name]}]
    if strange:
        raise CommandError(
            Problem(f"there is no level {level}", near(str(level), known[name]), place=opportunity_id, path=name)
            for name, level in strange
        )


def of_the_team(work: WorkSet, actor: str) -> str | None:
    """Who gives the command, if they are an active member."""
    member = work.unit.get(MEMBERS, actor)
    return actor if member is not None and member.active else None


def account_lock(key: str | None) -> tuple[str, ...]:
    """What to hold while it is decided whether an account gets another opportunity; nothing for nobody's name."""
    return (f"account:{key}",) if key else ()


def deals_of(work: WorkSet, company: CompanyName, **where: str) -> list[OpportunityRow]:
    """The opportunities of a company, in whatever spelling; places may not contradict each other.

    `where` are values that they have, such as `status="open"`. A name that is that of no company has none.
    """
    if not company.core:
        return []
    deals = work.unit.find(Query(OPPORTUNITIES, {"account_key": company.core, **where}))
    return [row for row in deals if company.same_as(read_company(row.account or ""))]
