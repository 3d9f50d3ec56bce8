"""A score as a picture, and the worklist as a page: they say what the scores say, to everybody, and ask for nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.page.waterfall import STYLE, bars, waterfall
from leadkit.adapters.page.worklist import worklist_page
from leadkit.cli.commands import cli
from leadkit.testing.policies import policies
from leadkit.testing.strategies import leads
from tests.conftest import NOW
from tests.page.axe import AXE, violations
from tests.page.test_faults import HOSTILE
from tests.page.test_page import quiet
from tests.policy.test_route import AUTO, HOME, LINES, write
from tests.report.browser import CHROMIUM, INSTALL, Browser, browser
from tests.report.test_browser import READABLE

SVG = "{http://www.w3.org/2000/svg}"
STANDARD = lk.load_policy("standard")
needs_browser = pytest.mark.skipif(CHROMIUM is None, reason=INSTALL)


@pytest.fixture(scope="module")
def tab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


def happened(*kinds: str) -> list[tuple[str, datetime]]:
    return [(kind, NOW) for kind in kinds]


def score_of(policy: lk.Policy = STANDARD, **facts: Any) -> lk.Score:
    return policy.score(facts, happened("webinar", "webinar", "webinar", "reply"), as_of=NOW)


FULL = {"company_size": "large", "role": "decision_maker", "budget_match": "full"}


class TestWaterfall:
    @settings(max_examples=15, deadline=None)
    @given(data=st.data())
    def test_its_rows_add_up_to_the_points(self, data):
        policy = lk.load_policy(data.draw(policies()))
        facts = data.draw(leads(policy))
        score = policy.score(facts, happened(*sorted(policy.event_kinds)[:2]), as_of=NOW)
        *rows, total = bars(policy, score, "en")
        reached = Decimal(0)
        for row in (row for row in rows if row.points is not None):
            assert row.start == reached
            reached += row.points
        assert reached == total.points == score.points
        drawn = ET.fromstring(waterfall(policy, score))
        assert len(drawn.findall(f"{SVG}rect")) == 1 + len([row for row in [*rows, total] if row.points is not None])

    @pytest.mark.parametrize(("language", "name"), [("en", "company size: large"), ("zh_CN", "企业规模: 大型")])
    def test_it_says_everything_in_the_readers_language(self, language, name):
        score = score_of(**FULL)
        drawn = ET.fromstring(waterfall(STANDARD, score, language=language))
        assert name in [text.text for text in drawn.iter(f"{SVG}text")]
        assert drawn.find(f"{SVG}desc").text == score.explain(language)  # type: ignore[union-attr]
        title, desc = (drawn.find(f"{SVG}{tag}") for tag in ("title", "desc"))
        assert drawn.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"  # type: ignore[union-attr]
        assert drawn.get("role") == "img"

    def test_two_on_one_page_have_names_of_their_own(self):
        marks = {re.search('id="(lk[^"]*)"', waterfall(STANDARD, score_of(**each)))[1] for each in (FULL, {})}
        assert len(marks) == 2

    def test_it_has_no_script_and_no_address(self):
        text = waterfall(STANDARD, score_of(**FULL)).replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"script|https?:|href|\bon\w+=|style=", text)

    def test_strange_labels_are_texts(self):
        strange = f"{HOSTILE}\x00\x1b\ud7ff" + "长" * 50
        policy = lk.load_policy({"name": "x", "extends": "standard", "labels": {"en": {"company_size": strange}}})
        drawn = ET.fromstring(waterfall(policy, score_of(policy, company_size="large"), language="en"))
        name = next(text for text in drawn.iter(f"{SVG}text") if (text.text or "").startswith("</script>"))
        assert name.text.endswith("…")  # type: ignore[union-attr]
        assert "长长长" in name.find(f"{SVG}title").text  # type: ignore[union-attr, operator]

    @needs_browser
    @pytest.mark.xdist_group("browser")
    @pytest.mark.parametrize("mode", ["light", "dark"])
    def test_it_can_be_read_inside_another_page(self, tab, tmp_path, mode):
        """White or black behind it, as the reader likes it; nothing sticks out; no two texts on each other."""
        page = tmp_path / "page.html"
        both = "".join(waterfall(STANDARD, score_of(**FULL), language=each) for each in ("en", "zh_CN"))
        page.write_text(f'<!doctype html><html lang="en"><title>x</title><main>{both}</main></html>', "utf-8")
        tab.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": mode}])
        try:
            tab.open(page, width=1280)
            papers = tab.run("[...document.querySelectorAll('.lk-paper')].map(one => getComputedStyle(one).fill)")
            assert set(papers) == {"rgb(255, 255, 255)" if mode == "light" else "rgb(21, 28, 34)"}
            inks = tab.run("[...document.querySelectorAll('text')].map(one => getComputedStyle(one).fill)")
            assert set(inks) == {"rgb(27, 39, 51)" if mode == "light" else "rgb(230, 236, 241)"}
            names = "[...document.querySelectorAll('text:not([text-anchor])')].map(one => one.getBBox())"
            assert max(tab.run(f"{names}.map(box => box.x + box.width)")) < 16 + 300 + 20
        finally:
            tab.ask("Emulation.setEmulatedMedia", features=[])

    def test_without_its_style_it_is_light(self):
        """Where a page's own policy forbids styles, what stands in the attributes counts."""
        drawn = ET.fromstring(waterfall(STANDARD, score_of(**FULL)))
        assert all(part.get("fill") for tag in ("rect", "text") for part in drawn.iter(f"{SVG}{tag}"))
        assert STYLE in "".join(part.text or "" for part in drawn.iter(f"{SVG}style"))


LEADS = [
    lk.Lead(
        id="L-1",
        company=lk.Company(name="Sun & <Moon>", size="large"),
        contact=lk.Contact(name="Li Hua", job_title="CEO", phone="138 1234 5678 ", email="li&x=1@example.com"),
        need=lk.Need(description=HOSTILE),
    ),
    lk.Lead(id="L-2", contact=lk.Contact(phone="no phone"), company=lk.Company(size="small")),
]


def page_of(policy: lk.Policy = STANDARD, **given: Any) -> str:
    work = lk.worklist(policy, LEADS, as_of=NOW)
    return worklist_page(policy, work.decisions, as_of=NOW, **given)


class TestBranches:
    """Of a policy with branches, each lead is shown as its branch decides, in the words of that branch."""

    @pytest.fixture
    def lines(self, tmp_path: Path) -> lk.Policy:
        auto = AUTO | {"labels": {"en": {"no_claims": "drives without claims"}}}
        return lk.load_policy(write(tmp_path, auto=auto, home=HOME, lines=LINES))

    def test_a_picture_and_a_list(self, lines):
        score = lines.score({"line": "auto", "claims": 0}, as_of=NOW)
        assert "drives without claims" in waterfall(lines, score, language="en")
        work = lk.worklist(lines, [lk.Lead(id="L1", custom={"line": "auto", "claims": 0}), LEADS[0]], as_of=NOW)
        text = worklist_page(lines, work.decisions, as_of=NOW, language="en")
        assert "drives without claims" in text
        assert "size: large" in text


class TestWorklist:
    def test_it_says_whom_to_call_and_why(self):
        text = page_of(language="en")
        assert "Sun &amp; &lt;Moon&gt;" in text
        assert "href='tel:+8613812345678'>138 1234 5678" in text
        assert "href='mailto:li%26x%3D1@example.com'>li&amp;x=1@example.com" in text
        assert "tel:" not in text.partition("L-2")[2]
        assert "size: large" in text
        assert text.index("Sun &amp;") < text.index("no name")

    def test_it_holds_so_many_and_says_so(self):
        text = page_of(language="en", most=1)
        assert "The first 1 of 2 leads" in text
        assert "no name" not in text
        assert "没有线索" in worklist_page(STANDARD, [], as_of=NOW, language="zh_CN")

    def test_the_same_input_gives_the_same_bytes(self):
        assert page_of() == page_of()

    @needs_browser
    @pytest.mark.xdist_group("browser")
    @pytest.mark.parametrize("mode", ["light", "dark"])
    @pytest.mark.parametrize("language", ["en", "zh_CN"])
    def test_on_a_phone(self, tab, tmp_path, language, mode):
        """At 375 px: no script, nothing asked of the network, readable, a finger's width, and no axe violation."""
        page = tmp_path / "list.html"
        page.write_text(page_of(language=language), "utf-8")
        tab.ask("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": mode}])
        try:
            tab.open(page, width=375)
            tab.run("document.querySelectorAll('summary').forEach(each => each.click()); 1")
            quiet(tab, page)
            assert tab.run("document.documentElement.scrollWidth") <= 375
            assert tab.run("document.scripts.length + document.querySelectorAll('b b, script').length") == 0
            assert min(row[0] for row in tab.run(READABLE) if row[2]) >= 4.5
            touched = (
                "[...document.querySelectorAll('summary, .reach a')].map(each => each.getBoundingClientRect().height)"
            )
            assert min(tab.run(touched)) >= 44
            assert tab.run("document.querySelector('rect').getBoundingClientRect().width") > 5
            if AXE is not None:
                assert violations(tab) == []
        finally:
            tab.ask("Emulation.setEmulatedMedia", features=[])


class TestCommands:
    def test_the_list_of_a_sheet(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        Path("leads.csv").write_text("Lead ID,Company,Company size,Phone\nL1,Ours,large,13800138001\n", "utf-8")
        words = ("score", "leads.csv", "--page", "list.html", "--language", "en", "--as-of", "2026-10-01")
        result = CliRunner().invoke(cli, words)
        assert result.output.endswith("-> list.html\n")
        assert "Ours" in Path("list.html").read_text("utf-8")
        assert Path("list.html").stat().st_mode & 0o777 == 0o600

    @pytest.mark.parametrize("page", ["list.txt", "no/list.html"])
    def test_a_page_that_can_not_be_written(self, tmp_path, monkeypatch, page):
        monkeypatch.chdir(tmp_path)
        assert CliRunner().invoke(cli, ["score", "leads.csv", "--page", page]).exit_code == 2

    def test_the_queue_of_a_store(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        company = lk.Company(name="Sun & <Moon>", size="large", industry="steel")
        lk.migrate("sqlite:///leads.db")
        with lk.Desk("standard", "sqlite:///leads.db") as desk:
            desk.capture(LEADS[0].model_copy(update={"source": lk.Source(channel="fair"), "company": company}))
            points = desk.lead("L-1").points
        result = CliRunner().invoke(cli, ["queue", "--db", "sqlite:///leads.db", "--page", "list.html"])
        assert result.exit_code == 0, result.output
        text = Path("list.html").read_text("utf-8")
        assert f"<span class='points'>{points:f}<" in text
        assert "Sun &amp; &lt;Moon&gt;" in text
