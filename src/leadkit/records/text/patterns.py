"""Regular expressions made of lists of words."""

from __future__ import annotations

import re
from collections.abc import Iterable


def one_of(words: Iterable[str]) -> str:
    """An expression for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def whole_words(alternatives: str) -> str:
    """The alternatives of an expression, each that begins with a Latin letter only at the beginning of a word."""
    parts, depth, current = [], 0, ""
    for char in alternatives:
        depth += (char == "(") - (char == ")")
        if char == "|" and not depth:
            parts.append(current)
            current = ""
        else:
            current += char
    return "|".join(map(_whole_word, [*parts, current]))


def _whole_word(pattern: str) -> str:
    first = re.sub(r"^(?:\(\?<?[!=][^)]*\)|\(\?:|\()+", "", pattern)
    return rf"(?<![a-zäöü]){pattern}" if re.match(r"[a-zäöü]", first) else pattern
