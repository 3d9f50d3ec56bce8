"""The commands of a desk as tools of an agent: those that were switched on, as one member, each with a key."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from inspect import cleandoc
from typing import TYPE_CHECKING, Any

from attrs import fields

from leadkit.adapters.mcp import Arguments, Tool
from leadkit.desk.commands.catalogue import COMMANDS
from leadkit.desk.commands.schema import json_schema, read_arguments
from leadkit.process.command import Command
from leadkit.rules.facts import near

if TYPE_CHECKING:
    from leadkit.desk.desk import Desk
    from leadkit.records.people import Actor

NAMES = ("command", "outcome", "lead_id", "opportunity_id", "status", "version", "owner", "findings", "differences")
"""What goes out of a receipt: no value that was changed."""
BY_AN_ID = ("record",)
"""What runs once without a key, by the id of what it stores."""


def writable() -> dict[str, type[Command]]:
    """Every command that runs once however often it is sent, by the name of its tool."""
    return {
        f"{command.subject}_{command.name}" if command.subject else command.name: command
        for command in COMMANDS
        if not command.from_sheets and ("key" in _names(command) or command.name in BY_AN_ID)
    }


def unknown(names: Iterable[str]) -> Iterator[str]:
    """What is wrong with names of commands that are to be switched on."""
    known = writable()
    yield from (f"{name}: no such command; {near(name, known)}" for name in names if name not in known)


def writing_tools(desk: Desk, names: Iterable[str], by: Actor) -> Iterator[Tool]:
    """The tools of these commands, all given by `by`."""
    for name in dict.fromkeys(names):
        command = writable()[name]
        yield Tool(name=name, about=_about(command), schema=_schema(command), run=_run(desk, command, by), writes=True)


def _run(desk: Desk, command: type[Command], by: Actor) -> Any:
    def run(given: Arguments) -> dict[str, Any]:
        owners = (desk, desk.opportunities)
        methods = [getattr(owner, command.name, None) for owner in owners]
        method: Any = next(method for method in methods if getattr(method, "command", None) is command)
        receipt = method(**read_arguments(command, given), by=by).to_dict()
        return {name: receipt[name] for name in NAMES if receipt.get(name) not in (None, [])}

    return run


def _schema(command: type[Command]) -> dict[str, Any]:
    schema = json_schema(command)
    if "key" in schema["properties"]:
        about = "Of your own: new for each thing to be done, the same when you try again."
        schema["properties"]["key"] = {"type": "string", "minLength": 1, "maxLength": 100, "description": about}
        schema["required"] = [*schema.get("required", ()), "key"]
    return {name: value for name, value in schema.items() if name not in ("$schema", "title", "description")}


def _about(command: type[Command]) -> str:
    return cleandoc(command.__doc__ or "").partition("\n\nRaises:")[0]


def _names(command: type[Command]) -> set[str]:
    return {str(attribute.alias) for attribute in fields(command)}
