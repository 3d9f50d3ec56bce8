"""Desks with a clock and ids that can be foretold, over a store in memory or in SQLite, and what to give them."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

import leadkit as lk
from leadkit.store.protocol import Query
from leadkit.store.tables import TABLES

START = datetime(2023, 9, 4, 9, tzinfo=UTC)
ROLES = ("marketing", "sales_rep", "senior_rep", "supervisor", "director", "legal", "delivery", "system")
ACTORS = {role: lk.Actor(id=f"the_{role}", role=role) for role in ROLES}
BOSS = ACTORS["supervisor"]
SIGNALS = {"intent": True, "date_set": True}
"""Enough to convert a lead."""
NAMES = ("北辰", "远航", "星河", "长风", "明德", "天工", "凌云", "瑞丰", "安泰", "华彩")
NEED = "采购设备,预算50-80万,Q4落地"


class Clock:
    """A time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **how: float) -> None:
        self.now += timedelta(**how)


@cache
def _migrated() -> Path:
    file = Path(mkdtemp()) / "leads.db"
    atexit.register(shutil.rmtree, file.parent)
    lk.migrate(f"sqlite:///{file}")
    return file


def address(kind: str, folder: Path) -> str:
    """The address of a new, empty store."""
    if kind == "memory":
        return "memory:"
    file = folder / f"{kind}.db"
    shutil.copy(_migrated(), file)
    return f"sqlite:///{file}"


def open_desk(storage: Any = "memory:", **how: Any) -> lk.Desk:
    """A desk whose clock stands at START (`desk.clock`) and whose ids count up."""
    clock, numbers = how.pop("clock", Clock()), count(1)
    desk = lk.Desk(how.pop("policy", "standard"), storage, clock=clock, ids=lambda: f"id{next(numbers):06}", **how)
    desk.clock = clock  # type: ignore[attr-defined]
    return desk


def lead(number: int = 1, **said: Any) -> lk.Lead:
    """A lead that lacks nothing, is valid, and is nobody's duplicate; `said` are its parts and fields by their name."""
    parts: dict[str, dict[str, Any]] = {
        "company": {
            "name": f"{NAMES[number % 10]}{NAMES[number // 10 % 10]}{number}智造有限公司",
            "industry": "智能制造",
            "size": "500人",
        },
        "contact": {"name": f"王{number}", "job_title": "采购总监", "phone": f"138001{number:05}"},
        "need": {"description": NEED},
    }
    kinds = {"company": lk.Company, "contact": lk.Contact, "need": lk.Need}
    built = {name: kinds[name](**{**parts[name], **said.pop(name, {})}) for name in parts}
    return lk.Lead(**{"id": f"L{number}", "source": lk.Source(channel="官网", detail="产品咨询"), **built, **said})


def touch(number: int = 1, lead_id: str = "L1", **said: Any) -> lk.Activity:
    """An answered call at START."""
    given = {"kind": "reply", "occurred_at": START, "means": "电话", "content": "询问预算", **said}
    return lk.Activity(id=f"A{number}", lead_id=lead_id, **given)


POOR = {"need": {"description": "采购设备,预算5万,Q4落地"}}
"""What makes a lead invalid: budget_too_small."""
VAGUE = {"need": {"description": "采购设备"}}
"""What leaves a lead open: no budget and no date."""


def team(desk: lk.Desk, **roles: Any) -> None:
    """Enrol members, each given as a role or as (role, capacity)."""
    for member, said in roles.items():
        role, capacity = said if isinstance(said, tuple) else (said, None)
        desk.enrol(lk.Member(id=member, role=role, capacity=capacity), by=BOSS)


def tick_at(desk: lk.Desk, moment: datetime, **given: Any) -> lk.Ticked:
    """Tick at a time, to which the clock of the desk is moved where it isn't there yet."""
    clock: Any = desk.executor.clock
    clock.now = max(clock.now, moment)
    return desk.tick(moment, **given)


def dump(desk: lk.Desk) -> dict[str, list[Any]]:
    """Everything that a desk's store keeps."""
    with desk.storage.transaction(read_only=True) as unit:
        return {table.name: unit.find(Query(table)) for table in TABLES}


def kept(desk: lk.Desk, table: str) -> list[Any]:
    """The rows of one table, in the order in which they came."""
    rows = dump(desk)[table]
    return sorted(rows, key=lambda row: row.seq) if rows and hasattr(rows[0], "seq") else rows


def notices(desk: lk.Desk, kind: str) -> list[Any]:
    """The notices of a kind in the outbox."""
    return [row for row in kept(desk, "outbox") if row.kind == kind]


@contextmanager
def refused(desk: lk.Desk, *words: str, error: type[lk.LeadkitError] = lk.CommandError) -> Iterator[None]:
    """A command that raises `error`, saying `words`, and stores nothing."""
    before = dump(desk)
    with pytest.raises(error) as caught:
        yield
    assert [word for word in words if word not in str(caught.value)] == [], str(caught.value)
    assert dump(desk) == before
