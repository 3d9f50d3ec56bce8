"""What a check finds in bands of groups and in tables: what no lead gets."""

from __future__ import annotations

from collections.abc import Iterator

from leadkit.checking.findings import Finding
from leadkit.checking.scores import Reached
from leadkit.policy import Policy
from leadkit.rules.conditions import Condition
from leadkit.scoring.placements import Placements
from leadkit.scoring.witness import Witness

Placed = tuple[list[Reached], list[Finding]]


def placed(policy: Policy, leads: Condition | None = None) -> Placed:
    """What is reached of every band of a group and of every result of a table, and what nobody gets."""
    scoring = policy.document.scoring
    of_groups = [name for name in scoring.bands if name not in scoring.total_bands]
    if not of_groups and not scoring.tables:
        return [], []
    placements = Placements(policy.scorer, leads)
    parts = [*(_bands(policy, placements, name) for name in of_groups)]
    parts += [_table(policy, placements, name) for name in scoring.tables]
    return [each for reached, _ in parts for each in reached], [each for _, findings in parts for each in findings]


def _bands(policy: Policy, placements: Placements, name: str) -> Placed:
    band_set = policy.document.scoring.bands[name]
    places = placements.bands(name)
    reached = [Reached(name, band, (), places.leads.get(band)) for band in band_set.names]
    missing = [band for band in band_set.names if places.exact and band not in places.leads]
    message = f"no lead gets there by the points of {band_set.of}"
    return reached, [Finding("band_unreachable", f"scoring.bands.{name}.{band}", message) for band in missing]


def _table(policy: Policy, placements: Placements, name: str) -> Placed:
    table = policy.document.scoring.tables[name]
    places = placements.rows(name)
    leads: dict[str, Witness] = {}
    for place, (result, _) in enumerate(table.cells):
        if place in places.leads:
            leads.setdefault(result, places.leads[place])
    if None in places.leads:
        leads.setdefault(table.otherwise, places.leads[None])
    reached = [Reached(name, result, (), leads.get(result)) for result in table.names]
    missing = [path for place, path in enumerate(_paths(policy, name)) if places.exact and place not in places.leads]
    message = "no lead gets there: nobody fits it, or a row above takes all who do"
    return reached, [Finding("row_shadowed", path, message) for path in missing]


def _paths(policy: Policy, name: str) -> Iterator[str]:
    for result, rows in policy.document.scoring.tables[name].rows.items():
        path = f"scoring.tables.{name}.rows.{result}"
        yield from (f"{path}.{place}" for place in range(len(rows))) if isinstance(rows, tuple) else (path,)
