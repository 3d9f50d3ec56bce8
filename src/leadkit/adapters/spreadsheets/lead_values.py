"""What the cells of a row say, read as fields: texts, times, sums, sources, and the policy's own fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, get_args

from attrs import define, field

from leadkit.adapters.spreadsheets.cells import moment, text
from leadkit.adapters.spreadsheets.faults import Fault
from leadkit.adapters.spreadsheets.heads.columns import SUMS, Columns, Use, translated
from leadkit.adapters.spreadsheets.heads.units import SumUnit, unit_of
from leadkit.adapters.spreadsheets.heads.vocabulary import answers
from leadkit.adapters.spreadsheets.phones_abroad import are_foreign
from leadkit.adapters.spreadsheets.table import Cell
from leadkit.policy import Policy
from leadkit.records import LeadStatus
from leadkit.records.lead_fields import BY_NAME
from leadkit.records.text import (
    Money,
    Order,
    fold,
    read_amount,
    read_number,
    read_purchase_date,
    read_tags,
)
from leadkit.records.text.names.nobody import names_nothing
from leadkit.rules.facts import Fact
from leadkit.texts import LANGUAGES

PLAIN = (
    "company", "industry", "company_size", "job_title", "role", "region", "product", "website", "entered_by", "owner",
    "external_id", "external_system", "budget_match",
)  # fmt: skip
"""The fields that hold what a cell says, as it is."""
REPEATED = frozenset(
    {"industry", "company_size", "job_title", "source", "tag", "entered_by", "owner", "region", "product"}
)
MOST_COMMON = 10_000
STATUSES = frozenset(get_args(LeadStatus))
READ_ELSEWHERE = frozenset({"budget", "first_name", "last_name", "number"})


@define
class SheetFields:
    """The fields that one sheet says, with the places of their columns and the map's constants."""

    columns: Columns
    policy: Policy
    orders: Mapping[int, Order | None]
    latest: datetime | None = None
    """No lead came in after this: a later time is a slip."""
    sample: Sequence[tuple[Cell, ...]] = ()
    """The first rows, which tell of which country the phones are, and of which currency the sums."""
    phones_abroad: bool = field(init=False)
    """Whether the phones without the code of a country are most likely of another one than the policy's."""
    places: Mapping[str, tuple[int, ...]] = field(init=False)
    pairs: tuple[tuple[str, int], ...] = field(init=False)
    common: dict[str, str] = field(init=False, factory=dict)
    """Words that many rows say, such as an industry, each kept once for all of them."""
    plain: tuple[str, ...] = field(init=False)
    custom: tuple[tuple[str, Fact], ...] = field(init=False)
    units: Mapping[str, SumUnit] = field(init=False)
    """What the numbers of each column of sums are counted in."""

    def __attrs_post_init__(self) -> None:
        names = dict.fromkeys(use.field for use in self.columns.uses if use.field)
        self.places = {name: self.columns.places(name) for name in names if name}
        self.pairs = tuple((name, place) for name, places in self.places.items() for place in places)
        filled = tuple(dict.fromkeys((*self.places, *self.columns.constants)))
        self.plain = tuple(name for name in PLAIN if name in filled)
        places = self.columns.places("phone")
        phones = [text(cells[place]) for cells in self.sample for place in places if place < len(cells)]
        self.phones_abroad = are_foreign(filter(None, phones), self.policy.document.phone_region)
        facts = self.policy.facts
        custom = [name for name in filled if name in facts and name not in BY_NAME and name not in READ_ELSEWHERE]
        self.custom = tuple((name, facts[name]) for name in custom)
        self.units = {use.field: self._unit(use) for use in reversed(self.columns.uses) if use.field in SUMS}

    def _unit(self, use: Use) -> SumUnit:
        words = (text(cells[use.place]) for cells in self.sample if use.place < len(cells))
        return unit_of(use.head, filter(None, words))

    def once(self, words: str) -> str:
        """The same words as they were read before, where they were."""
        if len(self.common) >= MOST_COMMON:
            self.common.clear()
        return self.common.setdefault(words, words)


@define
class RowWords:
    """The cells of one row of a sheet with these `fields`; `faults` are gathered while they are read."""

    fields: SheetFields
    cells: Sequence[Cell]
    faults: list[Fault] = field(factory=list)

    columns: dict[str, list[tuple[int, str]]] = field(init=False, factory=dict)
    """The filled columns of each field, in their order: place and words."""

    def __attrs_post_init__(self) -> None:
        for name, place in self.fields.pairs:
            words = text(self.cells[place])
            if words is not None and name in REPEATED:
                words = self.fields.once(words)
            if words is not None:
                self.columns.setdefault(name, []).append((place, words))

    def all_words(self, name: str) -> list[str]:
        """What the columns of a field say, in their order; the map's constant where they say nothing."""
        columns = self.columns.get(name)
        if columns is not None:
            return [words for _, words in columns]
        constant = self.fields.columns.constants.get(name)
        return [] if constant is None else [constant]

    def words(self, name: str) -> str | None:
        """What the first filled column of a field says, in the record's words where its map translates them."""
        all_words = self.all_words(name)
        if not all_words:
            return None
        mapped = self.fields.columns.mapped.get(name)
        return all_words[0] if mapped is None else translated(all_words[0], mapped.words)


def read_values(row: RowWords) -> dict[str, Any]:
    """The fields of a lead by name, but for who it is; a cell that can't be read leaves its field unknown."""
    policy, orders = row.fields.policy, row.fields.orders
    values: dict[str, Any] = {name: row.words(name) for name in row.fields.plain}
    entered = _time(row, "entered_at", policy, orders)
    received = _received(row, entered, policy, orders)
    channel, detail = _source(row)
    tags = tuple(dict.fromkeys(tag for words in row.all_words("tag") for tag in read_tags(words)))
    return {
        **values,
        "entered_at": entered,
        "received_at": received,
        "source": channel,
        "source_detail": detail,
        "need": _joined(row.all_words("need")),
        "tag": tags or None,
        "purchase_by": _purchase_by(row, received, policy, orders),
        "status": _status(row),
        "custom": _custom(row),
        **_budget(row, policy.document.currency),
    }


def _time(row: RowWords, name: str, policy: Policy, orders: Mapping[int, Order | None]) -> datetime | None:
    for place, _ in row.columns.get(name, ())[:1]:
        when = moment(row.cells[place], policy.time_zone, orders.get(place))
        if when is None:
            row.faults.append(Fault("not_a_date", name))
        elif row.fields.latest is not None and when > row.fields.latest:
            row.faults.append(Fault("in_future", name))
            return None
        return when
    return None


def _received(
    row: RowWords, entered: datetime | None, policy: Policy, orders: Mapping[int, Order | None]
) -> datetime | None:
    """When a lead came in; where that is not said, or lies after its entry, when it was entered.

    An entry without a time of day may have been at any time of its day.
    """
    received = _time(row, "received_at", policy, orders)
    if received is None or entered is None:
        return received or entered
    whole_day = entered.astimezone(policy.time_zone).time() == time()
    if received < entered + timedelta(days=whole_day):
        return received
    if received > entered:
        row.faults.append(Fault("after_entry", "received_at"))
    return entered


def _purchase_by(
    row: RowWords, received: datetime | None, policy: Policy, orders: Mapping[int, Order | None]
) -> date | None:
    """A day, or the last one of a span such as `Q3` or `3个月内`, seen from the day on which the lead came in."""
    zone = policy.time_zone
    for place, words in row.columns.get("purchase_by", ())[:1]:
        when = moment(row.cells[place], zone, orders.get(place))
        if when is not None:
            return when.astimezone(zone).date()
        span = read_purchase_date(words, received.astimezone(zone).date()) if received else None
        if (span is None or span.latest is None) and not names_nothing(words):
            row.faults.append(Fault("not_a_date", "purchase_by"))
        return span.latest if span else None
    return None


def _source(row: RowWords) -> tuple[str | None, str | None]:
    """The channel, and whatever else is said of where a lead came from."""
    channel, detail, more = None, None, row.all_words("source")
    if more:
        channel, detail = row.fields.policy.document.channels.read(more[0])
    details = list(dict.fromkeys(filter(None, (detail, *more[1:], *row.all_words("source_detail")))))
    if channel is None and details:
        channel = details.pop(0)
    return channel, " / ".join(details) or None


def _joined(lines: Sequence[str]) -> str | None:
    """Several texts below one another, without those that another one holds."""
    kept = [line for line in dict.fromkeys(lines) if not any(line != other and line in other for other in lines)]
    return "\n".join(kept) or None


def _status(row: RowWords) -> str | None:
    """A status that the map has words for; any other is not one of ours."""
    status, mapped = row.words("status"), row.fields.columns.mapped.get("status")
    if status is None or mapped is None:
        return None
    if status not in STATUSES:
        row.faults.append(Fault("not_a_level", "status", ", ".join(mapped.words or sorted(STATUSES))))
        return None
    return status


def _budget(row: RowWords, currency: str) -> dict[str, Any]:
    """Low, high and currency, from one column or from two."""
    asked = row.words("currency")
    whole, low, high = (_amount(row, name, asked, currency) for name in SUMS)
    known = [money for money in (whole, low, high) if money is not None]
    if not known:
        return {}
    ends = (low.low if low else whole.low if whole else None), (high.high if high else whole.high if whole else None)
    in_order = ends[0] is None or ends[1] is None or ends[0] <= ends[1]
    if not in_order or len({money.currency for money in known}) > 1:
        row.faults.append(Fault("not_a_number", "budget_low" if low else "budget"))
        return {}
    return {"budget_low": ends[0], "budget_high": ends[1], "currency": known[0].currency}


def _amount(row: RowWords, name: str, asked: str | None, currency: str) -> Money | None:
    words = row.words(name)
    if words is None or names_nothing(words):
        return None
    mapped = row.fields.columns.mapped.get(name)
    unit = row.fields.units.get(name, SumUnit())
    money = read_amount(words, asked or unit.currency or currency, (mapped and mapped.unit) or unit.words)
    if money is None:
        row.faults.append(Fault("not_a_number", name))
    return money


def _custom(row: RowWords) -> dict[str, Any] | None:
    """The fields that the policy declares."""
    values = {}
    for name, fact in row.fields.custom:
        words = row.words(name)
        if words is None or names_nothing(words):
            continue
        value = custom_value(words, fact, row.fields.policy)
        if value is None:
            row.faults.append(Fault("not_a_level", name, ", ".join(fact.levels) or fact.type))
        else:
            values[name] = value
    return values or None


def custom_value(words: str, fact: Fact, policy: Policy) -> Any:
    """A value of a declared field: a level by its code or label, yes or no in any language, a number, or the text."""
    written = fold(words).casefold()
    if fact.type == "boolean":
        yes, no = answers()
        return True if written in yes else False if written in no else None
    if fact.type == "number":
        return read_number(words)
    if fact.type == "text":
        return words
    labels = [policy.document.labels.get(language, {}) for language in LANGUAGES]
    spelled = {level: {level, *(names.get(f"{fact.name}.{level}", level) for names in labels)} for level in fact.levels}
    named = [level for level, names in spelled.items() if written in {fold(name).casefold() for name in names}]
    return named[0] if len(named) == 1 else None
