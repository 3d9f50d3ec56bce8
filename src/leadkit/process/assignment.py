"""Who gets a lead or an opportunity: by its priority or grade, the roles that the policy names, and who has room."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import define, setters
from pydantic import BaseModel

from leadkit.errors import CommandError, Problem
from leadkit.records.fields import RECORD, BandName, BandSetName, Role
from leadkit.records.people import Member


class Assignment(BaseModel):
    """Which roles take leads of which band, in the band set `bands`, and opportunities of which grade.

    A band or a grade that is not named goes to every role. `experts` are the roles of those who are asked for help with
    an objection.
    """

    model_config = RECORD

    bands: BandSetName = "priority"
    """The band set that `roles` reads."""
    roles: dict[BandName, tuple[Role, ...]] = {}
    """For each band the roles that get its leads; every role by default."""
    grades: dict[str, tuple[Role, ...]] = {}
    """For each grade the roles that get its opportunities; every role by default."""
    experts: tuple[Role, ...] = ("expert",)
    """The roles that are asked for help with an objection."""


@define(on_setattr=setters.frozen)
class Choice:
    """Who it is, and why: `chosen` by somebody, or `least_loaded` of those who may; `load` is their leads before."""

    member: str
    reason: str
    load: int
    capacity: int | None


def choose(  # noqa: PLR0913
    members: Iterable[Member],
    loads: Mapping[str, int],
    roles: Iterable[str] | None,
    *,
    wanted: str | None,
    subject: str,
    what: str = "leads of this priority",
) -> Choice:
    """The member for `subject`, one of `what`: `wanted`, or who has the smallest share of their capacity in use.

    Of several that is the one with fewer of them, then the lower id. Only active members count, in one of `roles` where
    some are named, with room for one more.

    Raises:
        CommandError: nobody fits, or `wanted` does not; the hint says why.
    """
    named = None if roles is None else tuple(roles)
    if wanted is not None:
        member = next((member for member in members if member.id == wanted), None)
        fault = _fault(member, loads, named, what)
        if member is None or fault:
            raise CommandError(Problem(f"can't be assigned to {wanted}", fault, place=subject))
        return Choice(member.id, "chosen", loads.get(member.id, 0), member.capacity)
    able = [member for member in members if not _fault(member, loads, named, what)]
    if not able:
        hint = "nobody active has room; enrol somebody or raise a capacity"
        if named is not None:
            hint = f"nobody active in the role {' or '.join(named)} has room; enrol somebody or raise a capacity"
        raise CommandError(Problem("can't be assigned", hint, place=subject))
    best = min(able, key=lambda member: (_share(member, loads), loads.get(member.id, 0), member.id))
    return Choice(best.id, "least_loaded", loads.get(best.id, 0), best.capacity)


def _fault(member: Member | None, loads: Mapping[str, int], roles: tuple[str, ...] | None, what: str) -> str:
    if member is None:
        return "there is no such member; enrol them first"
    if not member.active:
        return "they are not active"
    if roles is not None and member.role not in roles:
        return f"{what} go to {' or '.join(roles)}"
    load = loads.get(member.id, 0)
    full = member.capacity is not None and load >= member.capacity
    return f"they have {load} of {member.capacity} leads" if full else ""


def _share(member: Member, loads: Mapping[str, int]) -> float:
    return loads.get(member.id, 0) / member.capacity if member.capacity else 0.0
