"""One way to write each character: width, digits of every script, invisible characters, white space."""

from __future__ import annotations

import unicodedata

_INVISIBLE = frozenset({"Cf", "Cs"})


def fold(text: str) -> str:
    """`text` in NFKC, with ASCII digits, no format characters or lone surrogates, and single spaces only inside.

    Case is kept. Folding twice is folding once.
    """
    if text.isascii():
        return " ".join(text.split())
    visible = "".join(char for char in text if unicodedata.category(char) not in _INVISIBLE)
    normal = unicodedata.normalize("NFKC", visible)
    return " ".join("".join(_with_ascii_digit(char) for char in normal).split())


def _with_ascii_digit(char: str) -> str:
    digit = None if char.isascii() else unicodedata.decimal(char, None)
    return char if digit is None else str(digit)
