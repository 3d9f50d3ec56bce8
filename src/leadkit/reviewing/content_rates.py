"""How often what was sent from the content library was answered."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from attrs import define, setters

from leadkit.results import Result
from leadkit.reviewing.period import Period
from leadkit.reviewing.rates import Rate


@define(on_setattr=setters.frozen, kw_only=True)
class ContentCase:
    """One piece of content that was sent with a follow-up, and whether the customer answered that follow-up."""

    content_id: str
    sent_at: datetime
    answered: bool


@define(on_setattr=setters.frozen, kw_only=True)
class ContentRate(Result):
    """How many of the follow-ups of the period that sent a piece of content were answered."""

    content_id: str
    answered: Rate


def content_rates(cases: Iterable[ContentCase], period: Period, as_of: datetime) -> tuple[ContentRate, ...]:
    """The rate of each piece that was sent in the period, up to `as_of`, the most frequent first."""
    pieces: dict[str, list[bool]] = defaultdict(list)
    for case in cases:
        if period.start <= case.sent_at < period.end and case.sent_at <= as_of:
            pieces[case.content_id].append(case.answered)
    ordered = sorted(pieces.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(ContentRate(content_id=name, answered=Rate(sum(sent), len(sent))) for name, sent in ordered)
