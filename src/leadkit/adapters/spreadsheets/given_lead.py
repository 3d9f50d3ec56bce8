"""One lead from values that somebody gives by the names of its fields, read as the row of a sheet is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.heads.columns import Columns, Use
from leadkit.adapters.spreadsheets.lead_row import LeadReader
from leadkit.adapters.spreadsheets.scored_rows import field_name
from leadkit.limits import DEFAULT_LIMITS
from leadkit.policy import Policy
from leadkit.records import Lead
from leadkit.records.lead_fields import FIELDS
from leadkit.records.text import fold
from leadkit.texts import LANGUAGES

NOT_GIVEN = frozenset({"status", "custom", "other_sources", "other_contacts", "other_values"})
"""What follows from the process, or from leads that are joined."""
PARTS = ("budget", "first_name", "last_name")
"""What a sheet may say beside the fields themselves."""


def given_lead(
    values: Sequence[tuple[str, str]], policy: Policy, lead_id: str, latest: datetime
) -> tuple[Lead | None, Sequence[Fault]]:
    """The lead of values by the names of fields, and what is wrong with them; `lead_id` where they give no number."""
    uses = tuple(Use(place, name, name, "map") for place, (name, _) in enumerate(values))
    cells = tuple(text for _, text in values)
    reader = LeadReader(
        Columns(uses), policy, DEFAULT_LIMITS, "", {}, {}, lead_id.replace("{", "").replace("}", ""), latest, (cells,)
    )
    reader.required = ()
    return reader(cells, 1)


def spellings(policy: Policy) -> Mapping[str, str]:
    """The names of the fields that a lead may be given with, by all that they are called in any language."""
    return dict(_spellings(policy))


def _spellings(policy: Policy) -> Iterator[tuple[str, str]]:
    for name in policy.document.fields:
        labels = [names[name] for names in policy.document.labels.values() if name in names]
        yield from ((fold(spelling).casefold(), name) for spelling in (name, f"custom.{name}", *labels))
    for name in PARTS:
        yield from ((fold(spelling).casefold(), name) for spelling in (name, *_labels(name)))
    yield "need.budget", "budget"
    for field in (field for field in FIELDS if field.name not in NOT_GIVEN):
        heads = [head for language in LANGUAGES for head in (field.heads(language) if field.sheet else ())]
        names = (field.name, field.path, *heads, *_labels(field.name))
        yield from ((fold(spelling).casefold(), field.name) for spelling in names)


def _labels(name: str) -> list[str]:
    return [field_name(name, language) for language in LANGUAGES]
