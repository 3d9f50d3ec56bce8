"""Two policies compared: what they say differently, how far apart they can judge a lead, and who changes band."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import product
from typing import Any

from attrs import define, evolve, field, setters

from leadkit.checking.routed import both, deciders
from leadkit.decisions import worklist
from leadkit.policy import Policy
from leadkit.policy.branches import BY_BRANCH
from leadkit.policy.document import DECIDES_NOTHING
from leadkit.policy.ordered import orders
from leadkit.records import Activity, Lead
from leadkit.results import Result
from leadkit.rules.bands import as_points
from leadkit.rules.facts import Fact
from leadkit.scoring.space import Space
from leadkit.scoring.witness import Witness

NOT_COMPARED = DECIDES_NOTHING | {"name", "version", "extends", "description"}


@define(on_setattr=setters.frozen)
class Change(Result):
    """One thing that the two policies say differently; None where one of them says nothing at `path`."""

    path: str
    before: Any
    after: Any

    def __str__(self) -> str:
        return f"{self.path}: {_written(self.before)} -> {_written(self.after)}"


@define(on_setattr=setters.frozen)
class Difference(Result):
    """How far a policy can move a lead, and the lead that it moves so far.

    `at_most` is what no lead exceeds: the same as `points`, unless events decay or rules are too entangled.
    """

    points: Decimal
    at_most: Decimal
    before: Decimal
    after: Decimal
    witness: Witness

    def __str__(self) -> str:
        more = "" if self.at_most == self.points else f", no lead by more than {self.at_most:+}"
        return f"{self.points:+}: {self.before} -> {self.after}{more}    {self.witness}"


@define(on_setattr=setters.frozen)
class Moved(Result):
    """A lead that changes band."""

    lead_id: str
    bands: str
    before: str
    after: str
    points_before: Decimal
    points_after: Decimal


@define(on_setattr=setters.frozen)
class Impact(Result):
    """What the change does to a list of leads: who moves, and how many each band holds before and after."""

    leads: int
    moved: tuple[Moved, ...]
    load: Mapping[str, Mapping[str, tuple[int, int]]]


@define(on_setattr=setters.frozen)
class Comparison(Result):
    """Two policies side by side. `rise` is the largest gain of any lead, `fall` the largest loss."""

    ADDED = ("policies",)
    OMITTED = ("before", "after")

    before: Policy = field(repr=False)
    after: Policy = field(repr=False)
    changes: tuple[Change, ...]
    rise: Difference
    fall: Difference

    @property
    def policies(self) -> tuple[str, str]:
        """The ids of both."""
        return self.before.id, self.after.id

    def on(self, leads: Iterable[Lead], activities: Iterable[Activity] = (), *, as_of: datetime) -> Impact:
        """What the change does to these leads, duplicates joined as in `worklist`.

        Raises:
            FactError: a time is naive or a custom value has the wrong type.
        """
        leads, activities = tuple(leads), tuple(activities)
        old, new = (
            {
                decision.lead.id: decision.score
                for decision in worklist(policy, leads, activities, as_of=as_of).decisions
            }
            for policy in (self.before, self.after)
        )
        before, after = self.before.document.scoring.outcomes, self.after.document.scoring.outcomes
        shared = [name for name in before if name in after]
        moved = tuple(
            Moved(key, name, old[key].bands[name], new[key].bands[name], old[key].points, new[key].points)
            for key in old.keys() & new.keys()
            for name in shared
            if old[key].bands[name] != new[key].bands[name]
        )
        load = {name: dict(_load(self, name, list(old.values()), list(new.values()))) for name in shared}
        return Impact(len(new), tuple(sorted(moved, key=lambda move: (move.bands, move.lead_id))), load)

    def __str__(self) -> str:
        return "\n".join(_lines(self))


def compare(before: Policy, after: Policy) -> Comparison:
    """How two policies differ: in what they say, and in what they can make of a lead.

    Exact like `check`: each `Difference` is shown by a lead, and says what no lead exceeds.
    """
    facts = _facts_of_both(before, after)
    spaces = [
        space
        for old, new in product(deciders(before), deciders(after))
        if not (space := Space([old.policy.scorer, new.policy.scorer], facts, both(old.leads, new.leads))).is_empty
    ]
    rises, falls = ([_largest(space, sign) for space in spaces] for sign in (1, -1))
    return Comparison(before, after, tuple(_changes(before, after)), _furthest(rises, 1), _furthest(falls, -1))


def _furthest(differences: Sequence[Difference], sign: int) -> Difference:
    """The largest of the differences in the branches, and what no lead exceeds in any."""
    largest = max(differences, key=lambda difference: sign * difference.points)
    return evolve(largest, at_most=max((each.at_most for each in differences), key=lambda points: sign * points))


def _largest(space: Space, sign: int) -> Difference:
    old, new = max(space.totals, key=lambda totals: sign * (totals[1] - totals[0]))
    (low, high), (least, most) = space.bounds
    limit = new - old if space.exact else most - low if sign > 0 else least - high
    lead = space.witness((old, new))
    return Difference(as_points(new - old), as_points(limit), as_points(old), as_points(new), lead)


def _facts_of_both(before: Policy, after: Policy) -> dict[str, Fact]:
    """The facts of both; a fact that is of different types in the two is one that nobody knows."""
    facts = dict(before.facts) | dict(after.facts)
    for name in before.facts.keys() & after.facts.keys():
        old, new = before.facts[name], after.facts[name]
        if old.type != new.type:
            facts[name] = Fact(name, "category")
        elif old.levels != new.levels:
            facts[name] = Fact(name, "category", tuple(dict.fromkeys((*new.levels, *old.levels))))
    return facts


def _changes(before: Policy, after: Policy) -> Iterator[Change]:
    old, new = (dict(_values(policy)) for policy in (before, after))
    for path in dict.fromkeys([*new, *old]):
        if old.get(path) != new.get(path):
            yield Change(path, old.get(path), new.get(path))
    earlier, later = (dict(_ordered(policy)) for policy in (before, after))
    for path in [path for path in earlier if path in later]:
        if set(earlier[path]) == set(later[path]) and earlier[path] != later[path]:
            yield Change(path, earlier[path], later[path])


def _values(policy: Policy) -> Iterator[tuple[str, Any]]:
    """Every value that decides, with its path; of a branch what it decides by itself."""
    yield from _flat(policy.document.model_dump(by_alias=True, exclude_defaults=True, exclude=set(NOT_COMPARED)))
    for each in deciders(policy):
        if each.path:
            content = each.policy.document.model_dump(by_alias=True, exclude_defaults=True, include=set(BY_BRANCH))
            yield from ((f"{each.path}{path}", value) for path, value in _flat(content))


def _ordered(policy: Policy) -> Iterator[tuple[str, tuple[str, ...]]]:
    yield from orders(policy.document.model_dump(by_alias=True))
    for each in deciders(policy):
        if each.path:
            content = each.policy.document.model_dump(by_alias=True, include=set(BY_BRANCH))
            yield from ((f"{each.path}{path}", keys) for path, keys in orders(content))


def _flat(content: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every single value of a document with its path; a condition is one value."""
    if isinstance(content, Mapping) and path.rpartition(".")[2] not in ("when", "not"):
        for key, value in content.items():
            yield from _flat(value, f"{path}.{key}" if path else str(key))
    elif content not in (None, (), {}):
        yield path, content


def _load(comparison: Comparison, name: str, old: list[Any], new: list[Any]) -> Iterator[tuple[str, tuple[int, int]]]:
    counts = [Counter(score.bands[name] for score in scores) for scores in (old, new)]
    policies = comparison.after, comparison.before
    bands = [band for policy in policies for band in policy.document.scoring.outcomes[name]]
    for band in dict.fromkeys(bands):
        yield band, (counts[0][band], counts[1][band])


def _written(value: Any) -> str:
    if isinstance(value, Mapping):
        return (
            "{ " + ", ".join(f"{key} = {_written(inner)}" for key, inner in value.items() if inner is not None) + " }"
        )
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_written, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return "nothing" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _lines(comparison: Comparison) -> Iterator[str]:
    number = len(comparison.changes)
    yield f"{comparison.before.id} -> {comparison.after.id}: {number} change{'' if number == 1 else 's'}"
    yield from (f"  {change}" for change in comparison.changes)
    for name, difference in (("gain", comparison.rise), ("loss", comparison.fall)):
        extent = "" if difference.at_most == difference.points else " found"
        yield f"largest {name}{extent} {difference}"
