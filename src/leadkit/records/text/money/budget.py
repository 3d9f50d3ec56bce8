"""Sums of money in running text: 50-80万, 不超过30万, $1.5M, between 500,000 and 800,000 USD."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

from attrs import define, evolve, field, setters

from leadkit.records.text.memory import remembered
from leadkit.records.text.money.currencies import with_currencies
from leadkit.records.text.money.grammar import TOKEN
from leadkit.records.text.money.numbers import read_number
from leadkit.records.text.money.places import Role
from leadkit.records.text.money.roles import Use, uses
from leadkit.records.text.money.sums import LARGEST, Qualifier, Sum, sums_in
from leadkit.records.text.money.text import Plain, plain
from leadkit.records.text.money.words import CHANGED, NEGATED, RAISE
from leadkit.records.text.patterns import Later, whole_words

__all__ = [
    "LARGEST",
    "Money",
    "MoneyCandidate",
    "Qualifier",
    "Role",
    "money_in",
    "read_amount",
    "read_money",
    "write_money",
]


@define(on_setattr=setters.frozen)
class Money:
    """A sum or a span of sums in one currency (ISO 4217): `low` <= `high`, and None where that end is open.

    `text` is the part of the folded text that says so; two equal sums are equal however they were said.
    """

    low: Decimal | None
    high: Decimal | None
    currency: str
    qualifier: Qualifier
    text: str = field(eq=False)


@define(on_setattr=setters.frozen)
class MoneyCandidate:
    """A sum in a text, and what it is for.

    `budget` can be spent on the purchase, `price` is that of a piece, `capital` and `turnover` are the company's,
    `payment` is a part of the sum, `past` was spent before, a `quote` is somebody's price, `other` are salaries,
    prizes, other investments, an `equivalent` is the sum before in other words; `plain` says nothing. Both ends are
    None where the text names a sum that can't be told: 几十万.
    """

    low: Decimal | None
    high: Decimal | None
    currency: str
    qualifier: Qualifier
    role: Role
    text: str


def money_in(text: str, currency: str = "CNY") -> tuple[MoneyCandidate, ...]:
    """Every sum in `text`, in its order. A sum that names no currency is in `currency`."""
    form = plain(text)
    every = with_currencies(uses(sums_in(form, currency), form.text), form, currency)
    return tuple(_candidate(use, form, currency) for use in every if use.sure)


@remembered
def read_money(text: str, currency: str = "CNY") -> Money | None:
    """The sum that is offered for the purchase: the budget, failing that the only sum that is said to be nothing else.

    None where two readings compete: two budgets, two plain sums, or a budget that is not known yet. The total of
    several sums decides; a budget and its upper limit (50万, 最多60万) are a range. A number counts as money by its
    currency, its magnitude (万, k, million) or the word 预算, budget and the like right before it; not if it counts
    things: 3台, 30%, 2023年. A sum without such a word counts only behind words that leave it what is offered: not
    存款80万. A sum that names no currency is in that of its heading, or in `currency`; None where the text names
    another by itself. None above 10**15.
    """
    form = plain(text)
    sums = sums_in(form, currency)
    if not sums:
        return None
    every = [use for use in with_currencies(uses(sums, form.text), form, currency) if use.role in {"budget", "plain"}]
    if _NEGATED.search(form.text) and not any(use.role == "budget" for use in every):
        return None
    use = _decided(every)
    return None if use is None else _money(use.sum, form, currency)


def write_money(money: Money) -> str:
    """`money` as `CNY 500000-800000`, `at most USD 300000`: a text that reads back as an equal value."""
    ends = [format(end, "f") for end in (money.low, money.high) if end is not None]
    words = {"at_most": "at most ", "at_least": "at least ", "about": "about "}.get(money.qualifier, "")
    return f"{words}{money.currency} {'-'.join(ends if money.qualifier == 'range' else ends[:1])}"


_NEGATED = Later(whole_words(NEGATED))
_RAISE = Later(RAISE)
_CHANGED = Later(CHANGED)
_RAISED = Later(r"(?:追加|增加|提高|上调|放宽|加|涨)[到至为]")
_LAST_CLAUSE = re.compile(r"[,;]")
_POSSIBLE = Later(r"可|能|最多|could|can|may|would")


def _decided(every: list[Use]) -> Use | None:
    """The budget or, where there is none, the only plain sum; the total decides where there are several."""
    chosen = [use for use in every if use.role == "budget"] or _plain(every)
    totals = [use for use in every if use.total]
    if totals and len(chosen) > 1 and _largest(totals) >= _largest(chosen):
        chosen = totals
    if not chosen or not all(use.sum.readable and use.sure and not use.named for use in chosen):
        return None
    if _distinct(chosen) == 1:
        return None if {"at_most", "at_least"} <= {use.sum.qualifier for use in chosen} else _changed(chosen[0])
    return _of_two(*chosen) if len(chosen) == 2 else None


def _changed(use: Use) -> Use:
    """The sum as it is where a past one was raised to it: 30万不够,追加到42万; not 可以追加到42万."""
    if not use.renews or not _RAISED.search(use.gap) or _POSSIBLE.search(use.gap):
        return use
    return evolve(use, sum=evolve(use.sum, qualifier="exact"))


def _plain(every: list[Use]) -> list[Use]:
    """The sums that may be meant: what may count things is a doubt only beside sums that name no currency."""
    sure = [use for use in every if use.sure]
    return sure if any(use.sum.number.currency for use in sure) else every


def _largest(several: list[Use]) -> Decimal:
    return max(use.sum.number.high or Decimal(0) for use in several)


def _distinct(several: Iterable[Use]) -> int:
    """How many sums differ; one that names no currency may be said again in that of another."""
    currencies: dict[tuple[Decimal | None, Decimal | None], set[str]] = {}
    for use in several:
        number = use.sum.number
        currencies.setdefault((number.low, number.high), set()).update(filter(None, [number.currency]))
    return sum(max(1, len(names)) for names in currencies.values())


def _of_two(first: Use, second: Use) -> Use | None:
    """The later of two sums where it replaces the first, both as a range where it is the upper limit."""
    before, after = first.sum.number, second.sum.number
    if before.currency and after.currency and before.currency != after.currency:
        return None
    if _CHANGED.search(second.gap) and not _POSSIBLE.search(second.gap):
        return evolve(second, sum=evolve(second.sum, qualifier="exact"))
    if (
        not _is_limit(first, second)
        or before.low is None
        or before.high is None
        or after.high is None
        or after.high <= before.high
    ):
        return None
    number = evolve(before, high=after.high, end=after.end, currency=before.currency or after.currency)
    return evolve(first, sum=Sum(number, first.sum.start, second.sum.end, "range"))


def _is_limit(first: Use, second: Use) -> bool:
    """Whether the second sum is the upper limit of the first: 50万,最多60万; not 国产30万以内,进口50万以内."""
    if first.sum.qualifier == "at_least":
        return second.sum.qualifier == "at_most"
    if first.sum.qualifier == "at_most":
        return _POSSIBLE.search(_LAST_CLAUSE.split(second.gap)[-1]) is not None
    return second.sum.qualifier == "at_most" or _RAISE.search(second.gap) is not None


def _money(amount: Sum, form: Plain, currency: str) -> Money:
    low, high = amount.ends
    code = amount.number.currency or currency
    return Money(low, high, code, amount.qualifier, form.folded[amount.start : amount.end])


def _candidate(use: Use, form: Plain, currency: str) -> MoneyCandidate:
    money = _money(use.sum, form, currency)
    return MoneyCandidate(money.low, money.high, money.currency, money.qualifier, use.role, money.text)


def read_amount(text: str, currency: str = "CNY", unit: str | None = None) -> Money | None:
    """The sum that a cell holds and nothing else does: 60-90万, 600000, $180k-$240k, 1.234,56 €, 不超过30万, 10k+.

    `unit`, such as 万 or thousand, multiplies a number that names no magnitude; None for 10,000 and more of 万, since
    that is more likely a sum in full. None for a cell with other words, for a dash, and for 1.234, which may be either.

    Raises:
        ValueError: `unit` names no magnitude or currency.
    """
    form = plain(text)
    sums = sums_in(form, currency, cell=True)
    if len(sums) != 1 or not sums[0].readable:
        return None
    amount = sums[0]
    if not (_BEFORE_AMOUNT.fullmatch(form.text[: amount.start]) and _AFTER_AMOUNT.fullmatch(form.text[amount.end :])):
        return None
    if unit is None or amount.number.times != 1:
        return _money(amount, form, currency)
    return _in_unit(amount, form, currency, unit)


_BEFORE_AMOUNT = Later(r"(?:\s|:|=|总?预算|予算|金额|总价|总计|合计|人民币|共|budget|amount|total|price)*+")
_AFTER_AMOUNT = Later(r"(?:\s|\.|整|正|左右|的?预算|budget|total|人民币|rmb|\(含税\)|含税)*+")
_FULL = 10_000


def _in_unit(amount: Sum, form: Plain, currency: str, unit: str) -> Money | None:
    match = None if unit[:1].isdecimal() else TOKEN.fullmatch("1" + plain(unit).text)
    scale = read_number(match, plain("1" + unit), currency) if match else None
    number = amount.number
    if scale is None or scale.low is None or (scale.low == 1 and scale.currency is None):
        raise ValueError(f"{unit!r} is no unit of money (hint: 万, 千元, k, million)")
    if number.low is None or number.high is None or (number.high >= _FULL and scale.low > 1000):
        return None
    code = number.currency or scale.currency
    scaled = evolve(number, low=number.low * scale.low, high=number.high * scale.low, currency=code)
    return _money(evolve(amount, number=scaled), form, currency)
