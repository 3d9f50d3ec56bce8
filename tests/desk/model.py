"""A desk as one would write it on an afternoon: plain dictionaries, one lead after the other, no store.

It decides with the same pure functions of the policy, and keeps its own books of who is whose duplicate, who owns
what and what may be done in which state. A person is known by a phone number, a company by a number; every lead names
its company, and nobody of another company is its duplicate.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import leadkit as lk
from leadkit.records.join import join
from tests.desk.desks import NAMES

STARTS = {
    "screen": {"new", "valid", "invalid"},
    "amend": {"new", "valid", "invalid"},
    "accept": {"new"},
    "disqualify": {"new", "valid"},
    "archive": {"invalid"},
    "overturn": {"invalid"},
    "assign": {"new", "valid"},
    "release": {"new", "valid"},
    "reopen": {"archived"},
}
FORGOTTEN = "forgotten"
"""What a key stood for, once its lead was erased."""
Answer = tuple[Any, ...] | type[Exception]


@dataclass
class Row:
    """A lead."""

    record: lk.Lead
    captured_at: datetime
    status: str = "new"
    reasons: tuple[str, ...] = ()
    owner: str | None = None
    by_hand: bool = False
    accepted: bool = False
    pooled_at: datetime | None = None
    version: int = 1
    same_since: int | None = None
    points: Any = 0
    priority: str = ""
    company: int = 0
    companies: set[int] = field(default_factory=set)
    done: list[str] = field(default_factory=list)
    touches: list[lk.Activity] = field(default_factory=list)


class Model:
    """The naive desk; each command answers with (outcome, lead, status, version, owner), or the class of its error."""

    def __init__(self, policy: lk.Policy, clock: Callable[[], datetime]) -> None:
        self.policy, self.clock = policy, clock
        self.rows: dict[str, Row] = {}
        self.home: dict[str, str] = {}
        self.erased: set[str] = set()
        self.by: dict[tuple[str, int, int], str] = {}
        self.members: dict[str, lk.Member] = {}
        self.used: dict[str, tuple[Any, Answer]] = {}
        self.touch_ids: dict[str, lk.Activity] = {}

    def once(self, key: str | None, payload: Any, work: Callable[[], Answer]) -> Answer:
        if key is not None and key in self.used:
            before, answer = self.used[key]
            return answer if before in (payload, FORGOTTEN) else lk.ConflictError
        answer = work()
        if key is not None and isinstance(answer, tuple):
            self.used[key] = (payload, answer)
        return answer

    def find(self, lead_id: str) -> Row | None:
        home = self.home.get(lead_id, lead_id)
        return None if home in self.erased else self.rows.get(home)

    def capture(self, lead: lk.Lead, person: int, company: int) -> Answer:
        if lead.id in self.home:
            return lk.ConflictError
        found = self.found(lead, person, company)
        if found is not None and join(self.rows[found].record, lead) == self.rows[found].record:
            self.home[lead.id] = found
            return ("repeated", *self.answer("joined", self.rows[found])[1:])
        for mark in (("phone", person, company), ("company", company, company)):
            if mark not in self.by or (found is None and self.over(self.by[mark], lead)):
                self.by[mark] = found or lead.id
        self.home[lead.id] = found or lead.id
        if found is None:
            row = self.rows[lead.id] = Row(lead, self.clock(), company=company, companies={company})
            self.judge(row)
            return self.answer("captured", row, "capture")
        row = self.rows[found]
        row.record = join(row.record, lead)
        self.judge(row, screen=row.status in STARTS["screen"])
        row.version, row.same_since = row.version + 1, None
        return self.answer("joined", row, "capture")

    def found(self, lead: lk.Lead, person: int, company: int) -> str | None:
        """The lead that another one belongs to: that of the person, then that of the company."""
        firms = sorted(range(len(NAMES)), key=NAMES.__getitem__)
        marks = [("phone", person, firm) for firm in firms] + [("company", company, company)]
        known = [self.by[mark] for mark in marks if mark in self.by and not self.over(self.by[mark], lead)]
        return next((key for key in known if company in self.rows[key].companies), None)

    def over(self, known: str, lead: lk.Lead) -> bool:
        """Whether a lead is history, and another a new enquiry."""
        row = self.rows[self.home[known]]
        since = (lead.received_at or self.clock()) - (row.record.received_at or row.captured_at)
        return row.status in {"invalid", "archived"} and since >= timedelta(days=30)

    def step(self, command: str, lead_id: str, version: int | None = None, **given: Any) -> Answer:
        row = self.find(lead_id)
        if row is None:
            return lk.errors.NotFoundError
        if version is not None and not (row.same_since or row.version) <= version <= row.version:
            return lk.ConflictError
        if row.status not in STARTS[command]:
            return lk.CommandError
        refusal = getattr(self, f"_{command}")(row, **given)
        if refusal is not None:
            return refusal  # type: ignore[no-any-return]
        row.version, row.same_since = row.version + 1, None
        outcome = {"amend": "amended", "assign": "assigned", "release": "released", "reopen": "reopened"}
        return self.answer(outcome.get(command, row.status), row, command)

    def _screen(self, row: Row) -> None:
        self.judge(row)

    def _amend(self, row: Row, contact: lk.Contact, need: lk.Need, person: int) -> None:
        row.record = row.record.model_copy(update={"contact": contact, "need": need})
        self.by.setdefault(("phone", person, row.company), row.record.id)
        self.judge(row)

    def _accept(self, row: Row) -> None:
        row.status, row.pooled_at, row.accepted = "valid", row.pooled_at or self.clock(), True
        self.judge(row, screen=False)

    def _disqualify(self, row: Row) -> None:
        row.status, row.reasons, row.by_hand, row.accepted = "invalid", ("lost_interest",), True, False

    def _archive(self, row: Row) -> None:
        row.status = "archived"

    def _overturn(self, row: Row) -> None:
        row.status, row.pooled_at, row.by_hand = "valid", self.clock(), False

    def _reopen(self, row: Row) -> None:
        row.status, row.by_hand, row.accepted, row.pooled_at = "new", False, False, None
        self.judge(row)

    def _release(self, row: Row) -> None:
        row.owner = None

    def _assign(self, row: Row, to: str | None) -> type[Exception] | None:
        role = "senior_rep" if row.priority == "high" else "sales_rep"
        loads = dict.fromkeys(self.members, 0)
        for other in self.rows.values():
            if other is not row and other.owner in loads and self.in_queue(other):
                loads[other.owner] += 1
        able = [
            one
            for one in self.members.values()
            if one.active and one.role == role and (one.capacity is None or loads[one.id] < one.capacity)
        ]
        if to is not None:
            able = [one for one in able if one.id == to]
        if not able:
            return lk.CommandError
        row.owner = min(able, key=lambda one: (loads[one.id] / (one.capacity or 1e9), loads[one.id], one.id)).id
        return None

    def record(self, activity: lk.Activity) -> Answer:
        if activity.occurred_at > self.clock() + timedelta(days=1):
            return lk.CommandError
        row = self.find(activity.lead_id)
        if row is None:
            return lk.errors.NotFoundError
        if activity.id in self.touch_ids:
            same = self.touch_ids[activity.id] == activity
            return ("repeated", row.record.id, row.status, row.version, row.owner) if same else lk.ConflictError
        self.touch_ids[activity.id] = activity
        row.touches.append(activity)
        self.judge(row, screen=False)
        row.version, row.same_since = row.version + 1, None
        return ("recorded", row.record.id, row.status, row.version, row.owner)

    def merge(self, lead_id: str, other: str) -> Answer:
        row, gone = self.find(lead_id), self.find(other)
        if row is not None and row.status == "archived":
            return lk.CommandError
        if row is None or gone is None:
            return lk.errors.NotFoundError
        if row is gone:
            return lk.CommandError
        row.owner = row.owner or gone.owner
        row.record = join(row.record, gone.record)
        row.companies |= gone.companies
        row.touches += gone.touches
        row.done += gone.done
        del self.rows[gone.record.id]
        for known in (self.home, self.by):
            known.update({key: row.record.id for key, home in known.items() if home == gone.record.id})
        self.judge(row, screen=row.status in STARTS["screen"])
        row.version, row.same_since = row.version + 1, None
        return self.answer("merged", row, "merge")

    def erase(self, lead_id: str) -> Answer:
        row = self.find(lead_id)
        if row is None:
            return lk.ConflictError if lead_id in self.home else lk.errors.NotFoundError
        self.erased.add(row.record.id)
        for key, (_, answer) in self.used.items():
            if isinstance(answer, tuple) and self.home.get(answer[1]) == row.record.id:
                self.used[key] = (FORGOTTEN, answer)
        self.by = {mark: home for mark, home in self.by.items() if home != row.record.id}
        return ("erased", row.record.id, row.status, row.version + 1, None)

    def rescore(self) -> int:
        queue = [row for row in self.rows.values() if self.in_queue(row)]
        for row in queue:
            before = row.points, row.priority
            self.judge(row, screen=False)
            row.same_since = None if before != (row.points, row.priority) else row.same_since or row.version
            row.version += 1
        return len(queue)

    def judge(self, row: Row, *, screen: bool = True) -> None:
        own = [touch.model_copy(update={"lead_id": row.record.id}) for touch in row.touches]
        score = self.policy.score(row.record, own, as_of=self.clock())
        row.points, row.priority = score.points, score.bands["priority"]
        if not screen:
            return
        if row.status == "invalid" and row.by_hand:
            return
        came_back = row.status == "invalid"
        found = self.policy.screen(row.record, as_of=self.clock())
        overturned = row.status == "valid" and set(found.reasons) <= set(row.reasons)
        accepted = row.accepted and row.status == "valid"
        row.status = "new" if found.outcome == "open" else found.outcome
        row.status = "valid" if found.outcome == "invalid" and overturned else row.status
        row.status = "valid" if accepted else row.status
        row.reasons = found.reasons
        if row.status == "valid" and (row.pooled_at is None or came_back):
            row.pooled_at = self.clock()

    def in_queue(self, row: Row) -> bool:
        return row.status in {"new", "valid"} and row.record.id not in self.erased

    def queue(self) -> list[str]:
        rows = [row for row in self.rows.values() if self.in_queue(row)]
        return [row.record.id for row in sorted(rows, key=lambda one: (-one.points, one.captured_at, one.record.id))]

    def answer(self, outcome: str, row: Row, command: str | None = None) -> Answer:
        row.done += [command] if command else []
        return (outcome, row.record.id, row.status, row.version, row.owner)
