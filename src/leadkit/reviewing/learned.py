"""What was learned: the verdict first, then the figures that it rests on, the rules, the bands and the policy."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

from attrs import define, field, setters

from leadkit.policy import Policy
from leadkit.results import Result
from leadkit.reviewing.rates import EXACT, Rate, Z

LearnVerdict = Literal["no_signal", "keep", "better"]


WarningCode = Literal[
    "few_cases", "leak", "names_a_rep", "equal_rows", "immature", "drift", "share_moves", "date_in_disguise",
    "selection", "claims_left_out", "bands_left_out", "rules_left_out", "empty_band", "full_band",
    "rate_not_reached", "ungraded", "not_compared", "capacity_bounded",
]  # fmt: skip


@define(on_setattr=setters.frozen)
class IntervalFigure(Result):
    """A figure with its 95 % interval, to six decimals."""

    value: Decimal
    low: Decimal
    high: Decimal

    @classmethod
    def of(cls, value: float, variance: float) -> IntervalFigure:
        """The normal interval around a value."""
        reach = float(Z) * max(variance, 0.0) ** 0.5
        return cls(*(Decimal(repr(float(end))).quantize(EXACT) for end in (value, value - reach, value + reach)))


@define(on_setattr=setters.frozen)
class LearnWarning(Result):
    """What makes the result doubtful, or was left out: a code, the fact or band it names, and the figure behind it."""

    code: WarningCode
    fact: str = ""
    figure: str = ""


@define(on_setattr=setters.frozen, kw_only=True)
class LearnedLevel(Result):
    """One number of the new policy: the points of a level, a range, an event, or of who doesn't say.

    `before` is what the start policy gives; None where it says nothing. `won_with` are the cases of the level,
    `won_without` all others. `error` is the standard deviation of the points over bootstrap samples, and `chosen` the
    share of the samples in which the level has other points than the rest; None where none were drawn.
    """

    group: str
    code: str
    level: str
    before: Decimal | None
    points: int
    won_with: Rate
    won_without: Rate
    error: Decimal | None = None
    chosen: Decimal | None = None


@define(on_setattr=setters.frozen)
class LearnedBand(Result):
    """A band: from how many points on, which share of the cases it held, and how often those were won.

    Both are of cases that the points were not made from.
    """

    bands: str
    name: str
    points: int
    share: Decimal
    rate: Rate


@define(on_setattr=setters.frozen)
class Tenth(Result):
    """A tenth of the held-out cases by their probability: what was expected on average, and how often they were won."""

    expected: Decimal
    rate: Rate


@define(on_setattr=setters.frozen)
class Move(Result):
    """How many cases go from one band to another."""

    bands: str
    before: str
    after: str
    cases: int


@define(on_setattr=setters.frozen)
class CurvePoint(Result):
    """How well points made from so many cases order others."""

    cases: int
    order: IntervalFigure


@define(on_setattr=setters.frozen, kw_only=True)
class Learned(Result):
    """Points learned from cases, and whether they are worth anything.

    `verdict`: `no_signal` where the interval of `order` holds 0.5: nothing tells won from lost; `keep` where the points
    are not better than those of the start policy by more than chance explains; else `better`.

    `order` is the share of pairs of a won and a lost case that the points put in the right order, `start_order` the
    same of the start policy, `reference_order` that of the model that the points come near to, and `better_by` the
    difference of the first two; all from cases that the points were not made from, in time order where `forward`.
    `brier` is the mean squared error of the probabilities. `toml` is the policy as a file.
    """

    OMITTED = ("policy",)

    verdict: LearnVerdict
    cases: Rate
    order: IntervalFigure
    start_order: IntervalFigure
    reference_order: IntervalFigure
    better_by: IntervalFigure
    forward: bool
    brier: Decimal
    levels: tuple[LearnedLevel, ...]
    bands: tuple[LearnedBand, ...]
    tenths: tuple[Tenth, ...]
    moves: tuple[Move, ...]
    curve: tuple[CurvePoint, ...]
    warnings: tuple[LearnWarning, ...]
    start: str
    policy: Policy = field(repr=False)
    toml: str = field(repr=False)

    def __str__(self) -> str:
        from leadkit.reviewing.learned_lines import learned_lines

        return "\n".join(learned_lines(self))
