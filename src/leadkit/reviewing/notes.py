"""What a team writes under the figures of a period."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy.load import load_record
from leadkit.records.fields import RECORD, Text


class ReviewNotes(BaseModel):
    """What worked, what failed, what to improve: free text, kept as written."""

    model_config = RECORD

    worked: tuple[Text, ...] = ()
    failed: tuple[Text, ...] = ()
    improve: tuple[Text, ...] = ()


def load_notes(source: str | Path | Mapping[str, Any], *, limits: Limits = DEFAULT_LIMITS) -> ReviewNotes:
    """The notes in the TOML file `source`, or said by the mapping `source`: arrays `worked`, `failed`, `improve`.

    Raises:
        PolicyError: it can't be read, or has other keys; all problems at once, with their places.
    """
    return load_record(ReviewNotes, source, limits)
