"""What looks like a date and is none: durations from an event, names, models, versions, what isn't urgent."""

from __future__ import annotations

from leadkit.records.text.dates import words as w
from leadkit.records.text.dates.forms import form

_EVENTS = (
    r"下单|签约|签合同|合同签订|合同生效|签订合同|签订|收到|收货|到货|验收|付款|发货|安装|订单确认|中标"
    r"|定金|预付|交付|交货|开票"
)
_LATIN_EVENTS = (
    r"(?:the |your |our )?(?:order|receipt|delivery|signing|signature|po|purchase order|payment|invoice"
    r"|contract|installation"
    r"|acceptance|shipment|confirmation|award|date|approval)"
)
_SHOP = r"工坊|工作室|咖啡|餐厅|食品|服饰|书店|花店|奶茶|小镇|文创|美业|影业"
_COMPANY = r"有限公司|公司|集团|科技|实业|航空|百货|酒店|传媒|文化"

NO_DATES = (
    form(r"(?<![!-~])[!-~]*@[!-~]+|(?:https?://|www\.)[!-~]+", "none", None, ("@", "www", "http", "https")),
    form(rf"(?:{_EVENTS})(?:之|以)?[后起] ?{w.LOW}{w.COUNT} ?{w.UNIT}(?:之内|以内|内)?", "none", None, "后起"),
    form(rf"[\u4e00-\u9fff](?<![今往之以然最])后 ?{w.LOW}{w.COUNT} ?{w.UNIT}(?:之内|以内|内)", "none", None, "后"),
    form(rf"(?:过去|以往|头|前)的? ?{w.LOW}{w.COUNT} ?{w.UNIT}(?:之?内|里)?", "none", None, "过以头前"),
    form(
        rf"(?:第|每隔?|逐)(?:个)?(?:{w.CHINESE}{{1,2}}|\d{{1,2}})?(?:个)?(?:年度?|季度|月|周|天|日)(?:的?"
        r"(?:(?:\d{1,2}月份?[和、,及与或]?)+|[底初末中]))?(?:\d{1,2}[日号])?(?=[^季])",
        "none",
        None,
        "每逐",
    ),
    form(
        rf"(?:(?<![\d个十]){w.CHINESE}{{1,2}}月|[春夏秋冬][天季林]?|春秋|四季)(?=[\u4e00-\u9fff]{{0,8}}?"
        r"(?:有限公司|集团))"
        rf"|(?:[一二三五六七八十]月|春秋|四季|[春夏秋冬][天季林])(?:{_COMPANY}|{_SHOP})",
        "none",
        None,
        "月春夏秋冬季",
    ),
    form(
        r"(?:五一|十一|八一|三八|六一|国庆|元旦|新春|中秋|端午|清明|圣诞)(?:南|北|东|西|中)?(?:路|街|大道|广场"
        r"|村|镇|桥|巷|区|厂|公司)|(?:国庆|元旦|新春|中秋|端午|清明|圣诞|双十一|双11|双十二|双12|六一八)(?![前后期节])[\u4e00-\u9fff]{0,5}?"
        r"(?:公司|集团)",
        "none",
        None,
        "路街道场村镇桥巷区厂公集",
    ),
    form(rf"{w.FULL_YEAR}年?(?:款|版|型|系列|届)", "none", None, "款版型系届"),
    form(r"(?:版本号?|version|ver\.?|(?<![a-z])v) ?\d+(?:[.-]\d+)+", "none", None, "版v"),
    form(r"(?<!\d)24/7|7 ?[x*/] ?24", "none", None, "7"),
    form(r"\d{1,2}月内", "none", None, "月"),
    form(
        r"(?:不|没|别|无需|无须)(?:着|是|很|太|怎么|那么|用|需要|必|算|会|想|要)*(?:特别)?(?:急[需用要单]?"
        r"|尽快|尽早|马上|立即|立刻|紧急|加急)"
        r"|急ぎではな|急がな",
        "none",
        None,
        "急快早上即刻",
    ),
    form(
        r"(?<![a-z])(?:not?|n't|nor|non) (?:that |so |very |really |particularly |an? |too )?(?:urgen[a-z]*"
        r"|immediate(?:ly)?|asap|right away)"
        r"|nicht (?:so |sehr |besonders )?(?:dringend|sofort|eilig)[a-z]*|nothing urgent|isn't urgent",
        "none",
        None,
        ("urgent", "urgently", "urgency", "immediate", "immediately", "asap", "right", "dringend", "sofort"),
    ),
    form(r"(?<![a-z])in(?:to)? the new year(?! holiday)", "none", None, ("new",)),
    form(r"(?:年末|岁末|年底)年初|跨年", "none", None, "年"),
    form(r"(?:元宵|七夕|重阳|腊八|教师|父亲|母亲|情人|光棍|购物|狂欢|泼水)节", "none", None, "节"),
    form(r"正月(?:十五|初[一二三四五六七八九十])?|腊月", "none", None, "正腊"),
    form(r"q[1-9](?:/q[1-9])?(?=[型款系机号])|(?:audi|奥迪) ?q\d", "none", None, "q"),
)
