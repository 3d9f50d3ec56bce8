"""When somebody means to buy, in running text: Q3落地, 年底, 3个月内, by end of year, Aug 2023."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from attrs import define, evolve, field, setters

from leadkit.records.text.characters import fold
from leadkit.records.text.dates.calendar_words import TRADITIONAL
from leadkit.records.text.dates.mentions import Mention, mentions_in
from leadkit.records.text.dates.roles import LEANING, Reading, Role, readings_of
from leadkit.records.text.memory import remembered

__all__ = ["DateCandidate", "PurchaseDate", "Role", "dates_in", "read_purchase_date"]


@define(on_setattr=setters.frozen)
class PurchaseDate:
    """The days, `earliest` to `latest` inclusive, in which the purchase is meant to happen.

    `latest` is None where the text names no end (not before 2025, 10月以后). `text` is the part of the folded,
    lower-case text that says so; equal spans are equal however they were said.
    """

    earliest: date
    latest: date | None
    text: str = field(eq=False)


@define(on_setattr=setters.frozen)
class DateCandidate:
    """A date in a text, as a span like that of `PurchaseDate`, and what happens then.

    `role` is purchase; event (a fair, a visit, a talk); sample (or trial, test); quote (or tender, approval); contract
    (the end of a present one); terms (warranty, payment, time of delivery); past; denied (no purchase then); condition
    (the purchase hangs on something); or plain, where the text doesn't say.
    """

    earliest: date
    latest: date | None
    role: Role
    text: str


def dates_in(text: str, today: date) -> tuple[DateCandidate, ...]:
    """Every date that `text` names, from left to right, seen from `today`, with its role. Impossible ones are left out.

    A day, month, quarter or half without a year is the next one that isn't over, or that of the year named before it.
    """
    written, readings, places = _readings(text, today)
    return tuple(
        DateCandidate(*read.mention.bounded(today), read.role, _written(read.mention, written, places))
        for read in readings
    )


@remembered
def read_purchase_date(text: str, today: date) -> PurchaseDate | None:
    """The date by which `text` means to buy, seen from `today`; None if it names none, or several that compete.

    A date beside a verb of buying decides, then one beside delivery or use, then a plan or deadline; failing these, a
    date that is the only one. A deadline (年内, 8月前, by August, within 3 months) starts today and includes the named
    span. Urgent words (尽快, ASAP) are today where nothing else is named. A date that is over is none.
    """
    written, readings, places = _readings(text, today)
    candidate = _decided(readings, today) if readings else None
    if candidate is None:
        return None
    mention, (earliest, latest) = candidate
    return PurchaseDate(earliest, latest, _written(mention, written, places))


Days = tuple[date, date | None]


_TRADITIONAL = frozenset(map(chr, TRADITIONAL))
_CHINESE = r"[\u3040-\u30ff\u4e00-\u9fff]"
_WIDE_SPACE = re.compile(rf"(?<={_CHINESE}) (?=[\da-z]|{_CHINESE})|(?<=[\da-z]) (?={_CHINESE})")


def _readings(text: str, today: date) -> tuple[str, list[Reading], Sequence[int]]:
    """The folded text, its dates in it without spaces beside Chinese, and where each of its places is in the former."""
    written = fold(text).casefold()
    plain = written if _TRADITIONAL.isdisjoint(written) else written.translate(TRADITIONAL)
    places: Sequence[int] = range(len(plain))
    gaps = {match.start() for match in _WIDE_SPACE.finditer(plain)} if " " in plain else None
    if gaps:
        places = [place for place in places if place not in gaps]
        plain = "".join(plain[place] for place in places)
    mentions = mentions_in(plain, today)
    readings = _in_named_years(readings_of(mentions, plain, today), plain, today) if mentions else []
    return written, readings, places


_NOT_AHEAD = frozenset({"past", "terms", "contract"})
_MONTHS = timedelta(days=200)
_END_OF_SENTENCE = "。!?;"


def _in_named_years(readings: list[Reading], text: str, today: date) -> list[Reading]:
    """2028年: Q2试用, Q4采购: what names no year after a coming year in the same sentence is of that year.

    After a month of it, the next before or after that month, whichever is nearer: 2028年3月交货, 12月底前下单.
    12月8日看设备, 月底签: what names no month after a coming day in the same sentence is of its month.
    """
    carried, year, day, end, anchor = [], today.year, today, 0, (today, today)
    for read in readings:
        reading, mention = read, read.mention
        if any(mark in text[end : mention.start] for mark in _END_OF_SENTENCE):
            year, day = today.year, today
        if mention.names_year and mention.span and not _is_aside(reading):
            year, anchor = mention.span[0].year, mention.span
        elif year > today.year and mention.kind in {"calendar", "holiday"}:
            reading = evolve(read, mention=_nearer(mention, mention.seen_from(date(year, 1, 1)), anchor))
        elif mention.names_no_month and day > today:
            reading = evolve(read, mention=mention.seen_from(day))
        day = day if reading.role in _NOT_AHEAD else max(day, mention.bounded(today)[0])
        carried.append(reading)
        end = mention.end
    return carried


def _is_aside(reading: Reading) -> bool:
    """Whether its year says nothing of later dates: that of what is over, or of a budget (allocated in FY27)."""
    fiscal = reading.mention.ends[0][1][0].startswith("fy")
    return reading.role in {"past", "contract", "terms"} or (reading.role == "plain" and fiscal)


def _nearer(mention: Mention, carried: Mention, anchor: tuple[date, date]) -> Mention:
    """Of a date and the same in the year of `anchor`, the nearer to it; the latter if that is the whole year."""
    if mention.span is None or carried.span is None or anchor[1] - anchor[0] > _MONTHS:
        return carried
    return min(carried, mention, key=lambda read: abs((read.span or anchor)[0] - anchor[0]))


def _written(mention: Mention, written: str, places: Sequence[int]) -> str:
    return written[places[mention.start] : places[mention.end - 1] + 1]


_COMPETING = frozenset({"event", "sample", "quote", "contract", "condition"})


def _speaks(reading: Reading) -> bool:
    """Whether a date without a word of buying is one: alone in its clause, or with a wait for it (not before March).

    Beside other words it may be the day of somebody else's doing: 老板1月回国, our fiscal year starts in April.
    """
    mention = reading.mention
    (_, first), *others = mention.ends
    both_ends = bool(others) or bool(first.groupdict().get("day2"))
    if mention.kind in {"loose", "rough"} or (both_ends and _is_long(mention)):
        return False
    return mention.waits or (reading.bare and not mention.closes)


def _decided(readings: list[Reading], today: date) -> tuple[Mention, Days] | None:
    dated = [reading for reading in readings if reading.mention.kind != "urgent"]
    purchases = [reading for reading in dated if reading.role == "purchase"]
    plain = [reading for reading in dated if reading.role == "plain" and _speaks(reading)]
    competing = any(reading.role in _COMPETING for reading in dated)
    if purchases:
        best = max(reading.rank for reading in purchases)
        limit = _limit(purchases, today)
        if limit:
            return limit
        rivals = [reading for reading in plain if reading.bare]
        return _agreed([reading for reading in purchases if reading.rank == best] + rivals, today)
    if competing:
        plain = [reading for reading in plain if not _is_long(reading.mention)]
    if plain:
        bare = [reading for reading in plain if reading.bare]
        return _agreed(plain, today) if not competing else _agreed(bare, today) if len(plain) == len(bare) else None
    return _at_once(readings, competing, today)


def _is_long(mention: Mention) -> bool:
    return mention.span is not None and mention.span[1] - mention.span[0] > _MONTHS and not mention.bound


_LATEST = re.compile(r"(?:最[晚迟]|遅くとも|至迟|no later|(?:at the )?latest|spätestens)|at the latest$")


def _limit(purchases: list[Reading], today: date) -> tuple[Mention, Days] | None:
    """希望3月15日交货, 最晚3月底: the last date, without a verb, where the one before it is earlier."""
    if len(purchases) < 2 or purchases[-1].rank != LEANING:
        return None
    mention, before = purchases[-1].mention, purchases[-2].mention.bounded(today)[1]
    days = mention.bounded(today)
    text = mention.ends[0][1].string[max(0, mention.start - 4) : mention.end]
    return (mention, days) if before and days[1] and before < days[1] and _LATEST.search(text) else None


def _at_once(readings: list[Reading], competing: bool, today: date) -> tuple[Mention, Days] | None:
    for reading in readings:
        urgent = reading.mention.kind == "urgent" and (
            reading.role == "purchase" or (reading.role == "plain" and not competing)
        )
        if urgent:
            return reading.mention, (today, today)
    return None


def _agreed(readings: list[Reading], today: date) -> tuple[Mention, Days] | None:
    """The days that all of the readings leave: equal ones, or one that makes a wider one more exact."""
    best, days = readings[0].mention, readings[0].mention.bounded(today)
    for reading in readings[1:]:
        other = reading.mention.bounded(today)
        if other == days:
            continue
        both = _within(days, other, best, reading.mention) if reading.rank != LEANING else None
        if both is None:
            return None
        best, days = (reading.mention, both) if both == other else (best, both)
    return best, days


def _within(days: Days, other: Days, first: Mention, second: Mention) -> Days | None:
    """The narrower of two spans inside each other; two different deadlines compete."""
    if days[1] is None or other[1] is None:
        if (second if days[1] is None else first).bound not in {"by", "before"}:
            return None
        earliest = max(days[0], other[0])
        latest = days[1] or other[1]
        return (earliest, latest) if latest is not None and earliest <= latest else None
    narrow, wide = sorted((days, other), key=lambda span: (span[1] or span[0]) - span[0])
    if narrow[0] < wide[0] or (narrow[1] or narrow[0]) > wide[1] if wide[1] else True:
        return None
    mention, around = (first, second) if narrow == days else (second, first)
    limits = mention.bound in {"by", "before"} or mention.kind == "duration"
    return None if limits and (around.bound or around.kind == "duration") else narrow
