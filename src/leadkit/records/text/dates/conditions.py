"""Where a text makes a purchase depend on something: a date there, or one that hangs on it, promises nothing."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from attrs import define, setters

_SENTENCE_ENDS = r"。;!?"
_IF = re.compile(
    r"如果|假如|假设|倘若|若(?!干)|要是|(?<!\d)万一(?![台套条个年月件])|一旦|只要(?![\d一两三四五六七八九十])"
    r"|只有(?=[^。;!?]{1,20}才)|除非"
    r"|(?<![a-zà-ÿ])(?:if|unless|once(?! an? | per )|provided (?:that|the|you|we)|assuming"
    r"|wenn|falls|sofern)(?![a-zà-ÿ])"
)
_THEN = re.compile(
    rf"[,{_SENTENCE_ENDS}]|\. |的话|(?<!成)就(?!是|位|绪|近)|(?<!原|规|法|准)则|才"
    r"|(?<![a-z])(?:then|dann) | (?=(?:we|they|he|she|i)(?:'ll|'d| will| would) )|$"
)
_WHETHER = r"(?:是否|要不要|该不该)(?:会|要|需要|再|继续|最终|真的)*(?:采购|购买|引进|买|上|换|投|立项|启动|下单|做)"
_UNDECIDED = re.compile(
    r"(?:再|才|还没|尚未|待|会上|decid|discuss|talk|vote)(?:能?(?:来|去|会|要)?(?:决定|定|确定|讨论|商量|研究|报)"
    r"(?=[^,。;!?]{1,10}(?:采购|购买|买|计划))|[a-z]* (?:about|on|over) (?:the )?(?=(?:next|20\d\d)))"
)
"""Of what is decided later, the date that follows is no plan yet: 再决定明年采购."""
_HANGS = re.compile(
    rf"{_WHETHER}|(?<![a-z])whether (?:or not )?to(?![a-z])|"
    r"取决于|[快慢]的话|视[\u4e00-\u9fff]{1,8}而定|(?<![a-zà-ÿ])(?:subject to|depend(?:s|ing|ent)? (?:up)?on"
    r"|contingent (?:up)?on|conditional (?:up)?on|abhängig|vorbehaltlich)"
)
_ELSE = re.compile(
    r"否则|不然|要不然|(?<![a-zà-ÿ])(?:otherwise|or else|if not|sonst|andernfalls|wenn nicht)(?![a-zà-ÿ])"
)
_SEEMS = re.compile(
    r"好|满意|合适|合理|没问题|没有问题|顺利|可以|行|ok|价|便宜|优惠|折|质量|效果|性能|精度|交期|货期|参数|符合|满足"
    r"|匹配|达标|price|satisf|happy|convinc|fits?(?![a-z])|good|right|suit|meets?(?![a-z])|preis|zufrieden|passt|gut"
    r"|well|successful|work|includ|包含|含|land (?:at|on)"
)
"""Of what a seller offers: what salespeople say beside every date."""
_MAY_HANG = re.compile(
    r"如果|假|倘|若|要是|万一|一旦|只|除非|取决|的话|而定|否则|不然|是否|要不要|该不该|whe|if|un"
    r"|once|provided|assum|wenn|falls|sofern|subject|depend|cont|cond|abh|vorb|or |sonst"
)


@define(on_setattr=setters.frozen)
class Conditions:
    """Stretches of a text, each from its start up to its end, in order and apart."""

    stretches: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, text: str) -> Conditions:
        """Of folded, lower-case, simplified text.

        A condition is what follows "if" in its clause. All of the sentence hangs on it unless it is about the offer
        (价格合适, if the tests go well). What follows "otherwise" is no plan.
        """
        if not (_MAY_HANG.search(text) or _UNDECIDED.search(text)):
            return _NONE
        ends = [match.end() for match in _ENDS.finditer(text)]
        edges = [match.start() for match in _EDGES.finditer(text)]
        stretches = [_sentence(text, match.start(), ends) for match in _HANGS.finditer(text)]
        stretches += [(match.start(), _sentence(text, match.start(), ends)[1]) for match in _ELSE.finditer(text)]
        stretches += [(match.start(), _next(edges, match.end(), text)) for match in _UNDECIDED.finditer(text)]
        for match in _IF.finditer(text):
            then = _THEN.search(text, match.end(), match.end() + _LONGEST)
            end = then.start() if then else len(text)
            about_offer = _SEEMS.search(text, max(0, match.start() - 3), end)
            stretches.append((match.start(), end) if about_offer else _sentence(text, match.start(), ends))
        return cls(tuple(_merged(stretches)))

    def hold(self, place: int) -> bool:
        before = bisect_right(self.stretches, (place, sys.maxsize))
        return bool(before) and place < self.stretches[before - 1][1]


_NONE = Conditions(())
_LONGEST = 64
_EDGES = re.compile(rf"[,{_SENTENCE_ENDS}]|\.(?= |$)")
_ENDS = re.compile(rf"[{_SENTENCE_ENDS}]|\.(?= |$)")


def _next(edges: list[int], place: int, text: str) -> int:
    after = bisect_left(edges, place)
    return edges[after] if after < len(edges) else len(text)


def _sentence(text: str, place: int, ends: list[int]) -> tuple[int, int]:
    """The sentence around `place`, by where sentences end."""
    before = bisect_right(ends, place)
    return ends[before - 1] if before else 0, ends[before] if before < len(ends) else len(text)


def _merged(stretches: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The stretches in order, those that overlap as one."""
    first = last = -1
    for start, end in sorted(stretches):
        if start > last:
            if last >= 0:
                yield first, last
            first, last = start, end
        last = max(last, end)
    if last >= 0:
        yield first, last
