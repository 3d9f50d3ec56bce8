"""Leads that come in: checked, found again or new, screened and scored, many in one transaction."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any, ClassVar

from attrs import define, evolve, field, setters

from leadkit.desk.account_facts import with_account_facts
from leadkit.desk.checks import contradictions, strange_fields, with_answers, without_changed
from leadkit.desk.commands.command import DeskCommand, HasExecutor, Key, gives
from leadkit.desk.context import Changes, CommandContext, Request, missing_fields
from leadkit.desk.customers import look_for_customers, won_deals
from leadkit.desk.erased import erased_among
from leadkit.desk.execute import Batch, Executor, batches, only
from leadkit.desk.keys import Outcome
from leadkit.desk.observing import observed
from leadkit.desk.owed import entry_of
from leadkit.desk.ownership import stamped
from leadkit.desk.results import Receipt
from leadkit.desk.verdict import SEEN_BEFORE, verdict
from leadkit.desk.work_set import WorkSet
from leadkit.errors import CommandError, ConflictError, Problem
from leadkit.plugins.manager import Answer
from leadkit.process.command import Argument
from leadkit.process.lifecycle import move
from leadkit.process.states import IN_QUEUE, SCREENED
from leadkit.records import Lead
from leadkit.records.corrected_lead import corrected
from leadkit.records.duplicates import customer
from leadkit.records.join import merged
from leadkit.records.people import Actor
from leadkit.store.mapping import amended_row, has_number, match_rows, new_row
from leadkit.store.protocol import Query
from leadkit.store.rows import NOTHING, ActivityRow, LeadRow, MatchRow
from leadkit.store.soundness import ahead_of, faults_of
from leadkit.store.tables import OPPORTUNITIES

__all__ = ["Capture"]

SheetNumber = Annotated[str | None, Argument("Its number in a sheet: it corrects the lead that came under that.")]


@define(frozen=True)
class Capture(DeskCommand[Receipt]):
    """Take a lead in: verify, find duplicates, screen, score. A duplicate is joined to the lead that is there.

    One that says nothing new is `repeated`: it is no enquiry, and nobody is notified. One that has the id of a lead in
    another system, or that says with `number` under which one that came, corrects that lead by the policy's
    `[imports]`: it is `amended`. Somebody who was erased is known again and refused, unless they enquire `anew`. Where
    the policy does not know one of its `custom` fields, the receipt has the finding `custom_unknown`.

    Raises:
        CommandError: what the policy requires is missing, a plugin objects, it may be either of two leads, or the
            person was erased.
        ConflictError: there is another lead with this id, or `key` was used for something else.
    """

    terminal = None
    subject: ClassVar[str | None] = "lead"
    moves = move(to=SCREENED)

    lead: Annotated[Lead, Argument("The lead that comes in.")] = field(repr=False)
    number: SheetNumber = field(default=None, kw_only=True)
    anew: Annotated[bool | None, Argument("They were erased, and enquire again of their own accord.")] = field(
        default=None, kw_only=True
    )
    key: Key = field(default=None, kw_only=True, repr=False)

    @property
    def locks(self) -> tuple[str, ...]:
        return (f"lead:{self.lead.id}",)

    def run(self, executor: Executor) -> Receipt:
        return only(capture_all(executor, [self]))


@define(on_setattr=setters.frozen)
class Incoming:
    """One lead that comes in, with what registers say about it and what it can be found again by."""

    request: Request
    lead: Lead
    number: str | None
    anew: bool
    answers: Mapping[str, Answer]
    failed_plugins: tuple[str, ...]
    matches: tuple[MatchRow, ...]


def capture_all(
    executor: Executor, commands: Iterable[Capture], decided: set[str | None] | None = None
) -> Iterator[Outcome]:
    """Take leads in, a batch in one transaction; one that is refused stops no other.

    The keys of those that were decided now are put into `decided`: any other was answered as it was before.
    """
    for batch in batches(commands):
        now: set[str | None] = set()

        def decide(work: Batch, leads: Sequence[Incoming], now: set[str | None] = now) -> list[Changes | CommandError]:
            now.clear()
            now.update(incoming.request.command.identity for incoming in leads)
            return _capture(work, leads)

        yield from executor.run_many(batch, lambda request: _incoming(executor, request), decide)
        if decided is not None:
            decided |= now


def _incoming(executor: Executor, request: Request) -> Incoming:
    """A lead made ready, outside of any transaction.

    Raises:
        CommandError: what the policy requires is missing, or a text can't be stored; all problems at once.
    """
    command, policy = _command(request), executor.policy
    lead = command.lead
    answers, failed = executor.plugins.verify(lead, policy.facts)
    problems = [*missing_fields(policy, lead), *faults_of(lead, lead.id), *ahead_of(lead, lead.id, request.at)]
    if problems:
        raise CommandError(problems)
    matches = tuple(match_rows(lead, policy))
    return Incoming(request, lead, command.number, bool(command.anew), answers, failed, matches)


def _capture(batch: Batch, leads: Sequence[Incoming]) -> list[Changes | CommandError]:
    """What becomes of each of `leads`, in their order; a later one may be the duplicate of an earlier one."""
    work = batch.work
    work.hold(match for incoming in leads for match in incoming.matches)
    work.look_up(incoming.lead.id for incoming in leads)
    work.look_for(match for incoming in leads for match in incoming.matches)
    look_for_customers(work, (match for incoming in leads for match in incoming.matches))
    activities = work.activities(key for key, row in work.leads_read.items() if row.merged_into is None)
    with_open_deal = _with_open_deal(work)
    erased = erased_among(work.unit, (match for incoming in leads for match in incoming.matches))
    return [
        _erased(incoming.lead)
        if not incoming.anew and any(match.found_by in erased for match in incoming.matches)
        else _captured(context, incoming, activities, with_open_deal)
        for incoming, context in ((incoming, batch.context(incoming.request)) for incoming in leads)
    ]


def _erased(lead: Lead) -> CommandError:
    hint = "leave them out; who enquires again is captured with anew"
    return CommandError(Problem("this person was erased", hint, place=lead.id))


def _with_open_deal(work: WorkSet) -> frozenset[str | None]:
    """The leads in the work set whose opportunity is open."""
    converted = tuple(key for key, row in work.leads_read.items() if row.status == "converted")
    where = {"lead_id": converted, "status": "open"}
    deals = work.unit.find(Query(OPPORTUNITIES, where)) if converted else []
    return frozenset(row.lead_id for row in deals)


def _captured(
    context: CommandContext,
    incoming: Incoming,
    activities: Mapping[str, list[ActivityRow]],
    with_open_deal: Collection[str | None],
) -> Changes | CommandError:
    work, lead = context.work, incoming.lead
    if lead.id in work.leads:
        hint = "give it another id, or amend the one that is there"
        return ConflictError(Problem("there is a lead with this id already", hint, place=lead.id))
    try:
        by_id = [row.id for row in work.same_as(match for match in incoming.matches if match.is_external)]
        same = {row.id: row for row in work.same_as(match for match in incoming.matches if not match.is_external)}
        lasting = [row for row in same.values() if row.id in with_open_deal or not _is_over(context, lead, row)]
        persons = {row.id for row in work.same_as(match for match in incoming.matches if match.names_a_person)}
        known = customer(lead, {row.id: work.lead(row.id) for row in lasting}, persons)
        if by_id and known not in (None, by_id[0]):
            raise _ambiguous(lead, by_id[0], str(known))
        home = by_id[0] if by_id else _numbered_so(incoming, lasting, work, persons) or known
        if home is None:
            return _new(context, incoming)
        return _known(context, incoming, work.leads[home], activities.get(home, ()))
    except CommandError as error:
        return error


def _numbered_so(incoming: Incoming, rows: Iterable[LeadRow], work: WorkSet, persons: Collection[str]) -> str | None:
    """The lead that came under the same number, where it is the same customer: it goes before any other."""
    same = [row for row in rows if _corrects(incoming, row)]
    return next((row.id for row in same if customer(incoming.lead, {row.id: work.lead(row.id)}, persons)), None)


def _is_over(context: CommandContext, lead: Lead, row: LeadRow) -> bool:
    """Whether a lead came to an end so long before another that this is a new enquiry."""
    days = context.policy.document.duplicates.fresh_after_days
    if days is None or row.status in IN_QUEUE:
        return False
    received = lead.received_at or lead.entered_at or context.at
    return received - (row.received_at or row.captured_at) >= timedelta(days=days)


def _new(context: CommandContext, incoming: Incoming) -> Changes:
    policy, work, at = context.policy, context.work, context.at
    context.check_plan("captured", incoming.lead.id, NOTHING)
    row = with_answers(policy, new_row(incoming.lead, at), incoming.lead, incoming.answers, at)
    row = with_account_facts(work, row, incoming.lead, (), at)
    row = verdict(policy, row, incoming.lead, (), at)
    work.enter(incoming.lead, row, incoming.matches)
    entered = entry_of(policy, work.calendar(), row)
    late = entered is not None and entered.met_at is not None and entered.met_at > entered.due_at
    entry = context.entry(row.id, {**_details(incoming, row), "entered_late": late or None})
    due = {"due_at": entered.due_at.isoformat()} if entered else {}
    notices = context.notice("entry_late" if late else None, row, due)
    won, findings = won_deals(work, row.company_name), strange_fields(policy, incoming.lead.custom)
    receipt = evolve(context.receipt("captured", row), won_deals=won, findings=findings)
    return Changes(receipt=receipt, add=[entry, *notices, *context.notices_after(None, row)])


def _ambiguous(lead: Lead, by_id: str, by_contact: str) -> CommandError:
    message = f"may be the lead {by_id} by its id, or {by_contact} by its contact or company"
    return CommandError(Problem(message, "merge these two, or mend the row", place=lead.id))


def _known(context: CommandContext, incoming: Incoming, before: LeadRow, activities: Iterable[ActivityRow]) -> Changes:
    """What comes of a lead that is in the store: it corrects itself, it is joined, or it says nothing new."""
    policy, work = context.policy, context.work
    stored, corrects = work.lead(before.id), _corrects(incoming, before)
    matched_by = _matched_by(incoming, before, work)
    first = corrected(stored, incoming.lead, policy.document.imports.of) if corrects else stored
    joined = merged(first, incoming.lead, policy.document.phone_region)
    known = _checked_anew(context, incoming, before, joined.lead)
    if joined.lead == stored and known.checks == before.checks:
        return _repeated(context, incoming, before)
    if corrects:
        policy.document.permissions.check_owner("amend", context.actor, before.owner, before.id)
    differences = tuple(difference.field for difference in joined.differences)
    known = with_account_facts(work, amended_row(known, joined.lead), joined.lead, activities, context.at)
    after = verdict(policy, known, joined.lead, activities, context.at, screen=before.status in SCREENED)
    after = stamped(before, after, context.at)
    context.check_plan("amended" if corrects else "joined", before.id, work.changes_by(joined.lead, after))
    values = work.amend(joined.lead, after, incoming.matches)
    amended = work.leads[before.id]
    after = evolve(amended, version=amended.version + (amended.id in work.leads_read))
    receipt = context.receipt("amended" if corrects else "joined", after)
    won = won_deals(work, after.company_name)
    findings = strange_fields(policy, incoming.lead.custom)
    receipt = evolve(
        receipt,
        differences=differences,
        matched_by=matched_by,
        changes=values,
        won_deals=won,
        findings=findings,
    )
    details = {"amended" if corrects else "joined": incoming.lead.id, "differences": differences}
    entry = context.entry(before.id, {**details, **_details(incoming, amended)})
    add = [entry, *context.notices_after(before, after), *context.changed(before.id, values)]
    if not corrects:
        alias = with_answers(policy, new_row(incoming.lead, context.at), incoming.lead, incoming.answers, context.at)
        alias = evolve(alias, owner=None, owned_at=None, in_queue=False, merged_into=before.id)
        work.alias(alias, incoming.lead)
        channel = alias.channel if policy.says(alias.channel or "") else None
        add += context.notice("lead_joined", after, {"channel": channel})
    return Changes(receipt=receipt, add=add)


def _checked_anew(context: CommandContext, incoming: Incoming, before: LeadRow, lead: Lead) -> LeadRow:
    """The lead with what registers say of facts that change now, or that they said nothing of before."""
    if not (incoming.answers or before.checks or before.verified):
        return before
    row, _ = without_changed(context.policy, before, context.work.changes_by(lead, before))
    answers = {name: answer for name, answer in incoming.answers.items() if name not in row.verified}
    return with_answers(context.policy, row, lead, answers, context.at)


def _corrects(incoming: Incoming, row: LeadRow) -> bool:
    """Whether a lead that comes in is the one in the store, seen anew: by its id in another system, or its number."""
    lead = incoming.lead
    if lead.external_id and row.external_id:
        return (lead.external_system, lead.external_id) == (row.external_system, row.external_id)
    return incoming.number is not None and has_number(row.id, incoming.number)


def _matched_by(incoming: Incoming, row: LeadRow, work: WorkSet) -> str:
    keys = (match.found_by for match in incoming.matches if row.id in {same.id for same in work.same_as([match])})
    return next(keys).partition(":")[0]


def _repeated(context: CommandContext, incoming: Incoming, row: LeadRow) -> Changes:
    """The lead was seen before as it is: it can be named by its id, and nothing else changes."""
    work = context.work
    context.check_plan("repeated", row.id, NOTHING)
    if incoming.number is None or not _corrects(incoming, row):
        work.alias(_alias(incoming.lead, row.id, context.at))
    changed = row.id in work.leads_read and work.leads_read[row.id] is not row
    return Changes(receipt=context.receipt("repeated", evolve(row, version=row.version + changed)))


def _alias(lead: Lead, home: str, captured_at: datetime) -> LeadRow:
    """The row of a lead that was seen before as it is, and lives on in that."""
    return LeadRow(
        id=lead.id,
        channel=lead.source.channel if lead.source else None,
        received_at=lead.received_at,
        entered_at=lead.entered_at,
        captured_at=captured_at,
        status="new",
        screening=SEEN_BEFORE,
        in_queue=False,
        merged_into=home,
    )


def _details(incoming: Incoming, row: LeadRow) -> dict[str, Any]:
    return {
        "channel": incoming.lead.source.channel if incoming.lead.source else None,
        "screening": row.screening,
        "reasons": row.reasons,
        "missing": row.missing,
        "points": str(row.points),
        "priority": row.priority,
        "not_verified_by": incoming.failed_plugins,
        "contradicts": tuple(contradictions(None, row)) if incoming.answers else (),
    }


def _command(request: Request) -> Capture:
    assert isinstance(request.command, Capture)
    return request.command


class CaptureCommands:
    """The commands that take leads in, as methods of a desk."""

    capture = gives(Capture)

    def capture_all(
        self: HasExecutor, leads: Iterable[tuple[Lead, str | None]], *, by: Actor | None = None
    ) -> list[Receipt | CommandError]:
        """Take many leads in, each with its key, in transactions of 200; one that is refused stops no other.

        Gives for each, in their order, its receipt or the error.
        """
        commands = (Capture(lead, key=key, by=by) for lead, key in leads)
        return observed("capture_all", lambda: list(capture_all(self.executor, commands)))
