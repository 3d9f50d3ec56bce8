"""An opportunity in the terminal: its row in the list, all of it as labelled lines, and the same as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from attrs import define, setters

from leadkit.cli.telling import grades
from leadkit.cli.wording import Wording
from leadkit.texts import texts

if TYPE_CHECKING:
    from leadkit.desk.opportunities.state import (
        Approval,
        Contract,
        ConversionPlan,
        Handover,
        Objection,
        OpportunityState,
        ProjectReport,
    )

HEADS = ("id", "stage", "grade", "amount", "close", "account", "owner", "lead")
LEVELS = ("urgency", "budget", "competition", "decision_chain")
CONTRACT_TERMS = ("payment", "delivery", "liability", "terms")
TEXTS = ("plan", "report", "contract", "handover")
WORTH = ("amount_basis", "amount_low", "amount_high", "close_basis")
Lines = Iterator[tuple[str, str | None]]


@define(on_setattr=setters.frozen)
class OpportunityView:
    """An opportunity in the words and the language of a policy, and in its time zone."""

    words: Wording

    @property
    def heads(self) -> tuple[str, ...]:
        """The heads of the list."""
        return self.words.heads(*HEADS)

    def row(self, state: OpportunityState, shown: str) -> tuple[str, ...]:
        """A line of the list; `shown` is as much of the id as tells it from others."""
        record = state.opportunity
        close = record.expected_close and self.words.moment(record.expected_close).partition(" ")[0]
        cells = (self._money(record.amount), close, record.account, record.owner, record.lead_id)
        stands = self.words.code(state.stage), grades(state, self.words)
        return shown, *stands, *(cell or self.words.nothing for cell in cells)

    def lines(self, state: OpportunityState) -> Iterator[tuple[str, str]]:
        """All of an opportunity, a labelled line each; what there is not has no line."""
        fields = self._words("fields")
        first = (self._standing(state), self._activities(state), self._report(state.report))
        parts = (*first, self._plan(state.plan), self._steps(state))
        for part in (*parts, self._objections(state), self._contract(state.contract), self._handover(state.handover)):
            yield from ((fields.get(name, name), value) for name, value in part if value)

    def _standing(self, state: OpportunityState) -> Lines:
        record, levels = state.opportunity, state.opportunity.assessment
        yield from (("id", state.id), ("lead", record.lead_id), ("name", record.name), ("account", record.account))
        yield "owner", record.owner
        yield from (("stage", self.words.code(state.stage)), ("grade", grades(state, self.words)))
        yield "amount", self._amount(state)
        yield from ((name, self._label(name, getattr(levels, name))) for name in LEVELS)
        yield "rivals", self._rivals(state)
        yield from (("close", self._close(state)), ("opened", self._time(record.opened_at)))
        yield "closed", self._time(record.closed_at)
        yield "won_by", self._comma.join(record.win_factors)
        yield "lost_by", self._label("lost_reason", record.lost_reason)
        yield from (("lost_to", state.competitor), ("loss_reason", state.loss_reason))
        yield "handed_over", self._time(state.handed_over_at)

    def _rivals(self, state: OpportunityState) -> str | None:
        """Who competes, with a hint where that is another competition than the one entered."""
        names, level = self._comma.join(state.opportunity.rivals), state.suggested_competition
        if level is None:
            return names
        return self._say("rivals_suggest", names=names, level=self._label("competition", level))

    def _activities(self, state: OpportunityState) -> Lines:
        for activity in state.activities:
            kind = self.words.code(activity.kind)
            manner = self._comma.join(filter(None, (kind, activity.means, activity.contact, activity.by)))
            yield "activity", f"{self._time(activity.occurred_at)} {manner}"
            yield "said", " / ".join(filter(None, (activity.content, activity.feedback, activity.next_step)))
        yield "next_follow_up", self._time(state.next_follow_up_at)

    def _amount(self, state: OpportunityState) -> str | None:
        """What it is worth, and what that stands on where nobody gave it."""
        amount, forms = self._money(state.opportunity.amount), self._words("basis")
        if amount is None or state.amount_basis != "budget":
            return amount
        low, high = self._money(state.amount_low), self._money(state.amount_high)
        ends = forms["high" if low is None else "low" if high is None else "range"].format(low=low, high=high)
        return forms["amount_budget"].format(amount, range=low if low == high and low is not None else ends)

    def _close(self, state: OpportunityState) -> str | None:
        close = self._time(state.opportunity.expected_close)
        from_lead = close is not None and state.close_basis == "purchase_date"
        return self._words("basis")["close_purchase_date"].format(close) if from_lead else close

    def _report(self, report: ProjectReport | None) -> Lines:
        if report is not None:
            yield "report", self._say("written", at=report.at, by=report.by)
            yield from (("report_strategy", report.strategy), ("goal", report.goal))

    def _plan(self, plan: ConversionPlan | None) -> Lines:
        if plan is None:
            return
        approval, sent = plan.approval, {"at": plan.at, "by": plan.by}
        if approval is None:
            yield "plan", self._say("waiting", **sent)
        else:
            verdict = {"verdict_at": approval.at, "verdict_by": approval.by}
            yield "plan", self._say("approved" if approval.approved else "rejected", **sent, **verdict)
            yield "reason", approval.reason
        yield from (("pains", plan.pains), ("advantages", plan.advantages), ("strategy", plan.strategy))
        yield "price_floor", self._money(plan.price_floor)

    def _steps(self, state: OpportunityState) -> Lines:
        for step in state.milestones:
            kind = "milestone_reached" if step.reached_at else "milestone"
            yield "milestone", self._say(kind, name=step.name, due=step.due_at, reached=step.reached_at)

    def _objections(self, state: OpportunityState) -> Lines:
        for objection in state.objections:
            yield self._words("fields")["objection"].format(number=objection.number), self._times(objection)
            yield "objection_text", _with_name(objection.text, objection.raised_by)
            yield "objection_kind", self._kind(objection.kind)
            yield "suggested", self._comma.join(objection.suggested)
            yield "expert", self._expert(objection)
            yield "answer", _with_name(objection.answer, objection.answered_by)

    def _kind(self, code: str | None) -> str | None:
        """What the company calls a kind of objection."""
        if code is None:
            return None
        kind = self.words.policy.document.objections.get(code)
        return (kind.label if kind else None) or self.words.code(code, of="objection")

    def _expert(self, objection: Objection) -> str | None:
        if objection.expert is None:
            return None
        asked = self._say("asked", at=objection.expert_asked_at, expert=objection.expert)
        return f"{asked}: {objection.question}" if objection.question else asked

    def _times(self, objection: Objection) -> str:
        kind = "objection_answered" if objection.answered_at else "objection_open"
        key = self._words("values")["key_objection"] if objection.key else ""
        return self._say(kind, raised=objection.raised_at, answered=objection.answered_at) + key

    def _contract(self, contract: Contract | None) -> Lines:
        if contract is None:
            return
        yield "contract", self._say("written", at=contract.at, by=contract.by)
        yield from (("contract_number", contract.number), ("contract_amount", self._money(contract.amount)))
        yield from ((name, getattr(contract, name)) for name in CONTRACT_TERMS)
        yield "legal_review", self._review(contract.legal_review)
        yield "reason", contract.legal_review.reason if contract.legal_review else None
        yield "signed_by_us", self._time(contract.signed_by_us_at)
        yield "signed_by_customer", self._time(contract.signed_by_customer_at)

    def _review(self, review: Approval | None) -> str:
        if review is None:
            return self._say("review_waiting")
        return self._say("review_approved" if review.approved else "review_rejected", at=review.at, by=review.by)

    def _handover(self, handover: Handover | None) -> Lines:
        if handover is not None:
            yield "handover", self._say("written", at=handover.at, by=handover.by)
            yield "handover_terms", handover.terms
            yield from self._of_contract(handover)
            yield "customer", self._comma.join(str(value) for value in handover.customer.values() if value)
            yield "need", handover.need
            yield "handover_verdict", self._verdict(handover)

    def _of_contract(self, handover: Handover) -> Lines:
        """What delivery was given of the contract."""
        given = handover.contract
        yield from (("contract_number", given.get("number")), ("contract_amount", given.get("amount")))
        yield from ((name, given.get(name)) for name in CONTRACT_TERMS)

    def _verdict(self, handover: Handover) -> str | None:
        verdict, missing = handover.verdict, [self.words.code(code) for code in handover.missing]
        if verdict is None:
            return None
        reasons = self._comma.join(filter(None, (*missing, verdict.reason)))
        return self._say("accepted" if verdict.approved else "sent_back", at=verdict.at, by=verdict.by, missing=reasons)

    def _label(self, name: str, code: str | None) -> str | None:
        """A code as the company calls it; in English, as it is."""
        return code if code is None or self.words.language == "en" else self.words.code(code, of=name)

    def _money(self, amount: Decimal | None) -> str | None:
        return None if amount is None else f"{amount:f}"

    def _time(self, at: datetime | None) -> str | None:
        return None if at is None else self.words.moment(at)

    def _say(self, kind: str, **values: Any) -> str:
        given = {name: self._time(value) if isinstance(value, datetime) else value for name, value in values.items()}
        return str(self._words("values")[kind]).format(**given)

    @property
    def _comma(self) -> str:
        return str(texts("opportunities", self.words.language)["comma"])

    def _words(self, part: str) -> Mapping[str, str]:
        words: Mapping[str, str] = texts("opportunities", self.words.language)[part]
        return words


def _with_name(text: str | None, name: str | None) -> str | None:
    return f"{text} ({name})" if text and name else text
