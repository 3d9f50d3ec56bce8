"""Texts as salespeople write them, and the values that a person reads in them: `corpus/*.toml`.

A case has a `text`, a `language` and at least one value; `none` says that nothing may be read. Keys: `budget` (of a
need) and `amount` (of a cell, with `unit`), such as `500000..800000 CNY`; `headcount`, such as `100..499`;
`purchase_from` and `purchase_by`, seen from `today`; `role` (of a job title), `product`, `company_size`, by the
standard policy; `same` (of the two names of a `pair`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from attrs import define, setters

import leadkit as lk
from leadkit.records import text as readers

CORPUS = Path(__file__).with_name("corpus")
FILES = sorted(CORPUS.glob("*.toml"))
TODAY = "2026-11-23"
MAY_NEVER_BE_WRONG = {"budget", "amount", "headcount", "purchase_from", "purchase_by"}
SHARE_RIGHT = 0.97
NONE = "none"

Case = dict[str, Any]


@define(on_setattr=setters.frozen)
class Reading:
    """What a person reads in a case, and what the reader made of it."""

    case: Case
    key: str
    wanted: str
    read: str

    @property
    def right(self) -> bool:
        return self.read == self.wanted

    @property
    def wrong(self) -> bool:
        """Whether a value was read that isn't there; to miss a value is not wrong."""
        return not self.right and self.read != NONE

    def __str__(self) -> str:
        text = self.case.get("text") or self.case["pair"]
        return f"{self.key} of {text!r}: {self.wanted} is {self.read}"


def money(read: Any) -> str:
    return NONE if read is None else f"{span(read.low, read.high)} {read.currency}"


def span(low: Any, high: Any) -> str:
    low, high = ("" if end is None else str(int(end)) for end in (low, high))
    return low if low == high else f"{low}..{high}"


def budget(case: Case) -> str:
    return money(readers.read_money(case["text"], case.get("currency", "CNY")))


def amount(case: Case) -> str:
    return money(readers.read_amount(case["text"], case.get("currency", "CNY"), case.get("unit")))


def headcount(case: Case) -> str:
    read = readers.read_headcount(case["text"])
    return NONE if read is None else span(read.low, read.high)


def purchase(case: Case, end: str) -> str:
    read = readers.read_purchase_date(case["text"], date.fromisoformat(case.get("today", TODAY)))
    return NONE if read is None else getattr(read, end).isoformat()


@cache
def standard() -> lk.Policy:
    return lk.load_policy("standard")


def by_words(case: Case, fact: str) -> str:
    read = standard().document.derive.words[fact].read(case["text"])
    return NONE if read is None else read[0]


def same(case: Case) -> bool:
    first, second = map(readers.read_company, case["pair"])
    return first.same_as(second)


READERS: dict[str, Callable[[Case], Any]] = {
    "budget": budget,
    "amount": amount,
    "headcount": headcount,
    "purchase_from": lambda case: purchase(case, "earliest"),
    "purchase_by": lambda case: purchase(case, "latest"),
    "role": lambda case: by_words(case, "role"),
    "product": lambda case: by_words(case, "product"),
    "company_size": lambda case: by_words(case, "company_size"),
    "same": same,
}
BESIDE = {"text", "pair", "language", "currency", "unit", "today", "kind"}


def cases(file: Path) -> Iterator[Case]:
    for rows in tomllib.loads(file.read_text("utf-8")).values():
        yield from rows


@cache
def readings(file: Path) -> tuple[Reading, ...]:
    return tuple(
        Reading(case, key, str(case[key]), str(read(case)))
        for case in cases(file)
        for key, read in READERS.items()
        if key in case
    )


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
class TestCorpus:
    """Every value is read right or, in a few cases, not at all; the misses are listed."""

    def test_keys_are_known(self, file: Path) -> None:
        assert [case for case in cases(file) if case.keys() - BESIDE - READERS.keys() or len(case) < 3] == []

    def test_no_text_stands_twice(self, file: Path) -> None:
        texts = [str((case.get("text"), case.get("pair"), case.get("unit"), sorted(case))) for case in cases(file)]
        assert sorted({text for text in texts if texts.count(text) > 1}) == []

    def test_nothing_is_read_wrong(self, file: Path) -> None:
        wrong = [str(reading) for reading in readings(file) if reading.key in MAY_NEVER_BE_WRONG and reading.wrong]
        assert wrong == []

    def test_most_is_read(self, file: Path) -> None:
        missed = [str(reading) for reading in readings(file) if not reading.right]
        assert len(missed) <= (1 - SHARE_RIGHT) * len(readings(file)), "\n".join(missed)


class TestReading:
    """The harness itself: a wrong value is told from a missed one."""

    def test_a_value_that_is_not_there_is_wrong(self) -> None:
        assert Reading({}, "budget", NONE, "1 CNY").wrong
        assert Reading({}, "budget", "2 CNY", "1 CNY").wrong

    def test_a_missed_value_is_neither_right_nor_wrong(self) -> None:
        missed = Reading({}, "budget", "1 CNY", NONE)
        assert (missed.right, missed.wrong) == (False, False)

    def test_there_is_something_to_read(self) -> None:
        assert sum(len(readings(file)) for file in FILES) >= 100
