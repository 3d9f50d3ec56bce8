"""Who may do what: for every command the roles that the policy names."""

from __future__ import annotations

from collections.abc import Collection

from pydantic import RootModel, ValidationInfo, model_validator

from leadkit.errors import NotAllowedError, Problem
from leadkit.records.fields import Code
from leadkit.records.people import Actor
from leadkit.rules.facts import near, refuse


class Permissions(RootModel[dict[Code, tuple[Code, ...]]]):
    """The roles that may give each command. A command that is not named may be given in every role.

    Which commands there are is known to the desk: its names are checked where it opens a policy, or `check` reads one.
    """

    root: dict[Code, tuple[Code, ...]] = {}

    @model_validator(mode="after")
    def _commands_exist(self, info: ValidationInfo) -> Permissions:
        commands: Collection[str] | None = (info.context or {}).get("commands")
        if commands is None:
            return self
        unknown = next((name for name in self.root if name not in commands), None)
        if unknown is not None:
            raise refuse(f"there is no command {unknown}", near(unknown, commands))
        return self

    def roles(self, command: str) -> tuple[str, ...] | None:
        """The roles that may give `command`; None where all may."""
        return self.root.get(command)

    def check(self, command: str, actor: Actor) -> None:
        """Let an actor through whose role may give `command`.

        Raises:
            NotAllowedError: it may not; the hint names the roles that may.
        """
        roles = self.roles(command)
        if roles is not None and actor.role not in roles:
            hint = f"allowed roles: {', '.join(roles) or 'none'}"
            raise NotAllowedError(Problem(f"{actor.role} may not do this", hint, path=command))
