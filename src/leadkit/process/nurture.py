"""Nurture: what to send a lead at its stage, and how often to get in touch."""

from __future__ import annotations

from functools import cached_property
from typing import Literal, Self

from attrs import define, setters
from pydantic import BaseModel, Field, model_validator

from leadkit.records.fields import RECORD, BandName, BandSetName, Code, Text
from leadkit.records.text import fold
from leadkit.results import Result
from leadkit.rules.facts import near, refuse

Unit = Literal["day", "week", "month"]


class Cadence(BaseModel):
    """How often to get in touch by one means: every `every` `unit`s.

    `where_needed` leaves it to the person in charge.
    """

    model_config = RECORD

    every: int = Field(default=1, ge=1, le=365)
    """Every how many units."""
    unit: Unit
    """The unit of time."""
    where_needed: bool = False
    """`true`: left to the person in charge."""


class Stage(BaseModel):
    """One stage: content codes in the order of preference, and the cadence of each means."""

    model_config = RECORD

    content: tuple[Code, ...] = Field(min_length=1)
    """Codes of content in the order of preference."""
    cadence: dict[Code, Cadence] = Field(min_length=1)
    """How often to get in touch, by means."""


class Nurturing(BaseModel):
    """The stages, keyed by the bands of the band set `bands`.

    Where `owed`, each means of a stage's cadence is a duty of its own: a mail and a call are two. `means` are the words
    by which the means of a follow-up is recognised as one of the cadence; its code is one of them.
    """

    model_config = RECORD

    bands: BandSetName = "nurture_stage"
    """The band set whose bands are the stages."""
    owed: bool = False
    """`true`: each means of a cadence is a duty of its own."""
    means: dict[Code, tuple[Text, ...]] = Field(default_factory=dict, max_length=100)
    """For each means the words by which a follow-up is recognised."""
    stages: dict[BandName, Stage] = Field(min_length=1)
    """For each band its content and cadence."""

    @model_validator(mode="after")
    def _means_are_of_a_cadence(self) -> Self:
        known = {means for stage in self.stages.values() for means in stage.cadence}
        strange = next((means for means in self.means if means not in known), None)
        if strange is not None:
            raise refuse(f"means names {strange}, by which no stage gets in touch", near(strange, known))
        return self

    def means_of(self, text: str | None) -> str | None:
        """The means of a cadence that a follow-up's own words are; of several the one with the longest word."""
        form = fold(text or "").casefold()
        return next((means for word, means in self._words if word in form), None) if form else None

    @cached_property
    def _words(self) -> tuple[tuple[str, str], ...]:
        codes = {means: () for stage in self.stages.values() for means in stage.cadence} | self.means
        words = {(fold(word).casefold(), means) for means, known in codes.items() for word in (means, *known)}
        return tuple(sorted(words, key=lambda word: (-len(word[0]), word)))


@define(on_setattr=setters.frozen)
class Nurture(Result):
    """What to do with one lead: its stage, the content to choose from, and the cadence by means."""

    stage: str
    content: tuple[str, ...]
    cadence: dict[str, Cadence]
