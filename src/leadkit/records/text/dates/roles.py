"""What happens on a date, by the words beside it in its clause: a purchase, a fair, a sample, a quotation."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache, cached_property
from itertools import groupby
from operator import attrgetter
from typing import Literal

from attrs import define, evolve, setters

from leadkit.records.text.dates.conditions import Conditions
from leadkit.records.text.dates.mentions import Mention
from leadkit.records.text.dates.role_words import CHINESE, LATIN

Role = Literal["purchase", "event", "sample", "quote", "contract", "terms", "past", "denied", "condition", "plain"]

BUY, INSTALL, LEANING, NONE = 3, 2, 1, 0
"""How surely a date is one of a purchase: a verb of buying, of putting to use, a plan or deadline, nothing."""


@define(on_setattr=setters.frozen)
class Reading:
    """A mention with its role; `bare` where its clause says nothing else."""

    mention: Mention
    role: Role
    rank: int
    bare: bool


def readings_of(mentions: list[Mention], text: str, today: date) -> list[Reading]:
    """The mentions of a text with their roles, in the same order; each word beside two dates counts for the nearer."""
    readings: list[Reading] = []
    for clause in _clauses(text, mentions):
        words = _words(text, clause)
        starts = [word.start for word in words]
        claimed: set[int] = set()
        for place, mention in enumerate(clause.mentions):
            left = clause.mentions[place - 1].end if place else clause.start
            right = clause.mentions[place + 1].start if place + 1 < len(clause.mentions) else clause.end
            before = words[bisect_left(starts, left) : bisect_left(starts, mention.start)]
            after = words[bisect_left(starts, mention.end) : bisect_left(starts, right)]
            sides = (after, before[::-1]) if clause.chinese else (before[::-1], after)
            if not (clause.chinese or before or mention is clause.mentions[-1] or _leads(text[left : mention.start])):
                sides = ([], [])
            readings.append(_reading(mention, sides, claimed, clause, today))
    conditions = Conditions.of(text)
    return [_hanging(read, conditions) for read in readings] if conditions.stretches else readings


def _hanging(reading: Reading, conditions: Conditions) -> Reading:
    """The reading; what may be a purchase is none where it hangs on a condition."""
    if reading.role not in {"purchase", "plain"} or not conditions.hold(reading.mention.start):
        return reading
    return evolve(reading, role="condition", rank=NONE, bare=False)


@define(on_setattr=setters.frozen)
class _Word:
    start: int
    end: int
    role: str


@define(on_setattr=setters.frozen)
class _Clause:
    """A stretch between punctuation with its dates; `rest` is what stands outside of them."""

    start: int
    end: int
    mentions: list[Mention]
    chinese: bool
    rest: str

    @cached_property
    def bare(self) -> bool:
        """Whether it says nothing but its dates."""
        return len(_FILLING.sub("", self.rest)) < 2

    def denies(self, mention: Mention) -> bool:
        """Whether a "not" stands right before the date."""
        text = mention.ends[0][1].string
        return bool(_NOT.search(text[max(self.start, mention.start - _AHEAD) : mention.start]))

    def is_strange(self, words: list[_Word]) -> bool:
        """Whether it speaks of a doing that is none of a purchase: 打算3月搬家, we hope to hire by June."""
        text = self.mentions[0].ends[0][1].string
        if not self.chinese:
            return any(_STRANGE.match(text, word.end, self.end) for word in words)
        rest = self.rest
        for word in words:
            rest = rest.replace(text[word.start : word.end], "", 1)
        return len(_COMMON.sub("", _FILLING.sub("", rest))) > 1

    def counts(self, mention: Mention) -> bool:
        """Whether it says how many and when: 机器人2台3月底前, three pumps by May."""
        count = _COUNT if _limits(mention) else _PIECES
        first, last = max(self.start, mention.start - _AHEAD), min(self.end, mention.end + _AHEAD)
        return bool(count.search(mention.ends[0][1].string, first, last))

    def on_site(self, place: int) -> bool:
        """Whether what is built at `place` is a site, by the sentence up to there, and no machine."""
        text = self.mentions[0].ends[0][1].string
        start = max(text.rfind(mark, 0, place) for mark in "。;!?")
        return bool(_site().search(text, start + 1, place)) and not _GOODS.search(text, self.start, place)


_STRANGE = re.compile(
    r" (?:to|on) (?!be |have |get |go |do |see |start|begin"
    r"|move forward|proceed|reorder|automate|roll|use |place |final|clos)"
    r"[a-z]{3,}"
)
_COMMON = re.compile(
    r"采购(?:流程)?|客户|对方|业主|主管|经理|老板|领导|我们|我司|他们|公司|供应商|反馈|表示|通知|说|要求|求|最终"
    r"|所以|因此|赶|把|从|也|都|还|就|再|了|到"
    r"|用|做|这|那|新|个|项目|走完|倉儲|仓储|自动化|智能化|数字化|信息化"
    r"|[\u4e00-\u9fff]{0,6}?(?:设备|机器人|机|线|系统|软件|平台|柜|车|炉|泵|阀)|[a-z0-9]+"
)
_PIECES = re.compile(r"(?:[\d一二两三四五六七八九十]|几)[台套条]")
_COUNT = re.compile(
    _PIECES.pattern + r"|(?<![\w.,-])(?:\d{1,4}|one|two|three|four|five"
    r"|six|seven|eight|ten|zwei|drei|vier|fünf) ?(?:x |st\.?(?![a-z])"
    r"|pcs"
    r"|(?!(?:years?|months?|weeks?|days?|hours?|jahren?|monaten?|wochen?|tagen?|people|employees|shifts|percent|sites"
    r"|plants|mitarbeiter|km|kg|mm|usd|eur)(?![a-z]))[a-zà-ÿ]{4,})"
)
_GOODS = re.compile(r"设备|机器|产线|系统|货(?!款)|machine|equipment|(?<![a-z])line|anlage")
_NOT = re.compile(r"(?:不是|并非|不在)$|(?<![a-z])not (?:in |on |for |during )?(?:the )?$|nicht (?:in |im |am )?$")


def _pattern(words: Mapping[str, tuple[str, ...]], before: str) -> re.Pattern[str]:
    return re.compile(
        before + "(?:" + "|".join(f"(?P<{role}>{'|'.join(parts)})" for role, parts in words.items()) + ")"
    )


def _first_letters(words: Mapping[str, tuple[str, ...]]) -> str:
    """The characters that words begin with: nothing else is tried."""
    return "".join(
        sorted({char for parts in words.values() for part in parts for char in re.findall(r"[\u3040-\u9fff]", part)})
    )


_CHINESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@cache
def _chinese_word() -> re.Pattern[str]:
    return _pattern(CHINESE, rf"(?=[{_first_letters(CHINESE)}dipr])")


@cache
def _site() -> re.Pattern[str]:
    return re.compile("|".join((*CHINESE["site"], *LATIN["site"])))


@cache
def _latin_word() -> re.Pattern[str]:
    return _pattern(LATIN, r"(?<![a-zà-ÿ])(?=[a-zà-ÿ])")


_EDGE = re.compile(
    r"[。;!?、]|,(?!\d{3}(?!\d))|(?<![0-9])\.(?= |$)|\.(?= [a-z])|(?<=\d)\.$"
    r"| (?=(?:and|but|while|und|aber) (?:we|they|i|he|she|wir|ich|sie|wants?|needs?|plans?|would|will|hopes?) )"
    r"| (?=so (?:the|we|i|they|our|it) )"
)
_FILLING = re.compile(
    r"另外?|或者|最[快慢]|估计|应该|可能|也许|目前|初步|时间"
    r"|再?[加要]?[\d一两三四五六七八九十]+[台套条个件把辆只]|再加|进设备|设备|首批|第一批|有预算"
    r"|预算(?:已?列入|充足)|的事了?|[\s,.。;:!?()\[\]、~的在于是約约份左右前后之内以大概]"
    r"|(?<![a-z])(?:by|in|on|at|the|before|within|around|about|and|then|or|but|maybe|more|perhaps|possibly|probably"
    r"|no rush|sometime|is|fine|ok|close date|date|time|latest|next|this|coming|through|have funding"
    r"|when|please|ideally|bitte|we have budget"
    r"|noch|ab|im|vielleicht|evtl|für|au|en|début)(?![a-z])"
)


_AHEAD = 32


def _words(text: str, clause: _Clause) -> list[_Word]:
    """The words of roles in the clause, but for those inside of dates; a word may look a little behind its date."""
    patterns = (_chinese_word(), _latin_word()) if clause.chinese else (_latin_word(),)
    starts = [clause.start, *(mention.end for mention in clause.mentions)]
    ends = [*(mention.start for mention in clause.mentions), clause.end]
    words = []
    for start, end in zip(starts, ends, strict=True):
        last = min(end + _AHEAD, clause.end)
        for pattern in patterns:
            for match in pattern.finditer(text, start, last):
                if match.start() >= end:
                    break
                words.append(_Word(match.start(), match.end(), match.lastgroup or ""))
    return sorted(words, key=_start)


_start = attrgetter("start")


def _clauses(text: str, mentions: list[Mention]) -> Iterator[_Clause]:
    """The stretches that hold dates; what stands inside of dates is no punctuation."""
    edges = [match.start() for match in _EDGE.finditer(text)]
    places = [(bisect_left(edges, mention.start), bisect_left(edges, mention.end)) for mention in mentions]
    for (before, after), group in groupby(zip(places, mentions, strict=True), key=lambda entry: entry[0]):
        held = [mention for _, mention in group]
        start = edges[before - 1] + 1 if before else 0
        end = edges[after] if after < len(edges) else len(text)
        ends = [start, *(mention.end for mention in held)]
        starts = [*(mention.start for mention in held), end]
        rest = "".join(text[first:last] for first, last in zip(ends, starts, strict=True))
        yield _Clause(start, end, held, bool(_CHINESE.search(text, start, end)), rest)


def _reading(
    mention: Mention, sides: tuple[list[_Word], list[_Word]], claimed: set[int], clause: _Clause, today: date
) -> Reading:
    """The reading by the words on the near side, and on the far side where no other date is nearer to them."""
    alone = mention is clause.mentions[0 if clause.chinese else -1]
    near, far = ([word for word in side if word.start not in claimed] for side in sides)
    beside = near + far
    free = near if near and not alone else beside
    word = next((word for word in free if word.role not in _BESIDE), None)
    if word:
        claimed.add(word.start)
    if clause.denies(mention) or any(word.role == "denied" for word in sides[0]):
        role, rank = _role(mention, "denied", False, today)
    elif any(word.role == "habit" for word in beside):
        role, rank = "condition", NONE
    elif word:
        role, rank = _role(mention, _meant(word, beside, clause), word.role == "built", today)
    else:
        role, rank = _role(mention, "", _leans(mention, free, beside, clause), today)
    if mention.kind == "loose" and role == "purchase" and not (word and _beside(word, mention, clause.chinese)):
        role, rank = "plain", NONE
    return Reading(mention, role, rank, word is None and clause.bare)


def _limits(mention: Mention) -> bool:
    """Whether it is a deadline by its form (by March, 3个月内), which needs no word of buying where it stands alone."""
    return mention.bound in {"by", "before"} or mention.kind == "duration"


def _leads(ahead: str) -> bool:
    """Whether the date stands first, so that what happens then follows (in June a visit, in July a sample)."""
    return len(_FILLING.sub("", ahead)) < 2


_LEANING = frozenset({"weak", "wish"})
_BESIDE = _LEANING | {"site", "maybe", "habit"}
"""Roles of words that say nothing by themselves."""


def _leans(mention: Mention, free: list[_Word], beside: list[_Word], clause: _Clause) -> bool:
    """Whether a date without a word of buying is wanted, is a deadline that stands alone, or that of counted goods."""
    roles = {word.role for word in free}
    if not _LEANING.isdisjoint(roles) and "maybe" not in roles and not clause.is_strange(beside):
        return True
    return (_limits(mention) and clause.bare) or clause.counts(mention)


def _meant(word: _Word, beside: list[_Word], clause: _Clause) -> str:
    """The role of the word; what is done is past, but with a wish before it is a purchase to come."""
    if word.role == "built":
        return "event" if clause.on_site(word.start) else "install" if clause.chinese else ""
    if word.role != "done":
        return word.role
    return "buy" if any(each.role == "wish" and each.start < word.start for each in beside) else "past"


def _role(mention: Mention, word: str, leaning: bool, today: date) -> tuple[Role, int]:
    _, latest = mention.bounded(today)
    over = mention.bound == "since" or (latest is not None and latest < today) or mention.was_open_before(today)
    if word == "lead":
        word = "terms" if mention.kind in {"duration", "rough"} else "install"
    if word == "denied" and mention.bound == "from":
        word = "buy"
    rank = {"buy": BUY, "install": INSTALL}.get(word, NONE)
    if not word and leaning:
        rank = LEANING
    if rank:
        return ("past", NONE) if over else ("purchase", rank)
    if over and not word:
        return "past", NONE
    return _ROLES.get(word, "plain"), NONE


_ROLES: dict[str, Role] = {
    "denied": "denied",
    "past": "past",
    "sample": "sample",
    "quote": "quote",
    "event": "event",
    "contract": "contract",
    "terms": "terms",
}


def _beside(word: _Word, mention: Mention, chinese: bool) -> bool:
    """Whether the word stands right beside a date that else means little, such as a weekday."""
    gap = word.start - mention.end if word.start >= mention.end else mention.start - word.end
    return gap <= (4 if chinese else 12)
