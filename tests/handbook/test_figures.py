"""Why deals are lost, by what they have in common, and against whom they are fought."""

from __future__ import annotations

import pytest

import leadkit as lk
from leadkit.adapters.spreadsheets.spending import read_spend
from tests.desk.desks import ACTORS, BOSS, SIGNALS, START, lead

REP = ACTORS["sales_rep"]
LEVELS = {"urgency": "urgent", "budget": "medium", "competition": "ahead", "decision_chain": "medium"}


def deal(desk: lk.Desk, number: int, **how: object) -> str:
    desk.capture(lead(number))
    return str(desk.opportunities.convert(f"L{number}", SIGNALS, by=REP, **how).opportunity_id)


def lost(desk: lk.Desk, number: int, reason: str, competitor: str | None = None) -> None:
    desk.opportunities.lose(deal(desk, number), reason, competitor=competitor, by=REP)


def period() -> str:
    return f"{START:%Y-%m}"


class TestReasons:
    """A loss and an invalid lead have one of the company's own reasons, so that their shares can be told."""

    @pytest.mark.parametrize("code", ["anything_goes", "pricing"])
    def test_a_loss_for_a_reason_that_there_is_not_is_refused_with_the_nearest_and_all(self, desk, code):
        """Why a deal was lost is one of the company's reasons; another is refused, and the hint names them."""
        one = deal(desk, 1)
        with pytest.raises(lk.CommandError, match="is no reason of this policy") as caught:
            desk.opportunities.lose(one, code, by=REP)
        assert "possible: price, changed_need" in caught.value.problems[0].hint
        assert desk.opportunities.get(one).stage == "assessing"

    def test_so_is_an_invalid_lead_and_the_reasons_of_the_screening_are_known(self, desk):
        """Why a lead is invalid is one of the company's reasons, those of the screening included."""
        desk.capture(lead(1))
        with pytest.raises(lk.CommandError, match="is no reason of this policy") as caught:
            desk.disqualify("L1", "bad_code_zz", by=REP)
        assert "need_vague" in caught.value.problems[0].hint
        assert desk.disqualify("L1", "need_vague", by=REP).status == "invalid"

    def test_a_policy_that_names_none_takes_any_code(self):
        """A company that lists no reasons may give any."""
        reasons = {"lost": {"remove": True}, "invalid": {"remove": True}}
        with lk.Desk(lk.load_policy({"extends": "standard", "name": "free", "reasons": reasons})) as desk:
            desk.capture(lead(1))
            assert desk.disqualify("L1", "anything_goes", by=BOSS).status == "invalid"


class TestLosses:
    """Losses are told by channel, grade, stage reached, owner and winner; who competes is kept and counted."""

    def test_the_review_parts_them(self, desk):
        """Lost deals are parted by who won, by stage and by reason, with each share, and no loss is left out."""
        lost(desk, 1, "price", "星河")
        lost(desk, 2, "price")
        lost(desk, 3, "changed_need")
        desk.clock.pass_(minutes=1)
        review = desk.review(period())
        groups = review.losses_by["competitor"]
        assert [(group.key, group.lost) for group in groups] == [(None, 2), ("星河", 1)]
        (stage,) = review.losses_by["stage"]
        assert (stage.key, stage.lost) == ("assessing", 3)
        assert [(share.reason, share.rate.met, share.rate.of) for share in stage.reasons] == [
            ("price", 2, 3),
            ("changed_need", 1, 3),
        ]
        for parted in review.losses_by.values():
            assert sum(group.lost for group in parted) == review.total.lost == 3
        assert review.unknown_reasons == ()

    def test_rivals_of_an_open_deal_are_kept_counted_and_change_no_level(self, desk):
        """Who competes for a deal is kept by name; two of them suggest even, and the judgement stays the rep's."""
        one = deal(desk, 1)
        desk.opportunities.assess(one, **LEVELS, rivals=["星河", "Firma X", "星河"], by=REP)
        state = desk.opportunities.get(one)
        assert state.opportunity.rivals == ("星河", "Firma X")
        assert (state.opportunity.assessment.competition, state.suggested_competition) == ("ahead", "even")
        assert [(rival.name, rival.open) for rival in desk.review(period()).rivals] == [("Firma X", 1), ("星河", 1)]
        desk.opportunities.assess(one, clear=("rivals",), by=REP)
        assert desk.opportunities.get(one).opportunity.rivals == ()

    def test_a_loss_to_a_rival_counts_once(self, desk):
        """How often we won against a rival is counted once a deal."""
        one = deal(desk, 1)
        desk.opportunities.assess(one, **LEVELS, rivals=("星河",), by=REP)
        desk.opportunities.lose(one, "price", competitor="星河", by=REP)
        desk.clock.pass_(minutes=1)
        (rival,) = desk.review(period()).rivals
        assert (rival.open, rival.lost, str(rival.win_rate)) == (0, 1, "0.0% (0/1)")


class TestOrigins:
    """Tags and the details of sources stand in the figures, and leads are found by them."""

    def test_a_lead_counts_under_each_of_its_tags(self, desk):
        """Which tag and which source, down to the single fair, brought leads and deals is a figure."""
        fair = lk.Source(channel="展会", detail="2023年工博会")
        desk.capture(lead(1, source=fair, tags=("线上广告", "展会")))
        desk.capture(lead(2, source=fair, tags=("展会",)))
        desk.capture(lead(3, source=lk.Source(channel="展会", detail="2023年农博会")))
        desk.opportunities.convert("L1", SIGNALS, by=REP)
        desk.clock.pass_(minutes=1)
        by = desk.review(period()).by
        assert {group.key: (group.leads, group.opportunities) for group in by["tag"]} == {
            "展会": (2, 1),
            "线上广告": (1, 1),
            None: (1, 0),
        }
        assert {group.key: group.leads for group in by["source"]} == {"展会-2023年工博会": 2, "展会-2023年农博会": 1}
        assert [group.key for group in by["company_size"]] == ["medium"]
        assert by["region"] == ()

    def test_leads_are_found_by_tag_and_by_source(self, desk):
        """Lists of leads can be had by tag, by channel, and by one fair."""
        desk.capture(lead(1, source=lk.Source(channel="展会", detail="2023年工博会"), tags=("VIP",)))
        desk.capture(lead(2, source=lk.Source(channel="Trade show", detail="2023年农博会")))
        for question in (desk.leads, desk.queue):
            assert [state.id for state in question(tag="vip")] == ["L1"]
            assert [state.id for state in question(source="展会-2023年农博会")] == ["L2"]
            assert sorted(state.id for state in question(source="展会")) == ["L1", "L2"]


class TestSpend:
    """What a channel costs stands beside what came of it: a cost per lead and per win, and the return."""

    def spent(self, desk: lk.Desk, *spends: lk.reviews.Spend) -> lk.reviews.SpendReview:
        fair = lk.Source(channel="展会", detail="2023年工博会")
        desk.capture(lead(1, source=fair))
        desk.capture(lead(2, source=lk.Source(channel="官网")))
        desk.clock.pass_(minutes=1)
        return desk.review(period(), spend=spends).spend

    def test_each_channel_with_money_or_leads_has_a_row_and_what_is_not_known_is_blank(self, desk):
        """What a lead, a valid lead and a win of each channel cost, so that money goes where it pays."""
        costs = self.spent(
            desk,
            lk.reviews.Spend(channel="Trade show", detail="2023年工博会", period=period(), amount=100_000),
            lk.reviews.Spend(channel="线上广告", period=period(), amount=30_000),
        )
        rows = {row.key: row for row in costs.channels}
        assert {key: (row.spend, row.leads, row.cost_per_lead) for key, row in rows.items()} == {
            "展会": (100_000, 1, 100_000),
            "线上广告": (30_000, 0, None),
            "官网": (None, 1, None),
        }
        assert [(row.key, row.cost_per_valid_lead) for row in costs.sources] == [("展会-2023年工博会", 100_000)]
        assert costs.total.spend == 130_000
        assert (costs.total.cost_per_lead, costs.total.cost_per_win, costs.total.return_on_spend) == (130_000, None, 0)

    def test_a_longer_period_counts_by_days_and_another_one_not_at_all(self, desk):
        """Money that was spent over a longer time counts by its days in the period."""
        longer = lk.reviews.Spend(channel="展会", period="2023-Q3", amount=92_000)
        other = lk.reviews.Spend(channel="展会", period="2022", amount=1)
        desk.capture(lead(1, source=lk.Source(channel="展会")))
        review = desk.review("2023-09", spend=[longer, other])
        (row,) = review.spend.channels
        assert (row.spend, row.partial) == (30_000, True), "30 of 92 days"
        assert (review.problems["spend_partial"], review.problems["spend_outside"]) == (1, 1)

    def test_another_currency_and_no_period_are_refused_at_once(self, desk):
        """Spend in another currency or of no period is refused, all of it at once."""
        wrong = [
            lk.reviews.Spend(channel="展会", period="2023-Q3", amount=1, currency="EUR"),
            lk.reviews.Spend(channel="展会", period="soon", amount=1),
        ]
        with pytest.raises(lk.errors.FactError, match="is in another currency: EUR") as caught:
            desk.review("2023-09", spend=wrong)
        assert [problem.path for problem in caught.value.problems] == ["spend.1", "spend.2.period"]

    def test_a_sheet_in_either_language_says_it(self, desk, tmp_path):
        """What was spent comes in as a sheet, with heads in either language."""
        (tmp_path / "spend.csv").write_text(
            "渠道,周期,费用,币种\n展会-2023年工博会,2023-Q3,10万,CNY\n官网,2023-09,3000,\n", encoding="utf-8"
        )
        spends = read_spend(tmp_path / "spend.csv", desk.policy)
        assert [(each.channel, each.detail, each.period, each.amount) for each in spends] == [
            ("展会", "2023年工博会", "2023-Q3", 100_000),
            ("官网", None, "2023-09", 3000),
        ]
        (tmp_path / "wrong.csv").write_text("Channel,Period,Spend\n展会,soon,5\n,2023,x\n", encoding="utf-8")
        with pytest.raises(lk.errors.SheetError) as caught:
            read_spend(tmp_path / "wrong.csv", desk.policy)
        assert len(caught.value.problems) == 3
