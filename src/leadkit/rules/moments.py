"""Time as rules see it: whole epoch seconds, from aware datetimes only."""

from __future__ import annotations

from datetime import datetime
from math import floor

from leadkit.errors import FactError, Problem


def seconds(moment: datetime, name: str = "as_of") -> int:
    """Whole seconds since 1970 in UTC, fractions dropped.

    Raises:
        FactError: `moment` has no time zone; `name` says which argument it was.
    """
    if moment.tzinfo is None:
        raise FactError(
            Problem("", "is a time without a zone", "use datetime.now(UTC) or .replace(tzinfo=...)", path=name)
        )
    return floor(moment.timestamp())
