"""Whether a word of a lead is only that lead's: what nobody else says could be about the person."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from leadkit.policy import Policy
from leadkit.store.protocol import Query, Unit
from leadkit.store.remains import OTHERS
from leadkit.store.tables import ACTIVITIES, LEADS, MEMBERS, OPPORTUNITIES, Table

LOOKED_AT = 1_000
"""So many rows with a word are read at most; what others say stands in one of them."""

WHOSE = {LEADS: "id", ACTIVITIES: "lead_id", OPPORTUNITIES: "lead_id"}
PEOPLE = frozenset({"by", "entered_by"})
UNKNOWN_KIND = "other"
"""The kind of an activity whose own one goes."""


class WordsOfOthers:
    """The words that stay when the leads of a family are erased: the policy's, the team's, and those of `OTHERS`."""

    def __init__(self, unit: Unit, policy: Policy, family: Sequence[str]) -> None:
        self._unit, self._policy, self._family = unit, policy, frozenset(family)
        self._stays = cache(self._is_common)

    def kept(self, table: Table[Any], column: str, value: Any) -> Any:
        """What stays of the value of a column."""
        if isinstance(value, tuple):
            return tuple(word for word in value if self._stays(table, "competitor", word))
        if value is None or self._stays(table, column, value):
            return value
        return UNKNOWN_KIND if column == "kind" else None

    def _is_common(self, table: Table[Any], column: str, word: str) -> bool:
        if self._policy.says(word) or (column in PEOPLE and self._unit.get(MEMBERS, word) is not None):
            return True
        rows = self._unit.find(Query(table, {column: word}, limit=LOOKED_AT))
        return len({getattr(row, WHOSE[table]) for row in rows} - self._family - {None}) >= OTHERS
