"""What is owed, reckoned as one would on paper: from snapshots of the records, with the handbook's numbers by hand."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import leadkit as lk
from leadkit.store.protocol import Query
from leadkit.store.tables import LEADS, MILESTONES, OBJECTIONS, OPPORTUNITIES
from tests.desk.desks import ACTORS, BOSS, START, lead, open_desk, team, touch

HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)
RESPONSE = {"high": 2, "medium": 4, "low": 24}
WEEKS = {"interest": 2, "consideration": 1}
DIRECTOR, LEGAL = ACTORS["director"], ACTORS["legal"]
GRADED = (
    {"urgency": "immediate", "budget": "high", "competition": "even", "decision_chain": "complex"},
    {"urgency": "urgent", "budget": "medium", "competition": "ahead", "decision_chain": "medium"},
    {"urgency": "normal", "budget": "low", "competition": "behind", "decision_chain": "complex"},
)


class Expected(NamedTuple):
    """A duty that is not cancelled."""

    kind: str
    since: datetime
    due_at: datetime
    met_at: datetime | None
    state: str


class Story:
    """Three leads, what is done with them, and a snapshot of all records after every command."""

    COMMANDS = (
        "follow_up", "reply", "webinars", "pause", "resume", "disqualify", "overturn", "archive", "reopen", "assign",
        "recycle", "receipt", "merge", "erase", "rescore", "tick", "tick", "convert", "convert", "assess", "assess",
        "confirm", "report", "plan", "approve", "reject", "reach", "object", "answer", "sign", "sign", "win", "win",
        "lose", "hand_over", "hand_over", "accept", "return", "to_talks", "to_talks",
    )  # fmt: skip

    def __init__(self) -> None:
        self.desk = open_desk()
        self.numbers = iter(range(10_000))
        team(self.desk, li="sales_rep", wang="senior_rep")
        self.snapshots: list[dict[str, list[Any]]] = []
        for number in range(3):
            self.desk.capture(lead(number, received_at=START - HOUR * number if number else None))
            self._look()

    def do(self, command: str, minutes: int, which: int, how: int) -> None:
        """Let some minutes pass and give a command, which may be refused."""
        self.desk.clock.pass_(minutes=minutes)
        deals = [row.id for row in self.snapshots[-1]["opportunities"]]
        with suppress(lk.LeadkitError):
            if hasattr(self, f"_{command}_lead"):
                getattr(self, f"_{command}_lead")(f"L{which}", how)
            elif deals:
                getattr(self, f"_{command}")(deals[which % len(deals)], how)
        self._look()

    def _look(self) -> None:
        with self.desk.storage.transaction(read_only=True) as unit:
            tables = (LEADS, OPPORTUNITIES, MILESTONES, OBJECTIONS)
            self.snapshots.append({table.name: unit.find(Query(table)) for table in tables})

    def _touch(self, lead_id: str, kind: str, how: int) -> None:
        now = self.desk.clock.now
        planned = now + how * DAY * 3 if how % 2 else None
        said = {"kind": kind, "occurred_at": now - how * 20 * MINUTE, "next_at": planned}
        self.desk.record(touch(next(self.numbers), lead_id, **said))

    def _follow_up_lead(self, lead_id: str, how: int) -> None:
        self._touch(lead_id, "follow_up", how)

    def _reply_lead(self, lead_id: str, how: int) -> None:
        self._touch(lead_id, "reply", how)

    def _webinars_lead(self, lead_id: str, how: int) -> None:
        for _ in range(1 + how % 2):
            self._touch(lead_id, "webinar", 0)
            self._look()

    def _pause_lead(self, lead_id: str, how: int) -> None:
        self.desk.pause(lead_id, by=BOSS)

    def _resume_lead(self, lead_id: str, how: int) -> None:
        self.desk.resume(lead_id, by=BOSS)

    def _disqualify_lead(self, lead_id: str, how: int) -> None:
        self.desk.disqualify(lead_id, "lost_interest", by=BOSS)

    def _overturn_lead(self, lead_id: str, how: int) -> None:
        self.desk.overturn(lead_id, by=BOSS)

    def _archive_lead(self, lead_id: str, how: int) -> None:
        self.desk.archive(lead_id, by=BOSS)

    def _reopen_lead(self, lead_id: str, how: int) -> None:
        self.desk.reopen(lead_id, by=BOSS)

    def _assign_lead(self, lead_id: str, how: int) -> None:
        self.desk.assign(lead_id, by=BOSS)

    def _recycle_lead(self, lead_id: str, how: int) -> None:
        self.desk.recycle(lead_id, by=BOSS)

    def _receipt_lead(self, lead_id: str, how: int) -> None:
        self.desk.amend(lead_id, {"received_at": START - how * HOUR}, by=BOSS)

    def _merge_lead(self, lead_id: str, how: int) -> None:
        if how < 2:
            self.desk.merge(lead_id, f"L{how}", by=BOSS)

    def _erase_lead(self, lead_id: str, how: int) -> None:
        if how == 0:
            self.desk.erase(lead_id, by=DIRECTOR)

    def _rescore_lead(self, lead_id: str, how: int) -> None:
        self.desk.rescore(lead_id)

    def _tick_lead(self, lead_id: str, how: int) -> None:
        self.desk.tick()

    def _convert_lead(self, lead_id: str, how: int) -> None:
        self.desk.opportunities.convert(lead_id, {"intent": True, "date_set": True}, by=BOSS)

    def _assess(self, one: str, how: int) -> None:
        self.desk.opportunities.assess(one, **GRADED[how % 3], by=BOSS)

    def _confirm(self, one: str, how: int) -> None:
        self.desk.opportunities.confirm_grade(one, by=BOSS)

    def _report(self, one: str, how: int) -> None:
        self.desk.opportunities.report(one, strategy="s", goal="g", by=BOSS)

    def _plan(self, one: str, how: int) -> None:
        steps = [(f"step {number}", self.desk.clock.now + number * DAY) for number in range(how % 3)]
        self.desk.opportunities.plan(one, pains="p", advantages="a", strategy="s", milestones=steps, by=BOSS)

    def _approve(self, one: str, how: int) -> None:
        self.desk.opportunities.approve_plan(one, by=DIRECTOR)

    def _reject(self, one: str, how: int) -> None:
        self.desk.opportunities.reject_plan(one, reason="no", by=DIRECTOR)

    def _reach(self, one: str, how: int) -> None:
        self.desk.opportunities.reach(one, f"step {how % 3}", by=BOSS)

    def _object(self, one: str, how: int) -> None:
        self.desk.opportunities.raise_objection(one, "dear", key_objection=how == 0, by=BOSS)

    def _answer(self, one: str, how: int) -> None:
        self.desk.opportunities.answer_objection(one, f"{one}-{1 + how % 2}", "no", by=BOSS)

    def _sign(self, one: str, how: int) -> None:
        """Draft, review and sign; or only the first parts of it."""
        desk = self.desk.opportunities
        desk.draft_contract(one, "terms", by=BOSS)
        desk.review_contract(one, approved=how > 0, by=LEGAL)
        for side in ("us", "customer")[: how % 3]:
            desk.sign(one, side, by=BOSS)
            self._look()

    def _win(self, one: str, how: int) -> None:
        self.desk.opportunities.win(one, amount=800_000, by=BOSS)

    def _lose(self, one: str, how: int) -> None:
        if how < 4:
            self.desk.opportunities.lose(one, "price", by=BOSS)

    def _hand_over(self, one: str, how: int) -> None:
        self.desk.opportunities.hand_over(one, "terms", by=BOSS)

    def _accept(self, one: str, how: int) -> None:
        self.desk.opportunities.accept_handover(one, by=ACTORS["delivery"])

    def _return(self, one: str, how: int) -> None:
        self.desk.opportunities.return_handover(one, missing=["training"], by=ACTORS["delivery"])

    def _to_talks(self, one: str, how: int) -> None:
        for step in (self._assess, self._confirm, self._plan, self._approve):
            step(one, how)
            self._look()

    def expected(self) -> dict[str, Expected]:
        """Every duty that should stand now, by its id."""
        last = self.snapshots[-1]
        found: dict[str, Expected] = {}
        for row in last["leads"]:
            past = self._past("leads", row.id)
            alive = [one for one in past if one.merged_into is None and one.erased_at is None]
            owed = self._of_lead(alive)
            found |= {key: one for key, one in owed.items() if alive == past or one.state == "met"}
        for row in last["opportunities"]:
            # What was reached in a plan that another replaced stays met.
            reached = {one.id: one for past in self.snapshots for one in past["milestones"] if one.reached_at}
            every = {**reached, **{one.id: one for one in last["milestones"]}}
            steps = [one for one in every.values() if one.opportunity_id == row.id]
            talks = [one for one in last["objections"] if one.opportunity_id == row.id]
            found |= self._of_opportunity(row, steps, talks)
        return found

    def _past(self, table: str, key: str) -> list[Any]:
        return [row for one in self.snapshots for row in one[table] if row.id == key]

    def _of_lead(self, past: list[Any]) -> dict[str, Expected]:
        found, row = {}, past[-1]
        if row.received_at is not None:
            received = _received(row)
            entry = self.desk.executor.calendar().add_days(received, 1).at.astimezone(START.tzinfo)
            found[f"entry:{row.id}"] = Expected("entry", received, entry, row.captured_at, "met")
        state = "open" if row.paused_at is None else "paused"
        due = self._response(past)
        if due is not None:
            since, met = _since(row), _answered(row)
            found[f"response:{row.id}"] = Expected("response", since, due, met, state if met is None else "met")
        if row.in_queue:
            since = max(
                filter(None, (row.last_follow_up_at, row.pooled_at, row.back_at, row.resumed_at, row.captured_at))
            )
            agreed = row.next_follow_up_at
            due = agreed if agreed and agreed > since else max(since + 3 * DAY, _cadence(row) or since)
            found[f"follow_up:{row.id}"] = Expected("follow_up", since, due, None, state)
        if row.invalid_at is not None and (row.verdict_at is not None or row.status == "invalid"):
            verdict = "open" if row.verdict_at is None else "met"
            due = row.invalid_at + DAY
            found[f"verdict:{row.id}"] = Expected("verdict", row.invalid_at, due, row.verdict_at, verdict)
        return found

    def _response(self, past: list[Any]) -> datetime | None:
        """The end of the first response: set once, brought forward by a rise, put off by pauses."""
        due = before = None
        for row in past:
            if not row.in_queue and _answered(row) is None:
                due = None
            elif due is None or _since(before) != _since(row):
                due = _since(row) + RESPONSE[row.priority] * HOUR
            elif _answered(before) is None and before.paused_at is not None and row.paused_at is None:
                due += row.resumed_at - before.paused_at if due > before.paused_at else timedelta()
            elif _answered(before) is None and before.paused_at is None and before.priority != row.priority:
                due = min(due, row.scored_at + RESPONSE[row.priority] * HOUR)
            before = row
        return due

    def _of_opportunity(self, row: Any, steps: list[Any], talks: list[Any]) -> dict[str, Expected]:
        found: dict[str, Expected] = {}

        def owe(kind: str, since: datetime, due: datetime, met: datetime | None, about: str = row.id) -> None:
            found[f"{kind}:{about}"] = Expected(kind, since, due, met, "open" if met is None else "met")

        for kind, since, due, met in (*self._of_grade(row), *self._of_contract(row)):
            owe(kind, since, due, met)
        for one in talks:
            if one.answered_at is not None or row.status == "open":
                owe("objection", one.raised_at, one.raised_at + DAY, one.answered_at, one.id)
        for one in steps:
            if one.reached_at is not None or (row.status == "open" and row.plan_approved_at is not None):
                owe("milestone", one.due_at, one.due_at, one.reached_at, one.id)
        return found

    def _of_grade(self, row: Any) -> Iterator[tuple[Any, ...]]:
        working = row.stage not in {"signed", "won", "lost"}
        confirmed = row.grade is not None and row.proposed_grade == row.grade
        if row.proposed_grade is not None and (confirmed or working):
            met = max(row.assessed_at, row.graded_at) if confirmed else None
            past = self._past("opportunities", row.id)
            since = _waiting_since(past, _waits_for_a_grade, _has_its_grade, "assessed_at", _has_no_proposal)
            yield "grading", since, since + DAY, met
        if working:
            seen = max(at for at in (row.opened_at, row.assessed_at, row.graded_at) if at)
            yield "regrade", seen, seen + 7 * DAY, None
        if working and row.grade is not None:
            seen = max(filter(None, (row.opened_at, row.last_follow_up_at)))
            due = seen + {"A": 3, "B": 7, "C": 30}[row.grade] * DAY
            agreed = row.next_follow_up_at
            yield "deal_follow_up", seen, agreed if agreed and agreed > seen else due, None
        report = self._report_of(self._past("opportunities", row.id))
        if report is not None:
            yield "report", report[0], report[0] + DAY, report[1]

    def _report_of(self, past: list[Any]) -> tuple[datetime, datetime | None] | None:
        """Since when the latest report is owed, and when it was handed in; each time of the first grade owes one."""
        owed: tuple[datetime, datetime | None] | None = None
        reported = None
        for row in past:
            new = row.report_at is not None and row.report_at != reported
            given = row.report_at is not None and row.graded_at is not None and row.report_at >= row.graded_at
            if new and given:
                owed = row.graded_at, row.report_at
            elif row.grade == "A" and row.stage not in {"signed", "won", "lost"} and not given:
                owed = row.graded_at, None
            elif owed is not None and owed[1] is None:
                owed = None
            reported = row.report_at
        return owed

    def _of_contract(self, row: Any) -> Iterator[tuple[Any, ...]]:
        if row.plan_at is not None or row.stage == "graded":
            planned = next(one for one in self._past("opportunities", row.id) if one.plan_at == row.plan_at)
            planned = row if row.plan_at is None else planned
            since = max(filter(None, (planned.graded_at, planned.plan_rejected_at)))
            yield "plan", since, since + 3 * DAY, row.plan_at
        decided = row.contract_reviewed_at or row.contract_rejected_at
        if row.contract_drafted_at is not None and (decided is not None or row.stage == "contracting"):
            drafted = row.contract_drafted_at
            due = self.desk.executor.calendar().add_days(drafted, 2).at.astimezone(START.tzinfo)
            yield "contract_review", drafted, due, decided
        if row.plan_at is not None and (row.stage == "planning" or row.plan_approved_at is not None):
            past = self._past("opportunities", row.id)
            since = _waiting_since(past, _waits_for_approval, _is_approved, "plan_at")
            yield "approval", since, since + DAY, row.plan_approved_at
        if row.signed_by_us_at is None or row.signed_by_customer_at is None:
            return
        signed = max(row.signed_by_us_at, row.signed_by_customer_at)
        owed = [("win", signed, row.won_at)]
        owed += [("handover", max(signed, row.handover_returned_at or signed), row.handover_accepted_at)]
        owed += [("acceptance", row.handed_over_at, row.handover_accepted_at)] if row.handed_over_at else []
        for kind, since, met in owed:
            due = self.desk.executor.calendar().add_days(since, 1).at.astimezone(START.tzinfo)
            if met is not None or row.status != "lost":
                yield kind, since, due, met


def _waits_for_a_grade(row: Any) -> bool:
    working = row.stage not in {"signed", "won", "lost"}
    return working and row.proposed_grade is not None and row.proposed_grade != row.grade


def _has_no_proposal(row: Any) -> bool:
    return row.proposed_grade is None


def _has_its_grade(row: Any) -> bool:
    return row.grade is not None and row.proposed_grade == row.grade


def _waits_for_approval(row: Any) -> bool:
    return row.stage == "planning" and row.plan_at is not None and row.plan_approved_at is None


def _is_approved(row: Any) -> bool:
    return row.plan_approved_at is not None


def _since(row: Any) -> datetime:
    return row.back_at if row.back_at is not None else _received(row)  # type: ignore[no-any-return]


def _received(row: Any) -> datetime:
    """When it was received; where that is a day alone, at its end, or at the capture where that was sooner."""
    since: datetime = row.received_at or row.captured_at
    day = since.astimezone(ZoneInfo("Asia/Shanghai"))
    if (day.hour, day.minute, day.second, day.microsecond) != (0, 0, 0, 0):
        return since
    return max(since, min(day + DAY, row.captured_at))


def _answered(row: Any) -> datetime | None:
    """The first follow-up since the lead came back, or of all."""
    first: datetime | None = row.back_follow_up_at if row.back_at is not None else row.first_follow_up_at
    return first


def _waiting_since(
    past: list[Any], waits: Any, over: Any, begun: str, interrupted: Any = lambda _: False
) -> datetime | None:
    """Since when somebody else has to answer: from the first time that it was asked, until it is answered.

    While it is `interrupted` there is nothing to answer, and the time goes on.
    """
    since, waited = None, False
    for row, before in zip(past, [None, *past], strict=False):
        if interrupted(row) and waited:
            continue
        if waits(row):
            since = since if waited else getattr(row, begun)
        elif not over(row):
            since = None
        elif not waited and (before is None or getattr(row, begun) != getattr(before, begun)):
            since = getattr(row, begun)
        waited = waits(row)
    return since


def _cadence(row: Any) -> datetime | None:
    """The next touch by the cadence: some weeks after the last, or the same day of the next month, if it has one."""
    if row.last_follow_up_at is None:
        return None
    if row.nurture_stage in WEEKS:
        return row.last_follow_up_at + WEEKS[row.nurture_stage] * 7 * DAY  # type: ignore[no-any-return]
    local = row.last_follow_up_at.astimezone(ZoneInfo("Asia/Shanghai"))
    day = local.replace(day=1) + 32 * DAY
    for number in (local.day, 30, 29, 28):
        with suppress(ValueError):
            return day.replace(day=number).astimezone(START.tzinfo)  # type: ignore[no-any-return]
    raise AssertionError
