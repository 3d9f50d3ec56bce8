"""The page of learned points in a real browser: it fits, asks for nothing, and can be read and printed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from attrs import evolve

from leadkit.adapters.report.learned import write_learned
from tests.report.browser import CHROMIUM, INSTALL, Browser, browser
from tests.report.test_browser import A4_BETWEEN_MARGINS, READABLE, WIDTHS

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.skipif(CHROMIUM is None, reason=INSTALL)]
LONG = {"a": "Donaudampfschifffahrtsgesellschaftskapitän & Söhne <b>", "b": "没有空格的很长的公司名称" * 4}


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> Path:
    from leadkit.learning.learn import learn
    from leadkit.reviewing.learned import CurvePoint
    from tests.learning.made import cases, policy

    folder = tmp_path_factory.mktemp("learned")
    rows = [
        evolve(
            case,
            lead={**case.lead, "noise": LONG.get(case.lead["noise"], case.lead["noise"])},
            won=case.won or case.lead["noise"] == "a",
        )
        for case in cases(200, dated=True)
    ]
    found = learn(rows, start=policy(), samples=1, keep=("noise",))
    found = evolve(found, curve=tuple(CurvePoint(size, found.order) for size in (30, 60, 120)))
    assert LONG["a"] in {level.level for level in found.levels}
    for language in ("en", "zh_CN"):
        write_learned(found, folder / f"{language}.html", language=language)
    return folder


@pytest.fixture(scope="module")
def tab(tmp_path_factory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.mark.parametrize("language", ["en", "zh_CN"])
class TestLearned:
    """As the page of a review: on a desk, on a phone and on paper."""

    @pytest.mark.parametrize("width", WIDTHS)
    def test_it_fits_asks_for_nothing_and_can_be_read(self, tab, pages, language, width):
        file = pages / f"{language}.html"
        tab.open(file, width=width)
        assert tab.run("document.documentElement.scrollWidth") <= tab.run("window.innerWidth") == width
        outside = (
            "[...document.querySelectorAll('body *')].filter(one => !one.closest('.scroll') && !one.closest('svg')"
            " && one.getBoundingClientRect().right > window.innerWidth + 1).map(one => one.outerHTML.slice(0, 80))"
        )
        assert tab.run(outside) == []
        texts = tab.run(READABLE)
        assert len(texts) > 80
        assert [text for text in texts if text[0] < 4.5 or text[1] < 12] == []
        assert tab.told("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown") == []
        asked = [event["request"]["url"] for event in tab.told("Network.requestWillBeSent")]
        assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]

    def test_its_tables_fit_on_paper(self, tab, pages, language):
        tab.open(pages / f"{language}.html", width=A4_BETWEEN_MARGINS)
        tab.ask("Emulation.setEmulatedMedia", media="print")
        try:
            wide = "[...document.querySelectorAll('table, pre')].map(one => one.getBoundingClientRect().right)"
            assert max(tab.run(wide)) <= A4_BETWEEN_MARGINS + 1
        finally:
            tab.ask("Emulation.setEmulatedMedia", media="")
