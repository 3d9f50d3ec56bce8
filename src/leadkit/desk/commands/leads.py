"""The commands on one lead: its verdicts, corrections and pauses, the ways back, and the end of its person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from attrs import define, evolve, field

from leadkit.desk.checks import contradictions, facts_changed, strange_fields, with_answers, without_changed
from leadkit.desk.commands.command import LeadCommand, Reason, frozen_mapping, gives
from leadkit.desk.commands.verdicts import NOT_ACCEPTED
from leadkit.desk.context import Changes, CommandContext, missing_fields
from leadkit.desk.erasure import erase_family
from leadkit.desk.execute import Executor
from leadkit.desk.results import Receipt
from leadkit.errors import CommandError, ConflictError, NotFoundError, Problem
from leadkit.plugins.manager import Answer
from leadkit.process.command import Argument
from leadkit.process.lifecycle import move, stay
from leadkit.process.states import IN_QUEUE, SCREENED
from leadkit.records.fields import FrozenDict
from leadkit.records.lead_fields import amended
from leadkit.records.people import Actor
from leadkit.records.text import forget
from leadkit.store.mapping import match_rows
from leadkit.store.protocol import Query
from leadkit.store.rows import LeadRow
from leadkit.store.soundness import ahead_of, faults_of
from leadkit.store.tables import OPPORTUNITIES

__all__ = ["Amend", "Erase", "Pause", "Recycle", "Reopen", "Resume"]


@define(frozen=True)
class Amend(LeadCommand):
    """Correct or complete a lead, and screen and score it again. Changes are values by path: `contact.phone`.

    What a register or a person had checked of a changed field does not count any more; registers are asked anew, and
    what they say against the new value is kept beside it.

    Raises:
        CommandError: there is no such field, or its value is of the wrong type.
    """

    moves = move(*SCREENED, to=SCREENED)

    changes: Annotated[Mapping[str, Any], Argument("New values by field.")] = field(
        converter=frozen_mapping, repr=False
    )
    reason: Reason = field(default=None, kw_only=True, repr=False)

    def run(self, executor: Executor) -> Receipt:
        answers = _answers(executor, self.lead_id, self.changes, self.by)
        return executor.run(self, lambda context: self.apply(evolve(context, answers=answers)))

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        known = context.work.lead(lead.id)
        record = amended(known, self.changes)
        blank = {problem.path for problem in missing_fields(context.policy, known)}
        emptied = [problem for problem in missing_fields(context.policy, record) if problem.path not in blank]
        late = ahead_of(record, record.id, context.entered_at, known)
        problems = [*faults_of(record, record.id), *late] or emptied
        if problems:
            raise CommandError(problems)
        matches = match_rows(record, context.policy)
        context.work.hold(matches)
        context.work.look_for(matches)
        changed = context.work.changes_by(record, lead)
        row, unchecked = without_changed(context.policy, lead, changed)
        by_hand = facts_changed(context.policy, changed)
        answers = {name: answer for name, answer in context.answers.items() if name in by_hand}
        row = with_answers(context.policy, row, record, answers, context.at, by_hand=by_hand)
        values = context.work.amend(record, row, matches)
        after = context.verdict(context.work.leads[lead.id], record)
        anew = tuple(name for name in unchecked if name not in row.checks)
        details = {"fields": tuple(sorted(self.changes)), "points": str(after.points), "unchecked": anew}
        details |= {"contradicts": tuple(contradictions(lead, after))}
        changes = context.lead_changed(lead, after, "amended", reason=self.reason, details=details)
        new = {name: value for name, value in record.custom.items() if name not in known.custom}
        receipt = evolve(changes.receipt, findings=strange_fields(context.policy, new))
        changes = evolve(changes, receipt=receipt)
        return evolve(changes, add=[*changes.add, *context.changed(lead.id, values)])


@define(frozen=True)
class Reopen(LeadCommand):
    """Take a lead out of the archive; it is screened and scored as if it had come in now."""

    moves = move("archived", to=SCREENED)

    reason: Reason = field(default=None, kw_only=True, repr=False)

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        anew: dict[str, Any] = {"reasons": (), "pooled_at": None, "open_since": None, **NOT_ACCEPTED}
        fresh = evolve(lead, status="new", **anew, **_awake(lead, context))
        after = context.verdict(fresh, context.work.lead(lead.id))
        return context.lead_changed(
            lead, after, "reopened", notice="lead_reopened", reason=self.reason, details={"reasons": after.reasons}
        )


@define(frozen=True)
class Recycle(LeadCommand):
    """Put a converted lead back into the pool, without an owner and without its signals, which spoke for that deal.

    Raises:
        ConflictError: an opportunity of it is still open.
    """

    moves = move("converted", to="valid")

    reason: Reason = field(default=None, kw_only=True, repr=False)

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        still_open = context.work.unit.find(Query(OPPORTUNITIES, {"lead_id": lead.id, "status": "open"}, limit=1))
        if still_open:
            hint = f"win or lose it first: {still_open[0].id}"
            raise ConflictError(Problem("has an open opportunity", hint, place=lead.id))
        spoken: dict[str, Any] = {"signals": FrozenDict(), "ready_at": None}
        back: dict[str, Any] = {"status": "valid", "owner": None, "in_queue": True, "pooled_at": context.at, **spoken}
        fresh = evolve(lead, **back, **_awake(lead, context))
        after = context.verdict(fresh, context.work.lead(lead.id), screen=False)
        return context.lead_changed(
            lead,
            after,
            "recycled",
            notice="lead_recycled",
            reason=self.reason,
            details={"owner_before": lead.owner, "noted_before": tuple(sorted(lead.signals))},
        )


@define(frozen=True)
class Pause(LeadCommand):
    """Wait for the customer: the lead's duties are on hold until they answer, or until `resume`."""

    moves = stay(*IN_QUEUE)

    reason: Reason = field(default=None, kw_only=True, repr=False)

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        if lead.paused_at is not None:
            raise ConflictError(Problem("is paused already", "nothing to do", place=lead.id))
        return context.lead_changed(lead, evolve(lead, paused_at=context.at), "paused", reason=self.reason)


@define(frozen=True)
class Resume(LeadCommand):
    """Go on after a pause; the lead's duties are put off by its length."""

    moves = stay(*IN_QUEUE)

    reason: Reason = field(default=None, kw_only=True, repr=False)

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        if lead.paused_at is None:
            raise ConflictError(Problem("is not paused", "nothing to do", place=lead.id))
        return context.lead_changed(lead, evolve(lead, **_awake(lead, context)), "resumed", reason=self.reason)


@define(frozen=True)
class Erase(LeadCommand):
    """Erase the person behind a lead everywhere; the figures of the review stay as they were.

    But a channel, an industry, a product or the like that hardly anybody else says goes, too: it would tell who it was.

    Raises:
        ConflictError: it was erased before.
        StorageError: it is erased, but files could not be swept now; the hint says how to do it later.
    """

    @property
    def locks(self) -> tuple[str, ...]:
        return (f"lead:{self.lead_id}", "outbox")

    def run(self, executor: Executor) -> Receipt:
        receipt = executor.run(self, self.apply)
        forget()
        executor.storage.sweep()
        return receipt

    def apply(self, context: CommandContext) -> Changes:
        lead = self._lead(context)
        context.check_owner(lead)
        context.check_version(lead)
        return self.decide(lead, context)

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        erased = erase_family(context.work, lead, context.at, lambda: context.new_id() + context.new_id())
        receipt = context.receipt("erased", evolve(lead, version=lead.version + 1, owner=None))
        return Changes(receipt=receipt, add=[context.entry(lead.id, {"leads": erased})])

    def _lead(self, context: CommandContext) -> LeadRow:
        try:
            return context.work.row(self.lead_id)
        except NotFoundError:
            if self.lead_id in context.work.leads:
                message = Problem("this lead was erased before", "nothing is left to erase", place=self.lead_id)
                raise ConflictError(message) from None
            raise


def _answers(executor: Executor, lead_id: str, changes: Mapping[str, Any], by: Actor | None) -> Mapping[str, Answer]:
    """What registers say of a lead as it is to be after `changes`; nothing where the command will be refused.

    Called outside of any transaction.
    """
    if not executor.plugins.verifies:
        return {}
    try:
        executor.policy.document.permissions.check("amend", by or executor.actor)
        with executor.storage.transaction(read_only=True) as unit:
            work = executor.work_set(unit)
            lead = work.lead(work.row(lead_id).id)
        return executor.plugins.verify(amended(lead, changes), executor.policy.facts)[0]
    except CommandError:
        return {}


def _awake(lead: LeadRow, context: CommandContext) -> Mapping[str, Any]:
    """What ends a pause, where there is one."""
    return {} if lead.paused_at is None else {"paused_at": None, "resumed_at": context.at}


class LeadCommands:
    """The commands on leads, as methods of a desk."""

    amend = gives(Amend)
    reopen = gives(Reopen)
    recycle = gives(Recycle)
    pause = gives(Pause)
    resume = gives(Resume)
    erase = gives(Erase)
