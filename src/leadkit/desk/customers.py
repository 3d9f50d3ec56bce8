"""Who is a customer already: the companies whose opportunities were won."""

from __future__ import annotations

from collections.abc import Iterable

from leadkit.desk.work_set import WorkSet
from leadkit.records.text import read_company
from leadkit.store.protocol import Query, in_parts
from leadkit.store.rows import MatchRow
from leadkit.store.tables import OPPORTUNITIES

OF_COMPANY = "company:"


def look_for_customers(work: WorkSet, matches: Iterable[MatchRow]) -> None:
    """Read the won opportunities of the companies among `matches` into the work set."""
    cores = [match.found_by.removeprefix(OF_COMPANY) for match in matches if match.found_by.startswith(OF_COMPANY)]
    wanted = [core for core in dict.fromkeys(cores) if core not in work.won]
    work.won |= {core: [] for core in wanted}
    for part in in_parts(wanted):
        for row in work.unit.find(Query(OPPORTUNITIES, {"account_key": part, "status": "won"})):
            work.won[str(row.account_key)].append(row)


def won_deals(work: WorkSet, name: str | None) -> int:
    """How many opportunities were won of the company with this name; places may not contradict each other."""
    company = read_company(name or "")
    if not company.core:
        return 0
    look_for_customers(work, [MatchRow(id="", lead_id="", found_by=f"{OF_COMPANY}{company.core}")])
    return sum(company.same_as(read_company(row.account or "")) for row in work.won[company.core])
