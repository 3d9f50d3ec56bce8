"""What the handbook asks before a lead becomes an opportunity: signals that are kept as they become known."""

from __future__ import annotations

from datetime import timedelta

import pytest

import leadkit as lk
from leadkit.store.protocol import Query
from leadkit.store.tables import OUTBOX
from leadkit.testing.storage.checks import all_of
from tests.desk.desks import ACTORS, BOSS, START, VAGUE, lead

SALES = ACTORS["sales_rep"]


def told(desk, kind="ready_to_convert"):
    return [row for row in all_of(desk.storage, Query(OUTBOX)) if row.kind == kind]


def test_a_signal_is_kept_with_its_date_and_who_knows_it(desk):
    """That the customer means it, or that a date is set, is on record from the day it is known."""
    desk.capture(lead())
    desk.clock.pass_(days=3)
    desk.signal("L1", "intent", by=SALES, at=START + timedelta(days=1), reason="电话里明确表示")
    noted = desk.lead("L1").signals["intent"]
    assert (noted.at, noted.by) == (START + timedelta(days=1), SALES.id)
    line = desk.history("L1")[-1]
    assert (line.what, line.details["signal"], line.text) == ("signal", "intent", "电话里明确表示")


def test_two_signals_make_a_lead_ready_and_that_is_told_once(desk):
    """A lead that meets two of the four is ready for sales; its owner is notified, and a list shows it."""
    desk.capture(lead())
    desk.signal("L1", "intent", by=SALES)
    assert desk.leads(ready=True) == ()
    assert told(desk) == []
    desk.signal("L1", "date_set", by=SALES)
    desk.signal("L1", "date_set", by=BOSS)
    desk.rescore()
    assert [state.id for state in desk.leads(ready=True)] == ["L1"]
    assert [row.details["signals"] for row in told(desk)] == ["date_set, intent"]


def test_what_was_noted_counts_at_the_conversion_with_its_basis(desk):
    """The conversion stands on what is on record, and says on what."""
    desk.capture(lead())
    desk.signal("L1", "intent", by=SALES)
    receipt = desk.opportunities.convert("L1", {"date_set": True}, by=SALES)
    assert receipt.status == "assessing"
    details = next(item.details for item in desk.history("L1") if item.what == "convert")
    assert details["signals"] == ("date_set", "intent")
    assert details["noted_before"] == (f"intent 2023-09-04 {SALES.id}",)
    assert desk.leads(ready=True) == ()


def test_what_is_taken_back_counts_no_more(desk):
    """A customer who goes back on it is not converted by an old word."""
    desk.capture(lead())
    desk.signal("L1", "intent", by=SALES)
    desk.signal("L1", "date_set", by=SALES)
    desk.signal("L1", "intent", clear=True, by=SALES)
    assert desk.leads(ready=True) == ()
    assert set(desk.lead("L1").signals) == {"date_set"}
    with pytest.raises(lk.CommandError, match="qualif"):
        desk.opportunities.convert("L1", by=SALES)
    with pytest.raises(lk.ConflictError, match="has no signal intent"):
        desk.signal("L1", "intent", clear=True, by=SALES)


def test_what_can_not_be_is_refused(desk):
    """A word that is no signal, a time ahead of the clock or before the lead came, a wrong role: all are refused."""
    desk.capture(lead())
    with pytest.raises(lk.CommandError, match="did you mean 'intent'"):
        desk.signal("L1", "intend", by=SALES)
    with pytest.raises(lk.CommandError, match="ahead of the clock"):
        desk.signal("L1", "intent", at=START + timedelta(days=1), by=SALES)
    with pytest.raises(lk.CommandError, match="before the step that it needs"):
        desk.signal("L1", "intent", at=START - timedelta(days=1), by=SALES)
    with pytest.raises(lk.errors.NotAllowedError):
        desk.signal("L1", "intent", by=ACTORS["legal"])
    assert desk.lead("L1").signals == {}


def test_an_open_lead_is_ready_once_it_is_valid(desk):
    """Signals of a lead whose facts are missing wait with it."""
    desk.capture(lead(**VAGUE))
    for name in ("intent", "date_set"):
        desk.signal("L1", name, by=SALES)
    assert desk.leads(ready=True) == ()
    desk.accept("L1", reason="knows them", by=SALES)
    assert [state.id for state in desk.leads(ready=True)] == ["L1"]
    assert len(told(desk)) == 1


def test_a_recycled_lead_starts_without_the_signals_of_its_last_deal(desk):
    """What spoke for one deal does not speak for the next."""
    desk.capture(lead())
    for name in ("intent", "date_set"):
        desk.signal("L1", name, by=SALES)
    deal = str(desk.opportunities.convert("L1", by=SALES).opportunity_id)
    with pytest.raises(lk.CommandError, match="qualif"):
        desk.opportunities.convert("L1", by=SALES)
    desk.opportunities.lose(deal, "timing", by=SALES)
    desk.recycle("L1", by=BOSS)
    assert desk.lead("L1").signals == {}
    assert desk.leads(ready=True) == ()
    assert desk.history("L1")[-1].details["noted_before"] == ("date_set", "intent")
