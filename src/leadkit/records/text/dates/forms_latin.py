"""The forms of dates in English, German and French."""

from __future__ import annotations

from leadkit.records.text.dates import words as w
from leadkit.records.text.dates.calendar_words import MONTHS, SEASONS, WEEKDAYS
from leadkit.records.text.dates.forms import form
from leadkit.records.text.dates.spans import (
    read_calendar,
    read_end,
    read_holiday,
    read_relative,
)

_ACTS = "samples?|trials?|tests?|orders?|purchase|deliver|install|go[- ]live|start|launch|pilot|demo|po"
_KINDS = "season|model|edition|version|series|fair|expo|show|catalog"
_THEN = "soll|sollen|wird|werden|wollen|planen|we|is|will"
_B, _E = w.NO_LETTER_BEFORE, w.NO_LETTER_AFTER
_BY_NAME = (
    r"(?:(?<![a-z])(?:by|in|before|until|till|during|for|around|from|after|since|this|next|coming|of|mid"
    r"|starting|im|zum"
    r"|bis|ab|nach|vor|seit|kommenden|nächsten|en|avant|d'ici|courant|or|to|and|than|latest)(?: the)? ?)$"
)
_BEFORE_YEARS = (
    *("by", "in", "during", "for", "before", "until", "till", "from", "after", "since", "early", "late", "mid", "than"),
    *(
        "starting",
        "fiscal",
        "calendar",
        "budget",
        "bis",
        "ab",
        "seit",
        "vor",
        "nach",
        "für",
        "en",
        "dans",
        "frühestens",
        "spätestens",
        "earliest",
        "pour",
        "to",
    ),
)
_BY_YEAR = rf"(?<![a-z])(?:{'|'.join(_BEFORE_YEARS)})(?: the)?(?: year)? $"
_NO_VERB = r"(?!(?<=may) (?!(?:and|or|to|at|for|if|with|please|latest|deliver|install|start|go)[a-z]*(?![a-z]))[a-z])"
_NO_COMPANY = (
    r"(?! (?:[\w&-]+ )?(?:ltd|inc|gmbh|co|llc|ag|corp|group|kg|plc|sarl|hotel|valley|street|road"
    r"|avenue|airlines|robotics)(?![a-z]))"
)
_NAME_2 = w.MONTH_NAME.replace("<name>", "<name2>")
_SURE = "january|february|september|october|november|december|januar|februar|oktober|dezember|sept|oct|nov|feb|aug"

_MONTHS = tuple(MONTHS)
_PART = rf"{w.LATIN_PART}?"
_YEAR = rf"{w.YEAR_AFTER}?"
_SHORT_YEAR = r"(?:,| |-)? ?'(?P<year>\d\d)(?!\d)"
_WHICH = (
    r"(?P<which>this|next|last|the coming|the following|upcoming|(?:diese|nächste|letzte|kommende"
    r"|vorige)[nrsm]?|le|ce|cette|la)"
)
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
        rf"{w.DAY}{w.DAY_END}?(?:-|–| to | bis | and (?=\d)"
        rf"| und (?=\d)){w.DAY.replace('<day>', '<day2>')}{w.DAY_END} {w.MONTH_NAME}"
        rf"(?: (?P<year>{w.FULL_YEAR})(?!\d))?",
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
    form(rf"{_B}(?P<ago>last|this past|letzten|vergangenen) {w.MONTH_NAME}", "calendar", read_calendar, _MONTHS),
    form(
        rf"{w.MONTH_NAME}(?= (?:samples?|trials?|tests?|orders?|purchase|deliver|install|go[- ]live|start"
        r"|launch|pilot|demo|po)(?:y|ies|ation)?(?![a-z]))",
        "calendar",
        read_calendar,
        _MONTHS,
        r"(?:^|[,;:] ?)$",
    ),
    form(rf"{w.MONTH_NAME}{_NO_COMPANY}{_NO_VERB}", "calendar", read_calendar, _MONTHS, _BY_NAME),
    form(rf"{w.MONTH_NAME}(?=$|[,;!?)]|\. )", "calendar", read_calendar, _MONTHS, r"(?:^|[:,;(] ?)$"),
    form(rf"{w.LATIN_PART}q(?P<quarter>[1-4])(?![0-9]){_YEAR}", "calendar", read_calendar, w.PARTS, more="q"),
    form(
        rf"(?:{w.YEAR_AHEAD}{w.YEAR} )?{_PART}{w.QUARTER} (?:fiscal )?(?:quarter|quartals?|trimestre)s?{_YEAR}",
        "calendar",
        read_calendar,
        ("quarter", "quarters", "quartal", "quartals", "trimestre"),
    ),
    form(rf"{_PART}{_B}t(?P<quarter>[1-4]) {w.YEAR_AFTER}", "calendar", read_calendar, "t", more="1234"),
    form(
        rf"{_PART}{w.HALF}[ -](?:half|halbjahre?s?|jahreshälfte)(?! of (?!the year|this|next|last|\d|fy)){_YEAR}",
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
        more="12",
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
        rf"{_B}(?P<part>mid(?:dle)?|beginning|start)(?: of)?[- ](?:the |this )?year{_E}",
        "calendar",
        read_calendar,
        ("year",),
        more=w.PARTS,
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
        rf"(?<![\d.a-z\-/])(?P<year>{w.FULL_YEAR})(?![\d.\-/%a-z]*\d|[%a-z])(?! ?(?:season|model|edition"
        r"|version|series|fair|expo|show|catalog|units|pcs|pieces|people"
        r"|employees|usd|eur|rmb|cny|k|kg|m|mm|sqm|台|套|个|元|万|人|件)(?![a-z]))",
        "calendar",
        read_calendar,
        "129",
        _BY_YEAR,
        more=_BEFORE_YEARS,
    ),
    form(
        rf"(?<![\d.a-z\-/])(?P<year>{w.FULL_YEAR})(?=之?前(?!面)|以前|以后|上线|采购|投产|落地|下单|まで| "
        r"(?:soll|wird|werden|wollen|planen|we |is |will))",
        "calendar",
        read_calendar,
        (*"前后上采投落下ま", "soll", "sollen", "wird", "werden", "wollen", "planen", "we", "is", "will"),
    ),
    form(rf"(?P<year>{w.FISCAL_YEAR})", "calendar", read_calendar, ("fy", "cy")),
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
        rf"{_B}(?:kw|cw|calendar week|kalenderwoche|(?:(?<=in )|(?<=by )|(?<=than )|(?<=: ))week)"
        rf" ?(?P<week>\d{{1,2}})(?!\d)(?! of (?:the|our|a))(?:(?: ?[/ ] ?|, )(?P<year>{w.FULL_YEAR}))?",
        "calendar",
        read_calendar,
        ("kw", "cw", "week", "kalenderwoche"),
    ),
    form(rf"{_PART}{_SEASON}{w.YEAR_AFTER}", "calendar", read_calendar, SEASONS),
    form(rf"{w.LATIN_PART}{_SEASON}", "calendar", read_calendar, w.PARTS),
    form(rf"{_B}(?P<which>this|next|nächste[rnsm]?|diese[rnsm]?) {_SEASON}", "calendar", read_calendar, SEASONS),
    form(
        rf"(?:(?P<year>last) )?{_SEASON}(?! ?(?:festival|break|ltd|gmbh|inc|street|road|valley|hotel|airlines|-"
        rf"(?!\d))){_NO_COMPANY}",
        "calendar",
        read_calendar,
        SEASONS,
        r"(?<![a-z])(?:by|in|early|late|before|after|during|until|the|im|zum|bis|ab|vor|nach|of|en|au|avant"
        r"|cet|from)(?: the)? $|[:,] ?$|^$",
    ),
    form(
        rf"{_B}(?P<holiday>cny){_E}(?! ?\d)",
        "holiday",
        read_holiday,
        ("cny",),
        r"(?<![a-z])(?:before|after|by|until|post|pre)[ -]$",
    ),
    form(
        rf"{w.LATIN_HOLIDAY}(?: holidays?)?(?! tree| party| market){_YEAR}",
        "holiday",
        read_holiday,
        w.latin(w.LATIN_HOLIDAY_WORDS),
    ),
)
