"""Steps of a deal and of a lead, as the terminal and the desk take them: who may, what is asked, what is told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from click.testing import CliRunner

import leadkit as lk
from leadkit.cli.commands import cli
from tests.desk.desks import ACTORS, BOSS, SIGNALS, START, address, lead, notices, open_desk, team, touch
from tests.handbook.test_scenarios import graded

REP, DIRECTOR, LEGAL = ACTORS["sales_rep"], ACTORS["director"], ACTORS["legal"]


class TestJudgement:
    """The rep judges, the supervisor confirms."""

    @pytest.mark.parametrize("word", ["immediate", "立即", "3"])
    def test_a_level_by_its_word_or_its_points(self, tmp_path, word):
        """A level is given in the words of the sheet, by its code or by its points."""
        db = address("sqlite", tmp_path)
        desk = open_desk(db)
        desk.capture(lead())
        desk.opportunities.convert("L1", SIGNALS, by=REP)
        result = CliRunner().invoke(
            cli, ["opportunity", "assess", "L1", "--urgency", word, "--db", db, "--by", "chen", "--role", "sales_rep"]
        )
        assert result.exit_code == 0, result.output
        assert desk.opportunities.list()[0].opportunity.assessment.urgency == "immediate"
        desk.close()

    @pytest.mark.parametrize(("chain", "total"), [("simple", 23), ("medium", 22), ("complex", 21)])
    def test_the_total_counts_all_four(self, desk, chain, total):
        """Urgency, budget, competition and decision chain each give their points to one total."""
        desk.capture(lead())
        deal = str(desk.opportunities.convert("L1", SIGNALS, by=REP).opportunity_id)
        desk.opportunities.assess(
            deal, urgency="urgent", budget="medium", competition="ahead", decision_chain=chain, by=REP
        )
        assert desk.policy.grade(desk.opportunities.get(deal).opportunity, as_of=START).total == total

    @pytest.mark.parametrize(
        ("levels", "grade"),
        [
            (("immediate", "high", "even"), "A"),
            (("normal", "high", "ahead"), "A"),
            (("normal", "medium", "even"), "B"),
            (("normal", "low", "behind"), "C"),
        ],
    )
    def test_the_rows_of_the_grades(self, standard, levels, grade):
        """A large budget that is urgent or ahead, a medium one that is ordinary, a small one that is late or behind."""
        urgency, budget, competition = levels
        record = lk.Opportunity(
            id="1", assessment=lk.Assessment(urgency=urgency, budget=budget, competition=competition)
        )
        assert standard.grade(record, as_of=START).grade == grade

    @pytest.mark.parametrize(("grade", "owner"), [("A", "zhou"), ("B", "chen")])
    def test_people_by_grade(self, desk, grade, owner):
        """A deal of the first grade gets a senior rep, another an ordinary one."""
        deal = graded(desk, 1, grade)
        desk.opportunities.assign(deal, by=BOSS)
        assert desk.opportunities.get(deal).opportunity.owner == owner

    def test_a_smaller_grade_frees_people(self, desk):
        """When a budget is cut, the grade falls with its reason, and the deal can go to somebody else."""
        deal = graded(desk, 1, "A")
        desk.opportunities.assign(deal, by=BOSS)
        desk.clock.pass_(days=7)
        desk.opportunities.assess(deal, budget="medium", reason="预算缩减", by=REP)
        desk.opportunities.confirm_grade(deal, by=BOSS)
        assert desk.opportunities.history(deal)[-2].text == "预算缩减"
        desk.opportunities.assign(deal, to="chen", by=BOSS)
        loads = {load.member: dict(load.opportunities) for load in desk.team_load()}
        assert (loads["chen"], loads["zhou"]) == ({"B": 1}, {})


class TestPriority:
    """A lead that becomes more important is told."""

    def test_a_rise_is_told_to_whom_the_policy_says(self):
        """A lead that rises to high goes to a senior rep: owner and supervisor are told, and it is given on."""
        desk = open_desk(
            policy={
                "extends": "standard",
                "name": "ours",
                "notices": {"priority_changed": {"all": ["owner", "supervisor"]}},
            }
        )  # fmt: skip
        team(desk, chen="sales_rep", zhou="senior_rep")
        desk.capture(lead())
        desk.assign("L1", by=BOSS)
        for number in range(4):
            desk.record(lk.Activity(id=f"w{number}", lead_id="L1", kind="webinar", occurred_at=START))
        told = notices(desk, "priority_changed")
        assert [(row.recipient or row.role, row.details["after"]) for row in told] == [
            ("chen", "high"), ("supervisor", "high"),
        ]  # fmt: skip
        assert desk.assign("L1", by=BOSS).owner == "zhou"

    def test_a_mail_a_month_for_who_only_begins_to_look(self):
        """Below 40 points one mail a month is due, and no call."""
        desk = open_desk(policy={"extends": "standard", "name": "ours", "nurture": {"owed": True}})
        desk.capture(
            lead(
                company={"size": "20人"},
                contact={"job_title": "操作员"},
                need={"description": "采购设备,预算15万,Q4落地"},
            )
        )
        (owed,) = desk.due(kind="nurture")
        assert (owed.means, owed.due_at - START) == ("mail", timedelta(days=30))


class TestTalks:
    """From the approved plan to the contract."""

    def negotiating(self, desk: lk.Desk) -> str:
        """A deal whose plan is approved."""
        deal = graded(desk)
        desk.opportunities.plan(deal, pains="a", advantages="b", strategy="c", by=REP)
        desk.opportunities.approve_plan(deal, by=BOSS)
        return deal

    def test_a_day_for_an_answer_counts_from_the_talk(self, desk):
        """What the customer objected to on Friday and was entered on Monday was owed an answer on Saturday."""
        deal = self.negotiating(desk)
        desk.clock.pass_(days=3)
        desk.opportunities.raise_objection(deal, "too dear", at=START + timedelta(hours=1), by=REP)
        (owed,) = desk.due(kind="objection")
        assert (owed.due_at, owed.state) == (START + timedelta(hours=25), "breached")

    def test_milestones_are_reached_one_by_one(self, desk):
        """Demonstration, review and signature are planned with their days, and each is marked as reached."""
        deal, day = graded(desk), START + timedelta(days=10)
        desk.opportunities.plan(
            deal, pains="a", advantages="b", strategy="c", milestones=[("demo", day), ("signature", day)], by=REP
        )
        desk.opportunities.approve_plan(deal, by=BOSS)
        desk.opportunities.reach(deal, "demo", by=REP)
        assert len(desk.due(kind="milestone")) == 1

    def test_a_contract_may_come_back_from_legal(self, desk):
        """Legal sends a draft back with its reason, and a new draft is reviewed again."""
        deal = self.negotiating(desk)
        desk.opportunities.draft_contract(deal, "30 days net", by=REP)
        desk.opportunities.review_contract(deal, approved=False, reason="no liability", by=LEGAL)
        with pytest.raises(lk.CommandError):
            desk.opportunities.sign(deal, "us", by=REP)
        desk.opportunities.draft_contract(deal, "30 days net, liability 5%", by=REP)
        assert [item.kind for item in desk.due(kind="contract_review")] == ["contract_review"]

    def test_a_plan_may_come_back(self, desk):
        """A plan that is sent back opens no talks."""
        deal = graded(desk)
        desk.opportunities.plan(deal, pains="a", advantages="b", strategy="c", by=REP)
        desk.opportunities.reject_plan(deal, reason="no price floor", by=BOSS)
        with pytest.raises(lk.CommandError):
            desk.opportunities.draft_contract(deal, "30 days net", by=REP)


class TestReach:
    """Customers are reached by the means they use, and what they say is kept."""

    @pytest.mark.parametrize("means", ["邮件", "企微", "电话", "微信", "拜访"])
    def test_every_means_is_recorded(self, desk, means):
        """Mail, WeCom, phone, WeChat or visit: the means is kept as it is called, with the customer's answer."""
        desk.capture(lead())
        desk.record(touch(1, means=means, feedback="可以约时间"), by=REP)
        assert [(done.means, done.feedback) for done in desk.activities("L1")] == [(means, "可以约时间")]

    @pytest.mark.parametrize(
        ("feedback", "findings"),
        [
            ("需求为提升生产效率,预算可提至90万", ("other_budget",)),
            ("budget may rise to 900k", ("other_budget",)),
            ("预算没变,还是50-80万", ()),
            ('对案例中"降低能耗30%"感兴趣', ()),
            ("竞争对手报价60万", ()),
            (None, ()),
        ],
    )
    def test_a_new_budget_in_the_customers_words_is_noticed(self, desk, feedback, findings):
        """What the customer says of another budget is shown to who records it; the lead keeps its own till amended."""
        desk.capture(lead())
        assert desk.record(touch(1, feedback=feedback), by=REP).findings == findings
        assert desk.facts("L1", at=START)["budget"] == 800_000

    @pytest.mark.parametrize(("points", "kind"), [(1, "tailored_proposal"), (0, "success_story")])
    def test_what_is_sent_follows_the_stage(self, desk, points, kind):
        """Stories for who is interested, a proposal for who considers."""
        desk.capture(lead())
        for number in range(points):
            desk.record(touch(number), by=REP)
        library = lk.load_content(
            {"content": [{"id": name, "kind": name, "title": name} for name in ("tailored_proposal", "success_story")]}
        )
        library_desk = lk.Desk("standard", desk.storage, clock=desk.clock, content=library)
        assert [piece.kind for piece in library_desk.suggest("L1")] == [kind]


class TestGrades:
    """What the grades stand on."""

    def test_a_grade_that_its_owner_confirmed_is_noticed(self, desk):
        """Somebody else looks at the judgement: a supervisor who confirms the grade of their own deal is shown."""
        desk.capture(lead())
        deal = str(desk.opportunities.convert("L1", SIGNALS, by=BOSS).opportunity_id)
        desk.opportunities.assess(deal, urgency="urgent", budget="high", competition="ahead", by=BOSS)
        desk.enrol(lk.Member(id=BOSS.id, role="supervisor"), by=DIRECTOR)
        desk.opportunities.assign(deal, to=BOSS.id, by=DIRECTOR)
        assert desk.opportunities.confirm_grade(deal, by=BOSS).findings == ("confirmed_by_owner",)
        assert desk.opportunities.confirm_grade(deal, by=DIRECTOR).findings == ()

    @pytest.mark.parametrize(
        ("levels", "total", "rows"),
        [
            ({"urgency": "immediate", "budget": "high", "competition": "behind"}, "A", "A"),
            ({"urgency": "urgent", "budget": "high", "competition": "even"}, "A", "B"),
            ({"urgency": "normal", "budget": "medium", "competition": "behind"}, "B", "B"),
            ({"urgency": "normal", "budget": "low", "competition": "behind"}, "C", "C"),
        ],
    )
    def test_by_a_total_or_by_rows(self, levels, total, rows):
        """Both must hold: by rows a large deal is first-class only where it is urgent or ahead; a total lets it be."""
        record = lk.Opportunity(id="1", assessment=lk.Assessment(**levels, decision_chain="simple"))
        grades = [lk.load_policy(name).grade(record, as_of=START).grade for name in ("standard", "standard_by_table")]
        assert grades == [total, rows]

    def test_it_is_told_that_a_dimension_decides_nothing(self):
        """Who loads the policy can see that the budget alone decides nearly every grade."""
        found = lk.checks.check(lk.load_policy("standard")).findings
        idle = {finding.path for finding in found if finding.kind == "dimension_decides_nothing"}
        assert "grading.dimensions.decision_chain" in idle
        assert "grading.dimensions.budget" not in idle
