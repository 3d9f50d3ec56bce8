"""Opportunities that come in from sheets: every row once, however often and wherever the import was cut off."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

from attrs import define, evolve, setters

from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.opportunities import EvaluatedOpportunity, read_opportunities
from leadkit.adapters.spreadsheets.read_sheet import Place, ReadSheet, Row
from leadkit.desk.commands.importing import ImportOpportunity, import_all
from leadkit.desk.execute import Executor, batches
from leadkit.desk.importing.imported_opportunities import ImportedOpportunities, imported_opportunity
from leadkit.desk.importing.plan import Plan
from leadkit.desk.importing.runs import RowKeys, begin, finish, members_among, receipts, run_of
from leadkit.desk.importing.sheets import Outcome, Shown, allowed, in_policys, read_still, usable, with_refusals
from leadkit.desk.opportunities.corrections import LEVELS
from leadkit.desk.results import Receipt
from leadkit.policy.sheets import MapFile
from leadkit.records.people import Actor
from leadkit.store.values import digest

PERMISSION = ImportOpportunity.permission
_BETWEEN_IDS = re.compile(r"[;；,，、]")


@define(on_setattr=setters.frozen)
class Deals:
    """A sheet of opportunities as it was read, and the hash by which its import is known.

    It is another one than that of the file, which may hold leads, too.
    """

    file: str
    source: str
    sheet: ReadSheet[EvaluatedOpportunity]

    @property
    def keys(self) -> RowKeys:
        """The keys of its rows."""
        return RowKeys(self.source, self.sheet.sheet)

    def id_of(self, place: Place) -> str:
        """The id of a new opportunity whose row gives none."""
        names = [part.name for part in self.sheet.parts]
        sheet = names.index(place[0])
        return f"row-{f'{sheet + 1}-' if sheet else ''}{place[1]}-{self.source[:6]}"


def read_deals(
    executor: Executor, file: Path, by: Actor | None, *, heads: MapFile | None = None, sheet: str | None = None
) -> Deals:
    """Read a sheet of opportunities; nothing is stored.

    Raises:
        SheetError: the file can't be read or is no such sheet.
        NotAllowedError: the policy names other roles for its rows.
    """
    executor.admit(PERMISSION, by)
    now = executor.clock()
    source, read = read_still(
        file, lambda: read_opportunities(file, executor.policy, sheet=sheet, heads=heads, as_of=now, raw=True)
    )
    members = members_among(executor, (record.opportunity.owner for record in read.records))
    read = in_policys(executor.policy, evolve(read, rows=tuple(_with_member(row, members) for row in read.rows)))
    return Deals(file.name, digest("opportunities", source), read)


def take_deals(
    executor: Executor, deals: Deals, by: Actor | None, shown: Shown, plan: Plan | None = None
) -> ImportedOpportunities:
    """Take the rows of a sheet in, each once, and by a plan where there is one."""
    sheet, keys = deals.sheet, deals.keys
    if plan is not None:
        executor = evolve(executor, planned={keys.of(place): row for place, row in plan.opportunities.items()})
    executor = begin(
        executor, deals.file, deals.source, keys.last_rows(row.place for row in sheet.rows), by, PERMISSION
    )
    outcomes: dict[Place, Outcome] = {}
    before: set[Place] = set()
    for batch in batches(shown(usable(sheet))):
        before |= _take(executor, deals, batch, by, outcomes)
    done = ImportedOpportunities(
        file=deals.file,
        run=run_of(deals.source),
        rows=tuple(
            imported_opportunity(row.place, outcomes.get(row.place), before=row.place in before) for row in sheet.rows
        ),
        sheet=_with_flags(with_refusals(sheet, outcomes, "id"), outcomes),
    )
    new = any(not row.before and row.outcome != "set_aside" for row in done.rows)
    finish(executor, done.run, done.counts, new=new)
    return done


def _take(
    executor: Executor,
    deals: Deals,
    rows: Sequence[Row[EvaluatedOpportunity]],
    by: Actor | None,
    outcomes: dict[Place, Outcome],
) -> set[Place]:
    """Put into `outcomes` what became of each row; give the places of those that an earlier run had done."""
    with executor.storage.transaction(read_only=True) as unit:
        before = dict(receipts(unit, {row.place: deals.keys.of(row.place) for row in rows}))
    new = [row for row in rows if row.place not in before]
    commands = [_command(row.record, deals, row.place, by) for row in new if row.record]
    taken = allowed(list(import_all(executor, commands)))
    outcomes.update(before)
    outcomes.update(zip([row.place for row in new], taken, strict=True))
    return set(before)


def _command(record: EvaluatedOpportunity, deals: Deals, place: Place, by: Actor | None) -> ImportOpportunity:
    deal = record.opportunity
    levels: dict[str, Any] = {name: getattr(deal.assessment, name) for name in LEVELS}
    return ImportOpportunity(
        deal.id if record.has_id else deals.id_of(place),
        by_name=not record.has_id,
        lead_ids=tuple(filter(None, (part.strip() for part in _BETWEEN_IDS.split(record.lead or "")))),
        name=deal.name,
        account=deal.account,
        owner=deal.owner,
        stage=record.stage,  # type: ignore[arg-type]
        **levels,
        grade=deal.grade,
        amount=deal.amount,
        expected_close=deal.expected_close,
        opened_at=deal.opened_at,
        closed_at=deal.closed_at,
        reported_at=record.reported_at,
        lost_reason=deal.lost_reason,
        competitor=record.competitor,
        reason=record.loss_words,
        key=deals.keys.of(place),
        by=by,
    )


def _with_member(row: Row[EvaluatedOpportunity], members: Collection[str]) -> Row[EvaluatedOpportunity]:
    """The row without an owner who is nobody of the team: it is flagged, and comes in without one."""
    record = row.record
    if record is None or record.opportunity.owner is None or record.opportunity.owner in members:
        return row
    deal = record.opportunity.model_copy(update={"owner": None})
    return evolve(row, record=evolve(record, opportunity=deal), faults=(*row.faults, Fault("not_a_member", "owner")))


def _with_flags(
    sheet: ReadSheet[EvaluatedOpportunity], outcomes: dict[Place, Outcome]
) -> ReadSheet[EvaluatedOpportunity]:
    """The sheet with what a person should look at in the rows that were taken in."""
    rows = []
    for row in sheet.rows:
        receipt = outcomes.get(row.place)
        flags = tuple(_flags(receipt)) if isinstance(receipt, Receipt) else ()
        rows.append(evolve(row, faults=(*row.faults, *flags)) if flags else row)
    return evolve(sheet, rows=tuple(rows))


def _flags(receipt: Receipt) -> Iterator[Fault]:
    if receipt.lead_status not in {None, "converted"}:
        yield Fault("lead_not_converted", "lead_id", f"{receipt.lead_id}, {receipt.lead_status}")
    if receipt.others:
        yield Fault("other_opportunities", "account", ", ".join(receipt.others))
    for name in receipt.differences:
        yield Fault("not_changed", name)
