"""Exports of real tools come out as they are: without an option, and named."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

import leadkit as lk
from leadkit.adapters.spreadsheets.read import read_leads
from leadkit.records.text import read_money, read_phone

EXPORTS = Path(__file__).parents[3] / "shared" / "exports"
SHANGHAI = ZoneInfo("Asia/Shanghai")
MARY = ("Mary Stone", "Northpack Inc", "+12125550143")
LI = ("李雷", "苏州样例机械有限公司", "+8613912340001")
AFTERNOON = datetime(2026, 11, 4, 10, 5, tzinfo=SHANGHAI)

pytestmark = pytest.mark.skipif(not EXPORTS.is_dir(), reason="the exports of real tools are not beside the repository")


def first(name: str, standard: lk.Policy) -> tuple[lk.Lead, str]:
    """The first lead of an export, and the tool that it was recognised as."""
    sheet = read_leads(EXPORTS / name, standard)
    assert not sheet.set_aside
    assert not sheet.flagged
    return sheet.records[0], sheet.columns.tool


@pytest.mark.parametrize(
    ("name", "tool", "who", "received"),
    [
        ("hubspot_contacts.csv", "HubSpot", MARY, AFTERNOON),
        ("salesforce_leads.csv", "Salesforce", MARY, datetime(2026, 11, 4, tzinfo=SHANGHAI)),
        ("facebook_lead_ads.tsv", "Meta", LI, datetime(2026, 11, 4, 15, 15, tzinfo=UTC)),
        (
            "linkedin_lead_gen.csv",
            "LinkedIn",
            ("Mary Stone", "Northpack Ltd", "+442079460019"),
            datetime(2026, 11, 4, 9, 15, tzinfo=UTC),
        ),
        ("fxiaoke_leads.csv", "纷享销客", LI, AFTERNOON),
        ("jinshuju_form.csv", "金数据", LI, AFTERNOON),
    ],
)
def test_the_first_row(standard, name, tool, who, received):
    lead, recognised = first(name, standard)
    assert recognised.startswith(tool)
    assert (lead.contact.name, lead.company.name, read_phone(str(lead.contact.phone)).normal) == who
    assert lead.received_at == received


@pytest.mark.parametrize("name", ["facebook_lead_ads.tsv", "jinshuju_form.csv"])
def test_a_budget_from_a_column_of_its_own(standard, name):
    budget = first(name, standard)[0].need.budget
    assert budget is not None
    assert (budget.low, budget.high, budget.currency) == (Decimal(600_000), Decimal(900_000), "CNY")


def test_a_budget_in_another_currency_from_the_text(standard):
    lead = first("hubspot_contacts.csv", standard)[0]
    money = read_money(str(lead.need.description))
    assert money is not None
    assert (money.low, money.high, money.currency) == (Decimal(180_000), Decimal(240_000), "USD")
    assert lead.source is not None
    assert lead.source.channel == "Organic Search"


def test_ids_of_other_systems(standard):
    assert first("fxiaoke_leads.csv", standard)[0].external_id == "LE20261104001"
    assert first("hubspot_contacts.csv", standard)[0].external_id == "7101"


def test_the_second_row_of_salesforce_tells_the_order_of_its_dates(standard):
    second = read_leads(EXPORTS / "salesforce_leads.csv", standard).records[1]
    assert second.received_at == datetime(2026, 11, 13, tzinfo=SHANGHAI)
    assert read_phone(str(second.contact.phone)).normal == "+8613912340001"
