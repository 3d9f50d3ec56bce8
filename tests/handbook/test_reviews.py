"""The review meeting: its words are kept, and its measures are followed up."""

from __future__ import annotations

from datetime import UTC, date, datetime

import leadkit as lk
from leadkit.reviewing.view import view
from tests.desk.desks import ACTORS, SIGNALS, lead, notices, open_desk, tick_at

LIN = lk.Actor(id="lin", role="supervisor")
TOLD = {"extends": "standard", "name": "ours", "reports": {"monthly": ["marketing"], "quarterly": ["supervisor"]}}
PAGE = ("a new landing page", "mei", date(2023, 9, 30))


class TestMeeting:
    """A month or a quarter is reviewed, and what follows from it is done."""

    def test_what_worked_failed_and_is_to_improve_is_kept(self, desk):
        """The words of the review meeting stay with the figures of the period."""
        desk.note_review("2023-08", worked=["visits"], failed=["price"], improve=["quotes"], by=LIN)
        notes = desk.review("2023-08").notes
        assert (notes.worked, notes.failed, notes.improve) == (("visits",), ("price",), ("quotes",))

    def test_a_measure_has_an_owner_and_a_day_and_stands_beside_the_next_review(self, desk):
        """What was decided is done by somebody by a day, and the next meeting sees whether it was."""
        desk.note_review("2023-08", measures=[PAGE], by=LIN)
        (measure,) = desk.review("2023-09").measures
        assert (measure.text, measure.owner, measure.due, measure.done_at) == (*PAGE, None)
        desk.finish_measure(measure.id, by=LIN)
        (measure,) = desk.review("2023-09").measures
        assert (measure.done_at, measure.done_by) == (desk.clock.now, "lin")

    def test_a_measure_is_held_against_the_figure_that_it_is_to_move(self, desk):
        """Data, strategy, action, and data again: the next review shows what became of what was to be improved."""
        desk.capture(lead(1))
        desk.clock.pass_(days=30)
        desk.note_review("2023-09", measures=[("a new landing page", "mei", date(2023, 10, 31), "leads")], by=LIN)
        for number in (2, 3, 4):
            desk.capture(lead(number))
        review = desk.review("2023-10", as_of=datetime(2023, 11, 1, 9, tzinfo=UTC))
        section = view(review, "en").sections[0]
        assert section.tables[0].rows[0][-1] == "Leads 1 → 3"


class TestReports:
    """Nobody has to remember the meeting, or to ask for the figures."""

    def test_the_meeting_is_reminded_of(self):
        """Every month and every quarter has its review; who leads it is told when the period is over."""
        desk = open_desk(policy=TOLD)
        tick_at(desk, datetime(2023, 10, 1, 9, tzinfo=UTC))
        told = {(row.role, row.details["period"]) for row in notices(desk, "review_ready")}
        assert told == {("marketing", "2023-09"), ("supervisor", "2023-Q3")}

    def test_marketing_hears_regularly_how_good_its_leads_were(self):
        """For each channel the share of its leads that were converted within 30 days, every month."""
        desk = open_desk(policy=TOLD)
        desk.capture(lead())
        desk.opportunities.convert("L1", SIGNALS, by=ACTORS["sales_rep"])
        tick_at(desk, datetime(2023, 11, 1, 9, tzinfo=UTC))
        (told,) = [row for row in notices(desk, "review_ready") if row.role == "marketing"]
        assert (told.details["period_before"], told.details["channels"]) == ("2023-09", "官网 100.0% (1/1)")
