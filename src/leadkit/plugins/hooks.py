"""What a plugin can do: the hooks, each with one frozen argument. The reference shows the same table.

| hook | called | answers | an error |
|---|---|---|---|
| `leadkit_open_storage` | when a desk is opened with an address | the first counts | stops the opening |
| `leadkit_calendar` | when the first due time is computed | the first counts | stops the command; nothing is stored |
| `leadkit_policies` | when a desk is opened with the name of a policy | all | stops the opening |
| `leadkit_verify` | before a lead is captured or amended | all | is noted in the journal; the lead is captured |
| `leadkit_veto` | before every command | none | aborts the command; nothing is stored |
| `leadkit_notify` | after the commit, from the outbox | none | is recorded with the plugin's name, and retried |
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pluggy
from attrs import define, setters

from leadkit.plugins.notice import Notice
from leadkit.process.command import Command
from leadkit.records import Lead

if TYPE_CHECKING:
    from leadkit.process.calendar import WorkCalendar
    from leadkit.store.protocol import Storage

PROJECT = "leadkit"
hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)
"""Marks a function or a method of a plugin as one of the hooks: `@lk.hookimpl`."""


@define(on_setattr=setters.frozen, kw_only=True)
class Verification:
    """What an outside register knows about a lead: facts of the policy by name, such as `phone_valid` or `industry`.

    They take precedence over what the lead itself says; what differs is kept beside it, and somebody is notified.
    `source` is the register, the plugin's name where it is left out; `at` is the time of its entry, else that of the
    look-up.
    """

    facts: Mapping[str, Any]
    source: str | None = None
    at: datetime | None = None


@hookspec(firstresult=True)
def leadkit_open_storage(url: str) -> Storage | None:
    """Open the store at `url`, or return None if the address belongs to another plugin.

    `url` is what the desk was given, such as `jsonl:///var/leads.jsonl`. SQLite, PostgreSQL and `memory:` are built in.
    """


@hookspec(firstresult=True)
def leadkit_calendar(name: str) -> WorkCalendar | None:
    """Return the working calendar that policies call `name` in `[calendar] country`, or None if it is not yours."""


@hookspec
def leadkit_policies() -> Mapping[str, Path]:
    """Return policy files by name."""
    raise NotImplementedError


@hookspec
def leadkit_verify(lead: Lead) -> Verification | None:
    """Look a lead up in an outside register; None if it knows nothing. Called outside of any transaction.

    It is called before a lead is captured, and again before one is amended.
    """


@hookspec
def leadkit_veto(command: Command) -> None:
    """Raise to keep a command from being carried out: nothing is stored, and no key is used up.

    `command` is one of `leadkit.commands`, such as `Erase`, with its arguments as fields and who gives it as `by`. They
    may be personal.

    Called outside of any transaction, so that a plugin which hangs holds up its own caller only.
    """


@hookspec
def leadkit_notify(notice: Notice) -> None:
    """Deliver a notice. Raise if it did not arrive, preferably a DeliveryError; the outbox then tries again.

    It may be called twice with one notice, if a process dies after the delivery and before recording it.
    """
