"""What a team writes under the figures of a period."""

from __future__ import annotations

from pydantic import BaseModel

from leadkit.records.fields import RECORD, Text


class ReviewNotes(BaseModel):
    """What worked, what failed, what to improve: free text, kept as written."""

    model_config = RECORD

    worked: tuple[Text, ...] = ()
    failed: tuple[Text, ...] = ()
    improve: tuple[Text, ...] = ()
