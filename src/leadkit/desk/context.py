"""What a command decides with, and what it decides: rows, a line of the journal, notices, a receipt."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from attrs import define, evolve, field, setters

from leadkit.desk.account_facts import with_account_facts
from leadkit.desk.customers import won_deals
from leadkit.desk.entering import who_entered
from leadkit.desk.notices import Rows, notice_rows, notices_after
from leadkit.desk.overriding import deciding_band
from leadkit.desk.owed import OpportunityFile
from leadkit.desk.ownership import stamped
from leadkit.desk.planned import Planned
from leadkit.desk.results import Receipt
from leadkit.desk.verdict import verdict, with_verdict_times
from leadkit.desk.work_set import WorkSet
from leadkit.errors import ConflictError, Problem
from leadkit.plugins.manager import Answer
from leadkit.policy import Policy
from leadkit.process.codes import Outcome
from leadkit.process.command import Command
from leadkit.records import Lead
from leadkit.records.fields import FrozenDict
from leadkit.records.lead_fields import missing
from leadkit.records.people import SYSTEM, Actor
from leadkit.store.opportunity_rows import OpportunityRow, StatementRow
from leadkit.store.process_rows import ChangeRow, EntryRow, NoticeRow, RemarkRow
from leadkit.store.protocol import Unit
from leadkit.store.rows import NOTHING, LeadRow
from leadkit.store.soundness import sound
from leadkit.store.tables import CHANGES, JOURNAL, MEMBERS, REMARKS, STATEMENTS, Table

NO_DETAILS: Mapping[str, Any] = FrozenDict()


@define(on_setattr=setters.frozen, kw_only=True)
class Changes:
    """Everything that one command writes beside its work set, and the receipt for it."""

    receipt: Receipt
    add: Iterable[tuple[Table[Any], Any]] = ()
    replace: Iterable[tuple[Table[Any], Any]] = ()


def write(unit: Unit, changes: Iterable[Changes]) -> None:
    """Write what commands add and replace, in their order, in one transaction."""
    every = list(changes)
    for table, rows in _by_table(pair for each in every for pair in each.add):
        unit.add(table, rows)
    for table, rows in _by_table(pair for each in every for pair in each.replace):
        unit.replace(table, rows)


def _by_table(pairs: Iterable[tuple[Table[Any], Any]]) -> Iterator[tuple[Table[Any], list[Any]]]:
    tables: dict[Table[Any], list[Any]] = {}
    for table, row in pairs:
        tables.setdefault(table, []).append(row)
    yield from tables.items()


@define(on_setattr=setters.frozen)
class Request:
    """A command on its way: when it came, and the id that its line of the journal will have."""

    command: Command
    at: datetime
    entry_id: str
    named: bool = True
    """Whether somebody said who gives it: in the command, or for the whole desk."""

    @property
    def actor(self) -> Actor:
        """Who gives the command."""
        return self.command.by or SYSTEM


@define(on_setattr=setters.frozen, kw_only=True)
class CommandContext:
    """What a command decides with: the policy, the time, and the rows that its transaction has read."""

    request: Request
    policy: Policy
    work: WorkSet
    commands: tuple[type[Command], ...] = field(repr=False)
    import_id: str | None = None
    planned: Planned | None = None
    new_id: Callable[[], str] = field(repr=False)
    answers: Mapping[str, Answer] = field(factory=dict, repr=False)
    """What registers say of the lead as the command makes it; they are asked before its transaction."""

    @property
    def at(self) -> datetime:
        """When what the command tells of was done: as it says, else when it was given."""
        stated: datetime | None = getattr(self.request.command, "at", None)
        return self.request.at if stated is None else stated

    @property
    def entered_at(self) -> datetime:
        """When the command was given."""
        return self.request.at

    @property
    def actor(self) -> Actor:
        """Who gives the command."""
        return self.request.actor

    @property
    def name(self) -> str:
        """The command's name."""
        return self.request.command.name

    def check_plan(
        self, outcome: Outcome, lead_id: str | None, changes: FrozenDict = NOTHING, **more: str | None
    ) -> None:
        """Let a command through that comes to what was planned, or that nobody planned.

        Raises:
            NotAsPlannedError: it would come to something else by now.
        """
        if self.planned is not None:
            self.planned.check(Planned(outcome, lead_id, changes, **more))

    def check_version(self, row: LeadRow | OpportunityRow) -> None:
        """Let a command through that names no version, or the one that its subject has.

        Raises:
            ConflictError: it names another one.
        """
        expected = getattr(self.request.command, "version", None)
        same = range(row.last_changed, row.version + 1) if isinstance(row, LeadRow) else (row.version,)
        if expected is not None and expected not in same:
            subject = "lead" if isinstance(row, LeadRow) else "opportunity"
            message = f"somebody else changed this {subject} first: version {same[0]}, not {expected}"
            raise ConflictError(Problem(message, "read it again and decide anew", place=row.id))

    def verdict(self, row: LeadRow, lead: Lead, *, screen: bool = True) -> LeadRow:
        """`row` scored again by all of its activities and, where `screen`, screened again."""
        activities = self.work.activities([row.id]).get(row.id, [])
        row = with_account_facts(self.work, row, lead, activities, self.at)
        return verdict(self.policy, row, lead, activities, self.at, screen=screen)

    def entry(
        self, lead_id: str | None, details: Mapping[str, Any] = NO_DETAILS, opportunity_id: str | None = None
    ) -> tuple[Table[EntryRow], EntryRow]:
        """The line of the journal; details that are None or empty are left out."""
        details = {"import": self.import_id, **details}
        row = EntryRow(
            id=self.request.entry_id,
            at=self.at,
            entered_at=None if self.at == self.entered_at else self.entered_at,
            actor=self.actor.id,
            role=self.actor.role,
            command=self.name,
            lead_id=lead_id,
            opportunity_id=opportunity_id,
            policy=self.policy.id,
            details=FrozenDict({name: value for name, value in details.items() if value not in (None, ())}),
        )
        return JOURNAL, row

    def remark(self, lead_id: str, text: str | None) -> Rows:
        """The reason in the actor's own words, where there is one."""
        return [(REMARKS, RemarkRow(id=self.request.entry_id, lead_id=lead_id, text=text))] if text else []

    def changed(self, lead_id: str, values: FrozenDict) -> Rows:
        """What the command changed in a lead's own words, before and after."""
        row = ChangeRow(id=self.request.entry_id, lead_id=lead_id, at=self.at, values=values)
        return [(CHANGES, row)] if values else []

    def notice(
        self,
        kind: str | None,
        row: LeadRow | OpportunityRow,
        details: Mapping[str, Any] = NO_DETAILS,
        expert: str | None = None,
    ) -> Rows:
        """The notice `kind` about a lead or an opportunity as it is stored now; none where the policy names nobody."""
        if kind is None:
            return []
        return notice_rows(
            self.policy, kind, row, self.entered_at, self.request.entry_id, details, self._entered, expert
        )

    def notice_to_owner(self, row: LeadRow | OpportunityRow, owner: str | None) -> Rows:
        """The notice to the `owner` of a lead or an opportunity that somebody else acted on it; none to themselves."""
        if owner in {None, self.actor.id} or self.actor.role == SYSTEM.role:
            return []
        details = {"action": self.name, "actor": self.actor.id, "actor_role": self.actor.role}
        return self.notice("acted_on_by_other", evolve(row, owner=owner), details)

    def check_owner(self, row: LeadRow | OpportunityRow) -> None:
        """Let an actor through whose role may give the command, or who has the lead or the opportunity.

        Raises:
            NotAllowedError: neither is so.
        """
        command = self.request.command
        self.policy.document.permissions.check_owner(command.permission, self.actor, row.owner, row.id)

    def _entered(self, lead_id: str | None) -> str | None:
        """Who of the team entered a lead, where that is somebody else than who acts."""
        member = who_entered(self.work.unit, lead_id, self.work.leads.get(lead_id or ""))
        return None if member == self.actor.id else member

    def receipt(self, outcome: Outcome, row: LeadRow) -> Receipt:
        """The receipt of a command on a lead, as it is stored now."""
        return Receipt(
            command=self.name, outcome=outcome, lead_id=row.id, status=row.status, version=row.version, owner=row.owner
        )

    def opportunity_receipt(self, outcome: Outcome, row: OpportunityRow, lead_id: str | None = None) -> Receipt:
        """The receipt of a command on an opportunity, as it is stored now."""
        return Receipt(
            command=self.name,
            outcome=outcome,
            lead_id=lead_id or row.lead_id,
            opportunity_id=row.id,
            status=row.stage,
            version=row.version,
            owner=row.owner,
        )

    def lead_changed(
        self,
        before: LeadRow,
        after: LeadRow,
        outcome: Outcome,
        *,
        reason: str | None = None,
        notice: str | None = None,
        details: Mapping[str, Any] = NO_DETAILS,
    ) -> Changes:
        """The lead as it is now, a line of the journal, the reason apart from it, and the notices that follow."""
        after = with_verdict_times(before, stamped(before, after, self.at), self.at)
        self.work.leads[before.id] = after
        stored = evolve(after, version=before.version + 1)
        add = [
            self.entry(before.id, details),
            *self.remark(before.id, reason),
            *self.notice(notice, stored, details),
            *self.notices_after(before, stored),
        ]
        return Changes(receipt=self.receipt(outcome, stored), add=add)

    def notices_after(self, before: LeadRow | None, after: LeadRow) -> Rows:
        """The notices that follow from what a lead was, None where it is new, and how it is stored now."""
        rows = notices_after(self.policy, before, after, self.entered_at, self.request.entry_id, self._entered)
        return [*((table, self._of_customer(notice, after)) for table, notice in rows), *self._above(before, after)]

    def _above(self, before: LeadRow | None, after: LeadRow) -> Rows:
        """The notice that a lead has come into a priority which the role of its owner does not take."""
        crossed = before is not None and before.notified_priority != after.notified_priority and after.in_queue
        band = deciding_band(self.policy, after, self.at)
        roles = self.policy.document.assignment.roles.get(band or "")
        if not crossed or roles is None or after.owner is None:
            return []
        member = self.work.unit.get(MEMBERS, after.owner)
        if member is None or member.role in roles:
            return []
        return self.notice("lead_above_owner", after, {"priority": band, "owner_role": member.role})

    def _of_customer(self, notice: NoticeRow, lead: LeadRow) -> NoticeRow:
        """A notice that tells of a lead in the pool, with how often its company bought."""
        if notice.kind != "lead_entered_pool":
            return notice
        details = {**notice.details, "won_deals": won_deals(self.work, lead.company_name)}
        return evolve(notice, details=FrozenDict(details))

    def opportunity_changed(
        self,
        file: OpportunityFile,
        row: OpportunityRow,
        outcome: Outcome,
        *,
        notice: str | None = None,
        reason: str | None = None,
        statement: Mapping[str, Any] = NO_DETAILS,
        details: Mapping[str, Any] = NO_DETAILS,
        expert: str | None = None,
    ) -> Changes:
        """The opportunity as it is now, a line of the journal, what somebody wrote apart from it, and a notice."""
        touched = sound(evolve(row, lead_id=row.lead_id), row.id)
        self.work.opportunities[row.id] = evolve(file, row=touched)
        stored = evolve(touched, version=row.version + 1)
        add: Rows = [
            self.entry(row.lead_id, details, row.id),
            *self.remark(row.lead_id or row.id, reason),
            *([(STATEMENTS, self.statement(row, statement))] if statement else []),
            *self.notice(notice, stored, details, expert),
        ]
        return Changes(receipt=self.opportunity_receipt(outcome, stored), add=add)

    def statement(self, row: OpportunityRow, fields: Mapping[str, Any]) -> StatementRow:
        """What somebody wrote about an opportunity with this command."""
        return StatementRow(
            id=self.request.entry_id,
            lead_id=row.lead_id,
            opportunity_id=row.id,
            kind=self.name,
            written_at=self.at,
            written_by=self.actor.id,
            fields=FrozenDict(fields),
        )


def missing_fields(policy: Policy, lead: Lead) -> list[Problem]:
    """What a lead must have by `[capture] required`, and has not."""
    names = missing(lead, policy.document.capture.required)
    hint = "[capture] required in the policy says what a lead must have"
    return [Problem("is missing", hint, place=lead.id, path=name) for name in names]
