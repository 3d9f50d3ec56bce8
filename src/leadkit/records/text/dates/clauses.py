"""The clauses of a text that hold dates, the words in them that say what happens then, and what else they say."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from functools import cache, cached_property
from itertools import groupby
from operator import attrgetter

from attrs import define, setters

from leadkit.records.text.dates.mentions import Mention
from leadkit.records.text.dates.others import is_of_others
from leadkit.records.text.dates.role_words import CHINESE, LATIN


@define(on_setattr=setters.frozen)
class Word:
    """A word that says what happens on a date, from `start` up to `end`, with its role."""

    start: int
    end: int
    role: str


@define(on_setattr=setters.frozen)
class Clause:
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

    @cached_property
    def of_others(self) -> bool:
        """Whether it says what somebody else does."""
        return is_of_others(self.mentions[0].ends[0][1].string, self.start, self.end)

    def denies(self, mention: Mention) -> bool:
        """Whether a "not" stands right before the date."""
        text = mention.ends[0][1].string
        return bool(_NOT.search(text[max(self.start, mention.start - _AHEAD) : mention.start]))

    def is_strange(self, words: list[Word]) -> bool:
        """Whether it speaks of a doing that is none of a purchase: 打算3月搬家, we hope to hire by June."""
        text = self.mentions[0].ends[0][1].string
        if not self.chinese:
            return any(_STRANGE.match(text, word.end, self.end) for word in words)
        rest = self.rest
        if len(rest) > _LONGEST:
            return True
        for word in words:
            rest = rest.replace(text[word.start : word.end], "", 1)
        return len(_COMMON.sub("", _FILLING.sub("", rest))) > 1

    def joins(self, first: Word, second: Word) -> bool:
        """Whether an "and" joins what two words say."""
        text = self.mentions[0].ends[0][1].string
        return _AND.fullmatch(text, first.end, second.start) is not None

    def counts(self, mention: Mention) -> bool:
        """Whether it says how many and when: 机器人2台3月底前, three pumps by May."""
        count = _COUNT if limits(mention) else _PIECES
        first, last = max(self.start, mention.start - _AHEAD), min(self.end, mention.end + _AHEAD)
        return bool(count.search(mention.ends[0][1].string, first, last))

    def on_site(self, place: int) -> bool:
        """Whether what is built at `place` is a site, by the sentence up to there, and no machine."""
        text = self.mentions[0].ends[0][1].string
        near = max(place - _LONGEST, 0)
        start = max(near, *(text.rfind(mark, near, place) + 1 for mark in "。;!?"))
        return bool(_site().search(text, start, place)) and not _GOODS.search(text, max(near, self.start), place)


_STRANGE = re.compile(
    r" (?:to|on) (?:be (?:out|away|gone|closed|paid|moved)|(?!be |have |get |go |do |see |add (?!people|staff|head"
    r"|(?:a |another )?shift|worker|operator)"
    r"|start|begin"
    r"|move forward|proceed|reorder|automate|roll|use |kick |place |final|clos)"
    r"[a-z]{3,})|(?<=start|begin) (?!using|buying|order|purchas|install|implement|automat|us|work|look|the"
    r"|with)[a-z]{2,}ing"
)
_COMMON = re.compile(
    r"采购(?:流程)?|政府|环保局?|集团|总部|上级|客户|对方|业主|主管|经理|老板|领导|我们|我司|他们|公司|供应商|反馈|表示|通知|说|要求|求|最终"
    r"|所以|因此|赶|把|从|也|都|还|就|再|了|到"
    r"|用|做|这|那|新|个|项目|走完|倉儲|仓储|自动化|智能化|数字化|信息化"
    r"|[\u4e00-\u9fff]{0,6}?(?:设备|机器人|机|线|系统|软件|平台|柜|车|炉|泵|阀)|[a-z0-9]+"
)
_AND = re.compile(
    r"里?(?:现场|公司|我司|我们这|当面|直接)|里|(?:工作|流程)?(?:并且?|以及|和|及)(?:完成|正式|着手)?| and (?:the "
    r"|then )?(?:place |place the )?"
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
    chinese = rf"(?:{'|'.join(CHINESE['site'])})(?!货架|管理|自动|系统|设备|机器|物流)"
    return re.compile("|".join((chinese, *LATIN["site"])))


@cache
def _latin_word() -> re.Pattern[str]:
    return _pattern(LATIN, r"(?<![a-zà-ÿ])(?=[a-zà-ÿ])")


_EDGE = re.compile(
    r"[。;!?、]|,(?!\d{3}(?!\d))|(?<![0-9])\.(?= |$)|\.(?= [a-z])|(?<=\d)\.$"
    r"| (?=(?:and|but|while|und|aber) (?:now |so |then |also |therefore |jetzt )?(?:we|they|i|he|she|wir|ich|sie"
    r"|wants?|needs?|plans?|would|will|hopes?) )"
    r"| (?=(?:before|after|when|once|until) (?:he|she|they|we|i|our) )"
    r"| (?=so (?:the|we|i|they|our|it) )"
)
_FILLING = re.compile(
    r"也?就是|意向|安排|另外?|或者|最[快慢]|估计|应该|可能|也许|目前|初步|时间"
    r"|再?[加要]?[\d一两三四五六七八九十]+[台套条个件把辆只]|再加|进设备|设备|首批|第一批|有预算"
    r"|预算(?:已?列入|充足)|的事了?|[\s,.。;:!?()\[\]、~的在于是約约份左右前后之内以大概]"
    r"|(?<![a-z])(?:by|in|on|at|the|before|within|around|about|and|then|or|but|maybe|more|perhaps|possibly|probably"
    r"|no rush|sometime|is|fine|ok|close date|date|time|latest|next|this|coming|through|have funding"
    r"|when|please|ideally|bitte|we have budget"
    r"|noch|ab|im|vielleicht|evtl|für|au|en|début)(?![a-z])"
)


_AHEAD = 32
_LONGEST = 64


def words_of(text: str, clause: Clause) -> list[Word]:
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
                words.append(Word(match.start(), match.end(), match.lastgroup or ""))
    return sorted(words, key=_start)


_start = attrgetter("start")


def clauses_of(text: str, mentions: list[Mention]) -> Iterator[Clause]:
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
        yield Clause(start, end, held, bool(_CHINESE.search(text, start, end)), rest)


def limits(mention: Mention) -> bool:
    """Whether it is a deadline by its form (by March, 3个月内), which needs no word of buying where it stands alone."""
    return (mention.bound in {"by", "before"} and not mention.closes) or mention.kind == "duration"


def leads(ahead: str) -> bool:
    """Whether the date stands first, so that what happens then follows (in June a visit, in July a sample)."""
    return len(_FILLING.sub("", ahead)) < 2
