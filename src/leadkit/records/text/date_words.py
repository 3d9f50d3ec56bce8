"""The words that dates are made of, as parts of regular expressions over folded, lower-case text."""

from __future__ import annotations

from leadkit.records.text.numerals import DIGITS

YEAR = r"(?P<year>(?<!\d)(?:19|20|21)\d\d(?!\d)年?|今年|本年|明年|后年)"
YEAR_AFTER = r"(?:,? ?(?:of )?(?P<year_after>(?:19|20|21)\d\d(?!\d)|this year|next year))"
CHINESE = f"[十{DIGITS}]"
COUNT = (
    rf"(?P<count>(?<!\d)\d{{1,4}}|{CHINESE}{{1,4}}|半|(?<![a-z])(?:an?|one|two|three|four|five|six|twelve|couple of))"
)
MONTH_NAME = (
    r"(?<![a-z])(?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:(?<=jan)uary|(?<=feb)ruary|(?<=mar)ch|(?<=apr)il|(?<=jun)e|(?<=jul)y|(?<=aug)ust|(?<=sep)t(?:ember)?"
    r"|(?<=oct)ober|(?<=nov)ember|(?<=dec)ember)?(?![a-z])\.?"
)
DAY = r"(?P<day>(?<!\d)\d{1,2}(?!\d))"
ORDINAL = "1st|2nd|3rd|4th|first|second|third|fourth|last"
QUARTER = (
    rf"(?P<number>(?<![a-z0-9])q[1-4](?![a-z0-9])|(?<!\d)\d(?=季)|{CHINESE}(?=季)"
    rf"|(?<![a-z0-9])(?:{ORDINAL})(?= quarter))"
)
HALF = r"(?P<number>[上下](?=半年)|(?<=(?<![a-z0-9])h)[12](?![a-z0-9])|(?:first|second)(?= half))"
YEAR_END = (
    r"(?<![a-z])(?:end of (?:the )?(?P<year>this year|next year|(?:19|20|21)\d\d)"
    r"|(?:end of (?:the )?year|year[- ]end|eoy)(?![a-z]))"
)
AT_ONCE = (
    r"(?<![a-z])(?:asap|as soon as possible|immediately|right away|urgent(?:ly)?)(?![a-z])"
    r"|尽快|立即|立刻|马上|尽早|越快越好|加急"
)
MONTH_AND_DAY = (
    rf"(?:{YEAR} ?)?(?P<month>(?<!\d)\d{{1,2}}|{CHINESE}{{1,3}})月 ?"
    rf"(?P<day>\d{{1,2}}(?!\d)|{CHINESE}{{1,3}}(?=[日号]))[日号]?"
)
