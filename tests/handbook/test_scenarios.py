"""Where the process helps: many channels, long cycles, several departments, and figures that decide."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import leadkit as lk
from leadkit.adapters.spreadsheets.table import Table
from leadkit.adapters.spreadsheets.templates import LEADS
from leadkit.adapters.spreadsheets.write import write_csv
from leadkit.desk.importing import import_leads
from tests.desk.desks import ACTORS, BOSS, SIGNALS, START, lead, notices, open_desk, touch

MARKETING, REP, LEGAL, DELIVERY = (ACTORS[role] for role in ("marketing", "sales_rep", "legal", "delivery"))
AS_OF = datetime(2023, 10, 1, tzinfo=UTC)
LEVELS = {"A": {"urgency": "immediate", "budget": "high"}, "B": {"urgency": "urgent", "budget": "medium"}}


def graded(desk: lk.Desk, number: int = 1, grade: str = "B", **said: object) -> str:
    """A deal with a confirmed grade, of a lead that says `said`."""
    desk.capture(lead(number, **said))
    deal = str(desk.opportunities.convert(f"L{number}", SIGNALS, by=REP).opportunity_id)
    desk.opportunities.assess(deal, **LEVELS[grade], by=REP)
    desk.opportunities.confirm_grade(deal, by=BOSS)
    return deal


def won(desk: lk.Desk, number: int = 1, grade: str = "B", amount: int = 400_000, **said: object) -> str:
    """A deal that is won."""
    deal, deals = graded(desk, number, grade, **said), desk.opportunities
    deals.plan(deal, pains="too slow", advantages="faster", strategy="none", by=REP)
    deals.approve_plan(deal, by=ACTORS["director"])
    deals.draft_contract(deal, amount=amount, by=REP)
    deals.review_contract(deal, approved=True, by=LEGAL)
    for side in ("us", "customer"):
        deals.sign(deal, side, by=REP)
    deals.win(deal, by=REP)
    return deal


class TestChannels:
    """Leads of many sources, kept in one place."""

    def test_every_channel_comes_in_by_one_sheet(self, tmp_path):
        """Web form, fair, partner and advert are rows of the same sheet, and each lead keeps its channel and tag."""
        channels = ("官网-产品咨询", "展会-2023年工博会", "合作伙伴-远航科技", "线上广告-搜索")
        rows = [
            (n, channel, f"{name}精密有限公司", "智能制造", "中型", f"王{name}", "采购经理", f"1381234500{n}", None,
             "采购设备,预算50-80万,Q4落地", channel.split("-")[0], "mei", "2023-09-01")
            for n, (channel, name) in enumerate(zip(channels, ("北辰", "星河", "长风", "明德"), strict=True), 1)
        ]  # fmt: skip
        file = tmp_path / "leads.csv"
        write_csv(file, Table("leads", LEADS.row("zh_CN"), rows))
        desk = open_desk()
        import_leads(desk, file)
        kept = {state.lead.source.channel: state.lead.tags for state in desk.leads()}
        assert kept == {name: (name,) for name in ("官网", "展会", "合作伙伴", "线上广告")}

    def test_who_comes_twice_is_followed_up_once(self, desk):
        """A person who asks at a fair and by the web form is one lead with both sources."""
        desk.capture(lead())
        desk.capture(lead(id="L2", source=lk.Source(channel="展会")))
        assert [state.id for state in desk.queue()] == ["L1"]


class TestLongCycles:
    """Months pass between the first word and the signature."""

    def test_what_the_customer_wants_now_and_wanted_before(self, desk):
        """A need that changes is kept with its date: what was known at any time can be asked for."""
        desk.capture(lead())
        desk.clock.pass_(days=10)
        desk.amend("L1", {"need.description": "采购设备,预算90万,Q4落地"}, by=REP)
        before, after = desk.facts("L1", at=START), desk.facts("L1", at=desk.clock.now)
        assert (before["budget"], after["budget"]) == (800_000, 900_000)

    def test_a_changed_need_changes_what_is_done(self, desk):
        """A budget that shrinks below the least deal makes the lead invalid, so that the plan can be changed."""
        desk.capture(lead())
        desk.amend("L1", {"need.description": "采购设备,预算5万,Q4落地"}, by=REP)
        assert (desk.lead("L1").status, desk.lead("L1").reasons) == ("invalid", ("budget_too_small",))
        assert desk.queue() == ()

    def test_no_deal_is_lost_by_silence(self, desk):
        """A deal of the first grade without a touch for three days is told to its owner, later to the boss."""
        deal = graded(desk, grade="A")
        desk.opportunities.assign(deal, to="zhou", by=BOSS)
        desk.clock.pass_(hours=71)
        desk.tick()
        assert notices(desk, "deal_follow_up_due") == []
        desk.clock.pass_(hours=2)
        desk.tick()
        assert [row.recipient for row in notices(desk, "deal_follow_up_due")] == ["zhou"]
        desk.clock.pass_(hours=96)
        desk.tick()
        assert [row.role for row in notices(desk, "deal_follow_up_escalated")] == ["supervisor"]

    def test_touches_belong_to_a_stage(self, desk):
        """A follow-up before the deal is of the lead, one during the talks is of the deal, and one history has both."""
        desk.capture(lead())
        desk.record(touch(1), by=REP)
        desk.clock.pass_(days=1)
        deal = str(desk.opportunities.convert("L1", SIGNALS, by=REP).opportunity_id)
        desk.clock.pass_(days=1)
        desk.record(touch(2, occurred_at=desk.clock.now), by=REP)
        assert [done.opportunity_id for done in desk.activities("L1")] == [None, deal]
        assert [item.what for item in desk.opportunities.history(deal)] == ["reply", "convert", "reply"]


class TestDuties:
    """Who does what between the departments."""

    def test_sales_follows_up_and_converts(self, desk):
        """Sales talks to the customer and makes the deal; marketing does not."""
        desk.capture(lead(), by=MARKETING)
        desk.record(touch(1), by=REP)
        with pytest.raises(lk.NotAllowedError):
            desk.opportunities.convert("L1", SIGNALS, by=MARKETING)
        assert desk.opportunities.convert("L1", SIGNALS, by=REP).outcome == "converted"

    def test_service_takes_the_customer_over(self, desk):
        """Service accepts what was sold, sees the whole customer, and records what it hears from them."""
        deal = won(desk)
        desk.opportunities.hand_over(deal, by=REP)
        with pytest.raises(lk.NotAllowedError):
            desk.opportunities.accept_handover(deal, by=REP)
        desk.opportunities.accept_handover(deal, by=DELIVERY)
        desk.record(touch(1, kind="follow_up", content="客户投诉交付延迟"), by=DELIVERY)
        assert desk.account(lead().company.name).won.amount == 400_000
        assert desk.activities("L1")[0].content == "客户投诉交付延迟"

    def test_a_renewal_is_a_new_deal_of_the_same_customer(self, desk):
        """A customer who buys again is the same account with a further deal."""
        won(desk)
        desk.clock.pass_(days=90)
        desk.opportunities.convert("L1", SIGNALS, name="续约", by=REP)
        account = desk.account(lead().company.name)
        assert (len(account.won), len(account.open)) == (1, 1)


class TestFiguresThatDecide:
    """Where leads come from, which deals are won, and how long it takes."""

    def test_conversion_by_channel(self, desk):
        """Won opportunities over valid leads, for each channel."""
        won(desk, 1, source=lk.Source(channel="展会"))
        desk.capture(lead(2, source=lk.Source(channel="展会")))
        desk.capture(lead(3))
        rates = {each.key: str(each.lead_to_win_rate) for each in desk.review("2023-09", as_of=AS_OF).by["channel"]}
        assert rates == {"展会": "50.0% (1/2)", "官网": "0.0% (0/1)"}

    def test_deal_size_by_channel(self, desk):
        """The mean size of the deals that a channel brought, by what was signed."""
        won(desk, 1, amount=300_000)
        won(desk, 2, amount=500_000)
        (channel,) = desk.review("2023-09", as_of=AS_OF).by["channel"]
        assert (channel.key, channel.average_deal_size, channel.won_amount) == ("官网", 400_000, 800_000)

    def test_win_rate_by_grade(self, desk):
        """How many of the closed deals of each grade were won."""
        won(desk, 1, "A")
        won(desk, 2)
        desk.opportunities.lose(graded(desk, 3), "price", by=REP)
        rates = {each.key: str(each.win_rate) for each in desk.review("2023-09", as_of=AS_OF).by["grade"]}
        assert rates == {"A": "100.0% (1/1)", "B": "50.0% (1/2)"}

    def test_hours_between_follow_ups(self, desk):
        """How long customers wait between two touches, on the mean and in the middle."""
        desk.capture(lead())
        for number, hours in enumerate((0, 10, 20, 60), 1):
            desk.record(touch(number, occurred_at=START + timedelta(hours=hours) - timedelta(hours=60)), by=REP)
        review = desk.review("2023-09", as_of=AS_OF)
        assert (review.follow_up_hours_mean, review.follow_up_hours_median) == (20, 10)

    def test_touches_on_deals_count(self, desk):
        """A touch after the conversion counts in the same figure."""
        graded(desk)
        for number in (1, 2):
            desk.clock.pass_(hours=30)
            desk.record(touch(number, occurred_at=desk.clock.now), by=REP)
        assert desk.review("2023-09", as_of=AS_OF).follow_up_hours_mean == 30

    @pytest.mark.parametrize(
        ("part", "key"), [("product", "equipment"), ("region", "华东"), ("company_size", "medium"), ("owner", None)]
    )
    def test_what_is_bought_where_and_by_whom(self, desk, part, key):
        """Figures by product, region, size and owner say what to improve and where to put people."""
        desk.capture(lead(company={"region": "华东"}, need={"product": "equipment"}))
        (group,) = desk.review("2023-09", as_of=AS_OF).by[part]
        assert (group.key, group.leads) == (key, 1)

    def test_what_customers_object_to(self, desk):
        """Objections are counted by their kind, for those who make the product."""
        deal = graded(desk)
        desk.opportunities.plan(deal, pains="a", advantages="b", strategy="c", by=REP)
        desk.opportunities.approve_plan(deal, by=BOSS)
        for kind in ("quality", "quality", "price"):
            desk.opportunities.raise_objection(deal, "words", kind=kind, by=REP)
        kinds = {each.kind: each.share for each in desk.review("2023-09", as_of=AS_OF).objections}
        assert {kind: (share.met, share.of) for kind, share in kinds.items()} == {"quality": (2, 3), "price": (1, 3)}
