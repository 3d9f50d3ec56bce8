"""An account: a company in every spelling with its leads and deals; a customer is known when they come again."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from click.testing import CliRunner

import leadkit as lk
from leadkit.cli.commands import cli
from tests.desk.desks import ACTORS, SIGNALS, address, lead, notices, open_desk, refused
from tests.desk.test_deals import DRAFT, negotiating, sign

REP = ACTORS["sales_rep"]
OTHER_SPELLING = "远航北辰1智造有限責任公司"


def bought(desk: lk.Desk) -> str:
    """A deal that lead 1 was won for, with another one of its company that is open, and one that was lost."""
    deal = negotiating(desk)
    desk.opportunities.draft_contract(deal, **DRAFT, by=REP)
    sign(desk, deal)
    desk.opportunities.win(deal, by=REP)
    desk.opportunities.convert("L1", SIGNALS, by=REP)
    lost = desk.opportunities.convert("L1", SIGNALS, amount=5, by=REP)
    desk.opportunities.lose(str(lost.opportunity_id), "price", by=REP)
    return deal


class TestAccount:
    @pytest.mark.parametrize("name", [lead(1).company.name, OTHER_SPELLING])
    def test_it_has_all_that_the_company_has_with_us(self, name):
        desk = open_desk()
        deal = bought(desk)
        account = desk.account(name)
        assert account.names == (lead(1).company.name,)
        assert [state.id for state in account.leads] == ["L1"]
        assert [state.id for state in account.won.opportunities] == [deal]
        assert (account.won.amount, account.open.without_amount, account.lost.amount) == (Decimal(600_000), 1, 5)
        assert account.is_customer

    def test_a_company_of_another_place_is_another(self):
        desk = open_desk()
        desk.capture(lead(1, company={"name": "北京北辰精密有限公司"}))
        desk.opportunities.convert("L1", SIGNALS, by=REP)
        assert len(desk.account("北辰精密(北京)股份有限公司").open) == 1
        with refused(desk, "there is no account of this name", error=lk.errors.NotFoundError):
            desk.account("上海北辰精密有限公司")

    @pytest.mark.parametrize("name", ["", "无", "个人"])
    def test_nobody_is_no_account(self, name):
        desk = open_desk()
        with refused(desk, "names no company"):
            desk.account(name)

    def test_a_merged_lead_is_there_once_and_an_erased_one_no_more(self):
        desk = open_desk()
        bought(desk)
        desk.capture(lead(2))
        desk.merge("L1", "L2", by=ACTORS["supervisor"])
        assert [state.id for state in desk.account(OTHER_SPELLING).leads] == ["L1"]
        desk.erase("L1", by=ACTORS["director"])
        with refused(desk, "there is no account of this name", error=lk.errors.NotFoundError):
            desk.account(OTHER_SPELLING)


class TestCustomer:
    def test_who_bought_is_known_when_they_come_again(self):
        desk = open_desk()
        bought(desk)
        assert desk.capture(lead(4, company={"name": OTHER_SPELLING})).won_deals == 1
        (deal,) = desk.opportunities.list(status="open")
        desk.opportunities.lose(deal.id, "price", by=REP)
        desk.clock.pass_(days=90)
        receipt = desk.capture(lead(5, company={"name": OTHER_SPELLING}, received_at=desk.clock.now))
        assert (receipt.outcome, receipt.won_deals) == ("captured", 1)
        assert desk.capture(lead(6)).won_deals == 0
        told = {row.lead_id: row.details["won_deals"] for row in notices(desk, "lead_entered_pool")}
        assert told == {"L1": 0, "L5": 1, "L6": 0}
        assert [state.id for state in desk.account(OTHER_SPELLING).leads] == ["L1", "L5"]

    def test_the_terminal_shows_it(self, tmp_path):
        db = address("sqlite", tmp_path)
        with open_desk(db) as desk:
            bought(desk)
        run = CliRunner()
        shown = run.invoke(cli, ["show", "L1", "--db", db]).output
        assert "already: 1 won deals, 600000 CNY" in shown
        assert json.loads(run.invoke(cli, ["show", "L1", "--db", db, "--json"]).output)["won_deals"] == 1
        lines = run.invoke(cli, ["account", OTHER_SPELLING, "--db", db]).output.splitlines()
        assert lines[0] == f"account: {lead(1).company.name}"
        assert [line.split() for line in lines[1:4]] == [
            ["won", "1", "600000", "CNY"],
            ["open", "1", "0", "CNY,", "1", "without", "an", "amount"],
            ["lost", "1", "5", "CNY"],
        ]
        document = json.loads(run.invoke(cli, ["account", OTHER_SPELLING, "--db", db, "--json"]).output)
        assert (document["won"]["amount"], len(document["open"]["opportunities"])) == ("600000", 1)
        unknown = run.invoke(cli, ["account", "南星", "--db", db])
        assert unknown.exit_code != 0
        assert "there is no account of this name" in unknown.output
