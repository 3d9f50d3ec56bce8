"""The kinds of objections that customers raise, and what there is to answer them with: `[objections.KIND]`."""

from __future__ import annotations

from pydantic import BaseModel, Field

from leadkit.records.fields import RECORD, Text


class ObjectionKind(BaseModel):
    """One kind of objection: what people call it, and the ids of pieces of the content library that answer it."""

    model_config = RECORD

    label: Text | None = None
    """What people call this kind of objection."""
    answers: tuple[Text, ...] = Field(default=(), max_length=100)
    """The ids of pieces of the content library that answer it."""
