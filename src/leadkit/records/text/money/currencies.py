"""The currency of a sum that names none, from the currencies that its text names elsewhere."""

from __future__ import annotations

from attrs import evolve

from leadkit.records.text.money.currency_words import CALLED_YUAN, FOREIGN, YUAN
from leadkit.records.text.money.roles import Use
from leadkit.records.text.money.text import Plain
from leadkit.records.text.patterns import Later, any_of

_NAME = rf"(?<![a-z])(?P<name>{any_of(FOREIGN)})(?![a-z])"
_NAMES = Later(_NAME)
_HEAD = Later(
    rf"{_NAME}\s?\)?\s?(?:预算|予算|金额|价格?|budget|amount|total)?"
    r"(?:\s|:|=|\)|是|为|约|大概|大约|在|of|is|around|about)*$"
)
_CHINESE = Later(r"[\u3040-\u30ff一-鿿]")
_REACH = 30


def with_currencies(uses: list[Use], form: Plain, currency: str) -> list[Use]:
    """Each sum that names no currency with that of its heading, 欧元预算15万, or that of all others in its text.

    It can't be told where the text names a foreign currency by itself (美元结算), or where the sums of a text that is
    not Chinese or Japanese name several.
    """
    if all(_is_named(use, form) for use in uses):
        return uses
    codes = _elsewhere(uses, form, currency)
    return [use if _is_named(use, form) else _with(use, _heading(use, form.text) or codes) for use in uses]


def _is_named(use: Use, form: Plain) -> bool:
    """Whether its currency is plain: 元 may be that of Taiwan, where the text names it."""
    code = use.sum.number.currency
    return code is not None and (code != "CNY" or form.text[use.sum.number.end - 1] not in YUAN)


def _with(use: Use, codes: set[str]) -> Use:
    number = use.sum.number
    if number.currency:
        codes = codes & CALLED_YUAN - {number.currency}
    if not codes:
        return use
    if len(codes) == 1:
        return evolve(use, sum=evolve(use.sum, number=evolve(number, currency=min(codes))))
    return evolve(use, sum=evolve(use.sum, number=evolve(number, low=None, high=None)))


def _heading(use: Use, text: str) -> set[str]:
    start = use.sum.number.start
    first = max(0, start - _REACH)
    head = _HEAD.search(text[first : use.sum.start]) or _HEAD.search(text[first:start])
    return {FOREIGN[head["name"]]} if head else set()


def _elsewhere(uses: list[Use], form: Plain, currency: str) -> set[str]:
    """The currencies that any of them may be in: none where nothing speaks against that of the company."""
    names = [(match.start(), FOREIGN[match["name"]]) for match in _NAMES.finditer(form.text)]
    inside = {at for use in uses for at in range(use.sum.number.start, use.sum.number.end)} if names else set()
    alone = {code for start, code in names if start not in inside}
    if alone - {currency}:
        return alone | {currency}
    others = {use.sum.number.currency for use in uses}
    return set() if _CHINESE.search(form.text) else {code for code in others if code}
