"""Thresholds of bands by what a team can work on: so many leads a week at most, equal scores together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from attrs import define, setters

from leadkit.results import Result
from leadkit.reviewing.rates import Rate
from leadkit.rules.bands import highest_first

STEP = Decimal(1)
"""So far a threshold lies above the highest score, where even the leads with that are too many."""


@define(on_setattr=setters.frozen, kw_only=True)
class ProposedBand(Result):
    """One band: its threshold now and as proposed, the leads that reach it then, and how many of them a week.

    `capacity` is how many it may have a week, None where nobody said so; such a band keeps its threshold where that
    lies below the bands above it.
    """

    name: str
    now: Decimal
    threshold: Decimal
    leads: Rate
    before: Rate
    a_week: Decimal
    capacity: Decimal | None


@define(on_setattr=setters.frozen, kw_only=True)
class CapacityPlan(Result):
    """Thresholds for one band set, from the scores of the leads of so many `weeks`; the highest band first."""

    bands_of: str
    weeks: Decimal
    leads: int
    bands: tuple[ProposedBand, ...]

    @property
    def toml(self) -> str:
        """The bands as a policy has them."""
        lines = (f"{band.name} = {band.threshold:f}" for band in self.bands)
        return "\n".join((f"[scoring.bands.{self.bands_of}]", *lines, ""))


def capacity_plan(
    points: Iterable[Decimal],
    thresholds: Mapping[str, Decimal],
    capacities: Sequence[Decimal],
    weeks: Decimal,
    name: str = "priority",
) -> CapacityPlan:
    """The lowest thresholds at which no band has more leads a week than it may.

    `points` are those of every lead of so many `weeks`, which is more than 0. `capacities` are those of the highest
    band, of the one below, and so on; the lowest band takes what is left, and keeps its threshold.
    """
    counts = Counter(points)
    ordered = highest_first(thresholds)
    proposed = _proposed(counts, ordered, [capacity * weeks for capacity in capacities])
    total = sum(counts.values())
    bands = []
    for place, (band, start) in enumerate(ordered):
        reached = _between(counts, proposed[place], proposed[place - 1] if place else None)
        was = _between(counts, start, ordered[place - 1][1] if place else None)
        bands.append(
            ProposedBand(
                name=band,
                now=start,
                threshold=proposed[place],
                leads=Rate(reached, total),
                before=Rate(was, total),
                a_week=(reached / weeks).quantize(Decimal("0.1")),
                capacity=capacities[place] if place < len(capacities) else None,
            )
        )
    return CapacityPlan(bands_of=name, weeks=weeks, leads=total, bands=tuple(bands))


def _proposed(
    counts: Mapping[Decimal, int], ordered: Sequence[tuple[str, Decimal]], room: Sequence[Decimal]
) -> list[Decimal]:
    """The thresholds from the highest band down; each leaves a score of its own for every band below."""
    lowest = ordered[-1][1]
    scores = sorted((score for score in counts if score > lowest), reverse=True)
    proposed: list[Decimal] = []
    for place, (_, start) in enumerate(ordered[:-1]):
        above = proposed[-1] if proposed else None
        below = [score for score in scores if above is None or score < above]
        if place < len(room):
            proposed.append(_lowest_within(counts, below, room[place], above, lowest))
        elif above is None or start < above:
            proposed.append(start)
        else:
            proposed.append(below[0] if below else (above + lowest) / 2)
    return [*proposed, lowest]


def _lowest_within(
    counts: Mapping[Decimal, int], scores: Sequence[Decimal], room: Decimal, above: Decimal | None, lowest: Decimal
) -> Decimal:
    """The lowest of falling `scores` at which those from it on are few enough; above them all where none is."""
    highest = scores[0] if scores else lowest
    threshold = highest + STEP if above is None else (highest + above) / 2
    reached = 0
    for score in scores:
        reached += counts[score]
        if reached > room:
            break
        threshold = score
    return threshold


def _between(counts: Mapping[Decimal, int], start: Decimal, end: Decimal | None) -> int:
    return sum(number for score, number in counts.items() if start <= score and (end is None or score < end))
