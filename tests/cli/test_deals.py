"""Several deals, contracts, sums and handovers in the terminal, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from click.testing import CliRunner

from leadkit.cli.commands import cli
from tests.desk.desks import ACTORS, SIGNALS, address, lead, open_desk
from tests.desk.test_deals import negotiating, sign

REP = ("--by", "li", "--role", "sales_rep")
SIGNAL = ("--signal", "intent", "--signal", "date_set")


@pytest.fixture
def db(tmp_path) -> str:
    return address("sqlite", tmp_path)


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(cli, list(words), catch_exceptions=False)
    return result.exit_code, result.output


def policy(tmp_path) -> str:
    file = tmp_path / "ours.toml"
    file.write_text('name = "ours"\nextends = "standard"\nlanguage = "zh_CN"\n', "utf-8")
    return str(file)


def signed(db: str, floor: int | None = None, **draft: Any) -> str:
    """A deal with both signatures, not won yet."""
    with open_desk(db) as desk:
        deal = negotiating(desk, floor)
        desk.opportunities.draft_contract(deal, "terms", **draft, by=ACTORS["sales_rep"])
        sign(desk, deal)
    return deal


class TestConvert:
    def test_the_next_one_stands_beside_the_first_and_says_what_it_is_worth(self, db):
        with open_desk(db) as desk:
            desk.capture(lead(1))
        first = run("convert", "L1", *SIGNAL, *REP, "--db", db)[1]
        code, said = run("convert", "L1", *SIGNAL, "--name", "line", "--amount", "3,000,000", *REP, "--db", db)
        assert (code, said.splitlines()[1]) == (0, f"  also open: {first.split()[3].rstrip(',')}")
        shown = run("opportunity", "show", first.split()[3].rstrip(","), "--db", db)[1]
        assert "650000, the lead's budget of 500000 to 800000" in shown
        assert "from the lead's purchase date" in shown

    @pytest.mark.parametrize("language", ["en", "zh_CN"])
    def test_what_differs_is_printed(self, db, tmp_path, language):
        with open_desk(db) as desk:
            desk.capture(lead(1))
            desk.opportunities.convert("L1", SIGNALS, by=ACTORS["sales_rep"])
            desk.capture(lead(2))
            desk.amend("L2", {"company.name": lead(1).company.name})
        speaking = ("--policy", policy(tmp_path)) if language == "zh_CN" else ()
        said = run("convert", "L2", *SIGNAL, "--attach", "--amount", "3000000", *REP, "--db", db, *speaking)[1]
        line = "  amount: 3000000 was given, 650000 is kept" if language == "en" else "  金额:给出 3000000,保留 650000"
        assert line in said.splitlines()
        said = run("convert", "L2", *SIGNAL, "--no-attach", *REP, "--db", db)[1]
        assert " converted: opportunity " in said


class TestSum:
    @pytest.mark.parametrize(
        ("written", "amount"),
        [("60万", "600000"), ("60万元", "600000"), ("CNY 600k", "600000"), ("600,000", "600000")],
    )
    def test_in_the_policys_currency(self, db, written, amount):
        deal = signed(db)
        assert run("opportunity", "win", deal, "--amount", written, *REP, "--db", db)[0] == 0
        with open_desk(db) as desk:
            assert str(desk.opportunities.get(deal).contract.amount) == amount

    @pytest.mark.parametrize("written", ["USD 50k", "$50k", "100万美元"])
    def test_another_currency_is_refused(self, db, written):
        deal = signed(db)
        code, said = run("opportunity", "win", deal, "--amount", written, *REP, "--db", db)
        assert (code, "--amount is in USD, and amounts are in CNY; give what it comes to in CNY" in said) == (2, True)
        with open_desk(db) as desk:
            assert desk.opportunities.get(deal).stage == "signed"

    @pytest.mark.parametrize("written", ["50-80万", "几十万", "约50万", "a lot"])
    def test_what_is_no_sum_is_refused(self, db, written):
        code, said = run("opportunity", "win", signed(db), "--amount", written, *REP, "--db", db)
        assert (code, "not an amount such as 1200000" in said) == (2, True)

    def test_a_win_without_one_is_refused_with_a_hint(self, db):
        code, said = run("opportunity", "win", signed(db), *REP, "--db", db)
        assert (code, "can't be won without a sum (hint: give amount" in said) == (3, True)

    @pytest.mark.parametrize(
        ("language", "line"),
        [("en", "  below the price floor of the plan"), ("zh_CN", "  低于方案的价格底线")],
    )
    def test_below_the_floor_is_said(self, db, tmp_path, language, line):
        deal = signed(db, floor=700_000)
        speaking = ("--policy", policy(tmp_path)) if language == "zh_CN" else ()
        code, said = run("opportunity", "win", deal, "--amount", "600000", *REP, "--db", db, *speaking)
        assert (code, said.splitlines()[-1]) == (0, line)


def test_contract_and_handover_are_shown_whole(db, tmp_path):
    deal = signed(db, number="HT-7", amount=600_000, payment="30/70", delivery="on site", liability="5 %")
    delivery = ("--by", "ma", "--role", "delivery")
    for words in (
        ("win", deal, *REP),
        ("hand-over", deal, *REP),
        ("return-handover", deal, "--missing", "layout", "--reason", "no drawing", *delivery),
    ):
        assert run("opportunity", *words, "--db", db)[0] == 0
    shown = run("opportunity", "show", deal, "--db", db)[1]
    for label, value in (("number", "HT-7"), ("payment", "30/70"), ("delivery", "on site"), ("liability", "5 %")):
        assert [line for line in shown.splitlines() if line.split(maxsplit=1) == [label, value]], label
    assert "missing: layout, no drawing" in shown
    in_chinese = run("opportunity", "show", deal, "--db", db, "--policy", policy(tmp_path))[1]
    assert "合同编号" in in_chinese
