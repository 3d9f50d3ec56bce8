"""Who may do what: for every command the roles that the policy names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, model_validator

from leadkit.errors import NotAllowedError, Problem
from leadkit.records.fields import Code, Role
from leadkit.records.people import Actor
from leadkit.rules.facts import near, refuse

OWNER = "owner"
"""Stands among the roles for whoever has the lead or the opportunity that the command is about."""


class Permissions(BaseModel):
    """The roles that may give each command. One that is not named may be given in every role, or in none by `default`.

    `owner` among them is whoever has the lead or the opportunity, in whatever role.

    Which commands there are is known to the desk: its names are checked where it opens a policy, or `check` reads one.
    """

    model_config = ConfigDict(frozen=True, strict=True, extra="allow", defer_build=True)
    __pydantic_extra__: dict[Code, tuple[Role, ...]] = Field(init=False)  # pyright: ignore[reportIncompatibleVariableOverride]

    default: Literal["allow", "deny"] = "allow"
    """Who may give the commands that are not named: every role, or none."""

    @property
    def root(self) -> Mapping[str, tuple[str, ...]]:
        """The roles by command."""
        return self.__pydantic_extra__ or {}

    @model_validator(mode="after")
    def _commands_exist(self, info: ValidationInfo) -> Permissions:
        commands: Collection[str] | None = (info.context or {}).get("commands")
        if commands is None:
            return self
        unknown = next((name for name in self.root if name not in commands), None)
        if unknown is not None:
            raise refuse(f"there is no command {unknown}", near(unknown, commands))
        owned = (
            [name for name, has_owner in commands.items() if has_owner] if isinstance(commands, Mapping) else commands
        )
        ownerless = next(self.ownerless(owned), None)
        if ownerless is not None:
            raise refuse(f"{ownerless} names {OWNER}, and is about nothing that has one", "name roles")
        return self

    def ownerless(self, owned: Collection[str]) -> Iterator[str]:
        """The commands that name `owner` and are none of those that are about something which has one."""
        return (name for name, roles in self.root.items() if OWNER in roles and name not in owned)

    def roles(self, command: str) -> tuple[str, ...] | None:
        """The roles that may give `command`; None where all may."""
        return self.root.get(command, None if self.default == "allow" else ())

    def check(self, command: str, actor: Actor, *, owned: bool = False) -> None:
        """Let an actor through whose role may give `command`, or `owned`, who may by being the owner of its subject.

        Raises:
            NotAllowedError: it may not; the hint names the roles that may.
        """
        roles = self.roles(command)
        if not (roles is None or _names(roles, actor) or (owned and OWNER in roles)):
            hint = f"allowed roles: {', '.join(roles) or 'none'}"
            raise NotAllowedError(Problem(f"{actor.role} may not do this", hint, path=command))

    def check_owner(self, command: str, actor: Actor, owner: str | None, subject: str) -> None:
        """Let an actor through whose role may give `command`, or who is the `owner` of its `subject`.

        Raises:
            NotAllowedError: neither is so; the message says whose it is, the hint who may.
        """
        roles = self.roles(command)
        if roles is None or _names(roles, actor) or (OWNER in roles and owner == actor.id):
            return
        message = f"{actor.role} may not do this to what is {owner}'s" if owner else f"{actor.role} may not do this"
        hint = f"allowed roles: {', '.join(roles)}"
        raise NotAllowedError(Problem(message, hint, place=subject, path=command))


def _names(roles: Collection[str], actor: Actor) -> bool:
    return actor.role != OWNER and actor.role in roles
