"""Regular expressions made of lists of words, and many of them looked for at once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

Hit = tuple[str, int, int]
"""The name of a group of words, and where one of them begins and ends."""
_LATIN = re.compile("[a-zäöü]")
_LOOK_AROUND = re.compile(r"\(\?<?[!=](?:[^()\\]|\\.|\([^()]*\))*\)")
_REPEAT = re.compile(r"[?*]|\{0")


def any_of(words: Iterable[str]) -> str:
    """An expression for any of the words, the longest first; words with the same beginning share it."""
    tree: dict[str, dict] = {}  # type: ignore[type-arg]
    for word in words:
        node = tree
        for char in word:
            node = node.setdefault(char, {})
        node[""] = {}
    return _written(tree)


def _written(tree: Mapping[str, dict]) -> str:  # type: ignore[type-arg]
    branches = [re.escape(char) + _written(node) for char, node in tree.items() if char]
    if not branches:
        return ""
    whole = branches[0] if len(branches) == 1 and "" not in tree else f"(?:{'|'.join(branches)})"
    return f"{whole}?" if "" in tree else whole


def alternatives(expression: str) -> list[str]:
    """The parts between the outermost bars of an expression."""
    parts, depth, current, inside = [], 0, "", False
    for char in expression:
        inside = (char == "[" or inside) and char != "]"
        depth += 0 if inside else (char == "(") - (char == ")")
        if char == "|" and not depth and not inside:
            parts.append(current)
            current = ""
        else:
            current += char
    return [*parts, current]


def whole_words(expression: str) -> str:
    """The expression, each part that begins with a Latin letter only at the beginning of a word."""
    return "|".join(map(_whole_word, alternatives(expression)))


def _whole_word(pattern: str) -> str:
    latin = any(map(_LATIN.match, _first(pattern)))
    return rf"(?<![a-zäöü])(?:{pattern})(?![a-zäöü])" if latin else pattern


def _first(pattern: str) -> set[str]:
    """The characters that a match of an expression may begin with: literals, sets, groups, and what is optional."""
    rest = pattern
    while rest:
        if match := _LOOK_AROUND.match(rest):
            rest = rest[match.end() :]
            continue
        chars, rest = _head(rest)
        if not _REPEAT.match(rest):
            return chars
        optional = re.sub(r"^(?:[?*]|\{0,\d*\})\+?", "", rest)
        return chars | _first(optional)
    return set()


def _head(pattern: str) -> tuple[set[str], str]:
    if pattern.startswith("("):
        end = _closing(pattern)
        inner = re.sub(r"^\(\?:|^\(\?P<\w+>|^\(", "", pattern[:end])
        return set().union(*map(_first, alternatives(inner))), pattern[end + 1 :]
    if pattern.startswith("["):
        end = pattern.index("]")
        return _set(pattern[1:end]), pattern[end + 1 :]
    if pattern.startswith("\\"):
        return {pattern[1]}, pattern[2:]
    return {pattern[0]}, pattern[1:]


def _set(inner: str) -> set[str]:
    span = re.fullmatch(r"(.)-(.)(.*)", inner)
    if span is None:
        return set(inner)
    return {chr(code) for code in range(ord(span[1]), ord(span[2]) + 1)} | set(span[3])


def _closing(pattern: str) -> int:
    depth = 0
    for index, char in enumerate(pattern):
        depth += (char == "(") - (char == ")")
        if not depth:
            return index
    raise ValueError(pattern)


class Lexicon:
    """Named groups of words, given as expressions, of which every word in a text is looked for.

    The first group that fits at a place counts. An expression is tried only where its first character stands, so
    many hundred words cost little.
    """

    def __init__(self, groups: Mapping[str, str]) -> None:
        self.groups = groups
        self._by_first: dict[str, re.Pattern[str]] = {}

    @cached_property
    def _parts(self) -> list[tuple[str, str, set[str]]]:
        """(group, expression, its first characters)."""
        return [
            (name, _whole_word(part), _first(part))
            for name, group in self.groups.items()
            for part in alternatives(group)
        ]

    @cached_property
    def _starts(self) -> re.Pattern[str]:
        chars = "".join(sorted(set().union(*(first for _, _, first in self._parts))))
        latin = "".join(char for char in chars if _LATIN.match(char))
        others = "".join(char for char in chars if char not in latin)
        start = rf"(?<![a-zäöü])[{latin}]" if latin else ""
        return re.compile("|".join(filter(None, (f"[{re.escape(others)}]" if others else "", start))))

    def _at(self, char: str) -> re.Pattern[str]:
        if char not in self._by_first:
            fitting: dict[str, list[str]] = {}
            for name, part, first in self._parts:
                if char in first:
                    fitting.setdefault(name, []).append(part)
            named = (f"(?P<{name}>{'|'.join(parts)})" for name, parts in fitting.items())
            self._by_first[char] = re.compile("|".join(named))
        return self._by_first[char]

    def find(self, text: str, start: int = 0, end: int | None = None) -> Iterator[Hit]:
        """Every word between two places in the text, none overlapping, from left to right."""
        stop = len(text) if end is None else end
        search, by_first = self._starts.search, self._by_first
        place = search(text, start, stop)
        while place is not None:
            at = place.start()
            char = text[at]
            match = (by_first.get(char) or self._at(char)).match(text, at, stop)
            if match is not None and match.end() > at:
                yield str(match.lastgroup), at, match.end()
                at = match.end() - 1
            place = search(text, at + 1, stop)
