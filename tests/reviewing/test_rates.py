"""Rates: exact, with the interval that so few cases allow."""

from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadkit.reviewing.rates import Rate, change_of_count, change_of_rate

RATES = st.integers(0, 5_000).flatmap(lambda of: st.builds(Rate, st.integers(0, of), st.just(of)))


def naive_wilson(met: int, of: int) -> tuple[float, float]:
    z, p = 1.959963984540054, met / of
    middle, reach = p + z * z / (2 * of), z * sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    return (middle - reach) / (1 + z * z / of), (middle + reach) / (1 + z * z / of)


class TestRates:
    """Rates carry their counts and a Wilson interval; a small sample says so."""

    @given(RATES)
    def test_the_interval_is_wilsons_and_holds_the_rate(self, rate):
        if not rate.of:
            assert rate.value is rate.low is rate.high is None
            return
        low, high = naive_wilson(rate.met, rate.of)
        assert float(rate.low) == pytest.approx(low, abs=1e-6)
        assert float(rate.high) == pytest.approx(high, abs=1e-6)
        assert 0 <= rate.low <= rate.value <= rate.high <= 1

    @given(RATES)
    def test_the_counterpart_has_the_mirrored_interval(self, rate):
        other = Rate(rate.of - rate.met, rate.of)
        if rate.of:
            assert (1 - rate.high, 1 - rate.low) == (other.low, other.high)

    def test_it_is_small_below_thirty_cases(self):
        assert Rate(1, 29).small
        assert not Rate(1, 30).small

    @pytest.mark.parametrize(
        ("met", "of", "text"),
        [(24, 320, "7.5%"), (1, 3, "33.3%"), (2, 3, "66.7%"), (0, 0, "–"), (5, 5, "100.0%"), (1, 1000, "0.1%")],
    )
    def test_it_is_written_as_people_write_it(self, met, of, text):
        assert Rate(met, of).percent() == text

    @pytest.mark.parametrize(
        ("met", "of", "interval"),
        [(81, 263, "0.2553 0.3662"), (15, 148, "0.0624 0.1605"), (0, 20, "0.0000 0.1611"), (1, 29, "0.0061 0.1718")],
    )
    def test_it_has_the_values_of_newcombes_table(self, met, of, interval):
        assert f"{Rate(met, of).low:.4f} {Rate(met, of).high:.4f}" == interval


class TestChanges:
    """A comparison with the period before says whether the change is more than noise."""

    @given(RATES, RATES)
    def test_a_change_and_its_reverse_say_the_opposite(self, one, other):
        opposite = {"up": "down", "down": "up", "noise": "noise", None: None}
        assert change_of_rate(other, one) == opposite[change_of_rate(one, other)]

    @given(RATES)
    def test_no_change_is_noise(self, rate):
        assert change_of_rate(rate, rate) == ("noise" if rate.of else None)

    def test_newcombes_interval_decides(self):
        assert change_of_rate(Rate(48, 80), Rate(56, 70)) == "up"
        assert change_of_rate(Rate(9, 10), Rate(3, 10)) == "down"
        assert change_of_rate(Rate(5, 56), Rate(0, 29)) == "noise"
        assert change_of_rate(Rate(6, 7), Rate(2, 7)) == "down"

    @given(st.integers(0, 10_000), st.integers(0, 10_000))
    def test_a_count_moves_by_more_than_two_deviations(self, before, now):
        found = change_of_count(before, now)
        moved = abs(now - before) > 1.959963984540054 * sqrt(now + before) + 1e-9
        assert (found != "noise") == moved
        assert found == ("noise" if not moved else "up" if now > before else "down")


def test_a_percentage_is_rounded_half_up_as_in_a_spreadsheet():
    assert [Rate(1, 16).percent(), Rate(1, 80).percent(), Rate(1, 8).percent(0)] == ["6.3%", "1.3%", "13%"]
