"""Chance from a seed, the same on every machine, in the days that it is about."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, TypeVar

from attrs import define, setters

from leadkit.adapters.spreadsheets.table import Cell
from leadkit.demo import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

Card = TypeVar("Card")


@define(on_setattr=setters.frozen)
class Span:
    """The first and the last day on which something happens."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many they are, both counted."""
        return (self.last - self.first).days + 1


SUMMER, AUTUMN = Span(date(2023, 6, 1), date(2023, 9, 28)), Span(date(2023, 10, 9), date(2023, 12, 20))


class Dice:
    """Chance from a seed, all of it from `Random.random`, whose numbers Python promises to keep."""

    def __init__(self, seed: int, span: Span = SUMMER) -> None:
        self.random = Random(seed).random
        self.span = span

    def below(self, bound: int) -> int:
        """A whole number from 0 to below `bound`."""
        return int(self.random() * bound)

    def pick(self, cards: Sequence[Card]) -> Card:
        """Any of the cards."""
        return cards[int(self.random() * len(cards))]

    def deal(self, copies: Mapping[Card, int]) -> Iterator[Card]:
        """Shuffled decks, one after the other: even a short run holds about its share of each card."""
        deck = [card for card, number in copies.items() for _ in range(number)]
        while True:
            yield from sorted(deck, key=lambda _: self.random())

    def blemish(self, text: str) -> str:
        """The text, now and then with what slips in when somebody types."""
        return self.pick(words.BLEMISHES).format(text) if self.random() < 0.05 else text

    def write(self, moment: datetime) -> Cell:
        """A date, a date with a time, or now and then the text that somebody typed."""
        roll = self.random()
        if roll < 0.85:
            return moment.date() if roll < 0.6 else moment
        return self.pick(words.DATE_WRITINGS).format(moment)


def on_working_day(moment: datetime) -> datetime:
    """The moment, or that of the Monday after a weekend."""
    return moment + timedelta(days=7 - moment.weekday()) if moment.weekday() >= 5 else moment
