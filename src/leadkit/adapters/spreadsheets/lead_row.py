"""One row of a lead sheet as a `Lead`: every cell read as the field that its column is, and nothing kept in silence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from attrs import define, field

from leadkit.adapters.spreadsheets.cells import moment, text
from leadkit.adapters.spreadsheets.columns import Columns
from leadkit.adapters.spreadsheets.heads import yes_no
from leadkit.adapters.spreadsheets.read_sheet import Fault
from leadkit.adapters.spreadsheets.table import Cell
from leadkit.limits import Limits
from leadkit.policy import Policy
from leadkit.policy.sheets import UNITS
from leadkit.records import Budget, Contact, Lead
from leadkit.records.lead_fields import BY_NAME, lead_from, missing
from leadkit.records.text import (
    fold,
    read_amount,
    read_email,
    read_emails,
    read_number,
    read_phone,
    read_phones,
    read_purchase_date,
    read_source,
    read_tags,
)
from leadkit.records.text.calendar_dates import Order
from leadkit.rules.facts import Fact

LONGEST_ID = 200
PLAIN = (
    "company", "industry", "company_size", "job_title", "role", "region", "product", "website", "entered_by", "owner",
    "external_id", "external_system", "budget_match",
)  # fmt: skip
"""The fields that hold what the cell says, as it is."""
TIMES = ("entered_at", "received_at")

Cells = tuple[Cell, ...]
Places = tuple[int, ...]


@define
class LeadReader:
    """Reads the rows of one sheet with these `columns`; `orders` has the order of day and month of its date columns.

    `taken` are the ids of rows read before, each with the name of its sheet.
    """

    columns: Columns
    policy: Policy
    limits: Limits
    sheet: str
    orders: Mapping[int, Order | None]
    taken: dict[str, str]
    row_id: str = "row-{}"
    places: Mapping[str, Places] = field(init=False)
    required: tuple[str, ...] = field(init=False)
    regions: tuple[str, ...] = field(init=False)

    def __attrs_post_init__(self) -> None:
        names = dict.fromkeys(use.field for use in self.columns.uses if use.field)
        self.places = {name: self.columns.places(name) for name in names if name}
        has = {*self.places, *self.columns.constants}
        has |= {"contact"} if has & {"first_name", "last_name"} else set()
        self.required = tuple(name for name in self.policy.document.capture.required if name in has)
        region = self.columns.phone_region
        home = self.policy.document.phone_region
        self.regions = (home,) if region in {None, home} else (home, str(region))

    @property
    def no_column(self) -> tuple[str, ...]:
        """What the policy requires, and no column says."""
        return tuple(name for name in self.policy.document.capture.required if name not in self.required)

    def __call__(self, cells: Cells, number: int) -> tuple[Lead | None, Sequence[Fault]]:
        row = _LeadRow(self, cells)
        values = row.values()
        lead_id, faults = self._id(row, number)
        values["number"] = lead_id
        faults += row.unkeepable()
        if faults:
            return None, (*faults, *row.faults)
        lead = lead_from(values)
        faults = [Fault("missing", name) for name in missing(lead, self.required)]
        if faults:
            return None, (*faults, *row.faults)
        self.taken[lead_id] = self.sheet
        return lead, tuple(row.faults)

    def _id(self, row: _LeadRow, number: int) -> tuple[str, list[Fault]]:
        """The id of a row: its number, else its id in another system, else its place; a sheet may count anew."""
        name = next((name for name in ("number", "external_id") if row.words(name)), None)
        lead_id = fold(row.words(name) or "") if name else self.row_id.format(number)
        if name and self.taken.get(lead_id, self.sheet) != self.sheet:
            lead_id = f"{self.sheet}-{lead_id}"
        faults = [Fault("repeated", name or "number")] if lead_id in self.taken else []
        return lead_id, faults + ([Fault("too_long", name or "number")] if len(lead_id) > LONGEST_ID else [])


@define
class _LeadRow:
    """The cells of one row, and what turns out to be wrong with them while they are read."""

    reader: LeadReader
    cells: Cells
    faults: list[Fault] = field(factory=list)

    def all_words(self, name: str) -> list[str]:
        """What the columns of a field say, in their order; what a map says of all rows, where they say nothing."""
        words = [text(self.cells[place]) for place in self.reader.places.get(name, ())]
        given = [word for word in words if word]
        constant = self.reader.columns.constants.get(name)
        return given or ([constant] if constant is not None else [])

    def words(self, name: str) -> str | None:
        """What the first filled column of a field says."""
        return next(iter(self.all_words(name)), None)

    def values(self) -> dict[str, Any]:
        """The lead's fields by name, but for its id."""
        values: dict[str, Any] = {name: self._in_words_of_map(name) for name in PLAIN}
        values |= {name: self._time(name) for name in TIMES}
        values["received_at"] = values["received_at"] or values["entered_at"]
        values |= self._source() | self._need() | self._budget() | self._custom()
        values |= self._contact()
        values["tag"] = tuple(dict.fromkeys(tag for words in self.all_words("tag") for tag in read_tags(words)))
        values["purchase_by"] = self._day("purchase_by", values["received_at"])
        values["status"] = self._status()
        return values

    def unkeepable(self) -> list[Fault]:
        """What no record and no store can hold."""
        faults = []
        for use in self.reader.columns.uses:
            cell = self.cells[use.place]
            if isinstance(cell, str) and len(cell) > self.reader.limits.cell_characters:
                faults.append(Fault("too_long", use.field or "", use.head))
            if isinstance(cell, str) and "\0" in cell:
                faults.append(Fault("nul", use.field or "", use.head))
        return faults

    def _in_words_of_map(self, name: str) -> str | None:
        """A text, as the map's `words` translate it."""
        words = self.words(name)
        mapped = self.reader.columns.mapped.get(name)
        return words if words is None or mapped is None or not mapped.words else _translated(words, mapped.words)

    def _status(self) -> str | None:
        mapped = self.reader.columns.mapped.get("status")
        words = self.words("status")
        if mapped is None or words is None:
            return None
        status = _translated(words, mapped.words)
        if status in STATUSES:
            return status
        self.faults.append(Fault("not_a_level", "status", ", ".join(mapped.words)))
        return None

    def _time(self, name: str) -> datetime | None:
        for place in self.reader.places.get(name, ()):
            cell = self.cells[place]
            if text(cell) is None:
                continue
            when = moment(cell, self.reader.policy.time_zone, self.reader.orders.get(place))
            if when is None:
                self.faults.append(Fault("not_a_date", name))
            return when
        return None

    def _day(self, name: str, received: datetime | None) -> date | None:
        """A day that is named, or the last one of a span such as `Q3` or `3个月内`, seen from when the lead came."""
        for place in self.reader.places.get(name, ()):
            words = text(self.cells[place])
            if words is None:
                continue
            zone = self.reader.policy.time_zone
            when = moment(self.cells[place], zone, self.reader.orders.get(place))
            if when is not None:
                return when.astimezone(zone).date()
            span = read_purchase_date(words, received.astimezone(zone).date()) if received else None
            if span is None or span.latest is None:
                self.faults.append(Fault("not_a_date", name))
                return None
            return span.latest
        return None

    def _source(self) -> dict[str, Any]:
        said = self.all_words("source")
        channel, detail = read_source(said[0]) if said else (None, None)
        details = dict.fromkeys(filter(None, (detail, *said[1:], *self.all_words("source_detail"))))
        if channel is None and details:
            channel, *rest = details
            details = dict.fromkeys(rest)
        return {"source": channel, "source_detail": " / ".join(details) or None}

    def _need(self) -> dict[str, Any]:
        lines = dict.fromkeys(self.all_words("need"))
        return {"need": "\n".join(line for line in lines if not _held(line, lines)) or None}

    def _budget(self) -> dict[str, Any]:
        currency = self.words("currency") or self.reader.policy.document.currency
        ends = [self._amount(name, currency) for name in ("budget_low", "budget_high")]
        whole = self._amount("budget", currency)
        if whole is None and ends == [None, None]:
            return {}
        low = next((end.low for end in (ends[0], whole) if end is not None), None)
        high = next((end.high for end in (ends[1], whole) if end is not None), None)
        if low is not None and high is not None and low > high:
            self.faults.append(Fault("not_a_number", "budget_low"))
            return {}
        used = next(end.currency for end in (whole, *ends) if end is not None)
        return {"budget_low": low, "budget_high": high, "currency": used}

    def _amount(self, name: str, currency: str) -> Budget | None:
        words = self.words(name)
        if words is None:
            return None
        mapped = self.reader.columns.mapped.get(name)
        unit = mapped.unit if mapped and mapped.unit else self._unit_of_head(name)
        money = read_amount(words, currency, unit)
        if money is None:
            self.faults.append(Fault("not_a_number", name))
            return None
        return Budget(low=money.low, high=money.high, currency=money.currency)

    def _unit_of_head(self, name: str) -> str | None:
        """What the brackets of a head say the numbers are counted in: `预算（万元）`."""
        heads = (fold(use.head) for use in self.reader.columns.uses if use.field == name)
        inside = "".join(part for head in heads for part in head.partition("(")[2:])
        return next((unit for unit in UNITS if not unit.isascii() and unit in inside), None)

    def _custom(self) -> dict[str, Any]:
        policy = self.reader.policy
        named = [name for name in (*self.reader.places, *self.reader.columns.constants) if name not in BY_NAME]
        values = {}
        for name in named:
            fact, words = policy.facts.get(name), self.words(name)
            if fact is None or words is None:
                continue
            value = _custom_value(self._in_words_of_map(name) or words, fact, policy)
            if value is None:
                self.faults.append(Fault("not_a_level", name, ", ".join(fact.levels) or fact.type))
            else:
                values[name] = value
        return {"custom": values} if values else {}

    def _contact(self) -> dict[str, Any]:
        phones = list(self._phones())
        emails = list(self._emails())
        name = self._name()
        others = [Contact(name=name, phone=phone) for phone in phones[1:]]
        others += [Contact(name=name, email=email) for email in emails[1:]]
        values: dict[str, Any] = {"contact": name}
        values |= {"phone": phones[0]} if phones else {}
        values |= {"email": emails[0]} if emails else {}
        return values | ({"other_contacts": tuple(others)} if others else {})

    def _name(self) -> str | None:
        """The name, or its parts: given name first, but for names in Chinese, Japanese or Korean characters."""
        whole = self.all_words("contact")
        mapped = self.reader.columns.mapped.get("contact")
        if whole and (mapped is None or len(mapped.head) < 2):
            return whole[0]
        parts = whole or [part for name in ("first_name", "last_name") for part in self.all_words(name)[:1]]
        if not parts:
            return None
        spaceless = all(all("\u3040" <= sign <= "\ud7af" for sign in part) for part in parts)
        return "".join(reversed(parts)) if spaceless else " ".join(parts)

    def _phones(self) -> Iterator[str]:
        """The phones as entered, a valid one first; one that is valid only in the map's region in its full form."""
        cells = list(dict.fromkeys(self.all_words("phone")))
        valid: dict[str, str] = {}
        for cell in cells:
            for phone, entered in self._numbers(cell):
                valid.setdefault(phone, entered)
        if cells and not valid:
            self.faults.append(Fault("not_valid", "phone"))
        elif any(not any(True for _ in self._numbers(cell)) for cell in cells):
            self.faults.append(Fault("one_not_valid", "phone"))
        yield from valid.values() if valid else cells

    def _numbers(self, cell: str) -> Iterator[tuple[str, str]]:
        """The valid numbers in a cell, each in its normal form and as it is kept."""
        numbers = read_phones(cell, self.reader.regions[0])
        home = [phone for phone in numbers if phone.valid]
        abroad = [phone for phone in read_phones(cell, self.reader.regions[-1]) if phone.valid] if _local(cell) else []
        if abroad and self.reader.regions[1:] and (not home or _is_north_american(cell)):
            yield from ((str(phone.normal), str(phone.normal)) for phone in abroad)
        elif len(numbers) == 1 and home:
            yield str(home[0].normal), cell
        else:
            yield from ((str(phone.normal), phone.text) for phone in home)

    def _emails(self) -> Iterator[str]:
        cells = list(dict.fromkeys(self.all_words("email")))
        addresses = [email for cell in cells for email in read_emails(cell) if email.valid]
        kept = dict.fromkeys(str(email.address) if len(addresses) > 1 else cells[0] for email in addresses)
        if cells and not addresses:
            self.faults.append(Fault("not_valid", "email"))
        yield from kept or cells
