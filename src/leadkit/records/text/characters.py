"""One way to write each character: width, digits, white space; and forms to compare by: simplified, without accents."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from itertools import chain, groupby
from typing import Any

from leadkit.errors import MissingExtraError

_OTHER_DIGIT = re.compile(r"[^\D0-9]")
_INVISIBLE = frozenset({"Cf", "Cs"})
_LONG = 1000


def fold(text: str) -> str:
    """`text` in NFKC, with ASCII digits, no format characters or lone surrogates, and single spaces only inside.

    Case is kept. Folding twice is folding once.
    """
    if text.isascii():
        return " ".join(text.split())
    visible = text if text.isprintable() else "".join(filter(_is_visible, text))
    normal = unicodedata.normalize("NFKC", visible if len(visible) < _LONG else _in_order(visible))
    digits = "".join(map(_with_ascii_digit, normal)) if _OTHER_DIGIT.search(normal) else normal
    return " ".join(digits.split())


def simplified(text: str) -> str:
    """`text` with traditional Chinese characters in their simplified form; all else stays.

    Raises MissingExtraError without opencc, where `text` has ideographs that GB 2312 lacks.
    """
    if text.isascii() or not (_TRADITIONAL.search(text) or _has_others(text)):
        return text
    converted: str = _converter().convert(text)
    return converted


def comparable(text: str) -> str:
    """`text` folded, simplified, in lower case and plain letters: two writings of the same words are equal.

    German umlauts are two letters (Müller is mueller, Straße strasse); other accents fall away (é is e, İ and ı are i).
    Raises MissingExtraError as `simplified` does.
    """
    folded = fold(text)
    if folded.isascii():
        return folded.lower()
    lower = simplified(folded).casefold()
    if not _ACCENT.search(lower):
        return lower if lower == folded else fold(lower)
    return fold(_MARKS.sub("", fold(lower).translate(_plain_letters())))


_IDEOGRAPH = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]")
_TRADITIONAL = re.compile("[後於徵夥菸麽麴薹]")
"""What GB 2312 has of them, although nobody who writes simplified characters uses them."""
_ACCENT = re.compile("[‘’\u00c0-\u024f\u0300-\u036f\u0451\u1e00-\u1eff]")
_MARKS = re.compile("[\u0300-\u036f]+")
_SPELT_OUT = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "ı": "i", "ł": "l", "đ": "d"}
_APOSTROPHES = {"‘": "'", "’": "'"}
_ACCENTED = (range(0xC0, 0x250), range(0x1E00, 0x1F00), (0x451, 0x401))


@cache
def _plain_letters() -> dict[int, str]:
    """Letters with accents, by code point: Latin ones and ё, which Russians write as е."""
    bare = {code: unicodedata.normalize("NFKD", chr(code))[0] for code in chain.from_iterable(_ACCENTED)}
    return {**bare, **{ord(letter): letters for letter, letters in (_SPELT_OUT | _APOSTROPHES).items()}}


def _has_others(text: str) -> bool:
    """Whether ideographs stand in `text` that GB 2312 lacks."""
    return not _in_gb2312(text) and not all(map(_in_gb2312, _IDEOGRAPH.findall(text)))


def _in_gb2312(text: str) -> bool:
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _converter() -> Any:
    try:
        import opencc
    except ImportError:
        raise MissingExtraError.of("opencc", "match") from None
    return opencc.OpenCC("t2s")


def _is_visible(char: str) -> bool:
    return unicodedata.category(char) not in _INVISIBLE


def _with_ascii_digit(char: str) -> str:
    digit = None if char.isascii() else unicodedata.decimal(char, None)
    return char if digit is None else str(digit)


def _in_order(text: str) -> str:
    """`text` with each run of combining marks in canonical order; normalising takes quadratic time to order one."""
    runs = groupby(text, key=_is_mark)
    return "".join(_sorted_marks("".join(run)) if marks else "".join(run) for marks, run in runs)


def _is_mark(char: str) -> bool:
    return not char.isascii() and unicodedata.combining(unicodedata.normalize("NFKD", char)[0]) != 0


def _sorted_marks(run: str) -> str:
    parts = "".join(unicodedata.normalize("NFKD", char) for char in run)
    return "".join(sorted(parts, key=unicodedata.combining))
