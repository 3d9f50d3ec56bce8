"""What customers objected to: how often, whether they were answered in time, and what became of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from attrs import define, setters

from leadkit.results import Result
from leadkit.reviewing.period import Period
from leadkit.reviewing.rates import Rate


@define(on_setattr=setters.frozen, kw_only=True)
class ObjectionCase:
    """One objection as the review sees it: its kind, its times, and how its opportunity ended, None where it is open.

    `due_at` is when it should have been answered by its service level, None without one.
    """

    kind: str | None
    raised_at: datetime
    due_at: datetime | None = None
    answered_at: datetime | None = None
    status: str = "open"
    closed_at: datetime | None = None


@define(on_setattr=setters.frozen, kw_only=True)
class ObjectionGroup(Result):
    """The objections of one kind that were raised in the period; None where nobody said which.

    `share` is their part of all, `in_time` the part that was answered within its service level of those that were
    answered or are due, `won` the part whose opportunity was won of those whose opportunity is closed.
    """

    kind: str | None
    share: Rate
    in_time: Rate
    won: Rate


def objections(cases: Iterable[ObjectionCase], period: Period, as_of: datetime) -> tuple[ObjectionGroup, ...]:
    """The objections of a period as they stand at `as_of` by kind, the most frequent first."""
    end = min(period.end, as_of)
    kinds: dict[str | None, list[ObjectionCase]] = defaultdict(list)
    for case in cases:
        if period.start <= case.raised_at < period.end and case.raised_at <= end:
            kinds[case.kind].append(case)
    whole = sum(map(len, kinds.values()))
    ordered = sorted(kinds.items(), key=lambda item: (-len(item[1]), item[0] is None, item[0] or ""))
    return tuple(_group(kind, members, whole, as_of) for kind, members in ordered)


def _group(kind: str | None, cases: list[ObjectionCase], whole: int, as_of: datetime) -> ObjectionGroup:
    owed = [case for case in cases if case.due_at is not None and (_answered(case, as_of) or case.due_at <= as_of)]
    closed = [case for case in cases if case.closed_at is not None and case.closed_at <= as_of]
    return ObjectionGroup(
        kind=kind,
        share=Rate(len(cases), whole),
        in_time=Rate(sum(_in_time(case, as_of) for case in owed), len(owed)),
        won=Rate(sum(case.status == "won" for case in closed), len(closed)),
    )


def _answered(case: ObjectionCase, as_of: datetime) -> bool:
    return case.answered_at is not None and case.answered_at <= as_of


def _in_time(case: ObjectionCase, as_of: datetime) -> bool:
    return _answered(case, as_of) and case.answered_at is not None and case.answered_at <= (case.due_at or as_of)
