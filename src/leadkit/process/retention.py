"""How long a store keeps what it has no more use for: `[retention]`."""

from __future__ import annotations

from pydantic import BaseModel, Field

from leadkit.records.fields import RECORD


class Retention(BaseModel):
    """What `tick` removes from the store, a batch at a time; for ever kept where it is left out.

    `notices_kept_days` is how long a notice is kept that every notifier has, or that was given up or cancelled.
    """

    model_config = RECORD

    notices_kept_days: int | None = Field(default=None, ge=30, le=36_500)
    """Days that notices are kept that are done, 30 at least; for ever by default."""
