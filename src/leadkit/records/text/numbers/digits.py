"""Grouped digits as people write them: 1,234.56, 1.234,56, 1 200 000, 1'200'000, 12,00,000."""

from __future__ import annotations

import re
from decimal import Decimal

_END = r"(?![.,' ]?\d)"
_UNIT = r"€|eur|k€|m€|t€|mio|mrd|tsd|million|milliard|chf|pln|zł|czk|dkk|sek|nok|[万亿]|[km]\b"
SHAPES = (
    rf"\d{{1,3}}(?:,\d{{3}}){{1,5}}(?:\.\d{{1,6}})?{_END}",
    rf"\d{{1,3}}(?:\.\d{{3}}){{1,5}}(?:,\d{{1,2}}|,-+)?{_END}",
    r"(?<!\d )\d{1,3}(?:[ ']\d{3}){1,5}(?:[.,]\d{1,2}|,-+)?(?![.,' ]?\d)",
    rf"\d{{1,2}}(?:,\d\d){{1,4}},\d{{3}}(?:\.\d{{1,2}})?{_END}",
    r"\d{1,4}(?:,\d{4}){1,3}(?!,?\d)",
    rf"\d{{1,16}},\d{{1,2}}(?=\s?(?:{_UNIT})|\s?(?:-|~|bis|und|à|et)\s?\d{{1,16}},\d{{1,2}}\s?(?:{_UNIT}))",
    r"\d{1,16}(?:\.\d{1,6})?(?!\.?\d|,\d{3}(?!\d)|,\d\d?,\d|'\d)",
)
"""The shapes of a number in digits, as regular expressions; the first that fits counts."""

_GROUPED_BY_COMMA = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d\d)+,\d{3}|\d{1,4}(?:,\d{4})+")
_GROUPED_BY_DOT = re.compile(r"[1-9]\d{0,2}\.\d{3}")
_CENTS = re.compile(r"(?P<whole>[\d.]+),(?:(?P<cents>\d{1,2})|-+)")


def read_digits(written: str, *, european: bool, magnified: bool) -> Decimal | None:
    """The number that a text of one of `SHAPES` writes; None where it may be either of two.

    `european`: the text groups by dots. `magnified`: a word such as million follows. 1.234 is a decimal number before
    million, grouped in a European text, and otherwise neither; 1,5 has a decimal comma in a European text only.
    """
    text = re.sub("[ ']", "", written)
    grouped_by_blank = text != written
    if "," in text:
        return _with_comma(text, european=european or grouped_by_blank)
    if text.count(".") > 1:
        return Decimal(text.replace(".", ""))
    if not _GROUPED_BY_DOT.fullmatch(text):
        return Decimal(text)
    if magnified == european:
        return None
    return Decimal(text) if magnified else Decimal(text.replace(".", ""))


def _with_comma(text: str, *, european: bool) -> Decimal | None:
    cents = _CENTS.fullmatch(text)
    if cents and (european or "." in text or not cents["cents"]):
        return Decimal(f"{cents['whole'].replace('.', '')}.{cents['cents'] or 0}")
    whole, _, rest = text.partition(".")
    if _GROUPED_BY_COMMA.fullmatch(whole):
        return Decimal(whole.replace(",", "") + (f".{rest}" if rest else ""))
    return None
