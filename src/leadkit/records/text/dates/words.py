"""The words that dates are made of, as parts of regular expressions over folded, lower-case, simplified text."""

from __future__ import annotations

from collections.abc import Iterable

from leadkit.records.text.dates.calendar_words import COUNTS, HOLIDAY_NAMES, MONTHS, WEEKDAYS
from leadkit.records.text.numbers.numerals import DIGITS


def any_of(words: Iterable[str]) -> str:
    """An alternative of words, the longest first."""
    return "|".join(sorted((word.replace(".", r"\.") for word in words), key=len, reverse=True))


def latin(words: Iterable[str]) -> list[str]:
    return [word for word in words if word[0].isalpha() and word[0] < "\u0250"]


NO_LETTER_BEFORE, NO_LETTER_AFTER = r"(?<![a-zà-ÿ])", r"(?![a-zà-ÿ])"
CHINESE = f"[十{DIGITS}]"
NUMBER = rf"(?:(?<!\d)(?<!\d\.)(?<!\d,(?=\d\d\d))\d{{1,3}}|(?<!{CHINESE}){CHINESE}{{1,4}})"
FULL_YEAR = r"(?:19|20|21)\d\d"
YEAR_AHEAD = r"(?=[\d今本明来下次再大后前去昨令平昭民fc])"
YEAR_WORDS = (
    r"今年度?|本年度?|明年度?|来年度?|下一年度?|次年|再来年|大后年|(?<![过收成约准线产之以货款同了完定])后年"
    r"|大前年|前年(?!月)|去年|昨年|上一年|上年度"
)
ERA_YEAR = r"(?:令和|平成|昭和|民国) ?(?:元|\d{1,3})年"
SHORT_YEAR = (
    r"(?:(?<![\d.\-/])\d\d年?(?= ?[第的/.]?[q][1-4])|(?<![\d.\-/])\d\d年(?=\d{1,2}月|[底末初中]|[上下]半年"
    r"|第?[一二三四1-4]季)"
    r"|(?<![\d.\-/])1[0-4]\d年度?(?=\d{1,2}月|[底末初中]|[上下]半年|第?[一二三四1-4]季|q[1-4]))"
)
ROC_YEAR = r"(?<![\d.\-/])1[0-4]\d年度?(?=导入|采购|上线|建置|购|前(?!面)|预算|完成|实施)"
FISCAL_YEAR = rf"{NO_LETTER_BEFORE}[fc]y ?'?(?:20)?\d\d(?!\d)"
YEAR = (
    rf"(?P<year>(?<![\da-z.])(?<![\da-z]-){FULL_YEAR}(?!\d)(?: ?年度?| ?财年)?|{YEAR_WORDS}|{ERA_YEAR}"
    rf"|{SHORT_YEAR}|{FISCAL_YEAR})"
)
WHOLE_YEAR = (
    rf"(?P<year>(?<![\da-z.])(?<![\da-z]-){FULL_YEAR} ?(?:年度?|财年)(?!产|报|薪|龄|检|营)|{ROC_YEAR}"
    rf"|{YEAR_WORDS}|{ERA_YEAR})"
)
LATIN_YEAR_WORDS = (
    r"(?:this|next|last|the coming|the following) year|(?:diese|nächste|letzte|kommende)[snm] jahre?s?"
    r"|cette année|l'année prochaine|l'année dernière|l'an prochain|l'an dernier"
)
YEAR_AFTER = (
    rf"(?:,? ?(?:(?:of|in|de|des) )?(?:the )?(?:year )?(?P<year_after>{FULL_YEAR}"
    rf"(?![\d款版型台套个元万件人吨%])年?|{LATIN_YEAR_WORDS}|{FISCAL_YEAR}|'\d\d(?!\d)))"
)
MONTH = (
    rf"(?P<month>(?<![\da-z])(?<!\d\.)(?<!\d,(?=\d\d\d))\d{{1,2}}|(?<![个十{DIGITS}几多百])(?:十[一二]?"
    rf"|[元{DIGITS}]))月(?!龄)"
)
MONTH_NAME = (
    rf"(?=[{''.join(sorted({name[0] for name in MONTHS}))}]){NO_LETTER_BEFORE}"
    rf"(?P<name>{any_of(MONTHS)}){NO_LETTER_AFTER}\.?"
)
DAY = r"(?P<day>(?<![\d.])\d{1,2}(?![\d%]))"
DAY_END = r"(?:st|nd|rd|th|er|\.)?"
CHINESE_PART = (
    r"(?:份?的? ?(?P<part>中下旬|上中旬|[上中下]旬|[初底末]|中(?!に|国|间|标|心|期|型|小|旬|高|试"
    r"|控|有|的)))?"
)
LATIN_PART = (
    rf"(?:{NO_LETTER_BEFORE}(?P<part>early(?: in)?|mid(?:dle)?(?: of)?|late(?: in)?"
    r"|(?:beginning|(?<!project )(?<!production )start|end)(?: of)?"
    r"|anfang|mitte|ende|début|debut|mi|fin)[ -](?:the )?(?:de )?(?:d')?)"
)
PARTS = [
    "early",
    "mid",
    "middle",
    "late",
    "beginning",
    "start",
    "end",
    "anfang",
    "mitte",
    "ende",
    "début",
    "debut",
    "mi",
    "fin",
]
QUARTER = (
    rf"(?P<quarter>(?<![\d.]|[{DIGITS}十])[1-9{DIGITS}](?= ?季(?!花|刊|[节风])| ?四半期)"
    rf"|(?<=(?<![a-z0-9])[qt])[1-9](?![a-z0-9.\-])|(?<![\d.])[1-4](?=q(?![a-z]))"
    rf"|{NO_LETTER_BEFORE}(?:[1-4](?:st|nd|rd|th|\.|er|e)|first|second|third|fourth|last(?= quarter of)"
    r"|erste[snm]?|zweite[snm]?"
    r"|dritte[snm]?|vierte[snm]?|premier|deuxième|troisième|quatrième)(?= quarter| quartal| trimestre))"
)
HALF = (
    r"(?P<half>[上下](?=半年(?!度?报))|[前后](?=半年)|[上下](?=期(?:[,。にの末]|まで|$))|(?<="
    r"(?<![a-z0-9])h)[12](?![a-z0-9.\-])"
    rf"|(?<![\d.])[12](?=h(?![a-z]))|{NO_LETTER_BEFORE}(?:first|second|1st|2nd|last)(?= half)"
    rf"|{NO_LETTER_BEFORE}(?:[12]\.|erste[snm]?|zweite[snm]?)(?= halbjahr| jahreshälfte))"
)
WEEKDAY = r"(?P<weekday>[一二三四五六日天末1-7])(?!\d|开|游|点)"
LATIN_WEEKDAY = rf"(?P<weekday>{any_of(latin(WEEKDAYS))}){NO_LETTER_AFTER}"
LATIN_HOLIDAY_WORDS = sorted({word for name in latin(HOLIDAY_NAMES) for word in name.split() if word != "day"})
LATIN_HOLIDAY = rf"{NO_LETTER_BEFORE}(?P<holiday>{any_of(latin(HOLIDAY_NAMES))}){NO_LETTER_AFTER}"

BEFORE_AFTER = (
    r"前(?![面台端沿景期身往来后者述线列瞻缀几年]|提(?:[是条下为,。;]|$))|内(?![部外容蒙销存嵌置控径衬孔饰])"
    r"|后(?![面台端续期勤备者退代缀])"
)
UNIT = (
    r"(?P<unit>(?:(?:个|ヶ|か|カ|ケ|ヵ|箇)半?|(?<=[半两]))月|个?半?(?:星期|礼拜)|(?:个半?|(?<=[半两]))季度|个?工作日|周间?|天"
    r"|日间?|营业日|年半?)(?!龄|薪|产|销|供)"
)
COUNT = rf"(?P<count>{NUMBER}(?:\.5)?|(?<![大小多])半)"
LOW = rf"(?:(?P<low>{NUMBER}|(?<![大小多])半)(?:个?[月年周天])?[-~至到或])?"
WAY = rf"(?P<way>之内|以内|左右|上下|以后|之后|以前|之前|{BEFORE_AFTER}|のうち|中に)"

LATIN_COUNT = (
    rf"(?P<count>(?<!\d)(?<!\d\.)(?<!\d,(?=\d\d\d))\d{{1,3}}(?:[.,]5)?(?!\d)|{NO_LETTER_BEFORE}(?:half an?|"
    rf"(?:einem )?halben|{any_of(COUNTS)}))"
)
LATIN_LOW = rf"(?:(?P<low>\d{{1,3}}|{any_of(COUNTS)}) ?(?:-|–|to|or|bis|à) ?)?"
LATIN_UNIT = (
    r"(?P<unit>(?:working |business )?days?|weeks?|wks?|months?|quarters?|years?|tage?n?|werktagen?|wochen?"
    r"|monate?n?|jahre?n?"
    r"|jours|semaines?|mois|ans?)(?P<half> and a half)?" + NO_LETTER_AFTER
)

URGENT = (
    r"立即|立刻|立马|马上(?!到|要(?!$|[,。;!?]|用[,。;!?]?$|货)|就到)|尽快|尽早|尽速|越快越好|できるだけ早く|なるべく早く|今すぐ|加急|急需"
    r"|急用|急要|急单|紧急(?!度|联系|程度"
    r"|情况|事)|十万火急"
    r"|至急|早急|大至急|即刻|(?<![不着没焦告危应得催特很较常挺])(?:很|比较|非常|挺)?急(?=$|[,。;])"
)
LATIN_URGENT = (
    rf"{NO_LETTER_BEFORE}(?:asap|as soon as possible|immediate(?:ly)?|right away|urgent(?:ly)?"
    r"|straight away|rush order"
    r"|dringend(?:e[rsn]?)?|sofort(?:ige[rsn]?)?|schnellstmöglich|so bald wie möglich|au plus vite"
    rf"|dès que possible){NO_LETTER_AFTER}"
)
