"""Which lead an opportunity from a sheet is of, and which opportunity of the store it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from attrs import define, field, setters

from leadkit.desk.numbers import Home, homes_in_store
from leadkit.desk.work_set import WorkSet
from leadkit.errors import CommandError, ConflictError, NotFoundError, Problem
from leadkit.records.text import comparable, read_company
from leadkit.store.mapping import account_key
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.protocol import Query, Unit, in_parts
from leadkit.store.rows import LeadRow, MatchRow
from leadkit.store.tables import LEADS, OPPORTUNITIES


@define(on_setattr=setters.frozen, kw_only=True)
class Named:
    """What one row names: its opportunity's name, its customer, and its lead by one or several ids."""

    id: str
    name: str | None = field(repr=False)
    account: str | None = field(repr=False)
    leads: tuple[str, ...] = ()

    @property
    def account_key(self) -> str | None:
        """What the customer is found by; None where that is nobody's name."""
        return account_key(self.account)

    @property
    def match(self) -> MatchRow | None:
        """What the customer is found by among leads."""
        company = read_company(self.account or "")
        by = f"company:{company.core}"
        return MatchRow(id=by, lead_id="", found_by=by, place=company.place) if company.core else None

    def is_of(self, row: OpportunityRow) -> bool:
        """Whether the customer may be that of an opportunity."""
        return read_company(self.account or "").same_as(read_company(row.account or ""))

    def is_called(self, row: OpportunityRow) -> bool:
        """Whether it is called as an opportunity."""
        return bool(self.name and row.name) and comparable(self.name or "") == comparable(row.name or "")


def locks_of_leads(unit: Unit, names: Iterable[str]) -> tuple[str, ...]:
    """What to hold while opportunities are given to the leads that rows name, as these are found now."""
    wanted = tuple(dict.fromkeys(names))
    homes = {home for home in homes_in_store(unit, wanted).values() if isinstance(home, str)}
    for part in in_parts(wanted):
        homes |= {lead.merged_into or lead.id for lead in unit.find(Query(LEADS, {"external_id": part}))}
    return tuple(f"lead:{home}" for home in sorted(homes))


@define(on_setattr=setters.frozen)
class Homes:
    """The leads and opportunities of the store that some rows may mean, read together."""

    work: WorkSet
    numbers: Mapping[str, Home]
    external: Mapping[str, Collection[str]]
    _by_key: dict[str | None, list[str]] = field(factory=lambda: defaultdict(list), alias="by_key")
    _by_name: dict[str, list[str]] = field(factory=lambda: defaultdict(list), alias="by_name")

    @classmethod
    def read(cls, work: WorkSet, rows: Collection[Named]) -> Homes:
        """Read what `rows` may mean into the work set."""
        names = list(dict.fromkeys(name for row in rows for name in row.leads))
        external: dict[str, set[str]] = defaultdict(set)
        for part in in_parts(names):
            leads = work.unit.find(Query(LEADS, {"external_id": part}))
            work.take(leads)
            for lead in leads:
                external[str(lead.external_id)].add(lead.id)
        numbers = homes_in_store(work.unit, names)
        work.look_up(home for home in numbers.values() if isinstance(home, str))
        work.look_for(match for row in rows if (match := row.match) is not None)
        work.look_up_opportunities(_deals(work, rows))
        work.look_up(file.row.lead_id for file in work.opportunities.values() if file.row.lead_id is not None)
        homes = cls(work, numbers, external)
        for file in work.opportunities.values():
            homes.note(file.row)
        return homes

    def note(self, deal: OpportunityRow) -> None:
        """Count an opportunity among those that a row may mean from now on."""
        self._by_key[deal.account_key].append(deal.id)
        self._by_name[comparable(deal.name or "")].append(deal.id)

    def lead(self, row: Named) -> LeadRow | None:
        """The one lead that a row means; None where it names none, and its customer is none.

        Raises:
            CommandError: there is no such lead, or it may be any of several; the candidates are named.
        """
        if row.leads:
            living = self._named(row)
            if not living:
                hint = "import the lead first, or leave the cell empty"
                raise NotFoundError(Problem("its lead is not in the store", hint, place=row.id))
        elif row.match is None:
            return None
        else:
            living = {lead.id: lead for lead in self.work.same_as([row.match])}
        if len(living) > 1:
            candidates = ", ".join(sorted(living))
            raise ConflictError(
                Problem(f"may be of any of the leads {candidates}", "write the id of its lead", place=row.id)
            )
        return next(iter(living.values()), None)

    def _named(self, row: Named) -> dict[str, LeadRow]:
        living: dict[str, LeadRow] = {}
        for name in row.leads:
            home = self.numbers[name]
            if isinstance(home, CommandError):
                raise home
            ids = [*([home] if home in self.work.leads else []), *self.external.get(name, ())]
            living |= {lead.id: lead for lead in map(self.work.row, filter(None, ids))}
        return living

    def _of_customer(self, row: Named) -> list[OpportunityRow]:
        """The opportunities of the customer that a row names."""
        deals = self._rows(self._by_key[row.account_key]) if row.account_key else ()
        return [deal for deal in deals if row.is_of(deal)]

    def _rows(self, ids: Iterable[str]) -> Iterator[OpportunityRow]:
        return (self.work.opportunities[key].row for key in ids)

    def named(self, row: Named) -> list[OpportunityRow]:
        """The opportunities that are called as a row says, of its customer where it names one."""
        if row.account is not None:
            return [deal for deal in self._of_customer(row) if row.is_called(deal)]
        return list(self._rows(self._by_name[comparable(row.name)])) if row.name else []

    def deal_by_name(self, row: Named, claimed: Collection[str]) -> OpportunityRow | None:
        """The opportunity with the name and the customer of a row that gives no id.

        Raises:
            ConflictError: it may be any of several, or one of the customer's that has another name. Those that are
                `claimed` by other rows are none of these.
        """
        named = self.named(row)
        others = [deal for deal in self._of_customer(row) if deal.status == "open" and deal.id not in claimed]
        if len(named) == 1:
            return named[0]
        if candidates := ", ".join(sorted(deal.id for deal in named or others)):
            hint = "give the id of the opportunity in a column of its own"
            raise ConflictError(Problem(f"may be the opportunity {candidates}", hint, place=row.id))
        return None

    def others(self, row: Named) -> tuple[str, ...]:
        """The open opportunities of the same customer."""
        return tuple(sorted(deal.id for deal in self._of_customer(row) if deal.status == "open"))


def _deals(work: WorkSet, rows: Collection[Named]) -> Iterable[str]:
    """The ids of the opportunities that rows may mean: by their ids, their customers, or their names alone."""
    ids = {row.id for row in rows}
    for part in in_parts(row.account_key for row in rows):
        ids |= {deal.id for deal in work.unit.find(Query(OPPORTUNITIES, {"account_key": part}))}
    for part in in_parts(row.name for row in rows if row.account is None):
        ids |= {deal.id for deal in work.unit.find(Query(OPPORTUNITIES, {"name": part}))}
    return ids
