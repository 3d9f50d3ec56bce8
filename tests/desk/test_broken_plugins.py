"""Plugins that raise, hang, or reach for what is not theirs: nothing is lost or doubled, and nobody else waits."""

from __future__ import annotations

import asyncio
import operator
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from attrs.exceptions import FrozenInstanceError
from pydantic import ValidationError

import leadkit as lk
from tests.desk.desks import BOSS, START, Clock, dump, lead, touch
from tests.desk.kills import standard
from tests.desk.stores import opener

pytestmark = pytest.mark.xdist_group("stores")


class UntellableError(Exception):
    """One whose text can't be had."""

    def __str__(self) -> str:
        raise RuntimeError("no text")

    __repr__ = __str__


ERRORS: dict[str, BaseException] = {
    "value": ValueError("李雷 13800138000"),
    "os": OSError(28, "No space left"),
    "exit": SystemExit(3),
    "recursion": RecursionError("deep"),
    "memory": MemoryError(),
    "encode": UnicodeEncodeError("utf-8", "\ud800", 0, 1, "half"),
    "untellable": UntellableError(),
    "stop": StopIteration("x"),
    "generator": GeneratorExit(),
    "cancelled": asyncio.CancelledError(),
    "group": ExceptionGroup("many", [ValueError("x")]),
    "bare": BaseException("bare"),
    "assertion": AssertionError(),
    "nul": lk.errors.DeliveryError(lk.Problem("holds \0 and \ud800")),
    "forever": lk.errors.DeliveryError(lk.Problem("come back later"), retry_after=float("inf")),
    "never": lk.errors.DeliveryError(lk.Problem("come back"), retry_after=float("nan")),
    "long": lk.errors.DeliveryError(lk.Problem("x" * 100_000)),
}


class Raising:
    """A plugin whose hooks all raise."""

    name = "raising"

    def __init__(self, error: BaseException, *hooks: str) -> None:
        self.calls = 0
        for hook in hooks:
            setattr(self, hook, lk.hookimpl(self._hook(error, hook)))

    def _hook(self, error: BaseException, hook: str) -> Callable[..., None]:
        def fail(said: Any) -> None:
            self.calls += 1
            raise error

        argument = {"leadkit_notify": "notice", "leadkit_veto": "command", "leadkit_verify": "lead"}[hook]
        namespace: dict[str, Any] = {"fail": fail}
        exec(f"def {hook}({argument}): fail({argument})", namespace)
        return namespace[hook]


class Good:
    """A notifier that works."""

    def __init__(self, name: str = "good") -> None:
        self.name = name
        self.told: list[str] = []

    @lk.hookimpl
    def leadkit_notify(self, notice: lk.Notice) -> None:
        self.told.append(notice.id)


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def storage(request, tmp_path) -> Iterator[Any]:
    storage = opener(request.param, tmp_path)()
    yield storage
    storage.close()


def opened(storage: Any, *plugins: Any, clock: Any = None) -> lk.Desk:
    return lk.Desk(standard(), storage, plugins=plugins, clock=clock or (lambda: START))


@pytest.mark.parametrize("error", ERRORS)
class TestRaising:
    """One broken plugin silences no other; what it raises is noted under its name."""

    def test_a_notifier_that_raises_is_tried_again_and_the_others_are_told_once(self, storage, error):
        clock, good, bad = Clock(), Good(), Raising(ERRORS[error], "leadkit_notify")
        desk = opened(storage, bad, good, clock=clock)
        desk.capture(lead(1))
        desk.capture(lead(2))
        notices = {row.id for row in dump(desk)["outbox"]}
        for times in (1, 2):
            done = desk.deliver()
            assert (done.failed, done.waiting) == (2, 2)
            assert bad.calls == 2 * times
            clock.pass_(days=31)
        assert sorted(good.told) == sorted(notices)
        noted = {(row.plugin, row.state, row.attempts) for row in dump(desk)["deliveries"]}
        assert noted == {("raising", "waiting", 2), ("good", "delivered", 1)}

    def test_a_veto_that_raises_refuses_the_command_and_nothing_is_stored(self, storage, error):
        desk = opened(storage, Raising(ERRORS[error], "leadkit_veto"))
        before = dump(desk)
        with pytest.raises(lk.LeadkitError) as caught:
            desk.capture(lead(1), key="k")
        assert "李雷" not in str(caught.value)
        assert dump(desk) == before
        assert opened(storage).capture(lead(1), key="k").outcome == "captured"

    def test_a_register_that_raises_is_named_and_the_lead_goes_in(self, storage, error):
        desk = opened(storage, Raising(ERRORS[error], "leadkit_verify"))
        desk.capture(lead(1))
        assert desk.history("L1")[0].details["not_verified_by"] == ("raising",)
        assert desk.lead("L1").status == "valid"


class TestAbsent:
    """A notifier that failed and is gone, as after a new address, holds up no other and no later notice."""

    def failed(self, storage: Any, clock: Clock) -> None:
        old = opened(storage, Raising(ERRORS["value"], "leadkit_notify"), clock=clock)
        for number in range(1, 6):
            old.capture(lead(number))
        assert old.deliver().failed == len(dump(old)["outbox"]) == 5

    def test_others_are_told_each_notice_once_whatever_the_limit(self, storage):
        clock, good = Clock(), Good()
        self.failed(storage, clock)
        new = opened(storage, good, clock=clock)
        clock.pass_(hours=1)
        new.capture(lead(6))
        done = new.deliver(limit=4)
        assert (done.delivered, done.failed, done.waiting) == (4, 0, 0)
        assert new.deliver(limit=4).delivered == 2
        assert sorted(good.told) == sorted(row.id for row in dump(new)["outbox"])
        clock.pass_(hours=1)
        assert new.deliver() == lk.Delivered(delivered=0, failed=0, waiting=0, dead=0)
        assert len(good.told) == 6

    def test_when_it_comes_back_it_gets_what_it_missed(self, storage):
        clock, good = Clock(), Good()
        self.failed(storage, clock)
        clock.pass_(hours=1)
        opened(storage, good, clock=clock).deliver()
        clock.pass_(minutes=5)
        back = Good("raising")
        assert opened(storage, back, clock=clock).deliver().delivered == 5
        assert len(back.told) == 5

    def test_after_a_month_what_waits_for_it_is_given_up(self, storage):
        clock, good = Clock(), Good()
        self.failed(storage, clock)
        clock.pass_(days=31)
        desk = opened(storage, good, clock=clock)
        assert desk.deliver().delivered == 5
        assert {row.state for row in dump(desk)["outbox"]} == {"done"}
        assert {letter.error for letter in desk.dead_letters()} == {"its notifier did not come back for a month"}


class TestInterrupted:
    """Who ends the program with Control-C ends it: KeyboardInterrupt passes through, and nothing is lost."""

    def test_while_telling(self, storage):
        clock, good = Clock(), Good()
        desk = opened(storage, Raising(KeyboardInterrupt(), "leadkit_notify"), clock=clock)
        desk.capture(lead(1))
        with pytest.raises(KeyboardInterrupt):
            desk.deliver()
        clock.pass_(minutes=6)
        assert opened(storage, good, clock=clock).deliver().delivered == 1
        assert len(good.told) == 1

    @pytest.mark.parametrize("hook", ["leadkit_veto", "leadkit_verify"])
    def test_while_deciding(self, storage, hook):
        desk = opened(storage, Raising(KeyboardInterrupt(), hook))
        with pytest.raises(KeyboardInterrupt):
            desk.capture(lead(1), key="k")
        assert [name for name, rows in dump(desk).items() if rows] == []
        assert opened(storage).capture(lead(1), key="k").outcome == "captured"


class Hanging:
    """A plugin that hangs until it is let go."""

    name = "hanging"

    def __init__(self) -> None:
        self.reached, self.let_go = threading.Event(), threading.Event()

    def _hang(self) -> None:
        self.reached.set()
        assert self.let_go.wait(30)


class HangingNotifier(Hanging):
    @lk.hookimpl
    def leadkit_notify(self, notice: lk.Notice) -> None:
        self._hang()


class HangingVeto(Hanging):
    @lk.hookimpl
    def leadkit_veto(self, command: lk.Command) -> None:
        self._hang()


class HangingRegister(Hanging):
    @lk.hookimpl
    def leadkit_verify(self, lead: lk.Lead) -> None:
        self._hang()


@pytest.mark.parametrize("kind", ["memory", "sqlite", "postgres"])
class TestHanging:
    """Hooks are called outside of any transaction, so that a plugin which hangs holds up its own caller only."""

    def test_a_notifier_that_hangs_holds_up_nobody_and_after_the_lease_another_tells(self, kind, tmp_path):
        open_storage, clock, good, hanging = opener(kind, tmp_path), Clock(), Good(), HangingNotifier()
        first = opened(open_storage(), hanging, clock=clock)
        first.capture(lead(1))
        first.capture(lead(2))
        thread = threading.Thread(target=first.deliver, args=(1,))
        thread.start()
        assert hanging.reached.wait(30)
        second = opened(open_storage(), good, clock=clock)
        second.record(touch(1))
        assert second.deliver().delivered == 1
        assert second.deliver().delivered == 0
        clock.pass_(minutes=6)
        assert second.deliver().delivered == 1
        hanging.let_go.set()
        thread.join()
        rows = dump(second)
        assert sorted(good.told) == sorted(row.id for row in rows["outbox"])
        assert {row.state for row in rows["outbox"]} == {"done"}
        for desk in (first, second):
            desk.close()

    @pytest.mark.parametrize("plugin", [HangingVeto, HangingRegister])
    def test_a_veto_or_a_register_that_hangs_holds_up_its_own_command(self, kind, plugin, tmp_path):
        open_storage, hanging = opener(kind, tmp_path), plugin()
        first, second = opened(open_storage(), hanging), opened(open_storage())
        thread = threading.Thread(target=first.capture, args=(lead(1),))
        thread.start()
        assert hanging.reached.wait(30)
        second.capture(lead(2))
        assert [one.id for one in second.queue()] == ["L2"]
        hanging.let_go.set()
        thread.join()
        assert {one.id for one in second.queue()} == {"L1", "L2"}
        for desk in (first, second):
            desk.close()


AMENDED = {
    "contact": {"name": "李雷", "job_title": "总监", "phone": "13811138111"},
    "company.region": "北京",
    "tags": ("展会",),
}
FROZEN = (FrozenInstanceError, TypeError, ValidationError, AttributeError)
CHANGES: dict[str, Callable[[Any], None]] = {
    "a field of the notice": lambda said: setattr(said, "kind", "other"),
    "a detail of the notice": lambda said: said.details.update(x=1),
    "the command": lambda said: setattr(said, "name", "erase"),
    "an argument": lambda said: setattr(said, "reason", "other"),
    "an argument's part": lambda said: said.changes.__setitem__("company.region", "other"),
    "an argument's inner part": lambda said: said.changes["contact"].__setitem__("phone", "other"),
    "the argument's list": lambda said: operator.setitem(said.changes["tags"], 0, "other"),
    "the lead of the command": lambda said: setattr(said.lead.company, "name", "other"),
    "the lead": lambda said: setattr(said, "status", "valid"),
    "a part of the lead": lambda said: setattr(said.contact, "phone", "13900139000"),
    "its custom fields": lambda said: said.custom.pop("installed", None),
}


class Reaching:
    """A plugin that changes what it is given, wherever it can, and remembers what it got for it."""

    name = "reaching"

    def __init__(self) -> None:
        self.got: dict[str, BaseException | None] = {}

    def _reach(self, said: Any) -> None:
        for name, change in CHANGES.items():
            try:
                change(said)
            except (KeyError, AttributeError) as error:
                self.got.setdefault(name, error if isinstance(error, FrozenInstanceError) else None)
            except Exception as error:  # noqa: BLE001
                self.got[name] = error
            else:
                pytest.fail(f"{name} could be changed")

    @lk.hookimpl
    def leadkit_notify(self, notice: lk.Notice) -> None:
        self._reach(notice)

    @lk.hookimpl
    def leadkit_veto(self, command: lk.Command) -> None:
        self._reach(command)

    @lk.hookimpl
    def leadkit_verify(self, lead: lk.Lead) -> None:
        self._reach(lead)


class TestReaching:
    """Hook arguments are one frozen object each: what a plugin is given can't be changed by it."""

    def given(self, storage: Any, *plugins: Any) -> dict[str, list[Any]]:
        numbers = iter(range(100))
        desk = lk.Desk(standard(), storage, plugins=plugins, clock=lambda: START, ids=lambda: f"id{next(numbers)}")
        desk.capture(lead(1, custom={"installed": Decimal(1)}))
        desk.amend("L1", AMENDED, by=BOSS, reason="called")
        desk.deliver()
        rows = dump(desk)
        rows.pop("deliveries")
        rows.pop("outbox")
        return rows

    def test_it_gets_an_error_and_the_store_is_as_without_it(self, storage, tmp_path):
        reaching = Reaching()
        assert self.given(storage, reaching) == self.given(opener("memory", tmp_path)())
        assert {name for name, error in reaching.got.items() if isinstance(error, FROZEN)} == set(CHANGES)
