"""Phone numbers as E.164 with an extension."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from types import ModuleType

from attrs import define, field, setters

from leadkit.errors import MissingExtraError
from leadkit.records.text.characters import fold

LONGEST = 100
"""A text with more characters than this is no phone number."""

READ_AGAIN = 2048
"""So many of the last numbers are remembered: one that comes in is read for its faults, facts and duplicates."""


def _masked(text: str | None) -> str:
    return repr(None if text is None else "***")


@define(on_setattr=setters.frozen)
class Phone:
    """A phone number: `text` as entered, `e164` such as `+862162345678` or None if the text is no valid number."""

    text: str = field(repr=_masked)
    e164: str | None = field(repr=_masked)
    extension: str | None = field(repr=_masked)

    @property
    def valid(self) -> bool:
        """Whether the number exists in its country's numbering plan."""
        return self.e164 is not None

    @property
    def normal(self) -> str | None:
        """`+862162345678` or `+862162345678;ext=801`, which reads back as the same number; None if it isn't valid."""
        return f"{self.e164};ext={self.extension}" if self.e164 and self.extension else self.e164


def read_phone(text: str, region: str = "CN") -> Phone:
    """The phone number in `text`; one without a country code belongs to `region` (ISO 3166, two letters).

    Letters and masks make a number invalid, except a word before an extension: 转, 分机, ext, x, #.
    Raises MissingExtraError without phonenumberslite.
    """
    shape = _SHAPE.fullmatch(fold(text)[: LONGEST + 1])
    e164 = normal_number(shape["number"], region.upper()) if shape else None
    extension = shape["extension"] if shape and e164 else None
    return Phone(text, e164, extension)


_SHAPE = re.compile(
    rf"(?P<number>[+(]?[\d\-./() \u2010-\u2015]{{1,{LONGEST}}}?)"
    r"(?:[ ,;]{0,3}(?:转接?|分机号?|ext(?:ension|n)?|x|#)[ .:=]{0,3}(?P<extension>\d{1,7}))?",
    re.IGNORECASE,
)


@lru_cache(maxsize=READ_AGAIN)
def normal_number(number: str, region: str) -> str | None:
    """The number as E.164; None where it is none."""
    library = _library()
    try:
        parsed = library.parse(number, region)
    except library.NumberParseException:
        return None
    if not library.is_valid_number(parsed):
        return None
    return str(library.format_number(parsed, library.PhoneNumberFormat.E164))


@cache
def _library() -> ModuleType:
    try:
        import phonenumbers
    except ImportError:
        raise MissingExtraError.of("phonenumberslite", "match") from None
    return phonenumbers
