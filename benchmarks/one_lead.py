"""One lead with ten events under the standard policy: what a score costs by hand, in leadkit and in rule engines.

All compute the same total and priority; `check` verifies that over 500 random leads before anything is timed. Times are
datetimes, and events after NOW don't count. What each gives:

- leadkit numbers: the generated function alone, every contribution, group, total and band. It takes epoch seconds,
  converted beforehand.
- leadkit score: `policy.score`, the whole call with its result object; with explain, its readable lines too.
- hand-tuned Python: the fastest honest code for this very policy. It gives the same fifteen numbers and bands as
  leadkit, in a tuple.
- plain Python: what a developer would write, with the points in dictionaries and the same fifteen values.
- rule loop: the rules as data in a list, and a loop that interprets them; a dictionary of the same values.
- rule engines (`engines.py`): total and priority only. Events are counted in Python before, for all of them, which
  costs them least; the counting is timed with them. Rules are compiled beforehand where the engine can.

Times are the median of 15 rounds; compare the ratios of one run, not the microseconds of two.
"""

from __future__ import annotations

import random
import timeit
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any, NamedTuple

import by_hand
import engines

import leadkit as lk

Events = list[tuple[str, datetime]]

NOW = datetime(2023, 9, 30, tzinfo=UTC)
LEAD = {"company_size": "large", "role": "influencer", "budget_match": "partial"}
KINDS = ["core_page_visit"] * 5 + ["content_download", "webinar", "reply", "follow_up", "follow_up"]
EVENTS = [(kind, NOW - timedelta(days=days)) for days, kind in enumerate(KINDS)]
ROUNDS, SECONDS_A_ROUND = 15, 0.01


class Way(NamedTuple):
    """One way to score: what is timed, the (points, priority) in what it returns, and what it needs events as."""

    run: Callable[[Any, Any], Any]
    answer: Callable[[Any], tuple[Any, str]] = lambda found: found
    prepare: Callable[[Events], Any] = lambda events: events


def leadkit_ways() -> dict[str, Way]:
    policy = lk.load_policy("standard")
    numbers, now = policy.scorer.evaluate, int(NOW.timestamp())
    points, priority = policy.scorer.columns["points"], policy.scorer.columns["priority"]

    def explained(lead: Any, events: Any) -> tuple[lk.Score, str]:
        score = policy.score(lead, events, as_of=NOW)
        return score, score.explain()

    return {
        "leadkit numbers": Way(
            lambda lead, events: numbers(lead, events, now),
            lambda found: (found[points] / 1_000_000, found[priority]),
            lambda events: [(kind, int(at.timestamp())) for kind, at in events],
        ),
        "leadkit score": Way(lambda lead, events: policy.score(lead, events, as_of=NOW), of_score),
        "leadkit score + explain": Way(explained, lambda found: of_score(found[0])),
    }


def of_score(score: lk.Score) -> tuple[Any, str]:
    return score.points, score.bands["priority"]


def ways_by_hand() -> dict[str, Way]:
    return {
        "hand-tuned Python": Way(lambda lead, events: by_hand.tuned(lead, events, NOW), lambda found: found[-3:-1]),
        "plain Python": Way(lambda lead, events: by_hand.plain(lead, events, NOW), lambda found: found[-3:-1]),
        "rule loop": Way(
            lambda lead, events: by_hand.rule_loop(lead, events, NOW),
            lambda found: (found["points"], found["priority"]),
        ),
    }


def engine_ways() -> tuple[dict[str, Way], list[str]]:
    """The engines that are installed, and the packages that are not."""
    found, missing = {}, []
    for package, build in engines.ENGINES.items():
        try:
            decide = build()
        except ModuleNotFoundError:
            missing.append(package)
        else:
            found[package] = Way(lambda lead, events, decide=decide: engines.counted(decide, lead, events, NOW))
    return found, missing


def random_leads(number: int) -> Iterator[tuple[dict[str, Any], Events]]:
    rng = random.Random(7)
    for _ in range(number):
        lead = {fact: rng.choice([*levels, None, "none"]) for fact, levels in by_hand.FACTS.items()}
        missing = rng.choice([*lead, ""])
        ages = [timedelta(seconds=rng.randint(-86_400, 40 * 86_400)) for _ in range(rng.randint(0, 6))]
        events = [(rng.choice([*by_hand.EACH, "follow_up"]), NOW - age) for age in ages]
        yield {fact: level for fact, level in lead.items() if fact != missing}, events


def check(ways: dict[str, Way]) -> None:
    """Stop unless all ways give the same totals and priorities."""
    leads = [(LEAD, EVENTS), *random_leads(500)]
    wanted = [by_hand.plain(lead, events, NOW)[-3:-1] for lead, events in leads]
    for name, way in ways.items():
        found = [way.answer(way.run(lead, way.prepare(events))) for lead, events in leads]
        if found != wanted:
            raise SystemExit(f"{name} computes something else")
    print(f"all agree on {len(leads)} leads, {sum(points for points, _ in wanted)} points in all")


def medians(ways: dict[str, Way]) -> dict[str, float]:
    """Seconds a lead, with the ways taking turns."""
    timers = {}
    for name, (run, _, prepare) in ways.items():
        timer = timeit.Timer("run(lead, events)", globals={"run": run, "lead": LEAD, "events": prepare(EVENTS)})
        timer.timeit(5)
        timers[name] = timer, max(1, int(SECONDS_A_ROUND * 5 / timer.timeit(5)))
    found: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(ROUNDS):
        for name, (timer, number) in timers.items():
            found[name].append(timer.timeit(number) / number)
    return {name: median(times) for name, times in found.items()}


def main() -> None:
    engines_found, missing = engine_ways()
    ways = leadkit_ways() | ways_by_hand() | engines_found
    check(ways)
    times = medians(ways)
    for name, seconds in times.items():
        print(f"{name:<28}{seconds * 1e6:10.2f} us{seconds / times['plain Python']:10.2f} x plain Python")
    for package in missing:
        print(f"{package:<28}not installed")


if __name__ == "__main__":
    main()
