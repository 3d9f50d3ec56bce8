"""A command as a value: its arguments are fields, and its class says in which states it is possible."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Annotated, Any, ClassVar

from attrs import define, field, fields

from leadkit.errors import CommandError, Problem
from leadkit.process.lifecycle import Move
from leadkit.records.people import Actor


@define(frozen=True)
class Argument:
    """What people read about one field of a command: its help, and its name in the terminal where that is another."""

    help: str
    option: str | None = None


ENVELOPE = frozenset({"by", "key", "version"})
"""The fields of a command that say who gives it and on what condition, not what is to be done."""


@define(frozen=True)
class Command:
    """Something that a person or a program asks a desk to do. `by` is who gives it; None for the desk's own actor.

    A class says about its commands: their `name`, the `permission` they need (that of the
    command they are made from, else their name), what the `terminal` calls them (None
    where it has no such command), the `subject` they are about (`lead` or `opportunity`), the `moves` between its
    states (without any, they are possible in every state), what they do to another kind of subject (`also_moves`), and
    the `table` of the policy without which a desk doesn't count them among what is possible. Nor are they where they
    come `from_sheets`. `owned`: what they are
    about has an owner, so that the policy's `[permissions]` may name `owner` for them.
    """

    name: ClassVar[str]
    permission: ClassVar[Any]
    terminal: ClassVar[str | None]
    subject: ClassVar[str | None] = None
    moves: ClassVar[tuple[Move, ...]] = ()
    also_moves: ClassVar[Mapping[str, tuple[Move, ...]]] = {}
    table: ClassVar[str | None] = None
    from_sheets: ClassVar[bool] = False
    owned: ClassVar[bool] = False

    by: Annotated[Actor | None, Argument("Who gives the command.")] = field(default=None, kw_only=True)

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        name = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        cls.name = cls.__dict__.get("name", name)
        inherited = getattr(super(cls, cls), "permission", None)
        cls.permission = cls.__dict__.get("permission", inherited or cls.name)
        cls.terminal = cls.__dict__.get("terminal", cls.name.replace("_", "-"))

    @property
    def identity(self) -> str | None:
        """What the command is known by, so that it runs once; None where it has nothing."""
        return getattr(self, "key", None)

    @property
    def locks(self) -> tuple[str, ...]:
        """The names that the command holds for itself while it decides, such as `lead:L1`.

        What it looks at beyond its subject it holds once it knows that: members, the account, what finds leads again.
        """
        return ()


def arguments(command: Command) -> dict[str, Any]:
    """What a command asks for, by field: without who gives it, its key and its condition, and without what is None."""
    given = [attribute for attribute in fields(type(command)) if attribute.name not in ENVELOPE]
    values = {str(attribute.alias): getattr(command, attribute.name) for attribute in given}
    return {name: value for name, value in values.items() if value is not None}


def check_state(command: Command, state: str, subject: str, commands: Iterable[type[Command]]) -> None:
    """Let a command through that is possible in `state`; `subject` is the id to name in the error.

    Raises:
        CommandError: it is not; the hint names those of `commands` that are.
    """
    if not command.moves or any(state in move.starts for move in command.moves):
        return
    possible = ", ".join(possible_in(state, command.subject, commands)) or "nothing"
    raise CommandError(Problem(f"cannot {command.name} what is {state}", f"possible now: {possible}", place=subject))


@define(frozen=True)
class Step:
    """A row of a state table: a command, the states in which it is possible, and those it may end in."""

    command: str
    starts: tuple[str, ...]
    ends: tuple[str, ...]


def steps(subject: str | None, commands: Iterable[type[Command]]) -> tuple[Step, ...]:
    """The state table of a kind of subject; where a step has no ends, the state stays."""
    return tuple(
        Step(command.name, move.starts, move.ends)
        for command in commands
        for move in (command.moves if command.subject == subject else command.also_moves.get(str(subject), ()))
    )


def possible_in(state: str, subject: str | None, commands: Iterable[type[Command]]) -> tuple[str, ...]:
    """The names of the commands that somebody can give on a subject in a state."""
    by_hand = [command for command in commands if not command.from_sheets]
    return tuple(dict.fromkeys(step.command for step in steps(subject, by_hand) if state in step.starts))
