"""What may stand right before a sum that no word calls a budget, so that it is still the one that is offered."""

from __future__ import annotations

import re
from typing import Final

from leadkit.records.text.money.sum_words import FILLING
from leadkit.records.text.patterns import Later, whole_words

_WANT: Final = (
    r"(?:想|买|需|购|求|找|订|推荐|介绍)|(?:想|要|买|需|购|做|上|换|搞|求|找|订|装|弄|推荐|介绍|来)[^,;了]{0,8}?"
    r"(?:台|套|条|个|批|(?<=[一两几这那哪某])款|些|把|点)"
)
_CHINESE: Final = (
    r"有没有|有一?笔|价位|全体|说|讲|意思|表示|希望|期望|觉得|认为|告知|反馈|回复|透露|估计|大概|手[里头上]|手中"
    r"|合计|总计|共计?"
    r"|总额|总价|总的?|一起|加起来|(?:^|项目|采购|购买|设备|总|投资|立项|意向|计划|预[计估])金额|设备款|货款|设备"
    r"|系统|产线|生产线|项目|工程|整套|全套|整线|[整打全]包"
    r"|整体|全部|方案"
    r"|能做|可做|做到|(?:砍|降|减|压缩?|缩减?|调整?|提高?|涨|加|改|定)[到至成为]|调整|今年|明年|本次|这次|此次|今次"
    r"|目前|现在|当前|暂|(?:^|预算|经费|指标|额度|资金|今年|现在|目前|手[里头上]|我们|他们?|客户|公司|说|钱)[还就只也]*剩[下余]?|(?:^|[只就少概们也还得计想需户板])要|想|需要?|争取|尽量|肯|愿意?|敢"
    r"|出价|还价|达|(?<![挪租占信])用|(?:压|控制)[在到]|按|谈[到好成妥]|自己"
    r"|自筹|准备|打算|计划"
    r"|预计|预估|概算|估[算价]?|抓|投资|客户|老板|领导|业主|甲方|对方|我们|他们?|她|您|本人|公司|最好|能|价[格钱]"
    r"|费用|花|(?<![支卖借付])出|(?:先|再|[今明]年|想|只)投|拿|凑|総额|总款|(?<!众)筹|掏|问|投资"
)
_LATIN: Final = (
    r"(?:need|want|buy|get|automat|replac|add|upgrad|build|purchas|equip)[a-z]* (?:[a-z0-9-]+ ){1,4}for|(?:need"
    r"|want|buy|get)s? (?:one|two|three|four|five|six|\d+) (?:[a-z-]+ ){0,2}[a-z-]+s|^\W*(?:one"
    r"|two|three|four|five|six|\d+) (?:[a-z-]+ ){1,3}for|(?:our|their|his|her|the|my) number|(?:number|figure"
    r"|amount|sum) in mind|price (?:limit|cap)"
    r"|(?:do|it|this|that|these|them|need|pilot|machine|line|system|robot|order|package|project|looking|aiming|hope"
    r"|hoping|go) for|(?:plan|planning|counting|figured|figuring|reckon\w*) on|do|would|could|can|will|may|might"
    r"|pay(?:ing)?|to put|spend(?:ing)?|invest(?:ing|ment|ition)?|say|says"
    r"|said|think|thinking|accept|consider(?: anything)?|with anything|guess|stay|keep|it|its|it's|that|that's|this"
    r"|in the|with|have|has|had|got|get|now|so|total|aim|aiming|hope|hoping|we|i|you|they|he|she|need|needs|want"
    r"|wants|looking|look|planned|plan|planning|somewhere|anywhere|where|whether|if|be|time|off on|only|just|really"
    r"|ideally|cfo|ceo|boss|management|board|approx|est|est\.|estimate|estimated|bdgt|bgt|amount|price|cost"
    r"|project(?: value)?"
    r"|all|but|then|please|neighbou?rhood|region|vicinity|like|around|roughly|maybe|perhaps|probably|max|min|go|going"
    r"|goes|up|within|figure|rmb|cny|usd|eur"
    r"|(?:^ ?|our |my |the |a )(?:target|aim|limit|ceiling|cap|range|sum|upper limit)|(?:^|(?:that|this) is) ?our"
    r"|a little|a bit|slightly|(?:we|you|i|they)(?: can| could)? (?:land|settle|agree|close)|möchte|würde|will"
    r"|kann|hat|plant"
    r"|braucht|sucht|für|mit|zahlen|investieren|planen|kalkulieren|können|könnten|wollen|möchten|dürfen|würden|haben|hätten"
    r"|investitionsvolumen"
    r"|investitionssumme|anschaffung|preisvorstellung|zielpreis|preis|jetzt|wir|ich|etwa|rund|circa|ca|ca\.|liegt|bei"
    r"|nur|gesamt|insgesamt|summe|um|von|auf|zu|must|should|preisrahmen|rahmen|soll|sollte|darf|kosten|pour|avec|de|à"
    r"|nous|avons|disposons|environ|presupuesto"
)
_OPEN: Final = Later(rf"(?:^|^for|{_WANT}|{_CHINESE}|{whole_words(_LATIN)})$")
_LAST: Final = 30
_TAKEN: Final = re.compile(r"[拿收付掏]了大?[约概]?$|(?:账[上户]|卡[里上]|余额)[^,;]{0,6}$")
"""Money that has changed hands, or lies somewhere, whatever for."""
_TRAILING: Final = re.compile(rf"(?:{FILLING}|大[约概]|差不多|可能|应该|左右|也就|只能|[.+'\"“”#·*/])$")


def is_open(clause: str) -> bool:
    """Whether the words of a clause before a sum leave it what is offered: 想买一台, 手里大概有, we can pay.

    An unknown noun right before it, as in 存款80万, may say that it is something else.
    """
    text = clause[-_LAST:]
    if _TAKEN.search(text):
        return False
    while match := _TRAILING.search(text):
        if _OPEN.search(text):
            return True
        text = text[: match.start()]
    return _OPEN.search(text) is not None
