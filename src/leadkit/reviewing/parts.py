"""The parts of a period side by side, and what they were to bring by the targets of the policy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from attrs import define, field, setters

from leadkit.policy.review import Targets
from leadkit.results import Result
from leadkit.reviewing.cases import VALID
from leadkit.reviewing.cells import DealPartCell, LeadCell
from leadkit.reviewing.figures import Figures, total
from leadkit.reviewing.period import Period
from leadkit.reviewing.rates import Rate
from leadkit.reviewing.sums import CENTS

NO_TARGETS = Targets()


@define(on_setattr=setters.frozen, kw_only=True)
class TargetFigure(Result):
    """A figure and what it was to be; `difference` is how much it is above that, negative where it is below."""

    name: str
    actual: int | Decimal
    target: int | Decimal
    difference: int | Decimal


@define(on_setattr=setters.frozen, kw_only=True)
class Part(Result):
    """The figures of one part of a period by event date; `over` is whether it has passed at the time of the review.

    `targets` are there where it is whole months.
    """

    period: Period
    over: bool
    leads: int
    valid_leads: int
    opportunities: int
    won: int
    lost: int
    won_amount: Decimal
    lead_to_win_rate: Rate
    win_rate: Rate
    targets: tuple[TargetFigure, ...] = field(repr=False)


def parts(
    leads: Sequence[LeadCell], deals: Sequence[DealPartCell], period: Period, targets: Targets, *, as_of: datetime
) -> tuple[Part, ...]:
    """The parts of a period from their cells, in the order of time."""
    return tuple(
        _part(
            [cell for cell in leads if cell.by == "part" and cell.key == place],
            [cell for cell in deals if cell.opened_part == place],
            [cell for cell in deals if cell.closed_part == place],
            span,
            targets,
            over=as_of >= span.end,
        )
        for place, span in enumerate(period.parts)
    )


def _part(
    leads: Sequence[LeadCell],
    opened: Sequence[DealPartCell],
    closed: Sequence[DealPartCell],
    span: Period,
    targets: Targets,
    *,
    over: bool,
) -> Part:
    won = [cell for cell in closed if cell.status == "won"]
    counts = {
        "leads": total(leads, "leads"),
        "valid_leads": total((cell for cell in leads if cell.status in VALID), "leads"),
        "opportunities": total(opened, "opportunities"),
        "won": total(won, "opportunities"),
    }
    lost = total((cell for cell in closed if cell.status == "lost"), "opportunities")
    amount = total(won, "cents") * CENTS
    return Part(
        period=span,
        over=over,
        **counts,
        lost=lost,
        won_amount=amount,
        lead_to_win_rate=Rate(counts["won"], counts["valid_leads"]),
        win_rate=Rate(counts["won"], counts["won"] + lost),
        targets=tuple(_against({**counts, "won_amount": amount}, span, targets)),
    )


def target_figures(figures: Figures, period: Period, targets: Targets) -> tuple[TargetFigure, ...]:
    """The figures of a whole period against its targets."""
    return tuple(_against({name: getattr(figures, name) for name in Targets.model_fields}, period, targets))


def _against(figures: dict[str, int | Decimal], period: Period, targets: Targets) -> Iterator[TargetFigure]:
    """Each figure that has a target, which is that of a month times the months of a period."""
    for name in Targets.model_fields if period.months else ():
        month = getattr(targets, name)
        if month is not None:
            target, actual = month * period.months, figures[name]
            yield TargetFigure(name=name, actual=actual, target=target, difference=actual - target)
