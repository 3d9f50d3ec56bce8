"""Nurture: scores, stages, who works on what, and the records of it."""

from __future__ import annotations

from datetime import timedelta

import pytest

import leadkit as lk
from leadkit.process.content import Content, ContentLibrary
from tests.desk.desks import BOSS, START, lead, open_desk, team, touch


class TestScores:
    """A score over 100 points decides priority and stage."""

    def test_weights_are_the_companys(self, now):
        """A company's own file changes the weights: groups of 50 and 50, 100 in all."""
        policy = lk.load_policy(
            {
                "extends": "standard",
                "name": "ours",
                "scoring": {"groups": {"attributes": {"limit": 50}, "behaviour": {"limit": 50}}},
            }
        )
        best = {"company_size": "large", "role": "decision_maker", "budget_match": "full"}
        assert policy.score(best, {"webinar": 4}, as_of=now).points == 100

    @pytest.mark.parametrize("means", ["邮件", "电话", "微信", "企业微信", "拜访", "短信"])
    def test_an_answered_touch_is_a_reply(self, standard, means):
        """A customer who answers a mail or a call has replied; that earns its points."""
        assert standard.kind_of(means, "感兴趣") == "reply"
        assert standard.kind_of(means, "未接") == "follow_up"

    def test_scores_are_brought_up_to_date_weekly(self, desk):
        """A tick scores again whatever was last scored a week ago, so that what has aged counts as it does today."""
        desk.capture(lead())
        desk.tick()
        desk.clock.pass_(days=6)
        assert desk.tick().rescored == 0
        desk.clock.pass_(days=1, minutes=1)
        assert desk.tick().rescored == 1
        assert desk.lead("L1").scored_at == desk.clock.now

    def test_the_queue_is_sorted_by_score(self, desk):
        """The list of leads begins with the highest score."""
        desk.capture(lead(1, contact={"job_title": "操作员"}))
        desk.capture(lead(2, contact={"job_title": "总经理"}))
        assert [state.id for state in desk.queue()] == ["L2", "L1"]


class TestWork:
    """Who works on which lead, and how often."""

    def test_high_leads_go_to_seniors(self, desk):
        """A lead of high priority goes to a senior rep, another to an ordinary one."""
        desk.capture(lead(1, company={"size": "5000人"}))
        desk.record(touch(1))
        desk.record(touch(2, occurred_at=START - timedelta(hours=1)))
        desk.capture(lead(2))
        desk.assign("L1", by=BOSS)
        desk.assign("L2", by=BOSS)
        assert (desk.lead("L1").priority, desk.lead("L1").owner) == ("high", "zhou")
        assert (desk.lead("L2").priority, desk.lead("L2").owner) == ("medium", "chen")

    @pytest.mark.parametrize(
        ("title", "stage", "days"),
        [("操作员", "awareness", 30), ("采购总监", "interest", 14), ("总经理", "interest", 14)],
    )
    def test_the_stage_sets_the_cadence(self, desk, title, stage, days):
        """Below 40 points a mail a month, from 40 two weeks: so late the next touch is due after the first."""
        desk.capture(
            lead(
                company={"size": "20人"}, contact={"job_title": title}, need={"description": "采购设备,预算15万,Q4落地"}
            )
        )
        desk.record(touch(kind="follow_up"))
        assert desk.lead("L1").nurture_stage == stage
        (due,) = [item.due_at for item in desk.due() if item.kind == "follow_up"]
        assert due - START == timedelta(days=days)

    def test_content_follows_stage_and_industry(self):
        """What is sent comes from the company's library, chosen by the stage and the industry of the lead."""
        library = ContentLibrary(
            content=(
                Content(id="basics", kind="product_basics", title="产品手册", stages=("awareness",)),
                Content(id="story", kind="success_story", title="案例", stages=("interest",), industries=("智能制造",)),
                Content(id="other", kind="success_story", title="案例", stages=("interest",), industries=("新能源",)),
            )
        )
        desk = open_desk(content=library)
        desk.capture(lead())
        assert desk.lead("L1").nurture_stage == "interest"
        assert [piece.id for piece in desk.suggest("L1")] == ["story"]


class TestRecords:
    """Every follow-up is a record that is never lost and never rewritten."""

    def test_what_a_follow_up_holds(self, desk):
        """Time, means, content, the customer's reaction, the next step and its day, and who did it."""
        desk.capture(lead())
        said = {
            "means": "电话", "content": "询问预算", "feedback": "案例很有意思", "next_step": "拜访", "by": "chen",
            "next_at": START + timedelta(days=3),
        }  # fmt: skip
        desk.record(touch(1, **said))
        (kept,) = desk.activities("L1")
        assert {name: getattr(kept, name) for name in said} == said
        assert kept.occurred_at == START

    def test_it_is_never_rewritten(self, desk):
        """The same record twice is one; another with its id is refused, and the first stays as it was."""
        desk.capture(lead())
        desk.record(touch(1))
        assert desk.record(touch(1)).outcome == "repeated"
        with pytest.raises(lk.CommandError):
            desk.record(touch(1, content="changed"))
        assert [kept.content for kept in desk.activities("L1")] == ["询问预算"]

    def test_words_are_kept_as_written(self, desk):
        """What the customer said is kept as it was written, in its own characters and line ends."""
        desk.capture(lead())
        said = '已收到,对案例中"降低能耗30%"感兴趣\r\n  客户说预算紧张'
        desk.record(touch(1, feedback=said))
        assert desk.activities("L1")[0].feedback == said

    def test_it_can_be_traced(self, desk):
        """The history of a lead holds every command and every touch, in the order of time, each with who did it."""
        desk.capture(lead())
        desk.clock.pass_(hours=1)
        desk.assign("L1", to="chen", by=BOSS)
        desk.clock.pass_(hours=1)
        desk.record(touch(1, occurred_at=desk.clock.now, by="chen"))
        assert [(item.what, item.actor) for item in desk.history("L1") if item.what != "record"] == [
            ("capture", "system"), ("assign", BOSS.id), ("reply", "chen"),
        ]  # fmt: skip


def test_a_team_of_equals_shares_the_work():
    """Leads go to whoever of the role has the fewest, and to nobody beyond their capacity."""
    desk = open_desk()
    team(desk, one=("sales_rep", 1), two="sales_rep")
    for number in range(1, 5):
        desk.capture(lead(number))
        desk.assign(f"L{number}", by=BOSS)
    owners = [desk.lead(f"L{number}").owner for number in range(1, 5)]
    assert sorted(owners) == ["one", "two", "two", "two"]
