"""What the channels cost: money spent in a period beside the leads, the wins and the won amount that came of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, NamedTuple
from zoneinfo import ZoneInfo

from attrs import define, field, setters
from pydantic import BaseModel, Field

from leadkit.errors import FactError, Problem
from leadkit.policy.channels import Channels
from leadkit.records.fields import RECORD, Amount, Text
from leadkit.records.text import write_source
from leadkit.results import Result
from leadkit.reviewing.figures import Figures
from leadkit.reviewing.losses import unknown_last
from leadkit.reviewing.period import Period, read_period
from leadkit.reviewing.sums import CENTS

DAY = 86_400


class Spend(BaseModel):
    """Money that was spent on a channel, or on one of its sources, in a period such as `2023-Q3` or `2023-08`.

    `currency` is that of the amount where somebody said it; a review refuses another one than its policy's.
    """

    model_config = RECORD

    channel: Text
    detail: Text | None = None
    period: Text
    amount: Annotated[Amount, Field(ge=0)]
    currency: str | None = None


@define(on_setattr=setters.frozen, kw_only=True)
class SpendFigures(Result):
    """What one channel, or one source, cost in the period, and what came of it by event date; `key` None is the whole.

    `spend` is None where nobody said it, and so is every cost that can't be reckoned: it is never 0 for that reason.
    `return_on_spend` is the won amount over the spend. The whole is that of all channels on which money was spent:
    what came by others is not in it. `partial` is whether some of it was said of a longer period, and counted by days.
    """

    key: str | None
    spend: Decimal | None
    leads: int
    valid_leads: int
    opportunities: int
    won: int
    won_amount: Decimal
    cost_per_lead: Decimal | None
    cost_per_valid_lead: Decimal | None
    cost_per_opportunity: Decimal | None
    cost_per_win: Decimal | None
    return_on_spend: Decimal | None
    partial: bool = False


@define(on_setattr=setters.frozen, kw_only=True)
class SpendReview(Result):
    """What was spent in the period: by channel, by source where a detail was named, and all of it.

    `partial` counts what was said of a period that lies in this one only in part, `outside` what lies in none of it.
    """

    channels: tuple[SpendFigures, ...] = field(default=(), repr=False)
    sources: tuple[SpendFigures, ...] = field(default=(), repr=False)
    total: SpendFigures | None = None
    partial: int = 0
    outside: int = 0


NO_SPEND = SpendReview()


CAME = ("leads", "valid_leads", "opportunities", "won", "won_amount")


class Came(NamedTuple):
    """What came of money."""

    leads: int
    valid_leads: int
    opportunities: int
    won: int
    won_amount: Decimal


@define(on_setattr=setters.frozen)
class Counted:
    """One spend as it counts for a period: its channel, its source, how much of it, and whether that is a part."""

    channel: str
    source: str | None
    amount: Decimal
    partial: bool


@define(on_setattr=setters.frozen)
class SpendPlan:
    """What was spent, as it is counted: how it was said, and which spellings of channels are one."""

    spends: tuple[Spend, ...] = ()
    channels: Channels = field(factory=Channels)

    def review(self, period: Period, currency: str, by: Mapping[str, Sequence[Figures]]) -> SpendReview:
        """The costs of a period, from the spends and from its figures by channel and by source.

        Raises:
            FactError: a spend is in another currency, or names no period; all at once.
        """
        if not self.spends:
            return NO_SPEND
        spans = self._spans(period.zone, currency)
        every = [self._counted(spend, span, period) for spend, span in zip(self.spends, spans, strict=True)]
        counted = [each for each in every if each is not None]
        channels: dict[str | None, Figures] = {
            figures.key: figures for figures in by["channel"] if figures.key is not None
        }
        sources: dict[str | None, Figures] = {figures.key: figures for figures in by["source"]}
        rows = _rows(channels, [(each.channel, each) for each in counted], whole=True)
        return SpendReview(
            channels=rows,
            sources=_rows(sources, [(each.source, each) for each in counted if each.source is not None], whole=False),
            total=_whole(rows, counted),
            partial=sum(each.partial for each in counted),
            outside=len(every) - len(counted),
        )

    def _spans(self, zone: ZoneInfo, currency: str) -> list[Period]:
        problems, spans = list[Problem](), list[Period]()
        for number, spend in enumerate(self.spends, 1):
            if spend.currency is not None and spend.currency.upper() != currency:
                hint = f"give the amount in {currency}"
                problems.append(Problem(f"is in another currency: {spend.currency}", hint, path=f"spend.{number}"))
            try:
                spans.append(read_period(spend.period, zone))
            except FactError as error:
                problems += [Problem(p.message, p.hint, path=f"spend.{number}.period") for p in error.problems]
        if problems:
            raise FactError(problems)
        return spans

    def _counted(self, spend: Spend, span: Period, period: Period) -> Counted | None:
        """So much of a spend as falls into the period by calendar days; None where nothing does."""
        first, last = max(span.start, period.start), min(span.end, period.end)
        if first >= last:
            return None
        days, of = _days(first, last, period.zone), _days(span.start, span.end, period.zone)
        channel = self.channels.canonical(spend.channel) or spend.channel
        source = write_source(channel, spend.detail) if spend.detail else None
        return Counted(channel, source, (spend.amount * days / of).quantize(CENTS), days != of)


def _days(first: datetime, last: datetime, zone: ZoneInfo) -> int:
    return last.astimezone(zone).toordinal() - first.astimezone(zone).toordinal()


def _rows(
    known: Mapping[str | None, Figures], spends: Sequence[tuple[str | None, Counted]], *, whole: bool
) -> tuple[SpendFigures, ...]:
    """A row for all that money was spent on and, of the `whole`, for all else; the dearest first."""
    keys = dict.fromkeys([*(key for key, _ in spends), *(known if whole else ())])
    rows = [_figures(key, known.get(key), [each for name, each in spends if name == key]) for key in keys]
    return tuple(sorted(rows, key=lambda row: (-(row.spend or -1), -row.leads, *unknown_last(row.key))))


def _whole(rows: Iterable[SpendFigures], counted: Sequence[Counted]) -> SpendFigures:
    """What all channels together cost on which money was spent."""
    spent = [row for row in rows if row.spend is not None]
    came: dict[str, Any] = {name: sum(getattr(row, name) for row in spent) for name in CAME}
    return _figures(None, Came(**came), counted)


def _figures(key: str | None, figures: Figures | Came | None, spends: Iterable[Counted]) -> SpendFigures:
    """What something cost; what no lead came from has the figures of nothing."""
    counted = list(spends)
    spend = sum((each.amount for each in counted), Decimal(0)) if counted else None
    counts = {name: getattr(figures, name) if figures else 0 for name in CAME[:-1]}
    won_amount = (figures.won_amount if figures else Decimal(0)) + Decimal(0).quantize(CENTS)
    return SpendFigures(
        key=key,
        spend=spend,
        **counts,
        won_amount=won_amount,
        cost_per_lead=_per(spend, counts["leads"]),
        cost_per_valid_lead=_per(spend, counts["valid_leads"]),
        cost_per_opportunity=_per(spend, counts["opportunities"]),
        cost_per_win=_per(spend, counts["won"]),
        return_on_spend=(won_amount / spend).quantize(CENTS) if spend else None,
        partial=any(each.partial for each in counted),
    )


def _per(spend: Decimal | None, number: int) -> Decimal | None:
    return None if spend is None or not number else (spend / number).quantize(CENTS)
