"""The line of the review that says whether the bands moved since the period before, and whether to learn again."""

from __future__ import annotations

from datetime import timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkit.adapters.report.page import review_html
from leadkit.adapters.spreadsheets.review_workbook import review_tables
from leadkit.cli.reviews import lines
from leadkit.reviewing.cases import LeadCase, OpportunityCase
from leadkit.reviewing.count import count
from leadkit.reviewing.review import Review, reviewed
from leadkit.reviewing.view import view
from tests.reviewing.made_up import QUARTER

SHARES = {"high": 0.2, "medium": 0.3, "low": 0.5}
RATES = {"high": 0.6, "medium": 0.4, "low": 0.2}
Cases = tuple[list[LeadCase], list[OpportunityCase]]


def cases(number: int, seed: int, at, shares=SHARES, rates=RATES) -> Cases:
    """Leads received and opportunities closed soon after a time, with bands in these shares, won at these rates."""
    dice, leads, deals = Random(seed), [], []
    for place in range(number):
        band, name = dice.choices([*shares], [*shares.values()])[0], f"{seed}-{place}"
        day = at + timedelta(hours=place % 2000)
        leads.append(LeadCase(id=name, status="valid", priority=band, received_at=day))
        won = "won" if dice.random() < rates[band] else "lost"
        deals.append(OpportunityCase(id=name, status=won, priority=band, opened_at=day, closed_at=day))
    return leads, deals


def of(before: Cases, now: Cases) -> Review:
    leads, deals = ([*earlier, *later] for earlier, later in zip(before, now, strict=True))
    cells, earlier = (count(leads, deals, period, as_of=QUARTER.end) for period in (QUARTER, QUARTER.previous))
    return reviewed(cells, earlier, QUARTER, as_of=QUARTER.end, currency="CNY")


def quarters(before: int, now: int, seed: int = 0, **other) -> Review:
    return of(cases(before, 2 * seed + 1, QUARTER.previous.start), cases(now, 2 * seed + 2, QUARTER.start, **other))


class TestVerdict:
    """`learn_again` only where chance does not explain it; too few cases are told."""

    @given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 9))
    def test_bands_hold_every_lead_and_every_closed_opportunity(self, before, now, seed):
        found = quarters(before, now, seed).drift
        if not before + now:
            assert found is None
            return
        assert (found.leads_before, found.leads_now) == (before, now) == (found.won_before.of, found.won_now.of)
        assert sum(row.share_now.met for row in found.bands) == now
        assert sum(row.rate_before.of for row in found.bands) == before
        if min(before, now) < 30:
            assert found.verdict == "not_enough_data"

    def test_chance_alone_hardly_ever_asks_to_learn_again(self):
        verdicts = [quarters(200, 150, seed).drift.verdict for seed in range(20)]
        assert verdicts.count("learn_again") <= 4

    @pytest.mark.parametrize("other", [
        {"shares": {"high": 0.5, "medium": 0.3, "low": 0.2}}, {"rates": {**RATES, "high": 0.2}},
        {"rates": dict.fromkeys(RATES, 0.1)},
    ])  # fmt: skip
    def test_other_leads_and_other_rates_ask_for_it(self, other):
        found = quarters(300, 300, **other).drift
        assert found.verdict == "learn_again"
        assert found.moved or found.won_moved

    def test_a_rate_that_falls_is_named(self):
        found = quarters(300, 300, rates={**RATES, "high": 0.1}).drift
        assert ("high", "down") in {(row.level, row.rate_moved) for row in found.moved}

    def test_without_a_period_before_nothing_is_compared(self):
        leads, deals = cases(50, 1, QUARTER.start)
        alone = reviewed(
            count(leads, deals, QUARTER, as_of=QUARTER.end), None, QUARTER, as_of=QUARTER.end, currency="CNY"
        )
        assert alone.drift is None
        assert view(alone, "en").drift is None


class TestLine:
    """One line, the same on the page, in the workbook and in the terminal, in both languages."""

    @pytest.mark.parametrize("language", ["en", "zh_CN"])
    @pytest.mark.parametrize(("before", "now", "rates"), [(300, 300, RATES), (300, 300, {**RATES, "high": 0.1}),
                                                          (300, 9, RATES)])  # fmt: skip
    def test_it_stands_everywhere(self, language, before, now, rates):
        found = quarters(before, now, rates=rates)
        line = view(found, language).drift
        assert line
        assert not {"{", "\n"} & {*line}
        assert line in list(lines(found, language))[-40:] or f"\n{line}" in lines(found, language)
        assert line in review_html(found, language=language).replace("&#39;", "'")
        assert line in {cell for row in review_tables(found, language)[1].rows for cell in row}

    def test_what_moved_is_in_it(self):
        found = quarters(300, 300, rates={**RATES, "high": 0.1})
        row = next(row for row in found.drift.moved if row.level == "high")
        line = view(found, "en").drift
        assert f"high: won {row.rate_before} → {row.rate_now}" in line
        assert "leadkit drift" in line
