"""How much input leadkit takes before it refuses, in one place."""

from __future__ import annotations

from datetime import timedelta

from attrs import define, setters


@define(on_setattr=setters.frozen, kw_only=True)
class Limits:
    """Bounds on what comes in from outside; everything above them is refused with an error that names the bound.

    `file_bytes` is the size on disk, `unpacked_bytes` what all parts of an XLSX file add up to once decompressed.
    `cells` bounds rows times columns of one sheet. `problems` is how many problems one error lists.
    """

    file_bytes: int = 100_000_000
    unpacked_bytes: int = 800_000_000
    zip_entries: int = 2_000
    sheets: int = 100
    rows: int = 1_048_576
    columns: int = 1000
    cells: int = 20_000_000
    merged_ranges: int = 10_000
    cell_characters: int = 32_767
    policy_bytes: int = 1_000_000
    list_bytes: int = 4_000_000
    policy_depth: int = 12
    policy_parents: int = 16
    number_digits: int = 30
    problems: int = 50


DEFAULT_LIMITS = Limits()

CLOCK_SKEW = timedelta(days=1)
"""How far ahead of the clock a time of what happened may lie: clocks and zones of others differ."""
