"""Learn points from cases that have ended, and say whether they are worth anything."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from attrs import evolve

from leadkit.errors import FactError, Problem
from leadkit.learning.bands import Shares, band_shares, band_warnings, learned_bands, moves, thresholds
from leadkit.learning.capacity import Capacity, Share, WinRate, is_reached, nearest_cut, share_of
from leadkit.learning.fitting import Fitted, Settings, fitted
from leadkit.learning.libraries import Floats, np
from leadkit.learning.nested import Nested, curve, nested, spread
from leadkit.learning.rules import LearnedRule, learned_rules
from leadkit.learning.screening import doubts, mature, refusals, suspects
from leadkit.learning.support import drawn_rules, learned_levels
from leadkit.learning.table import Table, Usable, conditions_of, table_of
from leadkit.learning.toml import BARE
from leadkit.learning.wording import comments, notes
from leadkit.learning.writing import Bands, policy_text, start_of
from leadkit.limits import DEFAULT_LIMITS
from leadkit.policy import Policy, load_policy
from leadkit.policy.events import counts_of, events_of
from leadkit.policy.toml import read_toml
from leadkit.records import Lead
from leadkit.reviewing.calibration_cases import Outcome
from leadkit.reviewing.learned import CurvePoint, Learned, LearnVerdict, LearnWarning, Tenth
from leadkit.reviewing.rates import EXACT, Rate
from leadkit.rules.facts import near

DRIFT, MOVED = 0.03, 1.6
LOOKED_AT = 6_000
"""So many cases, evenly spread, are looked through for facts that may have been filled in afterwards."""
CURVE = (30, 60, 120, 250, 500, 1_000, 2_000, 5_000)
UNDATED = datetime(2000, 1, 1, tzinfo=UTC)
"""The time of cases that have none, where nothing depends on it."""


def learn(
    cases: Iterable[Outcome],
    *,
    start: Policy,
    facts: Collection[str] | None = None,
    rules: int = 15,
    step: int = 1,
    high: Capacity = Share(0.2),  # noqa: B008
    keep: Collection[str] = (),
    unordered: Collection[str] = (),
    mature_days: int | None = None,
    as_of: datetime | None = None,
    samples: int = 20,
    with_curve: bool = False,
) -> Learned:
    """A policy with at most `rules` numbers, multiples of `step`, made from cases around the points of `start`.

    `facts` may be used, of those that `start` knows, and kinds of events; all that the cases say where it is left out.
    Facts that may have been filled in because of the ending, and those that name a rep, are not, but for those in
    `keep`. The levels of a category are in order, best first, but for those `unordered`. `high` says how many leads the
    highest band is for. Cases that opened less than `mature_days` before `as_of` are left out; by default, those
    younger than nine of ten won ones were. `samples` bootstrap samples say how sure each number is.

    The same cases give the same policy, in every process.

    Raises:
        FactError: there are too few cases, of one ending only, or no fact that differs or tells anything at all; a fact
            has the wrong type, a time is naive; all at once.
        MissingExtraError: numpy is not installed.
    """
    start.refuse_route("no learning")
    given = tuple(map(_kept, cases))
    _check(given, start, facts, rules, step, as_of)
    when = as_of or max((at for case in given for at in (case.at, case.ended_at) if at is not None), default=UNDATED)
    old_enough = mature(given, when, mature_days)
    warnings = [LearnWarning("immature", figure=str(len(given) - len(old_enough)))] * (len(old_enough) < len(given))
    names, kinds = _asked(old_enough, start, facts)
    usable = Usable(None if facts is None else frozenset(facts))
    table = table_of(old_enough, start, names, kinds, when, usable)
    problems = [*refusals(table)]
    if problems:
        raise FactError(problems)
    left_out = list(suspects(table.at(spread(len(table), LOOKED_AT)), keep))
    if left_out:
        usable = evolve(usable, dropped=frozenset(warning.fact for warning in left_out))
        table = table_of(old_enough, start, [name for name in names if usable.has(name)], kinds, when, usable)
        problems = [*refusals(table)]
        if problems:
            raise FactError(problems)
    gone = [code for code in conditions_of(start, Usable()) if code not in table.met]
    if gone:
        left_out.append(LearnWarning("rules_left_out", figure=", ".join(gone)))
    warnings += [*left_out, *doubts(table)]
    settings = Settings(rules=rules, step=step, unordered=frozenset(unordered))
    return _learned(table, start, settings, high, warnings, samples, with_curve=with_curve)


def _check(
    cases: Sequence[Outcome],
    start: Policy,
    facts: Collection[str] | None,
    rules: int,
    step: int,
    as_of: datetime | None,
) -> None:
    """Refuse what can't be learned from as it is, all at once."""
    problems = [
        Problem("is naive", "give it a zone", path=f"cases.{place}.{name}")
        for place, case in enumerate(cases)
        for name, at in (("at", case.at), ("ended_at", case.ended_at))
        if at is not None and at.utcoffset() is None
    ]
    if as_of is not None and as_of.utcoffset() is None:
        problems.append(Problem("is naive", "give it a zone", path="as_of"))
    if as_of is None and any(isinstance(case.lead, Lead) and case.at is None for case in cases):
        problems.append(Problem("a record needs a time at which it is scored", "give at, or as_of", path="cases"))
    if rules < 1:
        problems.append(Problem("must be 1 or more", path="rules"))
    if step not in {1, 2, 5, 10}:
        problems.append(Problem("must be 1, 2, 5 or 10", path="step"))
    kinds = {kind for case in cases for kind in _kinds(case)}
    known = {*start.facts, *kinds}
    problems += [
        Problem("no such fact", near(name, known), path=f"facts.{name}") for name in facts or () if name not in known
    ]
    if problems:
        raise FactError(problems[:20])


def _kept(case: Outcome) -> Outcome:
    """A case whose activities can be gone through more than once."""
    return case if isinstance(case.activities, (Mapping, tuple)) else evolve(case, activities=tuple(case.activities))


def _kinds(case: Outcome) -> Collection[str]:
    if isinstance(case.activities, Mapping):
        return {str(kind) for kind, count in counts_of(case.activities).items() if count}
    return {str(event[0]) for event in events_of(tuple(case.activities))}


def _asked(cases: Sequence[Outcome], start: Policy, facts: Collection[str] | None) -> tuple[list[str], list[str]]:
    """The facts and the kinds of events that may be used, in the order of the policy and of the alphabet."""
    mentioned: set[str] = set()
    for case in cases:
        mentioned.update(start.facts if isinstance(case.lead, Lead) else case.lead)
    kinds = sorted({kind for case in cases for kind in _kinds(case) if BARE.fullmatch(kind)})
    wanted = None if facts is None else set(facts)
    names = [name for name in start.facts if name in mentioned and (wanted is None or name in wanted)]
    return names, [kind for kind in kinds if wanted is None or kind in wanted]


def _learned(
    table: Table,
    start: Policy,
    settings: Settings,
    high: Capacity,
    warnings: list[LearnWarning],
    samples: int,
    *,
    with_curve: bool,
) -> Learned:
    tested = nested(table, start, settings)
    made = fitted(table, start, settings)
    rules = learned_rules(made, table, start)
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
    warnings += band_warnings(shares, bands, totals)
    if start.document.examples or start.document.invariants:
        claims = len(start.document.examples) + len(start.document.invariants)
        warnings.append(LearnWarning("claims_left_out", figure=str(claims)))
    scoring = start.document.scoring
    dropped = [name for name in scoring.outcomes if name not in bands]
    if scoring.bands and dropped:
        warnings.append(LearnWarning("bands_left_out", figure=", ".join(dropped)))
    language = start.language
    head = notes(table, start, tested, verdict, language)
    text = policy_text(start, rules, bands, head, comments(levels, language))
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
        start=start.id,
        policy=load_policy(read_toml(text, "learned.toml", DEFAULT_LIMITS)),
        toml=text,
    )


def _shift(rules: Sequence[LearnedRule], made: Fitted, table: Table) -> int:
    """What rules that begin with 0, and the start of the total, add to the sum of the leaves: the same for all."""
    from leadkit.learning.support import worth

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
