"""Which reviews are told of by themselves, to whom, and of which period: `[reports]`."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from leadkit.records.fields import RECORD, Role


class Reports(BaseModel):
    """The roles that are told of the review of a month or a quarter once it has ended; none by default."""

    model_config = RECORD

    monthly: tuple[Role, ...] = ()
    """The roles that hear of the review of a month."""
    quarterly: tuple[Role, ...] = ()
    """The roles that hear of the review of a quarter."""

    def ended(self, now: datetime, zone: ZoneInfo) -> Iterator[tuple[str, str]]:
        """The last periods that have ended by `now` in a zone, each with a role that is told of its review."""
        today = now.astimezone(zone).date()
        year, month = (today.year, today.month - 1) if today.month > 1 else (today.year - 1, 12)
        quarter = (today.month - 1) // 3
        yield from ((f"{year}-{month:02}", role) for role in self.monthly)
        named = f"{today.year}-Q{quarter}" if quarter else f"{today.year - 1}-Q4"
        yield from ((named, role) for role in self.quarterly)
