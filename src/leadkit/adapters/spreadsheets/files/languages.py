"""How likely signs are in each language, counted from samples; all numbers are natural logarithms of probabilities."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from math import log

from attrs import define, setters

STRANGE = -14.0
"""A sign that the language does not write."""

_SYMBOLS = {
    **dict.fromkeys("’“”–—…«»€°№", -4.0),
    **dict.fromkeys("‘„‚·ºª§®©™•£²³±×\u00a0", -5.5),
    **dict.fromkeys("´¿¡½¼¾µ¹†‹›÷", -7.0),
}
_WIDE_SIGNS = frozenset("、。，（）：；！？「」『』【】《》“”‘’…—－～·＋／％＆・　○●△□◎★☆→①②③④⑤￥￡￠￦￣ー々〇～〜")
_TECHNICAL_SIGNS = frozenset("×÷±≥≤≈≠∞℃‰°§¥√ΦφΩωμαβγΔδⅠⅡⅢⅣⅤ㎡㎏㎜㎝㎞㈱№↑↓←■▲▼◆⑥⑦⑧⑨⑩")
_EDGE = " "
_STRENGTH = 3.0
_LARGEST_GAIN = 3.0
_LIFTED_CASE = -4.0
_MIXED_SCRIPTS = -5.0
_LONELY = -2.0


@define(on_setattr=setters.frozen)
class Alphabet:
    """A language of letters: how likely each is in it, and after each other letter (a blank is the edge of a word)."""

    name: str
    single: Mapping[str, float]
    pairs: Mapping[str, float]
    latin: bool

    @classmethod
    def of(cls, name: str, sample: str) -> Alphabet:
        """The language as a sample of its words shows it."""
        words = [lowered(word) for word in sample.split()]
        letters = Counter(sign for word in words for sign in word + _EDGE)
        pairs = Counter(two for word in words for two in _twos(word))
        firsts = Counter(two[0] for word in words for two in _twos(word))
        total = sum(letters.values()) + 0.3 * len(letters)
        single = {sign: (count + 0.3) / total for sign, count in letters.items()}
        likely = {
            first + second: log((pairs[first + second] + _STRENGTH * single[second]) / (firsts[first] + _STRENGTH))
            for first in letters
            for second in letters
        }
        latin = sum(sign.isascii() and sign.isalpha() for sign in single) > 10
        return cls(name, {sign: log(share) for sign, share in single.items()}, likely, latin)

    def word(self, word: str) -> float:
        """How likely the letters of a word are that are not ASCII, and what stands beside them."""
        total, before = _LONELY if len(word) == 1 else 0.0, _EDGE
        lowercase = False
        for sign in [*word, _EDGE]:
            letter = lowered(sign)
            if not letter.isascii():
                total += self._letter(before, letter)
                total += _LIFTED_CASE if lowercase and sign.isupper() else 0.0
                total += _MIXED_SCRIPTS if not self.latin and before.isascii() and before.isalpha() else 0.0
            elif not before.isascii():
                total += self._gain(before, letter)
            lowercase = sign.islower()
            before = letter
        return total

    def plain(self, word: str) -> float:
        """How likely a word of ASCII letters is."""
        letters = lowered(word)
        return sum(
            self._letter(before, letter) for before, letter in zip(_EDGE + letters, letters + _EDGE, strict=True)
        )

    def _letter(self, before: str, letter: str) -> float:
        pair = self.pairs.get(before + letter)
        return pair if pair is not None else self.single.get(letter, STRANGE)

    def _gain(self, before: str, letter: str) -> float:
        if not self.latin and letter.isalpha():
            return _MIXED_SCRIPTS
        if letter not in self.single or before not in self.single:
            return 0.0
        gain = self.pairs[before + letter] - self.single[letter]
        return max(-_LARGEST_GAIN, min(_LARGEST_GAIN, gain))


@define(on_setattr=setters.frozen)
class Class:
    """Rarer characters of a language: those within a span of Unicode and, in a codec, of bytes."""

    likely: float
    codec: str
    least: bytes = b"\x01"
    below: bytes = b"\xff\xff"
    first: str = "\u4e00"
    last: str = "\u9fff"

    def holds(self, sign: str) -> bool:
        """Whether a character is of this class."""
        return self.first <= sign <= self.last and self.least <= sign.encode(self.codec, "ignore") < self.below


@define(on_setattr=setters.frozen)
class Characters:
    """A language of thousands of characters: how likely the frequent ones are, and those of each rarer class."""

    name: str
    frequent: Mapping[str, float]
    classes: tuple[Class, ...]

    def sign(self, sign: str) -> float:
        """How likely a sign is that is not ASCII."""
        likely = self.frequent.get(sign)
        if likely is not None:
            return likely
        if sign in _WIDE_SIGNS:
            return -6.0
        if sign in _TECHNICAL_SIGNS:
            return -8.5
        if "\uff01" <= sign <= "\uff5e":
            return -7.0
        return next((rare.likely for rare in self.classes if rare.holds(sign)), STRANGE - 2)


_CLASSES = {
    "zh": (
        Class(log(0.15 / 3_755), "gb2312", b"\xb0", b"\xd8"),
        Class(-13.0, "gb2312"),
        Class(-14.5, "gbk"),
    ),
    "zh_hant": (
        Class(log(0.15 / 5_401), "cp950", b"\xa4\x40", b"\xc6\x80"),
        Class(-12.5, "cp950"),
        Class(-12.5, "big5hkscs", first="\u3400"),
    ),
    "ja": (
        Class(-8.5, "cp932", first="\u3041", last="\u30fe"),
        Class(log(0.1 / 2_965), "euc_jp", b"\xb0", b"\xd0"),
        Class(-11.0, "cp932", first="\uff61", last="\uff9f"),
        Class(-13.5, "cp932"),
    ),
    "ko": (
        Class(log(0.14 / 2_350), "euc_kr", first="\uac00", last="\ud7a3"),
        Class(-13.0, "cp949", first="\uac00", last="\ud7a3"),
        Class(-14.0, "cp949"),
    ),
}


def symbol(sign: str) -> float:
    """How likely a sign is that is neither a letter nor ASCII, in any language of letters."""
    return _SYMBOLS.get(sign, STRANGE)


def lowered(text: str) -> str:
    """Lower case, sign by sign; the dot of a Turkish capital I goes with it."""
    return text.lower() if text.isascii() else "".join(sign.lower()[0] for sign in text)


@cache
def alphabets() -> Mapping[str, Alphabet]:
    """Every language of letters, by its code."""
    return {name: Alphabet.of(name, sample) for name, sample in _samples()["letters"].items()}


@cache
def characters() -> Mapping[str, Characters]:
    """Every language of characters, by its code."""
    lists = _samples()["characters"]
    return {
        name: Characters(name, frequent, _CLASSES[name])
        for name, frequent in {
            "zh": _ranked(lists["zh"], 0.8, 40),
            "zh_hant": _ranked(lists["zh_hant"], 0.8, 40),
            "ja": {**_ranked(lists["ja"], 0.45, 30), **_ranked(lists["kana"], 0.45, 12), "ー": -4.5},
            "ko": _ranked(lists["ko"], 0.85, 30),
        }.items()
    }


def _samples() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads(
        files("leadkit.adapters.spreadsheets.files").joinpath("samples.toml").read_text(encoding="utf-8")
    )


def _twos(word: str) -> Iterator[str]:
    return (before + sign for before, sign in zip(_EDGE + word, word + _EDGE, strict=True))


def _ranked(signs: str, mass: float, softness: int) -> dict[str, float]:
    """Each sign with a share of `mass` that falls with its first place in the list."""
    order = list(dict.fromkeys(sign for sign in signs if not sign.isspace()))
    weights = [1 / (place + softness) for place in range(len(order))]
    total = sum(weights)
    return {sign: log(mass * weight / total) for sign, weight in zip(order, weights, strict=True)}
