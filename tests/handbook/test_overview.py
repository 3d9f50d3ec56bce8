"""A lead's whole life: from the first enquiry to a customer who comes again."""

from __future__ import annotations

from tests.desk.desks import ACTORS, SIGNALS, lead, notices

REP = ACTORS["sales_rep"]


class TestCustomer:
    """The process doesn't end with the first deal."""

    def test_an_old_customer_is_known_at_the_next_lead(self, desk):
        """Whose company bought before is told to whoever takes the next lead, in whatever spelling it comes."""
        deals = desk.opportunities
        desk.capture(lead())
        deal = str(deals.convert("L1", SIGNALS, by=REP).opportunity_id)
        deals.assess(deal, competition="even", decision_chain="simple", by=REP)
        deals.confirm_grade(deal, by=ACTORS["supervisor"])
        deals.plan(deal, pains="scrap", advantages="half of it", strategy="service", by=REP)
        deals.approve_plan(deal, by=ACTORS["supervisor"])
        deals.draft_contract(deal, amount=600_000, by=REP)
        deals.review_contract(deal, approved=True, by=ACTORS["legal"])
        deals.sign(deal, "us", by=REP)
        deals.sign(deal, "customer", by=REP)
        deals.win(deal, by=REP)
        desk.clock.pass_(days=60)
        again = lead(7, company={"name": "远航北辰1智造有限責任公司"}, received_at=desk.clock.now)
        assert desk.capture(again).won_deals == 1
        assert notices(desk, "lead_entered_pool")[-1].details["won_deals"] == 1
        account = desk.account(lead().company.name)
        assert (len(account.won), account.won.amount, len(account.leads)) == (1, 600_000, 2)
