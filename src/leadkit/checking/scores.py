"""What a check finds in `[scoring]`: bands, limits and rules that don't do what they seem to say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import islice, pairwise

from attrs import define, setters

from leadkit.checking.findings import MOST_OF_A_KIND, Finding
from leadkit.checking.useless import Uses
from leadkit.checking.worthless_facts import cut_combinations
from leadkit.policy import Policy
from leadkit.results import Result
from leadkit.rules.bands import as_points, highest_first, micro
from leadkit.scoring.document import CategoryRule, ConditionRule, RangeRule
from leadkit.scoring.event_rules import EventRule, SilenceRule
from leadkit.scoring.space import Space
from leadkit.scoring.witness import Witness

MOST_PROOFS = 5_000
"""So many rules, times the rules of the policy, are proved not to count where a few leads don't show that they do."""


@define(on_setattr=setters.frozen)
class Reached(Result):
    """The totals that leads get in one band, and the lead with the lowest of them; None where no lead gets there."""

    ADDED = ("lowest", "highest")
    OMITTED = ("totals",)

    bands: str
    band: str
    totals: tuple[Decimal, ...]
    witness: Witness | None

    @property
    def lowest(self) -> Decimal | None:
        """The lowest of its totals."""
        return self.totals[0] if self.totals else None

    @property
    def highest(self) -> Decimal | None:
        """The highest of its totals."""
        return self.totals[-1] if self.totals else None


def reached(policy: Policy, space: Space) -> Iterator[Reached]:
    """What is reached of every band of every band set, the highest first."""
    for name, bands in policy.document.scoring.total_bands.items():
        placed = [(total, policy.scorer.bands_of(total)[name]) for (total,) in space.totals]
        for band, _ in highest_first(bands):
            totals = [total for total, placing in placed if placing == band]
            witness = space.witness((totals[0],)) if totals else None
            yield Reached(name, band, tuple(map(as_points, totals)), witness)


def score_findings(policy: Policy, space: Space) -> Iterator[Finding]:
    """Everything that is found in the scoring of a policy; `space` is that of its scorer."""
    yield from _unreachable(policy, space)
    yield from _useless(policy, space)
    yield from _cuts(policy, space)
    yield from _uneven(policy)


def _unreachable(policy: Policy, space: Space) -> Iterator[Finding]:
    low, high = space.bounds[0]
    for name, bands in policy.document.scoring.total_bands.items():
        end = None
        for band, start in highest_first(bands):
            inside = any(micro(start) <= total and (end is None or total < end) for (total,) in space.totals)
            outside = micro(start) > high or (end is not None and end <= low)
            if not inside and (space.exact or outside):
                possible = f"leads get {as_points(low)} to {as_points(high)} points"
                yield Finding("band_unreachable", f"scoring.bands.{name}.{band}", f"no lead gets there; {possible}")
            end = micro(start)


def _useless(policy: Policy, space: Space) -> Iterator[Finding]:
    """Rules without which every lead has the same total."""
    uses = Uses(space)
    keys = [(0, group, code) for group, code, _ in policy.document.scoring.rules]
    nothing = [key for key in keys if uses.gives_nothing(key)]
    doubtful = [key for key in keys if key not in nothing and not uses.is_shown(key)]
    most = MOST_PROOFS // len(keys)
    useless = nothing + [key for key in doubtful[:most] if uses.is_proved_useless(key)]
    for _, group, code in useless[:MOST_OF_A_KIND]:
        path = f"scoring.groups.{group}.rules.{code}"
        yield Finding("rule_never_counts", path, "no lead's total would differ without this rule")
    left = len(useless[MOST_OF_A_KIND:]), len(doubtful[most:])
    if any(left):
        message = f"{left[0]} more rules never count, {left[1]} more may not and are too many to be proved"
        yield Finding("more", "scoring.groups", message)


def _cuts(policy: Policy, space: Space) -> Iterator[Finding]:
    """Facts whose points a limit takes away, however the lead behaves."""
    scoring = policy.document.scoring
    for name, group in scoring.groups.items():
        if group.limit is None:
            continue
        path = f"scoring.groups.{name}.limit"
        cuts = list(islice(cut_combinations(space, (0, name), micro(group.limit)), MOST_OF_A_KIND + 1))
        for witness, over in cuts[:MOST_OF_A_KIND]:
            message = f"the limit of {group.limit} takes {as_points(over)} points"
            yield Finding("cut_by_group_limit", path, message, witness)
        if len(cuts) > MOST_OF_A_KIND:
            yield Finding("more", path, "and more combinations")
    highest = {name: sum(part.high.get((0, name), 0) for part in space.parts) for name in scoring.groups}
    over = sum(policy.scorer.cut(name, points) for name, points in highest.items()) - micro(scoring.limit)
    if over > 0:
        message = f"the groups can add up to {as_points(over)} points more than the limit"
        yield Finding("cut_by_total_limit", "scoring.limit", message)


def _uneven(policy: Policy) -> Iterator[Finding]:
    """Rules that give a better level less, or more to those who say nothing."""
    for group, code, rule in policy.document.scoring.rules:
        path = f"scoring.groups.{group}.rules.{code}"
        match rule:
            case EventRule() | SilenceRule():
                continue
            case CategoryRule():
                scale = [(level, rule.points.get(level, Decimal(0))) for level in policy.facts[rule.field].levels]
                yield from _falling(path, rule.field, scale)
                least = min([points for _, points in scale] or rule.points.values())
            case RangeRule():
                steps = sorted(rule.ranges.values(), key=lambda step: step.at_least)
                yield from _bending(path, rule.field, [(step.at_least, step.points) for step in steps])
                least = min(step.points for step in steps)
            case ConditionRule():
                least = min(Decimal(0), rule.points)
        if rule.unknown > least:
            yield Finding("unknown_is_rewarded", path, f"{rule.unknown} points while unknown, {least} once known")


def _falling(path: str, field: str, scale: Sequence[tuple[str, Decimal]]) -> Iterator[Finding]:
    for (better, less), (worse, more) in pairwise(scale):
        if more > less:
            message = f"{worse} gives {more} points, the better level {better} gives {less}"
            yield Finding("not_monotone", path, message, Witness({field: worse}))


def _bending(path: str, field: str, scale: Sequence[tuple[Decimal, Decimal]]) -> Iterator[Finding]:
    points = [given for _, given in scale]
    if points not in (sorted(points), sorted(points, reverse=True)):
        peak = max(scale, key=lambda step: step[1])
        message = "the points neither only rise nor only fall with the number"
        yield Finding("not_monotone", path, message, Witness({field: peak[0]}))
