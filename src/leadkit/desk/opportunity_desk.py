"""The commands on opportunities, from conversion to handover: `desk.opportunities`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Any

from leadkit.desk import opportunities, talks
from leadkit.desk.carry_out import Carrier, Keyed
from leadkit.desk.changes import Changes
from leadkit.desk.results import HistoryItem, OpportunityState, Receipt, of_entry, opportunity_of
from leadkit.records.fields import FrozenDict
from leadkit.records.people import Actor
from leadkit.store.protocol import Query
from leadkit.store.tables import JOURNAL, OPPORTUNITIES, REMARKS, STATEMENTS


class OpportunityDesk:
    """What a sales team does with an opportunity. Every command takes `by`, `key` and `version`, as those of a desk do.

    A step that can't be taken now is refused with those that can.
    """

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier

    def convert(
        self,
        lead_id: str,
        signals: Mapping[str, Any],
        *,
        name: str | None = None,
        amount: Decimal | int | None = None,
        expected_close: datetime | None = None,
        by: Actor | None = None,
        key: str | None = None,
        version: int | None = None,
    ) -> Receipt:
        """Make an opportunity of a valid lead that meets the policy's `[qualification.conversion]`.

        `signals` are facts such as `intent` and `date_set`. Where the lead's company has an open opportunity already,
        the lead is attached to it.

        Raises:
            CommandError: it is not qualified; the message says what is not met.
        """
        exact = None if amount is None else Decimal(amount)
        new = opportunities.Beginning(
            id=self._carrier.ids(), signals=signals, name=name, amount=exact, expected_close=expected_close
        )
        asked = self._carrier.asked(
            "convert",
            by,
            lead_id,
            signals=FrozenDict(signals),
            version=version,
            name=name,
            amount=exact,
            expected_close=expected_close,
        )
        return self._carrier.one(Keyed(asked, key), partial(opportunities.convert, new=new))

    def assess(self, opportunity_id: str, *, reason: str | None = None, **said: Any) -> Receipt:
        """Judge an opportunity: `urgency`, `budget`, `competition`, `decision_chain`, `amount`, `expected_close`.

        What is left out stays as it was. The grade that follows waits for a supervisor where it is another one.
        """
        how = {name: said.pop(name) for name in ("by", "key", "version") if name in said}
        decide = partial(opportunities.assess, levels=said, reason=reason)
        return self._command("assess", opportunity_id, decide, reason=reason, levels=FrozenDict(said), **how)

    def confirm_grade(self, opportunity_id: str, *, reason: str | None = None, **how: Any) -> Receipt:
        """Confirm the proposed grade."""
        decide = partial(opportunities.confirm_grade, reason=reason)
        return self._command("confirm_grade", opportunity_id, decide, reason=reason, **how)

    def assign(self, opportunity_id: str, to: str | None = None, *, reason: str | None = None, **how: Any) -> Receipt:
        """Give an opportunity to the member `to`, or to the one with the fewest open ones among those who may have it.

        Which roles take which grade is in the policy's `[assignment.grades]`.

        Raises:
            CommandError: nobody fits, or `to` does not; the hint says why.
        """
        decide = partial(opportunities.assign, to=to, reason=reason)
        return self._command("assign", opportunity_id, decide, to=to, reason=reason, **how)

    def report(self, opportunity_id: str, *, strategy: str, goal: str, **how: Any) -> Receipt:
        """Hand in the project report that an opportunity of the first grade owes."""
        said = {"strategy": strategy, "goal": goal}
        return self._said("report", opportunity_id, opportunities.report, said, how)

    def plan(
        self,
        opportunity_id: str,
        *,
        pains: str,
        advantages: str,
        strategy: str,
        milestones: Iterable[tuple[str, datetime]] = (),
        **how: Any,
    ) -> Receipt:
        """Submit the conversion plan: the customer's pains, our advantages, how to negotiate, and milestones.

        `milestones` are names with aware times. A new plan takes the place of the one before.
        """
        said = {"pains": pains, "advantages": advantages, "strategy": strategy}
        steps = tuple(milestones)
        decide = partial(opportunities.plan, said=said, milestones=steps)
        named = FrozenDict({name: at.isoformat() for name, at in steps})
        return self._command("plan", opportunity_id, decide, said=FrozenDict(said), milestones=named, **how)

    def approve_plan(self, opportunity_id: str, *, reason: str | None = None, **how: Any) -> Receipt:
        """Approve the plan, so that talks with the customer begin; who may is in the policy's `[approvals]`."""
        decide = partial(opportunities.decide_plan, reason=reason, approved=True)
        return self._command("approve_plan", opportunity_id, decide, reason=reason, **how)

    def reject_plan(self, opportunity_id: str, *, reason: str, **how: Any) -> Receipt:
        """Send the plan back."""
        decide = partial(opportunities.decide_plan, reason=reason, approved=False)
        return self._command("reject_plan", opportunity_id, decide, reason=reason, **how)

    def reach(self, opportunity_id: str, milestone: str, **how: Any) -> Receipt:
        """Note that a milestone, by its name or id, was reached."""
        decide = partial(talks.reach, milestone=milestone)
        return self._command("reach", opportunity_id, decide, milestone=milestone, **how)

    def raise_objection(self, opportunity_id: str, text: str, *, key_objection: bool = False, **how: Any) -> Receipt:
        """Keep an objection of the customer's, which is to be answered; a key one goes to the whole team."""
        decide = partial(talks.raise_objection, text=text, key=key_objection)
        return self._command("raise_objection", opportunity_id, decide, text=text, key_objection=key_objection, **how)

    def answer_objection(self, opportunity_id: str, objection: str, text: str, **how: Any) -> Receipt:
        """Keep the answer to an objection, named by its id or its number."""
        decide = partial(talks.answer_objection, objection=objection, text=text)
        return self._command("answer_objection", opportunity_id, decide, objection=objection, text=text, **how)

    def draft_contract(self, opportunity_id: str, terms: str, **how: Any) -> Receipt:
        """Keep the draft of the contract; it goes to the legal review."""
        return self._said("draft_contract", opportunity_id, talks.draft_contract, {"terms": terms}, how)

    def review_contract(self, opportunity_id: str, *, approved: bool, reason: str | None = None, **how: Any) -> Receipt:
        """The legal review: delivery standard, terms of payment, liability."""
        decide = partial(talks.review_contract, approved=approved, reason=reason)
        return self._command("review_contract", opportunity_id, decide, approved=approved, reason=reason, **how)

    def sign(self, opportunity_id: str, side: str, **how: Any) -> Receipt:
        """The signature of one side: `us` or `customer`."""
        return self._command("sign", opportunity_id, partial(talks.sign, side=side), side=side, **how)

    def win(self, opportunity_id: str, *, factors: Iterable[str] = (), **how: Any) -> Receipt:
        """Mark a signed opportunity as won, and why it was."""
        named = tuple(factors)
        return self._command("win", opportunity_id, partial(talks.win, factors=named), factors=named, **how)

    def lose(
        self,
        opportunity_id: str,
        lost_reason: str,
        *,
        competitor: str | None = None,
        reason: str | None = None,
        **how: Any,
    ) -> Receipt:
        """Mark an opportunity as lost: `lost_reason` is what the review counts, `reason` is in your own words."""
        decide = partial(talks.lose, lost_reason=lost_reason, competitor=competitor, reason=reason)
        given = FrozenDict(lost_reason=lost_reason, competitor=competitor, reason=reason)
        return self._command("lose", opportunity_id, decide, given=given, **how)

    def hand_over(self, opportunity_id: str, terms: str, **how: Any) -> Receipt:
        """Hand the customer, their need and the terms over to delivery."""
        return self._command("hand_over", opportunity_id, partial(talks.hand_over, terms=terms), terms=terms, **how)

    def get(self, opportunity_id: str) -> OpportunityState:
        """An opportunity as it stands, with its milestones and objections.

        Raises:
            NotFoundError: there is none.
        """
        with self._carrier.storage.transaction(read_only=True) as unit:
            return opportunity_of(self._carrier.book(unit).file(opportunity_id))

    def list(
        self, *, owner: str | None = None, status: str | None = None, lead_id: str | None = None, limit: int = 100
    ) -> tuple[OpportunityState, ...]:
        """Opportunities by id, which is the order in which they came; `status` is `open`, `won` or `lost`."""
        where = {name: value for name, value in (("owner", owner), ("status", status), ("lead_id", lead_id)) if value}
        with self._carrier.storage.transaction(read_only=True) as unit:
            book = self._carrier.book(unit)
            rows = unit.find(Query(OPPORTUNITIES, where, limit=limit))
            return tuple(opportunity_of(book.file(row.id)) for row in rows)

    def history(self, opportunity_id: str) -> tuple[HistoryItem, ...]:
        """All that was done with an opportunity, by whom and why, the oldest first."""
        with self._carrier.storage.transaction(read_only=True) as unit:
            self._carrier.book(unit).file(opportunity_id)
            entries = unit.find(Query(JOURNAL, {"opportunity_id": opportunity_id}, order=("seq",)))
            ids = tuple(entry.id for entry in entries)
            remarks = {one.id: one.text for one in unit.find(Query(REMARKS, {"id": ids}))} if ids else {}
            said = {one.id: one.fields for one in unit.find(Query(STATEMENTS, {"opportunity_id": opportunity_id}))}
            return tuple(of_entry(entry, remarks.get(entry.id) or _words(said.get(entry.id))) for entry in entries)

    def _said(
        self,
        name: str,
        opportunity_id: str,
        decide: Callable[..., Changes],
        said: Mapping[str, Any],
        how: Mapping[str, Any],
    ) -> Receipt:
        return self._command(name, opportunity_id, partial(decide, said=said), said=FrozenDict(said), **how)

    def _command(
        self,
        name: str,
        opportunity_id: str,
        decide: Callable[..., Changes],
        *,
        by: Actor | None = None,
        key: str | None = None,
        version: int | None = None,
        **given: Any,
    ) -> Receipt:
        asked = self._carrier.asked(name, by, opportunity_id=opportunity_id, version=version, **given)
        return self._carrier.one(Keyed(asked, key), decide)


def _words(said: Mapping[str, Any] | None) -> str | None:
    if not said:
        return None
    named = len(said) > 1
    return " / ".join(f"{name}: {_plain(value)}" if named else _plain(value) for name, value in said.items())


def _plain(value: Any) -> str:
    return ", ".join(map(str, value.values())) if isinstance(value, Mapping) else str(value)
