"""An account: what a company has with us, by whatever spelling: its leads, and its open, won and lost opportunities."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from attrs import define, field, setters

from leadkit.desk.customers import OF_COMPANY
from leadkit.desk.opportunities.queries import states_of_opportunities
from leadkit.desk.opportunities.rules import deals_of
from leadkit.desk.opportunities.state import OpportunityState
from leadkit.desk.presenting import state_of
from leadkit.desk.results import LeadState
from leadkit.desk.work_set import WorkSet
from leadkit.errors import CommandError, NotFoundError, Problem
from leadkit.records.text import read_company
from leadkit.results import Result
from leadkit.store.protocol import Query
from leadkit.store.rows import LeadRow, MatchRow
from leadkit.store.tables import LEADS


@define(on_setattr=setters.frozen, kw_only=True)
class AccountDeals(Result):
    """Opportunities of an account, by id, and the sum of those that have an amount."""

    opportunities: tuple[OpportunityState, ...] = field(default=(), repr=False)
    amount: Decimal = Decimal(0)
    without_amount: int = 0

    def __len__(self) -> int:
        return len(self.opportunities)

    @classmethod
    def of(cls, states: Iterable[OpportunityState], status: str) -> AccountDeals:
        """Those of `states` that are `open`, `won` or `lost`."""
        deals = tuple(state for state in states if state.opportunity.status == status)
        amounts = [state.opportunity.amount for state in deals if state.opportunity.amount is not None]
        return cls(opportunities=deals, amount=sum(amounts, Decimal(0)), without_amount=len(deals) - len(amounts))


@define(on_setattr=setters.frozen, kw_only=True)
class Account(Result):
    """A company that we know: the spellings of its name, its leads by id, and its opportunities.

    What it is worth is the contract's sum where there is one, else the amount.
    """

    ADDED = ("is_customer",)

    names: tuple[str, ...] = field(repr=False)
    leads: tuple[LeadState, ...] = field(repr=False)
    open: AccountDeals
    won: AccountDeals
    lost: AccountDeals

    @property
    def is_customer(self) -> bool:
        """Whether it bought something."""
        return len(self.won) > 0


def account(work: WorkSet, name: str) -> Account:
    """The account with this name, in whatever spelling; places may not contradict each other.

    Raises:
        CommandError: the name is that of no company.
        NotFoundError: nobody of it is known.
    """
    company = read_company(name)
    if not company.core:
        raise CommandError(Problem("names no company", "write its name as its leads have it", path="company"))
    by = f"{OF_COMPANY}{company.core}"
    match = MatchRow(id=by, lead_id="", found_by=by, place=company.place)
    deals = deals_of(work, company)
    leads = _leads(work, match, {name, *(row.account for row in deals if row.account is not None)})
    if not leads and not deals:
        hint = "leadkit list --text finds leads by a part of the name"
        raise NotFoundError(Problem("there is no account of this name", hint, path="company"))
    states = states_of_opportunities(work, [row.id for row in deals])
    names = (*(row.company_name for row in leads.values()), *(row.account for row in deals))
    return Account(
        names=tuple(dict.fromkeys(filter(None, names))),
        leads=tuple(state_of(leads[key], work.persons.get(key)) for key in sorted(leads)),
        open=AccountDeals.of(states, "open"),
        won=AccountDeals.of(states, "won"),
        lost=AccountDeals.of(states, "lost"),
    )


def _leads(work: WorkSet, match: MatchRow, names: set[str]) -> dict[str, LeadRow]:
    """The leads of a company by id: that which a new enquiry finds, and those before it with one of its names."""
    work.look_for([match])
    current = list(work.same_as([match]))
    names |= {row.company_name for row in current if row.company_name is not None}
    where = {"company_name": tuple(sorted(names)), "merged_into": None, "erased_at": None}
    work.take([row for row in work.unit.find(Query(LEADS, where)) if row.id not in work.leads])
    every = (row for row in work.leads.values() if row.company_name in names)
    return {row.id: row for row in (*current, *every) if row.merged_into is None and row.erased_at is None}
