"""The ages at which a weight is hardest to round: `python -m tests.page.critical_decays` writes the table anew.

A power function errs by a few units in the last place. It can change the weight of an event, which has six digits, only
where the exact weight lies within `NEAR` of a half millionth; here is every such age in whole seconds, for every
half-life that a policy may have. Candidates come from doubles, with room; 40 digits decide.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, localcontext
from pathlib import Path

from leadkit.scoring.event_rules import LONGEST_HALF_LIFE

TABLE = Path(__file__).parent / "critical_decays.csv"
DAY = 86_400
MILLION = 1_000_000
NEAR = 1.5e-9
"""In millionths of the weight: some eight units in the last place of the highest weights."""


def pairs() -> list[tuple[int, int]]:
    """Half-lives in days and ages in seconds, as the table has them."""
    lines = TABLE.read_text(encoding="ascii").splitlines()
    return [(int(days), int(age)) for days, _, age in (line.partition(",") for line in lines)]


def _candidates() -> Iterator[tuple[int, int]]:
    """Pairs of half-life and age that doubles can't rule out."""
    import numpy as np

    halves = np.arange(MILLION) + 0.5
    half_lives = np.log2(MILLION / halves)
    room = NEAR / (halves * np.log(2))
    for days in range(1, LONGEST_HALF_LIFE + 1):
        exact = half_lives * (days * DAY)
        ages = np.rint(exact)
        close = np.abs(exact - ages) < room * (days * DAY) + exact * 1e-15 + 1e-9
        yield from ((days, int(age)) for age in ages[close])


def _is_critical(days: int, age: int) -> bool:
    with localcontext(prec=40):
        weight = (Decimal(2).ln() * -age / (days * DAY)).exp() * MILLION
        return abs(weight % 1 - Decimal("0.5")) < Decimal(NEAR)


if __name__ == "__main__":
    lines = sorted({pair for pair in _candidates() if _is_critical(*pair)})
    TABLE.write_text("".join(f"{days},{age}\n" for days, age in lines), encoding="ascii")
