"""Facts of a lead's company in the store: made of all its leads, brought up to date when one of them changes."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.store.mapping import account_key
from tests.desk.desks import BOSS, SIGNALS, START, dump, kept, lead, open_desk, touch

RULES: dict[str, Any] = {
    "firm_contacts": {"when": {"field": "company_contacts", "at_least": 2}, "points": 3},
    "demos": {"field": "company_demos", "ranges": {"many": {"at_least": 2, "points": 5}}},
    "orders": {"when": {"field": "company_orders", "at_least": Decimal("1000.5")}, "points": 7},
    "firm_role": {"field": "company_role", "points": {"decision_maker": 11, "influencer": 2}},
}
OURS = {
    "name": "accounts",
    "extends": "standard",
    "capture": {"required": []},
    "account": {
        "facts": {
            "company_contacts": {"count": "contacts"},
            "company_demos": {"count": "events", "events": ["demo"], "within_days": 30},
            "company_orders": {"sum": "amount", "events": ["order"]},
            "company_role": {"best": "role"},
        }
    },
    "scoring": {"groups": {"company": {"limit": 40, "rules": RULES}}},
}
POLICY = lk.load_policy(OURS)
FIRM = "北辰智造有限公司"
NAMES = (FIRM, "远航智造有限公司", None)


def by_hand(desk: lk.Desk) -> dict[str, Decimal]:
    """The points of every lead in the queue, scored anew from all that the desk tells of its company."""
    states = {state.id: state for state in desk.queue()}
    told = {lead_id: desk.activities(lead_id) for lead_id in states}
    points = {}
    for lead_id, state in states.items():
        key = account_key(state.lead.company.name)
        family = [
            other
            for other, each in states.items()
            if other == lead_id or (key and account_key(each.lead.company.name) == key)
        ]
        events = [event for other in family for event in told[other]]
        roles = {POLICY.facts_of(states[other].lead, desk.clock.now)["role"] for other in family}
        facts = {
            "company_contacts": sum(1 + len(states[other].lead.other_contacts) for other in family),
            "company_demos": sum(
                event.kind == "demo" and timedelta() <= desk.clock.now - event.occurred_at < timedelta(days=30)
                for event in events
            ),
            "company_orders": sum(
                (event.amount or Decimal(0) for event in events if event.kind == "order"), Decimal(0)
            ),
            "company_role": next((role for role in ("decision_maker", "influencer", "user") if role in roles), None),
        }
        score = POLICY.score(
            {**POLICY.facts_of(state.lead, desk.clock.now), **facts}, told[lead_id], as_of=desk.clock.now
        )
        points[lead_id] = score.points
    return points


def named(number: int, name: str | None) -> lk.Lead:
    title = ("采购总监", "工程师", "采购经理")[number % 3]
    return lead(
        number,
        company={"name": name},
        contact={"name": f"王{number}", "job_title": title, "phone": f"138001{number:05}"},
    )


steps = st.one_of(
    st.tuples(st.just("amend"), st.integers(1, 4), st.sampled_from(NAMES)),
    st.tuples(st.just("demo"), st.integers(1, 4), st.integers(0, 40)),
    st.tuples(st.just("order"), st.integers(1, 4), st.sampled_from([Decimal(600), Decimal("400.5")])),
    st.tuples(st.just("wait"), st.integers(1, 20), st.none()),
    st.tuples(st.just("merge"), st.integers(1, 4), st.integers(1, 4)),
    st.tuples(st.just("unmerge"), st.integers(1, 4), st.integers(1, 4)),
    st.tuples(st.just("erase"), st.integers(1, 4), st.none()),
)  # fmt: skip


def do(desk: Any, step: tuple[Any, ...], number: int) -> None:
    what, lead_id, value = step
    match what:
        case "amend":
            desk.amend(f"L{lead_id}", {"company.name": value})
        case "demo":
            desk.record(touch(number, f"L{lead_id}", kind="demo", occurred_at=desk.clock.now - timedelta(days=value)))
        case "order":
            desk.record(touch(number, f"L{lead_id}", kind="order", occurred_at=desk.clock.now, amount=value))
        case "wait":
            desk.clock.pass_(days=lead_id)
            desk.rescore()
        case "merge":
            desk.merge(f"L{lead_id}", f"L{value}")
        case "unmerge":
            desk.unmerge(f"L{lead_id}", f"L{value}")
        case "erase":
            desk.erase(f"L{lead_id}")


class TestOfACompany:
    """A lead is scored by what all leads of its company say and do, after each command on any of them."""

    @settings(max_examples=60)
    @given(todo=st.lists(steps, max_size=8))
    def test_points_are_those_of_a_plain_count_after_every_command(self, todo):
        desk: Any = open_desk(policy=POLICY)
        for number in range(1, 5):
            desk.capture(named(number, f"{FIRM[:2]}{number}智造有限公司"))
        for number, step in enumerate(todo):
            try:
                do(desk, step, number)
            except lk.CommandError:
                continue
            assert {state.id: state.points for state in desk.queue()} == by_hand(desk), step

    @pytest.mark.parametrize("kind", ["memory", "sqlite"])
    def test_a_sibling_changes_and_the_journal_says_so(self, kind, tmp_path):
        from tests.desk.desks import address

        desk = open_desk(address(kind, tmp_path), policy=POLICY)
        desk.capture(named(1, FIRM))
        desk.capture(named(2, "远航智造有限公司"))
        before = desk.lead("L1").points
        desk.amend("L2", {"company.name": FIRM})
        assert desk.lead("L1").points == before + 3
        entry = desk.history("L1")[-1]
        assert (entry.what, entry.details["points"]) == ("amend", str(desk.lead("L1").points))
        desk.record_all([touch(n, "L2", kind="demo", occurred_at=START) for n in (1, 2)])
        assert desk.lead("L1").points == before + 8
        assert desk.facts("L1", at=START)["company_demos"] == 2

    def test_one_without_a_company_counts_alone(self):
        desk = open_desk(policy=POLICY)
        for number in (1, 2):
            desk.capture(named(number, None))
        assert {row.account_facts["company_contacts"] for row in kept(desk, "leads")} == {1}

    def test_contacts_that_were_joined_count_as_contacts(self):
        desk = open_desk(policy=POLICY)
        desk.capture(named(1, FIRM))
        assert desk.capture(named(2, FIRM)).outcome == "joined"
        assert desk.facts("L1", at=START)["company_contacts"] == 2

    def test_a_store_of_before_finds_its_siblings_by_the_next_rescore(self):
        from attrs import evolve

        from leadkit.store.tables import LEADS

        desk = open_desk(policy=POLICY)
        for number in (1, 2):
            desk.capture(named(number, f"远航{number}智造有限公司"))
        with desk.storage.transaction() as unit:
            rows = [evolve(row, company_name=FIRM, account_key=None) for row in dump(desk)["leads"]]
            unit.replace(LEADS, rows)
        desk.rescore()
        assert {row.account_facts["company_contacts"] for row in kept(desk, "leads")} == {2}

    @pytest.mark.parametrize("kind", ["memory", "sqlite"])
    def test_a_lead_of_before_counts_though_it_is_scored_no_more(self, kind, tmp_path):
        from attrs import evolve

        from leadkit.store.tables import LEADS
        from tests.desk.desks import address

        plain = lk.load_policy({key: OURS[key] for key in ("name", "extends", "capture")})
        before = open_desk(address(kind, tmp_path), policy=plain)
        for number in (3, 6):
            before.capture(named(number, None))
            before.amend(f"L{number}", {"company.name": FIRM})
        before.opportunities.convert("L3", SIGNALS, by=BOSS)
        with before.storage.transaction() as unit:
            unit.replace(LEADS, [evolve(row, account_key=None) for row in dump(before)["leads"]])
        desk = before.with_policy(POLICY)
        desk.tick()
        keys = {row.id: (row.in_queue, row.account_key) for row in kept(desk, "leads")}
        assert keys == {"L3": (False, account_key(FIRM)), "L6": (True, account_key(FIRM))}
        assert desk.facts("L6", at=START)["company_contacts"] == 2
        versions = {row.id: row.version for row in kept(desk, "leads")}
        desk.settle()
        assert {row.id: row.version for row in kept(desk, "leads")} == versions

    @pytest.mark.parametrize(
        ("fact", "changed", "rule"),
        [
            ("company_role", {"count": "contacts"}, {"when": {"field": "company_role", "at_least": 2}, "points": 3}),
            ("company_contacts", {"best": "role"}, {"field": "company_contacts", "points": {"user": 3}}),
            ("company_role", {"best": "company_size"}, {"field": "company_role", "points": {"large": 3}}),
        ],
    )
    def test_a_fact_of_another_kind_is_unknown_until_it_is_made_anew(self, fact, changed, rule):
        facts = {**OURS["account"]["facts"], fact: changed}
        rules = {
            code: each for code, each in RULES.items() if each.get("field", each.get("when", {}).get("field")) != fact
        }
        groups = {"company": {"limit": 40, "rules": {**rules, "changed": rule}}}
        desk = open_desk(policy=POLICY)
        desk.capture(named(3, FIRM))
        other = desk.with_policy(lk.load_policy({**OURS, "account": {"facts": facts}, "scoring": {"groups": groups}}))
        assert other.facts("L3", at=START).get(fact) is None
        assert other.lead("L3").points == desk.lead("L3").points
        other.opportunities.convert("L3", SIGNALS, by=BOSS)

    @pytest.mark.parametrize("stored", ["infinity", "nan", "snan", "user", ""])
    def test_what_reads_as_no_number_is_unknown(self, stored):
        from attrs import evolve

        from leadkit.store.tables import LEADS

        desk = open_desk(policy=POLICY)
        desk.capture(named(1, FIRM))
        with desk.storage.transaction() as unit:
            rows = [evolve(row, account_facts={"company_contacts": stored}) for row in dump(desk)["leads"]]
            unit.replace(LEADS, rows)
        assert desk.facts("L1", at=START).get("company_contacts") is None

    def test_a_policy_without_such_facts_stores_none(self):
        desk = open_desk()
        desk.capture(named(1, FIRM))
        (row,) = kept(desk, "leads")
        assert (row.account_key, row.account_facts) == (account_key(FIRM), {})


class TestOfThePast:
    """A case that has ended is scored with what its company was then."""

    def test_an_ended_case_has_the_facts_of_its_company_when_it_was_opened(self):
        desk: Any = open_desk(policy=POLICY)
        for number in (3, 6, 5):
            desk.capture(named(number, None))
        for number in (3, 6):
            desk.amend(f"L{number}", {"company.name": FIRM})
        desk.record_all([touch(n, "L6", kind="demo", occurred_at=START) for n in (1, 2)])
        points, known = desk.lead("L3").points, desk.facts("L3", at=desk.clock.now)
        desk.clock.pass_(hours=1)
        deal = desk.opportunities.convert("L3", SIGNALS, by=BOSS).opportunity_id
        desk.clock.pass_(hours=1)
        desk.amend("L5", {"company.name": FIRM})
        desk.capture(named(7, f"{FIRM[:-4]}股份有限公司"))
        desk.record(touch(3, "L6", kind="order", occurred_at=desk.clock.now, amount=Decimal(5000)))
        desk.opportunities.lose(deal, lost_reason="price", by=BOSS)
        (case,) = desk.ended_cases(as_of=desk.clock.now)
        assert {name: case.lead[name] for name in OURS["account"]["facts"]} == {
            name: known[name] for name in OURS["account"]["facts"]
        }
        assert POLICY.score(case.lead, case.activities, as_of=case.at).points == points

    def test_a_lead_that_nobody_wanted_has_them_too(self):
        desk: Any = open_desk(policy=POLICY)
        desk.capture(named(3, FIRM))
        desk.clock.pass_(days=40)
        (case,) = desk.ended_cases(as_of=desk.clock.now, unopened_days=30)
        assert (case.lead["company_contacts"], case.lead["company_role"]) == (1, "decision_maker")


class TestPolicy:
    """`[account.facts]` declares facts as `[fields]` does."""

    def test_they_are_facts_of_the_policy_and_are_explained(self):
        assert POLICY.facts["company_contacts"].type == "number"
        assert POLICY.facts["company_role"].levels == POLICY.facts["role"].levels
        assert POLICY.unused({"company_contacts": 2, "company_role": "user"}) == ()
        score = POLICY.score({"company_contacts": 2, "company_role": "influencer"}, as_of=START)
        assert "firm contacts: 2" in score.explain()

    def test_what_decides_is_part_of_the_hash(self):
        facts = {**OURS["account"]["facts"], "company_contacts": {"count": "events", "events": ["x"]}}
        assert lk.load_policy({**OURS, "account": {"facts": facts}}).hash != POLICY.hash

    @pytest.mark.parametrize(
        ("fact", "message"),
        [
            ({}, "gives count, sum or best"),
            ({"count": "contacts", "best": "role"}, "gives count, sum or best"),
            ({"count": "events"}, "events go with"),
            ({"count": "contacts", "events": ["demo"]}, "events go with"),
            ({"best": "rolle"}, "did you mean 'role'"),
            ({"best": "role", "within_days": 3}, "within_days goes with events"),
            ({"count": "leads"}, "contacts"),
        ],
    )
    def test_nonsense_is_refused(self, fact, message):
        with pytest.raises(lk.PolicyError, match=message):
            lk.load_policy({**OURS, "account": {"facts": {**OURS["account"]["facts"], "odd": fact}}})
