"""Phone numbers as E.164 with an extension, and email addresses, checked by their form alone."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from types import ModuleType

from attrs import define, field, setters

from leadkit.errors import MissingExtraError
from leadkit.records.text.characters import fold

LONGEST_PHONE = 100
LONGEST_EMAIL = 254
"""A text with more characters than this is no phone number or no address (RFC 5321)."""

REMEMBERED = 2048
"""So many of the last ones are remembered: one that comes in is read for its faults, facts and duplicates."""

_PHONE = re.compile(
    rf"(?P<number>[+(]?[\d\-./() \u2010-\u2015]{{1,{LONGEST_PHONE}}}?)"
    r"(?:[ ,;]{0,3}(?:转接?|分机号?|ext(?:ension|n)?|x|#)[ .:=]{0,3}(?P<extension>\d{1,7}))?",
    re.IGNORECASE,
)


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


@define(on_setattr=setters.frozen)
class Email:
    """An email address: `text` as entered, `address` in lower case or None if the text is no address."""

    text: str = field(repr=_masked)
    address: str | None = field(repr=_masked)

    @property
    def valid(self) -> bool:
        """Whether the text has the form of an address; nobody was asked whether it takes mail."""
        return self.address is not None


def read_phone(text: str, region: str = "CN") -> Phone:
    """The phone number in `text`; one without a country code belongs to `region` (ISO 3166, two letters).

    Letters and masks make a number invalid, except a word before an extension: 转, 分机, ext, x, #.

    Raises:
        MissingExtraError: phonenumberslite is not installed.
    """
    shape = _PHONE.fullmatch(fold(text)[: LONGEST_PHONE + 1])
    e164 = _e164(shape["number"], region.upper()) if shape else None
    return Phone(text, e164, shape["extension"] if shape and e164 else None)


def read_email(text: str) -> Email:
    """The email address in `text`, wholly in lower case, because people don't tell addresses apart by case.

    A masked address (`zh***@example.com`) is none, though an asterisk is legal syntax.

    Raises:
        MissingExtraError: email-validator is not installed.
    """
    folded = fold(text)
    possible = "@" in folded and "*" not in folded and len(folded) <= LONGEST_EMAIL
    return Email(text, _address(folded.lower()) if possible else None)


def phone_kind(e164: str) -> str:
    """What the numbering plan has a valid number for: `mobile`, `toll_free`, `shared_cost`, ...

    Raises:
        MissingExtraError: phonenumberslite is not installed.
    """
    return _kind(e164.partition(";")[0])


def forget() -> None:
    """Forget the phone numbers and addresses that were read last, such as those of somebody who was erased."""
    _e164.cache_clear()
    _kind.cache_clear()
    _address.cache_clear()


@lru_cache(maxsize=REMEMBERED)
def _e164(number: str, region: str) -> str | None:
    library = _phonenumbers()
    try:
        parsed = library.parse(number, region)
    except library.NumberParseException:
        return None
    if not library.is_valid_number(parsed):
        return None
    return str(library.format_number(parsed, library.PhoneNumberFormat.E164))


@lru_cache(maxsize=REMEMBERED)
def _kind(e164: str) -> str:
    library = _phonenumbers()
    kind = library.number_type(library.parse(e164, None))
    return str(library.PhoneNumberType.to_string(kind)).lower()


@lru_cache(maxsize=REMEMBERED)
def _address(text: str) -> str | None:
    library = _email_validator()
    try:
        valid = library.validate_email(text, check_deliverability=False)
    except library.EmailNotValidError:
        return None
    return str(valid.normalized).lower()


@cache
def _phonenumbers() -> ModuleType:
    try:
        import phonenumbers
    except ImportError:
        raise MissingExtraError.of("phonenumberslite", "match") from None
    return phonenumbers


@cache
def _email_validator() -> ModuleType:
    try:
        import email_validator
    except ImportError:
        raise MissingExtraError.of("email-validator", "match") from None
    return email_validator
