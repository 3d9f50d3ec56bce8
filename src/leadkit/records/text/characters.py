"""One way to write each character: width, digits of every script, invisible characters, white space."""

from __future__ import annotations

import re
import unicodedata
from itertools import groupby

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
