"""How many people a company has: 约三百人, 100-499人, 1万以上, 2 000 employees, 5k."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import define, field, setters

from leadkit.records.text.money.numbers import Number
from leadkit.records.text.money.ranges import numbers_in
from leadkit.records.text.money.sums import counts_things, word_after, word_before
from leadkit.records.text.money.text import Plain, plain
from leadkit.records.text.numbers.headcount_words import (
    BARE,
    COMPANY_BEFORE,
    EXCLUSIVE,
    FILLED,
    NOT_PEOPLE,
    OF_A_COMPANY,
    PART,
    PEOPLE,
    PEOPLE_BEFORE,
    ROUND,
    WHOLE,
)
from leadkit.records.text.numbers.numerals import read_numeral
from leadkit.records.text.patterns import Later

MOST = 10_000_000
"""No company has more people; a larger number is something else."""


@define(on_setattr=setters.frozen)
class Headcount:
    """How many people, `low` to `high`; None where that end is open. `text` is the part of the folded text."""

    low: int | None
    high: int | None
    text: str = field(eq=False)


def read_headcount(text: str) -> Headcount | None:
    """The number of people of the company that `text` tells.

    A number counts people (人, employees, Mitarbeiter), or is the whole text: 501-1000, 10,000+, 5k. Less than 1000 is
    at most 999, 1000人以下 at most 1000. A year, a sum of money, an area or a part of the people (研发50人) is no head
    count. None where two numbers compete.
    """
    form = plain(text)
    if not form.may_hold_a_sum:
        return None
    counts = [*_round(form), *_counted(form)]
    chosen = [count for count, whole in counts if whole] or [count for count, _ in counts]
    return chosen[0] if len({(count.low, count.high) for count in chosen}) == 1 else None


_PEOPLE = Later(PEOPLE)
_PEOPLE_BEFORE = Later(PEOPLE_BEFORE)
_PART = Later(PART)
_WHOLE = Later(WHOLE)
_EXCLUSIVE = Later(EXCLUSIVE)
_NOT_PEOPLE = Later(NOT_PEOPLE)
_OF_A_COMPANY = Later(OF_A_COMPANY)
_COMPANY_BEFORE = Later(COMPANY_BEFORE)
_FILLED = Later(FILLED)
_BARE = Later(BARE)
_ROUND = Later(ROUND)
_CLAUSE = re.compile(r"[,;。!?、]")
_YEARS = frozenset(year for year in range(1950, 2031) if year % 50)
_REACH = 24
Counted = tuple[Headcount, bool]
"""A head count, and whether the text says that it is that of all."""


def _counted(form: Plain) -> Iterator[Counted]:
    text, numbers = form.text, list(numbers_in(form, "CNY"))
    for number, _ in numbers:
        clause = _CLAUSE.split(text[max(0, number.start - _REACH) : number.start])[-1]
        unit = _PEOPLE.match(text, number.end)
        end = unit.end() if unit else number.end
        if number.currency is not None or not number.low:
            continue
        if unit is None and not _stands_for_people(number, form, alone=len(numbers) == 1):
            continue
        if unit and not _is_of_a_company(number, unit[0], clause, text):
            continue
        if not _PART.search(clause) and not _NOT_PEOPLE.match(text, end):
            count = _count(number, form, end)
            yield from [(count, bool(_WHOLE.search(clause)))] if count else []


def _is_of_a_company(number: Number, unit: str, clause: str, text: str) -> bool:
    """Whether people are those of a company: 300名员工, 公司有300人; not 在校学生3000人."""
    if _OF_A_COMPANY.search(unit):
        return True
    word = word_before(number, text)
    before = clause[: len(clause) - (number.start - word[1])] if word else clause
    return _COMPANY_BEFORE.search(_FILLED.sub("", before)) is not None


def _stands_for_people(number: Number, form: Plain, *, alone: bool) -> bool:
    """Whether a number without people behind it counts them: by the word before, or because nothing else is there."""
    text = form.text
    named = _PEOPLE_BEFORE.search(text[max(0, number.start - _REACH) : number.start]) is not None
    people = text[number.end : number.end + 1] in {"名", "位"}
    if counts_things(text, number.end) and not people:
        return False
    if named or people:
        return named or len(text) == number.end + 1
    word = word_before(number, text)
    after = word_after(text, number.end)
    rest = text[: word[1] if word else number.start] + text[after[2] if after else number.end :]
    if not alone or not _BARE.fullmatch(rest):
        return False
    return bool(word or after) or number.low != number.high or number.low not in _YEARS


def _count(number: Number, form: Plain, end: int) -> Headcount | None:
    low, high = number.low, number.high
    if low is None or high is None or high > MOST or low % 1 or high % 1:
        return None
    text = form.text
    before = word_before(number, text) if low == high else None
    after = (word_after(text, end) or word_after(text, number.end)) if low == high else None
    limits = [word[0] for word in (before, after) if word]
    kind = next((limit for limit in limits if limit != "about"), "exact")
    start, end = before[1] if before else number.start, max(end, after[2] if after else end)
    exclusive = kind == "at_most" and _EXCLUSIVE.search(text, start, end)
    return Headcount(
        None if kind == "at_most" else int(low),
        None if kind == "at_least" else int(high) - bool(exclusive),
        form.folded[start:end],
    )


def _round(form: Plain) -> Iterator[Counted]:
    for match in _ROUND.finditer(form.text):
        number = int(read_numeral("1" + match["number"]) or 0)
        open_above = match["before"] in {"上", "过", "超", "超过"} or match["after"] == "以上"
        open_below = match["before"] == "不到" or match["after"] in {"以下", "以内", "之内"}
        low, high = None if open_below else number, None if open_above else number - (match["before"] == "不到")
        yield Headcount(low, high, form.folded[match.start() : match.end()]), False
