"""What the handbook asks of checking a lead: registers and persons, both kept, and nothing settled in silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

import leadkit as lk
from leadkit.store.protocol import Query
from leadkit.store.tables import LEADS, OUTBOX
from leadkit.testing.storage.checks import all_of
from tests.desk.desks import ACTORS, START, lead, open_desk

SALES = ACTORS["sales_rep"]
LARGE = {"company": {"size": "大型"}, "need": {"description": "采购设备,Q4落地"}}
BEFORE = datetime(2023, 6, 1, tzinfo=UTC)


class Register:
    """A register that knows one company, and counts how often it is asked."""

    def __init__(self, size="small", source="天眼查"):
        self.size, self.source, self.asked = size, source, 0

    @lk.hookimpl
    def leadkit_verify(self, lead):
        self.asked += 1
        return lk.Verification(facts={"company_size": self.size}, source=self.source, at=BEFORE) if self.size else None


def told(desk):
    return [row.details for row in all_of(desk.storage, Query(OUTBOX)) if row.kind == "register_contradicts"]


@pytest.fixture
def register():
    return Register()


@pytest.fixture
def desk(register):
    return open_desk(plugins=[register])


def test_a_register_that_says_otherwise_is_shown_and_told(desk):
    """The size of a company is checked in a register; what it says otherwise is never silent."""
    desk.capture(lead(**LARGE))
    state = desk.lead("L1")
    check = state.checks["company_size"]
    assert (check.value, check.stated, check.source, check.at, check.counts) == (
        "small",
        "large",
        "天眼查",
        BEFORE,
        True,
    )
    assert state.points == 40
    assert told(desk) == [{"facts": "company_size", "source": "天眼查"}]
    assert desk.history("L1")[0].details["contradicts"] == ("company_size",)


def test_a_register_that_says_the_same_is_kept_without_a_word(desk, register):
    """What was found right is on record, too."""
    register.size = "large"
    desk.capture(lead(**LARGE))
    assert desk.lead("L1").checks["company_size"].stated is None
    assert told(desk) == []


def test_an_amended_field_is_asked_anew_and_the_person_counts(desk, register):
    """After a person corrects the size, the register's old word does not count any more."""
    desk.capture(lead(**LARGE))
    desk.amend("L1", {"company.size": "中型"}, by=SALES)
    state = desk.lead("L1")
    assert register.asked == 2
    assert state.points == 45
    check = state.checks["company_size"]
    assert (check.value, check.stated, check.counts) == ("small", "medium", False)
    assert len(told(desk)) == 2
    assert desk.history("L1")[-1].details["contradicts"] == ("company_size",)
    desk.rescore("L1")
    desk.screen("L1", by=SALES)
    assert desk.lead("L1").points == 45


def test_a_register_that_agrees_with_the_correction_counts(desk, register):
    """Asked anew, a register may say what the person says."""
    desk.capture(lead(**LARGE))
    register.size = "medium"
    desk.amend("L1", {"company.size": "中型"}, by=SALES)
    check = desk.lead("L1").checks["company_size"]
    assert (check.value, check.stated, check.counts) == ("medium", None, True)


def test_other_fields_leave_the_check_as_it_is(desk):
    """Who corrects the region has not corrected the size."""
    desk.capture(lead(**LARGE))
    before = desk.lead("L1").checks
    desk.amend("L1", {"company.region": "华东"}, by=SALES)
    assert desk.lead("L1").checks == before
    assert (desk.lead("L1").points, len(told(desk))) == (40, 1)


def test_a_register_that_knows_nothing_any_more_leaves_the_persons_word(desk, register):
    """What was checked of a changed field is gone, and the history says so."""
    desk.capture(lead(**LARGE))
    register.size = None
    desk.amend("L1", {"company.size": "中型"}, by=SALES)
    assert desk.lead("L1").checks == {}
    assert desk.history("L1")[-1].details["unchecked"] == ("company_size",)


def test_a_person_may_check_a_fact_with_date_and_reason(desk):
    """Somebody looks a company up, and that is on record: what, who, when; it counts."""
    desk.capture(lead(**LARGE))
    desk.clock.pass_(days=2)
    desk.verify("L1", "company_size", "large", at=START + timedelta(days=1), reason="年报", by=SALES)
    state = desk.lead("L1")
    check = state.checks["company_size"]
    assert (check.value, check.source, check.by, check.at) == ("large", "person", SALES.id, START + timedelta(days=1))
    assert state.points == 50
    line = desk.history("L1")[-1]
    assert (line.what, line.details["fact"], line.text) == ("verify", "company_size", "年报")
    assert len(told(desk)) == 1


def test_without_a_value_what_the_lead_says_was_found_right(desk):
    """To check is mostly to find right."""
    desk.capture(lead(**LARGE))
    desk.verify("L1", "company_size", by=SALES)
    desk.verify("L1", "phone_valid", by=SALES)
    checks = desk.lead("L1").checks
    assert {name: check.value for name, check in checks.items()} == {"company_size": "large", "phone_valid": True}


def test_a_phone_that_somebody_tried_in_vain_makes_the_lead_invalid(desk):
    """A contact that can't be reached is false, whatever it looks like."""
    desk.capture(lead())
    desk.verify("L1", "phone_valid", False, by=SALES)
    assert (desk.lead("L1").status, desk.lead("L1").reasons) == ("invalid", ("contact_false",))
    desk.amend("L1", {"contact.phone": "13900139000"}, by=SALES)
    assert desk.lead("L1").status != "invalid"


@pytest.mark.parametrize(
    ("fact", "value", "message"),
    [
        ("company_sice", None, "there is no fact company_sice"),
        ("company_size", "huge", "has no such level"),
        ("phone_valid", "yes", "takes True or False"),
        ("region", None, "the lead says nothing of region"),
    ],
)
def test_what_is_no_fact_or_no_value_is_refused(desk, fact, value, message):
    """A slip of the pen changes nothing, and the hint says what there is."""
    desk.capture(lead(**LARGE))
    with pytest.raises(lk.CommandError, match=message):
        desk.verify("L1", fact, value, by=SALES)


def test_a_row_that_corrects_its_lead_asks_anew(desk, register):
    """A corrected sheet is checked like a new one: an old word about the old size does not stay."""
    desk.capture(lead(**LARGE, external_id="7", external_system="crm"))
    register.size = "medium"
    corrected = lead(2, **{**LARGE, "company": {"size": "中型", "name": lead().company.name}})
    corrected = corrected.model_copy(update={"external_id": "7", "external_system": "crm", "contact": lead().contact})
    assert desk.capture(corrected).outcome == "amended"
    check = desk.lead("L1").checks["company_size"]
    assert (check.value, check.stated) == ("medium", None)
    assert desk.lead("L1").points == 45


def test_an_erasure_takes_what_was_checked_along(desk):
    """Nothing of a person stays."""
    desk.capture(lead(**LARGE))
    desk.erase("L1")
    (row,) = all_of(desk.storage, Query(LEADS))
    assert (row.checks, row.verified) == ({}, {})
