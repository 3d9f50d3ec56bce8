"""Which encoding a sample of bytes is in: the one in which it is the likeliest text, if it is clearly ahead."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from math import sqrt

from attrs import define, setters

from leadkit.adapters.spreadsheets.files.languages import Alphabet, alphabets, characters, symbol

_WEST = ("en", "fr", "de", "es", "pt", "it", "ca", "nl", "sv", "da", "fi", "is", "sq")
_EAST = ("pl", "cs", "sk", "hu", "ro", "hr", "de", "en")
_CYRILLIC = ("ru", "uk", "bg", "sr")
_CANDIDATES: dict[str, tuple[float, tuple[str, ...]]] = {
    "gb18030": (0, ("zh", "zh_hant")),
    "cp1252": (0, _WEST),
    "cp950": (-1, ("zh_hant",)),
    "big5hkscs": (-3, ("zh_hant",)),
    "cp932": (-1, ("ja",)),
    "cp949": (-1, ("ko",)),
    "cp1251": (-3, _CYRILLIC),
    "cp1250": (-1, _EAST),
    "cp1254": (-1.5, ("tr", "de", "fr", "en")),
    "euc_jp": (-2, ("ja",)),
    "cp1253": (-4, ("el",)),
    "cp1255": (-4, ("he",)),
    "cp1256": (-4, ("ar", "fa", "fr")),
    "cp1257": (-1.5, ("et", "lv", "lt", "pl", "de")),
    "cp874": (-4, ("th",)),
    "koi8_r": (-5, _CYRILLIC),
    "koi8_u": (-5.5, _CYRILLIC),
    "mac_roman": (-5, _WEST),
    "iso8859_2": (-3, _EAST),
    "iso8859_5": (-7, _CYRILLIC),
    "iso8859_7": (-5, ("el",)),
    "iso8859_15": (-4, _WEST),
    "cp866": (-6, _CYRILLIC),
    "mac_cyrillic": (-7, _CYRILLIC),
    "cp850": (-5, _WEST),
    "cp437": (-6, _WEST),
    "cp852": (-5, _EAST),
    "cp857": (-6, ("tr", "de", "fr", "en")),
    "mac_latin2": (-6, _EAST),
    "mac_turkish": (-7, ("tr", "de", "fr", "en")),
    "mac_greek": (-7, ("el",)),
    "mac_iceland": (-7, _WEST),
    "cp1125": (-7, _CYRILLIC),
    "cp855": (-7, _CYRILLIC),
    "cp860": (-7, ("pt", "es", "en")),
    "cp863": (-7, ("fr", "en")),
    "cp865": (-7, _WEST),
    "cp862": (-7, ("he",)),
    "cp737": (-7, ("el",)),
    "cp869": (-7, ("el",)),
    "cp775": (-6, ("et", "lv", "lt", "pl", "de")),
    "iso8859_4": (-5, ("et", "lv", "lt", "de")),
    "iso8859_13": (-4, ("et", "lv", "lt", "pl", "de")),
    "iso8859_6": (-6, ("ar",)),
}
"""How likely each encoding is before anything was read, as a logarithm, and the languages that are written in it."""

_WORD = re.compile(r"(?:[^\W\d_²³¹ºª½¼¾µ]|[\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0e31-\u0e4e]|['\"](?=\w))+")
_ANOTHER_LANGUAGE = -3.0
_LEAST_LANGUAGE = -4.0
_LANGUAGE_WEIGHT = 0.15
_CLEARLY = 4.5
_COMMON, _RARER = -3, 3.0
"""How far ahead an encoding must be; one that is rarer than a common one by so many times more as it is rarer."""

_BY_CHARACTER, _MOST_CHARACTERS = 0.8, 40
"""A reading in characters must be ahead by so much for each of them, up to so many."""

_LEAST_LETTERS, _LEAST_CHARACTERS = (-3.8, 4.0), (-8.9, 2.0)
"""So likely the signs of a long text are at least; the mean of a short one may be less, by the second number."""

_FREQUENT = -7.8
_BIG5 = {"cp950", "big5hkscs"}
_MOST_WORDS = 400
_WITHIN_WORD, _AT_WORD = -6.0, -3.0
_BETWEEN_LETTERS, _APART_FROM_LETTERS = "’·", "€£±×"
"""A symbol is unlikely within a word, except for some; and some are so beside a letter."""


@define(on_setattr=setters.frozen)
class Reading:
    """A sample read in one encoding: the text, how likely it is, how many signs are not ASCII and how likely they are
    on average."""

    encoding: str
    text: str
    likely: float
    signs: int
    mean: float

    @property
    def wide(self) -> bool:
        """Whether the encoding is one of thousands of characters."""
        return self.encoding in _CANDIDATES and _CANDIDATES[self.encoding][1][0] in characters()

    @property
    def plausible(self) -> bool:
        """Whether it looks like a language at all."""
        least, slack = _LEAST_CHARACTERS if self.wide else _LEAST_LETTERS
        return self.mean >= least - slack / sqrt(max(self.signs, 1))

    @property
    def lead(self) -> float:
        """How far ahead of the next reading it must be to be taken."""
        rarity = min(_CANDIDATES[self.encoding][0] - _COMMON, 0)
        return max(_CLEARLY - _RARER * rarity, self.wide * _BY_CHARACTER * min(self.signs, _MOST_CHARACTERS))


def readings(lines: Sequence[bytes]) -> list[Reading]:
    """The sample in every encoding in which all of it is text, the likeliest first; one of each text."""
    sample = b"".join(lines)
    read: dict[str, Reading] = {}
    for encoding in _CANDIDATES:
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _has_controls(text):
            continue
        reading = _reading(encoding, text)
        if text not in read or reading.likely > read[text].likely:
            read[text] = reading
    return sorted(read.values(), key=lambda reading: -reading.likely)


def clear(ranked: Sequence[Reading]) -> bool:
    """Whether the first reading is plausible and clearly ahead of the second."""
    first = ranked[0]
    rival = next((other for other in ranked[1:] if {first.encoding, other.encoding} != _BIG5), None)
    return first.plausible and (rival is None or first.likely - rival.likely >= first.lead)


def is_mixed(reading: Reading, lines: Sequence[bytes]) -> bool:
    """Whether a line makes far more sense as UTF-8 than in the encoding of a reading in letters."""
    if reading.wide:
        return False
    languages = tuple(alphabets().values())
    for line in lines:
        try:
            text = line.decode()
        except UnicodeDecodeError:
            continue
        if _in_letters(text, languages) > _in_letters(line.decode(reading.encoding), languages) + _CLEARLY:
            return True
    return False


def rival_of_unicode(lines: Sequence[bytes]) -> Reading | None:
    """Frequent characters that a few signs of UTF-8 are in another encoding; None where they make sense as UTF-8.

    A word or two in GB18030 may be valid UTF-8 by chance.
    """
    text = b"".join(lines).decode()
    signs = [sign for sign in text if not sign.isascii()]
    mean = _in_letters(text, tuple(alphabets().values())) / max(len(signs), 1)
    if Reading("utf-8", text, mean, len(signs), mean).plausible:
        return None
    frequent = (reading for reading in readings(lines) if reading.wide and reading.mean >= _FREQUENT)
    return next(frequent, None)


def _has_controls(text: str) -> bool:
    return any("\x80" <= sign <= "\x9f" for sign in text)


def _reading(encoding: str, text: str) -> Reading:
    likely, languages = _CANDIDATES[encoding]
    signs = [sign for sign in text if not sign.isascii()]
    if languages[0] in characters():
        best = max(sum(map(characters()[name].sign, signs)) for name in languages)
    else:
        best = _in_letters(text, [alphabets()[name] for name in languages])
    return Reading(encoding, text, likely + best, len(signs), best / max(len(signs), 1))


def _in_letters(text: str, languages: Sequence[Alphabet]) -> float:
    words = Counter(_WORD.findall(text))
    foreign = [(word, count) for word, count in words.items() if not word.isascii()]
    plain = [word for word in words if word.isascii()][:_MOST_WORDS]
    others = _of_symbols(_WORD.sub("w", text))
    scores = [[language.word(word) * count for word, count in foreign] for language in languages]
    best = [max(column) for column in zip(*scores, strict=True)]
    speaks = _languages_of(plain, languages)
    totals: list[float] = [
        spoken + sum(max(score, top + _ANOTHER_LANGUAGE) for score, top in zip(row, best, strict=True))
        for spoken, row in zip(speaks, scores, strict=True)
    ]
    return others + max(totals)


def _of_symbols(text: str) -> float:
    """How likely the signs between words are, each word being a `w`."""
    total = 0.0
    for place, sign in enumerate(text):
        if not sign.isascii():
            total += symbol(sign)
            beside = (text[place - 1 : place] == "w") + (text[place + 1 : place + 2] == "w")
            if beside == 2 and sign not in _BETWEEN_LETTERS:
                total += _WITHIN_WORD
            elif beside and sign in _APART_FROM_LETTERS:
                total += _AT_WORD
    return total


def _languages_of(words: Sequence[str], languages: Sequence[Alphabet]) -> list[float]:
    """How much the words without foreign letters speak for each language."""
    likely = [_LANGUAGE_WEIGHT * sum(map(language.plain, words)) for language in languages]
    return [max(_LEAST_LANGUAGE, score - max(likely)) for score in likely]
