"""What is read from the words of a lead: product, budget, date, source, and whether it is worth the time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from click.testing import CliRunner

import leadkit as lk
from leadkit.cli.commands import cli
from leadkit.records.text import read_source
from tests.desk.desks import ACTORS, BOSS, POOR, START, VAGUE, address, lead, notices, open_desk

MARKETING = ACTORS["marketing"]


def facts(description: str) -> dict[str, object]:
    """What the standard policy reads from the words of a need."""
    return dict(lk.load_policy("standard").facts_of(lead(need={"description": description}), START))


class TestNeeds:
    """A clear need names a product or service, a budget and a date."""

    @pytest.mark.parametrize(
        ("words", "product"),
        [
            ("采购型号设备", "equipment"),
            ("年度维保服务", "service"),
            ("智能生产线解决方案", "solution"),
            ("MES软件", "system"),
        ],
    )
    def test_the_kind_of_product_or_service(self, words, product):
        """What is asked for is of a kind, read from the need."""
        assert facts(words)["product"] == product

    @pytest.mark.parametrize(
        ("words", "budget"),
        [("预算50-80万", 800_000), ("预算约30万元", 300_000), ("100万以内", 1_000_000), ("预算三十五万", 350_000)],
    )
    def test_the_range_of_the_budget(self, words, budget):
        """A sum or a range, in figures or in words."""
        assert facts(f"采购设备,{words}")["budget"] == budget

    @pytest.mark.parametrize(
        ("words", "by"),
        [
            ("3个月内落地", date(2023, 12, 4)),
            ("Q4落地", date(2023, 12, 31)),
            ("年底前", date(2023, 12, 31)),
            ("明年3月", date(2024, 3, 31)),
        ],
    )
    def test_the_time_of_the_purchase(self, words, by):
        """A month, a quarter or a number of months says until when."""
        assert facts(f"采购设备,{words}")["days_to_purchase"] == (by - START.date()).days

    @pytest.mark.parametrize("written", ["官网-产品咨询", "官网—产品咨询", "官网:产品咨询", "官网/产品咨询"])
    def test_a_source_however_it_is_written(self, written):
        """Channel and detail are parted by any usual mark."""
        assert read_source(written) == ("官网", "产品咨询")


class TestProfile:
    """Which companies fit is the company's own affair."""

    @pytest.mark.parametrize(
        ("company", "status"),
        [
            ({"industry": "智能制造", "region": "华东"}, "valid"),
            ({"industry": "教育", "region": "华东"}, "invalid"),
            ({"industry": "智能制造", "region": "西北"}, "invalid"),
            ({"industry": "智能制造", "region": "华东", "size": "20人"}, "invalid"),
        ],
    )
    def test_industry_size_and_region(self, company, status):
        """A list of target industries, regions and sizes screens the others out, with the reason."""
        fits = [
            {"field": "industry", "in": ["智能制造", "新能源"]},
            {"field": "region", "in": ["华东", "华南"]},
            {"field": "company_size", "in": ["large", "medium"]},
        ]
        profile = {"criteria": {"profile_fits": {"when": {"all": fits}}}}
        desk = open_desk(policy={"extends": "standard", "name": "ours", "screening": profile})
        desk.capture(lead(company=company))
        reasons = ("not_target_industry",) if status == "invalid" else ()
        assert (desk.lead("L1").status, desk.lead("L1").reasons) == (status, reasons)


class TestVerdicts:
    """Valid or invalid, with a reason, looked at by a supervisor."""

    @pytest.mark.parametrize(
        "code", ["budget_too_small", "not_target_industry", "contact_false", "need_vague", "no_plan"]
    )
    def test_the_usual_reasons(self, desk, code):
        """Budget too small, no target industry, false contact, vague need, no plan: each is a reason that counts."""
        desk.capture(lead())
        desk.disqualify("L1", code, reason="in our words", by=MARKETING)
        desk.clock.pass_(minutes=1)
        assert {share.reason: share.rate.met for share in desk.review("2023-09").screening_reasons} == {code: 1}

    def test_what_is_archived_is_over(self, desk):
        """An archived lead is in no list of work, owes nothing and takes no further step."""
        desk.capture(lead(**POOR))
        desk.archive("L1", by=BOSS)
        desk.clock.pass_(days=30)
        desk.tick()
        assert (desk.queue(), desk.due()) == ((), ())
        with pytest.raises(lk.CommandError):
            desk.accept("L1", reason="after all", by=MARKETING)

    def test_overturned_it_is_nurtured_like_any_other(self, desk):
        """What a supervisor finds valid enters the pool, and marketing is told what to send first."""
        desk.capture(lead(**POOR))
        desk.overturn("L1", by=BOSS)
        assert desk.lead("L1").pooled_at == START
        assert [row.details["content"] for row in notices(desk, "lead_entered_pool")] == ["success_story"]

    def test_half_a_year_without_a_budget_is_not_forgotten(self, desk):
        """A lead that never says its budget or its plans is told, and proposed as invalid."""
        desk.capture(lead(**VAGUE))
        desk.clock.pass_(days=200)
        assert desk.tick().notices["screening_due"] == 1
        assert [state.id for state in desk.leads(proposed=True)] == ["L1"]


class TestFirstAction:
    """What a lead in the pool sets off."""

    @pytest.mark.parametrize(
        ("size", "title", "content"),
        [("20人", "操作员", "product_basics"), ("500人", "采购总监", "success_story")],
    )
    def test_marketing_hears_what_to_send(self, desk, size, title, content):
        """A manual for who only begins to look, a story for who is interested."""
        desk.capture(
            lead(company={"size": size}, contact={"job_title": title}, need={"description": "采购设备,预算15万,Q4落地"})
        )
        (told,) = notices(desk, "lead_entered_pool")
        assert (told.role, told.details["content"]) == ("marketing", content)

    def test_an_answer_is_owed_from_that_moment(self, desk):
        """The first touch is a duty with its end."""
        desk.capture(lead())
        assert [item.due_at - START for item in desk.due(kind="response")] == [timedelta(hours=4)]


class TestContent:
    """What to send comes from the library."""

    def test_the_terminal_says_what_to_send(self, tmp_path):
        """The pieces that fit stage and industry of a lead, best first."""
        db = address("sqlite", tmp_path)
        desk = open_desk(db)
        desk.capture(lead(contact={"job_title": "工程师"}))
        desk.close()
        pieces = (("robots", "success_story"), ("manual", "product_basics"))
        library = tmp_path / "library.toml"
        rows = [f'[[content]]\nid = "{name}"\nkind = "{kind}"\ntitle = "机器人"' for name, kind in pieces]
        library.write_text("\n".join(rows), encoding="utf-8")
        result = CliRunner().invoke(
            cli, ["suggest", "L1", "--library", str(library), "--language", "zh_CN", "--db", db]
        )
        assert (result.exit_code, "robots" in result.output, "manual" in result.output) == (0, True, False)
