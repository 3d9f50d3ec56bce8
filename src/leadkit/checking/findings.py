"""What a check of a policy finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from attrs import define, field, setters

from leadkit.results import Result
from leadkit.scoring.witness import Witness

Severity = Literal["problem", "note"]

KINDS: Mapping[str, Severity] = {
    "example_fails": "problem",
    "invariant_refuted": "problem",
    "invariant_undecided": "note",
    "invariant_about_nobody": "note",
    "band_unreachable": "problem",
    "rule_never_counts": "problem",
    "cut_by_group_limit": "note",
    "cut_by_total_limit": "note",
    "cut_by_group_floor": "note",
    "cut_by_total_floor": "note",
    "limit_below_points": "note",
    "limit_never_reached": "note",
    "hardly_decays": "note",
    "silence_of_nothing": "note",
    "field_never_read": "note",
    "not_monotone": "note",
    "unknown_is_rewarded": "note",
    "criterion_never_met": "problem",
    "never_qualifies": "problem",
    "grade_unreachable": "problem",
    "dimension_decides_nothing": "note",
    "row_shadowed": "problem",
    "rows_overlap": "note",
    "falls_to_otherwise": "note",
    "permissions_missing": "note",
    "command_for_everybody": "note",
    "unknown_name": "note",
    "branch_says_more": "note",
    "more": "note",
}
"""Every kind of finding. A problem is never meant; a note is worth knowing, and may well be meant."""

MOST_OF_A_KIND = 20
"""So many findings of one kind and place are listed; the rest are counted."""


@define(on_setattr=setters.frozen)
class Finding(Result):
    """One thing that a check found, at `path` in the document; `witness` is a lead that shows it.

    `assessment` is the witness where the finding is about grades: levels by dimension.
    """

    ADDED = ("severity",)

    kind: str
    path: str
    message: str
    witness: Witness | None = None
    assessment: Mapping[str, str] = field(factory=dict)

    @property
    def severity(self) -> Severity:
        """Whether it is a problem or a note."""
        return KINDS[self.kind]

    @property
    def shown(self) -> str:
        """The lead or the assessment that shows it, in words; empty where there is none."""
        assessed = " ".join(f"{name}={level}" for name, level in self.assessment.items())
        return str(self.witness) if self.witness else assessed

    def __str__(self) -> str:
        return f"{self.kind} {self.path}: {self.message}" + (f": {self.shown}" if self.shown else "")
