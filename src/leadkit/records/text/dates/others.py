"""Where somebody else acts, a competitor or the customer's own customer: what they do then is no purchase from us."""

from __future__ import annotations

import re

_LEAD_IN = (
    r"(?:[\s(]|但是?|而|因为|由于|听说|据说|得知|不过|现有的?|现在的?|目前的?|原来的?|老|客户的|他们的?|我们的?|对方的?"
    r"|(?:but|and|as|since|because|while|their|his|our|its|my|a|the|one|der|die|das|ein|eine|unser|unsere)(?![a-z]))*"
)
_RIVAL = r"竞争对手|竞品|竞对|友商|同行|上家|别家|别人家|其他(?:厂家|供应商|品牌)|另外?一家|竞合|他社|同业"
_SUPPLIER = r"(?:供应商|厂家|厂商|代理商)(?:说|才|最快|只能|承诺|答应|保证|那边|的?交期|的?货期)"
_BUYER = (
    r"(?:他们?|她|客户|甲方|对方|我们?|老板)的?(?:最大的?|大|主要的?|下游|终端|老|重点|海外|国外)客户"
    r"|(?:他们?|她|客户|对方)的客户|下游客户|终端客户"
)
_GOODS = r"(?:新?产品|新品|新款|新?车型|新车)[^,;。!?]{0,12}?(?:量产|上市|投放|发布|推出|下线)"
_LATIN = (
    r"(?:biggest |main |closest )?(?:competitors?|rivals?)"
    r"|(?:their|his|her|its) (?:[a-z]+ )?(?:customer|client)s?|(?:other|another|current|present|existing|incumbent"
    r"|second) (?:vendor|supplier|bidder|manufacturer|provider)s?"
    r"|(?:wettbewerb\w*|mitbewerb\w*|konkurrenz\w*)|ander\w+ (?:lieferant|anbieter)\w*"
)
_SUBJECT = re.compile(rf"{_LEAD_IN}(?:{_RIVAL}|{_SUPPLIER}|{_BUYER}|{_GOODS}|(?:{_LATIN})(?![a-zäöü]))")
_RIVAL_ACTS = re.compile(rf"{_LEAD_IN}(?:{_RIVAL}|(?:{_LATIN})(?![a-zäöü]))")
_OURS = re.compile(
    r"客户|我|业主|老板|甲方|希望|要求|[想要]|(?<![a-z])(?:we|our|us|customer|client|wants?|needs?)(?![a-z])"
)
_ANYWHERE = re.compile(
    r"[和跟与找向](?:另外?一?家|别家|别人|其他[厂供品]|友商|同行)|(?<![a-z])(?:some(?:one|body) else|elsewhere"
    r"|(?:with|from) (?:an?|the|our|another|one) (?:other |another )?(?:competitor|rival|vendor|supplier)"
    r"|(?:promised|told|owes?) (?:their|his|her|its) (?:\w+ )?(?:customer|client)s?"
    r"|(?<!for )(?:their|his|her|its) (?:own|biggest|main|key|largest|end) (?:customer|client)s?)(?![a-z])"
)
_WON = re.compile(
    r"(?:(?:中|接|拿|赢)(?:下|到)?了|刚[中接拿]|[中接拿][到下])[^,;。!?]{0,12}?(?:标(?!准)|订单|大单|单子|项目|合同)"
    r"|(?<![a-z])(?:won|landed|got|received|secured) (?:an?|the|their|another)(?: [^\s.;,]+){0,3}"
    r" (?:order|contract|deal|job)s? (?:from|with|for)(?! us| you)(?![a-z])"
)
_BOUGHT = re.compile(
    r"(?:新|已经?|刚刚?|后来|最后|最终|结果)(?:买|订|采购|选|定)[了的]|(?:买|订|采购|定)了[^,;。!?]{0,3}[台套条]"
    r"|(?<![a-z])(?:bought|ordered|went with|chose|picked)(?![a-z])"
)
_HANDED_OVER = re.compile(
    r"到(?=$|[,。;!?货])|交[货机付工]|安装|进场|[发供出]货|完工|量产|(?<![a-z])(?:arriv|deliver|install|com(?:es|ing)|ship"
    r"|hand over|supply)[a-z]*"
)
_AGAIN = re.compile(
    r"这次|本次|再|还[要想需]|又|另外|复购|追加|新增|现在|(?<![a-z])(?:now|another|also|more|this time|next)(?![a-z])"
)
_MACHINE = re.compile(r"设备|机器|产线|生产线|系统|机(?=$|[,。;!?])|machine|equipment|robot|(?<![a-z])lines?(?![a-z])")
_REACH = 64
_OF_AUTHORITY = re.compile(r"(?<![a-z])(?:grants?|loans?|permits?|court|lawsuit|subsid(?:y|ies)|licen[cs]e)(?![a-z])")


def _won_an_order(text: str, start: int, end: int) -> bool:
    """Whether what is handed over is what they have an order for: 中了个标,要求4月交付."""
    won = _WON.search(text, max(0, start - _REACH), end)
    return won is not None and _MACHINE.search(text, won.end(), end) is None


def _is_on_its_way(text: str, start: int, end: int) -> bool:
    """Whether what arrives is what they have bought already: 后来买了日系的,3月才交机."""
    bought = _BOUGHT.search(text, max(0, start - _REACH), end)
    return bought is not None and _AGAIN.search(text, bought.end(), end) is None


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether the sentence began with what a rival does, and nobody else has come in: 对手中标了,明年4月验收."""
    near = max(0, start - _REACH)
    first = max(near, *(text.rfind(mark, near, start) + 1 for mark in "。;!?."))
    rival = _RIVAL_ACTS.match(text, first)
    return rival is not None and _OURS.search(text, rival.end(), end) is None


def _is_of_authority(text: str, start: int, end: int) -> bool:
    """Whether a decision in the clause is about a grant, a loan or a permit."""
    decided = text.find("decision", start, end)
    return decided >= 0 and _OF_AUTHORITY.search(text, max(0, start - _REACH), decided) is not None


def is_of_others(text: str, start: int, end: int) -> bool:
    """Whether the clause from `start` to `end` says what others do: 竞品明年5月才交货, our rival goes live in March."""
    if _SUBJECT.match(text, start) or _ANYWHERE.search(text, start, end):
        return True
    if (start and _goes_on(text, start, end)) or ("decision" in text and _is_of_authority(text, start, end)):
        return True
    if _HANDED_OVER.search(text, start, end) is None:
        return False
    return _won_an_order(text, start, end) or _is_on_its_way(text, start, end)
