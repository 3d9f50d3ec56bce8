"""The desk: a policy, a store, plugins and a clock, and the commands that a sales team gives."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from copy import copy
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Self, get_args

from attrs import evolve

from leadkit.adapters.built_in import BuiltIn
from leadkit.desk import queries
from leadkit.desk.accounts import Account, account
from leadkit.desk.commands.catalogue import DeskCommands
from leadkit.desk.commands.command import given_by
from leadkit.desk.dead_letters import dead_letters
from leadkit.desk.delivery import Retries
from leadkit.desk.execute import Executor
from leadkit.desk.feed import JournalChange, changes_since
from leadkit.desk.health import Health, health
from leadkit.desk.opening import (
    calendar_of,
    check_installed,
    check_name,
    library_of,
    new_id,
    now,
    permissions_of,
    policy_of,
    storage_of,
)
from leadkit.desk.opportunity_desk import OpportunityDesk
from leadkit.desk.outcomes import calibration, ended_cases
from leadkit.desk.results import DeadLetter, DueItem, HistoryItem, ImportRun, LeadState
from leadkit.desk.review_notes import measures
from leadkit.desk.reviewing import review
from leadkit.desk.team_load import MemberLoad, team_load
from leadkit.plugins.manager import Plugins
from leadkit.policy import Policy
from leadkit.process.command import Command
from leadkit.process.content import Content, ContentLibrary
from leadkit.process.duties import BY_KIND, DutyKind
from leadkit.process.states import IN_QUEUE
from leadkit.records import Activity
from leadkit.records.fields import FrozenDict
from leadkit.records.lead import LeadStatus
from leadkit.records.people import SYSTEM, Actor, Member
from leadkit.reviewing.calibration import Calibration
from leadkit.reviewing.calibration_cases import Outcome
from leadkit.reviewing.measures import Measure
from leadkit.reviewing.notes import ReviewNotes
from leadkit.reviewing.period import Period, period_of
from leadkit.reviewing.review import Review
from leadkit.reviewing.spend import Spend
from leadkit.rules.moments import seconds
from leadkit.store.mapping import member_of
from leadkit.store.protocol import Query, Storage
from leadkit.store.tables import MEMBERS
from leadkit.texts import Language

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

    from leadkit.desk.importing.imported import Imported
    from leadkit.policy.sheets import MapFile


PATIENT = Retries()
EMPTY = ContentLibrary()


class Desk(DeskCommands):
    """A policy, a store, plugins, and every command that a sales team gives.

    `policy` is a Policy, or what `load_policy` takes. `storage` is `memory:`, a database address such as
    `sqlite:///leads.db`, an address that a plugin opens, a SQLAlchemy Engine or Connection of the host's, or anything
    that keeps to `leadkit.store.protocol.Storage`. With a Connection the commands join the host's
    transaction. `plugins` are objects with hooks; `discover` loads those that are installed, too. `content` is
    what there is to send to leads.

    Every command takes `by`, who gives it (`actor` where it is left out, else `system`). Most take `key`: under one key
    a command runs once, and gives the same receipt again. Those on a lead take `version`: they are refused when
    somebody else has changed the lead since it was read. A command that raises has stored nothing. A subclass gives
    commands of its own with `gives`.

    Raises:
        PolicyError: the policy is refused, or `content` has a kind or a stage that it doesn't have.
        StorageError: the store can't be opened; the hint says what to do, such as `leadkit migrate --db ...`.
        PluginError: a plugin can't be used.
        MissingExtraError: a library of `leadkit[desk]` is not installed.
    """

    def __init__(
        self,
        policy: Policy | str | Path | Mapping[str, Any],
        storage: str | Storage | Engine | Connection = "memory:",
        *,
        plugins: Iterable[Any] = (),
        discover: bool = False,
        content: ContentLibrary = EMPTY,
        actor: Actor | None = None,
        clock: Callable[[], datetime] = now,
        ids: Callable[[], str] = new_id,
        retries: Retries = PATIENT,
    ) -> None:
        self.plugins = Plugins(plugins, discover=discover, built_in=BuiltIn())
        decides = self._decides(policy, content)
        self.storage = storage_of(storage, self.plugins)
        self.executor = Executor(
            storage=self.storage,
            plugins=self.plugins,
            actor=SYSTEM if actor is None else actor,
            named=actor is not None,
            clock=clock,
            ids=ids,
            retries=retries,
            **decides,
        )

    def _decides(self, source: Policy | str | Path | Mapping[str, Any], content: ContentLibrary) -> dict[str, Any]:
        """What an executor has of a policy: the commands whose tables it has, its calendar, and content that suits."""
        commands = given_by(type(self), OpportunityDesk)
        policy = policy_of(source, self.plugins, permissions_of(commands))
        check_installed(policy, self.plugins)
        return {
            "policy": policy,
            "calendar": cache(lambda: calendar_of(policy, self.plugins)),
            "commands": tuple(command for command in commands if _has_table(policy, command)),
            "content": library_of(content, policy),
        }

    def with_policy(
        self, policy: Policy | str | Path | Mapping[str, Any], *, content: ContentLibrary | None = None
    ) -> Self:
        """A desk that decides by another policy, over the same store, with the same plugins, actor and clock.

        This one is left as it is, so that requests under way end by the policy that they began with. Both have one
        store: closing one closes it for both. `content` is this desk's where it is left out.

        Raises:
            PolicyError: the policy is refused, or the content has a kind or a stage that it doesn't have.
        """
        desk = copy(self)
        desk.executor = evolve(
            self.executor, **self._decides(policy, self.executor.content if content is None else content)
        )
        return desk

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the store."""
        self.storage.close()

    @property
    def policy(self) -> Policy:
        """The policy that this desk decides by; `with_policy` gives a desk with another one."""
        return self.executor.policy

    def ping(self) -> Health:
        """Ask the store whether it is there and has the right schema: for the health check of a service.

        Raises:
            StorageError: it can't be reached, or has another schema; the hint is what to do.
        """
        return health(self.executor)

    @property
    def opportunities(self) -> OpportunityDesk:
        """The commands on opportunities: convert, assess, plan, sign, win, lose, ..."""
        return OpportunityDesk(self.executor)

    def suggest(
        self,
        lead_id: str,
        *,
        language: Language = "zh_CN",
        sent: Collection[str] = (),
        library: ContentLibrary | None = None,
    ) -> tuple[Content, ...]:
        """What of the content library suits a lead at its stage and in its industry, best first.

        What was sent to it already, by the `content_id` of its activities, is left out, and what stands in `sent`.
        `library` is another one than the desk's.
        """
        state = self.lead(lead_id)
        nurturing = self.policy.document.nurture
        if nurturing is None or state.nurture_stage is None:
            return ()
        known = {touch.content_id for touch in self.activities(lead_id) if touch.content_id is not None}
        kinds, industry = nurturing.stages[state.nurture_stage].content, state.lead.company.industry
        return (self.executor.content if library is None else library).suggest(
            kinds, stage=state.nurture_stage, industry=industry, language=language, sent={*sent, *known}
        )

    def due(
        self, now: datetime | None = None, *, owner: str | None = None, kind: DutyKind | None = None, limit: int = 100
    ) -> tuple[DueItem, ...]:
        """What is due, the most urgent first: responses, follow-ups, reports, approvals, answers, handovers.

        It stands as it does at `now`, the clock's time where that is left out. Nothing is written.

        Raises:
            FactError: `now` has no time zone.
        """
        check_name("kind", kind, BY_KIND)
        moment = now or self.executor.clock()
        seconds(moment, "now")
        with self.storage.transaction(read_only=True) as unit:
            return queries.due(unit, {"owner": owner, "kind": kind}, moment, limit)

    def upcoming(
        self, until: datetime, *, owner: str | None = None, kind: str | None = None, limit: int = 100
    ) -> tuple[DueItem, ...]:
        """What is due up to `until`, the most urgent first, what is late included; each as it stands now.

        It looks ahead at what is owed by now, and writes nothing: what commands bring until then is not among it.

        Raises:
            FactError: `until` has no time zone.
        """
        seconds(until, "until")
        with self.storage.transaction(read_only=True) as unit:
            return queries.due(unit, {"owner": owner, "kind": kind}, self.executor.clock(), limit, until)

    def calendar_feed(
        self,
        now: datetime | None = None,
        *,
        owner: str | None = None,
        words: Mapping[str, str] = FrozenDict(),
        limit: int = 1000,
    ) -> bytes:
        """What is due as an iCalendar file, such as a member's calendar reads: kinds, ids, times and links.

        `words` are what people call the kinds of duties. It names no lead but by its id.

        Raises:
            MissingExtraError: icalendar is not installed.
        """
        from leadkit.adapters.calendar_file import calendar_file

        moment = now or self.executor.clock()
        items = self.due(moment, owner=owner, limit=limit)
        name = f"leadkit {owner}" if owner else "leadkit"
        return calendar_file(items, self.policy.document.notices, moment, name=name, words=words)

    # Questions.

    def lead(self, lead_id: str) -> LeadState:
        """A lead as it stands; the one it was merged into, where it was.

        Raises:
            NotFoundError: there is none, or it was erased.
        """
        with self.storage.transaction(read_only=True) as unit:
            return queries.lead(self.executor.work_set(unit), lead_id)

    def account(self, company: str) -> Account:
        """What a company has with us, in whatever spelling: its leads, and its open, won and lost opportunities.

        Raises:
            CommandError: the name is that of no company.
            NotFoundError: nobody of it is known.
        """
        with self.storage.transaction(read_only=True) as unit:
            return account(self.executor.work_set(unit), company)

    def queue(
        self,
        *,
        owner: str | None = None,
        priority: str | None = None,
        status: Literal["new", "valid"] | None = None,
        tag: str | None = None,
        source: str | None = None,
        limit: int = 50,
    ) -> tuple[LeadState, ...]:
        """The leads to work on, the highest score first; of equal ones the one captured first.

        `tag` is one of theirs, `source` a channel or a channel with its detail, such as `展会-2023年工博会`.

        Raises:
            CommandError: there is no such priority or status; the hint has the nearest.
        """
        check_name("priority", priority, self.policy.priorities)
        check_name("status", status, IN_QUEUE)
        origin = queries.Origin(channels=self.policy.document.channels, tag=tag, source=source)
        with self.storage.transaction(read_only=True) as unit:
            decides = self.policy.document.desk.overrides == "decide"
            deciding = (self.policy, self.executor.clock()) if decides else None
            return queries.queue(
                unit, {"owner": owner, "priority": priority, "status": status}, origin, limit, deciding
            )

    def leads(
        self,
        *,
        status: LeadStatus | None = None,
        owner: str | None = None,
        channel: str | None = None,
        tag: str | None = None,
        source: str | None = None,
        priority: str | None = None,
        grade: str | None = None,
        import_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        text: str | None = None,
        paused: bool | None = None,
        proposed: bool | None = None,
        ready: bool | None = None,
        limit: int = 100,
    ) -> tuple[LeadState, ...]:
        """Leads in whatever state, the latest captured first: `since` a time and before `until`, with a `text` in them.

        `text` is looked for in ids, companies, needs, products, names, phones and addresses, whatever the case or the
        characters. `channel` is whatever is counted as it, `tag` one of theirs, and `source` a channel or a channel
        with its detail. `import_id` is the import that made or changed them, `grade` that of an opportunity of theirs.
        `proposed` ones lack facts for too long and are proposed as invalid; `ready` ones meet the criteria of a
        conversion. Leads that were merged or erased are none.
        """
        check_name("priority", priority, self.policy.priorities)
        check_name("status", status, get_args(LeadStatus))
        where = {"status": status, "owner": owner, "priority": priority}
        channels = self.policy.document.channels
        with self.storage.transaction(read_only=True) as unit:
            ids = queries.named_by(unit, import_id, grade)
            wanted = queries.Wanted(
                since=since,
                until=until,
                text=text,
                channel=channel,
                channels=channels,
                origin=queries.Origin(channels=channels, tag=tag, source=source),
                ids=ids,
                paused=paused,
                proposed=proposed,
                ready=ready,
            )
            return queries.leads(unit, where, wanted, limit)

    def facts(self, lead_id: str, *, at: datetime) -> Mapping[str, Any]:
        """The facts of a lead as they were at `at`: what was changed later is taken back.

        Raises:
            NotFoundError: there is none, or it was erased.
        """
        with self.storage.transaction(read_only=True) as unit:
            return queries.facts(self.executor.work_set(unit), lead_id, at)

    def activities(self, lead_id: str) -> tuple[Activity, ...]:
        """The activities of a lead and of its duplicates, the oldest first."""
        with self.storage.transaction(read_only=True) as unit:
            return queries.activities(self.executor.work_set(unit), lead_id)

    def history(self, lead_id: str) -> tuple[HistoryItem, ...]:
        """All that was done with a lead, by whom and why, the oldest first."""
        with self.storage.transaction(read_only=True) as unit:
            return queries.history(self.executor.work_set(unit), lead_id)

    def review(
        self,
        period: Period | str,
        *,
        as_of: datetime | None = None,
        notes: ReviewNotes | None = None,
        spend: Iterable[Spend] = (),
    ) -> Review:
        """The figures of a period, such as `2023-Q3` in the policy's zone, and of the one before it.

        `as_of`, the desk's clock's time where it is left out, is when it is decided which leads are old enough to be
        judged, and which responses are late. `spend` is what was spent on channels and their sources. `notes` are
        those that `note_review` kept for the period where they are left out; the measures that were decided in it, and
        those of earlier ones that are open or done since, are `measures` of the review.

        Raises:
            FactError: the text names no period, or a spend does not, or is in another currency.
        """
        wanted = period_of(period, self.policy.time_zone)
        return review(self.executor, wanted, as_of or self.executor.clock(), notes, tuple(spend))

    def measures(self, *, done: bool | None = None) -> tuple[Measure, ...]:
        """The measures of all reviews, the one due first first; those that are done, or open, where that is said."""
        with self.storage.transaction(read_only=True) as unit:
            return measures(unit, done=done)

    def calibrate(self, *, as_of: datetime | None = None, unopened_days: int | None = None) -> Calibration:
        """Whether the bands, grades and rules of the policy tell the opportunities that were won from those lost.

        Each lead is scored as of the day on which its opportunity was opened, by what it said then. `unopened_days` is
        that of `ended_cases`.
        """
        return calibration(self.executor, as_of or self.executor.clock(), unopened_days)

    def ended_cases(self, *, as_of: datetime | None = None, unopened_days: int | None = None) -> tuple[Outcome, ...]:
        """The opportunities that were won or lost, as cases to calibrate a policy with or to learn points from.

        Only who became an opportunity is among them. With `unopened_days` valid leads that became none count as lost,
        if they were received at least so many days before.
        """
        return ended_cases(self.executor, as_of or self.executor.clock(), unopened_days)

    def plan_import(
        self,
        file: str | Path,
        *,
        activities: str | Path | None = None,
        opportunities: str | Path | None = None,
        heads: MapFile | None = None,
        sheet: str | None = None,
        by: Actor | None = None,
    ) -> Imported:
        """What an import of a lead sheet would do, row by row; nothing is stored.

        `leadkit.desk.importing.import_leads(desk, file, plan=...)` then does exactly that.

        Raises:
            SheetError: the file can't be read or is not such a sheet.
        """
        from leadkit.desk.importing import import_leads

        return import_leads(
            self,
            file,
            activities=activities,
            opportunities=opportunities,
            heads=heads,
            sheet=sheet,
            by=by,
            dry_run=True,
        )

    def changes(self, since: int = 0, *, limit: int = 1000, personal: bool = False) -> tuple[JournalChange, ...]:
        """The journal of all leads and opportunities after the number `since`: a feed for other systems.

        The next call takes the `seq` of the last one as `since`; nothing new gives nothing. Numbers rise, with gaps
        where a command was begun and not carried out. Who reads so misses nothing and reads nothing twice, also while
        others write: no number is given out as long as a lower one may still come. In PostgreSQL, where transactions
        end in another order than that of their numbers, the call waits for those that were writing when it was made,
        and keeps no writer waiting. Follow-ups are no lines of the journal: `activities` has them.

        `personal` gives the values that name people or say their words, too.

        Raises:
            CommandError: `since` or `limit` is out of its range.
            StorageError: a transaction that was writing has not ended for ten seconds; ask again.
        """
        return changes_since(self.storage, since, limit, personal=personal)

    def imports(self, limit: int = 50) -> tuple[ImportRun, ...]:
        """The imports of sheets, the latest first; `undo` takes one back."""
        with self.storage.transaction(read_only=True) as unit:
            return queries.imports(unit, limit)

    def members(self) -> tuple[Member, ...]:
        """The sales team, by id."""
        with self.storage.transaction(read_only=True) as unit:
            return tuple(member_of(row) for row in unit.find(Query(MEMBERS)))

    def team_load(self, now: datetime | None = None) -> tuple[MemberLoad, ...]:
        """Who carries how much: leads by priority, open opportunities by grade, what is overdue, and what room is left.

        Every member by id, then others who have something, then what is nobody's.
        """
        moment = now or self.executor.clock()
        with self.storage.transaction(read_only=True) as unit:
            return team_load(unit, self.policy, moment)

    def dead_letters(self, limit: int = 100) -> tuple[DeadLetter, ...]:
        """Notices that a plugin could not deliver, after all attempts or because trying again was useless."""
        with self.storage.transaction(read_only=True) as unit:
            return dead_letters(unit, self.policy.document.notices, limit)


def _has_table(policy: Policy, command: type[Command]) -> bool:
    """Whether a policy has the table that a command is about."""
    return command.table is None or getattr(policy.document, command.table) is not None
