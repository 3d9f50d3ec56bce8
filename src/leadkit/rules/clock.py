"""Windows as moments: events in datetimes are compared with `as_of` and the starts of windows, not turned into ages.

An event is younger than so many whole seconds at `as_of` where it lies not before a start, and a start is found once
for a lead instead of an age for each event. Datetimes that share a zone compare by its clock on the wall, which is fast
and right unless that clock is changed within a day of the moment they are compared with.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any

from attrs import evolve

from leadkit.rules import algebra as a

Clock = tuple[datetime, ...]
"""`as_of`, to the end of whose second events count, and the start of each window, in the order of `spans`."""


def takes_moments(program: a.Program) -> bool:
    """Whether a program can be run on moments: it counts events, but asks not on which day or about what."""
    return bool(program.tallies) and program.reads <= {a.AGE.name}


def spans(program: a.Program) -> tuple[int, ...]:
    """The lengths of the windows of a program in seconds, the shortest first."""
    return tuple(sorted(frozenset().union(*(_spans(tally.counts) for tally in program.tallies))))


def _spans(counts: a.Expression) -> frozenset[int]:
    match counts:
        case a.And(parts):
            return frozenset().union(*map(_spans, parts))
        case a.LessThan(a.AGE, a.Literal(int(span))):
            return frozenset({span})
        case _:
            return frozenset()


def start_name(span: int) -> str:
    """The name of the start of a window of so many seconds."""
    return f"_since_{span}"


def by_starts(program: a.Program) -> a.Program:
    """The program with every window asked for by its start."""
    tallies = tuple(evolve(tally, counts=_by_start(tally.counts)) for tally in program.tallies)
    return evolve(program, tallies=tallies)


def _by_start(counts: a.Expression) -> a.Expression:
    match counts:
        case a.And(parts):
            return a.And(tuple(map(_by_start, parts)))
        case a.LessThan(a.AGE, a.Literal(int(span))):
            return a.AtLeast(a.AT, a.Column(start_name(span)))
        case _:
            return counts


def windows(program: a.Program) -> tuple[timedelta, ...]:
    """How far before the whole second of `as_of` each window of a program starts, in the order of `spans`."""
    return tuple(timedelta(seconds=span - 1) for span in spans(program))


def clock(as_of: datetime, windows: tuple[timedelta, ...], *, aged: bool) -> Clock:
    """The clock at `as_of`; in UTC where moments of one zone might compare wrongly.

    With `aged` events are subtracted from `as_of` as well.

    Raises:
        TypeError, OverflowError: `as_of` has no zone, or a window starts before the year 1.
    """
    zone = as_of.tzinfo
    if zone is None:
        raise TypeError("a time without a zone")
    moments = _clock(as_of, windows, aged)
    if zone is UTC or (_are_steady(zone, moments) and not aged):
        return moments
    return _clock(as_of.astimezone(UTC), windows, aged)


def _are_steady(zone: tzinfo, moments: Clock) -> bool:
    """Whether the clock of a zone shows time with the same offset around all moments."""
    offset = _offset_around(zone, moments[0].toordinal())
    return offset is not None and all(_offset_around(zone, each.toordinal()) == offset for each in moments[1:])


def _clock(as_of: datetime, windows: tuple[timedelta, ...], aged: bool) -> Clock:
    if aged:
        as_of = end_of_second(as_of)
    if not windows:
        return (as_of,)
    second = as_of - timedelta(microseconds=as_of.microsecond) if as_of.microsecond else as_of
    return as_of, *[second - window for window in windows]


@lru_cache(maxsize=1024)
def _offset_around(zone: tzinfo, day: int) -> timedelta | None:
    """The offset of a zone on a day, the day before and the day after; None where its clock is changed on one of them.

    Also None for an offset with a fraction of a second, in which no whole second begins as it does in UTC.
    """
    midnight = datetime.fromordinal(day).replace(tzinfo=zone)
    offsets = {(midnight + timedelta(hours=hours)).utcoffset() for hours in range(-24, 49, 6)}
    offset = offsets.pop()
    return None if offsets or offset is None or offset.microseconds else offset


def end_of_second(moment: datetime) -> datetime:
    """The last microsecond of the whole second of a moment in UTC, or at an offset of whole seconds."""
    return moment + timedelta(microseconds=999_999 - moment.microsecond)


def check_event(kind: Any, at: Any) -> None:
    """Refuse what is no event.

    Raises:
        TypeError: the kind is no text, or the moment no datetime.
    """
    if not isinstance(kind, str) or not isinstance(at, datetime):
        raise TypeError("no event")
