"""A machine that gives a desk random commands at random times, and holds it against what is true of every process.

```python
from leadkit.testing.process import process_machine

TestOurProcess = process_machine("ours.toml")
```

The commands are those of the desk's own catalogue, so commands of your own are among them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from unittest import TestCase

from attrs import define, field

from leadkit.desk.commands.command import DeskCommand
from leadkit.desk.desk import Desk
from leadkit.desk.duties import TURN
from leadkit.desk.owed import owed_to_lead, owed_to_opportunity
from leadkit.errors import CommandError, LeadkitError, MissingExtraError
from leadkit.plugins.hooks import hookimpl
from leadkit.plugins.notice import Notice
from leadkit.policy import Policy
from leadkit.process.command import Command, Step, steps
from leadkit.process.states import SCREENED
from leadkit.store.memory import MemoryStorage
from leadkit.store.protocol import Query, Storage
from leadkit.store.tables import LEADS, OPPORTUNITIES, TABLES
from leadkit.testing.commands import Situation, commands

try:
    from hypothesis import settings
    from hypothesis import strategies as st
    from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
except ModuleNotFoundError:
    raise MissingExtraError.of("hypothesis", "testing") from None

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
REJUDGED = frozenset({"capture", "merge"})
"""Commands that may screen another lead again than the one they are about: the one that a duplicate joins."""


class Recorder:
    """A notifier that keeps what it is told."""

    name = "recorder"

    def __init__(self) -> None:
        self.ids: list[str] = []

    @hookimpl
    def leadkit_notify(self, notice: Notice) -> None:
        self.ids.append(notice.id)


@define
class Live:
    """A desk with a clock and ids that can be told in advance, and all that its store holds."""

    desk: Desk
    recorder: Recorder
    now: datetime = START
    log: list[tuple[datetime, DeskCommand[Any]]] = field(factory=list)

    def dump(self) -> dict[str, list[Any]]:
        """Every row of every table."""
        with self.desk.storage.transaction(read_only=True) as unit:
            return {table.name: unit.find(Query(table)) for table in TABLES}

    def give(self, command: DeskCommand[Any]) -> Any:
        """What the desk answers: a result, or the error of a refusal."""
        self.log.append((self.now, command))
        try:
            return command.run(self.desk.executor)
        except CommandError as error:
            return error


def opened(desk: Callable[..., Desk], policy: Any, storage: Storage | str) -> Live:
    """A desk over `storage` whose clock and ids belong to the machine."""
    recorder, numbers = Recorder(), count(1)
    built: list[Live] = []
    made = desk(policy, storage, plugins=[recorder], clock=lambda: built[0].now, ids=lambda: f"id{next(numbers):06}")
    built.append(Live(made, recorder))
    return built[0]


class ProcessMachine(RuleBasedStateMachine):
    """Random commands of the catalogue, and time that passes."""

    policy: Any = "standard"
    desk: Callable[..., Desk] = Desk
    storage: Callable[..., Storage | str] = MemoryStorage

    def __init__(self) -> None:
        super().__init__()
        self.live = opened(type(self).desk, self.policy, type(self).storage())
        self.before = self.live.dump()

    def teardown(self) -> None:
        """Every command once more, on a store in memory: it ends where this one ended."""
        if sys.exc_info()[0] is not None:
            # Something was found already; what a replay says about it would only hide it.
            self.live.desk.close()
            return
        again = opened(type(self).desk, self.live.desk.policy, MemoryStorage())
        for now, command in self.live.log:
            again.now = now
            again.give(command)
        assert again.dump() == self.live.dump(), "the same commands, given again, end elsewhere"
        again.desk.close()
        self.live.desk.close()

    @rule(data=st.data())
    def command(self, data: st.DataObject) -> None:
        """Give any command; what is refused changes nothing, what is done moves only as the tables say."""
        catalogue = self.live.desk.executor.commands
        command = data.draw(commands(self._situation(), catalogue), label="command")
        answer = self.live.give(command)  # type: ignore[arg-type]
        after = self.live.dump()
        if isinstance(answer, LeadkitError):
            assert after == self.before, f"{command.name} was refused and changed the store"
        else:
            self._check_moves(command, after)
        if command.name == "tick" and not isinstance(answer, LeadkitError):
            self._check_second_tick(command, after)
        self.before = self.live.dump()

    @rule(minutes=st.sampled_from([1, 45, 200, 1500, 12_000, 60_000]))
    def wait(self, minutes: int) -> None:
        """Let time pass."""
        self.live.now += timedelta(minutes=minutes)

    @invariant()
    def what_is_owed_is_stored_once(self) -> None:
        """The open duties of the store are those that follow from the leads and opportunities as they are."""
        owed = self._owed()
        rows = [(row.id.partition(TURN)[0], row) for row in self.before["duties"]]
        stored = {key for key, row in rows if row.state != "cancelled"}
        still_open = {key: row.owner for key, row in rows if row.state in {"open", "paused"}}
        assert owed.keys() <= stored, f"owed and not stored: {sorted(owed.keys() - stored)}"
        assert still_open.keys() <= owed.keys(), f"stored and not owed: {sorted(still_open.keys() - owed.keys())}"
        elsewhere = sorted(key for key, owner in still_open.items() if owed[key] != owner)
        assert elsewhere == [], f"stored for another owner: {elsewhere}"

    @invariant()
    def a_notice_is_delivered_once(self) -> None:
        """No notifier is told twice, and every notice that is done was told."""
        delivered = self.live.recorder.ids
        done = {row.id for row in self.before["outbox"] if row.state == "done"}
        assert len(delivered) == len(set(delivered)), "a notice was delivered twice"
        assert done <= set(delivered), "a notice counts as delivered and was not"

    def _situation(self) -> Situation:
        rows = self.before
        subjects = (*rows["leads"], *rows["opportunities"])
        return Situation(
            policy=self.live.desk.policy,
            now=self.live.now,
            leads=tuple(row.id for row in rows["leads"]),
            opportunities=tuple(row.id for row in rows["opportunities"]),
            milestones=tuple(row.id for row in rows["milestones"]),
            versions={row.id: row.version for row in subjects},
        )

    def _owed(self) -> dict[str, str | None]:
        executor = self.live.desk.executor
        with self.live.desk.storage.transaction(read_only=True) as unit:
            work = executor.work_set(unit)
            leads, deals = unit.find(Query(LEADS)), unit.find(Query(OPPORTUNITIES))
            owed = [duty for row in leads for duty in owed_to_lead(self.live.desk.policy, work.calendar(), row, row)]
            for deal in deals:
                file = work.opportunity(deal.id)
                owed += owed_to_opportunity(self.live.desk.policy, work.calendar(), file)
        return {duty.id: duty.owner for duty in owed}

    def _check_moves(self, command: Command, after: dict[str, list[Any]]) -> None:
        """Every state that changed did so by a row of the state tables."""
        catalogue = self.live.desk.executor.commands
        for table, subject, column in (("leads", "lead", "status"), ("opportunities", "opportunity", "stage")):
            old = {row.id: getattr(row, column) for row in self.before[table]}
            new = {row.id: getattr(row, column) for row in after[table]}
            rows = [step for step in steps(subject, catalogue) if step.command == command.name]
            for key, state in new.items():
                start = old.get(key)
                allowed = start == state or _is_move(rows, start, state) or _is_rejudged(command, start, state)
                assert allowed, f"{command.name} moved a {subject} from {start} to {state}"

    def _check_second_tick(self, command: Command, after: dict[str, list[Any]]) -> None:
        """A second tick at the same time has nothing to add."""
        self.live.give(command)  # type: ignore[arg-type]
        assert self.live.dump()["outbox"] == after["outbox"], "a second tick told something again"


def _is_move(rows: list[Step], start: str | None, end: str) -> bool:
    return any((start in row.starts if row.starts else start is None) and end in row.ends for row in rows)


def _is_rejudged(command: Command, start: str | None, end: str) -> bool:
    """Whether a screening moved a lead that the command is not about: the one that a duplicate was joined to."""
    return command.name in REJUDGED and (start is None or start in SCREENED) and end in SCREENED


def process_machine(
    policy: Policy | str | Path | dict[str, Any] = "standard",
    storage: Callable[[], Storage | str] = MemoryStorage,
    *,
    desk: Callable[..., Desk] = Desk,
    examples: int = 50,
    commands_each: int = 40,
) -> type[TestCase]:
    """A test that gives random commands to a desk with `policy` over what `storage` opens, new and empty each time.

    Checked after every command: states move as the state tables say, what is refused changes nothing, what is owed is
    stored once, notices are delivered once, and a second tick adds nothing. In the end all commands are given again to
    a store in memory, which must end with the same rows. `desk` is your own subclass of `Desk`, where you have one.
    """
    named = {"policy": policy, "desk": staticmethod(desk), "storage": staticmethod(storage)}
    machine: Any = type("Process", (ProcessMachine,), named)
    machine.TestCase.settings = settings(max_examples=examples, stateful_step_count=commands_each, deadline=None)
    test: type[TestCase] = machine.TestCase
    return test
