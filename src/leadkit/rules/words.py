"""Words found in a text, each with the level it stands for: the reading behind `[derive.words]`."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from operator import add
from typing import Self

from attrs import define, setters

from leadkit.errors import MissingExtraError
from leadkit.records.text import comparable, fold

REST = "..."
"""Stands in an exception for the rest of the part; NFKC makes it of `…`."""

_OFFICES = re.compile("[;兼]|,(?= ?(?:现|now ))")
_LETTERS = re.compile("[a-z0-9\u0370-\u052f]+")
"""Scripts that leave blanks between words; the signs of others are words beside anything."""
_GAP = re.compile("(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])")
_CLAUSES = re.compile(r"[,;。!?]|\. ")


@define(on_setattr=setters.frozen, hash=True)
class Place:
    """A word in a text, from `start` up to `end`."""

    start: int
    end: int
    word: str

    def holds(self, other: Place) -> bool:
        """Whether `other` lies within."""
        return self.start <= other.start and other.end <= self.end


@define(on_setattr=setters.frozen)
class Text:
    """A text in comparable form, with where words may begin: runs of letters, and pairs of characters."""

    form: str
    letters: list[tuple[int, str]]
    pairs: list[str]

    @classmethod
    def of(cls, form: str) -> Self:
        """`form` is in comparable form."""
        letters = [(match.start(), match[0]) for match in _LETTERS.finditer(form)]
        return cls(form, letters, [] if form.isascii() else list(map(add, form, form[1:])))


@define(on_setattr=setters.frozen)
class WordList:
    """Words in their comparable form, ready to be looked for: spelt ones stand alone, the others anywhere.

    They are kept by how they begin, so that a text costs about the same however many words there are.
    """

    spelt: Mapping[str, tuple[str, ...]]
    """The letters that a word begins with, up to the first other sign -> the words, the longest first."""
    others: Mapping[str, tuple[str, ...]]
    """Two characters, the first beyond ASCII -> the words that begin with them, the longest first."""
    rare: tuple[str, ...]
    """Words of one sign, or with an ASCII sign in front."""

    @classmethod
    def of(cls, words: Iterable[str]) -> Self:
        """Empty words are left out; a list without words finds nothing."""
        spelt: dict[str, tuple[str, ...]] = {}
        others: dict[str, tuple[str, ...]] = {}
        rare = []
        for word in sorted(set(words) - {""}, key=lambda word: (-len(word), word)):
            letters = _LETTERS.match(word)
            if letters:
                spelt[letters[0]] = (*spelt.get(letters[0], ()), word)
            elif len(word) == 1 or word[0].isascii():
                rare.append(word)
            else:
                others[word[:2]] = (*others.get(word[:2], ()), word)
        return cls(spelt, others, tuple(rare))

    def places(self, text: Text) -> list[Place]:
        """Where words stand; of those that begin at one place the longest."""
        starts = [(start, words) for start, letters in text.letters if (words := self.spelt.get(letters))]
        starts += [(start, words) for start, words in enumerate(map(self.others.get, text.pairs)) if words]
        places = [
            Place(start, start + len(word), word)
            for start, words in starts
            if (word := next((word for word in words if _stands(word, text.form, start)), None))
        ]
        for word in self.rare:
            matches = (match.start() for match in re.finditer(re.escape(word), text.form))
            places += [Place(start, start + len(word), word) for start in matches if _stands(word, text.form, start)]
        return places


def _stands(word: str, text: str, start: int) -> bool:
    """Whether `text` goes on with `word`, and not with more letters of it."""
    end = start + len(word)
    return text.startswith(word, start) and not (_LETTERS.match(word[-1]) and _LETTERS.match(text, end))


@define(on_setattr=setters.frozen)
class Phrase:
    """An exception: beside its words others don't count, where REST stands; without REST those that reach into it."""

    text: str
    before: bool
    behind: bool

    @classmethod
    def of(cls, form: str) -> Self:
        """`...助理`, `assistant to ...`, `...intern...` or `软件园`, in comparable form."""
        return cls(form.removeprefix(REST).removesuffix(REST).strip(), form.startswith(REST), form.endswith(REST))

    def joined(self, other: Phrase | None) -> Phrase:
        """Both sides, where the same words are written twice (`退休…` and `…退休`)."""
        return self if other is None else Phrase(self.text, self.before or other.before, self.behind or other.behind)

    def void(self, place: Place, part: tuple[int, int], at: Mapping[int, Place], void: bytearray) -> None:
        """Mark in `void` where words begin that don't count beside this phrase, at `place` in a `part` of the text.

        `at` gives the word at each position. Words within the phrase count, unless it is without REST.
        """
        touched = {at[position] for position in range(place.start, place.end) if position in at}
        if not (self.before or self.behind):
            _mark(void, (word.start for word in touched))
        if self.before:
            void[part[0] : place.start] = b"\1" * (place.start - part[0])
        if self.behind:
            _mark(void, (word.start for word in touched if word.start >= place.start and word.end > place.end))
            void[place.end : part[1]] = b"\1" * (part[1] - place.end)


def _mark(void: bytearray, positions: Iterable[int]) -> None:
    for position in positions:
        void[position] = 1


@define(on_setattr=setters.frozen)
class WordReader:
    """Words with their levels, and exceptions.

    `offices` reads a job title, which may hold several offices; `sizes` the size of a company, of which a single sign
    (大, 中, 小) says nothing beside others.
    """

    levels: Mapping[str, tuple[int, str, str]]
    """Comparable word -> the level's rank, the level, the word as written."""
    words: WordList
    phrases: Mapping[str, Phrase]
    exceptions: WordList
    offices: bool = False
    sizes: bool = False

    @classmethod
    def of(
        cls,
        words: Mapping[str, Iterable[str]],
        exceptions: Iterable[str],
        *,
        offices: bool = False,
        sizes: bool = False,
    ) -> Self:
        """`words` by level; a word that stands under two levels has the first."""
        levels: dict[str, tuple[int, str, str]] = {}
        for rank, (level, written) in enumerate(words.items()):
            for word, form in _comparable(written):
                levels.setdefault(form, (rank, level, fold(word)))
        phrases: dict[str, Phrase] = {}
        for _, form in _comparable(exceptions):
            phrase = Phrase.of(form)
            phrases[phrase.text] = phrase.joined(phrases.get(phrase.text))
        return cls(levels, WordList.of(levels), phrases, WordList.of(phrases), offices, sizes)

    def read(self, form: str) -> tuple[str, str] | None:
        """The level and its word; `form` is a text in comparable form."""
        text = Text.of(_joined(form))
        places = _longest(self.words.places(text))
        if self.sizes:
            places = [place for place in places if len(place.word) > 1 or place.word == form]
        if places and self.phrases:
            places = self._without_exceptions(text, places)
        if not places:
            return None
        _, level, word = self.levels[min(places, key=self._order).word]
        return level, word

    def _order(self, place: Place) -> tuple[int, int]:
        rank, length = self.levels[place.word][0], place.start - place.end
        return (rank, length) if self.offices else (length, rank)

    def _without_exceptions(self, text: Text, places: list[Place]) -> list[Place]:
        phrases = self.exceptions.places(text)
        if not phrases:
            return places
        at = {position: place for place in places for position in range(place.start, place.end)}
        ends = [match.span() for match in (_OFFICES if self.offices else _CLAUSES).finditer(text.form)]
        void = bytearray(len(text.form))
        for phrase in phrases:
            word = at.get(phrase.start)
            if not (word and word.holds(phrase) and word.word != phrase.word):
                self.phrases[phrase.word].void(phrase, _part(ends, phrase, len(void)), at, void)
        return [place for place in places if not void[place.start]]


def _part(ends: list[tuple[int, int]], phrase: Place, length: int) -> tuple[int, int]:
    """The office or the clause that holds the phrase, between two of `ends`."""
    before, behind = bisect_left(ends, (phrase.start, 0)), bisect_left(ends, (phrase.end, 0))
    return ends[before - 1][1] if before else 0, ends[behind][0] if behind < len(ends) else length


def _comparable(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Words with their comparable form. Without opencc some have none: no text that has them can be read then."""
    for word in words:
        with suppress(MissingExtraError):
            yield word, _joined(comparable(word))


def _joined(form: str) -> str:
    """`form` without the blanks between Chinese characters, with which people fill a line: 经　理."""
    return _GAP.sub("", form) if " " in form else form


def _longest(places: list[Place]) -> list[Place]:
    """Of places that overlap the longest, in the order of their length."""
    if len(places) < 2:
        return places
    kept: list[Place] = []
    covered = bytearray(max(place.end for place in places))
    for place in sorted(places, key=lambda place: place.start - place.end):
        if not any(covered[place.start : place.end]):
            covered[place.start : place.end] = b"\1" * (place.end - place.start)
            kept.append(place)
    return kept
