"""What the words of calendars stand for: months, numbers, years, holidays, and traditional characters."""

from __future__ import annotations

TRADITIONAL = str.maketrans(
    "個內週後號發購採買訂單實開參觀會樣試標報價質賬帳簽約裝產線廠節國慶聖誕雙勞動過來這兩幾點時間從當現準備計劃畫預財務設運營歲馬儘盡緊貨啟導納頭號驗測書"
    "積検討価様問"
    "決規穩請題獲屆滿遲趕爭銷廢舊復庫擴終結議圖紙術協選調評費額潤漲補貼錄關優闆擬與為"
    "續維機資審應無沒還慮說訪詢聯繫談見給將確認達換壓員項廣場橋鎮門戶專進處總經師創業歷業聽對於內禮暫",
    "个内周后号发购采买订单实开参观会样试标报价质账账签约装产线厂节国庆圣诞双劳动过来这两几点时间从当现准备计划划预财务设运营岁马尽尽紧货启导纳头号验测书"
    "积检讨价样问"
    "决规稳请题获届满迟赶争销废旧复库扩终结议图纸术协选调评费额润涨补贴录关优板拟与为"
    "续维机资审应无没还虑说访询联系谈见给将确认达换压员项广场桥镇门户专进处总经师创业历业听对于内礼暂",
)
"""Traditional characters that words about dates are written with -> simplified ones, one for one."""

_MONTH_NAMES = (
    "january jan januar jänner janvier",
    "february feb februar février fevrier",
    "march mar märz maerz mrz mars",
    "april apr avril",
    "may mai",
    "june jun juni juin",
    "july jul juli juillet",
    "august aug août aout",
    "september sept sep septembre",
    "october oct oktober okt octobre",
    "november nov novembre",
    "december dec dezember dez décembre decembre",
)
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
"""Names of months in English, German and French -> 1 to 12."""

COUNTS = {
    name: number
    for number, names in enumerate(
        (
            "a an one ein eine einem einer einen un une",
            "two zwei deux",
            "three drei trois",
            "four vier quatre",
            "five fünf cinq",
            "six sechs",
            "seven sieben sept",
            "eight acht huit",
            "nine neun neuf",
            "ten zehn dix",
            "eleven elf onze",
            "twelve zwölf douze",
        ),
        1,
    )
    for name in names.split()
} | {"couple of": 2, "a couple of": 2}
"""Words that count, in English, German and French."""

_STEMS = {"erste": 1, "zweite": 2, "dritte": 3, "vierte": 4}
ORDINALS = {
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
    "last": 4,
    **{stem + ending: number for stem, number in _STEMS.items() for ending in ("", "n", "m", "s", "r")},
    "premier": 1,
    "deuxième": 2,
    "troisième": 3,
    "quatrième": 4,
    "上": 1,
    "下": 2,
    "前": 1,
    "后": 2,
    "头": 1,
    "元": 1,
    "首": 1,
    "末": 4,
}
"""Words that say which of several, but for Chinese numerals; `last` is the fourth quarter."""

YEARS = {
    "大前年": -3,
    "前年": -2,
    "去年": -1,
    "昨年": -1,
    "上年": -1,
    "上一年": -1,
    "上年度": -1,
    "今年": 0,
    "本年": 0,
    "当年": 0,
    "今年度": 0,
    "本年度": 0,
    "今": 0,
    "去": -1,
    "明年": 1,
    "来年": 1,
    "下一年": 1,
    "次年": 1,
    "来年度": 1,
    "明年度": 1,
    "下年度": 1,
    "明": 1,
    "来": 1,
    "后年": 2,
    "再来年": 2,
    "大后年": 3,
    "last year": -1,
    "last": -1,
    "this year": 0,
    "the year": 0,
    "next year": 1,
    "coming year": 1,
    "the following year": 1,
    "letztes jahr": -1,
    "letzten jahres": -1,
    "letzten jahr": -1,
    "dieses jahr": 0,
    "dieses jahres": 0,
    "des jahres": 0,
    "diesem jahr": 0,
    "nächstes jahr": 1,
    "nächsten jahres": 1,
    "nächsten jahr": 1,
    "kommenden jahres": 1,
    "kommenden jahr": 1,
    "kommendes jahr": 1,
    "cette année": 0,
    "l'année dernière": -1,
    "l'année prochaine": 1,
    "l'an prochain": 1,
    "l'an dernier": -1,
}
"""Words for years -> years from today's."""

SEASONS = {
    "春": 3,
    "夏": 6,
    "秋": 9,
    "冬": 12,
    "spring": 3,
    "summer": 6,
    "autumn": 9,
    "fall": 9,
    "winter": 12,
    "frühjahr": 3,
    "frühling": 3,
    "sommer": 6,
    "herbst": 9,
    "printemps": 3,
    "été": 6,
    "automne": 9,
    "hiver": 12,
}
"""Seasons -> their first month of three."""

HOLIDAY_NAMES = {
    **dict.fromkeys(
        ("春节", "过年", "农历年", "农历新年", "除夕", "旧历年", "chinese new year", "lunar new year"),
        "spring_festival",
    ),
    **dict.fromkeys(("spring festival", "年"), "spring_festival"),
    **dict.fromkeys(("元旦", "阳历年", "新年", "new year", "new year's", "neujahr"), "new_year"),
    **dict.fromkeys(("五一", "劳动节", "5.1", "labour day", "labor day"), "labour_day"),
    **dict.fromkeys(("十一", "国庆", "国庆节", "十·一", "national day"), "national_day"),
    **dict.fromkeys(("双十一", "双11", "singles day", "singles' day"), "singles_day"),
    **dict.fromkeys(("双十二", "双12"), "double_twelve"),
    **dict.fromkeys(("618", "六一八", "六·一八"), "mid_year_sale"),
    **dict.fromkeys(("圣诞", "圣诞节", "christmas", "xmas", "weihnachten", "noël", "noel", "クリスマス"), "christmas"),
    **dict.fromkeys(("端午", "端午节"), "dragon_boat"),
    **dict.fromkeys(("中秋", "中秋节"), "mid_autumn"),
    **dict.fromkeys(("清明", "清明节"), "qingming"),
    **dict.fromkeys(("三八", "三八节", "妇女节"), "womens_day"),
    **dict.fromkeys(("六一", "儿童节"), "childrens_day"),
    **dict.fromkeys(("节", "节日", "长假", "节假日"), "long_holiday"),
    **dict.fromkeys(("thanksgiving", "感恩节"), "thanksgiving"),
    **dict.fromkeys(("easter", "ostern", "pâques", "复活节"), "easter"),
    **dict.fromkeys(("golden week", "ゴールデンウィーク"), "golden_week"),
}
"""Names of holidays -> those of the module `holidays`."""

WEEKDAYS = {
    "一": 0,
    "二": 1,
    "三": 2,
    "四": 3,
    "五": 4,
    "六": 5,
    "日": 6,
    "天": 6,
    "末": 6,
    "1": 0,
    "2": 1,
    "3": 2,
    "4": 3,
    "5": 4,
    "6": 5,
    "7": 6,
    "monday": 0,
    "tuesday": 1,
    "wednesday": 2,
    "thursday": 3,
    "friday": 4,
    "saturday": 5,
    "sunday": 6,
    "mon": 0,
    "tue": 1,
    "tues": 1,
    "wed": 2,
    "thu": 3,
    "thurs": 3,
    "fri": 4,
    "sat": 5,
    "sun": 6,
    "montag": 0,
    "dienstag": 1,
    "mittwoch": 2,
    "donnerstag": 3,
    "freitag": 4,
    "samstag": 5,
    "sonntag": 6,
}
"""Weekdays -> days after Monday."""
