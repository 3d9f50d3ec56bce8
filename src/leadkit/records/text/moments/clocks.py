"""The time of day at the end of a written date: 09:15:00.000Z, 3:05 PM, 下午3:05, 上午9点, 9时15分, 15.30 Uhr."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import time, timedelta, timezone, tzinfo

from attrs import define, setters

from leadkit.records.text.moments.words import BETWEEN, HALVES, ZONES


@define(on_setattr=setters.frozen)
class Clock:
    """A time of day; `offset` is None where the text names no zone."""

    time: time
    offset: tzinfo | None


def split_clock(text: str) -> tuple[str, Clock | None] | None:
    """A folded, lower-case text as what stands around its time of day, and that time.

    The time is None where there is none; the whole is None where there is one that can't be.
    """
    match = _CLOCK.search(text)
    if match is None:
        return text, None
    clock = _clock(match)
    if clock is None:
        return None
    before = _GLUE.sub("", text[: match.start()])
    return f"{before} {text[match.end() :]}".strip(" ,"), clock


def offset_of(text: str) -> tzinfo | None:
    """`z`, `utc`, `+08:00`, `-0600`, `gmt+8` as an offset; None if the text is none or more than a day knows."""
    name = text.strip()
    if name in ZONES:
        return timezone(timedelta(hours=ZONES[name]))
    match = _OFFSET.fullmatch(name)
    if match is None or (match["name"] is None and len(match["hours"]) < 2):
        return None
    hours, minutes, seconds = (int(match[part] or 0) for part in ("hours", "minutes", "seconds"))
    if hours > _FARTHEST or max(minutes, seconds) > 59:
        return None
    ahead = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return timezone(-ahead if match["sign"] == "-" else ahead)


_FARTHEST = 15


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_NUMERIC = r"(?:utc|gmt)?[+-]\d{1,2}(?::?\d{2}(?::?\d{2})?)?(?![\d:])"
_OFFSET = re.compile(
    r"(?P<name>utc|gmt)?(?P<sign>[+-])(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2})(?::?(?P<seconds>\d{2}))?)?"
)
_HALF = _any(HALVES)
_COLON = r":(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,](?P<fraction>\d{1,9}))?)?(?![\d:])"
_SPOKEN = (
    r"(?P<spoken> ?[点點时時시](?: ?[钟鐘])?) ?"
    r"(?:(?P<half>半)|(?P<spoken_minute>\d{1,2}) ?[分분]?(?: ?(?P<spoken_second>\d{1,2}) ?[秒초])?)?(?!\d)"
)
_DOTTED = r"(?:\.(?P<dotted_minute>\d{2})(?= ?uhr)|h(?P<french_minute>\d{2})?(?![\da-z]))"
_WHOLE_HOUR = r"(?= ?(?:[ap]\.?m\b\.?(?! ?\d)|uhr))"
_CLOCK = re.compile(
    rf"(?:(?P<before>{_HALF}) ?)?(?<![\d:.])(?P<hour>\d{{1,2}})(?:{_COLON}|{_SPOKEN}|{_DOTTED}|{_WHOLE_HOUR})"
    rf"(?: ?(?P<after>{_HALF})(?![a-z]))?(?: ?uhr)?"
    rf"(?: ?[(]?(?P<zone>{_NUMERIC}|(?:{_any(ZONES)})(?![a-z+-]))[)]?)?(?P<remark>(?<=[\dz]) ?\([^()]{{1,40}}\))?"
)
_GLUE = re.compile(rf"(?:(?<=[\d日号號])t|,? ?\b(?:{BETWEEN})|[ ,]| -)? ?$")


def _clock(match: re.Match[str]) -> Clock | None:
    hour = _hour(int(match["hour"]), match["before"], match["after"], spoken=match["spoken"] is not None)
    minute = 30 if match["half"] else _number(match, "minute", "spoken_minute", "dotted_minute", "french_minute")
    second = _number(match, "second", "spoken_second")
    offset = offset_of(match["zone"]) if match["zone"] else None
    if hour is None or (match["zone"] and offset is None) or (match["remark"] and offset is None):
        return None
    if offset is not None and len(match["hour"]) < 2 and match["zone"][0] in "+-":
        return None
    micros = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    try:
        return Clock(time(hour, minute, second, micros), offset)
    except ValueError:
        return None


def _number(match: re.Match[str], *groups: str) -> int:
    return int(next((match[group] for group in groups if match[group]), 0))


def _hour(hour: int, before: str | None, after: str | None, *, spoken: bool) -> int | None:
    """The hour of 24; `spoken` is one that stands with 点, where 上午12点 may be noon or midnight."""
    if before is None and after is None:
        return hour
    if before is not None and after is not None:
        return None
    first, last = HALVES[before or after or ""]
    if spoken and hour == 12 and first == 0:
        return None
    possible = {hour, hour % 12 + 12 if 0 < hour < 12 else hour, 0 if hour == 12 else hour}
    within = [value for value in possible if first <= value < last]
    return within[0] if len(within) == 1 else None
