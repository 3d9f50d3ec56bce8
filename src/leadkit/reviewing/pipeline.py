"""What is open at the time of a review, and what may come of it by the company's own win rates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal, localcontext

from attrs import define, field, setters

from leadkit.process.states import IN_PROGRESS
from leadkit.results import Result
from leadkit.reviewing.figures import Figures, by_field, total
from leadkit.reviewing.horizon import Horizon
from leadkit.reviewing.rates import Rate
from leadkit.reviewing.standing import PipelineCell
from leadkit.reviewing.sums import CENTS
from leadkit.reviewing.win_rates import Order, WinRates, in_order

SIGNED = "signed"


@define(on_setattr=setters.frozen)
class Estimate(Result):
    """An amount that may come, and the ends between which it lies so far as the cases behind its rates tell."""

    value: Decimal
    low: Decimal
    high: Decimal

    def beside(self, amount: Decimal) -> Estimate:
        """This estimate and an amount that is certain."""
        return Estimate(self.value + amount, self.low + amount, self.high + amount)


@define(on_setattr=setters.frozen, kw_only=True)
class OpenGroup(Result):
    """The open opportunities of one stage, grade or month, or all of them where `key` is empty.

    `amount` is the sum of those that have one, `without_amount` how many have none. `committed` is the part of it that
    both sides have signed. `likely` is the sum of the rest, each amount times the win rate of what had reached its
    stage with its grade, between the same sums of the ends of their 95 % intervals. Where too few such deals were
    closed, the rate is that of its stage, and else that of its grade; None where no rate has enough cases. `left_out`
    counts what is not in it for that reason.
    """

    key: str | None
    opportunities: int
    without_amount: int
    amount: Decimal
    committed: Decimal
    likely: Estimate | None
    left_out: int


@define(on_setattr=setters.frozen, kw_only=True)
class GradeRate(Result):
    """How often the opportunities of one grade were won among those closed in the 365 days before the review."""

    key: str | None
    rate: Rate


@define(on_setattr=setters.frozen, kw_only=True)
class StageRate(Result):
    """How often opportunities that reached one stage were won, of those closed in the 365 days before the review."""

    key: str
    rate: Rate


@define(on_setattr=setters.frozen, kw_only=True)
class Forecast(Result):
    """What the period may come to: what was won in it so far, and what is expected to close before its end.

    `expected` is that won amount with what is committed and likely of `due`; None where nothing likely can be told. A
    period that is over has nothing due.
    """

    won: int
    won_amount: Decimal
    due: OpenGroup
    expected: Estimate | None


@define(on_setattr=setters.frozen, kw_only=True)
class Pipeline(Result):
    """The open opportunities at the time of a review: all, by stage, by grade, by the month of their expected close.

    Stages are in the order of the process, grades in that of the policy, months in that of time: `past` is before the
    review, `later` after twelve months. Only groups that hold something are there.
    """

    total: OpenGroup
    stages: tuple[OpenGroup, ...] = field(repr=False)
    grades: tuple[OpenGroup, ...] = field(repr=False)
    closes: tuple[OpenGroup, ...] = field(repr=False)
    rates: tuple[GradeRate, ...] = field(repr=False)
    stage_rates: tuple[StageRate, ...] = field(repr=False)
    forecast: Forecast


def pipeline(cells: Sequence[PipelineCell], horizon: Horizon, figures: Figures, grades: Sequence[str]) -> Pipeline:
    """What is open, from its cells; `figures` are those of the period, `grades` those of the policy in their order."""
    open_cells = [cell for cell in cells if cell.status == "open"]
    rates = WinRates.of([cell for cell in cells if cell.status != "open"])
    whole = _group(None, open_cells, rates)
    by_grade = in_order(grades)

    def groups(name: str, order: Order) -> tuple[OpenGroup, ...]:
        members = by_field(open_cells, name)
        return tuple(_group(key, members[key], rates) for key in sorted(members, key=order))

    return Pipeline(
        total=whole,
        stages=groups("stage", in_order(IN_PROGRESS)),
        grades=groups("grade", by_grade),
        closes=_closes(open_cells, rates, horizon),
        rates=tuple(GradeRate(key=key, rate=rates.grades[key]) for key in sorted(rates.grades, key=by_grade)),
        stage_rates=tuple(StageRate(key=stage, rate=rate) for stage, rate in rates.stages.items()),
        forecast=_forecast(figures, _group(None, [cell for cell in open_cells if cell.due], rates)),
    )


def _closes(cells: Sequence[PipelineCell], rates: WinRates, horizon: Horizon) -> tuple[OpenGroup, ...]:
    members = by_field(cells, "close")
    known = [(key, members[place]) for place, key in enumerate(horizon.keys) if place in members]
    unknown = [(None, members[None])] if None in members else []
    return tuple(_group(key, of, rates) for key, of in [*known, *unknown])


def _group(key: str | None, cells: Sequence[PipelineCell], rates: WinRates) -> OpenGroup:
    signed = [cell for cell in cells if cell.stage == SIGNED]
    rest = [cell for cell in cells if cell.stage != SIGNED]
    sure = [(cell, rate) for cell in rest if (rate := rates.likely(cell)) is not None]
    number = total(cells, "opportunities")
    return OpenGroup(
        key=key,
        opportunities=number,
        without_amount=number - total(cells, "amounts"),
        amount=total(cells, "cents") * CENTS,
        committed=total(signed, "cents") * CENTS,
        likely=_likely(sure) if sure or not rest else None,
        left_out=total(rest, "opportunities") - total((cell for cell, _ in sure), "opportunities"),
    )


def _likely(cells: Iterable[tuple[PipelineCell, Rate]]) -> Estimate:
    """The sum of amounts, each times its rate, rounded once."""
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for cell, rate in cells:
        sums[rate.met, rate.of] += cell.cents
    with localcontext() as context:
        context.prec = 40
        value, low, high = (
            sum((cents * CENTS * end(Rate(*rate)) for rate, cents in sums.items()), Decimal(0)).quantize(CENTS)
            for end in (_share, _low, _high)
        )
    return Estimate(value, low, high)


def _share(rate: Rate) -> Decimal:
    return Decimal(rate.met) / rate.of


def _low(rate: Rate) -> Decimal:
    return rate.low or Decimal(0)


def _high(rate: Rate) -> Decimal:
    return rate.high or Decimal(0)


def _forecast(figures: Figures, due: OpenGroup) -> Forecast:
    certain = figures.won_amount + due.committed
    expected = None if due.likely is None else due.likely.beside(certain)
    return Forecast(won=figures.won, won_amount=figures.won_amount, due=due, expected=expected)
