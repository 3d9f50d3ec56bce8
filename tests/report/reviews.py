"""Reviews to make pages of: an ordinary quarter, a hostile one, an empty one, and whatever Hypothesis finds."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from attrs import evolve
from hypothesis import strategies as st

from leadkit.process.states import IN_PROGRESS
from leadkit.reviewing.cases import LeadCase, OpportunityCase
from leadkit.reviewing.count import count
from leadkit.reviewing.notes import ReviewNotes
from leadkit.reviewing.period import read_period
from leadkit.reviewing.review import Review, reviewed

ZONE = ZoneInfo("Asia/Shanghai")
QUARTER = read_period("2023-Q3", ZONE)
AS_OF = datetime(2023, 10, 31, 18, tzinfo=ZONE)
CHANNELS = ("官网", "展会", "转介绍", "搜索广告", "电话外呼", "合作伙伴")
RATES = (0.26, 0.23, 0.7, 0.13, 0.05, 0.42)
SIZES = (420, 900, 620, 180, 150, 1300)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\u202e" + "מכירות שלום" * 3,
    "超长渠道名称" * 34,
    "a" * 200,
    "https://evil.example/x.png",
    "{{ 7 * 7 }}&amp;{number}",
)
NOTES = ReviewNotes(
    worked=("A级商机高层拜访",), failed=("<b>价格</b>因素导致15个商机流失",), improve=("推出分期付款政策",)
)


def review_of(
    leads: Sequence[LeadCase], opportunities: Sequence[OpportunityCase], notes: ReviewNotes | None = None
) -> Review:
    touches = {"L1": [QUARTER.start + timedelta(hours=hours) for hours in (0, 30, 100)]} if leads else {}
    cells, before = (
        count(leads, opportunities, one, as_of=AS_OF, touches=touches) for one in (QUARTER, QUARTER.previous)
    )
    return reviewed(cells, before, QUARTER, as_of=AS_OF, currency="CNY", policy="standard@1#8c1f02ab", notes=notes)


def ordinary(channels: Sequence[str] = CHANNELS, leads: int = 500, seed: int = 4) -> Review:
    """A quarter with `leads` leads and two thirds of them in the quarter before; a third of it all by seed."""
    rnd = random.Random(seed)
    cases: list[LeadCase] = []
    opportunities: list[OpportunityCase] = []
    for month, number in ((4, leads * 2 // 3), (7, leads)):
        for _ in range(number):
            at = datetime(2023, month, 1, tzinfo=ZONE) + timedelta(days=rnd.random() * 91)
            _add(cases, opportunities, rnd, channels, at)
    wrong = {"opened_at": datetime(2023, 9, 1, tzinfo=ZONE), "closed_at": datetime(2023, 8, 1, tzinfo=ZONE)}
    opportunities.append(
        OpportunityCase(id="wrong", status="won", channel=channels[0], amount=Decimal(400_000), **wrong)
    )
    return review_of(cases, opportunities, NOTES)


def _add(
    leads: list[LeadCase],
    opportunities: list[OpportunityCase],
    rnd: random.Random,
    channels: Sequence[str],
    at: datetime,
) -> None:
    place = min(int(rnd.expovariate(2.5 / len(channels))), len(channels) - 1)
    number = len(leads)
    priority = rnd.choice(("high", "medium", "medium", "low"))
    same: dict[str, Any] = {
        "channel": channels[place] if rnd.random() < 0.98 else None,
        "industry": ("智能制造", "新能源", "软件服务")[number % 3],
        "owner": ("李雷", "王芳")[number % 2],
        "priority": priority,
    }
    hours = {"high": 2, "medium": 24, "low": 48}[priority]
    status = rnd.choices(("valid", "invalid", "new"), (64, 26, 10))[0]
    opened = None
    if status == "valid" and rnd.random() < RATES[place % 6]:
        status, opened = "converted", at + timedelta(days=1 + rnd.random() * 50)
        opportunities.append(_opportunity(number, rnd, at, opened, size=SIZES[place % 6], same=same))
    leads.append(
        LeadCase(
            id=f"L{number}",
            status=status,
            reason=rnd.choice(("need_vague", "budget_too_small")) if status == "invalid" else None,
            received_at=at,
            first_response_at=at + timedelta(hours=rnd.expovariate(2 / hours)) if rnd.random() < 0.95 else None,
            response_due_at=at + timedelta(hours=hours),
            converted_at=opened,
            **same,
        )
    )


def _opportunity(
    number: int, rnd: random.Random, at: datetime, opened: datetime, *, size: int, same: dict[str, Any]
) -> OpportunityCase:
    status = rnd.choices(("won", "lost", "open"), (36, 39, 25))[0]
    stage = IN_PROGRESS[number % 6]
    return OpportunityCase(
        id=f"O{number}",
        grade=rnd.choice("AABBBC"),
        status=status,
        lost_reason=rnd.choice(("price", "price", "changed_need", None)) if status == "lost" else None,
        amount=Decimal(rnd.randrange(size * 500, size * 1600)),
        opened_at=opened,
        closed_at=None if status == "open" else opened + timedelta(days=rnd.uniform(20, 70)),
        lead_received_at=at,
        stage=stage if status == "open" else status,
        stage_since=opened + timedelta(days=number % 50) if number % 7 else None,
        last_touch_at=opened + timedelta(days=number % 90) if number % 5 else None,
        expected_close=opened + timedelta(days=200) if number % 4 else None,
        furthest_stage={"won": "signed", "lost": stage}.get(status),
        **same,
    )


def hostile() -> Review:
    """Names that attack, turn around and don't end, and forty channels."""
    return ordinary([*HOSTILE, *(f"渠道{number:02}" for number in range(33))], leads=2_000)


def empty() -> Review:
    return review_of([], [])


KEYS = st.sampled_from((None, "a", "b", "c"))
WITHIN = st.integers(0, 91 * 24).map(lambda hours: QUARTER.start + timedelta(hours=hours))
TIMES = WITHIN | WITHIN | st.integers(-120 * 24, 130 * 24).map(lambda hours: QUARTER.start + timedelta(hours=hours))


@st.composite
def reviews(draw: st.DrawFn) -> Review:
    """Any review: many equal cases or few, of few channels, with gaps and dates the wrong way round."""
    leads: list[LeadCase] = []
    opportunities: list[OpportunityCase] = []
    for place in range(draw(st.integers(0, 8))):
        lead = LeadCase(
            id="",
            channel=draw(KEYS),
            priority=draw(KEYS),
            status=draw(st.sampled_from(("new", "valid", "invalid", "invalid", "converted", "converted"))),
            reason=draw(KEYS),
            received_at=draw(TIMES),
            response_due_at=draw(st.none() | TIMES),
            first_response_at=draw(st.none() | TIMES),
        )
        leads += [_with_id(lead, f"L{place}-{number}") for number in range(draw(st.sampled_from((1, 25, 60, 120))))]
    for place in range(draw(st.integers(0, 8))):
        status = draw(st.sampled_from(("won", "lost", "open")))
        one = OpportunityCase(
            id="",
            channel=draw(KEYS),
            grade=draw(st.sampled_from((None, "A", "B"))),
            status=status,
            lost_reason=draw(KEYS) if status == "lost" else None,
            amount=draw(st.none() | st.decimals(0, 10**7, places=2)),
            opened_at=draw(TIMES),
            closed_at=draw(TIMES | TIMES | st.none()),
        )
        number = draw(st.sampled_from((1, 8, 40)))
        opportunities += [_with_id(one, f"O{place}-{times}") for times in range(number)]
    return review_of(leads, opportunities)


@st.composite
def reviews_of_channels(draw: st.DrawFn) -> Review:
    """Reviews in which two to four channels have valid leads and wins, often enough for a comparison."""
    leads: list[LeadCase] = []
    won: list[OpportunityCase] = []
    for channel in "abcd"[: draw(st.integers(2, 4))]:
        lead = LeadCase(id="", channel=channel, status="valid", received_at=QUARTER.start)
        one = OpportunityCase(id="", channel=channel, status="won", opened_at=QUARTER.start, closed_at=QUARTER.start)
        leads += [_with_id(lead, f"{channel}{number}") for number in range(draw(st.integers(20, 150)))]
        won += [_with_id(one, f"{channel}{number}") for number in range(draw(st.integers(0, 60)))]
    return review_of(leads, won)


def _with_id(case: Any, key: str) -> Any:
    return evolve(case, id=key)
