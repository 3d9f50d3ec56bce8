"""The numbers of a policy that the page lets people move: which they are, and what `load_policy` asks of each."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal

from attrs import asdict, define, setters

from leadkit.policy import Policy
from leadkit.policy.javascript import movable
from leadkit.rules.bands import highest_first
from leadkit.scoring.document import RangeRule, Scoring
from leadkit.scoring.event_rules import LONGEST_HALF_LIFE, EventRule

Kind = Literal["points", "weight", "days", "count", "number"]

MOST_POINTS, MOST_DAYS, MOST_TIMES, MOST_WEIGHT = 100_000, 36_500, 10_000, 100
MOST_NUMBER = 10**15
"""A number is typed with at most 15 digits, which a double holds."""


@define(on_setattr=setters.frozen)
class PolicyNumber:
    """One number of the policy as the page shows it.

    `constants` are its places among the module's constants, with the factor of each. It must lie in [low, high], above
    `low` where `open`, and have so many decimals; `text` is how the policy has it.
    """

    keys: tuple[str, ...]
    constants: tuple[tuple[int, int], ...]
    kind: Kind
    text: str
    low: int
    high: int
    decimals: int
    open: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The number for the page's script."""
        return asdict(self)


@define(on_setattr=setters.frozen)
class Order:
    """Numbers that must fall, each higher than the next; with `equal` they may also be equal.

    Those that are `free` may change places: then they must only differ, and be higher than a last one that can't be
    moved. What is `beside` them, such as the points of a range, changes places with them; `bands` is the band set
    whose names do.
    """

    keys: tuple[tuple[str, ...] | str, ...]
    equal: bool = False
    free: bool = False
    beside: tuple[tuple[str, ...], ...] = ()
    bands: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The order for the page's script; a number that can't be moved stands there as text."""
        return asdict(self)


def policy_numbers(policy: Policy) -> list[PolicyNumber]:
    """Every number that can be moved, in the policy's order."""
    by_keys: dict[tuple[str, ...], list[tuple[int, int]]] = {}
    for place, constant in enumerate(movable(policy.scorer)):
        by_keys.setdefault(constant.place.keys, []).append((place, constant.place.factor))
    values = policy.document.scoring.model_dump(by_alias=True)
    rules = policy.scorer.rules
    numbers = []
    for keys, constants in by_keys.items():
        rule = rules.get(keys[4]) if len(keys) > 4 and keys[3] == "rules" else None
        whole = isinstance(rule, EventRule) and rule.ages
        numbers.append(_number(keys, tuple(constants), _value(values, keys), whole=whole))
    return numbers


def _value(values: Any, keys: tuple[str, ...]) -> Decimal | int:
    for key in keys[1:]:
        values = values[key]
    return values  # type: ignore[no-any-return]


def _number(
    keys: tuple[str, ...], constants: tuple[tuple[int, int], ...], value: Decimal | int, *, whole: bool
) -> PolicyNumber:
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    match keys[-1]:
        case "within_days" | "silent_days":
            return PolicyNumber(keys, constants, "days", text, 1, MOST_DAYS, 0)
        case "half_life_days":
            return PolicyNumber(keys, constants, "days", text, 1, LONGEST_HALF_LIFE, 0)
        case "times":
            return PolicyNumber(keys, constants, "count", text, 1, MOST_TIMES, 0)
        case "at_least":
            return PolicyNumber(keys, constants, "number", text, -MOST_NUMBER, MOST_NUMBER, 12)
        case "weight" if len(keys) == 4:
            return PolicyNumber(keys, constants, "weight", text, 0, MOST_WEIGHT, 6, open=True)
        case "limit" if "rules" in keys[:-2] or len(keys) == 2:
            return PolicyNumber(keys, constants, "points", text, 0, MOST_POINTS, 6, open=True)
    decimals = 0 if whole and keys[-1] == "points" else 6
    return PolicyNumber(keys, constants, "points", text, -MOST_POINTS, MOST_POINTS, decimals)


def orders(scoring: Scoring) -> Iterator[Order]:
    """What the policy's numbers ask of each other."""
    yield Order((("scoring", "limit"), ("scoring", "floor")))
    for name, group in scoring.groups.items():
        if group.limit is not None:
            yield Order((("scoring", "groups", name, "limit"), ("scoring", "groups", name, "floor")), equal=True)
        for code, rule in group.rules.items():
            if isinstance(rule, RangeRule):
                starting = {key: step.at_least for key, step in rule.ranges.items()}
                names = sorted(starting, key=starting.__getitem__, reverse=True)
                starts = ("scoring", "groups", name, "rules", code, "ranges")
                keys, points = (tuple((*starts, key, last) for key in names) for last in ("at_least", "points"))
                yield Order(keys, free=True, beside=points)
    read = {name for table in scoring.tables.values() for name in table.asked}
    for name, band_set in scoring.bands.items():
        *upper, (_, lowest) = highest_first(band_set.thresholds)
        thresholds = tuple(("scoring", "bands", name, band) for band, _ in upper)
        yield Order((*thresholds, f"{lowest:f}"), free=name not in read, bands=name)


def floors(scoring: Scoring) -> list[dict[str, Any]]:
    """For every band set where its lowest band starts, and the floor below which no points lie."""
    lowest = []
    for name, band_set in scoring.bands.items():
        floor = ("scoring", "floor") if band_set.of is None else ("scoring", "groups", band_set.of, "floor")
        weight = None if band_set.of is None else scoring.groups[band_set.of].weight
        keys = ("scoring", "groups", str(band_set.of), "weight")
        weighted = keys if weight is not None and weight != 1 else None
        start = min(band_set.thresholds.values())
        lowest.append({"bands": name, "start": f"{start:f}", "floor": floor, "weight": weighted})
    return lowest


__all__ = ["Order", "PolicyNumber", "floors", "orders", "policy_numbers"]
