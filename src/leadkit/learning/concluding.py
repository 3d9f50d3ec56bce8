"""From a table of cases to what was learned: points, what they are worth, bands, and a policy as a file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from leadkit.errors import FactError, Problem
from leadkit.learning.bands import Shares, band_shares, band_warnings, learned_bands, moves, thresholds
from leadkit.learning.capacity import Capacity, WinRate, is_reached, nearest_cut, out_of_bounds, share_of
from leadkit.learning.fitting import Fitted, Settings, fitted
from leadkit.learning.form import Form
from leadkit.learning.libraries import Floats, np
from leadkit.learning.nested import Nested, curve, nested
from leadkit.learning.rules import LearnedRule, learned_rules
from leadkit.learning.support import drawn_rules, learned_levels, worth
from leadkit.learning.table import Table
from leadkit.learning.wording import comments, notes
from leadkit.learning.writing import Bands, start_of
from leadkit.limits import DEFAULT_LIMITS
from leadkit.policy import Policy, load_policy
from leadkit.policy.toml import read_toml
from leadkit.reviewing.learned import CurvePoint, Learned, LearnVerdict, LearnWarning, Tenth
from leadkit.reviewing.rates import EXACT, Rate

DRIFT, MOVED = 0.03, 1.6
CURVE = (30, 60, 120, 250, 500, 1_000, 2_000, 5_000)


def concluded(
    table: Table,
    start: Policy,
    settings: Settings,
    high: Capacity,
    warnings: list[LearnWarning],
    samples: int,
    *,
    with_curve: bool,
    form: Form,
) -> Learned:
    """Points made from a table around those of `start`, what they are worth, and the file that they are written in.

    Raises:
        FactError: nothing tells won from lost, or too little differs.
    """
    tested = nested(table, start, settings)
    made = fitted(table, start, settings)
    rules = form.rules(learned_rules(made, table, start))
    if not rules:
        hint = "more cases, or facts that were known when the lead came and differ more, may tell"
        raise FactError(Problem("nothing tells won from lost", hint, path="cases"))
    share = share_of(high, table.times, tested.ranks, tested.won)
    shares = band_shares(start, table, share)
    totals = made.totals(table) + _shift(rules, made, table)
    bands = thresholds(shares, totals, settings.step)
    drawn = tuple(drawn_rules(table, start, settings, made.reference.shares, samples))
    levels = tuple(learned_levels(rules, table, start, drawn))
    verdict = _verdict(tested)
    warnings += _drifts(tested, _held(shares, bands, totals, share))
    if isinstance(high, WinRate) and not is_reached(high, tested.ranks, tested.won):
        warnings.append(LearnWarning("rate_not_reached", figure=f"{high.rate:.0%}"))
    beyond = out_of_bounds(high, table.times)
    if beyond is not None:
        warnings.append(LearnWarning("capacity_bounded", figure=" / ".join(f"{part:.1%}" for part in beyond)))
    warnings += band_warnings(shares, bands, totals)
    warnings += form.warnings()
    language = form.policy.language
    head = notes(table, form.policy, tested, verdict, language)
    text = form.text(rules, bands, head, comments(levels, language))
    return Learned(
        verdict=verdict,
        cases=Rate(int(table.won.sum()), len(table)),
        order=tested.learned,
        start_order=tested.by_hand,
        reference_order=tested.reference,
        better_by=tested.better_by,
        forward=tested.forward,
        brier=Decimal(repr(float(np.mean((tested.chances - tested.won) ** 2)))).quantize(EXACT),
        levels=levels,
        bands=tuple(learned_bands(shares, bands, totals, tested)),
        tenths=tuple(_tenths(tested)),
        moves=tuple(moves(start, table, bands, totals)),
        curve=_curve(table, start, settings) if with_curve else (),
        warnings=tuple(warnings),
        start=form.policy.id,
        policy=load_policy(read_toml(text, "learned.toml", DEFAULT_LIMITS)),
        toml=text,
    )


def _shift(rules: Sequence[LearnedRule], made: Fitted, table: Table) -> int:
    """What rules that begin with 0, and the start of the total, add to the sum of the leaves: the same for all."""
    row = table.at(np.zeros(1, dtype=np.int64))
    total = start_of(rules)
    for rule in rules:
        if rule.form == "event":
            total += rule.points[True] * min(int(row.events[rule.fact][0]), rule.cap)
        elif rule.form == "met":
            total += rule.points[True] * int(row.met[rule.fact][0])
        else:
            column = row.facts[rule.fact]
            value: Any = column.values[int(column.codes[0])] if column.codes[0] >= 0 else None
            total += worth(rule, value)
    return total - round(float(made.totals(row)[0]))


def _verdict(tested: Nested) -> LearnVerdict:
    if not tested.parts or tested.learned.low <= Decimal("0.5"):
        return "no_signal"
    return "better" if tested.better_by.low > 0 else "keep"


def _held(shares: Shares, bands: Bands, totals: Floats, share: float) -> float:
    """The share of the cases that the highest band holds which is for `share` of them."""
    edges = [bands[name][names[0]] for name, (names, reached) in shares.items() if reached and reached[0] == share]
    return float((totals >= edges[0]).mean()) if edges else share


def _drifts(tested: Nested, share: float) -> list[LearnWarning]:
    """Where the last block of time is not as those before let expect."""
    if not tested.forward or not tested.parts:
        return []
    last = tested.parts[-1]
    warnings: list[LearnWarning] = []
    expected, rate = float(last.chances.mean()), float(last.won.mean())
    if abs(expected - rate) > DRIFT:
        warnings.append(LearnWarning("drift", figure=f"{expected:.1%} / {rate:.1%}"))
    inside = float((last.totals >= nearest_cut(last.trained, share)).mean())
    if inside > MOVED * share or inside < share / MOVED / 2:
        warnings.append(LearnWarning("share_moves", figure=f"{inside:.0%} / {share:.0%}"))
    return warnings


def _tenths(tested: Nested) -> Iterable[Tenth]:
    """The held-out cases in ten parts by their probabilities; equal ones stay together."""
    order = np.argsort(tested.chances, kind="stable")
    chances, won = tested.chances[order], tested.won[order]
    edges = sorted(
        {int(np.searchsorted(chances, chances[place], "left")) for place in _places(len(chances))} | {len(won)}
    )
    for low, top in zip([0, *edges], edges, strict=False):
        if top > low:
            mean = Decimal(repr(float(chances[low:top].mean()))).quantize(EXACT)
            yield Tenth(mean, Rate(int(won[low:top].sum()), top - low))


def _places(cases: int) -> list[int]:
    return [cases * tenth // 10 for tenth in range(1, 10)]


def _curve(table: Table, start: Policy, settings: Settings) -> tuple[CurvePoint, ...]:
    sizes = [size for size in CURVE if size < len(table) * 0.75]
    return tuple(CurvePoint(size, order) for size, order in curve(table, start, settings, sizes))
