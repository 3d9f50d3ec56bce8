"""The bands of the new policy: the highest by capacity, the others as full as they were, with rates out of fold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from leadkit.learning.capacity import cuts, nearest_cut
from leadkit.learning.libraries import Floats, np
from leadkit.learning.nested import Nested, Part
from leadkit.learning.table import Table
from leadkit.policy import Policy
from leadkit.reviewing.learned import LearnedBand, LearnWarning, Move
from leadkit.reviewing.rates import EXACT, Rate
from leadkit.rules.bands import highest_first

DEFAULT = {"priority": ("high", "medium", "low")}
NEXT_SHARE = 0.375
"""Of what the highest band leaves over, so much goes into the next one, where the start policy does not say better."""
SENSIBLE = (0.02, 0.98)
Shares = Mapping[str, tuple[tuple[str, ...], tuple[float, ...]]]


def band_shares(start: Policy, table: Table, high: float) -> Shares:
    """For each band set its bands, the highest first, and the shares of the leads that reach all but the lowest."""
    sets = start.document.scoring.total_bands
    if not sets:
        return {name: (bands, _filled(high, [None])) for name, bands in DEFAULT.items()}
    main = start.document.assignment.bands if start.document.assignment.bands in sets else next(iter(sets))
    shares: dict[str, tuple[tuple[str, ...], tuple[float, ...]]] = {}
    for name, thresholds in sets.items():
        ordered = highest_first(thresholds)
        reached = [_sensible(float((table.hand >= float(least)).mean())) for _, least in ordered[:-1]]
        bands = tuple(band for band, _ in ordered)
        if len(bands) == 1:
            shares[name] = (bands, ())
        elif name == main:
            shares[name] = (bands, _filled(high, reached[1:]))
        else:
            first = reached[0] if reached[0] is not None else 1 / len(bands)
            shares[name] = (bands, _filled(first, reached[1:]))
    return shares


def _sensible(share: float) -> float | None:
    return share if SENSIBLE[0] <= share <= SENSIBLE[1] else None


def _filled(high: float, others: list[float | None]) -> tuple[float, ...]:
    """Rising shares that begin with `high`; one that does not rise, or is not known, is a part of what is left."""
    shares = [high]
    for share in others:
        rises = share is not None and share > shares[-1] + 0.01
        shares.append(share if share is not None and rises else shares[-1] + NEXT_SHARE * (1 - shares[-1]))
    return tuple(shares)


def thresholds(shares: Shares, totals: Floats, step: int) -> dict[str, dict[str, int]]:
    """From how many points on each band begins."""
    return {
        name: dict(zip(bands, cuts(totals, reached, step), strict=True)) for name, (bands, reached) in shares.items()
    }


def learned_bands(
    shares: Shares, made: Mapping[str, Mapping[str, int]], totals: Floats, tested: Nested
) -> Iterator[LearnedBand]:
    """Every band with its rate among held-out cases, the points of the others parted as those of all are."""
    for name, (bands, _) in shares.items():
        filled = [float((totals >= made[name][band]).mean()) for band in bands[:-1]]
        places = [band_places(part, filled) for part in tested.parts]
        where, won = np.concatenate(places), tested.won
        for place, band in enumerate(bands):
            inside = won[where == place]
            share = Decimal(len(inside)) / max(len(won), 1)
            rate = Rate(int(inside.sum()), len(inside))
            yield LearnedBand(name, band, made[name][band], share.quantize(EXACT), rate)


def band_warnings(shares: Shares, made: Mapping[str, Mapping[str, int]], totals: Floats) -> Iterator[LearnWarning]:
    """Bands that nobody reaches, and highest ones that hold more of the cases than they are for."""
    for name, (bands, reached) in shares.items():
        edges = [made[name][band] for band in bands]
        inside = np.bincount(sum((totals < edge for edge in edges[:-1]), np.zeros(len(totals), dtype=np.int64)))
        for place, band in enumerate(bands):
            cases = int(inside[place]) if place < len(inside) else 0
            if not cases:
                yield LearnWarning("empty_band", f"{name} {band}")
            elif not place and reached and cases / len(totals) > reached[0] + 1e-9:
                yield LearnWarning("full_band", f"{name} {band}", f"{cases / len(totals):.0%} / {reached[0]:.0%}")


def band_places(part: Part, reached: Sequence[float]) -> Floats:
    """The place of the band of every held-out case, 0 being the highest."""
    least = [nearest_cut(part.trained, share) for share in reached]
    places: Floats = np.sum([part.totals < edge for edge in least], axis=0) if least else np.zeros(len(part.totals))
    return places


def moves(start: Policy, table: Table, made: Mapping[str, Mapping[str, int]], totals: Floats) -> Iterator[Move]:
    """How many cases go from one band to another, for the sets that both policies have."""
    for name, old in start.document.scoring.total_bands.items():
        before, after = (
            _bands_of(points, {band: float(least) for band, least in bands.items()})
            for points, bands in ((table.hand, old), (totals, made[name]))
        )
        pairs = Counter(zip(before, after, strict=True))
        for (was, now), cases in sorted(pairs.items()):
            if was != now:
                yield Move(name, was, now, cases)


def _bands_of(totals: Floats, bands: Mapping[str, float]) -> list[str]:
    """The band of each total; what is below all of them is in the lowest."""
    ordered = sorted(bands.items(), key=lambda pair: pair[1])
    places = np.searchsorted(np.array([least for _, least in ordered]), totals, "right") - 1
    return [ordered[place][0] for place in np.maximum(places, 0).tolist()]
