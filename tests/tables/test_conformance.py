"""One meaning, several engines: every column of every engine equals what single leads get, bit for bit."""

from __future__ import annotations

import hashlib
import random
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import leadkit as lk
from leadkit.adapters.tables.plan import level_columns
from leadkit.testing.policies import SUBJECTS, policies
from tests.conftest import NOW
from tests.tables.engines import ENGINES, Columns, Run, columns_of, in_polars, one_by_one

pytestmark = [
    pytest.mark.xdist_group("engines"),
    pytest.mark.filterwarnings("ignore:XDG_RUNTIME_DIR"),
    pytest.mark.filterwarnings("ignore:fetch_arrow_table:DeprecationWarning"),
]
SOME = settings(max_examples=8, suppress_health_check=list(HealthCheck), phases=[Phase.reuse, Phase.generate])
KINDS = ("core_page_visit", "content_download", "webinar", "reply", "factory_visit", "trial_started", "unsubscribe")
CLOSES = (0, 1, 2, 30, 31, 32, 90, 91, 92, 93, 183, 184, 500)
TYPES = {"number": pl.Float64, "boolean": pl.Boolean}
MILLIONTH = Decimal("0.000001")


@pytest.fixture(scope="module", params=["in-memory", "streaming", *ENGINES])
def run(request: pytest.FixtureRequest) -> Iterator[Run]:
    if request.param in ENGINES:
        with ENGINES[request.param]() as found:
            yield found
    else:
        yield in_polars(request.param)


def same(run: Run, policy: lk.Policy, leads: pl.DataFrame, events: pl.DataFrame | None) -> None:
    expected = one_by_one(policy, leads, events, NOW)
    found = columns_of(run(policy, leads, events, NOW).sort("lead_id"), policy, leads)
    assert {name: digest(values) for name, values in found.items()} == {
        name: digest(expected[name]) for name in found
    }, differences(found, expected)


def digest(values: list[Any]) -> str:
    return hashlib.sha256("\n".join(map(repr, values)).encode()).hexdigest()


def differences(found: Columns, expected: Columns) -> list[Any]:
    pairs = [(name, zip(found[name], expected[name], expected["lead_id"], strict=True)) for name in found]
    return [(name, key, one, other) for name, rows in pairs for one, other, key in rows if one != other][:10]


def made_up(policy: lk.Policy, draw: random.Random, count: int, each: int = 5) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Leads with known, unknown and odd values around every threshold, and events around every edge of time."""
    rows = [lead(policy, draw, key) for key in range(count)]
    schema = {name: TYPES.get(fact.type, pl.String) for name, fact in policy.facts.items()}
    graded = {"lead_id": pl.Int64, "amount": pl.Float64, "expected_close": pl.Date}
    levels = dict.fromkeys(level_columns(policy).values(), pl.String)
    leads = pl.DataFrame(rows, schema={**graded, **schema, **levels})
    kinds = sorted(policy.event_kinds | {"other"})
    edges = [0, 86_400, *(days * 86_400 for days in (1, 30, 60, 90, 180))]
    events = [
        {
            "lead_id": draw.randrange(count),
            "kind": draw.choice(kinds),
            "occurred_at": NOW
            - timedelta(seconds=draw.choice(edges) + draw.randrange(-2, 3), microseconds=draw.choice([0, 1, 999_999])),
            "activity_id": draw.choice([None, f"a{draw.randrange(count * 3)}"]),
            "subject": draw.choice([None, "", "other", *SUBJECTS]),
            "amount": draw.choice([None, float("nan"), 0.0, 49.99, 50.0, 51.0, 99.5]),
        }
        for _ in range(count * each)
    ]
    zoned = pl.Datetime("us", "UTC")
    return leads, pl.DataFrame(
        events,
        schema={
            "lead_id": pl.Int64,
            "kind": pl.String,
            "occurred_at": zoned,
            "activity_id": pl.String,
            "subject": pl.String,
            "amount": pl.Float64,
        },
    )


def lead(policy: lk.Policy, draw: random.Random, key: int) -> dict[str, Any]:
    row: dict[str, Any] = {"lead_id": key, "amount": draw.choice([None, 0.0, 299_999.99, 300_000.0, 1e6])}
    row["expected_close"] = draw.choice([None, *(date(2023, 9, 29) + timedelta(days=days) for days in CLOSES)])
    for name, fact in policy.facts.items():
        named = policy.scorer.named.get(name, ())
        options: list[Any] = {"boolean": [True, False], "category": [*fact.levels, "strange"]}.get(fact.type, [])
        if fact.type == "number":
            options = [float("nan"), 0.1, *(float(one) + by for one in named for by in (-1, 0, 0.5))]
        elif fact.type == "text":
            options = ["", "制造", *map(str, named)]
        row[name] = draw.choice([None, *options])
    for name, column in level_columns(policy).items():
        row[column] = draw.choice([None, "strange", *policy.document.grading.levels[name]])
    return row


@SOME
@given(document=policies(), seed=st.integers(0, 10**6))
def test_random_policies(run: Run, document: dict[str, Any], seed: int):
    policy = lk.load_policy(document)
    leads, events = made_up(policy, random.Random(seed), 40)
    same(run, policy, leads, events)


@pytest.mark.parametrize("name", ["standard", "machinery", "software_services", "saas_product_led", "insurance"])
def test_the_shipped_policies(run: Run, name: str):
    policy = lk.load_policy(name)
    leads, events = made_up(policy, random.Random(name), 2_000)
    same(run, policy, leads, events)


@pytest.fixture(scope="module")
def lines(tmp_path_factory: pytest.TempPathFactory) -> lk.Policy:
    """A policy with a branch by what companies need, each with scoring and screening of its own."""
    folder = tmp_path_factory.mktemp("lines")
    head = 'extends = "standard"\n[fields.line]\ntype = "category"\nlevels = ["auto", "home"]\n'
    rule = "[scoring.groups.engagement.rules.visit]\nevent = 'visit'\npoints = 7\nhalf_life_days = 30\n"
    (folder / "auto.toml").write_text(f'name = "auto"\n{head}{rule}', encoding="utf-8")
    (folder / "home.toml").write_text(f'name = "home"\n{head}', encoding="utf-8")
    route = '[route]\nfield = "line"\nauto = "auto.toml"\notherwise = "home.toml"\n'
    (folder / "lines.toml").write_text(f'name = "lines"\n{route}', encoding="utf-8")
    return lk.load_policy(folder / "lines.toml")


def test_each_row_is_decided_by_its_branch(run: Run, lines: lk.Policy):
    leads, events = made_up(lines, random.Random(4), 300)
    found = run(lines, leads, events, NOW).sort("lead_id").to_dicts()
    rows = defaultdict(list)
    for event in events.to_dicts():
        rows[event.pop("lead_id")].append(event)
    for row, lead in zip(found, leads.to_dicts(), strict=True):
        facts = {name: value for name, value in lead.items() if name in lines.facts}
        score, screening = lines.score(facts, rows[lead["lead_id"]], as_of=NOW), lines.screen(facts)
        said = (row["branch"], exact(row["points"]), row["priority"], row["screening"])
        assert said == (score.branch, score.points, score.bands["priority"], screening.outcome)
        of_auto = row["branch"] == "auto"
        assert exact(row["engagement__visit"]) == (score["engagement__visit"] * MILLIONTH if of_auto else None)


def exact(points: Any) -> Decimal | None:
    """Points as the engine gave them; SQLite has no decimals."""
    return None if points is None else Decimal(str(points)).quantize(MILLIONTH)


ROWS = (
    {"lead_id": 1, "job_title": "CTO", "company_size": "200人", "email": " Ann@GMail.com "},
    {"lead_id": 2, "job_title": "采购总监", "company_size": "large", "email": "li@tsinghua.edu.cn"},
    {"lead_id": 3, "role": "user", "job_title": "CEO", "email": "two@at@signs.com"},
    {"lead_id": 4, "role": "no level", "job_title": "Engineer", "email": "nobody"},
    {"lead_id": 5, "mail_domain": "rival.com", "email": "a@other.com"},
    {"lead_id": 6, "job_title": "", "email": ""},
)


def test_facts_are_read_from_the_texts_of_a_row(run: Run, tmp_path):
    (tmp_path / "rivals.txt").write_text("# who sells the same\nrival.com\n\nother.com\n", encoding="utf-8")
    (tmp_path / "own.toml").write_text(
        """
name = "own"
extends = "standard"
[scoring.groups.mail]
floor = -50
[scoring.groups.mail.rules.free]
when = { field = "mail_domain", in_file = "free_mail" }
points = -10
[scoring.groups.mail.rules.rival]
when = { field = "mail_domain", in_file = "rivals.txt" }
points = -40
[scoring.groups.mail.rules.school]
when = { field = "mail_domain", ends_with = [".edu", ".edu.cn"] }
points = 5
""",
        encoding="utf-8",
    )
    policy = lk.load_policy(tmp_path / "own.toml")
    texts = ["job_title", "company_size", "role", "email", "mail_domain"]
    leads = pl.DataFrame(ROWS, schema={"lead_id": pl.Int64, **dict.fromkeys(texts, pl.String)})
    same(run, policy, leads, None)
    rows = leads.iter_rows(named=True)
    mail = [policy.score(row, as_of=NOW)["mail__sum"] // 10**6 for row in rows]
    assert mail == [-10, 5, 0, 0, -40, 0]


def test_without_activities_and_without_facts(run: Run, standard):
    same(run, standard, pl.DataFrame({"lead_id": [1, 2, 3]}), None)


def test_without_ids_every_row_counts(run: Run, standard):
    leads, events = made_up(standard, random.Random(5), 200)
    same(run, standard, leads, events.drop("activity_id"))


def test_epoch_seconds_will_do(run: Run):
    policy = lk.load_policy("machinery")
    leads, events = made_up(policy, random.Random(6), 200)
    seconds = events.with_columns(pl.col("occurred_at").dt.epoch("s"))
    found = columns_of(run(policy, leads, seconds, NOW).sort("lead_id"), policy, leads)
    assert found["points"] == one_by_one(policy, leads, events, NOW)["points"]


@pytest.mark.heavy
@pytest.mark.parametrize("name", ["standard", "machinery", "software_services", "saas_product_led", "insurance"])
def test_the_shipped_policies_on_two_hundred_thousand_leads(run: Run, name: str):
    policy = lk.load_policy(name)
    leads, events = made_up(policy, random.Random(name), 200_000, each=10)
    same(run, policy, leads, events)
