"""The cells of a deal beyond its evaluation: where it stands, what it is worth, its dates, and why it was lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define, field, setters

from leadkit.adapters.spreadsheets.cells import amount, is_blank, moment, text
from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.table import Cell
from leadkit.adapters.spreadsheets.templates import LOST_REASON_WORDS, STAGE_WORDS, STATE_WORDS
from leadkit.limits import CLOCK_SKEW
from leadkit.policy import Policy
from leadkit.policy.reasons import OF_SHEETS
from leadkit.process.states import IN_PROGRESS
from leadkit.records.fields import is_code
from leadkit.records.text import fold

NO_REASON, OTHER_REASON = "not_given", "other"
"""The codes of a loss for which the sheet gives no reason, or one in words that are no code."""
CLOSED = ("won", "lost")
HAPPENED = ("opened_at", "closed_at", "won_at", "lost_at")
MOST_AMOUNT = 10**15


@define(on_setattr=setters.frozen)
class Deal:
    """What a row says of a deal: the fields of its `record`, and what stands `beside` it."""

    record: Mapping[str, Any] = field(factory=dict)
    beside: Mapping[str, Any] = field(factory=dict)


def read_deal(
    cells: Mapping[str, Cell], policy: Policy, as_of: datetime | None
) -> tuple[Deal, list[Fault], list[Fault]]:
    """The deal in a row, what keeps it from being used, and what a person should look at."""
    stage, faults, flags = _stage(cells, policy)
    status = stage if stage in CLOSED else "open"
    times, wrong = _times(cells, policy, as_of)
    faults += wrong
    faults += () if faults else _ending(times, stage, policy.time_zone, as_of)
    worth, currency = _worth(cells, policy)
    (flags if currency and currency.code == "other_currency" else faults).extend([currency] if currency else [])
    reason, words, flag = _lost_reason(cells, policy) if status == "lost" else (None, None, None)
    flags += [flag] if flag else []
    closed = _closed(times, stage)
    expected = times.get("expected_close") or (times.get("closed_at") if closed is None else None)
    record = {
        "status": status,
        "amount": worth,
        "expected_close": expected,
        "opened_at": times.get("opened_at"),
        "closed_at": closed,
        "lost_reason": reason,
    }
    beside = {
        "lead": fold(text(cells.get("lead_id")) or "") or None,
        "stage": stage,
        "competitor": text(cells.get("competitor")),
        "loss_words": words,
    }
    return Deal(record, beside), faults, flags


def _stage(cells: Mapping[str, Cell], policy: Policy) -> tuple[str | None, list[Fault], list[Fault]]:
    """The step of the process by the columns of stage and status, which may not contradict each other."""
    status, stage = text(cells.get("status")), text(cells.get("stage"))
    state = None if status is None else _by_words(status, STATE_WORDS["opportunities"], policy, "status")
    step = None if stage is None else _by_words(stage, {**STATE_WORDS["opportunities"], **STAGE_WORDS}, policy, "stage")
    if status is not None and state is None:
        return None, [Fault("not_a_level", "status", "open, won, lost")], []
    if stage is not None and step is None:
        fault = Fault("not_a_level", "stage", ", ".join((*IN_PROGRESS, "open", *CLOSED)))
        return (state, [], [fault]) if state is not None else (None, [fault], [])
    if state is None or step is None:
        return state or step, [], []
    ended = step if step in CLOSED else "open"
    if state == ended:
        return step, [], []
    if step in IN_PROGRESS or step == "open":
        # The step at which a deal was won or lost says nothing more about it.
        return state, [], []
    return None, [Fault("contradicts", "stage", state)], []


def _by_words(words: str, codes: Mapping[str, str], policy: Policy, name: str) -> str | None:
    """The code that a cell names: by itself, by the company's labels, or by the usual words."""
    folded = fold(words).casefold()
    labels = {
        fold(spelled).casefold(): code.partition(".")[2]
        for spoken in policy.document.labels.values()
        for code, spelled in spoken.items()
        if code.startswith(f"{name}.")
    }
    known = {"open", *IN_PROGRESS, *CLOSED} if name == "stage" else {"open", *CLOSED}
    return folded if folded in known else labels.get(folded) or codes.get(folded)


def _times(
    cells: Mapping[str, Cell], policy: Policy, as_of: datetime | None
) -> tuple[dict[str, datetime], list[Fault]]:
    times: dict[str, datetime] = {}
    faults = []
    for name in (*HAPPENED, "expected_close"):
        cell = cells.get(name)
        at = moment(cell, policy.time_zone)
        if at is not None:
            times[name] = at
        elif not is_blank(cell):
            faults.append(Fault("not_a_date", name))
    return times, faults + [Fault("in_future", name) for name in _ahead(times, as_of)]


def _ahead(times: Mapping[str, datetime], as_of: datetime | None) -> Iterator[str]:
    """What is said to have happened and lies in the future; `closed_at` is judged with the state of the deal."""
    for name in ("opened_at", "won_at", "lost_at"):
        if as_of is not None and name in times and times[name] > as_of + CLOCK_SKEW:
            yield name


def _ending(
    times: Mapping[str, datetime], stage: str | None, zone: ZoneInfo, as_of: datetime | None
) -> Iterator[Fault]:
    """What the dates and the state of a deal leave open, or say against each other."""
    if stage is None and "closed_at" in times:
        yield Fault("missing", "status")
    if stage not in {*CLOSED, "signed"}:
        return
    opened, closed = times.get("opened_at"), _closed(times, stage)
    if closed is None:
        yield Fault("missing", "closed_at")
    elif as_of is not None and closed > as_of + CLOCK_SKEW:
        yield Fault("in_future", "closed_at")
    elif opened is not None and closed.astimezone(zone).date() < opened.astimezone(zone).date():
        yield Fault("before_opening", "closed_at")


def _closed(times: Mapping[str, datetime], stage: str | None) -> datetime | None:
    """When a deal was signed, won or lost; None of one that goes on."""
    if stage not in {*CLOSED, "signed"}:
        return None
    return times.get(f"{stage}_at") or times.get("closed_at")


def _worth(cells: Mapping[str, Cell], policy: Policy) -> tuple[Any, Fault | None]:
    """What a deal is worth in the policy's currency; a sum in another one is not used."""
    cell, currency = cells.get("amount"), policy.document.currency
    named = text(cells.get("currency"))
    if is_blank(cell):
        return None, None
    if named is not None and fold(named).upper() != currency:
        return None, Fault("other_currency", "amount", currency)
    worth = amount(cell, currency)
    if worth is None or not 0 <= worth < MOST_AMOUNT:
        return None, Fault("not_a_number", "amount")
    return worth, None


def _lost_reason(cells: Mapping[str, Cell], policy: Policy) -> tuple[str, str | None, Fault | None]:
    """The code of a loss, the sheet's own words where they are none, and a flag where no code is known for them."""
    words = text(cells.get("lost_reason"))
    if words is None or is_blank(words):
        return NO_REASON, None, Fault("missing", "lost_reason")
    folded = fold(words).casefold()
    code = (
        policy.document.reasons.read("lost", words)
        or _by_words(words, LOST_REASON_WORDS, policy, "lost_reason")
        or (folded if is_code(folded) else None)
    )
    known = policy.reasons("lost")
    if code is None or (known and code not in {*known, *OF_SHEETS}):
        return OTHER_REASON, words, Fault("no_code", "lost_reason", OTHER_REASON)
    return code, None if code == folded else words, None
