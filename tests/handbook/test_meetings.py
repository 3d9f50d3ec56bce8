"""The review of a month or a quarter: its figures, the words beside them, and what goes back to the departments."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

import leadkit as lk
from leadkit.adapters.spreadsheets.grid import read_grids
from leadkit.adapters.spreadsheets.review_sheet import read_reviews
from leadkit.cli.commands import cli
from tests.desk.desks import ACTORS, SIGNALS, START, address, lead, open_desk, team, touch
from tests.handbook.test_scenarios import graded, won

REP = ACTORS["sales_rep"]
AS_OF = datetime(2023, 10, 1, tzinfo=UTC)
NOTES = """
worked = ["A级商机高层拜访成功率提升"]
failed = ["价格因素导致15个商机流失"]
improve = ["推出分期付款政策", "优化落地页"]
"""


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A store with a won deal, a lost one, and notes beside it."""
    db = address("sqlite", tmp_path)
    desk = open_desk(db)
    team(desk, zhou="senior_rep")
    won(desk, 1)
    desk.opportunities.lose(graded(desk, 2), "price", by=REP)
    desk.close()
    (tmp_path / "notes.toml").write_text(NOTES, encoding="utf-8")
    return db


def reviewed(store: str, folder: Path, ending: str) -> Path:
    """The review of a quarter as a file."""
    file = folder / f"review{ending}"
    words = ["review", "--db", store, "--period", "2023-Q3", "--notes", str(folder / "notes.toml")]
    result = CliRunner().invoke(cli, [*words, "--language", "zh_CN", "-o", str(file)])
    assert result.exit_code == 0, result.output
    return file


class TestMeeting:
    """What lies on the table."""

    def test_the_review_is_a_sheet_of_the_usual_heads(self, store, tmp_path, standard):
        """A workbook has the review as the row that companies keep, with its words, beside all other figures."""
        file = reviewed(store, tmp_path, ".xlsx")
        (row,) = read_reviews(file, standard).records
        assert (row.leads, row.valid_leads, row.opportunities, row.won) == (2, 2, 2, 1)
        assert row.notes.worked == ("A级商机高层拜访成功率提升",)
        assert {"渠道", "商机等级", "流失原因"} <= {grid.sheet for grid in read_grids(file)}

    def test_words_stand_beside_the_figures(self, store, tmp_path):
        """What worked, what failed and what to improve are part of the review, in every form of it."""
        file = reviewed(store, tmp_path, ".json")
        assert json.loads(file.read_text(encoding="utf-8"))["notes"]["improve"] == ["推出分期付款政策", "优化落地页"]
        assert "优化落地页" in reviewed(store, tmp_path, ".html").read_text(encoding="utf-8")

    def test_without_words_the_main_loss_is_what_failed(self, store, tmp_path, standard):
        """Where nobody wrote what failed, the review says the reason that most deals were lost for."""
        (tmp_path / "notes.toml").write_text('worked = ["高层拜访"]\n', encoding="utf-8")
        (row,) = read_reviews(reviewed(store, tmp_path, ".xlsx"), standard).records
        assert "价格" in row.notes.failed[0]

    def test_a_period_is_held_against_the_one_before(self, desk):
        """Whether it became better is seen beside the period before."""
        won(desk, 1)
        desk.clock.pass_(days=40)
        desk.capture(lead(2))
        desk.clock.pass_(days=1)
        review = desk.review("2023-10")
        assert (review.total.leads, review.previous.leads, review.previous.won) == (1, 1, 1)


class TestWhatWorked:
    """Which steps go with success."""

    def test_visits_and_wins(self, desk):
        """How often deals with a visit were won, beside those without one."""
        won(desk, 1)
        desk.opportunities.lose(graded(desk, 2), "price", by=REP)
        desk.capture(lead(3))
        desk.record(touch(1, "L3", means="拜访"), by=REP)
        desk.clock.pass_(days=1)
        third = str(desk.opportunities.convert("L3", SIGNALS, by=REP).opportunity_id)
        desk.opportunities.lose(third, "timing", by=REP)
        rates = desk.review("2023-09", as_of=AS_OF).activity_rates
        (visits,) = [rate for rate in rates.means if rate.name == "拜访" and rate.whole]
        assert (str(visits.won_with), str(visits.won_without)) == ("0.0% (0/1)", "50.0% (1/2)")

    def test_why_deals_are_won(self, desk):
        """Who wins a deal says why, and the words stay with it."""
        deal, deals = graded(desk), desk.opportunities
        deals.plan(deal, pains="a", advantages="b", strategy="c", by=REP)
        deals.approve_plan(deal, by=ACTORS["director"])
        deals.draft_contract(deal, amount=400_000, by=REP)
        deals.review_contract(deal, approved=True, by=ACTORS["legal"])
        for side in ("us", "customer"):
            deals.sign(deal, side, by=REP)
        deals.win(deal, factors=("高层拜访",), by=REP)
        assert deals.get(deal).opportunity.win_factors == ("高层拜访",)

    def test_answers_come_from_the_library(self):
        """To an objection of a kind the company's own answers are offered, and how it ended is counted."""
        policy = {"extends": "standard", "name": "ours", "objections": {"price": {"answers": ["instalments"]}}}
        library = lk.load_content({"content": [{"id": "instalments", "kind": "script", "title": "分期付款"}]})
        desk = open_desk(policy=policy, content=library)
        deal = graded(desk)
        desk.opportunities.plan(deal, pains="a", advantages="b", strategy="c", by=REP)
        desk.opportunities.approve_plan(deal, by=ACTORS["supervisor"])
        assert desk.opportunities.raise_objection(deal, "too dear", kind="price", by=REP).suggested == ("instalments",)


class TestFeedback:
    """What the figures say to those who find leads, and to those who sell."""

    @pytest.mark.parametrize(("days", "met"), [(10, 1), (40, 0)])
    def test_conversion_within_thirty_days(self, desk, days, met):
        """For each channel how many leads became opportunities within 30 days of their entry."""
        desk.capture(lead())
        desk.clock.pass_(days=days)
        desk.opportunities.convert("L1", SIGNALS, by=REP)
        cohorts = desk.review("2023-09", as_of=START + timedelta(days=60)).channel_cohorts
        ((rate, *_),) = [each.within for each in cohorts if each.key == "官网"]
        assert (rate.met, rate.of) == (met, 1)

    def test_late_answers_by_owner_and_priority(self, desk):
        """Who answers late, and on which leads."""
        desk.capture(lead())
        desk.assign("L1", to="chen", by=ACTORS["supervisor"])
        desk.clock.pass_(hours=9)
        desk.record(touch(1, occurred_at=desk.clock.now), by=REP)
        review = desk.review("2023-09", as_of=AS_OF)
        assert [(row.key, row.late.met) for row in review.responses if row.late.of] == [("medium", 1)]
        assert [(row.key, row.late.met) for row in review.responses_by_owner] == [("chen", 1)]

    def test_the_loop_is_closed(self, desk):
        """Which bands and grades really part won deals from lost ones is measured, so that the policy can follow."""
        won(desk, 1, "A")
        desk.opportunities.lose(graded(desk, 2), "price", by=REP)
        desk.clock.pass_(days=1)
        calibration = desk.calibrate()
        assert calibration is not None
        changed = lk.load_policy(
            {"extends": "standard", "name": "ours", "scoring": {"bands": {"priority": {"high": 70}}}}
        )
        assert changed.id != desk.policy.id
