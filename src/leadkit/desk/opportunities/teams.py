"""The people that a grade brings to an opportunity beside its owner, and those who become free when it falls."""

from __future__ import annotations

from collections import Counter

from attrs import define, evolve, setters

from leadkit.desk.context import CommandContext
from leadkit.desk.notices import Rows, notice_rows
from leadkit.store.opportunity_rows import OpportunityRow
from leadkit.store.process_rows import MemberRow
from leadkit.store.protocol import Query
from leadkit.store.tables import MEMBERS, OPPORTUNITIES


@define(on_setattr=setters.frozen)
class Team:
    """The `members` that a grade asks for, who of them `joined`, and who is `freed`."""

    members: tuple[str, ...]
    joined: tuple[tuple[str, str], ...]
    freed: tuple[str, ...]


def team_of(context: CommandContext, row: OpportunityRow) -> Team:
    """Who stands by an opportunity of this grade: who has the role and stands by it already, else who has least to do.

    The owner fills the place of their own role. A role that nobody active has stays empty.
    """
    grades = context.policy.document.opportunities.grades
    roles = grades[row.grade].team if row.grade in grades else ()
    everybody = context.work.unit.find(Query(MEMBERS, {"active": True})) if roles else []
    load = _load(context) if everybody else Counter[str]()
    chosen: dict[str, str] = {}
    for role in dict.fromkeys(roles):
        able = [member for member in everybody if member.role == role]
        if able and row.owner not in {member.id for member in able}:
            best = min(able, key=lambda member: _order(member, row, load))
            chosen[best.id] = role
    joined = tuple((member, role) for member, role in chosen.items() if member not in row.team)
    freed = tuple(member for member in row.team if member not in chosen and member != row.owner)
    return Team(tuple(chosen), joined, freed)


def _order(member: MemberRow, row: OpportunityRow, load: Counter[str]) -> tuple[bool, int, str]:
    return member.id not in row.team, load[member.id], member.id


def _load(context: CommandContext) -> Counter[str]:
    """On how many open opportunities each is already, as their owner or beside them."""
    rows = context.work.unit.find(Query(OPPORTUNITIES, {"status": "open"}))
    return Counter(member for row in rows for member in {*row.team, row.owner} if member is not None)


def team_notices(context: CommandContext, before: str | None, row: OpportunityRow, team: Team) -> Rows:
    """The notice to each who joined of what is theirs, and the one that names who is free."""
    rows: Rows = []
    for member, role in team.joined:
        cause, details = f"{context.request.entry_id}-{member}", {"grade": row.grade, "part": role}
        theirs = evolve(row, owner=member)
        rows += notice_rows(context.policy, "team_joined", theirs, context.entered_at, cause, details)
    if team.freed:
        details = {"freed": ", ".join(team.freed), "before": before, "after": row.grade}
        rows += context.notice("team_freed", row, details)
    return rows
