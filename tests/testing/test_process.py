"""Random commands at random times hold a whole process against what is true of every one, on any policy and store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from attrs import define, evolve
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

import leadkit as lk
from leadkit.commands import COMMANDS, Changes, CommandContext, DeskCommand, LeadCommand, gives, json_schema, stay
from leadkit.desk.commands.schema import check_types
from leadkit.store import LeadRow, MemberRow, MemoryStorage
from leadkit.store.tables import MEMBERS
from leadkit.testing.commands import Situation, commands
from leadkit.testing.process import START, ProcessMachine, process_machine
from tests.desk.desks import address
from tests.desk.stores import postgres_database

_FOLDER, _NUMBERS = Path(mkdtemp()), count()


def sqlite() -> str:
    folder = _FOLDER / str(next(_NUMBERS))
    folder.mkdir()
    return address("sqlite", folder)


@define(frozen=True)
class TakeOver(LeadCommand):
    """Make whoever gives the command the owner of the lead: a command of a company's own."""

    moves = stay("new", "valid")

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        return context.lead_changed(lead, evolve(lead, owner=context.actor.id), "taken_over")


class OurDesk(lk.Desk):
    take_over = gives(TakeOver)


OURS = {"name": "ours", "extends": "standard", "permissions": {"take_over": ["sales_rep", "supervisor"]}}

TestInMemory = process_machine(examples=12)
TestInSqlite = process_machine("machinery", sqlite, examples=2)
TestOurDesk = process_machine(OURS, desk=OurDesk, examples=5)

TestInMemoryForLong = pytest.mark.heavy(process_machine(examples=150))
TestInSqliteForLong = pytest.mark.heavy(process_machine("machinery", sqlite, examples=50))
TestInPostgresForLong = pytest.mark.heavy(process_machine("standard", postgres_database, examples=50))


class TestACommandOfOnesOwn:
    """A new command is one class and one line: everything else reads it."""

    def test_it_is_permitted_journalled_and_runs_once(self):
        desk = OurDesk(OURS)
        desk.capture(_lead())
        li = lk.Actor(id="li", role="sales_rep")
        receipt = desk.take_over("1", by=li, key="k")
        assert (receipt.outcome, receipt.owner, desk.take_over("1", by=li, key="k")) == ("taken_over", "li", receipt)
        assert desk.history("1")[-1].what == "take_over"
        with pytest.raises(lk.NotAllowedError, match="allowed roles: sales_rep, supervisor"):
            desk.take_over("1", by=lk.Actor(id="x", role="legal"))
        with pytest.raises(TypeError, match="verison"):
            desk.take_over("1", verison=2)

    def test_it_is_among_what_is_possible(self):
        desk = OurDesk(OURS)
        desk.capture(_lead())
        with pytest.raises(lk.CommandError, match="possible now: take_over"):
            desk.archive("1", by=lk.Actor(id="wang", role="supervisor"))

    def test_a_desk_without_it_refuses_a_policy_that_names_it(self):
        with pytest.raises(lk.PolicyError, match="there is no command take_over"):
            lk.Desk(OURS)
        with pytest.raises(lk.PolicyError, match="there is no command take_over"):
            lk.Desk(lk.load_policy(OURS))


def _lead() -> lk.Lead:
    return lk.Lead(
        id="1",
        source=lk.Source(channel="web form"),
        company=lk.Company(name="Acme Robotics Ltd", industry="machinery", size="large"),
        contact=lk.Contact(name="Li Lei", job_title="General manager", phone="13812345678"),
        need=lk.Need(description="two welding robots, budget 500k-800k, by March 2027"),
    )


@define(frozen=True)
class Wrong(LeadCommand):
    """A command that archives what its table says it leaves alone."""

    moves = stay("new", "valid")

    def decide(self, lead: LeadRow, context: CommandContext) -> Changes:
        return context.lead_changed(lead, evolve(lead, status="archived", in_queue=False), "archived")


@define(frozen=True)
class Leaky(DeskCommand[lk.Receipt]):
    """A command that is refused after it has written."""

    def run(self, executor: Any) -> lk.Receipt:
        with executor.storage.transaction() as unit:
            unit.add(MEMBERS, [MemberRow(id=executor.ids(), role="sales_rep")])
        raise lk.CommandError(lk.Problem("is refused"))


class LeakyDesk(lk.Desk):
    leaky = gives(Leaky)


class ForgetfulUnit:
    """What a store's unit would be that loses duties."""

    def __init__(self, unit: Any) -> None:
        self._unit = unit

    def __getattr__(self, name: str) -> Any:
        return getattr(self._unit, name)

    def add(self, table: Any, rows: Any) -> None:
        self._unit.add(table, () if table.name == "duties" else rows)


class Forgetful(MemoryStorage):
    """A store that loses the duties it is given."""

    def transaction(self, *, read_only: bool = False) -> Any:
        @contextmanager
        def begun() -> Any:
            with MemoryStorage.transaction(self, read_only=read_only) as unit:
                yield ForgetfulUnit(unit)

        return begun()


class Careless(lk.Desk):
    wrong = gives(Wrong)


class TestWhatItFinds:
    """A machine that can't fail proves nothing: each promise, broken on purpose, is found."""

    @pytest.mark.parametrize(
        ("desk", "storage", "finding"),
        [
            (Careless, MemoryStorage, "wrong moved a lead from"),
            (LeakyDesk, MemoryStorage, "leaky was refused and changed the store"),
            (lk.Desk, Forgetful, "owed and not stored"),
        ],
    )
    def test_a_broken_promise_is_found(self, desk: Callable[..., lk.Desk], storage: Any, finding: str):
        named = {"policy": "standard", "desk": staticmethod(desk), "storage": staticmethod(storage)}
        machine = type("Broken", (ProcessMachine,), named)
        few = settings(
            max_examples=200, stateful_step_count=30, deadline=None, phases=[Phase.generate], derandomize=True
        )
        with pytest.raises((AssertionError, ExceptionGroup)) as caught:
            run_state_machine_as_test(machine, settings=few)
        assert finding in _all_of(caught.value)

    @settings(max_examples=100, phases=[Phase.generate], database=None)
    @given(st.data())
    def test_every_command_of_the_catalogue_can_be_drawn(self, data):
        situation = Situation(lk.load_policy("standard"), START, leads=("L1",), opportunities=("O1",))
        command = data.draw(commands(situation, COMMANDS))
        assert json_schema(type(command))["title"] == command.name
        check_types(evolve(command, by=command.by))


def _all_of(error: BaseException) -> str:
    parts = error.exceptions if isinstance(error, ExceptionGroup) else ()
    return "\n".join([str(error), *map(_all_of, parts)])
