"""What a sum of money in a text is for: read from the words beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

from attrs import define, evolve, setters

from leadkit.records.text import money_words as words
from leadkit.records.text.patterns import Lexicon, whole_words
from leadkit.records.text.sums import Sum, surely_money
from leadkit.records.text.sums_numbers import SURE
from leadkit.records.text.sums_words import (
    ABOUT_BEFORE,
    AT_LEAST_BEFORE,
    AT_MOST_BEFORE,
    FILLING,
)

Role = Literal[
    "budget", "plain", "price", "capital", "turnover", "payment", "past", "quote", "other", "equivalent"
]  # fmt: skip

REACH = 60
"""How many characters before a sum its words may stand."""
SMALLEST, YEARS = 1000, range(1990, 2050)
"""A number without unit beside a budget is a sum from here on, unless it may be a year."""


@define(on_setattr=setters.frozen)
class Use:
    """A sum with its role; `total` where it is said to be the sum of all, `gap` is the text since the sum before."""

    sum: Sum
    role: Role
    total: bool
    gap: str


_GROUPS = {
    "negated": words.NEGATED,
    "past": words.PAST,
    "part": words.PART,
    "price": words.PRICE,
    "capital": words.CAPITAL,
    "turnover": words.TURNOVER,
    "quote": words.QUOTE,
    "budget": words.BUDGET,
    "payment": words.PAYMENT,
    "other": words.OTHER,
    "equivalent": words.EQUIVALENT,
    "weak": words.WEAK,
    "reset": words.RESET,
}
_WORDS = Lexicon(_GROUPS)
_LASTING = frozenset({"past", "part", "price", "quote", "negated"})
"""Roles that a budget word in the same clause does not end: 去年的预算, 单台预算."""
_AFTER: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("price", re.compile(r"\s?(?:左右|以内|之内|以下|上下)?" + words.PRICE_AFTER)),
    ("quote", re.compile(words.REFUSED_AFTER)),
    ("past", re.compile(words.PAST_AFTER)),
)
_BESIDE: tuple[tuple[Role, re.Pattern[str]], ...] = (
    ("payment", re.compile(words.PAYMENT_AFTER)),
    ("capital", re.compile(words.CAPITAL_AFTER)),
    ("turnover", re.compile(words.TURNOVER_AFTER)),
    ("other", re.compile(words.OTHER_AFTER)),
    ("quote", re.compile(words.QUOTE_AFTER)),
    ("budget", re.compile(words.BUDGET_AFTER)),
)
_CLAUSE = re.compile(r"[,;。!?]|\.\s|但是?|不过|而(?!且)|(?<![a-z])(?:but|while|whereas|aber)(?![a-z])")
_SENTENCE = re.compile(r"[。!?]|\.\s")
_QUALIFIERS = (whole_words(part) for part in (AT_MOST_BEFORE, AT_LEAST_BEFORE, ABOUT_BEFORE))
_BETWEEN_WORDS = re.compile(
    rf"(?:{FILLING}|{'|'.join(_QUALIFIERS)}|(?:百|千)?[万亿千]?元|金额|范围|额度|方面|情况|初步|暂定|定在|定为|应该|可能|不多|我们?|客户|他们|说|合计|总共"
    rf"|一共|共|总计"
    r"|总额|人民币|sum|total|currently|we|have|our|with|a|an|would|should|be|up|currently|approx|probably|set|frame"
    r"|liegt|bei|beträgt|se situe|est|d'?)*"
)
_TOTAL = re.compile(whole_words(words.TOTAL))
_LIMITED = re.compile(words.LIMITED)
_QUOTED = re.compile("报价|quot|見積")
_NAME_BETWEEN = re.compile(r"[^。!?.]{1,12}")
_THING_BETWEEN = re.compile(r"[^\d。!?.我希望想目总共合]{0,3}[,;、和及][^\d。!?.我希望想目总共合]{1,6}|(?: and |, )(?!we|our|us)[a-z ]{1,12}")
_RESET = re.compile(whole_words(words.RESET))


def uses(sums: Iterable[Sum], text: str) -> list[Use]:
    """Every sum with its role. What is not surely money without a word beside it, and has none, is left out."""
    result: list[Use] = []
    pending = list(sums)
    end = 0
    for index, amount in enumerate(pending):
        following = pending[index + 1].start if index + 1 < len(pending) else len(text)
        use = _use(amount, text, max(end, amount.start - REACH), following)
        if use is not None:
            gap = text[end : amount.number.start]
            result.append(_listed(evolve(use, gap=gap), result))
            end = amount.end
    return result


def _listed(use: Use, before: list[Use]) -> Use:
    """A sum right behind a budget, a price or a quote, with but a name between them, is the same: 设备80万,安装20万."""
    if not before or use.role != "plain" or use.total:
        return use
    role = before[-1].role
    if role == "budget" and (_NAME_BETWEEN.fullmatch(use.gap) or _RESET.search(use.gap)):
        return evolve(use, role=role)
    return evolve(use, role=role) if role in {"price", "quote"} and _THING_BETWEEN.fullmatch(use.gap) else use


def _use(amount: Sum, text: str, left: int, right: int) -> Use | None:
    before, after = text[left : amount.start], text[amount.number.end : right]
    cut = max((match.end() for match in _CLAUSE.finditer(before)), default=0)
    clause = before[cut:]
    role, adjacent = _in_clause(clause, amount)
    if not _counts(amount, text, role or _carried(before[:cut], clause, amount), adjacent=adjacent):
        return None
    role = _role(role, before[:cut], clause, amount, after, text[amount.end : right], adjacent=adjacent)
    return Use(amount, _settled(role, clause, amount), bool(_TOTAL.search(clause)), "")


def _counts(amount: Sum, text: str, role: str | None, *, adjacent: bool) -> bool:
    """Whether it is money at all: by itself, or by the word before it."""
    if surely_money(amount, text):
        return True
    asked = role in {"budget", "weak", "price", "past", "quote"}
    if amount.number.weight == SURE or not amount.readable:
        return asked
    low = amount.number.low
    plausible = low is not None and low >= SMALLEST and (low not in YEARS or amount.number.times != 1)
    return asked and adjacent and (plausible or amount.number.times != 1)


def _in_clause(clause: str, amount: Sum) -> tuple[str | None, bool]:
    """The role by the words before the sum, and whether nothing but filling stands between."""
    role, last = _reduced(clause)
    del amount
    return role, role is not None and bool(_BETWEEN_WORDS.fullmatch(clause, last))


def _reduced(text: str) -> tuple[str | None, int]:
    role: str | None = None
    last = 0
    for word, _, end in _WORDS.find(text):
        role, last = _followed(role, word), end
    return role, last


def _followed(role: str | None, word: str) -> str | None:
    if word == "reset":
        return None if role in {"past", "part"} else role
    if word == "weak":
        return role or word
    if word == "budget":
        return role if role in _LASTING and role != "negated" else word
    return word


def _role(  # noqa: PLR0913
    role: str | None, earlier: str, clause: str, amount: Sum, after: str, behind: str, *, adjacent: bool
) -> str | None:
    """The role by the words right behind the sum, in its clause, or in the clause before."""
    for name, pattern in _AFTER:
        if pattern.match(after) or pattern.match(behind):
            return name
    if role is not None and adjacent:
        return role
    for name, pattern in _BESIDE:
        if pattern.match(after) or pattern.match(behind):
            return name if name != "budget" or role not in _LASTING else role
    return role or _carried(earlier, clause, amount)


def _carried(earlier: str, clause: str, amount: Sum) -> str | None:
    """The role by the clause before: a budget goes on, others only where this clause is nothing but the sum."""
    del amount
    sentences = [match.end() for match in _SENTENCE.finditer(earlier)]
    start = sentences[-1] if sentences and sentences[-1] < len(earlier) else 0
    role, _ = _reduced(earlier[start:])
    if role in {"budget", "negated"} or _BETWEEN_WORDS.fullmatch(clause):
        return role
    return None


def _settled(role: str | None, clause: str, amount: Sum) -> Role:
    if role is None or role == "negated":
        return "plain"
    if role == "part":
        return "payment"
    if role != "weak":
        return role  # type: ignore[return-value]
    if amount.qualifier in {"at_most", "range"} or _LIMITED.search(clause):
        return "budget"
    return "quote" if _QUOTED.search(clause) else "plain"
