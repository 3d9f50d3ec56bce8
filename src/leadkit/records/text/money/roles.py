"""What a sum of money in a text is for: read from the words beside it."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from attrs import define, evolve, setters

from leadkit.records.text.money import words, words_behind
from leadkit.records.text.money.clauses import LASTING, is_filling, role_of, role_of_clause
from leadkit.records.text.money.numbers import SURE
from leadkit.records.text.money.openings import is_open
from leadkit.records.text.money.places import AFTER, BESIDE, SENTENCE, Place, Role
from leadkit.records.text.money.sums import Sum, surely_money
from leadkit.records.text.patterns import Later, whole_words

SMALLEST, YEARS = 1000, range(1990, 2050)
"""A number without unit beside a budget is a sum from here on, unless it may be a year."""


@define(on_setattr=setters.frozen)
class Use:
    """A sum with its role; `total` where it is said to be the sum of all, `gap` is the text since the sum before.

    `sure` is False where it may as well count things: 20万锭. It is no candidate, only a doubt about others.
    `opening` is its clause as far as the sum; `closed` where an unknown word follows it, `renews` where a past sum
    stands before it.
    """

    sum: Sum
    role: Role
    total: bool
    gap: str
    sure: bool = True
    opening: str = ""
    closed: bool = False
    renews: bool = False

    @property
    def named(self) -> bool:
        """Whether an unknown word beside a plain sum may say what it is: 存款80万, $2M in the pipeline."""
        return self.role == "plain" and (self.closed or not is_open(self.opening))


_PERIODIC = Later(r"每[年月季]|每个?[季月]|一年|年均|(?<![a-z])(?:per|a|every|each) (?:year|month)(?![a-z])")
_DENIED = Later(r"(?:(?<!有)没有?|拿不出|出不起|(?<!是)不是|并非|(?<![a-z])(?:not|isn't|aren't))\s?$")
_EXCEEDED = Later(r"(?:(?<!不)超[过出]?了?|高于|大于|over|above|more than|exceeds?)\s?$")
_CONDITION = Later(words_behind.CONDITION_AFTER)
_TIMES = Later(r"(?:[\d两三四五六七八九十](?:台|套|个)?\s?[x×*]|@)\s?$")
_LONE_FIRST = Later(
    r"\W*(?:国产|进口)?的?(?:[一1]|每)(?:台|套|条|把|件)(?:大?约|大概|差不多|就?要|得|卖|是|在|需要?|预算|价格?|\s|:)*"
)
_LIMITED = Later(words.LIMITED)
_WEAK = Later(whole_words(words.WEAK))
_QUOTED = Later("报价|quot|见積")
_NAME_BETWEEN = Later(r"[^。!?.]{0,12}")
_NOT_OURS = r"[^\d。!?.我希望想目总共合]"
_THING_BETWEEN = Later(
    rf"{_NOT_OURS}{{0,3}}[,;、和及+]\s?(?=\S)(?!so |total){_NOT_OURS}{{1,6}}"
    r"|(?: and |, )(?!so|total|we|our|us|wir|ich|unser|nous)[a-z ]{1,12}"
)
_ALTERNATIVE = Later(r"还是|或者|要么|也可能|也许|(?<![a-z])(?:or|oder|ou|maybe|perhaps)(?![a-z])")
_RESET_OR_RAISE = Later(whole_words(f"{words.RESET}|{words.RAISE}|{words.CHANGED}"))


def uses(sums: Iterable[Sum], text: str) -> list[Use]:
    """Every sum with its role. A plain number without a word beside it is left out."""
    result: list[Use] = []
    end = 0
    for amount, following in pairwise([*sums, None]):
        if amount is None:
            break
        divided = any(use.sure and use.role in {"budget", "plain"} for use in result)
        place = Place.of(amount, text, end, following.start if following else len(text), divided=divided)
        role, adjacent = role_of_clause(place.clause)
        sure = _counts(place, role or _carried(place), adjacent=adjacent)
        if sure or amount.number.weight == SURE:
            settled = _settled(_role(place, role, adjacent=adjacent), place)
            gap = text[end : amount.number.start]
            closed = settled == "plain" and place.closed
            renews = bool(result) and result[-1].role == "past"
            use = Use(amount, settled, sure and place.total, gap, sure, place.opening, closed, renews)
            result.append(_listed(use, result) if sure else use)
            end = place.end(settled) if sure else end
    return result


def _listed(use: Use, before: list[Use]) -> Use:
    """A sum right behind a budget, a price or a quote, with but a name between, is the same: 设备80万,安装20万."""
    if not before or use.role != "plain" or use.total:
        return use
    role = before[-1].role
    if role == "budget" and _ALTERNATIVE.search(use.gap):
        return evolve(use, role=role)
    if role == "budget" and use.gap.lstrip().startswith("(") and not _RESET_OR_RAISE.search(use.gap):
        return evolve(use, role="payment")
    if role == "budget" and (_NAME_BETWEEN.fullmatch(use.gap) or _RESET_OR_RAISE.search(use.gap)):
        return evolve(use, role=role)
    return (
        evolve(use, role=role) if role in {"price", "quote", "payment"} and _THING_BETWEEN.fullmatch(use.gap) else use
    )


def _counts(place: Place, role: str | None, *, adjacent: bool) -> bool:
    """Whether it is money at all: by itself, or by the word before it."""
    amount = place.sum
    if surely_money(amount, place.text):
        return True
    asked = role in {"budget", "means", "weak", "price", "past", "quote"}
    if amount.number.weight == SURE or not amount.readable:
        return asked
    low, scaled = amount.number.low, amount.number.times != 1
    plausible = low is not None and low >= SMALLEST and (scaled or low not in YEARS)
    return asked and adjacent and plausible


def _role(place: Place, role: str | None, *, adjacent: bool) -> str | None:
    """The role by the words right behind the sum, in its clause, or in the clause before."""
    if _TIMES.search(place.clause) or _LONE_FIRST.fullmatch(place.clause):
        return "price"
    if _DENIED.search(place.clause) or (_EXCEEDED.search(place.clause) and place.followed_by(_CONDITION)):
        return "other"
    for name, pattern in AFTER:
        if place.followed_by(pattern):
            return name
    if role is not None and adjacent:
        return _before_weak(place) or role if role == "weak" else role
    for name, pattern in BESIDE:
        if place.followed_by(pattern):
            return name if name != "budget" or role not in LASTING else role
    return role or _carried(place)


def _before_weak(place: Place) -> str | None:
    """The role by the clause before where it says whose price it is: 去年买过一台,价格80万."""
    if place.total or not is_filling(_WEAK.sub("", place.clause)):
        return None
    role = _carried(place)
    return role if role in {"past", "quote", "price", "payment"} else None


def _carried(place: Place) -> str | None:
    """The role by the clause before: a budget goes on, others only where this clause is nothing but the sum."""
    sentences = [match.end() for match in SENTENCE.finditer(place.earlier)]
    start = sentences[-1] if sentences and sentences[-1] < len(place.earlier) else 0
    role, _ = role_of(place.earlier[start:])
    if _PERIODIC.search(place.clause):
        return "other"
    if role in {"budget", "means", "negated"} or (role != "site" and is_filling(place.clause)):
        return role
    return None


_MEANING: dict[str | None, Role] = {"negated": "plain", "part": "payment", "site": "other"}


def _settled(role: str | None, place: Place) -> Role:
    if role is None or (role == "equivalent" and place.total):
        return "plain"
    if role == "part_budget":
        return "payment" if place.divided else "budget"
    if role == "means":
        return "plain" if place.closed else "budget"
    if role != "weak":
        return _MEANING.get(role, role)  # type: ignore[arg-type]
    if place.sum.qualifier in {"at_most", "range"} or _LIMITED.search(place.clause):
        return "budget"
    return "quote" if _QUOTED.search(place.clause) else "plain"
