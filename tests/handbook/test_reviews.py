"""The review meeting: its words are kept, and its measures are followed up."""

from __future__ import annotations

from datetime import date

import leadkit as lk

LIN = lk.Actor(id="lin", role="supervisor")
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
