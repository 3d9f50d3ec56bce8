"""What random leads never meet: the module is exact there too, and a fault put into it is seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

import leadkit as lk
from leadkit.scoring.event_rules import LONGEST_HALF_LIFE
from tests.conftest import NOW
from tests.page.critical_decays import DAY, pairs
from tests.page.engines import encoded
from tests.page.test_javascript import check, engine, said

__all__ = ["engine"]

COMPOSED, DECOMPOSED = "café", "cafe\u0301"
HOSTILE = "</script><b>\u2028\u2029\"'\\`${1}<!--"
FAR, ASTRAL = "\uffee", "\U0001f600"
"""Astral characters come last by code points, and not by the halves that JavaScript sorts by."""
LONG, ODD = Decimal(9007199254740993), Decimal("0.123456789012")
LETTERS = {COMPOSED: 1, DECOMPOSED: 2, HOSTILE: 4, FAR: 8, ASTRAL: 16}
WORDS = {"new": 1, "true": 2, "null": Decimal("-3.5")}
POLICY: dict[str, Any] = {
    "name": "telling",
    "time_zone": "Asia/Shanghai",
    "fields": {
        "constructor": {"type": "number"},
        "class": {"type": "category", "levels": ["new", "true", "null"]},
        "note": {"type": "text"},
        "size": {"type": "number"},
    },
    "scoring": {
        "floor": -100_000,
        "limit": 100_000,
        "start": Decimal("-0.000001"),
        "groups": {
            "facts": {
                "floor": -100_000,
                "weight": Decimal("0.333333"),
                "rules": {
                    "inherited": {"when": {"field": "constructor", "known": True}, "points": 7},
                    "words": {
                        "field": "class",
                        "points": {"new": 1, "true": 2, "null": Decimal("-3.5")},
                        "unknown": Decimal("-0.25"),
                    },
                    "letters": {
                        "field": "note",
                        "points": {COMPOSED: 1, DECOMPOSED: 2, HOSTILE: 4, FAR: 8, ASTRAL: 16},
                    },
                    "ending": {"when": {"field": "note", "ends_with": ["大学", "\u0301"]}, "points": 32},
                    "long": {
                        "field": "size",
                        "ranges": {
                            "odd": {"at_least": ODD, "points": 1},
                            "long": {"at_least": LONG, "points": 2},
                            "longer": {"at_least": LONG + 1, "points": 3},
                        },
                        "unknown": Decimal("0.000001"),
                    },
                    "equal": {"when": {"field": "size", "equals": LONG}, "points": 64},
                    "among": {"when": {"field": "size", "in": [LONG, ODD, 0]}, "points": 128},
                },
            },
            "events": {
                "floor": -100_000,
                "limit": 100_000,
                "rules": {
                    "astral": {"event": "visit", "points": 1, "where": {"subject": ASTRAL}},
                    "far": {"event": "visit", "points": 100, "where": {"subject": [FAR, COMPOSED]}},
                    "amount": {"event": "visit", "points": 1000, "where": {"amount": {"at_least": ODD}}},
                    "nothing": {"event": "call", "points": 0},
                    "minus": {"event": "call", "points": -5, "once_per": "day"},
                    "huge": {"event": "call", "points": 100_000},
                    "window": {"event": "visit", "points": Decimal("-0.1"), "within_days": 1},
                    "faded": {"event": "visit", "points": 3, "fades_over_days": 7},
                    "halved": {"event": "visit", "points": 100_000, "half_life_days": 3},
                    "silent": {"silent_days": 1, "points": -1},
                },
            },
        },
        "bands": {
            "priority": {"high": 1, "low": -100_000},
            "of_events": {"of": "events", "A": Decimal("0.1"), "B": -100_000},
        },
        "tables": {
            "tier": {
                "rows": {"A1": {"class": "true", "size": {"at_least": LONG}}, "B2": {"note": HOSTILE}},
                "otherwise": "C3",
            }
        },
    },
    "screening": {
        "criteria": {"inherited": {"needs": ["constructor"]}, "hostile": {"when": {"field": "note", "equals": HOSTILE}}}
    },
    "grading": {
        "dimensions": {
            "urgency": {"points": {"high": 2, "low": 1}, "from": "close", "within_months": {"high": 1}, "later": "low"},
            "budget": {"points": {"high": 2, "low": 1}, "from": "amount", "at_least": {"high": LONG, "low": 0}},
        },
        "grades": {"A": 4, "B": 0},
    },
}

BEFORE_1970 = datetime.fromisoformat("1969-12-31T23:59:58.500000+00:00")


def events() -> Iterator[tuple[Any, datetime]]:
    """Activities, and the time at which they are counted."""
    half = timedelta(milliseconds=500)
    yield [], NOW
    yield {"call": 3}, NOW
    yield {"call": 0, "visit": 90_000}, NOW
    for edge in (0, 1, DAY - 1, DAY, DAY + 1, 3 * DAY, 7 * DAY - 1, 7 * DAY, -1):
        yield [("visit", NOW - timedelta(seconds=edge)), ("call", NOW - timedelta(seconds=edge))], NOW
    yield [("visit", NOW + half), ("visit", NOW - half)], NOW + half
    yield [("visit", BEFORE_1970), ("call", BEFORE_1970 - half)], BEFORE_1970 + half
    midnight = datetime.fromisoformat("2026-09-30T16:00:00+00:00")
    yield [("call", midnight), ("call", midnight - timedelta(seconds=1)), ("call", midnight + half)], NOW
    same = {"kind": "visit", "occurred_at": NOW, "activity_id": "a"}
    for about in ([FAR, ASTRAL], [ASTRAL, FAR], [None, ASTRAL], [ASTRAL, ""], [COMPOSED, DECOMPOSED]):
        yield [{**same, "subject": subject} for subject in about], NOW
    yield [{**same, "amount": amount} for amount in (0.123456789012, 0.123456789011, None)], NOW
    yield [{**same, "kind": "visit"}, {**same, "kind": "call"}, {**same, "activity_id": None, "id": "b"}], NOW
    yield [{**same, "occurred_at": NOW - timedelta(days=2)}, same, {**same, "activity_id": 1}], NOW


def facts() -> Iterator[dict[str, Any]]:
    yield {}
    for level in ("new", "true", "null", "none", "", None):
        yield {"class": level}
    for note in (COMPOSED, DECOMPOSED, HOSTILE, FAR, ASTRAL, "北京大学", ""):
        yield {"note": note, "class": "true"}
    for size in (9007199254740992.0, 9007199254740994.0, 9007199254740996.0, 0.123456789012, 0.123456789011, -0.0):
        yield {"size": size, "class": "true"}
    yield {"size": float("nan"), "constructor": float("nan")}
    for wrong in (True, "7", float("inf"), float("-inf"), [7]):
        yield {"size": wrong}
    yield from ({"note": 7}, {"class": True}, {"constructor": 1, "toString": 1, "__proto__": 5})


def calls() -> list[tuple[str, list[Any]]]:
    """Every lead without activities, and every list of activities for a lead that is hardly known."""
    found: list[tuple[str, list[Any]]] = [("score", [lead, [], NOW]) for lead in facts()]
    found += [("screen", [lead]) for lead in facts()]
    found += [("score", [{"class": "new"}, happened, as_of]) for happened, as_of in events()]
    found += [("grade", [{"amount": float(amount)}, NOW]) for amount in (LONG - 1, LONG + 1, 0)]
    dates = [NOW.date() + timedelta(days=days) for days in (-1, 0, 30, 31, 32)]
    found += [("grade", [{"close": day}, NOW]) for day in dates]
    end_of_january = datetime.fromisoformat("2026-01-30T17:00:00+00:00")
    return [*found, *(("grade", [{"close": day}, end_of_january]) for day in (date(2026, 2, 28), date(2026, 3, 1)))]


FAULTS = {
    "texts are normalised": ('typeof value === "string" ? value :', 'value?.normalize ? value.normalize("NFC") :'),
    "inherited names are facts": ("Object.hasOwn(row, name) ? row[name] ?? null : null", "row[name] ?? null"),
    "sums are not checked": ("if (!Number.isSafeInteger(n))", "if (false)"),
    "minus zero": ("return n + 0;", "return n;"),
    "thresholds are the nearest double": ("9007199254740994", "9007199254740992"),
    "equal to what no double is": ("let $facts__equal = (false ?", "let $facts__equal = ($size === 9007199254740992 ?"),
    "letters are sorted by halves": ("left[place] - (right[place] ?? -1)", "a < b ? -1 : 1"),
    "seconds are cut towards zero": ("Math.floor(at / 1000)", "Math.trunc(at / 1000)"),
    "later events count": ("> asOf) continue", "> asOf + 1) continue"),
    "windows are closed": ("($_age < p[", "($_age <= p["),
    "the latest of an id counts": ("if (!earliest.has(id) || isEarlier", "if (!earliest.has(id) || !isEarlier"),
    "not a number is known": ("Number.isNaN(value) ? null : value + 0", "value + 0"),
    "weights are cut, not rounded": ("* 1000000 + 0.5)", "* 1000000)"),
    "quotients are cut towards zero": ("(r < 0 ? r + d : r)", "r"),
    "infinity is a number": ("|| Math.abs(value) === Infinity", ""),
    "texts are numbers": ('typeof value !== "number" || ', ""),
    "an id of a missing one": ('Object.hasOwn(activity, "activity_id") ? "activity_id" : "id"', '"id"'),
    "months end a day late": ("Math.min(day.getUTCDate(), last)", "day.getUTCDate()"),
}


class TestExactness:
    """Where random leads don't come: odd names, letters, long numbers, edges of time."""

    def test_the_module_says_what_the_policy_says(self, engine):
        check(engine, lk.load_policy(POLICY), calls())

    def test_a_sum_is_exact_or_none(self, engine):
        """100,000 points for each of 90,072 events are beyond 2**53 millionths; for 90,071 they are not."""
        policy = lk.load_policy(POLICY)
        largest, beyond = ("score", [{}, {"call": 90_071}, NOW]), ("score", [{}, {"call": 90_072}, NOW])
        answers = engine.run(policy.javascript(), [largest, beyond])["results"]
        assert answers[0] == encoded(said(policy, *largest))
        assert answers[1]["error"] == "RangeError"

    @pytest.mark.parametrize("asked", ["screen", "qualify", "grade"])
    def test_what_a_policy_lacks_is_refused_by_name(self, engine, asked):
        rules = {"one": {"event": "visit", "points": 1}}
        policy = lk.load_policy({"name": "small", "scoring": {"groups": {"only": {"rules": rules}}}})
        (answer,) = engine.run(policy.javascript(), [(asked, [{}])])["results"]
        assert answer["error"] == "TypeError"
        assert "has no [" in answer["message"]

    def test_a_time_needs_a_zone(self, engine):
        text = lk.load_policy(POLICY).javascript()
        times = ["2026-10-01T09:00:00", "2026-10-01", "soon", None, float("nan")]
        answers = engine.run(text, [("score", [{}, [], time]) for time in times])["results"]
        assert [answer["error"] for answer in answers] == ["TypeError"] * len(times)
        spelled = ["2026-10-01T17:00:00+08:00", "2026-10-01T09:00Z", int(NOW.timestamp() * 1000), NOW]
        answers = engine.run(text, [("score", [{}, [], time]) for time in spelled])["results"]
        assert all(answer == answers[0] for answer in answers)

    def test_nothing_in_it_ends_a_script_or_a_line(self):
        text = lk.load_policy(POLICY).javascript()
        assert not set("\u2028\u2029") & set(text)
        assert "</script" not in text
        assert "<!--" not in text
        assert "eval(" not in text
        assert "new Function" not in text


class TestDecay:
    """Wherever a power function could round a weight otherwise, the module rounds it as Python does."""

    def test_every_critical_age_up_to_the_longest_half_life(self, engine):
        rules = {"visit": {"event": "visit", "points": 1, "half_life_days": 30}}
        groups = {"only": {"rules": rules}}
        policy = lk.load_policy({"name": "halving", "scoring": {"groups": groups}})
        text = policy.javascript()
        (constants, places) = engine.run(text, [("constants", []), ("places", [])])["results"]
        place = next(number for number, (keys, _) in enumerate(places) if keys[-1] == "half_life_days")
        cases, expected = [], []
        for days, age in pairs():
            moved = [*constants[:place], days * DAY, *constants[place + 1 :]]
            cases.append(("evaluate", [{}, [["visit", (int(NOW.timestamp()) - age) * 1000]], NOW], moved))
            expected.append(int(0.5 ** (age / (days * DAY)) * 1_000_000.0 + 0.5))
        assert max(days for days, _ in pairs()) == LONGEST_HALF_LIFE
        found = engine.run(text, cases)["results"]
        assert [one["only__visit__decayed"] for one in found] == expected


class TestFaults:
    """A fault in the module is seen: each of these turns the comparison red."""

    @pytest.mark.parametrize("fault", FAULTS)
    def test_a_fault_is_seen(self, engine, fault):
        policy = lk.load_policy(POLICY)
        right, wrong = FAULTS[fault]
        text = policy.javascript()
        assert right in text
        cases = [*calls(), ("score", [{}, {"call": 90_072}, NOW])]
        good, bad = (engine.run(each, cases)["results"] for each in (text, text.replace(right, wrong)))
        assert good != bad
