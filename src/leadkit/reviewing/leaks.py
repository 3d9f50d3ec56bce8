"""Facts that may have been filled in because of how a case ended: they say what happened, not what will.

Statistics can only warn. In trials these clues named 15 of 37 columns known to leak, and 1 of 77 honest ones. Whether a
fact was known when the lead was scored is for the people to say who fill it in.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Literal

from attrs import define, setters

from leadkit.results import Result
from leadkit.reviewing.calibration_order import concordance_of
from leadkit.reviewing.rates import EXACT, FEW, Rate

Clue = Literal["alone_enough", "known_of_one_ending", "value_of_one_ending"]
ALONE = Decimal("0.8")
KNOWN_APART = Decimal("0.25")
COVERED = Decimal("0.1")
EXCEPTIONS = 50
"""A value of one ending has at most one exception in so many cases."""
EXPECTED_EXCEPTIONS = 10
FOLDS, BINS, SHRINK = 5, 10, 5


@define(on_setattr=setters.frozen)
class LeakClue(Result):
    """What is strange about a fact, and `share`, the figure that is.

    `alone_enough`: the fact by itself puts 80 % of pairs of a won and a lost case in the right order.
    `known_of_one_ending`: it is known of a share of the won and of the lost that differ by 25 points or more.
    `value_of_one_ending`: a value that 30 cases or more have, and a tenth of the won or of the lost, hardly ever
    ended otherwise; `share` is how often it was won.
    """

    fact: str
    clue: Clue
    share: Decimal


def leak_clues(fact: str, values: Sequence[Any], won: Sequence[bool]) -> Iterator[LeakClue]:
    """What is strange about the values of a fact, None where it is unknown, beside how the cases ended."""
    if len(set(won)) < 2:
        return
    apart = _known_apart(values, won)
    if apart >= KNOWN_APART:
        yield LeakClue(fact, "known_of_one_ending", apart)
    keys = _keys(values)
    alone = _alone(keys, won)
    if alone is not None and alone >= ALONE:
        yield LeakClue(fact, "alone_enough", alone)
    tallies: dict[Any, list[bool]] = defaultdict(list)
    for key, was_won in zip(keys, won, strict=True):
        tallies[key].append(was_won)
    every = Rate(sum(won), len(won))
    rates = (Rate(sum(endings), len(endings)) for key, endings in tallies.items() if key is not None)
    share = next((rate.value for rate in rates if _is_of_one_ending(rate, every)), None)
    if share is not None:
        yield LeakClue(fact, "value_of_one_ending", share)


def _known_apart(values: Sequence[Any], won: Sequence[bool]) -> Decimal:
    """How far apart the shares of the won and of the lost are of whom the fact is known."""
    known = Counter(was_won for value, was_won in zip(values, won, strict=True) if value is not None)
    every = Counter(won)
    shares = [Decimal(known[ending]) / every[ending] for ending in (False, True)]
    return abs(shares[0] - shares[1]).quantize(EXACT)


def _keys(values: Sequence[Any]) -> list[Any]:
    """The values, numbers as one of ten bins with about as many cases each."""
    kinds = {kind for kind in set(map(type, values)) if issubclass(kind, (int, float, Decimal)) and kind is not bool}
    if not kinds:
        return list(values)
    numbers = sorted(value for value in values if type(value) in kinds)
    edges = sorted({numbers[len(numbers) * place // BINS] for place in range(1, BINS)})
    return [("bin", bisect_right(edges, value)) if type(value) in kinds else value for value in values]


def _alone(keys: Sequence[Any], won: Sequence[bool]) -> Decimal | None:
    """The concordance of the cases by how often other cases with the same value were won, fold by fold."""
    base = sum(won) / len(won)
    inside: dict[tuple[Any, int], list[int]] = defaultdict(lambda: [0, 0])
    every: dict[Any, list[int]] = defaultdict(lambda: [0, 0])
    for (key, fold, was_won), count in Counter(zip(keys, _folds(len(keys)), won, strict=True)).items():
        inside[key, fold][was_won] += count
        every[key][was_won] += count
    counts: dict[Decimal, list[int]] = defaultdict(lambda: [0, 0])
    for (key, _), ended in inside.items():
        lost, met = (total - part for total, part in zip(every[key], ended, strict=True))
        share = counts[Decimal((met + SHRINK * base) / (lost + met + SHRINK))]
        for ending in (False, True):
            share[ending] += ended[ending]
    order = concordance_of(counts)
    return None if order is None else order.value


@lru_cache(maxsize=4)
def _folds(cases: int) -> tuple[int, ...]:
    """The fold of each of so many cases."""
    return tuple(map(fold_of, range(cases)))


def fold_of(place: int, folds: int = FOLDS) -> int:
    """The fold of a case by its place: the same in every process."""
    return int.from_bytes(blake2b(str(place).encode(), digest_size=8).digest()) % folds


def _is_of_one_ending(rate: Rate, every: Rate) -> bool:
    """Whether a value has (almost) only cases of one ending, which chance would not bring about."""
    rest = Rate(every.met - rate.met, every.of - rate.of)
    if rate.of < FEW or not rest.of:
        return False
    for mine, all_of, usual in (
        (rate.met, every.met, Decimal(rest.of - rest.met) / rest.of),
        (rate.of - rate.met, every.of - every.met, Decimal(rest.met) / rest.of),
    ):
        exceptions = rate.of - mine
        covers = mine >= COVERED * all_of
        if covers and exceptions * EXCEPTIONS <= rate.of and rate.of * usual >= EXPECTED_EXCEPTIONS:
            return True
    return False
