"""What a check finds in `[scoring]`: bands, limits and rules that don't do what they seem to say."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from attrs import define, setters

from leadkit.checking.cuts import floor_findings, limit_findings
from leadkit.checking.findings import MOST_OF_A_KIND, Finding
from leadkit.checking.idle import idle_findings
from leadkit.checking.uneven import uneven_findings
from leadkit.checking.useless import Uses
from leadkit.policy import Policy
from leadkit.results import Result
from leadkit.rules.bands import as_points, highest_first, micro
from leadkit.scoring.space import Space
from leadkit.scoring.witness import Witness


@define(on_setattr=setters.frozen)
class Reached(Result):
    """The totals that leads get in one band, and the lead with the lowest of them; None where no lead gets there.

    `bands` is a band set, or a table with its results. Those that don't depend on the total alone tell no totals.
    """

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
    yield from limit_findings(policy, space)
    yield from floor_findings(policy, space)
    yield from idle_findings(policy, space)
    yield from uneven_findings(policy)


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
    """Rules without which every lead has the same total; a group whose points have bands matters beyond that."""
    uses = Uses(space)
    named = {band_set.of for band_set in policy.document.scoring.bands.values()}
    keys = [(0, group, code) for group, code, _ in policy.document.scoring.rules if group not in named]
    nothing = [key for key in keys if uses.gives_nothing(key)]
    doubtful = [key for key in keys if key not in nothing and not uses.is_shown(key)]
    proofs = [(key, uses.is_proved_useless(key)) for key in doubtful]
    useless = nothing + [key for key, proof in proofs if proof]
    open_ = sum(proof is None for _, proof in proofs)
    for _, group, code in useless[:MOST_OF_A_KIND]:
        path = f"scoring.groups.{group}.rules.{code}"
        yield Finding("rule_never_counts", path, "no lead's total would differ without this rule")
    left = len(useless[MOST_OF_A_KIND:]), open_
    if any(left):
        message = f"{left[0]} more rules never count, {left[1]} more may not and are too many to be proved"
        yield Finding("more", "scoring.groups", message)
