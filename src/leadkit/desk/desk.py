"""The desk: a policy, a store, plugins and a clock, and the commands that a sales team gives."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadkit.adapters.built_in import BuiltIn
from leadkit.desk import leads, reading
from leadkit.desk.activities import record_all
from leadkit.desk.calibrating import calibration
from leadkit.desk.capture import capture_all
from leadkit.desk.carry_out import Carrier, Decide, Keyed
from leadkit.desk.changes import Changes
from leadkit.desk.delivery import Courier, Retries, dead_letters, redeliver
from leadkit.desk.erasure import erase
from leadkit.desk.opening import calendar_of, new_id, now, policy_of, storage_of
from leadkit.desk.opportunity_desk import OpportunityDesk
from leadkit.desk.rescoring import rescore_all, rescore_one
from leadkit.desk.results import DeadLetter, Delivered, DueItem, HistoryItem, LeadState, Receipt, Rescored, Ticked
from leadkit.desk.reviewing import review
from leadkit.desk.ticking import anything, tell_duties
from leadkit.errors import CommandError
from leadkit.plugins.manager import Plugins
from leadkit.policy import Policy
from leadkit.process.content import Content, ContentLibrary
from leadkit.records import Activity, Lead
from leadkit.records.fields import FrozenDict
from leadkit.records.people import SYSTEM, Actor, Member
from leadkit.records.text import forget
from leadkit.reviewing.calibration import Calibration
from leadkit.reviewing.notes import ReviewNotes
from leadkit.reviewing.period import Period, period_of
from leadkit.reviewing.review import Review
from leadkit.store.protocol import Query, Storage
from leadkit.store.tables import MEMBERS, hashable
from leadkit.texts import Language

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine


PATIENT = Retries()
EMPTY = ContentLibrary()


class Desk:
    """Leads that live: a policy, a store, plugins, and every command of a sales team.

    `policy` is a Policy, or what `load_policy` takes. `storage` is `memory:`, a database address such as
    `sqlite:///leads.db`, an address that a plugin opens, a SQLAlchemy Engine or Connection of the host's, or anything
    that keeps to `leadkit.store.protocol.Storage`. With a Connection the commands join the host's
    transaction. `plugins` are objects with hooks; `discover` loads those that are installed, too. `content` is
    what there is to send to leads.

    Every command takes `by`, who gives it (the program itself where it is left out); most take `key`, under which the
    command happens once and gives the same receipt again; those on a lead take `version`, to be refused when the lead
    is not as it was read. A command that raises has stored nothing.

    Raises:
        PolicyError: the policy is refused.
        StorageError: the store can't be opened; the hint says what to do, such as `leadkit migrate --db ...`.
        PluginError: a plugin can't be used.
    """

    def __init__(
        self,
        policy: Policy | str | Path | Mapping[str, Any],
        storage: str | Storage | Engine | Connection = "memory:",
        *,
        plugins: Iterable[Any] = (),
        discover: bool = False,
        content: ContentLibrary = EMPTY,
        actor: Actor = SYSTEM,
        clock: Callable[[], datetime] = now,
        ids: Callable[[], str] = new_id,
        retries: Retries = PATIENT,
    ) -> None:
        self.plugins = Plugins(plugins, discover=discover, built_in=BuiltIn())
        self.policy = policy_of(policy, self.plugins)
        self.storage = storage_of(storage, self.plugins)
        self._retries, self._content = retries, content
        self._carrier = Carrier(
            policy=self.policy,
            storage=self.storage,
            plugins=self.plugins,
            calendar=cache(lambda: calendar_of(self.policy, self.plugins)),
            actor=actor,
            clock=clock,
            ids=ids,
        )

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store."""
        self.storage.close()

    # Leads come in.

    def capture(self, lead: Lead, *, key: str | None = None, by: Actor | None = None) -> Receipt:
        """Take a lead in: verify, find duplicates, screen, score. A duplicate is joined to the lead that is there.

        Raises:
            CommandError: what the policy requires is missing, or a plugin objects.
            ConflictError: there is another lead with this id, or `key` was used for something else.
        """
        outcome = self.capture_all([(lead, key)], by=by)[0]
        if isinstance(outcome, CommandError):
            raise outcome
        return outcome

    def capture_all(
        self, leads: Iterable[tuple[Lead, str | None]], *, by: Actor | None = None
    ) -> list[Receipt | CommandError]:
        """Take many leads in, each with its key, in transactions of 500; one that is refused stops no other.

        Gives for each, in their order, its receipt or the error.
        """
        return list(capture_all(self._carrier, leads, by))

    def record(self, activity: Activity, *, by: Actor | None = None) -> Receipt:
        """Keep an activity and bring the lead's score up to date. Its id is its key: told twice, it is kept once.

        Raises:
            NotFoundError: there is no such lead.
            ConflictError: there is another activity with this id.
        """
        outcome = self.record_all([activity], by=by)[0]
        if isinstance(outcome, CommandError):
            raise outcome
        return outcome

    def record_all(self, activities: Iterable[Activity], *, by: Actor | None = None) -> list[Receipt | CommandError]:
        """Keep many activities, in transactions of 500; one that is refused stops no other.

        Gives for each, in their order, its receipt or the error.
        """
        return list(record_all(self._carrier, activities, by))

    # Verdicts on one lead.

    def screen(self, lead_id: str, **how: Any) -> Receipt:
        """Screen and score a lead again."""
        return self._command("screen", lead_id, leads.screen, **how)

    def amend(self, lead_id: str, changes: Mapping[str, Any], *, reason: str | None = None, **how: Any) -> Receipt:
        """Correct or complete a lead, and screen and score it again. `changes` are values by path: `contact.phone`.

        Raises:
            CommandError: there is no such field, or its value is of the wrong type.
        """
        said = hashable(dict(changes))
        return self._command(
            "amend", lead_id, partial(leads.amend, changes=said, reason=reason), changes=said, reason=reason, **how
        )

    def disqualify(self, lead_id: str, reason_code: str, *, reason: str | None = None, **how: Any) -> Receipt:
        """Judge a lead invalid by hand, for a reason such as `budget_too_small`, until a supervisor reviews it."""
        decide = partial(leads.disqualify, reason_code=reason_code, reason=reason)
        return self._command("disqualify", lead_id, decide, reason_code=reason_code, reason=reason, **how)

    def archive(self, lead_id: str, *, reason: str | None = None, **how: Any) -> Receipt:
        """Uphold an invalid verdict: the lead is archived and no longer followed up."""
        return self._reasoned("archive", lead_id, leads.archive, reason, how)

    def overturn(self, lead_id: str, *, reason: str | None = None, **how: Any) -> Receipt:
        """Overturn an invalid verdict: the lead is valid and in the pool."""
        return self._reasoned("overturn", lead_id, leads.overturn, reason, how)

    def reopen(self, lead_id: str, *, reason: str | None = None, **how: Any) -> Receipt:
        """Take a lead out of the archive; it is screened and scored anew."""
        return self._reasoned("reopen", lead_id, leads.reopen, reason, how)

    def recycle(self, lead_id: str, *, reason: str | None = None, **how: Any) -> Receipt:
        """Put a converted lead back into the pool, without an owner."""
        return self._reasoned("recycle", lead_id, leads.recycle, reason, how)

    def merge(self, lead_id: str, other: str, *, reason: str | None = None, **how: Any) -> Receipt:
        """Join the lead `other` to `lead_id`: both sources, both contacts and all activities are kept."""
        decide = partial(leads.merge, other=other, reason=reason)
        return self._command("merge", lead_id, decide, other=other, reason=reason, **how)

    def erase(self, lead_id: str, *, by: Actor | None = None) -> Receipt:
        """Erase the person behind a lead everywhere; the figures of the review stay as they were.

        Raises:
            ConflictError: it was erased before.
            StorageError: it is erased, but files could not be swept now; the hint says how to do it later.
        """
        receipt = self._command("erase", lead_id, erase, by=by)
        forget()
        self.storage.sweep()
        return receipt

    # Who works on it.

    def enrol(self, member: Member, *, by: Actor | None = None) -> Receipt:
        """Add somebody to the team, or change their role, their capacity, or whether they are active."""

        return self._command("enrol", None, partial(leads.enrol, member=member), member=member, by=by)

    def assign(self, lead_id: str, to: str | None = None, *, reason: str | None = None, **how: Any) -> Receipt:
        """Give a lead to `to`, or to whoever may have it and has the most room.

        Raises:
            CommandError: they are not active, have no room, or don't take leads of this priority.
        """
        return self._command(
            "assign", lead_id, partial(leads.assign, to=to, reason=reason), to=to, reason=reason, **how
        )

    def release(self, lead_id: str, *, reason: str | None = None, **how: Any) -> Receipt:
        """Take a lead from its owner."""
        return self._reasoned("release", lead_id, leads.release, reason, how)

    def rescore(self, lead_id: str | None = None, *, stale_only: bool = False, by: Actor | None = None) -> Rescored:
        """Bring the score of one lead, or of every lead in the queue, up to date.

        With `stale_only` only those whose score is older than the policy's `[rescoring] every_days`. Many leads are
        done in transactions of 500.
        """
        asked = self._carrier.asked("rescore", by, lead_id)
        self._carrier.permit(asked)
        if lead_id is not None:
            return rescore_one(self._carrier, asked, lead_id)
        days = self.policy.document.rescoring.every_days
        return rescore_all(self._carrier, by, asked.command.at - timedelta(days=days) if stale_only else None)

    def pause(self, lead_id: str, *, reason: str | None = None, **how: Any) -> Receipt:
        """Wait for the customer: what is owed to the lead stands still until they answer, or `resume`."""
        return self._reasoned("pause", lead_id, leads.pause, reason, how)

    def resume(self, lead_id: str, *, reason: str | None = None, **how: Any) -> Receipt:
        """Go on after a pause; what is owed is put off by its length."""
        return self._reasoned("resume", lead_id, leads.resume, reason, how)

    @property
    def opportunities(self) -> OpportunityDesk:
        """The commands on opportunities: convert, assess, plan, sign, win, lose, ..."""
        return OpportunityDesk(self._carrier)

    def suggest(self, lead_id: str, *, language: Language = "zh_CN", sent: Collection[str] = ()) -> tuple[Content, ...]:
        """What of the content library suits a lead at its stage and in its industry, best first, without `sent`."""
        state = self.lead(lead_id)
        nurturing = self.policy.document.nurture
        if nurturing is None or state.nurture_stage is None:
            return ()
        kinds, industry = nurturing.stages[state.nurture_stage].content, state.lead.company.industry
        return self._content.suggest(kinds, stage=state.nurture_stage, industry=industry, language=language, sent=sent)

    # Time passes.

    def tick(self, now: datetime | None = None, *, by: Actor | None = None) -> Ticked:
        """Put notices into the outbox for all that became due, and score leads again whose score is too old.

        The host calls this as often as it likes; called twice, the second time tells nothing. `now` is the desk's
        clock's where it is left out.
        """
        asked = self._carrier.asked("tick", by)
        self._carrier.permit(asked)
        moment = now or asked.command.at
        stale = moment - timedelta(days=self.policy.document.rescoring.every_days)
        if not anything(self.storage, moment, stale):
            return Ticked(notices=FrozenDict(), rescored=0)
        carrier = self._carrier.at(moment)
        rescored = rescore_all(carrier, by, stale)
        return Ticked(notices=FrozenDict(tell_duties(carrier, moment)), rescored=rescored.leads)

    def due(
        self, now: datetime | None = None, *, owner: str | None = None, kind: str | None = None, limit: int = 100
    ) -> tuple[DueItem, ...]:
        """What is owed, the most urgent first: responses, follow-ups, reports, approvals, answers, handovers."""
        moment = now or self._carrier.clock()
        with self.storage.transaction(read_only=True) as unit:
            return reading.due(unit, {"owner": owner, "kind": kind}, moment, limit)

    # Questions.

    def lead(self, lead_id: str) -> LeadState:
        """A lead as it stands; the one it was merged into, where it was.

        Raises:
            NotFoundError: there is none, or it was erased.
        """
        with self.storage.transaction(read_only=True) as unit:
            return reading.lead(self._carrier.book(unit), lead_id)

    def queue(
        self, *, owner: str | None = None, priority: str | None = None, status: str | None = None, limit: int = 50
    ) -> tuple[LeadState, ...]:
        """The leads to work on, the highest score first; of equal ones the one captured first."""
        with self.storage.transaction(read_only=True) as unit:
            return reading.queue(unit, {"owner": owner, "priority": priority, "status": status}, limit)

    def activities(self, lead_id: str) -> tuple[Activity, ...]:
        """The activities of a lead and of its duplicates, the oldest first."""
        with self.storage.transaction(read_only=True) as unit:
            return reading.activities(self._carrier.book(unit), lead_id)

    def history(self, lead_id: str) -> tuple[HistoryItem, ...]:
        """All that was done with a lead, by whom and why, the oldest first."""
        with self.storage.transaction(read_only=True) as unit:
            return reading.history(self._carrier.book(unit), lead_id)

    def review(
        self, period: Period | str, *, as_of: datetime | None = None, notes: ReviewNotes | None = None
    ) -> Review:
        """The figures of a period, such as `2023-Q3` in the policy's zone, and of the one before it.

        `as_of`, the desk's clock's time where it is left out, is when it is decided which leads are old enough to be
        judged, and which responses are late.

        Raises:
            FactError: the text names no period.
        """
        wanted = period_of(period, self.policy.time_zone)
        return review(self._carrier, wanted, as_of or self._carrier.clock(), notes)

    def calibrate(self, *, as_of: datetime | None = None) -> Calibration:
        """Whether the bands, grades and rules of the policy tell the opportunities that were won from those lost.

        Each lead is scored as of the day on which its opportunity was opened, by what is known of it now.
        """
        return calibration(self._carrier, as_of or self._carrier.clock())

    def members(self) -> tuple[Member, ...]:
        """The sales team, by id."""
        with self.storage.transaction(read_only=True) as unit:
            return tuple(leads.member_of(row) for row in unit.find(Query(MEMBERS)))

    # Notices leave.

    def deliver(self, limit: int = 100, *, by: Actor | None = None) -> Delivered:
        """Tell up to `limit` notices that are due to every plugin with `leadkit_notify`, the oldest first.

        The host calls this as often as it likes, in as many processes. What fails is tried again by a later call.
        """
        self._carrier.permit(self._carrier.asked("deliver", by))
        courier = Courier(
            storage=self.storage,
            notifiers=self.plugins.notifiers(),
            clock=self._carrier.clock,
            retries=self._retries,
        )
        return courier.deliver(limit)

    def dead_letters(self, limit: int = 100) -> tuple[DeadLetter, ...]:
        """Notices that a plugin could not deliver, after all attempts or because trying again was useless."""
        with self.storage.transaction(read_only=True) as unit:
            return dead_letters(unit, limit)

    def redeliver(self, *, notice_id: str | None = None, plugin: str | None = None, by: Actor | None = None) -> int:
        """Let dead letters be tried again, all or those of one notice or one plugin; say how many."""
        asked = self._carrier.asked("deliver", by)
        self._carrier.permit(asked)
        where = {name: value for name, value in (("notice_id", notice_id), ("plugin", plugin)) if value is not None}
        return self._carrier.transaction(lambda unit: redeliver(unit, asked.command.at, where))

    def _reasoned(
        self, name: str, lead_id: str, decide: Callable[..., Changes], reason: str | None, how: dict[str, Any]
    ) -> Receipt:
        return self._command(name, lead_id, partial(decide, reason=reason), reason=reason, **how)

    def _command(
        self,
        name: str,
        lead_id: str | None,
        decide: Decide,
        *,
        by: Actor | None = None,
        key: str | None = None,
        version: int | None = None,
        **given: Any,
    ) -> Receipt:
        asked = self._carrier.asked(name, by, lead_id, version=version, **given)
        return self._carrier.one(Keyed(asked, key), decide)
