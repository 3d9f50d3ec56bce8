"""What a check finds about limits and floors: the points that they take away, and those that they give back."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

from attrs import evolve

from leadkit.checking.findings import MOST_OF_A_KIND, Finding
from leadkit.checking.worthless_facts import MOST_TRIES, cut_combinations
from leadkit.policy import Policy
from leadkit.rules.bands import MICRO, as_points, micro
from leadkit.rules.sums import Sums
from leadkit.scoring.scorer import Scorer
from leadkit.scoring.space import Space, evaluated
from leadkit.scoring.witness import Witness

MOST_SETS = 50
"""So many of the smallest sets that fall below a floor are held against what other groups give."""


def limit_findings(policy: Policy, space: Space) -> Iterator[Finding]:
    """Facts whose points a group's limit takes away, however the lead behaves, and what the total's limit takes."""
    scoring = policy.document.scoring
    for name, group in scoring.groups.items():
        if group.limit is None:
            continue
        cuts = cut_combinations(space, (0, name), micro(group.limit))
        words = f"the limit of {group.limit} takes {{}} points"
        yield from _listed("cut_by_group_limit", f"scoring.groups.{name}.limit", words, cuts)
    _, richest = space.extremes
    over = _over(policy.scorer, richest)
    if over > 0:
        is_most = space.exact and over >= _over(policy.scorer, _twice(richest))
        most = "up to {} points" if is_most else "{} points or more"
        message = f"the limit of {scoring.limit} takes {most.format(as_points(over))}"
        yield Finding("cut_by_total_limit", "scoring.limit", message, richest)


def floor_findings(policy: Policy, space: Space) -> Iterator[Finding]:
    """Facts and events whose negative points a floor gives back, so that the total does not feel them."""
    scoring = policy.document.scoring
    for name, group in scoring.groups.items():
        cuts = _given_back(policy, space, name)
        words = f"the floor of {group.floor} gives {{}} points back"
        yield from _listed("cut_by_group_floor", f"scoring.groups.{name}.floor", words, cuts)
    poorest, _ = space.extremes
    under = -_over(policy.scorer, poorest)
    if under > 0:
        is_most = space.exact and under >= -_over(policy.scorer, _twice(poorest))
        most = "up to {} points" if is_most else "{} points or more"
        message = f"the floor of {scoring.floor} gives {most.format(as_points(under))} back"
        yield Finding("cut_by_total_floor", "scoring.floor", message, poorest)


def _listed(kind: str, path: str, words: str, cuts: Iterable[tuple[Witness, int]]) -> Iterator[Finding]:
    """A finding for each of the first cuts, with its points in `words`, and one more where there are more."""
    some = list(islice(cuts, MOST_OF_A_KIND + 1))
    for witness, points in some[:MOST_OF_A_KIND]:
        yield Finding(kind, path, words.format(as_points(points)), witness)
    if len(some) > MOST_OF_A_KIND:
        yield Finding("more", path, "and more combinations")


def _given_back(policy: Policy, space: Space, name: str) -> Iterator[tuple[Witness, int]]:
    """Leads whose group falls below its floor, each with what that gives back and the total does feel."""
    floor = micro(policy.document.scoring.groups[name].floor)
    if sum(part.low.get((0, name), 0) for part in space.parts) > floor:
        return
    smallest = (witness for witness, _ in cut_combinations(space, (0, name), -floor, sign=-1))
    felt = filter(None, (_felt(policy, space, name, witness) for witness in islice(smallest, MOST_SETS)))
    first = next(felt, None)
    if first is not None:
        yield first
        yield from felt
    else:
        # What only many events do, or facts that several groups read.
        last = (_felt(policy, space, name, witness) for witness in _lowest(policy, space, name))
        yield from islice(filter(None, last), 1)


def _felt(policy: Policy, space: Space, name: str, witness: Witness) -> tuple[Witness, int] | None:
    """The witness, with what other groups give where it takes that for the total to be another without the floor."""
    scoring = policy.document.scoring
    others = [part.best for part in space.parts if part.real and (0, name) not in part.groups]
    helpful = [choice for choice in others if sum(choice.points.values()) > 0]
    for number in _some_of(len(helpful)):
        lead = sum((choice.witness for choice in helpful[:number]), witness)
        numbers = _numbers(policy.scorer, lead)
        lost = numbers.get(f"{name}__unweighted", numbers[f"{name}__points"]) - numbers[f"{name}__sum"]
        given = numbers["total__sum"] - micro(scoring.start)
        if lost > 0 and policy.scorer.total(given - _weighted(policy, name, lost)) != numbers["points"]:
            return lead, lost
    return None


def _weighted(policy: Policy, name: str, points: int) -> int:
    return points * micro(policy.document.scoring.groups[name].weight) // MICRO


def _lowest(policy: Policy, space: Space, name: str) -> Iterator[Witness]:
    """Leads below the floor of a group: one that feels it, if all are gone through, and the lowest.

    The lowest comes with its events doubled, too: no more of them are gone through than just reach the floor.
    """
    if space.exact:
        yield from _below(policy, space, name)
    parts = [part for part in space.parts if part.real and (0, name) in part.groups]
    worst = [min(part.choices, key=lambda choice: choice.sums.get((0, name), 0)) for part in parts]
    lowest = sum((choice.witness for choice in worst), Witness())
    yield lowest
    yield _twice(lowest)


def _below(policy: Policy, space: Space, name: str) -> Iterator[Witness]:
    scoring = policy.document.scoring
    cluster = next(cluster for cluster in space.clusters if (0, name) in cluster.groups)
    others = [other for other in space.clusters if other is not cluster]
    sums = Sums([other.given for other in others], 1)
    rests = [rest for (rest,) in islice(sums, MOST_TRIES)]
    place, floor = cluster.groups.index((0, name)), micro(scoring.groups[name].floor)
    for state in islice(cluster.sums, MOST_TRIES):
        if state[place] < floor:
            given = cluster.cut(state)[0]
            enough = bisect_right(rests, micro(scoring.floor - scoring.start) - given)
            without = given - _weighted(policy, name, floor - state[place])
            for rest in rests[enough : enough + 1]:
                if policy.scorer.total(given + rest) != policy.scorer.total(without + rest):
                    chosen = zip(others, sums.trace((rest,)), strict=True)
                    elsewhere = [other.witness(other.given[choice]) for other, choice in chosen]
                    yield sum(elsewhere, cluster.lead(state))
                    return


def _some_of(most: int) -> Iterator[int]:
    """0, 1, 2, 4, 8 and so on, and at last `most`."""
    yield 0
    number = 1
    while number < most:
        yield number
        number *= 2
    if most:
        yield most


def _over(scorer: Scorer, lead: Witness) -> int:
    """What the ends of the total take from a lead; below 0 what they give it."""
    numbers = _numbers(scorer, lead)
    return int(numbers["total__sum"] - numbers["points"])


def _twice(lead: Witness) -> Witness:
    return Witness(lead.facts, tuple(evolve(events, number=2 * events.number) for events in lead.events))


def _numbers(scorer: Scorer, lead: Witness) -> Mapping[str, Any]:
    return dict(zip(scorer.columns, evaluated(scorer, lead), strict=True))
