"""The words of written dates and times of day, in lower case; marks above and below letters don't count."""

from __future__ import annotations

_ENGLISH = (
    *("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug"),
    *("september sept sep", "october oct", "november nov", "december dec"),
)
_GERMAN = (
    *("januar janner jan", "februar feb", "marz mar mrz maerz", "april apr", "mai", "juni jun", "juli jul"),
    *("august aug", "september sept sep", "oktober okt", "november nov", "dezember dez"),
)
_FRENCH = (
    *("janvier janv", "fevrier fevr fev", "mars", "avril avr", "mai", "juin", "juillet juil", "aout"),
    *("septembre sept", "octobre oct", "novembre nov", "decembre dec"),
)
_SPANISH = (
    *("enero ene", "febrero feb", "marzo mar", "abril abr", "mayo may", "junio jun", "julio jul", "agosto ago"),
    *("septiembre setiembre sept sep", "octubre oct", "noviembre nov", "diciembre dic"),
)
_PORTUGUESE = (
    *("janeiro jan", "fevereiro fev", "marco mar", "abril abr", "maio mai", "junho jun", "julho jul", "agosto ago"),
    *("setembro set", "outubro out", "novembro nov", "dezembro dez"),
)
_ITALIAN = (
    *("gennaio gen", "febbraio feb", "marzo mar", "aprile apr", "maggio mag", "giugno giu", "luglio lug"),
    *("agosto ago", "settembre set sett", "ottobre ott", "novembre nov", "dicembre dic"),
)
_RUSSIAN = (
    *("январь января янв", "февраль февраля февр фев", "март марта мар", "апрель апреля апр", "май мая"),
    *("июнь июня июн", "июль июля июл", "август августа авг", "сентябрь сентября сент сен"),
    *("октябрь октября окт", "ноябрь ноября нояб ноя", "декабрь декабря дек"),
)
_TURKISH = (
    *("ocak oca", "subat sub", "mart mar", "nisan nis", "mayis may", "haziran haz", "temmuz tem", "agustos agu"),
    *("eylul eyl", "ekim eki", "kasim kas", "aralik ara"),
)
LANGUAGES = (_ENGLISH, _GERMAN, _FRENCH, _SPANISH, _PORTUGUESE, _ITALIAN, _RUSSIAN, _TURKISH)
MONTHS = {
    name: number for months in LANGUAGES for number, names in enumerate(months, start=1) for name in names.split()
}
"""The name of a month -> 1 to 12. No name stands for two months."""

WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "monday mon montag 星期一 周一 lundi lunes понедельник пн pazartesi",
            "tuesday tues tue dienstag 星期二 周二 mardi martes вторник вт sali",
            "wednesday wed mittwoch 星期三 周三 mercredi miercoles среда ср carsamba",
            "thursday thurs thu donnerstag 星期四 周四 jeudi jueves четверг чт persembe",
            "friday fri freitag 星期五 周五 vendredi viernes пятница пт cuma",
            "saturday sat samstag sonnabend 星期六 周六 samedi sabado суббота сб cumartesi",
            "sunday sun sonntag 星期日 星期天 周日 周天 dimanche domingo воскресенье вс pazar",
        )
    )
    for name in names.split()
}
"""The name of a day of the week -> 0 (Monday) to 6."""

ZONES = {"z": 0, "utc": 0, "gmt": 0, "北京时间": 8, "cet": 1, "cest": 2, "eet": 2, "eest": 3, "msk": 3}
ZONES |= {"hkt": 8, "sgt": 8, "jst": 9, "kst": 9, "edt": -4, "cdt": -5, "mdt": -6, "pdt": -7}
"""The name of a zone -> hours ahead of UTC. CST, PST, EST, IST and BST are names of several zones and stay out."""

HALVES = {
    **dict.fromkeys(("am", "a.m.", "a.m", "上午", "午前", "오전"), (0, 12)),
    **dict.fromkeys(("早上", "早晨", "清晨"), (4, 12)),
    **dict.fromkeys(("凌晨",), (0, 7)),
    **dict.fromkeys(("中午",), (11, 14)),
    **dict.fromkeys(("pm", "p.m.", "p.m", "下午", "午后", "午後", "오후"), (12, 24)),
    **dict.fromkeys(("傍晚",), (16, 20)),
    **dict.fromkeys(("晚上", "夜里"), (18, 24)),
}
"""A part of the day -> the hours of the clock it lies in: from, and up to but without."""

BETWEEN = "at|um|kl|alle ore|alle|ore|a las|as|a|в|saat|uhr"
"""What may stand between a date and a time of day, as a part of a regular expression."""
