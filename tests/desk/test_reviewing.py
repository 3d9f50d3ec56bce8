"""`desk.review` against a plain reckoning from what the desk answers, over random histories."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from attrs import define, evolve, field
from hypothesis import example, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.desk.duties import TURN
from leadkit.reviewing.cases import LeadCase, OpportunityCase
from leadkit.reviewing.count import count
from leadkit.reviewing.duties import duties
from leadkit.reviewing.review import Review, reviewed
from leadkit.reviewing.standing import DutyCase
from leadkit.reviewing.traits import Traits
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.process_rows import DutyRow
from tests.desk.desks import ACTORS, BOSS, POOR, SIGNALS, VAGUE, address, kept, lead, open_desk, team, touch

DIRECTOR = ACTORS["director"]
REP = ACTORS["sales_rep"]
LEVELS = {"urgency": "immediate", "competition": "ahead", "decision_chain": "simple"}
CHANNELS = ("官网", "展会", "转介绍")
COUNTED = {"转介绍": "老客户转介绍"}
"""Those that the standard policy counts as another."""
ACCOUNTS = ("北辰精密有限公司", "远航动力有限公司")
"""What leads are renamed to: several of one name are leads of one account."""

PERIODS = ("2023-09", "2023-Q3", "2023-10", "2023-Q4")
RARE = {"channel", "source", "industry", "product", "region", "company_size"}
"""The groups whose words go with an erased lead where nobody else says them."""
SEEDS = st.integers(0, 10**9)


@define
class History:
    """A desk on which chance gives commands: the leads that it was given, when, and how they stood when merged."""

    desk: lk.Desk
    draw: Random
    given: dict[str, lk.Lead] = field(factory=dict)
    captured_at: dict[str, datetime] = field(factory=dict)
    merged: dict[str, lk.LeadState] = field(factory=dict)
    opened: dict[str, lk.Lead] = field(factory=dict)
    """What the lead of each opportunity said when that was opened."""
    touches: int = 0

    def live(self, steps: int) -> History:
        """So many commands, hours apart; a refused one is no matter."""
        team(self.desk, li="senior_rep", zhou="sales_rep")
        commands = (self.capture,) * 4 + (self.touch,) * 4 + (self.convert,) * 3 + (self.go_on,) * 3
        commands += (self.assign, self.judge, self.merge, self.pause, self.recycle, self.desk.tick)
        for _ in range(steps):
            self.desk.clock.pass_(hours=self.draw.randrange(12), minutes=self.draw.randrange(60))
            try:
                self.draw.choice(commands)()
            except lk.CommandError:
                continue
        return self

    def some(self) -> str:
        return self.draw.choice([*self.given, "nobody"])

    def capture(self) -> None:
        number, now = len(self.given) + 1, self.desk.clock.now
        said: dict[str, Any] = self.draw.choice([{}, {}, {}, POOR, VAGUE])
        if self.draw.random() < 0.1 and self.given:
            said = {**said, "contact": {"phone": self.draw.choice([*self.given.values()]).contact.phone}}
        received = now - timedelta(hours=self.draw.randrange(30)) if self.draw.random() < 0.8 else None
        source = lk.Source(channel=self.draw.choice(CHANNELS))
        new = lead(number, source=source, received_at=received, **said)
        self.given[new.id], self.captured_at[new.id] = new, now
        self.desk.capture(new)

    def touch(self) -> None:
        self.touches += 1
        kind = self.draw.choice(["reply", "follow_up", "webinar"])
        self.desk.record(touch(self.touches, self.some(), kind=kind, occurred_at=self.desk.clock.now))

    def convert(self) -> None:
        amount = self.draw.choice([None, Decimal(self.draw.randrange(10**8)) / 100])
        lead_id = self.some()
        if self.draw.random() < 0.6:
            self.desk.amend(lead_id, {"company.name": self.draw.choice(ACCOUNTS)})
        said = self.desk.lead(lead_id).lead
        one = self.desk.opportunities.convert(lead_id, SIGNALS, amount=amount, by=REP).opportunity_id
        self.opened.setdefault(str(one), said)

    def go_on(self) -> None:
        """The next step of an opportunity: assessed, graded, ..., won; or lost on the way."""
        open_ones = self.desk.opportunities.list(status="open", limit=1000)
        if not open_ones:
            return
        state, deals = self.draw.choice(open_ones), self.desk.opportunities
        if self.draw.random() < 0.2:
            deals.lose(state.id, self.draw.choice(["price", "competitor"]), by=REP)
            return
        if state.stage == "assessing":
            deals.assess(state.id, **LEVELS, by=REP)
            deals.confirm_grade(state.id, by=BOSS)
            return
        deals.plan(state.id, pains="x", advantages="x", strategy="x", by=REP)
        deals.approve_plan(state.id, by=DIRECTOR)
        deals.draft_contract(state.id, "x", by=REP)
        deals.review_contract(state.id, approved=True, by=ACTORS["legal"])
        for side in ("us", "customer"):
            deals.sign(state.id, side, by=REP)
        self.desk.clock.pass_(minutes=self.draw.randrange(600))
        deals.win(state.id, amount=state.opportunity.amount or 1, by=REP)

    def assign(self) -> None:
        self.desk.assign(self.some(), by=BOSS)

    def judge(self) -> None:
        lead_id = self.some()
        step = self.draw.choice(["archive", "overturn", "reopen", "disqualify"])
        if step == "disqualify":
            self.desk.disqualify(lead_id, "need_vague", by=BOSS)
        else:
            getattr(self.desk, step)(lead_id, by=BOSS)

    def merge(self) -> None:
        into, other = self.some(), self.some()
        gone = self.desk.lead(other)
        if gone.id != other:
            return
        self.desk.merge(into, other, by=BOSS)
        self.merged[other] = gone

    def pause(self) -> None:
        step = self.desk.resume if self.draw.random() < 0.5 else self.desk.pause
        step(self.some(), by=REP)

    def recycle(self) -> None:
        self.desk.recycle(self.some(), by=BOSS)


def naive(history: History, period: str) -> Review:
    """The review from what the desk answers about every lead and opportunity, counted the plain way."""
    desk = history.desk
    leads, touches = _lead_cases(history)
    by_id = {case.id: case for case in leads}
    opportunities = [_opportunity_case(desk, state, by_id) for state in desk.opportunities.list(limit=10_000)]
    wanted, now, policy = lk.reviews.read_period(period, desk.policy.time_zone), desk.clock.now, desk.policy
    cells = count(leads, opportunities, wanted, as_of=now, touches=touches, duties=_duties(desk))
    before = count(leads, opportunities, wanted.previous, as_of=now)
    return reviewed(
        cells,
        before,
        wanted,
        as_of=now,
        currency=policy.document.currency,
        policy=policy.id,
        grades=policy.grades,
        priorities=policy.priorities,
    )


def _lead_cases(history: History) -> tuple[list[LeadCase], dict[str, list[datetime]]]:
    desk, ours = history.desk, history.desk.policy.document.service_levels.follow_ups
    due = _due(desk)
    cases, touches = [], {}
    for lead_id in history.given:
        try:
            state = desk.lead(lead_id)
        except lk.errors.NotFoundError:
            continue
        if state.id != lead_id:
            cases.append(_duplicate(history, lead_id))
            continue
        times = [one.occurred_at for one in desk.activities(lead_id) if one.kind in ours]
        converted = min((item.at for item in desk.history(lead_id) if item.what == "convert"), default=None)
        touches[lead_id] = times
        known = {"first_response_at": min(times, default=None), "converted_at": converted}
        owed = due.get(lead_id)
        case = evolve(_case(lead_id, state), traits=_traits(desk, state.lead))
        cases.append(evolve(case, response_due_at=_owed(owed, converted), **known))
    return cases, touches


def _duties(desk: lk.Desk) -> list[DutyCase]:
    """Every duty of the store but the responses, which are those of the leads; those that stand still are none."""
    return [
        DutyCase(
            kind=row.kind,
            subject=row.opportunity_id or row.lead_id,
            owner=row.owner,
            due_at=row.due_at,
            met_at=row.met_at,
            waits=row.state == "open",
        )
        for row in kept(desk, "duties")
        if not _is_first_response(row) and row.state != "paused"
        if row.state != "cancelled" or row.last_alert in {"breached", "escalated"}
    ]


def _due(desk: lk.Desk) -> dict[str, DutyRow]:
    """The response that is or was owed to each lead, where it does not stand still."""
    still = {item.lead_id for item in desk.due(kind="response", limit=1000) if item.state == "paused"}
    return {row.lead_id: row for row in kept(desk, "duties") if _is_first_response(row) and row.lead_id not in still}


def _is_first_response(row: DutyRow) -> bool:
    """Whether a lead owes a response since it came in, and not since it came back."""
    return row.kind == "response" and TURN not in row.id


def _owed(duty: DutyRow | None, converted: datetime | None) -> datetime | None:
    """When a response was due: where somebody waits for it or had it, or the lead left when it was late already."""
    if duty is None:
        return None
    late = duty.last_alert in {"breached", "escalated"} or (converted is not None and converted > duty.due_at)
    return duty.due_at if late or duty.state != "cancelled" else None


def _duplicate(history: History, lead_id: str) -> LeadCase:
    """A lead that was joined to another: by a merge, as it stood then, or when it came in."""
    if lead_id in history.merged:
        merged = history.merged[lead_id]
        return evolve(_case(lead_id, merged), duplicate=True, traits=_traits(history.desk, merged.lead))
    said = history.given[lead_id]
    received = said.received_at or history.captured_at[lead_id]
    return LeadCase(
        id=lead_id, channel=COUNTED.get(said.source.channel, said.source.channel), received_at=received, duplicate=True
    )


def _case(lead_id: str, state: lk.LeadState) -> LeadCase:
    record = state.lead
    bad = state.status in ("invalid", "archived") and state.reasons
    return LeadCase(
        id=lead_id,
        channel=COUNTED.get(record.source.channel, record.source.channel) if record.source else None,
        industry=record.company.industry,
        owner=state.owner,
        priority=state.priority,
        status=state.status,
        reason=state.reasons[0] if bad else None,
        received_at=record.received_at or state.captured_at,
    )


def _traits(desk: lk.Desk, record: lk.Lead) -> Traits:
    """What few companies know of a lead, and the level of its company's size."""
    source = record.source or lk.Source(channel="-")
    channel = COUNTED.get(source.channel, source.channel) if record.source else None
    size = desk.policy.facts_of(record, desk.clock.now)["company_size"]
    return Traits.of(record.tags, channel, source.detail, record.need.product, record.company.region, size)


def _opportunity_case(desk: lk.Desk, state: lk.OpportunityState, leads: dict[str, LeadCase]) -> OpportunityCase:
    one = state.opportunity
    own = leads[str(one.lead_id)]
    before = [act for act in desk.activities(own.id) if one.closed_at and act.occurred_at <= one.closed_at]
    follow_ups = desk.policy.document.service_levels.follow_ups
    same = ("owner", "grade", "status", "lost_reason", "amount", "opened_at", "closed_at", "competitor", "rivals")
    return OpportunityCase(
        id=state.id,
        **{name: getattr(one, name) for name in same},
        **{name: getattr(own, name) for name in ("channel", "industry", "priority", "traits")},
        lead_received_at=own.received_at,
        stage=state.stage,
        expected_close=one.expected_close,
        kinds=frozenset(act.kind for act in before),
        means=frozenset(act.means for act in before if act.means),
        last_touch_at=max((act.occurred_at for act in desk.activities(own.id) if act.kind in follow_ups), default=None),
        **_stages(next(row for row in kept(desk, "opportunities") if row.id == state.id)),
    )


def _stages(row: OpportunityRow) -> dict[str, Any]:
    """When an opportunity came to its stage, and the furthest that it came to."""
    signed = row.signed_by_us_at and row.signed_by_customer_at
    times = {
        "signed": max(row.signed_by_us_at, row.signed_by_customer_at) if signed else None,
        "contracting": row.contract_drafted_at,
        "negotiating": row.plan_approved_at,
        "planning": row.plan_at,
        "graded": row.graded_at,
        "assessing": row.opened_at,
    }
    furthest = next((stage for stage, at in times.items() if at), None)
    return {"stage_since": times.get(row.stage), "furthest_stage": furthest}


@settings(max_examples=25)
@given(SEEDS)
def test_a_review_is_what_the_desk_answers_counted_the_plain_way(seed):
    history = History(open_desk(), Random(seed)).live(60)
    for period in PERIODS:
        assert history.desk.review(period) == naive(history, period)


@settings(max_examples=4)
@given(SEEDS)
def test_a_store_in_sqlite_gives_the_same_review(seed):
    with TemporaryDirectory() as folder, open_desk(address("sqlite", Path(folder))) as desk:
        histories = [History(one, Random(seed)).live(60) for one in (desk, open_desk())]
        for period in PERIODS:
            one, other = (history.desk.review(period) for history in histories)
            assert one == other


@settings(max_examples=25)
@given(SEEDS)
def test_erasing_somebody_changes_no_figure_but_what_waits_for_them(seed):
    history = History(open_desk(), Random(seed)).live(60)
    desk, nothing = history.desk, duties(())

    def figures() -> list[Review]:
        """But for whom waits for whom, and for words of so few leads that they go with one of them."""
        reviews = [desk.review(period) for period in PERIODS]
        return [
            evolve(
                review,
                duties=nothing,
                lists={**review.lists, "overdue": review.lists["lost"]},
                by={name: groups for name, groups in review.by.items() if name not in RARE},
            )
            for review in reviews
        ]

    before = figures()
    for lead_id in history.draw.sample([*history.given], min(len(history.given), 5)):
        try:
            desk.erase(lead_id)
        except lk.ConflictError:
            continue
        assert figures() == before


def test_pages_of_the_store_come_together(monkeypatch):
    history = History(open_desk(), Random(3)).live(120)
    whole, cases = history.desk.review("2023-09"), history.desk.calibrate()
    monkeypatch.setattr("leadkit.store.protocol.PAGE", 2)
    assert history.desk.review("2023-09") == whole
    assert history.desk.calibrate() == cases


class TestConverted:
    """A lead has become an opportunity when its first one was opened, or when it joined that of its account."""

    def converted(self, desk: lk.Desk) -> tuple[int, int, int]:
        """Leads, opportunities, and leads converted within 30 days, seen 40 days later."""
        desk.clock.pass_(days=40)
        found = desk.review("2023-09")
        return found.total.leads, found.total.opportunities, found.cohorts[0].within[0].met

    def test_a_second_lead_of_the_account_counts_as_converted(self, desk):
        desk.capture_all([(lead(1), None), (lead(2), None)])
        desk.amend("L2", {"company.name": lead(1).company.name})
        desk.opportunities.convert("L1", SIGNALS, by=REP)
        desk.clock.pass_(hours=1)
        assert desk.opportunities.convert("L2", SIGNALS, attach=True, by=REP).outcome == "attached"
        assert self.converted(desk) == (2, 1, 2)

    def test_a_recycled_lead_was_converted_the_first_time(self, desk):
        desk.capture(lead(1))
        receipt = desk.opportunities.convert("L1", SIGNALS, by=REP)
        desk.opportunities.lose(receipt.opportunity_id, "price", by=REP)
        desk.recycle("L1", by=BOSS)
        desk.clock.pass_(days=35)
        desk.opportunities.convert("L1", SIGNALS, by=REP)
        assert self.converted(desk) == (1, 1, 1)

    def test_a_lead_that_takes_in_a_converted_one_was_converted_too(self, desk):
        desk.capture_all([(lead(1), None), (lead(2), None)])
        desk.opportunities.convert("L2", SIGNALS, by=REP)
        desk.merge("L1", "L2", by=BOSS)
        assert self.converted(desk) == (1, 1, 1)


class TestDuplicates:
    """A lead that lives on in another is no lead of its own; how many there are is said."""

    def test_a_joined_and_a_merged_lead_are_duplicates(self, desk):
        again = lead(3, company={"name": lead(1).company.name})
        desk.capture_all([(lead(1), None), (lead(2), None), (again, None)])
        desk.merge("L1", "L2", by=BOSS)
        found = desk.review("2023-09")
        assert (found.total.leads, found.problems["duplicate_lead"]) == (1, 2)


class TestResponses:
    """A response is owed while somebody waits for it: not in a pause, and to nobody who has left the queue."""

    def late(self, desk: lk.Desk) -> lk.reviews.Rate:
        return desk.review("2023-09").responses[0].late

    def test_a_pause_keeps_it_from_being_late(self, desk):
        desk.capture(lead(1))
        desk.pause("L1", by=REP)
        desk.clock.pass_(days=3)
        assert self.late(desk) == lk.reviews.Rate(0, 0)
        desk.resume("L1", by=REP)
        desk.clock.pass_(days=3)
        assert self.late(desk) == lk.reviews.Rate(1, 1)

    def test_what_was_late_before_a_pause_stays_so(self, desk):
        desk.capture(lead(1))
        desk.clock.pass_(days=3)
        desk.pause("L1", by=REP)
        assert self.late(desk) == lk.reviews.Rate(1, 1)

    def test_an_erased_lead_that_waited_in_vain_stays_late(self, desk):
        desk.capture(lead(1))
        desk.clock.pass_(days=3)
        desk.erase("L1")
        assert self.late(desk) == lk.reviews.Rate(1, 1)

    def test_an_invalid_lead_waits_for_nothing(self, desk):
        desk.capture(lead(1, **POOR))
        desk.clock.pass_(days=3)
        assert self.late(desk) == lk.reviews.Rate(0, 0)
        desk.erase("L1")
        assert self.late(desk) == lk.reviews.Rate(0, 0)


def ended(history: History) -> list[lk.reviews.Outcome]:
    """The cases of the opportunities that have ended, by what their leads said when they were opened."""
    desk = history.desk
    states = [state.opportunity for state in desk.opportunities.list(limit=10_000)]
    return [
        lk.reviews.Outcome(
            lead=desk.policy.facts_of(history.opened[one.id], one.opened_at),
            activities=desk.activities(str(one.lead_id)),
            won=one.status == "won",
            grade=one.grade,
            at=one.opened_at,
        )
        for one in states
        if one.status != "open"
    ]


class TestCalibration:
    """Each lead is scored as of the day on which its opportunity was opened."""

    @settings(max_examples=15)
    @example(2036)
    @given(SEEDS)
    def test_the_cases_are_the_opportunities_that_have_ended(self, seed):
        history = History(open_desk(), Random(seed)).live(60)
        desk = history.desk
        assert desk.calibrate() == lk.reviews.calibrate(desk.policy, ended(history), as_of=desk.clock.now)

    def test_what_came_after_the_opportunity_was_opened_gives_no_points(self):
        desk = open_desk()
        desk.capture(lead(1))
        desk.clock.pass_(days=1)
        desk.record(touch(1, kind="webinar", occurred_at=desk.clock.now))
        one = desk.opportunities.convert("L1", SIGNALS, by=REP).opportunity_id
        desk.clock.pass_(days=1)
        desk.record(touch(2, kind="reply", occurred_at=desk.clock.now))
        assert desk.calibrate().base == lk.reviews.Rate(0, 0)
        desk.opportunities.lose(one, "price", by=REP)
        rules = {rule.code: rule.hit.met for rule in desk.calibrate().rules}
        assert (rules["webinar"], rules["reply"]) == (1, 0)
        assert desk.calibrate(as_of=desk.clock.now - timedelta(days=1)).base == lk.reviews.Rate(0, 0)

    def test_who_was_erased_is_no_case(self):
        desk = open_desk()
        for number in (1, 2):
            desk.capture(lead(number))
            one = desk.opportunities.convert(f"L{number}", SIGNALS, by=REP).opportunity_id
            desk.opportunities.lose(one, "price", by=REP)
        desk.erase("L1", by=DIRECTOR)
        assert desk.calibrate().base == lk.reviews.Rate(0, 1)
