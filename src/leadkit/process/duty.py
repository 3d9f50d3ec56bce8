"""One kind of duty: since when, until what, and while what holds it is owed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time, timedelta, tzinfo
from typing import Any, Literal

from attrs import define, field, setters

from leadkit.process.pool import Pool
from leadkit.process.service_levels import Alert, Level, ServiceLevels

Subject = Literal["lead", "opportunity", "milestone", "objection"]


@define(on_setattr=setters.frozen)
class First:
    """The first of some moments that is set."""

    names: tuple[str, ...]

    def of(self, row: Any) -> datetime | None:
        return next((at for at in _moments(row, self.names) if at is not None), None)


@define(on_setattr=setters.frozen)
class Latest:
    """The latest of some moments; None where none is set, or where `every` has to be and one is not.

    `otherwise` is the moment that stands in where none is set, `also` one that counts where it is.
    """

    names: tuple[str, ...]
    every: bool = False
    otherwise: str | None = None
    also: str | None = None

    def of(self, row: Any) -> datetime | None:
        moments = list(_moments(row, self.names))
        if self.every and None in moments:
            return None
        instead = getattr(row, self.otherwise) if self.otherwise else None
        moments += _moments(row, (self.also,)) if self.also else ()
        return max(filter(None, moments), default=instead)


@define(on_setattr=setters.frozen)
class Confirmed:
    """When the proposed grade was confirmed: at once where it is the confirmed one already; None before."""

    names: tuple[str, ...] = ("assessed_at", "graded_at", "proposed_grade", "grade")

    def of(self, row: Any) -> datetime | None:
        waiting = row.proposed_grade is None or row.proposed_grade != row.grade
        return None if waiting or row.graded_at is None else max(row.assessed_at or row.graded_at, row.graded_at)


@define(on_setattr=setters.frozen)
class Answered:
    """The first follow-up since a lead came back; of one that never did, the first of all."""

    names: tuple[str, ...] = ("back_at", "back_follow_up_at", "first_follow_up_at")

    def of(self, row: Any) -> datetime | None:
        first: datetime | None = row.first_follow_up_at if row.back_at is None else row.back_follow_up_at
        return first


Moments = First | Latest | Confirmed | Answered


@define(on_setattr=setters.frozen)
class Among:
    """A column holds one of some values."""

    column: str
    values: tuple[Any, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return (self.column,)

    def holds(self, row: Any, levels: ServiceLevels) -> bool:  # noqa: ARG002
        return getattr(row, self.column) in self.values


@define(on_setattr=setters.frozen)
class Known:
    """A column holds something."""

    column: str

    @property
    def names(self) -> tuple[str, ...]:
        return (self.column,)

    def holds(self, row: Any, levels: ServiceLevels) -> bool:  # noqa: ARG002
        return getattr(row, self.column) is not None


@define(on_setattr=setters.frozen)
class GradeOwesReport:
    """The grade is one of those that owe a project report by `[service_levels] report_for`."""

    names: tuple[str, ...] = ("grade",)

    def holds(self, row: Any, levels: ServiceLevels) -> bool:
        return row.grade in levels.report_for


Condition = Among | Known | GradeOwesReport


@define(on_setattr=setters.frozen, kw_only=True)
class Duty:
    """One kind of duty.

    It begins at `since`, is due by the service level of its name (on the day itself where `dated`), and is met at
    `met`. It is open while every condition of `owed` holds; what was met stays on record. `fixed`: its end is computed
    once, and moves only with a pause or a rise in priority. `reminder`: it is due on a day and can't be breached.
    `pausable`: it is on hold while we wait for the customer. `by`: the column that chooses the level, of as many as
    the policy has for its values. `planned`: it is due when a follow-up was agreed for. `pooled`: its
    level is that of `[pool]`, `screened`: that of `[screening]`. `owned`: it is the owner's, and not that of a role.
    `silent`: nobody is notified of it, since another duty is. `renewed`: what was done before it began doesn't meet it.
    `waits`: while it is open, its clock does not start again; nor, where it is `lasting`, when it was not owed for a
    while and nobody had met it. `by_day`: where only the day of its beginning is known,
    it counts from the end of that day. `details`: what its notices tell besides the time. `begins` and `ends` say all
    this to a reader.
    """

    kind: str
    subject: Subject
    since: Moments
    met: Moments | None = None
    owed: tuple[Condition, ...] = ()
    by: str | None = None
    fixed: bool = False
    dated: bool = False
    reminder: bool = False
    pausable: bool = False
    planned: bool = False
    pooled: bool = False
    owned: bool = True
    screened: bool = False
    silent: bool = False
    by_day: bool = False
    renewed: bool = False
    waits: bool = False
    lasting: bool = False
    also_reads: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    begins: str = field(repr=False)
    ends: str = field(repr=False)

    def level(
        self, levels: ServiceLevels, value: str | None, pool: Pool | None = None, screening: Level | None = None
    ) -> Level | None:
        """The service level of this duty; of some there is one for each value of the column `by`.

        Two have that of another table.
        """
        if self.dated or self.silent:
            return None
        if self.screened:
            return screening
        if self.pooled:
            return pool.level if pool is not None else None
        named: Any = getattr(levels, self.kind)
        level: Level | None = named.get(value or "") if self.by else named
        return level

    def is_owed(self, row: Any, levels: ServiceLevels) -> bool:
        """Whether every condition holds for a row."""
        return all(condition.holds(row, levels) for condition in self.owed)

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """The alerts that its notices may be about."""
        if self.silent:
            return ()
        return ("due", "escalated") if self.reminder or self.pooled else ("due", "breached", "escalated")

    @property
    def reads(self) -> frozenset[str]:
        """The columns that this duty depends on."""
        parts = [self.since, *([self.met] if self.met else []), *self.owed]
        read = {name for part in parts for name in part.names}
        paused = {"paused_at", "resumed_at"} if self.pausable else set()
        return frozenset(read | paused | set(self.also_reads) | ({self.by} if self.by else set()))


def counted_from(moment: datetime, zone: tzinfo, known_at: datetime) -> datetime:
    """From when a duty counts that began at `moment`, where a midnight in `zone` is a day without a time.

    That is the end of the day, or `known_at`, when we knew of it, where that was sooner.
    """
    local = moment.astimezone(zone)
    if local.time() != time() or known_at <= moment:
        return moment
    return min(local + timedelta(days=1), known_at)


def _moments(row: Any, names: Iterable[str]) -> Iterable[datetime | None]:
    return (getattr(row, name) for name in names)
