"""Activities that come in: kept once, never rewritten, and the lead's score brought up to date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import compress
from typing import Annotated, ClassVar

from attrs import define, evolve, field, setters

from leadkit.desk.account_facts import with_account_facts
from leadkit.desk.commands.command import DeskCommand, HasExecutor, gives
from leadkit.desk.context import Changes, CommandContext, Request
from leadkit.desk.execute import Batch, Executor, batches, only
from leadkit.desk.feedback import findings_in
from leadkit.desk.keys import Outcome
from leadkit.desk.notices import Rows
from leadkit.desk.observing import observed
from leadkit.desk.opportunities.deciders import contact_named
from leadkit.desk.opportunities.follow_ups import deal_of, findings_of, follow_up, open_deals_of
from leadkit.desk.results import Receipt
from leadkit.desk.verdict import verdict
from leadkit.desk.work_set import WorkSet
from leadkit.errors import CommandError, ConflictError, Problem
from leadkit.process.command import Argument
from leadkit.process.content import ContentLibrary
from leadkit.records import Activity
from leadkit.records.people import Actor
from leadkit.rules.facts import near
from leadkit.store.mapping import activity_of, activity_rows
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.protocol import by_id
from leadkit.store.rows import ActivityRow, LeadRow
from leadkit.store.soundness import ahead_of, faults_of
from leadkit.store.tables import ACTIVITIES, TEXTS

__all__ = ["Record"]


@define(frozen=True)
class Record(DeskCommand[Receipt]):
    """Record a follow-up or another activity, and update the lead's score.

    The activity's id is its key: sent twice, it is kept once. On a lead with one open opportunity it is about that one,
    unless it names another. One of a kind that the policy does not know is kept and counts for nothing: the receipt has
    the finding `kind_unknown`.

    Raises:
        NotFoundError: there is no such lead.
        ConflictError: there is another activity with this id.
    """

    activity: Annotated[Activity, Argument("The activity, which is never rewritten.")] = field(repr=False)

    owned: ClassVar[bool] = True

    @property
    def identity(self) -> str | None:
        return self.activity.id

    @property
    def locks(self) -> tuple[str, ...]:
        deal = self.activity.opportunity_id
        return (f"lead:{self.activity.lead_id}", *(() if deal is None else (f"opportunity:{deal}",)))

    def run(self, executor: Executor) -> Receipt:
        return only(record_all(executor, [self]))


def record_all(executor: Executor, commands: Iterable[Record]) -> Iterator[Outcome]:
    """Keep activities, a batch in one transaction; one that is refused stops no other."""
    for batch in batches(commands):
        yield from executor.run_many(batch, lambda request: _incoming(executor.content, request), _record)


@define(on_setattr=setters.frozen)
class Incoming:
    """One activity that comes in."""

    request: Request
    activity: Activity


def _incoming(library: ContentLibrary, request: Request) -> Incoming:
    command = request.command
    assert isinstance(command, Record)
    activity = command.activity
    problems = [
        *faults_of(activity, activity.id),
        *ahead_of(activity, activity.id, request.at),
        *_no_content(library, activity),
    ]
    if problems:
        raise CommandError(problems)
    return Incoming(request, activity)


def _no_content(library: ContentLibrary, activity: Activity) -> Iterator[Problem]:
    """That there is no such piece of content to send; without a library anything may have been sent."""
    sent = activity.content_id
    if sent is not None and library.content and library.piece(sent) is None:
        hint = near(sent, (item.id for item in library.content))
        yield Problem(f"there is no content {sent}", hint, place=activity.id, path="content_id")


def _record(batch: Batch, incoming: Sequence[Incoming]) -> list[Changes | CommandError]:
    """What each activity changes. One that is there already in the same words changes nothing.

    The score of a lead is brought up to date once, with the last of its activities.
    """
    work = batch.work
    work.look_up(item.activity.lead_id for item in incoming)
    known = _known(work, [item.activity.id for item in incoming])
    homes = [_home(work, item.activity) for item in incoming]
    open_deals = open_deals_of(work, (home.id for home in homes if isinstance(home, LeadRow)))
    rows = work.activities(dict.fromkeys(home.id for home in homes if isinstance(home, LeadRow)))
    new: dict[str, list[int]] = defaultdict(list)
    strange: dict[tuple[str, str | None], int] = {}
    outcomes: list[Changes | CommandError] = []
    for place, (item, home) in enumerate(zip(incoming, homes, strict=True)):
        if isinstance(home, CommandError):
            outcomes.append(home)
            continue
        context = batch.context(item.request)
        try:
            opportunity_id = deal_of(work, item.activity, home, open_deals)
            context.check_owner(_subject(work, home, opportunity_id))
        except CommandError as error:
            outcomes.append(error)
            continue
        outcome, row = _kept(context, item.activity, home, known, opportunity_id)
        outcomes.append(outcome)
        if row is not None:
            known[item.activity.id] = item.activity
            rows.setdefault(home.id, []).append(row)
            new[home.id].append(place)
            strange |= {(home.id, opportunity_id): place} if item.activity.by != home.owner else {}
    for lead_id, places in new.items():
        context = batch.context(incoming[places[-1]].request)
        outcomes = _with_score(context, outcomes, places, lead_id, rows[lead_id])
    for (lead_id, opportunity_id), place in strange.items():
        subject = _subject(work, work.leads[lead_id], opportunity_id)
        outcomes[place] = _with_notice(batch.context(incoming[place].request), outcomes[place], subject)
    return outcomes


def _subject(work: WorkSet, home: LeadRow, opportunity_id: str | None) -> LeadRow | OpportunityRow:
    """The opportunity that an activity is about, else its lead."""
    return home if opportunity_id is None else work.opportunity(opportunity_id).row


def _with_notice(
    context: CommandContext, outcome: Changes | CommandError, subject: LeadRow | OpportunityRow
) -> Changes | CommandError:
    """What an activity changes, with the notice to the owner that somebody else recorded it."""
    if isinstance(outcome, CommandError):
        return outcome
    return evolve(outcome, add=[*outcome.add, *context.notice_to_owner(subject, subject.owner)])


def _kept(
    context: CommandContext, activity: Activity, home: LeadRow, known: Mapping[str, Activity], deal: str | None
) -> tuple[Changes | CommandError, ActivityRow | None]:
    """What one activity adds, and its row where it is new; `deal` is the opportunity that it is about."""
    unknown = activity.contact is not None and contact_named(context.work.lead(home.id), activity.contact) is None
    strange = activity.kind not in context.policy.event_kinds
    findings = tuple(compress(("contact_unknown", "kind_unknown"), (unknown, strange)))
    receipt = evolve(context.receipt("recorded", home), opportunity_id=deal, findings=findings)
    before = known.get(activity.id)
    try:
        context.check_plan("recorded" if before is None else "repeated", home.id)
    except ConflictError as error:
        return error, None
    if before is None:
        findings = (*findings, *findings_in(activity.feedback, home, context))
        receipt = evolve(receipt, findings=findings)
        if deal is not None:
            receipt = evolve(receipt, findings=(*findings, *findings_of(context.work, context.policy, deal, activity)))
            follow_up(context.work, context.policy, deal, activity)
        row, text = activity_rows(activity, context.at, context.actor.id, deal)
        return Changes(receipt=receipt, add=[(ACTIVITIES, row), *([(TEXTS, text)] if text else [])]), row
    if before == activity or _but_for_the_deal(before) == activity:
        return Changes(receipt=evolve(receipt, outcome="repeated")), None
    hint = "an activity is never rewritten; give the new one its own id"
    return ConflictError(Problem("there is another activity with this id", hint, place=activity.id)), None


def _but_for_the_deal(activity: Activity) -> Activity:
    """An activity as it was given, where it named no opportunity."""
    return activity.model_copy(update={"opportunity_id": None})


def _with_score(
    context: CommandContext,
    outcomes: list[Changes | CommandError],
    places: Sequence[int],
    lead_id: str,
    activities: list[ActivityRow],
) -> list[Changes | CommandError]:
    """The outcomes with the lead's new score: its version in each receipt, its notices with the last."""
    try:
        notices = _rescored(context, lead_id, activities)
    except CommandError as error:
        return [error if place in places else outcome for place, outcome in enumerate(outcomes)]
    version = context.work.leads[lead_id].version + 1
    changed = list(outcomes)
    for place in places:
        changes = outcomes[place]
        if isinstance(changes, Changes):
            more = notices if place == places[-1] else []
            receipt = evolve(changes.receipt, version=version)
            changed[place] = evolve(changes, receipt=receipt, add=[*changes.add, *more])
    return changed


def _rescored(context: CommandContext, lead_id: str, activities: list[ActivityRow]) -> Rows:
    """Score the lead in the work set again, end its pause where the customer answered, and give the notices."""
    work = context.work
    before = work.leads[lead_id]
    row = with_account_facts(work, before, work.lead(lead_id), activities, context.at)
    after = verdict(context.policy, row, work.lead(lead_id), activities, context.at, screen=False)
    if before.paused_at is not None and _answered(context, before.paused_at, activities):
        after = evolve(after, paused_at=None, resumed_at=context.at)
    work.leads[lead_id] = after
    return context.notices_after(before, evolve(after, version=before.version + 1))


def _answered(context: CommandContext, since: datetime, activities: list[ActivityRow]) -> bool:
    """Whether the customer got in touch after we began to wait for them."""
    answers = context.policy.document.service_levels.answers
    return any(activity.kind in answers and activity.occurred_at >= since for activity in activities)


def _known(work: WorkSet, ids: Sequence[str]) -> dict[str, Activity]:
    rows = by_id(work.unit, ACTIVITIES, ids)
    texts = by_id(work.unit, TEXTS, rows)
    return {key: activity_of(row, texts.get(key)) for key, row in rows.items()}


def _home(work: WorkSet, activity: Activity) -> LeadRow | CommandError:
    try:
        return work.row(activity.lead_id)
    except CommandError as error:
        return error


class RecordCommands:
    """The commands that keep activities, as methods of a desk."""

    record = gives(Record)

    def record_all(
        self: HasExecutor, activities: Iterable[Activity], *, by: Actor | None = None
    ) -> list[Receipt | CommandError]:
        """Keep many activities, in transactions of 200; one that is refused stops no other.

        Gives for each, in their order, its receipt or the error.
        """
        commands = (Record(activity, by=by) for activity in activities)
        return observed("record_all", lambda: list(record_all(self.executor, commands)))
