"""The forms of dates in figures, and of quarters and halves such as Q1 and H2."""

from __future__ import annotations

from leadkit.records.text.dates import words as w
from leadkit.records.text.dates.forms import form
from leadkit.records.text.dates.spans import read_calendar, read_days, read_numbers

_NO_NUMBER_AFTER = r"(?![\d%]|[./\-]\d)"

FIGURES = (
    form(
        rf"(?<![\d.a-z\-/])(?P<year>{w.FULL_YEAR})(?P<dash>[-/.])(?P<month>\d{{1,2}})(?P=dash)"
        r"(?P<day>\d{1,2}) ?[-~–—至到] ?"
        rf"(?:(?P<last_year>{w.FULL_YEAR})(?P=dash))?(?P<month2>\d{{1,2}})(?P=dash)(?P<day2>\d{{1,2}})(?!\d)",
        "calendar",
        read_days,
        "-/.",
    ),
    form(
        rf"(?<![\d.a-z\-/])(?P<month>\d{{1,2}})[/.](?P<year>{w.FULL_YEAR})(?![./\-]?\d"
        r"|[a-z%])",
        "calendar",
        read_calendar,
        "/.",
    ),
    form(
        rf"(?<![\d.a-z\-/])(?P<year>{w.FULL_YEAR})(?P<dash>[-/.])(?P<month>\d{{1,2}})(?P=dash)"
        rf"(?P<day>\d{{1,2}}){_NO_NUMBER_AFTER}日?",
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
        rf"(?<![\d.a-z\-/])(?P<first>\d{{1,2}})(?P<dot>\.) ?(?P<second>\d{{1,2}})\. ?(?P<year>{w.FULL_YEAR}"
        rf"|\d\d){_NO_NUMBER_AFTER}",
        "calendar",
        read_numbers,
        ".",
    ),
    form(
        r"(?<![\d.a-z\-/])(?P<first>\d{1,2})(?P<dash>[/\-])(?P<second>\d{1,2})(?P=dash)"
        rf"(?P<year>{w.FULL_YEAR}|\d\d){_NO_NUMBER_AFTER}",
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
        rf"(?:{w.YEAR_AHEAD}{w.YEAR} ?[的/\-.]? ?|(?<![a-z0-9]))q(?P<quarter>[0-9])(?![a-z0-9]|[.\-]\d)"
        r"(?:季度)?的?(?P<part>[初中底末])?"
        rf"(?: ?[/\-]? ?(?P<year_after>{w.FULL_YEAR}(?!\d)年?|'\d\d(?!\d)|{w.FISCAL_YEAR})"
        rf"|{w.YEAR_AFTER.replace('_after>', '_named>')})?",
        "calendar",
        read_calendar,
        "q",
        more="123456789",
    ),
    form(
        rf"(?<![\d.a-z\-/])(?P<quarter>[1-4]) ?q[ /-]?(?P<year>{w.FULL_YEAR}|\d\d)(?!\d)",
        "calendar",
        read_calendar,
        "q",
        more="123456789",
    ),
    form(
        rf"(?:{w.YEAR_AHEAD}{w.YEAR} ?[的/\-]? ?|(?<![a-z0-9]))h(?P<half>[12])(?![a-z0-9]|[.\-]\d)(?:{w.YEAR_AFTER}"
        r"|(?=[,.;!?)前之以内底末]|上线|投产|采购|落地|实施|交付|完成|启动|计划|安装|到货|签|下单|定|$))",
        "calendar",
        read_calendar,
        "h",
        more="12",
    ),
    form(
        rf"(?<![\d.a-z\-/])(?P<half>[12])h[ /-]?(?P<year>{w.FULL_YEAR}|\d\d)(?!\d)",
        "calendar",
        read_calendar,
        "h",
        more="12",
    ),
)
