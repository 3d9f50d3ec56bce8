"""Leads completed and joined from the terminal."""

from __future__ import annotations

import pytest
from click.testing import CliRunner, Result

import leadkit as lk
from leadkit.cli.commands import cli


@pytest.fixture
def run(tmp_path):
    address = f"sqlite:///{tmp_path / 'leads.db'}"
    lk.migrate(address)
    with lk.Desk({"name": "open", "extends": "standard", "capture": {"required": []}}, address) as desk:
        for number in ("1", "2"):
            desk.capture(lk.Lead(id=number, need=lk.Need(description="采购设备"), company=lk.Company(size="large")))

    def invoke(*words: str) -> Result:
        return CliRunner().invoke(cli, [*words, "--db", address], catch_exceptions=False)

    return invoke


def test_an_open_lead_is_completed_until_it_is_valid(run):
    words = [
        "contact.phone=13812345678",
        "company.industry=机械",
        "need.purchase_by=2099-01-31",
        "need.budget.high=800000",
    ]
    result = run("amend", "1", *words, "--reason", "asked on the phone", "--by", "li", "--role", "sales_rep")
    assert result.output == "1 amended: valid, 40 points\n"
    assert "asked on the phone" in run("history", "1").output


WRITTEN = [("2099-01-31", "80万"), ("2099年1月31日", "800,000"), ("31 Jan 2099", "800k"), ("31/1/2099", "8e5")]


@pytest.mark.parametrize(("day", "budget"), WRITTEN)
def test_a_day_and_a_sum_may_be_written_as_in_a_sheet(run, day, budget):
    words = [
        "contact.phone=13812345678",
        "company.industry=机械",
        f"need.purchase_by={day}",
        f"need.budget.high={budget}",
    ]
    run("amend", "1", *words, "--by", "li", "--role", "sales_rep")
    output = run("show", "1").output
    assert "2099-01-31" in output
    assert "800000" in output


def test_what_is_still_missing_is_told(run):
    result = run("amend", "1", "contact.phone=13812345678", "tags=fair, hot", "need.product=equipment")
    assert "to ask: " in result.output
    assert "phone_valid" not in result.output


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("contact.phone", "write FIELD=VALUE"),
        ("need.purchase_by=soon", "takes a date"),
        ("need.purchase_by=11/2/2099", "takes a date"),
        ("need.purchase_by=2099-01-31 10:00", "takes a date"),
        ("need.budget.high=much", "takes a number"),
    ],
)
def test_a_change_that_says_nothing_usable_is_wrong_usage(run, word, said):
    result = run("amend", "1", word)
    assert result.exit_code == 2
    assert said in result.output


@pytest.mark.parametrize(
    "word", ["contact.fone=1", "status=valid", "need.budget.high=99999999999999999999999999999999"]
)
def test_a_change_that_no_lead_can_have_is_refused(run, word):
    result = run("amend", "1", word)
    assert result.exit_code == 3
    assert result.output.startswith("leadkit: 1")


def test_two_leads_are_joined_and_both_ids_lead_to_one(run):
    result = run("merge", "1", "2", "--by", "wang", "--role", "supervisor")
    assert result.output == "2 lives on in 1\n"
    assert run("history", "2").output == run("history", "1").output


def test_a_lead_is_released_and_all_are_scored_again(run):
    run("enrol", "li", "--role", "sales_rep")
    run("assign", "1", "--to", "li", "--by", "wang", "--role", "supervisor")
    assert run("release", "1", "--by", "wang", "--role", "supervisor").output == "1 released: new\n"
    assert run("rescore").output.startswith("2 leads scored, ")
    assert run("rescore", "--stale").output.startswith("0 leads scored")
    assert run("rescore", "1").output.startswith("1 leads scored")
