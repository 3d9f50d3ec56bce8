"""The page says every figure of the review, and carries nothing that acts or asks an address for anything."""

from __future__ import annotations

import re
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from html.parser import HTMLParser
from itertools import pairwise
from string import Formatter

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from leadkit.adapters.report.charts import channels, funnel, merged
from leadkit.adapters.report.label_layout import Box, Spot, columns, place_labels, shortened
from leadkit.adapters.report.language import Words
from leadkit.adapters.report.page import review_html, write_review
from leadkit.adapters.report.scales import heat, span
from leadkit.adapters.report.scatter import share_ticks, ticks
from leadkit.reviewing.cases import LeadCase, OpportunityCase
from leadkit.reviewing.rates import Rate
from leadkit.reviewing.review import Cohort, Review
from leadkit.texts import texts
from tests.report.reviews import HOSTILE, KEYS, QUARTER, empty, hostile, ordinary, review_of, reviews

LANGUAGES = ("zh_CN", "en")
VOID = {"meta", "link", "rect", "path", "line", "img", "br"}


class Page(HTMLParser):
    """A page as tags with their attributes, and the text of it and of each element of some kinds."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.of: dict[str, list[str]] = {}
        self.open: list[str] = []
        self.feed(html)
        self.close()
        self.text = " ".join(" ".join(self.texts).split())

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)
            self.of.setdefault(tag, []).append("")

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if "style" not in self.open:
            self.texts.append(data)
        for tag in set(self.open):
            self.of[tag][-1] += data


def percent(rate: Rate) -> str:
    if not rate.is_share:
        return "–"
    return f"{(Decimal(rate.met * 100) / rate.of).quantize(Decimal('0.1'), ROUND_HALF_UP):,}%"


def money(amount: Decimal | None) -> str:
    return "–" if amount is None else f"CN¥{amount:,.0f}"


def every_number(review: Review) -> set[str]:
    """Every figure of a review as English writes it, by formats of our own."""
    groups = [one for by in ("channel", "industry", "owner", "priority") for one in review.by[by]]
    figures = [review.total, review.cohort, *groups]
    found = {
        f"{getattr(one, name):,}"
        for one in figures
        for name in ("leads", "valid_leads", "opportunities", "won", "lost")
    }
    found |= {percent(rate) for one in figures for rate in (one.valid_rate, one.lead_to_win_rate, one.win_rate)}
    found |= {
        money(amount) for one in figures for amount in (one.average_deal_size, one.won_amount, one.pipeline_velocity)
    }
    found |= {f"{days:f}".removesuffix(".0") + " day" for one in figures if (days := one.sales_cycle_days) is not None}
    found |= {f"{days:f}".removesuffix(".0") + " day" for one in figures if (days := one.sales_cycle_median_days)}
    rates = [row.rate for row in (*review.losses, *review.screening_reasons)]
    rates += [rate for one in (*review.cohorts, *review.channel_cohorts) for rate in one.within if rate.of]
    rates += [rate for one in (*review.responses, *review.responses_by_owner) for rate in (one.answered, one.late)]
    found |= {percent(rate) for rate in rates} | {f"{rate.met:,}" for rate in rates}
    found |= {
        f"{rate.met:,}/{rate.of:,}" for rate in rates if rate.of and rate not in [row.rate for row in review.losses]
    } - {f"{row.rate.met:,}/{row.rate.of:,}" for row in review.screening_reasons}
    return found | {f"{number:,}" for number in review.problems.values()}


class TestFigures:
    """Every figure of the review is on the page, formatted for its language."""

    def test_every_figure_of_a_quarter_is_on_the_english_page(self):
        review = ordinary()
        text = Page(review_html(review, language="en")).text
        assert [number for number in sorted(every_number(review)) if number not in text] == []

    @given(reviews())
    @settings(max_examples=15)
    def test_the_key_figures_stand_with_the_period_before_and_the_verdict(self, review):
        page = Page(review_html(review, language="en"))
        tiles = page.text.split("Key figures")[2].split("What to look at next")[0]
        for change in review.changes:
            if change.name in {"lost", "valid_rate"}:
                continue
            if change.name == "a_opportunities" and not any(group.key for group in review.by["grade"]):
                assert not review.total.opportunities or re.search("Grade A opportunities – ", tiles)
                continue
            before, now = change.before, change.now
            was, value = (percent(before), percent(now)) if isinstance(now, Rate) else (f"{before:,}", f"{now:,}")
            verdict = {"up": "▲ up", "down": "▼ down", "noise": "≈ within chance", None: "not comparable"}
            name = texts("review", "en")["figures"][change.name]
            interval = r"(95% interval \S+ (small sample )?|\S+, over 100%, no share )?"
            told = rf"{name} {re.escape(value)} {interval}before {re.escape(was)} {verdict[change.direction]}"
            assert re.search(told, tiles), (change, tiles)

    @pytest.mark.parametrize(
        ("language", "told"),
        [
            (
                "zh_CN",
                ["7.5%", "7.5%（24/320）", "5.1–10.9%", "¥1,234,568", "¥9.50", "¥50万", "45天", "3.4小时", "95分钟"],
            ),
            (
                "en",
                [
                    "7.5%",
                    "7.5% (24/320)",
                    "5.1–10.9%",
                    "CN¥1,234,568",
                    "CN¥9.50",
                    "CN¥500K",
                    "45 days",
                    "3.4 hr",
                    "95 min",
                ],
            ),
        ],
    )
    def test_numbers_are_written_as_the_language_writes_them(self, language, told):
        words = Words(language, "CNY", {})
        rate = Rate(24, 320)
        assert told == [
            words.rate(rate),
            words.counted(rate),
            words.interval(rate),
            words.money(Decimal("1234567.80")),
            words.money(Decimal("9.5")),
            words.short_money(Decimal(500_000)),
            words.time(Decimal("45.0"), "day"),
            words.time(Decimal("204.0"), "minute"),
            words.time(Decimal(95), "minute"),
        ]

    def test_what_can_not_be_reckoned_is_a_dash_and_never_0(self):
        words = Words("en", "CNY", {})
        assert {words.rate(Rate(0, 0)), words.money(None), words.time(None, "day"), words.number(None)} == {"–"}

    def test_more_won_than_valid_leads_is_no_rate(self):
        lead = LeadCase(id="L", channel="a", status="valid", received_at=QUARTER.start)
        won = [
            OpportunityCase(id=str(n), channel="a", status="won", opened_at=QUARTER.start, closed_at=QUARTER.start)
            for n in range(2)
        ]
        text = Page(review_html(review_of([lead], won), language="en")).text
        assert "200.0%" not in text
        assert "2/1" in text
        assert "over 100%, no share" in text

    def test_codes_are_called_what_the_labels_say(self):
        review = ordinary()
        assert "需求不明确" in review_html(review)
        assert "太含糊" in review_html(review, labels={"zh_CN": {"need_vague": "太含糊"}})
        assert "need_vague" not in review_html(review, language="en")

    def test_title_company_period_time_and_policy_stand_above(self):
        text = Page(review_html(ordinary(), title="第三季度复盘", company="星河装备")).text
        for told in (
            "第三季度复盘",
            "星河装备",
            "2023年Q3",
            "2023-07-01 – 2023-09-30",
            "2023-10-31 18:00",
            "standard@1#8c1f02ab",
        ):
            assert told in text


class TestNothingActs:
    """No script, no address, nothing loaded; what people wrote is text and stays text."""

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("make", [ordinary, hostile, empty])
    def test_there_is_no_script_no_handler_and_no_address(self, language, make):
        page = Page(review_html(make(), language=language, title=HOSTILE[0], company=HOSTILE[1]))
        assert not {tag for tag, _ in page.tags} & {
            "script",
            "img",
            "iframe",
            "object",
            "embed",
            "base",
            "form",
            "image",
            "use",
        }
        for tag, attributes in page.tags:
            assert not [name for name in attributes if name.startswith("on") or name in {"src", "srcset", "xlink:href"}]
            mark = tag == "a" and attributes.get("href", "").startswith("#")
            assert "href" not in attributes or mark or (tag, attributes["href"]) == ("link", "data:,")
            plain = {name: value for name, value in attributes.items() if name != "aria-label"}
            assert not re.search(r"https?:|url\(|@import|javascript:", " ".join(map(str, plain.values())))
        assert not re.search(r"https?:|url\(|@import|@font-face", page.of["style"][0])

    def test_the_policy_of_the_page_forbids_what_it_does_not_have(self):
        policy = next(one for _, one in Page(review_html(empty())).tags if "http-equiv" in one)
        assert policy == {
            "http-equiv": "Content-Security-Policy",
            "content": "default-src 'none'; style-src 'unsafe-inline'; img-src data:",
        }

    def test_hostile_names_and_notes_are_there_whole_as_text(self):
        page = Page(review_html(hostile(), title=HOSTILE[0]))
        assert set(HOSTILE) <= set(page.of["bdi"])
        assert "<b>价格</b>因素导致15个商机流失" in page.of["li"]

    @given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
    @settings(max_examples=15)
    def test_any_name_comes_back_as_it_was(self, name):
        lead = LeadCase(id="L", channel=name, status="valid", received_at=QUARTER.start)
        page = Page(review_html(review_of([lead], []), language="en"))
        wanted = name.replace("\r\n", "\n").replace("\r", "\n") if name else "not stated"
        assert wanted in [text.replace("\r\n", "\n").replace("\r", "\n") for text in page.of["bdi"]]


class TestStructure:
    """Real tables with captions and scopes, headings in order, charts with words, the language said."""

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("make", [ordinary, hostile, empty])
    def test_the_page_can_be_read_without_eyes(self, language, make):
        page = Page(review_html(make(), language=language))
        levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h[1-6]", tag)]
        assert levels[0] == 1
        assert levels.count(1) == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        kinds = [tag for tag, _ in page.tags]
        assert kinds.count("table") == kinds.count("caption") > 0
        assert all(one.get("scope") in {"row", "col"} for tag, one in page.tags if tag == "th")
        roles = [one for _, one in page.tags if one.get("role") == "img"]
        assert kinds.count("svg") == len(roles) == (0 if make is empty else 4)
        assert all(one["aria-label"] for one in roles)
        assert dict(page.tags)["html"] == {"lang": language.replace("_", "-")}
        assert page.open == []

    def test_an_empty_period_is_an_honest_page(self):
        page = Page(review_html(empty(), language="en"))
        assert "No lead came in and no opportunity was opened or closed" in page.text
        assert "there is no chart" in page.text
        assert "nan" not in page.text.lower().split()
        assert not any(one in page.text for one in ("None", "0.0%"))

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_contents_name_every_section_in_its_order(self, language):
        page = Page(review_html(ordinary(), language=language))
        marks = [attributes["href"][1:] for tag, attributes in page.tags if tag == "a"]
        assert marks == [attributes["id"] for tag, attributes in page.tags if tag == "h2" and "id" in attributes]

    def test_small_samples_are_marked_in_words(self):
        text = Page(review_html(ordinary(leads=40), language="en")).text
        assert "small sample" in text
        assert "allows no conclusion" in text

    def test_immature_cells_say_how_many_are_too_young(self):
        text = Page(review_html(ordinary(), language="en")).text
        review = ordinary()
        young = {number for one in review.cohorts for number in one.immature if 0 < number < one.leads}
        assert young
        assert all(f"{number} too young" in text for number in young)

    def test_both_languages_have_the_same_texts_with_the_same_places(self):
        one, other = (texts("review", language) for language in LANGUAGES)
        assert list(one) == list(other)
        for section in one:
            assert list(one[section]) == list(other[section])
            for key, text in one[section].items():
                places = [
                    {name for _, name, _, _ in Formatter().parse(said) if name} for said in (text, other[section][key])
                ]
                assert places[0] == places[1], key


class TestManyChannels:
    """Beyond twelve channels the chart sums the rest up; the table has them all."""

    def test_forty_channels_are_all_in_the_table_and_the_rest_is_one_circle(self):
        review = hostile()
        drawn = channels(review, Words("en", "CNY", {}))
        rest = len(review.by["channel"]) - 12
        assert rest > 20
        assert f"{rest} other channels: lead-to-win rate" in drawn.alt
        names = Page(review_html(review)).of["bdi"]
        assert all(one.key is None or one.key in names for one in review.by["channel"])

    @given(st.lists(st.tuples(KEYS, st.integers(0, 9)), max_size=8), st.data())
    def test_channels_summed_up_are_those_of_one_channel(self, rows, data):
        won = [
            OpportunityCase(
                id=str(number),
                channel=channel,
                status=data.draw(st.sampled_from(("won", "lost"))),
                amount=data.draw(st.none() | st.decimals(1, 10**6, places=2)),
                opened_at=QUARTER.start,
                closed_at=QUARTER.start,
            )
            for number, (channel, _) in enumerate(rows)
        ]
        parts = review_of([], won).by["channel"]
        one = review_of([], [evolve(case, channel=None) for case in won]).by["channel"]
        if parts:
            assert merged(parts) == evolve(one[0], sales_cycle_days=None, sales_cycle_median_days=None)

    def test_a_chart_without_anything_to_draw_is_none(self):
        words = Words("en", "CNY", {})
        assert funnel(empty(), words) is None
        assert channels(empty(), words) is None


class TestShades:
    """The higher a rate of a heat map the darker its cell; intervals lie where they are; grades go from the best."""

    RATES = st.integers(1, 200).flatmap(lambda of: st.builds(Rate, st.integers(0, of), st.just(of)))

    @given(st.lists(RATES, min_size=3, max_size=3))
    def test_shades_follow_the_rates_from_0_for_nothing_to_5_for_the_highest(self, rates):
        cohort = Cohort(key="2023-07", leads=200, within=tuple(rates), immature=(0, 0, 0))
        shades = [heat(rate, [cohort]) for rate in sorted(rates, key=lambda rate: Fraction(rate.met, rate.of))]
        assert shades == sorted(shades)
        assert shades[-1] == (5 if any(rate.met for rate in rates) else 0)
        assert all((heat(rate, [cohort]) == 0) == (rate.met == 0) for rate in rates)

    @given(RATES)
    def test_an_interval_lies_within_its_scale_around_its_rate(self, rate):
        found = span(rate, rate.high)
        assert 0 <= found.left <= found.at <= 100
        assert found.left + found.width == 100


class TestPlaces:
    """No name in a chart covers another one or a circle, or leaves the plane."""

    SPOTS = st.builds(Spot, st.floats(60, 320), st.floats(40, 280), st.floats(4, 16), st.text(min_size=1, max_size=22))

    @given(st.lists(SPOTS, max_size=13))
    def test_names_keep_clear_of_each_other_and_of_circles(self, spots):
        plane = Box(58, 34, 322, 284)
        boxes = [label.box(13) for label in place_labels(spots, plane, 13)]
        assert all(box.within(plane) for box in boxes)
        assert not any(box.meets(spot.box) for box in boxes for spot in spots)
        assert not any(one.meets(other) for place, one in enumerate(boxes) for other in boxes[:place])

    @given(st.text(), st.integers(2, 60))
    def test_a_shortened_name_fits_and_keeps_its_beginning(self, name, most):
        short, line = shortened(name, most), " ".join(name.split())
        assert columns(short) <= most
        assert short == line or (short.endswith("…") and line.startswith(short[:-1]))

    @given(st.floats(0, 1e15), st.integers(2, 8))
    def test_ticks_are_few_start_at_0_and_reach_beyond_the_largest(self, largest, most):
        found = ticks(largest, most)
        assert found[0] == 0
        assert found[-1] >= largest
        assert len(found) <= most + 1

    @given(st.floats(0, 1))
    def test_shares_never_get_a_line_beyond_1(self, largest):
        assert largest <= share_ticks(largest, 6)[-1] <= 1


class TestWriting:
    """The file is written whole or not at all."""

    def test_the_file_is_the_page(self, tmp_path):
        write_review(ordinary(), tmp_path / "review.html", language="en")
        assert (tmp_path / "review.html").read_text("utf-8") == review_html(ordinary(), language="en")
        assert [one.name for one in tmp_path.iterdir()] == ["review.html"]

    def test_a_folder_that_is_not_there_is_an_error_of_the_system(self, tmp_path):
        with pytest.raises(OSError, match="nowhere"):
            write_review(empty(), tmp_path / "nowhere" / "review.html")

    @pytest.mark.parametrize("library", ["jinja2", "altair", "vl_convert", "babel"])
    def test_a_missing_library_is_named_with_the_command_that_brings_it(self, library):
        script = f"""
import sys
sys.modules[{library!r}] = None
from leadkit.adapters.report.page import review_html
from leadkit.errors import MissingExtraError
try:
    review_html(None)
except MissingExtraError as error:
    print(error)
"""
        said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
        assert library in said
        assert 'pip install "leadkit[report]"' in said
