"""The forms of dates in Chinese and Japanese."""

from __future__ import annotations

from leadkit.records.text.dates import words as w
from leadkit.records.text.dates.forms import form
from leadkit.records.text.dates.spans import (
    DAY_WORDS,
    read_calendar,
    read_day,
    read_duration,
    read_holiday,
    read_relative,
    read_urgent,
)
from leadkit.records.text.numbers.numerals import DIGITS

_YEAR_JOIN = r" ?[的/\-]? ?"
_DAY_FOLLOWS = r"(?=$| ?(?:[,。;!?)]|前(?!面)|之前|以前|前后|后(?!面)|左右|上线|交付|到货|采购|下单|签))"
_YEAR = rf"(?:{w.YEAR_AHEAD}{w.YEAR}{_YEAR_JOIN})?"
_NEVER_AFTER = r"(?!边|围|转|期|密|刊|薪|销|产|供|到|报)"
_NEAR_HOLIDAY = r"(?=之?前(?!面)|之?后(?!面)|以前|以后|期间|假期|长假|黄金周|节)"
CHINESE_FORMS = (
    form(
        rf"{_YEAR}{w.MONTH}份? ?(?P<day>\d{{1,2}}(?=[日号])|\d{{1,2}}(?=[-~至到]\d{{1,2}}[日号])"
        rf"|{w.CHINESE}{{1,3}}(?=[日号])|\d{{1,2}}(?![\d.]){_DAY_FOLLOWS})[日号]?(?:[-~至到]"
        r"(?P<day2>\d{1,2})[日号])?",
        "calendar",
        read_calendar,
        "月",
    ),
    form(rf"{_YEAR}{w.MONTH}{w.CHINESE_PART}份?", "calendar", read_calendar, "月"),
    form(
        rf"{_YEAR}(?P<month>(?<!\d)(?<!\d\.)(?<!\d,(?=\d\d\d))\d{{1,2}}|{w.CHINESE}{{1,2}})(?:月份?)?[-~至到、或]"
        rf"(?P<month2>\d{{1,2}}|{w.CHINESE}{{1,2}})月份?(?P<part>[底末])?(?!内)",
        "calendar",
        read_calendar,
        "月",
    ),
    form(
        rf"{_YEAR}(?<!{w.CHINESE})(?P<month>[一二三四五六七八九])(?P<month2>[二三四五六七八九十])月份?(?!内)",
        "calendar",
        read_calendar,
        "月",
    ),
    form(
        rf"{_YEAR}{w.MONTH}份?的?第?(?P<nth>[一二三四1-4]|最后一)个?(?:周|星期|礼拜)(?![一二三四五六日])",
        "calendar",
        read_calendar,
        "周星礼",
    ),
    form(
        rf"{_YEAR}第?(?<![\d{DIGITS}十])(?P<quarter>[一二三1-3])(?:季度?)?[、\-~至到和或]?(?P<quarter2>[二三四2-4])季度",
        "calendar",
        read_calendar,
        "季",
    ),
    form(
        rf"{_YEAR}第?q?{w.QUARTER}(?: ?季度?| ?四半期)(?:的?(?P<part>[初中底末]))?{w.YEAR_AFTER}?",
        "calendar",
        read_calendar,
        "季期",
    ),
    form(rf"{_YEAR}{w.HALF}(?:半年|期)(?:的?(?P<part>[初中底末]))?", "calendar", read_calendar, "半期"),
    form(
        r"(?:(?P<year>今年|明年|来年|后年|去年|今|来|去|(?:19|20|21)\d\d年)的?)?(?<![四立新仲青])(?P<season>[春夏秋冬])"
        r"(?:[季天](?!林|然)|(?=[前头顷頃]|まで|に(?!は)))",
        "calendar",
        read_calendar,
        "春夏秋冬",
    ),
    form(r"(?:(?P<year>今|来)|开|入)(?P<season>[春夏秋冬])[季天]?", "calendar", read_calendar, "春夏秋冬"),
    form(
        rf"(?:{w.YEAR_AHEAD}{w.YEAR}的?年?|(?<![\d{DIGITS}十几多半每全])年度?)(?P<part>[底末尾初]|中(?!国|心"
        r"|标|期|秋|无|に|型))",
        "calendar",
        read_calendar,
        ("年", "fy", "cy"),
        more="底末尾初中",
    ),
    form(rf"{w.YEAR_AHEAD}{w.WHOLE_YEAR}", "calendar", read_calendar, "年"),
    form(
        r"(?:(?<![\d十几多半每全今明去后前来财])|(?<=[过收成约准线产之以货款同了完定]后))年(?=之?内(?![部外]))|岁末(?=前)",
        "calendar",
        read_calendar,
        "年岁",
    ),
    form(
        rf"(?<![\d.a-z\-/])(?P<year>{w.FULL_YEAR})年? ?[-~至到–] ?(?P<last_year>{w.FULL_YEAR})(?:年度?|(?![\d.\-/]))",
        "calendar",
        read_calendar,
        "-~至到–",
    ),
    form(r"今明两?年|明后两?年", "none", None, "今明"),
    form(
        r"(?<![以如及])(?P<which>上上|上|下下|下|本|这|当|再来|来|今|先|次)(?:个|一个?)? ?(?P<unit>月|季度|季"
        r"(?!节)|周|星期|礼拜)"
        rf"{_NEVER_AFTER}(?![一二三四五六日末天]){w.CHINESE_PART}份?",
        "calendar",
        read_relative,
        "月季周星礼",
    ),
    form(
        rf"(?<![\d十{DIGITS}几每半])(?:(?P<which>上上|上|下下|下|本|这|来|今|先)个?)?(?P<unit>周|星期"
        rf"|礼拜){w.WEEKDAY}",
        "loose",
        read_relative,
        "周星礼",
    ),
    form(
        rf"(?<![\d十{DIGITS}个上下本这当每来])(?P<unit>月|季度?)(?:(?P<part>[底末初]|中(?=[旬,。之以前]"
        r"|$))旬?|(?=内(?![部外])))",
        "calendar",
        read_relative,
        "月季",
    ),
    form(
        rf"(?:(?P<which>本|这个?|当|下个?|次|来)月的?(?P<day>(?<!\d)\d{{1,2}}|{w.CHINESE}{{1,3}})[日号])"
        rf"|(?P<offset>{DAY_WORDS})",
        "loose",
        read_day,
        (*"日号天", "today", "tomorrow", "yesterday", "heute", "gestern"),
    ),
    form(r"(?<![\d月/.\-a-z])(?P<day>\d{1,2})[日号](?=之前|以前|前(?!面|台)|まで)", "calendar", read_day, "日号"),
    form(
        rf"{_YEAR}(?P<holiday>春节|农历新年|农历年|除夕|旧历年|元旦节?|阳历年|新年(?=前|后|之前)|国庆节?|劳动节"
        r"|双十一|双11|双十二|双12|六一八|圣诞节?"
        r"|端午节?|感恩节|复活节|中秋节?|清明节?|妇女节|儿童节|クリスマス|ゴールデンウィーク)(?:期间|假期|长假"
        r"|黄金周)?",
        "holiday",
        read_holiday,
        "节夕旦庆诞双午秋明女童历新六动スゴ",
    ),
    form(
        rf"{_YEAR}(?<![\d十{DIGITS}双])(?P<holiday>五一|十一|三八|六一|618){_NEAR_HOLIDAY}节?(?:期间|假期"
        r"|长假|黄金周)?",
        "holiday",
        read_holiday,
        "一八8",
        more="前后期假长黄节",
    ),
    form(r"过(?P<holiday>年)(?=[之以]?[前后])", "holiday", read_holiday, "年"),
    form(r"过完(?P<holiday>春节|年)(?P<open>[之以]?后?)", "holiday", read_holiday, "完"),
    form(
        rf"(?<![\d十{DIGITS}几多半今明去后前本来每])(?P<holiday>年)(?=之?[前后](?![几年])|以后)",
        "holiday",
        read_holiday,
        "年",
    ),
    form(
        r"(?:(?<![\u4e00-\u9fff])|(?<=[在于到要望划赶好取必须想能得最争待等给是将会]))(?P<holiday>节)(?:日"
        r"|假日)?(?=[之以]?[前后](?!面))",
        "holiday",
        read_holiday,
        "节",
    ),
    form(
        rf"(?=[\d十半{DIGITS}]){w.LOW}{w.COUNT} ?{w.UNIT}的?时?间?(?P<half>半)?{w.WAY}",
        "duration",
        read_duration,
        "月周星礼季日天年",
        more="内右下后前中の",
    ),
    form(
        rf"(?:未来|接下来|今后|往后|还有)的? ?{w.LOW}{w.COUNT} ?{w.UNIT}(?:之内|以内|内)?",
        "duration",
        read_duration,
        "未来后有",
    ),
    form(
        rf"(?:(?P<low>{w.NUMBER}|半)(?:个?月)?(?P<way>[-~至到])|(?=[一二两三四五六七八九]{{2}}(?![十百千万])))"
        rf"{w.COUNT} ?(?P<unit>个月|ヶ月|か月|カ月|周|个星期|天)",
        "rough",
        read_duration,
        "月周星天",
    ),
    form(w.URGENT, "urgent", read_urgent, "即刻马尽越加急紧火早今"),
)
