"""What a phone number and an email address are, checked by their form alone; who was looked at last is forgettable."""

from __future__ import annotations

import re
from functools import cache
from types import ModuleType

from attrs import define, field, setters

from leadkit.errors import MissingExtraError
from leadkit.records.text.memory import remembered


def _masked(text: str | None) -> str:
    return repr(None if text is None else "***")


@define(on_setattr=setters.frozen)
class Phone:
    """A phone number: `text` as entered, `e164` such as `+862162345678` or None if the text is no valid number.

    `rest` is what else stood in the cell, such as a name, without the numbers that were read and their labels.
    """

    text: str = field(repr=_masked)
    e164: str | None = field(repr=_masked)
    extension: str | None = field(repr=_masked)
    rest: str = field(default="", repr=_masked)

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
    """An email address: `text` as entered, `address` in lower case or None if the text is no address.

    `rest` is what else stood in the cell, such as a name.
    """

    text: str = field(repr=_masked)
    address: str | None = field(repr=_masked)
    rest: str = field(default="", repr=_masked)

    @property
    def valid(self) -> bool:
        """Whether the text has the form of an address; nobody was asked whether it takes mail."""
        return self.address is not None


def e164(number: str, region: str) -> str | None:
    """A number without letters as E.164; None where no country's plan has it. `region` is in capitals.

    Raises:
        MissingExtraError: phonenumberslite is not installed.
    """
    if len(number) == 11 and number.isdecimal():
        plan = _mobiles(region)
        if plan and plan[1].fullmatch(number):
            return f"+{plan[0]}{number}"
    return _parsed(number, region)


def calling_code(region: str) -> int:
    """What stands behind the `+` of the numbers of a region (ISO 3166), such as 86 for CN; 0 where there is none such.

    Raises:
        MissingExtraError: phonenumberslite is not installed.
    """
    return int(_phonenumbers().country_code_for_region(region.upper()))


def address(text: str) -> str | None:
    """An address in lower case; None where the text is none.

    Raises:
        MissingExtraError: email-validator is not installed.
    """
    local, _, domain = text.rpartition("@")
    if _PLAIN_LOCAL.fullmatch(local) and domain.isascii() and len(text) <= LONGEST_EMAIL:
        name = _domain(domain)
        return None if name is None else f"{local}@{name}"
    return _checked(text)


LONGEST_EMAIL = 254
"""An address has no more characters (RFC 5321)."""
_PLAIN_LOCAL = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*", re.ASCII)


def phone_kind(e164: str) -> str:
    """What the numbering plan has a valid number for: `mobile`, `toll_free`, `shared_cost`, ...

    Raises:
        MissingExtraError: phonenumberslite is not installed.
    """
    return _kind(e164.partition(";")[0])


@remembered
def _parsed(number: str, region: str) -> str | None:
    library = _phonenumbers()
    try:
        parsed = library.parse(number, region)
    except library.NumberParseException:
        return None
    if not library.is_valid_number(parsed):
        return None
    return str(library.format_number(parsed, library.PhoneNumberFormat.E164))


@cache
def _mobiles(region: str) -> tuple[int, re.Pattern[str]] | None:
    """The country code of a region and what its mobile numbers of eleven digits look like, in E.164 unchanged."""
    plan = _phonenumbers().PhoneMetadata.metadata_for_region(region)
    if plan is None or plan.mobile is None or 11 not in (plan.mobile.possible_length or ()):
        return None
    prefix = plan.national_prefix_for_parsing
    unlike = f"(?!{prefix}|{plan.country_code})" if prefix else f"(?!{plan.country_code})"
    return plan.country_code, re.compile(rf"{unlike}(?:{plan.mobile.national_number_pattern})")


@remembered
def _kind(e164: str) -> str:
    library = _phonenumbers()
    kind = library.number_type(library.parse(e164, None))
    return str(library.PhoneNumberType.to_string(kind)).lower()


@remembered
def _checked(text: str) -> str | None:
    library = _email_validator()
    try:
        valid = library.validate_email(text, check_deliverability=False)
    except library.EmailNotValidError:
        return None
    return str(valid.normalized).lower()


@remembered
def _domain(text: str) -> str | None:
    """The domain of an address as it is written in one; None where it can't be."""
    whole = _checked(f"a@{text}")
    return whole.removeprefix("a@") if whole else None


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
