"""Words found in a text, each with the level it stands for: the reading behind `[derive.words]`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Self

from attrs import define, setters

from leadkit.errors import MissingExtraError
from leadkit.records.text import comparable, fold

REST = "..."
"""Stands in an exception for the rest of the part; NFKC makes it of `…`."""

_OFFICES = re.compile("[;兼]")
_CLAUSES = re.compile(r"[,;。!?]|\. ")
_SPELT = "a-z0-9\u0370-\u052f"
"""Letters of scripts that leave blanks between words; signs of other scripts are words beside anything."""
_IS_SPELT = re.compile(f"[{_SPELT}]")


@define(on_setattr=setters.frozen)
class Place:
    """A word in a text, from `start` up to `end`."""

    start: int
    end: int
    word: str

    def holds(self, other: Place) -> bool:
        """Whether `other` lies within."""
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Place) -> bool:
        """Whether both share a character."""
        return self.start < other.end and other.start < self.end


@define(on_setattr=setters.frozen)
class WordList:
    """Words in their comparable form, ready to be looked for: spelt ones stand alone, the others anywhere.

    Each kind has a pattern of its own, so that the search skips what no word begins with.
    """

    patterns: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, words: Iterable[str]) -> Self:
        """Empty words are left out; a list without words finds nothing."""
        longest_first = sorted(set(words) - {""}, key=lambda word: (-len(word), word))
        spelt = [word for word in longest_first if _IS_SPELT.match(word)]
        others = [word for word in longest_first if not _IS_SPELT.match(word)]
        patterns = [f"(?<![{_SPELT}])(?=[{_first(spelt)}])(?:{'|'.join(map(_whole, spelt))})"] if spelt else []
        return cls(tuple(map(re.compile, [*patterns, *(["|".join(map(_whole, others))] if others else [])])))

    def places(self, text: str) -> Iterator[Place]:
        """Where words stand; of those that begin at one place the longest."""
        for pattern in self.patterns:
            match = pattern.search(text)
            while match:
                start = match.start()
                yield Place(start, match.end(), match[0])
                match = pattern.search(text, start + 1)


def _first(words: Iterable[str]) -> str:
    return "".join(sorted({re.escape(word[0]) for word in words}))


def _whole(word: str) -> str:
    """The pattern of a word up to where no letter may follow."""
    return re.escape(word) + (f"(?![{_SPELT}])" if _IS_SPELT.match(word[-1]) else "")


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

    def voids(self, place: Place, word: Place, part: tuple[int, int]) -> bool:
        """Whether `word` doesn't count beside this phrase, which stands at `place` in the same part of the text."""
        if not (self.before or self.behind):
            return place.overlaps(word)
        if place.holds(word) or not (part[0] <= word.start and word.end <= part[1]):
            return False
        return self.before if word.start < place.start else self.behind


@define(on_setattr=setters.frozen)
class WordReader:
    """Words with their levels, and exceptions; `offices` reads a job title, which may hold several offices."""

    levels: Mapping[str, tuple[int, str, str]]
    """Comparable word -> the level's rank, the level, the word as written."""
    words: WordList
    phrases: Mapping[str, Phrase]
    exceptions: WordList
    offices: bool

    @classmethod
    def of(cls, words: Mapping[str, Iterable[str]], exceptions: Iterable[str], *, offices: bool) -> Self:
        """`words` by level; a word that stands under two levels has the first."""
        levels: dict[str, tuple[int, str, str]] = {}
        for rank, (level, written) in enumerate(words.items()):
            for word, form in _comparable(written):
                levels.setdefault(form, (rank, level, fold(word)))
        phrases: dict[str, Phrase] = {}
        for _, form in _comparable(exceptions):
            phrase = Phrase.of(form)
            phrases[phrase.text] = phrase.joined(phrases.get(phrase.text))
        return cls(levels, WordList.of(levels), phrases, WordList.of(phrases), offices)

    def read(self, text: str) -> tuple[str, str] | None:
        """The level and its word; `text` is in comparable form."""
        places = _longest(self.words.places(text))
        if places and self.phrases:
            places = self._without_exceptions(text, places)
        if not places:
            return None
        _, level, word = self.levels[min(places, key=self._order).word]
        return level, word

    def _order(self, place: Place) -> tuple[int, int]:
        rank, length = self.levels[place.word][0], place.start - place.end
        return (rank, length) if self.offices else (length, rank)

    def _without_exceptions(self, text: str, places: list[Place]) -> list[Place]:
        kept = places
        for place in self.exceptions.places(text):
            if not any(word.holds(place) and word.word != place.word for word in places):
                phrase, part = self.phrases[place.word], self._part(text, place)
                kept = [word for word in kept if not phrase.voids(place, word, part)]
        return kept

    def _part(self, text: str, place: Place) -> tuple[int, int]:
        """The office or the clause that holds `place`."""
        ends = _OFFICES if self.offices else _CLAUSES
        start = max((match.end() for match in ends.finditer(text, 0, place.start)), default=0)
        end = ends.search(text, place.end)
        return start, end.start() if end else len(text)


def _comparable(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Words with their comparable form. Without opencc some have none: no text that has them can be read then."""
    for word in words:
        with suppress(MissingExtraError):
            yield word, comparable(word)


def _longest(places: Iterable[Place]) -> list[Place]:
    """Of places that overlap the longest, in the order of their length."""
    kept: list[Place] = []
    for place in sorted(places, key=lambda place: place.start - place.end):
        if not any(place.overlaps(longer) for longer in kept):
            kept.append(place)
    return kept
