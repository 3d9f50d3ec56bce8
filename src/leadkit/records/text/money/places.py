"""A sum of money among the words around it."""

from __future__ import annotations

from typing import Literal

from attrs import define, setters

from leadkit.records.text.money import words, words_behind
from leadkit.records.text.money.closings import is_closed, is_price_asked
from leadkit.records.text.money.sums import Sum
from leadkit.records.text.patterns import Later, whole_words

Role = Literal[
    "budget", "plain", "price", "capital", "turnover", "payment", "past", "quote", "other", "equivalent"
]  # fmt: skip

REACH = 60
"""How many characters before a sum its words may stand."""
AFTER: tuple[tuple[Role, Later], ...] = (
    ("price", Later(r"\s?(?:左右|以内|之内|以下|上下)?" + words_behind.PRICE_AFTER)),
    ("quote", Later(words_behind.REFUSED_AFTER)),
    ("past", Later(words_behind.PAST_AFTER)),
    ("other", Later(words_behind.PERIODIC_AFTER)),
    ("other", Later(words_behind.NOT_OFFERED_AFTER)),
    ("payment", Later(words_behind.PART_AFTER)),
)
BESIDE: tuple[tuple[Role, Later], ...] = (
    ("payment", Later(words_behind.PAYMENT_AFTER)),
    ("capital", Later(words_behind.CAPITAL_AFTER)),
    ("turnover", Later(words_behind.TURNOVER_AFTER)),
    ("other", Later(words_behind.OTHER_AFTER)),
    ("quote", Later(words_behind.QUOTE_AFTER)),
    ("budget", Later(words_behind.BUDGET_AFTER)),
)
BEHIND = (*AFTER, *BESIDE)
_ABBREVIATIONS = ("max", "min", "ca", "rs", "no", "nr", "mio", "tsd", "mrd", "inkl", "incl", "approx")
_STOP = r"\." + "".join(rf"(?<!{word}\.)" for word in _ABBREVIATIONS) + r"\s"
_CLAUSE = Later(rf"[,;。!?]|{_STOP}|但是?|不过|而(?!且)|(?<![a-z])(?:but|while|whereas|aber)(?![a-z])")
SENTENCE = Later(rf"[。!?]|{_STOP}")
_TOTAL = Later(whole_words(words.TOTAL))
_TOTAL_BEHIND = Later(r"\s?(?:in total|in all|total|altogether|overall|insgesamt|au total|总共|合计|总计)")
_OF_THE_NEXT = Later(r"[一-鿿]\s?[\d$€£¥]")


@define(on_setattr=setters.frozen)
class Place:
    """A sum among the words around it: `earlier` and `clause` stand before it, `after` behind its number.

    `divided`: a sum that can be spent stands before, of which this may be a part.
    """

    sum: Sum
    text: str
    earlier: str
    clause: str
    after: str
    divided: bool

    @classmethod
    def of(cls, amount: Sum, text: str, left: int, right: int, *, divided: bool) -> Place:
        """The place of a sum between the end of the one before and the begin of the next."""
        before = text[max(left, amount.start - REACH) : amount.number.start]
        cut = max((match.end() for match in _CLAUSE.finditer(before)), default=0)
        after = text[amount.number.end : right + 1]
        return cls(amount, text, before[:cut], before[cut:], after, divided)

    @property
    def behind(self) -> str:
        """What stands behind the sum and its qualifier: 50万以内."""
        return self.after[self.sum.end - self.sum.number.end :]

    @property
    def closed(self) -> bool:
        """Whether an unknown word stands right behind it, or it is what somebody gets for something."""
        return is_closed(self.text, self.sum.end) or is_price_asked(self.clause, self.text, self.sum.end)

    @property
    def opening(self) -> str:
        """The clause as far as the sum and its qualifier: 大概."""
        return self.clause[: max(0, len(self.clause) + self.sum.start - self.sum.number.start)]

    @property
    def total(self) -> bool:
        """Whether it is said to be the sum of all."""
        return _TOTAL.search(self.clause) is not None or _TOTAL_BEHIND.match(self.behind) is not None

    def followed_by(self, pattern: Later) -> int:
        """Where a match right behind the number or the sum ends in the text; 0 if there is none."""
        amount = self.sum
        starts = (amount.number.end, amount.end) if amount.end > amount.number.end else (amount.number.end,)
        for start in starts:
            match = pattern.match(self.after, start - amount.number.end)
            if match and not _OF_THE_NEXT.match(self.after, match.end() - 1):
                return amount.number.end + match.end()
        return 0

    def end(self, role: Role) -> int:
        """Where the words end that give the sum its role."""
        return max(self.sum.end, *(self.followed_by(pattern) for name, pattern in BEHIND if name == role), 0)
