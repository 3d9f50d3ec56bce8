"""What events can do together: proofs over days and subjects, and ways that do what they say."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

import leadkit as lk
from leadkit.scoring.witness import Events
from tests.conftest import NOW


def policy(*claims: dict, time_zone: str = "UTC", **rules: dict) -> lk.Policy:
    bands = {"priority": {"high": 20, "low": -100}}
    scoring = {"groups": {"g": {"floor": -100, "rules": rules}}, "floor": -100, "bands": bands}
    return lk.load_policy({"name": "own", "time_zone": time_zone, "scoring": scoring, "invariants": list(claims)})


def outcome(judged: lk.Policy) -> str:
    return lk.checks.prove(judged, judged.document.invariants[0]).outcome


class TestDaysAndSubjects:
    """A claim is proved only where no lead breaks it."""

    def test_a_window_of_a_day_touches_two_days(self):
        twice = {"event": "visit", "points": 10, "once_per": "day", "times": 2, "within_days": 1}
        judged = policy({"at_most": {"points": 0}}, twice=twice)
        moments = [NOW, NOW - timedelta(hours=13)]
        assert judged.score({}, [("visit", at) for at in moments], as_of=NOW).points == 10
        assert outcome(judged) == "undecided"

    def test_two_subjects_on_one_day(self):
        days = {"event": "visit", "points": -10, "once_per": "day", "times": 2}
        subjects = {"event": "visit", "points": 10, "once_per": "subject", "times": 2}
        judged = policy({"at_most": {"points": 0}}, days=days, subjects=subjects)
        assert outcome(judged) != "proved"

    def test_days_without_a_window_are_gone_through(self):
        days = {"event": "visit", "points": 5, "once_per": "day", "limit": 15}
        assert outcome(policy({"at_most": {"points": 15}}, days=days)) == "proved"
        assert outcome(policy({"at_most": {"points": 14}}, days=days)) == "refuted"


class TestWays:
    """A way leads to the band that it names when its events happen."""

    def reached(self, judged: lk.Policy, happened: list[dict]) -> list[tuple[str, str]]:
        score = judged.score({}, happened, as_of=NOW)
        ways = judged.next_band(score)
        after = [judged.score({}, [*happened, *way.activities(NOW)], as_of=NOW) for way in ways]
        return [(way.band, score.bands["priority"]) for way, score in zip(ways, after, strict=True)]

    def test_a_subject_that_the_lead_has_already_is_no_way(self):
        rule = {"event": "visit", "points": 10, "once_per": "subject", "where": {"subject": ["a", "b"]}}
        assert self.reached(policy(two=rule), [{"kind": "visit", "occurred_at": NOW, "subject": "a"}]) == []

    @pytest.mark.parametrize("subject", ["2026", "Pricing [EN]", "a b=c", "plain"])
    def test_odd_subjects(self, subject):
        rule = {"event": "visit", "points": 20, "where": {"subject": subject}}
        judged = policy(about=rule)
        assert self.reached(judged, []) == [("high", "high")]
        (shown,) = [band.witness for band in lk.checks.check(judged).bands if band.band == "high"]
        (events,) = shown.events
        assert Events.called(events.name, 1) == Events("visit", 0, 1, subject)

    def test_each_event_has_a_subject_of_its_own(self):
        rule = {"event": "visit", "points": 10, "once_per": "subject"}
        assert self.reached(policy(each=rule), []) == [("high", "high")]


class TestColumns:
    """Codes may be any word: no column takes another's place."""

    def test_a_rule_called_count(self):
        groups = {
            "r": {"rules": {"count": {"event": "call", "points": 7}}},
            "g": {"rules": {"r": {"event": "visit", "points": 10}}},
        }
        judged = lk.load_policy({"name": "own", "scoring": {"groups": groups}})
        assert judged.score({}, {"call": 1, "visit": 1}, as_of=NOW).points == 17

    @pytest.mark.parametrize("name", ["set", "len", "min", "sum", "def"])
    def test_a_band_set_with_a_word_of_python(self, name):
        rules = {"each": {"event": "visit", "points": 10, "once_per": "day"}}
        scoring = {"groups": {"g": {"rules": rules}}, "bands": {name: {"high": 10, "low": 0}}}
        score = lk.load_policy({"name": "own", "scoring": scoring}).score({}, [("visit", NOW)], as_of=NOW)
        assert score.bands == {name: "high"}

    def test_a_rule_called_as_a_step_of_the_group(self):
        group = {"weight": Decimal("0.5"), "rules": {"unweighted": {"event": "visit", "points": 1}}}
        with pytest.raises(lk.PolicyError, match="nothing can be called unweighted"):
            lk.load_policy({"name": "own", "scoring": {"groups": {"g": group}}})


def test_an_event_after_the_score_in_the_hour_that_comes_twice():
    zone = ZoneInfo("America/New_York")
    as_of = datetime(2026, 11, 1, 1, 30, tzinfo=zone)
    later = datetime(2026, 11, 1, 1, 10, fold=1, tzinfo=zone)
    judged = policy(visit={"event": "visit", "points": 5})
    assert judged.score({}, [("visit", later)], as_of=as_of).points == 0


def test_endings_leave_other_texts():
    rule = {"when": {"field": "industry", "ends_with": "e"}, "points": 10}
    claim = {"when": {"field": "industry", "known": True}, "at_least": {"points": 10}}
    judged = policy(claim, ending=rule)
    assert outcome(judged) == "refuted"
    assert judged.score({}, as_of=NOW).possible == (0, 10)
    spaced = policy(
        {"at_most": {"points": 0}},
        plain={"when": {"field": "job_title", "ends_with": "manager"}, "points": 10},
        blank={"when": {"field": "job_title", "ends_with": " manager"}, "points": -10},
    )
    assert outcome(spaced) == "refuted"
