"""One lead with ten events: leadkit against Python written by hand for the same policy, as ratios of one run.

`plain` is what a developer would write, with the points in dictionaries; it gives a total and a priority. `numbers` is
leadkit's generated function (every contribution, group, total and band), `score` the whole call with its result object.
"""

from __future__ import annotations

import timeit
from datetime import UTC, datetime, timedelta
from statistics import median
from typing import Any

import leadkit as lk

NOW = datetime(2023, 9, 30, tzinfo=UTC)
LEAD = {"company_size": "large", "role": "influencer", "budget_match": "partial"}
KINDS = ["core_page_visit"] * 5 + ["content_download", "webinar", "reply", "follow_up", "follow_up"]
EVENTS = [(kind, NOW - timedelta(days=days)) for days, kind in enumerate(KINDS)]
SECONDS = [(kind, int(at.timestamp())) for kind, at in EVENTS]

SIZE = {"large": 20, "medium": 15, "small": 10}
ROLE = {"decision_maker": 30, "influencer": 20, "user": 10}
MATCH = {"full": 20, "partial": 10}
EACH = {"core_page_visit": 5, "content_download": 10, "webinar": 15, "reply": 10}


def plain(lead: dict[str, Any], events: list[tuple[str, Any]], now: Any) -> tuple[int, str]:
    fit = SIZE.get(lead["company_size"], 0) + ROLE.get(lead["role"], 0) + MATCH.get(lead["budget_match"], 0)
    engagement = sum(EACH.get(kind, 0) for kind, at in events if at <= now)
    total = min(fit, 60) + min(engagement, 40)
    return total, "high" if total >= 80 else "medium" if total >= 50 else "low"


def main() -> None:
    policy = lk.load_policy("standard")
    numbers, now = policy.scorer.evaluate, int(NOW.timestamp())
    score = policy.score(LEAD, EVENTS, as_of=NOW)
    assert (score.points, score.bands["priority"]) == plain(LEAD, EVENTS, NOW)
    timed = {
        "plain, seconds": lambda: plain(LEAD, SECONDS, now),
        "plain, datetimes": lambda: plain(LEAD, EVENTS, NOW),
        "leadkit numbers, seconds": lambda: numbers(LEAD, SECONDS, now),
        "leadkit score, datetimes": lambda: policy.score(LEAD, EVENTS, as_of=NOW),
        "leadkit score and explain": lambda: policy.score(LEAD, EVENTS, as_of=NOW).explain(),
    }
    found: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(15):
        for name, run in timed.items():
            found[name].append(timeit.timeit(run, number=2000) / 2000)
    base = median(found["plain, seconds"])
    for name, times in found.items():
        print(f"{name:<28}{median(times) * 1e6:9.2f} us{median(times) / base:9.2f} x plain")


if __name__ == "__main__":
    main()
