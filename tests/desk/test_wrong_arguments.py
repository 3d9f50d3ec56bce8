"""What a command is given is checked once, types as well as values, before anything is decided."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from attrs import define

import leadkit as lk
from leadkit.commands import Archive, gives
from leadkit.desk.commands.command import given_by
from tests.desk.desks import ACTORS, BOSS, SIGNALS, kept, lead, open_desk, refused

DIRECTOR = ACTORS["director"]


@pytest.fixture
def desk() -> lk.Desk:
    desk = open_desk()
    desk.capture(lead(1))
    return desk


@pytest.mark.parametrize(
    ("command", "arguments", "keywords", "path"),
    [
        ("archive", ["L1"], {"by": "li"}, "by"),
        ("archive", ["L1"], {"version": "3"}, "version"),
        ("archive", ["L1"], {"reason": 5}, "reason"),
        ("assign", [5], {}, "lead_id"),
        ("assign", ["L1", 5], {}, "to"),
        ("amend", ["L1", 5], {}, "changes"),
        ("amend", ["L1", [("contact.phone", "1")]], {}, "changes"),
        ("capture", [{"id": "1"}], {}, "lead"),
        ("enrol", [{"id": "li", "role": "sales_rep"}], {}, "member"),
        ("record", [{"id": "a", "lead_id": "L1"}], {}, "activity"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_with_its_place(desk, command, arguments, keywords, path):
    with refused(desk, path):
        getattr(desk, command)(*arguments, **{"by": BOSS, **keywords})


@pytest.mark.parametrize(
    ("command", "arguments", "keywords", "path"),
    [
        ("convert", ["L1", 5], {}, "signals"),
        ("convert", ["L1", ["intent"]], {}, "signals"),
        ("convert", ["L1", SIGNALS], {"amount": 1.5}, "amount"),
        ("convert", ["L1", SIGNALS], {"amount": "a lot"}, "amount"),
        ("plan", ["O1"], {"pains": "p", "advantages": "a", "strategy": "s", "milestones": ["demo"]}, "milestones"),
        ("win", ["O1"], {"factors": "price"}, "factors"),
        ("assess", ["O1"], {"clear": ["owner"]}, "clear"),
        ("sign", ["O1", "them"], {}, "side"),
    ],
)
def test_of_an_opportunity_too(desk, command, arguments, keywords, path):
    with refused(desk, path):
        getattr(desk.opportunities, command)(*arguments, **keywords, by=BOSS)


def test_one_wrong_lead_stops_no_other(desk):
    wrong: Any = {"id": "L2"}
    outcomes = desk.capture_all([(wrong, None), (lead(3), "key")], by=BOSS)
    assert isinstance(outcomes[0], lk.CommandError)
    assert outcomes[1].outcome == "captured"


def test_an_error_shows_nothing_of_a_person(desk):
    for wrong in (lead(2), {"contact": {"phone": "13812345678"}}):
        with pytest.raises(lk.CommandError) as caught:
            desk.assign(wrong, by=BOSS)
        assert "138" not in str(caught.value)


@pytest.mark.parametrize("amount", [100_000, Decimal(100_000), "100000"])
def test_an_amount_is_exact_however_it_is_given(desk, amount):
    deal = desk.opportunities.convert("L1", SIGNALS, amount=amount, by=BOSS).opportunity_id
    assert desk.opportunities.get(deal).opportunity.amount == Decimal(100_000)


def test_what_is_no_longer_known_is_cleared(desk):
    deal = desk.opportunities.convert("L1", SIGNALS, amount=2_000_000, by=BOSS).opportunity_id
    desk.opportunities.assess(deal, urgency="urgent", competition="even", by=BOSS)
    desk.opportunities.assess(deal, clear=["amount", "urgency"], by=BOSS)
    state = desk.opportunities.get(deal).opportunity
    assert (state.amount, state.assessment.urgency, state.assessment.competition) == (None, None, "even")
    details = kept(desk, "journal")[-1].details
    assert (details["amount"], details["urgency"]) == ("None", "None")


@define(frozen=True)
class ArchiveForGood(Archive):
    """Uphold an invalid verdict, once more."""


class Own(lk.Desk):
    archive = gives(ArchiveForGood)


class TestOverriding:
    """A desk of one's own may give another command under a name; the first one is gone, its permission is not."""

    def test_the_command_that_is_overridden_is_not_in_the_catalogue(self):
        commands = given_by(Own)
        assert ArchiveForGood in commands
        assert Archive not in commands

    def test_a_command_made_from_another_needs_its_permission(self):
        assert ArchiveForGood.permission == "archive"
        desk = Own("standard")
        desk.capture(lead(1))
        with pytest.raises(lk.NotAllowedError, match="allowed roles: supervisor, director"):
            desk.archive("L1", by=ACTORS["sales_rep"])
