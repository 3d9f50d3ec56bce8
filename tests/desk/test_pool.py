"""The pool: who may claim a lead, and how many."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.desk.commands.pool import Claim, day_of
from leadkit.testing.commands import Situation, instances
from leadkit.testing.process import process_machine
from leadkit.testing.storage.process_checks import together
from leadkit.testing.storage.processes import say
from tests.desk import stores
from tests.desk.desks import (
    BOSS,
    POOR,
    START,
    VAGUE,
    address,
    dump,
    kept,
    lead,
    open_desk,
    refused,
    team,
    tick_at,
)
from tests.desk.pools import POOL, policy, pooled, rep
from tests.desk.test_locks import Recording

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture(params=["memory", "sqlite"])
def desk(request, tmp_path):
    with pooled(address(request.param, tmp_path)) as desk:
        yield desk


class TestClaim:
    """A lead of the queue without an owner is whose claims it first, within what the policy allows."""

    def test_it_has_an_owner_then_and_the_journal_says_so(self, desk):
        receipt = desk.claim("L1", by=rep())
        assert (receipt.outcome, receipt.owner, desk.lead("L1").owner) == ("claimed", "li", "li")
        last = desk.history("L1")[-1]
        assert (last.what, last.actor, dict(last.details)) == ("claim", "li", {"to": "li", "claims": 1, "held": 1})
        assert {item.owner for item in desk.due(owner="li")} == {"li"}

    @pytest.mark.parametrize("owner", ["li", "bo"])
    def test_one_with_an_owner_is_refused(self, desk, owner):
        desk.claim("L1", by=rep(owner))
        with refused(desk, "L1: has an owner already", "claim another lead", error=lk.ConflictError):
            desk.claim("L1", by=rep())

    def test_under_one_key_it_is_claimed_once(self, desk):
        first = desk.claim("L1", by=rep(), key="k")
        assert desk.claim("L1", by=rep(), key="k") == first
        assert len(kept(desk, "claims")) == 1

    def test_a_role_that_is_not_of_the_pool_is_refused(self, desk):
        with refused(desk, "supervisor may not do this", "sales_rep, senior_rep", error=lk.NotAllowedError):
            desk.claim("L1", by=BOSS)

    def test_permissions_count_as_well(self):
        desk = open_desk(policy={**policy(), "permissions": {"claim": ["senior_rep"]}})
        desk.capture(lead(1))
        with refused(desk, "sales_rep may not do this", error=lk.NotAllowedError):
            desk.claim("L1", by=rep())

    def test_who_is_not_of_the_team_not_active_or_full_gets_nothing(self, desk):
        team(desk, full=("sales_rep", 0))
        desk.enrol(lk.Member(id="out", role="sales_rep", active=False), by=BOSS)
        for member, words in (("zoe", "enrol them first"), ("out", "not active"), ("full", "has 0 of 0 leads")):
            with refused(desk, "L1: who claims", words):
                desk.claim("L1", by=rep(member))

    @pytest.mark.parametrize("state", ["invalid", "archived", "converted"])
    def test_one_that_is_not_in_the_queue_is_refused(self, desk, state):
        if state == "converted":
            desk.opportunities.convert("L1", {"intent": True, "date_set": True}, by=BOSS)
        else:
            desk.disqualify("L1", "lost_interest", by=BOSS)
        if state == "archived":
            desk.archive("L1", by=BOSS)
        with refused(desk, f"L1: cannot claim what is {state}"):
            desk.claim("L1", by=rep())

    def test_one_that_lacks_facts_can_be_claimed(self, desk):
        desk.capture(lead(9, **VAGUE))
        assert desk.claim("L9", by=rep()).owner == "li"

    def test_all_that_is_wrong_is_named_at_once_and_nobody(self, desk):
        for number in (1, 2, 3):
            desk.claim(f"L{number}", by=rep())
        desk.release("L1", by=BOSS)
        words = ("L1 pool.per_day: 3 of 3 claims of the day are used", "L1 pool.again_after_days: who claims had it")
        with refused(desk, *words, "2023-09-06 17:00+08:00") as _:
            desk.claim("L1", by=rep())
        with pytest.raises(lk.CommandError) as caught:
            desk.claim("L1", by=rep())
        assert "li" not in str(caught.value).split()

    def test_the_day_is_that_of_the_policy(self, desk):
        """START is 17:00 in Shanghai, whose day ends seven hours later."""
        for number in (1, 2, 3):
            desk.claim(f"L{number}", by=rep())
        desk.clock.now = START + 7 * HOUR - timedelta.resolution
        with refused(desk, "3 of 3 claims"):
            desk.claim("L4", by=rep())
        desk.clock.now = START + 7 * HOUR
        assert desk.claim("L4", by=rep()).outcome == "claimed"

    def test_what_was_given_back_still_counts(self, desk):
        for number in (1, 2, 3):
            desk.claim(f"L{number}", by=rep())
            desk.release(f"L{number}", by=BOSS)
        with refused(desk, "3 of 3 claims"):
            desk.claim("L4", by=rep())
        assert desk.claim("L4", by=rep("bo")).owner == "bo"

    def test_assigned_leads_are_not_held_by_claiming(self):
        desk = pooled(hold=1, per_day=9)
        desk.assign("L1", to="li", by=BOSS)
        desk.claim("L2", by=rep())
        with refused(desk, "L3 pool.hold: who claims holds 1 of 1"):
            desk.claim("L3", by=rep())
        desk.assign("L2", to="li", by=BOSS)
        assert desk.claim("L3", by=rep()).owner == "li"

    def test_one_that_left_the_queue_is_held_no_more(self):
        desk = pooled(hold=1)
        desk.claim("L1", by=rep())
        desk.disqualify("L1", "lost_interest", by=BOSS)
        assert desk.claim("L2", by=rep()).owner == "li"

    def test_others_need_not_wait(self, desk):
        desk.claim("L1", by=rep())
        desk.release("L1", by=BOSS)
        assert desk.claim("L1", by=rep("bo")).owner == "bo"
        desk.release("L1", by=BOSS)
        assert desk.claim("L1", by=rep()).owner == "li"

    def test_the_last_owner_waits_to_the_moment(self, desk):
        desk.claim("L1", by=rep())
        desk.release("L1", by=BOSS)
        desk.clock.now = START + 2 * DAY - timedelta.resolution
        with refused(desk, "who claims had it last"):
            desk.claim("L1", by=rep())
        desk.clock.now = START + 2 * DAY
        assert desk.claim("L1", by=rep()).owner == "li"

    @pytest.mark.parametrize("by", [{"by": rep()}, {}])
    def test_it_holds_the_lead_and_the_member_whoever_is_named(self, by):
        storage = Recording()
        pooled(storage)
        desk = lk.Desk(policy(), storage, clock=lambda: START, actor=rep())
        desk.claim("L1", **by)
        assert set(desk.storage.names) == {"lead:L1", "member:li"}

    def test_an_assignment_waits_for_those_who_are_claiming(self):
        desk = pooled(Recording())
        desk.assign("L1", by=BOSS)
        assert set(desk.storage.names) == {"lead:L1", "member:ann", "member:bo", "member:li"}


MEMBERS, LEADS = ("li", "bo"), ("L1", "L2", "L3", "L4", "L5", "L6")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["claim", "claim", "claim", "release", "assign", "disqualify", "overturn", "wait", "wait"]),
        st.sampled_from(LEADS),
        st.sampled_from(MEMBERS),
        st.integers(1, 30),
    ),
    min_size=5,
    max_size=60,
)


class Paper:
    """Who has what, written down by hand."""

    def __init__(self) -> None:
        self.owner: dict[str, str | None] = dict.fromkeys(LEADS)
        self.claimed: dict[str, bool] = dict.fromkeys(LEADS, False)
        self.last: dict[str, tuple[str, datetime]] = {}
        self.working = dict.fromkeys(LEADS, True)
        self.claims: list[tuple[str, datetime]] = []

    def may_claim(self, lead_id: str, member: str, now: datetime) -> bool:
        today = [one for one, at in self.claims if one == member and (at + 8 * HOUR).date() == (now + 8 * HOUR).date()]
        held = [key for key in LEADS if self.owner[key] == member and self.claimed[key] and self.working[key]]
        before, until = self.last.get(lead_id, ("", now))
        return (
            self.working[lead_id]
            and self.owner[lead_id] is None
            and len(today) < POOL["per_day"]
            and len(held) < POOL["hold"]
            and not (before == member and now < until + POOL["again_after_days"] * DAY)
        )

    def give(self, lead_id: str, owner: str | None, now: datetime, *, claimed: bool = False) -> None:
        before = self.owner[lead_id]
        if owner is None and before is not None:
            self.last[lead_id] = (before, now)
        self.owner[lead_id], self.claimed[lead_id] = owner, claimed
        self.claims += [(owner, now)] if claimed and owner is not None else []


class TestQuota:
    """Of any commands at any times, exactly those claims are done that the bounds allow."""

    @settings(max_examples=60)
    @given(STEPS)
    def test_a_claim_is_done_exactly_where_it_may(self, steps):
        desk, paper = pooled(), Paper()
        for command, lead_id, member, hours in steps:
            now = desk.clock.now
            if command == "wait":
                desk.clock.pass_(hours=hours)
            elif command == "claim":
                wanted = paper.may_claim(lead_id, member, now)
                assert self.is_done(desk.claim, lead_id, by=rep(member)) == wanted
                if wanted:
                    paper.give(lead_id, member, now, claimed=True)
            elif command == "release" and self.is_done(desk.release, lead_id, by=BOSS):
                paper.give(lead_id, None, now)
            elif command == "assign" and self.is_done(desk.assign, lead_id, to=member, by=BOSS):
                paper.give(lead_id, member, now)
            elif command == "disqualify" and self.is_done(desk.disqualify, lead_id, "lost_interest", by=BOSS):
                paper.working[lead_id] = False
            elif command == "overturn" and self.is_done(desk.overturn, lead_id, by=BOSS):
                paper.working[lead_id] = True
            assert {state.id: state.owner for state in desk.queue()} == {
                key: owner for key, owner in paper.owner.items() if paper.working[key]
            }

    def is_done(self, command: Any, *arguments: Any, **options: Any) -> bool:
        try:
            command(*arguments, **options)
        except lk.CommandError:
            return False
        return True

    @given(
        st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Africa/Cairo", "Asia/Beirut"]),
    )
    def test_the_day_of_a_moment_holds_the_moments_of_its_date(self, at, zone):
        ours = lk.load_policy({**policy(), "time_zone": zone})
        before, end = day_of(ours, at)
        date = at.astimezone(ours.time_zone).date()
        assert before < at <= end
        inside = {moment.astimezone(ours.time_zone).date() for moment in (before + timedelta.resolution, at, end)}
        assert inside == {date}
        assert (
            before.astimezone(ours.time_zone).date()
            < date
            < (end + timedelta.resolution).astimezone(ours.time_zone).date()
        )


def claim_all(place: str, pool: dict[str, Any], member: str, lead_ids: list[str], back: bool) -> None:
    """Claim every lead that one can, and perhaps give it back at once; say how many that were."""
    won = 0
    with lk.Desk(policy(**pool), place, clock=lambda: START) as desk:
        for lead_id in lead_ids:
            try:
                desk.claim(lead_id, by=rep(member))
            except lk.CommandError:
                continue
            won += 1
            if back:
                desk.release(lead_id, by=BOSS)
    say(won)


@pytest.mark.xdist_group("stores")
class TestTogether:
    """Eight processes at once never exceed a quota, never claim a lead twice, and never come back too soon."""

    @pytest.fixture
    def place(self, kind, tmp_path) -> str:
        place = stores.address(kind, tmp_path) + ("?timeout=60" if kind == "sqlite" else "")
        with pooled(place, leads=12) as desk:
            assert len(desk.queue()) == 12
        return place

    def run(self, place: str, pool: dict[str, Any], members: tuple[str, ...], back: bool) -> list[Any]:
        """The claims that eight processes did, each beginning with another lead."""
        ids = [f"L{number}" for number in range(1, 13)]
        work = [(claim_all, place, pool, members[n % len(members)], ids[n:] + ids[:n], back) for n in range(8)]
        won = together(work)
        with open_desk(place, policy=policy(**pool)) as desk:
            claims, leads = kept(desk, "claims"), kept(desk, "leads")
        assert min(won) >= 0
        assert len(claims) == sum(won)
        owned = Counter(row.owner for row in leads if row.owner is not None)
        assert owned == ({} if back else Counter(row.member for row in claims))
        return claims

    @pytest.mark.parametrize("kind", ["sqlite", "postgres"])
    def test_of_the_day(self, place):
        claims = self.run(place, {"per_day": 7, "hold": 50}, ("li",), back=False)
        assert len(claims) == 7

    @pytest.mark.parametrize("kind", ["sqlite"])
    def test_of_what_one_holds(self, place):
        claims = self.run(place, {"per_day": 50, "hold": 5}, ("li", "bo"), back=False)
        assert Counter(row.member for row in claims) == {"li": 5, "bo": 5}
        assert len({row.lead_id for row in claims}) == 10

    @pytest.mark.parametrize("kind", ["sqlite"])
    def test_what_was_given_back_counts_and_is_not_claimed_again(self, place):
        claims = self.run(place, {"per_day": 11, "hold": 50}, ("li",), back=True)
        assert len(claims) == len({row.lead_id for row in claims}) == 11

    @pytest.mark.parametrize("kind", ["sqlite"])
    def test_without_a_quota_every_lead_is_claimed_once(self, place):
        claims = self.run(place, {"per_day": 50, "hold": 50}, MEMBERS, back=False)
        assert Counter(row.lead_id for row in claims) == Counter(f"L{number}" for number in range(1, 13))


class TestWithoutPool:
    """A policy without `[pool]` knows of no claim, and no lead returns."""

    def test_a_claim_is_refused_and_is_not_among_what_is_possible(self):
        desk = open_desk()
        team(desk, li="sales_rep")
        desk.capture_all([(lead(1), None), (lead(2, **POOR), None)])
        with refused(desk, "claim: there is no pool", "[pool]"):
            desk.claim("L1", by=rep())
        with pytest.raises(lk.CommandError) as caught:
            desk.archive("L1", by=BOSS)
        assert "claim" not in str(caught.value)

    def test_whoever_has_a_lead_keeps_it(self):
        desk = open_desk()
        team(desk, li="sales_rep")
        desk.capture(lead(1))
        desk.assign("L1", by=BOSS)
        for _ in range(60):
            desk.clock.pass_(days=1)
            assert desk.tick().returned == 0
        assert desk.lead("L1").owner == "li"
        assert {row.kind for row in kept(desk, "duties")} == {"response", "follow_up"}
        assert kept(desk, "claims") == []
        assert [row for row in kept(desk, "outbox") if "return" in row.kind] == []

    def test_a_pool_that_is_taken_away_leaves_its_leads_alone(self, tmp_path):
        place = address("sqlite", tmp_path)
        with pooled(place) as desk:
            desk.claim("L1", by=rep())
        with open_desk(place) as plain:
            assert tick_at(plain, START + 30 * DAY).returned == 0
            assert plain.lead("L1").owner == "li"
            before = dump(plain)
            tick_at(plain, START + 30 * DAY)
            assert dump(plain) == before


TestProcess = process_machine(policy(), examples=15)


class TestMachine:
    """The machine that gives random commands claims leads, too, and lets some of them return."""

    def test_it_draws_claims_that_succeed(self):
        desk = pooled()
        situation = Situation(desk.policy, START, leads=LEADS)
        outcomes: set[str] = set()

        @settings(max_examples=200, database=None)
        @given(instances(situation, Claim))
        def draw(command: Claim) -> None:
            try:
                outcomes.add(command.run(desk.executor).outcome)
                desk.release(command.lead_id, by=BOSS)
            except lk.CommandError as error:
                outcomes.add(type(error).__name__)

        draw()
        assert {"claimed", "NotAllowedError", "CommandError"} <= outcomes
