"""The words right behind a sum that say what it is for, as parts of expressions like `words`."""

from __future__ import annotations

REFUSED_AFTER = (
    r"(?:左右|上下)?(?:就)?超[了标]|[^,;。!?\d]{0,4}(?:免谈|不考虑|不谈|做不了)|[^,;。!?\d]{0,4}(?:超(?:出|过"
    r"|了)?(?:我们?|了)?的?预算|太贵"
    r"|贵了|偏贵|偏高|太高|太多|嫌贵|嫌高|接受不了"
    r"|承受不了|不能接受|做不下来)|,?\s?(?:(?:is|was"
    r"|are|it's|which is)\s)?(?:way |far |well |much |a bit )?(?:too (?:expensive|much|high)|over (?:our |the |my "
    r"|their )?budget|(?:beyond|above|exceeds?|outside|out of) (?:our |the |my |their )?budget)"
    r"|[^,;.\d]{0,10}zu teuer"
)
"""The sum is refused, so it is somebody's price."""

PAST_AFTER = (
    r"[^,;.\d]{0,20}(?:gekostet|bezahlt|ausgegeben)|(?:元|左右|以内)*(?:买的|采购的|花掉了|(?:收购|请|买|购|建|盖|做|装|换|搞|订|签|租|修|弄)了|购入)"
    r"|[^。、\d]{0,10}(?:购入しました|かかりました|购入した)"
)
"""It was paid before."""

_PIECE = (
    r"台|套|条|个|件|人|辆|张|片|米|吨|只|支|把|座|间|户|机|工位|点位|平米|平方米?|小时|公斤|千克|斤|枚|瓶|箱"
    r"|盒|份|次|节点|账号|用户|席位|根|块|组|轴|天|樘|位"
)
PRICE_AFTER = (
    rf"(?:元|左右|以内|之内|以下|上下|起)?\s?(?:[/每](?:一)?\s?(?:{_PIECE})|一(?:{_PIECE})(?!性|产线|生产线)"
    rf"|/\s?(?!year|yr|month"
    rf"|mo(?![a-z])|annum|a(?![a-z])|p\.?a|jahr|monat|an(?![a-z])|mois)[a-z]+|(?:a|an|per|each|pro|je|par|la"
    rf"|le) ?(?:unit|piece|pc|set|machine|robot|seat|user|licen[cs]e|line|station|head|person|vehicle|item|part"
    rf"|stück|maschine|roboter|anlage|pièce|machine|unité)s?(?![a-z])|each(?![a-z])|apiece|の単価|(?:/|1)台)"
)
BUDGET_AFTER = (
    r"(?:左右|以内)?(?:都|也)?(?:可以|能|可)接受|[^,;。!?\d]{0,3}(?:预算|予算|经费|资金|额度)(?!为|是|:"
    r"|[^,;。!?、]{0,5}[\d一二三四五六七八九十两几]|不够|不足|外|紧|有限)"
    r"| ?(?:[\w-]+ ){0,2}(?:budget|to spend|available|allocated|approved|earmarked|set aside|in funding|zur verfügung"
    r"|eingeplant|de budget|to invest)"
)
CAPITAL_AFTER = (
    r"(?:元|人民币|的)*(?:注册资[本金]|融资|股本|资产)|(?: in| of)? (?:share capital|registered capital"
    r"|capital|funding round"
    r"|series [a-e]|in assets|assets|seed)"
)
TURNOVER_AFTER = (
    r"(?:元|的)*(?:产值|营业额|营收|销售额|年销|订单|利润|流水|规模|收入|的?(?:企业|公司|厂)(?!预))| (?:in "
    r"|of |a year in |annual "
    r"|per year in )?(?:annual |yearly )?(?:revenues?|turnover|sales|profit|arr|umsatz|orders|company|business"
    r"|de chiffre)"
)
PAYMENT_AFTER = (
    r"(?:元|的)*(?:定金|订金|首付|预付|尾款|押金|保证金|运费|安装费?|培训费?|税|质保金)| (?:\w+ )?(?:deposit"
    r"|down ?payment|prepayment|upfront"
    r"|up front|instal?lment|advance|in advance|retainer|shipping|freight|for (?:shipping|freight|installation"
    r"|training|delivery)|anzahlung|acompte|vorab)"
)
OTHER_AFTER = (
    r"的\s?\d+(?:\.\d+)?%| (?:voucher|refund|invoice|gift|coupon)|(?:以下|以内|内)?,?(?:的)?(?:我|他|她"
    r"|部门)?(?:自己)?(?:就)?(?:能|可以|可)(?:定|拍板|签|做主|批)|(?:元"
    r"|的)*(?:奖金|补贴|补助|月薪|年薪|工资|奖励|罚款|损失|贷款|合同|项目款|租金|电费|大奖)"
    r"| (?:\w+ )?(?:salary|bonus|prize|grant|subsid(?:y"
    r"|ies)|fine|penalty|award|loan|in savings|of savings|a year in savings|contract|order)(?![a-z])"
)
QUOTE_AFTER = (
    r"(?:元|左右|以内|的)*(?:报价|标价|要价|的价格)|(?: |')?(?:\w+ )?(?:quote|offer|bid|list price|quotation"
    r"|from (?:a )?(?:competitor|another))(?![a-z])"
)
NOT_OFFERED_AFTER = (
    r"(?:元|块钱?|的|左右)*(?:授信|贷款|房贷|车贷|欠款|外债|存款|融资|注册资|大单|单子|标(?![机准签识牌])|房(?:子"
    r"|产|款)|债"
    r"|窟窿|缺口|库存|货款|社保|事情?(?![业务])|业绩|罚|赔|彩礼|嫁妆|红包|收入|利润|营收|产值)"
    r"|(?: ?/ ?yr| ?/ ?year| a year| per year| annually)? (?:in |of )?(?:\w+ )?(?:savings?|revenues?|turnover"
    r"|profits?|fines?"
    r"|debts?|loans?|mortgages?|inventory|contracts?|grants?|backlog|orders|assets|equity|losses|damages"
    r"|stock)(?![a-z])"
)
"""It is no sum for a purchase, even beside a word for a budget."""
PART_AFTER = r"(?:元|的|左右)*(?:作为|当作?|做|用作|是|为)?(?:[拿打买]样|首付|定金|订金|预付款|保证金|押金|尾款)"
"""It is a part of the sum, even beside a word for a budget."""
PERIODIC_AFTER = (
    r"\s?(?:左右|以内)?(?:/\s?月|[每一]个?月|/\s?mo(?:nth)?(?![a-z])|(?:per|a|each|every) month|im monat|pro monat"
    r"|par mois|monthly|p\.?m\.?(?![a-z]))(?!(?: \w+)? budget)"
)
"""It is paid every month."""
CONDITION_AFTER = (
    r"[^,;.\d]{0,6},?\s?(?:就|需要?|要|得|则|必须|(?:we |i |it |that |they )?(?:needs?|requires?|goes to|have to"
    r"|has to|must"
    r"|would need|will need)(?![a-z]))"
)
"""A sum that is exceeded has this consequence: 超过50万要总经理批."""
