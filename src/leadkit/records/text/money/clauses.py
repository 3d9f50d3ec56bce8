"""What a clause says about the sum that it ends in."""

from __future__ import annotations

from leadkit.records.text.money import words
from leadkit.records.text.money.sum_words import ABOUT_BEFORE, AT_LEAST_BEFORE, AT_MOST_BEFORE, FILLING
from leadkit.records.text.patterns import Later, Lexicon, whole_words

GROUPS = {
    "negated": words.NEGATED,
    "past": words.PAST,
    "part": words.PART,
    "price": words.PRICE,
    "capital": words.CAPITAL,
    "turnover": words.TURNOVER,
    "quote": words.QUOTE,
    "budget": words.BUDGET,
    "means": words.MEANS,
    "payment": words.PAYMENT,
    "other": words.OTHER,
    "site": words.SITE,
    "equivalent": words.EQUIVALENT,
    "weak": words.WEAK,
    "reset": words.RESET,
    "project": words.PROJECT,
}
_WORDS = Lexicon(GROUPS)
LASTING = frozenset({"past", "part", "price", "quote", "negated"})
"""Roles that a budget word in the same clause does not end: 去年的预算, 单台预算."""
_ENDS = {"reset": {"past"}, "project": {"past", "part"}}
_BUDGET_AFTER = {"negated": "budget", "part": "part_budget"}
_QUALIFIERS = (whole_words(part) for part in (AT_MOST_BEFORE, AT_LEAST_BEFORE, ABOUT_BEFORE))
_BETWEEN_WORDS = Later(
    rf"(?:{FILLING}|{'|'.join(_QUALIFIERS)}|(?:百|千)?[万亿千]?元|金额|范围|额度|方面|情况|初步|暂定|定在|定为"
    rf"|应该|可能|不多|我们?|客户|他们|说|合计|总共"
    rf"|一共|共|总计"
    r"|总额|人民币|usd|eur|rmb|cny|gbp|jpy|hkd|twd|chf|inr|euros?|美元|美金|欧元|英镑|日元|港币|新台币|台币|sum"
    r"|total|currently|we|have|our|with|a|an|would|should|be|up|currently|approx|probably|set|frame"
    r"|liegt|bei|beträgt|se situe|est|d'?)*+"
)


def is_filling(text: str, start: int = 0) -> bool:
    """Whether nothing stands from `start` on but words that tell no role."""
    return _BETWEEN_WORDS.fullmatch(text, start) is not None


def role_of_clause(clause: str) -> tuple[str | None, bool]:
    """The role by the words before the sum, and whether nothing but filling stands between."""
    role, last = role_of(clause)
    return role, role is not None and is_filling(clause, last)


def role_of(text: str) -> tuple[str | None, int]:
    """The role that the words of a clause agree on, and where the last of them ends."""
    role: str | None = None
    last = 0
    for word, _, end in _WORDS.find(text):
        role, last = _followed(role, word), end
    return role, last


def _followed(role: str | None, word: str) -> str | None:
    if word in _ENDS:
        return None if role in _ENDS[word] else role
    if word == "weak":
        return role or word
    if word == "means":
        return word if role in {None, "weak", "site"} else role
    if word == "budget":
        return _BUDGET_AFTER.get(role or "", role if role in LASTING else word)
    if word == "equivalent" and role == "budget":
        return role
    return word
