"""Who gives a command, held against what the policy asks of them and against the enrolled team."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from leadkit.errors import NotAllowedError, Problem
from leadkit.process.desk_rules import DeskRules
from leadkit.records.people import SYSTEM, Actor
from leadkit.store.process_rows import MemberRow
from leadkit.store.protocol import Storage, Unit, by_id
from leadkit.store.tables import MEMBERS

Team = Mapping[str, MemberRow]
"""The members among those who give some commands, by id."""


def team_among(storage: Storage, actors: Iterable[Actor]) -> Team:
    """The members among some actors; `system` is none, and is not looked for."""
    named = [actor for actor in actors if actor != SYSTEM]
    if not named:
        return {}
    with storage.transaction(read_only=True) as unit:
        return team_in(unit, named)


def team_in(unit: Unit, actors: Iterable[Actor]) -> Team:
    """The same, in a transaction that is there already."""
    return by_id(unit, MEMBERS, sorted({actor.id for actor in actors if actor != SYSTEM}))


def check_actor(rules: DeskRules, actor: Actor, team: Team, path: str, *, named: bool) -> None:
    """Let an actor through who is named where that is asked for, and who acts in the role that they have.

    `path` is the permission of what they want to do.

    Raises:
        NotAllowedError: nobody is named, they are enrolled in another role, or not at all where they have to be.
    """
    if rules.actor_required and not named:
        hint = "give by=, or open the desk with actor=; in the terminal --by and --role"
        raise NotAllowedError(Problem("nobody is named who gives this command", hint, path=path))
    member = team.get(actor.id)
    if member is not None and member.role != actor.role:
        message = f"is enrolled as {member.role}, not as {actor.role}"
        raise NotAllowedError(Problem(message, "leadkit enrol changes a role", place=actor.id, path=path))
    if rules.enrolled_only and actor != SYSTEM and (member is None or not member.active):
        hint = "leadkit enrol adds them; [desk] enrolled_only in the policy asks for it"
        raise NotAllowedError(Problem("is no active member of the team", hint, place=actor.id, path=path))
