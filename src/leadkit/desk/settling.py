"""A store that follows its policy: what open leads and opportunities owe, looked at anew when the rules are others."""

from __future__ import annotations

from functools import partial

from leadkit.desk.account_facts import with_account_key
from leadkit.desk.execute import BATCH, Executor
from leadkit.desk.rescoring import rescored
from leadkit.desk.results import Settled
from leadkit.process.command import Command
from leadkit.process.duties import DUTIES
from leadkit.process.states import SCREENED
from leadkit.store.process_rows import SettlementRow
from leadkit.store.protocol import Query, Unit, columns_of
from leadkit.store.rows import LeadRow
from leadkit.store.tables import LEADS, OPPORTUNITIES, SETTLEMENTS
from leadkit.store.values import digest

OF_DUTIES = "duties"
RULES = digest(repr(DUTIES))[:16]
"""What this version of leadkit knows of duties."""


def is_unsettled(executor: Executor) -> bool:
    """Whether duties were settled by another policy, or another version, or never."""
    with executor.storage.transaction(read_only=True) as unit:
        row = unit.get(SETTLEMENTS, OF_DUTIES)
    return row is None or (row.policy, row.duties) != (executor.policy.id, RULES)


def settle_all(executor: Executor, command: Command) -> Settled:
    """Settle every open lead and opportunity, batch by batch, and then note by which policy that was done.

    Where it is cut off, it begins anew: what is settled already stays as it is.
    """
    if executor.policy.document.account.facts:
        _account_keys(executor)
    settled = Settled(leads=_leads(executor, command), opportunities=_opportunities(executor))
    executor.transaction(lambda unit: _note(executor, unit))
    return settled


def _note(executor: Executor, unit: Unit) -> None:
    row = SettlementRow(id=OF_DUTIES, policy=executor.policy.id, duties=RULES, at=executor.clock())
    known = unit.get(SETTLEMENTS, OF_DUTIES)
    if known is None:
        unit.add(SETTLEMENTS, [row])
    elif (known.policy, known.duties) != (row.policy, row.duties):
        unit.replace(SETTLEMENTS, [row])


def _account_keys(executor: Executor) -> None:
    """Let every lead be found by its company: those of a store that is older than company facts lack the key."""

    def work(unit: Unit, above: str) -> list[str]:
        where = {"account_key": None, "erased_at": None}
        ids = [row.id for row in columns_of(unit, Query(LEADS, where, above=("id", above), limit=BATCH), ("id",))]
        unit.lock(*(f"lead:{lead_id}" for lead_id in ids))
        rows = executor.work_set(unit)
        rows.look_up(ids)
        rows.leads |= {key: with_account_key(row) for key, row in rows.leads.items() if row.erased_at is None}
        rows.write()
        return ids

    above = ""
    while ids := executor.transaction(partial(work, above=above)):
        above = ids[-1]


def _leads(executor: Executor, command: Command) -> int:
    total, above = 0, ""
    while True:
        choose = partial(_open_leads, above=above)
        batch = rescored(executor, executor.request(command), choose, settles=True, still=_is_open)
        total += len(batch.lead_ids)
        if len(batch.lead_ids) < BATCH:
            return total
        above = batch.lead_ids[-1]


def _is_open(row: LeadRow) -> bool:
    return row.status in SCREENED and row.merged_into is None and row.erased_at is None


def _open_leads(unit: Unit, above: str) -> list[str]:
    where = {"status": SCREENED, "merged_into": None, "erased_at": None}
    return [row.id for row in columns_of(unit, Query(LEADS, where, above=("id", above), limit=BATCH), ("id",))]


def _opportunities(executor: Executor) -> int:
    """Settle opportunities that are open or won: what a won one still owes is its handover."""

    def work(unit: Unit, above: str) -> list[str]:
        rows = executor.work_set(unit)
        wanted = Query(OPPORTUNITIES, {"status": ("open", "won")}, above=("id", above), limit=BATCH)
        ids = [row.id for row in columns_of(unit, wanted, ("id",))]
        unit.lock(*(f"opportunity:{deal}" for deal in ids))
        rows.settle_opportunities(ids)
        rows.write()
        return ids

    total, above = 0, ""
    while ids := executor.transaction(partial(work, above=above)):
        total += len(ids)
        above = ids[-1]
    return total
