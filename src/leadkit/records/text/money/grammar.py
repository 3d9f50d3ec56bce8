"""The grammar of a number in running text, with its magnitude and its currency, and what looks like one but is none."""

from __future__ import annotations

import re

from leadkit.records.text.money.currency_words import MAGNITUDES, PHRASES, SIGNS, SUFFIXES
from leadkit.records.text.money.sum_words import NEVER_DIGITS, NEVER_LETTERS, NEVER_OTHER
from leadkit.records.text.numbers.digits import SHAPES
from leadkit.records.text.numbers.numerals import DIGITS, UNITS
from leadkit.records.text.patterns import Later, any_of

_UNITS_IN_WORDS = [
    *["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen"],
    *["fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
]
_TENS_IN_WORDS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
SMALL = {
    **{word: value for value, word in enumerate(_UNITS_IN_WORDS, 1)},
    **{word: 10 * value for value, word in enumerate(_TENS_IN_WORDS, 2)},
}
LARGE = {"hundred": 100, "thousand": 1000, "grand": 1000, "lakh": 100_000, "million": 10**6, "billion": 10**9}
WORDS = {**SMALL, **LARGE, "a": 1, "an": 1}
_NUMBER_WORDS = (
    rf"(?:{any_of(PHRASES)}|(?:an?(?= (?:{any_of(LARGE)}))|{any_of(SMALL)})"
    rf"(?:[ -](?:and )?(?:{any_of([*SMALL, *LARGE])})){{0,6}})(?![a-z])"
)
_CHINESE = (
    rf"[十拾{DIGITS}](?:[{DIGITS}{UNITS}几]|点(?=[{DIGITS}])|[多余来](?=[{UNITS}块元])|个[多]?(?=[亿百千万])){{0,30}}"
)
_TAIL = r"(?=$|[;。!?)元块左以之内的到至~可能就够行吗吧呢也都做接拿搞包含-]|上下|,(?!\d{3})|、| (?:元|块|左|以|的))"
_UNITS = (
    rf"(?:[{UNITS}]|[多余来](?=[{UNITS}])){{0,5}}(?:(?<=亿)\d{{1,4}}[千百]?万"
    rf"|(?<=万)零?\d千(?:\d百)?|(?<=千)\d百万|(?<=千)\d百(?:\d十)?"
    rf"|(?<=[百千])\d{{1,3}}万)?(?:(?<=[万亿千])\d{_TAIL})?"
)
_BARE = (
    r"(?:(?<=[上近过超破到])|(?<=接近))(?:[百千]万|亿)"
    rf"|(?<![\d十百千万亿多余来几数两{DIGITS}])(?:[百千]万|亿)(?=元?(?:以内|之内|以下|以上|左右|上下|出头))"
)
_VAGUE = (
    rf"(?:(?:好?几|数)[{UNITS}]{{1,6}}(?=[^级]|$)|(?<![\d{DIGITS}十百千万亿])百[{DIGITS}]十万|[百千万]把[万块个元])"
)
_LEVEL = rf"(?:[\d.]{{1,8}}|[{DIGITS}十]{{1,6}})?[{UNITS}]{{1,4}}元?级"

_VAGUE_WORDS = (
    r"(?:several|some|few|couple(?: of)?) (?:(?:hundred|thousand|million|k)(?: |(?![a-z]))){1,3}|(?:four|five|six"
    r"|seven|eight)[ -]figures?"
)
_NEAR = "budget|about|around|under|over|max|min|approx|circa|ca|up|to|from|bis|rund|within|below"
_MODEL = (
    rf"(?!(?:{any_of(SIGNS)}|{_NEAR})[ .]?\d)[a-z]{{1,10}}\d?[-_]?\d[a-z\d]{{0,20}}(?:[-./]\d[a-z\d]{{0,20}}){{0,4}}"
)
_NOT_EURO = "洲美盟标姆系规式款冠亚日"
_FIRST = "".join(sorted({re.escape(sign[0]) for sign in SIGNS}))
_NUMERAL = f"{DIGITS}{UNITS}半"

TOKEN = Later(
    rf"(?=[\da-z+(#{_FIRST}{_NUMERAL}几数好邮微电手联传编单型合货料第])(?:"
    rf"(?P<never>(?=\d)(?:{'|'.join(NEVER_DIGITS)})|(?<![a-z\d])(?=[a-z])(?:{'|'.join(NEVER_LETTERS)}|{_MODEL})"
    rf"|(?=[邮微电手联传编单型合货料#+(百第])(?:{'|'.join(NEVER_OTHER)}))"
    rf"|(?P<vague>(?=[\d{_NUMERAL}])(?<![\d.]){_LEVEL}|(?=[几数好百千万]){_VAGUE}"
    rf"|(?<![a-z])(?=[scfe])(?:{_VAGUE_WORDS}))"
    rf"|(?:(?=[{_FIRST}])(?<![a-z])(?P<sign>{any_of(SIGNS)})[ :]?(?=[\d{DIGITS}十])"
    rf"|(?<![a-z\d])(?<!\d[.,])|(?<=budget|around)|(?<=about|under)|(?<=max))"
    rf"(?:(?=\d)(?P<plain>{'|'.join(SHAPES)})\s?(?:(?P<more>[多余几来]?)(?P<units>(?:个(?=[亿百千]))?{_UNITS}))"
    rf"|(?=[{_NUMERAL}])(?:(?P<chinese>{_CHINESE})|(?P<bare>{_BARE}))|(?=[a-z半])(?P<words>{_NUMBER_WORDS}))"
    rf"(?:\s?(?P<combined>[ktm])(?P<euro>€|eur|usd|chf|\$|£)(?![a-z])"
    rf"|(?<![万亿千百])[\s-]?(?:个(?=w))?(?P<latin>{any_of(MAGNITUDES)})(?![a-z])\.?)?"
    rf"(?:\s?\((?:单位[:为]?)?(?P<inside>[{UNITS}]{{0,2}})(?P<named>{any_of(SUFFIXES)})?\))?"
    rf"(?:\s?(?P<suffix>{any_of(SUFFIXES)})(?![a-z])(?!(?<=[$€£¥])\d)(?!(?<=欧)[{_NOT_EURO}])(?:整|正)?)?)",
)
"""A number with all that belongs to it, what only looks like one (`never`), or a sum that can't be told (`vague`)."""
