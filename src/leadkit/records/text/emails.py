"""Email addresses, checked by their form alone."""

from __future__ import annotations

from functools import cache, lru_cache
from types import ModuleType

from attrs import define, field, setters

from leadkit.errors import MissingExtraError
from leadkit.records.text.characters import fold

LONGEST = 254
"""A text with more characters than this is no address (RFC 5321)."""

READ_AGAIN = 2048
"""So many of the last addresses are remembered, for the same reason as phone numbers."""


def _masked(text: str | None) -> str:
    return repr(None if text is None else "***")


@define(on_setattr=setters.frozen)
class Email:
    """An email address: `text` as entered, `address` in lower case or None if the text is no address."""

    text: str = field(repr=_masked)
    address: str | None = field(repr=_masked)

    @property
    def valid(self) -> bool:
        """Whether the text has the form of an address; nobody was asked whether it takes mail."""
        return self.address is not None


def read_email(text: str) -> Email:
    """The email address in `text`, wholly in lower case, because people don't tell addresses apart by case.

    A masked address (`zh***@example.com`) is none, though an asterisk is legal syntax.

    Raises MissingExtraError without email-validator.
    """
    folded = fold(text)
    return Email(
        text, normal_address(folded.lower()) if "@" in folded and "*" not in folded and len(folded) <= LONGEST else None
    )


@lru_cache(maxsize=READ_AGAIN)
def normal_address(text: str) -> str | None:
    """The normal form of an address; None where it is none."""
    library = _library()
    try:
        found = library.validate_email(text, check_deliverability=False)
    except library.EmailNotValidError:
        return None
    return str(found.normalized).lower()


@cache
def _library() -> ModuleType:
    try:
        import email_validator
    except ImportError:
        raise MissingExtraError.of("email-validator", "match") from None
    return email_validator
