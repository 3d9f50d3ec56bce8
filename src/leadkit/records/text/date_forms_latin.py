"""The forms of dates in figures and in English, German and French."""

from __future__ import annotations

from leadkit.records.text import date_words as w
from leadkit.records.text.calendar_words import MONTHS, SEASONS, WEEKDAYS
from leadkit.records.text.date_forms import form
from leadkit.records.text.date_spans import (
    read_calendar,
    read_duration,
    read_end,
    read_holiday,
    read_numbers,
    read_relative,
    read_urgent,
)

_B, _E = w.NO_LETTER_BEFORE, w.NO_LETTER_AFTER
_BY_NAME = (
    r"(?:(?<![a-z])(?:by|in|before|until|till|during|for|around|from|after|since|this|next|last|coming|of|mid|starting|im|zum"
    r"|bis|ab|nach|vor|seit|kommenden|nächsten|letzten|en|avant|d'ici|courant|or|to|and|than|latest)(?: the)? ?|[-–/])$"
)
_SURE_NAME = rf"{_BY_NAME}|(?:^|[^a-z.]|\. )$|[a-z] $"
_BY_YEAR = (
    r"(?<![a-z])(?:by|in|during|for|für|pour|budget|fiscal|calendar|before|until|till|from|after|since|early|late|mid|than|starting|bis|ab|seit|vor|nach|en|dans|to)"
    r"(?: the)?(?: year)? $|[-–]$"
)
_NO_COMPANY = r"(?! (?:[\w&-]+ )?(?:ltd|inc|gmbh|co|llc|ag|corp|group|kg|plc|sarl|hotel|valley|street|road|avenue|airlines|robotics)(?![a-z]))"
_NO_NUMBER_AFTER = r"(?![\d%]|[./\-]\d)"
_NAME_2 = w.MONTH_NAME.replace("<name>", "<name2>")
_SURE = "january|february|september|october|november|december|januar|februar|oktober|dezember|sept|oct|nov|feb|aug"

FIGURES = (
    form(
        rf"(?<![\d.a-z\-/])(?P<year>{w.FULL_YEAR})(?P<dash>[-/.])(?P<month>\d{{1,2}})(?P=dash)(?P<day>\d{{1,2}}){_NO_NUMBER_AFTER}日?",
        "calendar",
        read_calendar,
        "-/.",
    ),
    form(
        rf"(?<![\d.a-z\-/])(?P<year>{w.FULL_YEAR})[-/.](?P<month>\d{{1,2}})(?![-/.]?\d|[%月]| ?[万亿元w])",
        "calendar",
        read_calendar,
        "-/.",
    ),
    form(
        rf"(?<![\d.a-z\-/])(?P<first>\d{{1,2}})(?P<dot>\.) ?(?P<second>\d{{1,2}})\. ?(?P<year>{w.FULL_YEAR}|\d\d){_NO_NUMBER_AFTER}",
        "calendar",
        read_numbers,
        ".",
    ),
    form(
        rf"(?<![\d.a-z\-/])(?P<first>\d{{1,2}})(?P<dash>[/\-])(?P<second>\d{{1,2}})(?P=dash)(?P<year>{w.FULL_YEAR}|\d\d){_NO_NUMBER_AFTER}",
        "calendar",
        read_numbers,
        "/-",
    ),
    form(
        r"(?<![\d.a-z\-/])(?P<first>\d{1,2})[/.\-](?P<second>\d{1,2})(?=之前|以前|前(?!面|台)|まで|号(?!楼|线))",
        "calendar",
        read_numbers,
        "前ま号",
    ),
    form(
        r"(?<![\d.a-z\-/])(?P<first>\d{1,2})/(?P<second>\d{1,2})(?![\d./])",
        "calendar",
        read_numbers,
        "/",
        r"(?:by|before|until|due|on|than) $",
    ),
    form(
        r"(?<![\d.a-z\-/])(?P<first>\d{1,2})(?P<dot>\.) ?(?P<second>\d{1,2})\.(?! ?\d)",
        "calendar",
        read_numbers,
        ".",
        r"(?:bis|zum|am|ab|vor|spätestens) $",
    ),
    form(
        rf"(?:{w.YEAR_AHEAD}{w.YEAR} ?[的/\-]? ?|(?<![a-z0-9]))q(?P<quarter>[0-9])(?![a-z0-9]|[.\-]\d)(?:季度)?的?(?P<part>[初中底末])?"
        rf"(?: ?[/\-]? ?(?P<year_after>{w.FULL_YEAR}(?!\d)年?|'\d\d(?!\d)|{w.FISCAL_YEAR})|{w.YEAR_AFTER.replace('_after>', '_named>')})?",
        "calendar",
        read_calendar,
        "q",
    ),
    form(
        rf"(?<![\d.a-z\-/])(?P<quarter>[1-4]) ?q[ /-]?(?P<year>{w.FULL_YEAR}|\d\d)(?!\d)",
        "calendar",
        read_calendar,
        "q",
    ),
    form(
        rf"(?:{w.YEAR_AHEAD}{w.YEAR} ?[的/\-]? ?|(?<![a-z0-9]))h(?P<half>[12])(?![a-z0-9]|[.\-]\d)(?:{w.YEAR_AFTER}"
        r"|(?=[,.;!?)前之以内\u4e00-\u9fff]|$))",
        "calendar",
        read_calendar,
        "h",
    ),
    form(rf"(?<![\d.a-z\-/])(?P<half>[12])h[ /-]?(?P<year>{w.FULL_YEAR}|\d\d)(?!\d)", "calendar", read_calendar, "h"),
)

_MONTHS = tuple(MONTHS)
_PART = rf"{w.LATIN_PART}?"
_YEAR = rf"{w.YEAR_AFTER}?"
_SHORT_YEAR = r"(?:,| |-)? ?'(?P<year>\d\d)(?!\d)"
_UNITS = tuple(["day", "days", "week", "weeks", "wk", "wks", "month", "months", "quarter", "quarters", "year", "years"])
_EUROPEAN_UNITS = (
    *[
        "tag",
        "tage",
        "tagen",
        "woche",
        "wochen",
        "monat",
        "monate",
        "monaten",
        "jahr",
        "jahren",
        "werktage",
        "werktagen",
    ],
    *["jours", "semaine", "semaines", "mois", "an", "ans"],
)
_WHICH = r"(?P<which>this|next|last|the coming|the following|upcoming|(?:diese|nächste|letzte|kommende|vorige)[nrsm]?|le|ce|cette|la)"
_SEASON = rf"{_B}(?P<season>{w.any_of(w.latin(SEASONS))}){_E}"
LATIN_FORMS = (
    form(
        rf"{w.MONTH_NAME} {w.DAY}(?:st|nd|rd|th)?{_E}(?: ?(?:-|–|to) ?(?P<day2>\d{{1,2}})(?!\d)(?:st|nd|rd|th)?)?"
        rf"(?:,? (?P<year>{w.FULL_YEAR})(?!\d))?",
        "calendar",
        read_calendar,
        _MONTHS,
    ),
    form(
        rf"{w.DAY}{w.DAY_END}[ -]?(?:of |de )?{w.MONTH_NAME}(?! (?:be|need|have|buy|want|also|not|or|require)(?![a-z]))"
        rf"(?:(?:,|-|) ?(?P<year>{w.FULL_YEAR})(?!\d))?",
        "calendar",
        read_calendar,
        _MONTHS,
    ),
    form(
        rf"{w.DAY}{w.DAY_END}?(?:-|–| to | bis ){w.DAY.replace('<day>', '<day2>')}{w.DAY_END} {w.MONTH_NAME}(?: (?P<year>{w.FULL_YEAR})(?!\d))?",
        "calendar",
        read_calendar,
        _MONTHS,
    ),
    form(
        rf"(?P<nth>first|second|third|fourth|last|1st|2nd|3rd|4th) week (?:of|in) {w.MONTH_NAME}{_YEAR}",
        "calendar",
        read_calendar,
        ("week",),
    ),
    form(rf"{w.LATIN_PART}{w.MONTH_NAME}(?:{w.YEAR_AFTER}|{_SHORT_YEAR})?", "calendar", read_calendar, w.PARTS),
    form(
        rf"{w.MONTH_NAME}(?:[/-]?{w.YEAR_AFTER}|(?:,| )?['-](?P<year>\d\d)(?!\d))", "calendar", read_calendar, _MONTHS
    ),
    form(rf"{w.MONTH_NAME}(?:-|–|/| to | until | bis | and | or ){_NAME_2}{_YEAR}", "calendar", read_calendar, _MONTHS),
    form(rf"{_B}(?P<name>{_SURE}){_E}\.?{_NO_COMPANY}", "calendar", read_calendar, _MONTHS),
    form(rf"{w.MONTH_NAME}{_NO_COMPANY}", "calendar", read_calendar, _MONTHS, _BY_NAME),
    form(rf"{w.MONTH_NAME}(?=$|[,;!?)]|\. )", "calendar", read_calendar, _MONTHS, r"(?:^|[:,;(] ?)$"),
    form(rf"{w.LATIN_PART}q(?P<quarter>[1-4])(?![0-9]){_YEAR}", "calendar", read_calendar, "q"),
    form(
        rf"(?:{w.YEAR_AHEAD}{w.YEAR} )?{_PART}{w.QUARTER} (?:fiscal )?(?:quarter|quartals?|trimestre)s?{_YEAR}",
        "calendar",
        read_calendar,
        ("quarter", "quarters", "quartal", "quartals", "trimestre"),
    ),
    form(rf"{_PART}{_B}t(?P<quarter>[1-4]) {w.YEAR_AFTER}", "calendar", read_calendar, "t"),
    form(
        rf"{_PART}{w.HALF}[ -](?:half|halbjahre?s?|jahreshälfte)(?: of)?{_YEAR}",
        "calendar",
        read_calendar,
        ("half", "halbjahr", "halbjahres", "jahreshälfte"),
    ),
    form(
        rf"{_PART}h(?P<half>[12])(?![0-9a-z]|[.\-]\d){_YEAR}",
        "calendar",
        read_calendar,
        "h",
        r"(?<![a-z])(?:by|in|of|the|this|next|before|during|for|until|from|after|bis|im) $",
    ),
    form(
        rf"{w.LATIN_PART}(?P<year>{w.FULL_YEAR}(?!\d)|{w.LATIN_YEAR_WORDS}|des jahres|{w.FISCAL_YEAR})",
        "calendar",
        read_calendar,
        w.PARTS,
    ),
    form(
        rf"{_B}(?:end of (?:the |this |our |their )?(?:fiscal |calendar )?|eo|fin d(?:e |e l'|u |'))"
        rf"(?P<unit>year|quarter|month|week|[yqmw]|année|an|mois|trimestre){_E}",
        "calendar",
        read_end,
        ("end", "fin", "eoy", "eoq", "eom", "eow"),
    ),
    form(
        rf"{_B}(?P<unit>year|quarter|month|week|jahres|quartals|monats)(?:'s)?[- ]?ende?{_E}",
        "calendar",
        read_end,
        ("end", "jahresende", "quartalsende", "monatsende"),
    ),
    form(
        rf"{_B}(?P<year>{w.LATIN_YEAR_WORDS}){_E}", "calendar", read_calendar, ("year", "jahr", "jahres", "année", "an")
    ),
    form(
        rf"(?<![\d.a-z\-/])(?P<year>{w.FULL_YEAR})(?![\d.\-/%a-z]*\d|[%a-z])(?! ?(?:units|pcs|pieces|people|employees|usd|eur|rmb|cny|k|kg|m|mm|sqm|台|套|个|元|万|人|件)(?![a-z]))",
        "calendar",
        read_calendar,
        "129",
        _BY_YEAR,
    ),
    form(
        rf"(?<![\d.a-z\-/])(?P<year>{w.FULL_YEAR})(?=之?前(?!面)|以前|以后|上线|采购|投产|落地|下单|まで)",
        "calendar",
        read_calendar,
        "前后上采投落下ま",
    ),
    form(rf"(?P<year>{w.FISCAL_YEAR})", "calendar", read_calendar, "y"),
    form(
        rf"{_PART}{_B}{_WHICH} (?P<unit>month|quarter|week|monats?|quartals?|woche|mois|semaine|trimestre){_E}(?!-|ly)",
        "calendar",
        read_relative,
        ("month", "quarter", "week", "monat", "monats", "quartal", "quartals", "woche"),
    ),
    form(
        rf"{_B}(?:le |la )?(?P<unit>mois|semaine|trimestre) (?P<which>prochaine?|dernière?)",
        "calendar",
        read_relative,
        ("mois", "semaine", "trimestre"),
    ),
    form(
        rf"{_B}(?:(?P<which>next|this|last|coming|diese[rnm]?|nächste[rnm]?|letzte[rnm]?) )?{w.LATIN_WEEKDAY}",
        "loose",
        read_relative,
        w.latin(WEEKDAYS),
    ),
    form(
        rf"{_B}(?:kw|cw|calendar week|kalenderwoche) ?(?P<week>\d{{1,2}})(?!\d)(?: ?[/ ] ?(?P<year>{w.FULL_YEAR}))?",
        "calendar",
        read_calendar,
        ("kw", "cw", "week", "kalenderwoche"),
    ),
    form(rf"{_PART}{_SEASON}{w.YEAR_AFTER}", "calendar", read_calendar, SEASONS),
    form(rf"{w.LATIN_PART}{_SEASON}", "calendar", read_calendar, w.PARTS),
    form(rf"{_B}(?:this|next) {_SEASON}", "calendar", read_calendar, ("this", "next")),
    form(
        rf"(?:(?P<year>last) )?{_SEASON}(?! ?(?:festival|break|ltd|gmbh|inc|street|road|valley|hotel|airlines|-(?!\d)))",
        "calendar",
        read_calendar,
        SEASONS,
        r"(?<![a-z])(?:by|in|early|late|before|after|during|until|the|im|zum|bis|ab|vor|nach|of|en|au|avant|cet|from)(?: the)? $|[:,] ?$|^$",
    ),
    form(
        rf"{w.LATIN_HOLIDAY}(?: holidays?)?(?! tree| party| market){_YEAR}",
        "holiday",
        read_holiday,
        w.latin(w.LATIN_HOLIDAY_WORDS),
    ),
    form(
        rf"{_B}(?:with)?in(?: about| around| roughly| approximately)?(?: the)?(?: next| coming| following)?(?: about| around)? ?{w.LATIN_LOW}{w.LATIN_COUNT}[ -]?{w.LATIN_UNIT}(?:'? time)?",
        "duration",
        read_duration,
        _UNITS,
    ),
    form(
        rf"{_B}(?:(?:over|during|for) )?(?:the )?(?:next|coming) {w.LATIN_LOW}{w.LATIN_COUNT} {w.LATIN_UNIT}",
        "duration",
        read_duration,
        _UNITS,
    ),
    form(
        rf"{_B}(?:in|within|over|during) the (?:last|past) {w.LATIN_COUNT} {w.LATIN_UNIT}|(?:last|past) \w+ (?:{'|'.join(_UNITS)}){_E}",
        "none",
        None,
        ("last", "past"),
    ),
    form(rf"{w.LATIN_COUNT} {w.LATIN_UNIT} (?P<way>ago|from now)", "duration", read_duration, ("ago", "now")),
    form(
        rf"{_B}(?:(?:with)?in )?{w.LATIN_LOW}{w.LATIN_COUNT} {w.LATIN_UNIT} (?:after|from|of|upon|following|nach|ab|after the) (?:the |your |our |of )?"
        r"(?:order|receipt|delivery|signing|signature|po|purchase order|payment|invoice|contract|installation|acceptance|shipment|confirmation|award|approval"
        r"|experience|business|warranty|history|operation|bestellung|auftrag|rechnung|lieferung|vertrag)",
        "none",
        None,
        (*_UNITS, *_EUROPEAN_UNITS),
    ),
    form(
        rf"{_B}(?:in|innerhalb|binnen)(?: von| der nächsten| den nächsten| etwa| ca\.?)? {w.LATIN_LOW}{w.LATIN_COUNT} {w.LATIN_UNIT}",
        "duration",
        read_duration,
        _EUROPEAN_UNITS,
    ),
    form(rf"{_B}(?P<way>vor|il y a) {w.LATIN_COUNT} {w.LATIN_UNIT}", "duration", read_duration, _EUROPEAN_UNITS),
    form(
        rf"{_B}(?:dans|sous|d'ici)(?: les)? {w.LATIN_LOW}{w.LATIN_COUNT} (?:prochains )?{w.LATIN_UNIT}",
        "duration",
        read_duration,
        _EUROPEAN_UNITS,
    ),
    form(
        rf"(?<![\d.a-z\-])(?P<low>\d{{1,2}}) ?(?P<way>-|–|to) ?{w.LATIN_COUNT} ?{w.LATIN_UNIT}",
        "rough",
        read_duration,
        _UNITS,
    ),
    form(
        w.LATIN_URGENT,
        "urgent",
        read_urgent,
        (
            "asap",
            "soon",
            "immediate",
            "immediately",
            "right",
            "urgent",
            "urgently",
            "at",
            "straight",
            "rush",
            "dringend",
            "dringende",
            "dringender",
            "sofort",
            "sofortige",
            "schnellstmöglich",
            "bald",
            "vite",
            "que",
        ),
    ),
)
