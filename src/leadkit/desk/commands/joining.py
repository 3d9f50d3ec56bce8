"""Two leads that are one customer, and one that turned out to be two."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Annotated, Any

from attrs import define, evolve, field

from leadkit.desk.account_facts import with_account_facts
from leadkit.desk.commands.command import LeadCommand, Reason, gives
from leadkit.desk.context import Changes, CommandContext
from leadkit.desk.verdict import verdict
from leadkit.errors import CommandError, Problem
from leadkit.process.command import Argument
from leadkit.process.lifecycle import move, stay
from leadkit.process.states import IN_QUEUE, SCREENED
from leadkit.records import Lead
from leadkit.records.fields import FrozenDict
from leadkit.records.join import merged
from leadkit.store.mapping import match_rows, taken_back
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.process_rows import EntryRow
from leadkit.store.protocol import Query, by_id
from leadkit.store.rows import NOTHING, ActivityRow, LeadRow, MatchRow
from leadkit.store.tables import ACTIVITIES, CHANGES, JOURNAL, LEADS, MATCHES, OPPORTUNITIES

__all__ = ["Merge", "Unmerge"]


@define(frozen=True)
class Merge(LeadCommand):
    """Join another lead to this one: both sources, both contacts, all activities and all opportunities are kept.

    Where this one has no owner, that of the other has it. With an open opportunity of the other's it is converted.
    """

    moves = (*move(*SCREENED, to=(*SCREENED, "converted")), *stay("converted"))

    other: Annotated[str, Argument("The lead that lives on in the first.")]
    reason: Reason = field(default=None, kw_only=True, repr=False)

    @property
    def locks(self) -> tuple[str, ...]:
        return (f"lead:{self.lead_id}", f"lead:{self.other}")

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        work, gone = context.work, context.work.row(self.other)
        context.check_owner(gone)
        if gone.id == lead.id:
            raise CommandError(Problem("is the same lead", "name two different leads", place=self.other))
        work.hold_matches([lead.id, gone.id])
        joined = merged(work.lead(lead.id), work.lead(gone.id), context.policy.document.phone_region)
        record, differences = joined.lead, tuple(difference.field for difference in joined.differences)
        self._redirect(lead, gone, context)
        converted_at = min(filter(None, (lead.converted_at, gone.converted_at)), default=None)
        verified = FrozenDict({**gone.verified, **lead.verified})
        known: dict[str, Any] = {
            "verified": verified,
            "checks": FrozenDict({**gone.checks, **lead.checks}),
            "signals": FrozenDict({**gone.signals, **lead.signals}),
        }
        owner = lead.owner or gone.owner
        values = work.amend(record, evolve(lead, **known, converted_at=converted_at, owner=owner), ())
        deals = _take_deals(context, [gone.id, *self._merged_before(gone, context)], lead.id)
        matches = work.unit.find(Query(MATCHES, {"lead_id": gone.id}))
        activities = work.activities([lead.id, gone.id])
        every = [activity for rows in activities.values() for activity in rows]
        after = _judged(work.leads[lead.id], record, every, context)
        if lead.status != "converted" and any(deal.status == "open" for deal in deals):
            after = evolve(after, status="converted", in_queue=False)
        details = {
            "merged": gone.id,
            "differences": differences,
            "opportunities": tuple(deal.id for deal in deals),
            "owner": owner if lead.owner is None else None,
            "status_before": lead.status if after.status != lead.status else None,
        }
        changes = context.lead_changed(lead, after, "merged", reason=self.reason, details=details)
        add = [*changes.add, *context.changed(lead.id, values)]
        changes = evolve(changes, receipt=evolve(changes.receipt, differences=differences), add=add)
        return evolve(changes, replace=[(MATCHES, evolve(match, lead_id=lead.id)) for match in matches])

    def _merged_before(self, gone: LeadRow, context: CommandContext) -> list[str]:
        return [row.id for row in context.work.unit.find(Query(LEADS, {"merged_into": gone.id}))]

    def _redirect(self, lead: LeadRow, gone: LeadRow, context: CommandContext) -> None:
        """Let the lead that is gone, and those merged into it before, live on in this one."""
        work = context.work
        work.leads[gone.id] = evolve(gone, merged_into=lead.id, in_queue=False)
        for row in work.unit.find(Query(LEADS, {"merged_into": gone.id})):
            work.look_up([row.id])
            work.leads[row.id] = evolve(row, merged_into=lead.id)


@define(frozen=True)
class Unmerge(LeadCommand):
    """Part a lead that was merged into this one, or joined to it when it came in, from it again.

    The other is a lead of its own as it was, with its activities, and is screened and scored. What this lead had from
    it goes, but for values that were changed since: those stay, and the answer names them. Of a phone or a company that
    both have, each keeps its own. Opportunities, and an owner, that came with the other go back with it.

    Raises:
        CommandError: the other was not merged into this one, or said nothing of its own.
    """

    moves = (*stay("archived"), *move(*SCREENED, "converted", to=(*SCREENED, "converted")))

    other: Annotated[str, Argument("The lead that is to be one of its own again.")]
    reason: Reason = field(default=None, kw_only=True, repr=False)

    @property
    def locks(self) -> tuple[str, ...]:
        return (f"lead:{self.lead_id}", f"lead:{self.other}")

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        work, gone = context.work, self._gone(lead, context)
        work.hold_matches([lead.id, gone.id])
        family = [row.id for row in work.unit.find(Query(LEADS, {"merged_into": lead.id}))]
        join = _join(context, [lead.id, *family], gone.id)
        record, kept = taken_back(lead, work.persons.get(lead.id), _brought(context, join))
        changed = work.amend(record, _as_before(context, _without_verified(lead, gone), gone.id, join), ())
        rest = _activities(context, [lead.id, *(each for each in family if each != gone.id)])
        after = _judged(work.leads[lead.id], record, rest, context)
        other = work.lead(gone.id)
        matches = _parted(context, record, other)
        alone = evolve(gone, merged_into=None)
        work.leads[gone.id] = _judged(alone, other, _activities(context, [gone.id]), context)
        details = {"unmerged": gone.id, "differences": kept}
        changes = context.lead_changed(lead, after, "unmerged", reason=self.reason, details=details)
        table, entry = context.entry(gone.id, {"unmerged_from": lead.id})
        add = [*changes.add, *context.changed(lead.id, changed), (table, evolve(entry, id=f"{entry.id}-{gone.id}"))]
        replace, new = matches
        return evolve(
            changes,
            receipt=evolve(changes.receipt, differences=kept),
            add=[*add, *((MATCHES, row) for row in new)],
            replace=[(MATCHES, row) for row in replace],
        )

    def _gone(self, lead: LeadRow, context: CommandContext) -> LeadRow:
        work = context.work
        work.look_up([self.other])
        gone = work.leads.get(self.other)
        if gone is None or gone.merged_into != lead.id or gone.erased_at is not None:
            hint = "leadkit history LEAD tells which were joined to it"
            raise CommandError(Problem("was not merged into this lead", hint, place=self.other))
        if gone.id not in work.persons:
            hint = "it came in again as it was known; capture it anew if it is another"
            raise CommandError(Problem("says nothing of its own", hint, place=self.other))
        return gone


def _judged(row: LeadRow, record: Lead, activities: Iterable[ActivityRow], context: CommandContext) -> LeadRow:
    """The lead scored by what is its own, and screened where its status follows from that."""
    every = list(activities)
    row = with_account_facts(context.work, row, record, every, context.at)
    return verdict(context.policy, row, record, every, context.at, screen=row.status in SCREENED)


def _join(context: CommandContext, family: Iterable[str], gone: str) -> EntryRow | None:
    """The line of the journal that tells of the join of a lead to the one that it lives on in."""
    entries = context.work.unit.find(Query(JOURNAL, {"lead_id": tuple(family)}, order=("seq",)))
    joins = [entry for entry in entries if gone in {entry.details.get("merged"), entry.details.get("joined")}]
    return joins[-1] if joins else None


def _brought(context: CommandContext, join: EntryRow | None) -> FrozenDict:
    """What a join changed in the lead that the other lives on in, before and after."""
    change = context.work.unit.get(CHANGES, join.id) if join is not None else None
    return change.values if change is not None else NOTHING


def _take_deals(
    context: CommandContext, sources: Iterable[str], home: str, only: Container[str] | None = None
) -> list[OpportunityRow]:
    """Let the opportunities of some leads, or `only` those, be those of the lead `home`; gives them."""
    work = context.work
    rows = work.unit.find(Query(OPPORTUNITIES, {"lead_id": tuple(sources)}))
    ids = [row.id for row in rows if only is None or row.id in only]
    work.unit.lock(*(f"opportunity:{deal}" for deal in ids))
    work.look_up_opportunities(ids)
    for deal in ids:
        file = work.opportunities[deal]
        work.opportunities[deal] = evolve(
            file,
            row=evolve(file.row, lead_id=home),
            milestones=tuple(evolve(part, lead_id=home) for part in file.milestones),
            objections=tuple(evolve(part, lead_id=home) for part in file.objections),
        )
    return [work.opportunities[deal].row for deal in ids]


def _as_before(context: CommandContext, lead: LeadRow, gone: str, join: EntryRow | None) -> LeadRow:
    """The lead without the opportunities, and the owner and the status, that the other brought."""
    details = join.details if join is not None else NOTHING
    _take_deals(context, [lead.id], gone, details.get("opportunities", ()))
    left = context.work.unit.find(Query(OPPORTUNITIES, {"lead_id": lead.id, "status": "open"}))
    brought = set(details.get("opportunities", ()))
    before = details.get("status_before")
    if before is not None and lead.status == "converted" and all(row.id in brought for row in left):
        lead = evolve(lead, status=before, in_queue=before in IN_QUEUE)
    return evolve(lead, owner=None) if lead.owner is not None and details.get("owner") == lead.owner else lead


def _without_verified(lead: LeadRow, gone: LeadRow) -> LeadRow:
    """The lead without what a register, or who noted a signal, may have said of the other alone."""
    verified = {name: value for name, value in lead.verified.items() if gone.verified.get(name) != value}
    converted_at = None if lead.status != "converted" and lead.converted_at == gone.converted_at else lead.converted_at
    signals = {name: noted for name, noted in lead.signals.items() if gone.signals.get(name) != noted}
    checks = {name: check for name, check in lead.checks.items() if gone.checks.get(name) != check}
    known: dict[str, Any] = {"verified": verified, "signals": signals, "checks": checks}
    known = {name: FrozenDict(values) for name, values in known.items()}
    return evolve(lead, **known, converted_at=converted_at)


def _activities(context: CommandContext, lead_ids: Iterable[str]) -> list[ActivityRow]:
    return context.work.unit.find(Query(ACTIVITIES, {"lead_id": tuple(lead_ids)}, order=("occurred_at", "id")))


def _parted(context: CommandContext, record: Lead, other: Lead) -> tuple[list[MatchRow], list[MatchRow]]:
    """What the other lead can be found by again: rows that led to this one, and new ones for what both can."""
    wanted, shared = match_rows(other, context.policy), {row.id for row in match_rows(record, context.policy)}
    rows = [evolve(row, id=f"{row.id}|{other.id}") if row.id in shared else row for row in wanted]
    there = by_id(context.work.unit, MATCHES, (row.id for row in rows))
    ours = {record.id, other.id}
    moved = [row for row in rows if row.id in there and there[row.id].lead_id in ours]
    return moved, [row for row in rows if row.id not in there]


class JoiningCommands:
    """The commands that make one lead of two, or two of one, as methods of a desk."""

    merge = gives(Merge)
    unmerge = gives(Unmerge)
