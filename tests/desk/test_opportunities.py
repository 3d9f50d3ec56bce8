"""Opportunities, clause by clause; the tables of steps and the policy's roles as the specification."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

import leadkit as lk
from leadkit.desk.commands.catalogue import COMMANDS, LEAD_STEPS, OPPORTUNITY_STEPS
from tests.desk.desks import (
    ACTORS,
    BOSS,
    POOR,
    ROLES,
    SIGNALS,
    START,
    VAGUE,
    dump,
    kept,
    lead,
    notices,
    open_desk,
    refused,
    team,
)
from tests.desk.desks import touch as activity

A = {"urgency": "immediate", "budget": "high", "competition": "even", "decision_chain": "complex"}
B = {"urgency": "urgent", "budget": "medium", "competition": "ahead", "decision_chain": "medium"}
C = {"urgency": "normal", "budget": "low", "competition": "behind", "decision_chain": "complex"}
PLAN = {"pains": "too slow", "advantages": "30% faster", "strategy": "no discount below 5%"}
REP, DIRECTOR, LEGAL = ACTORS["sales_rep"], ACTORS["director"], ACTORS["legal"]
STAGES = ("assessing", "graded", "planning", "negotiating", "contracting", "signed", "won", "lost")


@pytest.fixture
def desk() -> lk.Desk:
    """A desk in memory; that every store does the same is the contract of stores."""
    return open_desk()


def opened(desk: lk.Desk, number: int = 1, **how: Any) -> str:
    """The opportunity of a new lead."""
    desk.capture(lead(number))
    return str(desk.opportunities.convert(f"L{number}", SIGNALS, by=REP, **how).opportunity_id)


def graded(desk: lk.Desk, levels: dict[str, str], one: str | None = None) -> str:
    one = one or opened(desk)
    desk.opportunities.assess(one, **levels, by=REP)
    desk.opportunities.confirm_grade(one, by=BOSS)
    return one


def bring(desk: lk.Desk, stage: str, levels: dict[str, str] = B) -> str:
    """An opportunity in `stage` on the usual way, where everything that may be done in that stage can be done."""
    one, deals = opened(desk), desk.opportunities
    deals.assess(one, **levels, by=REP)
    if stage == "lost":
        deals.lose(one, "price", by=REP)
    ways: dict[str, Callable[[], Any]] = {
        "graded": lambda: deals.confirm_grade(one, by=BOSS),
        "planning": lambda: deals.plan(one, **PLAN, milestones=[("demo", START)], by=REP),
        "negotiating": lambda: (deals.approve_plan(one, by=DIRECTOR), deals.raise_objection(one, "too dear", by=REP)),
        "contracting": lambda: (
            deals.draft_contract(one, "30 days net", by=REP),
            deals.review_contract(one, approved=True, by=LEGAL),
            deals.sign(one, "customer", by=REP),
        ),
        "signed": lambda: deals.sign(one, "us", by=REP),
        "won": lambda: deals.win(one, amount=800_000, by=REP),
    }
    for step, way in ways.items():
        if stage not in {"assessing", "lost"} and STAGES.index(step) <= STAGES.index(stage):
            way()
    assert deals.get(one).stage == stage
    return one


def raised(desk: lk.Desk) -> str:
    """An opportunity whose grade rose to A in its talks, in which there was an objection."""
    one = bring(desk, "negotiating")
    desk.opportunities.assess(one, **A, by=REP)
    desk.opportunities.confirm_grade(one, by=BOSS)
    return one


def given(command: str, one: str) -> tuple[list[Any], dict[str, Any]]:
    """Arguments that a command on an opportunity takes."""
    plain: dict[str, tuple[list[Any], dict[str, Any]]] = {
        "assess": ([], dict(B)),
        "report": ([], {"strategy": "s", "goal": "g"}),
        "plan": ([], PLAN),
        "reject_plan": ([], {"reason": "too soft"}),
        "reach": (["demo"], {}),
        "raise_objection": (["too late"], {}),
        "answer_objection": ([f"{one}-1", "worth it"], {}),
        "ask_expert": ([f"{one}-1", "ada", "how fast is ours?"], {}),
        "draft_contract": (["30 days net"], {}),
        "review_contract": ([], {"approved": True}),
        "sign": (["us"], {}),
        "lose": (["price"], {}),
        "hand_over": (["30 days net"], {}),
        "win": ([], {"amount": 800_000}),
        "return_handover": ([], {"missing": ["training"]}),
    }
    return plain.get(command, ([], {}))


OF_LEADS: dict[str, dict[str, Any]] = {
    "amend": {"changes": {"company.region": "华东"}},
    "disqualify": {"reason_code": "lost_interest"},
    "override": {"band": "high", "reason": "an old customer"},
    "accept": {"reason": "they were called"},
    "convert": {"signals": SIGNALS},
    "signal": {"signal": "intent"},
    "verify": {"fact": "company_size", "value": "medium"},
}
STEPS = {name: [one for one in OPPORTUNITY_STEPS if one.command == name] for name in
         dict.fromkeys(one.command for one in OPPORTUNITY_STEPS if one.starts)}  # fmt: skip
WITHOUT_POOL = [step for step in LEAD_STEPS if step.command != "claim"]
"""What can be done with a lead where the policy has no pool."""


OF_TWO = {"merge", "unmerge"}
"""The commands on two leads, whose states count together."""


class TestSteps:
    """The tables of steps: in every stage exactly those commands are taken that the table names for it."""

    @pytest.mark.parametrize("stage", STAGES)
    @pytest.mark.parametrize("command", STEPS)
    def test_of_an_opportunity(self, desk, command, stage):
        team(desk, li="senior_rep", ada="expert")
        of_talks = command in {"answer_objection", "ask_expert"}
        one = raised(desk) if of_talks and stage == "planning" else bring(desk, stage)
        arguments, said = given(command, one)
        if command in {"accept_handover", "return_handover"} and stage in {"signed", "won"}:
            desk.opportunities.hand_over(one, by=REP)
        of_delivery = dict.fromkeys(("accept_handover", "return_handover"), ACTORS["delivery"])
        actor = {"review_contract": LEGAL, **of_delivery}.get(command, DIRECTOR)
        step = next((step for step in STEPS[command] if stage in step.starts), None)
        if step is not None:
            receipt = getattr(desk.opportunities, command)(one, *arguments, **said, by=actor)
            assert receipt.status in (step.ends or (stage,))
            assert receipt.status == desk.opportunities.get(one).stage
            return
        possible = dict.fromkeys(other.command for other in OPPORTUNITY_STEPS if stage in other.starts)
        words = f"possible now: {', '.join(possible) or 'nothing'}"
        with refused(desk, f"{one}: cannot {command} what is {stage}", words):
            getattr(desk.opportunities, command)(one, *arguments, **said, by=actor)

    def test_every_stage_is_one_of_the_table(self):
        named = {stage for step in OPPORTUNITY_STEPS for stage in (*step.starts, *step.ends)}
        assert named == set(STAGES)

    def test_every_command_of_the_table_is_one_of_a_desk(self):
        assert {step.command for step in (*LEAD_STEPS, *OPPORTUNITY_STEPS)} <= {command.name for command in COMMANDS}

    @pytest.mark.parametrize("state", ["new", "valid", "invalid", "archived", "converted"])
    @pytest.mark.parametrize(
        "step",
        [step for step in WITHOUT_POOL if step.starts and step.command not in OF_TWO],
        ids=lambda step: step.command,
    )
    def test_of_a_lead(self, desk, step, state):
        team(desk, li="sales_rep")
        desk.capture(lead(1, **{"new": VAGUE, "invalid": POOR, "archived": POOR}.get(state, {})))
        if state == "archived":
            desk.archive("L1", by=BOSS)
        if step.command == "resume" and state in step.starts:
            desk.pause("L1", by=BOSS)
        if state == "converted":
            deal = desk.opportunities.convert("L1", SIGNALS, by=BOSS).opportunity_id
            desk.opportunities.lose(deal, "timing", by=BOSS)
        arguments = OF_LEADS.get(step.command, {})
        where = desk.opportunities if step.command == "convert" else desk
        if any(state in other.starts for other in WITHOUT_POOL if other.command == step.command):
            getattr(where, step.command)("L1", **arguments, by=BOSS)
            ends = [
                end
                for other in WITHOUT_POOL
                if other.command == step.command and state in other.starts
                for end in other.ends
            ]
            assert desk.lead("L1").status in (ends or [state])
        else:
            possible = dict.fromkeys(other.command for other in WITHOUT_POOL if state in other.starts)
            with refused(desk, f"cannot {step.command} what is {state}", f"possible now: {', '.join(possible)}"):
                getattr(where, step.command)("L1", **arguments, by=BOSS)


class TestOwner:
    """3.3 A opportunities go to the senior team; what is freed goes elsewhere."""

    def test_it_is_who_the_lead_belonged_to_or_who_converts_it(self, desk):
        team(desk, li="senior_rep", zhou="sales_rep")
        desk.capture(lead(1))
        desk.assign("L1", by=BOSS)
        mine = desk.opportunities.convert("L1", SIGNALS, by=lk.Actor(id="li", role="senior_rep"))
        assert mine.owner == "zhou"
        desk.capture(lead(2))
        assert desk.opportunities.convert("L2", SIGNALS, by=lk.Actor(id="li", role="senior_rep")).owner == "li"
        assert desk.opportunities.get(opened(desk, 3)).opportunity.owner is None

    def test_it_is_given_to_who_may_have_that_grade_and_has_the_fewest(self, desk):
        team(desk, li="senior_rep", mo="senior_rep", zhou="sales_rep")
        first, second = graded(desk, A, opened(desk, 1)), graded(desk, A, opened(desk, 2))
        assert [desk.opportunities.assign(one, by=BOSS).outcome for one in (first, second)] == ["assigned"] * 2
        assert [desk.opportunities.get(one).opportunity.owner for one in (first, second)] == ["li", "mo"]
        assert [row.recipient for row in notices(desk, "opportunity_assigned")] == ["li", "mo"]
        with refused(desk, "can't be assigned to zhou", "opportunities of grade A go to senior_rep"):
            desk.opportunities.assign(first, "zhou", by=BOSS)
        graded(desk, B, first)
        desk.opportunities.assign(first, "zhou", by=BOSS, reason="freed")
        assert desk.opportunities.get(first).opportunity.owner == "zhou"
        assert {item.owner for item in desk.due() if item.opportunity_id == first} == {"zhou"}

    def test_somebody_who_may_not_does_not_give_it(self, desk):
        one = opened(desk)
        with refused(desk, "allowed roles: supervisor, director, system", error=lk.NotAllowedError):
            desk.opportunities.assign(one, by=REP)


class TestConversion:
    """3.1 A lead becomes an opportunity when at least 2 of 4 hold: intent, budget, decision maker, date."""

    @pytest.mark.parametrize(
        ("signals", "qualified"),
        [
            ({"intent": True, "date_set": True}, True),
            ({"intent": True, "decision_maker_involved": True}, True),
            ({"budget_confirmed": True, "date_set": True}, True),
            ({"intent": True, "budget_confirmed": True, "decision_maker_involved": True, "date_set": True}, True),
            ({"intent": True}, False),
            ({}, False),
            ({"intent": True, "date_set": False}, False),
        ],
    )
    def test_two_of_four(self, desk, signals, qualified):
        desk.capture(lead(1))
        if qualified:
            assert desk.opportunities.convert("L1", signals, by=REP).outcome == "converted"
            assert desk.lead("L1").status == "converted"
        else:
            with refused(desk, "L1", "qualified", "not met", "decision_maker_involved"):
                desk.opportunities.convert("L1", signals, by=REP)

    def test_a_confirmed_budget_counts_from_the_minimum_deal_on(self, desk):
        desk.capture(lead(1, need={"description": "采购设备,预算10万,Q4落地"}))
        assert desk.opportunities.convert("L1", {"budget_confirmed": True, "intent": True}, by=REP).outcome

    def test_what_is_not_met_is_named(self, desk):
        desk.capture(lead(1))
        no = {"intent": True, "budget_confirmed": False, "decision_maker_involved": False, "date_set": False}
        with refused(desk, "is not qualified (hint: not met: budget_confirmed, decision_maker_involved, date_set)"):
            desk.opportunities.convert("L1", no, by=REP)
        with refused(desk, "is not known to be qualified"):
            desk.opportunities.convert("L1", {"intent": True}, by=REP)

    def test_the_amount_is_what_was_said_else_the_leads_budget(self, desk):
        one, other = opened(desk, 1), opened(desk, 2, amount=300_000, name="生产线改造")
        states = [desk.opportunities.get(each).opportunity for each in (one, other)]
        assert [state.amount for state in states] == [Decimal(650_000), Decimal(300_000)]
        assert [state.name for state in states] == [lead(1).company.name, "生产线改造"]

    def test_it_keeps_the_leads_owner_and_account(self, desk):
        team(desk, li="sales_rep")
        desk.capture(lead(1))
        desk.assign("L1", "li", by=BOSS)
        one = desk.opportunities.convert("L1", SIGNALS, by=REP).opportunity_id
        found = desk.opportunities.get(one).opportunity
        assert (found.owner, found.account, found.opened_at, found.status) == (
            "li",
            lead(1).company.name,
            START,
            "open",
        )

    @pytest.mark.parametrize(
        ("first", "second", "attached"),
        [
            ("北辰精密科技有限公司", "北辰精密科技有限責任公司", True),
            ("北京北辰精密有限公司", "北辰精密(北京)股份有限公司", True),
            ("Beichen Precision Ltd.", "BEICHEN PRECISION Limited", True),
            ("北京北辰精密有限公司", "上海北辰精密有限公司", False),
            ("北辰精密科技有限公司", "南星精密科技有限公司", False),
        ],
    )
    def test_where_an_account_has_one_opportunity_its_second_lead_is_attached(self, first, second, attached):
        desk = open_desk(policy={"name": "ours", "extends": "standard", "opportunities": {"one_per_account": True}})
        desk.capture(lead(1, company={"name": first}))
        desk.capture(lead(2))
        desk.amend("L2", {"company.name": second})
        one = desk.opportunities.convert("L1", SIGNALS, by=REP).opportunity_id
        other = desk.opportunities.convert("L2", SIGNALS, by=REP)
        assert (other.outcome, other.opportunity_id == one) == (
            ("attached", True) if attached else ("converted", False)
        )

    def test_the_conversion_is_in_the_history_of_both(self, desk):
        one = opened(desk)
        assert desk.opportunities.history(one)[0].what == desk.history("L1")[-1].what == "convert"
        assert desk.opportunities.history(one)[0].details["signals"] == ("date_set", "intent")

    def test_a_date_without_a_zone_is_refused(self, desk):
        desk.capture(lead(1))
        with refused(desk, "expected_close"):
            desk.opportunities.convert("L1", SIGNALS, expected_close=START.replace(tzinfo=None), by=REP)


class TestGrading:
    """3.3, 3.4 The rep proposes the levels, a supervisor confirms the grade."""

    @pytest.mark.parametrize(("levels", "grade"), [(B, "B"), (A, "A"), (C, "C")], ids=["22", "31", "lowest"])
    def test_the_worked_examples(self, desk, levels, grade):
        one = opened(desk)
        desk.opportunities.assess(one, **levels, by=REP)
        before = desk.opportunities.get(one)
        desk.opportunities.confirm_grade(one, by=BOSS)
        after = desk.opportunities.get(one)
        assert (before.proposed_grade, before.opportunity.grade, before.stage) == (grade, None, "assessing")
        assert (after.opportunity.grade, after.graded_at, after.stage) == (grade, START, "graded")

    def test_a_proposal_is_told_to_the_supervisor(self, desk):
        one = opened(desk)
        desk.opportunities.assess(one, **A, by=REP)
        (notice,) = notices(desk, "grade_to_confirm")
        assert (notice.role, notice.opportunity_id, notice.details["grade"]) == ("supervisor", one, "A")

    def test_without_a_proposal_there_is_nothing_to_confirm(self, desk):
        one = opened(desk)
        with refused(desk, one, "has no grade to confirm"):
            desk.opportunities.confirm_grade(one, by=BOSS)

    @pytest.mark.parametrize(
        ("said", "words"),
        [
            ({"urgency": "soon"}, "urgency: there is no level soon"),
            ({"urgency": 3}, "urgency"),
            ({"amount": "a lot"}, "amount"),
            ({"amount": 1.5}, "amount"),
            ({"expected_close": START.replace(tzinfo=None)}, "expected_close"),
        ],
    )
    def test_what_is_no_assessment_is_refused(self, desk, said, words):
        one = opened(desk)
        with refused(desk, one, words):
            desk.opportunities.assess(one, **said, by=REP)

    def test_levels_that_nobody_entered_follow_from_the_amount_and_the_date(self, desk):
        one = opened(desk)
        desk.opportunities.assess(one, competition="even", decision_chain="complex", amount=2_000_000, by=REP)
        assert desk.opportunities.get(one).proposed_grade == "A"


class TestRegrading:
    """3.5 Grades move; every change is kept with its date and reason, and the freed people go elsewhere."""

    def test_every_change_is_in_the_history_with_its_date_and_reason(self, desk):
        one = graded(desk, A)
        for levels, reason in ((B, "budget cut"), (A, "budget back")):
            desk.clock.pass_(days=7)
            desk.opportunities.assess(one, **levels, by=REP)
            desk.opportunities.confirm_grade(one, reason=reason, by=BOSS)
        changes = [
            (item.at, item.details.get("before"), item.details["after"], item.text)
            for item in desk.opportunities.history(one)
            if item.what == "confirm_grade"
        ]
        assert changes == [
            (START, None, "A", None),
            (START + timedelta(days=7), "A", "B", "budget cut"),
            (START + timedelta(days=14), "B", "A", "budget back"),
        ]
        assert [(row.details["before"], row.details["after"]) for row in notices(desk, "grade_changed")] == [
            ("A", "B"),
            ("B", "A"),
        ]

    def test_until_the_supervisor_confirms_the_old_grade_holds(self, desk):
        one = graded(desk, A)
        desk.opportunities.assess(one, **B, by=REP)
        state = desk.opportunities.get(one)
        assert (state.opportunity.grade, state.proposed_grade) == ("A", "B")

    def test_the_same_grade_again_keeps_its_date(self, desk):
        one = graded(desk, B)
        desk.clock.pass_(days=7)
        desk.opportunities.assess(one, **B, by=REP)
        desk.opportunities.confirm_grade(one, by=BOSS)
        assert desk.opportunities.get(one).graded_at == START
        assert len(notices(desk, "grade_to_confirm")) == 1

    def test_from_a_to_b_frees_the_report(self, desk):
        one = graded(desk, A)
        assert [item.kind for item in desk.due(kind="report")] == ["report"]
        graded(desk, B, one)
        assert desk.due(kind="report") == ()


class TestPlan:
    """4.1 A plans are approved by the director, B and C plans by the supervisor; only then do talks start."""

    @pytest.mark.parametrize(("levels", "supervisor_may"), [(A, False), (B, True), (C, True)], ids=["A", "B", "C"])
    @pytest.mark.parametrize("command", ["approve_plan", "reject_plan"])
    def test_who_decides(self, desk, levels, supervisor_may, command):
        one = graded(desk, levels)
        desk.opportunities.plan(one, **PLAN, by=REP)
        decide = getattr(desk.opportunities, command)
        if supervisor_may:
            assert decide(one, reason="well", by=BOSS).status in {"negotiating", "graded"}
        else:
            words = "supervisor may not decide on the plan of an opportunity of grade A"
            with refused(desk, words, "allowed roles: director", error=lk.NotAllowedError):
                decide(one, reason="well", by=BOSS)
            assert decide(one, reason="well", by=DIRECTOR).status in {"negotiating", "graded"}

    @pytest.mark.parametrize(("levels", "role"), [(A, "director"), (B, "supervisor"), (C, "supervisor")])
    def test_whoever_may_approve_it_is_asked(self, desk, levels, role):
        one = graded(desk, levels)
        desk.opportunities.plan(one, **PLAN, by=REP)
        assert [row.role for row in notices(desk, "approval_asked")] == [role]

    def test_talks_wait_for_the_director_when_the_grade_rises_to_a(self, desk):
        one = raised(desk)
        assert desk.opportunities.get(one).stage == "planning"
        assert [row.role for row in notices(desk, "approval_asked")] == ["supervisor", "director"]
        with refused(desk, "allowed roles: director", error=lk.NotAllowedError):
            desk.opportunities.approve_plan(one, by=BOSS)
        assert desk.opportunities.approve_plan(one, by=DIRECTOR).status == "negotiating"

    def test_talks_go_on_when_the_grade_falls(self, desk):
        one = bring(desk, "negotiating", A)
        assert graded(desk, B, one) == one
        assert desk.opportunities.get(one).stage == "negotiating"

    def test_talks_can_not_start_before(self, desk):
        one = graded(desk, B)
        desk.opportunities.plan(one, **PLAN, by=REP)
        with refused(desk, "cannot raise_objection what is planning"):
            desk.opportunities.raise_objection(one, "too dear", by=REP)
        with refused(desk, "cannot draft_contract what is planning"):
            desk.opportunities.draft_contract(one, "terms", by=REP)

    def test_a_rejected_plan_is_made_anew(self, desk):
        one = graded(desk, B)
        desk.opportunities.plan(one, **PLAN, milestones=[("demo", START)], by=REP)
        desk.opportunities.reject_plan(one, reason="too soft", by=BOSS)
        desk.opportunities.plan(one, **PLAN, milestones=[("visit", START)], by=REP)
        desk.opportunities.approve_plan(one, by=BOSS)
        assert [step.name for step in desk.opportunities.get(one).milestones] == ["visit"]
        assert [len(notices(desk, kind)) for kind in ("plan_rejected", "plan_approved")] == [1, 1]

    def test_what_was_planned_is_kept_as_written(self, desk):
        one = graded(desk, B)
        desk.opportunities.plan(one, **PLAN, by=REP)
        text = desk.opportunities.history(one)[-1].text
        assert [words for words in PLAN.values() if words not in text] == []

    def test_a_milestone_without_a_zone_is_refused(self, desk):
        one = graded(desk, B)
        with refused(desk, one, "demo"):
            desk.opportunities.plan(one, **PLAN, milestones=[("demo", START.replace(tzinfo=None))], by=REP)

    def test_milestones_are_reached_by_name_or_id_and_once(self, desk):
        one = bring(desk, "negotiating")
        desk.clock.pass_(days=1)
        desk.opportunities.reach(one, "demo", by=REP)
        (step,) = desk.opportunities.get(one).milestones
        assert (step.name, step.reached_at) == ("demo", desk.clock.now)
        with refused(desk, "has no such milestone to reach", "none is left"):
            desk.opportunities.reach(one, "demo", by=REP)


class TestObjections:
    """4.2 Each round records the objections; each gets an answer; key ones are escalated to the team."""

    def test_they_are_numbered_and_answered(self, desk):
        one = bring(desk, "negotiating")
        desk.opportunities.raise_objection(one, "too late", by=REP)
        desk.clock.pass_(hours=2)
        desk.opportunities.answer_objection(one, f"{one}-2", "next week", by=REP)
        assert [(row.id, row.answered_at) for row in desk.opportunities.get(one).objections] == [
            (f"{one}-1", None),
            (f"{one}-2", desk.clock.now),
        ]

    @pytest.mark.parametrize(("key", "told"), [(True, 1), (False, 0)])
    def test_a_key_one_goes_to_the_team_at_once(self, desk, key, told):
        one = bring(desk, "negotiating")
        desk.opportunities.raise_objection(one, "no trust", key_objection=key, by=REP)
        everybody = ["senior_rep", "supervisor", "director", "expert"]
        assert [row.role for row in notices(desk, "objection_escalated")] == everybody * told

    def test_an_answer_twice_or_to_nothing_is_refused(self, desk):
        one = bring(desk, "negotiating")
        desk.opportunities.answer_objection(one, f"{one}-1", "worth it", by=REP)
        with refused(desk, "has no such objection to answer", "none is open"):
            desk.opportunities.answer_objection(one, f"{one}-1", "worth it", by=REP)

    def test_both_are_kept_as_written(self, desk):
        one = bring(desk, "negotiating")
        desk.opportunities.answer_objection(one, f"{one}-1", "worth it", by=REP)
        raised, answered = (item.text for item in desk.opportunities.history(one)[-2:])
        assert ("too dear" in raised, "worth it" in answered) == (True, True)


class TestContract:
    """4.3 Drafted by the rep, reviewed by legal, signed by both sides."""

    def drafted(self, desk: lk.Desk) -> str:
        one = bring(desk, "negotiating")
        desk.opportunities.draft_contract(one, "30 days net", by=REP)
        return one

    def test_the_draft_goes_to_legal(self, desk):
        self.drafted(desk)
        assert [row.role for row in notices(desk, "contract_to_review")] == ["legal"]

    @pytest.mark.parametrize("rejected", [True, False])
    def test_nobody_signs_before_the_legal_review(self, desk, rejected):
        one = self.drafted(desk)
        if rejected:
            desk.opportunities.review_contract(one, approved=False, reason="liability", by=LEGAL)
        with refused(desk, "can't be signed before the legal review"):
            desk.opportunities.sign(one, "us", by=REP)

    @pytest.mark.parametrize("sides", [("us", "customer"), ("customer", "us")])
    def test_both_sides_sign_in_either_order(self, desk, sides):
        one = self.drafted(desk)
        desk.opportunities.review_contract(one, approved=True, by=LEGAL)
        assert [desk.opportunities.sign(one, side, by=REP).status for side in sides] == ["contracting", "signed"]

    def test_a_side_signs_once_and_there_are_two(self, desk):
        one = bring(desk, "contracting")
        with refused(desk, "was signed by customer already", error=lk.ConflictError):
            desk.opportunities.sign(one, "customer", by=REP)
        with refused(desk, "side", "'us' or 'customer'"):
            desk.opportunities.sign(one, "them", by=REP)

    def test_a_new_draft_needs_a_new_review_and_new_signatures(self, desk):
        one = bring(desk, "contracting")
        desk.opportunities.draft_contract(one, "60 days net", by=REP)
        with refused(desk, "can't be signed before the legal review"):
            desk.opportunities.sign(one, "us", by=REP)
        desk.opportunities.review_contract(one, approved=True, by=LEGAL)
        assert [desk.opportunities.sign(one, side, by=REP).status for side in ("us", "customer")] == [
            "contracting",
            "signed",
        ]


class TestClosing:
    """4.3 Marked won, handed over with customer, need and terms; or lost with the reason that the review counts."""

    def test_it_is_won_at_the_time_of_the_second_signature(self, desk):
        one = bring(desk, "signed")
        signed = desk.clock.now
        desk.clock.pass_(hours=5)
        desk.opportunities.win(one, amount=800_000, factors=["top visit"], by=REP)
        found = desk.opportunities.get(one).opportunity
        assert (found.status, found.closed_at, found.win_factors) == ("won", signed, ("top visit",))
        assert [row.role for row in notices(desk, "opportunity_won")] == ["delivery"]

    def test_the_package_holds_customer_need_and_terms(self, desk):
        one = bring(desk, "won")
        desk.opportunities.hand_over(one, "30 days net", by=REP)
        (said,) = [row.fields for row in kept(desk, "statements") if row.kind == "hand_over"]
        contact = lead(1).contact
        assert said["terms"] == "30 days net"
        assert said["need"] == lead(1).need.description
        assert (said["customer"]["company"], said["customer"]["name"], said["customer"]["phone"]) == (
            lead(1).company.name,
            contact.name,
            contact.phone,
        )
        assert [row.role for row in notices(desk, "handed_over")] == ["delivery"]

    def test_it_is_handed_over_once(self, desk):
        one = bring(desk, "won")
        desk.opportunities.hand_over(one, "terms", by=REP)
        with refused(desk, "was handed over already", error=lk.ConflictError):
            desk.opportunities.hand_over(one, "terms", by=REP)

    @pytest.mark.parametrize("stage", ["assessing", "negotiating", "signed"])
    def test_a_loss_has_a_reason_and_may_name_a_competitor(self, desk, stage):
        one = bring(desk, stage)
        desk.opportunities.lose(one, "competitor", competitor="星河", reason="cheaper by half", by=REP)
        state = desk.opportunities.get(one)
        assert (state.opportunity.status, state.opportunity.lost_reason, state.competitor) == (
            "lost",
            "competitor",
            "星河",
        )
        assert (state.opportunity.closed_at, desk.opportunities.history(one)[-1].text) == (START, "cheaper by half")

    def test_without_a_reason_nothing_is_lost(self, desk):
        one = bring(desk, "negotiating")
        with refused(desk, one, "lost_reason"):
            desk.opportunities.lose(one, "", by=REP)

    def test_an_account_whose_opportunity_was_lost_gets_a_new_one(self, desk):
        one = bring(desk, "negotiating")
        desk.opportunities.lose(one, "price", by=REP)
        desk.recycle("L1", by=BOSS)
        again = desk.opportunities.convert("L1", SIGNALS, by=REP)
        assert (again.outcome, again.opportunity_id == one) == ("converted", False)


def everything(desk: lk.Desk, role: str) -> dict[str, Callable[[], Any]]:
    """Every command of a desk, given in `role`, on a lead and an opportunity that it can be about."""
    by, one, other = ACTORS[role], kept(desk, "opportunities")[0].id, "L2"
    deals, member = desk.opportunities, lk.Member(id="wang", role="sales_rep")
    of_leads = ("screen", "archive", "overturn", "assign", "release", "reopen", "recycle", "pause", "resume", "erase")
    found: dict[str, Callable[[], Any]] = {
        "capture": lambda: desk.capture(lead(9), by=by),
        "record": lambda: desk.record(activity(9, other), by=by),
        "amend": lambda: desk.amend(other, {"company.region": "华东"}, by=by),
        "signal": lambda: desk.signal(other, "intent", by=by),
        "verify": lambda: desk.verify(other, "company_size", by=by),
        "accept": lambda: desk.accept(other, reason="they were called", by=by),
        "disqualify": lambda: desk.disqualify(other, "lost_interest", by=by),
        "override": lambda: desk.override(other, band="high", reason="an old customer", by=by),
        "merge": lambda: desk.merge(other, "L1", by=by),
        "unmerge": lambda: desk.unmerge("L1", other, by=by),
        "rescore": lambda: desk.rescore(by=by),
        "enrol": lambda: desk.enrol(member, by=by),
        "deliver": lambda: desk.deliver(by=by),
        "tick": lambda: desk.tick(by=by),
        "settle": lambda: desk.settle(by=by),
        "note_review": lambda: desk.note_review("2023-08", ["visits"], by=by),
        "finish_measure": lambda: desk.finish_measure("2023-08-1", by=by),
        "undo": lambda: desk.undo("0000000a", by=by),
        "convert": lambda: deals.convert(other, SIGNALS, by=by),
        "import_opportunity": lambda: deals.import_opportunity(one, amount=5, by=by),
    }
    for name in of_leads:
        found[name] = lambda name=name: getattr(desk, name)(other, by=by)
    for name in STEPS:
        arguments, said = given(name, one)
        found[name] = lambda name=name, arguments=arguments, said=said: getattr(deals, name)(
            one, *arguments, **said, by=by
        )
    return found


NAMES = sorted({command.permission for command in COMMANDS if command.table is None})
"""Those of the standard policy, which lacks the tables that the others are about."""


class TestRoles:
    """5.3 Roles and who owes what: a command names its actor, the policy says which role may do what."""

    @pytest.fixture
    def in_talks(self, desk: lk.Desk) -> lk.Desk:
        bring(desk, "negotiating")
        desk.capture(lead(2))
        return desk

    def test_every_command_is_tried(self, in_talks):
        assert set(everything(in_talks, "system")) == set(NAMES)

    @pytest.mark.parametrize("role", ROLES)
    @pytest.mark.parametrize("command", NAMES)
    def test_the_standard_policys_answer(self, in_talks, command, role):
        roles = tuple(in_talks.policy.document.permissions.roles(command) or ())
        assert roles
        work = everything(in_talks, role)[command]
        if role not in roles:
            words = (f"{command}: {role} may not do this", f"allowed roles: {', '.join(roles)}")
            with refused(in_talks, *words, error=lk.NotAllowedError):
                work()
            return
        try:
            work()
        except lk.NotAllowedError:
            pytest.fail("this role may do it")
        except lk.CommandError:
            pass

    @pytest.mark.parametrize(
        ("command", "may"),
        [
            ("archive", {"supervisor", "director"}),
            ("overturn", {"supervisor", "director"}),
            ("confirm_grade", {"supervisor", "director"}),
            ("approve_plan", {"supervisor", "director"}),
            ("review_contract", {"legal"}),
            ("convert", {"sales_rep", "senior_rep", "supervisor", "director"}),
            ("capture", {"marketing", "sales_rep", "senior_rep", "supervisor", "director", "system"}),
        ],
    )
    def test_the_handbooks_division_of_work(self, standard, command, may):
        assert set(standard.document.permissions.roles(command) or ()) == may

    def test_a_policy_of_a_company_changes_it(self):
        own = {"name": "own", "extends": "standard", "permissions": {"archive": ["marketing"], "tick": []}}
        desk = open_desk(policy=own)
        desk.capture(lead(1, **POOR))
        with refused(desk, "supervisor may not do this", "allowed roles: marketing", error=lk.NotAllowedError):
            desk.archive("L1", by=BOSS)
        with refused(desk, "allowed roles: none", error=lk.NotAllowedError):
            desk.tick()
        assert desk.archive("L1", by=ACTORS["marketing"]).status == "archived"

    def test_the_approval_of_plans_is_policy_too(self):
        own = {"name": "own", "extends": "standard", "approvals": {"A": ["supervisor"]}}
        desk = open_desk(policy=own)
        one = graded(desk, A)
        desk.opportunities.plan(one, **PLAN, by=REP)
        with refused(desk, "allowed roles: supervisor", error=lk.NotAllowedError):
            desk.opportunities.approve_plan(one, by=DIRECTOR)
        assert desk.opportunities.approve_plan(one, by=BOSS).status == "negotiating"


class TestWhatOutlivesAnErasure:
    """What the review counts is a code; words go into the reason, which an erasure removes."""

    @pytest.mark.parametrize("words", ["too dear! call 13712345670", "Price", "", "a b"])
    def test_a_loss_is_counted_by_a_code(self, desk, words):
        one = opened(desk)
        with refused(desk, "must be a code such as `price`, not free text", "the words go into `reason`"):
            desk.opportunities.lose(one, words, by=REP)

    def test_an_objection_is_answered_by_its_number(self, desk):
        one = bring(desk, "negotiating")
        with refused(desk, "has no such objection to answer", "possible: 1"):
            desk.opportunities.answer_objection(one, "2", "worth it", by=REP)
        desk.opportunities.answer_objection(one, "1", "worth it", by=REP)
        assert [row.answered_at for row in desk.opportunities.get(one).objections] != [None]


class TestReading:
    """Everyone sees the same state at the same time."""

    def test_lists_are_by_status_owner_and_lead(self, desk):
        one, other = opened(desk, 1), opened(desk, 2)
        desk.opportunities.lose(other, "price", by=REP)
        found = [
            desk.opportunities.list(**where) for where in ({}, {"status": "open"}, {"lead_id": "L2"}, {"limit": 1})
        ]
        assert [[state.id for state in states] for states in found] == [[one, other], [one], [other], [one]]

    @pytest.mark.parametrize("ask", ["get", "history", "confirm_grade"])
    def test_what_is_not_there_is_not_found(self, desk, ask):
        before = dump(desk)
        with pytest.raises(lk.errors.NotFoundError, match="there is no such opportunity"):
            getattr(desk.opportunities, ask)("nothing", **({"by": BOSS} if ask == "confirm_grade" else {}))
        assert dump(desk) == before

    def test_a_version_that_was_overtaken_is_refused(self, desk):
        one = graded(desk, B)
        with refused(desk, "somebody else changed this opportunity first", error=lk.ConflictError):
            desk.opportunities.assess(one, **A, version=1, by=REP)
