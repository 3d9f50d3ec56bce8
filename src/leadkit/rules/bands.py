"""Bands: names for stretches of a scale, by lower thresholds only: a gap or an overlap can't be written."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from leadkit.rules.algebra import AtLeast, Case, Expression, Literal, Place
from leadkit.rules.facts import refuse

MICRO = 1_000_000


def micro(points: Decimal) -> int:
    """Points as whole micro-points; policies allow no finer ones."""
    return int(points * MICRO)


def written_points(points: Decimal, *keys: str) -> Literal:
    """Points that a policy says under these keys, as a constant in micro-points."""
    return Literal(micro(points), Place(keys, MICRO))


def as_points(value: int) -> Decimal:
    """Micro-points as points, without trailing zeros and never in exponent notation."""
    whole, rest = divmod(value, MICRO)
    return Decimal(whole) if rest == 0 else Decimal(value).scaleb(-6).normalize()


def highest_first(bands: Mapping[str, Decimal]) -> list[tuple[str, Decimal]]:
    """Bands from the highest threshold down."""
    return sorted(bands.items(), key=lambda band: -band[1])


def check_bands(bands: Mapping[str, Decimal], floor: Decimal) -> None:
    """Refuse bands that share a threshold, or leave values from `floor` up without a band."""
    if len(set(bands.values())) < len(bands):
        raise refuse("two bands start at the same number", "every band needs a lower threshold of its own")
    if not bands or min(bands.values()) > floor:
        raise refuse(
            f"values from {floor} up to the lowest band belong to none", f"let the lowest band start at {floor}"
        )


def band_of(value: Expression, bands: Mapping[str, Decimal], *keys: str) -> Expression:
    """The name of the band that `value` (micro-points) lies in: the highest whose threshold it reaches.

    `keys` lead to the thresholds in the policy.
    """
    *upper, (lowest, _) = highest_first(bands)
    branches = tuple((AtLeast(value, written_points(start, *keys, name)), Literal(name)) for name, start in upper)
    return Case(branches, Literal(lowest)) if branches else Literal(lowest)
