"""Twelve public kinds of scoring models as policies, written without detours; worked leads by hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from attrs import define

import leadkit as lk
from leadkit.adapters.tables.polars import evaluate

FOLDER = Path(__file__).parent / "public_models"
NAMES = sorted(file.stem for file in FOLDER.glob("*.toml"))
AS_OF = datetime(2026, 3, 2, 12, tzinfo=UTC)
Event = tuple[str, float] | tuple[str, float, str | None] | tuple[str, float, str | None, int]


@define
class Worked:
    """A lead and what it did, so many days ago, about something, with an amount; and what it gets by hand."""

    facts: Mapping[str, Any]
    events: Sequence[Event]
    points: str
    outcomes: Mapping[str, str]

    @property
    def activities(self) -> list[dict[str, Any]]:
        return [
            {
                "kind": event[0],
                "occurred_at": AS_OF - timedelta(days=event[1]),
                "subject": event[2] if len(event) > 2 else None,
                "amount": event[3] if len(event) > 3 else None,
            }
            for event in self.events
        ]


WORKED = {
    "hubspot_like": [
        # 30 + 15; 20 * 90/120 + 1 * 54/60 + 15 = 30.9
        Worked(
            {"job_title": "Director of Operations", "company_size": "medium", "email": "ann@acme.example"},
            [("form", 30), ("mail_opened", 6), ("page_view", 1, "/pricing"), ("page_view", 5, "/pricing")],
            "75.9",
            {"fit_grade": "A", "engagement_grade": "one", "grid": "A1"},
        ),
        # -25 - 10 cut to -25; -20 once, -5 for silence
        Worked(
            {"job_title": "Marketing Intern", "email": "bob@gmail.com"},
            [("unsubscribe", 3), ("unsubscribe", 2), ("page_view", 1, "/pricing")],
            "-50",
            {"fit_grade": "C", "engagement_grade": "three", "grid": "C3"},
        ),
    ],
    "pardot_like": [
        # 2 * 50 + 2 mails * 5 + 4; (20 + 10 + 10) / 100
        Worked(
            {"industry": "Manufacturing", "company_size": "medium", "role": "influencer"},
            [("form", 10), ("form", 5), *(("mail_opened", 4, mail) for mail in "aab"), *[("page_view", 1.0)] * 4],
            "114.4",
            {"warmth": "hot", "letter": "A_minus", "stage": "mql"},
        ),
        # 50 - 15
        Worked({}, [("form", 45)], "35", {"warmth": "cold", "letter": "C", "stage": "nurture"}),
    ],
    "marketo_like": [
        # 8 + 10 (eight pages) + 2 * 10; 15 + 15 + 5
        Worked(
            {"role": "influencer", "industry": "Finance", "email": "a@bank.example"},
            [*[("page_view", 0.1)] * 8, *(("download", 3, paper) for paper in "xxy")],
            "73",
            {"stage": "mql"},
        ),
        # 1 + 1 + 10 (two days)
        Worked({}, [("page_view", 0.1), ("page_view", 2)], "12", {"stage": "known"}),
        # 1 - 15 - 10
        Worked({}, [("page_view", 40, "/jobs")], "-24", {"stage": "known"}),
    ],
    "product_led": [
        # (40 + 50) * 0.3; (30 + 25 + 20 + 15) * 0.7
        Worked(
            {"email": "a@firm.example", "company_size": "medium"},
            [
                ("activated", 20),
                *(("core_action", days) for days in (1, 2, 5)),
                *(("invited", 9, mail) for mail in ("b", "c", "b")),
                ("quota", 2, None, 85),
                ("login", 1),
            ],
            "90",
            {"motion": "pql"},
        ),
        # 20 * 0.3; 30 - 30
        Worked(
            {"email": "a@gmail.com", "company_size": "small"},
            [("activated", 20), ("core_action", 1), ("core_action", 1.1), ("quota", 2, None, 79), ("login", 15)],
            "6",
            {"motion": "self_serve"},
        ),
        # 40 + 60 - 100; 30 * 0.7
        Worked(
            {"email": "a@rival.example", "company_size": "large"},
            [("activated", 1), ("login", 1)],
            "21",
            {"motion": "self_serve"},
        ),
    ],
    "enterprise_abm": [
        # (70 + 30) * 0.5; (50 + 20) * 0.3; (40 + 15 + 30) * 0.2
        Worked(
            {"account_tier": "strategic", "company_size": "large", "role": "decision_maker", "stakeholders": 3},
            [
                ("page_view", 1, "/pricing"),
                ("page_view", 20, "/pricing"),
                ("event_attended", 90),
                ("intent_signal", 5, "a"),
                ("intent_signal", 6, "b"),
            ],
            "88",
            {"play": "sales"},
        ),
        # 10 * 0.5; 30 * 0.3
        Worked(
            {"account_tier": "other", "company_size": "medium", "role": "influencer"},
            [("page_view", 1, "/pricing"), ("page_view", 31, "/pricing")],
            "14",
            {"play": "marketing"},
        ),
    ],
    "inbound_sql": [
        Worked(  # 10 + 50 + 60 + 100
            {"job_title": "Founder", "company_size": "medium"}, [("demo_request", 400)] * 2, "220", {"stage": "sql"}
        ),
        Worked({"job_title": "Student", "email": "x@cs.uni.edu"}, [], "-390", {"stage": "out"}),  # 10 - 200 - 200
        Worked(  # 10 + 30 - 20 + 6
            {"job_title": "Marketing manager", "email": "x@gmail.com"}, [("blog", 1)] * 3, "26", {"stage": "lead"}
        ),
    ],
    "real_estate": [
        # 6 + 5 + 10; 20 + 25 * 40/50; 20 + 15
        Worked(
            {"financing": "approved", "days_to_move": 60},
            [
                *(("listing", days, home) for days, home in enumerate("abcdea", start=1)),
                ("listing_again", 2),
                ("saved_search", 9),
                ("viewing", 10),
            ],
            "96",
            {"temperature": "hot"},
        ),
        # 20 looks at one home cut to 15; 0; 25
        Worked({"financing": "cash"}, [("listing", 2, "a")] * 20, "40", {"temperature": "warm"}),
    ],
    "trade_fair": [
        # 50 * 0.4; 60 * 0.25; 30 * 0.2; (60 + 80 cut to 100) * 0.15
        Worked(
            {"need": "idea", "role": "influencer", "days_to_purchase": 200, "talk_minutes": 20},
            [("booth_demo", 1, "a"), ("booth_demo", 1, "b"), ("booth_demo", 1, "b")],
            "56",
            {"card": "B"},
        ),
        # 100 * 0.4; 100 * 0.25; 100 * 0.2
        Worked({"need": "project", "role": "decision_maker", "days_to_purchase": 30}, [], "85", {"card": "A"}),
    ],
    "bant": [
        # (100 + 100 + 70 + 60) / 4
        Worked(
            {"budget_match": "full", "role": "decision_maker", "need_strength": "clear", "days_to_purchase": 100},
            [],
            "82.5",
            {"verdict": "pursue"},
        ),
        Worked({}, [], "30", {"verdict": "park"}),
        # (60 + 20 + 30 + 100) / 4
        Worked({"budget_match": "partial", "role": "user", "days_to_purchase": 0}, [], "52.5", {"verdict": "develop"}),
    ],
    "insurance_by_line": [
        # 30; 30; 20 + 10 + 10 * 15/20
        Worked(
            {"line": "life", "children": True, "days_to_renewal": 20},
            [("quote", 2, "life", 1_200), ("quote", 1, "life", 900), ("call_answered", 5)],
            "97.5",
            {"queue": "call_today", "desk": "life_advisers"},
        ),
        # -40 + 15; 0; 0
        Worked(
            {"line": "motor", "claims": 3, "homeowner": True, "days_to_renewal": 100},
            [("quote", 31, "motor", 999)],
            "-25",
            {"queue": "mail", "desk": "campaigns"},
        ),
    ],
    "course_enrolment": [
        # 25 + 5 + 15; 20 * 50/100 + 10 + 10 + 15
        Worked(
            {"grades_fit": True, "intake_days": 100},
            [
                ("open_day", 50),
                *(("brochure", 30, course) for course in "aab"),
                ("page_view", 2, "fees"),
                ("page_view", 3, "fees"),
                ("form_begun", 4),
            ],
            "90",
            {"counsellor": "today"},
        ),
        # -20 + 20; 15 - 10
        Worked({"grades_fit": False, "funding": "own"}, [("form_begun", 30)], "5", {"counsellor": "mail"}),
    ],
    "weekly_decay": [
        # (40 + 40) * 0.4; (8 * 42/56 + 60 - 5 - 5) * 0.6
        Worked(
            {"role": "influencer", "company_size": "large"},
            [("click", 14), ("meeting", 14)],
            "65.6",
            {"priority": "high"},
        ),
        # 60 * 0.4; -20 * 0.6
        Worked({"role": "decision_maker"}, [("click", 56)], "12", {"priority": "low"}),
    ],
}
LEADS = [pytest.param(name, lead, id=f"{name}-{place}") for name in WORKED for place, lead in enumerate(WORKED[name])]


def model(name: str) -> lk.Policy:
    return lk.load_policy(FOLDER / f"{name}.toml")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_a_problem(name):
    assert lk.checks.check(model(name)).problems == ()


def test_each_has_leads_worked_by_hand():
    assert sorted(WORKED) == NAMES


@pytest.mark.parametrize(("name", "lead"), LEADS)
def test_a_lead_gets_what_it_gets_by_hand(name, lead):
    score = model(name).score(lead.facts, lead.activities, as_of=AS_OF)
    assert (score.points, dict(score.bands)) == (Decimal(lead.points), lead.outcomes)


@pytest.mark.parametrize("name", NAMES)
def test_a_frame_gets_the_same(name):
    cases = WORKED[name]
    leads = pl.DataFrame([{"lead_id": place, **lead.facts} for place, lead in enumerate(cases)], infer_schema_length=9)
    events = [{"lead_id": place, **event} for place, lead in enumerate(cases) for event in lead.activities]
    types = {"lead_id": pl.Int64, "kind": pl.String, "subject": pl.String, "amount": pl.Int64}
    activities = pl.DataFrame(events, schema={**types, "occurred_at": pl.Datetime("us", "UTC")})
    scored = evaluate(model(name), leads, activities, as_of=AS_OF).collect().sort("lead_id")
    assert scored["points"].to_list() == [Decimal(lead.points) for lead in cases]
    for outcome in cases[0].outcomes:
        assert scored[outcome].to_list() == [lead.outcomes[outcome] for lead in cases]
