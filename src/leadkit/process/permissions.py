"""Who may do what: for every command the roles that the policy names."""

from __future__ import annotations

from pydantic import RootModel, model_validator

from leadkit.errors import NotAllowedError, Problem
from leadkit.records.fields import Code
from leadkit.records.people import Actor
from leadkit.rules.facts import near, refuse

COMMANDS = (
    "amend", "answer_objection", "approve_plan", "archive", "assess", "assign", "capture", "confirm_grade", "convert",
    "deliver", "disqualify", "draft_contract", "enrol", "erase", "hand_over", "lose", "merge", "overturn", "pause",
    "plan", "raise_objection", "reach", "record", "recycle", "reject_plan", "release", "reopen", "report", "rescore",
    "resume", "review_contract", "screen", "sign", "tick", "win",
)  # fmt: skip
"""Every command that a desk carries out."""


class Permissions(RootModel[dict[Code, tuple[Code, ...]]]):
    """The roles that may give each command. A command that is not named may be given in every role."""

    root: dict[Code, tuple[Code, ...]] = {}

    @model_validator(mode="after")
    def _commands_exist(self) -> Permissions:
        unknown = next((name for name in self.root if name not in COMMANDS), None)
        if unknown is not None:
            raise refuse(f"there is no command {unknown}", near(unknown, COMMANDS))
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
            said = f"{actor.role} may not do this"
            raise NotAllowedError(Problem("", said, f"{', '.join(roles) or 'nobody'} may", path=command))
