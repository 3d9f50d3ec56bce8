"""Why deals were lost, by what they have in common, and against whom they are fought."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal

from attrs import define, field, setters

from leadkit.results import Result
from leadkit.reviewing.cells import Key, LossCell, RivalCell
from leadkit.reviewing.figures import by_field, total
from leadkit.reviewing.rates import Rate
from leadkit.reviewing.sums import CENTS
from leadkit.reviewing.win_rates import Order, in_order

LOSSES = {"channel": "channel", "grade": "grade", "stage": "lost_stage", "owner": "owner", "competitor": "lost_to"}
"""What losses are grouped by, and what their cells call it."""


@define(on_setattr=setters.frozen, kw_only=True)
class Share(Result):
    """One reason, how many cases have it, and their share of all that have ended so; `reason` None was not given."""

    reason: str | None
    rate: Rate


@define(on_setattr=setters.frozen, kw_only=True)
class LossGroup(Result):
    """The opportunities of one group that were lost in the period, and why; `amount` is None where none has one."""

    key: str | None
    lost: int
    amount: Decimal | None
    reasons: tuple[Share, ...] = field(repr=False)


@define(on_setattr=setters.frozen, kw_only=True)
class Rival(Result):
    """Who competes with us: for how many open deals and for what, and what was won and lost against them in the period.

    `open_amount` is None where no open deal has an amount.
    """

    name: str
    open: int
    open_amount: Decimal | None
    won: int
    lost: int

    @property
    def win_rate(self) -> Rate:
        """What was won of what was closed in the period."""
        return Rate(self.won, self.won + self.lost)


def losses_by(
    cells: Iterable[LossCell], grades: Collection[str], stages: Collection[str]
) -> Mapping[str, tuple[LossGroup, ...]]:
    """The losses by each of `LOSSES`: grades and stages in their order, the others with the most losses first."""
    parted = by_field(cells, "by")
    orders = {"grade": in_order(tuple(grades)), "stage": in_order(tuple(stages))}
    return {name: _groups(parted[by], orders.get(name)) for name, by in LOSSES.items()}


def _groups(cells: Iterable[LossCell], order: Order | None) -> tuple[LossGroup, ...]:
    groups = [_group(key or None, members) for key, members in by_field(cells, "key").items()]
    if order is not None:
        return tuple(sorted(groups, key=lambda group: order(group.key)))
    return tuple(sorted(groups, key=lambda group: (-group.lost, *unknown_last(group.key))))


def _group(key: Key, cells: list[LossCell]) -> LossGroup:
    return LossGroup(
        key=None if key is None else str(key),
        lost=total(cells, "opportunities"),
        amount=total(cells, "cents") * CENTS if total(cells, "amounts") else None,
        reasons=shares({reason: total(of, "opportunities") for reason, of in by_field(cells, "lost_reason").items()}),
    )


def shares(counts: Mapping[str | None, int]) -> tuple[Share, ...]:
    """Reasons by how often they were given, the most frequent first, and what part of all cases each has."""
    whole = sum(counts.values())
    ordered = sorted(counts.items(), key=lambda item: (-item[1], *unknown_last(item[0])))
    return tuple(Share(reason=key, rate=Rate(count, whole)) for key, count in ordered if count)


def unknown_last(key: str | None) -> tuple[bool, str]:
    """A sort key that puts what is not known last."""
    return key is None, key or ""


def rivals(cells: Iterable[RivalCell]) -> tuple[Rival, ...]:
    """Everybody who competes, those with the most open deals first."""
    every = []
    for name, members in by_field(cells, "rival").items():
        by_status = by_field(members, "status")
        still_open = by_status["open"]
        every.append(
            Rival(
                name=name,
                open=total(still_open, "opportunities"),
                open_amount=total(still_open, "cents") * CENTS if total(still_open, "amounts") else None,
                won=total(by_status["won"], "opportunities"),
                lost=total(by_status["lost"], "opportunities"),
            )
        )
    return tuple(sorted(every, key=lambda rival: (-rival.open, -rival.lost, -rival.won, rival.name)))
