"""The sheet of what was spent: a row for each channel, or source, and period."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from leadkit.adapters.spreadsheets.cells import amount, text, unkeepable
from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.rows import read_rows
from leadkit.adapters.spreadsheets.table import Cell
from leadkit.adapters.spreadsheets.templates import SPEND
from leadkit.errors import FactError, SheetError
from leadkit.limits import DEFAULT_LIMITS, Limits
from leadkit.policy import Policy
from leadkit.reviewing.period import read_period
from leadkit.reviewing.spend import Spend


def read_spend(path: str | Path, policy: Policy, *, limits: Limits = DEFAULT_LIMITS) -> tuple[Spend, ...]:
    """The spends in a CSV or XLSX file with the columns channel, detail, period, spend and currency.

    A channel such as `展会-2023年工博会` is parted as in a lead sheet where the row has no detail of its own.

    Raises:
        SheetError: it can't be read, or a row says what is no channel, period or amount in the policy's currency; all
            such rows at once, as many as `limits` list.
    """

    path = Path(path)

    def read(row: Mapping[str, Cell], _: int) -> tuple[Spend | None, list[Fault]]:
        return _read(row, policy, limits)

    sheet = read_rows(path, SPEND, read, limits)
    if sheet.set_aside:
        raise SheetError(sheet.problems(limits.problems))
    return tuple(sheet.records)


def _read(row: Mapping[str, Cell], policy: Policy, limits: Limits) -> tuple[Spend | None, list[Fault]]:
    faults, base = unkeepable(row, limits), policy.document.currency
    source, period, currency = (text(row.get(name)) for name in ("channel", "period", "currency"))
    channel, detail = policy.document.channels.read(source) if source else (None, None)
    sum_ = amount(row.get("spend"), base)
    faults += [Fault("missing", name) for name, cell in (("channel", channel), ("period", period)) if cell is None]
    if currency is not None and currency.upper() != base:
        faults.append(Fault("other_currency", "currency", base))
    if sum_ is None:
        faults.append(Fault("missing" if text(row.get("spend")) is None else "not_a_number", "spend"))
    if period is not None:
        try:
            read_period(period, policy.time_zone)
        except FactError:
            faults.append(Fault("not_a_date", "period"))
    if faults or channel is None or period is None or sum_ is None:
        return None, faults
    try:
        spend = Spend(channel=channel, detail=text(row.get("detail")) or detail, period=period, amount=sum_)
    except ValidationError:
        return None, [Fault("not_a_number", "spend")]
    return spend, []
