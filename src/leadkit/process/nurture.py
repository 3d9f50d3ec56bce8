"""Nurture: what to send a lead at its stage, and how often to get in touch."""

from __future__ import annotations

from typing import Literal

from attrs import define, setters
from pydantic import BaseModel, Field

from leadkit.records.fields import RECORD, Code

Unit = Literal["day", "week", "month"]


class Cadence(BaseModel):
    """How often to get in touch by one means: every `every` `unit`s.

    `where_needed` leaves it to the person in charge.
    """

    model_config = RECORD

    every: int = Field(default=1, ge=1, le=365)
    unit: Unit
    where_needed: bool = False


class Stage(BaseModel):
    """One stage: content codes in the order of preference, and the cadence of each means."""

    model_config = RECORD

    content: tuple[Code, ...] = Field(min_length=1)
    cadence: dict[Code, Cadence] = Field(min_length=1)


class Nurturing(BaseModel):
    """The stages, keyed by the bands of the band set `bands`."""

    model_config = RECORD

    bands: Code = "nurture_stage"
    stages: dict[Code, Stage] = Field(min_length=1)


@define(on_setattr=setters.frozen)
class Nurture:
    """What to do with one lead: its stage, the content to choose from, and the cadence by means."""

    stage: str
    content: tuple[str, ...]
    cadence: dict[str, Cadence]
