"""What a desk is opened with: the wrong kind of storage or plugin is refused at once, with what to give instead."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext.asyncio import create_async_engine

import leadkit as lk
from leadkit.errors import CommandError, PluginError, StorageError
from tests.desk.desks import lead, open_desk

ENGINE = sa.create_engine("sqlite://")
ASYNC = "use lk.AsyncDesk(policy, engine)"
JOIN = "give session.connection(): the desk then joins the session's transaction"
ADDRESS = "sqlite:///leads.db"


@pytest.mark.parametrize(
    ("storage", "hint"),
    [
        (orm.Session(ENGINE), JOIN),
        (orm.scoped_session(orm.sessionmaker(ENGINE)), JOIN),
        (orm.sessionmaker(ENGINE), "open a session and give its session.connection()"),
        (ENGINE.url, "give create_engine(url), or url.render_as_string(hide_password=False)"),
        (create_async_engine("postgresql+psycopg://nobody@localhost/nothing"), ASYNC),
        (create_async_engine("postgresql+psycopg://nobody@localhost/nothing").connect(), ASYNC),
        (None, "give an address such as sqlite:///leads.db, a SQLAlchemy Engine or Connection"),
        (object(), "give an address such as sqlite:///leads.db, a SQLAlchemy Engine or Connection"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_storage(storage, hint):
    with pytest.raises(StorageError) as refused:
        lk.Desk("standard", storage)
    kind = "None" if storage is None else f"a value of type {type(storage).__name__}"
    assert str(refused.value).startswith(f"storage: {kind} is no storage (hint: {hint}")


def test_the_connection_of_a_driver():
    with closing(sqlite3.connect(":memory:")) as connection, pytest.raises(StorageError, match="instead of the driver"):
        lk.Desk("standard", connection)  # type: ignore[arg-type]


class Mail:
    @lk.hookimpl
    async def leadkit_notify(self, notice: Any) -> None: ...


class Veto:
    @lk.hookimpl
    async def leadkit_veto(self, command: Any) -> None:
        raise CommandError(lk.Problem("no"))


class Bare:
    def leadkit_notify(self, notice: Any) -> None: ...


class Calendar:
    @lk.hookimpl
    def leadkit_calendar(self, name: str) -> Any:
        return "x"


class Store:
    @lk.hookimpl
    def leadkit_open_storage(self, url: str) -> Any:
        return object()


class Register:
    """A register that answers with facts of which some are none of the policy's."""

    name = "register"

    def __init__(self, **facts: Any) -> None:
        self.facts = facts

    @lk.hookimpl
    def leadkit_verify(self, lead: lk.Lead) -> lk.Verification:
        return lk.Verification(facts=self.facts)


@pytest.mark.parametrize(
    ("plugin", "problem"),
    [
        (Mail(), "Mail: leadkit_notify is an async function, and nobody would await it"),
        (Veto(), "Veto: leadkit_veto is an async function, and nobody would await it"),
        (Mail, "Mail: is a class (hint: give an instance: Mail())"),
        (Bare(), "Bare: leadkit_notify is not marked as a hook (hint: put @lk.hookimpl above it)"),
        (object(), "object: has no hook (hint: mark its hooks with @lk.hookimpl)"),
    ],
)
def test_a_plugin_that_would_do_nothing(plugin, problem):
    with pytest.raises(PluginError) as refused:
        lk.Desk("standard", plugins=[plugin])
    assert str(refused.value).startswith(problem)


def test_a_storage_hook_that_answers_nonsense():
    with pytest.raises(PluginError, match=r"^Store: leadkit_open_storage answered a value of type object"):
        lk.Desk("standard", "x://y", plugins=[Store()])


def test_a_calendar_hook_that_answers_nonsense():
    desk = open_desk(plugins=[Calendar()])
    with pytest.raises(PluginError, match=r"^Calendar: leadkit_calendar answered a value of type str"):
        desk.capture(lead(1))


class TestRegister:
    """What a register says that the policy has no word for is kept out, and named in the history."""

    @pytest.mark.parametrize("facts", [{"company_size": "enterprise"}, {"compny": "x"}, {"phone_valid": "yes"}])
    def test_nothing_changes_but_the_history(self, facts):
        plain, asked = open_desk(), open_desk(plugins=[Register(**facts)])
        for desk in (plain, asked):
            desk.capture(lead(1))
        assert asked.lead("L1") == plain.lead("L1")
        (name,) = facts
        assert asked.history("L1")[0].details["not_verified_by"] == (f"register:{name}",)

    def test_the_rest_of_an_answer_counts(self):
        desk = open_desk(plugins=[Register(company_size="small", compny="x")])
        desk.capture(lead(1))
        assert set(desk.lead("L1").checks) == {"company_size"}


@pytest.mark.parametrize(
    ("question", "name", "nearest"),
    [
        ("queue", {"priority": "hihg"}, "high"),
        ("queue", {"status": "vaild"}, "valid"),
        ("leads", {"status": "archvied"}, "archived"),
        ("due", {"kind": "respnse"}, "response"),
    ],
)
def test_a_misspelt_name_in_a_question(question, name, nearest):
    desk = open_desk()
    with pytest.raises(CommandError, match=f"did you mean '{nearest}'"):
        getattr(desk, question)(**name)
