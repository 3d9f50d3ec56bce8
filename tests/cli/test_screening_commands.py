"""Screening, signals, checks and content from a terminal, in both languages."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

import leadkit as lk
from leadkit.cli.commands import cli

SALES = ("--by", "li", "--role", "senior_rep")
NEED = "采购机器人,预算300万,明年底落地"


@pytest.fixture(params=["en", "zh_CN"])
def language(request):
    return request.param


@pytest.fixture
def run(tmp_path, language):
    """Give a command on a store with a valid and an open lead; with its exit code where that is not 0."""
    policy = tmp_path / "ours.toml"
    policy.write_text(f'extends = "standard"\nname = "ours"\nlanguage = "{language}"\n', encoding="utf-8")
    address = f"sqlite:///{tmp_path / 'leads.db'}"
    lk.migrate(address)
    with lk.Desk(policy, address) as desk:
        for number, need in ((1, NEED), (2, "采购机器人")):
            desk.capture(
                lk.Lead(
                    id=f"L{number}",
                    source=lk.Source(channel="展会"),
                    company=lk.Company(name=f"测{'一二'[number - 1]}自动化有限公司", industry="智能制造", size="大型"),
                    contact=lk.Contact(name="王一", job_title="工程师", phone=f"1381234500{number}"),
                    need=lk.Need(description=need),
                )
            )

    def given(*words, code=0, said=None):
        options = ("--db", address, "--policy", policy)
        result = CliRunner().invoke(cli, [*map(str, (*words, *options))], catch_exceptions=False, input=said)
        assert result.exit_code == code, result.output
        return result.output

    return given


def test_accept(run, language):
    done = run("accept", "L2", "--reason", "met at the fair", *SALES)
    assert {"en": "valid", "zh_CN": "有效"}[language] in done
    shown = run("show", "L2")
    assert {"en": "accepted by", "zh_CN": "认定有效"}[language] in shown
    assert {"en": "screening finds", "zh_CN": "筛选结论"}[language] in shown
    assert run("accept", "L2", "--reason", "again", *SALES, code=3)
    assert "--reason" in run("accept", "L2", *SALES, code=2)


def test_many_at_once(run):
    run("accept", "-", "--reason", "met", *SALES, said="L2\nL9\n", code=1)
    assert json.loads(run("show", "L2", "--json"))["accepted_by"] == "li"


def test_proposed_leads_are_listed(run, tmp_path):
    later = datetime.now(UTC) + timedelta(days=365)
    assert run("list", "--status", "proposed", "--ids") == ""
    with lk.Desk("standard", f"sqlite:///{tmp_path / 'leads.db'}", clock=lambda: later) as desk:
        desk.tick()
    assert run("list", "--status", "proposed", "--ids") == "L2\n"
    assert "open_too_long" in run("list", "--status", "proposed", "--json")


def test_signals_by_code_and_by_label(run, language):
    word = {"en": "intent", "zh_CN": "明确合作意向"}[language]
    run("signal", "L1", word, "--reason", "says so", *SALES)
    assert run("list", "--ready", "--ids") == ""
    run("signal", "L1", "date_set", *SALES)
    assert run("list", "--ready", "--ids") == "L1\n"
    assert {"en": "ready since", "zh_CN": "可转商机自"}[language] in run("show", "L1")
    run("signal", "L1", word, "--clear", *SALES)
    assert list(json.loads(run("show", "L1", "--json"))["signals"]) == ["date_set"]
    assert "intent" in run("signal", "L1", "intend", *SALES, code=3)


def test_what_was_checked(run, language):
    run("verify", "L1", "company_size", *SALES)
    run("verify", "L1", {"en": "phone", "zh_CN": "电话"}[language], "--reason", "rang", *SALES)
    word = {"en": "company_size=medium", "zh_CN": "企业规模=中型"}[language]
    run("verify", "L1", word, *SALES)
    checks = json.loads(run("show", "L1", "--json"))["checks"]
    assert {name: (check["value"], check["stated"]) for name, check in checks.items()} == {
        "company_size": ("medium", "large"),
        "phone_valid": (True, None),
    }
    shown = run("show", "L1")
    assert {"en": "the lead says large", "zh_CN": "线索为 大型"}[language] in shown
    assert "medium" in run("verify", "L1", "company_size=huge", *SALES, code=2)
    assert run("verify", "L1", "no_such_fact", *SALES, code=3)


def test_what_to_send(run, language, tmp_path):
    library = tmp_path / "content.toml"
    library.write_text(
        "".join(
            f'[[content]]\nid = "{kind}_{number}"\ntitle = "T{number}"\nkind = "{kind}"\nlanguage = "{language}"\n'
            for kind in ("success_story", "product_basics")
            for number in (1, 2)
        ),
        encoding="utf-8",
    )
    assert "success_story_1" in run("suggest", "L1", "--library", library)
    run("record", "L1", "--kind", "follow_up", "--means", "邮件", "--content-id", "success_story_1", *SALES)
    offered = json.loads(run("suggest", "L1", "--library", library, "--json"))
    assert [piece["id"] for piece in offered] == ["success_story_2"]
    library.write_text('[[content]]\nid = "a"\ntitle = "A"\nkind = "succes_story"\n', encoding="utf-8")
    assert "success_story" in run("suggest", "L1", "--library", library, code=3)


def test_an_import_names_means_that_are_no_kind(run, tmp_path, language):
    sheet = tmp_path / "follow-ups.csv"
    sheet.write_text(
        "线索ID,跟进时间,跟进方式,客户反馈\nL1,2024-01-02,抖音,好\nL1,2024-01-03,抖音,好\n", encoding="utf-8"
    )
    for dry in (("--dry-run",), ()):
        said = run("import", "--activities", sheet, *dry)
        assert "抖音 (2)" in said
    assert {"en": "2 with a means that is no kind", "zh_CN": "2 条方式未归类"}[language] in run("imports")
