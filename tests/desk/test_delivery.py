"""Notices leave in batches: few statements, each notifier on its own, and all that the store owes them."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

import leadkit as lk
from leadkit.desk.delivery import BATCH
from leadkit.errors import DeliveryError
from leadkit.store.process_rows import NoticeRow
from leadkit.store.protocol import Query
from leadkit.store.tables import OUTBOX
from tests.desk.desks import ACTORS, START, Clock, dump, kept, lead, open_desk
from tests.desk.stores import opener

pytestmark = pytest.mark.xdist_group("stores")
MOST_STATEMENTS = 15
FORGETTING = {"name": "ours", "extends": "standard", "retention": {"notices_kept_days": 60}}
OWED = {"name": "ours", "extends": "standard", "notices": {"notifiers": ["mail", "wecom"]}}


class Notifier:
    """Says what it was told; `happens` is called with each notice."""

    def __init__(self, name: str, happens: Any = lambda _: None) -> None:
        self.name, self.told, self._happens = name, [], happens

    @lk.hookimpl
    def leadkit_notify(self, notice: lk.Notice) -> None:
        self.told.append(notice.id)
        self._happens(notice)


def noticed(desk: lk.Desk, number: int, first: int = 0) -> list[str]:
    """Notices straight into the outbox; their ids."""
    rows = [
        NoticeRow(id=f"n{each:05}", kind="lead_assigned", at=START, next_at=START, recipient="li", lead_id=f"L{each}")
        for each in range(first, first + number)
    ]
    with desk.storage.transaction() as unit:
        unit.add(OUTBOX, rows)
    return [row.id for row in rows]


@pytest.fixture
def database(kind, tmp_path) -> Iterator[Any]:
    """How to open one database again and again; what was opened is closed in the end."""
    opened, storages = opener(kind, tmp_path), list[Any]()

    def again() -> Any:
        storages.append(opened())
        return storages[-1]

    yield again
    for storage in storages:
        storage.close()


@pytest.fixture(params=["memory", "sqlite", "postgres"])
def store(request, tmp_path) -> Iterator[Any]:
    storage = opener(request.param, tmp_path)()
    yield storage
    storage.close()


@contextmanager
def statements(desk: lk.Desk) -> Iterator[list[str]]:
    """What is sent to the database inside."""
    engine, sent = desk.storage._of, []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
class TestStatements:
    """A hundred notices to a notifier cost 15 statements at most, however many couriers there are."""

    @pytest.mark.parametrize("number", [100, 350])
    def test_of_one_courier(self, database, number):
        ear = Notifier("ear")
        desk = open_desk(database(), plugins=[ear])
        desk.deliver()
        ids = noticed(desk, number)
        with statements(desk) as sent:
            assert desk.deliver(limit=number).delivered == number
        assert ear.told == ids
        assert len(sent) <= MOST_STATEMENTS * -(-number // BATCH), "\n".join(sent)

    def test_of_a_notifier_that_fails(self, database):
        def fail(_: lk.Notice) -> None:
            raise DeliveryError(lk.Problem("down"))

        clock = Clock()
        desk = open_desk(database(), plugins=[Notifier("down", fail)], clock=clock)
        desk.deliver()
        noticed(desk, 100)
        for _ in range(3):
            with statements(desk) as sent:
                assert desk.deliver(100).waiting == 100
            assert len(sent) <= MOST_STATEMENTS + 3, "\n".join(sent)
            clock.pass_(hours=1)

    def test_of_several_couriers_who_share(self, database):
        told: list[str] = []
        first = open_desk(database())
        ids = noticed(first, 600)
        desks = [open_desk(database(), plugins=[Notifier("ear", lambda notice: told.append(notice.id))]) for _ in "abc"]
        threads = [threading.Thread(target=desk.deliver, args=(300,)) for desk in desks]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(told) == ids
        assert {row.state for row in kept(first, "outbox")} == {"done"}


class TestOwed:
    """A notice is done when each of the notifiers that the store owes it has told it, wherever they run."""

    @pytest.mark.parametrize("first", ["mail", "wecom"])
    def test_two_services_with_a_notifier_each(self, store, first):
        clock = Clock()
        services = {
            name: (open_desk(store, policy=OWED, plugins=[ear], clock=clock), ear)
            for name, ear in (("mail", Notifier("mail")), ("wecom", Notifier("wecom")))
        }
        here, there = first, next(name for name in services if name != first)
        desk, ear = services[here]
        ids = noticed(desk, 130)
        done = desk.deliver(limit=1000)
        assert (done.delivered, done.missing) == (130, (there,))
        assert {row.state for row in kept(desk, "outbox")} == {"open"}
        assert desk.deliver(limit=1000) == lk.Delivered(delivered=0, failed=0, waiting=0, dead=0)
        other, other_ear = services[there]
        done = other.deliver(limit=1000)
        assert (done.delivered, done.missing) == (130, ())
        assert {row.state for row in kept(desk, "outbox")} == {"done"}
        assert ear.told == ids
        assert sorted(other_ear.told) == ids

    def test_a_broken_notifier_keeps_no_other_service_waiting(self, store):
        def fail(_: lk.Notice) -> None:
            raise DeliveryError(lk.Problem("down"))

        clock, wecom = Clock(), Notifier("wecom")
        down = open_desk(store, policy=OWED, plugins=[Notifier("mail", fail)], clock=clock)
        ids = noticed(down, 3)
        assert down.deliver().waiting == 3
        done = open_desk(store, policy=OWED, plugins=[wecom], clock=clock).deliver()
        assert (done.delivered, sorted(wecom.told)) == (3, ids)
        clock.pass_(hours=1)
        mail = Notifier("mail")
        assert open_desk(store, policy=OWED, plugins=[mail, wecom], clock=clock).deliver().delivered == 3
        assert (sorted(mail.told), sorted(wecom.told)) == (ids, ids)
        assert {row.state for row in kept(down, "outbox")} == {"done"}

    def test_who_is_never_there_gets_a_dead_letter_after_a_month(self, store):
        clock = Clock()
        desk = open_desk(store, policy=OWED, plugins=[Notifier("mail")], clock=clock)
        noticed(desk, 2)
        assert desk.deliver().missing == ("wecom",)
        clock.pass_(days=31)
        desk.deliver()
        assert [letter.plugin for letter in desk.dead_letters()] == ["wecom", "wecom"]
        assert {row.state for row in kept(desk, "outbox")} == {"done"}
        wecom = Notifier("wecom")
        other = open_desk(store, policy=OWED, plugins=[wecom], clock=clock)
        assert other.redeliver(plugin="wecom") == 2
        assert (other.deliver().delivered, len(wecom.told)) == (2, 2)

    def test_what_is_cancelled_meanwhile_is_not_told(self, store):
        mail, wecom = Notifier("mail"), Notifier("wecom")
        desk = open_desk(store, policy=OWED, plugins=[mail])
        desk.capture(lead(1))
        assert desk.deliver().missing == ("wecom",)
        desk.erase("L1", by=ACTORS["director"])
        other = open_desk(store, policy=OWED, plugins=[wecom])
        noticed(other, 1)
        assert other.deliver(limit=1).delivered + other.deliver(limit=1).delivered == 1
        assert wecom.told == ["n00000"]
        assert {row.state for row in kept(desk, "outbox")} <= {"open", "done", "cancelled"}

    @settings(max_examples=60, deadline=None)
    @given(st.data())
    def test_each_notifier_gets_each_notice_once_in_whatever_order_they_run(self, data):
        """As a naive reader of it: who is owed a notice gets it, once, whatever fails on the way."""
        storage, clock = opener("memory", None)(), Clock()
        down = {name: data.draw(st.integers(0, 3), name) for name in ("mail", "wecom", "log")}
        heard: Counter[tuple[str, str]] = Counter()

        class Flaky:
            def __init__(self, name: str) -> None:
                self.name = name

            @lk.hookimpl
            def leadkit_notify(self, notice: lk.Notice) -> None:
                if down[self.name] > 0:
                    down[self.name] -= 1
                    raise OSError
                heard[self.name, notice.id] += 1

        def run(names: tuple[str, ...], limit: int) -> None:
            open_desk(storage, policy=OWED, plugins=[Flaky(name) for name in names], clock=clock).deliver(limit)

        first = open_desk(storage, policy=OWED)
        ids = noticed(first, data.draw(st.integers(1, 6)))
        crews = st.sampled_from([("mail",), ("wecom",), ("mail", "wecom"), ("mail", "log")])
        for names in data.draw(st.lists(crews, max_size=6)):
            run(names, data.draw(st.integers(1, 4)))
            clock.pass_(seconds=data.draw(st.sampled_from([0, 10, 60, 400])))
        for _ in range(8):
            for names in (("mail",), ("wecom",)):
                run(names, 100)
                clock.pass_(hours=1)
        assert {key: heard[key] for key in heard if key[0] != "log"} == {
            (name, key): 1 for name in ("mail", "wecom") for key in ids
        }
        assert {row.state for row in kept(first, "outbox")} <= {"done", "pending"}


class TestHeld:
    """A batch is held as long as its courier lives, and noted as he goes: nobody tells it twice."""

    def test_a_slow_notifier_is_noted_after_each_notice(self, store):
        clock = Clock()
        noted: list[int] = []

        def slow(_: lk.Notice) -> None:
            noted.append(len(kept(desk, "deliveries")))
            clock.pass_(seconds=10)

        desk = open_desk(store, plugins=[Notifier("slow", slow)], clock=clock)
        noticed(desk, 5)
        assert desk.deliver().delivered == 5
        assert noted == [0, 1, 2, 3, 4]

    def test_the_lease_is_renewed_on_the_way(self, store):
        clock = Clock()
        second = open_desk(store, plugins=[Notifier("ear")], clock=clock)

        def slow(_: lk.Notice) -> None:
            clock.pass_(minutes=4)
            second.deliver()

        first = open_desk(store, plugins=[Notifier("ear", slow)], clock=clock)
        ids = noticed(first, 5)
        assert first.deliver().delivered == 5
        ears = [dict(desk.plugins.notifiers())["ear"].__self__ for desk in (first, second)]
        assert [ear.told for ear in ears] == [ids, []]

    def test_what_another_took_after_the_lease_is_not_told_again(self, store):
        clock = Clock()
        ear = Notifier("ear")
        second = open_desk(store, plugins=[ear], clock=clock)

        def hang(_: lk.Notice) -> None:
            clock.pass_(minutes=6)
            second.deliver()

        hanging = Notifier("ear", hang)
        first = open_desk(store, plugins=[hanging], clock=clock)
        ids = noticed(first, 3)
        first.deliver()
        assert hanging.told == ids[:1]
        assert sorted(ear.told) == ids
        assert {row.state for row in kept(first, "outbox")} == {"done"}

    def test_what_is_cancelled_on_the_way_is_not_told(self, store):
        clock = Clock()
        desk = open_desk(store, clock=clock)
        for number in (1, 2):
            desk.capture(lead(number))

        def erase(notice: lk.Notice) -> None:
            clock.pass_(seconds=2)
            other = "L2" if notice.lead_id == "L1" else "L1"
            desk.erase(other, by=ACTORS["director"])

        ear = Notifier("ear", erase)
        open_desk(store, plugins=[ear], clock=clock).deliver()
        assert len(ear.told) == 1
        assert Counter(row.state for row in kept(desk, "outbox"))["cancelled"] == 1

    @pytest.mark.parametrize("place", [0, 1, 3])
    def test_control_c_lets_go_of_what_is_left_at_once(self, store, place):
        clock = Clock()

        def interrupt(_: lk.Notice) -> None:
            clock.pass_(milliseconds=600)
            if len(ear.told) == place + 1:
                raise KeyboardInterrupt

        ear, after = Notifier("ear", interrupt), Notifier("ear")
        desk = open_desk(store, plugins=[ear], clock=clock)
        ids = noticed(desk, 5)
        with pytest.raises(KeyboardInterrupt):
            desk.deliver()
        assert open_desk(store, plugins=[after], clock=clock).deliver().delivered == 5 - place
        assert ear.told == ids[: place + 1]
        assert sorted(after.told) == ids[place:]

    def test_a_receiver_that_had_enough_gets_no_more_of_the_batch(self, store):
        def refuse(_: lk.Notice) -> None:
            raise DeliveryError(lk.Problem("gone"), permanent=True, disables=True)

        gone, good = Notifier("gone", refuse), Notifier("good")
        desk = open_desk(store, plugins=[gone, good])
        ids = noticed(desk, 5)
        assert desk.deliver().dead == 5
        assert (gone.told, good.told) == (ids[:1], ids)


class TestClock:
    """A clock that is set back holds up no notice for as long as it was ahead."""

    @pytest.mark.parametrize("hours", [3, 30, 24 * 6])
    def test_notices_of_the_time_ahead_are_told(self, store, hours):
        clock, ear = Clock(), Notifier("ear")
        desk = open_desk(store, plugins=[ear], clock=clock)
        ids = noticed(desk, 4)
        clock.now = START - timedelta(hours=hours)
        assert desk.deliver().delivered == 4
        assert ear.told == ids

    def test_a_lease_is_none_of_them(self, store):
        clock, ear = Clock(), Notifier("ear")
        desk = open_desk(store, plugins=[ear], clock=clock)
        noticed(desk, 1)
        clock.now = START - timedelta(minutes=50)
        assert desk.deliver().delivered == 0


class Greedy:
    """A plugin that writes into what it is given, past every guard."""

    name = "greedy"

    @lk.hookimpl
    def leadkit_notify(self, notice: lk.Notice) -> None:
        dict.__setitem__(notice.details, "priority", "none")
        for value in notice.details.values():
            if isinstance(value, dict):
                dict.clear(value)


def test_what_a_plugin_does_to_a_notice_the_next_does_not_see():
    details: list[Any] = []
    plugins = [Greedy(), Notifier("ear", lambda notice: details.append(dict(notice.details))), Greedy()]
    plugins[2].name = "greedier"
    desk = open_desk(plugins=plugins)
    desk.capture(lead(1))
    desk.deliver()
    with desk.storage.transaction(read_only=True) as unit:
        rows = unit.find(Query(OUTBOX))
    assert details == [dict(row.details) for row in rows]
    assert "none" not in {row.details.get("priority") for row in rows}
    assert dump(desk)["outbox"]


class TestRemoved:
    """`[retention]` lets `tick` remove notices that nobody waits for any more, and no others."""

    def test_what_is_done_goes_with_its_deliveries_when_it_is_old(self, store):
        clock = Clock()
        desk = open_desk(store, policy=FORGETTING, plugins=[Notifier("ear")], clock=clock)
        old = noticed(desk, 1_100)
        with desk.storage.transaction() as unit:
            unit.add(OUTBOX, [NoticeRow(id="report", kind="review_ready", at=START, next_at=START)])
        assert desk.deliver(limit=2_000).delivered == 1_101
        clock.pass_(days=30)
        new = noticed(desk, 2, first=5_000)
        desk.deliver()
        waiting = noticed(desk, 1, first=6_000)
        desk.tick()
        assert {row.id for row in kept(desk, "outbox")} >= {*old, *new, *waiting}
        clock.pass_(days=31)
        before = kept(desk, "outbox")
        removed = desk.tick().removed
        assert removed == len({*old} - {row.id for row in kept(desk, "outbox")}) > 1_000
        entries = [row.details for row in kept(desk, "journal") if row.details.get("notices")]
        assert (sum(entry["notices"] for entry in entries), len(before) > removed) == (removed, True)
        assert desk.tick().removed == 0
        left = {row.id for row in kept(desk, "outbox")}
        assert left & {*old, *new, *waiting, "report"} == {*waiting, *new, "report"}
        assert {row.notice_id for row in kept(desk, "deliveries")} <= {*new, "report"}

    def test_those_of_reports_in_front_hide_none(self, store, monkeypatch):
        monkeypatch.setattr("leadkit.desk.pruning.BATCH", 3)
        clock = Clock()
        desk = open_desk(store, policy=FORGETTING, plugins=[Notifier("ear")], clock=clock)
        first = START - timedelta(days=1)
        with desk.storage.transaction() as unit:
            reports = [NoticeRow(id=f"r{n}", kind="review_ready", at=first, next_at=first) for n in range(7)]
            unit.add(
                OUTBOX,
                [evolve(row, state="done", next_at=first + timedelta(minutes=n)) for n, row in enumerate(reports)],
            )
        noticed(desk, 7)
        desk.deliver()
        clock.pass_(days=61)
        assert desk.tick().removed == 7
        assert len([row for row in kept(desk, "outbox") if row.kind == "review_ready"]) == 7

    def test_without_it_all_stay(self, store):
        clock = Clock()
        desk = open_desk(store, plugins=[Notifier("ear")], clock=clock)
        ids = noticed(desk, 5)
        desk.deliver()
        clock.pass_(days=1_000)
        desk.tick()
        assert {row.id for row in kept(desk, "outbox")} >= set(ids)
