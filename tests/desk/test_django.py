"""A desk in Django's transactions: what Django commits is there, what it rolls back is not, and it notices nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import django
import pytest
from django.conf import settings
from django.db import connections, transaction
from sqlalchemy import make_url, text

import leadkit as lk
from leadkit.adapters.django import connection_of
from leadkit.errors import StorageError
from tests.desk.desks import BOSS, START, lead, open_desk, team, touch
from tests.desk.stores import address, postgres_database

pytestmark = pytest.mark.xdist_group("stores")

if not settings.configured:
    settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})
    django.setup()


def database(url: str, use_tz: bool = True) -> dict[str, Any]:
    if url.startswith("sqlite"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.removeprefix("sqlite:///")}
    parts = make_url(url)
    host = parts.host or parts.query.get("host")
    return {
        "ENGINE": "django.db.backends.postgresql", "NAME": parts.database, "USER": parts.username,
        "PASSWORD": parts.password, "HOST": host, "PORT": parts.port or "",
        "TIME_ZONE": "America/New_York" if use_tz else None,
    }  # fmt: skip


@pytest.fixture(params=["sqlite", "postgres", "postgres without time zones"])
def url(request, tmp_path, monkeypatch) -> Iterator[str]:
    """The address of a database that Django has as `shop`, with a table of its own."""
    url = address(request.param.partition(" ")[0], tmp_path)
    monkeypatch.setattr(settings, "USE_TZ", "without" not in request.param, raising=False)
    connections.settings["shop"] = connections.databases["default"] | database(url, "without" not in request.param)
    with connections["shop"].cursor() as cursor:
        cursor.execute("CREATE TABLE orders (id INTEGER PRIMARY KEY, paid TEXT)")
    yield url
    connections["shop"].close()
    del connections["shop"]
    del connections.settings["shop"]


def orders() -> int:
    with connections["shop"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM orders")
        return int(cursor.fetchone()[0])


def order(number: int) -> None:
    with connections["shop"].cursor() as cursor:
        cursor.execute("INSERT INTO orders (id, paid) VALUES (%s, %s)", [number, "yes"])


def leads(url: str) -> list[str]:
    with open_desk(url) as desk:
        return sorted(state.id for state in desk.leads())


class TestAtomic:
    """What stands in `transaction.atomic()` is kept together, or not at all."""

    def test_what_django_commits_is_there(self, url):
        with transaction.atomic("shop"):
            order(1)
            with connection_of("shop") as connection:
                open_desk(connection).capture(lead(1))
            order(2)
        assert (orders(), leads(url)) == (2, ["L1"])

    def test_what_django_rolls_back_is_not(self, url):
        with suppress(RuntimeError), transaction.atomic("shop"):
            order(1)
            with connection_of("shop") as connection:
                open_desk(connection).capture(lead(1))
            raise RuntimeError
        assert (orders(), leads(url)) == (0, [])

    def test_nothing_is_committed_before_django_does(self, url):
        with transaction.atomic("shop"):
            with connection_of("shop") as connection:
                open_desk(connection).capture(lead(1))
            transaction.set_rollback(True, "shop")
        assert leads(url) == []

    def test_an_error_within_the_connection_undoes_only_what_django_undoes(self, url):
        with transaction.atomic("shop"):
            order(1)
            with suppress(RuntimeError), connection_of("shop") as connection:
                open_desk(connection).capture(lead(1))
                raise RuntimeError
            order(2)
        assert (orders(), leads(url)) == (2, ["L1"])

    def test_a_refused_command_leaves_the_transaction_as_it_was(self, url):
        with transaction.atomic("shop"):
            order(1)
            with connection_of("shop") as connection:
                desk = open_desk(connection)
                desk.capture(lead(1))
                with pytest.raises(lk.CommandError):
                    desk.assign("L1", "nobody", by=BOSS)
                with pytest.raises(lk.ConflictError):
                    desk.capture(lead(1, need={"description": "other"}))
            order(2)
        assert (orders(), leads(url)) == (2, ["L1"])

    def test_a_savepoint_of_djangos_takes_back_what_stands_in_it(self, url):
        with transaction.atomic("shop"):
            with connection_of("shop") as connection:
                lk.Desk("standard", connection).capture(lead(1))
            with suppress(RuntimeError), transaction.atomic("shop"):
                order(1)
                with connection_of("shop") as connection:
                    lk.Desk("standard", connection).capture(lead(2))
                raise RuntimeError
            with connection_of("shop") as connection:
                lk.Desk("standard", connection).capture(lead(3))
            order(2)
        assert (orders(), leads(url)) == (1, ["L1", "L3"])

    def test_commit_hooks_of_django_run(self, url):
        called = []
        with transaction.atomic("shop"):
            with connection_of("shop") as connection:
                desk = open_desk(connection)
                desk.capture(lead(1))
            transaction.on_commit(lambda: called.append(leads(url)), using="shop")
        assert called == [["L1"]]


class TestConnection:
    """The connection reads and writes as any other, and Django's is as it was."""

    def test_every_kind_of_command_and_every_value(self, url):
        moment = START - timedelta(hours=5)
        with transaction.atomic("shop"), connection_of("shop") as connection:
            desk = open_desk(connection)
            team(desk, li="sales_rep")
            desk.capture_all([(lead(1, received_at=moment, tags=("vip",)), "a"), (lead(2), "b")])
            desk.assign("L1", by=BOSS)
            desk.record_all([touch(1), touch(2, "L2")])
            desk.clock.pass_(days=30)
            desk.tick()
            desk.merge("L1", "L2", by=BOSS)
            inside = [desk.lead("L1").to_dict(), [item.to_dict() for item in desk.history("L1")]]
        with open_desk(url) as desk:
            state = desk.lead("L1")
            assert [state.to_dict(), [item.to_dict() for item in desk.history("L1")]] == inside
            assert (state.lead.received_at, state.lead.tags) == (moment, ("vip",))

    def test_django_reads_as_before(self, url):
        def values() -> list[Any]:
            with connections["shop"].cursor() as cursor:
                cursor.execute("SELECT tags, captured_at FROM leadkit_leads")
                return [list(map(type, row)) for row in cursor.fetchall()]

        with open_desk(url) as desk:
            desk.capture(lead(1))
        before = values()
        with transaction.atomic("shop"), connection_of("shop") as connection:
            open_desk(connection).lead("L1")
        assert values() == before
        assert connections["shop"].get_autocommit()

    def test_djangos_functions_stay_and_nothing_is_hung_on_its_connection(self, url):
        for _ in range(3):
            with transaction.atomic("shop"), connection_of("shop") as connection:
                open_desk(connection).queue()
        if url.startswith("sqlite"):
            with connections["shop"].cursor() as cursor:
                cursor.execute("SELECT 12 REGEXP '1'")
                assert cursor.fetchone() == (1,)
        else:
            assert len(connections["shop"].connection._notice_handlers) == 0

    def test_tables_are_made_in_a_migration_of_djangos(self, url, tmp_path):
        fresh = f"sqlite:///{tmp_path / 'new.db'}" if url.startswith("sqlite") else postgres_database(migrated=False)
        connections.settings["fresh"] = connections.databases["default"] | database(fresh, settings.USE_TZ)
        try:
            with transaction.atomic("fresh"):
                with connection_of("fresh") as connection:
                    lk.migrate(connection)
                    open_desk(connection).capture(lead(1))
                transaction.set_rollback(True, "fresh")
            with pytest.raises(StorageError, match="has no leadkit schema"):
                open_desk(fresh)
            with transaction.atomic("fresh"), connection_of("fresh") as connection:
                lk.migrate(connection)
            assert leads(fresh) == []
        finally:
            connections["fresh"].close()
            del connections["fresh"]
            del connections.settings["fresh"]

    def test_outside_of_a_transaction_it_is_refused(self, url):
        with pytest.raises(StorageError, match=r"has no transaction.*transaction\.atomic"), connection_of("shop"):
            pass
        assert orders() == 0

    def test_it_follows_django_to_a_new_connection(self, url):
        for number in (1, 2):
            with transaction.atomic("shop"), connection_of("shop") as connection:
                lk.Desk("standard", connection).capture(lead(number))
            connections["shop"].close()
        assert leads(url) == ["L1", "L2"]

    @pytest.mark.parametrize("url", ["postgres"], indirect=True)
    def test_the_level_that_django_is_set_to_is_looked_at(self, url):
        with transaction.atomic("shop"):
            with connections["shop"].cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE")
            with connection_of("shop") as connection:
                assert connection.execute(text("SHOW transaction_isolation")).scalar_one() == "serializable"
                with pytest.raises(StorageError, match="can't decide in a transaction at SERIALIZABLE"):
                    open_desk(connection).capture(lead(1))


def test_times_are_what_they_were(url):
    with transaction.atomic("shop"), connection_of("shop") as connection:
        desk = open_desk(connection)
        desk.capture(lead(1))
        captured = desk.lead("L1").captured_at
    assert captured == START
    assert isinstance(captured, datetime)
