"""What an erasure leaves of the rows of a lead: ids, codes and numbers; of words only those that others say, too.

A text or a mapping that is named nowhere here is blanked. A new column is erased, unless somebody decides otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import NOTHING, define, fields_dict, setters

from leadkit.records.lead_fields import FIELDS
from leadkit.store.tables import (
    ACTIVITIES,
    CHANGES,
    CLAIMS,
    DELIVERIES,
    DUTIES,
    JOURNAL,
    KEYS,
    LEADS,
    MATCHES,
    MILESTONES,
    OBJECTIONS,
    OPPORTUNITIES,
    OUTBOX,
    PERSONS,
    REMARKS,
    STATEMENTS,
    TEXTS,
    TOUCHES,
    Table,
)

REMOVED: tuple[Table[Any], ...] = (PERSONS, MATCHES, TEXTS, REMARKS, STATEMENTS, CHANGES, TOUCHES)
"""The tables whose rows of a lead go as a whole."""

OTHERS = 5
"""A word stays that the policy or the team knows, or that so many other leads say."""


@define(on_setattr=setters.frozen, kw_only=True)
class Remains:
    """What stays of the texts and mappings of a row: `plain` as it is, `shared` where others say it, too.

    Of a mapping in `details` those names stay that are in `DETAILS`.
    """

    plain: frozenset[str]
    shared: tuple[str, ...] = ()
    details: str | None = None

    def blank(self, table: Table[Any]) -> dict[str, Any]:
        """The columns that are blanked at once, and with what."""
        kept = {*self.plain, *self.shared, self.details}
        texts = [name for name, kind in table.columns.items() if kind in {"text", "json"} and name not in kept]
        return {name: _empty(table, name) for name in texts}


def _empty(table: Table[Any], column: str) -> Any:
    """What an empty column holds; None also where a row has to say something, which is for the erasure to find."""
    default = fields_dict(table.row)[column].default
    return None if default is NOTHING else default


def _remains(plain: str, shared: str = "", details: str | None = None) -> Remains:
    return Remains(plain=frozenset(plain.split()), shared=tuple(shared.split()), details=details)


_OF_LEADS = [field for field in FIELDS if field.table == "leads"]
REMAINS: Mapping[Table[Any], Remains] = {
    LEADS: _remains(
        " ".join(field.column for field in _OF_LEADS if field.erased is False) + " screening reasons missing priority"
        " nurture_stage policy notified_priority signals reached accepted_by claimed_by last_owner merged_into",
        shared=" ".join(field.column for field in _OF_LEADS if field.erased == "rare"),
    ),
    ACTIVITIES: _remains("id lead_id opportunity_id content_id recorded_by", shared="kind by means subject"),
    OPPORTUNITIES: _remains(
        "id lead_id owner status stage amount_basis close_basis lost_reason win_factors",
        shared="urgency budget competition decision_chain proposed_grade grade competitor rivals",
    ),
    MILESTONES: _remains("id opportunity_id lead_id"),
    OBJECTIONS: _remains("id opportunity_id lead_id kind expert"),
    DUTIES: _remains("id kind lead_id opportunity_id owner state last_alert"),
    JOURNAL: _remains("id actor role command lead_id opportunity_id policy", details="details"),
    OUTBOX: _remains("id kind lead_id opportunity_id recipient role state", details="details"),
    DELIVERIES: _remains("id notice_id plugin state"),
    KEYS: _remains("id command lead_id", details="receipt"),
    CLAIMS: _remains("id member lead_id"),
}
"""What stays of each table that has rows of a lead, beside `REMOVED`."""

_DONE = (
    "command outcome status version lead_id opportunity_id opportunity opportunities leads merged unmerged"
    " unmerged_from joined amended import period measure measures notes milestone objection activities others"
)
_OUR_PEOPLE = "owner owner_before to actor actor_role expert member member_role"
_CODES = (
    "screening reasons missing priority contradicts differs matched_by findings derived suggested reason_code signal"
    " signals fact facts stage nurture_stage grade confirmed before after kind lost_reason amount_basis close_basis"
    " side action lead_status content band not_verified_by"
)
_NUMBERS_AND_TIMES = (
    "points load capacity claims held key amount amount_before price_floor expected_close due_at began_at provisional"
    " entered_late won_deals active until"
)
DETAILS = frozenset(f"{_DONE} {_OUR_PEOPLE} {_CODES} {_NUMBERS_AND_TIMES}".split())
"""What stays of the details of the journal and of notices, and of receipts, by name."""
