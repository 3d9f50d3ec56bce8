"""The page in a real browser: nothing sticks out, nothing is fetched, everything can be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from leadkit.adapters.report.page import write_review
from tests.report.browser import CHROMIUM, INSTALL, Browser, browser
from tests.report.reviews import HOSTILE, empty, hostile, ordinary

pytestmark = [pytest.mark.xdist_group("browser"), pytest.mark.skipif(CHROMIUM is None, reason=INSTALL)]

PAGES = ("ordinary-zh_CN", "ordinary-en", "hostile-zh_CN", "empty-en")
WIDTHS = (1280, 375)
A4_BETWEEN_MARGINS = 687

READABLE = """
(() => {
  const numbers = text => text.match(/[\\d.]+/g).map(Number)
  const channels = text => [...numbers(text).slice(0, 3), numbers(text)[3] ?? 1]
  const light = ([r, g, b]) => [r, g, b].map(one => one / 255)
    .map(one => one <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4)
    .reduce((sum, one, place) => sum + one * [0.2126, 0.7152, 0.0722][place], 0)
  const behind = element => {
    for (; element; element = element.parentElement) {
      const colour = channels(getComputedStyle(element).backgroundColor)
      if (colour[3] > 0) return colour
    }
    return [255, 255, 255, 1]
  }
  const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement
    if (!walker.currentNode.data.trim() || !element.getClientRects().length || element.tagName === 'STYLE') continue
    const style = getComputedStyle(element)
    const ink = channels(element instanceof SVGElement ? style.fill : style.color), paper = behind(element)
    const [dark, pale] = [light(ink), light(paper)].sort((a, b) => a - b)
    found.push([(pale + 0.05) / (dark + 0.05), parseFloat(style.fontSize), walker.currentNode.data.trim().slice(0, 40)])
  }
  return found
})()
"""

OVERLAPS = """
[...document.querySelectorAll('svg')].filter(svg => svg.getClientRects().length).flatMap(svg => {
  const texts = [...svg.querySelectorAll('text')].filter(one => one.textContent.trim())
  const boxes = texts.map(one => one.getBoundingClientRect()), whole = svg.getBoundingClientRect()
  const said = place => texts[place].textContent
  const meets = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 4
  return boxes.flatMap((a, i) => [
    ...boxes.slice(i + 1).flatMap((b, j) => meets(a, b) ? [said(i) + ' | ' + said(i + 1 + j)] : []),
    ...(a.left < whole.left - 1 || a.right > whole.right + 12 ? [said(i) + ' sticks out'] : []),
  ])
})
"""

GLYPHS = """
(() => {
  const canvas = document.createElement('canvas'), size = 24
  canvas.width = canvas.height = size
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  pen.font = '20px ' + getComputedStyle(document.body).fontFamily
  pen.textBaseline = 'top'
  const drawn = character => {
    pen.clearRect(0, 0, size, size)
    pen.fillText(character, 1, 1)
    return pen.getImageData(0, 0, size, size).data.join()
  }
  const characters = [...new Set(document.body.innerText)].filter(one => /\\p{Script=Han}/u.test(one))
  const missing = drawn('\\u{10FF00}'), seen = new Set(characters.map(drawn))
  return { characters: characters.length, different: seen.size, missing: seen.has(missing) }
})()
"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for name, review in (("ordinary", ordinary()), ("hostile", hostile()), ("empty", empty())):
        for language in ("zh_CN", "en"):
            file = folder / f"{name}-{language}.html"
            company = HOSTILE[3] if name == "hostile" else "星河智能装备"
            write_review(review, file, language=language, company=company)
    return folder


@pytest.fixture(scope="module")
def tab(tmp_path_factory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("page", PAGES)
class TestOnScreen:
    """Readable on a desk and on a phone, without scrolling sideways, without the net."""

    def test_nothing_sticks_out_of_the_window(self, tab, pages, page, width):
        tab.open(pages / f"{page}.html", width=width)
        assert tab.run("document.documentElement.scrollWidth") <= tab.run("window.innerWidth") == width
        outside = (
            "[...document.querySelectorAll('body *')].filter(one => !one.closest('.scroll') && !one.closest('svg')"
            " && one.getBoundingClientRect().right > window.innerWidth + 1).map(one => one.outerHTML.slice(0, 80))"
        )
        assert tab.run(outside) == []

    def test_the_console_stays_empty_and_nothing_is_fetched(self, tab, pages, page, width):
        file = pages / f"{page}.html"
        tab.open(file, width=width)
        tab.picture()
        assert tab.told("Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown") == []
        asked = [event["request"]["url"] for event in tab.told("Network.requestWillBeSent")]
        assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]

    def test_every_text_stands_out_from_its_ground_and_is_large_enough(self, tab, pages, page, width):
        tab.open(pages / f"{page}.html", width=width)
        found = tab.run(READABLE)
        assert len(found) > 100
        assert [one for one in found if one[0] < 4.5] == []
        assert [one for one in found if one[1] < 12] == []

    def test_no_text_of_a_chart_covers_another_one(self, tab, pages, page, width):
        tab.open(pages / f"{page}.html", width=width)
        assert tab.run(OVERLAPS) == []

    def test_one_drawing_of_each_chart_is_shown(self, tab, pages, page, width):
        tab.open(pages / f"{page}.html", width=width)
        shown = tab.run("[...document.querySelectorAll('svg')].filter(one => one.getClientRects().length).length")
        assert shown == (0 if page.startswith("empty") else 2)
        assert shown * 2 == tab.run("document.querySelectorAll('svg').length")


class TestLetters:
    """Chinese is drawn with glyphs of its own, not with boxes."""

    def test_every_chinese_character_has_a_glyph_of_its_own(self, tab, pages):
        tab.open(pages / "ordinary-zh_CN.html", width=1280)
        found = tab.run(GLYPHS)
        assert found["characters"] > 150
        assert found["different"] == found["characters"]
        assert not found["missing"], "no Chinese font: " + INSTALL


@pytest.mark.parametrize("page", ["ordinary-zh_CN", "ordinary-en"])
class TestOnPaper:
    """On A4 nothing is cut: tables fit between the margins, charts and short tables keep together."""

    def test_tables_fit_between_the_margins_and_charts_keep_together(self, tab, pages, page):
        tab.open(pages / f"{page}.html", width=A4_BETWEEN_MARGINS)
        tab.ask("Emulation.setEmulatedMedia", media="print")
        try:
            wide = "[...document.querySelectorAll('table')].map(one => one.getBoundingClientRect().right)"
            assert max(tab.run(wide)) <= A4_BETWEEN_MARGINS + 1
            kept = "[...document.querySelectorAll('figure, .tile, tr')].map(one => getComputedStyle(one).breakInside)"
            assert set(tab.run(kept)) == {"avoid"}
        finally:
            tab.ask("Emulation.setEmulatedMedia", media="")

    def test_it_prints_on_a_few_pages(self, tab, pages, page):
        tab.open(pages / f"{page}.html", width=1280)
        paper = tab.printed()
        assert paper.startswith(b"%PDF")
        assert 4 <= len(re.findall(rb"/Type\s*/Page\b", paper)) <= 14


def test_a_picture_of_the_whole_page_has_its_size(tab: Any, pages: Path):
    tab.open(pages / "ordinary-zh_CN.html", width=1280)
    height = tab.run("document.documentElement.scrollHeight")
    picture = tab.picture()
    assert int.from_bytes(picture[16:20], "big") == 1280
    assert abs(int.from_bytes(picture[20:24], "big") - height) <= 1
