"""What a desk is opened with: a policy, a store and a calendar from what the host names, the time, and new ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from secrets import token_hex
from typing import Any

from attrs import evolve

from leadkit.errors import CommandError, MissingExtraError, PolicyError, Problem, StorageError
from leadkit.plugins.manager import Plugins, is_storage
from leadkit.policy import Policy, load_policy
from leadkit.policy.taken import shown
from leadkit.process.calendar import WorkCalendar
from leadkit.process.command import Command
from leadkit.process.content import ContentLibrary
from leadkit.rules.facts import near
from leadkit.store.protocol import Storage

SQL = ("sqlalchemy.engine.base.Engine", "sqlalchemy.engine.base.Connection")
ANY = "give an address such as sqlite:///leads.db, a SQLAlchemy Engine or Connection, or a leadkit.store Storage"
OF_SESSION = "give session.connection(): the desk then joins the session's transaction"
ASYNC = "use lk.AsyncDesk(policy, engine), and await desk.run(lambda desk: desk.capture(lead))"
INSTEAD = {
    "sqlalchemy.ext.asyncio": ASYNC,
    "sqlalchemy.orm.session.sessionmaker": "open a session and give its session.connection()",
    "sqlalchemy.orm.": OF_SESSION,
    "sqlalchemy.engine.url.URL": "give create_engine(url), or url.render_as_string(hide_password=False)",
    "django.": "give what leadkit.adapters.django.connection_of() gives within transaction.atomic()",
    "psycopg": "give a SQLAlchemy Engine or Connection instead of the driver's connection",
    "sqlite3.": "give sqlite:/// and the file, or a SQLAlchemy Engine, instead of the driver's connection",
    "asyncpg.": ASYNC,
}
"""What to give instead, by the first letters of the names of its classes; the more special ones come first."""


MATCHING = {"phonenumbers": "phonenumberslite", "email_validator": "email-validator", "opencc": "opencc"}
HOLIDAYS = {"holidays": "holidays"}
"""What a desk compares leads with, and knows the working days of a country by: modules, and what installs them."""


def now() -> datetime:
    """The time of this machine, in UTC."""
    return datetime.now(UTC)


def new_id() -> str:
    """An id that nobody else has, rising with time."""
    return f"{int(now().timestamp() * 1_000_000):014x}{token_hex(6)}"


def storage_of(of: Any, plugins: Plugins) -> Storage:
    """The store at an address, behind the host's Engine or Connection, or one that is open already.

    Raises:
        StorageError: it is something else; the hint says what to give.
    """
    if isinstance(of, str):
        return plugins.open_storage(of)
    if is_storage(of):
        return of  # type: ignore[no-any-return]
    kinds = {f"{kind.__module__}.{kind.__qualname__}" for kind in type(of).__mro__}
    if kinds.isdisjoint(SQL):
        hint = next((hint for name, hint in INSTEAD.items() if any(kind.startswith(name) for kind in kinds)), ANY)
        raise StorageError(Problem(f"{shown(of)} is no storage", hint, place="storage"))
    from leadkit.adapters.sql import open_sql

    return open_sql(of)


def check_name(what: str, name: str | None, names: Iterable[str]) -> None:
    """Let a name through that is one of `names`, or None for any.

    Raises:
        CommandError: it is none; the hint has the nearest.
    """
    if name is not None and name not in names:
        raise CommandError(Problem("is none of those there are", near(str(name), names), path=what))


def policy_of(
    source: Policy | str | Path | Mapping[str, Any], plugins: Plugins, commands: Mapping[str, bool]
) -> Policy:
    """The policy itself, or the one of this name, which a plugin may bring, in this file or mapping.

    Raises:
        PolicyError: it is refused, or its permissions name a command that is none of `commands`, or `owner` for one
            that is about nothing which has one.
    """
    if not isinstance(source, Policy):
        named = plugins.policies() if isinstance(source, str) else {}
        return load_policy(named.get(str(source), source), commands=commands)
    unknown = [name for name in source.document.permissions.root if name not in commands]
    problems = [
        Problem(f"there is no command {name}", near(name, commands), place=source.id, path=f"permissions.{name}")
        for name in unknown
    ]
    owned = {*unknown, *(name for name, has_owner in commands.items() if has_owner)}
    for name in source.document.permissions.ownerless(owned):
        message = f"{name} names owner, and is about nothing that has one"
        problems.append(Problem(message, "name roles", place=source.id, path=f"permissions.{name}"))
    if problems:
        raise PolicyError(problems)
    return source


def library_of(content: ContentLibrary, policy: Policy) -> ContentLibrary:
    """The content library, whose kinds and stages are those of the policy's `[nurture]`.

    Raises:
        PolicyError: a piece has a kind or a stage that the policy doesn't have.
    """
    document = policy.document
    answers = {answer for kind in document.objections.values() for answer in kind.answers}
    problems = list(content.misfits(document.nurture, answers))
    if problems:
        raise PolicyError(evolve(problem, place="the content library") for problem in problems)
    return content


def check_installed(policy: Policy, plugins: Plugins) -> None:
    """Refuse to open a desk that could not take in the first lead.

    Raises:
        MissingExtraError: libraries of `leadkit[desk]` are not installed; all of them are named.
    """
    holidays = policy.document.calendar.country is not None and not plugins.have_calendar
    needed = {**MATCHING, **(HOLIDAYS if holidays else {})}
    missing = [MissingExtraError.of(library, "desk") for module, library in needed.items() if find_spec(module) is None]
    if missing:
        raise MissingExtraError(problem for error in missing for problem in error.problems)


def permissions_of(commands: Iterable[type[Command]]) -> dict[str, bool]:
    """The permissions that some commands need, and whether each is about something that has an owner."""
    named: dict[str, bool] = {}
    for command in commands:
        named[command.permission] = command.owned or named.get(command.permission, False)
    return named


def calendar_of(policy: Policy, plugins: Plugins) -> WorkCalendar:
    """The calendar of the country that the policy names, from a plugin that knows it, else from leadkit."""
    settings = policy.document.calendar
    calendar_of_plugin = plugins.calendar(settings.country) if settings.country else None
    if calendar_of_plugin is not None:
        return calendar_of_plugin
    from leadkit.adapters.calendar import calendar

    return calendar(settings, policy.document.time_zone)
