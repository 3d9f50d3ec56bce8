"""Thresholds by what a team can work on: no band gets more than it may, and no lower threshold would do."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import leadkit as lk
from leadkit.cli.commands import cli
from leadkit.reviewing.capacity import capacity_plan
from tests.desk.desks import lead

BANDS = {"high": Decimal(80), "medium": Decimal(50), "low": Decimal(0)}
scores = st.lists(st.integers(0, 30).map(Decimal), max_size=60)
rooms = st.lists(st.integers(1, 40).map(Decimal), min_size=1, max_size=2)


class TestPlan:
    """At most so many leads a week; as many as fit."""

    @given(points=scores, room=rooms, weeks=st.sampled_from([Decimal(1), Decimal(2), Decimal("0.5")]))
    def test_each_band_has_what_fits_and_no_less(self, points, room, weeks):
        plan = capacity_plan(points, BANDS, room, weeks)
        thresholds = [band.threshold for band in plan.bands]
        assert thresholds == sorted(set(thresholds), reverse=True)
        assert thresholds[-1] == 0
        assert sum(band.leads.met for band in plan.bands) == len(points)
        above = None
        for band, most in zip(plan.bands, room, strict=False):
            assert band.leads.met <= most * weeks
            lower = max((score for score in points if 0 < score < band.threshold), default=None)
            if lower is not None:
                more = sum(lower <= score and (above is None or score < above) for score in points)
                assert more > most * weeks
            above = band.threshold

    def test_equal_scores_stay_together(self):
        plan = capacity_plan([Decimal(9)] * 5 + [Decimal(7)] * 3, BANDS, [Decimal(4)], Decimal(1))
        assert [(band.name, band.threshold, band.leads.met) for band in plan.bands] == [
            ("high", 10, 0),
            ("medium", 9, 5),
            ("low", 0, 3),
        ]

    def test_a_band_without_a_capacity_keeps_its_threshold_where_it_can(self):
        points = [Decimal(score) for score in range(100)]
        high, medium, _ = capacity_plan(points, BANDS, [Decimal(10)], Decimal(1)).bands
        assert (high.threshold, medium.threshold, high.before.met) == (90, 50, 20)
        assert str(high.leads) == "10.0% (10/100)"

    def test_its_toml_is_a_policy(self):
        plan = capacity_plan([Decimal(score) for score in range(100)], BANDS, [Decimal(10)], Decimal(1))
        import tomllib

        policy = lk.load_policy({"name": "ours", "extends": "standard", **tomllib.loads(plan.toml)})
        assert policy.document.scoring.bands["priority"].thresholds["high"] == 90


class TestCommand:
    """`leadkit bands --capacity 60/week` on a sheet or a store."""

    def run(self, *words: object) -> str:
        result = CliRunner().invoke(cli, ["bands", *map(str, words)], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    def store(self, folder: Path) -> str:
        address = f"sqlite:///{folder / 'leads.db'}"
        lk.migrate(address)
        with lk.Desk("standard", address) as desk:
            for number in range(1, 9):
                desk.capture(lead(number, contact={"job_title": "工程师" if number % 2 else "采购总监"}))
        return address

    def test_on_a_store(self, tmp_path):
        out = self.run("--capacity", "4/week", "--weeks", 1, "--db", self.store(tmp_path))
        assert "8 leads of 1.0 weeks" in out
        assert "[scoring.bands.priority]" in out

    @pytest.mark.parametrize("words", [["60"], ["x/week"], ["0/week"], ["nan/week"]])
    def test_nonsense_is_refused(self, words):
        result = CliRunner().invoke(cli, ["bands", "--capacity", *words, "--db", "memory:"])
        assert (result.exit_code, "60/week" in result.output) == (2, True)

    def test_too_many_capacities(self):
        result = CliRunner().invoke(cli, ["bands", *["--capacity", "3/week"] * 3, "--db", "memory:"])
        assert (result.exit_code, "at most 2 times" in result.output) == (2, True)
