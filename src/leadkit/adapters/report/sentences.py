"""What to look at next: plain sentences, each of which follows from the figures of a review by a fixed rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from typing import Literal

from attrs import define, setters

from leadkit.reviewing.figures import Figures
from leadkit.reviewing.losses import Share
from leadkit.reviewing.rates import Rate
from leadkit.reviewing.review import FigureChange, Review

Tone = Literal["good", "watch", "unsure"]
BETTER_WHEN_FEWER = frozenset({"lost"})
DISTORTING = ("closed_before_opened", "closed_without_date", "won_without_amount", "lead_without_date")
"""The problems that shift a figure, and so are worth a sentence of their own."""


@define(on_setattr=setters.frozen)
class Named:
    """A key of the review and what it is a key of: a channel, a priority, a reason, a figure."""

    of: str
    key: str | None


Fact = Named | tuple[Named, ...] | tuple[FigureChange, ...] | Rate | Decimal | int


@define(on_setattr=setters.frozen)
class Sentence:
    """One sentence without its words: which it is, how it is meant, and the figures and names that it tells."""

    code: str
    tone: Tone
    facts: Mapping[str, Fact]


def sentences(review: Review) -> tuple[Sentence, ...]:
    """Every sentence that follows from `review`, in the order of `RULES`."""
    return tuple(chain.from_iterable(rule(review) for rule in RULES))


def nothing(review: Review) -> Iterator[Sentence]:
    """Said where there is no lead and no opportunity was opened, won or lost."""
    total = review.total
    if not (total.leads or total.opportunities or total.won or total.lost):
        yield Sentence("nothing", "unsure", {})


def changed(review: Review) -> Iterator[Sentence]:
    """Said once of all counts and rates that rose by more than noise, and once of those that fell.

    Lost opportunities are taken the other way round: more of them stand with what fell.
    """
    kinds: tuple[tuple[str, Tone, str], ...] = (("risen", "good", "up"), ("fallen", "watch", "down"))
    for code, tone, wanted in kinds:
        moved = tuple(change for change in review.changes if _bettered(change) == wanted)
        if moved:
            yield Sentence(code, tone, {"changes": moved})


def unfinished(review: Review) -> Iterator[Sentence]:
    """Said where the period is not over yet."""
    if not review.over:
        yield Sentence("unfinished", "unsure", {})


def unchanged(review: Review) -> Iterator[Sentence]:
    """Said of a whole period where there are leads in both and every change is noise or can't be told."""
    counted = review.over and review.previous is not None and review.previous.leads and review.total.leads
    if counted and not any(change.direction in {"up", "down"} for change in review.changes):
        yield Sentence("unchanged", "unsure", {})


def best_channel(review: Review) -> Iterator[Sentence]:
    """Said of the channel with the highest lower end of the interval of its lead-to-win rate.

    Only known channels with a win, an interval and no small sample count, and there must be two channels with valid
    leads to compare. Of equal ones the first of the review, which has the most leads.
    """
    channels = _with_rate(review)
    sure = [
        channel
        for channel in channels
        if channel.key is not None and _is_sure(channel.lead_to_win_rate) and channel.won
    ]
    if len(channels) > 1 and sure:
        best = max(sure, key=_low)
        facts: dict[str, Fact] = {"channel": _channel(best), "rate": best.lead_to_win_rate, "low": _low(best)}
        yield Sentence("best_channel", "good", facts)


def weak_channel(review: Review) -> Iterator[Sentence]:
    """Said of every known channel, no small sample, whose interval lies below that of all the others together."""
    channels = _with_rate(review)
    for channel in channels:
        others = [other for other in channels if other is not channel]
        rest = Rate(sum(other.won for other in others), sum(other.valid_leads for other in others))
        if channel.key is not None and _lies_below(channel.lead_to_win_rate, rest):
            facts: dict[str, Fact] = {
                "channel": _channel(channel),
                "rate": channel.lead_to_win_rate,
                "high": channel.lead_to_win_rate.high or Decimal(0),
                "rest": rest.low or Decimal(0),
            }
            yield Sentence("weak_channel", "watch", facts)


def main_loss(review: Review) -> Iterator[Sentence]:
    """Said of the known reason that more lost opportunities have than any other; nothing where two lead together."""
    yield from _main("main_loss", review.losses)


def main_screening_reason(review: Review) -> Iterator[Sentence]:
    """Said of the known reason that more invalid leads have than any other; nothing where two lead together."""
    yield from _main("main_screening_reason", review.screening_reasons)


def late_priority(review: Review) -> Iterator[Sentence]:
    """Said of every priority of whose due responses more than one in ten is late."""
    for response in review.responses:
        if response.late.met * 10 > response.late.of:
            priority = Named("priority", response.key)
            yield Sentence("late_priority", "watch", {"priority": priority, "rate": response.late})


def few_cases(review: Review) -> Iterator[Sentence]:
    """Said of the lead-to-win rate and of the win rate where it rests on some cases, but fewer than thirty."""
    for code, rate in (
        ("few_valid_leads", review.total.lead_to_win_rate),
        ("few_closed", review.total.win_rate),
    ):
        if rate.of and rate.small:
            yield Sentence(code, "unsure", {"number": rate.of})


def few_in_channels(review: Review) -> Iterator[Sentence]:
    """Said of the known channels with some valid leads, but fewer than thirty, where there are several channels."""
    channels = _with_rate(review)
    few = tuple(_channel(channel) for channel in channels if channel.key is not None and channel.lead_to_win_rate.small)
    if few and len(channels) > 1:
        yield Sentence("few_in_channels", "unsure", {"channels": few})


def distorted(review: Review) -> Iterator[Sentence]:
    """Said of every problem in the data that shifts a figure (`DISTORTING`)."""
    for code in DISTORTING:
        if number := review.problems.get(code):
            yield Sentence(code, "unsure", {"number": number})


RULES: tuple[Callable[[Review], Iterator[Sentence]], ...] = (
    nothing,
    unfinished,
    changed,
    unchanged,
    best_channel,
    weak_channel,
    main_loss,
    main_screening_reason,
    late_priority,
    few_cases,
    few_in_channels,
    distorted,
)


def _main(code: str, shares: Sequence[Share]) -> Iterator[Sentence]:
    if not shares or shares[0].reason is None:
        return
    first, *others = shares
    if not others or others[0].rate.met < first.rate.met:
        yield Sentence(code, "watch", {"reason": Named("reason", first.reason), "rate": first.rate})


def _bettered(change: FigureChange) -> str | None:
    other: dict[str | None, str] = {"up": "down", "down": "up"}
    return other.get(change.direction) if change.name in BETTER_WHEN_FEWER else change.direction


def _with_rate(review: Review) -> list[Figures]:
    return [channel for channel in review.by["channel"] if channel.valid_leads]


def _is_sure(rate: Rate) -> bool:
    return rate.is_share and not rate.small


def _lies_below(rate: Rate, other: Rate) -> bool:
    high, low = rate.high, other.low
    return _is_sure(rate) and high is not None and low is not None and high < low


def _low(channel: Figures) -> Decimal:
    return channel.lead_to_win_rate.low or Decimal(0)


def _channel(channel: Figures) -> Named:
    return Named("channel", channel.key)
