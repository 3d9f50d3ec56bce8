"""Scores and policies are values: equal by what they say, the same in another process, and silent about people."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal
from functools import partial
from multiprocessing import get_context
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import leadkit as lk
from leadkit.adapters.spreadsheets.opportunities import EvaluatedOpportunity
from leadkit.desk.accounts import AccountDeals
from tests.desk.desks import BOSS, START, lead, open_desk
from tests.desk.test_opportunities import LEGAL, REP, bring
from tests.results.values import DEAL

POLICIES = [lk.load_policy(name) for name in ("standard", "machinery", "software_services")]
WHO = (
    "王",
    "138001",
    "北辰",
    "远航",
    "采购",
    "预算",
    "too dear",
    "worth it",
    "days net",
    "training",
    "call me",
    "Rival",
)


@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
class TestPolicy:
    def test_it_is_equal_by_its_document(self, policy):
        again = lk.load_policy(policy.name)
        assert (again, hash(again)) == (policy, hash(policy))
        assert policy != lk.load_policy({"name": policy.name, "extends": policy.name, "description": "another"})

    def test_it_can_be_pickled_once_it_was_used(self, policy):
        scores = [policy.score(lead(1), {"webinar": 1}, as_of=START), policy.score({"role": "user"}, as_of=START)]
        again = pickle.loads(pickle.dumps(policy))
        assert (again, again.id) == (policy, policy.id)
        assert [again.score(lead(1), {"webinar": 1}, as_of=START), again.score({"role": "user"}, as_of=START)] == scores


class TestScore:
    def test_it_is_another_where_anything_differs(self):
        standard, machinery, _ = POLICIES
        scores = [
            standard.score({}, as_of=START),
            standard.score({"role": "user"}, as_of=START),
            standard.score({}, {"webinar": 1}, as_of=START),
            standard.score({}, as_of=START.replace(hour=1)),
            machinery.score({}, as_of=START),
        ]
        assert len(set(scores)) == len(scores)

    def test_a_known_fact_of_no_points_makes_another(self):
        """What is unknown may still give points, so it is not the same."""
        unknown = POLICIES[0].score({"company_size": "small"}, as_of=START)
        for facts in ({"company_size": "small", "budget_match": "none"}, {"company_size": "small", "role": "user"}):
            known = POLICIES[0].score(facts, as_of=START)
            assert (known == unknown) == (known.unknown == unknown.unknown and known.points == unknown.points)

    def test_it_explains_itself_as_before_after_pickling(self):
        for policy in POLICIES:
            score = policy.score(lead(1), {"webinar": 2}, as_of=START)
            again = pickle.loads(pickle.dumps(score))
            assert (again, hash(again), again.to_dict()) == (score, hash(score), score.to_dict())
            assert again.explain("zh_CN") == score.explain("zh_CN")
            assert policy.next_band(again) == policy.next_band(score)

    def test_other_processes_score_the_same(self):
        leads = [lead(number) for number in range(1, 9)]
        work = partial(POLICIES[0].score, as_of=START)
        with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
            assert list(pool.map(work, leads)) == list(map(work, leads))

    def test_its_repr_has_the_points_and_the_policy(self):
        score = POLICIES[0].score(lead(1), as_of=START)
        assert f"points={score.points!r}" in repr(score)
        assert score.policy in repr(score)


def answers() -> Iterator[Any]:
    """What a desk answers about people of whom everything is known."""
    desk = open_desk()
    deal, deals = bring(desk, "negotiating"), desk.opportunities
    yield deals.answer_objection(deal, "1", "worth it", by=REP)
    yield deals.draft_contract(deal, "30 days net", by=REP)
    yield deals.review_contract(deal, approved=True, by=LEGAL)
    lead_id = deals.get(deal).opportunity.lead_id
    call = {
        "id": "A9",
        "lead_id": lead_id,
        "kind": "reply",
        "occurred_at": START,
        "contact": "王1",
        "feedback": "call me",
    }
    yield desk.record(lk.Activity.model_validate(call), by=BOSS)
    yield desk.capture(lead(2), by=BOSS)
    yield desk.amend("L2", {"contact.name": "王3", "company.name": "远航有限公司"}, by=BOSS)
    state = desk.lead(lead_id)
    yield from (state, deals.get(deal), desk.queue(), desk.leads(), desk.history(lead_id), desk.history("L2"))
    yield from (deals.history(deal), desk.due(), desk.account(state.lead.company.name or ""), desk.team_load())
    yield from (desk.changes(), desk.changes(personal=True), desk.review("2023-09"))
    policy = desk.policy
    listed = lk.worklist(policy, [state.lead, lead(1).model_copy(update={"id": "L9"})], as_of=START)
    yield from (listed, policy.score(state.lead, as_of=START), policy.screen(state.lead, as_of=START))
    yield EvaluatedOpportunity(opportunity=DEAL, competitor="Rival", loss_words="too dear")


def test_no_repr_names_anybody():
    for answer in answers():
        assert not [word for word in WHO if word in repr(answer)], repr(answer)
        assert not [word for word in WHO if word in str(answer)], str(answer)


def test_how_values_are_written():
    deals = AccountDeals(amount=Decimal("1E+6"), without_amount=1)
    assert deals.to_dict() == {"opportunities": [], "amount": "1000000", "without_amount": 1}
    period = lk.reviews.read_period("2026-Q3", ZoneInfo("Asia/Shanghai")).to_dict()
    assert (period["start"], period["zone"]) == ("2026-07-01T00:00:00+08:00", "Asia/Shanghai")
    assert json.loads(lk.Problem("is wrong", path="a").to_json()) == {
        "message": "is wrong",
        "hint": "",
        "place": "",
        "path": "a",
    }
