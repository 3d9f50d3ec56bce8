"""Dates and times as cells and options give them: 2026-11-02T09:15Z, 20261102, 2026年11月2日 下午3:05, 2 Nov 2026."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta, tzinfo
from decimal import Decimal

from attrs import define, setters

from leadkit.records.text.moments.clocks import Clock, offset_of, split_clock
from leadkit.records.text.moments.days import Order, day_named, plain

LONGEST = 100
"""A text with more characters than this is no time."""


@define(on_setattr=setters.frozen)
class Moment:
    """A time, naive where neither the text nor the caller names a zone; of a `whole_day` it is the first moment."""

    at: datetime
    whole_day: bool


def read_moment(text: str, zone: tzinfo | None = None, order: Order | None = None) -> Moment | None:
    """The time that the whole of `text` names; one without a zone of its own is meant in `zone`.

    None for what is no date, has no day or no year, or can't be; also for what may be two days, such as 11/2/2026
    without an `order`. With dots the day comes first. Years of two digits are 1969 to 2068. Digits alone are a
    date such as 20261102, or seconds or milliseconds since 1970. The serial numbers of Excel are `from_serial`'s.
    """
    if len(text) > LONGEST:
        return None
    usual = _USUAL.fullmatch(text)
    if usual:
        return _usual(usual, zone)
    words = _POINT_ZERO.sub(r"\1", plain(text))
    since_1970 = _since_1970(words)
    if since_1970 is not None:
        return Moment(since_1970.astimezone(zone) if zone else since_1970, whole_day=False)
    compact = _COMPACT.fullmatch(words)
    if compact:
        return _usual(compact, zone)
    return _written(words, zone, order)


def from_serial(number: float | Decimal, *, epoch_1904: bool = False) -> datetime | None:
    """The serial number of a day in Excel as a naive time, to the millisecond: 46328.5 is noon on 2 November 2026.

    None outside 1900 to 9999, and for 60, the 29 February 1900 that never was.
    """
    exact = Decimal(str(number))
    last = _LAST_SERIAL - 1462 if epoch_1904 else _LAST_SERIAL
    if not exact.is_finite() or not 1 <= exact < last or (60 <= exact < 61 and not epoch_1904):
        return None
    days = exact + 1 if not epoch_1904 and exact < 60 else exact
    start = datetime(1904, 1, 1) if epoch_1904 else datetime(1899, 12, 30)  # noqa: DTZ001
    try:
        return start + timedelta(milliseconds=int((days * 86_400_000).to_integral_value()))
    except OverflowError:
        return None


_LAST_SERIAL = 2_958_466
_EARLIEST, _LATEST = 10**9, 4_102_444_800
"""What is read as seconds since 1970: 2001 to 2099."""

_USUAL = re.compile(
    r"(?P<year>\d{4})(?P<sign>[-/])(?P<month>\d{1,2})(?P=sign)(?P<day>\d{1,2})"
    r"(?:[ T](?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:\.(?P<fraction>\d{1,6}))?)?"
    r"(?P<zone>Z|[+-]\d{2}:?\d{2})?)?",
    re.ASCII,
)
_COMPACT = re.compile(
    r"(?P<year>(?:19|2\d)\d\d)(?P<month>\d{2})(?P<day>\d{2})"
    r"(?:[t ]?(?P<hour>\d{2})(?P<minute>\d{2})(?:(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,6}))?)?"
    r" ?(?P<zone>z|[+-]\d{2}(?::?\d{2})?)?)?"
)
_POINT_ZERO = re.compile(r"^(\d{8,14})\.0$")
_SECONDS = re.compile(r"\d{10}(?:\.\d{1,9})?|\d{13}")
_BY_HOUR = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:[01]\d|2[0-3])")


def _usual(match: re.Match[str], zone: tzinfo | None) -> Moment | None:
    """A date in digits, year first, with or without a time of day, and that with or without an offset."""
    year, month, day = (int(match[part]) for part in ("year", "month", "day"))
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    offset = offset_of(match["zone"].lower()) if match["zone"] else None
    if match["zone"] and (offset is None or len(match["hour"]) < 2):
        return None
    micros = int((match["fraction"] or "").ljust(6, "0"))
    try:
        at = datetime(year, month, day, hour, minute, second, micros, tzinfo=offset or zone)
    except ValueError:
        return None
    return Moment(at, whole_day=match["hour"] is None)


def _since_1970(text: str) -> datetime | None:
    """Seconds with ten digits, or milliseconds with thirteen; None for 2026110209, which may be nine o'clock."""
    if not _SECONDS.fullmatch(text) or _BY_HOUR.fullmatch(text):
        return None
    seconds = Decimal(text) / (1000 if "." not in text and len(text) == 13 else 1)
    if not _EARLIEST <= seconds < _LATEST:
        return None
    return _EPOCH + timedelta(microseconds=int(seconds * 1_000_000))


_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


def _written(words: str, zone: tzinfo | None, order: Order | None) -> Moment | None:
    parts = split_clock(words)
    if parts is None:
        return None
    rest, clock = parts
    day = day_named(rest, order)
    if day is None:
        return None
    at = clock or Clock(time(), None)
    return Moment(datetime.combine(day, at.time, at.offset or zone), whole_day=clock is None)
