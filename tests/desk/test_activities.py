"""Follow-ups, scores that are brought up to date, the queue and the history: 2.1 to 2.6 of the handbook."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.desk.commands.upkeep import Rescore
from leadkit.desk.rescoring import rescored
from leadkit.records.join import join_duplicates
from leadkit.testing.strategies import lead_records
from tests.desk.desks import ACTORS, BOSS, NEED, START, dump, kept, lead, notices, open_desk, refused, team, touch

FULL = {"by": "li", "feedback": "已收到", "next_step": "演示", "next_at": START + timedelta(days=3)}
KINDS = ("core_page_visit", "content_download", "webinar", "reply", "follow_up")
STANDARD = lk.load_policy("standard")
touches = st.lists(
    st.builds(
        lambda number, kind, hours: touch(number, kind=kind, occurred_at=START - timedelta(hours=hours)),
        st.integers(1, 50),
        st.sampled_from(KINDS),
        st.integers(-48, 400),
    ),
    max_size=8,
    unique_by=lambda one: one.id,
)


class TestRecord:
    """2.6 Every follow-up is a record: lead, time, means, content, feedback, next step and its date, who did it."""

    def test_it_is_kept_as_it_was_told(self, desk):
        desk.capture(lead(1))
        desk.record(touch(1, **FULL))
        assert desk.activities("L1") == (touch(1, **FULL),)

    def test_it_is_never_rewritten(self, desk):
        desk.capture(lead(1))
        desk.record(touch(1))
        with refused(desk, "A1: there is another activity with this id", "never rewritten", error=lk.ConflictError):
            desk.record(touch(1, content="something else"))

    @pytest.mark.parametrize("said", [{}, {"content": None}, {"content": ""}, FULL])
    def test_told_twice_it_is_kept_once_and_counts_once(self, desk, said):
        desk.capture(lead(1))
        desk.record(touch(1, **said))
        before, points = dump(desk), desk.lead("L1").points
        assert desk.record(touch(1, **said)).outcome == "repeated"
        assert (dump(desk), desk.lead("L1").points) == (before, points)

    def test_told_twice_in_one_batch_it_is_kept_once(self, desk):
        desk.capture(lead(1))
        outcomes = desk.record_all([touch(1), touch(1), touch(1, content="else"), touch(2)])
        assert [getattr(one, "outcome", type(one).__name__) for one in outcomes] == [
            "recorded",
            "repeated",
            "ConflictError",
            "recorded",
        ]
        assert len(desk.activities("L1")) == 2

    def test_of_a_lead_that_is_not_there_it_is_refused_and_stops_no_other(self, desk):
        desk.capture(lead(1))
        outcomes = desk.record_all([touch(1, "nobody"), touch(2)])
        assert isinstance(outcomes[0], lk.errors.NotFoundError)
        assert [one.id for one in desk.activities("L1")] == ["A2"]

    def test_a_text_that_no_store_keeps_is_refused_with_its_place(self, desk):
        desk.capture(lead(1))
        with refused(desk, "A1 content: holds a NUL character"):
            desk.record(touch(1, content="a\0b"))

    @given(touches, st.data())
    def test_in_whatever_order_and_batches_they_come_the_score_is_the_same(self, said, data):
        shuffled = data.draw(st.permutations(said))
        cut = data.draw(st.integers(0, len(said)))
        scores = []
        for batches in ([said], [shuffled[:cut], shuffled[cut:]], [[one] for one in shuffled]):
            desk = open_desk()
            desk.capture(lead(1))
            for batch in batches:
                desk.record_all(batch)
            state = desk.lead("L1")
            scores.append((state.points, state.priority, state.nurture_stage, desk.activities("L1")))
        assert scores[0] == scores[1] == scores[2]

    @given(touches)
    def test_the_score_is_that_of_the_policy(self, said):
        desk = open_desk()
        desk.capture(lead(1))
        desk.record_all(said)
        assert desk.lead("L1").points == desk.policy.score(lead(1), said, as_of=START).points

    def test_a_change_of_priority_is_told(self, desk):
        desk.capture(lead(1))
        desk.record_all([touch(n, kind="webinar") for n in (1, 2)])
        assert [row.details for row in notices(desk, "priority_changed")] == [
            {"before": "medium", "after": "high", "points": "90"}
        ]


class TestRescore:
    """2.3 Scores are brought up to date at least weekly."""

    def test_what_has_happened_since_counts(self, desk):
        desk.capture(lead(1))
        desk.record(touch(1, kind="webinar", occurred_at=START + timedelta(days=1)))
        assert desk.lead("L1").points == 60
        desk.clock.pass_(days=2)
        assert desk.rescore("L1") == lk.Rescored(leads=1, changed=1, crossed=0)
        assert (desk.lead("L1").points, desk.lead("L1").scored_at) == (75, desk.clock.now)

    def test_all_of_them_are_counted_and_what_changed_is_in_the_journal(self, desk):
        desk.capture_all([(lead(n), None) for n in range(1, 6)])
        desk.record_all([touch(n, f"L{n}", kind="webinar", occurred_at=START + timedelta(1)) for n in (1, 2)])
        desk.record(touch(3, "L2", kind="webinar", occurred_at=START + timedelta(days=1)))
        desk.clock.pass_(days=2)
        assert desk.rescore() == lk.Rescored(leads=5, changed=2, crossed=1)
        lines = [row for row in kept(desk, "journal") if row.command == "rescore"]
        assert {row.lead_id: (row.details["before"], row.details["points"]) for row in lines} == {
            "L1": ("60", "75"),
            "L2": ("60", "90"),
        }
        assert desk.rescore() == lk.Rescored(leads=5, changed=0, crossed=0)

    def test_only_the_stale_ones_where_that_is_asked(self, desk):
        desk.capture(lead(1))
        desk.clock.pass_(days=5)
        desk.capture(lead(2))
        desk.clock.pass_(days=2)
        assert desk.rescore(stale_only=True).leads == 1
        assert desk.rescore(stale_only=True).leads == 0
        desk.clock.pass_(days=7)
        assert desk.rescore(stale_only=True).leads == 2

    def test_leads_that_nobody_follows_up_are_left_alone(self, desk):
        desk.capture(lead(1))
        desk.disqualify("L1", "lost_interest", by=BOSS)
        assert desk.rescore().leads == 0

    def test_more_than_one_batch(self, monkeypatch):
        monkeypatch.setattr("leadkit.desk.rescoring.BATCH", 3)
        desk = open_desk()
        desk.capture_all([(lead(n), None) for n in range(1, 11)])
        desk.clock.pass_(days=8)
        assert desk.rescore().leads == 10
        assert {one.scored_at for one in desk.queue()} == {desk.clock.now}

    def test_what_is_gone_or_was_erased_by_the_time_of_its_turn_is_left_out(self):
        desk = open_desk()
        desk.capture_all([(lead(n), None) for n in range(1, 4)])
        desk.erase("L2", by=ACTORS["director"])
        before = desk.lead("L3").scored_at
        desk.clock.pass_(days=1)
        request = desk.executor.request(Rescore(by=ACTORS["system"]))
        pass_ = rescored(desk.executor, request, lambda _: ["L0", "L1", "L2"])
        assert (pass_.lead_ids, pass_.done.leads) == (["L0", "L1", "L2"], 1)
        assert (desk.lead("L1").scored_at, desk.lead("L3").scored_at) == (desk.clock.now, before)

    def test_a_new_policy_is_seen_in_every_score(self, tmp_path):
        first = open_desk()
        first.capture(lead(1))
        changed = {"name": "ours", "extends": "standard", "scoring": {"groups": {"attributes": {"limit": 50}}}}
        desk = open_desk(first.storage, policy=changed)
        assert desk.rescore() == lk.Rescored(leads=1, changed=1, crossed=0)
        assert (desk.lead("L1").points, desk.lead("L1").policy) == (50, desk.policy.id)


def _storable(lead):
    return "\\u0000" not in lead.model_dump_json()


def _ties_two(leads):
    """Whether a lead shows that two before it are one customer, whom a store that took them in keeps apart."""
    known = []
    for one in leads:
        joined = join_duplicates([*known, one]).leads
        if len(joined) < len(known):
            return True
        known = list(joined)
    return [one.id for one in known] != [one.id for one in join_duplicates(leads).leads]


class TestQueue:
    """2.3 The list is sorted by score."""

    @given(st.lists(lead_records(STANDARD, START).filter(_storable), max_size=8, unique_by=lambda one: one.id))
    def test_it_is_the_worklist_of_the_pure_functions(self, leads):
        free = lk.Policy(STANDARD.document.model_copy(update={"capture": type(STANDARD.document.capture)()}))
        said = [one.model_copy(update={"received_at": START - timedelta(hours=n)}) for n, one in enumerate(leads)]
        assume(not _ties_two(sorted(said, key=lambda one: one.received_at)))
        desk = open_desk(policy=free)
        for one in sorted(said, key=lambda one: one.received_at):
            desk.clock.now = one.received_at
            assert isinstance(desk.capture_all([(one, None)])[0], lk.Receipt)
        desk.clock.now = START
        desk.rescore()
        wanted = lk.worklist(free, sorted(said, key=lambda one: one.received_at), as_of=START)
        callable_ = [one for one in wanted.decisions if one.screening.outcome != "invalid"]
        assert _ranked(desk.queue(limit=50)) == [(one.lead.id, one.score.points) for one in callable_]

    def test_of_equal_ones_the_one_captured_first_then_the_lower_id(self, desk):
        desk.capture_all([(lead(n), None) for n in (3, 2)])
        desk.clock.pass_(hours=-1)
        desk.capture(lead(4))
        assert [one.id for one in desk.queue()] == ["L4", "L2", "L3"]

    def test_by_owner_priority_and_status_and_with_a_limit(self, desk):
        team(desk, li="sales_rep")
        desk.capture_all([(lead(1), None), (lead(2, need={"description": NEED[:4]}), None), (lead(3), None)])
        desk.assign("L3", by=BOSS)
        assert [one.id for one in desk.queue(owner="li")] == ["L3"]
        assert [one.id for one in desk.queue(status="new")] == ["L2"]
        assert [one.id for one in desk.queue(priority="medium")] == ["L1", "L3"]
        assert [one.id for one in desk.queue(limit=1)] == ["L1"]

    def test_it_shows_the_person(self, desk):
        desk.capture(lead(1))
        assert desk.queue()[0] == desk.lead("L1")
        assert desk.queue()[0].lead.contact == lead(1).contact

    def test_a_queue_longer_than_a_database_takes_values(self, desk):
        desk.capture_all([(lead(n), None) for n in range(1, 1_101)])
        assert len(desk.queue(limit=100_000)) == 1_100


def _ranked(states):
    return [(one.id, one.points) for one in states]


class TestHistory:
    """2.6 Nurture is traceable: what was done, when, by whom and why."""

    def test_it_is_complete_and_in_order_and_names_who_and_why(self, desk):
        team(desk, li="sales_rep")
        desk.capture(lead(1), by=ACTORS["marketing"])
        desk.clock.pass_(hours=1)
        desk.record(touch(1, by="li", occurred_at=desk.clock.now), by=ACTORS["sales_rep"])
        desk.clock.pass_(hours=1)
        desk.assign("L1", to="li", reason="knows them", by=BOSS)
        desk.clock.pass_(hours=1)
        desk.disqualify("L1", "lost_interest", reason="says so", by=ACTORS["sales_rep"])
        desk.clock.pass_(hours=1)
        desk.archive("L1", by=BOSS)
        found = desk.history("L1")
        assert [(one.what, one.actor, one.text) for one in found] == [
            ("capture", "the_marketing", None),
            ("reply", "li", "询问预算"),
            ("assign", "the_supervisor", "knows them"),
            ("disqualify", "the_sales_rep", "says so"),
            ("archive", "the_supervisor", None),
        ]
        assert [one.at for one in found] == [START + timedelta(hours=n) for n in range(5)]

    def test_whoever_recorded_an_activity_did_it_where_it_names_nobody(self, desk):
        desk.capture(lead(1))
        desk.record(touch(1), by=ACTORS["sales_rep"])
        assert desk.history("L1")[-1].actor == "the_sales_rep"

    def test_every_command_leaves_one_line(self, desk):
        team(desk, li="sales_rep")
        desk.capture(lead(1))
        desk.screen("L1")
        desk.amend("L1", {"company.region": "华东"})
        desk.assign("L1", by=BOSS)
        desk.release("L1", by=BOSS)
        desk.disqualify("L1", "lost_interest", by=BOSS)
        desk.overturn("L1", by=BOSS)
        wanted = ["capture", "screen", "amend", "assign", "release", "disqualify", "overturn"]
        assert [one.what for one in desk.history("L1")] == wanted

    def test_of_a_lead_that_is_not_there(self, desk):
        for ask in (desk.lead, desk.history, desk.activities):
            with refused(desk, "nobody: there is no such lead", error=lk.errors.NotFoundError):
                ask("nobody")
