"""Working time: what a policy says about it, `[calendar]`, and due times counted in working hours and working days."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import islice, pairwise
from typing import Annotated, Literal, Self, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import define, field, setters
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, field_validator, model_validator

from leadkit.errors import FactError, Problem
from leadkit.records.fields import RECORD
from leadkit.rules.facts import refuse
from leadkit.rules.moments import seconds

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Span = tuple[timedelta, timedelta]
"""Opening and closing of one span of working hours, both as what the clock shows past midnight, up to 24 hours."""

NOTHING, SECOND, DAY = timedelta(), timedelta(seconds=1), timedelta(days=1)
MOST_DAYS = 36_525
"""A search for working time looks at so many days, a hundred years, and gives up."""
FIRST, LAST = seconds(datetime(1900, 1, 1, tzinfo=UTC)), seconds(datetime(3000, 1, 1, tzinfo=UTC))


def existing_zone(name: str) -> str:
    """The name of a time zone that there is; refused where there is none."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise refuse(
            "no such time zone", "a name such as Asia/Shanghai; on Windows, and in slim containers, pip install tzdata"
        ) from None
    return name


def _country(code: str) -> str:
    if not re.fullmatch(r"[A-Z]{2}(-\w[\w ]{0,39})?", code):
        raise refuse("is not a country", "two capital letters such as CN, or with a part of the country: DE-BY")
    return code


def _clock(value: object) -> object:
    """A time of day as HH:MM, or HH:MM:SS where it has seconds."""
    text = str(value) if isinstance(value, (str, time)) else ""
    match = re.fullmatch(r"(\d{1,2}):(\d{2})(?::(\d{2}))?", text, re.ASCII)
    hour, minute, second = (int(part or 0) for part in match.groups()) if match else (99, 0, 0)
    if minute > 59 or second > 59 or (hour, minute, second) > (24, 0, 0):
        raise refuse("is not a time of day", 'write "09:00"; the end of the day is "24:00"')
    return f"{hour:02}:{minute:02}" + (f":{second:02}" if second else "")


def _day(value: object) -> object:
    """A date: TOML's own, or one written as text."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}-\d{2}", value, re.ASCII):
            return date.fromisoformat(value)
    except ValueError:
        pass
    raise refuse("is not a date", "write 2026-12-24, without a time of day")


TimeOfDay = Annotated[str, BeforeValidator(_clock)]
Day = Annotated[date, BeforeValidator(_day)]
Dates = Annotated[tuple[Day, ...], Field(max_length=5_000)]


class CalendarSettings(BaseModel):
    """When work is done: `[calendar]`.

    `zone` is where the clock hangs, the policy's time zone if it says nothing. `country` brings in public holidays and
    the working days that make up for them: `CN`, or `DE-BY` with a part of the country; without it, weekdays alone
    decide. `closures` are a company's own days off, `extra_working_days` its own working days; both overrule the
    country. `hours` hold on every working day.
    """

    model_config = RECORD

    zone: Annotated[str, AfterValidator(existing_zone)] | None = None
    """The time zone of the working hours; the policy's by default."""
    country: Annotated[str, AfterValidator(_country)] | None = None
    """Whose public holidays count, such as `CN` or `DE-BY`; none by default."""
    hours: tuple[tuple[TimeOfDay, TimeOfDay], ...] = Field(
        default=(("09:00", "12:00"), ("13:00", "18:00")), min_length=1, max_length=24
    )
    """The spans of a working day, such as `[["09:00", "12:00"], ["13:00", "18:00"]]`."""
    weekdays: tuple[Weekday, ...] = Field(default=("mon", "tue", "wed", "thu", "fri"), min_length=1, max_length=7)
    """The working days of a week."""
    closures: Dates = ()
    """The company's own days off."""
    extra_working_days: Dates = ()
    """The company's own working days."""

    @property
    def spans(self) -> tuple[Span, ...]:
        """The working hours, for a `WorkCalendar`."""
        return tuple((_past_midnight(opens), _past_midnight(closes)) for opens, closes in self.hours)

    @property
    def weekday_numbers(self) -> frozenset[int]:
        """The working weekdays, Monday being 0."""
        return frozenset(map(get_args(Weekday).index, self.weekdays))

    def calendar(
        self,
        zone: str,
        *,
        holidays: frozenset[date] = frozenset(),
        make_up_days: frozenset[date] = frozenset(),
        confirmed_through: date | None = None,
    ) -> WorkCalendar:
        """The calendar in their zone or else in `zone`, with the public days given; a company's own days overrule."""
        closed = frozenset(self.closures)
        return WorkCalendar(
            zone=ZoneInfo(self.zone or zone),
            spans=self.spans,
            weekdays=self.weekday_numbers,
            holidays=holidays | closed,
            make_up_days=(make_up_days - closed) | frozenset(self.extra_working_days),
            confirmed_through=confirmed_through,
        )

    @field_validator("hours")
    @classmethod
    def _in_order(cls, hours: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
        backward = next((span for span in hours if _past_midnight(span[0]) >= _past_midnight(span[1])), None)
        if backward:
            raise refuse(
                f"{backward[0]} to {backward[1]} ends before it begins",
                'a span stays within one day; write the end of the day "24:00", and a night as two spans',
            )
        early = next(
            (later for span, later in pairwise(hours) if _past_midnight(later[0]) < _past_midnight(span[1])), None
        )
        if early:
            raise refuse(f"{early[0]} to {early[1]} begins before the span above it ends", "earliest first, none twice")
        return hours

    @model_validator(mode="after")
    def _days_differ(self) -> Self:
        if len(set(self.weekdays)) < len(self.weekdays):
            raise refuse("names a weekday twice")
        both = set(self.closures) & set(self.extra_working_days)
        if both:
            raise refuse(f"{min(both)} is a closure and an extra working day", "take it out of one of the two")
        return self


def _past_midnight(clock: str) -> timedelta:
    hour, minute, second = (int(part) for part in f"{clock}:00".split(":")[:3])
    return timedelta(hours=hour, minutes=minute, seconds=second)


@define(on_setattr=setters.frozen)
class Due:
    """When something is due: `at`, in the calendar's zone.

    `provisional`: it lies beyond the days for which the holidays are official, and moves if they turn out otherwise.
    Compare and subtract in UTC, `at.astimezone(UTC)`: Python takes two times of one zone as the clock shows them.
    """

    at: datetime
    provisional: bool


@define(on_setattr=setters.frozen, kw_only=True)
class WorkCalendar:
    """Working time as a clock in `zone` shows it, with durations as they elapse: exact where the clock is changed.

    A day is worked if it is one of `make_up_days`, or falls on one of `weekdays` (0 is Monday) and is none of
    `holidays`. `spans` are in order and don't overlap. A time that the clock shows twice is meant the first time; one
    that it leaves out stands for the moment of the change. The holidays are official up to and with
    `confirmed_through`; None: there is nothing that could still change.

    Every method takes aware times of the years 1900 to 2999 and raises FactError for others, and where no answer is
    found within a hundred years.
    """

    zone: tzinfo
    spans: tuple[Span, ...]
    weekdays: frozenset[int]
    holidays: frozenset[date] = field(default=frozenset(), repr=False)
    make_up_days: frozenset[date] = field(default=frozenset(), repr=False)
    confirmed_through: date | None = None

    def is_working_day(self, day: date) -> bool:
        """Whether `day`, a date and no datetime, is worked."""
        return day in self.make_up_days or (day.weekday() in self.weekdays and day not in self.holidays)

    def add(self, start: datetime, work: timedelta) -> Due:
        """The earliest time at which `work` of working time has passed since `start`; for no work, `start` itself."""
        now, left = self._local(start, "start"), _duration(work, "work")
        if not left:
            return self._due(now, now.date())
        for day, opens, closes in self._worked(now.date()):
            begins = max(opens, now.astimezone(UTC))
            if closes - begins >= left:
                return self._due(begins + left, day)
            left -= max(closes - begins, NOTHING)
        raise _no_working_time()

    def add_days(self, start: datetime, days: int) -> Due:
        """The close of business on the working day number `days` after the day of `start`, which never counts itself.

        With one day, what comes in on a Friday, at any hour, or on the weekend is due by Monday evening.
        """
        if not 1 <= days <= MOST_DAYS:
            raise FactError(Problem(f"must be 1 to {MOST_DAYS} working days", path="days"))
        following = self._working_days(self._local(start, "start").date() + DAY)
        day = next(islice(following, days - 1, None), None)
        if day is None or not self.spans:
            raise _no_working_time()
        return self._due(self._moment(day, self.spans[-1][1]), day)

    def add_elapsed(self, start: datetime, elapsed: timedelta) -> Due:
        """`elapsed` after `start`, by night and on days off as well; no holiday can change it."""
        now = self._local(start, "start").astimezone(UTC)
        return Due((now + _duration(elapsed, "elapsed")).astimezone(self.zone), provisional=False)

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The working time from `start` to `end`; negative where `end` comes first."""
        now, then = self._local(start, "start").astimezone(UTC), self._local(end, "end").astimezone(UTC)
        if then < now:
            return -self.between(end, start)
        if then - now > MOST_DAYS * DAY:
            raise FactError(Problem("is more than a hundred years away", path="end"))
        first, last = now.astimezone(self.zone).date(), then.astimezone(self.zone).date()
        worked = self._worked(first, (last - first).days + 1)
        return sum((max(min(closes, then) - max(opens, now), NOTHING) for _, opens, closes in worked), NOTHING)

    def next_opening(self, moment: datetime) -> datetime:
        """`moment` itself within working hours, else when the next ones begin; at closing time it is too late."""
        now = self._local(moment, "moment")
        for _, opens, closes in self._worked(now.date()):
            begins = max(opens, now.astimezone(UTC))
            if closes > begins:
                return begins.astimezone(self.zone)
        raise _no_working_time()

    def _local(self, moment: datetime, name: str) -> datetime:
        if not FIRST <= seconds(moment, name) < LAST:
            raise FactError(Problem("lies outside the years 1900 to 2999", path=name))
        return moment.astimezone(self.zone)

    def _working_days(self, first: date, many: int = MOST_DAYS) -> Iterator[date]:
        return filter(self.is_working_day, (first + timedelta(ahead) for ahead in range(many)))

    def _worked(self, first: date, many: int = MOST_DAYS) -> Iterator[tuple[date, datetime, datetime]]:
        """Day, opening and closing in UTC of all working hours of so many days from `first` on."""
        for day in self._working_days(first, many):
            for opens, closes in self.spans:
                yield day, self._moment(day, opens), self._moment(day, closes)

    def _moment(self, day: date, past_midnight: timedelta) -> datetime:
        """The first moment, in UTC, at which the clock shows so much `past_midnight` of `day`, or more."""
        shown = datetime.combine(day, time(), self.zone) + past_midnight
        moment, other = shown.astimezone(UTC), shown.replace(fold=1).astimezone(UTC)
        if other >= moment:
            return moment
        left_out = range((moment - other) // SECOND + 1)
        return other + SECOND * bisect_left(
            left_out, True, key=lambda passed: (other + SECOND * passed).astimezone(self.zone) >= shown
        )

    def _due(self, at: datetime, day: date) -> Due:
        late = self.confirmed_through is not None and day > self.confirmed_through
        return Due(at.astimezone(self.zone), provisional=late)


def _duration(value: timedelta, name: str) -> timedelta:
    if not NOTHING <= value <= MOST_DAYS * DAY:
        raise FactError(Problem("must be between nothing and a hundred years", path=name))
    return value


def _no_working_time() -> FactError:
    hint = "look at the calendar's weekdays, hours and holidays"
    return FactError(Problem("finds no such working time within a hundred years", hint, path="calendar"))
